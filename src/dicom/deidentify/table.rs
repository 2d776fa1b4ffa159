//! Table E.1-1 of PS3.15: what becomes of each attribute under the profile and the options chosen.

use std::collections::BTreeMap;

use super::options::{Dates, Options};
use crate::pixels::part10::tree::Tag;

/// One line an attribute: tag, action, options, name.
const LINES: &str = include_str!("table.tsv");

/// What is done with an attribute. Where the table leaves a choice that depends on the object's kind (X/Z, X/D...), the
/// action that suits either kind is taken, or, between removal and a dummy, the one that suits this object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// K, and what the table does not list.
    Keep,
    /// C: kept unless it has a word of the identity.
    Clean,
    /// C of the dates: moved with all others.
    Shift,
    /// X.
    Remove,
    /// Z.
    Empty,
    /// X/Z: Z, but for sequences, which are seldom required.
    EmptyOrRemove,
    /// D: another value of the same kind.
    Dummy,
    /// Z/D: D in objects where it may be required, else Z.
    DummyOrEmpty,
    /// X/D, X/Z/D: likewise, else X; X for sequences.
    DummyOrRemove,
    /// U: another UID, the same for the same one.
    Uid,
}

/// The table, ready to be asked.
pub(super) struct Table(BTreeMap<Tag, (Action, &'static str)>);

impl Table {
    pub(super) fn new() -> Self {
        Self(LINES.lines().filter_map(line).collect())
    }

    /// What is done with a tag; `None` where the table does not list it.
    pub(super) fn action(&self, tag: Tag, options: &Options) -> Option<Action> {
        let &(basic, letters) = self.0.get(&tag)?;
        let has = |letter| letters.contains(letter);
        let is_kept = has('u') && options.keeps_uids
            || has('d') && options.keeps_device
            || has('i') && options.keeps_institution
            || has('p') && options.keeps_characteristics
            || has('t') && options.dates == Dates::Kept;
        let is_cleaned =
            has('c') && options.keeps_characteristics || has('w') && options.cleans_descriptors;
        Some(match () {
            () if is_kept => Action::Keep,
            () if has('t') && options.dates == Dates::Shifted => Action::Shift,
            () if is_cleaned => Action::Clean,
            () => basic,
        })
    }
}

fn line(line: &'static str) -> Option<(Tag, (Action, &'static str))> {
    let mut fields = line.split('\t');
    let (group, element) = fields.next()?.split_once(',')?;
    let tag = Tag::from(u16::from_str_radix(group, 16).ok()?) << 16
        | Tag::from(u16::from_str_radix(element, 16).ok()?);
    let action = match fields.next()? {
        "X" => Action::Remove,
        "Z" => Action::Empty,
        "X/Z" => Action::EmptyOrRemove,
        "D" => Action::Dummy,
        "Z/D" => Action::DummyOrEmpty,
        "X/D" | "X/Z/D" => Action::DummyOrRemove,
        "U" | "X/Z/U*" => Action::Uid,
        _ => return None,
    };
    Some((tag, (action, fields.next()?)))
}

/// What is done with the attribute (`group`, `element`); `None` where the table does not list it. Private attributes,
/// curves and overlays are not in the table: they are removed.
pub fn action(group: u16, element: u16, options: &Options) -> Option<Action> {
    let tag = Tag::from(group) << 16 | Tag::from(element);
    Table::new().action(tag, options)
}
