//! The chest CTs hold what their truth says: read back from the files, in Hounsfield units and millimetres.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{instances, numbers, samples, series, stored, text};
use dicom_dictionary_std::tags;
use dicom_object::DefaultDicomObject;
use skiagraph_phantom::{SampleStudy, Truth};

fn studies() -> [&'static SampleStudy; 2] {
    let samples = samples("ct");
    ["thorax-ct", "thorax-ct-prior"].map(|label| samples.study(label).unwrap())
}

/// One slice in Hounsfield units, with the pixel that shows a point of the patient.
struct Plane {
    values: Vec<f64>,
    columns: usize,
    spacing_mm: f64,
    column: usize,
    row: usize,
}

impl Plane {
    /// The slice that passes through `center`, by Image Position (Patient).
    fn through(objects: &[DefaultDicomObject], center: [f64; 3]) -> Self {
        let object = objects
            .iter()
            .find(|object| {
                (numbers(object, tags::IMAGE_POSITION_PATIENT)[2] - center[2]).abs() < 0.01
            })
            .expect("a slice passes through the centre");
        let position = numbers(object, tags::IMAGE_POSITION_PATIENT);
        let spacing_mm = numbers(object, tags::PIXEL_SPACING)[0];
        let slope = numbers(object, tags::RESCALE_SLOPE)[0];
        let intercept = numbers(object, tags::RESCALE_INTERCEPT)[0];
        let index = |axis: usize| ((center[axis] - position[axis]) / spacing_mm).round() as usize;
        Self {
            values: stored(object)
                .into_iter()
                .map(|v| f64::from(v) * slope + intercept)
                .collect(),
            columns: numbers(object, tags::COLUMNS)[0] as usize,
            spacing_mm,
            column: index(0),
            row: index(1),
        }
    }

    fn at(&self, right: i32, down: i32) -> f64 {
        let column = (self.column as i32 + right) as usize;
        let row = (self.row as i32 + down) as usize;
        self.values[row * self.columns + column]
    }

    /// How far `level` is from the centre in a direction, mm, by linear interpolation.
    fn reach(&self, step: (i32, i32), level: f64) -> f64 {
        let value = |k: i32| self.at(k * step.0, k * step.1);
        let k = (1..8)
            .find(|&k| value(k) < level)
            .expect("the border is near");
        let share = (value(k - 1) - level) / (value(k - 1) - value(k));
        (f64::from(k - 1) + share) * self.spacing_mm
    }
}

fn nodules(study: &SampleStudy) -> Vec<(&str, [f64; 3], f64, f64)> {
    study
        .truth
        .iter()
        .filter_map(|truth| match truth {
            Truth::Nodule {
                label,
                center_mm,
                diameter_mm,
                mean_hu,
                ..
            } => Some((label.as_str(), *center_mm, *diameter_mm, *mean_hu)),
            _ => None,
        })
        .collect()
}

/// The noise of one pixel has a standard deviation of about 14 HU.
const THREE_SIGMA_HU: f64 = 42.0;

#[test]
fn solid_parts_have_their_density() {
    for study in studies() {
        let objects = instances(series(study, "axial"));
        for (label, center, _, hu) in nodules(study) {
            if label.starts_with("ground glass") {
                continue;
            }
            let seen = Plane::through(&objects, center).at(0, 0);
            assert!(
                (seen - hu).abs() < THREE_SIGMA_HU,
                "{label}: {seen} HU, not {hu}"
            );
        }
    }
}

#[test]
fn ground_glass_has_its_density_around_the_core() {
    for study in studies() {
        let objects = instances(series(study, "axial"));
        let (label, center, _, hu) = nodules(study)[1];
        assert!(label.starts_with("ground glass"));
        let plane = Plane::through(&objects, center);
        let ring = [(2, 0), (-2, 0), (0, 2), (0, -2)].map(|(x, y)| plane.at(x, y));
        let seen = ring.iter().sum::<f64>() / 4.0;
        assert!((seen - hu).abs() < 35.0, "{seen} HU, not {hu}");
    }
}

#[test]
fn solid_nodule_is_as_wide_as_stated_and_has_grown() {
    let mut widths = Vec::new();
    for study in studies() {
        let objects = instances(series(study, "axial"));
        let (_, center, diameter, hu) = nodules(study)[0];
        let plane = Plane::through(&objects, center);
        let level = 0.5 * (hu - 850.0);
        for (there, back) in [((1, 0), (-1, 0)), ((0, 1), (0, -1))] {
            let width = plane.reach(there, level) + plane.reach(back, level);
            assert!(
                (width - diameter).abs() < 1.0,
                "{width} mm, not {diameter} mm"
            );
            widths.push(width);
        }
    }
    assert!(
        widths[0] > widths[2] + 2.0,
        "8 mm today, 5 mm a year before"
    );
}

#[test]
fn slices_are_even_and_descend() {
    for study in studies() {
        let heights: Vec<f64> = instances(series(study, "axial"))
            .iter()
            .map(|object| numbers(object, tags::IMAGE_POSITION_PATIENT)[2])
            .collect();
        assert_eq!(heights.len(), 24);
        assert!(
            heights
                .windows(2)
                .all(|pair| (pair[0] - pair[1] - 12.0).abs() < 1e-6)
        );
    }
}

#[test]
fn air_fat_and_blood_are_where_a_radiologist_looks_for_them() {
    let objects = instances(series(studies()[0], "axial"));
    let mean = |center: [f64; 3]| {
        let plane = Plane::through(&objects, center);
        let around = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)];
        around.iter().map(|(x, y)| plane.at(*x, *y)).sum::<f64>() / 5.0
    };
    let trachea = mean([-2.0, 4.0, 248.0]);
    assert!(
        (-1024.0..-930.0).contains(&trachea),
        "air of the trachea: {trachea} HU"
    );
    let aorta = mean([22.0, 40.0, 164.0]);
    assert!(
        (140.0..200.0).contains(&aorta),
        "blood with contrast: {aorta} HU"
    );
    let lung = mean([-85.0, 10.0, 188.0]);
    assert!((-920.0..-650.0).contains(&lung), "lung: {lung} HU");
    let liver = mean([-80.0, -10.0, 44.0]);
    assert!(
        (80.0..150.0).contains(&liver),
        "liver with contrast: {liver} HU"
    );
}

#[test]
fn header_says_what_a_reader_needs() {
    let [today, prior] = studies();
    let first = instances(series(today, "axial")).remove(0);
    assert_eq!(text(&first, tags::PATIENT_NAME), "Moreau^Élodie");
    assert_eq!(numbers(&first, tags::WINDOW_CENTER), [40.0, -600.0]);
    assert_eq!(numbers(&first, tags::WINDOW_WIDTH), [400.0, 1500.0]);
    assert_eq!(
        text(&first, tags::WINDOW_CENTER_WIDTH_EXPLANATION),
        "Mediastinum\\Lung"
    );
    let before = instances(series(prior, "axial")).remove(0);
    assert_eq!(
        text(&before, tags::PATIENT_ID),
        text(&first, tags::PATIENT_ID)
    );
    assert_ne!(prior.study_uid, today.study_uid);
    assert!(text(&before, tags::STUDY_DATE) < text(&first, tags::STUDY_DATE));
}

#[test]
fn corner_lies_outside_the_scanned_circle() {
    for study in studies() {
        let first = instances(series(study, "axial")).remove(0);
        let padding = numbers(&first, tags::PIXEL_PADDING_VALUE)[0];
        assert!((f64::from(stored(&first)[0]) - padding).abs() < f64::EPSILON);
        assert!(study.truth.iter().any(|truth| matches!(truth,
            Truth::StoredValue { column: 0, row: 0, value, sop_instance_uid }
                if *value as f64 == padding && *sop_instance_uid == text(&first, tags::SOP_INSTANCE_UID))));
    }
}
