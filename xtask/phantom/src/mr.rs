//! The head MR: three weightings of one head, the last in planes oblique to every axis.

use std::path::Path;

use dicom_dictionary_std::tags;

use crate::error::PhantomError;
use crate::file::{Dataset, Patient, Pixels, Series, Study, uid};
use crate::geometry::{Point, add, rise, scale};
use crate::grain::Grain;
use crate::head::{CYST_DIAMETER_MM, CYST_MM, Head, SPOT_MM};
use crate::random::noise;
use crate::truth::{SampleSeries, SampleStudy, Truth};
use crate::{Scale, parallel};

const STUDY: Study = Study {
    label: "head-mr",
    patient: Patient {
        character_set: "ISO_IR 192",
        name: "Yamada^Tarou=山田^太郎=やまだ^たろう",
        id: "SKG-0002",
        birth_date: "19710822",
        sex: "M",
        age: "054Y",
    },
    date: "20251107",
    time: "160210",
    description: "MR Head",
    accession: "A2511070005",
    institution: "Skiagraph General Hospital",
    referrer: "Suzuki^Hanako=鈴木^花子=すずき^はなこ",
};

const SLICES: usize = 24;
const STEP_MM: f64 = 5.0;

/// One sequence: its weighting, its timing, and the directions of its rows and columns.
#[derive(Clone, Copy, Debug)]
struct Sequence {
    series: Series,
    weighting: usize,
    repetition_millis: f64,
    echo_millis: f64,
    inversion_millis: Option<f64>,
    row: [f64; 3],
    column: [f64; 3],
    center_mm: [f64; 3],
    run_length: bool,
}

fn sequences() -> [Sequence; 3] {
    let series = Series {
        study: STUDY,
        label: "t1-axial",
        number: 2,
        modality: "MR",
        description: "T1 SE axial",
        sop_class: "1.2.840.10008.5.1.4.1.1.4",
        manufacturer: "Skiagraph",
        model: "Phantom MR",
    };
    let t1 = Sequence {
        series,
        weighting: 0,
        repetition_millis: 520.0,
        echo_millis: 11.0,
        inversion_millis: None,
        row: [1.0, 0.0, 0.0],
        column: [0.0, 1.0, 0.0],
        center_mm: [0.0, 0.0, 18.0],
        run_length: false,
    };
    let (turn, lean) = (15_f64.to_radians(), 10_f64.to_radians());
    let t2 = Series {
        label: "t2-axial",
        number: 3,
        description: "T2 TSE axial",
        ..series
    };
    let flair = Series {
        label: "flair-oblique",
        number: 4,
        description: "FLAIR oblique sagittal",
        ..series
    };
    [
        t1,
        Sequence {
            series: t2,
            weighting: 1,
            repetition_millis: 4600.0,
            echo_millis: 98.0,
            run_length: true,
            ..t1
        },
        Sequence {
            series: flair,
            weighting: 2,
            repetition_millis: 9000.0,
            echo_millis: 114.0,
            inversion_millis: Some(2500.0),
            row: [turn.sin(), turn.cos(), 0.0],
            column: [
                turn.cos() * lean.sin(),
                -turn.sin() * lean.sin(),
                -lean.cos(),
            ],
            center_mm: [0.0, 2.0, -4.0],
            ..t1
        },
    ]
}

/// Columns and rows, and the pixel spacing in mm.
fn matrix(size: Scale) -> (usize, f64) {
    match size {
        Scale::Full => (256, 0.9),
        Scale::Small => (64, 3.6),
    }
}

/// Writes the study.
pub(crate) fn write(folder: &Path, size: Scale) -> Result<SampleStudy, PhantomError> {
    let head = Head::new();
    let mut study = SampleStudy {
        label: STUDY.label.to_owned(),
        study_uid: STUDY.uid(),
        ..SampleStudy::default()
    };
    for sequence in sequences() {
        let place = sequence.series.folder(folder)?;
        let grain = Grain::new(41 + sequence.weighting as u64);
        parallel::each(SLICES, |k| {
            let (columns, _) = matrix(size);
            let samples = stored_values(&head, &grain, &sequence, size, k);
            let pixels = if sequence.run_length {
                Pixels::RunLength { samples, columns }
            } else {
                Pixels::Words(samples)
            };
            let path = place.join(format!("{}.dcm", k + 1));
            header(&sequence, size, k).write(&path, pixels)
        })?;
        study.truth.extend(truth(&sequence.series.uid()));
        study.series.push(SampleSeries {
            label: sequence.series.label.to_owned(),
            series_uid: sequence.series.uid(),
            modality: sequence.series.modality.to_owned(),
            folder: place,
            instances: SLICES,
        });
    }
    Ok(study)
}

fn narrow(v: [f64; 3]) -> Point {
    v.map(|x| x as f32)
}

/// The centre of the first pixel of the slice `k`, mm.
fn position(sequence: &Sequence, size: Scale, k: usize) -> [f64; 3] {
    let (columns, spacing) = matrix(size);
    let half = (columns / 2) as f64 * spacing;
    let (r, c) = (sequence.row, sequence.column);
    let normal = [
        r[1] * c[2] - r[2] * c[1],
        r[2] * c[0] - r[0] * c[2],
        r[0] * c[1] - r[1] * c[0],
    ];
    let along = (k as f64 - (SLICES / 2) as f64) * STEP_MM;
    [0, 1, 2].map(|axis| {
        let mm = sequence.center_mm[axis] + along * normal[axis] - half * (r[axis] + c[axis]);
        (mm * 1e9).round() / 1e9
    })
}

/// Twelve-bit values with the noise of a magnitude image and the shading of a head coil.
fn stored_values(
    head: &Head,
    grain: &Grain,
    sequence: &Sequence,
    size: Scale,
    k: usize,
) -> Vec<u16> {
    let (columns, spacing) = matrix(size);
    let spacing = spacing as f32;
    let start = narrow(position(sequence, size, k));
    let (row, column) = (narrow(sequence.row), narrow(sequence.column));
    let (real, imaginary) = (grain.slice(2 * k), grain.slice(2 * k + 1));
    let edge_mm = 1.2 * spacing;
    (0..columns * columns)
        .map(|index| {
            let (i, j) = (index % columns, index / columns);
            let across = scale(row, i as f32 * spacing);
            let p = add(start, add(across, scale(column, j as f32 * spacing)));
            let shade = 1.0 + 0.1 * noise(p.map(|v| v / 110.0), 161) + 0.05 * (p[1] / 90.0);
            let fade = rise(-125.0, -70.0, p[2]);
            let clean = head.signal(p, edge_mm)[sequence.weighting] * shade * fade;
            let (a, b) = (clean + 20.0 * real(i, j), 20.0 * imaginary(i, j));
            (a * a + b * b).sqrt().round().min(4095.0) as u16
        })
        .collect()
}

fn header(sequence: &Sequence, size: Scale, k: usize) -> Dataset {
    let (columns, spacing) = matrix(size);
    let inverted = sequence.inversion_millis.is_some();
    let window = [(900.0, 1700.0), (1000.0, 2100.0), (800.0, 1600.0)][sequence.weighting];
    let direction = [sequence.row, sequence.column].concat();
    let mut set = sequence.series.instance(k + 1);
    set.grey(columns, columns, 12)
        .text(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY\\OTHER")
        .text(tags::ACQUISITION_DATE, STUDY.date)
        .text(tags::ACQUISITION_TIME, STUDY.time)
        .text(tags::ACQUISITION_NUMBER, "1")
        .text(tags::BODY_PART_EXAMINED, "HEAD")
        .text(tags::PATIENT_POSITION, "HFS")
        .text(
            tags::SCANNING_SEQUENCE,
            if inverted { "SE\\IR" } else { "SE" },
        )
        .text(tags::SEQUENCE_VARIANT, "SK")
        .text(tags::SCAN_OPTIONS, "")
        .text(tags::MR_ACQUISITION_TYPE, "2D")
        .decimals(tags::SLICE_THICKNESS, &[4.0])
        .decimals(tags::SPACING_BETWEEN_SLICES, &[STEP_MM])
        .decimals(tags::REPETITION_TIME, &[sequence.repetition_millis])
        .decimals(tags::ECHO_TIME, &[sequence.echo_millis])
        .text(
            tags::ECHO_TRAIN_LENGTH,
            if sequence.weighting == 0 { "1" } else { "17" },
        )
        .decimals(tags::MAGNETIC_FIELD_STRENGTH, &[1.5])
        .decimals(tags::FLIP_ANGLE, &[90.0])
        .text(tags::FRAME_OF_REFERENCE_UID, uid("head-mr/frame"))
        .text(tags::POSITION_REFERENCE_INDICATOR, "")
        .decimals(tags::PIXEL_SPACING, &[spacing, spacing])
        .decimals(tags::IMAGE_ORIENTATION_PATIENT, &direction)
        .decimals(tags::IMAGE_POSITION_PATIENT, &position(sequence, size, k))
        .decimals(tags::WINDOW_CENTER, &[window.0])
        .decimals(tags::WINDOW_WIDTH, &[window.1])
        .text(tags::LOSSY_IMAGE_COMPRESSION, "00");
    if let Some(millis) = sequence.inversion_millis {
        set.decimals(tags::INVERSION_TIME, &[millis]);
    }
    set
}

fn truth(series_uid: &str) -> Vec<Truth> {
    let distance = |label: &str, from: Point, to: Point| {
        let wide = |p: Point| p.map(f64::from);
        let (from_mm, to_mm) = (wide(from), wide(to));
        let squares = (0..3).map(|k| (from_mm[k] - to_mm[k]).powi(2));
        Truth::Distance {
            label: label.to_owned(),
            series_uid: series_uid.to_owned(),
            from_mm,
            to_mm,
            length_mm: squares.sum::<f64>().sqrt(),
        }
    };
    let half = 0.5 * CYST_DIAMETER_MM;
    let [x, y, z] = CYST_MM;
    vec![
        distance("cyst, right to left", [x - half, y, z], [x + half, y, z]),
        distance("cyst to bright spot", CYST_MM, SPOT_MM),
    ]
}
