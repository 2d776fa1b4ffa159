//! Words of the acquisition and of the patient's orientation.

use super::groups::FrameScope;
use super::{DataSet, Tag, tags};

/// A thin space stands between a number and its unit.
const THIN_SPACE: char = '\u{2009}';

/// How a picture was made, by modality; each word with its unit.
///
/// Single images have the attributes at the top, enhanced ones in the macros of their kind.
pub(super) fn acquisition(scope: &FrameScope<'_, '_>) -> Vec<String> {
    let data_set = scope.top;
    let number = |tag| {
        let place = scope.value_place(macro_of(tag), tag)?;
        place.number(tag).filter(|&value| value > 0.0).map(rounded)
    };
    let with_unit =
        |tag: Tag, unit: &str| number(tag).map(|value| format!("{value}{THIN_SPACE}{unit}"));
    let named = |name: &str, tag: Tag, unit: &str| {
        with_unit(tag, unit).map(|value| format!("{name} {value}"))
    };
    let index = |name: &str, tag: Tag| number(tag).map(|value| format!("{name} {value}"));
    let tube = || {
        with_unit(tags::EXPOSURE, "mAs")
            .or_else(|| with_unit(tags::EXPOSURE_IN_MAS, "mAs"))
            .or_else(|| with_unit(tags::XRAY_TUBE_CURRENT, "mA"))
            .or_else(|| with_unit(tags::XRAY_TUBE_CURRENT_IN_MA, "mA"))
    };
    let kernel = || {
        let kernel = data_set.texts(tags::CONVOLUTION_KERNEL).join(" ");
        (!kernel.is_empty()).then_some(kernel)
    };
    let words = match data_set.text(tags::MODALITY).as_str() {
        "CT" => vec![with_unit(tags::KVP, "kV"), tube(), kernel()],
        "MR" => vec![
            named("TR", tags::REPETITION_TIME, "ms"),
            named("TE", tags::ECHO_TIME, "ms"),
            named("TI", tags::INVERSION_TIME, "ms"),
            with_unit(tags::MAGNETIC_FIELD_STRENGTH, "T"),
        ],
        "DX" | "CR" | "XA" => vec![with_unit(tags::KVP, "kV"), with_unit(tags::EXPOSURE, "mAs")],
        "US" => vec![
            index("MI", tags::MECHANICAL_INDEX),
            index("TI", tags::SOFT_TISSUE_THERMAL_INDEX)
                .or_else(|| index("TI", tags::BONE_THERMAL_INDEX)),
        ],
        _ => Vec::new(),
    };
    words.into_iter().flatten().collect()
}

/// The macro of an attribute in enhanced images (PS3.3 C.8.13, C.8.15).
fn macro_of(tag: Tag) -> Tag {
    match tag {
        tags::KVP => tags::CT_XRAY_DETAILS_SEQUENCE,
        tags::EXPOSURE_IN_MAS | tags::XRAY_TUBE_CURRENT_IN_MA => tags::CT_EXPOSURE_SEQUENCE,
        tags::REPETITION_TIME => tags::MR_TIMING_SEQUENCE,
        // Nowhere but at the top, or among the converted attributes.
        other => other,
    }
}

/// At most two decimals, without trailing zeros.
fn rounded(value: f64) -> String {
    let hundredths = (value * 100.0).round() / 100.0;
    if hundredths.abs() < 1e9 {
        hundredths.to_string()
    } else {
        format!("{value:e}")
    }
}

/// Patient Orientation (0020,0020): letters of the row and the column direction (C.7.6.1.1.1).
pub(super) fn patient_orientation(data_set: &DataSet<'_>) -> Option<[String; 2]> {
    let is_direction = |text: &String| {
        (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let directions: [String; 2] = data_set.texts(tags::PATIENT_ORIENTATION).try_into().ok()?;
    directions.iter().all(is_direction).then_some(directions)
}
