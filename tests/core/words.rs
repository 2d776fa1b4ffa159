//! The corners of a viewport, and that the summary holds no patient.

use skiagraph_core::study::study::PersonName;
use skiagraph_tests::{Viewer, phantom};

#[test]
fn every_viewport_says_who_when_which_image_and_how_it_is_windowed() {
    let viewer = Viewer::with_phantom(1, 5);
    let overlay = viewer.session.overlays().remove(0);
    assert_eq!(overlay.top_left, ["Phantom, 1", "ID P1"]);
    let viewport = viewer.viewport();
    assert_eq!((viewport.index, viewport.count), (0, 5));
    assert_eq!(viewer.window(), (40.0, 400.0));
    assert!(
        overlay
            .bottom_left
            .contains(&"Pos 0.0\u{2009}mm  Thk 2.5\u{2009}mm".to_owned())
    );
    assert_eq!(overlay.bottom_right, ["120 kV"]);
}

#[test]
fn the_summary_and_debug_output_hold_no_patient() {
    let viewer = Viewer::with_phantom(1, 2);
    let text = format!("{:?} {:?}", viewer.summary(), viewer.session);
    assert!(
        !text.contains("Phantom") && !text.contains("P1\""),
        "a patient's words in debug output"
    );
}

#[test]
fn every_group_of_a_name_is_shown_isolated_and_a_doubtful_one_says_so() {
    let mut phantom = phantom(1, 1, 1);
    let name = PersonName {
        alphabetic: "Sharon^Deborah".into(),
        ideographic: "\u{5e9}\u{5e8}\u{5d5}\u{5df}^\u{5d3}\u{5d1}\u{5d5}\u{5e8}\u{5d4}".into(),
        phonetic: String::new(),
        is_doubtful: true,
    };
    phantom.study.patient.0.name = name;
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    let overlay = viewer.session.overlays().remove(0);
    assert_eq!(
        overlay.top_left[0],
        "\u{2068}Sharon, Deborah\u{2069}  \u{2068}\u{5e9}\u{5e8}\u{5d5}\u{5df}, \u{5d3}\u{5d1}\u{5d5}\u{5e8}\u{5d4}\u{2069}  ?charset"
    );
}
