//! What the tests share: the small samples, written once, and a few ways to read them back.
#![allow(dead_code, reason = "each test binary uses its own part of this")]

use std::path::PathBuf;
use std::sync::OnceLock;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::{DefaultDicomObject, open_file};
use skiagraph_phantom::{SampleSeries, SampleStudy, Samples, write_small};

pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// The small samples, written by the first test that asks.
pub(crate) fn samples(name: &str) -> &'static Samples {
    static SAMPLES: OnceLock<Samples> = OnceLock::new();
    SAMPLES
        .get_or_init(|| write_small(&folder(name), &mut |_| {}).expect("the samples are written"))
}

pub(crate) fn series<'a>(study: &'a SampleStudy, label: &str) -> &'a SampleSeries {
    study
        .series
        .iter()
        .find(|series| series.label == label)
        .expect("the study has the series")
}

/// The instances of a series in the order of Instance Number.
pub(crate) fn instances(series: &SampleSeries) -> Vec<DefaultDicomObject> {
    (1..=series.instances)
        .map(|number| open_file(series.folder.join(format!("{number}.dcm"))).expect("opens"))
        .collect()
}

pub(crate) fn text(object: &DefaultDicomObject, tag: Tag) -> String {
    let value = object.element(tag).expect("is there").to_str();
    value.expect("is text").trim_end().to_owned()
}

pub(crate) fn numbers(object: &DefaultDicomObject, tag: Tag) -> Vec<f64> {
    let element = object.element(tag).expect("is there");
    element.to_multi_float64().expect("are numbers")
}

pub(crate) fn stored(object: &DefaultDicomObject) -> Vec<u16> {
    let element = object.element(tags::PIXEL_DATA).expect("is there");
    element.to_multi_int().expect("are words")
}

/// The direction of the stack: rows cross columns of Image Orientation (PS3.3 C.7.6.2.1.1).
pub(crate) fn normal(orientation: &[f64]) -> [f64; 3] {
    let (r, c) = orientation.split_at(3);
    [
        r[1] * c[2] - r[2] * c[1],
        r[2] * c[0] - r[0] * c[2],
        r[0] * c[1] - r[1] * c[0],
    ]
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
