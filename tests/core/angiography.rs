//! Mask subtraction as a reader meets it (PS3.3 C.7.6.10): a switch, a difference, and what is said where it cannot be.

use skiagraph_core::frames::frame_store::FrameFailure;
use skiagraph_core::pixel::subtraction::{Mask, MaskOperation};
use skiagraph_core::scene::reference;
use skiagraph_core::session::event::Event;
use skiagraph_core::session::summary::ViewportState;
use skiagraph_core::study::instance::{Content, FrameHeader};
use skiagraph_core::tool::input::Phase;
use skiagraph_tests::{Phantom, Viewer, phantom};
use std::sync::Arc;

const MASK: Mask = Mask {
    operation: MaskOperation::Average,
    frame_ranges: Vec::new(),
    frames: Vec::new(),
    n_contrast: 1,
    shift_px: [0.0; 2],
};

/// A run of five frames in one instance; frame 1 is the mask of frames 2 to 4.
fn run(mask: Mask) -> Phantom {
    let mut phantom = phantom(1, 1, 1);
    let instance = &mut phantom.series[0].instances[0];
    if let Content::Image(header) = &mut instance.content {
        let header = Arc::make_mut(header);
        header.n_frames = 5;
        header.frames[0] = FrameHeader {
            plane: None,
            ..header.frames[0].clone()
        };
        header.masks = vec![mask];
    }
    phantom
}

fn avg_sub() -> Mask {
    Mask {
        frame_ranges: vec![[2, 4]],
        frames: vec![1],
        ..MASK
    }
}

/// The phantom's pixels, 100 higher from frame to frame.
fn bring(viewer: &mut Viewer) {
    for (request, order) in std::mem::take(&mut viewer.orders) {
        let mut raster = skiagraph_tests::pixels(&order);
        if let skiagraph_core::pixel::samples::Samples::I16(values) = &mut raster.samples {
            let step = 100 * order.frame.frame.0 as i16;
            values.iter_mut().for_each(|value| *value += step);
        }
        viewer.bring_raster(request, raster, false);
    }
}

fn opened(phantom: &Phantom) -> Viewer {
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    while !viewer.fetches.is_empty() || !viewer.orders.is_empty() {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, phantom);
        }
        bring(&mut viewer);
    }
    viewer
}

fn probe(viewer: &mut Viewer) -> (String, String) {
    viewer.pointer(Phase::Move, 105.0, 205.0);
    let probe = viewer.viewport().probe.expect("a value");
    (probe.value, probe.unit)
}

#[test]
fn c_7_6_10_the_difference_is_shown_named_and_read_by_the_probe_and_the_switch_goes_back() {
    let mut viewer = opened(&run(avg_sub()));
    viewer.press("ArrowDown");
    viewer.press("ArrowDown");
    assert!(viewer.viewport().can_subtract);
    let before = viewer.window();
    viewer.press("Shift+d");
    let shown = viewer.viewport();
    assert!(shown.is_subtracting && shown.state == ViewportState::Shown);
    assert!(viewer.mark_texts().contains(&"SUBTRACTED".to_owned()));
    // Frame 3 lies 200 above the mask everywhere.
    assert_eq!(probe(&mut viewer), ("200".into(), "difference".into()));
    assert!(viewer.viewport().window.unwrap().is_auto);
    viewer.press("Shift+d");
    assert_eq!(viewer.window(), before);
    assert!(!viewer.mark_texts().contains(&"SUBTRACTED".to_owned()));
}

#[test]
fn c_7_6_10_outside_the_applicable_frames_nothing_is_subtracted_and_nothing_says_so() {
    let mut viewer = opened(&run(avg_sub()));
    assert!(
        !viewer.viewport().can_subtract,
        "frame 1 is the mask itself"
    );
    viewer.press("Shift+d");
    assert!(!viewer.viewport().is_subtracting);
    viewer.press("ArrowDown");
    viewer.press("Shift+d");
    viewer.press("End");
    let last = viewer.viewport();
    assert!(!last.is_subtracting && !last.can_subtract);
    assert_eq!(probe(&mut viewer).1, "HU");
}

#[test]
fn the_window_of_a_difference_drags_like_any_other() {
    let mut viewer = opened(&run(avg_sub()));
    viewer.press("ArrowDown");
    viewer.press("Shift+d");
    viewer.drag((100.0, 100.0), (300.0, 100.0));
    let window = viewer.viewport().window.unwrap();
    assert!(!window.is_auto && window.width > 1.0);
    viewer.press("ArrowDown");
    assert_eq!(viewer.window(), (window.center, window.width));
}

/// "TID Offset: specifies the offset to be subtracted from the current frame number in order to locate the mask frame."
#[test]
fn c_7_6_10_a_time_interval_difference_has_a_mask_for_each_frame_but_those_that_lie_too_early() {
    let mut viewer = opened(&run(Mask {
        operation: MaskOperation::TimeInterval { offset: 2 },
        ..MASK
    }));
    assert!(!viewer.viewport().can_subtract, "frame -1 is no frame");
    viewer.press("End");
    viewer.press("Shift+d");
    assert!(viewer.viewport().is_subtracting);
    // Each frame lies 100 above the one before.
    assert_eq!(probe(&mut viewer), ("200".into(), "difference".into()));
    viewer.press("ArrowUp");
    assert_eq!(probe(&mut viewer), ("200".into(), "difference".into()));
}

/// "Specifies the number of contrast frames to average together before performing the mask operation."
#[test]
fn c_7_6_10_contrast_frames_are_averaged_from_the_shown_one_on() {
    let mut viewer = opened(&run(Mask {
        n_contrast: 3,
        ..avg_sub()
    }));
    viewer.press("ArrowDown");
    viewer.press("Shift+d");
    // Frames 2, 3 and 4 lie 100, 200 and 300 above the mask.
    assert_eq!(probe(&mut viewer), ("200".into(), "difference".into()));
    viewer.press("ArrowDown");
    assert_eq!(probe(&mut viewer), ("300".into(), "difference".into()));
    viewer.press("ArrowDown");
    assert!(!viewer.viewport().is_subtracting, "frame 6 is no frame");
}

#[test]
fn without_its_mask_the_picture_is_black_and_says_why() {
    let phantom = run(avg_sub());
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    while !viewer.fetches.is_empty() || !viewer.orders.is_empty() {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, &phantom);
        }
        let orders = std::mem::take(&mut viewer.orders);
        let (mask, others): (Vec<_>, Vec<_>) = orders
            .into_iter()
            .partition(|(_, order)| order.frame.frame.0 == 0);
        viewer.orders = others;
        bring(&mut viewer);
        for (request, _) in mask {
            let failure = FrameFailure {
                sentence: "The file is damaged.".into(),
                can_retry: false,
            };
            viewer.send(Event::FrameFailed { request, failure });
        }
    }
    viewer.press("ArrowDown");
    viewer.press("Shift+d");
    assert!(viewer.mark_texts().contains(&"NO MASK".to_owned()));
    let scene = viewer.session.scene();
    let mut rgba = vec![0; (scene.width_px * scene.height_px * 4) as usize];
    reference::draw(&scene, &mut rgba);
    assert!(rgba.chunks(4).all(|pixel| pixel == [0, 0, 0, 255]));
}
