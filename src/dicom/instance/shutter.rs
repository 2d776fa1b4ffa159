//! Display shutters of an image or a frame (PS3.3 C.7.6.11, C.7.6.15, C.7.6.16.2.16).

use super::groups::FrameScope;
use super::{Context, DataSet, Tag, tags};
use crate::error::Anomaly;
use skiagraph_core::pixel::cielab::srgb_from_dicom_lab;
use skiagraph_core::pixel::shutter::{Circle, Rectangle, Shutter};
use std::sync::Arc;

/// Corners of a polygon; one that is drawn by hand has a few dozen.
const MAX_VERTICES: usize = 4096;

/// What covers a frame, where anything does; a shape that cannot be read is left out with a warning, so that too much is
/// seen rather than too little.
pub(super) fn shutter(
    scope: &FrameScope<'_, '_>,
    context: &mut Context<'_>,
) -> Option<Arc<Shutter>> {
    let place = scope.find(tags::FRAME_DISPLAY_SHUTTER_SEQUENCE, &[tags::SHUTTER_SHAPE])?;
    let mut shutter = Shutter {
        color: color(place),
        ..Shutter::default()
    };
    for shape in place.texts(tags::SHUTTER_SHAPE) {
        let is_read = match shape.as_str() {
            "" => true,
            "RECTANGULAR" => put(&mut shutter.rectangle, rectangle(place)),
            "CIRCULAR" => put(&mut shutter.circle, circle(place)),
            "POLYGONAL" => {
                shutter.polygon = vertices(place).unwrap_or_default();
                !shutter.polygon.is_empty()
            }
            "BITMAP" => put(&mut shutter.bitmap, bitmap_group(place)),
            _ => false,
        };
        if !is_read {
            context.warn(Anomaly::Shutter);
        }
    }
    (!shutter.is_empty()).then(|| Arc::new(shutter))
}

fn put<T>(into: &mut Option<T>, value: Option<T>) -> bool {
    *into = value;
    into.is_some()
}

fn pixel(place: &DataSet<'_>, tag: Tag) -> Option<i32> {
    place.integer(tag).and_then(|at| i32::try_from(at).ok())
}

fn rectangle(place: &DataSet<'_>) -> Option<Rectangle> {
    Some(Rectangle {
        left: pixel(place, tags::SHUTTER_LEFT_VERTICAL_EDGE)?,
        right: pixel(place, tags::SHUTTER_RIGHT_VERTICAL_EDGE)?,
        upper: pixel(place, tags::SHUTTER_UPPER_HORIZONTAL_EDGE)?,
        lower: pixel(place, tags::SHUTTER_LOWER_HORIZONTAL_EDGE)?,
    })
}

fn circle(place: &DataSet<'_>) -> Option<Circle> {
    let center = pixels(place, tags::CENTER_OF_CIRCULAR_SHUTTER)?;
    let radius_px = pixel(place, tags::RADIUS_OF_CIRCULAR_SHUTTER)?;
    Some(Circle {
        center: center.try_into().ok()?,
        radius_px: Some(radius_px).filter(|&radius| radius > 0)?,
    })
}

/// Row, column, row, column ...
fn vertices(place: &DataSet<'_>) -> Option<Vec<[i32; 2]>> {
    let numbers = pixels(place, tags::VERTICES_OF_POLYGONAL_SHUTTER)?;
    let (vertices, rest) = numbers.as_chunks::<2>();
    let is_polygon = rest.is_empty() && (3..=MAX_VERTICES).contains(&vertices.len());
    is_polygon.then(|| vertices.to_vec())
}

fn pixels(place: &DataSet<'_>, tag: Tag) -> Option<Vec<i32>> {
    let whole = |v: f64| (v.fract() == 0.0 && v.abs() < 1e9).then_some(v as i32);
    place
        .numbers(tag)
        .into_iter()
        .map(|number| number.and_then(whole))
        .collect()
}

fn bitmap_group(place: &DataSet<'_>) -> Option<u16> {
    let group = place.integer(tags::SHUTTER_OVERLAY_GROUP)?;
    u16::try_from(group)
        .ok()
        .filter(|group| group & 0xFFE1 == 0x6000)
}

/// The colour on a screen that has colours (0018,1624), else the grey of the P-Value (0018,1622), 0 to FFFF.
fn color(place: &DataSet<'_>) -> [u8; 3] {
    let word = |v: f64| (v.fract() == 0.0 && (0.0..=65_535.0).contains(&v)).then_some(v as u16);
    let lab = || {
        let [l, a, b] = place.array::<3>(tags::SHUTTER_PRESENTATION_COLOR)?;
        Some(srgb_from_dicom_lab([word(l)?, word(a)?, word(b)?]))
    };
    let grey = || {
        let value = place
            .number(tags::SHUTTER_PRESENTATION_VALUE)
            .and_then(word)?;
        // 65535 to 255, exactly: 65535 = 255 * 257.
        Some([((u32::from(value) + 128) / 257) as u8; 3])
    };
    lab().or_else(grey).unwrap_or([0; 3])
}
