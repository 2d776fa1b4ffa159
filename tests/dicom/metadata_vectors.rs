//! Frames whose places a vector tells: RT dose grids and reconstructed NM volumes (PS3.3 C.8.8.3, C.8.4.15).

use super::metadata::image;
use skiagraph_core::pixel::modality_lut::ModalityLut;
use skiagraph_core::study::instance::{Content, ImageHeader, Instance};
use skiagraph_core::study::redacted::Redacted;
use skiagraph_core::study::sorting::build_display_sets;
use skiagraph_core::study::study::Series;
use skiagraph_core::uid::{SeriesUid, SopInstanceUid};
use std::sync::Arc;

const NO_PLACES: &str =
    "The positions of the frames do not fit the frames; they are shown without positions";

fn positions(header: &ImageHeader) -> Vec<[f64; 3]> {
    let planes = header
        .frames
        .iter()
        .filter_map(|frame| frame.plane.as_ref());
    planes.map(|plane| plane.position_mm.to_array()).collect()
}

fn dose(changes: &[(&str, &str)]) -> (ImageHeader, Vec<String>) {
    let base = [
        ("00080016", r#"["1.2.840.10008.5.1.4.1.1.481.2"]"#),
        ("00080060", r#"["RTDOSE"]"#),
        ("00200032", "[2,3,4]"),
        ("00200037", "[1,0,0,0,1,0]"),
        ("00280008", "[3]"),
        ("30040002", r#"["GY"]"#),
        ("3004000E", r#"["2.5e-3"]"#),
    ];
    let kept = base
        .iter()
        .filter(|(tag, _)| !changes.iter().any(|(other, _)| other == tag));
    let all: Vec<(&str, &str)> = kept.chain(changes).copied().collect();
    image(&all)
}

/// "Relative to the position of the first dose plane transmitted, with positive offsets in the direction of the cross product
/// of the row and column directions."
#[test]
fn c_8_8_3_2_offsets_that_begin_with_zero_run_along_the_normal_of_any_orientation() {
    let (header, warnings) = dose(&[("3004000C", "[0,2,-5]")]);
    assert_eq!(
        positions(&header),
        [[2.0, 3.0, 4.0], [2.0, 3.0, 6.0], [2.0, 3.0, -1.0]]
    );
    assert!(warnings.is_empty(), "{warnings:?}");
    // Coronal: row to the left, column to the feet; their cross product points to the back.
    let coronal = [("3004000C", "[0,2,4]"), ("00200037", "[1,0,0,0,0,-1]")];
    let (header, _) = dose(&coronal);
    assert_eq!(
        positions(&header),
        [[2.0, 3.0, 4.0], [2.0, 5.0, 4.0], [2.0, 7.0, 4.0]]
    );
}

/// "Its first element is equal to the third element of Image Position (Patient), and Image Orientation (Patient) has the value
/// (1,0,0,0,1,0)": then each is a "patient z coordinate".
#[test]
fn c_8_8_3_2_a_vector_that_begins_with_the_position_has_the_z_of_each_plane() {
    let (header, warnings) = dose(&[("3004000C", "[4,6.5,9]")]);
    assert_eq!(
        positions(&header),
        [[2.0, 3.0, 4.0], [2.0, 3.0, 6.5], [2.0, 3.0, 9.0]]
    );
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn c_8_8_3_2_a_vector_of_neither_kind_or_of_another_length_costs_the_places_and_is_told() {
    let oblique = [("3004000C", "[4,6,8]"), ("00200037", "[1,0,0,0,0,-1]")];
    for changes in [
        &[("3004000C", "[5,6,7]")][..],
        &[("3004000C", "[0,1]")],
        &oblique,
    ] {
        let (header, warnings) = dose(changes);
        assert_eq!(positions(&header), [[0.0; 3]; 0], "{changes:?}");
        assert_eq!(warnings, [NO_PLACES], "{changes:?}");
    }
}

/// "Scaling factor that when multiplied by the dose grid data found in Pixel Data yields grid doses in the dose units as
/// specified by Dose Units."
#[test]
fn c_8_8_3_dose_grid_scaling_makes_stored_values_doses_in_their_unit() {
    let lut = |changes: &[(&str, &str)]| dose(changes).0.frames[0].modality_lut.clone();
    let gray = lut(&[("3004000C", "[0,1,2]")]);
    assert_eq!((gray.apply(400.0), gray.unit()), (1.0, "Gy"));
    let relative = lut(&[("3004000C", "[0,1,2]"), ("30040002", r#"["RELATIVE"]"#)]);
    assert_eq!(relative.unit(), "relative dose");
    let broken = dose(&[("3004000C", "[0,1,2]"), ("3004000E", "[0]")]);
    assert_eq!(broken.0.frames[0].modality_lut, ModalityLut::default());
    assert_eq!(broken.1.len(), 1);
}

fn volume(kind: &str, spacing: &str, slots: &str) -> (ImageHeader, Vec<String>) {
    let kind = format!(r#"["DERIVED","PRIMARY","{kind}","EMISSION"]"#);
    let detector = r#"[{"00200032":{"Value":[10,20,30]},"00200037":{"Value":[1,0,0,0,1,0]}}]"#;
    image(&[
        ("00080008", &kind),
        ("00080016", r#"["1.2.840.10008.5.1.4.1.1.20"]"#),
        ("00080060", r#"["NM"]"#),
        ("00180088", spacing),
        ("00280008", "[4]"),
        ("00540022", detector),
        ("00540070", slots),
        ("00540080", "[1,2,1,2]"),
    ])
}

/// "A positive spacing indicates slices are stacked behind the first slice and a negative spacing indicates slices are stacked
/// in front of the first slice."
#[test]
fn c_8_4_15_slices_follow_each_other_along_the_normal_by_the_sign_of_their_spacing() {
    let z = |header: &ImageHeader| -> Vec<f64> { positions(header).iter().map(|p| p[2]).collect() };
    let (header, warnings) = volume("RECON GATED TOMO", "[6.5]", "[1,1,2,2]");
    assert_eq!(z(&header), [30.0, 36.5, 30.0, 36.5]);
    assert!(warnings.is_empty(), "{warnings:?}");
    let slots: Vec<_> = header
        .frames
        .iter()
        .map(|f| f.context.temporal_position)
        .collect();
    assert_eq!(slots, [Some(1), Some(1), Some(2), Some(2)]);
    let (header, _) = volume("RECON TOMO", "[-6.5]", "");
    assert_eq!(z(&header)[..2], [30.0, 23.5]);
}

#[test]
fn c_8_4_15_projections_have_no_places_and_a_volume_without_a_spacing_tells_it() {
    let (header, warnings) = volume("TOMO", "[6.5]", "");
    assert!(header.frames.iter().all(|frame| frame.plane.is_none()) && warnings.is_empty());
    let (header, warnings) = volume("RECON TOMO", "[0]", "");
    assert!(header.frames.iter().all(|frame| frame.plane.is_none()));
    assert_eq!(warnings, [NO_PLACES]);
}

/// An image of projections or moments with these vectors, each named by Frame Increment Pointer.
fn planar(n_frames: u32, vectors: &[(&str, &str)]) -> (ImageHeader, Vec<String>) {
    let pointers: Vec<String> = vectors.iter().map(|(tag, _)| format!("{tag:?}")).collect();
    let pointers = format!("[{}]", pointers.join(","));
    let n_frames = format!("[{n_frames}]");
    let windows = r#"[{"00540018":{"Value":["Tc-99m"]}},{"00540018":{"Value":["Scatter"]}}]"#;
    let view = |name: &str| {
        format!(r#"{{"00540220":{{"Value":[{{"00080104":{{"Value":["{name}"]}}}}]}}}}"#)
    };
    let detectors = format!("[{},{}]", view("anterior"), view("posterior"));
    let base = [
        ("00080016", r#"["1.2.840.10008.5.1.4.1.1.20"]"#),
        ("00080060", r#"["NM"]"#),
        ("00280008", &*n_frames),
        ("00280009", &*pointers),
        ("00540012", windows),
        ("00540022", &*detectors),
    ];
    let all: Vec<(&str, &str)> = base.iter().chain(vectors).copied().collect();
    image(&all)
}

/// Names of the stacks and the frames of each, counted from 0.
fn stacks(header: ImageHeader) -> Vec<(String, Vec<u32>)> {
    let mut series = Series::empty(SeriesUid::parse("1.2.3").unwrap());
    series.instances = vec![Instance {
        uid: SopInstanceUid::parse("1.2.3.4").unwrap(),
        sop_class: "1.2.840.10008.5.1.4.1.1.20".into(),
        number: Some(1),
        transfer_syntax: None,
        patient_id: Redacted::default(),
        content: Content::Image(Arc::new(header)),
    }];
    let sets = build_display_sets(&series).into_iter();
    sets.map(|set| {
        let frames = set.entries.iter().map(|entry| entry.frame.frame.0);
        (set.name.clone(), frames.collect())
    })
    .collect()
}

/// A whole body scan: "1\2" for two detectors is one stack of two pictures, each with the name of its detector.
#[test]
fn c_8_4_8_1_frames_of_a_static_image_carry_detector_and_energy_window_in_words() {
    let (header, warnings) = planar(2, &[("00540010", "[1,1]"), ("00540020", "[1,2]")]);
    assert!(warnings.is_empty(), "{warnings:?}");
    let words: Vec<Vec<String>> = header
        .frames
        .iter()
        .map(|frame| {
            let values = header
                .dimensions
                .iter()
                .zip(&frame.context.dimension_values);
            values
                .filter_map(|(dimension, &value)| dimension.words(value))
                .collect()
        })
        .collect();
    assert_eq!(
        words,
        [
            ["Energy window 1 (Tc-99m)", "Detector 1 (anterior)"],
            ["Energy window 1 (Tc-99m)", "Detector 2 (posterior)"]
        ]
    );
    assert_eq!(stacks(header), [(String::new(), vec![0, 1])]);
}

/// C.8.4.8.1.1, DYNAMIC: Energy Window, Detector, Phase, Time Slice; moments are what one scrolls and plays through.
#[test]
fn c_8_4_8_1_a_dynamic_image_has_a_stack_for_each_detector_in_the_order_of_time() {
    let (header, warnings) = planar(
        6,
        &[
            ("00540010", "[1,1,1,1,1,1]"),
            ("00540020", "[1,1,1,2,2,2]"),
            ("00540100", "[1,2,3,1,2,3]"),
        ],
    );
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(
        stacks(header),
        [
            ("Detector 1 (anterior)".to_owned(), vec![0, 1, 2]),
            ("Detector 2 (posterior)".to_owned(), vec![3, 4, 5])
        ]
    );
}

/// GATED TOMO: Energy Window, Detector, Rotation, R-R Interval, Time Slot, Angular View: the views of one moment of the
/// beat are a stack. GATED: Time Slot is the last vector, so the moments themselves are.
#[test]
fn c_8_4_8_1_time_slots_are_stacks_of_views_or_the_steps_of_a_beat() {
    let (header, _) = planar(
        6,
        &[("00540070", "[1,1,1,2,2,2]"), ("00540090", "[1,2,3,1,2,3]")],
    );
    assert_eq!(
        stacks(header),
        [
            ("Phase 1 of 2".to_owned(), vec![0, 1, 2]),
            ("Phase 2 of 2".to_owned(), vec![3, 4, 5])
        ]
    );
    let (header, _) = planar(
        6,
        &[("00540010", "[1,1,1,2,2,2]"), ("00540070", "[1,2,3,1,2,3]")],
    );
    assert_eq!(
        stacks(header),
        [
            ("Energy window 1 (Tc-99m)".to_owned(), vec![0, 1, 2]),
            ("Energy window 2 (Scatter)".to_owned(), vec![3, 4, 5])
        ]
    );
}

#[test]
fn c_8_4_8_a_vector_of_another_length_costs_itself_and_is_told() {
    let (header, warnings) = planar(3, &[("00540020", "[1,2]"), ("00540100", "[1,2,3]")]);
    assert_eq!(warnings, [NO_PLACES]);
    assert_eq!(header.dimensions.len(), 1);
    assert_eq!(stacks(header), [(String::new(), vec![0, 1, 2])]);
}
