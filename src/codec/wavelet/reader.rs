//! Big-endian numbers out of bytes, and bits out of packet headers; nothing reads past the end.

use crate::Error;

/// Reads forwards; running out of bytes is the error it was made with.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    short: Error,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize, short: Error) -> Self {
        Self { bytes, at, short }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    pub(super) fn take(&mut self, n: usize) -> Result<&'a [u8], Error> {
        let end = self.at.checked_add(n);
        let slice = end.and_then(|end| self.bytes.get(self.at..end));
        self.at = self.at.saturating_add(n);
        slice.ok_or_else(|| self.short.clone())
    }

    pub(super) fn u8(&mut self) -> Result<u8, Error> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn u16(&mut self) -> Result<u16, Error> {
        let bytes = self.take(2)?;
        Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Error> {
        let bytes = self.take(4)?;
        Ok(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }
}

/// Bits of a packet header, most significant first (ISO/IEC 15444-1 B.10.1): after a byte FF comes one stuffed bit.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    current: u8,
    n_left: u8,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            current: 0,
            n_left: 0,
        }
    }

    pub(super) fn bit(&mut self) -> Result<u32, Error> {
        if self.n_left == 0 {
            self.n_left = if self.current == 0xff { 7 } else { 8 };
            self.current = *self.bytes.get(self.at).ok_or(Error::Truncated)?;
            self.at += 1;
        }
        self.n_left -= 1;
        Ok(u32::from(self.current >> self.n_left & 1))
    }

    /// At most 32 bits.
    pub(super) fn bits(&mut self, n: u32) -> Result<u32, Error> {
        let mut value = 0;
        for _ in 0..n {
            value = value << 1 | self.bit()?;
        }
        Ok(value)
    }

    /// Bytes used; a header does not end with FF, so the byte stuffed after it is used too.
    pub(super) fn finish(self) -> Result<usize, Error> {
        let n_used = self.at + usize::from(self.current == 0xff);
        if n_used > self.bytes.len() {
            return Err(Error::Truncated);
        }
        Ok(n_used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B.10.1: "If the value of the byte is 0xFF, the next byte includes an extra zero bit stuffed into the MSB."
    #[test]
    fn after_ff_the_first_bit_is_stuffing() {
        let mut bits = Bits::new(&[0xff, 0x55, 0x80]);
        assert_eq!(bits.bits(8), Ok(0xff));
        assert_eq!(bits.bits(7), Ok(0x55));
        assert_eq!(bits.bit(), Ok(1));
        assert_eq!(bits.finish(), Ok(3));
    }

    #[test]
    fn a_header_that_ends_with_ff_takes_the_stuffed_byte_too() {
        let mut bits = Bits::new(&[0xff, 0x00, 0x12]);
        assert_eq!(bits.bits(8), Ok(0xff));
        assert_eq!(bits.finish(), Ok(2));
        let mut bits = Bits::new(&[0xff]);
        assert_eq!(bits.bits(8), Ok(0xff));
        assert_eq!(bits.finish(), Err(Error::Truncated));
    }

    #[test]
    fn nothing_is_read_past_the_end() {
        let mut reader = Reader::new(&[1, 2, 3], 0, Error::Truncated);
        assert_eq!(reader.u16(), Ok(0x0102));
        assert_eq!(reader.u16(), Err(Error::Truncated));
        assert_eq!(reader.left(), 0);
        assert_eq!(Bits::new(&[0x80]).bits(9), Err(Error::Truncated));
    }
}
