//! Values in place of others: dummies of each kind, dates moved by days.

use dicom_core::VR;

use super::pseudonyms::Pseudonyms;
use crate::pixels::part10::tree::{DataSet, Element, Value};

/// What stands for a text that is gone.
pub(super) const GONE: &str = "REMOVED";

/// A value of the same kind that says nothing (PS3.15 E.1, action D); of a sequence every value in its items.
pub(super) fn dummy<'a>(element: &Element<'a>, names: &Pseudonyms) -> Element<'a> {
    let vr = element.vr;
    let bytes = match &element.value {
        Value::Items(items) => {
            let hollow = |item: &DataSet<'a>| {
                let elements = item.0.iter();
                let kept = elements.filter(|(tag, _)| (*tag >> 16).is_multiple_of(2));
                DataSet(
                    kept.map(|(&tag, element)| (tag, dummy(element, names)))
                        .collect(),
                )
            };
            return Element::items(items.iter().map(hollow).collect());
        }
        Value::Bytes(bytes) => bytes,
    };
    let text = match vr {
        VR::UI => return uids(element, names),
        VR::DA => "19000101",
        VR::DT => "19000101000000",
        VR::TM => "000000",
        VR::AS => "000Y",
        VR::DS | VR::IS => "0",
        VR::UR => "about:blank",
        VR::AE | VR::CS | VR::LO | VR::LT | VR::PN | VR::SH | VR::ST | VR::UC | VR::UT => GONE,
        // Binary: as long as it was, so that what counts by its length still does.
        _ => {
            let value = Value::Bytes(vec![0; bytes.len().min(MAX_DUMMY_BYTES)].into());
            return Element { vr, value };
        }
    };
    Element::text(vr, text)
}

const MAX_DUMMY_BYTES: usize = 64 << 10;

/// Every UID of the element replaced.
pub(super) fn uids<'a>(element: &Element<'a>, names: &Pseudonyms) -> Element<'a> {
    let Value::Bytes(bytes) = &element.value else {
        return element.clone();
    };
    let text = String::from_utf8_lossy(bytes);
    let new: Vec<String> = text.split('\\').map(|uid| names.uid(uid)).collect();
    Element::text(VR::UI, &new.join("\\"))
}

/// Dates of the element moved back by `days`; `None` where one of them is none.
pub(super) fn moved<'a>(element: &Element<'a>, days: i64) -> Option<Element<'a>> {
    let Value::Bytes(bytes) = &element.value else {
        return None;
    };
    if element.vr == VR::TM || bytes.is_empty() {
        return Some(element.clone());
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let values = text.split('\\').map(|value| {
        let value = value.trim_matches([' ', '\0']);
        match element.vr {
            _ if value.is_empty() => Some(String::new()),
            VR::DA => {
                let digits: String = value.chars().filter(|c| *c != '.').collect();
                (digits.len() == 8).then(|| moved_day(&digits, days))?
            }
            VR::DT => {
                let (date, rest) = value.split_at_checked(8)?;
                Some(moved_day(date, days)? + rest)
            }
            _ => None,
        }
    });
    let values: Option<Vec<String>> = values.collect();
    Some(Element::text(element.vr, &values?.join("\\")))
}

/// A day YYYYMMDD, `days` earlier.
fn moved_day(digits: &str, days: i64) -> Option<String> {
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    let is_day = (1..=12).contains(&month) && (1..=31).contains(&day);
    let (year, month, day) = is_day.then(|| day_of(count_of(year, month, day) - days))?;
    (0..=9999)
        .contains(&year)
        .then(|| format!("{year:04}{month:02}{day:02}"))
}

/// Days since 1 March of the year 0 in the Gregorian calendar: years that begin in March end with their leap day.
fn count_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month < 3 { year - 1 } else { year };
    let month = (month + 9) % 12;
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month + 2) / 5
        + day
        - 1
}

/// Year, month and day of such a count.
fn day_of(count: i64) -> (i64, i64, i64) {
    let era = count.div_euclid(146_097);
    let in_era = count.rem_euclid(146_097);
    let year = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year + next, month, day)
}

/// An age of 90 years and more is 90 (45 CFR 164.514(b)(2)(i)(C)): few people are as old.
pub(super) fn held_age<'a>(element: &Element<'a>) -> Element<'a> {
    let Value::Bytes(bytes) = &element.value else {
        return element.clone();
    };
    let text = String::from_utf8_lossy(bytes);
    let years = text.trim().strip_suffix('Y').map(str::parse::<u32>);
    match years {
        Some(Ok(years)) if years > 89 => Element::text(element.vr, "090Y"),
        _ => element.clone(),
    }
}

/// Whether UIDs, dates and times are written with the characters that these have: others hold words.
pub(super) fn is_of_its_kind(vr: VR, bytes: &[u8]) -> bool {
    let others: &[u8] = match vr {
        VR::UI => b".\\ \0",
        VR::DA | VR::TM | VR::DT => b".:+-\\ \0",
        _ => return true,
    };
    bytes
        .iter()
        .all(|byte| byte.is_ascii_digit() || others.contains(byte))
}
