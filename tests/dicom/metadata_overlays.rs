//! Overlay planes (PS3.3 C.9.2) and display shutters (C.7.6.11): what the header says of them, and the bits in the cells.

use super::metadata::image;
use skiagraph_core::pixel::overlay::{OverlayBits, OverlayPlane};
use skiagraph_core::pixel::shutter::{Circle, Rectangle, Shutter};
use skiagraph_core::study::instance::ImageHeader;
use skiagraph_core::uid::FrameIndex;
use skiagraph_dicom::{pixels::decode, transfer_syntax::TransferSyntax};

/// A 2 x 3 plane of group 6002 with the bits 1 0 1, 0 1 1.
const PLANE: [(&str, &str); 6] = [
    ("60020010", "[2]"),
    ("60020011", "[3]"),
    ("60020050", r"[-2,5]"),
    ("60020100", "[1]"),
    ("60020102", "[0]"),
    ("60023000", r#"{"vr":"OW","InlineBinary":"NQA="}"#),
];

fn with(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let kept = PLANE
        .into_iter()
        .filter(|(tag, _)| !changes.iter().any(|(changed, _)| changed == tag));
    kept.chain(changes.iter().copied()).collect()
}

fn plane(header: &ImageHeader) -> &OverlayPlane {
    assert_eq!(header.overlays.len(), 1);
    &header.overlays[0]
}

#[test]
fn c_9_2_1_1_the_origin_is_row_and_column_from_1_and_may_lie_outside() {
    let (header, warnings) = image(&PLANE);
    assert!(warnings.is_empty(), "{warnings:?}");
    let plane = plane(&header);
    assert_eq!((plane.group, plane.rows, plane.columns), (0x6002, 2, 3));
    assert_eq!(plane.origin, [-2, 5]);
    let OverlayBits::Packed(bits) = &plane.bits else {
        panic!("{:?}", plane.bits)
    };
    assert_eq!(plane.unpacked(0, bits), Some(vec![1, 0, 1, 0, 1, 1]));
    // Written as US by mistake: 65534 is -2.
    let (header, _) = image(&with(&[("60020050", "[65534,5]")]));
    assert_eq!(header.overlays[0].origin, [-2, 5]);
}

#[test]
fn ps3_18_f_2_7_bits_that_the_archive_keeps_apart_are_known_by_their_address() {
    let uri = r#"{"vr":"OW","BulkDataURI":"http://inside/studies/1.2/bulk/1"}"#;
    let (header, warnings) = image(&with(&[("60023000", uri)]));
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(
        plane(&header).bits,
        OverlayBits::Elsewhere("http://inside/studies/1.2/bulk/1".into())
    );
}

#[test]
fn c_9_3_a_plane_of_several_frames_begins_at_its_image_frame_and_one_that_tells_nothing_is_on_all()
{
    let (header, _) = image(&with(&[("60020015", "[2]"), ("60020051", "[3]")]));
    let on = |header: &ImageHeader| {
        [1, 2, 3, 4, 5].map(|number: u32| plane(header).frame_for(FrameIndex(number - 1)))
    };
    assert_eq!(on(&header), [None, None, Some(0), Some(1), None]);
    assert_eq!(on(&image(&PLANE).0), [Some(0); 5]);
}

#[test]
fn the_words_of_a_plane_are_its_label_and_description_or_what_its_type_says() {
    let words = |changes: &[(&'static str, &'static str)]| {
        plane(&image(&with(changes)).0).description.clone()
    };
    assert_eq!(words(&[]), "Graphics");
    assert_eq!(words(&[("60020040", r#"["R"]"#)]), "Region of interest");
    assert_eq!(
        words(&[("60021500", r#"["L1"]"#), ("60020022", r#"["Level"]"#)]),
        "L1: Level"
    );
}

#[test]
fn a_plane_without_size_or_bits_is_a_warning_and_the_image_stays() {
    for (change, n_planes) in [
        (("60020010", ""), 0),
        (("60020011", "[0]"), 0),
        (("60023000", ""), 1),
    ] {
        let (header, warnings) = image(&with(&[change]));
        assert_eq!(warnings, ["The overlay 6002 cannot be read in full"]);
        assert_eq!(header.overlays.len(), n_planes);
        assert!(
            header
                .overlays
                .iter()
                .all(|plane| plane.bits == OverlayBits::Absent)
        );
    }
}

/// PS3.3-2004 C.9.2.1.1 (retired): a plane in a bit of the pixel cell that holds no stored value.
#[test]
fn rule_d21_bits_in_the_pixel_cells_go_to_the_overlay_and_not_into_the_stored_values() {
    let embedded = [
        ("60000010", "[4]"),
        ("60000011", "[6]"),
        ("60000050", r"[1,1]"),
        ("60000100", "[16]"),
        ("60000102", "[13]"),
    ];
    let (header, warnings) = image(&embedded);
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(plane(&header).bits, OverlayBits::Embedded(13));
    // 24 cells: the stored value is the number of the cell, bit 13 is set in every fifth one, junk stands in bit 15.
    let cells: Vec<u8> = (0..24_u16)
        .flat_map(|at| (at | u16::from(at % 5 == 0) << 13 | 0x8000).to_le_bytes())
        .collect();
    let label = TransferSyntax::ExplicitVrLittleEndian;
    let decoded = decode(&header.descriptor, Some(&label), &cells).unwrap();
    let raster = decoded.into_raster(&header.descriptor).unwrap();
    assert_eq!(
        (raster.stored(0, 0), raster.stored(5, 3)),
        (Some(0.0), Some(23.0))
    );
    let [(13, bits)] = raster.planes.as_slice() else {
        panic!("{:?}", raster.planes)
    };
    let unpacked = plane(&header).unpacked(0, bits).unwrap();
    let wanted: Vec<u8> = (0..24).map(|at| u8::from(at % 5 == 0)).collect();
    assert_eq!(unpacked, wanted);
}

/// A bit position inside the stored bits would take a bit from the picture.
#[test]
fn a_bit_of_the_stored_values_is_no_overlay() {
    let (header, warnings) = image(&[
        ("60000010", "[4]"),
        ("60000011", "[6]"),
        ("60000100", "[16]"),
        ("60000102", "[11]"),
    ]);
    assert_eq!(warnings, ["The overlay 6000 cannot be read in full"]);
    assert_eq!(
        (plane(&header).bits.clone(), header.descriptor.overlay_bits),
        (OverlayBits::Absent, 0)
    );
}

fn shutter(changes: &[(&str, &str)]) -> (Option<Shutter>, Vec<String>) {
    let (header, warnings) = image(changes);
    let shutter = header.frames[0].shutter.as_deref().cloned();
    (shutter, warnings)
}

#[test]
fn c_7_6_11_shapes_are_read_as_row_and_column_and_in_any_number() {
    let (read, warnings) = shutter(&[
        ("00181600", r#"["RECTANGULAR","CIRCULAR","POLYGONAL"]"#),
        ("00181602", r#"["2"]"#),
        ("00181604", "[6]"),
        ("00181606", "[1]"),
        ("00181608", "[4]"),
        ("00181610", "[3,2]"),
        ("00181612", "[5]"),
        ("00181620", "[1,2,3,4,5,6]"),
        ("00181622", "[32896]"),
    ]);
    assert!(warnings.is_empty(), "{warnings:?}");
    let wanted = Shutter {
        rectangle: Some(Rectangle {
            left: 2,
            right: 6,
            upper: 1,
            lower: 4,
        }),
        circle: Some(Circle {
            center: [3, 2],
            radius_px: 5,
        }),
        polygon: vec![[1, 2], [3, 4], [5, 6]],
        bitmap: None,
        // A P-Value of 32896 = 128 * 257.
        color: [128; 3],
    };
    assert_eq!(read, Some(wanted));
}

#[test]
fn c_7_6_11_a_screen_with_colours_shows_the_cielab_value() {
    let (read, _) = shutter(&[
        ("00181600", r#"["BITMAP"]"#),
        ("00181623", "[24576]"),
        ("00181622", "[65535]"),
        ("00181624", "[0,32896,32896]"),
    ]);
    let read = read.unwrap();
    assert_eq!((read.bitmap, read.color), (Some(0x6000), [0; 3]));
}

#[test]
fn a_shape_that_cannot_be_read_covers_nothing_and_says_so() {
    for changes in [
        vec![
            ("00181600", r#"["CIRCULAR"]"#),
            ("00181610", "[3]"),
            ("00181612", "[5]"),
        ],
        vec![
            ("00181600", r#"["CIRCULAR"]"#),
            ("00181610", "[3,3]"),
            ("00181612", "[0]"),
        ],
        vec![
            ("00181600", r#"["POLYGONAL"]"#),
            ("00181620", "[1,2,3,4,5]"),
        ],
        vec![("00181600", r#"["RECTANGULAR"]"#), ("00181602", "[2]")],
        vec![("00181600", r#"["STAR"]"#)],
    ] {
        let (read, warnings) = shutter(&changes);
        assert_eq!(read, None, "{changes:?}");
        assert_eq!(
            warnings,
            ["A shape of the display shutter cannot be read; it covers nothing"]
        );
    }
}

/// PS3.3 C.7.6.16.2.16: the Frame Display Shutter macro of each frame.
#[test]
fn rule_d31_each_frame_of_an_enhanced_image_may_have_its_own_shutter() {
    let group = |radius: u32| {
        format!(
            r#"{{"00189472":{{"Value":[{{"00181600":{{"Value":["CIRCULAR"]}},
                "00181610":{{"Value":[2,2]}},"00181612":{{"Value":[{radius}]}}}}]}}}}"#
        )
    };
    let groups = format!("[{},{}]", group(3), group(4));
    let (header, _) = image(&[("00280008", "[2]"), ("52009230", &groups)]);
    let radii: Vec<i32> = header
        .frames
        .iter()
        .filter_map(|frame| Some(frame.shutter.as_ref()?.circle?.radius_px))
        .collect();
    assert_eq!(radii, [3, 4]);
}
