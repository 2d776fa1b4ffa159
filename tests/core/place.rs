//! The reader's place: a link that leads back to it, and what was seen on the way.

use skiagraph_core::pixel::voi::{Voi, VoiChoice, VoiFunction, WindowLevel};
use skiagraph_core::session::event::{Command, Event, Link};
use skiagraph_core::session::notice::Notice;
use skiagraph_core::session::summary::ViewportState;
use skiagraph_core::study::instance::{Content, FrameHeader};
use skiagraph_core::uid::FrameIndex;
use skiagraph_core::viewport::layout::Layout;
use skiagraph_tests::{Phantom, Viewer, edit, phantom, series_uid};

/// Another page at this link, with everything answered.
fn opened_at(link: Link, phantom: &Phantom) -> Viewer {
    let mut viewer = Viewer::default();
    viewer.send(Event::Command(Command::OpenStudy(link)));
    viewer.answer_all(phantom);
    viewer
}

fn link(viewer: &Viewer) -> Link {
    viewer.summary().link.expect("a link")
}

/// The picture of another page at the link is the same, byte for byte.
fn leads_back(viewer: &Viewer, phantom: &Phantom) -> Viewer {
    let other = opened_at(link(viewer), phantom);
    let picture = |viewer: &Viewer| {
        let scene = viewer.session.scene();
        let mut rgba = vec![0; (scene.width_px * scene.height_px * 4) as usize];
        skiagraph_core::scene::reference::draw(&scene, &mut rgba);
        rgba
    };
    assert!(picture(viewer) == picture(&other), "another picture");
    assert_eq!(link(viewer), link(&other));
    assert_eq!(viewer.viewport().window, other.viewport().window);
    assert_eq!(viewer.viewport().index, other.viewport().index);
    other
}

#[test]
fn design_2_a_link_brings_series_image_and_window_back() {
    let phantom = phantom(1, 3, 20);
    let mut viewer = Viewer::opened(&phantom);
    leads_back(&viewer, &phantom);
    assert_eq!(link(&viewer).window, None, "the image's own window");
    viewer.send(Event::Command(Command::ShowSeries(0, series_uid(1, 2))));
    viewer.answer_all(&phantom);
    viewer.press("End");
    viewer.press("ArrowUp");
    viewer.drag((300.0, 300.0), (331.0, 317.0));
    let now = link(&viewer);
    assert_eq!(now.series, Some(series_uid(1, 2)));
    assert_eq!(now.instance.as_ref().unwrap().as_str(), "2.25.1.2.19");
    assert_eq!((now.frame, now.window), (None, Some(viewer.window())));
    leads_back(&viewer, &phantom);
}

#[test]
fn a_window_of_the_header_or_a_preset_comes_back_by_its_name() {
    let phantom = phantom(1, 1, 3);
    for key in ["9", "3"] {
        let mut viewer = Viewer::opened(&phantom);
        viewer.press(key);
        let name = viewer.viewport().window.unwrap().name;
        assert!(!name.is_empty());
        assert!(link(&viewer).window.is_some());
        leads_back(&viewer, &phantom);
    }
}

#[test]
fn c_11_2_1_3_a_sigmoid_window_comes_back_as_one() {
    let mut phantom = phantom(1, 1, 2);
    for instance in &mut phantom.series[0].instances {
        edit(instance, |header| {
            header.frames[0].voi = vec![VoiChoice {
                name: String::new(),
                voi: Voi::Window(
                    WindowLevel {
                        center: 100.0,
                        width: 900.0,
                    },
                    VoiFunction::Sigmoid,
                ),
            }];
        });
    }
    let mut viewer = Viewer::opened(&phantom);
    viewer.drag((300.0, 300.0), (260.0, 300.0));
    leads_back(&viewer, &phantom);
}

#[test]
fn a_frame_of_a_multi_frame_image_is_named_by_its_number() {
    let mut phantom = phantom(1, 1, 1);
    edit(&mut phantom.series[0].instances[0], |header| {
        header.n_frames = 8;
        let frame: FrameHeader = header.frames[0].clone();
        header.frames = vec![frame; 8];
    });
    let mut viewer = Viewer::opened(&phantom);
    viewer.wheel(5.0);
    viewer.answer_all(&phantom);
    assert_eq!(link(&viewer).frame, Some(FrameIndex(5)));
    leads_back(&viewer, &phantom);
}

#[test]
fn a_link_into_the_open_study_goes_there_and_asks_for_nothing_anew() {
    let phantom = phantom(1, 2, 10);
    let mut viewer = Viewer::opened(&phantom);
    viewer.press("End");
    let end = link(&viewer);
    viewer.press("Home");
    viewer.send(Event::Command(Command::OpenStudy(end.clone())));
    assert_eq!(viewer.viewport().index, 9);
    assert!(viewer.fetches.is_empty() && viewer.orders.is_empty());
    // The study without a place is where the reader is.
    viewer.open(1, None);
    assert_eq!(link(&viewer), end);
    let other = Link {
        series: Some(series_uid(1, 2)),
        instance: None,
        window: Some((40.0, 100.0)),
        ..end
    };
    viewer.send(Event::Command(Command::OpenStudy(other)));
    viewer.answer_all(&phantom);
    let viewport = viewer.viewport();
    assert_eq!(
        (viewport.series, viewport.index),
        (Some(series_uid(1, 2)), 0)
    );
    assert_eq!(viewer.window(), (40.0, 100.0));
}

#[test]
fn while_nothing_has_come_the_place_is_that_of_the_link() {
    let mut viewer = Viewer::opened(&phantom(1, 2, 10));
    viewer.press("End");
    let place = link(&viewer);
    let mut other = Viewer::default();
    other.send(Event::Command(Command::OpenStudy(place.clone())));
    assert_eq!(link(&other), place);
}

#[test]
fn a_link_to_a_report_opens_it_and_not_the_images_beside_it() {
    let mut phantom = phantom(1, 2, 2);
    let report = &mut phantom.series[1];
    report.modality = "SR".into();
    for instance in &mut report.instances {
        instance.sop_class = "1.2.840.10008.5.1.4.1.1.88.11".into();
        instance.content = Content::NotAnImage;
    }
    let second = report.instances[1].uid.clone();
    for (instance, opened) in [(None, "2.25.1.2.1"), (Some(second), "2.25.1.2.2")] {
        let mut viewer = Viewer::default();
        let link = Link {
            series: Some(series_uid(1, 2)),
            instance,
            frame: None,
            window: None,
            ..Viewer::link(1)
        };
        viewer.send(Event::Command(Command::OpenStudy(link.clone())));
        let mut asked = Vec::new();
        while !viewer.fetches.is_empty() {
            for (request, what) in std::mem::take(&mut viewer.fetches) {
                viewer.answer(request, &what, &phantom);
                asked.append(&mut viewer.notices);
            }
        }
        let reports: Vec<&str> = asked
            .iter()
            .filter_map(|notice| match notice {
                Notice::RequestReport(instance, _) => Some(instance.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(reports, [opened]);
        let viewport = viewer.viewport();
        assert_eq!(viewport.series, Some(series_uid(1, 2)));
        assert_eq!(
            (viewport.state, viewport.objects.len()),
            (ViewportState::Failed, 2)
        );
        assert_eq!(viewer.summary().link, Some(link));
    }
}

#[test]
fn seen_is_what_was_drawn_and_not_what_the_wheel_flew_over() {
    let phantom = phantom(1, 2, 20);
    let mut viewer = Viewer::opened(&phantom);
    assert_eq!(viewer.viewport().seen, [[0; 2]; 0]);
    viewer.draw();
    assert_eq!(viewer.viewport().seen, [[0, 1]]);
    // Three steps before the next animation frame: the slices between were never on the canvas.
    for _ in 0..3 {
        viewer.wheel(1.0);
    }
    viewer.draw();
    viewer.wheel(1.0);
    viewer.draw();
    assert_eq!(viewer.viewport().seen, [[0, 1], [3, 5]]);
    // Another series and back: what was seen stays seen; another study knows nothing of it.
    viewer.send(Event::Command(Command::ShowSeries(0, series_uid(1, 2))));
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().seen, [[0; 2]; 0]);
    viewer.draw();
    viewer.send(Event::Command(Command::ShowSeries(0, series_uid(1, 1))));
    assert_eq!(viewer.viewport().seen, [[0, 1], [3, 5]]);
    viewer.send(Event::Command(Command::CloseStudy));
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().seen, [[0; 2]; 0]);
}

#[test]
fn a_slice_that_is_waited_for_is_not_seen() {
    let mut viewer = Viewer::with_first_picture(&phantom(1, 1, 40), None);
    viewer.press("End");
    viewer.draw();
    let viewport = viewer.viewport();
    assert_eq!(viewport.state, ViewportState::Stale);
    assert!(
        viewport.seen.iter().all(|&[_, end]| end < 40),
        "{:?}",
        viewport.seen
    );
}

/// Row N2: a deep link carries study, series, instance, frame, window and layout.
#[test]
fn a_link_carries_the_grid_and_the_rest_of_it_is_filled_with_the_next_series() {
    let phantom = phantom(1, 3, 4);
    let mut viewer = Viewer::opened(&phantom);
    assert_eq!(link(&viewer).layout, None);
    viewer.press("d");
    let grid = viewer.summary().layout;
    assert_eq!(link(&viewer).layout, Some(grid));
    viewer.press("End");
    let place = link(&viewer);
    let other = opened_at(place.clone(), &phantom);
    let shown = |viewer: &Viewer| -> Vec<_> {
        let viewports = viewer.summary().viewports.into_iter();
        viewports.map(|v| (v.series, v.index)).collect()
    };
    assert_eq!(other.summary().layout, grid);
    assert_eq!(shown(&other), shown(&viewer));
    // Back to one, by the address, in the page that is open.
    let mut viewer = other;
    viewer.send(Event::Command(Command::SetLayout(Layout {
        rows: 1,
        columns: 1,
    })));
    viewer.send(Event::Command(Command::OpenStudy(place)));
    assert_eq!(viewer.summary().layout, grid);
}
