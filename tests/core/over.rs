//! Overlay planes and shutters on the picture: where they are drawn, what hides and lifts them, what is said of them.

use skiagraph_core::pixel::overlay::{INK, OverlayBits, OverlayPlane};
use skiagraph_core::pixel::shutter::{Rectangle, Shutter};
use skiagraph_core::scene::reference;
use skiagraph_core::session::effect::Resource;
use skiagraph_core::session::event::{Answer, Event, Failure};
use skiagraph_core::study::instance::{Content, ImageHeader};
use skiagraph_tests::{Phantom, SIDE_PX, Viewer, phantom};
use std::sync::Arc;

const GREY: [u8; 3] = [60, 70, 80];

/// A plane of 2 x 2 pixels, all ink, its first pixel in row 5 and column 3 of the image.
fn plane(bits: OverlayBits) -> OverlayPlane {
    OverlayPlane {
        group: 0x6000,
        rows: 2,
        columns: 2,
        origin: [5, 3],
        frames: None,
        bits,
        description: "Marks".into(),
    }
}

fn packed() -> OverlayBits {
    OverlayBits::Packed(vec![0b1111].into())
}

/// Rows 11 and more, columns 21 and more stay visible.
fn shutter() -> Shutter {
    Shutter {
        rectangle: Some(Rectangle {
            left: 21,
            right: 99,
            upper: 11,
            lower: 99,
        }),
        color: GREY,
        ..Shutter::default()
    }
}

/// A phantom whose images all are changed.
fn changed(n_slices: u32, change: impl Fn(&mut ImageHeader)) -> Phantom {
    let mut phantom = phantom(1, 1, n_slices);
    let instances = phantom.series.iter_mut().flat_map(|s| &mut s.instances);
    for instance in instances {
        if let Content::Image(header) = &mut instance.content {
            change(Arc::make_mut(header));
        }
    }
    phantom
}

/// Colour in the middle of an image pixel; 10 canvas pixels show one.
fn at(viewer: &Viewer, column: u32, row: u32) -> [u8; 3] {
    let scene = viewer.session.scene();
    let mut rgba = vec![0; (scene.width_px * scene.height_px * 4) as usize];
    reference::draw(&scene, &mut rgba);
    let scale = scene.width_px / SIDE_PX;
    let (x, y) = (column * scale + scale / 2, row * scale + scale / 2);
    let at = ((y * scene.width_px + x) * 4) as usize;
    [rgba[at], rgba[at + 1], rgba[at + 2]]
}

fn ink(which: usize) -> [u8; 3] {
    [INK[which][0], INK[which][1], INK[which][2]]
}

#[test]
fn c_9_2_1_1_ink_stands_at_its_row_and_column_with_an_outline_and_the_rest_is_the_picture() {
    let bare = Viewer::opened(&phantom(1, 1, 1));
    let viewer = Viewer::opened(&changed(1, |header| header.overlays.push(plane(packed()))));
    for (column, row) in [(2, 4), (3, 4), (2, 5), (3, 5)] {
        assert_eq!(
            at(&viewer, column, row),
            ink(1),
            "column {column}, row {row}"
        );
    }
    for (column, row) in [(1, 3), (4, 3), (1, 4), (4, 6)] {
        assert_eq!(
            at(&viewer, column, row),
            ink(2),
            "column {column}, row {row}"
        );
    }
    for (column, row) in [(0, 4), (5, 5), (2, 2), (2, 7), (40, 40)] {
        assert_eq!(at(&viewer, column, row), at(&bare, column, row));
    }
}

#[test]
fn a_plane_follows_the_picture_when_it_is_flipped_and_hides_by_its_key() {
    let mut viewer = Viewer::opened(&changed(1, |header| header.overlays.push(plane(packed()))));
    viewer.press("h");
    assert_eq!(at(&viewer, SIDE_PX - 1 - 2, 4), ink(1));
    viewer.press("Shift+o");
    assert_ne!(at(&viewer, SIDE_PX - 1 - 2, 4), ink(1));
    assert!(viewer.viewport().are_planes_hidden);
    viewer.press("Shift+o");
    assert_eq!(at(&viewer, SIDE_PX - 1 - 2, 4), ink(1));
}

#[test]
fn a_plane_partly_outside_shows_its_part_inside() {
    let viewer = Viewer::opened(&changed(1, |header| {
        header.overlays.push(OverlayPlane {
            origin: [0, 64],
            ..plane(packed())
        });
    }));
    assert_eq!(at(&viewer, 63, 0), ink(1));
    assert_eq!(at(&viewer, 62, 1), ink(2));
}

#[test]
fn a_line_one_pixel_wide_is_still_there_when_the_picture_is_reduced_eight_times() {
    let mut viewer = Viewer::opened(&changed(1, |header| {
        header.overlays.push(OverlayPlane {
            rows: 64,
            columns: 1,
            origin: [1, 14],
            bits: OverlayBits::Packed(vec![0xFF; 8].into()),
            ..plane(packed())
        });
    }));
    viewer.send(Event::Resized(skiagraph_core::state::state::CanvasSize {
        width_px: 8,
        height_px: 8,
        device_pixel_ratio: 1.0,
    }));
    let scene = viewer.session.scene();
    let mut rgba = vec![0; 8 * 8 * 4];
    reference::draw(&scene, &mut rgba);
    let row: Vec<bool> = rgba.chunks(4).take(8).map(|p| p[..3] == ink(1)).collect();
    assert_eq!(row, [false, true, false, false, false, false, false, false]);
}

#[test]
fn c_7_6_11_the_shutter_covers_says_so_and_lifts() {
    let phantom = changed(1, |header| {
        header.frames[0].shutter = Some(Arc::new(shutter()));
    });
    let mut viewer = Viewer::opened(&phantom);
    assert_eq!([at(&viewer, 19, 30), at(&viewer, 30, 9)], [GREY; 2]);
    assert_ne!(at(&viewer, 20, 10), GREY);
    assert!(viewer.mark_texts().contains(&"SHUTTER ON".to_owned()));
    viewer.press("Shift+c");
    assert_ne!(at(&viewer, 19, 30), GREY);
    assert!(viewer.mark_texts().contains(&"SHUTTER LIFTED".to_owned()));
    assert!(!viewer.mark_texts().contains(&"SHUTTER ON".to_owned()));
}

#[test]
fn c_7_6_11_the_shutter_keeps_its_value_when_the_picture_is_inverted() {
    let mut viewer = Viewer::opened(&changed(1, |header| {
        header.frames[0].shutter = Some(Arc::new(shutter()));
    }));
    viewer.press("i");
    assert_eq!(at(&viewer, 5, 5), GREY);
}

#[test]
fn c_7_6_15_a_bitmap_shutter_covers_with_its_overlay_group_which_is_then_no_graphics() {
    let viewer = Viewer::opened(&changed(1, |header| {
        header.overlays.push(plane(packed()));
        header.frames[0].shutter = Some(Arc::new(Shutter {
            bitmap: Some(0x6000),
            color: GREY,
            ..Shutter::default()
        }));
    }));
    assert_eq!([at(&viewer, 2, 4), at(&viewer, 3, 5)], [GREY; 2]);
    assert_ne!(at(&viewer, 1, 4), ink(2));
}

#[test]
fn bits_that_the_archive_keeps_apart_are_asked_for_once_and_drawn_when_they_come() {
    let phantom = changed(2, |header| {
        header
            .overlays
            .push(plane(OverlayBits::Elsewhere("/bulk/1".into())));
    });
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    while let Some(at) = viewer
        .fetches
        .iter()
        .position(|(_, what)| !matches!(what, Resource::OverlayData(_)))
    {
        let (request, what) = viewer.fetches.remove(at);
        viewer.answer(request, &what, &phantom);
    }
    for (request, order) in std::mem::take(&mut viewer.orders) {
        viewer.bring(request, &order);
    }
    assert!(viewer.mark_texts().contains(&"GRAPHICS MISSING".to_owned()));
    let asked = std::mem::take(&mut viewer.fetches);
    let [(request, Resource::OverlayData(uri))] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    assert_eq!(uri, "/bulk/1");
    viewer.send(Event::Answered {
        request: *request,
        answer: Answer::OverlayData(vec![0b1111]),
        warnings: Vec::new(),
    });
    assert_eq!(at(&viewer, 2, 4), ink(1));
    assert!(!viewer.mark_texts().contains(&"GRAPHICS MISSING".to_owned()));
    viewer.press("ArrowDown");
    assert!(
        viewer.fetches.is_empty(),
        "the second image has the same address"
    );
}

#[test]
fn bits_that_cannot_be_had_are_named_on_the_picture_and_asked_for_no_more() {
    let phantom = changed(1, |header| {
        header
            .overlays
            .push(plane(OverlayBits::Elsewhere("/bulk/1".into())));
    });
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    while let Some((request, what)) = viewer.fetches.pop() {
        if matches!(what, Resource::OverlayData(_)) {
            let failure = Failure::Status {
                code: 404,
                retry_after_seconds: None,
            };
            viewer.send(Event::RequestFailed { request, failure });
        } else {
            viewer.answer(request, &what, &phantom);
        }
    }
    for (request, order) in std::mem::take(&mut viewer.orders) {
        viewer.bring(request, &order);
    }
    assert!(viewer.mark_texts().contains(&"GRAPHICS MISSING".to_owned()));
    assert!(viewer.fetches.is_empty() && viewer.summary().problems.is_empty());
}
