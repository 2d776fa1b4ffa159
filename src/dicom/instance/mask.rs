//! The Mask module of X-ray angiography (PS3.3 C.7.6.10).

use super::{Context, DataSet, tags};
use crate::error::Anomaly;
use skiagraph_core::pixel::subtraction::{Mask, MaskOperation};

/// Items of the Mask Subtraction Sequence, in order; one that cannot be read is a warning.
pub(super) fn masks(data_set: &DataSet<'_>, n_frames: u32, context: &mut Context<'_>) -> Vec<Mask> {
    let mut masks = Vec::new();
    for item in data_set.items(tags::MASK_SUBTRACTION_SEQUENCE) {
        let Some(item) = item else { continue };
        let operation = match item.text(tags::MASK_OPERATION).as_str() {
            "AVG_SUB" => MaskOperation::Average,
            "TID" | "REV_TID" => MaskOperation::TimeInterval,
            "NONE" => continue,
            _ => {
                context.warn(Anomaly::Mask);
                continue;
            }
        };
        match mask(item, operation, n_frames) {
            Some(mask) => masks.push(mask),
            None => context.warn(Anomaly::Mask),
        }
    }
    masks
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
    let is_sound = rest.is_empty()
        && frames.iter().all(|&n| is_frame(n))
        && (operation != MaskOperation::Average || !frames.is_empty())
        && shift_px.iter().all(|shift| shift.abs() < 65_536.0);
    is_sound.then(|| Mask {
        operation,
        frame_ranges: ranges.to_vec(),
        frames,
        shift_px,
    })
}
