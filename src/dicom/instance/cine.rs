//! How the frames of a cine follow each other (PS3.3 C.7.6.5, C.7.6.6, rule D37).

use super::{Context, DataSet, Tag, tags};
use crate::error::Anomaly;
use skiagraph_core::study::cine::{CineTiming, FrameTimes};
use skiagraph_core::study::instance::FrameHeader;

/// Times of the frames, where they are between 1 ms and 10 s; nothing for a single frame.
///
/// Frame Increment Pointer (0028,0009) says which of the two time attributes counts; the frame rates come after both, the
/// times of acquisition of frames without a place after those.
pub(super) fn timing(
    data_set: &DataSet<'_>,
    n_frames: u32,
    frames: &[FrameHeader],
    context: &mut Context<'_>,
) -> CineTiming {
    if n_frames < 2 {
        return CineTiming::default();
    }
    let is_sane = |millis: &f64| (1.0..=10_000.0).contains(millis);
    let time = || {
        let millis = data_set.number(tags::FRAME_TIME).filter(is_sane);
        millis.map(FrameTimes::Uniform)
    };
    let of_rate = |tag| {
        let per_second = data_set.number(tag)?;
        let millis = Some(1000.0 / per_second).filter(is_sane);
        millis.map(FrameTimes::Uniform)
    };
    let points_at_vector = data_set
        .texts(tags::FRAME_INCREMENT_POINTER)
        .iter()
        .any(|pointer| Tag::parse(pointer) == Some(tags::FRAME_TIME_VECTOR));
    let told = if points_at_vector {
        vector(data_set, n_frames, context).or_else(time)
    } else {
        time().or_else(|| vector(data_set, n_frames, context))
    };
    let times = told
        .or_else(|| of_rate(tags::RECOMMENDED_DISPLAY_FRAME_RATE))
        .or_else(|| of_rate(tags::CINE_RATE))
        .or_else(|| of_acquisition(n_frames, frames));
    CineTiming {
        times,
        is_sweep: data_set.integer(tags::PREFERRED_PLAYBACK_SEQUENCING) == Some(1),
        trim: trim(data_set, n_frames),
    }
}

/// Begins of the frames as sums of the increments; the first element is the time before the first frame, always 0
/// (C.7.6.5.1.2). Some writers leave that one out.
fn vector(data_set: &DataSet<'_>, n_frames: u32, context: &mut Context<'_>) -> Option<FrameTimes> {
    let increments = data_set.numbers(tags::FRAME_TIME_VECTOR);
    let n = n_frames as usize;
    let n_leading = (increments.len() + 1).checked_sub(n).filter(|&k| k < 2);
    let starts = n_leading.and_then(|k| starts(increments.iter().skip(k).copied()));
    if starts.is_some() || increments.is_empty() {
        return starts;
    }
    context.warn(Anomaly::FrameTimes);
    let increments: Vec<f64> = increments.into_iter().skip(1).collect::<Option<_>>()?;
    let mean = increments.iter().sum::<f64>() / increments.len().max(1) as f64;
    (1.0..=10_000.0)
        .contains(&mean)
        .then_some(FrameTimes::Uniform(mean))
}

/// Sums of increments that are times: none runs backwards, and their mean is between 1 ms and 10 s.
fn starts(increments: impl Iterator<Item = Option<f64>>) -> Option<FrameTimes> {
    let mut starts = vec![0.0];
    let mut now = 0.0;
    for increment in increments {
        now += increment.filter(|millis| (0.0..=600_000.0).contains(millis))?;
        starts.push(now);
    }
    let mean = now / (starts.len() - 1).max(1) as f64;
    (1.0..=10_000.0)
        .contains(&mean)
        .then(|| FrameTimes::Starts(starts.into()))
}

/// Frames that say when they were taken and have no place are a film (Enhanced XA, Enhanced US).
fn of_acquisition(n_frames: u32, frames: &[FrameHeader]) -> Option<FrameTimes> {
    if frames.len() != n_frames as usize || frames.iter().any(|frame| frame.plane.is_some()) {
        return None;
    }
    let moment = |frame: &FrameHeader| frame.context.acquired_millis;
    starts(
        frames
            .windows(2)
            .map(|pair| moment(&pair[0]).zip(moment(&pair[1])).map(|(a, b)| b - a)),
    )
}

/// Start Trim and Stop Trim, counted from 1 in the header.
fn trim(data_set: &DataSet<'_>, n_frames: u32) -> Option<[u32; 2]> {
    let frame = |tag| {
        let number = u32::try_from(data_set.integer(tag)?).ok()?;
        number.checked_sub(1).filter(|&frame| frame < n_frames)
    };
    let first = frame(tags::START_TRIM);
    let last = frame(tags::STOP_TRIM);
    let trim = [first.unwrap_or(0), last.unwrap_or(n_frames - 1)];
    ((first.is_some() || last.is_some()) && trim[0] <= trim[1]).then_some(trim)
}
