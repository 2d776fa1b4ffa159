//! An image's header: what is the same for all frames, and what differs (PS3.3 C.7.6.16).

use super::context::{self, ContextReader};
use super::groups::{FrameScope, frame_scopes, n_frame_groups};
use super::provenance::provenance;
use super::{
    Context, DataSet, cine, frame_vectors, lut, mask, nuclear, overlay, palette, pixels, plane,
    shutter, tags, words,
};
use crate::error::Anomaly;
use skiagraph_core::pixel::descriptor::{DescriptorError, Photometric, PixelDescriptor};
use skiagraph_core::pixel::modality_lut::ModalityLut;
use skiagraph_core::pixel::voi::VoiChoice;
use skiagraph_core::study::frame_context::FrameContext;
use skiagraph_core::study::instance::{FrameHeader, ImageHeader};

/// The header, or why nothing can be drawn from it.
pub(super) fn read(
    data_set: &DataSet<'_>,
    sop_class: &str,
    context: &mut Context<'_>,
) -> Result<ImageHeader, DescriptorError> {
    let descriptor = pixels::descriptor(data_set, sop_class)?;
    let n_frames = pixels::n_frames(data_set, context)?;
    check_polarity(data_set, descriptor.photometric, context);
    let mut reader = FrameReader {
        table: lut::modality_table(data_set, &descriptor, context),
        descriptor,
        n_frames,
        has_vector: n_frames > 1
            && n_frame_groups(data_set) == 0
            && frame_vectors::has_vector(data_set),
        last_voi: None,
        contexts: ContextReader::default(),
    };
    let mut frames: Vec<FrameHeader> = frame_scopes(data_set)
        .map(|scope| reader.frame(&scope, context))
        .collect();
    if reader.has_vector
        && let Some(places) = frame_vectors::places(data_set, n_frames, context)
    {
        frames = placed(&frames[0], places);
    }
    let is_counted = n_frame_groups(data_set) == 0 && !reader.has_vector;
    let vectors = nuclear::vectors(data_set, n_frames, context).filter(|_| is_counted);
    let mut dimensions = context::dimensions(data_set);
    if let Some(vectors) = vectors {
        frames = counted(&frames[0], vectors.frames);
        dimensions = vectors.dimensions;
    }
    if frames.iter().all(|frame| *frame == frames[0]) {
        frames.truncate(1);
    }
    let ratios = data_set.numbers(tags::LOSSY_IMAGE_COMPRESSION_RATIO);
    let first_scope = frame_scopes(data_set).next();
    Ok(ImageHeader {
        descriptor,
        n_frames,
        palette: palette::palette(data_set, &descriptor, context),
        padding: pixels::padding(data_set, &descriptor, context),
        is_lossy: data_set.integer(tags::LOSSY_IMAGE_COMPRESSION) == Some(1),
        lossy_ratio: ratios
            .last()
            .copied()
            .flatten()
            .filter(|&ratio| ratio > 0.0),
        patient_orientation: words::patient_orientation(data_set),
        has_burned_in_text: data_set.text(tags::BURNED_IN_ANNOTATION) == "YES",
        cine: cine::timing(data_set, n_frames, &frames, context),
        dimensions,
        concatenation: context::concatenation(data_set),
        slice_thickness_mm: first_scope.and_then(|scope| plane::slice_thickness_mm(&scope)),
        acquisition: first_scope
            .map(|scope| words::acquisition(&scope))
            .unwrap_or_default(),
        provenance: provenance(
            data_set,
            sop_class,
            &descriptor,
            super::transfer_syntax(data_set).as_deref(),
            context,
        ),
        masks: mask::masks(data_set, n_frames, context),
        is_linear_intensity: data_set.text(tags::PIXEL_INTENSITY_RELATIONSHIP) == "LIN",
        overlays: overlay::planes(data_set, &descriptor, context),
        frames,
    })
}

/// A header for each frame, which has a place of its own.
fn placed(common: &FrameHeader, places: Vec<frame_vectors::Place>) -> Vec<FrameHeader> {
    let frame = |place: frame_vectors::Place| FrameHeader {
        plane: Some(place.plane),
        context: FrameContext {
            temporal_position: place.time_slot.or(common.context.temporal_position),
            ..common.context.clone()
        },
        ..common.clone()
    };
    places.into_iter().map(frame).collect()
}

/// A header for each frame, which has its values of the image's vectors.
fn counted(common: &FrameHeader, frames: Vec<(Vec<u32>, u32)>) -> Vec<FrameHeader> {
    let frame = |(dimension_values, step): (Vec<u32>, u32)| FrameHeader {
        context: FrameContext {
            dimension_values,
            step: Some(step),
            ..common.context.clone()
        },
        ..common.clone()
    };
    frames.into_iter().map(frame).collect()
}

/// Reads frame after frame; what frames share is read once, so that thousands of them share one table.
struct FrameReader<'d, 'a> {
    table: Option<ModalityLut>,
    descriptor: PixelDescriptor,
    n_frames: u32,
    /// Places come from a vector of all frames.
    has_vector: bool,
    /// Where the last frame's VOI was found, whether its inputs have a sign, and what it was.
    last_voi: Option<(&'d DataSet<'a>, bool, Vec<VoiChoice>)>,
    contexts: ContextReader<'d, 'a>,
}

impl<'d, 'a> FrameReader<'d, 'a> {
    fn frame(&mut self, scope: &FrameScope<'d, 'a>, context: &mut Context<'_>) -> FrameHeader {
        let spacing = plane::spacing(scope, context);
        let modality_lut = match &self.table {
            Some(table) => table.clone(),
            None => lut::rescale(scope, &self.descriptor, context),
        };
        FrameHeader {
            plane: if self.has_vector {
                None
            } else {
                plane::plane(scope, self.n_frames, context)
            },
            spacing,
            pixel_aspect: plane::pixel_aspect(scope, spacing.map(|(spacing, _)| spacing)),
            voi: self.voi(scope, &modality_lut, context),
            shutter: shutter::shutter(scope, context),
            modality_lut,
            context: self.contexts.read(scope, spacing, context),
        }
    }

    fn voi(
        &mut self,
        scope: &FrameScope<'d, 'a>,
        modality: &ModalityLut,
        context: &mut Context<'_>,
    ) -> Vec<VoiChoice> {
        let Some(place) = lut::voi_place(scope, &self.descriptor) else {
            return Vec::new();
        };
        let is_signed = lut::can_be_negative(modality, &self.descriptor);
        match &self.last_voi {
            Some((last, sign, choices)) if std::ptr::eq(*last, place) && *sign == is_signed => {
                choices.clone()
            }
            _ => {
                let choices = lut::voi_choices(place, is_signed, context);
                self.last_voi = Some((place, is_signed, choices.clone()));
                choices
            }
        }
    }
}

/// Presentation LUT Shape (2050,0020) repeats what Photometric Interpretation says; where it does not, the latter
/// holds (rule D10).
fn check_polarity(data_set: &DataSet<'_>, photometric: Photometric, context: &mut Context<'_>) {
    let shape = data_set.text(tags::PRESENTATION_LUT_SHAPE);
    let is_conflict = match photometric {
        Photometric::Monochrome1 => shape == "IDENTITY",
        Photometric::Monochrome2 => shape == "INVERSE",
        _ => false,
    };
    if is_conflict {
        context.warn(Anomaly::Polarity);
    }
}
