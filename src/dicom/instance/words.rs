//! Words of the acquisition, and how fast a cine runs.

use super::{DataSet, Tag, tags};

/// A thin space stands between a number and its unit.
const THIN_SPACE: char = '\u{2009}';

/// How a picture was made, by modality; each word with its unit.
pub(super) fn acquisition(data_set: &DataSet<'_>) -> Vec<String> {
    let number = |tag| {
        data_set
            .number(tag)
            .filter(|&value| value > 0.0)
            .map(rounded)
    };
    let with_unit =
        |tag: Tag, unit: &str| number(tag).map(|value| format!("{value}{THIN_SPACE}{unit}"));
    let named = |name: &str, tag: Tag, unit: &str| {
        with_unit(tag, unit).map(|value| format!("{name} {value}"))
    };
    let index = |name: &str, tag: Tag| number(tag).map(|value| format!("{name} {value}"));
    let tube =
        || with_unit(tags::EXPOSURE, "mAs").or_else(|| with_unit(tags::XRAY_TUBE_CURRENT, "mA"));
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

/// At most two decimals, without trailing zeros.
fn rounded(value: f64) -> String {
    let hundredths = (value * 100.0).round() / 100.0;
    if hundredths.abs() < 1e9 {
        hundredths.to_string()
    } else {
        format!("{value:e}")
    }
}

/// Milliseconds a frame of a cine (rule D37), where they are between 1 and 10,000; `None` for a single frame.
///
/// Frame Increment Pointer (0028,0009) says which of the two time attributes counts; the frame rates come after both.
pub(super) fn frame_time_millis(data_set: &DataSet<'_>, n_frames: u32) -> Option<f64> {
    if n_frames < 2 {
        return None;
    }
    let is_sane = |millis: &f64| (1.0..=10_000.0).contains(millis);
    let time = || data_set.number(tags::FRAME_TIME).filter(is_sane);
    let vector = || mean_of_vector(&data_set.numbers(tags::FRAME_TIME_VECTOR)).filter(is_sane);
    let of_rate = |tag| {
        data_set
            .number(tag)
            .map(|per_second| 1000.0 / per_second)
            .filter(is_sane)
    };
    let points_at_vector =
        Tag::parse(&data_set.text(tags::FRAME_INCREMENT_POINTER)) == Some(tags::FRAME_TIME_VECTOR);
    let told = if points_at_vector {
        vector().or_else(time)
    } else {
        time().or_else(vector)
    };
    told.or_else(|| of_rate(tags::RECOMMENDED_DISPLAY_FRAME_RATE))
        .or_else(|| of_rate(tags::CINE_RATE))
}

/// Mean increment: the first element is the time before the first frame, always 0 (PS3.3 C.7.6.5.1.2).
fn mean_of_vector(increments: &[Option<f64>]) -> Option<f64> {
    let increments: Vec<f64> = increments.iter().skip(1).copied().collect::<Option<_>>()?;
    let n = u32::try_from(increments.len()).ok().filter(|&n| n > 0)?;
    Some(increments.iter().sum::<f64>() / f64::from(n))
}

/// Patient Orientation (0020,0020): letters of the row and the column direction (C.7.6.1.1.1).
pub(super) fn patient_orientation(data_set: &DataSet<'_>) -> Option<[String; 2]> {
    let is_direction = |text: &String| {
        (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let directions: [String; 2] = data_set.texts(tags::PATIENT_ORIENTATION).try_into().ok()?;
    directions.iter().all(is_direction).then_some(directions)
}
