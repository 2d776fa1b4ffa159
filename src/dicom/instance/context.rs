//! What tells frames at one place apart (PS3.3 C.7.6.16.2.2 and the macros of each kind of image), and what they measure.

use super::groups::FrameScope;
use super::private::private_b_value;
use super::{Context, DataSet, Tag, tags};
use crate::error::Anomaly;
use skiagraph_core::geometry::image_plane::{ImagePlane, PixelSpacing, SpacingSource};
use skiagraph_core::study::frame_context::{
    Concatenation, Dimension, DimensionKind, FrameContext, RealWorldFunction, RealWorldMap,
};
use std::sync::Arc;

/// Sequences that hold Frame Type (0008,9007), by kind of image: MR, CT, PET, US, X-Ray 3D, parametric map.
const FRAME_TYPE_SEQUENCES: [Tag; 6] = [
    tags::MR_IMAGE_FRAME_TYPE_SEQUENCE,
    tags::CT_IMAGE_FRAME_TYPE_SEQUENCE,
    tags::PET_FRAME_TYPE_SEQUENCE,
    tags::US_IMAGE_DESCRIPTION_SEQUENCE,
    tags::XRAY_3D_FRAME_TYPE_SEQUENCE,
    tags::PARAMETRIC_MAP_FRAME_TYPE_SEQUENCE,
];

/// More dimensions than any image has.
const MAX_DIMENSIONS: usize = 32;
/// Mappings of one frame.
const MAX_MAPS: usize = 64;

/// Reads contexts frame after frame; equal texts and mappings are held once.
#[derive(Default)]
pub(super) struct ContextReader<'d, 'a> {
    last_type: Option<Arc<[String]>>,
    last_stack: Option<Arc<str>>,
    last_maps: Option<(&'d DataSet<'a>, Arc<[RealWorldMap]>)>,
}

impl<'d, 'a> ContextReader<'d, 'a> {
    pub(super) fn read(
        &mut self,
        scope: &FrameScope<'d, 'a>,
        spacing: Option<(PixelSpacing, SpacingSource)>,
        context: &mut Context<'_>,
    ) -> FrameContext {
        let number = |sequence, tag: Tag| scope.value_place(sequence, tag)?.number(tag);
        let count = |sequence, tag: Tag| scope.value_place(sequence, tag)?.integer(tag);
        let content = tags::FRAME_CONTENT_SEQUENCE;
        let small = |value: Option<i64>| value.and_then(|value| u32::try_from(value).ok());
        FrameContext {
            stack_id: self.stack_id(scope),
            in_stack_position: small(count(content, tags::IN_STACK_POSITION_NUMBER)),
            dimension_values: dimension_values(scope),
            temporal_position: count(content, tags::TEMPORAL_POSITION_INDEX)
                .or_else(|| count(content, tags::TEMPORAL_POSITION_IDENTIFIER)),
            acquisition_number: count(content, tags::FRAME_ACQUISITION_NUMBER)
                .or_else(|| count(content, tags::ACQUISITION_NUMBER)),
            acquired_millis: acquired_millis(scope),
            image_type: self.image_type(scope),
            echo_number: count(tags::MR_ECHO_SEQUENCE, tags::ECHO_NUMBERS),
            echo_time_millis: number(tags::MR_ECHO_SEQUENCE, tags::EFFECTIVE_ECHO_TIME)
                .or_else(|| number(tags::MR_ECHO_SEQUENCE, tags::ECHO_TIME)),
            b_value: number(tags::MR_DIFFUSION_SEQUENCE, tags::DIFFUSION_B_VALUE)
                .or_else(|| private_b_value(scope.top))
                .filter(|b| (0.0..1e6).contains(b)),
            gradient: gradient(scope),
            trigger_millis: number(
                tags::CARDIAC_SYNCHRONIZATION_SEQUENCE,
                tags::NOMINAL_CARDIAC_TRIGGER_DELAY_TIME,
            )
            .or_else(|| number(tags::CARDIAC_SYNCHRONIZATION_SEQUENCE, tags::TRIGGER_TIME)),
            cardiac_percent: number(
                tags::CARDIAC_SYNCHRONIZATION_SEQUENCE,
                tags::NOMINAL_PERCENTAGE_OF_CARDIAC_PHASE,
            ),
            volume_distance_mm: volume_distance_mm(scope),
            step: None,
            imager_spacing: imager_spacing(scope, spacing),
            real_world: self.real_world(scope, context),
            suv: super::pet::suv(scope),
        }
    }

    fn stack_id(&mut self, scope: &FrameScope<'d, 'a>) -> Option<Arc<str>> {
        let id = scope
            .value_place(tags::FRAME_CONTENT_SEQUENCE, tags::STACK_ID)?
            .text(tags::STACK_ID);
        if self.last_stack.as_deref() != Some(&*id) {
            self.last_stack = Some(id.into());
        }
        self.last_stack.clone()
    }

    fn image_type(&mut self, scope: &FrameScope<'d, 'a>) -> Option<Arc<[String]>> {
        let of_frame = FRAME_TYPE_SEQUENCES
            .into_iter()
            .find_map(|sequence| scope.find_in_groups(sequence, tags::FRAME_TYPE))
            .map(|place| place.texts(tags::FRAME_TYPE));
        let values = of_frame.unwrap_or_else(|| scope.top.texts(tags::IMAGE_TYPE));
        if values.is_empty() {
            return None;
        }
        if self.last_type.as_deref() != Some(&*values) {
            self.last_type = Some(values.into());
        }
        self.last_type.clone()
    }

    fn real_world(
        &mut self,
        scope: &FrameScope<'d, 'a>,
        context: &mut Context<'_>,
    ) -> Arc<[RealWorldMap]> {
        let Some(place) = scope.holder(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE) else {
            return Arc::default();
        };
        match &self.last_maps {
            Some((last, maps)) if std::ptr::eq(*last, place) => Arc::clone(maps),
            _ => {
                let items = place.items(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE);
                let is_signed = scope.top.integer(tags::PIXEL_REPRESENTATION) == Some(1);
                let maps: Arc<[RealWorldMap]> = items
                    .flatten()
                    .take(MAX_MAPS)
                    .filter_map(|item| {
                        let map = real_world_map(item, is_signed);
                        if map.is_none() {
                            context.warn(Anomaly::RealWorld);
                        }
                        map
                    })
                    .collect();
                self.last_maps = Some((place, Arc::clone(&maps)));
                maps
            }
        }
    }
}

/// One mapping (C.7.6.16.2.11): a range of stored values with a line or a table; `None` where it says neither.
fn real_world_map(item: &DataSet<'_>, is_signed: bool) -> Option<RealWorldMap> {
    // Words have the sign of the pixels, whatever VR they were written or sent under.
    let stored = |word: f64| match is_signed {
        true if word > 32_767.0 => word - 65_536.0,
        false if word < 0.0 => word + 65_536.0,
        _ => word,
    };
    let either = |double, word| {
        item.number(double)
            .or_else(|| item.number(word).map(stored))
    };
    let range = [
        either(
            tags::DOUBLE_FLOAT_REAL_WORLD_VALUE_FIRST_VALUE_MAPPED,
            tags::REAL_WORLD_VALUE_FIRST_VALUE_MAPPED,
        )?,
        either(
            tags::DOUBLE_FLOAT_REAL_WORLD_VALUE_LAST_VALUE_MAPPED,
            tags::REAL_WORLD_VALUE_LAST_VALUE_MAPPED,
        )?,
    ];
    let slope = item.number(tags::REAL_WORLD_VALUE_SLOPE);
    let line = slope.zip(item.number(tags::REAL_WORLD_VALUE_INTERCEPT));
    let map = match line {
        Some((slope, intercept)) => RealWorldFunction::Linear { slope, intercept },
        None => {
            let table = item.numbers(tags::REAL_WORLD_VALUE_LUT_DATA);
            let n = range[1] - range[0] + 1.0;
            let table: Arc<[f64]> = table.into_iter().collect::<Option<_>>()?;
            (table.len() as f64 == n && n >= 1.0).then_some(RealWorldFunction::Table(table))?
        }
    };
    let unit = item.item(tags::MEASUREMENT_UNITS_CODE_SEQUENCE);
    let of_unit = |tag| unit.map(|unit| unit.text(tag)).unwrap_or_default();
    let label = item.text(tags::LUT_LABEL);
    (range[0] <= range[1]).then(|| RealWorldMap {
        range,
        map,
        unit: of_unit(tags::CODE_VALUE),
        unit_meaning: of_unit(tags::CODE_MEANING),
        label: if label.is_empty() {
            item.text(tags::LUT_EXPLANATION)
        } else {
            label
        },
    })
}

fn dimension_values(scope: &FrameScope<'_, '_>) -> Vec<u32> {
    let place = scope.find_in_groups(tags::FRAME_CONTENT_SEQUENCE, tags::DIMENSION_INDEX_VALUES);
    let values = place.map(|place| place.numbers(tags::DIMENSION_INDEX_VALUES));
    let index = |value: Option<f64>| value.filter(|v| v.fract() == 0.0 && *v >= 0.0);
    values
        .unwrap_or_default()
        .into_iter()
        .take(MAX_DIMENSIONS)
        .map(|value| index(value).map(|v| v as u32))
        .collect::<Option<_>>()
        .unwrap_or_default()
}

/// Moments in the order of how well they say when the frame itself was taken.
fn acquired_millis(scope: &FrameScope<'_, '_>) -> Option<f64> {
    let content = |tag: Tag| {
        let place = scope.value_place(tags::FRAME_CONTENT_SEQUENCE, tag)?;
        moment_millis(&place.text(tag))
    };
    let offset = || {
        let tag = tags::TEMPORAL_POSITION_TIME_OFFSET;
        let place = scope.find_in_groups(tags::TEMPORAL_POSITION_SEQUENCE, tag)?;
        place.number(tag).map(|seconds| 1000.0 * seconds)
    };
    let of_pair = |day, time| {
        let place = scope.value_place(
            tags::UNASSIGNED_PER_FRAME_CONVERTED_ATTRIBUTES_SEQUENCE,
            time,
        )?;
        let day = match place.text(day) {
            day if day.is_empty() => "00010101".to_owned(),
            day => day,
        };
        moment_millis(&format!("{day}{}", place.text(time)))
    };
    offset()
        .or_else(|| content(tags::FRAME_REFERENCE_DATE_TIME))
        .or_else(|| content(tags::FRAME_ACQUISITION_DATE_TIME))
        .or_else(|| content(tags::ACQUISITION_DATE_TIME))
        .or_else(|| of_pair(tags::ACQUISITION_DATE, tags::ACQUISITION_TIME))
        .or_else(|| of_pair(tags::CONTENT_DATE, tags::CONTENT_TIME))
}

/// A DT (PS3.5 6.2) as ms after the beginning of year 0 of the calendar; the offset from UTC is not regarded.
pub(super) fn moment_millis(text: &str) -> Option<f64> {
    let text = text.split(['+', '-', '&']).next()?.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() < 8 || whole.len() > 14 || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let part = |at: std::ops::Range<usize>| whole.get(at).and_then(|t| t.parse::<i64>().ok());
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days of the Gregorian calendar, years counted from March so that the leap day is the last.
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days =
        365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + day;
    let time = |at| part(at).unwrap_or_default();
    let seconds = (days * 24 + time(8..10)) * 3600 + time(10..12) * 60 + time(12..14);
    let rest: f64 = format!("0.{fraction}0").parse().ok()?;
    Some(1000.0 * (seconds as f64 + rest))
}

fn gradient(scope: &FrameScope<'_, '_>) -> Option<[f64; 3]> {
    let tag = tags::DIFFUSION_GRADIENT_ORIENTATION;
    let sequence = tags::DIFFUSION_GRADIENT_DIRECTION_SEQUENCE;
    let diffusion = scope.find_in_groups(tags::MR_DIFFUSION_SEQUENCE, sequence);
    let nested = diffusion.and_then(|place| place.item(sequence));
    nested.unwrap_or(scope.top).array(tag)
}

/// Enhanced US volumes have a place in a space of their own (C.8.24.3.3): it orders frames and is no place in the patient.
fn volume_distance_mm(scope: &FrameScope<'_, '_>) -> Option<f64> {
    let (position, orientation) = (tags::IMAGE_POSITION_VOLUME, tags::IMAGE_ORIENTATION_VOLUME);
    let position = scope
        .find_in_groups(tags::PLANE_POSITION_VOLUME_SEQUENCE, position)?
        .array(position)?;
    let orientation = scope
        .find_in_groups(tags::PLANE_ORIENTATION_VOLUME_SEQUENCE, orientation)?
        .array(orientation)?;
    ImagePlane::new(position, orientation, None).map(|plane| plane.distance_mm())
}

/// The spacing at the detector, where another one is used: the two are compared for the reader.
fn imager_spacing(
    scope: &FrameScope<'_, '_>,
    used: Option<(PixelSpacing, SpacingSource)>,
) -> Option<PixelSpacing> {
    let tag = tags::IMAGER_PIXEL_SPACING;
    used.filter(|(_, source)| *source == SpacingSource::PixelSpacing)?;
    let place = scope.find(tags::FRAME_PIXEL_DATA_PROPERTIES_SEQUENCE, &[tag])?;
    let [row_mm, column_mm] = place.array(tag)?;
    PixelSpacing::new(row_mm, column_mm)
}

/// The Dimension Index Sequence (C.7.6.17).
pub(super) fn dimensions(top: &DataSet<'_>) -> Vec<Dimension> {
    top.items(tags::DIMENSION_INDEX_SEQUENCE)
        .take(MAX_DIMENSIONS)
        .map(|item| Dimension {
            kind: item.map_or(DimensionKind::Other, kind),
            label: item
                .map(|item| item.text(tags::DIMENSION_DESCRIPTION_LABEL))
                .unwrap_or_default(),
            names: None,
        })
        .collect()
}

fn kind(item: &DataSet<'_>) -> DimensionKind {
    match Tag::parse(&item.text(tags::DIMENSION_INDEX_POINTER)) {
        Some(
            tags::IN_STACK_POSITION_NUMBER
            | tags::IMAGE_POSITION_PATIENT
            | tags::IMAGE_POSITION_VOLUME
            | tags::PLANE_POSITION_SEQUENCE
            | tags::IMAGE_ORIENTATION_PATIENT
            | tags::PLANE_ORIENTATION_SEQUENCE,
        ) => DimensionKind::Place,
        Some(tags::STACK_ID) => DimensionKind::Stack,
        Some(tags::TEMPORAL_POSITION_INDEX | tags::TEMPORAL_POSITION_TIME_OFFSET) => {
            DimensionKind::Time
        }
        Some(
            tags::NOMINAL_CARDIAC_TRIGGER_DELAY_TIME | tags::NOMINAL_PERCENTAGE_OF_CARDIAC_PHASE,
        ) => DimensionKind::Phase,
        Some(tags::EFFECTIVE_ECHO_TIME) => DimensionKind::Echo,
        Some(tags::DIFFUSION_B_VALUE) => DimensionKind::Diffusion,
        Some(tags::DIFFUSION_GRADIENT_ORIENTATION) => DimensionKind::Direction,
        Some(tags::FRAME_TYPE) => DimensionKind::FrameType,
        Some(tags::FRAME_ACQUISITION_NUMBER) => DimensionKind::Acquisition,
        _ => DimensionKind::Other,
    }
}

/// Its place in a concatenation; a part that does not say where its frames belong is an image of its own.
pub(super) fn concatenation(top: &DataSet<'_>) -> Option<Concatenation> {
    let count = |tag| top.integer(tag).and_then(|n| u32::try_from(n).ok());
    let uid = top.text(tags::CONCATENATION_UID);
    let number = count(tags::IN_CONCATENATION_NUMBER)?;
    let first_frame = count(tags::CONCATENATION_FRAME_OFFSET_NUMBER)?;
    (!uid.is_empty()).then(|| Concatenation {
        uid,
        first_frame,
        number,
        n_parts: count(tags::IN_CONCATENATION_TOTAL_NUMBER),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ps3_5_6_2_moments_differ_by_what_the_clock_says() {
        let between = |a, b| moment_millis(b).unwrap() - moment_millis(a).unwrap();
        assert_eq!(between("20240228235959.5", "20240229000000.25"), 750.0);
        assert_eq!(between("20240229", "20240301"), 86_400_000.0);
        assert_eq!(between("20231231", "20240101120000+0100"), 129_600_000.0);
        for bad in ["", "2024", "20241301", "2024022x", "20240229.1.2"] {
            assert_eq!(moment_millis(bad), None, "{bad}");
        }
    }
}
