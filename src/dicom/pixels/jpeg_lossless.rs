//! Lossless JPEG frames (PS3.5 8.2.1, process 14).

use skiagraph_codec::jpeg_lossless;
use skiagraph_core::pixel::descriptor::PixelDescriptor;

use super::{
    codec::{DecodeError, Plain},
    coded::Decoder,
};

/// Decodes a lossless JPEG frame.
///
/// # Errors
/// As [`Decoder::plain`].
pub(super) fn decode(descriptor: &PixelDescriptor, frame: &[u8]) -> Result<Plain, DecodeError> {
    let decoder = Decoder {
        name: "JPEG Lossless",
        header: jpeg_lossless::header,
        decode: &jpeg_lossless::decode,
    };
    decoder.plain(descriptor, frame)
}
