//! What goes on record and when (164.312(b); standards 4.6 and 5.2, fault 56), and what is withheld until it is there.

use skiagraph_core::session::audit::{AuditPolicy, Deed, Destination, Report};
use skiagraph_core::session::event::{Command, Event, Failure};
use skiagraph_core::session::notice::StudySearch;
use skiagraph_core::session::summary::{ListState, ViewportState};
use skiagraph_core::study::display_set::SetKey;
use skiagraph_tests::{Viewer, phantom, series_uid, study_uid};

fn deeds(viewer: &Viewer) -> Vec<&'static str> {
    let name = |deed: &Deed| match deed {
        Deed::Searched { .. } => "searched",
        Deed::StudyOpened(_) => "opened",
        Deed::Exported { .. } => "exported",
        Deed::IdentityMismatch(_) => "mismatch",
        Deed::GlassBroken { .. } => "glass",
        Deed::SignedIn => "signed in",
        _ => "other",
    };
    viewer.records.iter().map(|(_, deed)| name(deed)).collect()
}

fn search(viewer: &mut Viewer) {
    viewer.send(Event::Command(Command::SearchStudies(StudySearch {
        text: "doe".into(),
        ..StudySearch::default()
    })));
}

/// The last record arrives.
fn deliver(viewer: &mut Viewer) {
    let (record, _) = *viewer.records.last().expect("a record");
    viewer.send(Event::Recorded(record));
}

#[test]
fn a_study_is_recorded_once_when_its_first_pixel_is_shown() {
    let mut viewer = Viewer::with_audit(AuditPolicy::BestEffort);
    let phantom = phantom(1, 2, 6);
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    assert_eq!(deeds(&viewer), [""; 0], "held is not shown");
    viewer.draw();
    viewer.send(Event::Command(Command::GoToImage(0, 3)));
    viewer.draw();
    assert_eq!(deeds(&viewer), ["opened"]);
    let Deed::StudyOpened(study) = &viewer.records[0].1 else {
        panic!("a study");
    };
    assert_eq!(
        (&study.study, study.patient.id.as_str()),
        (&study_uid(1), "P1")
    );
    viewer.send(Event::Command(Command::CloseStudy));
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    viewer.draw();
    assert_eq!(
        deeds(&viewer),
        ["opened", "opened"],
        "again is another time"
    );
}

#[test]
fn searches_exports_prints_and_what_the_shell_tells_are_recorded() {
    let mut viewer = Viewer::with_audit(AuditPolicy::BestEffort);
    viewer.send(Event::Command(Command::Report(Report::Plain(Box::new(
        Deed::SignedIn,
    )))));
    search(&mut viewer);
    viewer.send(Event::Command(Command::OpenAccession(
        "main".into(),
        "A1".into(),
    )));
    viewer.send(Event::Command(Command::Report(Report::Printed)));
    assert_eq!(
        deeds(&viewer),
        ["signed in", "searched", "searched"],
        "nothing of a study is on paper"
    );
    let phantom = phantom(1, 1, 3);
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    viewer.draw();
    viewer.records.clear();
    let instance = phantom.series[0].instances[0].uid.clone();
    viewer.send(Event::Command(Command::Report(Report::Printed)));
    viewer.send(Event::Command(Command::Report(Report::Shared)));
    viewer.send(Event::ObjectAsked {
        instance,
        is_saved: true,
    });
    for to in [Destination::Copies, Destination::Archive] {
        viewer.send(Event::Command(Command::Report(Report::Copied(to))));
    }
    viewer.send(Event::Command(Command::Report(Report::GlassBroken(
        "stroke".into(),
    ))));
    assert_eq!(
        deeds(&viewer),
        [
            "exported", "exported", "exported", "exported", "exported", "glass"
        ]
    );
    let to = |deed: &Deed| match deed {
        Deed::Exported { to, .. } => Some(*to),
        _ => None,
    };
    let to: Vec<Destination> = viewer
        .records
        .iter()
        .filter_map(|(_, deed)| to(deed))
        .collect();
    assert_eq!(
        to,
        [
            Destination::Paper,
            Destination::Link,
            Destination::File,
            Destination::Copies,
            Destination::Archive,
        ]
    );
}

#[test]
fn a_report_that_is_read_is_a_study_opened() {
    let mut viewer = Viewer::with_audit(AuditPolicy::BestEffort);
    let phantom = phantom(1, 1, 3);
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    let instance = phantom.series[0].instances[0].uid.clone();
    viewer.send(Event::ObjectAsked {
        instance,
        is_saved: false,
    });
    viewer.draw();
    assert_eq!(deeds(&viewer), ["opened"]);
}

/// Standards 5.2, fault 12: a wrong instance is "never drawn; security audit 110113".
#[test]
fn fault_12_images_of_another_patient_are_an_alert_once() {
    let mut viewer = Viewer::with_audit(AuditPolicy::BestEffort);
    let mut other = phantom(1, 2, 3);
    viewer.open(1, None);
    viewer.answer_until_shown(&other);
    for series in &mut other.series {
        for instance in &mut series.instances {
            instance.patient_id.0 = "SOMEBODY".into();
        }
    }
    other.study.patient.0.id = "SOMEBODY".into();
    viewer.answer_all(&other);
    assert_eq!(deeds(&viewer), ["mismatch"]);
}

#[test]
fn a_site_without_a_record_records_nothing_and_files_of_this_computer_never() {
    let mut viewer = Viewer::default();
    search(&mut viewer);
    viewer.open(1, None);
    viewer.answer_all(&phantom(1, 1, 3));
    viewer.draw();
    assert_eq!(deeds(&viewer), [""; 0]);
    for policy in [AuditPolicy::BestEffort, AuditPolicy::Required] {
        let mut viewer = Viewer::with_audit(policy);
        let phantom = phantom(1, 1, 3);
        viewer.send(Event::FilesOpened {
            studies: vec![(phantom.study.clone(), phantom.series.clone())],
            refused: Vec::new(),
            warnings: Vec::new(),
        });
        viewer.answer_all(&phantom);
        viewer.draw();
        viewer.send(Event::Command(Command::Report(Report::Printed)));
        assert_eq!(viewer.viewport().state, ViewportState::Shown);
        assert_eq!(deeds(&viewer), [""; 0], "{policy:?}");
    }
}

#[test]
fn fault_56_where_the_record_is_required_nothing_is_shown_before_it_is_there() {
    let mut viewer = Viewer::with_audit(AuditPolicy::Required);
    let phantom = phantom(1, 1, 6);
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    let key = SetKey {
        series: series_uid(1, 1),
        stack: 0,
    };
    let is_bare = |viewer: &Viewer| {
        viewer.session.scene().layers.is_empty()
            && viewer.session.shown().is_empty()
            && viewer.session.thumbnail(&key).is_none()
            && viewer
                .session
                .overlays()
                .iter()
                .all(|overlay| overlay.top_left.is_empty())
    };
    assert!(is_bare(&viewer));
    assert_eq!(deeds(&viewer), ["opened"], "the record comes first");
    assert_eq!(viewer.viewport().state, ViewportState::Loading);
    viewer.send(Event::AuditChanged { is_down: true });
    assert!(is_bare(&viewer));
    let viewport = viewer.viewport();
    assert_eq!(viewport.state, ViewportState::Failed);
    let words = viewport.message.expect("a sentence");
    assert!(
        words.contains("cannot be delivered") && words.contains("press Retry"),
        "{words}"
    );
    assert!(viewer.summary().audit.is_some());
    deliver(&mut viewer);
    viewer.send(Event::AuditChanged { is_down: false });
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
    assert!(!is_bare(&viewer) && viewer.session.thumbnail(&key).is_some());
    assert_eq!(viewer.summary().audit, None);
    assert_eq!(deeds(&viewer), ["opened"], "once");
}

#[test]
fn fault_56_what_is_on_record_stays_visible_and_the_next_study_does_not_open() {
    let mut viewer = Viewer::with_audit(AuditPolicy::Required);
    viewer.open(1, None);
    viewer.answer_all(&phantom(1, 1, 6));
    deliver(&mut viewer);
    viewer.draw();
    viewer.send(Event::AuditChanged { is_down: true });
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
    viewer.open(2, None);
    viewer.answer_all(&phantom(2, 1, 6));
    assert_eq!(viewer.viewport().state, ViewportState::Failed);
    assert!(viewer.session.scene().layers.is_empty());
    // A record of the study before does not open this one.
    let (record, _) = viewer.records[0];
    viewer.send(Event::Recorded(record));
    assert!(viewer.session.scene().layers.is_empty());
}

#[test]
fn fault_56_where_the_record_is_required_no_search_is_sent_without_it_and_it_is_sent_afterwards() {
    let mut viewer = Viewer::with_audit(AuditPolicy::Required);
    viewer.send(Event::AuditChanged { is_down: true });
    search(&mut viewer);
    let list = viewer.session.study_list();
    assert_eq!(list.state, ListState::Failed);
    assert!(
        list.problem
            .expect("a problem")
            .title
            .contains("audit record")
    );
    viewer.send(Event::Command(Command::Retry));
    assert!(viewer.fetches.is_empty() && viewer.records.is_empty());
    viewer.send(Event::AuditChanged { is_down: false });
    assert_eq!(viewer.fetches.len(), 1);
    assert_eq!(deeds(&viewer), ["searched"]);
}

#[test]
fn fault_56_where_it_is_not_required_the_work_goes_on_under_a_banner() {
    let mut viewer = Viewer::with_audit(AuditPolicy::BestEffort);
    viewer.send(Event::AuditChanged { is_down: true });
    search(&mut viewer);
    viewer.open(1, None);
    viewer.answer_all(&phantom(1, 1, 3));
    assert_eq!(viewer.viewport().state, ViewportState::Shown);
    let [title, detail] = viewer.summary().audit.expect("a banner");
    assert!(title.contains("cannot be delivered") && detail.contains("You can go on"));
    viewer.send(Event::AuditChanged { is_down: false });
    assert_eq!(viewer.summary().audit, None);
}

/// PS3.15 A.5.3.11: emergency access names the study that was refused; what the reader sees says that it is a refusal.
#[test]
fn a_refusal_is_told_as_one_and_emergency_access_names_the_refused_study() {
    let mut viewer = Viewer::with_audit(AuditPolicy::BestEffort);
    viewer.open(1, None);
    let (request, _) = viewer.fetches.remove(0);
    let failure = |code| Failure::Status {
        code,
        retry_after_seconds: None,
    };
    viewer.send(Event::RequestFailed {
        request,
        failure: failure(403),
    });
    let problems = viewer.summary().problems;
    assert!(matches!(&problems[..], [problem] if problem.is_refusal));
    let report = Report::GlassBroken("stroke".into());
    viewer.send(Event::Command(Command::Report(report)));
    let (_, Deed::GlassBroken { study, reason }) = viewer.records.last().expect("a record") else {
        panic!("emergency access");
    };
    let study = study.as_ref().map(|study| study.study.clone());
    assert_eq!((study, reason.as_str()), (Some(study_uid(1)), "stroke"));
    viewer.send(Event::Command(Command::Retry));
    let (request, _) = viewer.fetches.remove(0);
    viewer.send(Event::RequestFailed {
        request,
        failure: failure(500),
    });
    let problems = viewer.summary().problems;
    assert!(!problems.last().expect("a problem").is_refusal, "an error");
}
