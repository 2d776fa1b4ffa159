//! The browser tests: the real page in a real browser, against archives that the tests start themselves.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{
    checks::{Finding, run_tests},
    error::XtaskError,
    paths,
    process::Invocation,
    samples,
    tally::NodeTest,
    tools::{self, Packages},
};

/// Runs `tests/browser/*.spec.js`.
///
/// What they find in their environment: `SITE` (the built site), `ARCHIVE_BIN` (this program; its command
/// `archive` is the embedded archive), `SAMPLES` (the demo's studies in full size), and where they are there `BROWSER`,
/// `SHARED_DATA` (real files), `ORTHANC` (the program of a real archive), `JUDGES` (the folder of `dcmj2pnm` and other
/// programs that know DICOM) and `PYDICOM` (a Python that has it).
/// With `UPDATE_SCREENSHOT=1` the picture of the README is written in place of compared. `NODE_PATH` leads `require` to the packages of `www`.
pub(crate) fn run() -> Finding {
    let specs = match specs(&paths::root().join("tests/browser")) {
        Ok(specs) if specs.is_empty() => return Finding::skipped("no tests/browser/*.spec.js"),
        Ok(specs) => specs,
        Err(error) => return Finding::failed(error),
    };
    if !paths::site().join("index.html").is_file() {
        return Finding::failed("no site in dist/");
    }
    if let Err(error) = tools::ensure_npm_packages() {
        return Finding::failed(error);
    }
    if let Err(error) = tools::ensure_packages(Packages::BROWSER)
        && find_browser().is_none()
    {
        return Finding::skipped(error);
    }
    // Tests of a server that is not there skip themselves, with its name.
    if let Err(error) = tools::ensure_packages(Packages::WEB_SERVERS) {
        println!("{error}");
    }
    if let Err(error) = samples::ensure(&mut |line| println!("{line}")) {
        return Finding::failed(error);
    }
    match command(&specs) {
        Ok(command) => run_tests(&command, NodeTest::default()),
        Err(error) => Finding::failed(error),
    }
}

fn command(specs: &[PathBuf]) -> Result<Invocation, XtaskError> {
    let program = env::current_exe().map_err(XtaskError::file("the running program"))?;
    // One file at a time: a browser that draws on the CPU needs all of it.
    let command = Invocation::line("node --test --test-concurrency=1 --test-reporter=spec")
        .args(specs)
        .variable("SITE", paths::site())
        .variable("ARCHIVE_BIN", program)
        .variable("SAMPLES", paths::samples())
        .variable("NODE_PATH", paths::www().join("node_modules"));
    let found = [
        ("BROWSER", find_browser()),
        ("FIREFOX", find_firefox()),
        ("SHARED_DATA", paths::shared_data()),
        ("ORTHANC", find_orthanc()),
        ("JUDGES", find_judges()),
        ("PYDICOM", find_pydicom()),
    ];
    let found = found
        .into_iter()
        .filter_map(|(name, path)| Some((name, path?)));
    Ok(found.fold(command, |command, (name, path)| {
        command.variable(name, path)
    }))
}

fn specs(folder: &Path) -> Result<Vec<PathBuf>, XtaskError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(XtaskError::file(folder))? {
        let file = entry.map_err(XtaskError::file(folder))?.path();
        if file.to_string_lossy().ends_with(".spec.js") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn find_browser() -> Option<PathBuf> {
    find(&[
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ])
}

/// A second engine; its tests skip themselves where it cannot be had.
fn find_firefox() -> Option<PathBuf> {
    let known = ["/usr/bin/firefox-esr", "/usr/bin/firefox"];
    find(&known).or_else(|| {
        tools::ensure_packages(Packages::FIREFOX).ok()?;
        find(&known)
    })
}

/// The real archive; its tests skip themselves where it cannot be had.
fn find_orthanc() -> Option<PathBuf> {
    tools::ensure_packages(Packages::ORTHANC).ok()?;
    find(&["/usr/sbin/Orthanc", "/usr/bin/Orthanc"])
}

/// The folder of independent judges of DICOM files, `dciodvfy` and `dcmdump`.
fn find_judges() -> Option<PathBuf> {
    tools::ensure_packages(Packages::JUDGES).ok()?;
    find(&["/usr/bin/dciodvfy"])?
        .parent()
        .map(Path::to_path_buf)
}

/// A Python with pydicom, which reads what the probe must show; only real files are asked about.
fn find_pydicom() -> Option<PathBuf> {
    paths::shared_data()?;
    tools::ensure_pydicom().ok()
}

fn find(candidates: &[&str]) -> Option<PathBuf> {
    candidates
        .iter()
        .map(PathBuf::from)
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_has_no_specs() {
        assert!(specs(Path::new("no/such/folder")).unwrap().is_empty());
    }
}
