//! Significance patterns and exponent bounds of the quads of a cleanup pass (ISO/IEC 15444-15 7.3.5, 7.3.6).

use super::bits::Bits;
use super::mel::Mel;
use super::tables::{
    BOTH_LARGE, Bounds, FIRST_BOUNDS, FIRST_ROW, LATER_BOUNDS, LATER_ROWS, Quad, has_bound, len,
    prefix_len, prefixes, rho, suffix_lens,
};

/// The VLC stream: at most 4079 bytes.
pub(super) type VlcBits = Bits<{ 4096 + 16 }>;

/// What is told of a quad before its magnitudes: its code, and the bound u.
pub(super) const fn pack(quad: Quad, bound: u32) -> u32 {
    quad as u32 | bound << 16
}
/// The code of a packed quad.
pub(super) const fn code(packed: u32) -> Quad {
    packed as Quad
}
/// The bound u of a packed quad.
pub(super) const fn bound(packed: u32) -> u32 {
    packed >> 16
}

/// Reads all quads: rows of `across` of them, into rows two longer with a zero on both sides.
pub(super) fn read_quads(quads: &mut [u32], across: usize, vlc: &VlcBits, mel: &mut Mel<'_>) {
    static NOTHING: [u32; 514] = [0; 514];
    let mut above = &NOTHING[..];
    let mut at = 0;
    let mut is_first = true;
    for row in quads.chunks_exact_mut(across + 2) {
        at = if is_first {
            read_row::<true>(row, above, at, vlc, mel)
        } else {
            read_row::<false>(row, above, at, vlc, mel)
        };
        is_first = false;
        above = row;
    }
}

/// Reads a row from bit `at`; returns the bit after it.
#[inline(never)]
fn read_row<const IS_FIRST: bool>(
    row: &mut [u32],
    above: &[u32],
    mut at: usize,
    vlc: &VlcBits,
    mel: &mut Mel<'_>,
) -> usize {
    let across = row.len() - 2;
    let (table, bounds): (&[Quad; 1024], &[Bounds; 320]) = if IS_FIRST {
        (&FIRST_ROW, &FIRST_BOUNDS)
    } else {
        (&LATER_ROWS, &LATER_BOUNDS)
    };
    let mut left = 0;
    let mut x = 1;
    while x <= across {
        let mut bits = vlc.at(at);
        let mut pair = [0, 0];
        let n = (across + 1 - x).min(2);
        for (index, quad) in pair.iter_mut().enumerate().take(n) {
            let context = if IS_FIRST {
                first_context(left)
            } else {
                later_context(left, &above[x + index - 1..x + index + 2])
            };
            if context != 0 || mel.is_event() {
                *quad = table[context << 7 | bits as usize & 127];
            }
            bits >>= len(*quad);
            at += len(*quad) as usize;
            left = rho(*quad);
        }
        let mut kind = (has_bound(pair[0]) | has_bound(pair[1]) << 1) as usize;
        if IS_FIRST && kind == 3 && mel.is_event() {
            kind = BOTH_LARGE;
        }
        let entry = bounds[kind * 64 + (bits as usize & 63)];
        let (first, second) = suffix_lens(entry);
        bits >>= prefix_len(entry);
        let (mut u, mut v) = prefixes(entry);
        u += bits as u32 & ((1 << first) - 1);
        v += (bits >> first) as u32 & ((1 << second) - 1);
        at += (prefix_len(entry) + first + second) as usize;
        row[x] = pack(pair[0], u);
        if n == 2 {
            row[x + 1] = pack(pair[1], v);
        }
        x += 2;
    }
    at
}

/// Equation 1: from the quad to the left.
#[inline(always)]
fn first_context(left: u32) -> usize {
    (left >> 1 | left & 1) as usize
}

/// Equation 2: from the quad to the left, and those above: left, middle, right.
#[inline(always)]
fn later_context(left: u32, above: &[u32]) -> usize {
    let [before, over, after] = above else {
        return 0;
    };
    let (before, over, after) = (rho(code(*before)), rho(code(*over)), rho(code(*after)));
    let nw = before >> 3 | over >> 1 & 1;
    let w = left >> 2 | left >> 3;
    let ne = over >> 3 | after >> 1 & 1;
    (nw | (w & 1) << 1 | ne << 2) as usize
}
