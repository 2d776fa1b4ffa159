//! Scroll, window, zoom, flips, presets, probe, grid: what the hand does and what the page then shows.

use skiagraph_core::pixel::presets::{Preset, Presets};
use skiagraph_core::session::event::{Command, Event};
use skiagraph_core::tool::input::Phase;
use skiagraph_tests::{Viewer, series_uid};

#[test]
fn the_wheel_moves_one_image_a_notch_and_stops_at_the_ends() {
    let mut viewer = Viewer::with_phantom(1, 5);
    viewer.wheel(1.0);
    viewer.wheel(1.0);
    assert_eq!(viewer.viewport().index, 2);
    for _ in 0..9 {
        viewer.wheel(1.0);
    }
    assert_eq!(viewer.viewport().index, 4);
    viewer.press("Home");
    viewer.wheel(-1.0);
    assert_eq!(viewer.viewport().index, 0);
    viewer.send(Event::Command(Command::GoToImage(0, 4)));
    assert_eq!(viewer.viewport().index, 3);
}

#[test]
fn a_window_drag_is_computed_from_its_start_and_escape_takes_it_back() {
    let mut viewer = Viewer::with_phantom(1, 2);
    assert_eq!(viewer.window(), (40.0, 400.0));
    viewer.drag((100.0, 100.0), (200.0, 130.0));
    assert_eq!(viewer.window(), (70.0, 500.0));
    viewer.pointer(Phase::Down, 0.0, 0.0);
    for step in 1..50 {
        viewer.pointer(Phase::Move, f64::from(step), f64::from(step));
    }
    viewer.press("Escape");
    assert_eq!(viewer.window(), (70.0, 500.0));
}

#[test]
fn c_11_2_1_2_1_a_drag_never_makes_a_width_below_one() {
    let mut viewer = Viewer::with_phantom(1, 1);
    viewer.drag((600.0, 100.0), (1.0, 100.0));
    assert_eq!(viewer.window().1, 1.0);
}

#[test]
fn c_11_2_1_2_2_header_windows_are_choices_by_name_and_presets_follow() {
    let mut viewer = Viewer::with_phantom(1, 2);
    let names: Vec<String> = viewer
        .viewport()
        .voi_choices
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(&names[..4], ["MEDIASTINUM", "LUNG", "Soft tissue", "Lung"]);
    viewer.press("9");
    assert_eq!(viewer.window(), (-600.0, 1500.0));
    viewer.press("3");
    assert_eq!(
        (viewer.window(), viewer.viewport().window.unwrap().name),
        ((500.0, 2000.0), "Bone".to_owned())
    );
    viewer.press("Shift+z");
    assert_eq!(viewer.window(), (40.0, 400.0));
}

#[test]
fn a_readers_own_presets_take_the_keys_and_are_kept() {
    let mut viewer = Viewer::with_phantom(1, 2);
    let own = vec![
        Preset::new("Spine", 60.0, 500.0).unwrap(),
        Preset::new("Sinus", 400.0, 4000.0).unwrap(),
    ];
    let set = |modality: &str, presets: &[Preset]| {
        Event::Command(Command::SetPresets {
            modality: modality.into(),
            presets: presets.to_vec(),
        })
    };
    viewer.send(set("CT", &own));
    let shown = viewer.viewport();
    assert_eq!((shown.modality.as_str(), &shown.presets), ("CT", &own));
    let names = shown.voi_choices.iter().map(|(name, _)| name.as_str());
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["MEDIASTINUM", "LUNG", "Spine", "Sinus"]
    );
    viewer.press("2");
    assert_eq!(viewer.window(), (400.0, 4000.0));
    let window = viewer.viewport().window.unwrap();
    assert_eq!(window.name, "Sinus");
    // A key without a preset does nothing.
    viewer.press("3");
    assert_eq!(viewer.window(), (400.0, 4000.0));
    let kept = viewer.kept_presets.last().unwrap();
    assert_eq!(kept.own().collect::<Vec<_>>(), [("CT", own.as_slice())]);
    // Those of another modality are not touched; the built-in ones come back.
    viewer.send(set("MR", &own[..1]));
    viewer.send(set("CT", Presets::built_in("CT")));
    viewer.press("3");
    assert_eq!(viewer.window(), (500.0, 2000.0));
    let kept = viewer.kept_presets.last().unwrap();
    assert_eq!(kept.own().map(|(m, _)| m).collect::<Vec<_>>(), ["MR"]);
}

#[test]
fn the_window_moves_in_fine_and_coarse_steps() {
    let mut viewer = Viewer::with_phantom(1, 1);
    assert_eq!(viewer.window(), (40.0, 400.0));
    for (key, window) in [
        ("]", (40.0, 420.0)),
        ("[", (40.0, 399.0)),
        ("Shift+{", (40.0, 319.2)),
        ("Shift+z", (40.0, 400.0)),
        (",", (60.0, 400.0)),
        (".", (40.0, 400.0)),
        ("Shift+<", (120.0, 400.0)),
        ("Shift+>", (40.0, 400.0)),
    ] {
        viewer.press(key);
        let (center, width) = viewer.window();
        assert!(
            (center - window.0).abs() < 1e-9 && (width - window.1).abs() < 1e-9,
            "{key}: {center} {width}"
        );
    }
}

#[test]
fn the_probe_reads_modality_values_whatever_window_flip_or_inversion() {
    let mut viewer = Viewer::with_phantom(1, 2);
    // 640 canvas pixels over 64 image pixels: canvas (105, 205) lies in column 10, row 20 of slice 1.
    let expected = |column: i32, row: i32| (column + 10 * row + 1000 - 1024).to_string();
    viewer.pointer(Phase::Move, 105.0, 205.0);
    let probe = viewer.viewport().probe.unwrap();
    assert_eq!(
        (probe.x, probe.y, probe.value, probe.unit.as_str()),
        (10, 20, expected(10, 20), "HU")
    );
    // C.7.6.2.1.1: (10 columns, 20 rows) at 0.5 mm from the first pixel's centre.
    assert_eq!(probe.patient_mm, Some([5.0, 10.0, 0.0]));
    viewer.press("i");
    viewer.press("h");
    viewer.pointer(Phase::Move, 105.0, 205.0);
    assert_eq!(viewer.viewport().probe.unwrap().value, expected(53, 20));
}

#[test]
fn rule_d27_letters_follow_flips_and_turns() {
    let mut viewer = Viewer::with_phantom(1, 1);
    let edges = |viewer: &Viewer| viewer.session.overlays()[0].edges.join("");
    assert_eq!(edges(&viewer), "RLAP");
    viewer.press("h");
    assert_eq!(edges(&viewer), "LRAP");
    viewer.press("h");
    viewer.press("r");
    assert_eq!(edges(&viewer), "PARL");
    viewer.press("v");
    assert_eq!(edges(&viewer), "PALR");
}

#[test]
fn a_grid_is_filled_with_the_series_not_shown_and_a_double_click_gives_one_alone() {
    let mut viewer = Viewer::with_phantom(3, 2);
    viewer.press("d");
    let summary = viewer.summary();
    assert_eq!(summary.viewports[1].series, Some(series_uid(1, 2)));
    assert!(
        summary
            .viewports
            .iter()
            .all(|viewport| viewport.rect_css.is_some())
    );
    viewer.send(Event::DoubleClick(
        skiagraph_core::geometry::space::CanvasPoint(glam::DVec2::new(500.0, 10.0)),
    ));
    let summary = viewer.summary();
    assert!(summary.viewports[0].rect_css.is_none());
    assert_eq!(
        summary.viewports[1].rect_css,
        Some([0.0, 0.0, 640.0, 640.0])
    );
}

#[test]
fn rule_d37_playing_goes_by_the_clock_and_drops_frames_rather_than_slowing_down() {
    let mut viewer = Viewer::with_phantom(1, 20);
    viewer.send(Event::Command(Command::SetFrameRate(0, 25.0)));
    viewer.press(" ");
    for (now, index) in [
        (1000.0, 0),
        (1039.0, 0),
        (1041.0, 1),
        (1400.0, 10),
        (1800.0, 0),
    ] {
        viewer.send(Event::Tick { now_millis: now });
        assert_eq!(viewer.viewport().index, index, "at {now} ms");
    }
}
