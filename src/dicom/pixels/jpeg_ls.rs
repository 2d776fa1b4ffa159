//! JPEG-LS frames (PS3.5 8.2.3), lossless and near-lossless.

use skiagraph_codec::jpeg_ls;
use skiagraph_core::pixel::descriptor::PixelDescriptor;

use super::{
    codec::{DecodeError, Plain},
    coded::Decoder,
};

/// Decodes a JPEG-LS frame.
///
/// # Errors
/// As [`Decoder::plain`].
pub(super) fn decode(descriptor: &PixelDescriptor, frame: &[u8]) -> Result<Plain, DecodeError> {
    let decoder = Decoder {
        name: "JPEG-LS",
        header: jpeg_ls::header,
        decode: &jpeg_ls::decode,
    };
    decoder.plain(descriptor, frame)
}
