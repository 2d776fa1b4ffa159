//! The bit streams of an HT segment without their stuffed bits, so that they can be read at any bit (ISO/IEC 15444-15 7.1).

/// A stream copied out of its segment; `SIZE` is a power of two, 16 more than it are stored.
#[derive(Debug)]
pub(super) struct Bits<const STORED: usize> {
    bytes: Box<[u8; STORED]>,
}

impl<const STORED: usize> Default for Bits<STORED> {
    fn default() -> Self {
        Self {
            bytes: Box::new([0; STORED]),
        }
    }
}

impl<const STORED: usize> Bits<STORED> {
    /// Bytes that can be reached.
    const SIZE: usize = STORED - 16;

    /// At least 57 bits from bit `at`, the first lowest.
    #[inline(always)]
    pub(super) fn at(&self, at: usize) -> u64 {
        let start = (at / 8) % Self::SIZE;
        let mut eight = [0; 8];
        eight.copy_from_slice(&self.bytes[start..start + 8]);
        u64::from_le_bytes(eight) >> (at % 8)
    }

    /// A stream read forwards: a byte after 0xFF has seven bits. Bits after the end are those of `fill`.
    #[inline(never)]
    pub(super) fn load_forward(&mut self, mut bytes: &[u8], fill: u8) {
        let mut writer = Writer::new(&mut self.bytes[..]);
        let mut is_after_ff = false;
        while let Some((eight, rest)) = bytes.split_first_chunk() {
            let word = u64::from_le_bytes(*eight);
            if !is_after_ff && !has_ff(word) && writer.has_room() {
                writer.put_eight(word);
            } else {
                for byte in eight {
                    writer.put(*byte, is_after_ff);
                    is_after_ff = *byte == 0xFF;
                }
            }
            bytes = rest;
        }
        for byte in bytes {
            writer.put(*byte, is_after_ff);
            is_after_ff = *byte == 0xFF;
        }
        writer.finish(fill);
    }

    /// A stream read from the last byte to the first: a byte of seven ones before (in reading order: after) one above
    /// 0x8F has seven bits. `last` are bits read before it, `n` of them, from a byte that counts as `above`.
    #[inline(never)]
    pub(super) fn load_backward(&mut self, mut bytes: &[u8], last: u8, n: u32, above: u8) {
        let mut writer = Writer::new(&mut self.bytes[..]);
        writer.put_bits(last.into(), n);
        let mut above = above;
        while let Some((rest, eight)) = bytes.split_last_chunk() {
            let word = u64::from_be_bytes(*eight);
            // Only a byte of seven ones can be stuffed.
            if !has_ff(word | 0x8080_8080_8080_8080) && writer.has_room() {
                writer.put_eight(word);
                above = eight[0];
            } else {
                for byte in eight.iter().rev() {
                    writer.put(*byte, above > 0x8F && byte & 0x7F == 0x7F);
                    above = *byte;
                }
            }
            bytes = rest;
        }
        for byte in bytes.iter().rev() {
            writer.put(*byte, above > 0x8F && byte & 0x7F == 0x7F);
            above = *byte;
        }
        writer.finish(0);
    }
}

/// Whether a byte of the word is 0xFF.
#[inline(always)]
const fn has_ff(word: u64) -> bool {
    let inverse = !word;
    inverse.wrapping_sub(0x0101_0101_0101_0101) & !inverse & 0x8080_8080_8080_8080 != 0
}

/// Packs bits; what no longer fits is dropped.
struct Writer<'a> {
    bytes: &'a mut [u8],
    next: usize,
    bits: u64,
    /// Fewer than 8 between calls.
    n: u32,
}

impl<'a> Writer<'a> {
    fn new(bytes: &'a mut [u8]) -> Self {
        Self {
            bytes,
            next: 0,
            bits: 0,
            n: 0,
        }
    }

    fn has_room(&self) -> bool {
        self.next + 16 <= self.bytes.len()
    }

    #[inline(always)]
    fn put_eight(&mut self, word: u64) {
        if let Some(eight) = self.bytes.get_mut(self.next..self.next + 8) {
            eight.copy_from_slice(&(self.bits | word << self.n).to_le_bytes());
            self.next += 8;
            self.bits = word >> 32 >> (32 - self.n);
        }
    }

    fn put(&mut self, byte: u8, is_stuffed: bool) {
        // The stuffed bit is 0. Where it is not, what comes next is disturbed, as in other decoders.
        self.put_bits(byte.into(), if is_stuffed { 7 } else { 8 });
    }

    fn put_bits(&mut self, bits: u64, n: u32) {
        self.bits |= bits << self.n;
        self.n += n;
        if self.n >= 8
            && let Some(byte) = self.bytes.get_mut(self.next)
        {
            *byte = self.bits as u8;
            self.next += 1;
        }
        if self.n >= 8 {
            self.bits >>= 8;
            self.n -= 8;
        }
    }

    fn finish(mut self, fill: u8) {
        self.put_bits(fill.into(), 8);
        self.bytes[self.next..].fill(fill);
    }
}
