//! Frames as they were sent: kept where a series has no room decoded, so that a reader who comes back waits for no line.

use skiagraph_core::frames::arriving::Beginning;
use skiagraph_core::session::effect::FrameOrder;
use skiagraph_core::session::event::{Command, DecodedFrame, Event};
use skiagraph_core::session::summary::ViewportState;
use skiagraph_tests::{SIDE_PX, Viewer, phantom, pixels};

const FRAME_BYTES: u64 = 2 * (SIDE_PX * SIDE_PX) as u64;

/// Answers all frames, at an eighth of their size where they are to be kept; counts what came over the line.
fn bring_all(viewer: &mut Viewer) -> usize {
    let mut n_fetched = 0;
    while let Some((request, order)) = viewer.orders.pop() {
        let held = order.beginning.as_ref();
        let is_here = held.is_some_and(|of| of.bytes.len() as u64 == of.n_bytes_total);
        n_fetched += usize::from(!is_here);
        let decoded = decoded(&order, is_here);
        viewer.send(Event::FrameDecoded { request, decoded });
    }
    n_fetched
}

fn decoded(order: &FrameOrder, is_here: bool) -> DecodedFrame {
    let n_bytes = FRAME_BYTES / 8;
    let answer = || Beginning {
        bytes: vec![0; n_bytes as usize],
        content_type: "multipart/related".to_owned(),
        n_bytes_total: n_bytes,
        validator: None,
    };
    DecodedFrame {
        raster: pixels(order),
        n_wire_bytes: if is_here { 0 } else { n_bytes },
        warnings: Vec::new(),
        is_lossy: false,
        transfer_millis: 0.0,
        level_bytes: Vec::new(),
        coded: (order.keeps_coded && !is_here).then(answer),
    }
}

#[test]
fn what_had_to_go_comes_back_without_the_line() {
    let phantom = phantom(1, 1, 3000);
    let mut viewer = Viewer::with_budget(1000 * FRAME_BYTES);
    viewer.open(1, None);
    while !viewer.fetches.is_empty() {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, &phantom);
        }
    }
    assert!(bring_all(&mut viewer) > 600);
    // Far enough for the first ones to go, and back.
    for number in [400, 1100] {
        viewer.send(Event::Command(Command::GoToImage(0, number)));
        bring_all(&mut viewer);
    }
    assert!(viewer.summary().load.frames_dropped > 100);
    viewer.send(Event::Command(Command::GoToImage(0, 250)));
    let (_, seen) = viewer
        .orders
        .iter()
        .find(|(_, order)| order.is_urgent)
        .unwrap();
    assert!(
        seen.beginning
            .as_ref()
            .is_some_and(|of| of.n_bytes_total == FRAME_BYTES / 8)
    );
    let n_before = viewer.summary().load.bytes_received;
    // But for the first picture, which came before anything was known of its series.
    assert!(bring_all(&mut viewer) <= 1);
    let load = viewer.summary().load;
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
    assert!(load.bytes_received <= n_before + FRAME_BYTES / 8);
    assert!(load.bytes_held <= load.bytes_budget, "{load:?}");
}

#[test]
fn where_all_frames_have_room_nothing_is_kept_twice() {
    let phantom = phantom(1, 1, 20);
    let mut viewer = Viewer::with_budget(1000 * FRAME_BYTES);
    viewer.open(1, None);
    while !(viewer.fetches.is_empty() && viewer.orders.is_empty()) {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, &phantom);
        }
        assert!(viewer.orders.iter().all(|(_, order)| !order.keeps_coded));
        bring_all(&mut viewer);
    }
    assert_eq!(viewer.summary().load.bytes_held, 20 * FRAME_BYTES);
}
