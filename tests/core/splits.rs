//! One series, several stacks: echo, b-value, time, dimension, clip, concatenation.

use crate::made::{at, enhanced, marks, numbers, says, singles, stacks, the_one, told};
use skiagraph_core::geometry::volume::VolumeObstacle;
use skiagraph_core::study::cine::FrameTimes;
use skiagraph_core::study::frame_context::{Concatenation, DimensionKind, FrameContext};
use skiagraph_core::study::sorting::build_display_sets;
use skiagraph_core::study::study::Series;
use skiagraph_tests::{edit, phantom};

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
