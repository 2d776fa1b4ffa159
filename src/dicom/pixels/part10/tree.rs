//! The elements of a file as they are, sequences as trees: for whoever writes a data set anew.

use std::borrow::Cow;
use std::collections::BTreeMap;

use dicom_core::VR;

use super::reader::{self, Header, MAX_DEPTH};
use super::{Part10Error, Part10Warning, encoding, encoding::Encoding, values};

/// Group and element of a tag in one number: (0010,0020) is `0x0010_0020`.
pub(crate) type Tag = u32;

/// A data set or an item, in the order of its tags.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DataSet<'a>(pub(crate) BTreeMap<Tag, Element<'a>>);

/// One element.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Element<'a> {
    /// As written; the dictionary's where it is missing or UN.
    pub(crate) vr: VR,
    pub(crate) value: Value<'a>,
}

/// What an element holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    /// Bytes in little-endian order, text in the character set of its data set.
    Bytes(Cow<'a, [u8]>),
    /// The items of a sequence.
    Items(Vec<DataSet<'a>>),
}

impl<'a> Element<'a> {
    /// A text, padded to an even length.
    pub(crate) fn text(vr: VR, text: &str) -> Self {
        let mut bytes = text.as_bytes().to_vec();
        if !bytes.len().is_multiple_of(2) {
            bytes.push(if vr == VR::UI { 0 } else { b' ' });
        }
        Self {
            vr,
            value: Value::Bytes(bytes.into()),
        }
    }

    /// A number of 16 bit.
    pub(crate) fn number(value: u16) -> Self {
        Self {
            vr: VR::US,
            value: Value::Bytes(value.to_le_bytes().to_vec().into()),
        }
    }

    /// An element without a value.
    pub(crate) fn empty(vr: VR) -> Self {
        let value = if vr == VR::SQ {
            Value::Items(Vec::new())
        } else {
            Value::Bytes(Cow::Borrowed(&[]))
        };
        Self { vr, value }
    }

    /// The items of a sequence.
    pub(crate) fn items(items: Vec<DataSet<'a>>) -> Self {
        Self {
            vr: VR::SQ,
            value: Value::Items(items),
        }
    }
}

impl DataSet<'_> {
    /// The value of a text element without its padding, as far as it is ASCII or UTF-8; empty where it is missing.
    pub(crate) fn text(&self, tag: Tag) -> String {
        match self.0.get(&tag).map(|element| &element.value) {
            Some(Value::Bytes(bytes)) => String::from_utf8_lossy(bytes)
                .trim_matches([' ', '\0'])
                .to_owned(),
            _ => String::new(),
        }
    }
}

/// Reads every element of a file but its meta information and the pixel data, which [`super::open`] finds.
/// `inflated` is [`super::Part10::inflated`].
///
/// # Errors
/// [`Part10Error`] as [`super::open`]; [`Part10Error::Incomplete`] where elements are cut or nested too deep, since what
/// was left out cannot be judged.
pub(crate) fn read<'a>(
    file: &'a [u8],
    inflated: Option<&'a [u8]>,
) -> Result<DataSet<'a>, Part10Error> {
    let mut warnings: Vec<Part10Warning> = Vec::new();
    let start = encoding::start(file, &mut warnings)?;
    let (bytes, at) = inflated.map_or((file, start.at), |bytes| (bytes, 0));
    let rest = bytes.get(at..).ok_or(Part10Error::Empty)?;
    let (written, _) = encoding::settle(rest, start.syntax, &mut warnings)?;
    let mut tree = Tree {
        bytes,
        is_signed: false,
        is_whole: true,
    };
    let (data_set, _) = tree.elements(at, bytes.len(), written, 0);
    if tree.is_whole {
        Ok(data_set)
    } else {
        Err(Part10Error::Incomplete)
    }
}

const ITEM: (u16, u16) = (0xFFFE, 0xE000);
const ITEM_END: (u16, u16) = (0xFFFE, 0xE00D);
const SEQUENCE_END: (u16, u16) = (0xFFFE, 0xE0DD);

struct Tree<'a> {
    bytes: &'a [u8],
    is_signed: bool,
    is_whole: bool,
}

impl<'a> Tree<'a> {
    /// The elements from `at` to `end` at the latest, and where they ended.
    fn elements(
        &mut self,
        mut at: usize,
        end: usize,
        encoding: Encoding,
        depth: usize,
    ) -> (DataSet<'a>, usize) {
        let mut data_set = DataSet::default();
        while at < end {
            let Some(header) = Header::read(&self.bytes[..end], at, encoding) else {
                self.is_whole &= self.bytes[at..end].iter().all(|&byte| byte == 0);
                return (data_set, end);
            };
            let is_pixels = matches!(header.tag, (0x7FE0, 0x0008..=0x0010));
            match header.tag {
                ITEM_END => return (data_set, header.at),
                SEQUENCE_END => return (data_set, at),
                // What comes behind the pixels is padding or a signature: neither is kept.
                _ if is_pixels && depth == 0 => return (data_set, end),
                _ => {}
            }
            let Some((element, next)) = self.element(header, end, encoding, depth) else {
                self.is_whole = false;
                return (data_set, end);
            };
            if let Some(element) = element.filter(|_| header.tag.1 != 0) {
                let tag = Tag::from(header.tag.0) << 16 | Tag::from(header.tag.1);
                data_set.0.insert(tag, element);
            }
            at = next;
        }
        (data_set, at)
    }

    /// One element, where it can be kept, and where the next begins; `None` where it is cut.
    fn element(
        &mut self,
        header: Header,
        end: usize,
        encoding: Encoding,
        depth: usize,
    ) -> Option<(Option<Element<'a>>, usize)> {
        let vr = match header.vr {
            Some(vr) if vr != VR::UN => vr,
            _ => reader::dictionary_vr(header.tag, self.is_signed),
        };
        let known = header
            .length
            .map(|length| header.at.saturating_add(length as usize));
        let encoding = if header.vr == Some(VR::UN) {
            Encoding::IMPLICIT
        } else {
            encoding
        };
        if vr == VR::SQ || known.is_none() && vr == VR::UN {
            if depth >= MAX_DEPTH || known.is_some_and(|known| known > end) {
                return None;
            }
            let (items, next) =
                self.items(header.at, known.unwrap_or(end), known, encoding, depth + 1)?;
            return Some((Some(Element::items(items)), next));
        }
        let Some(next) = known else {
            // Fragments below the top, such as those of an icon: nothing that is kept has them.
            return Some((None, self.behind_fragments(header.at, end, encoding)?));
        };
        let bytes = self.bytes[..end].get(header.at..next)?;
        if header.tag == (0x0028, 0x0103) {
            self.is_signed = bytes.contains(&1);
        }
        let value = if encoding.is_big_endian {
            Cow::Owned(values::turned(vr, bytes))
        } else {
            Cow::Borrowed(bytes)
        };
        let value = Value::Bytes(value);
        Some((Some(Element { vr, value }), next))
    }

    fn items(
        &mut self,
        mut at: usize,
        end: usize,
        known: Option<usize>,
        encoding: Encoding,
        depth: usize,
    ) -> Option<(Vec<DataSet<'a>>, usize)> {
        let mut items = Vec::new();
        while at < end {
            let header = Header::read(&self.bytes[..end], at, encoding)?;
            match header.tag {
                ITEM => {
                    let claimed = header
                        .length
                        .map(|length| header.at.saturating_add(length as usize));
                    let until = claimed.unwrap_or(end);
                    if until > end {
                        return None;
                    }
                    let (item, next) = self.elements(header.at, until, encoding, depth);
                    items.push(item);
                    at = claimed.unwrap_or(next);
                }
                SEQUENCE_END => return Some((items, header.at)),
                _ => return None,
            }
        }
        known.map(|known| (items, known))
    }

    fn behind_fragments(&self, mut at: usize, end: usize, encoding: Encoding) -> Option<usize> {
        loop {
            let header = Header::read(&self.bytes[..end], at, encoding)?;
            match (header.tag, header.length) {
                (SEQUENCE_END, _) => return Some(header.at),
                (ITEM, Some(length)) => at = header.at.checked_add(length as usize)?,
                _ => return None,
            }
        }
    }
}
