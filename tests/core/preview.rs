//! Everything coarse first, on a thin line: what comes in which order, when it is done by itself, and what is said of it.

use crate::coarse::{PART, TOTAL, begin, bring, number, thin};
use skiagraph_core::session::effect::FrameOrder;
use skiagraph_core::session::event::Event;
use skiagraph_core::session::preview::PreviewFirst;
use skiagraph_tests::{Phantom, Viewer, phantom, series_uid};

/// Two series of such slices; the second is too short to come coarse by itself.
fn study() -> Phantom {
    let mut study = thin(30);
    let mut second = phantom(1, 2, 6).series.remove(1);
    for (instance, like) in second.instances.iter_mut().zip(&study.series[0].instances) {
        instance.content = like.content.clone();
    }
    study.series.push(second);
    study
}

/// Milliseconds of a whole slice: 60 kB a second, or 19 MB.
const SLOW: f64 = 3200.0;
const QUICK: f64 = 10.0;

/// Brings and begins everything until nothing is asked any more, or all that is asked are frames whole of the first stack;
/// in which order.
fn follow(viewer: &mut Viewer, phantom: &Phantom, millis: f64) -> Vec<FrameOrder> {
    let mut came = Vec::new();
    loop {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, phantom);
        }
        let Some((request, order)) = viewer.orders.first().cloned() else {
            return came;
        };
        if order.part_bytes.is_some() {
            let millis = millis * PART as f64 / TOTAL as f64;
            viewer.send(Event::LineWorked { millis });
            begin(viewer, request, &order);
        } else {
            viewer.send(Event::LineWorked { millis });
            bring(viewer, request, &order, millis);
        }
        came.push(order);
        if viewer.streams.is_empty() {
            continue;
        }
        return came;
    }
}

fn viewer(preview_first: PreviewFirst) -> Viewer {
    let mut viewer = Viewer::with(|options| options.preview_first = preview_first);
    viewer.open(1, Some(series_uid(1, 1)));
    viewer
}

/// Whether of the first series and which number: the frames that came coarse before the rest of any.
fn coarse_first(came: &[FrameOrder]) -> Vec<(bool, u32)> {
    let before = came.iter().take_while(|order| order.beginning.is_none());
    let parts = before.filter(|order| order.part_bytes.is_some());
    let of_first = |order: &FrameOrder| order.series == series_uid(1, 1);
    parts
        .map(|order| (of_first(order), number(order)))
        .collect()
}

#[test]
fn the_reader_asks_for_everything_coarse_first_and_what_is_touched_comes_whole_then() {
    let phantom = study();
    let mut viewer = viewer(PreviewFirst::Asked);
    viewer.press("Shift+p");
    assert!(viewer.summary().is_preview_first);
    assert!(!viewer.summary().can_preview_first, "nothing is known yet");
    let came = follow(&mut viewer, &phantom, SLOW);
    let parts = coarse_first(&came);
    // All of the stack shown, then all of the other; each but what came whole before: two and one.
    let n_first = parts.iter().take_while(|(is_first, _)| *is_first).count();
    assert_eq!((n_first, parts.len()), (28, 28 + 5), "{parts:?}");
    assert!(viewer.summary().can_preview_first);
    let series = viewer.summary().series;
    assert_eq!((series[0].frames_ready, series[0].frames_coarse), (30, 0));
    assert_eq!((series[1].frames_ready, series[1].frames_coarse), (1, 5));
    viewer.press("PageDown");
    let came = follow(&mut viewer, &phantom, SLOW);
    assert!(came.iter().all(|order| order.series == series_uid(1, 2)));
    assert!(
        came.iter().all(|order| order.beginning.is_some()),
        "no byte twice"
    );
    assert_eq!(viewer.summary().series[1].frames_ready, 6);
}

#[test]
fn a_site_has_it_so_on_a_thin_line_and_the_reader_may_say_otherwise() {
    let phantom = study();
    for (millis, is_thin) in [(SLOW, true), (QUICK, false)] {
        let mut viewer = viewer(PreviewFirst::ThinLine);
        let came = follow(&mut viewer, &phantom, millis);
        let has_other = coarse_first(&came).iter().any(|(is_first, _)| !is_first);
        assert_eq!(
            (has_other, viewer.summary().is_preview_first),
            (is_thin, is_thin)
        );
        viewer.press("Shift+p");
        assert_eq!(viewer.summary().is_preview_first, !is_thin);
    }
}

#[test]
fn how_long_the_preview_takes_is_said_by_the_speed_of_this_line() {
    let phantom = study();
    let mut viewer = viewer(PreviewFirst::Always);
    while !viewer
        .orders
        .iter()
        .any(|(_, order)| order.part_bytes.is_some())
    {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, &phantom);
        }
        if let Some((request, order)) = viewer.orders.first().cloned() {
            viewer.send(Event::LineWorked { millis: SLOW });
            bring(&mut viewer, request, &order, SLOW);
        }
    }
    // 30 slices of 19024 bytes, of which the first and the one of the card came whole; the rest at 59.4 kB a second. Of the
    // other series nothing is known yet.
    let told = viewer.summary().load.to_go;
    let expected = "Preview: 39 of 571\u{2009}kB, about 9\u{2009}s";
    assert_eq!(told.as_deref(), Some(expected));
}

#[test]
fn when_the_reader_wants_it_no_more_what_was_asked_for_is_called_off() {
    let phantom = study();
    let mut viewer = viewer(PreviewFirst::Always);
    while !viewer
        .orders
        .iter()
        .any(|(_, order)| order.series == series_uid(1, 2) && order.part_bytes.is_some())
    {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, &phantom);
        }
        if let Some((request, order)) = viewer.orders.first().cloned() {
            viewer.send(Event::LineWorked { millis: SLOW });
            match order.part_bytes {
                Some(_) => begin(&mut viewer, request, &order),
                None => bring(&mut viewer, request, &order, SLOW),
            }
        }
    }
    viewer.press("Shift+p");
    let is_part = |order: &FrameOrder| order.part_bytes.is_some();
    assert!(
        !viewer
            .orders
            .iter()
            .any(|(_, order)| is_part(order) && order.series == series_uid(1, 2))
    );
    assert!(!viewer.cancelled.is_empty());
}
