//! The profile over a data set and the items in it: each attribute as the table says, what it does not list as below.

use std::collections::{BTreeMap, BTreeSet};

use dicom_core::dictionary::DataDictionary;
use dicom_core::{Tag as DictionaryTag, VR};
use dicom_dictionary_std::StandardDataDictionary;
use serde::{Deserialize, Serialize};

use super::identity::Identity;
use super::options::{Dates, Options};
use super::pseudonyms::Pseudonyms;
use super::safe_private::is_safe;
use super::table::{Action, Table};
use super::values;
use crate::pixels::part10::tree::{DataSet, Element, Tag, Value};

/// The one sequence among those of X/Z that some objects must have (Type 2).
const ACQUISITION_CONTEXT: Tag = 0x0040_0555;
const PATIENT_AGE: Tag = 0x0010_1010;
const SOP_CLASS: Tag = 0x0008_0016;
const CLASSES: &str = "1.2.840.10008.5.1.4.1.1.";
/// Classes in which no attribute of Z/D, X/D and X/Z/D must have a value: pictures older than functional groups.
const CLASSIC: [&str; 18] = [
    "1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1", "2", "3.1", "4", "6.1", "7", "12.1",
    "12.2", "20", "77.1.1", "77.1.2", "77.1.4",
];

/// What was done with attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Deed {
    /// Taken out.
    Removed,
    /// Left without a value.
    Emptied,
    /// Given a value that says nothing.
    Replaced,
    /// UIDs exchanged.
    Renamed,
    /// Dates moved.
    Moved,
    /// Private, taken out.
    PrivateRemoved,
    /// Given a value that says nothing, since a word of the identity stood in it.
    Found,
}

/// One kind of deed on one attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Group and element, eight hexadecimal digits.
    pub tag: String,
    /// What was done.
    pub deed: Deed,
    /// How many times.
    pub count: u32,
}

/// A walk over one file.
pub(super) struct Profile<'a> {
    pub(super) table: &'a Table,
    pub(super) options: &'a Options,
    pub(super) names: &'a Pseudonyms,
    identity: Identity,
    may_require: bool,
    done: BTreeMap<(Tag, Deed), u32>,
    /// Descriptions that stayed.
    words: BTreeSet<String>,
}

impl<'a> Profile<'a> {
    pub(super) fn new(
        data_set: &DataSet,
        table: &'a Table,
        options: &'a Options,
        names: &'a Pseudonyms,
    ) -> Self {
        Self {
            table,
            options,
            names,
            identity: Identity::of(data_set, options),
            may_require: !data_set
                .text(SOP_CLASS)
                .strip_prefix(CLASSES)
                .is_some_and(|class| CLASSIC.contains(&class)),
            done: BTreeMap::new(),
            words: BTreeSet::new(),
        }
    }

    /// What was done, and the descriptions that stayed, for a person to read.
    pub(super) fn into_report(self) -> (Vec<Done>, Vec<String>) {
        let done = self.done.into_iter().map(|((tag, deed), count)| Done {
            tag: format!("{tag:08X}"),
            deed,
            count,
        });
        (done.collect(), self.words.into_iter().collect())
    }

    /// The data set as it may leave.
    pub(super) fn data_set<'b>(&mut self, data_set: &DataSet<'b>) -> DataSet<'b> {
        let safe = self.safe_blocks(data_set);
        let mut kept = DataSet::default();
        for (&tag, element) in &data_set.0 {
            let new = if (tag >> 16) % 2 == 1 {
                self.private(tag, element, &safe)
            } else {
                self.standard(tag, element)
            };
            if let Some(new) = new {
                kept.0.insert(tag, new);
            }
        }
        kept
    }

    fn standard<'b>(&mut self, tag: Tag, element: &Element<'b>) -> Option<Element<'b>> {
        // Curves and overlays, comments and all.
        if matches!(tag >> 24, 0x50 | 0x60) {
            return self.removed(tag, Deed::Removed);
        }
        let action = self
            .table
            .action(tag, self.options)
            .unwrap_or_else(|| self.unlisted(tag, element.vr));
        match action {
            Action::Keep => Some(self.kept(tag, element)),
            // Bytes cannot be read for words.
            Action::Clean if element.vr != VR::SQ && !is_text(element.vr) => {
                self.removed(tag, Deed::Removed)
            }
            Action::Clean => {
                let kept = self.kept(tag, element);
                self.remember(&kept);
                Some(kept)
            }
            Action::Shift => Some(self.moved(tag, element)),
            Action::Remove => self.removed(tag, Deed::Removed),
            Action::EmptyOrRemove if element.vr == VR::SQ && tag != ACQUISITION_CONTEXT => {
                self.removed(tag, Deed::Removed)
            }
            Action::Empty | Action::EmptyOrRemove => {
                Some(self.emptied(tag, element.vr, Deed::Emptied))
            }
            Action::Dummy => Some(self.dummy(tag, element)),
            Action::DummyOrEmpty if self.may_require => Some(self.dummy(tag, element)),
            Action::DummyOrEmpty => Some(self.emptied(tag, element.vr, Deed::Emptied)),
            Action::DummyOrRemove if self.may_require && element.vr != VR::SQ => {
                Some(self.dummy(tag, element))
            }
            Action::DummyOrRemove => self.removed(tag, Deed::Removed),
            Action::Uid => Some(self.renamed(tag, element)),
        }
    }

    /// What becomes of an attribute of the standard that the table does not list: what may name a person by its kind goes,
    /// and so does what the dictionary does not know.
    fn unlisted(&self, tag: Tag, vr: VR) -> Action {
        let known = StandardDataDictionary.by_tag(DictionaryTag((tag >> 16) as u16, tag as u16));
        let is_own = known.is_some() && vr != VR::UN;
        match vr {
            _ if !is_own => Action::Remove,
            VR::UI if self.options.keeps_uids => Action::Keep,
            VR::UI => Action::Uid,
            VR::PN => Action::Empty,
            VR::LT | VR::ST | VR::UT if self.options.cleans_descriptors => Action::Clean,
            VR::LT | VR::ST | VR::UT => Action::DummyOrEmpty,
            VR::DA | VR::DT => match self.options.dates {
                Dates::Removed => Action::Empty,
                Dates::Shifted => Action::Shift,
                Dates::Kept => Action::Keep,
            },
            _ => Action::Keep,
        }
    }

    fn note(&mut self, tag: Tag, deed: Deed) {
        *self.done.entry((tag, deed)).or_default() += 1;
    }

    fn removed<'b>(&mut self, tag: Tag, deed: Deed) -> Option<Element<'b>> {
        self.note(tag, deed);
        None
    }

    fn emptied<'b>(&mut self, tag: Tag, vr: VR, deed: Deed) -> Element<'b> {
        self.note(tag, deed);
        Element::empty(vr)
    }

    fn dummy<'b>(&mut self, tag: Tag, element: &Element<'b>) -> Element<'b> {
        self.note(tag, Deed::Replaced);
        values::dummy(element, self.names)
    }

    fn renamed<'b>(&mut self, tag: Tag, element: &Element<'b>) -> Element<'b> {
        if let Value::Items(_) = element.value {
            return self.kept(tag, element);
        }
        self.note(tag, Deed::Renamed);
        values::uids(element, self.names)
    }

    fn moved<'b>(&mut self, tag: Tag, element: &Element<'b>) -> Element<'b> {
        // The offset of the clock from UTC has no day.
        let new = match (&element.value, element.vr) {
            (_, VR::SH) => Some(element.clone()),
            (Value::Bytes(bytes), vr) if !values::is_of_its_kind(vr, bytes) => None,
            _ => values::moved(element, self.names.days()),
        };
        match new {
            Some(new) => {
                self.note(tag, Deed::Moved);
                new
            }
            None => self.emptied(tag, element.vr, Deed::Emptied),
        }
    }

    /// An attribute that stays, unless a word of the identity stands in it; the items of a sequence are walked.
    fn kept<'b>(&mut self, tag: Tag, element: &Element<'b>) -> Element<'b> {
        match &element.value {
            Value::Items(items) => {
                Element::items(items.iter().map(|item| self.data_set(item)).collect())
            }
            Value::Bytes(bytes)
                if !values::is_of_its_kind(element.vr, bytes)
                    || has_words(tag, element.vr, bytes) && self.identity.is_in(bytes) =>
            {
                self.note(tag, Deed::Found);
                values::dummy(element, self.names)
            }
            Value::Bytes(_) if tag == PATIENT_AGE => values::held_age(element),
            Value::Bytes(_) => element.clone(),
        }
    }

    fn remember(&mut self, element: &Element) {
        let Value::Bytes(bytes) = &element.value else {
            return;
        };
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_matches([' ', '\0']);
        if !text.is_empty() && text != values::GONE && is_text(element.vr) {
            self.words.insert(text.to_owned());
        }
    }

    /// Private blocks with attributes that are safe: group and block, and their creator.
    fn safe_blocks(&self, data_set: &DataSet) -> BTreeMap<(u16, u8), String> {
        if !self.options.keeps_safe_private {
            return BTreeMap::new();
        }
        let creators = data_set.0.keys().filter_map(|&tag| {
            let (group, element) = ((tag >> 16) as u16, tag as u16);
            let is_creator = group % 2 == 1 && (0x10..=0xFF).contains(&element);
            is_creator.then(|| ((group, element as u8), data_set.text(tag)))
        });
        creators
            .filter(|(block, creator)| {
                data_set.0.keys().any(|&tag| {
                    block_of(tag) == Some(*block) && is_safe(creator, block.0, tag as u8)
                })
            })
            .collect()
    }

    fn private<'b>(
        &mut self,
        tag: Tag,
        element: &Element<'b>,
        safe: &BTreeMap<(u16, u8), String>,
    ) -> Option<Element<'b>> {
        let group = (tag >> 16) as u16;
        let is_creator = (tag as u16) < 0x0100 && safe.contains_key(&(group, tag as u8));
        let is_safe = block_of(tag)
            .and_then(|block| safe.get(&block))
            .is_some_and(|creator| is_safe(creator, group, tag as u8));
        let is_leaf = matches!(element.value, Value::Bytes(_));
        if (is_creator || is_safe) && is_leaf {
            return Some(self.kept(tag, element));
        }
        self.removed(tag, Deed::PrivateRemoved)
    }
}

/// Group and block of a private attribute (PS3.5 7.8.1); creators are in none.
fn block_of(tag: Tag) -> Option<(u16, u8)> {
    let block = (tag as u16 >> 8) as u8;
    (block >= 0x10).then_some(((tag >> 16) as u16, block))
}

/// Kinds of values that a person writes words into.
fn is_text(vr: VR) -> bool {
    use VR::{AE, LO, LT, PN, SH, ST, UC, UN, UR, UT};
    matches!(vr, AE | LO | LT | PN | SH | ST | UC | UN | UR | UT)
}

/// Whether a value may have a word that is looked for: texts, terms but for those that pictures are drawn by, and numbers
/// that are none.
fn has_words(tag: Tag, vr: VR, bytes: &[u8]) -> bool {
    let is_drawn_by = matches!(tag >> 16, 0x0008 | 0x0028);
    let is_number = |byte: &u8| byte.is_ascii_digit() || b"+-.eE\\ \0".contains(byte);
    match vr {
        VR::CS => !is_drawn_by,
        VR::DS | VR::IS => !bytes.iter().all(is_number),
        VR::AS => {
            !matches!(bytes, [a, b, c, b'D' | b'W' | b'M' | b'Y'] if [a, b, c].iter().all(|c| c.is_ascii_digit()))
        }
        _ => is_text(vr),
    }
}
