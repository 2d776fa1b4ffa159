//! What this computer keeps between visits: the reader's own window presets. Never anything of a patient.

use serde_json::{Map, Value, json};
use skiagraph_core::pixel::presets::{Preset, Presets};
use web_sys::Storage;

const KEY: &str = "skiagraph.presets";
/// Longest text that is read; the page writes far less.
const MAX_CHARS: usize = 1 << 16;

/// The presets kept at the last visit; those that cannot be read are left out.
pub(crate) fn presets() -> Presets {
    let text = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    read(&text.unwrap_or_default())
}

/// Keeps them, where the browser allows it: else they last as long as the page.
pub(crate) fn keep(presets: &Presets) {
    let Some(storage) = storage() else { return };
    let outcome = match text(presets) {
        Some(text) => storage.set_item(KEY, &text),
        None => storage.remove_item(KEY),
    };
    // A full or forbidden storage takes nothing; what the reader set goes on being used.
    drop(outcome);
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// `{ "CT": [{ "name": "Bone", "center": 500, "width": 2000 }] }`; `None` where nothing is the reader's own.
fn text(presets: &Presets) -> Option<String> {
    let own: Map<String, Value> = presets
        .own()
        .map(|(modality, presets)| (modality.to_owned(), presets.iter().map(value).collect()))
        .collect();
    (!own.is_empty()).then(|| Value::Object(own).to_string())
}

/// As the shell reads it, too.
pub(crate) fn value(preset: &Preset) -> Value {
    json!({ "name": preset.name(), "center": preset.center(), "width": preset.width() })
}

fn read(text: &str) -> Presets {
    let mut presets = Presets::default();
    if text.len() > MAX_CHARS {
        return presets;
    }
    let Ok(Value::Object(own)) = serde_json::from_str(text) else {
        return presets;
    };
    for (modality, list) in own {
        let Value::Array(list) = list else { continue };
        let own: Vec<Preset> = list.iter().filter_map(preset).collect();
        // An empty list is the reader's wish; a list of which nothing can be read is none.
        if own.len() == list.len() || !own.is_empty() {
            presets.set(&modality, own);
        }
    }
    presets
}

fn preset(value: &Value) -> Option<Preset> {
    let number = |name| value.get(name)?.as_f64();
    Preset::new(
        value.get("name")?.as_str()?,
        number("center")?,
        number("width")?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_again_and_nothing_is_kept_of_nothing() {
        let mut presets = Presets::default();
        assert_eq!(text(&presets), None);
        presets.set("CT", vec![Preset::new("Spine", 60.0, 500.5).unwrap()]);
        presets.set("MR", Vec::new());
        assert_eq!(read(&text(&presets).unwrap()), presets);
    }

    #[test]
    fn what_was_tampered_with_is_left_out() {
        for bad in [
            "",
            "null",
            "[]",
            "{",
            r#"{"CT":1}"#,
            r#"{"CT":[{"name":"x"}]}"#,
        ] {
            assert_eq!(read(bad), Presets::default(), "{bad}");
        }
    }
}
