//! Generated study rows, so that a list of ten thousand studies can be tested without ten thousand files.

use serde_json::json;

use crate::index::Attributes;

const FAMILY: [&str; 8] = [
    "Adams", "Baker", "Cohen", "Dupont", "Evans", "Fischer", "García", "Haddad",
];
const GIVEN: [&str; 6] = ["Anna", "Ben", "Clara", "David", "Elena", "Farid"];
const MODALITIES: [&[&str]; 6] = [
    &["CT"],
    &["MR"],
    &["DX"],
    &["US"],
    &["CT", "SR"],
    &["PT", "CT"],
];

/// `count` rows of the study level, the same at every start; the newest first, three a day.
pub(crate) fn rows(count: usize) -> Vec<Attributes> {
    (0..count).map(row).collect()
}

fn pick<T: Copy>(of: &[T], at: usize) -> Option<T> {
    of.get(at.checked_rem(of.len())?).copied()
}

fn row(at: usize) -> Attributes {
    // A multiplier coprime to the lengths above spreads neighbors over the names.
    let spread = at.wrapping_mul(7919) / 3;
    let family = pick(&FAMILY, spread).unwrap_or("");
    let given = pick(&GIVEN, spread / FAMILY.len()).unwrap_or("");
    let modalities = pick(&MODALITIES, spread / 5).unwrap_or(&[]);
    let day = at / 3;
    let date = format!(
        "{}{:02}{:02}",
        2024_usize.saturating_sub(day / 336),
        12 - day / 28 % 12,
        28 - day % 28
    );
    let time = format!("{:02}1500", 16 - at % 3 * 4);
    let sex = if at.is_multiple_of(2) { "F" } else { "M" };
    let elements = json!({
        "00080020": { "vr": "DA", "Value": [date] },
        "00080030": { "vr": "TM", "Value": [time] },
        "00080050": { "vr": "SH", "Value": [format!("SYN{at:06}")] },
        "00080061": { "vr": "CS", "Value": modalities },
        "00080090": { "vr": "PN", "Value": [{ "Alphabetic": "Referrer^Synthetic" }] },
        "00081030": { "vr": "LO", "Value": [format!("Synthetic study {at}")] },
        "00100010": { "vr": "PN", "Value": [{ "Alphabetic": format!("{family}^{given}") }] },
        "00100020": { "vr": "LO", "Value": [format!("SYN{:05}", at / 2)] },
        "00100030": { "vr": "DA", "Value": [format!("19{:02}0{}15", 30 + spread % 70, 1 + spread % 9)] },
        "00100040": { "vr": "CS", "Value": [sex] },
        "0020000D": { "vr": "UI", "Value": [format!("2.25.5000{at}")] },
        "00200010": { "vr": "SH", "Value": [format!("{at}")] },
        "00201206": { "vr": "IS", "Value": [modalities.len()] },
        "00201208": { "vr": "IS", "Value": [1 + spread % 400] },
    });
    match elements {
        serde_json::Value::Object(map) => map,
        _ => Attributes::new(),
    }
}
