//! Multi-frame headers: what each frame's own group, the shared one and the data set say (PS3.3 C.7.6.16, rule D31).

use super::metadata::ct;
use skiagraph_core::pixel::modality_lut::ModalityLut;
use skiagraph_core::pixel::voi::Voi;
use skiagraph_core::study::instance::{Content, ImageHeader};
use skiagraph_core::uid::FrameIndex;
use skiagraph_dicom::dicomweb::metadata::parse_instances;

fn read(changes: &[(&str, &str)]) -> (Content, Vec<String>) {
    let (mut parsed, warnings) = parse_instances(ct(changes).as_bytes()).unwrap();
    let content = parsed.series.remove(0).instances.remove(0).content;
    (
        content,
        warnings
            .iter()
            .map(|warning| warning.what.to_string())
            .collect(),
    )
}

fn image(changes: &[(&str, &str)]) -> (ImageHeader, Vec<String>) {
    match read(changes) {
        (Content::Image(header), warnings) => (header.as_ref().clone(), warnings),
        (other, warnings) => panic!("{other:?} {warnings:?}"),
    }
}

/// A frame's group: position, slope and window.
fn group(z_mm: f64, slope: f64, width: f64) -> String {
    format!(
        r#"{{"00209113":{{"Value":[{{"00200032":{{"Value":[0,0,{z_mm}]}}}}]}},
            "00289145":{{"Value":[{{"00281053":{{"Value":[{slope}]}},"00281052":{{"Value":[0]}},"00281054":{{"Value":["HU"]}}}}]}},
            "00289132":{{"Value":[{{"00281050":{{"Value":[40]}},"00281051":{{"Value":[{width}]}}}}]}}}}"#
    )
}

const SHARED: &str = r#"[{"00289110":{"Value":[{"00280030":{"Value":[0.5,0.25]},"00180050":{"Value":[2]}}]},
    "00209116":{"Value":[{"00200037":{"Value":[1,0,0,0,1,0]}}]}}]"#;

#[test]
fn each_frame_has_its_own_place_slope_and_window() {
    let frames = format!(
        "[{},{},{}]",
        group(0.0, 1.0, 100.0),
        group(2.0, 2.0, 200.0),
        group(4.0, 3.0, 300.0)
    );
    let (header, warnings) = image(&[
        ("00280008", "[3]"),
        ("52009229", SHARED),
        ("52009230", &frames),
        // The usual mistake: these would be taken for all frames.
        ("00281052", "[-1024]"),
        ("00281053", "[9]"),
        ("00281050", "[1]"),
        ("00281051", "[1]"),
        ("00200032", "[7,7,7]"),
    ]);
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(
        (
            header.n_frames,
            header.frames.len(),
            header.slice_thickness_mm
        ),
        (3, 3, Some(2.0))
    );
    for (index, frame) in header.frames.iter().enumerate() {
        let step = index as f64;
        assert_eq!(frame.plane.as_ref().unwrap().position_mm.z, 2.0 * step);
        assert_eq!(frame.spacing.unwrap().0.row_mm, 0.5);
        assert_eq!(
            frame.modality_lut,
            ModalityLut::Rescale {
                slope: step + 1.0,
                intercept: 0.0,
                unit: "HU".into()
            }
        );
        assert_eq!(frame.voi[0].voi, Voi::linear(40.0, 100.0 * (step + 1.0)));
    }
}

#[test]
fn frames_that_do_not_differ_share_one_header() {
    let same = format!("[{},{}]", group(0.0, 1.0, 100.0), group(0.0, 1.0, 100.0));
    let (header, _) = image(&[("00280008", "[2]"), ("52009230", &same)]);
    assert_eq!(header.frames.len(), 1);
    assert!(header.frame(FrameIndex(1)).is_some());
}

#[test]
fn the_data_set_itself_stands_in_where_the_groups_say_nothing() {
    let (header, _) = image(&[
        ("00280008", "[2]"),
        ("52009230", "[{},{}]"),
        ("00281052", "[-1024]"),
        ("00281053", "[1]"),
        ("00280030", "[0.5,0.5]"),
    ]);
    assert_eq!(header.frames[0].modality_lut.apply(0.0), -1024.0);
    assert!(header.frames[0].spacing.is_some());
}

#[test]
fn one_position_for_many_frames_is_none() {
    let geometry = [
        ("00280008", "[5]"),
        ("00200032", "[0,0,0]"),
        ("00200037", "[1,0,0,0,1,0]"),
    ];
    let (header, warnings) = image(&geometry);
    assert_eq!(header.frames[0].plane, None);
    assert_eq!(
        warnings,
        ["Only the first of several frames has a position; none is used"]
    );
}

#[test]
fn fault_21_a_number_of_frames_that_is_none() {
    for (value, n_frames) in [(r#"["1A"]"#, 1), ("[0]", 1), ("[-3]", 1)] {
        let (header, warnings) = image(&[("00280008", value)]);
        assert_eq!(header.n_frames, n_frames, "{value}");
        assert_eq!(
            warnings,
            ["The number of frames cannot be read; 1 is taken"]
        );
    }
    let (header, _) = image(&[("00280008", r#"["1A"]"#), ("52009230", "[{},{},{}]")]);
    assert_eq!(header.n_frames, 3);
}

#[test]
fn rule_d31_groups_that_do_not_match_the_frames_are_an_error_not_a_guess() {
    let (content, warnings) = read(&[("00280008", "[4]"), ("52009230", "[{},{}]")]);
    assert!(matches!(content, Content::Incomplete(_)), "{content:?}");
    assert_eq!(warnings, ["The image announces 4 frames and describes 2"]);
}

#[test]
fn a_claim_of_two_billion_frames_is_refused() {
    assert!(matches!(
        read(&[("00280008", "[2000000000]")]).0,
        Content::Incomplete(_)
    ));
}

#[test]
fn thousands_of_frames_share_one_table() {
    let entries = vec!["1"; 65_536].join(",");
    let shared = format!(
        r#"[{{"00289132":{{"Value":[{{"00283010":{{"Value":[{{"00283002":{{"Value":[0,0,16]}},"00283006":{{"Value":[{entries}]}}}}]}}}}]}}}}]"#
    );
    let frames: Vec<String> = (0..5000)
        .map(|z| format!(r#"{{"00209113":{{"Value":[{{"00200032":{{"Value":[0,0,{z}]}}}}]}},"00209116":{{"Value":[{{"00200037":{{"Value":[1,0,0,0,1,0]}}}}]}}}}"#))
        .collect();
    let (header, _) = image(&[
        ("00280008", "[5000]"),
        ("52009229", &shared),
        ("52009230", &format!("[{}]", frames.join(","))),
    ]);
    let data = |frame: usize| match &header.frames[frame].voi[0].voi {
        Voi::Table(table) => table.data.as_ptr(),
        Voi::Window(..) => panic!("no table"),
    };
    assert_eq!((header.frames.len(), data(0)), (5000, data(4999)));
}
