//! A frame on a slow line: what is seen of it before it is here, what is said of that, and what it is never taken for.

use skiagraph_core::frames::frame_store::FrameFailure;
use skiagraph_core::pixel::raster::{Raster, RasterKind};
use skiagraph_core::pixel::samples::Samples;
use skiagraph_core::scene::reference;
use skiagraph_core::session::effect::{FrameOrder, RequestId};
use skiagraph_core::session::event::{ArrivingFrame, Event};
use skiagraph_core::session::summary::{Fidelity, ViewportState};
use skiagraph_core::tool::input::Phase;
use skiagraph_tests::{Phantom, SIDE_PX, Viewer, edit, phantom, pixels};

const SIDE: usize = SIDE_PX as usize;

/// The phantom is a ramp: the low band of a symmetric wavelet keeps a ramp as it is, at every 2^`level`th pixel.
fn coarse(order: &FrameOrder, level: u8) -> Raster {
    let Samples::I16(values) = pixels(order).samples else {
        panic!("the phantom's samples have 16 bits");
    };
    let step = 1 << level;
    let rows = (0..SIDE).step_by(step);
    let kept: Vec<i16> = rows
        .flat_map(|y| (0..SIDE).step_by(step).map(move |x| (x, y)))
        .map(|(x, y)| values[y * SIDE + x])
        .collect();
    let side = SIDE_PX.div_ceil(step as u32);
    Raster::new(side, side, RasterKind::Stored, Samples::I16(kept)).expect("a raster")
}

fn bring_part(viewer: &mut Viewer, request: RequestId, n_bytes: u64, coarse: Option<(u8, Raster)>) {
    let arrived = ArrivingFrame {
        n_bytes,
        n_bytes_total: Some(190_000),
        coarse,
    };
    viewer.send(Event::FrameArriving { request, arrived });
}

/// The only frame of a study is asked for, and not here.
fn waiting(phantom: &Phantom) -> (Viewer, RequestId, FrameOrder) {
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    while viewer.orders.is_empty() {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, phantom);
        }
    }
    for (request, what) in std::mem::take(&mut viewer.fetches) {
        viewer.answer(request, &what, phantom);
    }
    let (request, order) = viewer.orders.remove(0);
    (viewer, request, order)
}

fn drawn(viewer: &Viewer) -> Vec<u8> {
    let mut rgba = vec![0; 640 * 640 * 4];
    reference::draw(&viewer.session.scene(), &mut rgba);
    rgba
}

#[test]
fn a_slow_frame_is_seen_coarse_first_and_says_so_until_it_is_exact() {
    let phantom = phantom(1, 1, 1);
    let (mut viewer, request, order) = waiting(&phantom);
    bring_part(&mut viewer, request, 9_500, None);
    let viewport = viewer.viewport();
    assert_eq!(
        (viewport.state, viewport.fidelity, &*viewport.fidelity_words),
        (
            ViewportState::Loading,
            Fidelity::Arriving,
            "Arriving, 10 of 190\u{2009}kB"
        )
    );
    bring_part(&mut viewer, request, 38_000, Some((2, coarse(&order, 2))));
    viewer.draw();
    let viewport = viewer.viewport();
    assert_eq!(
        (viewport.state, viewport.fidelity, &*viewport.fidelity_words),
        (
            ViewportState::Reduced,
            Fidelity::Reduced,
            "Reduced to 1/4, 38 of 190\u{2009}kB"
        )
    );
    let shown = viewer.session.shown();
    assert_eq!((shown[0].level, &shown[0].frame), (2, &order.frame));
    // It is not the frame: neither loaded, nor seen, nor complete.
    assert!(viewport.loaded.is_empty() && viewport.seen.is_empty());
    assert_eq!(viewer.summary().load.frames_ready, 0);
    viewer.bring(request, &order);
    viewer.draw();
    let viewport = viewer.viewport();
    assert_eq!(
        (viewport.state, viewport.fidelity, &*viewport.fidelity_words),
        (ViewportState::Shown, Fidelity::Exact, "Exact")
    );
    assert_eq!(viewer.session.shown()[0].level, 0);
    assert_eq!(
        (viewport.loaded, viewport.seen),
        (vec![[0, 1]], vec![[0, 1]])
    );
}

/// The ramp is drawn at the same places and with the same greys, whatever the level; only the outermost pixels of the frame,
/// which no coarse pixel stands for, repeat their neighbours.
#[test]
fn nothing_moves_when_the_exact_picture_takes_the_place_of_a_coarse_one() {
    for keys in [&[][..], &["r", "h"], &["v"]] {
        let phantom = phantom(1, 1, 1);
        let (mut viewer, request, order) = waiting(&phantom);
        for key in keys {
            viewer.press(key);
        }
        viewer.drag((320.0, 320.0), (330.0, 320.0));
        let mut coarse_pictures = Vec::new();
        for level in [3, 2, 1] {
            bring_part(
                &mut viewer,
                request,
                1000,
                Some((level, coarse(&order, level))),
            );
            coarse_pictures.push((level, drawn(&viewer)));
        }
        viewer.bring(request, &order);
        let exact = drawn(&viewer);
        for (level, picture) in coarse_pictures {
            let is_black = |pixel: &[u8]| pixel[..3] == [0; 3];
            let outline = |picture: &[u8]| picture.chunks(4).map(is_black).collect::<Vec<_>>();
            assert!(
                outline(&picture) == outline(&exact),
                "{keys:?}, level {level}"
            );
            let pairs = picture.iter().zip(&exact);
            let n_other = pairs.filter(|(a, b)| a.abs_diff(**b) > 1).count();
            // (2^level - 1) columns and rows of 64, and half a coarse pixel before.
            let rim = 2.0 * f64::from((1 << level) - 1 + (1 << level) / 2) / 64.0;
            let share = n_other as f64 / exact.len() as f64;
            assert!(share <= rim, "{keys:?}, level {level}: {share} differ");
        }
    }
}

#[test]
fn a_reduced_value_is_never_told() {
    let phantom = phantom(1, 1, 1);
    let (mut viewer, request, order) = waiting(&phantom);
    bring_part(&mut viewer, request, 1000, Some((1, coarse(&order, 1))));
    viewer.pointer(Phase::Move, 105.0, 205.0);
    let probe = viewer.viewport().probe.unwrap();
    assert_eq!(probe.value, "No value yet");
    assert!(probe.steps.is_empty() && probe.others.is_empty());
    assert!(probe.note.contains("reduced to 1/2"), "{}", probe.note);
    viewer.bring(request, &order);
    assert_eq!(viewer.viewport().probe.unwrap().value, "186");
}

#[test]
fn a_coarse_picture_of_another_size_or_of_a_forgotten_request_is_not_shown() {
    let phantom = phantom(1, 1, 1);
    let (mut viewer, request, order) = waiting(&phantom);
    bring_part(&mut viewer, request, 1000, Some((3, coarse(&order, 2))));
    bring_part(&mut viewer, request, 1000, Some((0, pixels(&order))));
    bring_part(
        &mut viewer,
        RequestId(9999),
        1000,
        Some((2, coarse(&order, 2))),
    );
    assert_eq!(viewer.viewport().state, ViewportState::Loading);
    assert!(viewer.session.shown().is_empty());
}

#[test]
fn a_finer_picture_takes_the_place_of_a_coarser_one_and_not_the_other_way_round() {
    let phantom = phantom(1, 1, 1);
    let (mut viewer, request, order) = waiting(&phantom);
    for (level, wanted) in [(3, 3), (1, 1), (2, 1)] {
        bring_part(
            &mut viewer,
            request,
            1000,
            Some((level, coarse(&order, level))),
        );
        assert_eq!(viewer.session.shown()[0].level, wanted);
    }
    // A cut line: what is here stays while it is tried again, and goes when it is given up.
    for n in 0..3 {
        let request = if n == 0 {
            request
        } else {
            viewer.orders.remove(0).0
        };
        assert_eq!(viewer.viewport().state, ViewportState::Reduced);
        let failure = FrameFailure {
            sentence: "The line was cut.".into(),
            can_retry: true,
        };
        viewer.send(Event::FrameFailed { request, failure });
    }
    assert_eq!(viewer.viewport().state, ViewportState::Failed);
    assert!(viewer.session.shown().is_empty());
}

#[test]
fn rule_d9_the_automatic_window_is_that_of_the_exact_image_in_the_end() {
    let mut phantom = phantom(1, 1, 1);
    edit(&mut phantom.series[0].instances[0], |header| {
        header.frames[0].voi.clear()
    });
    let exact = Viewer::opened(&phantom).window();
    let (mut viewer, request, order) = waiting(&phantom);
    bring_part(&mut viewer, request, 1000, Some((3, coarse(&order, 3))));
    let rough = viewer.window();
    assert!(rough.1 > 100.0 && rough != exact, "{rough:?}");
    viewer.bring(request, &order);
    assert_eq!(viewer.window(), exact);
}

#[test]
fn scrolling_onto_a_slow_image_shows_it_coarse_in_place_of_the_one_before() {
    let phantom = phantom(1, 1, 20);
    let mut viewer = Viewer::with_first_picture(&phantom, None);
    viewer.press("End");
    assert_eq!(viewer.viewport().state, ViewportState::Stale);
    let is_last =
        |(_, order): &&(RequestId, FrameOrder)| order.frame.instance.as_str().ends_with(".20");
    let (request, order) = viewer.orders.iter().find(is_last).cloned().unwrap();
    bring_part(&mut viewer, request, 1000, Some((2, coarse(&order, 2))));
    let viewport = viewer.viewport();
    assert_eq!(viewport.state, ViewportState::Reduced);
    assert!(viewport.marks.iter().all(|mark| mark.text != "NOT CURRENT"));
    assert_eq!(viewer.session.shown()[0].index, 19);
}
