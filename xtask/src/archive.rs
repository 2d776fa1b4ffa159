//! `archive`: the embedded archive as a process of its own, for the browser tests; and its start for the demo.

use std::{fs, io};

use skiagraph_archive::{Options, Quirks, Server, start as start_server};

use crate::{args, error::XtaskError};

/// Serves until standard input ends (the test that started this has ended) or the process is killed.
///
/// The first line on standard output is `{"url": "http://127.0.0.1:PORT"}`; progress goes to standard error.
pub(crate) fn run(options: args::Archive) -> Result<(), XtaskError> {
    let server = start(to_options(options)?, &mut |line| eprintln!("{line}"))?;
    println!("{}", serde_json::json!({ "url": server.url() }));
    let ended = io::copy(&mut io::stdin().lock(), &mut io::sink());
    ended.map_err(XtaskError::file("standard input"))?;
    Ok(())
}

/// Starts the archive; `progress` gets what it says meanwhile.
pub(crate) fn start(
    options: Options,
    progress: &mut dyn FnMut(&str),
) -> Result<Server, XtaskError> {
    start_server(options, progress).map_err(|error| XtaskError::Archive(error.to_string()))
}

fn to_options(options: args::Archive) -> Result<Options, XtaskError> {
    let read = |file| fs::read_to_string(&file).map_err(XtaskError::file(file));
    Ok(Options {
        folder: options.folder,
        site: options.site,
        port: options.port,
        quirks: if options.is_like_orthanc {
            Quirks::Orthanc
        } else {
            Quirks::None
        },
        site_config: options.config.map(read).transpose()?,
        synthetic_studies: options.synthetic_studies,
        ..Options::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_reach_the_archive() {
        let options = to_options(args::Archive {
            folder: Some("scans".into()),
            is_like_orthanc: true,
            synthetic_studies: 7,
            ..args::Archive::default()
        })
        .unwrap();
        assert_eq!(options.quirks, Quirks::Orthanc);
        assert_eq!(options.synthetic_studies, 7);
        assert_eq!(options.root, "/dicom-web");
        assert_eq!(options.site_config, None);
    }

    #[test]
    fn a_missing_config_file_is_named() {
        let options = args::Archive {
            config: Some("no/such/config.json".into()),
            ..args::Archive::default()
        };
        let error = to_options(options).unwrap_err().to_string();
        assert!(error.contains("no/such/config.json"), "{error}");
    }
}
