//! `samples`: the generated studies as files, for the demo and the tests, with what is true of them.

use std::{fs, path::Path};

use serde_json::{Value, json};
use skiagraph_phantom::{SampleSeries, Samples, Truth};

use crate::{error::XtaskError, fingerprint, paths, process::Heartbeat};

/// Where the files say what is in them.
const INDEX: &str = "samples.json";

/// The study that the demo links to.
const THORAX: &str = "thorax-ct";

/// The sources that decide what the samples look like.
const SOURCES: [&str; 2] = ["xtask/phantom", "Cargo.lock"];

/// Writes the sample studies, or the small ones of the tests, and their index into `out`.
pub(crate) fn run(out: &Path, is_small: bool) -> Result<(), XtaskError> {
    write(out, is_small, &mut |line| println!("{line}"))
}

/// The sample studies of the demo: written where they are missing or would be others by now.
pub(crate) fn ensure(progress: &mut dyn FnMut(&str)) -> Result<(), XtaskError> {
    let out = paths::samples();
    let stamp = paths::target().join("samples.stamp");
    let fingerprint = fingerprint::of(&SOURCES, "")?;
    if out.join(INDEX).is_file() && fingerprint::is_current(&stamp, &fingerprint) {
        return Ok(());
    }
    if out.is_dir() {
        fs::remove_dir_all(&out).map_err(XtaskError::file(&out))?;
    }
    write(&out, false, progress)?;
    fingerprint::keep(&stamp, &fingerprint)
}

/// Study Instance UID of the thorax CT among the samples in `folder`, where it is there.
pub(crate) fn thorax_study(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join(INDEX)).ok()?;
    find_thorax(&serde_json::from_str(&text).ok()?)
}

fn find_thorax(index: &Value) -> Option<String> {
    let studies = index["studies"].as_array()?;
    let study = studies.iter().find(|study| study["label"] == THORAX)?;
    study["study_uid"].as_str().map(str::to_owned)
}

fn write(out: &Path, is_small: bool, progress: &mut dyn FnMut(&str)) -> Result<(), XtaskError> {
    fs::create_dir_all(out).map_err(XtaskError::file(out))?;
    let write = if is_small {
        skiagraph_phantom::write_small
    } else {
        skiagraph_phantom::write_samples
    };
    let _watch = Heartbeat::start("writing the sample studies".to_owned());
    let samples = write(out, progress).map_err(|error| XtaskError::Samples(error.to_string()))?;
    let file = out.join(INDEX);
    let text = format!("{:#}\n", to_index(&samples, out));
    fs::write(&file, text).map_err(XtaskError::file(file))
}

/// The contents of `samples.json`; folders are relative to it, and names are those of the Rust types.
fn to_index(samples: &Samples, out: &Path) -> Value {
    let studies = samples.studies.iter().map(|study| {
        json!({
            "label": study.label,
            "study_uid": study.study_uid,
            "series": study.series.iter().map(|series| to_series(series, out)).collect::<Vec<_>>(),
            "truth": study.truth.iter().map(to_truth).collect::<Vec<_>>(),
        })
    });
    json!({ "studies": studies.collect::<Vec<_>>() })
}

fn to_series(series: &SampleSeries, out: &Path) -> Value {
    let folder = series.folder.strip_prefix(out).unwrap_or(&series.folder);
    json!({
        "label": series.label,
        "series_uid": series.series_uid,
        "modality": series.modality,
        "folder": folder.to_string_lossy(),
        "instances": series.instances,
    })
}

fn to_truth(truth: &Truth) -> Value {
    match truth {
        Truth::Nodule {
            label,
            series_uid,
            center_mm,
            diameter_mm,
            mean_hu,
        } => json!({
            "kind": "nodule",
            "label": label,
            "series_uid": series_uid,
            "center_mm": center_mm,
            "diameter_mm": diameter_mm,
            "mean_hu": mean_hu,
        }),
        Truth::Distance {
            label,
            series_uid,
            from_mm,
            to_mm,
            length_mm,
        } => json!({
            "kind": "distance",
            "label": label,
            "series_uid": series_uid,
            "from_mm": from_mm,
            "to_mm": to_mm,
            "length_mm": length_mm,
        }),
        Truth::ImageDistance {
            label,
            series_uid,
            from_px,
            to_px,
            length,
            unit,
        } => json!({
            "kind": "image_distance",
            "label": label,
            "series_uid": series_uid,
            "from_px": from_px,
            "to_px": to_px,
            "length": length,
            "unit": unit,
        }),
        Truth::StoredValue {
            sop_instance_uid,
            column,
            row,
            value,
        } => json!({
            "kind": "stored_value",
            "sop_instance_uid": sop_instance_uid,
            "column": column,
            "row": row,
            "value": value,
        }),
    }
}

#[cfg(test)]
mod tests {
    use skiagraph_phantom::SampleStudy;

    use super::*;

    fn samples() -> Samples {
        let series = SampleSeries {
            label: "axial".to_owned(),
            series_uid: "2.25.3".to_owned(),
            modality: "CT".to_owned(),
            folder: "out/thorax-ct/axial".into(),
            instances: 24,
        };
        let nodule = Truth::Nodule {
            label: "nodule".to_owned(),
            series_uid: "2.25.3".to_owned(),
            center_mm: [1.0, 2.0, 3.5],
            diameter_mm: 8.0,
            mean_hu: 40.0,
        };
        let thorax = SampleStudy {
            label: THORAX.to_owned(),
            study_uid: "2.25.2".to_owned(),
            series: vec![series],
            truth: vec![nodule],
        };
        let studies = vec![SampleStudy::default(), thorax];
        Samples { studies }
    }

    #[test]
    fn the_index_says_where_the_files_are_and_what_is_true_of_them() {
        let index = to_index(&samples(), Path::new("out"));
        let study = &index["studies"][1];
        assert_eq!(study["series"][0]["folder"], "thorax-ct/axial");
        assert_eq!(study["series"][0]["instances"], 24);
        assert_eq!(study["truth"][0]["kind"], "nodule");
        assert_eq!(study["truth"][0]["center_mm"][2], 3.5);
    }

    #[test]
    fn the_demo_finds_the_thorax_in_the_index() {
        let index = to_index(&samples(), Path::new("out"));
        assert_eq!(find_thorax(&index), Some("2.25.2".to_owned()));
        assert_eq!(find_thorax(&json!({})), None);
    }
}
