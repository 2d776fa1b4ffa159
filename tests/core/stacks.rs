//! A series as a reader scrolls it: order by position, stacks by what tells frames apart, and what the doctor says.

use skiagraph_core::geometry::image_plane::{ImagePlane, PixelSpacing, SpacingSource};
use skiagraph_core::geometry::volume::VolumeObstacle;
use skiagraph_core::study::cine::FrameTimes;
use skiagraph_core::study::display_set::DisplaySet;
use skiagraph_core::study::doctor::Severity;
use skiagraph_core::study::frame_context::{Concatenation, Dimension, DimensionKind, FrameContext};
use skiagraph_core::study::instance::{Content, FrameHeader};
use skiagraph_core::study::sorting::build_display_sets;
use skiagraph_core::study::study::Series;
use skiagraph_core::uid::FrameOfReferenceUid;
use skiagraph_tests::{edit, phantom};

const AXIAL: [f64; 6] = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
const CORONAL: [f64; 6] = [1.0, 0.0, 0.0, 0.0, 0.0, -1.0];
const SAGITTAL: [f64; 6] = [0.0, 1.0, 0.0, 0.0, 0.0, -1.0];

/// A series of single images, each changed by its index.
fn singles(n: u32, change: impl Fn(u32, &mut FrameHeader)) -> Series {
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
fn enhanced(n: u32, kinds: &[DimensionKind], frame: impl Fn(u32, &mut FrameHeader)) -> Series {
    let mut series = phantom(1, 1, 1).series.remove(0);
    edit(&mut series.instances[0], |header| {
        header.n_frames = n;
        header.slice_thickness_mm = None;
        header.dimensions = kinds
            .iter()
            .map(|&kind| Dimension {
                kind,
                label: String::new(),
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

fn plane(orientation: [f64; 6], position: [f64; 3]) -> Option<ImagePlane> {
    ImagePlane::new(
        position,
        orientation,
        FrameOfReferenceUid::parse("1.2.3").ok(),
    )
}

fn at(z: f64) -> Option<ImagePlane> {
    plane(AXIAL, [0.0, 0.0, z])
}

/// Name and number of frames of each stack.
fn stacks(series: &Series) -> Vec<(String, usize)> {
    build_display_sets(series)
        .into_iter()
        .map(|set| (set.name, set.entries.len()))
        .collect()
}

fn told(names: &[(&str, usize)]) -> Vec<(String, usize)> {
    names
        .iter()
        .map(|&(name, n)| (name.to_owned(), n))
        .collect()
}

fn the_one(series: &Series) -> DisplaySet {
    let mut sets = build_display_sets(series);
    assert_eq!(sets.len(), 1, "{:?}", stacks(series));
    sets.remove(0)
}

fn numbers(set: &DisplaySet) -> Vec<i32> {
    set.entries
        .iter()
        .filter_map(|entry| entry.instance_number)
        .collect()
}

fn positions(set: &DisplaySet) -> Vec<f64> {
    set.entries
        .iter()
        .filter_map(|entry| entry.distance_mm())
        .collect()
}

/// Everything the doctor says, finding and deed.
fn says(set: &DisplaySet) -> Vec<String> {
    set.findings
        .iter()
        .map(|finding| format!("{} {}", finding.found, finding.done))
        .collect()
}

fn marks(set: &DisplaySet) -> Vec<&str> {
    let marks = set.findings.iter().map(|finding| finding.mark.as_str());
    marks.filter(|mark| !mark.is_empty()).collect()
}

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

/// Ten positions, `n` frames at each, one after the other.
fn repeated(n: u32, tell: impl Fn(u32, &mut FrameContext)) -> Series {
    singles(10 * n, |k, frame| {
        frame.plane = at(3.0 * f64::from(k / n));
        tell(k % n, &mut frame.context);
    })
}

#[test]
fn rule_d28_classic_series_split_by_echo_diffusion_time_acquisition_and_kind() {
    let echoes = repeated(2, |k, context| context.echo_number = Some(i64::from(k) + 1));
    assert_eq!(stacks(&echoes), told(&[("Echo 1", 10), ("Echo 2", 10)]));
    let by_time = repeated(2, |k, context| {
        context.echo_time_millis = Some([30.0, 90.0][k as usize]);
    });
    assert_eq!(stacks(&by_time), told(&[("Echo 1", 10), ("Echo 2", 10)]));
    let diffusion = repeated(3, |k, context| {
        context.b_value = Some([1000.0, 0.0, 500.0][k as usize]);
    });
    assert_eq!(
        stacks(&diffusion),
        told(&[("b = 0", 10), ("b = 500", 10), ("b = 1000", 10)])
    );
    let perfusion = repeated(5, |k, context| {
        context.temporal_position = Some(i64::from(k) + 1);
    });
    assert_eq!(stacks(&perfusion)[1], ("Time 2 of 5".to_owned(), 10));
    let twice = repeated(2, |k, context| {
        context.acquisition_number = Some(i64::from(k) + 4);
    });
    assert_eq!(
        stacks(&twice),
        told(&[("Acquisition 4", 10), ("Acquisition 5", 10)])
    );
    let kinds = repeated(2, |k, context| {
        let kind = ["M", "P"][k as usize];
        context.image_type = Some(
            ["ORIGINAL", "PRIMARY", kind]
                .map(str::to_owned)
                .to_vec()
                .into(),
        );
    });
    assert_eq!(stacks(&kinds), told(&[("M", 10), ("P", 10)]));
}

#[test]
fn directions_of_one_b_value_are_stacks_of_their_own() {
    let series = repeated(3, |k, context| {
        context.b_value = Some(if k == 0 { 0.0 } else { 800.0 });
        context.gradient =
            (k > 0).then_some([[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]][k as usize]);
    });
    assert_eq!(
        stacks(&series),
        told(&[
            ("b = 0", 10),
            ("b = 800, Direction 1", 10),
            ("b = 800, Direction 2", 10)
        ])
    );
}

#[test]
fn a_heart_whose_trigger_times_differ_from_slice_to_slice_is_split_by_their_order() {
    let series = singles(40, |k, frame| {
        let (slice, phase) = (k / 4, k % 4);
        frame.plane = at(8.0 * f64::from(slice));
        frame.context.trigger_millis = Some(f64::from(phase) * 200.0 + f64::from(slice) * 1.7);
        frame.context.acquisition_number = Some(i64::from(k));
    });
    let sets = build_display_sets(&series);
    let names: Vec<&str> = sets.iter().map(|set| set.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Phase 1 of 4",
            "Phase 2 of 4",
            "Phase 3 of 4",
            "Phase 4 of 4"
        ]
    );
    assert_eq!(numbers(&sets[2])[..3], [3, 7, 11]);
    assert!(sets.iter().all(|set| set.volume().is_ok()));
}

#[test]
fn fault_30_repeats_that_nothing_tells_apart_are_split_and_said() {
    assert_eq!(
        stacks(&repeated(2, |_, _| ())),
        told(&[("Repeat 1 of 2", 10), ("Repeat 2 of 2", 10)])
    );
    // A single duplicate is kept where it lies.
    let set = the_one(&singles(11, |k, frame| {
        frame.plane = at(f64::from(k.min(9)))
    }));
    assert_eq!(set.entries.len(), 11);
    assert_eq!(
        says(&set),
        ["Images 10 and 11 are at the same position. All are kept, one after the other."]
    );
    assert_eq!(set.volume(), Err(VolumeObstacle::RepeatedPosition));
}

#[test]
fn a_film_at_one_position_is_one_stack_in_the_order_of_time() {
    let set = the_one(&singles(30, |k, frame| {
        frame.plane = at(0.0);
        frame.context.temporal_position = Some(30 - i64::from(k));
    }));
    let first = set.entries[0].context().unwrap();
    assert_eq!(first.temporal_position, Some(1));
    assert!(marks(&set).is_empty());
}

#[test]
fn c_7_6_17_an_enhanced_image_is_split_by_its_own_dimensions() {
    use DimensionKind::{Other, Place, Stack, Time};
    let series = enhanced(24, &[Stack, Place, Time], |k, frame| {
        let (place, time) = (k / 3, k % 3);
        frame.plane = at(2.0 * f64::from(place));
        frame.context.stack_id = Some("1".into());
        frame.context.dimension_values = vec![1, place + 1, time + 1];
    });
    let sets = build_display_sets(&series);
    let names: Vec<&str> = sets.iter().map(|set| set.name.as_str()).collect();
    assert_eq!(names, ["Time 1 of 3", "Time 2 of 3", "Time 3 of 3"]);
    let frames: Vec<u32> = sets[1].entries.iter().map(|e| e.frame.frame.0).collect();
    assert_eq!(frames, [1, 4, 7, 10, 13, 16, 19, 22]);

    let two = enhanced(12, &[Stack, Place], |k, frame| {
        frame.plane = at(f64::from(k));
        frame.context.stack_id = Some(if k < 6 { "hip" } else { "knee" }.into());
        frame.context.dimension_values = vec![1 + k / 6, k % 6 + 1];
    });
    assert_eq!(stacks(&two), told(&[("Stack hip", 6), ("Stack knee", 6)]));

    let unknown = enhanced(8, &[Place, Other], |k, frame| {
        frame.plane = at(f64::from(k / 2));
        frame.context.dimension_values = vec![k / 2 + 1, k % 2 + 1];
    });
    assert_eq!(stacks(&unknown), told(&[("Part 1", 4), ("Part 2", 4)]));
}

#[test]
fn c_7_6_16_2_2_4_parts_of_a_concatenation_are_joined_in_order() {
    let mut series = phantom(1, 1, 3).series.remove(0);
    for (instance, (number, first)) in series.instances.iter_mut().zip([(2, 10), (1, 0), (3, 20)]) {
        edit(instance, |header| {
            header.n_frames = 10;
            header.frames[0].plane = None;
            header.cine.times = Some(FrameTimes::Uniform(40.0));
            header.concatenation = Some(Concatenation {
                uid: "1.9".into(),
                first_frame: first,
                number,
                n_parts: Some(4),
            });
        });
    }
    let set = the_one(&series);
    let sequence: Vec<u32> = set.entries.iter().map(|entry| entry.sequence).collect();
    assert_eq!(sequence, (0..30).collect::<Vec<u32>>());
    assert!(set.entries[0].frame.instance.as_str().ends_with(".2"));
    assert!(
        says(&set).contains(
            &"3 of 4 parts of an image are here. The frames of these parts are shown in order."
                .to_owned()
        )
    );
}

#[test]
fn films_of_one_series_are_clips_and_single_pictures_stay_together() {
    let mut series = phantom(1, 1, 4).series.remove(0);
    for (k, instance) in series.instances.iter_mut().enumerate() {
        edit(instance, |header| {
            header.frames[0].plane = None;
            if k < 2 {
                header.n_frames = 20;
                header.cine.times = Some(FrameTimes::Uniform(33.0));
            }
        });
    }
    assert_eq!(
        stacks(&series),
        told(&[
            ("Clip 1", 20),
            ("Clip 2", 20),
            ("Pictures without a place", 2)
        ])
    );
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
