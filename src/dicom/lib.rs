//! Bytes to core types.

mod attribute;
pub mod dicomweb;
pub mod error;
mod instance;
pub mod job;
#[cfg(feature = "pixels")]
pub mod pixels;
pub mod transfer_syntax;
