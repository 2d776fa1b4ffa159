//! Series to sort, and in few words what came of them.

use skiagraph_core::geometry::image_plane::ImagePlane;
use skiagraph_core::study::display_set::DisplaySet;
use skiagraph_core::study::frame_context::{Dimension, DimensionKind};
use skiagraph_core::study::instance::FrameHeader;
use skiagraph_core::study::sorting::build_display_sets;
use skiagraph_core::study::study::Series;
use skiagraph_core::uid::FrameOfReferenceUid;
use skiagraph_tests::{edit, phantom};

pub(crate) const AXIAL: [f64; 6] = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
pub(crate) const CORONAL: [f64; 6] = [1.0, 0.0, 0.0, 0.0, 0.0, -1.0];
pub(crate) const SAGITTAL: [f64; 6] = [0.0, 1.0, 0.0, 0.0, 0.0, -1.0];

/// A series of single images, each changed by its index.
pub(crate) fn singles(n: u32, change: impl Fn(u32, &mut FrameHeader)) -> Series {
    let mut series = phantom(1, 1, n).series.remove(0);
    for (k, instance) in series.instances.iter_mut().enumerate() {
        edit(instance, |header| {
            header.slice_thickness_mm = None;
            let frame = &mut header.frames[0];
            if let Some(plane) = &mut frame.plane {
                plane.frame_of_reference = FrameOfReferenceUid::parse("1.2.3").ok();
            }
            change(k as u32, frame);
        });
    }
    series
}

/// One enhanced image of `n` frames.
pub(crate) fn enhanced(
    n: u32,
    kinds: &[DimensionKind],
    frame: impl Fn(u32, &mut FrameHeader),
) -> Series {
    let mut series = phantom(1, 1, 1).series.remove(0);
    edit(&mut series.instances[0], |header| {
        header.n_frames = n;
        header.slice_thickness_mm = None;
        header.dimensions = kinds
            .iter()
            .map(|&kind| Dimension {
                kind,
                label: String::new(),
                names: None,
            })
            .collect();
        let first = header.frames[0].clone();
        header.frames = (0..n)
            .map(|k| {
                let mut of_frame = first.clone();
                of_frame.plane = plane(AXIAL, [0.0; 3]);
                frame(k, &mut of_frame);
                of_frame
            })
            .collect();
    });
    series
}

pub(crate) fn plane(orientation: [f64; 6], position: [f64; 3]) -> Option<ImagePlane> {
    ImagePlane::new(
        position,
        orientation,
        FrameOfReferenceUid::parse("1.2.3").ok(),
    )
}

pub(crate) fn at(z: f64) -> Option<ImagePlane> {
    plane(AXIAL, [0.0, 0.0, z])
}

/// Name and number of frames of each stack.
pub(crate) fn stacks(series: &Series) -> Vec<(String, usize)> {
    build_display_sets(series)
        .into_iter()
        .map(|set| (set.name, set.entries.len()))
        .collect()
}

pub(crate) fn told(names: &[(&str, usize)]) -> Vec<(String, usize)> {
    names
        .iter()
        .map(|&(name, n)| (name.to_owned(), n))
        .collect()
}

pub(crate) fn the_one(series: &Series) -> DisplaySet {
    let mut sets = build_display_sets(series);
    assert_eq!(sets.len(), 1, "{:?}", stacks(series));
    sets.remove(0)
}

pub(crate) fn numbers(set: &DisplaySet) -> Vec<i32> {
    set.entries
        .iter()
        .filter_map(|entry| entry.instance_number)
        .collect()
}

pub(crate) fn positions(set: &DisplaySet) -> Vec<f64> {
    set.entries
        .iter()
        .filter_map(|entry| entry.distance_mm())
        .collect()
}

/// Everything the doctor says, finding and deed.
pub(crate) fn says(set: &DisplaySet) -> Vec<String> {
    set.findings
        .iter()
        .map(|finding| format!("{} {}", finding.found, finding.done))
        .collect()
}

pub(crate) fn marks(set: &DisplaySet) -> Vec<&str> {
    let marks = set.findings.iter().map(|finding| finding.mark.as_str());
    marks.filter(|mark| !mark.is_empty()).collect()
}
