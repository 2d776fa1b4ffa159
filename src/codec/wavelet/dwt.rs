//! The inverse wavelet transform (ISO/IEC 15444-1 Annex F), a few rows at a time: horizontal lifting makes a row, vertical
//! lifting follows behind while its neighbours are still in the cache, and finished rows are handed on.

use super::{
    geometry::{Rect, Resolution},
    sample::Sample,
};

/// What a component is decoded in.
#[derive(Default)]
pub(super) struct Buffers<S> {
    coefficients: Vec<S>,
    low: Vec<S>,
    rows: Rows<S>,
}

/// Rows between horizontal and vertical lifting, and what horizontal lifting works in.
#[derive(Default)]
struct Rows<S> {
    ring: Vec<Vec<S>>,
    even: Vec<S>,
    odd: Vec<S>,
}

impl<S: Sample> Buffers<S> {
    /// Room for the coefficients of these resolutions; what it holds is left over and must be written.
    pub(super) fn coefficients(&mut self, resolutions: &[Resolution]) -> &mut [S] {
        let bands = resolutions.iter().flat_map(|resolution| &resolution.bands);
        let n: u64 = bands.map(|band| band.rect.area()).sum();
        if self.coefficients.is_empty() {
            self.coefficients = vec![S::default(); n as usize];
        } else {
            self.coefficients.resize(n as usize, S::default());
        }
        &mut self.coefficients
    }
}

/// Factors from decoded to true coefficients, one a subband: half a step (the decoder's fraction bit), and the gains of all
/// the levels that the subband goes through.
pub(super) fn scales<S: Sample>(resolutions: &[Resolution]) -> Vec<[f32; 3]> {
    let mut scales = vec![[0.0; 3]; resolutions.len()];
    let mut above = 0.5;
    for (resolution, scales) in resolutions.iter().zip(&mut scales).rev() {
        if let [low] = resolution.bands.as_slice() {
            scales[0] = above * low.step;
            continue;
        }
        // F.3.6: a lone row or column is not lifted.
        let gain = |n: u32| if n > 1 { S::LOW_GAIN } else { 1.0 };
        let (x, y) = (
            gain(resolution.rect.width()),
            gain(resolution.rect.height()),
        );
        let gains = [y / x, x / y, 1.0 / (x * y)];
        for ((scale, band), gain) in scales.iter_mut().zip(&resolution.bands).zip(gains) {
            *scale = above * band.step * gain;
        }
        above *= x * y;
    }
    scales
}

/// From coefficients to samples, level by level; `emit` gets the rows of the last level from the top.
pub(super) fn synthesize<S: Sample>(
    resolutions: &[Resolution],
    buffers: &mut Buffers<S>,
    mut emit: impl FnMut(&[S]),
) {
    let Buffers {
        coefficients,
        low,
        rows,
    } = buffers;
    let Some((lowest, higher)) = resolutions.split_first() else {
        return;
    };
    let area = lowest.rect.area() as usize;
    let Some((highest, between)) = higher.split_last() else {
        let width = lowest.rect.width().max(1) as usize;
        coefficients[..area].chunks_exact(width).for_each(emit);
        return;
    };
    low.clear();
    low.extend_from_slice(&coefficients[..area]);
    for resolution in between {
        let mut out = Vec::with_capacity(resolution.rect.area() as usize);
        let level = Level::new(resolution, low, coefficients);
        level.synthesize(rows, |row: &[S]| out.extend_from_slice(row));
        *low = out;
    }
    Level::new(highest, low, coefficients).synthesize(rows, &mut emit);
}

/// One level: four subbands, LL, HL, LH, HH, and the place of what comes out.
struct Level<'a, S> {
    rect: Rect,
    bands: [&'a [S]; 4],
}

impl<'a, S: Sample> Level<'a, S> {
    fn new(resolution: &Resolution, low: &'a [S], coefficients: &'a [S]) -> Self {
        let mut bands = [low; 4];
        for (slot, band) in bands[1..].iter_mut().zip(&resolution.bands) {
            *slot = &coefficients[band.offset..][..band.rect.area() as usize];
        }
        Self {
            rect: resolution.rect,
            bands,
        }
    }

    fn synthesize(&self, rows: &mut Rows<S>, mut emit: impl FnMut(&[S])) {
        let (width, height) = (self.rect.width() as usize, self.rect.height() as usize);
        if width == 0 || height == 0 {
            return;
        }
        let y_odd = self.rect.y0 as usize & 1;
        // A row is a neighbour until the one below it has been through all steps.
        let n_ring = S::N_STEPS + 2;
        rows.ring.resize_with(n_ring, Vec::new);
        for i in 0..height + S::N_STEPS {
            if i < height {
                let mut row = std::mem::take(&mut rows.ring[i % n_ring]);
                row.resize(width, S::default());
                self.horizontal(i, rows, &mut row);
                if height == 1 && y_odd == 1 {
                    row.iter_mut().for_each(|value| *value = value.halved());
                }
                rows.ring[i % n_ring] = row;
            }
            // Step n + 1 of a row needs its neighbours after step n: it is that many rows behind.
            for step in 0..S::N_STEPS {
                let Some(row) = i.checked_sub(step + 1) else {
                    break;
                };
                if row < height && height > 1 && (row + y_odd) & 1 == step & 1 {
                    // Beyond the edges the picture is mirrored (F.3.7).
                    let above = row.checked_sub(1).unwrap_or(1);
                    let below = if row + 1 < height { row + 1 } else { row - 1 };
                    let ring = &mut rows.ring;
                    let mut target = std::mem::take(&mut ring[row % n_ring]);
                    lift_all(
                        step,
                        &mut target,
                        &ring[above % n_ring],
                        &ring[below % n_ring],
                    );
                    ring[row % n_ring] = target;
                }
            }
            if let Some(row) = i.checked_sub(S::N_STEPS) {
                emit(&rows.ring[row % n_ring]);
            }
        }
    }

    /// Row `i` from its low and high coefficients.
    fn horizontal(&self, i: usize, rows: &mut Rows<S>, out: &mut [S]) {
        let (x_odd, y_odd) = (self.rect.x0 as usize & 1, self.rect.y0 as usize & 1);
        let n_low = (out.len() + 1 - x_odd) / 2;
        let n_high = out.len() - n_low;
        // Rows with an even coordinate are low.
        let (low, high) = match (i + y_odd) & 1 {
            0 => (self.bands[0], self.bands[1]),
            _ => (self.bands[2], self.bands[3]),
        };
        let low = &low[i / 2 * n_low..][..n_low];
        let high = &high[i / 2 * n_high..][..n_high];
        match (low, high) {
            ([lone], []) => out[0] = *lone,
            ([], [lone]) => out[0] = lone.halved(),
            _ => horizontal(low, high, x_odd == 1, rows, out),
        }
    }
}

/// Lifts the samples of one row from the rows above and below.
#[inline(never)]
fn lift_all<S: Sample>(step: usize, target: &mut [S], above: &[S], below: &[S]) {
    // One loop a step, so that each is compiled for it.
    match step {
        0 => lift_each::<S, 0>(target, above, below),
        1 => lift_each::<S, 1>(target, above, below),
        2 => lift_each::<S, 2>(target, above, below),
        _ => lift_each::<S, 3>(target, above, below),
    }
}

#[inline(always)]
fn lift_each<S: Sample, const STEP: usize>(target: &mut [S], above: &[S], below: &[S]) {
    for ((value, &above), &below) in target.iter_mut().zip(above).zip(below) {
        *value = S::lift(STEP, *value, above, below);
    }
}

/// One row of two or more samples from its low and high halves.
#[inline(never)]
fn horizontal<S: Sample>(low: &[S], high: &[S], is_odd: bool, rows: &mut Rows<S>, out: &mut [S]) {
    let Rows { even, odd, .. } = rows;
    even.resize(low.len(), S::default());
    lift_line::<S, 0>(even, low, high, !is_odd);
    if S::N_STEPS == 2 {
        return lift_and_interleave::<S, 1>(out, even, high, is_odd);
    }
    odd.resize(high.len(), S::default());
    lift_line::<S, 1>(odd, high, even, is_odd);
    // In place of `low` from here on.
    lift_line_again::<S, 2>(even, odd, !is_odd);
    lift_and_interleave::<S, 3>(out, even, odd, is_odd);
}

/// Lifts `values` from `other`, the samples between them, into `out`: value n stands after `other[n]`, or before it where
/// `is_first`. Beyond the ends the one inside stands for both. All have the lengths of one row's halves, `other` is not empty.
#[inline(always)]
fn lift_line<S: Sample, const STEP: usize>(
    out: &mut [S],
    values: &[S],
    other: &[S],
    is_first: bool,
) {
    let (Some(&first), Some(&last)) = (other.first(), other.last()) else {
        return;
    };
    let (mut out, mut values) = (out, values);
    if is_first {
        let (Some((to, out_rest)), Some((&value, rest))) =
            (out.split_first_mut(), values.split_first())
        else {
            return;
        };
        *to = S::lift(STEP, value, first, first);
        (out, values) = (out_rest, rest);
    }
    let inside = out
        .iter_mut()
        .zip(values)
        .zip(other.iter().zip(&other[1..]));
    for ((to, &value), (&before, &after)) in inside {
        *to = S::lift(STEP, value, before, after);
    }
    if let (Some(to), Some(&value)) = (out.get_mut(other.len() - 1), values.get(other.len() - 1)) {
        *to = S::lift(STEP, value, last, last);
    }
}

/// As [`lift_line`], in place.
#[inline(always)]
fn lift_line_again<S: Sample, const STEP: usize>(values: &mut [S], other: &[S], is_first: bool) {
    let (Some(&first), Some(&last)) = (other.first(), other.last()) else {
        return;
    };
    let mut values = values;
    if is_first {
        let Some((value, rest)) = values.split_first_mut() else {
            return;
        };
        *value = S::lift(STEP, *value, first, first);
        values = rest;
    }
    let inside = values.iter_mut().zip(other.iter().zip(&other[1..]));
    for (value, (&before, &after)) in inside {
        *value = S::lift(STEP, *value, before, after);
    }
    if let Some(value) = values.get_mut(other.len() - 1) {
        *value = S::lift(STEP, *value, last, last);
    }
}

/// The last step: odd samples are lifted, and stand between the even ones.
#[inline(always)]
fn lift_and_interleave<S: Sample, const STEP: usize>(
    out: &mut [S],
    even: &[S],
    odd: &[S],
    is_odd: bool,
) {
    let (Some(&first), Some(&last)) = (even.first(), even.last()) else {
        return;
    };
    let (mut out, mut odd) = (out, odd);
    if is_odd {
        let (Some((to, out_rest)), Some((&value, rest))) =
            (out.split_first_mut(), odd.split_first())
        else {
            return;
        };
        *to = S::lift(STEP, value, first, first);
        (out, odd) = (out_rest, rest);
    }
    let inside = odd.iter().zip(even.iter().zip(&even[1..]));
    for (pair, (&value, (&before, &after))) in out.chunks_exact_mut(2).zip(inside) {
        pair[0] = before;
        pair[1] = S::lift(STEP, value, before, after);
    }
    let n = even.len() - 1;
    if let Some(to) = out.get_mut(2 * n) {
        *to = last;
    }
    if let (Some(to), Some(&value)) = (out.get_mut(2 * n + 1), odd.get(n)) {
        *to = S::lift(STEP, value, last, last);
    }
}
