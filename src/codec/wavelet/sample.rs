//! Coefficients and samples of the two wavelets: `i32` for the reversible 5/3, `f32` for the irreversible 9/7.

use crate::Header;

/// Least and greatest sample and the level shift (ISO/IEC 15444-1 G.1.2).
#[derive(Clone, Copy)]
pub(super) struct Range {
    min: i32,
    max: i32,
    shift: i32,
}

impl Range {
    pub(super) fn new(header: &Header) -> Self {
        let half = 1_i32 << (header.bits.clamp(1, 16) - 1);
        match header.is_signed {
            true => Self {
                min: -half,
                max: half - 1,
                shift: 0,
            },
            false => Self {
                min: 0,
                max: 2 * half - 1,
                shift: half,
            },
        }
    }
}

/// A number of one of the two wavelets.
pub(super) trait Sample: Copy + Default {
    /// Factor of low coefficients before lifting (K of F.3.8.2); high ones have its inverse. It is part of the scale of
    /// the subbands, so lifting itself has none.
    const LOW_GAIN: f32;

    /// Lifting steps: the first changes even rows and columns, the next odd ones, and so on.
    const N_STEPS: usize;

    /// From the block decoder's value, which has one fraction bit.
    fn dequantized(value: i32, scale: f32) -> Self;

    /// A lone odd sample (F.3.6).
    fn halved(self) -> Self;

    /// Lifting step `step` of one sample between its neighbours.
    fn lift(step: usize, value: Self, before: Self, after: Self) -> Self;

    /// Rounded, shifted, held within the range; two's complement.
    fn sample(self, range: Range) -> u16;
}

impl Sample for i32 {
    const LOW_GAIN: f32 = 1.0;
    const N_STEPS: usize = 2;

    #[inline(always)]
    fn dequantized(value: i32, _: f32) -> Self {
        // Half of it, towards zero.
        (value - (value >> 31)) >> 1
    }

    fn halved(self) -> Self {
        self >> 1
    }

    /// Equations F-5 and F-6. Wraps only where the bytes are nonsense.
    #[inline(always)]
    fn lift(step: usize, value: Self, before: Self, after: Self) -> Self {
        let sum = before.wrapping_add(after);
        match step {
            0 => value.wrapping_sub(sum.wrapping_add(2) >> 2),
            _ => value.wrapping_add(sum >> 1),
        }
    }

    #[inline(always)]
    fn sample(self, range: Range) -> u16 {
        self.wrapping_add(range.shift).clamp(range.min, range.max) as u16
    }
}

/// Table F.4, in the order of the inverse: delta, gamma, beta, alpha.
const LIFTING: [f32; 4] = [0.443_506_85, 0.882_911_1, -0.052_980_117, -1.586_134_3];

/// 1.5 x 2^23: added to a number of less than 22 bits, its lowest bits are that number rounded to the nearest integer.
const ROUNDER: f32 = 12_582_912.0;

impl Sample for f32 {
    const LOW_GAIN: f32 = 1.230_174_1;
    const N_STEPS: usize = 4;

    #[inline(always)]
    fn dequantized(value: i32, scale: f32) -> Self {
        value as f32 * scale
    }

    fn halved(self) -> Self {
        self * 0.5
    }

    /// Equation F-7, steps 3 to 6.
    #[inline(always)]
    fn lift(step: usize, value: Self, before: Self, after: Self) -> Self {
        value - LIFTING[step & 3] * (before + after)
    }

    #[inline(always)]
    fn sample(self, range: Range) -> u16 {
        let (min, max) = (range.min as f32, range.max as f32);
        let value = self + range.shift as f32;
        // Compared so that one instruction does it; NaN, of nonsense, becomes the least.
        let value = if value > min { value } else { min };
        let value = if value < max { value } else { max };
        (value + ROUNDER).to_bits() as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(bits: u8, is_signed: bool) -> Range {
        Range::new(&Header {
            width: 1,
            height: 1,
            components: 1,
            bits,
            is_signed,
            is_lossy: false,
            has_color_transform: false,
        })
    }

    /// G.1.2: unsigned samples are shifted by half their range; what leaves the range is held at its ends.
    #[test]
    fn samples_are_shifted_and_clamped() {
        let shifted = [-5000, -2048, 0, 2047, 5000].map(|v: i32| v.sample(range(12, false)));
        assert_eq!(shifted, [0, 0, 2048, 4095, 4095]);
        let signed = [-5000, -2048, -1, 2047].map(|v: i32| v.sample(range(12, true)) as i16);
        assert_eq!(signed, [-2048, -2048, -1, 2047]);
        let wide = [-32768, 32767].map(|v: i32| v.sample(range(16, false)));
        assert_eq!(wide, [0, 65535]);
    }

    #[test]
    fn real_samples_are_rounded_to_the_nearest() {
        let values = [-0.4_f32, 0.6, 32767.4, 1e9, -1e9, f32::NAN];
        let wide = values.map(|v| v.sample(range(16, false)));
        assert_eq!(wide, [32768, 32769, 65535, 65535, 0, 0]);
        let signed = [-1.4_f32, -1.6, -4e4].map(|v| v.sample(range(16, true)) as i16);
        assert_eq!(signed, [-1, -2, -32768]);
    }
}
