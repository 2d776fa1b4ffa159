//! A chest radiograph: X-rays sent through the thorax from the back to a detector at the front.

use std::path::Path;

use dicom_dictionary_std::tags;

use crate::canvas::Grid;
use crate::ct::PATIENT;
use crate::error::PhantomError;
use crate::file::{Dataset, Pixels, Series, Study, codes};
use crate::grain::Grain;
use crate::thorax::Thorax;
use crate::truth::{SampleSeries, SampleStudy, Truth};
use crate::{Scale, parallel};

const STUDY: Study = Study {
    label: "chest-radiograph",
    patient: PATIENT,
    date: "20251031",
    time: "101127",
    description: "Chest PA",
    accession: "A2510310088",
    institution: "Clinique Saint-Vallier",
    referrer: "Lefèvre^Anaïs",
};

const SERIES: Series = Series {
    study: STUDY,
    label: "pa",
    number: 1,
    modality: "DX",
    description: "Chest PA",
    sop_class: "1.2.840.10008.5.1.4.1.1.1.1",
    manufacturer: "Skiagraph",
    model: "Phantom DX",
};

/// The part of the body that is shown, mm, and the pitch at which it is traced.
const WIDTH_MM: f32 = 350.0;
const TOP_MM: f32 = 344.0;
const HEIGHT_MM: f32 = 420.0;
const TRACE_MM: f32 = 1.2;
/// Bits Stored, and the largest stored value.
const BITS: u16 = 14;
const LARGEST: f32 = 16383.0;

/// Writes the radiograph.
pub(crate) fn write(folder: &Path, scale: Scale) -> Result<SampleStudy, PhantomError> {
    let (columns, rows) = match scale {
        Scale::Full => (2500, 3000),
        Scale::Small => (250, 300),
    };
    let place = SERIES.folder(folder)?;
    let traced = trace(scale)?;
    let stored = expose(&traced, columns, rows)?;
    let spacing_mm = f64::from(WIDTH_MM) / columns as f64;
    header(columns, rows, spacing_mm).write(&place.join("1.dcm"), Pixels::Words(stored))?;
    let span = columns as f64 / 2.0;
    Ok(SampleStudy {
        label: STUDY.label.to_owned(),
        study_uid: STUDY.uid(),
        series: vec![SampleSeries {
            label: SERIES.label.to_owned(),
            series_uid: SERIES.uid(),
            modality: SERIES.modality.to_owned(),
            folder: place,
            instances: 1,
        }],
        truth: vec![Truth::ImageDistance {
            label: "half the width, on the detector".to_owned(),
            series_uid: SERIES.uid(),
            from_px: [0.0, 10.0],
            to_px: [span, 10.0],
            length: span * spacing_mm,
            unit: "mm",
        }],
    })
}

/// The attenuation along each ray, without unit: `across` rays a line, lines from the top down.
#[derive(Clone, Debug)]
struct Traced {
    values: Vec<f32>,
    across: usize,
    down: usize,
    pitch_mm: f32,
}

fn trace(scale: Scale) -> Result<Traced, PhantomError> {
    let pitch_mm = match scale {
        Scale::Full => TRACE_MM,
        Scale::Small => 2.5 * TRACE_MM,
    };
    let thorax = Thorax::new(8.0, false);
    let across = (WIDTH_MM / pitch_mm).ceil() as usize + 2;
    let down = (HEIGHT_MM / pitch_mm).ceil() as usize + 2;
    let grid = Grid {
        columns: across,
        rows: (310.0 / pitch_mm) as usize,
        spacing_mm: pitch_mm,
        origin_mm: [-0.5 * WIDTH_MM - 0.5 * pitch_mm, -185.0],
    };
    let lines = parallel::each(down, |line| {
        let slice = thorax.slice(grid, TOP_MM - line as f32 * pitch_mm);
        let mut sums = vec![0.0; across];
        for (index, hu) in slice.values.iter().enumerate() {
            sums[index % across] += attenuation(*hu) * pitch_mm;
        }
        Ok(sums)
    })?;
    Ok(Traced {
        values: lines.concat(),
        across,
        down,
        pitch_mm,
    })
}

/// Linear attenuation at about 60 keV, per mm; calcium stops more than its density says.
fn attenuation(hu: f32) -> f32 {
    let water = 0.0185;
    let bone = 0.45 * (hu - 150.0).max(0.0);
    water * (1.0 + (hu + bone) / 1000.0).max(0.0)
}

impl Traced {
    /// The attenuation at a place in mm from the top left, by cubic interpolation.
    fn at(&self, x_mm: f32, y_mm: f32) -> f32 {
        let (u, v) = (x_mm / self.pitch_mm + 0.5, y_mm / self.pitch_mm);
        let (column, row) = (u as usize, v as usize);
        let (s, t) = (weights(u.fract()), weights(v.fract()));
        let mut sum = 0.0;
        for (j, wy) in t.iter().enumerate() {
            let line = (row + j).saturating_sub(1).min(self.down - 1) * self.across;
            for (i, wx) in s.iter().enumerate() {
                let k = (column + i).saturating_sub(1).min(self.across - 1);
                sum += wx * wy * self.values[line + k];
            }
        }
        sum
    }
}

/// Catmull-Rom weights of the four neighbours.
fn weights(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        0.5 * (-t3 + 2.0 * t2 - t),
        0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
        0.5 * (-3.0 * t3 + 4.0 * t2 + t),
        0.5 * (t3 - t2),
    ]
}

/// The image as the detector stores it: logarithm of the dose, more dose is a larger value and shows darker.
fn expose(traced: &Traced, columns: usize, rows: usize) -> Result<Vec<u16>, PhantomError> {
    let spacing_mm = WIDTH_MM / columns as f32;
    let grain = Grain::new(31);
    let clear = 15200.0;
    let slope = 2150.0;
    let lines = parallel::each(rows, |row| {
        let noise = grain.slice(1);
        let line: Vec<u16> = (0..columns)
            .map(|column| {
                let (x, y) = ((column as f32 + 0.5) * spacing_mm, row as f32 * spacing_mm);
                let depth = traced.at(x, y);
                let quanta = 26.0 * (0.24 * depth).exp();
                let value = clear - slope * depth + quanta * noise(column, row);
                value.round().clamp(0.0, LARGEST) as u16
            })
            .collect();
        Ok(line)
    })?;
    Ok(lines.concat())
}

fn header(columns: usize, rows: usize, spacing_mm: f64) -> Dataset {
    let mut set = SERIES.instance(1);
    set.grey(columns, rows, BITS)
        .text(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME1")
        .text(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY\\")
        .text(tags::PRESENTATION_INTENT_TYPE, "FOR PRESENTATION")
        .text(tags::PRESENTATION_LUT_SHAPE, "INVERSE")
        .text(tags::ACQUISITION_DATE, STUDY.date)
        .text(tags::ACQUISITION_TIME, STUDY.time)
        .text(tags::BODY_PART_EXAMINED, "CHEST")
        .text(tags::VIEW_POSITION, "PA")
        .text(tags::PATIENT_ORIENTATION, "L\\F")
        .text(tags::IMAGE_LATERALITY, "U")
        .text(tags::BURNED_IN_ANNOTATION, "NO")
        .text(tags::LOSSY_IMAGE_COMPRESSION, "00")
        .decimals(tags::KVP, &[125.0])
        .text(tags::EXPOSURE, "2")
        .text(tags::EXPOSURE_TIME, "8")
        .text(tags::X_RAY_TUBE_CURRENT, "250")
        .decimals(tags::DISTANCE_SOURCE_TO_DETECTOR, &[1800.0])
        .text(tags::POSITIONER_TYPE, "COLUMN")
        .text(tags::DETECTOR_TYPE, "SCINTILLATOR")
        .text(tags::DETECTOR_ID, "SAMPLE")
        .text(tags::DETECTOR_TEMPERATURE, "25")
        .decimals(tags::IMAGER_PIXEL_SPACING, &[spacing_mm, spacing_mm])
        .text(tags::PIXEL_INTENSITY_RELATIONSHIP, "LOG")
        .signed_short(tags::PIXEL_INTENSITY_RELATIONSHIP_SIGN, -1)
        .decimals(tags::RESCALE_INTERCEPT, &[0.0])
        .decimals(tags::RESCALE_SLOPE, &[1.0])
        .text(tags::RESCALE_TYPE, "US")
        .decimals(tags::WINDOW_CENTER, &[7800.0])
        .decimals(tags::WINDOW_WIDTH, &[9000.0])
        .text(tags::WINDOW_CENTER_WIDTH_EXPLANATION, "Chest")
        .items(
            tags::ANATOMIC_REGION_SEQUENCE,
            codes("51185008", "SCT", "Chest"),
        )
        .items(
            tags::VIEW_CODE_SEQUENCE,
            codes("399348003", "SCT", "postero-anterior"),
        )
        .items(tags::ACQUISITION_CONTEXT_SEQUENCE, Vec::new());
    set
}
