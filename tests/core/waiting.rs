//! A busy archive: asked again when it says, by itself and not without end (standards 2.5; 5.2, fault 6).

use skiagraph_core::frames::frame_store::FrameFailure;
use skiagraph_core::session::effect::{RequestId, Resource, WakeId};
use skiagraph_core::session::event::{Command, Event, Failure};
use skiagraph_core::session::summary::ViewportState;
use skiagraph_tests::{Viewer, phantom};

fn busy(retry_after_seconds: Option<u32>) -> Failure {
    Failure::Status {
        code: 503,
        retry_after_seconds,
    }
}

fn refuse(viewer: &mut Viewer, request: RequestId, retry_after_seconds: Option<u32>) {
    let failure = busy(retry_after_seconds);
    viewer.send(Event::RequestFailed { request, failure });
}

/// The one wait that was asked for last.
fn last_wake(viewer: &Viewer) -> (WakeId, u32) {
    *viewer.wakes.last().expect("a wait")
}

#[test]
fn fault_6_a_request_is_sent_again_after_the_time_the_archive_names_and_not_before() {
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    let (request, _) = viewer.fetches.remove(0);
    refuse(&mut viewer, request, Some(7));
    assert!(viewer.fetches.is_empty(), "nothing is asked meanwhile");
    assert!(viewer.summary().problems.is_empty());
    assert_eq!(
        viewer.summary().waiting.as_deref(),
        Some(
            "The archive is busy and asks to wait 7\u{2009}s. It is asked again by itself; your place is kept."
        )
    );
    let (wake, seconds) = last_wake(&viewer);
    assert_eq!(seconds, 7);
    viewer.send(Event::Woken(wake));
    assert_eq!(viewer.summary().waiting, None);
    assert!(matches!(viewer.fetches[..], [(_, Resource::SeriesList(_))]));
    viewer.answer_all(&phantom(1, 1, 3));
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
}

#[test]
fn fault_6_refused_frames_are_no_failures_and_six_refusals_are_one_wait() {
    let mut viewer = Viewer::default();
    let phantom = phantom(1, 1, 20);
    viewer.open(1, None);
    viewer.answer_until_shown(&phantom);
    for (request, what) in std::mem::take(&mut viewer.fetches) {
        viewer.answer(request, &what, &phantom);
    }
    let refused = std::mem::take(&mut viewer.orders);
    assert_eq!(refused.len(), 6);
    for (request, _) in &refused {
        viewer.send(Event::FrameRefused {
            request: *request,
            retry_after_seconds: Some(3),
        });
    }
    assert_eq!(viewer.wakes.len(), 1);
    viewer.press("End");
    assert!(
        viewer.orders.is_empty(),
        "the reader's hand asks for nothing either"
    );
    assert_eq!(viewer.viewport().state, ViewportState::Stale);
    let (wake, _) = last_wake(&viewer);
    viewer.send(Event::Woken(wake));
    let (_, first) = &viewer.orders[0];
    assert!(first.is_urgent && first.frame.instance.as_str().ends_with(".20"));
    viewer.answer_all(&phantom);
    assert_eq!(viewer.summary().load.frames_failed, 0);
    assert_eq!(viewer.viewport().loaded, [[0, 20]]);
}

#[test]
fn a_longer_wait_takes_the_place_of_a_shorter_one_and_what_is_asked_meanwhile_is_kept() {
    let mut viewer = Viewer::default();
    viewer.send(Event::Command(Command::SearchStudies(Default::default())));
    let (request, _) = viewer.fetches.remove(0);
    viewer.open(1, None);
    let (second, _) = viewer.fetches.remove(0);
    refuse(&mut viewer, request, Some(2));
    refuse(&mut viewer, second, Some(30));
    let [(early, 2), (late, 30)] = viewer.wakes[..] else {
        panic!("{:?}", viewer.wakes);
    };
    viewer.send(Event::Command(Command::OpenAccession(
        "main".into(),
        "A1".into(),
    )));
    viewer.send(Event::Woken(early));
    assert!(viewer.fetches.is_empty(), "the archive asked for 30 s");
    viewer.send(Event::Woken(late));
    assert_eq!(viewer.fetches.len(), 3, "{:?}", viewer.fetches);
}

#[test]
fn what_was_left_meanwhile_is_not_asked_for() {
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    let (request, _) = viewer.fetches.remove(0);
    refuse(&mut viewer, request, Some(5));
    viewer.send(Event::Command(Command::CloseStudy));
    let (wake, _) = last_wake(&viewer);
    viewer.send(Event::Woken(wake));
    assert!(viewer.fetches.is_empty());
}

#[test]
fn an_archive_that_names_no_time_is_asked_after_1_2_4_8_and_16_s_and_then_the_reader_decides() {
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    for _ in 0..5 {
        let (request, _) = viewer.fetches.remove(0);
        refuse(&mut viewer, request, None);
        let (wake, _) = last_wake(&viewer);
        viewer.send(Event::Woken(wake));
    }
    let seconds: Vec<u32> = viewer.wakes.iter().map(|&(_, seconds)| seconds).collect();
    assert_eq!(seconds, [1, 2, 4, 8, 16]);
    let (request, _) = viewer.fetches.remove(0);
    refuse(&mut viewer, request, None);
    assert_eq!(viewer.wakes.len(), 5);
    assert_eq!(viewer.summary().problems[0].title, "The archive is busy.");
    viewer.send(Event::Command(Command::Retry));
    viewer.answer_all(&phantom(1, 1, 2));
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
}

#[test]
fn a_wait_of_an_hour_is_told_and_left_to_the_reader() {
    let mut viewer = Viewer::default();
    let phantom = phantom(1, 1, 4);
    viewer.open(1, None);
    while viewer.orders.is_empty() {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, &phantom);
        }
    }
    let (request, _) = viewer.orders.remove(0);
    viewer.send(Event::FrameRefused {
        request,
        retry_after_seconds: Some(3600),
    });
    assert!(viewer.wakes.is_empty());
    let problem = viewer.summary().problems.remove(0);
    assert_eq!(
        problem.detail,
        "It asks to wait 60\u{2009}min. What is here stays; press Retry then."
    );
    assert_eq!(
        viewer.viewport().message.as_deref(),
        Some("The archive is busy; the image comes when it answers again.")
    );
    viewer.send(Event::Command(Command::Retry));
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
}

/// The line goes: every frame on its way is lost.
fn cut(viewer: &mut Viewer) {
    for (request, _) in std::mem::take(&mut viewer.orders) {
        viewer.send(Event::FrameUnreachable { request });
    }
}

/// Fault 1: "auto-retry 1/2/4/8 s with jitter" (the page adds the jitter); the old picture stays.
#[test]
fn fault_1_a_cut_line_is_tried_again_after_1_2_4_and_8_s_and_then_the_loading_goes_on_where_it_was()
{
    let phantom = phantom(1, 1, 20);
    let mut viewer = Viewer::with_first_picture(&phantom, None);
    for _ in 0..4 {
        cut(&mut viewer);
        assert!(viewer.orders.is_empty(), "nothing is asked for meanwhile");
        let (wake, _) = last_wake(&viewer);
        viewer.send(Event::Woken(wake));
        assert!(!viewer.orders.is_empty());
    }
    let seconds: Vec<u32> = viewer.wakes.iter().map(|&(_, seconds)| seconds).collect();
    assert_eq!(seconds, [1, 2, 4, 8]);
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
    viewer.answer_all(&phantom);
    let load = viewer.summary().load;
    assert_eq!((load.frames_ready, load.frames_failed), (20, 0));
    assert!(viewer.summary().problems.is_empty());
}

#[test]
fn fault_1_the_page_says_that_the_line_is_cut_and_a_long_outage_is_told_once_and_ends_with_retry() {
    let phantom = phantom(1, 1, 20);
    let mut viewer = Viewer::with_first_picture(&phantom, None);
    cut(&mut viewer);
    assert_eq!(
        viewer.summary().waiting.as_deref(),
        Some(
            "The line to the archive is cut. It is tried again in 1\u{2009}s by itself; your place is kept."
        )
    );
    for _ in 0..5 {
        let (wake, _) = last_wake(&viewer);
        viewer.send(Event::Woken(wake));
        cut(&mut viewer);
    }
    let titles: Vec<String> = viewer
        .summary()
        .problems
        .into_iter()
        .map(|p| p.title)
        .collect();
    assert_eq!(titles, ["The line to the archive stays cut."]);
    assert_eq!(
        viewer.summary().load.frames_failed,
        0,
        "no frame is to blame"
    );
    viewer.send(Event::Command(Command::Retry));
    viewer.answer_all(&phantom);
    assert_eq!(viewer.summary().load.frames_ready, 20);
    assert!(viewer.summary().problems.is_empty());
}

/// Fault 8: one answer that always ends too early, while others come whole: "refetch; after 3: frame marked unreadable".
#[test]
fn fault_8_an_answer_that_is_cut_three_times_is_unreadable_and_the_others_come() {
    let phantom = phantom(1, 1, 8);
    let mut viewer = Viewer::with_first_picture(&phantom, None);
    let bad = viewer.orders[2].1.frame.clone();
    let mut n_cut = 0;
    while viewer.summary().load.frames_ready + n_cut / 3 < 8 {
        for (request, order) in std::mem::take(&mut viewer.orders) {
            if order.frame == bad {
                n_cut += 1;
                let sentence = "The answer ended too early.".to_owned();
                let failure = FrameFailure {
                    sentence,
                    can_retry: true,
                };
                viewer.send(Event::FrameFailed { request, failure });
            } else {
                viewer.bring(request, &order);
            }
        }
        assert!(n_cut <= 3, "asked for without end");
    }
    let load = viewer.summary().load;
    assert_eq!((n_cut, load.frames_ready, load.frames_failed), (3, 7, 1));
}
