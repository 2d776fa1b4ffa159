//! What an image says of its making (rules D23, D40, D41), its masks (C.7.6.10) and its supplemental palette.

use super::metadata::{image, read};
use skiagraph_core::pixel::subtraction::{Mask, MaskOperation};
use skiagraph_core::study::instance::Content;
use skiagraph_core::study::provenance::{ColorProfile, Provenance};

fn provenance(changes: &[(&str, &str)]) -> Provenance {
    image(changes).0.provenance.clone()
}

#[test]
fn an_original_ct_has_nothing_to_confess() {
    assert_eq!(provenance(&[]), Provenance::default());
}

#[test]
fn c_7_6_1_1_2_image_type_says_derived_and_secondary_by_place() {
    let of = |value: &str| {
        let provenance = provenance(&[("00080008", value)]);
        (provenance.is_derived, provenance.is_secondary)
    };
    assert_eq!(of(r#"["DERIVED","PRIMARY"]"#), (true, false));
    assert_eq!(of(r#"["ORIGINAL\\SECONDARY"]"#), (false, true));
    assert_eq!(of(r#"["SECONDARY","DERIVED"]"#), (false, false));
}

#[test]
fn rule_d40_the_method_is_the_last_one_told_or_the_syntax_that_always_loses() {
    let methods = ("00282114", r#"["ISO_10918_1","ISO_15444_1"]"#);
    assert_eq!(
        provenance(&[methods]).lossy_method.as_deref(),
        Some("JPEG 2000")
    );
    assert!(!provenance(&[methods]).is_lossy_syntax);
    for (uid, is_lossy) in [
        ("1.2.840.10008.1.2.4.50", true),
        ("1.2.840.10008.1.2.4.51", true),
        ("1.2.840.10008.1.2.4.81", true),
        ("1.2.840.10008.1.2.4.70", false),
        ("1.2.840.10008.1.2.4.80", false),
        // JPEG 2000 may be reversible: the codestream tells.
        ("1.2.840.10008.1.2.4.91", false),
    ] {
        let uid = format!(r#"["{uid}"]"#);
        let got = provenance(&[("00083002", &uid)]);
        assert_eq!(
            (got.is_lossy_syntax, got.lossy_method.is_some()),
            (is_lossy, is_lossy),
            "{uid}"
        );
    }
}

/// Its loss is said with its codec: there is no picture to mark.
#[test]
fn ps3_5_8_2_7_a_film_is_no_image_whatever_its_rows_say() {
    let film = |uid: &str| read(&[("00083002", &format!(r#"["{uid}"]"#))]).0.content;
    assert_eq!(
        film("1.2.840.10008.1.2.4.102"),
        Content::Film("MPEG-4 AVC/H.264")
    );
    assert_eq!(
        film("1.2.840.10008.1.2.4.102.1"),
        Content::Film("MPEG-4 AVC/H.264")
    );
    assert!(matches!(film("1.2.840.10008.1.2.4.50"), Content::Image(_)));
}

#[test]
fn rule_d41_quality_control_and_visible_light() {
    assert!(provenance(&[("00280300", r#"["YES"]"#)]).is_quality_control);
    let slide = ("00080016", r#"["1.2.840.10008.5.1.4.1.1.77.1.6"]"#);
    assert!(provenance(&[slide]).is_visible_light);
}

const COLOR: [(&str, &str); 5] = [
    ("00280002", "[3]"),
    ("00280004", r#"["RGB"]"#),
    ("00280100", "[8]"),
    ("00280101", "[8]"),
    ("00280102", "[7]"),
];

#[test]
fn rule_d23_a_profile_by_its_place_and_name() {
    let of = |changes: &[(&'static str, &'static str)]| {
        let all: Vec<_> = COLOR.iter().chain(changes).copied().collect();
        provenance(&all).color_profile
    };
    assert_eq!(of(&[]), ColorProfile::Untold);
    let elsewhere = r#"{"BulkDataURI":"/bulk/icc"}"#;
    assert_eq!(
        of(&[("00282000", elsewhere)]),
        ColorProfile::NotApplied(String::new())
    );
    assert_eq!(
        of(&[("00282000", elsewhere), ("00282002", r#"["SRGB"]"#)]),
        ColorProfile::Srgb
    );
    let path = r#"[{"00282000":{"BulkDataURI":"/bulk/icc"},"00282002":{"Value":["ADOBERGB"]}}]"#;
    assert_eq!(
        of(&[("00480105", path)]),
        ColorProfile::NotApplied("ADOBERGB".into())
    );
    // Grey images have no colours to convert.
    assert_eq!(
        provenance(&[("00282000", elsewhere)]).color_profile,
        ColorProfile::Untold
    );
}

#[test]
fn rule_1_4_letters_beyond_ascii_without_a_character_set_are_doubtful() {
    let named = |name: &str, set: &str| {
        let name = format!(r#"[{{"Alphabetic":"{name}"}}]"#);
        provenance(&[("00100010", &name), ("00080005", set)]).has_doubtful_text
    };
    assert!(!named("Moreau^Elodie", ""));
    assert!(named("Moreau^Élodie", ""));
    assert!(!named("Moreau^Élodie", r#"["ISO_IR 192"]"#));
    assert!(named("Moreau^\u{FFFD}lodie", r#"["ISO_IR 192"]"#));
}

#[test]
fn c_7_6_10_masks_are_read_in_order_and_what_cannot_be_read_is_left_out() {
    let masks = |items: &str| {
        let (header, warnings) = image(&[("00280008", "[9]"), ("00286100", items)]);
        (header.masks.clone(), warnings.len())
    };
    let full = r#"[{"00286101":{"Value":["AVG_SUB"]},"00286102":{"Value":[3,9]},
        "00286110":{"Value":[1,2]},"00286112":{"Value":[3]},"00286114":{"Value":[0.5,-1.25]}}]"#;
    let wanted = Mask {
        operation: MaskOperation::Average,
        frame_ranges: vec![[3, 9]],
        frames: vec![1, 2],
        n_contrast: 3,
        shift_px: [0.5, -1.25],
    };
    assert_eq!(masks(full), (vec![wanted], 0));
    // "If zero length, TID Offset defaults to 1."
    let operation = |items: &str| masks(items).0[0].operation;
    assert_eq!(
        operation(r#"[{"00286101":{"Value":["TID"]},"00286120":{}}]"#),
        MaskOperation::TimeInterval { offset: 1 }
    );
    assert_eq!(
        operation(
            r#"[{"00286101":{"Value":["REV_TID"]},"00286102":{"Value":[5,9]},"00286120":{"Value":[-2]}}]"#
        ),
        MaskOperation::ReversedTimeInterval { offset: -2 }
    );
    assert_eq!(
        masks(r#"[{"00286101":{"Value":["NONE"]}}]"#),
        (Vec::new(), 0)
    );
    for bad in [
        r#"[{"00286101":{"Value":["AVG_SUB"]}}]"#,
        r#"[{"00286101":{"Value":["AVG_SUB"]},"00286110":{"Value":[10]}}]"#,
        r#"[{"00286101":{"Value":["AVG_SUB"]},"00286110":{"Value":[1]},"00286102":{"Value":[1,2,3]}}]"#,
        r#"[{"00286101":{"Value":["AVG_SUB"]},"00286110":{"Value":[1]},"00286114":{"Value":[1]}}]"#,
        r#"[{"00286101":{"Value":["AVG_SUB"]},"00286110":{"Value":[1]},"00286112":{"Value":[10]}}]"#,
        r#"[{"00286101":{"Value":["REV_TID"]},"00286120":{"Value":[1]}}]"#,
        r#"[{"00286101":{"Value":["MULTIPLY"]},"00286110":{"Value":[1]}}]"#,
    ] {
        assert_eq!(masks(bad), (Vec::new(), 1), "{bad}");
    }
}

#[test]
fn c_8_16_2_1_1_1_a_supplemental_palette_is_read_where_the_presentation_wants_colour() {
    let tables = [
        ("00281101", "[2,4000,8]"),
        ("00281102", "[2,4000,8]"),
        ("00281103", "[2,4000,8]"),
        ("00281201", r#"{"InlineBinary":"AQI="}"#),
        ("00281202", r#"{"InlineBinary":"AwQ="}"#),
        ("00281203", r#"{"InlineBinary":"BQY="}"#),
    ];
    let with = |presentation: &'static str| {
        let all: Vec<_> = tables
            .iter()
            .copied()
            .chain([("00089205", presentation)])
            .collect();
        image(&all).0.palette.clone()
    };
    let palette = with(r#"["COLOR"]"#).unwrap();
    assert_eq!((palette.first, palette.get(4001)), (4000, [2, 4, 6]));
    assert_eq!(with(r#"["MONOCHROME"]"#), None);
}

/// Rule D24: Pixel Spacing, Imager Pixel Spacing, Nominal Scanned Pixel Spacing, Pixel Aspect Ratio.
#[test]
fn rule_d24_the_first_that_is_told_decides_on_the_shape_of_a_pixel() {
    let all = [
        ("00280030", "[0.2,0.1]"),
        ("00181164", "[0.3,0.1]"),
        ("00182010", "[0.4,0.1]"),
        ("00280034", "[5,1]"),
    ];
    for (skipped, wanted) in [2.0, 3.0, 4.0, 5.0].into_iter().enumerate() {
        let (instance, _) = read(&all[skipped..]);
        let aspect = instance.image().unwrap().frames[0].pixel_aspect;
        assert!((aspect - wanted).abs() < 1e-9, "{aspect}, wanted {wanted}");
    }
    // A spacing that cannot be used makes room for the ratio; nothing at all is square.
    let (instance, _) = read(&[("00280030", "[0,0]"), ("00280034", "[2,1]")]);
    assert_eq!(instance.image().unwrap().frames[0].pixel_aspect, 2.0);
    assert_eq!(
        image(&[("00280034", "[0,1]")]).0.frames[0].pixel_aspect,
        1.0
    );
}
