//! Words of the identity in a data set, and where else they stand: the second net under the table.

use std::collections::BTreeSet;

use dicom_core::VR;

use super::options::Options;
use crate::pixels::part10::tree::{DataSet, Tag, Value};

/// Numbers and addresses that name a person, an order or a stay.
const NUMBERS: [Tag; 16] = [
    0x0008_0050,
    0x0010_0020,
    0x0010_1000,
    0x0010_1040,
    0x0010_1090,
    0x0010_2154,
    0x0010_2155,
    0x0010_0030,
    0x0038_0010,
    0x0038_0060,
    0x0040_1001,
    0x0040_1102,
    0x0040_1103,
    0x0040_2016,
    0x0040_2017,
    0x0032_1032,
];
const INSTITUTION: [Tag; 2] = [0x0008_0080, 0x0008_0081];
/// Shorter parts of names stand in too many words.
const MIN_NAME_BYTES: usize = 3;
const MIN_NUMBER_BYTES: usize = 4;

/// Lower-case bytes in the data set's own character set.
#[derive(Debug, Default)]
pub(super) struct Identity {
    /// Parts of names: looked for as whole words.
    words: BTreeSet<Vec<u8>>,
    /// Numbers, addresses: looked for anywhere.
    phrases: BTreeSet<Vec<u8>>,
}

impl Identity {
    /// Of the whole data set, items included.
    pub(super) fn of(data_set: &DataSet, options: &Options) -> Self {
        let mut identity = Self::default();
        identity.gather(data_set, options);
        identity
    }

    fn gather(&mut self, data_set: &DataSet, options: &Options) {
        for (tag, element) in &data_set.0 {
            let bytes = match &element.value {
                Value::Items(items) => {
                    items.iter().for_each(|item| self.gather(item, options));
                    continue;
                }
                Value::Bytes(bytes) => bytes.to_ascii_lowercase(),
            };
            let is_place = INSTITUTION.contains(tag) && !options.keeps_institution;
            if element.vr == VR::PN {
                let long = words(&bytes).filter(|word| word.len() >= MIN_NAME_BYTES);
                self.words.extend(long.map(<[u8]>::to_vec));
            } else if NUMBERS.contains(tag) || is_place {
                let values = bytes.split(|&byte| byte == b'\\').map(<[u8]>::trim_ascii);
                let long = values.filter(|value| value.len() >= MIN_NUMBER_BYTES);
                self.phrases.extend(long.map(<[u8]>::to_vec));
            }
        }
    }

    /// Whether a value has any of it.
    pub(super) fn is_in(&self, bytes: &[u8]) -> bool {
        let bytes = bytes.to_ascii_lowercase();
        words(&bytes).any(|word| self.words.contains(word))
            || self
                .phrases
                .iter()
                .any(|phrase| memchr::memmem::find(&bytes, phrase).is_some())
    }
}

/// Letters and digits, whatever the character set makes of the upper half.
fn words(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80;
    bytes
        .split(move |&byte| !is_word(byte))
        .filter(|word| !word.is_empty())
}
