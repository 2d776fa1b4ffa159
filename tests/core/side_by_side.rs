//! Several studies side by side: each under its own name, and a question that must be answered where they are not of one
//! patient (rule D39).

use skiagraph_core::session::audit::{AuditPolicy, Deed};
use skiagraph_core::session::event::{Command, Event, Link};
use skiagraph_core::session::summary::ViewportState;
use skiagraph_core::study::redacted::Redacted;
use skiagraph_core::study::study::Patient;
use skiagraph_core::viewport::layout::Layout;
use skiagraph_tests::{Phantom, Viewer, phantom, series_uid, study_uid};

/// A link that opens 1 and 2 side by side.
fn both() -> Link {
    Link {
        beside: vec![study_uid(2)],
        ..Viewer::link(1)
    }
}

fn open(viewer: &mut Viewer, link: Link) {
    viewer.send(Event::Command(Command::OpenStudy(link)));
}

/// Answers everything, each request from the study that it is asked of.
fn answer(viewer: &mut Viewer, phantoms: &[Phantom]) {
    while !(viewer.fetches.is_empty() && viewer.orders.is_empty() && viewer.streams.is_empty()) {
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            let study = what.study().expect("a request of a study");
            let asked = phantoms.iter().find(|phantom| phantom.study.uid == *study);
            viewer.answer(request, &what, asked.expect("a study that exists"));
        }
        for (request, order) in std::mem::take(&mut viewer.orders) {
            viewer.bring(request, &order);
        }
        for (request, orders) in std::mem::take(&mut viewer.streams) {
            for order in &orders {
                viewer.bring_streamed(request, order);
            }
            viewer.send(Event::StreamEnded { request });
        }
    }
}

fn opened(phantoms: &[Phantom]) -> Viewer {
    let mut viewer = Viewer::default();
    open(&mut viewer, both());
    answer(&mut viewer, phantoms);
    viewer
}

/// Two studies of one patient.
fn of_one_patient() -> [Phantom; 2] {
    let mut phantoms = [phantom(1, 2, 4), phantom(2, 2, 4)];
    phantoms[1].study.patient = phantoms[0].study.patient.clone();
    for instance in phantoms[1].series.iter_mut().flat_map(|s| &mut s.instances) {
        instance.patient_id = Redacted("P1".into());
    }
    phantoms
}

/// Titles of the problems that must be answered.
fn questions(viewer: &Viewer) -> Vec<String> {
    let problems = viewer.summary().problems.into_iter();
    problems
        .filter(|problem| problem.is_blocking)
        .map(|problem| problem.title)
        .collect()
}

fn marks(viewer: &Viewer) -> Vec<bool> {
    let viewports = viewer.summary().viewports.into_iter();
    viewports
        .map(|viewport| {
            let mut marks = viewport.marks.iter();
            marks.any(|mark| mark.is_warning && mark.text == "OTHER PATIENT BESIDE")
        })
        .collect()
}

#[test]
fn two_studies_of_one_patient_stand_side_by_side_each_under_its_own_words() {
    let mut phantoms = of_one_patient();
    phantoms[0].study.date = "20261101".into();
    phantoms[1].study.date = "20240229".into();
    let viewer = opened(&phantoms);
    let summary = viewer.summary();
    assert_eq!(
        summary.layout,
        Layout {
            rows: 1,
            columns: 2
        }
    );
    let shown = summary.viewports.iter();
    let shown: Vec<_> = shown.map(|v| (v.series.clone(), v.state)).collect();
    assert_eq!(
        shown,
        [
            (Some(series_uid(1, 1)), ViewportState::Shown),
            (Some(series_uid(2, 1)), ViewportState::Shown)
        ]
    );
    let dates = viewer.session.overlays();
    let dates: Vec<_> = dates.iter().map(|words| &words.top_right[0]).collect();
    assert_eq!(dates, ["1 Nov 2026", "29 Feb 2024"]);
    assert_eq!(questions(&viewer), Vec::<String>::new());
    assert_eq!(marks(&viewer), [false, false]);
    let cards: Vec<_> = summary.series.iter().map(|s| s.study.clone()).collect();
    let (one, two) = (study_uid(1), study_uid(2));
    assert_eq!(cards, [one.clone(), one, two.clone(), two]);
    assert!(
        viewer.session.headings()[1]
            .about
            .starts_with("29 Feb 2024")
    );
}

#[test]
fn rule_d39_two_patients_side_by_side_are_a_question_that_must_be_answered_once() {
    let phantoms = [phantom(1, 1, 4), phantom(2, 3, 4)];
    let mut viewer = opened(&phantoms);
    assert_eq!(
        questions(&viewer),
        ["These studies are of different patients."]
    );
    let question = viewer.summary().problems[0].id;
    viewer.send(Event::Command(Command::DismissProblem(question)));
    assert_eq!(questions(&viewer), Vec::<String>::new());
    // More of the second study comes in: the question was answered, the mark stays, and each picture has its own name.
    let command = Command::ShowSeries(1, series_uid(2, 3));
    viewer.send(Event::Command(command));
    answer(&mut viewer, &phantoms);
    assert_eq!(questions(&viewer), Vec::<String>::new());
    assert_eq!(marks(&viewer), [true, true]);
    let words = viewer.session.overlays();
    let names: Vec<_> = words.iter().map(|words| &words.top_left[0]).collect();
    assert_eq!(names, ["Phantom, 1", "Phantom, 2"]);
}

#[test]
fn rule_d39_one_id_of_two_issuers_or_with_two_birth_dates_is_not_one_patient() {
    let differ: [fn(&mut Patient); 2] = [
        |patient| patient.issuer = "B".into(),
        |patient| patient.birth_date = "19700101".into(),
    ];
    for differ in differ {
        let mut phantoms = of_one_patient();
        for phantom in &mut phantoms {
            phantom.study.patient.0.issuer = "A".into();
            phantom.study.patient.0.birth_date = "19600301".into();
        }
        differ(&mut phantoms[1].study.patient.0);
        assert_eq!(
            questions(&opened(&phantoms)),
            ["These studies are of different patients."]
        );
    }
}

#[test]
fn rule_d39_without_an_id_it_cannot_be_told_and_that_is_asked() {
    let mut phantoms = of_one_patient();
    phantoms[1].study.patient.0.id.clear();
    assert_eq!(
        questions(&opened(&phantoms)),
        ["It cannot be told whether these studies are of one patient."]
    );
}

#[test]
fn rule_d39_a_series_that_two_studies_claim_is_shown_in_the_first_only_and_that_is_said() {
    let mut phantoms = of_one_patient();
    let mut stolen = phantoms[1].series[1].clone();
    stolen.uid = series_uid(1, 1);
    phantoms[1].series[1] = stolen;
    let viewer = opened(&phantoms);
    let summary = viewer.summary();
    let claimed: Vec<_> = summary
        .series
        .iter()
        .filter(|series| series.series == series_uid(1, 1))
        .map(|series| series.study.clone())
        .collect();
    assert_eq!(claimed, [study_uid(1)]);
    assert_eq!(
        questions(&viewer),
        ["This study holds images of another patient or study."]
    );
}

#[test]
fn rule_d39_an_instance_that_two_studies_claim_is_drawn_in_the_first_only() {
    let mut phantoms = of_one_patient();
    phantoms[1].series[0].instances[2].uid = phantoms[0].series[0].instances[2].uid.clone();
    let viewer = opened(&phantoms);
    let counts: Vec<_> = viewer.summary().viewports.iter().map(|v| v.count).collect();
    assert_eq!(counts, [4, 3]);
    assert_eq!(
        questions(&viewer),
        ["This study holds images of another patient or study."]
    );
}

#[test]
fn the_link_back_names_the_study_of_the_active_picture_first_and_going_there_asks_for_nothing() {
    let phantoms = of_one_patient();
    let mut viewer = opened(&phantoms);
    viewer.send(Event::Command(Command::ActivateViewport(1)));
    viewer.press("End");
    let link = viewer.summary().link.expect("a link");
    assert_eq!(
        (link.study.clone(), link.beside.clone()),
        (study_uid(2), vec![study_uid(1)])
    );
    assert_eq!(link.series, Some(series_uid(2, 1)));
    viewer.press("Home");
    open(&mut viewer, link.clone());
    assert!(viewer.fetches.is_empty() && viewer.orders.is_empty());
    assert_eq!(viewer.summary().viewports[1].index, 3);
    // In another page the same picture comes first.
    let mut other = Viewer::default();
    open(&mut other, link);
    answer(&mut other, &phantoms);
    let first = other.viewport();
    assert_eq!((first.series, first.index), (Some(series_uid(2, 1)), 3));
    assert_eq!(other.summary().viewports[1].series, Some(series_uid(1, 1)));
}

#[test]
fn one_study_after_two_has_the_readers_own_grid_and_nothing_of_the_other() {
    let phantoms = of_one_patient();
    let mut viewer = opened(&phantoms);
    viewer.open(2, None);
    answer(&mut viewer, &phantoms);
    let summary = viewer.summary();
    assert_eq!(
        summary.layout,
        Layout {
            rows: 1,
            columns: 1
        }
    );
    assert_eq!(summary.studies, [study_uid(2)]);
    assert!(summary.series.iter().all(|s| s.study == study_uid(2)));
}

#[test]
fn each_of_two_studies_is_on_record_and_none_is_shown_before_both_are() {
    let phantoms = of_one_patient();
    let mut viewer = Viewer::with_audit(AuditPolicy::Required);
    open(&mut viewer, both());
    answer(&mut viewer, &phantoms);
    let opened: Vec<_> = viewer
        .records
        .iter()
        .filter_map(|(record, deed)| match deed {
            Deed::StudyOpened(study) => Some((*record, study.study.clone())),
            _ => None,
        })
        .collect();
    let studies: Vec<_> = opened.iter().map(|(_, study)| study.clone()).collect();
    assert_eq!(studies, [study_uid(1), study_uid(2)]);
    assert_eq!(viewer.session.shown(), []);
    viewer.send(Event::Recorded(opened[1].0));
    assert_eq!(viewer.session.shown(), []);
    viewer.send(Event::Recorded(opened[0].0));
    assert_eq!(viewer.session.shown().len(), 2);
}
