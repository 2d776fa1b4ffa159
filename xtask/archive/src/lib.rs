//! The embedded DICOMweb archive: it serves a folder of DICOM files and the built viewer to the demo and to the tests, with faults on demand. Never production.
//!
//! What it answers follows PS3.18; [`Quirks::Orthanc`] changes that to what Orthanc 1.10 with its DICOMweb plugin 1.7 was seen to send.

#![allow(
    clippy::disallowed_methods,
    reason = "a native server reads files, keeps time and waits"
)]

mod accept;
mod faults;
mod frames;
mod http;
mod index;
mod json;
mod layout;
mod matching;
mod multipart;
mod qido;
mod ranges;
mod routes;
mod scan;
mod server;
mod site;
mod stow;
mod synthetic;
mod wado;
mod wire;

use std::path::PathBuf;

pub use server::Server;

/// Which server's habits the archive imitates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quirks {
    /// PS3.18 to the letter.
    #[default]
    None,
    /// Orthanc 1.10 with the DICOMweb plugin 1.7.
    Orthanc,
}

/// What to serve, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder of DICOM files, read recursively; uploads are stored in it. Without one the archive starts empty and refuses uploads.
    pub folder: Option<PathBuf>,
    /// Folder of the built viewer, served under `/`.
    pub site: Option<PathBuf>,
    /// Path of the DICOMweb services, such as `/dicom-web`.
    pub root: String,
    /// TCP port on 127.0.0.1; 0 takes any that is free.
    pub port: u16,
    /// Whose habits to imitate.
    pub quirks: Quirks,
    /// Text served as `/config.json` in place of the site's own file.
    pub site_config: Option<String>,
    /// How many generated studies `/studies` lists after the real ones; they have no series.
    pub synthetic_studies: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            folder: None,
            site: None,
            root: "/dicom-web".to_owned(),
            port: 0,
            quirks: Quirks::None,
            site_config: None,
            synthetic_studies: 0,
        }
    }
}

/// Why the archive did not start.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The port is taken or may not be opened.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// A folder named in the options cannot be read.
    #[error("cannot read the folder {}", folder.display())]
    Folder {
        /// The folder asked for.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The root is not an absolute path of plain segments.
    #[error("the DICOMweb root must start with a slash and not end with one")]
    Root,
}

/// Reads the folder, then listens on 127.0.0.1 until the returned [`Server`] is dropped.
///
/// `progress` gets one line per few hundred files and a summary at the end.
///
/// # Errors
/// [`ArchiveError`] where the port, a folder or the root cannot be used. A file that is not DICOM is no error: it is counted and left out.
pub fn start(options: Options, progress: &mut dyn FnMut(&str)) -> Result<Server, ArchiveError> {
    server::start(options, progress)
}
