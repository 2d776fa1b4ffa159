//! A series as a reader scrolls it: order by position, stacks by what tells frames apart, and what the doctor says.

use crate::made::{
    AXIAL, CORONAL, SAGITTAL, at, enhanced, marks, numbers, plane, positions, says, singles,
    stacks, the_one, told,
};
use skiagraph_core::geometry::image_plane::{PixelSpacing, SpacingSource};
use skiagraph_core::geometry::volume::VolumeObstacle;
use skiagraph_core::study::doctor::Severity;
use skiagraph_core::study::instance::Content;
use skiagraph_core::study::sorting::build_display_sets;
use skiagraph_core::uid::FrameOfReferenceUid;
use skiagraph_tests::edit;

#[test]
fn rule_d28_position_decides_not_the_instance_number() {
    let z = [0.0, 10.0, 5.0, 15.0];
    let set = the_one(&singles(4, |k, frame| frame.plane = at(z[k as usize])));
    assert_eq!(numbers(&set), [1, 3, 2, 4]);
    assert_eq!(
        says(&set),
        ["Images are numbered in another order than they lie. The order of positions is used."]
    );
}

#[test]
fn a_stack_begins_at_the_end_with_the_lower_number() {
    let set = the_one(&singles(3, |k, frame| {
        frame.plane = at(-5.0 * f64::from(k))
    }));
    assert_eq!(numbers(&set), [1, 2, 3]);
    assert!(says(&set).is_empty(), "{:?}", says(&set));
}

#[test]
fn rule_d29_dropped_slices_10_to_12_of_40_are_counted_and_said() {
    let mut series = singles(40, |k, frame| frame.plane = at(2.5 * f64::from(k)));
    series.instances.drain(10..13);
    let set = the_one(&series);
    assert_eq!(set.n_missing, 3);
    assert_eq!(
        says(&set),
        [
            "3 slices are missing between images 10 and 11 (gap of 10.0 mm). \
          Distances across a gap are not certain."
        ]
    );
    assert_eq!(set.findings[0].severity, Severity::Warning);
    assert_eq!(marks(&set), ["3 SLICES MISSING"]);
    assert!(!set.volume().unwrap().is_even);
}

#[test]
fn rule_d29_uneven_steps_are_told_and_positions_kept() {
    let set = the_one(&singles(20, |k, frame| {
        frame.plane = at(3.0 * f64::from(k) + if k % 2 == 0 { 0.1 } else { 0.0 });
    }));
    assert_eq!(
        says(&set),
        ["The distance of slices varies between 2.90 and 3.10 mm. \
          Every image keeps its own position."]
    );
    let even = the_one(&singles(20, |k, frame| {
        frame.plane = at(3.0 * f64::from(k) + if k % 2 == 0 { 0.004 } else { 0.0 });
    }));
    assert!(says(&even).is_empty(), "within max(0.01 mm, 1 %)");
}

#[test]
fn rule_d30_a_tilted_gantry_is_one_stack_and_a_sheared_volume() {
    let (sin, cos) = 15_f64.to_radians().sin_cos();
    let set = the_one(&singles(10, |k, frame| {
        let orientation = [1.0, 0.0, 0.0, 0.0, cos, -sin];
        frame.plane = plane(orientation, [0.0, 0.0, 5.0 * f64::from(k)]);
    }));
    assert_eq!(
        says(&set),
        [
            "The stack is tilted by 15.0 degrees, as by a tilted gantry. \
          Positions are used as they are."
        ]
    );
    let volume = set.volume().unwrap();
    assert!(volume.is_sheared() && volume.is_even);
    assert!((volume.slice_spacing_mm - 4.8296).abs() < 1e-4);
}

#[test]
fn fault_33_a_localizer_in_the_axial_series_stands_apart() {
    let series = singles(21, |k, frame| {
        if k == 0 {
            frame.plane = plane(CORONAL, [0.0; 3]);
            frame.context.image_type = Some(
                ["ORIGINAL", "PRIMARY", "LOCALIZER"]
                    .map(str::to_owned)
                    .to_vec()
                    .into(),
            );
        } else {
            frame.plane = at(f64::from(k));
        }
    });
    assert_eq!(stacks(&series), told(&[("Axial", 20), ("Localizer", 1)]));
    let axial = &build_display_sets(&series)[0];
    assert_eq!(
        says(axial),
        ["Images of this series do not lie in one stack. They are shown as 2 stacks."]
    );
    assert!(axial.volume().is_ok());
}

#[test]
fn fault_31_orientation_size_spacing_and_space_split_a_series() {
    let scouts = singles(15, |k, frame| {
        let mm = 5.0 * f64::from(k / 3);
        frame.plane = match k % 3 {
            0 => plane(AXIAL, [0.0, 0.0, mm]),
            1 => plane(CORONAL, [0.0, mm, 0.0]),
            _ => plane(SAGITTAL, [mm, 0.0, 0.0]),
        };
    });
    assert_eq!(
        stacks(&scouts),
        told(&[("Axial", 5), ("Coronal", 5), ("Sagittal", 5)])
    );
    let zoomed = singles(10, |k, frame| {
        frame.plane = at(f64::from(k));
        if k < 4 {
            let spacing = PixelSpacing::new(0.25, 0.25);
            frame.spacing = spacing.map(|spacing| (spacing, SpacingSource::PixelSpacing));
        }
    });
    assert_eq!(stacks(&zoomed), told(&[("0.500 mm", 6), ("0.250 mm", 4)]));
    let moved = singles(10, |k, frame| {
        frame.plane = at(f64::from(k));
        if k < 4
            && let Some(plane) = &mut frame.plane
        {
            plane.frame_of_reference = FrameOfReferenceUid::parse("9.9").ok();
        }
    });
    assert_eq!(stacks(&moved), told(&[("Axial", 6), ("Axial (2)", 4)]));
}

#[test]
fn a_rotating_scout_stays_together_and_measures_nothing_through() {
    let set = the_one(&singles(12, |k, frame| {
        let (sin, cos) = (f64::from(k) * 15.0).to_radians().sin_cos();
        frame.plane = plane([cos, sin, 0.0, 0.0, 0.0, -1.0], [0.0; 3]);
    }));
    assert_eq!(marks(&set), ["DIFFERENT ANGLES"]);
    assert_eq!(set.volume(), Err(VolumeObstacle::NotParallel));
}

#[test]
fn the_doctor_tells_thickness_spacings_and_what_is_not_known() {
    let mut series = singles(5, |k, frame| {
        frame.plane = at(2.5 * f64::from(k));
        if let Some(plane) = &mut frame.plane {
            plane.frame_of_reference = None;
        }
        frame.context.imager_spacing = PixelSpacing::new(0.6, 0.6);
        frame.pixel_aspect = 1.2;
    });
    for instance in &mut series.instances {
        edit(instance, |header| header.slice_thickness_mm = Some(5.0));
    }
    assert_eq!(
        says(&the_one(&series)),
        [
            "Slices are 5.00 mm thick and 2.50 mm apart: they overlap. \
             Distances come from positions, not from thickness.",
            "No frame of reference is given. Positions are not related to those of other series.",
            "Pixels are 1.200 times as high as wide. They are drawn in true proportion.",
            "Pixel spacing is 0.500 \u{d7} 0.500 mm, at the detector 0.600 \u{d7} 0.600 mm. \
             The pixel spacing is used: it was corrected or calibrated.",
        ]
    );
    let nowhere = the_one(&singles(3, |_, frame| frame.plane = None));
    assert_eq!(
        says(&nowhere),
        ["No position and orientation is given. \
          No letters are drawn; images are in the order of their numbers."]
    );
    assert_eq!(nowhere.volume(), Err(VolumeObstacle::NoPosition));
}

#[test]
fn objects_without_a_picture_are_told_and_cost_nothing() {
    let mut series = singles(4, |k, frame| frame.plane = at(f64::from(k)));
    series.instances[3].content = Content::NotAnImage;
    let set = the_one(&series);
    assert_eq!(set.entries.len(), 3);
    assert_eq!(
        says(&set),
        ["1 object of this series holds no image. They are not part of the stack."]
    );
}

#[test]
fn twenty_thousand_frames_are_sorted_without_a_panic_whatever_their_positions() {
    // Steps below a micrometer are no total order by themselves.
    let series = enhanced(20_000, &[], |k, frame| {
        frame.plane = at(f64::from(k.wrapping_mul(2_654_435_761) % 977) * 4e-4);
        frame.context.acquisition_number = Some(i64::from(k));
    });
    let frames: usize = stacks(&series).iter().map(|(_, n)| n).sum();
    assert_eq!(frames, 20_000);
    for set in build_display_sets(&series) {
        let positions = positions(&set);
        let rises = positions.windows(2).all(|pair| pair[0] <= pair[1] + 1e-3);
        let falls = positions.windows(2).all(|pair| pair[0] >= pair[1] - 1e-3);
        assert!(rises || falls);
    }
}
