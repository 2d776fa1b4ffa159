//! What can go wrong while the samples are written.

use std::path::PathBuf;

/// Why the samples could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PhantomError {
    /// A folder could not be made.
    #[error("cannot make the folder {path}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file meta information is not valid (PS3.10 7.1).
    #[error("cannot form the file meta information of {path}")]
    Meta {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: Box<dicom_object::WithMetaError>,
    },
    /// A file could not be written.
    #[error("cannot write {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: Box<dicom_object::WriteError>,
    },
}
