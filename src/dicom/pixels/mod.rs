//! Pixels out of bytes: a frame is sniffed, decoded by its codec and checked against the Image Pixel module.
//!
//! A codec is one file with one function from the frame's bytes to [`codec::Plain`]; it is entered in
//! [`sniff::Codec`] and in [`decode::decode`], nowhere else.

pub mod codec;
pub mod decode;
mod deflate;
mod jpeg;
mod jpeg_header;
mod jpeg_progressive_12;
mod native;
pub mod part10;
mod rle;
pub mod sniff;

pub use codec::{DecodeError, DecodeWarning, Decoded};
pub use decode::decode;
