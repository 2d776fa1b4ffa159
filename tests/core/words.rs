//! The corners of a viewport, and that the summary holds no patient.

use skiagraph_tests::Viewer;

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
