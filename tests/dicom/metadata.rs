//! DICOM JSON of our own making to core types: each rule of the header, each pitfall of the format.

use skiagraph_core::geometry::image_plane::SpacingSource;
use skiagraph_core::pixel::descriptor::{DescriptorError, SampleKind};
use skiagraph_core::study::instance::{Content, ImageHeader, Instance, PaddingRange};
use skiagraph_dicom::dicomweb::metadata::parse_instances;

pub(crate) use skiagraph_tests::write::json::ct;

/// The one instance of an answer, and the sentences about it.
pub(crate) fn read(changes: &[(&str, &str)]) -> (Instance, Vec<String>) {
    let (mut parsed, warnings) = parse_instances(ct(changes).as_bytes()).unwrap();
    let instance = parsed.series.remove(0).instances.remove(0);
    (
        instance,
        warnings
            .iter()
            .map(|warning| warning.what.to_string())
            .collect(),
    )
}

pub(crate) fn image(changes: &[(&str, &str)]) -> (ImageHeader, Vec<String>) {
    let (instance, warnings) = read(changes);
    (
        instance
            .image()
            .unwrap_or_else(|| panic!("{:?}", instance.content))
            .as_ref()
            .clone(),
        warnings,
    )
}

fn incomplete(changes: &[(&str, &str)]) -> DescriptorError {
    match read(changes).0.content {
        Content::Incomplete(reason) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rule_d10_polarity_told_twice_follows_the_photometric_interpretation() {
    assert_eq!(
        image(&[("20500020", r#"["INVERSE"]"#)]).1,
        ["Polarity is told in two ways; the photometric interpretation is followed"]
    );
    let agreeing = [
        ("20500020", r#"["INVERSE"]"#),
        ("00280004", r#"["MONOCHROME1"]"#),
    ];
    assert!(image(&agreeing).1.is_empty());
}

#[test]
fn rule_d11_padding_with_the_sign_of_the_pixels_and_either_order() {
    let signed = [
        ("00280103", "[1]"),
        ("00280101", "[16]"),
        ("00280102", "[15]"),
        ("00280120", "[63536]"),
    ];
    assert_eq!(
        image(&signed).0.padding,
        Some(PaddingRange {
            low: -2000,
            high: -2000
        })
    );
    let inverse = [
        ("00280004", r#"["MONOCHROME1"]"#),
        ("00280120", "[4095]"),
        ("00280121", "[4000]"),
    ];
    assert_eq!(
        image(&inverse).0.padding,
        Some(PaddingRange {
            low: 4000,
            high: 4095
        })
    );
    assert_eq!(
        image(&[("00280120", "[-2000]")]).0.padding,
        Some(PaddingRange {
            low: 63_536,
            high: 63_536
        })
    );
    let (header, warnings) = image(&[("00280120", "[0]"), ("00280121", r#"["x"]"#)]);
    assert_eq!((header.padding, warnings.len()), (None, 1));
}

#[test]
fn rule_d24_spacing_in_order_of_its_sources_and_its_aspect() {
    let (header, _) = image(&[("00280030", r#"["0.30\\0.25"]"#), ("00181164", "[0.5,0.5]")]);
    let (spacing, source) = header.frames[0].spacing.unwrap();
    assert_eq!(
        (spacing.row_mm, spacing.column_mm, source),
        (0.30, 0.25, SpacingSource::PixelSpacing)
    );
    assert!((header.frames[0].pixel_aspect - 1.2).abs() < 1e-12);
    let source = |tag| image(&[(tag, "[0.5,0.5]")]).0.frames[0].spacing.unwrap().1;
    assert_eq!(source("00181164"), SpacingSource::ImagerPixelSpacing);
    assert_eq!(
        source("00182010"),
        SpacingSource::NominalScannedPixelSpacing
    );
    // C.7.6.3.1.7: vertical \ horizontal.
    assert!((image(&[("00280034", "[6,5]")]).0.frames[0].pixel_aspect - 1.2).abs() < 1e-12);
}

/// C.8.5.5: a region tells the size of its own pixels only, in a unit that may be a time or a speed.
#[test]
fn rule_d36_regions_of_an_ultrasound_image_give_its_pixels_no_size() {
    let region = r#"[{"00186018":{"Value":[0]},"0018601A":{"Value":[0]},"0018601C":{"Value":[3]},
        "0018601E":{"Value":[5]},"00186024":{"Value":[3]},"00186026":{"Value":[3]},
        "0018602C":{"Value":[0.02]},"0018602E":{"Value":[0.03]}}]"#;
    let (header, warnings) = image(&[("00080060", r#"["US"]"#), ("00186011", region)]);
    assert_eq!(
        (header.frames[0].spacing, header.frames[0].pixel_aspect),
        (None, 1.0)
    );
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn fault_26_spacing_of_zero_below_zero_or_one_value_is_none() {
    for spacing in ["[0,0]", "[-0.5,0.5]", "[0.5]", r#"["a","b"]"#, "[0.5,null]"] {
        let (header, warnings) = image(&[("00280030", spacing)]);
        assert_eq!(
            (header.frames[0].spacing, header.frames[0].pixel_aspect),
            (None, 1.0),
            "{spacing}"
        );
        assert_eq!(
            warnings,
            ["The pixel spacing cannot be used; lengths are in pixels"]
        );
    }
}

#[test]
fn rule_d26_an_orientation_of_zeros_is_no_plane_and_that_is_said() {
    let position = ("00200032", r#"["-10.5",20,"3e1"]"#);
    let (header, _) = image(&[
        position,
        ("00200037", "[1,0,0,0,1,0]"),
        ("00200052", r#"["1.9"]"#),
    ]);
    let plane = header.frames[0].plane.clone().unwrap();
    assert_eq!(plane.position_mm.to_array(), [-10.5, 20.0, 30.0]);
    assert_eq!(plane.frame_of_reference.unwrap().as_str(), "1.9");
    let (header, warnings) = image(&[position, ("00200037", "[0,0,0,0,0,0]")]);
    assert_eq!(header.frames[0].plane, None);
    assert_eq!(
        warnings,
        ["Position and orientation make no plane; the image has no place in the patient"]
    );
}

#[test]
fn fault_23_bits_and_signs_that_cannot_be_are_refused_with_their_value() {
    let invalid = |name, value| DescriptorError::Invalid { name, value };
    assert_eq!(
        incomplete(&[("00280101", "[17]")]),
        invalid("Bits Stored", 17)
    );
    assert_eq!(
        incomplete(&[("00280103", "[2]")]),
        invalid("Pixel Representation", 2)
    );
    // There, but unreadable: no default may take its place.
    assert_eq!(
        incomplete(&[("00280101", r#"["x"]"#)]),
        DescriptorError::Missing("Bits Stored")
    );
    assert_eq!(
        incomplete(&[("00280101", "[70000]")]),
        invalid("Bits Stored", 70_000)
    );
}

#[test]
fn fault_16_an_image_class_without_rows_is_incomplete_and_a_report_is_no_image() {
    assert_eq!(
        incomplete(&[("00280010", ""), ("00280004", "")]),
        DescriptorError::Missing("Rows")
    );
    let report = [
        ("00080016", r#"["1.2.840.10008.5.1.4.1.1.88.11"]"#),
        ("00280010", ""),
        ("00280004", ""),
    ];
    assert_eq!(read(&report).0.content, Content::NotAnImage);
}

#[test]
fn fault_20_rows_as_text_or_a_fraction() {
    assert_eq!(image(&[("00280010", r#"["4 "]"#)]).0.descriptor.rows, 4);
    assert_eq!(
        incomplete(&[("00280010", "[4.5]")]),
        DescriptorError::Missing("Rows")
    );
}

#[test]
fn c_7_6_24_float_pixels_are_known_by_their_element() {
    let float = [
        ("00280100", "[32]"),
        ("00280101", ""),
        ("00280102", ""),
        ("7FE00008", r#"{"vr":"OF"}"#),
    ];
    assert_eq!(image(&float).0.descriptor.kind, SampleKind::Float);
}

#[test]
fn rule_d37_frame_time_by_its_sources_and_within_reason() {
    let time = |changes: &[(&str, &str)]| {
        image(&[&[("00280008", r#"["8"]"#)], changes].concat())
            .0
            .cine
            .rate()
            .map(|rate| 1000.0 / rate)
    };
    assert_eq!(time(&[("00181063", "[33.5]")]), Some(33.5));
    assert_eq!(
        time(&[
            ("00181065", "[0,40,20,60]"),
            ("00280009", r#"["00181065"]"#),
            ("00181063", "[9]")
        ]),
        Some(40.0)
    );
    assert_eq!(
        time(&[("00082144", "[25]"), ("00180040", "[10]")]),
        Some(40.0)
    );
    assert_eq!(time(&[("00180040", r#"["10"]"#)]), Some(100.0));
    assert_eq!(time(&[("00181063", "[0]")]), None);
    assert_eq!(
        image(&[("00181063", "[33.5]")]).0.cine.times,
        None,
        "one frame is no cine"
    );
}

#[test]
fn words_of_the_acquisition_by_modality() {
    let ct = image(&[
        ("00180060", "[120]"),
        ("00181151", "[210]"),
        ("00181210", r#"["B30f"]"#),
    ])
    .0;
    assert_eq!(ct.acquisition, ["120\u{2009}kV", "210\u{2009}mA", "B30f"]);
    let mr = [
        ("00080060", r#"["MR"]"#),
        ("00180080", "[500]"),
        ("00180081", "[2.456]"),
        ("00180087", r#"["1.5"]"#),
    ];
    assert_eq!(
        image(&mr).0.acquisition,
        ["TR 500\u{2009}ms", "TE 2.46\u{2009}ms", "1.5\u{2009}T"]
    );
    let us = [
        ("00080060", r#"["US"]"#),
        ("00185022", "[0.9]"),
        ("00185027", "[0.4]"),
    ];
    assert_eq!(image(&us).0.acquisition, ["MI 0.9", "TI 0.4"]);
}

#[test]
fn marks_of_compression_burned_in_text_and_orientation() {
    let (header, _) = image(&[
        ("00282110", r#"["01"]"#),
        ("00282112", r#"["2\\12.5"]"#),
        ("00280301", r#"["YES"]"#),
        ("00200020", r#"["A","F"]"#),
        ("00180050", r#"["2.5"]"#),
    ]);
    assert!(header.is_lossy && header.has_burned_in_text);
    assert_eq!(
        (header.lossy_ratio, header.slice_thickness_mm),
        (Some(12.5), Some(2.5))
    );
    assert_eq!(
        header.patient_orientation,
        Some(["A".to_owned(), "F".to_owned()])
    );
}

#[test]
fn transfer_syntax_as_the_archive_or_the_file_tells_it() {
    let syntax = |changes: &[(&str, &str)]| read(changes).0.transfer_syntax;
    assert_eq!(
        syntax(&[("00083002", r#"["1.2.840.10008.1.2.4.80"]"#)]).as_deref(),
        Some("1.2.840.10008.1.2.4.80")
    );
    assert_eq!(
        syntax(&[("00020010", r#"["1.2.840.10008.1.2.1"]"#)]).as_deref(),
        Some("1.2.840.10008.1.2.1")
    );
    assert_eq!(syntax(&[("00083002", r#"["*"]"#)]), None);
}
