//! What the header says of values and colors: rescale, tables, windows, palettes (PS3.3 C.11, C.7.6.3.1.5).

use super::metadata::{ct, image};
use skiagraph_core::pixel::modality_lut::ModalityLut;
use skiagraph_core::pixel::voi::{Voi, VoiFunction};
use skiagraph_core::study::instance::ImageHeader;
use skiagraph_dicom::dicomweb::metadata::{Asked, parse_instances, parse_instances_with};

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
