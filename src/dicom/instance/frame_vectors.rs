//! Places of frames that a vector tells: planes of an RT dose grid (PS3.3 C.8.8.3.2), slices of a reconstructed NM volume
//! (C.8.4.8, C.8.4.15).

use super::{Context, DataSet, tags};
use crate::error::Anomaly;
use skiagraph_core::geometry::image_plane::ImagePlane;
use skiagraph_core::uid::FrameOfReferenceUid;

/// Where each frame lies, and when within a heart beat.
pub(super) struct Place {
    pub(super) plane: ImagePlane,
    /// Time Slot Vector (0054,0070) of a gated volume.
    pub(super) time_slot: Option<i64>,
}

/// True where frames without functional groups have places of their own, whether they can be read or not.
pub(super) fn has_vector(top: &DataSet<'_>) -> bool {
    top.has(tags::GRID_FRAME_OFFSET_VECTOR) || is_placed_volume(top)
}

/// An NM volume (Image Type value 3, C.8.4.9.1.1) that says where its first slice lies, which it need not. Projections of a
/// rotating detector are no slices.
fn is_placed_volume(top: &DataSet<'_>) -> bool {
    let kind = top.texts(tags::IMAGE_TYPE);
    let is_volume = |kind: &String| kind == "RECON TOMO" || kind == "RECON GATED TOMO";
    let detector = top.item(tags::DETECTOR_INFORMATION_SEQUENCE);
    top.text(tags::MODALITY) == "NM"
        && kind.get(2).is_some_and(is_volume)
        && detector.is_some_and(|item| item.has(tags::IMAGE_POSITION_PATIENT))
}

/// A place for each of the frames; `None`, with a warning, where the vector does not give one to all of them.
pub(super) fn places(
    top: &DataSet<'_>,
    n_frames: u32,
    context: &mut Context<'_>,
) -> Option<Vec<Place>> {
    let places = if top.has(tags::GRID_FRAME_OFFSET_VECTOR) {
        dose_planes(top)
    } else {
        slices(top)
    };
    let places = places.filter(|places| places.len() == n_frames as usize);
    if places.is_none() {
        context.warn(Anomaly::FrameVector);
    }
    places
}

fn first_plane(top: &DataSet<'_>, place: &DataSet<'_>) -> Option<ImagePlane> {
    let frame_of_reference = FrameOfReferenceUid::parse(&top.text(tags::FRAME_OF_REFERENCE_UID));
    ImagePlane::new(
        place.array(tags::IMAGE_POSITION_PATIENT)?,
        place.array(tags::IMAGE_ORIENTATION_PATIENT)?,
        frame_of_reference.ok(),
    )
}

/// The plane moved along its normal.
fn moved(first: &ImagePlane, distance_mm: f64) -> ImagePlane {
    ImagePlane {
        position_mm: first.position_mm + first.normal() * distance_mm,
        ..first.clone()
    }
}

/// C.8.8.3.2: a vector that begins with 0 has offsets along row x column from Image Position (Patient); one that begins with
/// the z of that position, in a transverse image, has the z of each plane.
fn dose_planes(top: &DataSet<'_>) -> Option<Vec<Place>> {
    let first = first_plane(top, top)?;
    let offsets = top.numbers(tags::GRID_FRAME_OFFSET_VECTOR);
    let offsets: Vec<f64> = offsets.into_iter().collect::<Option<_>>()?;
    let start = *offsets.first()?;
    let is_transverse = first.normal().z > 1.0 - 1e-6 && first.row_direction.x > 1.0 - 1e-6;
    let is_absolute = is_transverse && (start - first.position_mm.z).abs() < 1e-3;
    if start != 0.0 && !is_absolute {
        return None;
    }
    let place = |offset: &f64| Place {
        plane: moved(&first, offset - start),
        time_slot: None,
    };
    Some(offsets.iter().map(place).collect())
}

/// C.8.4.15: slices follow each other by Spacing Between Slices along row x column, "behind the first slice" where it is
/// positive; the Slice Vector (C.8.4.8.1.8) says which slice a frame is.
fn slices(top: &DataSet<'_>) -> Option<Vec<Place>> {
    let first = first_plane(top, top.item(tags::DETECTOR_INFORMATION_SEQUENCE)?)?;
    let spacing_mm = top.number(tags::SPACING_BETWEEN_SLICES)?;
    let whole = |tag| -> Option<Vec<i64>> {
        let numbers = top.numbers(tag).into_iter();
        numbers
            .map(|number| number.filter(|v| v.fract() == 0.0).map(|v| v as i64))
            .collect()
    };
    let slices = whole(tags::SLICE_VECTOR)?;
    let slots = whole(tags::TIME_SLOT_VECTOR).unwrap_or_default();
    let place = |(at, slice): (usize, &i64)| Place {
        plane: moved(&first, (slice - 1) as f64 * spacing_mm),
        time_slot: slots.get(at).copied(),
    };
    (spacing_mm != 0.0).then(|| slices.iter().enumerate().map(place).collect())
}
