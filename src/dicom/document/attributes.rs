//! Every attribute of a header with its name, as rows to read and to search.

use super::JsonSet;
use super::values::one;
use crate::attribute::{Tag, clean};
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_dictionary_std::StandardDataDictionary;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use skiagraph_core::order::sort_by_key;

/// Rows of one list.
const MAX_ROWS: usize = 20_000;
/// Characters of one value.
const MAX_CHARACTERS: usize = 1_000;
/// Levels of sequences.
const MAX_DEPTH: u8 = 32;

/// One attribute, or the head of an item; patient data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Depth in sequences.
    pub level: u8,
    /// `(0010,0010)`; empty for the head of an item.
    pub tag: String,
    /// Name by the dictionary, the creator's for private ones.
    pub name: String,
    /// Value representation.
    pub vr: String,
    /// Value for the eye.
    pub value: String,
}

/// The rows, and whether there are more.
pub(super) fn rows(set: &JsonSet) -> (Vec<Row>, bool) {
    let mut rows = Vec::new();
    let is_cut = !add(set, 0, &mut rows);
    (rows, is_cut)
}

/// Adds the attributes of a data set; false where not all fit.
fn add(set: &JsonSet, level: u8, rows: &mut Vec<Row>) -> bool {
    let mut tags: Vec<(Tag, &Value)> = set
        .iter()
        .filter_map(|(key, element)| Some((Tag::parse(key)?, element)))
        .collect();
    sort_by_key(&mut tags, |(tag, _)| *tag);
    for (tag, element) in tags {
        if rows.len() >= MAX_ROWS || level > MAX_DEPTH {
            return false;
        }
        let vr = element
            .get("vr")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let values = element.get("Value").and_then(Value::as_array);
        let items: Vec<&JsonSet> = values
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .filter(|_| vr == "SQ" || vr.is_empty())
            .collect();
        rows.push(Row {
            level,
            tag: tag.to_string(),
            name: name(tag, set),
            vr: clean(vr),
            value: if vr == "SQ" {
                count(items.len())
            } else {
                value(element)
            },
        });
        if vr != "SQ" {
            continue;
        }
        for (index, item) in items.into_iter().enumerate() {
            rows.push(Row {
                level: level + 1,
                tag: String::new(),
                name: format!("Item {}", index + 1),
                vr: String::new(),
                value: String::new(),
            });
            if !add(item, level + 2, rows) {
                return false;
            }
        }
    }
    true
}

fn count(n: usize) -> String {
    match n {
        0 => "no items".to_owned(),
        1 => "1 item".to_owned(),
        n => format!("{n} items"),
    }
}

fn value(element: &Value) -> String {
    if let Some(base64) = element.get("InlineBinary").and_then(Value::as_str) {
        return format!("{} bytes", base64.trim_end_matches('=').len() * 3 / 4);
    }
    if element.get("BulkDataURI").is_some() {
        return "bytes kept apart by the archive".to_owned();
    }
    let values = element.get("Value").and_then(Value::as_array);
    let mut text = String::new();
    for (index, value) in values.into_iter().flatten().enumerate() {
        if index > 0 {
            text.push('\\');
        }
        text.push_str(&one(value));
        if text.chars().count() > MAX_CHARACTERS {
            let cut: String = text.chars().take(MAX_CHARACTERS).collect();
            return format!("{cut} ...");
        }
    }
    text
}

/// The keyword of PS3.6 in words, or whose private attribute it is (PS3.5 7.8.1).
fn name(tag: Tag, set: &JsonSet) -> String {
    let (group, element) = ((tag.0 >> 16) as u16, (tag.0 & 0xFFFF) as u16);
    if group % 2 == 1 {
        if (0x10..=0xFF).contains(&element) {
            return "Private Creator".to_owned();
        }
        let creator = format!("{group:04X}00{:02X}", element >> 8);
        let creator = super::values::text(set, &creator);
        return format!("Private {creator}").trim().to_owned();
    }
    StandardDataDictionary
        .by_tag(dicom_core::Tag(group, element))
        .map_or_else(|| "Unknown".to_owned(), |entry| in_words(entry.alias()))
}

/// `PatientBirthDate` as `Patient Birth Date`, `SOPClassUID` as `SOP Class UID`.
fn in_words(keyword: &str) -> String {
    let letters: Vec<char> = keyword.chars().collect();
    let mut words = String::new();
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let is_start = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase)
            });
        if is_start {
            words.push(' ');
        }
        words.push(letter);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_read_as_words() {
        for (keyword, words) in [
            ("PatientBirthDate", "Patient Birth Date"),
            ("SOPClassUID", "SOP Class UID"),
            ("KVP", "KVP"),
            ("VOILUTFunction", "VOILUT Function"),
        ] {
            assert_eq!(in_words(keyword), words);
        }
    }
}
