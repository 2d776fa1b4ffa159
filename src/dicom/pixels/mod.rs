//! Pixels out of bytes: a frame is sniffed, decoded by its codec and checked against the Image Pixel module.
//!
//! A codec is one file with one function from the frame's bytes to [`codec::Plain`]; it is entered in
//! [`sniff::Codec`] and in [`decode::decode`], nowhere else. Which codecs there are is decided by the crate's features.

mod beginning;
pub mod byte_planes;
mod codec;
#[cfg(any(
    feature = "jpeg_lossless",
    feature = "jpeg_ls",
    feature = "jpeg_xl",
    feature = "wavelet"
))]
mod coded;
pub mod decode;
mod deflate;
#[cfg(feature = "jpeg")]
mod jpeg;
#[cfg(feature = "wavelet")]
mod jpeg_2000;
mod jpeg_header;
#[cfg(feature = "jpeg_lossless")]
mod jpeg_lossless;
#[cfg(feature = "jpeg_ls")]
mod jpeg_ls;
#[cfg(feature = "jpeg")]
mod jpeg_progressive_12;
#[cfg(feature = "jpeg_xl")]
mod jpeg_xl;
mod native;
#[cfg(feature = "part10")]
pub mod part10;
mod rle;
pub mod single;
pub mod sniff;

pub use beginning::{coarse_level, extents};
pub use codec::{DecodeError, DecodeWarning, Decoded};
pub use decode::{decode, decode_reduced, is_built_in, levels, reduced};
