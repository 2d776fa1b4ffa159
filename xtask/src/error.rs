//! Why a command of the project ended early, in a sentence for the person at the terminal.

use std::{io, path::PathBuf};

/// What stopped a command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum XtaskError {
    /// The command line is not one of ours.
    #[error("{0}\nrun `cargo xtask help` for the commands and their options")]
    Usage(#[from] lexopt::Error),
    /// A file or folder could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program is not there or may not be run.
    #[error("`{command}` did not start: {source}")]
    NotStarted {
        /// The command line.
        command: String,
        /// What the system said.
        source: io::Error,
    },
    /// A program ended with an error of its own, which it has printed.
    #[error("`{command}` ended with {status}")]
    Failed {
        /// The command line.
        command: String,
        /// Its exit status, in the system's words.
        status: String,
    },
    /// Something has to be installed by hand on this machine.
    #[error("{what} is missing: {remedy}")]
    Missing {
        /// The thing that is missing.
        what: String,
        /// What to install, as a command or a sentence.
        remedy: String,
    },
    /// A file is there but does not hold what it must.
    #[error("{path}: {problem}", path = path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The embedded archive did not start.
    #[error("the embedded archive did not start: {0}")]
    Archive(String),
    /// The sample studies could not be written.
    #[error("the sample studies could not be written: {0}")]
    Samples(String),
    /// A command whose parts are not there yet.
    #[error("{0}: not built yet")]
    NotBuilt(&'static str),
    /// Some of the checks failed; they have been listed.
    #[error("some checks failed")]
    ChecksFailed,
}

impl XtaskError {
    /// Names the file in an I/O error: `read(path).map_err(XtaskError::file(path))`.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::File { path, source }
    }
}
