//! What a pixel is worth: the chain behind a grey, SUV and its reasons, real world values, colour maps and their legend.

use skiagraph_core::pixel::color_map::ColorMap;
use skiagraph_core::pixel::modality_lut::ModalityLut;
use skiagraph_core::pixel::suv::{Suv, SuvProblem};
use skiagraph_core::session::event::{Command, Event};
use skiagraph_core::session::values::{ChainStep, Probe};
use skiagraph_core::study::frame_context::{RealWorldFunction, RealWorldMap};
use skiagraph_core::study::instance::ImageHeader;
use skiagraph_core::tool::input::Phase;
use skiagraph_tests::{Viewer, edit, phantom};

/// One slice, its header changed; the pointer on column 10, row 20: stored value 1210.
fn pointed(change: impl FnOnce(&mut ImageHeader)) -> Viewer {
    let mut phantom = phantom(1, 1, 1);
    edit(&mut phantom.series[0].instances[0], change);
    let mut viewer = Viewer::default();
    viewer.open(1, None);
    viewer.answer_all(&phantom);
    viewer.pointer(Phase::Move, 105.0, 205.0);
    viewer
}

fn probe(viewer: &Viewer) -> Probe {
    viewer.viewport().probe.expect("a probe")
}

fn words(steps: &[ChainStep]) -> Vec<String> {
    steps
        .iter()
        .map(|step| {
            format!(
                "{}: {} | {} | {}",
                step.name, step.value, step.how, step.tags
            )
        })
        .collect()
}

#[test]
fn the_chain_tells_every_function_and_its_attributes() {
    let viewer = pointed(|_| {});
    assert_eq!(
        words(&probe(&viewer).steps),
        [
            "Stored: 1210 | 16 bits, signed | (7FE0,0010)",
            "Modality: 186 HU | \u{d7} 1 \u{2212} 1024 | (0028,1053) (0028,1052)",
            // (186 - 39.5) / 399 + 0.5 = 0.867.
            "Window: 0.87 | LINEAR 40/400 (MEDIASTINUM) | (0028,1050) (0028,1051) (0028,1056)",
            "Shown: grey 221 | of 0 to 255 | ",
        ]
    );
}

#[test]
fn the_chain_follows_window_and_inversion_while_the_pointer_rests() {
    let mut viewer = pointed(|_| {});
    viewer.press("3");
    viewer.press("i");
    let steps = words(&probe(&viewer).steps);
    // Bone, 500 / 2000: (186 - 499.5) / 1999 + 0.5 = 0.343.
    assert_eq!(steps[2], "Window: 0.34 | LINEAR 500/2000 (Bone) | ");
    assert_eq!(steps[3], "Polarity: 0.66 | inverted by the reader | ");
    assert_eq!(steps[4], "Shown: grey 167 | of 0 to 255 | ");
}

#[test]
fn what_the_chain_ends_in_is_what_the_scene_draws() {
    let mut viewer = pointed(|_| {});
    for key in ["1", "2", "3", "i", "4"] {
        viewer.press(key);
        let scene = viewer.session.scene();
        let table = scene.layers[0].table.as_ref().expect("a table");
        let grey = format!("grey {}", table.get(1210)[0]);
        assert_eq!(probe(&viewer).steps.last().expect("a step").value, grey);
    }
}

#[test]
fn y_shows_the_chain_and_escape_puts_it_away() {
    let mut viewer = pointed(|_| {});
    viewer.press("y");
    assert!(viewer.summary().is_chain_shown);
    viewer.press("Escape");
    assert!(!viewer.summary().is_chain_shown);
}

#[test]
fn rule_d33_the_probe_shows_the_suv_and_the_activity_beside_it() {
    let bqml = |header: &mut ImageHeader| {
        header.frames[0].modality_lut = ModalityLut::Rescale {
            slope: 10.0,
            intercept: 0.0,
            unit: "Bq/ml".into(),
        };
        header.frames[0].context.suv = Suv::Factor(2.763_366e-4);
    };
    let probe = probe(&pointed(bqml));
    // 12100 * 2.763366e-4 = 3.34.
    assert_eq!(
        (probe.value.as_str(), probe.unit.as_str()),
        ("3.34", "SUVbw")
    );
    let other = &probe.others[0];
    assert_eq!(
        (other.value.as_str(), other.unit.as_str()),
        ("12100", "Bq/ml")
    );
    assert_eq!(probe.note, "");
}

#[test]
fn rule_d33_without_a_suv_stands_the_activity_and_the_reason() {
    let refused = |header: &mut ImageHeader| {
        header.frames[0].context.suv = Suv::Refused(SuvProblem::Weight);
    };
    let probe = probe(&pointed(refused));
    assert_eq!((probe.value.as_str(), probe.unit.as_str()), ("186", "HU"));
    assert_eq!(
        probe.note,
        "No SUV: the patient's weight is missing or zero (0010,1030)."
    );
}

#[test]
fn rule_d34_overlapping_mappings_both_speak_and_only_inside_their_range() {
    let map = |range, slope, unit: &str| RealWorldMap {
        range,
        map: RealWorldFunction::Linear {
            slope,
            intercept: 0.0,
        },
        unit: unit.into(),
        unit_meaning: String::new(),
        label: format!("{unit} map"),
    };
    let mapped = |header: &mut ImageHeader| {
        header.frames[0].context.real_world = [
            map([0.0, 2000.0], 0.1, "mm2/s"),
            map([1000.0, 3000.0], 2.0, "{ratio}"),
            map([1211.0, 3000.0], 5.0, "s"),
        ]
        .into();
    };
    let probe = probe(&pointed(mapped));
    let others: Vec<(&str, &str)> = probe
        .others
        .iter()
        .map(|other| (other.value.as_str(), other.unit.as_str()))
        .collect();
    // From the stored value 1210, not from the modality value 186.
    assert_eq!(others, [("121", "mm2/s"), ("2420", "{ratio}")]);
}

#[test]
fn a_colour_map_colours_the_picture_and_its_legend_tells_the_window() {
    let mut viewer = pointed(|header| header.frames[0].context.suv = Suv::Factor(0.01));
    assert!(viewer.viewport().takes_color_map && viewer.viewport().legend.is_none());
    let set = Command::SetColorMap(0, Some(ColorMap::HotIron));
    viewer.send(Event::Command(set));
    let viewport = viewer.viewport();
    assert_eq!(viewport.color_map, Some("hotIron"));
    let legend = viewport.legend.expect("a legend");
    // 40 / 400 in SUV.
    assert_eq!(legend.ticks, ["-1.6", "-0.6", "0.4", "1.4", "2.4"]);
    assert_eq!(legend.unit, "SUVbw");
    assert_eq!(legend.colors.first(), Some(&[0, 0, 0]));
    assert_eq!(legend.colors.last(), Some(&[255, 255, 255]));
    let scene = viewer.session.scene();
    let table = scene.layers[0].table.as_ref().expect("a table");
    // Entry 221 of hot iron: 255, 2 * (221 - 128), 4 * (221 - 191).
    assert_eq!(table.get(1210), [255, 186, 120, 255]);
    let last = probe(&viewer).steps.pop().expect("a step");
    assert_eq!(last.value, "255, 186, 120");
    assert_eq!(last.how, "entry 221 of Hot iron");
    viewer.send(Event::Command(Command::SetColorMap(0, None)));
    assert_eq!(viewer.viewport().color_map, None);
}

#[test]
fn colour_takes_no_colour_map() {
    use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor};
    let mut viewer = pointed(|header| {
        header.descriptor = PixelDescriptor {
            photometric: Photometric::PaletteColor,
            ..header.descriptor
        };
    });
    viewer.send(Event::Command(Command::SetColorMap(0, Some(ColorMap::Pet))));
    let viewport = viewer.viewport();
    assert!(!viewport.takes_color_map);
    assert_eq!((viewport.color_map, viewport.legend), (None, None));
}
