//! Which objects may leave without a look at their pictures, which after one, and which never (PS3.15 E.3.1: text in
//! pixels is found by nobody but a reader).

use serde::{Deserialize, Serialize};

use super::masks::Area;
use crate::pixels::part10::tree::{DataSet, Element, Tag, Value};
use crate::transfer_syntax::TransferSyntax;

/// When a copy may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Release {
    /// At once: pictures straight from a device that writes nothing into them.
    Free,
    /// Once a person has looked at every frame.
    AfterLook,
    /// Not by this viewer.
    Never,
}

/// Devices and sources whose pictures are known for text.
const WRITTEN_ON: [&str; 14] = [
    "US", "IVUS", "ES", "GM", "XC", "OT", "DOC", "SC", "XA", "RF", "SM", "OP", "HC", "DG",
];
const SECONDARY_CAPTURE: &str = "1.2.840.10008.5.1.4.1.1.7";
/// Reports, presentation states, encapsulated documents: their content is words.
const WORDS: [&str; 3] = [
    "1.2.840.10008.5.1.4.1.1.88.",
    "1.2.840.10008.5.1.4.1.1.11.",
    "1.2.840.10008.5.1.4.1.1.104.",
];

/// What holds for an instance, and why, in a sentence.
pub(super) fn release(data_set: &DataSet, syntax: &TransferSyntax) -> (Release, &'static str) {
    let class = data_set.text(0x0008_0016);
    if class.is_empty() || data_set.text(0x0008_0018).is_empty() {
        return (
            Release::Never,
            "It does not say what kind of object it is, or which.",
        );
    }
    if WORDS.iter().any(|words| class.starts_with(words)) || data_set.0.contains_key(&0x0042_0011) {
        return (
            Release::Never,
            "Reports, documents and annotations are words; they cannot be cleaned by rule.",
        );
    }
    if syntax.is_video() {
        return (
            Release::Never,
            "A film cannot be looked through frame by frame here.",
        );
    }
    let modality = data_set.text(0x0008_0060);
    let kind = data_set.text(0x0008_0008).to_ascii_uppercase();
    let is_screen = ["SECONDARY", "SCREEN", "REPORT", "DOSE_INFO", "SAVE"]
        .iter()
        .any(|word| kind.contains(word));
    let stated = data_set.text(0x0028_0301);
    let reason = if stated == "YES" {
        "The header says that text is burned into the pictures."
    } else if class.starts_with(SECONDARY_CAPTURE) || !data_set.text(0x0008_0064).is_empty() {
        "Screens and scanned pages often carry the patient's name."
    } else if matches!(modality.as_str(), "US" | "IVUS") {
        "Ultrasound devices write the patient's name above the picture."
    } else if WRITTEN_ON.contains(&modality.as_str()) {
        "Pictures of this kind often carry text."
    } else if is_screen {
        "It was made from other pictures or a screen, which often carry text."
    } else {
        return (Release::Free, "");
    };
    (Release::AfterLook, reason)
}

/// Where text is to be expected: around the regions of an ultrasound picture, or in its top tenth; nowhere else is there
/// a rule.
pub(super) fn usual_areas(data_set: &DataSet, rows: u32, columns: u32) -> Vec<Area> {
    let modality = data_set.text(0x0008_0060);
    if !matches!(modality.as_str(), "US" | "IVUS") || rows == 0 || columns == 0 {
        return Vec::new();
    }
    let whole = |x, y, width, height| Area {
        frame: None,
        x,
        y,
        width,
        height,
    };
    let Some([left, top, right, bottom]) = regions(data_set, rows, columns) else {
        return vec![whole(0, 0, columns, rows.div_ceil(10))];
    };
    let bands = [
        whole(0, 0, columns, top),
        whole(0, bottom, columns, rows - bottom),
        whole(0, top, left, bottom - top),
        whole(right, top, columns - right, bottom - top),
    ];
    bands
        .into_iter()
        .filter(|area| area.width > 0 && area.height > 0)
        .collect()
}

/// What surrounds all Ultrasound Regions (PS3.3 C.8.5.5): left, top, and right and bottom behind the last pixel.
fn regions(data_set: &DataSet, rows: u32, columns: u32) -> Option<[u32; 4]> {
    let Some(Value::Items(items)) = data_set.0.get(&0x0018_6011).map(|element| &element.value)
    else {
        return None;
    };
    let corners = items.iter().filter_map(|item| {
        let of = |tag| number(item, tag);
        Some([
            of(0x0018_6018)?,
            of(0x0018_601A)?,
            of(0x0018_601C)?.checked_add(1)?,
            of(0x0018_601E)?.checked_add(1)?,
        ])
    });
    let all =
        corners.reduce(|[a, b, c, d], [e, f, g, h]| [a.min(e), b.min(f), c.max(g), d.max(h)])?;
    let [left, top, right, bottom] = all;
    (left < right && top < bottom && right <= columns && bottom <= rows).then_some(all)
}

fn number(item: &DataSet, tag: Tag) -> Option<u32> {
    match item.0.get(&tag)? {
        Element {
            value: Value::Bytes(bytes),
            ..
        } => match bytes.len() {
            4 => Some(u32::from_le_bytes(*bytes.first_chunk()?)),
            2 => Some(u16::from_le_bytes(*bytes.first_chunk()?).into()),
            _ => None,
        },
        _ => None,
    }
}
