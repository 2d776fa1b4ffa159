//! A colour ultrasound cine: a beating heart in a sector with colour Doppler, and a spectral trace below.

mod heart;
mod trace;

use std::path::Path;

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use crate::error::PhantomError;
use crate::file::{Dataset, Patient, Pixels, Series, Study};
use crate::grain::Grain;
use crate::truth::{SampleSeries, SampleStudy, Truth};
use crate::{Scale, parallel};

const STUDY: Study = Study {
    label: "echo-cine",
    patient: Patient {
        character_set: "ISO_IR 100",
        name: "Brandt^Jürgen",
        id: "SKG-0003",
        birth_date: "19540130",
        sex: "M",
        age: "071Y",
    },
    date: "20251105",
    time: "111503",
    description: "Echocardiography",
    accession: "A2511050031",
    institution: "Skiagraph General Hospital",
    referrer: "Weiß^Käthe",
};

const SERIES: Series = Series {
    study: STUDY,
    label: "apical",
    number: 1,
    modality: "US",
    description: "Apical four chamber with Doppler",
    sop_class: "1.2.840.10008.5.1.4.1.1.3.1",
    manufacturer: "Skiagraph",
    model: "Phantom US",
};

/// Milliseconds from frame to frame, and from beat to beat: the loop of the full cine is two whole beats.
const FRAME_MILLIS: f64 = 40.0;
const BEAT_MILLIS: f64 = 800.0;

/// Where things lie in the image, in pixels of the full size (800 x 600) divided by `shrink`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    pub(crate) shrink: f32,
    frames: usize,
}

/// A rectangle of pixels: first column and row, last column and row.
type Rectangle = [f32; 4];

const SECTOR: Rectangle = [180.0, 20.0, 620.0, 419.0];
const STRIP: Rectangle = [40.0, 440.0, 759.0, 579.0];
/// Millimetres a pixel in the sector; seconds and centimetres a second a pixel in the strip.
const SECTOR_MM: f64 = 0.4;
const STRIP_SECONDS: f64 = 0.004;
const STRIP_CM_PER_SECOND: f64 = 1.25;
/// The row of no velocity in the strip.
const BASELINE_ROW: f32 = 540.0;

fn layout(scale: Scale) -> Layout {
    match scale {
        Scale::Full => Layout {
            columns: 800,
            rows: 600,
            shrink: 1.0,
            frames: 40,
        },
        Scale::Small => Layout {
            columns: 160,
            rows: 120,
            shrink: 5.0,
            frames: 8,
        },
    }
}

/// Writes the cine.
pub(crate) fn write(folder: &Path, scale: Scale) -> Result<SampleStudy, PhantomError> {
    let layout = layout(scale);
    let place = SERIES.folder(folder)?;
    let grain = [Grain::new(51), Grain::new(52)];
    let frames = parallel::each(layout.frames, |k| Ok(frame(&layout, &grain, k)))?;
    header(&layout).write(&place.join("1.dcm"), Pixels::Bytes(frames.concat()))?;
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
        truth: truth(&layout),
    })
}

/// One frame, red, green and blue for each pixel.
fn frame(layout: &Layout, grain: &[Grain; 2], k: usize) -> Vec<u8> {
    let phase = (k as f64 * FRAME_MILLIS / BEAT_MILLIS).fract() as f32;
    let sector = heart::Sector::new(grain, phase, k);
    let mut bytes = Vec::with_capacity(3 * layout.columns * layout.rows);
    for row in 0..layout.rows {
        for column in 0..layout.columns {
            let at = [column as f32 * layout.shrink, row as f32 * layout.shrink];
            let color = if inside(STRIP, at) {
                trace::color(at, k as f64 * FRAME_MILLIS, &grain[0])
            } else {
                sector.color(at)
            };
            bytes.extend(color);
        }
    }
    bytes
}

fn inside(rectangle: Rectangle, at: [f32; 2]) -> bool {
    let [left, top, right, bottom] = rectangle;
    (left..=right).contains(&at[0]) && (top..=bottom).contains(&at[1])
}

fn header(layout: &Layout) -> Dataset {
    let mut set = SERIES.instance(1);
    set.text(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY")
        .text(tags::BODY_PART_EXAMINED, "HEART")
        .text(tags::PHOTOMETRIC_INTERPRETATION, "RGB")
        .short(tags::SAMPLES_PER_PIXEL, 3)
        .short(tags::PLANAR_CONFIGURATION, 0)
        .short(tags::ROWS, layout.rows as u16)
        .short(tags::COLUMNS, layout.columns as u16)
        .short(tags::BITS_ALLOCATED, 8)
        .short(tags::BITS_STORED, 8)
        .short(tags::HIGH_BIT, 7)
        .short(tags::PIXEL_REPRESENTATION, 0)
        .short(tags::ULTRASOUND_COLOR_DATA_PRESENT, 1)
        .text(tags::NUMBER_OF_FRAMES, layout.frames.to_string())
        .decimals(tags::FRAME_TIME, &[FRAME_MILLIS])
        .attribute(tags::FRAME_INCREMENT_POINTER, tags::FRAME_TIME)
        .text(tags::CINE_RATE, "25")
        .text(tags::RECOMMENDED_DISPLAY_FRAME_RATE, "25")
        .text(tags::HEART_RATE, "75")
        .text(tags::PATIENT_ORIENTATION, "")
        .text(tags::LOSSY_IMAGE_COMPRESSION, "00")
        .items(tags::SEQUENCE_OF_ULTRASOUND_REGIONS, regions(layout));
    set
}

/// The codes of a region (PS3.3 C.8.5.5.1): spatial format, data type, and units across and down.
#[derive(Clone, Copy, Debug)]
struct Region {
    rectangle: Rectangle,
    format: u16,
    data_type: u16,
    units: [u16; 2],
    deltas: [f64; 2],
    reference: [f32; 2],
}

const CENTIMETERS: u16 = 3;
const SECONDS: u16 = 4;
const CENTIMETERS_PER_SECOND: u16 = 7;

fn regions(layout: &Layout) -> Vec<Dataset> {
    let sector = Region {
        rectangle: SECTOR,
        format: 1,
        data_type: 1,
        units: [CENTIMETERS, CENTIMETERS],
        deltas: [0.1 * SECTOR_MM, 0.1 * SECTOR_MM],
        reference: [400.0 - SECTOR[0], 0.0],
    };
    // Velocity grows upwards, rows grow downwards: the step down is negative.
    let strip = Region {
        rectangle: STRIP,
        format: 3,
        data_type: 3,
        units: [SECONDS, CENTIMETERS_PER_SECOND],
        deltas: [STRIP_SECONDS, -STRIP_CM_PER_SECOND],
        reference: [0.0, BASELINE_ROW - STRIP[1]],
    };
    vec![region(sector, layout), region(strip, layout)]
}

fn region(region: Region, layout: &Layout) -> Dataset {
    let pixel = |value: f32| (value / layout.shrink) as u32;
    let [left, top, right, bottom] = region.rectangle.map(pixel);
    let shrink = f64::from(layout.shrink);
    let mut item = Dataset::default();
    item.short(tags::REGION_SPATIAL_FORMAT, region.format)
        .short(tags::REGION_DATA_TYPE, region.data_type)
        .long(tags::REGION_FLAGS, 0)
        .long(tags::REGION_LOCATION_MIN_X0, left)
        .long(tags::REGION_LOCATION_MIN_Y0, top)
        .long(tags::REGION_LOCATION_MAX_X1, right)
        .long(tags::REGION_LOCATION_MAX_Y1, bottom)
        .signed_long(tags::REFERENCE_PIXEL_X0, pixel(region.reference[0]) as i32)
        .signed_long(tags::REFERENCE_PIXEL_Y0, pixel(region.reference[1]) as i32)
        .short(tags::PHYSICAL_UNITS_X_DIRECTION, region.units[0])
        .short(tags::PHYSICAL_UNITS_Y_DIRECTION, region.units[1])
        .double(REFERENCE_VALUE_X, 0.0)
        .double(REFERENCE_VALUE_Y, 0.0)
        .double(tags::PHYSICAL_DELTA_X, region.deltas[0] * shrink)
        .double(tags::PHYSICAL_DELTA_Y, region.deltas[1] * shrink)
        .long(tags::TRANSDUCER_FREQUENCY, 2500);
    if region.format == 3 {
        item.long(tags::PULSE_REPETITION_FREQUENCY, 5000)
            .double(tags::DOPPLER_CORRECTION_ANGLE, 0.0);
    }
    item
}

/// Reference Pixel Physical Value X and Y.
const REFERENCE_VALUE_X: Tag = tags::REFERENCE_PIXEL_PHYSICAL_VALUE_X;
const REFERENCE_VALUE_Y: Tag = tags::REFERENCE_PIXEL_PHYSICAL_VALUE_Y;

fn truth(layout: &Layout) -> Vec<Truth> {
    let shrink = f64::from(layout.shrink);
    let distance = |label: &str, from: [f64; 2], to: [f64; 2], length: f64, unit: &'static str| {
        Truth::ImageDistance {
            label: label.to_owned(),
            series_uid: SERIES.uid(),
            from_px: from.map(|v| v / shrink),
            to_px: to.map(|v| v / shrink),
            length,
            unit,
        }
    };
    vec![
        distance(
            "depth in the sector",
            [400.0, 100.0],
            [400.0, 350.0],
            250.0 * SECTOR_MM,
            "mm",
        ),
        distance(
            "one beat in the trace",
            [200.0, 500.0],
            [400.0, 500.0],
            200.0 * STRIP_SECONDS,
            "s",
        ),
        distance(
            "velocity in the trace",
            [300.0, 540.0],
            [300.0, 480.0],
            60.0 * STRIP_CM_PER_SECOND,
            "cm/s",
        ),
    ]
}
