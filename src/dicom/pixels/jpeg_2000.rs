//! JPEG 2000 and HTJ2K frames (PS3.5 8.2.4, 8.2.15): one decoder for both, which undoes the colour transform too, and can
//! stop at a smaller picture.

use skiagraph_codec::wavelet;
use skiagraph_core::pixel::descriptor::PixelDescriptor;

use super::{
    codec::{DecodeError, Plain},
    coded::{self, Decoder},
};

const NAME: &str = "JPEG 2000";

/// Decodes a JPEG 2000 or HTJ2K frame 2^`level` times smaller; `descriptor` is of the whole.
///
/// # Errors
/// As [`Decoder::plain`], and [`DecodeError::Unsupported`] where the codestream has fewer levels.
pub(super) fn decode(
    descriptor: &PixelDescriptor,
    frame: &[u8],
    level: u8,
) -> Result<Plain, DecodeError> {
    let decoder = Decoder {
        name: NAME,
        header: wavelet::header,
        decode: &|bytes, limits| wavelet::decode_reduced(bytes, level, limits),
    };
    decoder.plain(descriptor, frame)
}

/// How many times the frame can be had at half the size.
///
/// # Errors
/// [`DecodeError::SizeMismatch`] and what the main header says is wrong.
pub(super) fn levels(descriptor: &PixelDescriptor, frame: &[u8]) -> Result<u8, DecodeError> {
    let refused = |error| coded::refused(NAME, error);
    coded::size(&wavelet::header(frame).map_err(refused)?).check(descriptor)?;
    wavelet::levels(frame).map_err(refused)
}

/// How many bytes each level needs; `None` where these end before.
///
/// # Errors
/// As [`levels`], and what the packets say is wrong.
pub(super) fn extents(
    descriptor: &PixelDescriptor,
    frame: &[u8],
) -> Result<Vec<Option<u64>>, DecodeError> {
    let refused = |error| coded::refused(NAME, error);
    coded::size(&wavelet::header(frame).map_err(refused)?).check(descriptor)?;
    let extents = wavelet::extents(frame, &coded::limits(descriptor))
        .map_err(refused)?
        .into_iter();
    Ok(extents.map(|extent| extent.map(|n| n as u64)).collect())
}

/// What the frame is 2^`level` times smaller.
///
/// # Errors
/// As [`levels`], and [`DecodeError::Unsupported`] where the codestream has fewer.
pub(super) fn reduced(
    descriptor: &PixelDescriptor,
    frame: &[u8],
    level: u8,
) -> Result<PixelDescriptor, DecodeError> {
    let refused = |error| coded::refused(NAME, error);
    coded::size(&wavelet::header(frame).map_err(refused)?).check(descriptor)?;
    let header = wavelet::reduced_header(frame, level).map_err(refused)?;
    Ok(PixelDescriptor {
        rows: header.height,
        columns: header.width,
        ..*descriptor
    })
}
