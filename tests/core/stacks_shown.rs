//! Stacks in the hands of a reader: cards, keys, the choice beside the picture, links.

use skiagraph_core::session::event::{Command, Event, Link};
use skiagraph_core::session::notice::Notice;
use skiagraph_core::session::summary::ViewportState;
use skiagraph_tests::{Phantom, Viewer, edit, phantom, series_uid};

/// `n` echoes at each of ten positions, 3 mm apart; a second series of one stack.
fn echoes(n: u32) -> Phantom {
    let mut phantom = phantom(1, 2, 10 * n);
    for (k, instance) in phantom.series[0].instances.iter_mut().enumerate() {
        edit(instance, |header| {
            let frame = &mut header.frames[0];
            frame.context.echo_number = Some(i64::from(k as u32 % n) + 1);
            if let Some(plane) = &mut frame.plane {
                plane.position_mm.z = 3.0 * f64::from(k as u32 / n);
            }
        });
    }
    phantom
}

fn open(phantom: &Phantom) -> Viewer {
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    viewer.answer_all(phantom);
    viewer
}

#[test]
fn each_stack_has_a_card_with_its_name_and_picture() {
    let viewer = open(&echoes(3));
    let cards: Vec<(String, usize, bool)> = viewer
        .summary()
        .series
        .into_iter()
        .map(|card| (card.stack_name, card.count, card.has_thumbnail))
        .collect();
    let told = |name: &str, n| (name.to_owned(), n, true);
    assert_eq!(
        cards,
        [
            told("Echo 1", 10),
            told("Echo 2", 10),
            told("Echo 3", 10),
            told("", 30)
        ]
    );
    assert_eq!(viewer.viewport().stacks, ["Echo 1", "Echo 2", "Echo 3"]);
    let overlay = viewer.session.overlays().remove(0);
    assert!(overlay.bottom_left.contains(&"Echo 1".to_owned()));
}

#[test]
fn a_series_of_one_image_that_came_before_its_metadata_has_a_picture_on_its_card() {
    let viewer = Viewer::with_first_picture(&phantom(1, 1, 1), None);
    let summary = viewer.summary();
    assert!(summary.series[0].has_thumbnail);
    let told = Notice::UpdateThumbnail(series_uid(1, 1));
    assert!(viewer.notices.contains(&told));
}

#[test]
fn the_next_stack_is_at_the_same_place_with_the_same_window() {
    let phantom = echoes(3);
    let mut viewer = open(&phantom);
    viewer.send(Event::Command(Command::GoToImage(0, 7)));
    viewer.press("3");
    viewer.press("r");
    let (window, turn) = (viewer.window(), viewer.viewport().rotation_degrees);
    viewer.press("Shift+PageDown");
    viewer.answer_all(&phantom);
    let viewport = viewer.viewport();
    assert_eq!((viewport.stack, viewport.index, viewport.count), (1, 6, 10));
    assert_eq!((viewer.window(), viewport.rotation_degrees), (window, turn));
    assert_eq!(viewport.state, ViewportState::Shown);
    // Echo 2 of position 7 is instance 20.
    assert!(viewport.frame.unwrap().instance.as_str().ends_with(".20"));
    viewer.press("Shift+PageUp");
    viewer.press("Shift+PageUp");
    assert_eq!((viewer.viewport().stack, viewer.viewport().index), (0, 6));
}

#[test]
fn cards_and_page_keys_go_through_stacks_and_then_to_the_next_series() {
    let phantom = echoes(2);
    let mut viewer = open(&phantom);
    let show = Command::ShowStack(0, series_uid(1, 1), 1);
    viewer.send(Event::Command(show));
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().stack, 1);
    let shown: Vec<bool> = viewer
        .summary()
        .series
        .iter()
        .map(|card| card.is_shown)
        .collect();
    assert_eq!(shown, [false, true, false]);
    viewer.press("PageDown");
    assert_eq!(viewer.viewport().series, Some(series_uid(1, 2)));
    viewer.press("PageUp");
    assert_eq!(viewer.viewport().series, Some(series_uid(1, 1)));
    assert_eq!(viewer.viewport().stack, 1);
    viewer.send(Event::Command(Command::ShowStack(0, series_uid(1, 1), 99)));
    assert_eq!(viewer.viewport().stack, 1, "there is no such stack");
}

#[test]
fn a_link_to_an_instance_opens_the_stack_it_is_in() {
    let phantom = echoes(2);
    let mut viewer = Viewer::default();
    let instance = phantom.series[0].instances[7].uid.clone();
    viewer.send(Event::Command(Command::OpenStudy(Link {
        series: Some(series_uid(1, 1)),
        instance: Some(instance.clone()),
        ..Viewer::link(1)
    })));
    viewer.answer_all(&phantom);
    let viewport = viewer.viewport();
    assert_eq!((viewport.stack, viewport.index), (1, 3));
    assert_eq!(viewport.frame.unwrap().instance, instance);
}

#[test]
fn a_series_of_many_stacks_has_one_card_and_a_choice() {
    let phantom = echoes(20);
    let mut viewer = open(&phantom);
    let cards = viewer.summary().series;
    assert_eq!(
        (cards.len(), cards[0].stack_name.as_str()),
        (2, "20 stacks")
    );
    viewer.send(Event::Command(Command::ShowStack(0, series_uid(1, 1), 19)));
    viewer.answer_all(&phantom);
    assert_eq!(viewer.viewport().stacks[19], "Echo 20");
    assert!(viewer.summary().series[0].is_shown);
}

#[test]
fn the_doctor_speaks_beside_the_picture_and_in_the_details() {
    let mut phantom = phantom(1, 1, 12);
    phantom.series[0].instances.remove(5);
    let viewer = open(&phantom);
    let marks: Vec<String> = viewer
        .viewport()
        .marks
        .into_iter()
        .map(|m| m.text)
        .collect();
    assert!(marks.contains(&"1 SLICE MISSING".to_owned()), "{marks:?}");
    assert_eq!(
        viewer.summary().findings[0].found,
        "1 slice is missing between images 5 and 6 (gap of 5.0 mm)."
    );
}
