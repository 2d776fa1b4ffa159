//! Huffman codes of differences (ISO/IEC 10918-1 C, F.2.2, H.1.2.2).

use crate::Error;

/// Codes up to this length are looked up at once.
const FAST_BITS: u32 = 12;
const LONGEST: usize = 16;

/// A table as the DHT segment has it.
pub(super) struct Spec {
    /// Number of codes of 1 to 16 bits.
    counts: [u8; LONGEST],
    /// Their categories in order of the codes.
    categories: Vec<u8>,
}

impl Spec {
    /// Reads a table; returns what follows it.
    pub(super) fn parse(bytes: &[u8]) -> Result<(Self, &[u8]), Error> {
        let (counts, rest) = bytes.split_first_chunk().ok_or(Error::Truncated)?;
        let n = counts.iter().map(|count| usize::from(*count)).sum();
        let (categories, rest) = rest.split_at_checked(n).ok_or(Error::Truncated)?;
        let spec = Self {
            counts: *counts,
            categories: categories.to_vec(),
        };
        Ok((spec, rest))
    }
}

/// A code and what follows from it. Never zero, so that zero can say there is none.
///
/// Bits 0 to 5: length of code and difference together; 8 to 13: length of the code; 16 to 21: 63 less the length of the
/// difference; 31: the difference is 32768.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry(u32);

impl Entry {
    const NONE: Self = Self(0);

    fn new(length: u32, category: u8) -> Self {
        // H.1.2.2: category 16 has no bits of its own and means 32768.
        let (n_bits, is_half) = match category {
            16 => (0, 1),
            other => (u32::from(other), 0),
        };
        Self((length + n_bits) | length << 8 | (63 - n_bits) << 16 | is_half << 31)
    }

    /// Bits of code and difference.
    #[inline(always)]
    pub(super) fn n_bits(self) -> u32 {
        self.0 & 63
    }

    /// The difference, from the bits that begin with the code (F.2.2.1, EXTEND).
    #[inline(always)]
    pub(super) fn difference(self, next: u64) -> u16 {
        let value = next.wrapping_shl(self.0 >> 8);
        let shift = self.0 >> 16;
        let bits = (value >> 1).wrapping_shr(shift);
        // A leading zero stands for a negative difference, counted up from 1 - 2^n.
        let is_positive = (value as i64 >> 63) as u64;
        let offset = (u64::MAX >> 1).wrapping_shr(shift) & !is_positive;
        (bits.wrapping_sub(offset) as u16).wrapping_add((self.0 >> 31 << 15) as u16)
    }
}

/// Codes ready for decoding.
pub(super) struct Table {
    fast: Box<[Entry; 1 << FAST_BITS]>,
    categories: Vec<u8>,
    /// For each length from 1: the first code, the code behind the last, and the index of the first.
    lengths: [(u32, u32, usize); LONGEST],
}

impl Table {
    /// Assigns the codes (C.2).
    pub(super) fn new(spec: &Spec) -> Result<Self, Error> {
        if spec.categories.iter().any(|category| *category > 16) {
            return Err(Error::Corrupt("a Huffman table for other than differences"));
        }
        let mut fast = Box::new([Entry::NONE; 1 << FAST_BITS]);
        let mut lengths = [(0, 0, 0); LONGEST];
        let (mut code, mut index) = (0_u32, 0);
        for (length, &count) in (1..).zip(&spec.counts) {
            let behind = code + u32::from(count);
            if behind > 1 << length {
                return Err(Error::Corrupt("a Huffman table with too many codes"));
            }
            let categories = &spec.categories[index..index + usize::from(count)];
            if length <= FAST_BITS {
                let share = 1_usize << (FAST_BITS - length);
                let places = fast[code as usize * share..].chunks_exact_mut(share);
                for (places, &category) in places.zip(categories) {
                    places.fill(Entry::new(length, category));
                }
            }
            lengths[length as usize - 1] = (code, behind, index);
            index += usize::from(count);
            code = behind << 1;
        }
        Ok(Self {
            fast,
            categories: spec.categories.clone(),
            lengths,
        })
    }

    /// The code that the bits begin with.
    #[inline(always)]
    pub(super) fn entry(&self, next: u64) -> Result<Entry, Error> {
        match self.fast[(next >> (64 - FAST_BITS)) as usize] {
            Entry::NONE => self.long(next),
            entry => Ok(entry),
        }
    }

    #[cold]
    fn long(&self, next: u64) -> Result<Entry, Error> {
        for (length, &(first, behind, index)) in (1..).zip(&self.lengths) {
            let code = (next >> (64 - length)) as u32;
            if (first..behind).contains(&code) {
                let category = self.categories.get(index + (code - first) as usize);
                return Ok(category.map_or(Entry::NONE, |category| Entry::new(length, *category)));
            }
        }
        Err(Error::Corrupt("bits that are no Huffman code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(counts: [u8; 16], categories: &[u8]) -> Table {
        let bytes = [&counts[..], categories].concat();
        Table::new(&Spec::parse(&bytes).unwrap().0).unwrap()
    }

    #[test]
    fn iso_10918_1_table_h_2_differences_of_a_category() {
        // Codes 0, 10, 110 for the categories 3, 16, 0.
        let table = table(
            [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            &[3, 16, 0],
        );
        for (bits, n, difference) in [
            (0b0_000, 4, -7_i16),
            (0b0_011, 4, -4),
            (0b0_100, 4, 4),
            (0b0_111, 4, 7),
            (0b10, 2, i16::MIN),
            (0b110, 3, 0),
        ] {
            let next = bits << (64 - n);
            let entry = table.entry(next).unwrap();
            assert_eq!(
                (entry.n_bits(), entry.difference(next)),
                (n, difference as u16)
            );
        }
        assert!(table.entry(0b111 << 61).is_err());
    }

    #[test]
    fn a_code_of_16_bits_is_found() {
        let mut counts = [1; 16];
        counts[15] = 2;
        let categories: Vec<u8> = (0..=16).collect();
        let table = table(counts, &categories);
        // The last of all codes is all ones here: 15 codes of ascending length and two of 16 bits.
        let next = 0xFFFE << 48 | 0x8000_0000_0000 | 0x1234;
        let entry = table.entry(next).unwrap();
        assert_eq!((entry.n_bits(), entry.difference(next)), (16 + 15, 0x4000));
    }
}
