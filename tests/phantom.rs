//! Phantoms: studies of known geometry and known pixels to show in the harness.

use skiagraph_core::geometry::image_plane::{ImagePlane, PixelSpacing, SpacingSource};
use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor, RawDescriptor};
use skiagraph_core::pixel::modality_lut::ModalityLut;
use skiagraph_core::pixel::raster::{Raster, RasterKind};
use skiagraph_core::pixel::samples::Samples;
use skiagraph_core::pixel::voi::{Voi, VoiChoice};
use skiagraph_core::session::effect::FrameOrder;
use skiagraph_core::session::event::DecodedFrame;
use skiagraph_core::study::cine::CineTiming;
use skiagraph_core::study::frame_context::FrameContext;
use skiagraph_core::study::instance::{Content, FrameHeader, ImageHeader, Instance};
use skiagraph_core::study::redacted::Redacted;
use skiagraph_core::study::study::{Patient, PersonName, Series, Study};
use skiagraph_core::uid::{SeriesUid, SopInstanceUid, StudyUid};
use std::sync::Arc;

/// Side of the phantom's frames, pixels.
pub const SIDE_PX: u32 = 64;

/// A study of one CT series `ct_16s_64x64_ramp_slope1_intercept-1024`: slice `k` at z = 2.5 k mm.
pub struct Phantom {
    /// The study's words.
    pub study: Study,
    /// Its series, with instances.
    pub series: Vec<Series>,
}

/// A study UID from a small number.
pub fn study_uid(n: u32) -> StudyUid {
    StudyUid::parse(&format!("2.25.{n}")).expect("a UID")
}

/// A series UID from two small numbers.
pub fn series_uid(study: u32, n: u32) -> SeriesUid {
    SeriesUid::parse(&format!("2.25.{study}.{n}")).expect("a UID")
}

/// The phantom study `n` with `n_series` series of `n_slices` slices.
pub fn phantom(n: u32, n_series: u32, n_slices: u32) -> Phantom {
    let mut study = Study::empty(study_uid(n));
    study.patient = Redacted(Patient {
        name: PersonName {
            alphabetic: format!("Phantom^{n}"),
            ..PersonName::default()
        },
        id: format!("P{n}"),
        ..Patient::default()
    });
    let series = (1..=n_series)
        .map(|s| {
            let mut series = Series::empty(series_uid(n, s));
            series.modality = "CT".into();
            series.number = Some(s as i32);
            series.n_instances = Some(n_slices);
            series.instances = (0..n_slices).map(|slice| instance(n, s, slice)).collect();
            series
        })
        .collect();
    Phantom { study, series }
}

fn instance(study: u32, series: u32, slice: u32) -> Instance {
    let descriptor = PixelDescriptor::new(&RawDescriptor {
        rows: Some(SIDE_PX),
        columns: Some(SIDE_PX),
        bits_allocated: Some(16),
        bits_stored: Some(16),
        pixel_representation: Some(1),
        photometric: Some(Photometric::Monochrome2),
        ..RawDescriptor::default()
    })
    .expect("a descriptor");
    let frame = FrameHeader {
        plane: ImagePlane::new(
            [0.0, 0.0, 2.5 * f64::from(slice)],
            [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            None,
        ),
        spacing: PixelSpacing::new(0.5, 0.5).map(|spacing| (spacing, SpacingSource::PixelSpacing)),
        pixel_aspect: 1.0,
        modality_lut: ModalityLut::Rescale {
            slope: 1.0,
            intercept: -1024.0,
            unit: "HU".into(),
        },
        voi: vec![
            VoiChoice {
                name: "MEDIASTINUM".into(),
                voi: Voi::linear(40.0, 400.0),
            },
            VoiChoice {
                name: "LUNG".into(),
                voi: Voi::linear(-600.0, 1500.0),
            },
        ],
        shutter: None,
        context: FrameContext::default(),
    };
    let header = ImageHeader {
        descriptor,
        n_frames: 1,
        palette: None,
        padding: None,
        is_lossy: false,
        lossy_ratio: None,
        patient_orientation: None,
        has_burned_in_text: false,
        cine: CineTiming::default(),
        dimensions: Vec::new(),
        concatenation: None,
        slice_thickness_mm: Some(2.5),
        acquisition: vec!["120 kV".into()],
        provenance: Default::default(),
        masks: Vec::new(),
        is_linear_intensity: false,
        overlays: Vec::new(),
        frames: vec![frame],
    };
    Instance {
        uid: SopInstanceUid::parse(&format!("2.25.{study}.{series}.{}", slice + 1)).expect("a UID"),
        sop_class: "1.2.840.10008.5.1.4.1.1.2".into(),
        number: Some(slice as i32 + 1),
        transfer_syntax: None,
        patient_id: Redacted(format!("P{study}")),
        content: Content::Image(Arc::new(header)),
    }
}

/// Changes the header of an image.
pub fn edit(instance: &mut Instance, change: impl FnOnce(&mut ImageHeader)) {
    if let Content::Image(header) = &mut instance.content {
        change(Arc::make_mut(header));
    }
}

/// The phantom's pixels: stored value = column + 10 * row + 1000 * slice number.
pub fn pixels(order: &FrameOrder) -> Raster {
    let number: i16 = order
        .frame
        .instance
        .as_str()
        .rsplit('.')
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1);
    let stored = (0..SIDE_PX * SIDE_PX)
        .map(|at| {
            ((at % SIDE_PX) as i16 + 10 * (at / SIDE_PX) as i16)
                .wrapping_add(number.wrapping_mul(1000))
        })
        .collect();
    Raster::new(SIDE_PX, SIDE_PX, RasterKind::Stored, Samples::I16(stored)).expect("a raster")
}

/// Pixels as a decoder hands them over.
pub(crate) fn decoded(raster: Raster, is_lossy: bool) -> DecodedFrame {
    DecodedFrame {
        n_wire_bytes: raster.samples.n_bytes() as u64,
        raster,
        warnings: Vec::new(),
        is_lossy,
        transfer_millis: 0.0,
        level_bytes: Vec::new(),
        coded: None,
    }
}
