//! Deflate (RFC 1951) for data sets (PS3.5 A.5) and single frames, with a cap on what comes out.

use miniz_oxide::inflate::{
    DecompressError, TINFLStatus, decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit,
};
use skiagraph_core::pixel::descriptor::PixelDescriptor;

use super::codec::DecodeError;

/// What stops an inflation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InflateError {
    /// More than the cap comes out.
    TooLarge,
    /// Not a deflate stream, or cut.
    Damaged,
}

/// Inflates a deflated data set, which some writers give a zlib header.
#[cfg(feature = "part10")]
pub(super) fn inflate_data_set(bytes: &[u8]) -> Result<Vec<u8>, InflateError> {
    /// Bytes out for one byte in, at most; beyond it a file is a bomb, not an image (standards 4.9).
    const MAX_RATIO: u64 = 200;
    /// Bytes out of one data set, at most.
    const MAX_INFLATED_BYTES: u64 = 2 << 30;
    /// Below this no ratio is checked: a small data set of spaces is no bomb.
    const ALWAYS_ALLOWED_BYTES: u64 = 1 << 20;
    let by_ratio = (bytes.len() as u64)
        .saturating_mul(MAX_RATIO)
        .max(ALWAYS_ALLOWED_BYTES);
    inflate(bytes, by_ratio.min(MAX_INFLATED_BYTES) as usize)
}

/// Inflates a deflated frame; it may not become larger than the native frame and its padding.
pub(super) fn inflate_frame(
    descriptor: &PixelDescriptor,
    frame: &[u8],
) -> Result<Vec<u8>, DecodeError> {
    let limit = descriptor.native_frame_bits().div_ceil(8) as usize + 1;
    inflate(frame, limit).map_err(|error| match error {
        InflateError::TooLarge => DecodeError::corrupt("deflate", "more bytes than the frame has"),
        InflateError::Damaged => DecodeError::corrupt("deflate", "not a deflate stream, or cut"),
    })
}

fn inflate(bytes: &[u8], limit: usize) -> Result<Vec<u8>, InflateError> {
    match decompress_to_vec_with_limit(bytes, limit) {
        Err(error) if error.status == TINFLStatus::Failed => {
            decompress_to_vec_zlib_with_limit(bytes, limit).map_err(classify)
        }
        other => other.map_err(classify),
    }
}

fn classify(error: DecompressError) -> InflateError {
    if error.status == TINFLStatus::HasMoreOutput {
        InflateError::TooLarge
    } else {
        InflateError::Damaged
    }
}
