//! Words for the eye: names, dates, ages, numbers, and the corners of a viewport.

use super::picture::{frame_size, is_color};
use super::session::Session;
use super::summary::Overlay;
use crate::geometry::orientation::{letters, opposite};
use crate::study::display_set::StackEntry;
use crate::study::study::PersonName;
use crate::viewport::viewport::{Viewport, ViewportId};
use glam::DVec2;

/// What a lossy codec leaves in a frame's warnings.
pub(super) const LOSSY_WARNING: &str = "Compressed with loss.";

/// A thin space before a unit.
const THIN: char = '\u{2009}';

/// Bytes that came, and of how many where that is told: "38 of 190 kB".
pub(super) fn bytes_of(n: u64, total: Option<u64>) -> String {
    let most = total.unwrap_or(n).max(n);
    let figure = |n: u64| match most {
        0..1_000_000 => n.div_ceil(1000).to_string(),
        _ => format!("{:.1}", n as f64 / 1e6),
    };
    let unit = if most < 1_000_000 { "kB" } else { "MB" };
    match total {
        Some(total) if total >= n => format!("{} of {}{THIN}{unit}", figure(n), figure(total)),
        _ => format!("{}{THIN}{unit}", figure(n)),
    }
}

/// All groups of a name that are there, components in the order family, given, with a space; each group isolated, so that
/// one written from the right does not pull the others along (Unicode UAX 9). A name that may hold wrong letters says so.
pub(super) fn person_name(name: &PersonName) -> String {
    const ISOLATE: char = '\u{2068}';
    const END_OF_ISOLATE: char = '\u{2069}';
    let groups: Vec<String> = name
        .groups()
        .into_iter()
        .map(name_group)
        .filter(|group| !group.is_empty())
        .collect();
    let mut words = match groups.as_slice() {
        [only] if !name.is_doubtful => return only.clone(),
        groups => groups
            .iter()
            .map(|group| format!("{ISOLATE}{group}{END_OF_ISOLATE}"))
            .collect::<Vec<_>>(),
    };
    words.extend(name.is_doubtful.then(|| "?charset".to_owned()));
    words.join("  ")
}

/// `Family^Given^Middle` as `Family, Given Middle`.
pub(super) fn name_group(group: &str) -> String {
    let mut parts = group.split('^').map(str::trim);
    let family = parts.next().unwrap_or_default();
    let rest = parts
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    match (family.is_empty(), rest.is_empty()) {
        (_, true) => family.to_owned(),
        (true, false) => rest,
        (false, false) => format!("{family}, {rest}"),
    }
}

/// `YYYYMMDD` as `24 Nov 2026`; anything else as it is.
pub fn date(text: &str) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    split_date(text)
        .and_then(|(year, month, day)| {
            Some(format!(
                "{day} {} {year}",
                MONTHS.get(month.checked_sub(1)? as usize)?
            ))
        })
        .unwrap_or_else(|| text.to_owned())
}

fn split_date(text: &str) -> Option<(u32, u32, u32)> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse().ok();
    (digits.len() == 8)
        .then(|| Some((part(0..4)?, part(4..6)?, part(6..8)?)))
        .flatten()
}

/// `HHMMSS.ffffff` as `14:05`.
pub fn time(text: &str) -> String {
    match (text.get(0..2), text.get(2..4)) {
        (Some(hours), Some(minutes)) if text.is_ascii() => format!("{hours}:{minutes}"),
        _ => String::new(),
    }
}

/// Age at the study: years, months below two years, days below one month; empty where a date is missing.
pub(super) fn age(birth_date: &str, study_date: &str) -> String {
    let (Some((by, bm, bd)), Some((sy, sm, sd))) = (split_date(birth_date), split_date(study_date))
    else {
        return String::new();
    };
    let months = i64::from(sy) * 12 + i64::from(sm)
        - i64::from(by) * 12
        - i64::from(bm)
        - i64::from(sd < bd);
    match months {
        ..0 => String::new(),
        0 => "under 1 month".to_owned(),
        1..24 => format!("{months} months"),
        _ => format!("{} y", months / 12),
    }
}

/// A patient's name for the eye, or that there is none.
pub(super) fn name_or_none(name: &PersonName) -> String {
    let name = person_name(name);
    if name.is_empty() {
        "(no name)".to_owned()
    } else {
        name
    }
}

/// A time to wait, in the unit a reader counts it in; never less than it is.
pub(super) fn duration(seconds: u32) -> String {
    match seconds {
        ..=180 => format!("{seconds}{THIN}s"),
        181..=10_800 => format!("{}{THIN}min", seconds.div_ceil(60)),
        _ => format!("{}{THIN}h", seconds.div_ceil(3600)),
    }
}

/// At most four significant decimals, no trailing zeros.
pub(super) fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    let decimals = if value.abs() >= 100.0 {
        1
    } else if value.abs() >= 1.0 {
        2
    } else {
        4
    };
    format!("{value:.decimals$}")
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

impl Session {
    /// Words of every viewport, in the order of the viewports.
    pub fn overlays(&self) -> Vec<Overlay> {
        let is_withheld = self.is_withheld();
        (0..self.state.viewports.len())
            .map(|id| self.overlay_of(id).filter(|_| !is_withheld))
            .map(Option::unwrap_or_default)
            .collect()
    }

    fn overlay_of(&self, id: ViewportId) -> Option<Overlay> {
        let (open, set, entry, viewport) = self.wanted(id)?;
        let study = &open.study;
        let patient = &study.patient;
        let series = open.series.iter().find(|series| series.uid == set.series)?;
        let lines = |lines: &[String]| {
            lines
                .iter()
                .filter(|line| !line.is_empty())
                .cloned()
                .collect::<Vec<_>>()
        };
        let born = [
            date(&patient.birth_date),
            age(&patient.birth_date, &study.date),
            patient.sex.clone(),
        ];
        let born = born
            .iter()
            .filter(|word| !word.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join("  ");
        let name = name_or_none(&patient.name);
        let label = |label: &str, value: &str| {
            if value.is_empty() {
                String::new()
            } else {
                format!("{label} {value}")
            }
        };
        let top_left = lines(&[name, label("ID", &patient.id), born]);
        let top_right = lines(&[
            format!("{} {}", date(&study.date), time(&study.time))
                .trim()
                .to_owned(),
            study.description.clone(),
            study.institution.clone(),
            label("Acc", &study.accession),
        ]);
        // Image number and window stand there too: the shell makes them fields to type in, from the summary.
        let bottom_left = lines(&[
            series.description.clone(),
            set.name.clone(),
            place(entry),
            self.state.rect(id).map_or(String::new(), |rect| {
                let scale = viewport.transform.scale(rect, frame_size(entry))
                    / self.state.canvas.device_pixel_ratio;
                format!("Zoom {:.0}{THIN}%", scale * 100.0)
            }),
        ]);
        let edges = edge_letters(entry, viewport).unwrap_or_default();
        Some(Overlay {
            top_left,
            top_right,
            bottom_left,
            bottom_right: lines(&acquisition(entry)),
            edges,
            planes: self.plane_words(id),
        })
    }
}

/// How the picture was made; of an enhanced image also what differs from frame to frame.
fn acquisition(entry: &StackEntry) -> Vec<String> {
    let mut words = entry.header.acquisition.clone();
    let context = entry.context();
    let echo = context.and_then(|context| context.echo_time_millis);
    let b_value = context.and_then(|context| context.b_value);
    words.extend(
        echo.filter(|_| !words.iter().any(|word| word.starts_with("TE ")))
            .map(|millis| format!("TE {}{THIN}ms", number(millis))),
    );
    words.extend(b_value.map(|b| format!("b {}{THIN}s/mm\u{b2}", number(b))));
    let values = context.map_or(&[][..], |context| &context.dimension_values);
    let dimensions = entry.header.dimensions.iter().zip(values);
    words.extend(dimensions.filter_map(|(dimension, &value)| dimension.words(value)));
    words
}

/// Position along the normal and thickness.
fn place(entry: &StackEntry) -> String {
    let position = entry.distance_mm().map(|mm| format!("Pos {mm:.1}{THIN}mm"));
    let thickness = entry
        .header
        .slice_thickness_mm
        .map(|mm| format!("Thk {}{THIN}mm", number(mm)));
    [position, thickness]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("  ")
}

/// Letters of the left, right, top and bottom edge, as the picture lies now (rule D27); `None` where nothing is known.
pub(super) fn edge_letters(entry: &StackEntry, viewport: &Viewport) -> Option<[String; 4]> {
    let (right, bottom) = viewport.transform.image_directions();
    let name: Box<dyn Fn(DVec2) -> String> =
        match entry.frame_header().and_then(|frame| frame.plane.clone()) {
            Some(plane) => {
                Box::new(move |v| letters(plane.row_direction * v.x + plane.column_direction * v.y))
            }
            None => {
                let [row, column] = entry.header.patient_orientation.clone()?;
                Box::new(move |v| match (v.x.round() as i32, v.y.round() as i32) {
                    (1, _) => row.clone(),
                    (-1, _) => opposite(&row),
                    (_, 1) => column.clone(),
                    _ => opposite(&column),
                })
            }
        };
    Some([name(-right), name(right), name(-bottom), name(bottom)])
}

/// True where a reader must be told that nothing says which side is which.
pub(super) fn lacks_orientation(entry: &StackEntry, modality: &str) -> bool {
    let has_plane = entry
        .frame_header()
        .is_some_and(|frame| frame.plane.is_some());
    let is_expected =
        !is_color(&entry.header) && !matches!(modality, "US" | "OT" | "SC" | "ES" | "XC");
    is_expected && !has_plane && entry.header.patient_orientation.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_dates_and_ages_as_a_reader_writes_them() {
        assert_eq!(name_group("Moreau^Élodie"), "Moreau, Élodie");
        assert_eq!(name_group("^Élodie"), "Élodie");
        assert_eq!(date("20261124"), "24 Nov 2026");
        assert_eq!(date("unknown"), "unknown");
        assert_eq!(time("140502.00"), "14:05");
        assert_eq!(age("19600301", "20260228"), "65 y");
        assert_eq!(age("20260101", "20261124"), "10 months");
        assert_eq!(age("", "20261124"), "");
        assert_eq!(
            [12, 600, 86_400].map(duration),
            ["12\u{2009}s", "10\u{2009}min", "24\u{2009}h"]
        );
    }

    #[test]
    fn numbers_keep_what_matters() {
        assert_eq!(
            (
                number(40.0).as_str(),
                number(0.125).as_str(),
                number(1.5).as_str()
            ),
            ("40", "0.125", "1.5")
        );
    }
}
