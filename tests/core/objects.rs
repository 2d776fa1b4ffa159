//! Objects that are no picture: each is named on its tile, with the reason and what can be done (fault 34).

use skiagraph_core::pixel::descriptor::DescriptorError;
use skiagraph_core::session::effect::Effect;
use skiagraph_core::session::event::{Command, Event};
use skiagraph_core::session::notice::Notice;
use skiagraph_core::state::action::Action;
use skiagraph_core::study::instance::Content;
use skiagraph_core::study::object_kind::ObjectKind;
use skiagraph_core::uid::SopInstanceUid;
use skiagraph_tests::{Viewer, phantom, series_uid};

/// A CT series, and a second one of three objects: a report, a PDF and a picture without Rows.
fn viewer() -> Viewer {
    let mut phantom = phantom(1, 2, 3);
    let objects = &mut phantom.series[1];
    objects.modality = "SR".into();
    for (instance, (class, content)) in objects.instances.iter_mut().zip([
        ("88.33", Content::NotAnImage),
        ("104.1", Content::NotAnImage),
        ("2", Content::Incomplete(DescriptorError::Missing("Rows"))),
    ]) {
        instance.sop_class = format!("1.2.840.10008.5.1.4.1.1.{class}");
        instance.content = content;
    }
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    viewer
}

#[test]
fn a_series_of_objects_is_a_tile_that_names_each_with_its_reason() {
    let mut viewer = viewer();
    assert_eq!(viewer.viewport().objects, []);
    viewer.send(Event::Command(Command::ShowSeries(0, series_uid(1, 2))));
    let objects = viewer.viewport().objects;
    let words: Vec<(&str, &str, ObjectKind)> = objects
        .iter()
        .map(|object| (object.name.as_str(), object.reason.as_str(), object.kind))
        .collect();
    assert_eq!(
        words,
        [
            (
                "Comprehensive report 1",
                "It is text, not a picture.",
                ObjectKind::Text
            ),
            (
                "PDF document 2",
                "It is a document, not a picture.",
                ObjectKind::Pdf
            ),
            (
                "Image 3",
                "It cannot be drawn: Rows is missing.",
                ObjectKind::Other
            ),
        ]
    );
    assert!(viewer.session.scene().layers.is_empty());
}

/// PS3.5 8.2.5 to 8.2.8: a film is not fetched frame by frame; its tile says what it is and how it is seen.
#[test]
fn a_film_is_a_tile_and_none_of_its_frames_is_asked_for() {
    let mut phantom = phantom(1, 1, 1);
    phantom.series[0].instances[0].content = Content::Film("MPEG-4 AVC/H.264");
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    // The study has nothing else to show.
    let film = viewer.viewport().objects.remove(0);
    assert_eq!(
        (film.name.as_str(), film.kind),
        ("Film 1", ObjectKind::Film)
    );
    assert_eq!(
        film.reason,
        "It is a film (MPEG-4 AVC/H.264, lossy), played by the browser."
    );
    assert!(viewer.session.scene().layers.is_empty());
    let is_opened = |notice: &Notice| matches!(notice, Notice::RequestReport(..));
    assert!(
        !viewer.notices.iter().any(is_opened),
        "a film may be large: it waits for the reader"
    );
}

fn asked_for(viewer: &mut Viewer) -> Option<SopInstanceUid> {
    let command = Event::Command(Command::Action(Action::Attributes));
    viewer
        .session
        .handle(command)
        .into_iter()
        .find_map(|effect| match effect {
            Effect::Notify(Notice::RequestAttributes(instance)) => Some(instance),
            _ => None,
        })
}

#[test]
fn the_attributes_are_those_of_the_image_shown_or_of_the_first_object() {
    let mut viewer = viewer();
    viewer.wheel(1.0);
    let shown = viewer.viewport().frame.expect("a frame").instance;
    assert_eq!(asked_for(&mut viewer), Some(shown));
    viewer.send(Event::Command(Command::ShowSeries(0, series_uid(1, 2))));
    let first = viewer.viewport().objects.remove(0).instance;
    assert_eq!(asked_for(&mut viewer), Some(first));
}

/// Rule D39: what was asked for in one study is not handed out in another.
#[test]
fn rule_d39_an_object_has_an_address_only_in_the_study_that_is_open() {
    let mut viewer = viewer();
    let instance = SopInstanceUid::parse("2.25.1.2.1").expect("a UID");
    let address = viewer
        .session
        .object_address(&instance)
        .expect("an address");
    assert_eq!(address.series, series_uid(1, 2));
    viewer.open(2, None);
    assert_eq!(viewer.session.object_address(&instance), None);
}

#[test]
fn copies_are_asked_for_of_the_study_that_is_looked_at_with_all_of_its_objects() {
    let mut viewer = viewer();
    viewer.notices.clear();
    viewer.send(Event::Command(Command::Action(Action::Copies)));
    assert!(viewer.notices.contains(&Notice::RequestCopies));
    let copied = viewer.session.copied_study().unwrap();
    let known: Vec<usize> = copied.series.iter().map(|(_, known)| known.len()).collect();
    assert_eq!((copied.source.as_str(), known), ("main", vec![3, 3]));
    let mut empty = Viewer::default();
    empty.send(Event::Command(Command::Action(Action::Copies)));
    assert!(!empty.notices.contains(&Notice::RequestCopies));
    assert_eq!(empty.session.copied_study(), None);
}
