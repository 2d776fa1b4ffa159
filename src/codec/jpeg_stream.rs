//! What the two JPEG decoders share: the walk over marker segments, and entropy-coded bytes as one string of bits.

use crate::{Error, Header};

pub(crate) const SOI: u8 = 0xD8;
pub(crate) const EOI: u8 = 0xD9;
pub(crate) const SOS: u8 = 0xDA;
pub(crate) const DRI: u8 = 0xDD;
pub(crate) const RST0: u8 = 0xD0;

/// A walk over the markers of a codestream (ISO/IEC 10918-1 B.1.1).
pub(crate) struct Markers<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Markers<'a> {
    /// Starts behind SOI.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        match bytes {
            [0xFF, SOI, ..] => Ok(Self { bytes, at: 2 }),
            [] | [0xFF] => Err(Error::Truncated),
            _ => Err(Error::Corrupt("no start of image")),
        }
    }

    /// The second byte of the next marker, past fill bytes and anything else between segments; `None` at the end.
    pub(crate) fn next_marker(&mut self) -> Option<u8> {
        let rest = self.bytes.get(self.at..)?;
        let is_marker = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xFF);
        let start = rest.windows(2).position(is_marker)?;
        self.at += start + 2;
        rest.get(start + 1).copied()
    }

    /// The body of the segment behind the marker just read, without its length.
    pub(crate) fn body(&mut self) -> Result<&'a [u8], Error> {
        let rest = self.rest();
        let length = rest.first_chunk().ok_or(Error::Truncated)?;
        let length = usize::from(u16::from_be_bytes(*length));
        if length < 2 {
            return Err(Error::Corrupt("a marker segment shorter than its length"));
        }
        let body = rest.get(2..length).ok_or(Error::Truncated)?;
        self.at += length;
        Ok(body)
    }

    /// All that has not been read.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Goes on behind `n` bytes of [`Self::rest`].
    pub(crate) fn skip(&mut self, n: usize) {
        self.at = self.at.saturating_add(n).min(self.bytes.len());
    }
}

/// A frame header (ISO/IEC 10918-1 B.2.2, 14495-1 C.2.2): what it says, and identifier and sampling factors of each component. Sides may be 0
/// where another segment gives them.
///
/// # Errors
/// [`Error::Corrupt`], and [`Error::Unsupported`] with the words `subsampled` where the components differ in size.
pub(crate) fn frame_header(
    body: &[u8],
    subsampled: &'static str,
) -> Result<(Header, Vec<(u8, u8)>), Error> {
    let &[bits, y0, y1, x0, x1, n, ref components @ ..] = body else {
        return Err(Error::Corrupt("a frame header cut short"));
    };
    let (components, _) = components.as_chunks::<3>();
    if n == 0 || components.len() < n.into() {
        return Err(Error::Corrupt("a frame without its components"));
    }
    if !(2..=16).contains(&bits) {
        return Err(Error::Corrupt("samples of other than 2 to 16 bits"));
    }
    let components = &components[..n.into()];
    if components
        .iter()
        .any(|[_, factors, _]| *factors != components[0][1])
    {
        return Err(Error::Unsupported(subsampled));
    }
    let header = Header {
        width: u16::from_be_bytes([x0, x1]).into(),
        height: u16::from_be_bytes([y0, y1]).into(),
        components: n.into(),
        bits,
        is_signed: false,
        is_lossy: false,
        has_color_transform: false,
    };
    let components = components.iter().map(|[id, factors, _]| (*id, *factors));
    Ok((header, components.collect()))
}

/// How a codestream keeps 0xFF of its entropy-coded data apart from markers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stuffing {
    /// A zero byte follows (ISO/IEC 10918-1 F.1.2.3).
    #[cfg(feature = "jpeg_lossless")]
    Byte,
    /// A zero bit follows (ISO/IEC 14495-1 A.1).
    #[cfg(feature = "jpeg_ls")]
    Bit,
}

/// The bits of one entropy-coded segment without stuffing, the first of them on top of the first word.
#[derive(Default)]
pub(crate) struct Bits {
    /// Two words of zeros follow the last bit, so that a look past the end has something to see.
    pub(crate) words: Vec<u64>,
    /// Bits that the segment really has.
    pub(crate) len: u64,
}

impl Bits {
    /// Takes the segment at the start of `bytes`; returns how many bytes lie before the marker that ends it.
    pub(crate) fn fill(&mut self, bytes: &[u8], stuffing: Stuffing) -> usize {
        self.words.clear();
        let (mut top, mut n_top, mut at) = (0_u64, 0_u32, 0);
        'segment: loop {
            // Eight bytes at once as long as none of them is 0xFF.
            while let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
                let eight = u64::from_be_bytes(*eight);
                if has_ff(eight) {
                    break;
                }
                self.words.push(top | eight >> n_top);
                top = (eight << 1) << (63 - n_top);
                at += 8;
            }
            for _ in 0..8 {
                let (byte, n_bits, n_bytes) = match (stuffing, bytes.get(at..).unwrap_or_default())
                {
                    (_, []) => break 'segment,
                    #[cfg(feature = "jpeg_lossless")]
                    (Stuffing::Byte, [0xFF, 0x00, ..]) => (0xFF, 8, 2),
                    #[cfg(feature = "jpeg_lossless")]
                    (Stuffing::Byte, [0xFF, ..]) => break 'segment,
                    #[cfg(feature = "jpeg_ls")]
                    (Stuffing::Bit, [0xFF, 0x80..=0xFF, ..]) => break 'segment,
                    #[cfg(feature = "jpeg_ls")]
                    (Stuffing::Bit, &[0xFF, next, ..]) => (0x7F80 | u64::from(next), 15, 2),
                    (_, &[byte, ..]) => (byte.into(), 8, 1),
                };
                at += n_bytes;
                // 15 bits may not fit below what is there: the word is then full and the rest starts the next.
                let aligned = byte << (64 - n_bits);
                top |= aligned >> n_top;
                n_top += n_bits;
                if n_top >= 64 {
                    self.words.push(top);
                    n_top -= 64;
                    top = (aligned << (n_bits - 1 - n_top)) << 1;
                }
            }
        }
        self.len = self.words.len() as u64 * 64 + u64::from(n_top);
        self.words.extend([top, 0, 0]);
        at
    }

    /// The 64 bits from bit `at` on; `None` far behind the end.
    #[inline(always)]
    pub(crate) fn peek(words: &[u64], at: u64) -> Option<u64> {
        let index = (at >> 6) as usize;
        let &[word, next] = words.get(index..)?.first_chunk()?;
        let shift = at & 63;
        Some(word << shift | (next >> 1) >> (63 - shift))
    }
}

/// Whether one of the eight bytes is 0xFF: only such a byte's complement borrows from its top bit.
fn has_ff(eight: u64) -> bool {
    const ONES: u64 = u64::MAX / 0xFF;
    (!eight).wrapping_sub(ONES) & eight & (ONES << 7) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "jpeg_lossless")]
    #[test]
    fn iso_10918_1_f_1_2_3_a_zero_byte_behind_ff_is_no_data() {
        let mut bits = Bits::default();
        let n = bits.fill(&[1, 0xFF, 0, 0xFF, 0, 0x23, 0xFF, 0xD9], Stuffing::Byte);
        assert_eq!((n, bits.len), (6, 32));
        assert_eq!(Bits::peek(&bits.words, 4), Some(0x1FF_FF23 << 36));
    }

    #[cfg(feature = "jpeg_ls")]
    #[test]
    fn iso_14495_1_a_1_the_byte_behind_ff_has_seven_bits() {
        let mut bytes = vec![0_u8; 9];
        bytes.extend([0xFF, 0x7F, 0x80, 1, 2, 3, 4, 5, 6, 7, 8, 0xFF, 0xD9]);
        let mut bits = Bits::default();
        let n = bits.fill(&bytes, Stuffing::Bit);
        assert_eq!((n, bits.len), (bytes.len() - 2, 20 * 8 - 1));
        assert_eq!(Bits::peek(&bits.words, 72).unwrap() >> 40, 0xFFFF00);
        let last = Bits::peek(&bits.words, bits.len - 16).unwrap() >> 48;
        assert_eq!(last, 0x0708);
        assert_eq!(Bits::peek(&bits.words, 1 << 20), None);
    }
}
