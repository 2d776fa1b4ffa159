//! The Image Pixel module (PS3.3 C.7.6.3) and what else decides whether an instance can be drawn.

use super::groups::n_frame_groups;
use super::{Context, DataSet, Tag, overlay, tags};
use crate::error::Anomaly;
use skiagraph_core::pixel::descriptor::{
    DescriptorError, Photometric, PixelDescriptor, RawDescriptor, SampleKind,
};
use skiagraph_core::study::instance::PaddingRange;

/// More frames than any image has: each one costs memory in the stack.
pub(super) const MAX_FRAMES: u32 = 1 << 18;
const MR_SPECTROSCOPY: &str = "1.2.840.10008.5.1.4.1.1.4.2";
const PARAMETRIC_MAP: &str = "1.2.840.10008.5.1.4.1.1.30";

/// Image storage SOP classes below 1.2.840.10008.5.1.4.1.1 (PS3.4 B.5), by the first number or numbers of the rest.
const IMAGE_CLASSES: &[&str] = &[
    "1", "2", "3", "4.1", "4.3", "4.4", "5", "6", "7", "12", "13", "14", "20", "30", "66.4",
    "77.1", "128", "130", "481.1", "481.2",
];

/// What has Rows or Photometric Interpretation, or is of an image storage class: its absence of Rows is then a defect.
pub(super) fn is_image(data_set: &DataSet<'_>, sop_class: &str) -> bool {
    let rest = sop_class.strip_prefix("1.2.840.10008.5.1.4.1.1.");
    let is_image_class = rest.is_some_and(|rest| {
        IMAGE_CLASSES.iter().any(|class| {
            rest.strip_prefix(class)
                .is_some_and(|tail| tail.is_empty() || tail.starts_with('.'))
        })
    });
    // Spectra have Rows and Columns, but no picture (PS3.3 C.8.14).
    if sop_class == MR_SPECTROSCOPY {
        return false;
    }
    is_image_class || data_set.has(tags::ROWS) || data_set.has(tags::PHOTOMETRIC_INTERPRETATION)
}

/// The checked descriptor.
pub(super) fn descriptor(
    data_set: &DataSet<'_>,
    sop_class: &str,
) -> Result<PixelDescriptor, DescriptorError> {
    let representation = flag(data_set, tags::PIXEL_REPRESENTATION, "Pixel Representation")?;
    let raw = RawDescriptor {
        rows: size(data_set, tags::ROWS),
        columns: size(data_set, tags::COLUMNS),
        samples_per_pixel: number(data_set, tags::SAMPLES_PER_PIXEL, "Samples per Pixel")?,
        bits_allocated: number(data_set, tags::BITS_ALLOCATED, "Bits Allocated")?,
        bits_stored: number(data_set, tags::BITS_STORED, "Bits Stored")?,
        high_bit: number(data_set, tags::HIGH_BIT, "High Bit")?,
        pixel_representation: representation,
        planar_configuration: flag(data_set, tags::PLANAR_CONFIGURATION, "Planar Configuration")?,
        photometric: Photometric::parse(&data_set.text(tags::PHOTOMETRIC_INTERPRETATION)),
        kind: kind(data_set, sop_class),
        overlay_bits: overlay::bits_in_cells(data_set),
    };
    PixelDescriptor::new(&raw)
}

fn size(data_set: &DataSet<'_>, tag: Tag) -> Option<u32> {
    data_set
        .integer(tag)
        .and_then(|value| u32::try_from(value).ok())
}

/// A number that has a default where it is absent; where it is there and cannot be read, no default may take its place.
fn number(
    data_set: &DataSet<'_>,
    tag: Tag,
    name: &'static str,
) -> Result<Option<u16>, DescriptorError> {
    match data_set.integer(tag) {
        Some(value) => match u16::try_from(value) {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(DescriptorError::Invalid {
                name,
                value: u32::try_from(value).unwrap_or(u32::MAX),
            }),
        },
        None if data_set.has(tag) => Err(DescriptorError::Missing(name)),
        None => Ok(None),
    }
}

fn flag(
    data_set: &DataSet<'_>,
    tag: Tag,
    name: &'static str,
) -> Result<Option<u16>, DescriptorError> {
    match number(data_set, tag, name)? {
        Some(value) if value > 1 => Err(DescriptorError::Invalid {
            name,
            value: value.into(),
        }),
        value => Ok(value),
    }
}

/// Which element holds the pixels. Servers leave the element itself out, so a parametric map is also known by its lack
/// of Bits Stored, which float pixels do not have (PS3.3 C.7.6.24).
fn kind(data_set: &DataSet<'_>, sop_class: &str) -> SampleKind {
    let is_float_map = sop_class == PARAMETRIC_MAP && !data_set.has(tags::BITS_STORED);
    let bits = data_set.integer(tags::BITS_ALLOCATED);
    if data_set.element(tags::DOUBLE_FLOAT_PIXEL_DATA).is_some()
        || (is_float_map && bits == Some(64))
    {
        SampleKind::Double
    } else if data_set.element(tags::FLOAT_PIXEL_DATA).is_some()
        || (is_float_map && bits == Some(32))
    {
        SampleKind::Float
    } else {
        SampleKind::Integer
    }
}

/// Number of Frames (0028,0008), held against the per-frame groups (rule D31, fault 21).
pub(super) fn n_frames(
    data_set: &DataSet<'_>,
    context: &mut Context<'_>,
) -> Result<u32, DescriptorError> {
    let n_groups = n_frame_groups(data_set);
    let told = data_set
        .integer(tags::NUMBER_OF_FRAMES)
        .and_then(|n| u32::try_from(n).ok())
        .filter(|&n| n > 0);
    let n_frames = match told {
        Some(n_frames) => n_frames,
        None => {
            let n_frames = u32::try_from(n_groups).unwrap_or(u32::MAX).max(1);
            if n_groups > 1 || data_set.has(tags::NUMBER_OF_FRAMES) {
                context.warn(Anomaly::FrameCount(n_frames));
            }
            n_frames
        }
    };
    let is_described = n_groups == 0 || n_groups == n_frames as usize;
    if !is_described {
        context.warn(Anomaly::FrameGroups { n_frames, n_groups });
    }
    if !is_described || n_frames > MAX_FRAMES {
        return Err(DescriptorError::Invalid {
            name: "Number of Frames",
            value: n_frames,
        });
    }
    Ok(n_frames)
}

/// Pixel padding (rule D11), with the sign of the pixels whatever the VR; MONOCHROME1 names the higher end first.
pub(super) fn padding(
    data_set: &DataSet<'_>,
    image: &PixelDescriptor,
    context: &mut Context<'_>,
) -> Option<PaddingRange> {
    if !data_set.has(tags::PIXEL_PADDING_VALUE) || !image.photometric.is_monochrome() {
        return None;
    }
    let stored = |tag| {
        data_set
            .integer(tag)
            .and_then(|value| stored_value(value, image))
    };
    let value = stored(tags::PIXEL_PADDING_VALUE);
    let has_limit = data_set.has(tags::PIXEL_PADDING_RANGE_LIMIT);
    let limit = if has_limit {
        stored(tags::PIXEL_PADDING_RANGE_LIMIT)
    } else {
        value
    };
    let (Some(value), Some(limit)) = (value, limit) else {
        context.warn(Anomaly::Padding);
        return None;
    };
    Some(PaddingRange {
        low: value.min(limit),
        high: value.max(limit),
    })
}

/// A stored value written under the wrong VR: 63536 is -2000 where pixels are signed 16 bit words, and the reverse.
fn stored_value(value: i64, image: &PixelDescriptor) -> Option<i32> {
    let bits = u32::from(image.bits_allocated.clamp(8, 32));
    let (span, half) = (1_i64 << bits, 1_i64 << (bits - 1));
    if !(-half..span).contains(&value) {
        return None;
    }
    let unsigned = value & (span - 1);
    let signed = if unsigned >= half {
        unsigned - span
    } else {
        unsigned
    };
    i32::try_from(if image.is_signed { signed } else { unsigned }).ok()
}
