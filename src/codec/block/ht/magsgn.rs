//! Magnitudes and signs of a cleanup pass (ISO/IEC 15444-15 7.3.2, 7.3.7, 7.3.8).

use super::bits::Bits;
use super::lanes::Lanes;
use super::tables::{Quad, highest, known, rho};
use super::vlc::{bound, code};

/// The `MagSgn` stream: at most 31 bits for each coefficient.
pub(super) type MagSgnBits = Bits<{ 16384 + 16 }>;

/// What the rows of a block share.
pub(super) struct Magnitudes<'a> {
    pub(super) bits: &'a MagSgnBits,
    /// U of a quad exceeds the bits of a magnitude by one at most.
    pub(super) largest_bound: u32,
    /// Weight of the bit plane, as a shift of twice the magnitude.
    pub(super) shift: u32,
    /// The next bit.
    pub(super) at: usize,
}

/// What the next row of quads asks of the bottom row of samples of this one: for each quad 2|q| - 1 of its left and
/// of its right one, 0 where q is 0; a quad more on both sides.
pub(super) type Bottom = [u32; 2 * (512 + 2)];

impl Magnitudes<'_> {
    /// Decodes a row of quads (packed) into two rows of samples. False: a bound is impossible, so what follows is noise.
    #[inline(never)]
    pub(super) fn read_row<const IS_FIRST: bool>(
        &mut self,
        quads: &[u32],
        bottom: &mut Bottom,
        [top, low]: [&mut [[i32; 2]]; 2],
    ) -> bool {
        let mut largest = 0;
        let mut before = 0;
        let samples = top.iter_mut().zip(low);
        for ((quad, (top, low)), x) in quads.iter().zip(samples).zip(1..513) {
            // Equations 3 and 4: the exponents around, where the quad has more than one significant sample.
            let around = before | bottom[2 * x] | bottom[2 * x + 1] | bottom[2 * x + 2];
            before = bottom[2 * x + 1];
            let rho = rho(code(*quad));
            let has_several = rho & rho.wrapping_sub(1) != 0;
            let kappa = if !IS_FIRST && has_several {
                (32 - around.leading_zeros()).max(2) - 1
            } else {
                1
            };
            let bound = bound(*quad) + kappa;
            largest = bound.max(largest);
            let (odd, values) = self.read(code(*quad), bound.min(31));
            bottom[2 * x] = odd[1] as u32;
            bottom[2 * x + 1] = odd[3] as u32;
            *top = [values[0], values[2]];
            *low = [values[1], values[3]];
        }
        largest <= self.largest_bound
    }

    /// 2|q| - 1 of the samples of a quad, and their coefficients (with the half of what is not known). `bound` is U:
    /// a sample has as many bits, or one less where the highest is known.
    #[inline(always)]
    fn read(&mut self, quad: Quad, bound: u32) -> ([i32; 4], [i32; 4]) {
        let (rho, known, highest) = (rho(quad), known(quad), highest(quad));
        // Four numbers of bits, a byte each; and what they sum up to, so that no sample waits for the one before.
        let n = (spread(rho) * bound).wrapping_sub(spread(known));
        let ends = n.wrapping_mul(0x0101_0101);
        let starts = [0, ends & 0xFF, ends >> 8 & 0xFF, ends >> 16 & 0xFF];
        let total = ends >> 24;
        let raw = if total <= 57 {
            let bits = self.bits.at(self.at);
            starts.map(|start| (bits >> start) as u32)
        } else {
            starts.map(|start| self.bits.at(self.at + start as usize) as u32)
        };
        self.at += total as usize;
        let top = 1_u32 << (bound.wrapping_sub(1) % 32);
        let all = top.wrapping_shl(1).wrapping_sub(1);
        let [rho, known, highest] = [rho, known, highest].map(Lanes::from_bits);
        let top_bit = Lanes::splat(top);
        let mask = (rho & Lanes::splat(all)) ^ (known & top_bit);
        let bits = (Lanes::new(raw) & mask) | (highest & top_bit);
        let odd = (bits | Lanes::splat(1)) & rho;
        let magnitude = (odd + (Lanes::splat(2) & rho)).shift_left(self.shift);
        let sign = Lanes::splat(0) - (bits & Lanes::splat(1));
        let value = (magnitude ^ sign) - sign;
        (odd.to_array(), value.to_array())
    }
}

/// A byte of 1 for each bit.
#[inline(always)]
fn spread(bits: u32) -> u32 {
    (bits & 15).wrapping_mul(0x0020_4081) & 0x0101_0101
}
