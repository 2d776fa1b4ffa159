//! What comes before anybody looks at it: in which order, when not at all, and what gives way when the reader moves.

use skiagraph_core::session::effect::{FrameOrder, RequestId};
use skiagraph_core::session::event::{ArrivingFrame, Command, Event};
use skiagraph_core::session::summary::ViewportState;
use skiagraph_tests::{Phantom, SIDE_PX, Viewer, phantom, series_uid};

/// Bytes of one frame of the phantom, as it is held.
const FRAME_BYTES: u64 = 2 * (SIDE_PX * SIDE_PX) as u64;

/// A study of series of these lengths.
fn study(lengths: &[usize]) -> Phantom {
    let longest = lengths.iter().max().copied().unwrap_or_default();
    let mut phantom = phantom(1, lengths.len() as u32, longest as u32);
    for (series, &n) in phantom.series.iter_mut().zip(lengths) {
        series.instances.truncate(n);
        series.n_instances = Some(n as u32);
    }
    phantom
}

/// Answers and brings everything over a line on which each frame takes so many milliseconds; in which order the series
/// were complete.
fn bring_all(viewer: &mut Viewer, phantom: &Phantom, frame_millis: f64) -> Vec<usize> {
    let mut complete = Vec::new();
    while !(viewer.fetches.is_empty() && viewer.orders.is_empty() && viewer.streams.is_empty()) {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, phantom);
        }
        if let Some((request, order)) = next(viewer) {
            viewer.send(Event::LineWorked {
                millis: frame_millis,
            });
            viewer.bring(request, &order);
        }
        for (request, orders) in std::mem::take(&mut viewer.streams) {
            for order in &orders {
                viewer.send(Event::LineWorked {
                    millis: frame_millis,
                });
                viewer.bring_streamed(request, order);
            }
            viewer.send(Event::StreamEnded { request });
        }
        let series = viewer.summary().series.into_iter();
        for (series, n) in series.zip(1..) {
            if series.frames_ready == series.count && !complete.contains(&n) {
                complete.push(n);
            }
        }
    }
    complete
}

fn next(viewer: &mut Viewer) -> Option<(RequestId, FrameOrder)> {
    (!viewer.orders.is_empty()).then(|| viewer.orders.remove(0))
}

fn ready(viewer: &Viewer) -> Vec<usize> {
    let series = viewer.summary().series.into_iter();
    series.map(|series| series.frames_ready).collect()
}

/// 8 kB a millisecond.
const QUICK: f64 = 1.0;
/// 8 kB in a tenth of a second: 82 kB a second.
const THIN: f64 = 100.0;

#[test]
fn after_the_series_shown_comes_the_next_card_and_then_the_small_ones() {
    let phantom = study(&[12, 8, 16, 20, 5]);
    let mut viewer = Viewer::default();
    viewer.open(1, Some(series_uid(1, 2)));
    assert_eq!(bring_all(&mut viewer, &phantom, QUICK), [2, 3, 5, 1, 4]);
}

#[test]
fn a_thin_line_is_kept_for_what_the_reader_looks_at() {
    let phantom = study(&[12, 8]);
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    bring_all(&mut viewer, &phantom, THIN);
    // Of the other series the picture of its card.
    assert_eq!(ready(&viewer), [12, 1]);
    viewer.press("PageDown");
    bring_all(&mut viewer, &phantom, THIN);
    assert_eq!(ready(&viewer), [12, 8]);
}

#[test]
fn a_page_that_nobody_sees_asks_for_no_other_series() {
    let phantom = study(&[6, 8]);
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    while viewer.viewport().loaded != [[0, 6]] {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, &phantom);
        }
        if let Some((request, order)) = next(&mut viewer) {
            viewer.send(Event::LineWorked { millis: QUICK });
            viewer.bring(request, &order);
        }
    }
    viewer.send(Event::Command(Command::SetHidden(true)));
    bring_all(&mut viewer, &phantom, QUICK);
    let n_hidden = ready(&viewer)[1];
    assert!(n_hidden < 8, "{n_hidden} came of those on their way");
    viewer.send(Event::Command(Command::SetHidden(false)));
    bring_all(&mut viewer, &phantom, QUICK);
    assert_eq!(ready(&viewer), [6, 8]);
}

#[test]
fn what_nobody_sees_takes_what_the_budget_leaves_and_nothing_is_fetched_in_circles() {
    let phantom = study(&[40, 40, 40, 10]);
    let mut viewer = Viewer::with_budget(100 * FRAME_BYTES);
    viewer.open(1, None);
    // Ends.
    bring_all(&mut viewer, &phantom, QUICK);
    let load = viewer.summary().load;
    assert_eq!((load.frames_ready, load.frames_dropped), (40, 0));
    let ready = ready(&viewer);
    // 90 frames are the room for what is ahead; and the pictures of the cards.
    assert_eq!((ready[1], ready[3]), (40, 10), "{ready:?}");
    assert!(ready.iter().sum::<usize>() <= 100, "{ready:?}");
    // The reader goes where less is: what is seen has the room.
    viewer.send(Event::Command(Command::ShowSeries(0, series_uid(1, 3))));
    bring_all(&mut viewer, &phantom, QUICK);
    assert_eq!(viewer.viewport().loaded, [[0, 40]]);
    let load = viewer.summary().load;
    assert!(load.bytes_held <= load.bytes_budget);
}

/// A study of which the first series is here, and frames of the second are on their way.
fn with_next_on_its_way(phantom: &Phantom) -> Viewer {
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    let is_next = |viewer: &Viewer| {
        let of_second = |order: &FrameOrder| order.series == series_uid(1, 2);
        let n = viewer.orders.iter().filter(|(_, one)| of_second(one));
        let in_one = viewer.streams.iter().any(|(_, all)| of_second(&all[0]));
        in_one || n.count() == 6
    };
    for _ in 0..1000 {
        if is_next(&viewer) && viewer.fetches.is_empty() {
            return viewer;
        }
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, phantom);
        }
        if is_next(&viewer) {
            continue;
        }
        viewer.send(Event::LineWorked { millis: QUICK });
        if let Some((request, order)) = next(&mut viewer) {
            viewer.bring(request, &order);
        }
        for (request, orders) in std::mem::take(&mut viewer.streams) {
            for order in &orders {
                viewer.bring_streamed(request, order);
            }
            viewer.send(Event::StreamEnded { request });
        }
    }
    panic!("the next series is not asked for");
}

#[test]
fn when_the_reader_moves_what_nobody_sees_is_given_up_at_once() {
    let phantom = study(&[4, 12, 12]);
    let mut viewer = with_next_on_its_way(&phantom);
    let ahead: Vec<RequestId> = viewer.orders.iter().map(|(request, _)| *request).collect();
    viewer.send(Event::Command(Command::ShowSeries(0, series_uid(1, 3))));
    assert!(ahead.iter().all(|one| viewer.cancelled.contains(one)));
    let (_, first) = &viewer.orders[0];
    assert!(first.is_urgent && first.series == series_uid(1, 3));
    let others = &viewer.orders[1..];
    assert!(others.iter().all(|(_, one)| one.series == series_uid(1, 3)));
    bring_all(&mut viewer, &phantom, QUICK);
    assert_eq!(ready(&viewer), [4, 12, 12]);
}

#[test]
fn a_long_series_comes_ahead_in_one_answer_which_goes_on_when_the_reader_gets_there() {
    let phantom = study(&[4, 60, 60]);
    let mut viewer = with_next_on_its_way(&phantom);
    let (request, orders) = viewer.streams[0].clone();
    viewer.press("PageDown");
    assert!(!viewer.cancelled.contains(&request));
    let mut alone = viewer.orders.iter();
    assert!(
        alone.any(|(_, order)| order.is_urgent && order.series == series_uid(1, 2)),
        "the first picture comes alone"
    );
    for order in &orders {
        viewer.bring_streamed(request, order);
    }
    viewer.send(Event::StreamEnded { request });
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
}

#[test]
fn an_answer_for_a_series_that_the_reader_passes_by_ends() {
    let phantom = study(&[4, 60, 60]);
    let mut viewer = with_next_on_its_way(&phantom);
    let (request, _) = viewer.streams[0].clone();
    viewer.send(Event::Command(Command::ShowSeries(0, series_uid(1, 3))));
    assert!(viewer.cancelled.contains(&request));
    bring_all(&mut viewer, &phantom, QUICK);
    assert_eq!(ready(&viewer), [4, 60, 60]);
}

#[test]
fn frames_asked_for_in_one_answer_are_named_from_the_one_shown_outward() {
    let phantom = phantom(1, 1, 60);
    let mut viewer = Viewer::with_first_picture(&phantom, Some(series_uid(1, 1)));
    let (_, orders) = viewer.streams.remove(0);
    let number = |order: &FrameOrder| -> u32 {
        let uid = order.frame.instance.as_str();
        let (_, n) = uid.rsplit_once('.').expect("a number");
        n.parse().expect("a number")
    };
    // Slices 1 to 6 and the card's came alone; the stack begins at its first.
    let numbers: Vec<u32> = orders.iter().map(number).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
}

/// Fault 14: "slow server 1 frame/10 s: visible frame first; ETA; cancel works".
#[test]
fn fault_14_a_slow_server_sends_what_is_seen_first_the_page_says_how_long_and_it_can_be_called_off()
{
    let phantom = phantom(1, 1, 20);
    let mut viewer = Viewer::default();
    viewer.open(1, Some(series_uid(1, 1)));
    while viewer.orders.is_empty() {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, &phantom);
        }
    }
    let (request, order) = viewer.orders.remove(0);
    assert!(order.is_urgent);
    let arriving = |n_bytes| Event::FrameArriving {
        request,
        arrived: ArrivingFrame {
            n_bytes,
            n_bytes_total: Some(FRAME_BYTES),
            coarse: None,
        },
    };
    for (request, what) in std::mem::take(&mut viewer.fetches) {
        viewer.send(arriving(FRAME_BYTES / 4));
        viewer.answer(request, &what, &phantom);
    }
    // 8 kB in 10 s: it has the line for itself.
    for quarter in 1..4 {
        viewer.send(Event::LineWorked { millis: 2500.0 });
        viewer.send(arriving(quarter * FRAME_BYTES / 4));
        assert!(viewer.orders.is_empty(), "nothing besides: {quarter}");
    }
    viewer.send(Event::LineWorked { millis: 2500.0 });
    viewer.bring(request, &order);
    // 19 frames of 8192 bytes at 819 bytes a second.
    let told = viewer.summary().load.to_go;
    let expected = "9 of 164\u{2009}kB, about 4\u{2009}min";
    assert_eq!(told.as_deref(), Some(expected));
    let on_way: Vec<RequestId> = viewer.orders.iter().map(|(request, _)| *request).collect();
    viewer.press("End");
    let (_, first) = viewer
        .orders
        .iter()
        .find(|(_, one)| one.is_urgent)
        .expect("the last");
    assert!(first.frame.instance.as_str().ends_with(".20"));
    assert!(on_way.iter().any(|one| viewer.cancelled.contains(one)));
    viewer.send(Event::Command(Command::CloseStudy));
    assert!(viewer.orders.is_empty(), "all of it is called off");
    assert_eq!(viewer.summary().load.to_go, None);
}

#[test]
fn what_is_there_in_a_moment_is_not_told_of() {
    let phantom = phantom(1, 1, 20);
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    bring_all(&mut viewer, &phantom, QUICK);
    assert_eq!(viewer.summary().load.to_go, None);
    assert!(viewer.summary().load.bytes_per_second > 1e6);
}
