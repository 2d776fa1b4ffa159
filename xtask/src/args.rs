//! The command line: each command with its options, wrong ones refused by name.

use std::{ffi::OsString, path::PathBuf};

use lexopt::{Arg, Error, Parser, ValueExt};

/// What `help` prints.
pub(crate) const HELP: &str = "\
cargo xtask demo [--folder DIR] [--port N] [--no-open]
    the viewer on sample studies, or on the DICOM files under DIR, in the browser
cargo xtask test
    everything a submission must pass; closes with `N passed, N failed, N skipped`
cargo xtask build [--dev]
    the static site in dist/, with the sizes of its files
cargo xtask digest FILE...
    one JSON line per frame with the hash of its stored values
cargo xtask render FILE [--frame N] [--width W --center C] [--no-overlays] [--shutter] -o OUT.png
    the reference picture of one frame
cargo xtask fuzz [TARGET] [--seconds N]
    a decoder or parser, or each of them, on damaged input for so long (60 s), guided by coverage
cargo xtask bench [NAME] [--runs N]
    the project's own benchmarks: `codecs`, our decoders beside other viewers' and native ones; `load`, the viewer beside the least
    page and beside others, N cold starts of each (5)
cargo xtask samples --out DIR [--small]
    the sample studies as files, with samples.json
cargo xtask archive --folder DIR [--site DIR] [--port N] [--quirks orthanc] [--config FILE] [--synthetic N]
    the embedded archive for tests: prints {\"url\": ...} and runs until its standard input ends
";

/// A command with its options.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Help,
    Demo(Demo),
    Test,
    Build {
        is_dev: bool,
    },
    Digest {
        files: Vec<PathBuf>,
    },
    Render(Render),
    Fuzz {
        target: Option<String>,
        seconds: u32,
    },
    Bench {
        name: Option<String>,
        /// Cold starts of each viewer.
        runs: Option<u32>,
    },
    Samples {
        out: PathBuf,
        is_small: bool,
    },
    Archive(Archive),
}

/// Options of `demo`.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Demo {
    /// DICOM files to show in place of the sample studies.
    pub(crate) folder: Option<PathBuf>,
    pub(crate) port: Option<u16>,
    pub(crate) is_quiet: bool,
}

/// Options of `render`.
#[derive(Debug, PartialEq)]
pub(crate) struct Render {
    pub(crate) file: PathBuf,
    /// Frame Number: 1-based, as on the wire.
    pub(crate) frame: u32,
    /// Window Center and Window Width; without them the file's own.
    pub(crate) center_width: Option<(f64, f64)>,
    /// Leave out the overlay planes, which `dcmj2pnm` draws too.
    pub(crate) is_without_overlays: bool,
    /// Cover what the display shutter covers, which `dcmj2pnm` does not.
    pub(crate) is_shuttered: bool,
    pub(crate) out: PathBuf,
}

/// Options of `archive`.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Archive {
    pub(crate) folder: Option<PathBuf>,
    pub(crate) site: Option<PathBuf>,
    /// 0: any free port.
    pub(crate) port: u16,
    /// Behaves like Orthanc where that differs from the standard.
    pub(crate) is_like_orthanc: bool,
    /// A file served as `config.json` in place of the site's own.
    pub(crate) config: Option<PathBuf>,
    /// How many studies without files the list has besides.
    pub(crate) synthetic_studies: usize,
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(
    arguments: impl IntoIterator<Item = impl Into<OsString>>,
) -> Result<Command, Error> {
    let mut parser = Parser::from_args(arguments);
    match parser.next()? {
        None | Some(Arg::Long("help") | Arg::Short('h')) => Ok(Command::Help),
        Some(Arg::Value(name)) => parse_command(&name.string()?, &mut parser),
        Some(option) => Err(option.unexpected()),
    }
}

fn parse_command(name: &str, parser: &mut Parser) -> Result<Command, Error> {
    match name {
        "help" => Ok(Command::Help),
        "demo" => parse_demo(parser),
        "test" => nothing_more(parser).map(|()| Command::Test),
        "build" => parse_build(parser),
        "digest" => parse_digest(parser),
        "render" => parse_render(parser),
        "fuzz" => parse_fuzz(parser),
        "bench" => parse_bench(parser),
        "samples" => parse_samples(parser),
        "archive" => parse_archive(parser),
        _ => Err(format!("unknown command `{name}`").into()),
    }
}

fn parse_demo(parser: &mut Parser) -> Result<Command, Error> {
    let mut demo = Demo::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("folder") => demo.folder = Some(parser.value()?.into()),
            Arg::Long("port") => demo.port = Some(number(parser, "--port")?),
            Arg::Long("no-open") => demo.is_quiet = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Demo(demo))
}

fn parse_build(parser: &mut Parser) -> Result<Command, Error> {
    let mut is_dev = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("dev") => is_dev = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Build { is_dev })
}

fn parse_digest(parser: &mut Parser) -> Result<Command, Error> {
    let mut files = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Value(file) => files.push(file.into()),
            other => return Err(other.unexpected()),
        }
    }
    if files.is_empty() {
        return Err("digest needs at least one FILE".into());
    }
    Ok(Command::Digest { files })
}

fn parse_render(parser: &mut Parser) -> Result<Command, Error> {
    let (mut file, mut out, mut frame) = (None, None, 1);
    let (mut width, mut center) = (None, None);
    let (mut is_without_overlays, mut is_shuttered) = (false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Value(path) if file.is_none() => file = Some(PathBuf::from(path)),
            Arg::Long("frame") => frame = number(parser, "--frame")?,
            Arg::Long("no-overlays") => is_without_overlays = true,
            Arg::Long("shutter") => is_shuttered = true,
            Arg::Long("width") => width = Some(number(parser, "--width")?),
            Arg::Long("center") => center = Some(number(parser, "--center")?),
            Arg::Short('o') | Arg::Long("out") => out = Some(parser.value()?.into()),
            other => return Err(other.unexpected()),
        }
    }
    let center_width = match (center, width) {
        (Some(center), Some(width)) => Some((center, width)),
        (None, None) => None,
        _ => return Err("--width and --center go together".into()),
    };
    Ok(Command::Render(Render {
        file: file.ok_or("render needs a FILE")?,
        frame,
        center_width,
        is_without_overlays,
        is_shuttered,
        out: out.ok_or("render needs -o OUT.png")?,
    }))
}

fn parse_fuzz(parser: &mut Parser) -> Result<Command, Error> {
    let (mut target, mut seconds) = (None, 60);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Value(value) if target.is_none() => target = Some(value.string()?),
            Arg::Long("seconds") => seconds = number(parser, "--seconds")?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Fuzz { target, seconds })
}

fn parse_bench(parser: &mut Parser) -> Result<Command, Error> {
    let (mut name, mut runs) = (None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("runs") => runs = Some(parser.value()?.parse()?),
            Arg::Value(value) if name.is_none() => name = Some(value.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Bench { name, runs })
}

fn parse_samples(parser: &mut Parser) -> Result<Command, Error> {
    let (mut out, mut is_small) = (None, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("out") => out = Some(parser.value()?.into()),
            Arg::Long("small") => is_small = true,
            other => return Err(other.unexpected()),
        }
    }
    let out = out.ok_or("samples needs --out DIR")?;
    Ok(Command::Samples { out, is_small })
}

fn parse_archive(parser: &mut Parser) -> Result<Command, Error> {
    let mut archive = Archive::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("folder") => archive.folder = Some(parser.value()?.into()),
            Arg::Long("site") => archive.site = Some(parser.value()?.into()),
            Arg::Long("port") => archive.port = number(parser, "--port")?,
            Arg::Long("quirks") => archive.is_like_orthanc = quirks(&parser.value()?.string()?)?,
            Arg::Long("config") => archive.config = Some(parser.value()?.into()),
            Arg::Long("synthetic") => archive.synthetic_studies = number(parser, "--synthetic")?,
            other => return Err(other.unexpected()),
        }
    }
    if archive.folder.is_none() && archive.synthetic_studies == 0 {
        return Err("archive needs --folder DIR or --synthetic N".into());
    }
    Ok(Command::Archive(archive))
}

fn quirks(name: &str) -> Result<bool, Error> {
    match name {
        "orthanc" => Ok(true),
        "none" => Ok(false),
        _ => Err(format!("--quirks knows `orthanc` and `none`, not `{name}`").into()),
    }
}

/// The value of `option` as a number; the error names the option.
fn number<T: std::str::FromStr>(parser: &mut Parser, option: &str) -> Result<T, Error> {
    let text = parser.value()?.string()?;
    text.parse()
        .map_err(|_| format!("{option} needs a number, not `{text}`").into())
}

fn nothing_more(parser: &mut Parser) -> Result<(), Error> {
    match parser.next()? {
        None => Ok(()),
        Some(argument) => Err(argument.unexpected()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace()).map_err(|error| error.to_string())
    }

    #[test]
    fn no_command_asks_for_help() {
        assert_eq!(read(""), Ok(Command::Help));
        assert_eq!(read("--help"), Ok(Command::Help));
    }

    #[test]
    fn demo_takes_a_folder_and_a_port_in_either_spelling() {
        let demo = Demo {
            folder: Some("scans".into()),
            port: Some(8080),
            is_quiet: true,
        };
        let line = "demo --folder scans --port=8080 --no-open";
        assert_eq!(read(line), Ok(Command::Demo(demo)));
        assert_eq!(read("demo"), Ok(Command::Demo(Demo::default())));
    }

    #[test]
    fn errors_name_the_option() {
        let message = |line| read(line).unwrap_err();
        assert!(message("demo --prt 1").contains("--prt"));
        assert!(message("demo --port many").contains("--port needs a number, not `many`"));
        assert!(message("demo --port 70000").contains("--port"));
        assert!(message("demo --port").contains("--port"));
        assert!(message("test --fast").contains("--fast"));
        assert!(message("archive --folder x --quirks pacs").contains("--quirks"));
        assert!(message("paint").contains("unknown command `paint`"));
    }

    #[test]
    fn render_wants_center_and_width_together() {
        let line = "render a.dcm --frame 3 --width 400 --center -40.5 -o a.png";
        let Ok(Command::Render(render)) = read(line) else {
            panic!("not a render command");
        };
        assert_eq!(render.frame, 3);
        assert_eq!(render.center_width, Some((-40.5, 400.0)));
        assert!(!render.is_without_overlays && !render.is_shuttered);
        let Ok(Command::Render(bare)) = read("render a.dcm --no-overlays --shutter -o a.png")
        else {
            panic!("not a render command");
        };
        assert!(bare.is_without_overlays && bare.is_shuttered);
        assert!(read("render a.dcm --width 400 -o a.png").is_err());
        assert!(read("render a.dcm").unwrap_err().contains("-o"));
        assert!(read("render -o a.png").unwrap_err().contains("FILE"));
    }

    #[test]
    fn fuzz_takes_a_target_and_a_time() {
        let fuzz = |target: Option<&str>, seconds| {
            let target = target.map(str::to_owned);
            Ok(Command::Fuzz { target, seconds })
        };
        assert_eq!(read("fuzz"), fuzz(None, 60));
        assert_eq!(read("fuzz rle --seconds 5"), fuzz(Some("rle"), 5));
    }

    #[test]
    fn digest_wants_files() {
        let files = vec![PathBuf::from("a"), PathBuf::from("b")];
        assert_eq!(read("digest a b"), Ok(Command::Digest { files }));
        assert!(read("digest").unwrap_err().contains("FILE"));
    }

    #[test]
    fn archive_takes_all_its_options() {
        let line = "archive --folder d --site s --port 1 --quirks orthanc --config c --synthetic 9";
        let archive = Archive {
            folder: Some("d".into()),
            site: Some("s".into()),
            port: 1,
            is_like_orthanc: true,
            config: Some("c".into()),
            synthetic_studies: 9,
        };
        assert_eq!(read(line), Ok(Command::Archive(archive)));
        assert!(read("archive").unwrap_err().contains("--folder"));
    }

    #[test]
    fn every_command_stands_in_the_help() {
        for name in "demo test build digest render fuzz bench samples archive".split(' ') {
            assert!(HELP.contains(&format!("cargo xtask {name}")), "{name}");
        }
    }
}
