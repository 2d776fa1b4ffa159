//! The Mask module of X-ray angiography (PS3.3 C.7.6.10).

use super::{Context, DataSet, tags};
use crate::error::Anomaly;
use skiagraph_core::pixel::subtraction::{Mask, MaskOperation};

/// More frames than anybody averages: all of them are held at once.
const MAX_AVERAGED: u32 = 64;

/// Items of the Mask Subtraction Sequence, in order; one that cannot be read is a warning.
pub(super) fn masks(data_set: &DataSet<'_>, n_frames: u32, context: &mut Context<'_>) -> Vec<Mask> {
    let mut masks = Vec::new();
    for item in data_set.items(tags::MASK_SUBTRACTION_SEQUENCE) {
        let Some(item) = item else { continue };
        let operation = match item.text(tags::MASK_OPERATION).as_str() {
            "AVG_SUB" => Some(MaskOperation::Average),
            "TID" => tid_offset(item).map(|offset| MaskOperation::TimeInterval { offset }),
            "REV_TID" => {
                tid_offset(item).map(|offset| MaskOperation::ReversedTimeInterval { offset })
            }
            "NONE" => continue,
            _ => None,
        };
        match operation.and_then(|operation| mask(item, operation, n_frames)) {
            Some(mask) => masks.push(mask),
            None => context.warn(Anomaly::Mask),
        }
    }
    masks
}

/// TID Offset (0028,6120): 1 where it is empty.
fn tid_offset(item: &DataSet<'_>) -> Option<i32> {
    if !item.has(tags::TID_OFFSET) {
        return Some(1);
    }
    i16::try_from(item.integer(tags::TID_OFFSET)?)
        .ok()
        .map(i32::from)
}

fn mask(item: &DataSet<'_>, operation: MaskOperation, n_frames: u32) -> Option<Mask> {
    let is_frame = |n: u32| (1..=n_frames).contains(&n);
    let numbers = |tag| -> Option<Vec<u32>> {
        let whole = |v: f64| (v.fract() == 0.0 && (0.0..1e9).contains(&v)).then_some(v as u32);
        item.numbers(tag)
            .into_iter()
            .map(|number| number.and_then(whole))
            .collect()
    };
    let frames = numbers(tags::MASK_FRAME_NUMBERS)?;
    let ranges = numbers(tags::APPLICABLE_FRAME_RANGE)?;
    let (ranges, rest) = ranges.as_chunks::<2>();
    // Without a shift the mask stays where it is; one that cannot be read would put it in the wrong place.
    let shift_px = if item.has(tags::MASK_SUB_PIXEL_SHIFT) {
        item.array::<2>(tags::MASK_SUB_PIXEL_SHIFT)?
    } else {
        [0.0; 2]
    };
    let n_contrast = if item.has(tags::CONTRAST_FRAME_AVERAGING) {
        u32::try_from(item.integer(tags::CONTRAST_FRAME_AVERAGING)?).ok()?
    } else {
        1
    };
    // The masks of REV_TID are counted from the first applicable frame.
    let needs_range = matches!(operation, MaskOperation::ReversedTimeInterval { .. });
    let is_sound = rest.is_empty()
        && frames.iter().all(|&n| is_frame(n))
        && (operation != MaskOperation::Average || !frames.is_empty())
        && (!needs_range || !ranges.is_empty())
        && (1..=n_frames.min(MAX_AVERAGED)).contains(&n_contrast)
        && shift_px.iter().all(|shift| shift.abs() < 65_536.0);
    is_sound.then(|| Mask {
        operation,
        frame_ranges: ranges.to_vec(),
        frames,
        n_contrast,
        shift_px,
    })
}
