//! The geometry doctor: what is odd about a stack, in plain words, and what was done about it (rules D26 to D32).

use super::display_set::StackEntry;
use super::sorting::Order;
use crate::geometry::image_plane::{PixelSpacing, SAME_POSITION_MM, SpacingSource};
use crate::geometry::volume::shear_rad;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Changes what may be measured.
    Caution,
    /// Something is missing or not shown.
    Warning,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// A few words for the picture, or empty.
    pub mark: String,
    /// One sentence: what was found.
    pub found: String,
    /// One sentence: what was done.
    pub done: String,
}

impl Finding {
    pub(super) fn new(severity: Severity, mark: &str, found: String, done: &str) -> Self {
        Self {
            severity,
            mark: mark.to_owned(),
            found,
            done: done.to_owned(),
        }
    }
}

/// What was found out about one stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// Findings, in the order a reader asks.
    pub findings: Vec<Finding>,
    /// Positions missing between neighbours (rule D29).
    pub n_missing: u32,
}

/// Examines a stack in its final order.
pub fn examine(entries: &[StackEntry], order: Order) -> Diagnosis {
    let mut diagnosis = Diagnosis::default();
    let findings = &mut diagnosis.findings;
    match order {
        Order::Position => {
            let steps = Steps::of(entries);
            diagnosis.n_missing = steps.missing(findings);
            steps.uneven(findings);
            steps.repeated(findings);
            tilt(entries, findings);
            thickness(entries, &steps, findings);
            numbers(entries, findings);
            frame_of_reference(entries, findings);
        }
        Order::Volume => findings.push(Finding::new(
            Severity::Info,
            "",
            "The images lie in a space of their own, not in the patient.".into(),
            "They are ordered by it; no letters are drawn.",
        )),
        Order::Number => no_common_normal(entries, findings),
    }
    pixels(entries, findings);
    diagnosis
}

/// Steps from position to position along the normal, mm; those below a micrometer are repeats.
struct Steps {
    /// Index of the image before the step, and the step.
    steps: Vec<(usize, f64)>,
    /// Images that share the position of the one before them.
    repeats: Vec<usize>,
    median_mm: f64,
}

impl Steps {
    fn of(entries: &[StackEntry]) -> Self {
        let positions: Vec<f64> = entries.iter().filter_map(StackEntry::distance_mm).collect();
        let all = positions
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .enumerate();
        let (steps, repeats): (Vec<_>, Vec<_>) = all.partition(|(_, mm)| *mm >= SAME_POSITION_MM);
        let mut sorted: Vec<f64> = steps.iter().map(|(_, mm)| *mm).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        Self {
            median_mm: sorted.get(sorted.len() / 2).copied().unwrap_or_default(),
            steps,
            repeats: repeats.into_iter().map(|(at, _)| at + 1).collect(),
        }
    }

    fn is_gap(&self, mm: f64) -> bool {
        mm > 1.5 * self.median_mm
    }

    /// A step above 1.5 medians is a gap (rule D29, fault 32); each is named once, many together.
    fn missing(&self, findings: &mut Vec<Finding>) -> u32 {
        let gaps: Vec<(usize, f64, f64)> = self
            .steps
            .iter()
            .filter(|(_, mm)| self.is_gap(*mm))
            .map(|&(at, mm)| (at, mm, (mm / self.median_mm).round() - 1.0))
            .collect();
        let n: f64 = gaps.iter().map(|(.., n)| n).sum();
        let done = "Distances across a gap are not certain.";
        let mark = if n == 1.0 {
            "1 SLICE MISSING".to_owned()
        } else {
            format!("{n} SLICES MISSING")
        };
        if let [(at, mm, n)] = gaps[..] {
            let (slices, are) = if n == 1.0 {
                ("slice", "is")
            } else {
                ("slices", "are")
            };
            let (before, after) = (at + 1, at + 2);
            let found = format!(
                "{n} {slices} {are} missing between images {before} and {after} (gap of {mm:.1} mm)."
            );
            findings.push(Finding::new(Severity::Warning, &mark, found, done));
        } else if !gaps.is_empty() {
            let places: Vec<String> = gaps
                .iter()
                .take(5)
                .map(|(at, ..)| format!("{}", at + 1))
                .collect();
            let more = if gaps.len() > 5 { " and more" } else { "" };
            let found = format!(
                "{n} slices are missing at {} places: after images {}{more}.",
                gaps.len(),
                places.join(", ")
            );
            findings.push(Finding::new(Severity::Warning, &mark, found, done));
        }
        n as u32
    }

    /// Steps that differ by more than max(0.01 mm, 1 %) and are no gaps.
    fn uneven(&self, findings: &mut Vec<Finding>) {
        let tolerance = (0.01_f64).max(0.01 * self.median_mm);
        let even = self
            .steps
            .iter()
            .map(|(_, mm)| *mm)
            .filter(|mm| !self.is_gap(*mm));
        let (low, high) = even.fold((f64::INFINITY, 0.0_f64), |(low, high), mm| {
            (low.min(mm), high.max(mm))
        });
        let median = self.median_mm;
        if low < median - tolerance || high > median + tolerance {
            findings.push(Finding::new(
                Severity::Caution,
                "UNEVEN SPACING",
                format!("The distance of slices varies between {low:.2} and {high:.2} mm."),
                "Every image keeps its own position.",
            ));
        }
    }

    fn repeated(&self, findings: &mut Vec<Finding>) {
        let Some(first) = self.repeats.first() else {
            return;
        };
        let found = if self.repeats.len() == 1 {
            format!("Images {first} and {} are at the same position.", first + 1)
        } else {
            let n = self.repeats.len() + 1;
            format!("{n} or more images share positions with others (phases or repeats).")
        };
        let done = "All are kept, one after the other.";
        // A film at one place is nothing odd.
        if self.steps.is_empty() {
            let found = "All images are at the same position.".to_owned();
            findings.push(Finding::new(
                Severity::Info,
                "",
                found,
                "They are in the order of time where that is told.",
            ));
        } else {
            findings.push(Finding::new(
                Severity::Caution,
                "SHARED POSITIONS",
                found,
                done,
            ));
        }
    }
}

/// The way from image to image is not along the normal (rule D30).
fn tilt(entries: &[StackEntry], findings: &mut Vec<Finding>) {
    let (Some(first), Some(last)) = (
        entries.first().and_then(StackEntry::plane),
        entries.last().and_then(StackEntry::plane),
    ) else {
        return;
    };
    let step = last.position_mm - first.position_mm;
    let angle = shear_rad(step, first.normal());
    if step.dot(first.normal()).abs() >= SAME_POSITION_MM && angle.tan() > 0.01 {
        findings.push(Finding::new(
            Severity::Caution,
            "TILTED",
            format!(
                "The stack is tilted by {:.1} degrees, as by a tilted gantry.",
                angle.to_degrees()
            ),
            "Positions are used as they are.",
        ));
    }
}

/// Slice Thickness (0018,0050) is no spacing (rule D29); where it differs, slices overlap or leave something out.
fn thickness(entries: &[StackEntry], steps: &Steps, findings: &mut Vec<Finding>) {
    let Some(thickness) = entries
        .first()
        .and_then(|entry| entry.header.slice_thickness_mm)
    else {
        return;
    };
    let spacing = steps.median_mm;
    if spacing <= 0.0 || (thickness - spacing).abs() <= (0.05_f64).max(0.02 * spacing) {
        return;
    }
    let between = if thickness > spacing {
        "they overlap"
    } else {
        "between them nothing was imaged"
    };
    findings.push(Finding::new(
        Severity::Info,
        "",
        format!("Slices are {thickness:.2} mm thick and {spacing:.2} mm apart: {between}."),
        "Distances come from positions, not from thickness.",
    ));
}

/// Numbers that run in another order than positions do.
fn numbers(entries: &[StackEntry], findings: &mut Vec<Finding>) {
    let numbers: Vec<_> = entries
        .iter()
        .map(|entry| (entry.instance_number, entry.sequence))
        .collect();
    if !numbers.is_sorted() {
        findings.push(Finding::new(
            Severity::Info,
            "",
            "Images are numbered in another order than they lie.".into(),
            "The order of positions is used.",
        ));
    }
}

/// Nothing may be related to a stack without a Frame of Reference UID (rule D32).
fn frame_of_reference(entries: &[StackEntry], findings: &mut Vec<Finding>) {
    let first = entries.first().and_then(StackEntry::plane);
    if first.is_some_and(|plane| plane.frame_of_reference.is_none()) {
        findings.push(Finding::new(
            Severity::Info,
            "",
            "No frame of reference is given.".into(),
            "Positions are not related to those of other series.",
        ));
    }
}

fn no_common_normal(entries: &[StackEntry], findings: &mut Vec<Finding>) {
    let n_placed = entries
        .iter()
        .filter(|entry| entry.plane().is_some())
        .count();
    let has_letters = entries
        .iter()
        .any(|entry| entry.header.patient_orientation.is_some());
    let finding = match n_placed {
        _ if entries.is_empty() => return,
        0 if has_letters => Finding::new(
            Severity::Info,
            "",
            "The images have no position, only the direction of their edges.".into(),
            "They are in the order of their numbers.",
        ),
        0 => Finding::new(
            Severity::Info,
            "",
            "No position and orientation is given.".into(),
            "No letters are drawn; images are in the order of their numbers.",
        ),
        _ => Finding::new(
            Severity::Caution,
            "DIFFERENT ANGLES",
            "Images of this series lie at different angles or in different spaces.".into(),
            "They are in the order of their numbers; nothing is measured through the stack.",
        ),
    };
    findings.push(finding);
}

/// Pixels that are not square, and two spacings that disagree (PS3.3 10.7.1.3).
fn pixels(entries: &[StackEntry], findings: &mut Vec<Finding>) {
    let Some(frame) = entries.first().and_then(StackEntry::frame_header) else {
        return;
    };
    let words = |s: PixelSpacing| format!("{:.3} \u{d7} {:.3} mm", s.row_mm, s.column_mm);
    let differ = |a: f64, b: f64| (a - b).abs() > 1e-3 * a.abs().max(b.abs());
    if differ(frame.pixel_aspect, 1.0) {
        findings.push(Finding::new(
            Severity::Info,
            "",
            format!(
                "Pixels are {:.3} times as high as wide.",
                frame.pixel_aspect
            ),
            "They are drawn in true proportion.",
        ));
    }
    match (frame.spacing, frame.context.imager_spacing) {
        (Some((own, SpacingSource::PixelSpacing)), Some(imager))
            if differ(own.row_mm, imager.row_mm) || differ(own.column_mm, imager.column_mm) =>
        {
            findings.push(Finding::new(
                Severity::Info,
                "",
                format!(
                    "Pixel spacing is {}, at the detector {}.",
                    words(own),
                    words(imager)
                ),
                "The pixel spacing is used: it was corrected or calibrated.",
            ));
        }
        (Some((own, SpacingSource::ImagerPixelSpacing)), _) => findings.push(Finding::new(
            Severity::Info,
            "",
            format!(
                "Pixel spacing is known at the detector only: {}.",
                words(own)
            ),
            "Lengths are those at the detector.",
        )),
        _ => {}
    }
}
