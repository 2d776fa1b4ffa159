//! JPEG 2000 and HTJ2K frames (PS3.5 8.2.4, 8.2.15): one decoder for both, which undoes the colour transform too.

use skiagraph_codec::wavelet;
use skiagraph_core::pixel::descriptor::PixelDescriptor;

use super::{
    codec::{DecodeError, Plain},
    coded::Decoder,
};

/// Decodes a JPEG 2000 or HTJ2K frame.
///
/// # Errors
/// As [`Decoder::plain`].
pub(super) fn decode(descriptor: &PixelDescriptor, frame: &[u8]) -> Result<Plain, DecodeError> {
    let decoder = Decoder {
        name: "JPEG 2000",
        header: wavelet::header,
        decode: wavelet::decode,
    };
    decoder.plain(descriptor, frame)
}
