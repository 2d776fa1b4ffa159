//! Native pixels (PS3.5 8.1): 1, 8, 16, 32 and 64 bit words, planes, shared chrominance.

use std::borrow::Cow;

use skiagraph_core::pixel::{
    descriptor::{Photometric, PixelDescriptor, SampleKind},
    samples::Samples,
};

use super::codec::{DecodeError, DecodeWarning, Plain};

/// Applies a rearrangement whatever the type of the samples.
macro_rules! rearrange {
    ($samples:expr, |$v:ident| $body:expr) => {
        match $samples {
            Samples::U8($v) => Samples::U8($body),
            Samples::I8($v) => Samples::I8($body),
            Samples::U16($v) => Samples::U16($body),
            Samples::I16($v) => Samples::I16($body),
            Samples::U32($v) => Samples::U32($body),
            Samples::I32($v) => Samples::I32($body),
            Samples::F32($v) => Samples::F32($body),
            Samples::F64($v) => Samples::F64($body),
        }
    };
}

/// Decodes a native frame that starts at the first bit of `frame`.
///
/// Stored values are cut out by High Bit, masked and sign-extended from Bits Stored (PS3.5 8.1.1); planes become
/// interleaved; shared chrominance (4:2:2, 4:2:0) is repeated for every pixel that shares it.
///
/// # Errors
/// [`DecodeError::TooShort`]; [`DecodeError::Corrupt`] for shared chrominance with an odd number of columns or rows, or
/// with samples of one bit.
pub(super) fn decode(
    descriptor: &PixelDescriptor,
    is_big_endian: bool,
    frame: &[u8],
) -> Result<Plain, DecodeError> {
    let mut warnings = Vec::new();
    let actual = frame.len() as u64;
    let shared = descriptor.native_frame_bits().div_ceil(8);
    let full = full_chrominance_bytes(descriptor);
    // Some writers say 4:2:2 and store three samples a pixel; the length gives them away.
    let is_full = shared == full || (full..=full + 1).contains(&actual);
    let expected = if is_full { full } else { shared };
    let bytes = frame
        .get(..expected as usize)
        .ok_or(DecodeError::TooShort { expected, actual })?;
    if is_full && shared != full {
        warnings.push(DecodeWarning::NotSubsampled);
    }
    if actual > expected + 1 {
        warnings.push(DecodeWarning::ExtraBytes {
            n: actual - expected,
        });
    }
    let samples = stored_values(descriptor, is_big_endian, bytes);
    let samples = match (is_full, descriptor.is_planar) {
        (false, _) => share_chrominance(descriptor, samples)?,
        (true, true) => rearrange!(samples, |v| interleave(&v)),
        (true, false) => samples,
    };
    Ok(Plain {
        samples,
        photometric: full_rate(descriptor.photometric),
        is_lossy: false,
        warnings,
    })
}

/// Bytes of a frame where every pixel has all its samples.
fn full_chrominance_bytes(descriptor: &PixelDescriptor) -> u64 {
    let samples = descriptor.n_pixels() * u64::from(descriptor.samples_per_pixel);
    (samples * u64::from(descriptor.bits_allocated)).div_ceil(8)
}

/// What samples are called once every pixel has its own chrominance.
pub(super) fn full_rate(photometric: Photometric) -> Photometric {
    match photometric {
        Photometric::YbrFull422 => Photometric::YbrFull,
        Photometric::YbrPartial420 => Photometric::YbrPartial422,
        other => other,
    }
}

/// Words to stored values, in the order they lie.
fn stored_values(descriptor: &PixelDescriptor, is_big_endian: bool, bytes: &[u8]) -> Samples {
    if descriptor.bits_allocated == 1 {
        return from_bits(descriptor, bytes);
    }
    let word_bytes = usize::from(descriptor.bits_allocated / 8);
    let bytes = if is_big_endian {
        little_endian(bytes, word_bytes)
    } else {
        Cow::Borrowed(bytes)
    };
    from_words(descriptor, bytes)
}

/// How far to shift a word to the left, until its sign is on top, and then to the right with the sign in tow: shift, mask
/// and extension in one formula.
pub(super) fn cut(descriptor: &PixelDescriptor) -> (u32, u32) {
    let allocated = u32::from(descriptor.bits_allocated);
    let left = allocated - 1 - u32::from(descriptor.high_bit);
    (left, allocated - u32::from(descriptor.bits_stored))
}

/// Little-endian words of Bits Allocated to stored values, cut out by High Bit and Bits Stored.
pub(super) fn from_words(descriptor: &PixelDescriptor, bytes: Cow<'_, [u8]>) -> Samples {
    let (left, right) = cut(descriptor);
    macro_rules! cut {
        ($word:ty) => {
            words(&bytes, |chunk| {
                (<$word>::from_le_bytes(chunk) << left) >> right
            })
        };
    }
    match (
        descriptor.kind,
        descriptor.bits_allocated,
        descriptor.is_signed,
    ) {
        (SampleKind::Integer, 8, false) if right == 0 => Samples::U8(bytes.into_owned()),
        (SampleKind::Integer, 8, false) => Samples::U8(cut!(u8)),
        (SampleKind::Integer, 8, true) => Samples::I8(cut!(i8)),
        (SampleKind::Integer, 16, false) => Samples::U16(cut!(u16)),
        (SampleKind::Integer, 16, true) => Samples::I16(cut!(i16)),
        (SampleKind::Integer, 32, false) => Samples::U32(cut!(u32)),
        (SampleKind::Integer, 32, true) => Samples::I32(cut!(i32)),
        _ => Samples::from_le_bytes(descriptor, &bytes),
    }
}

fn words<const N: usize, T>(bytes: &[u8], f: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes
        .as_chunks::<N>()
        .0
        .iter()
        .map(|&chunk| f(chunk))
        .collect()
}

/// Turns the bytes of every word round.
fn little_endian(bytes: &[u8], word_bytes: usize) -> Cow<'_, [u8]> {
    if word_bytes < 2 {
        return Cow::Borrowed(bytes);
    }
    let mut turned = bytes.to_vec();
    turned
        .chunks_exact_mut(word_bytes)
        .for_each(<[u8]>::reverse);
    Cow::Owned(turned)
}

/// 1-bit samples as bytes of 0 and 1; the first sample is the least significant bit (PS3.5 8.1.1, Annex D).
pub(super) fn from_bits(descriptor: &PixelDescriptor, bytes: &[u8]) -> Samples {
    let n = descriptor.n_pixels() * u64::from(descriptor.samples_per_pixel);
    let mut bits: Vec<u8> = bytes
        .iter()
        .flat_map(|&byte| [0, 1, 2, 3, 4, 5, 6, 7].map(|bit| byte >> bit & 1))
        .collect();
    bits.truncate(n as usize);
    Samples::U8(bits)
}

/// Plane after plane to pixel after pixel, three samples each (C.7.6.3.1.3).
fn interleave<T: Copy>(planes: &[T]) -> Vec<T> {
    let n = planes.len() / 3;
    let (first, rest) = planes.split_at(n);
    let (second, third) = rest.split_at(n);
    first
        .iter()
        .zip(second)
        .zip(third)
        .flat_map(|((&a, &b), &c)| [a, b, c])
        .collect()
}

/// Gives every pixel the chrominance of its group; it belongs to the first pixel of the group (C.7.6.3.1.2).
fn share_chrominance(
    descriptor: &PixelDescriptor,
    samples: Samples,
) -> Result<Samples, DecodeError> {
    let columns = descriptor.columns as usize;
    let is_420 = descriptor.photometric == Photometric::YbrPartial420;
    if descriptor.bits_allocated < 8 {
        return Err(DecodeError::corrupt("subsampled", "samples of one bit"));
    }
    if !columns.is_multiple_of(2) || is_420 && !descriptor.rows.is_multiple_of(2) {
        return Err(DecodeError::corrupt(
            "subsampled",
            "an odd number of columns or rows",
        ));
    }
    Ok(if is_420 {
        rearrange!(samples, |v| share_in_squares(&v, columns))
    } else {
        rearrange!(samples, |v| share_in_pairs(&v))
    })
}

/// Groups Y1 Y2 Cb Cr along a row.
fn share_in_pairs<T: Copy>(samples: &[T]) -> Vec<T> {
    let groups = samples.as_chunks::<4>().0;
    groups
        .iter()
        .flat_map(|&[first, second, cb, cr]| [first, cb, cr, second, cb, cr])
        .collect()
}

/// Rows in twos: the first with groups Y1 Y2 Cb Cr, the second with Y alone.
fn share_in_squares<T: Copy>(samples: &[T], columns: usize) -> Vec<T> {
    let mut out = Vec::with_capacity(2 * samples.len());
    for two_rows in samples.chunks_exact(3 * columns) {
        let (with_chrominance, luminance) = two_rows.split_at(2 * columns);
        let groups = with_chrominance.as_chunks::<4>().0;
        out.extend(share_in_pairs(with_chrominance));
        let pairs = luminance.as_chunks::<2>().0.iter().zip(groups);
        out.extend(
            pairs.flat_map(|(&[first, second], &[_, _, cb, cr])| [first, cb, cr, second, cb, cr]),
        );
    }
    out
}
