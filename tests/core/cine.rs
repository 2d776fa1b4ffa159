//! Playing on a clock that the test holds (rule D37).

use skiagraph_core::session::event::{Command, Event};
use skiagraph_core::session::summary::ViewportState;
use skiagraph_core::study::cine::{CineTiming, FrameTimes};
use skiagraph_tests::{Viewer, edit, phantom, series_uid};

/// A viewer with one film of `n` frames open and complete.
fn film(n: u32, cine: CineTiming) -> Viewer {
    let mut phantom = phantom(1, 1, 1);
    edit(&mut phantom.series[0].instances[0], |header| {
        header.n_frames = n;
        header.cine = cine.clone();
        header.frames[0].plane = None;
    });
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().count, n as usize);
    viewer
}

fn uniform(millis: f64) -> CineTiming {
    CineTiming {
        times: Some(FrameTimes::Uniform(millis)),
        ..CineTiming::default()
    }
}

fn tick(viewer: &mut Viewer, now_millis: f64) -> usize {
    viewer.send(Event::Tick { now_millis });
    viewer.viewport().index
}

/// What is shown at each tenth of a second.
fn ticks(viewer: &mut Viewer, tenths: std::ops::Range<u32>) -> Vec<usize> {
    let millis = tenths.map(|k| 100.0 * f64::from(k));
    millis.map(|now| tick(viewer, now)).collect()
}

#[test]
fn c_7_6_5_a_film_runs_at_its_own_times_and_not_at_a_fixed_rate() {
    let starts = [0.0, 100.0, 120.0, 500.0];
    let mut viewer = film(
        4,
        CineTiming {
            times: Some(FrameTimes::Starts(starts.to_vec().into())),
            ..CineTiming::default()
        },
    );
    assert!((viewer.viewport().frames_per_second - 6.0).abs() < 1e-9);
    viewer.press(" ");
    let seen: Vec<usize> = [
        7000.0, 7099.0, 7100.0, 7120.0, 7499.0, 7500.0, 7666.0, 7667.0,
    ]
    .map(|now| tick(&mut viewer, now))
    .to_vec();
    assert_eq!(seen, [0, 0, 1, 2, 2, 3, 3, 0]);
}

#[test]
fn rule_d37_the_rate_that_is_reached_is_told_and_a_slow_screen_drops_frames() {
    for (screen_millis, expected) in [(1000.0 / 60.0, 25.0), (200.0, 5.0)] {
        let mut viewer = film(50, uniform(40.0));
        viewer.press(" ");
        assert_eq!(viewer.viewport().shown_per_second, None);
        let mut now = 0.0;
        while now <= 4000.0 {
            let index = tick(&mut viewer, now);
            assert_eq!(
                index,
                ((now + 1e-6) / 40.0) as usize % 50,
                "time does not slip"
            );
            now += screen_millis;
        }
        let shown = viewer.viewport().shown_per_second.unwrap();
        assert!((shown - expected).abs() < 1.0, "{shown} for {expected}");
        viewer.press(" ");
        assert_eq!(viewer.viewport().shown_per_second, None);
        assert!(!viewer.viewport().is_playing);
    }
}

#[test]
fn preferred_playback_sequencing_and_trims_are_kept() {
    let mut viewer = film(
        10,
        CineTiming {
            is_sweep: true,
            trim: Some([2, 4]),
            ..uniform(100.0)
        },
    );
    viewer.press(" ");
    let seen: Vec<usize> = (0..7)
        .map(|k| tick(&mut viewer, 50.0 + 100.0 * f64::from(k)))
        .collect();
    // It stood at the first frame, outside of the trims: what is played begins at the start trim.
    assert_eq!(seen, [0, 3, 4, 3, 2, 3, 4]);
}

#[test]
fn a_reader_plays_a_stack_forth_and_back_and_round_again() {
    let mut viewer = film(4, uniform(100.0));
    viewer.press("Shift+ ");
    assert!(viewer.viewport().is_sweeping);
    viewer.press(" ");
    let seen = ticks(&mut viewer, 0..8);
    assert_eq!(seen, [0, 1, 2, 3, 2, 1, 0, 1]);
    viewer.press("Shift+ ");
    let seen = ticks(&mut viewer, 8..13);
    assert_eq!(seen, [1, 2, 3, 0, 1]);
}

#[test]
fn c_7_6_5_a_film_that_wants_sweeping_is_played_round_where_the_reader_wants_it() {
    let mut viewer = film(
        3,
        CineTiming {
            is_sweep: true,
            ..uniform(100.0)
        },
    );
    assert!(viewer.viewport().is_sweeping);
    viewer.press("Shift+ ");
    viewer.press(" ");
    let seen = ticks(&mut viewer, 0..5);
    assert_eq!(seen, [0, 1, 2, 0, 1]);
}

#[test]
fn speed_is_the_readers_and_a_step_by_hand_goes_on_from_there() {
    let mut viewer = film(100, uniform(40.0));
    viewer.press("Shift+ArrowRight");
    assert!((viewer.viewport().frames_per_second - 31.25).abs() < 1e-9);
    viewer.press("Shift+ArrowLeft");
    viewer.press(" ");
    tick(&mut viewer, 0.0);
    assert_eq!(tick(&mut viewer, 400.0), 10);
    viewer.send(Event::Command(Command::GoToImage(0, 51)));
    tick(&mut viewer, 440.0);
    assert_eq!(tick(&mut viewer, 480.0), 51);
    viewer.send(Event::Command(Command::SetFrameRate(0, f64::NAN)));
    assert!((viewer.viewport().frames_per_second - 25.0).abs() < 1e-9);
    viewer.send(Event::Command(Command::SetFrameRate(0, 1e9)));
    assert_eq!(viewer.viewport().frames_per_second, 120.0);
}

#[test]
fn a_reader_plays_a_part_of_the_stack_by_keys() {
    let mut viewer = film(10, uniform(100.0));
    viewer.send(Event::Command(Command::GoToImage(0, 4)));
    viewer.press("Shift+Home");
    viewer.send(Event::Command(Command::GoToImage(0, 6)));
    viewer.press("Shift+End");
    let viewport = viewer.viewport();
    assert_eq!((viewport.loop_range, viewport.is_loop_set), ([3, 5], true));
    viewer.send(Event::Command(Command::GoToImage(0, 4)));
    viewer.press(" ");
    assert_eq!(ticks(&mut viewer, 0..7), [3, 4, 5, 3, 4, 5, 3]);
    viewer.press("Shift+ ");
    assert_eq!(ticks(&mut viewer, 7..12), [3, 4, 5, 4, 3]);
    viewer.press("Shift+Delete");
    assert_eq!(viewer.viewport().loop_range, [0, 9]);
}

#[test]
fn a_loop_is_typed_and_one_that_is_none_changes_nothing() {
    let mut viewer = film(10, uniform(100.0));
    let mut set = |range| {
        viewer.send(Event::Command(Command::SetLoop(0, range)));
        viewer.viewport().loop_range
    };
    assert_eq!(set([3, 8]), [2, 7]);
    assert_eq!(set([8, 3]), [2, 7]);
    assert_eq!(set([5, 5]), [2, 7]);
    assert_eq!(set([0, 99]), [0, 9]);
    // An end before the start: to the end of the stack.
    viewer.send(Event::Command(Command::SetLoop(0, [1, 4])));
    viewer.send(Event::Command(Command::GoToImage(0, 8)));
    viewer.press("Shift+Home");
    assert_eq!(viewer.viewport().loop_range, [7, 9]);
}

/// C.7.6.5: the header's trims are where playing begins; the reader's loop is before them.
#[test]
fn c_7_6_5_the_loop_is_what_the_header_trims_unless_the_reader_says_otherwise() {
    let timing = CineTiming {
        trim: Some([2, 4]),
        ..uniform(100.0)
    };
    let mut viewer = film(10, timing);
    assert_eq!(viewer.viewport().loop_range, [2, 4]);
    assert!(!viewer.viewport().is_loop_set);
    viewer.send(Event::Command(Command::SetLoop(0, [1, 3])));
    viewer.press(" ");
    assert_eq!(ticks(&mut viewer, 0..5), [0, 1, 2, 0, 1]);
}

/// A viewer with a stack of `n` of which the first picture and the order are here.
fn arriving(n: u32) -> Viewer {
    let mut viewer = Viewer::with_first_picture(&phantom(1, 1, n), Some(series_uid(1, 1)));
    viewer.streams.clear();
    viewer
}

#[test]
fn playing_begins_before_all_frames_are_here_leaves_out_what_is_not_and_keeps_time() {
    let mut viewer = arriving(20);
    viewer.press(" ");
    // 10 images a second, where nothing tells.
    assert_eq!(tick(&mut viewer, 0.0), 0);
    // What is asked for comes in the order it is played.
    let mut n_here = 1;
    while n_here < 5 {
        let (request, order) = viewer.orders.remove(0);
        viewer.bring(request, &order);
        n_here += usize::from(viewer.viewport().loaded[0][1] > n_here);
    }
    assert_eq!(viewer.viewport().loaded[0][0], 0);
    let n_cancelled = viewer.cancelled.len();
    assert_eq!(ticks(&mut viewer, 1..8)[..4], [1, 2, 3, 4]);
    let viewport = viewer.viewport();
    let loaded = viewport.loaded[0];
    assert!(viewport.index < loaded[1], "what is not here is left out");
    assert_eq!(
        viewport.state,
        ViewportState::Shown,
        "and nothing old is shown for it"
    );
    assert_eq!(
        viewer.cancelled.len(),
        n_cancelled,
        "nothing is called off for the clock"
    );
    viewer.answer_all(&phantom(1, 1, 20));
    // As if all had been here from the start.
    assert_eq!(tick(&mut viewer, 1500.0), 15);
}

/// Two series side by side, all of both here.
fn side_by_side(lengths: [usize; 2]) -> Viewer {
    let mut phantom = phantom(1, 2, 12);
    for (series, n) in phantom.series.iter_mut().zip(lengths) {
        series.instances.truncate(n);
    }
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    viewer.press("d");
    viewer.answer_all(&phantom);
    assert_eq!(viewer.summary().viewports.len(), 2);
    viewer
}

fn positions(viewer: &mut Viewer, now_millis: f64) -> Vec<usize> {
    viewer.send(Event::Tick { now_millis });
    let viewports = viewer.summary().viewports.into_iter();
    viewports.map(|viewport| viewport.index).collect()
}

#[test]
fn viewports_play_together_by_one_clock_and_stop_together() {
    let mut viewer = side_by_side([12, 8]);
    viewer.wheel(3.0);
    viewer.press("Shift+a");
    let all = viewer.summary().viewports;
    assert!(all.iter().all(|viewport| viewport.is_playing_together));
    let now = [5000.0, 5110.0, 5210.0, 5910.0].map(|now| positions(&mut viewer, now));
    assert_eq!(now, [[0, 0], [1, 1], [2, 2], [9, 1]]);
    // Faster together: a quarter more than 10 images a second.
    viewer.press("Shift+ArrowRight");
    let rates = viewer.summary().viewports.into_iter();
    let rates: Vec<f64> = rates.map(|viewport| viewport.frames_per_second).collect();
    assert_eq!(rates, [12.5, 12.5]);
    viewer.press(" ");
    let all = viewer.summary().viewports;
    assert!(all.iter().all(|viewport| !viewport.is_playing));
    // Alone again.
    viewer.press(" ");
    let playing = viewer.summary().viewports.into_iter();
    let playing: Vec<bool> = playing.map(|viewport| viewport.is_playing).collect();
    assert_eq!(playing, [true, false]);
}
