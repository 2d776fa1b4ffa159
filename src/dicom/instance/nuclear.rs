//! Frames of a nuclear medicine image that have no place in the patient: which detector, energy window, phase, turn, beat
//! and view each is of, by the vectors of the image (PS3.3 C.8.4.8).

use super::{Context, DataSet, Tag, tags};
use crate::attribute::whole;
use crate::error::Anomaly;
use skiagraph_core::study::frame_context::{Dimension, DimensionKind};
use std::sync::Arc;

/// What a vector counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Pictures of their own: each value makes a stack.
    Part,
    /// Moments of a heart beat: a stack for each where something else is stepped through, else the steps.
    Slot,
    /// The steps of a stack: slices, views round the patient, moments.
    Step,
}

/// PS3.3 Table C.8-9, in the order in which frames vary, the slowest first.
const VECTORS: [(Tag, Role, &str); 9] = [
    (tags::ENERGY_WINDOW_VECTOR, Role::Part, "Energy window"),
    (tags::DETECTOR_VECTOR, Role::Part, "Detector"),
    (tags::PHASE_VECTOR, Role::Part, "Phase"),
    (tags::ROTATION_VECTOR, Role::Part, "Rotation"),
    (tags::RR_INTERVAL_VECTOR, Role::Part, "R-R interval"),
    (tags::TIME_SLOT_VECTOR, Role::Slot, "Time slot"),
    (tags::SLICE_VECTOR, Role::Step, "Slice"),
    (tags::ANGULAR_VIEW_VECTOR, Role::Step, "View"),
    (tags::TIME_SLICE_VECTOR, Role::Step, "Time slice"),
];

/// What the vectors of an image tell.
pub(super) struct Vectors {
    /// What its frames are told apart by.
    pub(super) dimensions: Vec<Dimension>,
    /// For each frame its value of every dimension, and which step of its stack it is.
    pub(super) frames: Vec<(Vec<u32>, u32)>,
}

/// The vectors that Frame Increment Pointer (0028,0009) names; `None` where there are none. One that does not have a value
/// for each frame is left out, with a warning.
pub(super) fn vectors(
    top: &DataSet<'_>,
    n_frames: u32,
    context: &mut Context<'_>,
) -> Option<Vectors> {
    if n_frames < 2 || top.text(tags::MODALITY) != "NM" {
        return None;
    }
    let pointers = top.texts(tags::FRAME_INCREMENT_POINTER);
    let pointers: Vec<Tag> = pointers
        .iter()
        .filter_map(|text| Tag::parse(text))
        .collect();
    let mut told: Vec<(Role, Dimension, Vec<u32>)> = Vec::new();
    for (tag, role, label) in VECTORS {
        if !pointers.contains(&tag) {
            continue;
        }
        match values(top, tag).filter(|values| values.len() == n_frames as usize) {
            Some(values) => told.push((role, dimension(top, tag, label), values)),
            None => context.warn(Anomaly::FrameVector),
        }
    }
    if told.is_empty() {
        return None;
    }
    let has_steps = told.iter().any(|(role, ..)| *role == Role::Step);
    let is_step = |role: Role| role == Role::Step || (role == Role::Slot && !has_steps);
    let frame = |at: usize| {
        let of_frame = |values: &Vec<u32>| values.get(at).copied().unwrap_or_default();
        let values = told.iter().map(|(.., values)| of_frame(values)).collect();
        let step = told.iter().rev().find(|(role, ..)| is_step(*role));
        (values, step.map_or(0, |(.., values)| of_frame(values)))
    };
    let frames = (0..n_frames as usize).map(frame).collect();
    let dimensions = told
        .iter()
        .map(|(role, dimension, _)| Dimension {
            kind: match role {
                _ if is_step(*role) => DimensionKind::Place,
                Role::Slot => DimensionKind::Phase,
                _ => DimensionKind::Other,
            },
            ..dimension.clone()
        })
        .collect();
    Some(Vectors { dimensions, frames })
}

/// Values count from 1 (C.8.4.8.1).
fn values(top: &DataSet<'_>, tag: Tag) -> Option<Vec<u32>> {
    let numbers = top.numbers(tag).into_iter();
    let whole = |number: Option<f64>| u32::try_from(number.and_then(whole)?).ok();
    numbers.map(whole).collect()
}

/// A dimension with the names that its values have elsewhere: energy windows (C.8.4.10), views of detectors (C.8.4.11).
fn dimension(top: &DataSet<'_>, tag: Tag, label: &str) -> Dimension {
    let texts = |sequence: Tag, name: &dyn Fn(&DataSet<'_>) -> String| -> Vec<String> {
        let items = top.items(sequence).take(64);
        items
            .map(|item| item.map_or_else(String::new, name))
            .collect()
    };
    let names = match tag {
        tags::ENERGY_WINDOW_VECTOR => texts(tags::ENERGY_WINDOW_INFORMATION_SEQUENCE, &|item| {
            item.text(tags::ENERGY_WINDOW_NAME)
        }),
        tags::DETECTOR_VECTOR => texts(tags::DETECTOR_INFORMATION_SEQUENCE, &|item| {
            let view = item.item(tags::VIEW_CODE_SEQUENCE);
            view.map_or_else(String::new, |view| view.text(tags::CODE_MEANING))
        }),
        _ => Vec::new(),
    };
    Dimension {
        kind: DimensionKind::Other,
        label: label.to_owned(),
        names: Some(Arc::from(names)),
    }
}
