//! Answers that real servers gave, held against values that pydicom reads from the files behind them.

use skiagraph_core::geometry::image_plane::SpacingSource;
use skiagraph_core::pixel::modality_lut::ModalityLut;
use skiagraph_core::pixel::voi::Voi;
use skiagraph_core::study::cine::FrameTimes;
use skiagraph_core::study::instance::{Content, Instance};
use skiagraph_dicom::dicomweb::metadata::{
    ParsedStudy, parse_instances, parse_series, parse_studies,
};
use skiagraph_dicom::error::MetadataError;
use std::path::PathBuf;

/// A recorded answer; `None`, with a line that says so, where the data is absent.
pub(crate) fn recorded(name: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/dev")
        .join(name);
    let bytes = std::fs::read(path).ok();
    if bytes.is_none() {
        println!("skipped: {name} is not on this machine");
    }
    bytes
}

fn orthanc(name: &str) -> Option<ParsedStudy> {
    recorded(&format!("dicomweb-orthanc/{name}.body")).map(|json| parse_instances(&json).unwrap().0)
}

#[test]
fn a_ct_series_has_the_geometry_and_values_of_its_files() {
    let Some(parsed) = orthanc("metadata_series") else {
        return;
    };
    let [series] = &parsed.series[..] else {
        panic!("{} series", parsed.series.len())
    };
    assert_eq!(
        (
            series.modality.as_str(),
            series.number,
            series.instances.len()
        ),
        ("CT", Some(2), 4)
    );
    for instance in &series.instances {
        let header = instance.image().unwrap();
        let frame = &header.frames[0];
        let (spacing, source) = frame.spacing.unwrap();
        assert_eq!(
            (spacing.row_mm, spacing.column_mm, source),
            (0.976_562, 0.976_562, SpacingSource::PixelSpacing)
        );
        assert_eq!(
            frame.modality_lut,
            ModalityLut::Rescale {
                slope: 1.0,
                intercept: 0.0,
                unit: "HU".into()
            }
        );
        assert!((header.slice_thickness_mm.unwrap() - 3.27).abs() < 1e-9);
        assert_eq!(
            header.acquisition,
            ["140\u{2009}kV", "15\u{2009}mAs", "SOFT"]
        );
        let descriptor = header.descriptor;
        assert_eq!(
            (descriptor.rows, descriptor.columns, descriptor.bits_stored),
            (202, 198, 16)
        );
        assert!(descriptor.is_signed && frame.voi.is_empty());
    }
    // Positions of files 000010 to 000013 as pydicom reads them.
    let mut heights: Vec<f64> = series.instances.iter().map(height_mm).collect();
    heights.sort_by(f64::total_cmp);
    for (height, wanted) in heights.iter().zip([-848.62, -845.35, -842.08, -838.81]) {
        assert!((height - wanted).abs() < 1e-9, "{height}");
    }
    assert_eq!(parsed.study.unwrap().modalities, ["CT"]);
}

fn height_mm(instance: &Instance) -> f64 {
    instance.image().unwrap().frames[0]
        .plane
        .as_ref()
        .unwrap()
        .position_mm
        .z
}

#[test]
fn an_ultrasound_clip_runs_at_its_frame_time_and_is_marked_lossy() {
    let Some(parsed) = orthanc("metadata_examples_ybr_color") else {
        return;
    };
    let instance = &parsed.series[0].instances[0];
    let header = instance.image().unwrap();
    assert_eq!(
        (header.n_frames, &header.cine.times),
        (30, &Some(FrameTimes::Uniform(33.333)))
    );
    assert_eq!((header.is_lossy, header.lossy_ratio), (true, Some(19.0)));
    assert_eq!(instance.number, Some(16_117));
}

#[test]
fn a_multi_frame_secondary_capture_runs_at_the_mean_of_its_vector() {
    let Some(parsed) = orthanc("metadata_sts001_ct_8frames_jls_3frags_bot") else {
        return;
    };
    let header = parsed.series[0].instances[0].image().unwrap();
    let starts: Vec<f64> = (0..8).map(|k| 40.0 * f64::from(k)).collect();
    assert_eq!(header.n_frames, 8);
    assert_eq!(header.cine.times, Some(FrameTimes::Starts(starts.into())));
    assert_eq!(header.frames[0].modality_lut.unit(), "HU");
}

#[test]
fn reports_presentation_states_and_documents_are_no_images() {
    for name in [
        "metadata_encapsulated_pdf",
        "metadata_gsps_annotations",
        "metadata_sr-ruler",
        "metadata_waveform_ecg",
    ] {
        let Some(parsed) = orthanc(name) else { return };
        assert_eq!(
            parsed.series[0].instances[0].content,
            Content::NotAnImage,
            "{name}"
        );
    }
}

#[test]
fn searches_of_orthanc() {
    let read = |name: &str| recorded(&format!("dicomweb-orthanc/{name}.body"));
    let Some(studies) = read("qido_studies") else {
        return;
    };
    let (studies, warnings) = parse_studies(&studies).unwrap();
    assert_eq!((studies.len(), warnings.len()), (7, 0));
    assert_eq!(studies[0].patient.name.alphabetic, "Derived^STS_001");
    assert_eq!(
        (studies[0].n_series, studies[0].n_instances),
        (Some(1), Some(1))
    );
    let (series, _) = parse_series(&read("qido_series").unwrap()).unwrap();
    assert_eq!(series[0].description, "IBSI_1_STS_001_CT_image");
    assert_eq!(
        (series[0].number, series[0].n_instances),
        (Some(2), Some(4))
    );
    assert!(
        parse_studies(&read("qido_studies_none").unwrap())
            .unwrap()
            .0
            .is_empty()
    );
    let (instances, _) = parse_instances(&read("qido_instances_includefield").unwrap()).unwrap();
    assert!(!instances.series.is_empty());
    assert_eq!(
        parse_instances(&read("metadata_unknown_404").unwrap()),
        Err(MetadataError::ErrorAnswer)
    );
}

#[test]
fn samples_of_other_servers() {
    let read = |name: &str| recorded(&format!("dicomweb-other/{name}"));
    let Some(siemens) = read("cornerstone3d/wadors_metadata") else {
        return;
    };
    let (parsed, _) = parse_instances(&siemens).unwrap();
    let header = parsed.series[0].instances[0].image().unwrap().clone();
    // A localizer: its values carry no unit although Rescale Type is absent.
    assert!(
        header.frames[0]
            .voi
            .iter()
            .any(|choice| matches!(choice.voi, Voi::Window(..)))
    );
    let (parsed, _) =
        parse_instances(&read("dicomweb-client/retrieve_instance_metadata.json").unwrap()).unwrap();
    let header = parsed.series[0].instances[0].image().unwrap().clone();
    assert_eq!(
        (header.descriptor.rows, header.descriptor.samples_per_pixel),
        (10, 3)
    );
    let (studies, _) =
        parse_studies(&read("dicomweb-client/search_for_studies.json").unwrap()).unwrap();
    assert_eq!((studies.len(), studies[0].n_instances), (4, Some(1)));
    assert!(
        !parse_series(&read("dicomweb-client/search_for_series.json").unwrap())
            .unwrap()
            .0
            .is_empty()
    );
    assert!(parse_instances(&read("dicomweb-client/search_for_instances.json").unwrap()).is_ok());
}
