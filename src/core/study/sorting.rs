//! Order of a stack: by position along the normal, never by Slice Location; gaps are told, not hidden (rules D28, D29).

use super::display_set::{DisplaySet, StackEntry};
use super::study::Series;
use crate::uid::{FrameIndex, FrameRef};
use std::sync::Arc;

/// The drawable frames of a series, in order.
pub fn build_display_set(series: &Series) -> DisplaySet {
    let mut entries = entries(series);
    let mut notes = Vec::new();
    let mut n_missing = 0;
    if is_parallel(&entries) {
        sort_by_position(&mut entries);
        let (missing, sentences) = gaps(&entries);
        n_missing = missing;
        notes.extend(sentences);
    } else {
        entries.sort_by(|a, b| (a.instance_number, &a.frame).cmp(&(b.instance_number, &b.frame)));
        if entries.len() > 1 && entries.iter().any(|entry| entry.distance_mm().is_some()) {
            notes.push("Images of this series lie at different angles; they are in the order of their numbers.".into());
        }
    }
    DisplaySet {
        series: series.uid.clone(),
        modality: series.modality.clone(),
        entries,
        notes,
        n_missing,
        is_provisional: false,
    }
}

fn entries(series: &Series) -> Vec<StackEntry> {
    series
        .instances
        .iter()
        .filter_map(|instance| instance.image().map(|header| (instance, header)))
        .flat_map(|(instance, header)| {
            (0..header.n_frames).map(move |frame| StackEntry {
                frame: FrameRef {
                    instance: instance.uid.clone(),
                    frame: FrameIndex(frame),
                },
                header: Arc::clone(header),
                instance_number: instance.number,
                transfer_syntax: instance.transfer_syntax.clone(),
            })
        })
        .collect()
}

/// True where every frame has a plane and all planes have one normal and one frame of reference.
fn is_parallel(entries: &[StackEntry]) -> bool {
    let mut planes = entries.iter().map(|entry| {
        entry
            .frame_header()
            .and_then(|header| header.plane.as_ref())
    });
    let Some(Some(first)) = planes.next() else {
        return false;
    };
    let normal = first.normal();
    planes.all(|plane| {
        plane.is_some_and(|plane| {
            plane.normal().dot(normal) > 0.999
                && plane.frame_of_reference == first.frame_of_reference
        })
    })
}

/// Sorts along the normal; the instance numbers say only from which end the stack begins.
fn sort_by_position(entries: &mut [StackEntry]) {
    let key = |entry: &StackEntry| entry.distance_mm().unwrap_or_default();
    entries.sort_by(|a, b| {
        // Equal within a micrometer is one position: then numbers decide, so that phases stay together.
        let step = key(a) - key(b);
        if step.abs() < 1e-3 {
            (a.instance_number, &a.frame).cmp(&(b.instance_number, &b.frame))
        } else {
            step.total_cmp(&0.0)
        }
    });
    let number =
        |entry: Option<&StackEntry>| entry.map(|entry| (entry.instance_number, entry.frame.frame));
    if number(entries.first()) > number(entries.last()) {
        entries.reverse();
    }
}

/// Missing positions (rule D29): a step above 1.5 medians; and uneven steps beyond max(0.01 mm, 1 %).
fn gaps(entries: &[StackEntry]) -> (u32, Vec<String>) {
    let positions: Vec<f64> = entries.iter().filter_map(StackEntry::distance_mm).collect();
    let steps: Vec<f64> = positions
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).abs())
        .filter(|&d| d >= 1e-3)
        .collect();
    let mut sorted = steps.clone();
    sorted.sort_by(f64::total_cmp);
    let Some(&median) = sorted.get(sorted.len() / 2) else {
        return (0, Vec::new());
    };
    let missing: f64 = steps
        .iter()
        .filter(|&&step| step > 1.5 * median)
        .map(|step| (step / median).round() - 1.0)
        .sum();
    let n_uneven = steps
        .iter()
        .filter(|&&step| (step - median).abs() > (0.01_f64).max(0.01 * median))
        .count();
    let mut notes = Vec::new();
    if missing > 0.0 {
        notes.push(format!(
            "{missing} slice positions are missing from this series."
        ));
    } else if n_uneven > 0 {
        notes.push(format!(
            "Slice distances are uneven: {:.2} to {:.2} mm.",
            sorted[0],
            sorted[sorted.len() - 1]
        ));
    }
    if steps.len() + 1 < positions.len() {
        notes.push("Several images share a position (phases, echoes or repeats).".into());
    }
    (missing as u32, notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::image_plane::ImagePlane;
    use crate::pixel::descriptor::{Photometric, PixelDescriptor, RawDescriptor};
    use crate::pixel::modality_lut::ModalityLut;
    use crate::study::cine::CineTiming;
    use crate::study::frame_context::FrameContext;
    use crate::study::instance::{Content, FrameHeader, ImageHeader, Instance};
    use crate::study::redacted::Redacted;
    use crate::uid::{SeriesUid, SopInstanceUid};

    fn instance(number: i32, z_mm: f64) -> Instance {
        let descriptor = PixelDescriptor::new(&RawDescriptor {
            rows: Some(2),
            columns: Some(2),
            bits_allocated: Some(16),
            photometric: Some(Photometric::Monochrome2),
            ..RawDescriptor::default()
        })
        .unwrap();
        let frame = FrameHeader {
            plane: ImagePlane::new([0.0, 0.0, z_mm], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], None),
            spacing: None,
            pixel_aspect: 1.0,
            modality_lut: ModalityLut::default(),
            voi: Vec::new(),
            context: FrameContext::default(),
        };
        let header = ImageHeader {
            descriptor,
            n_frames: 1,
            palette: None,
            padding: None,
            is_lossy: false,
            lossy_ratio: None,
            patient_orientation: None,
            has_burned_in_text: false,
            cine: CineTiming::default(),
            dimensions: Vec::new(),
            concatenation: None,
            slice_thickness_mm: None,
            acquisition: Vec::new(),
            frames: vec![frame],
        };
        Instance {
            uid: SopInstanceUid::parse(&format!("1.2.{number}")).unwrap(),
            sop_class: String::new(),
            number: Some(number),
            transfer_syntax: None,
            patient_id: Redacted::default(),
            content: Content::Image(Arc::new(header)),
        }
    }

    fn stack(slices: &[(i32, f64)]) -> DisplaySet {
        let mut series = Series::empty(SeriesUid::parse("1.2").unwrap());
        series.instances = slices
            .iter()
            .map(|&(number, z)| instance(number, z))
            .collect();
        build_display_set(&series)
    }

    fn numbers(set: &DisplaySet) -> Vec<i32> {
        set.entries
            .iter()
            .filter_map(|entry| entry.instance_number)
            .collect()
    }

    #[test]
    fn rule_d28_position_decides_not_the_instance_number() {
        // Numbers shuffled in the middle: geometry wins.
        let set = stack(&[(1, 0.0), (3, 5.0), (2, 10.0), (4, 15.0)]);
        assert_eq!(numbers(&set), [1, 3, 2, 4]);
    }

    #[test]
    fn a_stack_begins_at_the_end_with_the_lower_number() {
        assert_eq!(numbers(&stack(&[(3, 0.0), (2, 5.0), (1, 10.0)])), [1, 2, 3]);
    }

    #[test]
    fn rule_d29_three_dropped_slices_are_counted_and_said() {
        let slices: Vec<(i32, f64)> = (0..40)
            .filter(|k| !(10..13).contains(k))
            .map(|k| (k, 2.5 * f64::from(k)))
            .collect();
        let set = stack(&slices);
        assert_eq!(set.n_missing, 3);
        assert_eq!(
            set.notes,
            ["3 slice positions are missing from this series."]
        );
    }
}
