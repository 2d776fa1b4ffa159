//! Late, lost, repeated and superseded answers; what is asked for and in which order.

use skiagraph_core::frames::frame_store::FrameFailure;
use skiagraph_core::session::effect::{Mark, Resource};
use skiagraph_core::session::event::{Answer, Command, Event, Failure};
use skiagraph_core::session::summary::ViewportState;
use skiagraph_tests::{SIDE_PX, Viewer, phantom, series_uid};

#[test]
fn a_link_with_a_series_asks_for_one_instance_first_and_then_for_picture_and_metadata_together() {
    let mut viewer = Viewer::default();
    let phantom = phantom(1, 1, 300);
    viewer.open(1, Some(series_uid(1, 1)));
    let (request, first) = viewer.fetches.remove(0);
    assert!(matches!(first, Resource::FirstInstance(..)), "{first:?}");
    viewer.answer(request, &first, &phantom);
    assert_eq!(viewer.orders.len(), 1, "the first picture is on its way");
    assert!(
        viewer
            .fetches
            .iter()
            .any(|(_, what)| matches!(what, Resource::SeriesMetadata(..)))
    );
    let (request, order) = viewer.orders.remove(0);
    viewer.bring(request, &order);
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
}

#[test]
fn marks_tell_when_the_order_is_known_and_when_the_series_is_complete() {
    let viewer = Viewer::with_phantom(1, 12);
    assert_eq!(
        viewer.marks,
        [
            Mark::MetadataReady { frames: 12 },
            Mark::SeriesComplete { frames: 12 }
        ]
    );
    assert_eq!(viewer.viewport().loaded, [[0, 12]]);
}

#[test]
fn rule_d39_answers_for_study_a_that_come_after_b_was_opened_are_dropped_in_any_order() {
    for late_first in [true, false] {
        let (a, b) = (phantom(1, 1, 4), phantom(2, 1, 4));
        let mut viewer = Viewer::default();
        viewer.open(1, None);
        let (request, list) = viewer.fetches.remove(0);
        viewer.answer(request, &list, &a);
        let late_fetches = std::mem::take(&mut viewer.fetches);
        viewer.open(2, None);
        if !late_first {
            viewer.answer_all(&b);
        }
        for (request, what) in &late_fetches {
            viewer.answer(*request, what, &a);
        }
        viewer.answer_all(&b);
        let name = &viewer.session.overlays()[0].top_left[0];
        assert_eq!(name, "Phantom, 2");
        let shown = viewer.session.shown();
        assert!(
            shown
                .iter()
                .all(|shown| shown.frame.instance.as_str().starts_with("2.25.2.")),
            "{shown:?}"
        );
    }
}

#[test]
fn rule_d39_an_instance_of_another_patient_is_not_drawn_and_says_so() {
    let mut phantom = phantom(1, 1, 4);
    phantom.series[0].instances[2].patient_id.0 = "SOMEBODY ELSE".into();
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().count, 3);
    let marks = viewer.viewport().marks;
    assert!(
        marks
            .iter()
            .any(|mark| mark.text == "1 IMAGES OF ANOTHER PATIENT NOT SHOWN"),
        "{marks:?}"
    );
}

#[test]
fn fault_1_the_old_picture_stays_marked_while_the_next_is_on_its_way() {
    let mut viewer = Viewer::with_first_picture(&phantom(1, 1, 40), None);
    viewer.press("End");
    let viewport = viewer.viewport();
    assert_eq!((viewport.index, viewport.state), (39, ViewportState::Stale));
    assert!(viewport.marks.iter().any(|mark| mark.text == "NOT CURRENT"));
    // Newest wins: the frame that is waited for is on its way although the line was full.
    assert!(
        viewer
            .orders
            .iter()
            .any(|(_, order)| order.is_urgent && order.frame.instance.as_str().ends_with(".40"))
    );
}

#[test]
fn fault_18_an_unreadable_frame_says_why_and_its_neighbors_are_unaffected() {
    let mut viewer = Viewer::default();
    let phantom = phantom(1, 1, 3);
    viewer.open(1, None);
    while !viewer.fetches.is_empty() || !viewer.orders.is_empty() {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, &phantom);
        }
        for (request, order) in std::mem::take(&mut viewer.orders) {
            if order.frame.instance.as_str().ends_with(".2") {
                let sentence = "It holds 100 bytes of pixels, 8192 are needed.".into();
                viewer.send(Event::FrameFailed {
                    request,
                    failure: FrameFailure {
                        sentence,
                        can_retry: false,
                    },
                });
            } else {
                viewer.bring(request, &order);
            }
        }
    }
    viewer.wheel(1.0);
    let viewport = viewer.viewport();
    assert_eq!(viewport.state, ViewportState::Failed);
    assert_eq!(
        viewport.message.as_deref(),
        Some("Image 2 of 3 cannot be shown. It holds 100 bytes of pixels, 8192 are needed.")
    );
    assert!(
        viewer.session.shown().is_empty(),
        "no old picture under a new number"
    );
    viewer.wheel(1.0);
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
}

#[test]
fn fault_10_a_login_page_in_place_of_data_is_named_and_retry_asks_again() {
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    let (request, _) = viewer.fetches.remove(0);
    viewer.send(Event::RequestFailed {
        request,
        failure: Failure::NotDicomJson { is_html: true },
    });
    assert_eq!(
        viewer.summary().problems[0].title,
        "Unexpected answer: a web page in place of data."
    );
    viewer.send(Event::Command(Command::Retry));
    assert!(viewer.summary().problems.is_empty());
    viewer.answer_all(&phantom(1, 1, 2));
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
}

#[test]
fn an_unknown_study_and_an_empty_one_are_told_apart() {
    let mut viewer = Viewer::default();
    for (found, title) in [
        (Vec::new(), "The archive has no study with this number."),
        (vec![phantom(1, 0, 0).study], "This study has no images."),
    ] {
        viewer.send(Event::Command(Command::CloseStudy));
        viewer.open(1, None);
        let (request, _) = viewer.fetches.remove(0);
        viewer.send(Event::Answered {
            request,
            answer: Answer::Series(Vec::new()),
            warnings: Vec::new(),
        });
        let (request, what) = viewer.fetches.remove(0);
        assert!(matches!(what, Resource::Study(_)));
        viewer.send(Event::Answered {
            request,
            answer: Answer::Studies(found),
            warnings: Vec::new(),
        });
        assert_eq!(viewer.summary().problems[0].title, title);
    }
}

#[test]
fn the_same_link_again_asks_for_nothing_and_loses_nothing() {
    let mut viewer = Viewer::with_phantom(2, 3);
    viewer.wheel(1.0);
    viewer.open(1, None);
    assert!(viewer.fetches.is_empty() && viewer.orders.is_empty());
    assert_eq!(viewer.viewport().index, 1);
}

/// Bytes of one frame of the phantom, as it is held.
const FRAME_BYTES: u64 = 2 * (SIDE_PX * SIDE_PX) as u64;

#[test]
fn a_series_three_times_the_budget_is_held_around_the_reader_and_nothing_is_fetched_in_circles() {
    let phantom = phantom(1, 1, 3000);
    let mut viewer = Viewer::with_budget(1000 * FRAME_BYTES);
    viewer.open(1, None);
    // Ends: what was dropped is not asked for again while the reader stays.
    viewer.answer_all(&phantom);
    let load = viewer.summary().load;
    assert_eq!((load.frames_ready, load.frames_dropped), (901, 0));
    assert_eq!(viewer.viewport().loaded, [[0, 900], [1500, 1501]]);
    for (number, around) in [(2951, [2100, 3000]), (1001, [400, 1300]), (1, [0, 900])] {
        viewer.send(Event::Command(Command::GoToImage(0, number)));
        let first = viewer.orders.first().map(|(_, order)| order.is_urgent);
        assert_ne!(first, Some(false), "what is seen goes before all others");
        viewer.answer_all(&phantom);
        assert_eq!(viewer.viewport().state, ViewportState::Shown);
        let loaded = viewer.viewport().loaded;
        let is_there = |[from, to]: &[usize; 2]| *from <= around[0] && around[1] <= *to;
        assert!(loaded.iter().any(is_there), "{number}: {loaded:?}");
        let load = viewer.summary().load;
        assert!(load.bytes_held <= load.bytes_budget, "{number}: {load:?}");
    }
    assert!(viewer.summary().load.frames_dropped > 900);
}

#[test]
fn what_was_held_of_a_series_makes_room_for_the_next_one() {
    let phantom = phantom(1, 3, 400);
    let mut viewer = Viewer::with_budget(500 * FRAME_BYTES);
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    for n in [2, 3, 1] {
        viewer.send(Event::Command(Command::ShowSeries(0, series_uid(1, n))));
        viewer.answer_all(&phantom);
        assert_eq!(viewer.summary().load.frames_ready, 400, "series {n}");
    }
}

#[test]
fn studies_one_after_the_other_leave_nothing_behind() {
    let mut viewer = Viewer::default();
    for n in 1..=20 {
        viewer.open(n, None);
        viewer.answer_all(&phantom(n, 2, 30));
        let load = viewer.summary().load;
        assert_eq!(
            (load.frames_ready, load.bytes_held),
            (30, 31 * FRAME_BYTES),
            "study {n}"
        );
    }
}

/// Fault 44: "tab hidden: pause prefetch"; a link opened in a tab behind has its picture when somebody looks at it.
#[test]
fn fault_44_a_page_that_nobody_sees_brings_its_picture_and_nothing_ahead_until_it_is_seen() {
    let phantom = phantom(1, 2, 12);
    let mut viewer = Viewer::default();
    viewer.send(Event::Command(Command::SetHidden(true)));
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    let viewport = viewer.viewport();
    assert_eq!(
        (viewport.state, viewport.loaded),
        (ViewportState::Shown, vec![[0, 1]])
    );
    viewer.send(Event::Command(Command::SetHidden(false)));
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().loaded, [[0, 12]]);
}
