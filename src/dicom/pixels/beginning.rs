//! What can be shown of a frame of which only the beginning is there: a level whose packets are all there, or nothing.

use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor};

#[cfg(feature = "wavelet")]
use super::jpeg_2000;
use super::{codec::DecodeError, reduced, sniff::sniff};
use crate::transfer_syntax::TransferSyntax;

/// Shortest longer side of a picture in which something can be recognised, pixels.
const MIN_SIDE_PX: u32 = 64;

/// How many bytes of a frame each level needs, from the whole (level 0) down; `None` where these bytes end before. Empty for
/// codecs that store one size only. [`super::decode_reduced`] takes a level that is there from these bytes, and gives
/// what it would give of all of them.
///
/// # Errors
/// [`DecodeError`] where these bytes are damaged, end within the main header, or are of another size than the descriptor's.
pub fn extents(
    descriptor: &PixelDescriptor,
    label: Option<&TransferSyntax>,
    beginning: &[u8],
) -> Result<Vec<Option<u64>>, DecodeError> {
    match sniff(descriptor, label, beginning) {
        #[cfg(feature = "wavelet")]
        super::sniff::Codec::Jpeg2000 | super::sniff::Codec::Htj2k => {
            jpeg_2000::extents(descriptor, beginning)
        }
        _ => Ok(Vec::new()),
    }
}

/// The finest level but the whole of which all packets are in the beginning of a frame; `None` where there is none, or none
/// in which anything could be recognised. Means of palette indices are no colours, so a palette has none.
pub fn coarse_level(
    descriptor: &PixelDescriptor,
    label: Option<&TransferSyntax>,
    beginning: &[u8],
) -> Option<u8> {
    if descriptor.photometric == Photometric::PaletteColor {
        return None;
    }
    let extents = extents(descriptor, label, beginning).ok()?;
    let level = extents.iter().skip(1).position(Option::is_some)?;
    let level = u8::try_from(level + 1).ok()?;
    let smaller = reduced(descriptor, label, beginning, level).ok()?;
    (smaller.rows.max(smaller.columns) >= MIN_SIDE_PX).then_some(level)
}
