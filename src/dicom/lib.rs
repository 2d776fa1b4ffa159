//! Bytes to core types.

pub mod arrival;
mod attribute;
pub mod audit;
#[cfg(feature = "deidentify")]
pub mod deidentify;
pub mod dicomweb;
#[cfg(feature = "part10")]
pub mod document;
pub mod error;
pub mod film;
mod instance;
pub mod job;
#[cfg(feature = "pixels")]
pub mod pixels;
pub mod transfer_syntax;
mod wire_descriptor;
