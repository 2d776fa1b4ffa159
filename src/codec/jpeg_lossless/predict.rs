//! From differences back to samples (ISO/IEC 10918-1 H.1.2.1).

/// Where a line's samples are: every `stride`-th of an interleaved row, from `first` on.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) first: usize,
    pub(super) stride: usize,
}

/// Undoes the prediction of the first line of a scan or restart interval: from `initial`, then from the left.
pub(super) fn first_line(
    differences: impl Iterator<Item = u16>,
    initial: u16,
    row: &mut [u16],
    place: Place,
) {
    let mut left = initial;
    let samples = row.iter_mut().skip(place.first).step_by(place.stride);
    for (sample, difference) in samples.zip(differences) {
        left = left.wrapping_add(difference);
        *sample = left;
    }
}

/// Undoes the prediction of any other line (Table H.1).
pub(super) fn line(
    predictor: u8,
    differences: impl Iterator<Item = u16>,
    above: &[u16],
    row: &mut [u16],
    place: Place,
) {
    if place.stride == 1 {
        return undo(predictor, differences, above.iter(), row.iter_mut());
    }
    let above = above.iter().skip(place.first).step_by(place.stride);
    let row = row.iter_mut().skip(place.first).step_by(place.stride);
    undo(predictor, differences, above, row);
}

fn undo<'a>(
    predictor: u8,
    differences: impl Iterator<Item = u16>,
    above: impl Iterator<Item = &'a u16>,
    row: impl Iterator<Item = &'a mut u16>,
) {
    let lines = differences.zip(above).zip(row);
    match predictor {
        2 => each(lines, |_, b, _| b),
        3 => each(lines, |_, _, c| c),
        4 => each(lines, |a, b, c| a + b - c),
        5 => each(lines, |a, b, c| a + ((b - c) >> 1)),
        6 => each(lines, |a, b, c| b + ((a - c) >> 1)),
        7 => each(lines, |a, b, _| (a + b) >> 1),
        _ => each(lines, |a, _, _| a),
    }
}

/// `predict` has the samples to the left, above and above to the left; the first sample is predicted from above.
#[inline(always)]
fn each<'a>(
    mut lines: impl Iterator<Item = ((u16, &'a u16), &'a mut u16)>,
    predict: impl Fn(i32, i32, i32) -> i32,
) {
    let Some(((difference, &above), sample)) = lines.next() else {
        return;
    };
    *sample = above.wrapping_add(difference);
    let (mut left, mut corner) = (i32::from(*sample), i32::from(above));
    lines.for_each(|((difference, &above), sample)| {
        let above = i32::from(above);
        // Modulo 2^16 (H.1.2.1).
        let value = (predict(left, above, corner) + i32::from(difference)) as u16;
        *sample = value;
        (left, corner) = (value.into(), above);
    });
}
