//! Writers for the tests: frames, files and DICOM JSON made from the standards, so that no one else's files are needed.

pub mod audit;
pub mod file;
pub mod frames;
pub mod json;
pub mod jxl;
