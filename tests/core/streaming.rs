//! A series in one answer: what is asked for together, what alone, and what becomes of an answer that does not come.

use skiagraph_core::session::effect::{Mark, Resource};
use skiagraph_core::session::event::Event;
use skiagraph_core::session::summary::ViewportState;
use skiagraph_tests::{Phantom, Viewer, phantom, series_uid};

fn shown(phantom: &Phantom) -> Viewer {
    Viewer::with_first_picture(phantom, Some(series_uid(1, 1)))
}

#[test]
fn the_rest_of_a_long_series_is_asked_for_in_one_answer_after_the_first_picture() {
    let phantom = phantom(1, 1, 100);
    let mut viewer = Viewer::default();
    viewer.open(1, Some(series_uid(1, 1)));
    viewer.answer_until_shown(&phantom);
    assert!(
        viewer.streams.is_empty(),
        "the order of the series is not known"
    );
    for (request, what) in std::mem::take(&mut viewer.fetches) {
        assert!(!matches!(what, Resource::SeriesMetadata(..)) || viewer.streams.is_empty());
        viewer.answer(request, &what, &phantom);
    }
    let (request, orders) = viewer.streams.remove(0);
    // The frame that is shown, and those few that were on their way by then.
    assert!(orders.len() >= 93, "{}", orders.len());
    assert!(
        viewer
            .orders
            .iter()
            .all(|(_, alone)| orders.iter().all(|order| order.frame != alone.frame))
    );
    for order in &orders {
        viewer.bring_streamed(request, order);
    }
    viewer.send(Event::StreamEnded { request });
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().loaded, [[0, 100]]);
    assert!(viewer.marks.contains(&Mark::SeriesComplete { frames: 100 }));
}

#[test]
fn short_series_come_frame_by_frame() {
    let viewer = shown(&phantom(1, 1, 20));
    assert!(viewer.streams.is_empty());
    assert_eq!(viewer.orders.len(), 6);
}

#[test]
fn what_the_reader_goes_to_is_asked_for_alone_and_not_taken_twice() {
    let mut viewer = shown(&phantom(1, 1, 100));
    let (request, orders) = viewer.streams[0].clone();
    viewer.press("End");
    let last = orders
        .iter()
        .find(|order| order.frame.instance.as_str().ends_with(".100"));
    let last = last.unwrap().clone();
    let alone = viewer
        .orders
        .iter()
        .find(|(_, order)| order.frame == last.frame)
        .unwrap()
        .clone();
    assert!(alone.1.is_urgent);
    viewer.bring_streamed(request, &last);
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
    assert!(
        viewer.cancelled.contains(&alone.0),
        "what came in the stream need not come alone"
    );
    viewer.bring(alone.0, &alone.1);
    viewer.bring_streamed(request, &last);
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
}

#[test]
fn what_a_cut_answer_did_not_bring_is_asked_for_alone() {
    let phantom = phantom(1, 1, 60);
    let mut viewer = shown(&phantom);
    let (request, orders) = viewer.streams.remove(0);
    for order in orders.iter().take(30) {
        viewer.bring_streamed(request, order);
    }
    viewer.send(Event::StreamEnded { request });
    assert!(
        viewer.streams.is_empty(),
        "it is not asked for in this way again"
    );
    assert!(!viewer.orders.is_empty());
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().loaded, [[0, 60]]);
}

#[test]
fn an_archive_whose_answer_brings_nothing_is_asked_frame_by_frame_from_then_on() {
    let phantom = phantom(1, 2, 60);
    let mut viewer = shown(&phantom);
    let (request, _) = viewer.streams.remove(0);
    viewer.send(Event::StreamEnded { request });
    viewer.answer_all(&phantom);
    viewer.press("PageDown");
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().series, Some(series_uid(1, 2)));
    assert_eq!(viewer.viewport().loaded, [[0, 60]]);
    assert!(viewer.streams.is_empty());
}

#[test]
fn a_stream_that_nobody_sees_any_more_ends() {
    let phantom = phantom(1, 2, 60);
    let mut viewer = shown(&phantom);
    let (request, _) = viewer.streams[0].clone();
    viewer.press("PageDown");
    assert!(viewer.cancelled.contains(&request));
}
