//! Draws a picture that lies straight on the canvas row by row: the same bytes as the reference renderer, many times as
//! fast. The CPU tier draws with it.

use super::grid::{AxisMap, FRACTION_BITS, WEIGHT_BITS};
use super::reference::{self, bilinear_weight, nearest};
use super::scene::{GAP, ImageLayer, Interpolation, Scene};
use crate::pixel::display_table::{DisplayTable, Rgba};
use crate::pixel::samples::Samples;

/// Draws a scene into `width_px * height_px * 4` bytes, R G B A, row after row: what [`reference::draw`] draws.
pub fn draw(scene: &Scene, target: &mut [u8]) {
    target.as_chunks_mut::<4>().0.fill(GAP);
    for layer in &scene.layers {
        if !is_straight(layer) {
            reference::draw_layer(scene, layer, target);
        } else if layer.table.as_ref().is_some_and(|table| table.is_grey()) {
            Straight::<1>::new(scene, layer).draw(target);
        } else {
            Straight::<3>::new(scene, layer).draw(target);
        }
    }
}

/// Columns depend on x alone and rows on y alone, so that the weights of a texel are a product.
fn is_straight(layer: &ImageLayer) -> bool {
    let is_narrow = matches!(
        layer.raster.samples,
        Samples::U8(_) | Samples::I8(_) | Samples::U16(_) | Samples::I16(_)
    );
    let (x, y) = (&layer.grid.x, &layer.grid.y);
    let is_apart = [x.step_y, x.rest_y, y.step_x, y.rest_x] == [0; 4];
    let has_pixels = layer.raster.rows > 0 && layer.raster.columns > 0;
    is_narrow && is_apart && has_pixels && !layer.is_over
}

/// A texel along one axis and its weight.
type Tap = (usize, i32);

/// What a canvas column or row reads along its axis; `None` where it lies outside of the picture.
fn taps(
    layer: &ImageLayer,
    axis: &AxisMap,
    at: i32,
    is_x: bool,
    n_texels: i32,
) -> Option<Vec<Tap>> {
    let coordinate = if is_x { axis.at(at, 0) } else { axis.at(0, at) };
    let center = nearest(coordinate);
    if !(0..n_texels).contains(&center) {
        return None;
    }
    let inside = |texel: i32| texel.clamp(0, n_texels - 1) as usize;
    let n = layer.grid.n_taps;
    Some(if layer.interpolation == Interpolation::Nearest {
        vec![(inside(center), 1)]
    } else if n > 1 {
        let step = if is_x { axis.step_x } else { axis.step_y };
        let tap = |i: i32| nearest(coordinate + step * (2 * i + 1 - n) / (2 * n));
        (0..n).map(|i| (inside(tap(i)), 1)).collect()
    } else {
        let (first, weight) = (coordinate >> FRACTION_BITS, bilinear_weight(coordinate));
        vec![
            (inside(first), (1 << WEIGHT_BITS) - weight),
            (inside(first + 1), weight),
        ]
    })
}

/// A row of texels as display values.
struct Row<const N: usize> {
    /// Which row of the picture; `None` before the first use.
    index: Option<usize>,
    values: Vec<[u8; N]>,
    /// Whether each texel is no padding; empty where all are none.
    opaque: Vec<bool>,
}

/// One layer, with N equal or different channels.
struct Straight<'a, const N: usize> {
    layer: &'a ImageLayer,
    width_px: usize,
    /// Canvas columns and rows that are drawn.
    xs: std::ops::Range<u32>,
    ys: std::ops::Range<u32>,
    /// Taps of each canvas column, `n_taps` each; a column outside of the picture has none.
    columns: Vec<Option<Vec<Tap>>>,
    /// Texels from the first to the last that a column reads.
    texels: std::ops::Range<usize>,
    rows: Vec<Row<N>>,
}

impl<'a, const N: usize> Straight<'a, N> {
    fn new(scene: &Scene, layer: &'a ImageLayer) -> Self {
        let rect = layer.rect;
        let xs = rect.x_px..(rect.x_px + rect.width_px).min(scene.width_px);
        let ys = rect.y_px..(rect.y_px + rect.height_px).min(scene.height_px);
        let n_texels = layer.raster.columns as i32;
        let columns: Vec<Option<Vec<Tap>>> = xs
            .clone()
            .map(|x| {
                let at = x as i32 - layer.grid.center_px[0];
                taps(layer, &layer.grid.x, at, true, n_texels)
            })
            .collect();
        let read = columns.iter().flatten().flatten().map(|&(texel, _)| texel);
        let first = read.clone().min().unwrap_or(0);
        let texels = first..read.max().map_or(first, |last| last + 1);
        Self {
            layer,
            width_px: scene.width_px as usize,
            xs,
            ys,
            columns,
            texels,
            rows: Vec::new(),
        }
    }

    fn draw(mut self, target: &mut [u8]) {
        let n_rows = self.layer.raster.rows as i32;
        let mut sums: Vec<[i32; N]> = Vec::new();
        for y in self.ys.clone() {
            let dy = y as i32 - self.layer.grid.center_px[1];
            let start = (y as usize * self.width_px + self.xs.start as usize) * 4;
            let line = target.get_mut(start..start + self.columns.len() * 4);
            let Some(line) = line else { return };
            let line = line.as_chunks_mut::<4>().0;
            match taps(self.layer, &self.layer.grid.y, dy, false, n_rows) {
                None => line.fill(GAP),
                Some(taps) => {
                    self.prepare(&taps);
                    self.line(&taps, dy, &mut sums, line);
                }
            }
        }
    }

    /// Turns the rows that are read into display values, unless they are.
    fn prepare(&mut self, taps: &[Tap]) {
        for &(index, _) in taps {
            if self.rows.iter().any(|row| row.index == Some(index)) {
                continue;
            }
            let is_free = |row: &Row<N>| {
                let read = |&(other, _): &Tap| row.index == Some(other);
                !taps.iter().any(read)
            };
            let free = self.rows.iter().position(is_free).unwrap_or_else(|| {
                self.rows.push(Row {
                    index: None,
                    values: Vec::new(),
                    opaque: Vec::new(),
                });
                self.rows.len() - 1
            });
            fill(self.layer, index, &self.texels, &mut self.rows[free]);
        }
    }

    /// One canvas row: the texel rows are summed first, then the columns; where padding takes part, pixel by pixel.
    fn line(&self, taps: &[Tap], dy: i32, sums: &mut Vec<[i32; N]>, line: &mut [Rgba]) {
        sums.clear();
        sums.resize(self.texels.len(), [0; N]);
        let mut padded: Vec<&[bool]> = Vec::new();
        for &(index, weight) in taps {
            let Some(row) = self.rows.iter().find(|row| row.index == Some(index)) else {
                continue;
            };
            for (sum, value) in sums.iter_mut().zip(&row.values) {
                for channel in 0..N {
                    sum[channel] += i32::from(value[channel]) * weight;
                }
            }
            if !row.opaque.is_empty() {
                padded.push(&row.opaque);
            }
        }
        let weight = |taps: &[Tap]| taps.iter().map(|&(_, weight)| weight).sum::<i32>();
        let down = weight(taps);
        let left = self.xs.start as i32 - self.layer.grid.center_px[0];
        for (x, (pixel, taps)) in line.iter_mut().zip(&self.columns).enumerate() {
            let Some(taps) = taps else {
                *pixel = GAP;
                continue;
            };
            let is_opaque = |&(texel, _): &Tap| {
                let texel = texel - self.texels.start;
                padded.iter().all(|opaque| opaque[texel])
            };
            if !padded.is_empty() && !taps.iter().all(is_opaque) {
                *pixel = reference::shade(self.layer, left + x as i32, dy);
                continue;
            }
            let mut sum = [0; N];
            for &(texel, weight) in taps {
                let column = sums[texel - self.texels.start];
                for channel in 0..N {
                    sum[channel] += column[channel] * weight;
                }
            }
            let total = down * weight(taps);
            let value = sum.map(|sum| ((sum + total / 2) / total) as u8);
            *pixel = [value[0], value[N / 2], value[N - 1], 255];
        }
    }
}

/// Display values of one row of texels.
fn fill<const N: usize>(
    layer: &ImageLayer,
    index: usize,
    texels: &std::ops::Range<usize>,
    row: &mut Row<N>,
) {
    row.index = Some(index);
    row.values.clear();
    row.opaque.clear();
    let start = index * layer.raster.columns as usize;
    let range = start + texels.start..start + texels.end;
    let mut colors = Vec::with_capacity(range.len());
    match (&layer.raster.samples, layer.table.as_deref()) {
        (Samples::U8(v), None) => {
            let pixels = v.as_chunks::<3>().0.get(range).unwrap_or_default();
            colors.extend(pixels.iter().map(|&[r, g, b]| [r, g, b, 255]));
        }
        (Samples::U8(v), Some(table)) => look_up(v, range, table, |v| v.into(), &mut colors),
        (Samples::I8(v), Some(table)) => {
            look_up(v, range, table, |v| u16::from(v as u8), &mut colors);
        }
        (Samples::U16(v), Some(table)) => look_up(v, range, table, |v| v, &mut colors),
        (Samples::I16(v), Some(table)) => look_up(v, range, table, |v| v as u16, &mut colors),
        _ => {}
    }
    colors.resize(texels.len(), GAP);
    let channels = |color: &Rgba| std::array::from_fn(|channel| color[channel]);
    row.values.extend(colors.iter().map(channels));
    if colors.iter().any(|color| color[3] == 0) {
        row.opaque.extend(colors.iter().map(|color| color[3] != 0));
    }
}

fn look_up<T: Copy>(
    samples: &[T],
    range: std::ops::Range<usize>,
    table: &DisplayTable,
    pattern: impl Fn(T) -> u16,
    colors: &mut Vec<Rgba>,
) {
    let samples = samples.get(range).unwrap_or_default();
    colors.extend(samples.iter().map(|&sample| table.get(pattern(sample))));
}

#[cfg(test)]
mod tests;
