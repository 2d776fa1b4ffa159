//! Overlay planes of an image, repeating groups 60xx (PS3.3 C.9.2), be their bits apart or in the pixel cells.

use super::{Context, DataSet, Tag, tags};
use crate::attribute::tags::{in_overlay, overlay_group};
use crate::dicomweb::decode_base64;
use crate::error::Anomaly;
use skiagraph_core::order::sort_by_key;
use skiagraph_core::pixel::descriptor::PixelDescriptor;
use skiagraph_core::pixel::overlay::{OverlayBits, OverlayPlane};

/// The planes, by group; one that cannot be used is a warning.
pub(super) fn planes(
    data_set: &DataSet<'_>,
    image: &PixelDescriptor,
    context: &mut Context<'_>,
) -> Vec<OverlayPlane> {
    groups(data_set)
        .into_iter()
        .filter_map(|group| plane(data_set, image, group, context))
        .collect()
}

/// Groups with an attribute that makes a plane, in rising order; there are at most 16.
fn groups(data_set: &DataSet<'_>) -> Vec<u16> {
    let makes_plane = |group, tag| {
        tag == in_overlay(group, tags::OVERLAY_DATA)
            || tag == in_overlay(group, tags::OVERLAY_BIT_POSITION)
    };
    let mut groups: Vec<u16> = data_set
        .elements
        .iter()
        .filter_map(|&(tag, _)| overlay_group(tag).filter(|&group| makes_plane(group, tag)))
        .collect();
    sort_by_key(&mut groups, |group| *group);
    groups.dedup();
    groups
}

fn plane(
    data_set: &DataSet<'_>,
    image: &PixelDescriptor,
    group: u16,
    context: &mut Context<'_>,
) -> Option<OverlayPlane> {
    let at = |first| in_overlay(group, first);
    let number = |first: Tag| {
        data_set
            .integer(at(first))
            .and_then(|n| u32::try_from(n).ok())
    };
    let data = data_set.element(at(tags::OVERLAY_DATA));
    let has_data = data.is_some_and(|data| {
        data.inline.is_some() || data.bulk_uri.is_some() || !data.values.is_empty()
    });
    // With data of its own a plane is not in the pixel cells, whatever Overlay Bits Allocated says.
    let bits = match data {
        Some(_) if has_data => apart(data_set, at(tags::OVERLAY_DATA)),
        _ => embedded(data_set, image, group),
    };
    // An embedded plane has the size of its image.
    let is_embedded = matches!(bits, OverlayBits::Embedded(_));
    let (rows, columns) = if is_embedded {
        (Some(image.rows), Some(image.columns))
    } else {
        (number(tags::OVERLAY_ROWS), number(tags::OVERLAY_COLUMNS))
    };
    let is_size = |n: &u32| (1..=65_535).contains(n);
    let (Some(rows), Some(columns)) = (rows.filter(is_size), columns.filter(is_size)) else {
        context.warn(Anomaly::Overlay(group));
        return None;
    };
    if bits == OverlayBits::Absent {
        context.warn(Anomaly::Overlay(group));
    }
    let n_frames = number(tags::NUMBER_OF_FRAMES_IN_OVERLAY);
    let first = number(tags::IMAGE_FRAME_ORIGIN);
    let frames = (n_frames.is_some() || first.is_some())
        .then(|| (first.unwrap_or(1).max(1), n_frames.unwrap_or(1).max(1)));
    Some(OverlayPlane {
        group,
        rows,
        columns,
        origin: origin(data_set, group, is_embedded, context),
        frames,
        bits,
        description: description(data_set, group),
    })
}

/// Overlay Data as bytes, or where they are.
fn apart(data_set: &DataSet<'_>, tag: Tag) -> OverlayBits {
    let Some(data) = data_set.element(tag) else {
        return OverlayBits::Absent;
    };
    if let Some(text) = data.inline.as_deref() {
        return decode_base64(text)
            .filter(|bytes| !bytes.is_empty())
            .map_or(OverlayBits::Absent, |bytes| {
                OverlayBits::Packed(bytes.into())
            });
    }
    match data.bulk_uri.as_deref() {
        Some(uri) => OverlayBits::Elsewhere(uri.to_owned()),
        None => OverlayBits::Absent,
    }
}

/// A plane in a bit of the pixel cell that holds no stored value.
fn embedded(data_set: &DataSet<'_>, image: &PixelDescriptor, group: u16) -> OverlayBits {
    let position = data_set.integer(in_overlay(group, tags::OVERLAY_BIT_POSITION));
    let position = position.and_then(|bit| u16::try_from(bit).ok());
    match position {
        Some(bit) if bit < 32 && image.overlay_bits >> bit & 1 == 1 => OverlayBits::Embedded(bit),
        _ => OverlayBits::Absent,
    }
}

/// Bits of the pixel cell that planes without data of their own claim, as a mask for the decoder.
pub(super) fn bits_in_cells(data_set: &DataSet<'_>) -> u32 {
    let claimed = |group: u16| {
        let bits = data_set.integer(in_overlay(group, tags::OVERLAY_BITS_ALLOCATED));
        let is_apart = data_set.has(in_overlay(group, tags::OVERLAY_DATA));
        let position = data_set.integer(in_overlay(group, tags::OVERLAY_BIT_POSITION))?;
        // Bits Allocated is 1 for a plane of its own, and that of the image for one in its cells.
        let is_embedded = !is_apart && bits != Some(1);
        (is_embedded && (0..32).contains(&position)).then(|| 1_u32 << position)
    };
    groups(data_set)
        .into_iter()
        .filter_map(claimed)
        .fold(0, |mask, bit| mask | bit)
}

/// Row and column, from 1; signed, and the rim of the image is no limit (C.9.2.1.1). Absent or unreadable: 1\1.
fn origin(
    data_set: &DataSet<'_>,
    group: u16,
    is_embedded: bool,
    context: &mut Context<'_>,
) -> [i32; 2] {
    let tag = in_overlay(group, tags::OVERLAY_ORIGIN);
    let in_range = |v: f64| v.fract() == 0.0 && (-65_536.0..=65_536.0).contains(&v);
    // Written as US by mistake, -2 is 65534.
    let signed = |v: f64| if v >= 32_768.0 { v - 65_536.0 } else { v };
    match data_set.array::<2>(tag) {
        Some(origin) if !is_embedded && origin.into_iter().all(in_range) => {
            origin.map(|v| signed(v) as i32)
        }
        Some(_) if is_embedded => [1, 1],
        _ => {
            if data_set.has(tag) {
                context.warn(Anomaly::Overlay(group));
            }
            [1, 1]
        }
    }
}

/// Label, else description, else what the type says.
fn description(data_set: &DataSet<'_>, group: u16) -> String {
    let text = |first| data_set.text(in_overlay(group, first));
    let (label, description) = (text(tags::OVERLAY_LABEL), text(tags::OVERLAY_DESCRIPTION));
    let kind = match text(tags::OVERLAY_TYPE).as_str() {
        "R" => "Region of interest",
        _ => "Graphics",
    };
    match (label.is_empty(), description.is_empty()) {
        (true, true) => kind.to_owned(),
        (false, true) => label,
        (true, false) => description,
        (false, false) if label == description => label,
        (false, false) => format!("{label}: {description}"),
    }
}
