//! Reads of the DICOM JSON model as text for the eye (PS3.18 F.2).

use super::JsonSet;
use crate::attribute::clean;
use serde_json::Value;

fn all<'a>(set: &'a JsonSet, tag: &str) -> &'a [Value] {
    set.get(tag)
        .and_then(|element| element.get("Value"))
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Items of a sequence.
pub(super) fn items<'a>(set: &'a JsonSet, tag: &str) -> impl Iterator<Item = &'a JsonSet> {
    all(set, tag).iter().filter_map(Value::as_object)
}

/// First item of a sequence.
pub(super) fn item<'a>(set: &'a JsonSet, tag: &str) -> Option<&'a JsonSet> {
    items(set, tag).next()
}

/// First value on one line; empty where there is none.
pub(super) fn text(set: &JsonSet, tag: &str) -> String {
    all(set, tag).first().map(one).unwrap_or_default()
}

/// All values on one line, by backslashes.
pub(super) fn texts(set: &JsonSet, tag: &str) -> String {
    all(set, tag).iter().map(one).collect::<Vec<_>>().join("\\")
}

/// The first value with its line breaks.
pub(super) fn paragraphs(set: &JsonSet, tag: &str) -> String {
    let value = all(set, tag).first().and_then(Value::as_str);
    let value = value.unwrap_or_default().replace("\r\n", "\n");
    let lines: Vec<String> = value.split(['\n', '\r', '\u{0C}']).map(clean).collect();
    lines.join("\n").trim().to_owned()
}

/// One value: names with all their groups.
pub(super) fn one(value: &Value) -> String {
    match value {
        Value::String(text) => clean(text),
        Value::Number(number) => number.to_string(),
        Value::Bool(is_true) => is_true.to_string(),
        Value::Object(name) => {
            let group = |key: &str| name.get(key).and_then(Value::as_str).map(clean);
            let groups = ["Alphabetic", "Ideographic", "Phonetic"].map(group);
            let groups: Vec<String> = groups.into_iter().map(Option::unwrap_or_default).collect();
            groups.join("=").trim_end_matches('=').to_owned()
        }
        Value::Null | Value::Array(_) => String::new(),
    }
}

/// Code Meaning (0008,0104) of a code sequence's first item, else the code itself.
pub(super) fn meaning(set: &JsonSet, sequence: &str) -> String {
    let Some(code) = item(set, sequence) else {
        return String::new();
    };
    let meaning = text(code, "00080104");
    if meaning.is_empty() {
        // Code Value, Long Code Value, URN Code Value.
        let codes = ["00080100", "00080119", "00080120"].map(|tag| text(code, tag));
        return codes
            .into_iter()
            .find(|code| !code.is_empty())
            .unwrap_or_default();
    }
    meaning
}
