//! Head MR, radiograph, ultrasound and reports keep to their truth and to the standard.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![expect(
    clippy::disallowed_methods,
    reason = "a native test reads the files it had written"
)]

mod common;

use std::collections::HashSet;
use std::path::Path;

use common::{dot, folder, instances, normal, numbers, samples, series, stored, text};
use dicom_dictionary_std::tags;
use dicom_object::{DefaultDicomObject, InMemDicomObject, open_file};
use skiagraph_phantom::{SampleStudy, Truth, write_small};

fn study(label: &str) -> &'static SampleStudy {
    samples("others").study(label).unwrap()
}

fn only(study: &SampleStudy, label: &str) -> DefaultDicomObject {
    instances(series(study, label)).remove(0)
}

#[test]
fn orientations_are_unit_vectors_at_right_angles() {
    for series in &study("head-mr").series {
        for object in instances(series) {
            let orientation = numbers(&object, tags::IMAGE_ORIENTATION_PATIENT);
            let (row, column) = orientation.split_at(3);
            assert!((dot(row, row) - 1.0).abs() < 1e-9);
            assert!((dot(column, column) - 1.0).abs() < 1e-9);
            assert!(dot(row, column).abs() < 1e-9);
        }
    }
}

#[test]
fn slices_step_evenly_along_the_normal() {
    for series in &study("head-mr").series {
        let objects = instances(series);
        let direction = normal(&numbers(&objects[0], tags::IMAGE_ORIENTATION_PATIENT));
        let places: Vec<_> = objects
            .iter()
            .map(|object| numbers(object, tags::IMAGE_POSITION_PATIENT))
            .collect();
        assert_eq!(places.len(), 24);
        for pair in places.windows(2) {
            for axis in 0..3 {
                let step = pair[1][axis] - pair[0][axis];
                assert!(
                    (step - 5.0 * direction[axis]).abs() < 1e-6,
                    "{}",
                    series.label
                );
            }
        }
    }
}

#[test]
fn flair_is_oblique_to_every_axis() {
    let first = only(study("head-mr"), "flair-oblique");
    let direction = normal(&numbers(&first, tags::IMAGE_ORIENTATION_PATIENT));
    assert!(
        direction
            .iter()
            .all(|part| part.abs() > 0.1 && part.abs() < 0.99)
    );
}

/// The cyst is fluid: dark on T1, and as wide as stated.
#[test]
fn cyst_is_as_wide_as_stated() {
    let study = study("head-mr");
    let Some(Truth::Distance {
        from_mm,
        to_mm,
        length_mm,
        ..
    }) = study.truth.first()
    else {
        panic!("the first truth is the cyst's width");
    };
    let objects = instances(series(study, "t1-axial"));
    let nearest = |object: &&DefaultDicomObject| {
        let height = numbers(object, tags::IMAGE_POSITION_PATIENT)[2];
        ((height - from_mm[2]).abs() * 1000.0) as i64
    };
    let object = objects.iter().min_by_key(nearest).unwrap();
    let position = numbers(object, tags::IMAGE_POSITION_PATIENT);
    let spacing = numbers(object, tags::PIXEL_SPACING)[0];
    let row = ((from_mm[1] - position[1]) / spacing).round() as usize;
    let line = &stored(object)[row * 64..(row + 1) * 64];
    let level = 600.0;
    let middle = ((0.5 * (from_mm[0] + to_mm[0]) - position[0]) / spacing).round() as i64;
    let reach = |way: i64| {
        let value = |k: i64| f64::from(line[(middle + way * k) as usize]);
        let k = (1..8).find(|&k| value(k) > level).unwrap();
        (k as f64 - (value(k) - level) / (value(k) - value(k - 1))) * spacing
    };
    let width = reach(1) + reach(-1);
    assert!(
        (width - length_mm).abs() < 2.5,
        "{width} mm, not {length_mm} mm"
    );
}

#[test]
fn names_keep_their_three_component_groups() {
    let first = only(study("head-mr"), "t1-axial");
    assert_eq!(
        text(&first, tags::PATIENT_NAME),
        "Yamada^Tarou=山田^太郎=やまだ^たろう"
    );
}

/// PS3.5 G.5: sixteen offsets, of which two for sixteen-bit grey; G.4: the first segment starts at 64.
#[test]
fn one_series_is_run_length_encoded() {
    let first = only(study("head-mr"), "t2-axial");
    assert_eq!(first.meta().transfer_syntax(), "1.2.840.10008.1.2.5");
    let fragments = first
        .element(tags::PIXEL_DATA)
        .unwrap()
        .value()
        .fragments()
        .unwrap();
    assert_eq!(fragments.len(), 1);
    assert_eq!(fragments[0][..8], [2, 0, 0, 0, 64, 0, 0, 0]);
}

#[test]
fn radiograph_is_calibrated_on_the_detector_only() {
    let image = only(study("chest-radiograph"), "pa");
    assert_eq!(
        text(&image, tags::PHOTOMETRIC_INTERPRETATION),
        "MONOCHROME1"
    );
    assert_eq!(text(&image, tags::PRESENTATION_LUT_SHAPE), "INVERSE");
    assert_eq!(text(&image, tags::PATIENT_ORIENTATION), "L\\F");
    assert!(image.element_opt(tags::PIXEL_SPACING).unwrap().is_none());
    let spacing = numbers(&image, tags::IMAGER_PIXEL_SPACING)[0];
    let Some(Truth::ImageDistance {
        from_px,
        to_px,
        length,
        ..
    }) = study("chest-radiograph").truth.first()
    else {
        panic!("the radiograph has a known distance");
    };
    assert!(((to_px[0] - from_px[0]) * spacing - length).abs() < 1e-9);
}

/// In MONOCHROME1 the larger value is darker (PS3.3 C.7.6.3.1.2): lungs are dark, the spine is bright.
#[test]
fn radiograph_shows_dark_lungs_and_a_bright_spine() {
    let image = only(study("chest-radiograph"), "pa");
    let values = stored(&image);
    let at = |column: usize, row: usize| values[row * 250 + column];
    assert!(
        at(75, 100) > at(125, 140) + 2000,
        "the right lung lets more through than the spine"
    );
    assert!(at(190, 110) > at(125, 140) + 2000, "so does the left");
    assert!(
        at(5, 5) > at(75, 100),
        "air beside the neck lets most through"
    );
}

#[test]
fn cine_is_calibrated_in_both_regions() {
    let study = study("echo-cine");
    let cine = only(study, "apical");
    let regions = cine
        .element(tags::SEQUENCE_OF_ULTRASOUND_REGIONS)
        .unwrap()
        .items()
        .unwrap();
    assert_eq!(regions.len(), 2);
    let value = |region: &InMemDicomObject, tag| region.element(tag).unwrap().to_float64().unwrap();
    let lengths: Vec<(f64, &str)> = study
        .truth
        .iter()
        .map(|truth| match truth {
            Truth::ImageDistance {
                from_px,
                to_px,
                length,
                unit,
                ..
            } => {
                let region = regions
                    .iter()
                    .find(|r| {
                        value(r, tags::REGION_LOCATION_MIN_Y0) <= to_px[1]
                            && to_px[1] <= value(r, tags::REGION_LOCATION_MAX_Y1)
                    })
                    .unwrap();
                let across = (to_px[0] - from_px[0]) * value(region, tags::PHYSICAL_DELTA_X);
                let down = (to_px[1] - from_px[1]) * value(region, tags::PHYSICAL_DELTA_Y);
                let centimeters = if *unit == "mm" { 10.0 } else { 1.0 };
                assert!(
                    (across.hypot(down) * centimeters - length).abs() < 1e-9,
                    "{unit}"
                );
                (*length, *unit)
            }
            _ => panic!("only distances"),
        })
        .collect();
    assert_eq!(lengths, [(100.0, "mm"), (0.8, "s"), (75.0, "cm/s")]);
    let pixels = cine.element(tags::PIXEL_DATA).unwrap().to_bytes().unwrap();
    assert_eq!(pixels.len(), 8 * 160 * 120 * 3);
    assert_ne!(
        pixels[..160 * 120 * 3],
        pixels[3 * 160 * 120 * 3..4 * 160 * 120 * 3],
        "it moves"
    );
}

/// ISO 32000-1 7.5.5: `startxref` gives the byte at which the cross-reference table begins.
#[test]
fn pdf_points_at_its_table() {
    let report = only(study("thorax-ct"), "report-pdf");
    let document = report
        .element(tags::ENCAPSULATED_DOCUMENT)
        .unwrap()
        .to_bytes()
        .unwrap();
    assert!(document.starts_with(b"%PDF-1.4"));
    let written: String = document.iter().map(|b| char::from(*b)).collect();
    let start: usize = written
        .rsplit("startxref\n")
        .next()
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!(
        written[..]
            .char_indices()
            .map(|(_, c)| c)
            .skip(start)
            .collect::<String>()
            .starts_with("xref")
    );
}

#[test]
fn structured_report_states_both_nodules() {
    let report = only(study("thorax-ct"), "report-text");
    assert_eq!(
        text(&report, tags::STUDY_INSTANCE_UID),
        study("thorax-ct").study_uid
    );
    let mut sentences = String::new();
    for section in report
        .element(tags::CONTENT_SEQUENCE)
        .unwrap()
        .items()
        .unwrap()
    {
        let Ok(children) = section.element(tags::CONTENT_SEQUENCE) else {
            continue;
        };
        for child in children.items().unwrap() {
            sentences += &child.element(tags::TEXT_VALUE).unwrap().to_str().unwrap();
        }
    }
    for stated in [
        "right upper lobe, 8 mm across",
        "left lower lobe, 14 mm across",
        "it was 5 mm",
    ] {
        assert!(sentences.contains(stated), "{stated}");
    }
}

fn files(folder: &Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else {
            into.push(path);
        }
    }
}

/// PS3.5 9.1 and B.2: at most 64 characters, under 2.25, and no two instances share one.
#[test]
fn identifiers_are_unique_and_well_formed() {
    let mut seen = HashSet::new();
    for study in &samples("others").studies {
        for series in &study.series {
            for object in instances(series) {
                let uid = text(&object, tags::SOP_INSTANCE_UID);
                let uid = uid.trim_end_matches('\0').to_owned();
                assert!(uid.len() <= 64 && uid.starts_with("2.25."));
                assert_eq!(text(&object, tags::SERIES_INSTANCE_UID), series.series_uid);
                assert!(seen.insert(uid), "an identifier is used twice");
            }
        }
    }
    assert_eq!(seen.len(), 24 + 24 + 3 * 24 + 1 + 1 + 2);
}

#[test]
fn every_run_writes_the_same_bytes() {
    samples("others");
    let (first, second) = (folder("others"), folder("others-again"));
    write_small(&second, &mut |_| {}).unwrap();
    let mut paths = Vec::new();
    files(&first, &mut paths);
    assert!(!paths.is_empty());
    for path in paths {
        let twin = second.join(path.strip_prefix(&first).unwrap());
        assert!(
            std::fs::read(&path).unwrap() == std::fs::read(twin).unwrap(),
            "{path:?}"
        );
        open_file(&path).unwrap();
    }
}
