//! DICOM JSON of which single values cannot be read, such as a number beyond all bounds or half a surrogate pair: they cost
//! themselves, not the header.

use std::collections::BTreeMap;

use serde_json::{Value, value::RawValue};

/// Levels of JSON above a value that cannot be read; each is read once more.
const MAX_LEVELS: u8 = 64;

/// What is in `json`, with null for each value that cannot be read, and how many these are; `None` for what is no JSON.
pub(super) fn read(json: &str) -> Option<(Value, u32)> {
    if let Ok(value) = serde_json::from_str(json) {
        return Some((value, 0));
    }
    let mut n_unread = 0;
    let value = piece(serde_json::from_str(json).ok()?, 0, &mut n_unread)?;
    Some((value, n_unread))
}

fn piece(raw: &RawValue, level: u8, n_unread: &mut u32) -> Option<Value> {
    let text = raw.get();
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    if level == MAX_LEVELS {
        return None;
    }
    let mut inner = |raw| piece(raw, level + 1, n_unread);
    if let Ok(pieces) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
        let pieces = pieces.into_iter();
        return pieces.map(|(key, raw)| Some((key, inner(raw)?))).collect();
    }
    if let Ok(pieces) = serde_json::from_str::<Vec<&RawValue>>(text) {
        return pieces.into_iter().map(inner).collect();
    }
    *n_unread += 1;
    Some(Value::Null)
}
