//! What the functional groups of each kind of enhanced image say beyond place and transforms (PS3.3 C.7.6.16, rule D31).

use super::metadata::image;
use skiagraph_core::study::cine::FrameTimes;
use skiagraph_core::study::frame_context::{
    Concatenation, DimensionKind, RealWorldFunction, RealWorldMap,
};

/// `[{frame},{frame}]` for the per-frame groups, each frame a list of macros.
fn per_frame(frames: &[&[(&str, &str)]]) -> String {
    let frames: Vec<String> = frames.iter().map(|macros| groups(macros)).collect();
    format!("[{}]", frames.join(","))
}

/// One item with macros: sequence tag and the attributes of its only item.
fn groups(macros: &[(&str, &str)]) -> String {
    let macros: Vec<String> = macros
        .iter()
        .map(|(sequence, attributes)| format!(r#""{sequence}":{{"Value":[{{{attributes}}}]}}"#))
        .collect();
    format!("{{{}}}", macros.join(","))
}

#[test]
fn c_7_6_16_2_2_an_enhanced_mr_frame_tells_stack_echo_diffusion_phase_and_kind() {
    let content = |position: u32, time: u32| {
        format!(
            r#""00209056":{{"Value":["A"]}},"00209057":{{"Value":[{position}]}},"00209128":{{"Value":[{time}]}},
               "00209156":{{"Value":[7]}},"00209157":{{"Value":[1,{position},{time}]}},
               "00189074":{{"Value":["20240101120000.{time}"]}}"#
        )
    };
    let (first, second) = (content(1, 1), content(1, 2));
    let frame = |content| {
        [
            ("00209111", content),
            ("00189114", r#""00189082":{"Value":[4.6]}"#),
            (
                "00189117",
                r#""00189087":{"Value":[1000]},"00189076":{"Value":[{"00189089":{"Value":[0,0,1]}}]}"#,
            ),
            (
                "00189118",
                r#""00209153":{"Value":[120.5]},"00209241":{"Value":[12.5]}"#,
            ),
        ]
    };
    let frames = per_frame(&[&frame(&first), &frame(&second)]);
    let shared = format!(
        "[{}]",
        groups(&[(
            "00189226",
            r#""00089007":{"Value":["ORIGINAL","PRIMARY","DIFFUSION","NONE"]}"#
        )])
    );
    let (header, warnings) = image(&[
        ("00080060", r#"["MR"]"#),
        ("00280008", "[2]"),
        ("52009229", &shared),
        ("52009230", &frames),
        (
            "00209222",
            r#"[{"00209165":{"Value":["00209056"]}},{"00209165":{"Value":["00209057"]}},
               {"00209165":{"Value":["00209128"]},"00209421":{"Value":["Temporal position"]}}]"#,
        ),
    ]);
    assert!(warnings.is_empty(), "{warnings:?}");
    let kinds: Vec<_> = header.dimensions.iter().map(|d| d.kind).collect();
    use DimensionKind::{Place, Stack, Time};
    assert_eq!(kinds, [Stack, Place, Time]);
    assert_eq!(header.dimensions[2].label, "Temporal position");
    let [one, two] = [0, 1].map(|k| &header.frames[k].context);
    assert_eq!(one.stack_id.as_deref(), Some("A"));
    assert_eq!(
        (
            one.in_stack_position,
            one.temporal_position,
            one.acquisition_number
        ),
        (Some(1), Some(1), Some(7))
    );
    assert_eq!(two.dimension_values, [1, 1, 2]);
    assert_eq!(
        (one.echo_time_millis, one.b_value),
        (Some(4.6), Some(1000.0))
    );
    assert_eq!(one.gradient, Some([0.0, 0.0, 1.0]));
    assert_eq!(
        (one.trigger_millis, one.cardiac_percent),
        (Some(120.5), Some(12.5))
    );
    assert_eq!(one.image_type.as_ref().unwrap()[2], "DIFFUSION");
    assert_eq!(
        two.acquired_millis.unwrap() - one.acquired_millis.unwrap(),
        100.0
    );
}

#[test]
fn c_7_6_16_2_11_real_world_values_are_kept_for_each_frame_with_unit_and_range() {
    let map = |slope: f64| {
        format!(
            r#"{{"00409096":{{"Value":[{{"00409216":{{"Value":[0]}},"00409211":{{"Value":[4095]}},
               "00409225":{{"Value":[{slope}]}},"00409224":{{"Value":[-1]}},"00409210":{{"Value":["ADC"]}},
               "004008EA":{{"Value":[{{"00080100":{{"Value":["um2/s"]}},"00080104":{{"Value":["square micrometre per second"]}}}}]}}}},
               {{"00409214":{{"Value":[1.5]}},"00409213":{{"Value":[3.5]}},"00409212":{{"Value":[10,20,40]}}}},
               {{"00409216":{{"Value":[0]}}}}]}}}}"#
        )
    };
    let frames = format!("[{},{}]", map(2.0), map(3.0));
    let (header, warnings) = image(&[("00280008", "[2]"), ("52009230", &frames)]);
    assert_eq!(warnings, ["A real world value mapping cannot be used"]);
    let slopes: Vec<_> = header
        .frames
        .iter()
        .map(|frame| frame.context.real_world[0].map.clone())
        .collect();
    let line = |slope| RealWorldFunction::Linear {
        slope,
        intercept: -1.0,
    };
    assert_eq!(slopes, [line(2.0), line(3.0)]);
    let maps = &header.frames[0].context.real_world;
    assert_eq!(
        (maps[0].range, maps[0].unit.as_str(), maps[0].label.as_str()),
        ([0.0, 4095.0], "um2/s", "ADC")
    );
    assert_eq!(
        maps[1],
        RealWorldMap {
            range: [1.5, 3.5],
            map: RealWorldFunction::Table(vec![10.0, 20.0, 40.0].into()),
            unit: String::new(),
            unit_meaning: String::new(),
            label: String::new(),
        }
    );
}

#[test]
fn c_7_6_16_2_25_what_a_legacy_conversion_left_over_is_read_for_each_frame() {
    let left = |echo: u32, trigger: u32| {
        format!(
            r#""00180086":{{"Value":[{echo}]}},"00181060":{{"Value":[{trigger}]}},"00200012":{{"Value":[3]}}"#
        )
    };
    let (first, second) = (left(1, 40), left(2, 80));
    let frames = per_frame(&[&[("00209171", &first)], &[("00209171", &second)]]);
    let (header, _) = image(&[("00280008", "[2]"), ("52009230", &frames)]);
    let told = |k: usize| {
        let context = &header.frames[k].context;
        (
            context.echo_number,
            context.trigger_millis,
            context.acquisition_number,
        )
    };
    assert_eq!(told(0), (Some(1), Some(40.0), Some(3)));
    assert_eq!(told(1), (Some(2), Some(80.0), Some(3)));
}

#[test]
fn c_8_24_3_3_an_ultrasound_volume_has_an_order_and_no_place_in_the_patient() {
    let place = |z: f64| format!(r#""00209301":{{"Value":[0,0,{z}]}}"#);
    let (first, second) = (place(0.0), place(0.5));
    let shared = format!(
        "[{}]",
        groups(&[("0020930F", r#""00209302":{"Value":[1,0,0,0,1,0]}"#)])
    );
    let (header, _) = image(&[
        ("00280008", "[2]"),
        ("52009229", &shared),
        (
            "52009230",
            &per_frame(&[&[("0020930E", &first)], &[("0020930E", &second)]]),
        ),
    ]);
    assert_eq!(header.frames[1].plane, None);
    assert_eq!(header.frames[1].context.volume_distance_mm, Some(0.5));
}

#[test]
fn rule_d37_frames_of_an_enhanced_film_are_due_when_they_were_taken() {
    let at = |millis: u32| format!(r#""00189151":{{"Value":["20240101120000.{millis:03}"]}}"#);
    let times = [at(0), at(40), at(100)];
    let frames: Vec<[(&str, &str); 1]> =
        times.iter().map(|at| [("00209111", at.as_str())]).collect();
    let frames: Vec<&[(&str, &str)]> = frames.iter().map(|frame| &frame[..]).collect();
    let (header, _) = image(&[("00280008", "[3]"), ("52009230", &per_frame(&frames))]);
    let Some(FrameTimes::Starts(starts)) = header.cine.times else {
        panic!("{:?}", header.cine)
    };
    let millis: Vec<f64> = starts.iter().map(|at| at.round()).collect();
    assert_eq!(millis, [0.0, 40.0, 100.0]);
}

#[test]
fn c_7_6_5_trims_sequencing_and_a_vector_that_does_not_fit() {
    let (header, warnings) = image(&[
        ("00280008", "[4]"),
        ("00280009", r#"["00181065"]"#),
        ("00181065", "[0,40,20]"),
        ("00181244", "[1]"),
        ("00082142", "[2]"),
        ("00082143", "[3]"),
    ]);
    assert!(
        warnings.is_empty(),
        "the leading zero may be left out: {warnings:?}"
    );
    assert_eq!(
        header.cine.times,
        Some(FrameTimes::Starts(vec![0.0, 0.0, 40.0, 60.0].into()))
    );
    assert_eq!(
        (header.cine.is_sweep, header.cine.trim),
        (true, Some([1, 2]))
    );
    let (header, warnings) = image(&[("00280008", "[9]"), ("00181065", "[0,40,20]")]);
    assert_eq!(header.cine.times, Some(FrameTimes::Uniform(30.0)));
    assert_eq!(
        warnings,
        ["The frame times do not fit the frames; they are played evenly"]
    );
}

#[test]
fn c_7_6_16_2_2_4_a_part_of_a_concatenation_knows_its_first_frame() {
    let part = [
        ("00209161", r#"["1.2.9"]"#),
        ("00209162", "[2]"),
        ("00209163", "[3]"),
        ("00209228", "[40]"),
    ];
    assert_eq!(
        image(&part).0.concatenation,
        Some(Concatenation {
            uid: "1.2.9".into(),
            first_frame: 40,
            number: 2,
            n_parts: Some(3)
        })
    );
    assert_eq!(image(&part[..2]).0.concatenation, None);
}

#[test]
fn rule_d43_a_private_b_value_counts_only_under_its_creator() {
    let b = |changes: &[(&str, &str)]| image(changes).0.frames[0].context.b_value;
    let siemens = ("00190010", r#"["SIEMENS MR HEADER"]"#);
    assert_eq!(b(&[siemens, ("0019100C", r#"["800"]"#)]), Some(800.0));
    // "800 " as bytes of UN, base64.
    assert_eq!(
        b(&[
            siemens,
            ("0019100C", r#"{"vr":"UN","InlineBinary":"ODAwIA=="}"#)
        ]),
        Some(800.0)
    );
    assert_eq!(
        b(&[("00190010", r#"["OTHER"]"#), ("0019100C", r#"["800"]"#)]),
        None
    );
    assert_eq!(
        b(&[
            ("00430010", r#"["GEMS_PARM_01"]"#),
            ("00431039", r#"["1000000700\\8\\0\\0"]"#)
        ]),
        Some(700.0)
    );
    // 1000.0 as a little-endian float.
    let philips = ("20010010", r#"["Philips Imaging DD 001"]"#);
    assert_eq!(
        b(&[
            philips,
            ("20011003", r#"{"vr":"UN","InlineBinary":"AAB6RA=="}"#)
        ]),
        Some(1000.0)
    );
    assert_eq!(
        b(&[("00189087", "[50]"), philips, ("20011003", "[1000]")]),
        Some(50.0)
    );
}
