//! The chest CT of today and its prior, of the same patient.

use std::path::Path;

use dicom_dictionary_std::tags;

use crate::canvas::Grid;
use crate::error::PhantomError;
use crate::file::{Dataset, Patient, Pixels, Series, Study, uid};
use crate::grain::Grain;
use crate::thorax::{Ball, PART_SOLID, Thorax, solid_nodule};
use crate::truth::{SampleSeries, SampleStudy, Truth};
use crate::{Scale, parallel};

pub(crate) const PATIENT: Patient = Patient {
    character_set: "ISO_IR 100",
    name: "Moreau^Élodie",
    id: "SKG-0001",
    birth_date: "19620314",
    sex: "F",
    age: "063Y",
};

/// The study that also holds the reports.
pub(crate) const TODAY: Study = Study {
    label: "thorax-ct",
    patient: PATIENT,
    date: "20251103",
    time: "091542",
    description: "CT Thorax with contrast",
    accession: "A2511030017",
    institution: "Clinique Saint-Vallier",
    referrer: "Lefèvre^Anaïs",
};

const PRIOR: Study = Study {
    label: "thorax-ct-prior",
    patient: Patient {
        age: "062Y",
        ..PATIENT
    },
    date: "20241021",
    time: "143008",
    description: "CT Thorax with contrast",
    accession: "A2410210042",
    ..TODAY
};

/// The geometry and the noise of one acquisition.
#[derive(Clone, Copy, Debug)]
struct Plan {
    series: Series,
    grid: Grid,
    /// The height of the lowest slice and the distance from slice to slice, mm.
    lowest_mm: f32,
    step_mm: f32,
    slices: usize,
    thickness_mm: f64,
    solid_mm: f32,
    noise_hu: f32,
    exposure_mas: u32,
    seed: u64,
}

const BASE: Series = Series {
    study: TODAY,
    label: "axial",
    number: 2,
    modality: "CT",
    description: "Thorax 1.0 axial",
    sop_class: "1.2.840.10008.5.1.4.1.1.2",
    manufacturer: "Skiagraph",
    model: "Phantom CT",
};

fn grid(scale: Scale) -> Grid {
    match scale {
        Scale::Full => Grid::centered(512, 0.7),
        Scale::Small => Grid::centered(128, 2.8),
    }
}

fn today(scale: Scale) -> Plan {
    let (lowest_mm, step_mm, slices) = match scale {
        Scale::Full => (0.0, 1.0, 300),
        Scale::Small => (8.0, 12.0, 24),
    };
    Plan {
        series: BASE,
        grid: grid(scale),
        lowest_mm,
        step_mm,
        slices,
        thickness_mm: 1.0,
        solid_mm: 8.0,
        noise_hu: 12.0,
        exposure_mas: 110,
        seed: 11,
    }
}

fn prior(scale: Scale) -> Plan {
    let (lowest_mm, step_mm, slices) = match scale {
        Scale::Full => (4.0, 5.0, 60),
        Scale::Small => (8.0, 12.0, 24),
    };
    Plan {
        series: Series {
            study: PRIOR,
            description: "Thorax 1.0 axial every 5 mm",
            ..BASE
        },
        lowest_mm,
        step_mm,
        slices,
        solid_mm: 5.0,
        exposure_mas: 95,
        noise_hu: 13.0,
        seed: 12,
        ..today(scale)
    }
}

/// Writes the CT of today.
pub(crate) fn write_today(folder: &Path, scale: Scale) -> Result<SampleStudy, PhantomError> {
    write(folder, today(scale))
}

/// Writes the CT of the year before.
pub(crate) fn write_prior(folder: &Path, scale: Scale) -> Result<SampleStudy, PhantomError> {
    write(folder, prior(scale))
}

fn write(folder: &Path, plan: Plan) -> Result<SampleStudy, PhantomError> {
    let place = plan.series.folder(folder)?;
    let thorax = Thorax::new(plan.solid_mm, true);
    let grain = Grain::new(plan.seed);
    parallel::each(plan.slices, |k| {
        let number = k + 1;
        let z_mm = plan.lowest_mm + (plan.slices - number) as f32 * plan.step_mm;
        let stored = stored_values(&thorax, &grain, &plan, z_mm);
        header(&plan, number, z_mm)
            .write(&place.join(format!("{number}.dcm")), Pixels::Words(stored))
    })?;
    Ok(SampleStudy {
        label: plan.series.study.label.to_owned(),
        study_uid: plan.series.study.uid(),
        truth: truth(&plan),
        series: vec![SampleSeries {
            label: plan.series.label.to_owned(),
            series_uid: plan.series.uid(),
            modality: plan.series.modality.to_owned(),
            folder: place,
            instances: plan.slices,
        }],
    })
}

/// The stored value of what lies outside the scanned circle; Pixel Padding Value says so.
const PADDING: u16 = 0;
const INTERCEPT_HU: f32 = -1024.0;

/// The slice with the noise of the scanner, as unsigned 12-bit values.
fn stored_values(thorax: &Thorax, grain: &Grain, plan: &Plan, z_mm: f32) -> Vec<u16> {
    let slice = thorax.slice(plan.grid, z_mm);
    let seed = (z_mm * 2.0) as usize;
    let noise = grain.slice(seed);
    let Grid {
        columns,
        rows,
        spacing_mm,
        ..
    } = plan.grid;
    let radius_mm = 0.5 * columns as f32 * spacing_mm;
    let streaks = 13.0 * crate::geometry::rise(238.0, 288.0, z_mm);
    (0..columns * rows)
        .map(|index| {
            let (column, row) = (index % columns, index / columns);
            let p = slice.place(column, row);
            let share = (p[0] * p[0] + p[1] * p[1]) / (radius_mm * radius_mm);
            if share > 1.0 {
                return PADDING;
            }
            // The middle of the body is behind most tissue, so its noise is strongest.
            let sd = plan.noise_hu * (1.18 - 0.55 * share);
            let streak = streaks * (1.0 - share) * grain.streak(seed, column, row);
            let hu = slice.values[index] + sd * noise(column, row) + streak;
            (hu - INTERCEPT_HU).round().clamp(1.0, 4095.0) as u16
        })
        .collect()
}

fn header(plan: &Plan, number: usize, z_mm: f32) -> Dataset {
    let Grid {
        columns,
        rows,
        origin_mm,
        ..
    } = plan.grid;
    let spacing = if columns == 512 { 0.7 } else { 2.8 };
    let frame = uid(&format!("{}/frame", plan.series.study.label));
    let origin = origin_mm.map(|mm| (f64::from(mm) * 1e4).round() / 1e4);
    let mut set = plan.series.instance(number);
    set.grey(columns, rows, 12)
        .text(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY\\AXIAL")
        .text(tags::ACQUISITION_DATE, plan.series.study.date)
        .text(tags::ACQUISITION_TIME, plan.series.study.time)
        .text(tags::ACQUISITION_NUMBER, "1")
        .text(tags::BODY_PART_EXAMINED, "CHEST")
        .text(tags::SCAN_OPTIONS, "HELICAL")
        .text(tags::PATIENT_POSITION, "HFS")
        .text(tags::CONTRAST_BOLUS_AGENT, "Iohexol 350")
        .text(tags::CONTRAST_BOLUS_ROUTE, "IV")
        .decimals(tags::KVP, &[120.0])
        .text(tags::EXPOSURE_TIME, "500")
        .text(
            tags::X_RAY_TUBE_CURRENT,
            (2 * plan.exposure_mas).to_string(),
        )
        .text(tags::EXPOSURE, plan.exposure_mas.to_string())
        .text(tags::CONVOLUTION_KERNEL, "STANDARD")
        .text(tags::FILTER_TYPE, "BODY")
        .decimals(tags::GANTRY_DETECTOR_TILT, &[0.0])
        .decimals(tags::DATA_COLLECTION_DIAMETER, &[500.0])
        .decimals(tags::RECONSTRUCTION_DIAMETER, &[358.4])
        .decimals(tags::SLICE_THICKNESS, &[plan.thickness_mm])
        .decimals(tags::SPACING_BETWEEN_SLICES, &[f64::from(plan.step_mm)])
        .decimals(tags::PIXEL_SPACING, &[spacing, spacing])
        .decimals(
            tags::IMAGE_ORIENTATION_PATIENT,
            &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        )
        .decimals(
            tags::IMAGE_POSITION_PATIENT,
            &[origin[0], origin[1], f64::from(z_mm)],
        )
        .decimals(tags::SLICE_LOCATION, &[f64::from(z_mm)])
        .text(tags::FRAME_OF_REFERENCE_UID, frame)
        .text(tags::POSITION_REFERENCE_INDICATOR, "SN")
        .short(tags::PIXEL_PADDING_VALUE, PADDING)
        .decimals(tags::WINDOW_CENTER, &[40.0, -600.0])
        .decimals(tags::WINDOW_WIDTH, &[400.0, 1500.0])
        .text(tags::WINDOW_CENTER_WIDTH_EXPLANATION, "Mediastinum\\Lung")
        .decimals(tags::RESCALE_INTERCEPT, &[f64::from(INTERCEPT_HU)])
        .decimals(tags::RESCALE_SLOPE, &[1.0])
        .text(tags::RESCALE_TYPE, "HU")
        .text(tags::LOSSY_IMAGE_COMPRESSION, "00");
    set
}

fn truth(plan: &Plan) -> Vec<Truth> {
    let series_uid = plan.series.uid();
    let wide = |ball: &Ball| ball.center_mm.map(|mm| (f64::from(mm) * 1e3).round() / 1e3);
    let nodule = |label: &str, ball: &Ball| Truth::Nodule {
        label: label.to_owned(),
        series_uid: series_uid.clone(),
        center_mm: wide(ball),
        diameter_mm: f64::from(ball.diameter_mm),
        mean_hu: f64::from(ball.value_hu),
    };
    let solid = solid_nodule(plan.solid_mm);
    let [glass, core] = &PART_SOLID;
    let (from_mm, to_mm) = (wide(&solid), wide(glass));
    let length_mm = (0..3)
        .map(|k| (from_mm[k] - to_mm[k]).powi(2))
        .sum::<f64>()
        .sqrt();
    vec![
        nodule("solid nodule, right upper lobe", &solid),
        nodule("ground glass, left lower lobe", glass),
        nodule("solid core, left lower lobe", core),
        Truth::Distance {
            label: "centre of one nodule to the other".to_owned(),
            series_uid: series_uid.clone(),
            from_mm,
            to_mm,
            length_mm,
        },
        Truth::StoredValue {
            sop_instance_uid: plan.series.instance_uid(1),
            column: 0,
            row: 0,
            value: i64::from(PADDING),
        },
    ]
}
