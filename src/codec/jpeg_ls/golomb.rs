//! Golomb codes of limited length (ISO/IEC 14495-1 A.5.3).

use crate::{Error, jpeg_stream::Bits};

/// A Golomb code of limited length (A.5.3): its value and its bits.
#[inline(always)]
pub(super) fn golomb(
    words: &[u64],
    at: u64,
    k: u32,
    limit: u32,
    qbpp: u32,
) -> Result<(u32, u64), Error> {
    let next = Bits::peek(words, at).ok_or(Error::Truncated)?;
    let n_zeros = next.leading_zeros();
    if n_zeros < limit - qbpp - 1 {
        let k = k % 32;
        let rest = ((next << n_zeros << 1) >> 1) >> (63 - k);
        return Ok(((n_zeros << k) | rest as u32, (n_zeros + 1 + k).into()));
    }
    escape(words, at, limit - qbpp, qbpp)
}

/// The value itself behind a code of `length` bits.
#[cold]
fn escape(words: &[u64], at: u64, length: u32, qbpp: u32) -> Result<(u32, u64), Error> {
    let code = Bits::peek(words, at).ok_or(Error::Truncated)?;
    if code.leading_zeros() + 1 != length {
        // Zeros follow the last bit.
        let is_at_end = (at >> 6) as usize + 3 >= words.len();
        return Err(if is_at_end {
            Error::Truncated
        } else {
            Error::Corrupt("bits that are no code of JPEG-LS")
        });
    }
    let value = Bits::peek(words, at + u64::from(length)).ok_or(Error::Truncated)?;
    let value = (value >> (64 - qbpp)) as u32;
    Ok((value + 1, (length + qbpp).into()))
}
