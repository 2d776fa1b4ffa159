//! HTJ2K blocks (ISO/IEC 15444-15 clause 7): a cleanup pass of up to four codes, then up to two refinement passes.

mod bits;
mod lanes;
mod magsgn;
mod mel;
mod refine;
mod tables;
mod vlc;

use super::Block;
use crate::Error;
use magsgn::{Bottom, MagSgnBits, Magnitudes};
use mel::Mel;
use refine::Refinement;
use vlc::VlcBits;

/// What blocks are decoded in.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    vlc: VlcBits,
    magsgn: MagSgnBits,
    /// Packed quads, rows with one more on both sides.
    quads: Vec<u32>,
    /// Two rows of samples.
    rows: Vec<[i32; 2]>,
    refinement: Refinement,
}

/// Decodes `block` into rows `stride` apart; sizes and bit planes have been checked.
pub(super) fn decode(
    scratch: &mut Scratch,
    block: &Block<'_>,
    out: &mut [i32],
    stride: usize,
) -> Result<bool, Error> {
    let (width, height) = (block.width as usize, block.height as usize);
    if block.roi_shift > 0 {
        return Err(Error::Unsupported("a region of interest in HTJ2K"));
    }
    let passes: u32 = block.segments.iter().map(|s| u32::from(s.passes)).sum();
    let len = |index: usize| block.segments.get(index).map_or(0, |s| s.len as usize);
    let (cleanup_len, refinement_len) = (len(0), len(1));
    if passes == 0 || cleanup_len > block.data.len() {
        clear(block, out, stride);
        return Ok(passes == 0);
    }
    if block.segments.len() > 2 {
        return Err(Error::Unsupported("several HT sets in a block"));
    }
    // 7.1.1: sets of three placeholder passes come first, a bit plane each.
    let placeholders = (passes - 1) / 3;
    let passes = passes - 3 * placeholders;
    let missing = u32::from(block.missing_bit_planes) + placeholders;
    let planes = u32::from(block.bit_planes);
    if missing >= planes {
        return Err(Error::Corrupt(
            "a block has more zero bit planes than bit planes",
        ));
    }
    let (cleanup, rest) = block.data.split_at(cleanup_len);
    let refinement = &rest[..refinement_len.min(rest.len())];
    // 7.1.1: the last 12 bits are Scup, the bytes of the MEL and VLC streams together.
    let [.., before, last] = cleanup else {
        return Err(Error::Corrupt("an HT cleanup segment is too short"));
    };
    let suffix_len = usize::from(*last) << 4 | usize::from(*before & 15);
    if !(2..=4079).contains(&suffix_len) || suffix_len > cleanup.len() {
        return Err(Error::Corrupt(
            "an HT cleanup segment has an impossible suffix",
        ));
    }
    let (magsgn, suffix) = cleanup.split_at(cleanup.len() - suffix_len);
    scratch.magsgn.load_forward(magsgn, 0xFF);
    // The VLC stream begins with the upper half of the last byte but one.
    let n = if before >> 4 & 7 == 7 { 3 } else { 4 };
    scratch
        .vlc
        .load_backward(&suffix[..suffix_len - 2], before >> 4, n, before | 15);
    let across = width.div_ceil(2);
    let down = height.div_ceil(2);
    scratch.quads.clear();
    scratch.quads.resize((across + 2) * down, 0);
    let mut mel = Mel::new(suffix);
    vlc::read_quads(&mut scratch.quads, across, &scratch.vlc, &mut mel);
    let shift = planes - missing - 1;
    let mut magnitudes = Magnitudes {
        bits: &scratch.magsgn,
        largest_bound: missing + 2,
        shift,
        at: 0,
    };
    scratch.rows.resize(2 * across, [0; 2]);
    let (top, low) = scratch.rows.split_at_mut(across);
    let mut bottom: Bottom = [0; 1028];
    let pairs = out.chunks_mut(stride.saturating_mul(2));
    for ((y, quads), pair) in scratch
        .quads
        .chunks_exact(across + 2)
        .enumerate()
        .zip(pairs)
    {
        let quads = &quads[1..=across];
        let rows = [&mut top[..across], &mut low[..across]];
        let is_valid = if y == 0 {
            magnitudes.read_row::<true>(quads, &mut bottom, rows)
        } else {
            magnitudes.read_row::<false>(quads, &mut bottom, rows)
        };
        if !is_valid {
            return Err(Error::Corrupt("an HT block has an impossible exponent"));
        }
        for (samples, row) in [&*top, &*low].into_iter().zip(pair.chunks_mut(stride)) {
            let n = row.len().min(width);
            row[..n].copy_from_slice(&samples.as_flattened()[..n]);
        }
    }
    if passes < 2 {
        return Ok(true);
    }
    if refinement.is_empty() || shift == 0 {
        return Ok(false);
    }
    let is_causal = block.style.is_vertically_causal();
    scratch.refinement.start(&scratch.quads, width, height);
    scratch
        .refinement
        .propagate(refinement, is_causal, shift, out, stride);
    if passes > 2 {
        scratch.refinement.refine(refinement, shift, out, stride);
    }
    Ok(refinement.len() == refinement_len)
}

fn clear(block: &Block<'_>, out: &mut [i32], stride: usize) {
    for row in out.chunks_mut(stride).take(block.height as usize) {
        row.iter_mut()
            .take(block.width as usize)
            .for_each(|value| *value = 0);
    }
}
