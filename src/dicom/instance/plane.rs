//! Where a frame lies and how large its pixels are (PS3.3 C.7.6.2, 10.7.1.3).

use super::groups::FrameScope;
use super::{Context, tags};
use crate::error::Anomaly;
use skiagraph_core::geometry::image_plane::{ImagePlane, PixelSpacing, SpacingSource};
use skiagraph_core::uid::FrameOfReferenceUid;

/// Pixel spacing by the order of rule D24; the first that is there decides, and where it cannot be used there is none
/// (fault 26).
pub(super) fn spacing(
    scope: &FrameScope<'_, '_>,
    context: &mut Context<'_>,
) -> Option<(PixelSpacing, SpacingSource)> {
    let places = [
        (
            tags::PIXEL_MEASURES_SEQUENCE,
            tags::PIXEL_SPACING,
            SpacingSource::PixelSpacing,
        ),
        (
            tags::FRAME_PIXEL_DATA_PROPERTIES_SEQUENCE,
            tags::IMAGER_PIXEL_SPACING,
            SpacingSource::ImagerPixelSpacing,
        ),
        (
            tags::PIXEL_MEASURES_SEQUENCE,
            tags::NOMINAL_SCANNED_PIXEL_SPACING,
            SpacingSource::NominalScannedPixelSpacing,
        ),
    ];
    let (place, tag, source) = places.into_iter().find_map(|(sequence, tag, source)| {
        scope
            .find(sequence, &[tag])
            .map(|place| (place, tag, source))
    })?;
    let spacing = place
        .array(tag)
        .and_then(|[row_mm, column_mm]| PixelSpacing::new(row_mm, column_mm));
    if spacing.is_none() {
        context.warn(Anomaly::Spacing(source));
    }
    spacing.map(|spacing| (spacing, source))
}

/// Height over width of a pixel (rule D24): of the spacing, else Pixel Aspect Ratio (vertical\horizontal), else 1.
pub(super) fn pixel_aspect(scope: &FrameScope<'_, '_>, spacing: Option<PixelSpacing>) -> f64 {
    let ratio = || {
        let [vertical, horizontal] = scope.top.array(tags::PIXEL_ASPECT_RATIO)?;
        PixelSpacing::new(vertical, horizontal)
    };
    let aspect = spacing
        .or_else(ratio)
        .map_or(1.0, |size| size.row_mm / size.column_mm);
    if aspect.is_finite() && aspect > 0.0 {
        aspect
    } else {
        1.0
    }
}

/// The image plane, where position and orientation make one (rule D26).
///
/// A position outside the functional groups is that of the first frame only (rule D31).
pub(super) fn plane(
    scope: &FrameScope<'_, '_>,
    n_frames: u32,
    context: &mut Context<'_>,
) -> Option<ImagePlane> {
    let position_place = scope.find(
        tags::PLANE_POSITION_SEQUENCE,
        &[tags::IMAGE_POSITION_PATIENT],
    )?;
    let orientation_place = scope.find(
        tags::PLANE_ORIENTATION_SEQUENCE,
        &[tags::IMAGE_ORIENTATION_PATIENT],
    )?;
    if n_frames > 1 && scope.is_top(position_place) {
        context.warn(Anomaly::FramePositions);
        return None;
    }
    let position = position_place.array(tags::IMAGE_POSITION_PATIENT);
    let orientation = orientation_place.array(tags::IMAGE_ORIENTATION_PATIENT);
    let frame_of_reference =
        FrameOfReferenceUid::parse(&scope.top.text(tags::FRAME_OF_REFERENCE_UID)).ok();
    let plane = position
        .zip(orientation)
        .and_then(|(position, orientation)| {
            ImagePlane::new(position, orientation, frame_of_reference)
        });
    if plane.is_none() {
        context.warn(Anomaly::Plane);
    }
    plane
}

/// Slice Thickness (0018,0050), mm.
pub(super) fn slice_thickness_mm(scope: &FrameScope<'_, '_>) -> Option<f64> {
    let place = scope.find(tags::PIXEL_MEASURES_SEQUENCE, &[tags::SLICE_THICKNESS])?;
    place
        .number(tags::SLICE_THICKNESS)
        .filter(|&thickness| thickness > 0.0)
}
