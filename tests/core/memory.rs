//! Memory that runs out: what is dropped, what is tried again, and what the reader is told.

use skiagraph_core::session::event::{Command, Event};
use skiagraph_core::session::summary::ViewportState;
use skiagraph_tests::{Phantom, Viewer, phantom, series_uid};

/// The first frame of a study is on its way, and another is here.
fn waiting(phantom: &Phantom) -> Viewer {
    let mut viewer = Viewer::opened(phantom);
    viewer.send(Event::Command(Command::ShowSeries(0, series_uid(1, 2))));
    assert!(viewer.orders[0].1.is_urgent);
    viewer
}

/// Fault 41: "GPU out of memory: halve budgets, message".
#[test]
fn fault_41_less_of_the_graphics_memory_is_used_and_the_reader_is_told_once() {
    let mut viewer = Viewer::with_phantom(1, 4);
    for n in 1..=2 {
        viewer.send(Event::TexturesOutOfMemory);
        let told: Vec<u64> = viewer.texture_limits.iter().map(|n| n >> 20).collect();
        assert_eq!(told, vec![32; n], "halved, down to what one picture needs");
        let problems = viewer.summary().problems;
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(
            problems[0].title,
            "The memory of the graphics device is full."
        );
        assert!(
            problems[0].detail.contains("33.6\u{2009}MB"),
            "{problems:?}"
        );
    }
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
}

/// Fault 43: "wasm OOM: caches dropped, retry, then message with size".
#[test]
fn fault_43_what_is_not_seen_is_dropped_the_frame_is_tried_once_more_and_then_told_of_with_its_size()
 {
    let phantom = phantom(1, 2, 12);
    let mut viewer = waiting(&phantom);
    let before = viewer.summary().load;
    assert!(before.bytes_held > 0);
    let (request, order) = viewer.orders.remove(0);
    let n_bytes = 61_000_000;
    viewer.send(Event::FrameOutOfMemory { request, n_bytes });
    let load = viewer.summary().load;
    assert!(load.bytes_held < before.bytes_held, "{load:?}");
    assert_eq!(load.bytes_budget, before.bytes_budget / 2);
    let problems = viewer.summary().problems;
    assert_eq!(problems[0].title, "The memory of this computer is short.");
    let at = viewer
        .orders
        .iter()
        .position(|(_, again)| again.frame == order.frame);
    let (request, again) = viewer.orders.remove(at.expect("it is asked for again"));
    assert!(again.is_urgent);
    viewer.send(Event::FrameOutOfMemory { request, n_bytes });
    let viewport = viewer.viewport();
    assert_eq!(viewport.state, ViewportState::Failed);
    let words = viewport.message.unwrap_or_default();
    assert!(words.contains("it takes 61.0\u{2009}MB"), "{words}");
    assert!(
        viewer
            .orders
            .iter()
            .all(|(_, other)| other.frame != order.frame)
    );
    // The others are not affected, and the reader may try again.
    viewer.wheel(1.0);
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
    viewer.wheel(-1.0);
    viewer.send(Event::Command(Command::Retry));
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
}

#[test]
fn fault_43_the_second_try_that_finds_memory_shows_the_picture() {
    let phantom = phantom(1, 2, 12);
    let mut viewer = waiting(&phantom);
    let (request, _) = viewer.orders.remove(0);
    viewer.send(Event::FrameOutOfMemory {
        request,
        n_bytes: 1 << 30,
    });
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
    assert_eq!(viewer.viewport().loaded, [[0, 12]]);
}

#[test]
fn fault_43_frames_that_are_refused_together_are_one_shortage() {
    let phantom = phantom(1, 2, 12);
    let mut viewer = waiting(&phantom);
    let before = viewer.summary().load.bytes_budget;
    let (request, order) = viewer.orders.remove(0);
    viewer.bring(request, &order);
    let on_way: Vec<_> = viewer.orders.drain(..).collect();
    assert!(on_way.len() > 2);
    for (request, _) in on_way {
        viewer.send(Event::FrameOutOfMemory {
            request,
            n_bytes: 1 << 20,
        });
    }
    assert_eq!(viewer.summary().load.bytes_budget, before / 2);
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().loaded, [[0, 12]]);
}
