//! Whose pictures they are (rule D39): late answers of another study, instances of another patient, words that contradict.

use skiagraph_core::frames::frame_store::FrameFailure;
use skiagraph_core::session::effect::{FrameOrder, RequestId, Resource};
use skiagraph_core::session::event::{Answer, Command, Event, Failure};
use skiagraph_core::session::summary::ViewportState;
use skiagraph_core::study::redacted::Redacted;
use skiagraph_tests::{Phantom, Viewer, phantom, study_uid};

/// A fixed sequence of numbers, so that a failure repeats.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n.max(1) as u64) as usize
    }
}

/// Something on its way, with the study it was asked for.
enum Late {
    Answer(u32, RequestId, Resource),
    Frame(RequestId, FrameOrder),
}

/// What is on its way leaves the viewer's hands and may come whenever the line likes, even when it was given up.
fn on_its_way(viewer: &mut Viewer, study: u32, late: &mut Vec<Late>) {
    late.extend(
        std::mem::take(&mut viewer.fetches)
            .into_iter()
            .map(|(request, what)| Late::Answer(study, request, what)),
    );
    late.extend(
        std::mem::take(&mut viewer.orders)
            .into_iter()
            .map(|(request, order)| Late::Frame(request, order)),
    );
}

fn arrive(viewer: &mut Viewer, late: Late, dice: &mut Dice, phantoms: &[Phantom; 2]) {
    let fails = dice.below(8) == 0;
    match late {
        Late::Answer(_, request, _) if fails => viewer.send(Event::RequestFailed {
            request,
            failure: Failure::TimedOut,
        }),
        Late::Answer(study, request, what) => {
            viewer.answer(request, &what, &phantoms[study as usize - 1]);
        }
        Late::Frame(request, _) if fails => viewer.send(Event::FrameFailed {
            request,
            failure: FrameFailure {
                sentence: "lost".into(),
                can_retry: true,
            },
        }),
        Late::Frame(request, order) => viewer.bring(request, &order),
    }
}

#[test]
fn rule_d39_a_then_b_with_answers_late_lost_and_in_any_order_never_shows_a_under_b() {
    let phantoms = [phantom(1, 2, 6), phantom(2, 2, 6)];
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let mut viewer = Viewer::default();
        let mut late = Vec::new();
        // A, B, and on odd seeds A again: its first answers belong to an older generation.
        let order: &[u32] = if seed % 2 == 0 { &[1, 2] } else { &[1, 2, 1] };
        for &study in order {
            viewer.open(study, None);
            for _ in 0..dice.below(12) {
                on_its_way(&mut viewer, study, &mut late);
                if !late.is_empty() {
                    let next = late.swap_remove(dice.below(late.len()));
                    arrive(&mut viewer, next, &mut dice, &phantoms);
                }
                holds(&viewer, study, seed);
            }
            on_its_way(&mut viewer, study, &mut late);
        }
        let last = order[order.len() - 1];
        while !late.is_empty() {
            let next = late.swap_remove(dice.below(late.len()));
            arrive(&mut viewer, next, &mut dice, &phantoms);
            on_its_way(&mut viewer, last, &mut late);
            holds(&viewer, last, seed);
        }
        // Nothing was lost for good: asking again brings the study that is open, and only that.
        for _ in 0..3 {
            viewer.send(Event::Command(Command::Retry));
            viewer.answer_all(&phantoms[last as usize - 1]);
        }
        holds(&viewer, last, seed);
        assert_eq!(viewer.viewport().state, ViewportState::Shown, "seed {seed}");
    }
}

/// Every word and every picture is of the study that is open.
fn holds(viewer: &Viewer, study: u32, seed: u64) {
    assert_eq!(
        viewer.summary().study,
        Some(study_uid(study)),
        "seed {seed}"
    );
    let own = format!("2.25.{study}.");
    for shown in viewer.session.shown() {
        assert!(
            shown.frame.instance.as_str().starts_with(&own),
            "seed {seed} {shown:?}"
        );
    }
    for series in viewer.summary().series {
        assert!(series.series.as_str().starts_with(&own), "seed {seed}");
    }
    for overlay in viewer.session.overlays() {
        let name = overlay.top_left.first();
        let expected = format!("Phantom, {study}");
        assert!(name.is_none_or(|name| *name == expected || name == "(no name)"));
    }
}

#[test]
fn fault_37_images_of_another_patient_block_until_it_is_answered() {
    let mut phantom = phantom(1, 2, 4);
    phantom.series[1].instances[2].patient_id.0 = "SOMEBODY ELSE".into();
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    let problems = viewer.summary().problems;
    assert!(problems[0].is_blocking && !problems[0].detail.contains("SOMEBODY"));
    assert!(
        viewer
            .viewport()
            .marks
            .iter()
            .any(|mark| mark.text == "1 IMAGES OF ANOTHER PATIENT NOT SHOWN"),
        "counted once, however often it came"
    );
    let counts: Vec<usize> = viewer.summary().series.iter().map(|s| s.count).collect();
    assert_eq!(counts, [4, 3]);
    viewer.send(Event::Command(Command::DismissProblem(problems[0].id)));
    assert!(viewer.summary().problems.is_empty());
}

#[test]
fn rule_d39_an_answer_with_another_study_is_not_drawn_and_says_so() {
    let (a, b) = (phantom(1, 1, 4), phantom(2, 1, 4));
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    let (request, list) = viewer.fetches.remove(0);
    viewer.answer(request, &list, &a);
    let (request, _) = viewer.fetches.remove(0);
    viewer.send(Event::Answered {
        request,
        answer: Answer::Instances {
            study: Some(b.study.clone()),
            series: b.series.clone(),
        },
        warnings: Vec::new(),
    });
    assert!(viewer.orders.is_empty() && viewer.session.shown().is_empty());
    assert!(viewer.summary().problems[0].is_blocking);
}

#[test]
fn rule_d39_a_second_series_of_another_patient_changes_no_name_on_the_pictures_of_the_first() {
    let mut phantom = phantom(1, 2, 3);
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    // The first series is that of the patient; then the archive goes on with somebody else's under the same study.
    viewer.answer_until_shown(&phantom);
    let mut patient = phantom.study.patient.0.clone();
    patient.id = "P9".into();
    patient.name.alphabetic = "Else^Somebody".into();
    phantom.study.patient = Redacted(patient);
    for instance in &mut phantom.series[1].instances {
        instance.patient_id.0 = "P9".into();
    }
    viewer.answer_all(&phantom);
    assert_eq!(
        viewer.session.overlays()[0].top_left[..2],
        ["Phantom, 1", "ID P1"]
    );
    assert_eq!(viewer.summary().series[1].count, 0);
    assert!(viewer.summary().problems[0].is_blocking);
}
