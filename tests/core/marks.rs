//! Marks on the picture: what must not be missed of an image's making and of its window (rules D9, D23, D40, D41).

use skiagraph_core::frames::frame_store::FrameFailure;
use skiagraph_core::pixel::color_transform::ColorTransform;
use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor};
use skiagraph_core::pixel::raster::{Components, Raster, RasterKind};
use skiagraph_core::pixel::samples::Samples;
use skiagraph_core::pixel::voi::{Voi, VoiChoice};
use skiagraph_core::session::event::Event;
use skiagraph_core::session::summary::{Fidelity, MarkLabel, ViewportState};
use skiagraph_core::study::instance::{Content, ImageHeader};
use skiagraph_core::study::provenance::ColorProfile;
use skiagraph_core::tool::input::Phase;
use skiagraph_tests::{Phantom, SIDE_PX, Viewer, phantom};
use std::sync::Arc;

fn changed(n_slices: u32, change: impl Fn(usize, &mut ImageHeader)) -> Phantom {
    let mut phantom = phantom(1, 1, n_slices);
    for (at, instance) in phantom.series[0].instances.iter_mut().enumerate() {
        if let Content::Image(header) = &mut instance.content {
            change(at, Arc::make_mut(header));
        }
    }
    phantom
}

fn marks_of(change: impl Fn(&mut ImageHeader)) -> Vec<MarkLabel> {
    Viewer::opened(&changed(1, |_, header| change(header)))
        .viewport()
        .marks
}

fn texts(marks: &[MarkLabel]) -> Vec<&str> {
    marks.iter().map(|mark| mark.text.as_str()).collect()
}

#[test]
fn an_original_image_with_all_it_needs_has_no_mark() {
    assert_eq!(marks_of(|_| {}), []);
}

/// (0028,2110) is never reset; the transfer syntax tells where the attribute does not; a decoder knows best of all.
#[test]
fn rule_d40_lossy_by_attribute_by_syntax_by_both_or_by_the_codestream() {
    for (is_told, is_syntax, is_decoded) in [
        (false, false, false),
        (true, false, false),
        (false, true, false),
        (true, true, false),
        (false, false, true),
    ] {
        let phantom = changed(1, |_, header| {
            header.is_lossy = is_told;
            header.provenance.is_lossy_syntax = is_syntax;
        });
        let mut viewer = Viewer::default();
        viewer.open(1, None);
        while !viewer.fetches.is_empty() || !viewer.orders.is_empty() {
            for (request, what) in std::mem::take(&mut viewer.fetches) {
                viewer.answer(request, &what, &phantom);
            }
            for (request, order) in std::mem::take(&mut viewer.orders) {
                viewer.bring_raster(request, skiagraph_tests::pixels(&order), is_decoded);
            }
        }
        let is_lossy = is_told || is_syntax || is_decoded;
        let viewport = viewer.viewport();
        assert_eq!(viewport.fidelity == Fidelity::Lossy, is_lossy);
        assert_eq!(texts(&viewport.marks) == ["LOSSY"], is_lossy);
    }
}

#[test]
fn rule_d40_ratio_and_method_stand_beside_the_word() {
    let marks = marks_of(|header| {
        header.is_lossy = true;
        header.lossy_ratio = Some(12.0);
        header.provenance.lossy_method = Some("JPEG 2000".into());
    });
    assert_eq!(texts(&marks), ["LOSSY 12:1 JPEG 2000"]);
    assert!(marks[0].is_warning && marks[0].detail.ends_with('.'));
}

#[test]
fn rule_d41_derived_secondary_phantom_burned_in_and_doubtful_letters() {
    let one = |change: fn(&mut ImageHeader)| {
        let marks = marks_of(change);
        assert_eq!(marks.len(), 1, "{marks:?}");
        assert!(marks[0].detail.ends_with('.'), "a full sentence");
        (marks[0].text.clone(), marks[0].is_warning)
    };
    let cases: [(fn(&mut ImageHeader), &str, bool); 5] = [
        (|h| h.provenance.is_derived = true, "DERIVED", false),
        (|h| h.provenance.is_secondary = true, "SECONDARY", false),
        (
            |h| h.provenance.is_quality_control = true,
            "QUALITY CONTROL",
            true,
        ),
        (|h| h.has_burned_in_text = true, "BURNED-IN TEXT", false),
        (|h| h.provenance.has_doubtful_text = true, "?CHARSET", true),
    ];
    for (change, text, is_warning) in cases {
        assert_eq!(one(change), (text.to_owned(), is_warning));
    }
}

#[test]
fn rule_d9_a_window_that_was_made_up_is_called_auto_and_no_longer_once_the_reader_sets_one() {
    let mut viewer = Viewer::opened(&changed(1, |_, header| header.frames[0].voi.clear()));
    assert_eq!(texts(&viewer.viewport().marks), ["AUTO WINDOW"]);
    viewer.drag((100.0, 100.0), (200.0, 130.0));
    assert_eq!(viewer.viewport().marks, []);
}

/// Each image has its own window until the reader locks one for the series.
#[test]
fn c_11_2_1_2_2_windows_differ_from_image_to_image_until_they_are_locked_to_the_series() {
    let mut viewer = Viewer::opened(&changed(3, |at, header| {
        header.frames[0].voi = vec![VoiChoice {
            name: format!("W{at}"),
            voi: Voi::linear(40.0, 100.0 + at as f64),
        }];
    }));
    assert_eq!(viewer.window(), (40.0, 100.0));
    viewer.press("ArrowDown");
    assert_eq!(viewer.window(), (40.0, 101.0));
    viewer.press("Shift+w");
    assert!(viewer.viewport().is_window_locked);
    viewer.press("ArrowDown");
    assert_eq!(viewer.window(), (40.0, 101.0));
    assert_eq!(viewer.viewport().window.unwrap().name, "W1");
    viewer.press("Shift+w");
    assert!(!viewer.viewport().is_window_locked);
    assert_eq!(viewer.window(), (40.0, 102.0));
}

fn color(header: &mut ImageHeader) {
    header.descriptor = PixelDescriptor {
        samples_per_pixel: 3,
        bits_allocated: 8,
        bits_stored: 8,
        high_bit: 7,
        is_signed: false,
        photometric: Photometric::Rgb,
        ..header.descriptor
    };
}

fn opened_in_color(change: impl Fn(&mut ImageHeader)) -> Viewer {
    let phantom = changed(1, |_, header| {
        color(header);
        change(header);
    });
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    while !viewer.fetches.is_empty() || !viewer.orders.is_empty() {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, &phantom);
        }
        for (request, _) in std::mem::take(&mut viewer.orders) {
            let rgb = (0..SIDE_PX * SIDE_PX * 3).map(|at| at as u8).collect();
            let raster = Raster::new(SIDE_PX, SIDE_PX, RasterKind::Rgb, Samples::U8(rgb));
            viewer.bring_raster(request, raster.expect("a raster"), false);
        }
    }
    viewer
}

#[test]
fn c_11_2_1_2_2_colour_has_no_window_no_choices_and_a_drag_changes_nothing() {
    let mut viewer = opened_in_color(|_| {});
    let before = format!("{:?}", viewer.session.scene().layers);
    viewer.drag((100.0, 100.0), (200.0, 130.0));
    for key in ["1", "9", "[", "."] {
        viewer.press(key);
    }
    assert!(!viewer.viewport().is_window_locked);
    viewer.press("Shift+w");
    let viewport = viewer.viewport();
    assert_eq!((viewport.window, viewport.voi_choices), (None, Vec::new()));
    assert!(!viewport.is_window_locked);
    assert_eq!(format!("{:?}", viewer.session.scene().layers), before);
}

#[test]
fn rule_d23_a_colour_profile_that_is_not_applied_is_named_and_warned_of_where_colour_is_the_finding()
 {
    for is_visible_light in [false, true] {
        let viewer = opened_in_color(|header| {
            header.provenance.color_profile = ColorProfile::NotApplied("Scanner 7".into());
            header.provenance.is_visible_light = is_visible_light;
        });
        let marks = viewer.viewport().marks;
        assert_eq!(texts(&marks), ["COLOUR PROFILE NOT APPLIED"]);
        assert_eq!(marks[0].is_warning, is_visible_light);
        assert!(marks[0].detail.contains("Scanner 7"));
    }
    let viewer = opened_in_color(|h| h.provenance.color_profile = ColorProfile::Srgb);
    assert_eq!(viewer.viewport().marks, []);
}

#[test]
fn rule_d23_colours_of_another_space_are_converted_and_the_probe_reads_what_is_stored() {
    // Red and green exchanged, linear light taken for the encoded value: nobody could miss that.
    let curve = std::array::from_fn(|at| at as f64 / 255.0);
    let srgb_columns = [
        [0.38515, 0.43607, 0.14307],
        [0.71687, 0.22249, 0.06061],
        [0.09708, 0.01392, 0.71410],
    ];
    let transform = Arc::new(ColorTransform::new([curve; 3], srgb_columns));
    let mut viewer = opened_in_color(|header| {
        header.provenance.color_profile =
            ColorProfile::Applied("Odd".into(), Arc::clone(&transform));
    });
    assert_eq!(texts(&viewer.viewport().marks), ["COLOURS CONVERTED"]);
    let scene = viewer.session.scene();
    // Pixel (0, 0) is 0, 1, 2 and pixel (1, 0) is 3, 4, 5.
    let shown = scene.layers[0].raster.rgb(1, 0);
    assert_eq!(shown, Some(transform.apply([3, 4, 5])));
    let [red, green, _] = transform.apply([200, 0, 0]);
    assert!(red < 5 && green > 200, "{red} {green}");
    viewer.pointer(Phase::Move, 15.0, 5.0);
    assert_eq!(viewer.viewport().probe.unwrap().value, "3, 4, 5");
}

/// "The chain for colour: the components" - asked for when it is looked at, since the picture needs R, G, B only.
#[test]
fn the_chain_of_a_colour_begins_with_the_components_that_are_stored() {
    let mut viewer = opened_in_color(|header| header.descriptor.photometric = Photometric::YbrFull);
    viewer.pointer(Phase::Move, 105.0, 205.0);
    let names = |viewer: &Viewer| -> Vec<String> {
        let steps = viewer.viewport().probe.expect("a probe").steps;
        steps
            .iter()
            .map(|step| format!("{}: {}", step.name, step.value))
            .collect()
    };
    // Column 10, row 20: bytes from 3 * (20 * 64 + 10) = 3870 on, modulo 256.
    assert_eq!(
        names(&viewer),
        ["Components: 30, 31, 32", "Shown: 30, 31, 32"]
    );
    assert!(viewer.orders.is_empty());
    viewer.press("y");
    let (request, order) = viewer.orders.pop().expect("the frame, with its components");
    assert!(order.descriptor.keeps_components && viewer.orders.is_empty());
    let rgb = (0..SIDE_PX * SIDE_PX * 3).map(|at| at as u8).collect();
    let raster = Raster::new(SIDE_PX, SIDE_PX, RasterKind::Rgb, Samples::U8(rgb));
    let values = (0..SIDE_PX * SIDE_PX * 3).map(|at| (at % 200) as u16);
    let raster = Raster {
        components: Some(Components {
            photometric: Photometric::YbrFull,
            values: values.collect(),
        }),
        ..raster.expect("a raster")
    };
    viewer.bring_raster(request, raster, false);
    // 3870 modulo 200.
    let wanted = [
        "Stored: 70, 71, 72",
        "R, G, B: 30, 31, 32",
        "Shown: 30, 31, 32",
    ];
    assert_eq!(names(&viewer), wanted);
    let how = viewer.viewport().probe.expect("a probe").steps[0]
        .how
        .clone();
    assert_eq!(how, "Y, Cb, Cr of 8 bits");
}

#[test]
fn components_that_cannot_be_had_cost_no_picture_and_plain_rgb_is_not_asked_for_again() {
    let mut viewer = opened_in_color(|header| header.descriptor.photometric = Photometric::YbrFull);
    viewer.press("y");
    let (request, _) = viewer.orders.pop().expect("the frame, with its components");
    viewer.send(Event::FrameFailed {
        request,
        failure: FrameFailure {
            sentence: "lost".into(),
            can_retry: true,
        },
    });
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
    assert!(viewer.orders.is_empty(), "not asked for twice");
    let mut viewer = opened_in_color(|_| {});
    viewer.press("y");
    assert!(viewer.orders.is_empty());
}
