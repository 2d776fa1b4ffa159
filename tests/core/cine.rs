//! Playing on a clock that the test holds (rule D37).

use skiagraph_core::session::event::{Command, Event};
use skiagraph_core::study::cine::{CineTiming, FrameTimes};
use skiagraph_tests::{Viewer, edit, phantom};

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
