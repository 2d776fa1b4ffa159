//! ModalityLut: stored value -> modality value (HU for CT), PS3.3 C.11.1.

use std::sync::Arc;

/// A table of PS3.3 C.11.1.1 or C.11.2.1.1: values for `first..first+n`, clamped at both ends.
#[derive(Clone, Debug, PartialEq)]
pub struct LookupTable {
    /// First input value mapped (second value of the descriptor), with its sign.
    pub first: i32,
    /// Bits of an entry: the output range is 0..=2^bits-1.
    pub bits: u16,
    /// At least one entry.
    pub data: Arc<[u16]>,
    /// LUT Explanation (0028,3003).
    pub explanation: String,
}

impl LookupTable {
    /// A table from a LUT Descriptor (n, first, bits) and its data; n = 0 means 65536 (C.11.1.1).
    /// `None` where the data is missing, shorter than n or the bits are not 8..=16.
    pub fn new(
        n_entries: u16,
        first: i32,
        bits: u16,
        data: &[u16],
        explanation: &str,
    ) -> Option<Self> {
        let n = if n_entries == 0 {
            65_536
        } else {
            usize::from(n_entries)
        };
        let data = data.get(..n)?;
        (8..=16).contains(&bits).then(|| Self {
            first,
            bits,
            data: data.into(),
            explanation: explanation.to_owned(),
        })
    }

    /// Entry for an input: below `first` the first entry, beyond the end the last (C.11.1.1).
    pub fn get(&self, input: f64) -> u16 {
        self.data[self.entry(input)]
    }

    /// Which entry that is, from 0.
    pub fn entry(&self, input: f64) -> usize {
        let index = (input - f64::from(self.first)).clamp(0.0, (self.data.len() - 1) as f64);
        index.round() as usize
    }

    /// Largest value an entry can hold, 2^bits - 1.
    pub fn max_value(&self) -> u16 {
        u16::MAX >> (16 - self.bits)
    }
}

/// Modality LUT module, PS3.3 C.11.1: table and rescale exclude each other.
#[derive(Clone, Debug, PartialEq)]
pub enum ModalityLut {
    /// U = m * SV + b, with Rescale Type (0028,1054) or an empty string.
    Rescale {
        /// Rescale Slope (0028,1053).
        slope: f64,
        /// Rescale Intercept (0028,1052).
        intercept: f64,
        /// Unit of the result; empty where the header tells none.
        unit: String,
    },
    /// Modality LUT Sequence (0028,3000).
    Table {
        /// The table.
        table: LookupTable,
        /// Modality LUT Type (0028,3004).
        unit: String,
    },
}

impl Default for ModalityLut {
    /// Nothing given: stored values are shown as they are, without a unit (rule D3).
    fn default() -> Self {
        Self::Rescale {
            slope: 1.0,
            intercept: 0.0,
            unit: String::new(),
        }
    }
}

impl ModalityLut {
    /// Modality value of a stored value.
    pub fn apply(&self, stored: f64) -> f64 {
        match self {
            Self::Rescale {
                slope, intercept, ..
            } => stored * slope + intercept,
            Self::Table { table, .. } => table.get(stored).into(),
        }
    }

    /// Unit of the result; empty where the header tells none.
    pub fn unit(&self) -> &str {
        match self {
            Self::Rescale { unit, .. } | Self::Table { unit, .. } => unit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_11_1_1_inputs_outside_the_table_take_its_ends() {
        for first in [-1024, 0, 100] {
            let data: Vec<u16> = (0..256).collect();
            let table = LookupTable::new(256, first, 8, &data, "").unwrap();
            assert_eq!(table.get(f64::from(first) - 1.0), 0);
            assert_eq!(table.get(f64::from(first) + 7.0), 7);
            assert_eq!(table.get(f64::from(first) + 1000.0), 255);
        }
    }

    #[test]
    fn rule_d4_a_table_of_65536_begins_at_its_first_value_with_its_sign() {
        let data: Vec<u16> = (0..=u16::MAX).collect();
        for first in [-1024, 0, 100] {
            let table = LookupTable::new(0, first, 16, &data, "").unwrap();
            let at = |input: i32| table.get(input.into());
            assert_eq!([at(first - 1), at(first), at(first + 1)], [0, 0, 1]);
            assert_eq!([at(first + 65_535), at(first + 65_536)], [65_535; 2]);
        }
    }

    #[test]
    fn c_11_1_1_zero_entries_means_65536() {
        assert_eq!(LookupTable::new(0, 0, 16, &[0; 256], ""), None);
        assert_eq!(
            LookupTable::new(0, 0, 16, &vec![1; 65_536], "")
                .unwrap()
                .data
                .len(),
            65_536
        );
    }

    #[test]
    fn c_11_1_rescale_is_slope_times_stored_plus_intercept() {
        let lut = ModalityLut::Rescale {
            slope: 2.0,
            intercept: -1024.0,
            unit: "HU".into(),
        };
        assert_eq!(lut.apply(512.0), 0.0);
    }
}
