//! The content tree of a structured report (PS3.3 C.17.3) as headings and lines, in the order of the tree; nothing is
//! left out: what has no words is named by its kind.

use super::JsonSet;
use super::values::{item, items, meaning, one, paragraphs, text, texts};
use crate::attribute::clean;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use skiagraph_core::session::words;

/// Lines of one report.
const MAX_LINES: usize = 20_000;
/// Levels of one content tree.
const MAX_DEPTH: u8 = 24;

/// A report as text; patient data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Concept name of the root.
    pub title: String,
    /// Whether it is complete and verified, by whom and when.
    pub state: Vec<String>,
    /// It is neither complete nor verified in every respect: this has to be seen.
    pub is_unfinished: bool,
    /// Its content.
    pub lines: Vec<Line>,
    /// It goes on beyond what is listed.
    pub is_cut: bool,
}

/// One content item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Depth in the tree, 0 for the root's own items.
    pub level: u8,
    /// A container: what follows deeper belongs to it.
    pub is_heading: bool,
    /// Concept name, or what it is; may be empty.
    pub name: String,
    /// What it says; may have line breaks.
    pub value: String,
}

/// The report of a data set that has a content tree.
pub(super) fn report(set: &JsonSet) -> Option<Report> {
    // Value Type (0040,A040) stands in the data set itself for the root.
    if text(set, "0040A040") != "CONTAINER" {
        return None;
    }
    let mut report = Report {
        title: meaning(set, "0040A043"),
        is_unfinished: text(set, "0040A491") == "PARTIAL"
            || text(set, "0040A493") == "UNVERIFIED"
            || text(set, "0040A496") == "PRELIMINARY",
        state: state(set),
        ..Report::default()
    };
    for child in items(set, "0040A730") {
        add(child, 0, &mut report);
    }
    Some(report)
}

/// Completion, verification and observers (C.17.2).
fn state(set: &JsonSet) -> Vec<String> {
    let mut words = Vec::new();
    match text(set, "0040A491").as_str() {
        "PARTIAL" => words.push("Partial: not all of the content is there yet".to_owned()),
        "COMPLETE" => words.push("Complete".to_owned()),
        _ => {}
    }
    if text(set, "0040A496") == "PRELIMINARY" {
        words.push("Preliminary".to_owned());
    }
    match text(set, "0040A493").as_str() {
        "UNVERIFIED" => words.push("Not verified".to_owned()),
        "VERIFIED" => words.push("Verified".to_owned()),
        _ => {}
    }
    for observer in items(set, "0040A073") {
        let parts = [
            text(observer, "0040A075"),
            text(observer, "0040A027"),
            moment(&text(observer, "0040A030")),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        words.push(format!("Verified by {}", parts.join(", ")));
    }
    let written = moment(&[text(set, "00080023"), text(set, "00080033")].concat());
    if !written.is_empty() {
        words.push(format!("Written {written}"));
    }
    words
}

/// DT, or DA with TM behind it (PS3.5 6.2): `20251103091542.5+0100` as `3 Nov 2025 09:15`.
fn moment(text: &str) -> String {
    match text.split_at_checked(8) {
        Some((day, time)) if day.bytes().all(|byte| byte.is_ascii_digit()) => {
            let words = [words::date(day), words::time(time)].join(" ");
            words.trim_end().to_owned()
        }
        _ => text.to_owned(),
    }
}

fn add(content: &JsonSet, level: u8, report: &mut Report) {
    if report.lines.len() >= MAX_LINES || level > MAX_DEPTH {
        report.is_cut = true;
        return;
    }
    let kind = text(content, "0040A040");
    let name = meaning(content, "0040A043");
    let is_heading = kind == "CONTAINER";
    // Where a picture or an inference comes from is part of what is said (C.17.3.2.4).
    let relation = match text(content, "0040A010").as_str() {
        "INFERRED FROM" => "inferred from: ",
        "SELECTED FROM" => "selected from: ",
        _ => "",
    };
    report.lines.push(Line {
        level,
        is_heading,
        name,
        value: format!("{relation}{}", value(content, &kind)),
    });
    for child in items(content, "0040A730") {
        add(child, level + 1, report);
    }
}

fn value(content: &JsonSet, kind: &str) -> String {
    let value = match kind {
        "CONTAINER" => return String::new(),
        "TEXT" => paragraphs(content, "0040A160"),
        "NUM" => number(content),
        "CODE" => meaning(content, "0040A168"),
        "PNAME" => text(content, "0040A123"),
        "DATETIME" => text(content, "0040A120"),
        "DATE" => text(content, "0040A121"),
        "TIME" => text(content, "0040A122"),
        "UIDREF" => text(content, "0040A124"),
        "IMAGE" => reference(content, "image"),
        "WAVEFORM" => reference(content, "waveform"),
        "COMPOSITE" => reference(content, "object"),
        "SCOORD" | "SCOORD3D" => graphic(content),
        "TCOORD" => format!(
            "moments in time: {}",
            text(content, "0040A130").to_lowercase()
        ),
        // A reference to another line of the tree (C.17.3.2.5): its place, counted from the root.
        "" => {
            let place = texts(content, "0040DB73").replace('\\', ".");
            return if place.is_empty() {
                String::new()
            } else {
                format!("see item {place}")
            };
        }
        other => return format!("({other})"),
    };
    if value.is_empty() {
        "(no value)".to_owned()
    } else {
        value
    }
}

/// Measured Value Sequence (0040,A300): figure and unit, or why there is none.
fn number(content: &JsonSet) -> String {
    let Some(measured) = item(content, "0040A300") else {
        let qualifier = meaning(content, "0040A301");
        return if qualifier.is_empty() {
            String::new()
        } else {
            format!("({qualifier})")
        };
    };
    // The decimal string as it was written; floats only where it is missing.
    let figure = text(measured, "0040A30A");
    let unit = item(measured, "004008EA").map(|unit| {
        let code = text(unit, "00080100");
        if code.is_empty() {
            text(unit, "00080104")
        } else {
            code
        }
    });
    // "1" is UCUM for no unit.
    let unit = unit.filter(|unit| unit != "1").unwrap_or_default();
    format!("{figure} {unit}").trim().to_owned()
}

/// Referenced SOP Sequence (0008,1199): which instance, and which frames of it.
fn reference(content: &JsonSet, what: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for referenced in items(content, "00081199") {
        let frames = texts(referenced, "00081160").replace('\\', ", ");
        let frames = if frames.is_empty() {
            frames
        } else {
            format!(", frame {frames}")
        };
        words.push(format!("{what} {}{frames}", text(referenced, "00081155")));
    }
    words.join("; ")
}

/// Graphic Type (0070,0023) and Graphic Data (0070,0022).
fn graphic(content: &JsonSet) -> String {
    let kind = text(content, "00700023").to_lowercase();
    let data = content
        .get("00700022")
        .and_then(|element| element.get("Value"));
    let figures: Vec<String> = data
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .take(12)
        .map(one)
        .collect();
    let more = if figures.len() == 12 { " ..." } else { "" };
    clean(&format!("{kind} {}{more}", figures.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ps3_5_6_2_a_moment_is_told_in_words_and_what_is_none_stays_as_it_is() {
        for (text, told) in [
            ("20251103091542.5+0100", "3 Nov 2025 09:15"),
            ("20251103", "3 Nov 2025"),
            ("2025", "2025"),
            ("", ""),
            ("äöü2025-1", "äöü2025-1"),
        ] {
            assert_eq!(moment(text), told, "{text}");
        }
    }
}
