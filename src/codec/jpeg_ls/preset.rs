//! The coding parameters of a scan: what the LSE segment presets and what follows from it (ISO/IEC 14495-1 C.2.4.1, A.2.1).

use crate::Error;

/// The preset parameters as an LSE segment of type 1 has them; zero asks for the default.
#[derive(Clone, Copy, Default)]
pub(super) struct Preset {
    /// Largest sample.
    pub(super) maxval: u16,
    /// Gradient thresholds T1, T2, T3.
    pub(super) thresholds: [u16; 3],
    /// How often a context may be met before its counters are halved.
    pub(super) reset: u16,
}

/// The parameters of one scan.
#[derive(Clone, Copy)]
pub(super) struct Coding {
    /// Largest sample.
    pub(super) maxval: i32,
    /// Largest error that the encoder allowed itself.
    pub(super) near: i32,
    /// Distance of two quantized errors: 2 NEAR + 1.
    pub(super) step: i32,
    /// Number of quantized errors.
    pub(super) range: i32,
    /// Bits of a quantized error.
    pub(super) qbpp: u32,
    /// Longest code.
    pub(super) limit: u32,
    /// Gradient thresholds T1, T2, T3.
    pub(super) thresholds: [i32; 3],
    /// How often a context may be met before its counters are halved.
    pub(super) reset: u32,
}

impl Coding {
    /// Completes a preset for samples of `bits` (2 to 16) and an error of at most `near`.
    pub(super) fn new(preset: Preset, bits: u8, near: u8) -> Result<Self, Error> {
        let largest = (1_i32 << bits) - 1;
        let maxval = or_default(preset.maxval, largest);
        let near = i32::from(near);
        if maxval > largest || near > maxval / 2 {
            return Err(Error::Corrupt("JPEG-LS parameters beyond the samples"));
        }
        let defaults = default_thresholds(maxval, near);
        let [t1, t2, t3] =
            std::array::from_fn(|index| or_default(preset.thresholds[index], defaults[index]));
        let reset = or_default(preset.reset, 64);
        let is_ordered = near < t1 && t1 <= t2 && t2 <= t3 && t3 <= maxval;
        if !is_ordered || !(3..=maxval.max(255)).contains(&reset) {
            return Err(Error::Corrupt("JPEG-LS parameters out of order"));
        }
        let step = 2 * near + 1;
        let range = (maxval + 2 * near) / step + 1;
        let bits_of_sample = ceil_log2(maxval + 1).max(2);
        Ok(Self {
            maxval,
            near,
            step,
            range,
            qbpp: ceil_log2(range),
            limit: 2 * (bits_of_sample + bits_of_sample.max(8)),
            thresholds: [t1, t2, t3],
            reset: reset.unsigned_abs(),
        })
    }

    /// Whether every error is coded and samples wrap at a power of two: the common case, decoded faster.
    pub(super) fn is_exact(&self) -> bool {
        self.near == 0 && (self.maxval + 1).count_ones() == 1
    }
}

fn or_default(preset: u16, default: i32) -> i32 {
    if preset == 0 { default } else { preset.into() }
}

fn ceil_log2(value: i32) -> u32 {
    32 - (value - 1).leading_zeros()
}

/// C.2.4.1.1.1: thresholds that suit 8 bit, scaled to MAXVAL.
fn default_thresholds(maxval: i32, near: i32) -> [i32; 3] {
    let clamp = |value: i32, least: i32| {
        if value > maxval || value < least {
            least
        } else {
            value
        }
    };
    let [t1, t2, t3] = if maxval >= 128 {
        let factor = (maxval.min(4095) + 128) / 256;
        [
            factor + 2 + 3 * near,
            factor * 4 + 3 + 5 * near,
            factor * 17 + 4 + 7 * near,
        ]
    } else {
        let factor = 256 / (maxval + 1);
        [
            (3 / factor + 3 * near).max(2),
            (7 / factor + 5 * near).max(3),
            (21 / factor + 7 * near).max(4),
        ]
    };
    let t1 = clamp(t1, near + 1);
    let t2 = clamp(t2, t1);
    [t1, t2, clamp(t3, t2)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coding(bits: u8, near: u8) -> Coding {
        Coding::new(Preset::default(), bits, near).unwrap()
    }

    #[test]
    fn iso_14495_1_table_c_3_the_thresholds_of_8_bit_are_3_7_21() {
        assert_eq!(coding(8, 0).thresholds, [3, 7, 21]);
        // FACTOR is 16 from 12 bits on.
        assert_eq!(coding(12, 0).thresholds, [18, 67, 276]);
        assert_eq!(coding(16, 0).thresholds, [18, 67, 276]);
    }

    #[test]
    fn iso_14495_1_a_2_1_range_and_limit() {
        let (exact, near) = (coding(8, 0), coding(8, 3));
        assert_eq!((exact.range, exact.qbpp, exact.limit), (256, 8, 32));
        // floor((255 + 6) / 7) + 1 = 38 errors need 6 bits.
        assert_eq!((near.range, near.qbpp, near.limit), (38, 6, 32));
        assert_eq!(coding(16, 0).limit, 64);
    }

    #[test]
    fn thresholds_out_of_order_are_refused() {
        let preset = Preset {
            thresholds: [9, 4, 21],
            ..Preset::default()
        };
        assert!(Coding::new(preset, 8, 0).is_err());
    }
}
