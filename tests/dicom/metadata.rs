//! DICOM JSON of our own making to core types: each rule of the header, each pitfall of the format.

use skiagraph_core::geometry::image_plane::SpacingSource;
use skiagraph_core::pixel::descriptor::{DescriptorError, SampleKind};
use skiagraph_core::pixel::modality_lut::ModalityLut;
use skiagraph_core::pixel::voi::{Voi, VoiFunction};
use skiagraph_core::study::instance::{Content, ImageHeader, Instance, PaddingRange};
use skiagraph_dicom::dicomweb::metadata::{Asked, parse_instances, parse_instances_with};

/// Attributes of a small CT, `"TAG":values` each; `changes` take the place of equal tags and come on top.
pub(crate) fn ct(changes: &[(&str, &str)]) -> String {
    let base = [
        ("00080008", r#"["ORIGINAL","PRIMARY","AXIAL"]"#),
        ("00080016", r#"["1.2.840.10008.5.1.4.1.1.2"]"#),
        ("00080018", r#"["1.2.3.4"]"#),
        ("00080060", r#"["CT"]"#),
        ("0020000D", r#"["1.2"]"#),
        ("0020000E", r#"["1.2.3"]"#),
        ("00280002", "[1]"),
        ("00280004", r#"["MONOCHROME2"]"#),
        ("00280010", "[4]"),
        ("00280011", "[6]"),
        ("00280100", "[16]"),
        ("00280101", "[12]"),
        ("00280102", "[11]"),
        ("00280103", "[0]"),
    ];
    let kept = base
        .iter()
        .filter(|(tag, _)| !changes.iter().any(|(changed, _)| changed == tag));
    let attributes: Vec<String> = kept
        .chain(changes.iter().filter(|(_, value)| !value.is_empty()))
        .map(|(tag, value)| {
            let is_object = value.starts_with('{');
            if is_object {
                format!(r#""{tag}":{value}"#)
            } else {
                format!(r#""{tag}":{{"Value":{value}}}"#)
            }
        })
        .collect();
    format!("{{{}}}", attributes.join(","))
}

/// The one instance of an answer, and the sentences about it.
fn read(changes: &[(&str, &str)]) -> (Instance, Vec<String>) {
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

fn image(changes: &[(&str, &str)]) -> (ImageHeader, Vec<String>) {
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

/// Slope, intercept and unit of the first frame.
fn rescale(header: &ImageHeader) -> (f64, f64, &str) {
    match &header.frames[0].modality_lut {
        ModalityLut::Rescale {
            slope,
            intercept,
            unit,
        } => (*slope, *intercept, unit),
        other => panic!("{other:?}"),
    }
}

#[test]
fn c_11_1_a_ct_with_rescale_reads_in_hounsfield_units() {
    let (header, warnings) = image(&[("00281052", "[-1024]"), ("00281053", r#"["2.5"]"#)]);
    assert_eq!(rescale(&header), (2.5, -1024.0, "HU"));
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn rule_d3_no_unit_is_assumed_for_localizers_other_modalities_and_missing_rescale() {
    let pair = [("00281052", "[0]"), ("00281053", "[1]")];
    let localizer = [
        pair[0],
        pair[1],
        ("00080008", r#"["ORIGINAL\\PRIMARY\\LOCALIZER"]"#),
    ];
    assert_eq!(rescale(&image(&localizer).0).2, "");
    assert_eq!(
        rescale(&image(&[pair[0], pair[1], ("00080060", r#"["MR"]"#)]).0).2,
        ""
    );
    assert_eq!(rescale(&image(&[]).0), (1.0, 0.0, ""));
    // US is the defined term for "unspecified", not a unit.
    assert_eq!(
        rescale(&image(&[pair[0], pair[1], ("00281054", r#"["US"]"#)]).0).2,
        ""
    );
}

#[test]
fn fault_25_slope_zero_or_no_number_shows_raw_values_and_says_so() {
    for slope in ["[0]", r#"["NaN"]"#, "[null]", "[]"] {
        let (header, warnings) = image(&[("00281052", "[-1024]"), ("00281053", slope)]);
        assert_eq!(rescale(&header), (1.0, 0.0, ""), "{slope}");
        assert_eq!(
            warnings,
            ["The rescale values cannot be used; raw values are shown"]
        );
    }
}

#[test]
fn c_11_1_1_first_input_has_the_sign_of_the_pixels_whatever_the_vr() {
    // 64512 is -1024 as a 16 bit word; 8 bit entries lie in bytes (AAECAw== is 00 01 02 03).
    for first in ["64512", "-1024"] {
        let lut = format!(
            r#"[{{"00283002":{{"vr":"US","Value":[4,{first},8]}},"00283004":{{"Value":["OD"]}},"00283006":{{"InlineBinary":"AAECAw=="}}}}]"#
        );
        let (header, _) = image(&[("00283000", &lut), ("00280103", "[1]")]);
        let ModalityLut::Table { table, unit } = &header.frames[0].modality_lut else {
            panic!("no table")
        };
        assert_eq!(
            (table.first, &table.data[..], unit.as_str()),
            (-1024, &[0_u16, 1, 2, 3][..], "OD"),
            "{first}"
        );
        let (unsigned, _) = image(&[("00283000", &lut)]);
        let ModalityLut::Table { table, .. } = &unsigned.frames[0].modality_lut else {
            panic!("no table")
        };
        assert_eq!(table.first, 64_512);
    }
}

#[test]
fn rule_d4_eight_bit_entries_in_words_as_numbers_and_as_bytes() {
    let packings = [
        r#"{"Value":[1,2,3]}"#,
        r#"{"Value":[513,3]}"#,
        r#"{"InlineBinary":"AQIDAA=="}"#,
        r#"{"InlineBinary":"AQACAAMA"}"#,
    ];
    for data in packings {
        let lut = format!(r#"[{{"00283002":{{"Value":[3,0,8]}},"00283006":{data}}}]"#);
        let (header, warnings) = image(&[("00283000", &lut)]);
        let ModalityLut::Table { table, .. } = &header.frames[0].modality_lut else {
            panic!("{data} {warnings:?}")
        };
        assert_eq!(&table.data[..], [1, 2, 3], "{data}");
    }
}

#[test]
fn c_11_2_1_2_2_windows_are_alternatives_in_order_with_their_names() {
    let (header, warnings) = image(&[
        ("00281050", r#"["40\\-600"]"#),
        ("00281051", "[400,1500]"),
        ("00281055", r#"["SOFT","LUNG"]"#),
        ("00281056", r#"["LINEAR_EXACT"]"#),
        (
            "00283010",
            r#"[{"00283002":{"Value":[2,65535,16]},"00283003":{"Value":["Curve"]},"00283006":{"Value":[0,65535]}}]"#,
        ),
        ("00281052", "[-1024]"),
        ("00281053", "[1]"),
    ]);
    let names: Vec<&str> = header.frames[0]
        .voi
        .iter()
        .map(|choice| choice.name.as_str())
        .collect();
    assert_eq!(names, ["SOFT", "LUNG", "Curve"]);
    let Voi::Window(window, function) = &header.frames[0].voi[1].voi else {
        panic!("no window")
    };
    assert_eq!(
        (window.center, window.width, *function),
        (-600.0, 1500.0, VoiFunction::LinearExact)
    );
    // C.11.2.1.1: HU can be negative, so 65535 is -1.
    let Voi::Table(table) = &header.frames[0].voi[2].voi else {
        panic!("no table")
    };
    assert_eq!(table.first, -1);
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn rule_d8_without_negative_output_the_first_input_has_no_sign() {
    let lut = r#"[{"00283002":{"Value":[2,-1,16]},"00283006":{"Value":[0,65535]}}]"#;
    let (header, _) = image(&[("00283010", lut)]);
    let Voi::Table(table) = &header.frames[0].voi[0].voi else {
        panic!("no table")
    };
    assert_eq!(table.first, 65_535);
}

#[test]
fn fault_24_impossible_windows_are_left_out_and_pairs_that_exist_stay() {
    let (header, warnings) = image(&[("00281050", "[40,50,60]"), ("00281051", "[0,80]")]);
    let voi: Vec<&Voi> = header.frames[0]
        .voi
        .iter()
        .map(|choice| &choice.voi)
        .collect();
    assert_eq!(voi, [&Voi::linear(50.0, 80.0)]);
    assert_eq!(
        warnings,
        [
            "Window centers and widths do not pair up; the pairs there are can be chosen",
            "A window of an impossible width is left out"
        ]
    );
}

#[test]
fn rule_d9_a_color_image_has_no_windows() {
    let color = [
        ("00280002", "[3]"),
        ("00280004", r#"["RGB"]"#),
        ("00281050", "[40]"),
        ("00281051", "[400]"),
    ];
    assert!(image(&color).0.frames[0].voi.is_empty());
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
fn c_7_6_3_1_5_palettes_plain_and_segmented() {
    let tables = [
        ("00280004", r#"["PALETTE COLOR"]"#),
        ("00280100", "[8]"),
        ("00280101", "[8]"),
        ("00280102", "[7]"),
        ("00281101", "[8,0,16]"),
        ("00281102", "[8,0,16]"),
        ("00281103", "[8,0,16]"),
    ];
    // 0, 100, 150, 200, 250, 300, 0, 100 as the three kinds of segments, times 256 by hand in the plain table.
    let segmented = "[0,2,0,25600,1,4,51200,2,1,0,0]";
    let plain = "[0,25600,32000,38400,44800,51200,0,25600]";
    let all = [
        &tables[..],
        &[
            ("00281201", plain),
            ("00281222", segmented),
            ("00281223", segmented),
        ],
    ]
    .concat();
    let (header, warnings) = image(&all);
    let palette = header.palette.unwrap_or_else(|| panic!("{warnings:?}"));
    let reds: Vec<u8> = palette.colors.iter().map(|color| color[0]).collect();
    assert_eq!(reds, [0, 100, 125, 150, 175, 200, 0, 100]);
    assert!(
        palette
            .colors
            .iter()
            .all(|[red, green, blue]| red == green && green == blue)
    );
}

#[test]
fn rule_2_4_a_table_elsewhere_is_named_and_taken_once_it_was_fetched() {
    let color = |which: u8| {
        format!(r#"{{"BulkDataURI":"http://inside:8042/studies/1.2/bulk/0028120{which}"}}"#)
    };
    let (red, green, blue) = (color(1), color(2), color(3));
    let json = ct(&[
        ("00280004", r#"["PALETTE COLOR"]"#),
        ("00281101", "[2,0,16]"),
        ("00281102", "[2,0,16]"),
        ("00281103", "[2,0,16]"),
        ("00281201", &red),
        ("00281202", &green),
        ("00281203", &blue),
    ]);
    let (parsed, warnings) = parse_instances(json.as_bytes()).unwrap();
    assert_eq!(parsed.bulk.len(), 3);
    assert_eq!(
        warnings[0].to_string(),
        "The table (0028,1201) has to be fetched apart (instance 1.2.3.4)"
    );
    let bulk = parsed
        .bulk
        .iter()
        .map(|table| (table.uri.clone(), vec![0, 0, 0, 200]))
        .collect();
    let (parsed, warnings) = parse_instances_with(
        json.as_bytes(),
        &Asked {
            bulk,
            ..Asked::default()
        },
    )
    .unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    let palette = parsed.series[0].instances[0]
        .image()
        .unwrap()
        .palette
        .clone()
        .unwrap();
    assert_eq!(&palette.colors[..], [[0; 3], [200; 3]]);
}

#[test]
fn rule_2_4_a_server_that_leaves_out_binary_values_is_told_of() {
    let (header, warnings) = image(&[
        ("00280004", r#"["PALETTE COLOR"]"#),
        ("00281101", "[2,0,16]"),
        ("00281201", r#"{"vr":"OW"}"#),
    ]);
    assert_eq!(header.palette, None);
    assert_eq!(warnings[0], "The server left out the table (0028,1201)");
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
            .frame_time_millis
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
        image(&[("00181063", "[33.5]")]).0.frame_time_millis,
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
