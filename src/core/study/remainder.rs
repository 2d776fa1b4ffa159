//! What a reader is told of a series as a whole: that it was split, and what of it is not there or cannot be drawn.

use super::doctor::{Finding, Severity};
use super::instance::Content;
use super::study::Series;
use crate::order::sort_by_key;
use std::collections::BTreeMap;

/// What is the same for all stacks of a series: that it was split, and what of it is not shown.
pub fn of_series(series: &Series, n_stacks: u32, is_geometry_mixed: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if n_stacks > 1 {
        let why = if is_geometry_mixed {
            "Images of this series do not lie in one stack."
        } else {
            "Images of this series share positions."
        };
        findings.push(Finding::new(
            Severity::Info,
            "",
            why.into(),
            &format!("They are shown as {n_stacks} stacks."),
        ));
    }
    parts(series, &mut findings);
    left_out(series, &mut findings);
    findings
}

/// Parts of a concatenation that did not come (C.7.6.16.2.2.4).
fn parts(series: &Series, findings: &mut Vec<Finding>) {
    let mut images: BTreeMap<&str, (Vec<u32>, Option<u32>)> = BTreeMap::new();
    for header in series
        .instances
        .iter()
        .filter_map(|instance| instance.image())
    {
        if let Some(part) = &header.concatenation {
            let (numbers, total) = images.entry(&part.uid).or_default();
            numbers.push(part.number);
            *total = part.n_parts.or(*total);
        }
    }
    for (mut numbers, total) in images.into_values() {
        sort_by_key(&mut numbers, |number| *number);
        numbers.dedup();
        let n_parts = total.or(numbers.last().copied()).unwrap_or_default();
        let n_here = numbers.len() as u32;
        if n_here < n_parts {
            findings.push(Finding::new(
                Severity::Warning,
                "PARTS MISSING",
                format!("{n_here} of {n_parts} parts of an image are here."),
                "The frames of these parts are shown in order.",
            ));
        }
    }
}

/// Instances that cannot be drawn.
fn left_out(series: &Series, findings: &mut Vec<Finding>) {
    for instance in &series.instances {
        if let Content::Incomplete(reason) = &instance.content {
            let number = instance
                .number
                .map_or("without a number".to_owned(), |n| format!("number {n}"));
            findings.push(Finding::new(
                Severity::Warning,
                "",
                format!("Image {number} cannot be drawn: {reason}."),
                "The other images are not affected.",
            ));
        }
    }
    let is_other = |content: &Content| matches!(content, Content::NotAnImage | Content::Film(_));
    let others = series
        .instances
        .iter()
        .filter(|instance| is_other(&instance.content));
    let n = others.count();
    if n > 0 {
        let objects = if n == 1 { "object" } else { "objects" };
        findings.push(Finding::new(
            Severity::Info,
            "",
            format!(
                "{n} {objects} of this series {} no image.",
                if n == 1 { "holds" } else { "hold" }
            ),
            "They are not part of the stack.",
        ));
    }
}
