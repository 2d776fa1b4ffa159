//! Unique identifiers derived from a label, so that every run writes the same ones.

use crate::random::Random;

/// An identifier under 2.25 (PS3.5 B.2): the decimal form of a UUID of version 8 made from `label`.
pub(crate) fn uid(label: &str) -> String {
    let seed = label.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    let mut random = Random::new(seed);
    let bits = (u128::from(random.bits()) << 64) | u128::from(random.bits());
    let version = (bits & !(0xF_u128 << 76)) | (8_u128 << 76);
    let variant = (version & !(3_u128 << 62)) | (2_u128 << 62);
    format!("2.25.{variant}")
}
