//! Words of 16 bits out of planes of bytes, eight at once: SIMD in WebAssembly, where the worker is compiled for size and no
//! loop of it is vectorised unasked.

use skiagraph_core::pixel::descriptor::PixelDescriptor;

use super::native;

/// Words that are put together at once.
const N: usize = 8;

/// Puts stored values together from their high and low bytes, cut out of their words (PS3.5 8.1.1); the type of a signed
/// one is left to the caller. What does not fill eight words is left out.
pub(super) fn join(descriptor: &PixelDescriptor, high: &[u8], low: &[u8], words: &mut [u16]) {
    if descriptor.is_signed {
        join_as::<true>(native::cut(descriptor), high, low, words);
    } else {
        join_as::<false>(native::cut(descriptor), high, low, words);
    }
}

fn join_as<const SIGNED: bool>(cut: (u32, u32), high: &[u8], low: &[u8], words: &mut [u16]) {
    let bytes = high.as_chunks().0.iter().zip(low.as_chunks().0);
    for ((high, low), words) in bytes.zip(words.as_chunks_mut().0) {
        *words = imp::join::<SIGNED>(*high, *low, cut);
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod imp {
    use std::arch::wasm32 as simd;

    use super::N;

    #[inline(always)]
    pub(super) fn join<const SIGNED: bool>(
        high: [u8; N],
        low: [u8; N],
        (left, right): (u32, u32),
    ) -> [u16; N] {
        let wide = |bytes| simd::u16x8_extend_low_u8x16(simd::u64x2(u64::from_le_bytes(bytes), 0));
        let words = simd::v128_or(simd::i16x8_shl(wide(high), 8), wide(low));
        let words = simd::i16x8_shl(words, left);
        let words = if SIGNED {
            simd::i16x8_shr(words, right)
        } else {
            simd::u16x8_shr(words, right)
        };
        let halves = [
            simd::u64x2_extract_lane::<0>(words),
            simd::u64x2_extract_lane::<1>(words),
        ];
        std::array::from_fn(|index| (halves[index / 4] >> (16 * (index % 4))) as u16)
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod imp {
    use super::N;

    #[inline(always)]
    pub(super) fn join<const SIGNED: bool>(
        high: [u8; N],
        low: [u8; N],
        (left, right): (u32, u32),
    ) -> [u16; N] {
        std::array::from_fn(|index| {
            let word = u16::from_le_bytes([low[index], high[index]]) << left;
            if SIGNED {
                (word as i16 >> right) as u16
            } else {
                word >> right
            }
        })
    }
}
