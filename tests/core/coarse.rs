//! A whole stack on a thin line: coarse first, by byte ranges, where the archive sends them; as before where it does not.

use skiagraph_core::frames::arriving::Beginning;
use skiagraph_core::frames::frame_store::FrameFailure;
use skiagraph_core::pixel::raster::{Raster, RasterKind};
use skiagraph_core::pixel::samples::Samples;
use skiagraph_core::session::effect::{FrameOrder, Mark, RequestId};
use skiagraph_core::session::event::{ArrivingFrame, DecodedFrame, Event};
use skiagraph_core::session::summary::ViewportState;
use skiagraph_tests::{Phantom, Viewer, edit, phantom, series_uid};

/// The slice in the middle, which the card of the series shows.
const CARD: u32 = 51;
/// Bytes of an answer, and of its first part.
pub(crate) const TOTAL: u64 = 190_000;
pub(crate) const PART: u64 = 16_000 + 2_000 + 1024;

/// Side of the slices, pixels: half of it is enough to recognise something.
const SIDE: u32 = 256;

fn blank(side: u32) -> Raster {
    let samples = Samples::I16(vec![1000; (side * side) as usize]);
    Raster::new(side, side, RasterKind::Stored, samples).expect("a raster")
}

/// Slices of 256 x 256.
pub(crate) fn thin(n: u32) -> Phantom {
    let mut phantom = phantom(1, 1, n);
    for instance in &mut phantom.series[0].instances {
        edit(instance, |header| {
            (header.descriptor.rows, header.descriptor.columns) = (SIDE, SIDE);
        });
    }
    phantom
}

/// Brings a frame whole, in so many milliseconds.
pub(crate) fn bring(
    viewer: &mut Viewer,
    request: RequestId,
    order: &FrameOrder,
    transfer_millis: f64,
) {
    viewer.orders.retain(|(known, _)| *known != request);
    let is_telling = order.tells_levels;
    viewer.send(Event::FrameDecoded {
        request,
        decoded: DecodedFrame {
            raster: blank(SIDE),
            n_wire_bytes: TOTAL,
            warnings: Vec::new(),
            is_lossy: false,
            transfer_millis,
            level_bytes: if is_telling {
                vec![TOTAL, 16_000, 5_000]
            } else {
                Vec::new()
            },
            coded: None,
        },
    });
}

fn bring_all(viewer: &mut Viewer) {
    while !(viewer.orders.is_empty() && viewer.streams.is_empty()) {
        while let Some((request, order)) = viewer.orders.first().cloned() {
            bring(viewer, request, &order, 500.0);
        }
        for (request, orders) in std::mem::take(&mut viewer.streams) {
            for order in orders {
                let decoded = DecodedFrame {
                    raster: blank(SIDE),
                    n_wire_bytes: TOTAL,
                    warnings: Vec::new(),
                    is_lossy: false,
                    transfer_millis: 0.0,
                    level_bytes: Vec::new(),
                    coded: None,
                };
                let frame = order.frame;
                viewer.send(Event::FrameStreamed {
                    request,
                    frame,
                    decoded,
                });
            }
            viewer.send(Event::StreamEnded { request });
        }
    }
}

/// The first picture is shown, and came in so many milliseconds.
pub(crate) fn shown(phantom: &Phantom, millis: f64) -> Viewer {
    let mut viewer = Viewer::default();
    viewer.open(1, Some(series_uid(1, 1)));
    while viewer.orders.is_empty() {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, phantom);
        }
    }
    let (request, order) = viewer.orders.remove(0);
    bring(&mut viewer, request, &order, millis);
    for (request, what) in std::mem::take(&mut viewer.fetches) {
        viewer.answer(request, &what, phantom);
    }
    // The picture of the card.
    let is_card = |(_, order): &(RequestId, FrameOrder)| number(order) == CARD;
    if let Some(at) = viewer.orders.iter().position(is_card) {
        let (request, order) = viewer.orders.remove(at);
        assert_eq!(order.part_bytes, None);
        bring(&mut viewer, request, &order, millis);
    }
    viewer
}

pub(crate) fn begin(viewer: &mut Viewer, request: RequestId, order: &FrameOrder) {
    let n_bytes = order.part_bytes.expect("a part");
    viewer.orders.retain(|(known, _)| *known != request);
    viewer.send(Event::FrameBegun {
        request,
        arrived: ArrivingFrame {
            n_bytes,
            n_bytes_total: Some(TOTAL),
            coarse: Some((1, blank(SIDE / 2))),
        },
        beginning: Beginning {
            bytes: vec![7; n_bytes as usize],
            content_type: "multipart/related; boundary=x".into(),
            n_bytes_total: TOTAL,
            validator: None,
        },
    });
}

pub(crate) fn number(order: &FrameOrder) -> u32 {
    let uid = order.frame.instance.as_str();
    uid.rsplit('.')
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or_default()
}

#[test]
fn on_a_thin_line_every_slice_is_seen_coarse_before_the_rest_of_any_is_asked_for() {
    let phantom = thin(100);
    // 190 kB in 0.5 s: 50 s for the stack.
    let mut viewer = shown(&phantom, 500.0);
    assert!(viewer.streams.is_empty(), "not all of it in one answer");
    // One is asked first, whether the archive sends ranges.
    assert_eq!(viewer.orders.len(), 1);
    let (request, order) = viewer.orders[0].clone();
    assert_eq!((order.part_bytes, number(&order)), (Some(PART), 2));
    begin(&mut viewer, request, &order);
    assert_eq!(viewer.orders.len(), 6);
    let mut order_of_parts = vec![2];
    while let Some((request, order)) = viewer.orders.first().cloned()
        && order.part_bytes.is_some()
    {
        order_of_parts.push(number(&order));
        begin(&mut viewer, request, &order);
    }
    assert_eq!(
        order_of_parts,
        (2..=100).filter(|n| *n != CARD).collect::<Vec<_>>(),
        "outward from the reader, each once"
    );
    assert!(viewer.marks.contains(&Mark::SeriesCoarse { frames: 100 }));
    assert!(!viewer.marks.contains(&Mark::SeriesComplete { frames: 100 }));
    let viewport = viewer.viewport();
    assert_eq!(
        (viewport.loaded, viewport.coarse),
        (vec![[0, 1], [50, 51]], vec![[1, 50], [51, 100]])
    );
    // Then the rest, and of what is here nothing twice.
    assert_eq!(viewer.orders.len(), 6);
    assert!(viewer.orders.iter().all(|(_, order)| {
        let known = order
            .beginning
            .as_ref()
            .map(|known| known.bytes.len() as u64);
        order.part_bytes.is_none() && known == Some(PART)
    }));
    assert!(viewer.streams.is_empty());
    bring_all(&mut viewer);
    assert_eq!(viewer.viewport().loaded, [[0, 100]]);
    assert!(viewer.viewport().coarse.is_empty());
    assert!(viewer.marks.contains(&Mark::SeriesComplete { frames: 100 }));
}

#[test]
fn the_reader_s_own_slice_comes_whole_before_any_other_part() {
    let mut viewer = shown(&thin(100), 500.0);
    let (request, order) = viewer.orders[0].clone();
    begin(&mut viewer, request, &order);
    viewer.press("End");
    let is_last = |(_, order): &&(RequestId, FrameOrder)| number(order) == 100;
    let (_, last) = viewer.orders.iter().find(is_last).unwrap();
    assert!(last.is_urgent && last.part_bytes.is_none());
    // A slice that is here coarse is seen at once, and its rest comes first.
    viewer.press("Home");
    viewer.wheel(1.0);
    assert_eq!(viewer.viewport().state, ViewportState::Reduced);
    let is_second = |(_, order): &&(RequestId, FrameOrder)| number(order) == 2;
    let (_, second) = viewer.orders.iter().find(is_second).unwrap();
    assert!(second.is_urgent && second.beginning.is_some());
}

#[test]
fn an_archive_that_ignores_ranges_is_asked_for_parts_once_and_streams_then() {
    let phantom = thin(100);
    let mut viewer = shown(&phantom, 500.0);
    let (request, order) = viewer.orders.remove(0);
    assert!(order.part_bytes.is_some());
    // It sent all of it.
    bring(&mut viewer, request, &order, 500.0);
    assert_eq!(viewer.streams.len(), 1);
    assert!(
        viewer
            .orders
            .iter()
            .all(|(_, order)| order.part_bytes.is_none())
    );
    bring_all(&mut viewer);
    assert_eq!(viewer.viewport().loaded, [[0, 100]]);
}

#[test]
fn a_part_that_cannot_be_had_is_no_failure_of_the_frame() {
    let phantom = thin(100);
    let mut viewer = shown(&phantom, 500.0);
    let (request, order) = viewer.orders[0].clone();
    begin(&mut viewer, request, &order);
    while let Some((request, order)) = viewer.orders.first().cloned()
        && order.part_bytes.is_some()
    {
        viewer.orders.remove(0);
        let failure = FrameFailure {
            sentence: "The line was cut.".into(),
            can_retry: false,
        };
        viewer.send(Event::FrameFailed { request, failure });
    }
    bring_all(&mut viewer);
    assert_eq!(viewer.viewport().loaded, [[0, 100]]);
    assert_eq!(viewer.summary().load.frames_failed, 0);
}

#[test]
fn on_a_quick_line_nothing_is_asked_for_in_parts() {
    let viewer = shown(&thin(100), 20.0);
    assert_eq!(viewer.streams.len(), 1);
    assert!(
        viewer
            .orders
            .iter()
            .all(|(_, order)| order.part_bytes.is_none())
    );
}

#[test]
fn while_the_reader_waits_for_a_slow_frame_nothing_else_begins() {
    let phantom = phantom(1, 1, 20);
    let mut viewer = Viewer::default();
    viewer.open(1, Some(series_uid(1, 1)));
    while viewer.orders.is_empty() {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, &phantom);
        }
    }
    let (first, order) = viewer.orders.remove(0);
    let arrived = ArrivingFrame {
        n_bytes: 10_000,
        n_bytes_total: Some(TOTAL),
        coarse: None,
    };
    viewer.send(Event::FrameArriving {
        request: first,
        arrived,
    });
    for (request, what) in std::mem::take(&mut viewer.fetches) {
        viewer.answer(request, &what, &phantom);
    }
    assert!(viewer.orders.is_empty(), "{:?}", viewer.orders);
    viewer.bring(first, &order);
    assert!(!viewer.orders.is_empty());
}
