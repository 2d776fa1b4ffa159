//! The CPU renderer: specification of the shaders, oracle of the tests, and the tier of last resort.
//!
//! All arithmetic is in whole numbers (see [`super::grid`]), so the other tiers are held to the same bytes.

use super::grid::{FRACTION_BITS, WEIGHT_BITS};
use super::scene::{GAP, ImageLayer, Interpolation, Scene};
use crate::pixel::display_table::Rgba;
use crate::pixel::samples::Samples;

/// Draws a scene into `width_px * height_px * 4` bytes, R G B A, row after row.
pub fn draw(scene: &Scene, target: &mut [u8]) {
    target.as_chunks_mut::<4>().0.fill(GAP);
    for layer in &scene.layers {
        draw_layer(scene, layer, target);
    }
}

fn draw_layer(scene: &Scene, layer: &ImageLayer, target: &mut [u8]) {
    let rect = layer.rect;
    let right = (rect.x_px + rect.width_px).min(scene.width_px);
    let bottom = (rect.y_px + rect.height_px).min(scene.height_px);
    let pixels = target.as_chunks_mut::<4>().0;
    for y in rect.y_px..bottom {
        let row = y as usize * scene.width_px as usize;
        for x in rect.x_px..right {
            let (dx, dy) = (
                x as i32 - layer.grid.center_px[0],
                y as i32 - layer.grid.center_px[1],
            );
            let value = if layer.is_over {
                over(layer, dx, dy)
            } else {
                Some(shade(layer, dx, dy))
            };
            if let (Some(pixel), Some(value)) = (pixels.get_mut(row + x as usize), value) {
                *pixel = value;
            }
        }
    }
}

/// Display value of one canvas pixel, `dx`, `dy` from the grid's center.
fn shade(layer: &ImageLayer, dx: i32, dy: i32) -> Rgba {
    let grid = &layer.grid;
    let (x, y) = (grid.x.at(dx, dy), grid.y.at(dx, dy));
    if !is_inside(layer, nearest(x), nearest(y)) {
        return GAP;
    }
    let center = texel(layer, nearest(x), nearest(y));
    if layer.interpolation == Interpolation::Nearest || center[3] == 0 {
        return opaque(center);
    }
    if grid.n_taps > 1 {
        mean(layer, x, y)
    } else {
        bilinear(layer, x, y)
    }
}

/// What a layer puts over a canvas pixel: of the texels under it the one with the highest alpha, the first of equals;
/// `None` where that is 0.
fn over(layer: &ImageLayer, dx: i32, dy: i32) -> Option<Rgba> {
    let grid = &layer.grid;
    let (x, y) = (grid.x.at(dx, dy), grid.y.at(dx, dy));
    let n = grid.n_taps;
    let mut top = [0; 4];
    for j in 0..n {
        for i in 0..n {
            let (tap_x, tap_y) = tap(layer, x, y, i, j);
            if is_inside(layer, tap_x, tap_y) {
                let value = texel(layer, tap_x, tap_y);
                if value[3] > top[3] {
                    top = value;
                }
            }
        }
    }
    (top[3] > 0).then(|| opaque(top))
}

/// Texel of one of `n_taps` x `n_taps` taps spread evenly over a canvas pixel.
fn tap(layer: &ImageLayer, x: i32, y: i32, i: i32, j: i32) -> (i32, i32) {
    let grid = &layer.grid;
    let n = grid.n_taps;
    let (u, v) = (2 * i + 1 - n, 2 * j + 1 - n);
    let tap_x = x + (grid.x.step_x * u + grid.x.step_y * v) / (2 * n);
    let tap_y = y + (grid.y.step_x * u + grid.y.step_y * v) / (2 * n);
    (nearest(tap_x), nearest(tap_y))
}

fn nearest(coordinate: i32) -> i32 {
    coordinate.wrapping_add(1 << (FRACTION_BITS - 1)) >> FRACTION_BITS
}

fn opaque([r, g, b, _]: Rgba) -> Rgba {
    [r, g, b, 255]
}

/// The four neighbours by distance; padding counts for nothing.
fn bilinear(layer: &ImageLayer, x: i32, y: i32) -> Rgba {
    let weight = |coordinate: i32| {
        let fraction = coordinate & ((1 << FRACTION_BITS) - 1);
        (fraction + (1 << (FRACTION_BITS - WEIGHT_BITS - 1))) >> (FRACTION_BITS - WEIGHT_BITS)
    };
    let (x0, y0, wx, wy) = (x >> FRACTION_BITS, y >> FRACTION_BITS, weight(x), weight(y));
    let one = 1 << WEIGHT_BITS;
    let mut sum = Sum::default();
    sum.add(texel(layer, x0, y0), (one - wx) * (one - wy));
    sum.add(texel(layer, x0 + 1, y0), wx * (one - wy));
    sum.add(texel(layer, x0, y0 + 1), (one - wx) * wy);
    sum.add(texel(layer, x0 + 1, y0 + 1), wx * wy);
    sum.rounded()
}

/// The mean of `n_taps` x `n_taps` texels spread evenly over the canvas pixel; padding counts for nothing.
fn mean(layer: &ImageLayer, x: i32, y: i32) -> Rgba {
    let n = layer.grid.n_taps;
    let mut sum = Sum::default();
    for j in 0..n {
        for i in 0..n {
            let (tap_x, tap_y) = tap(layer, x, y, i, j);
            sum.add(texel(layer, tap_x, tap_y), 1);
        }
    }
    sum.rounded()
}

#[derive(Default)]
struct Sum {
    rgb: [i32; 3],
    weight: i32,
}

impl Sum {
    fn add(&mut self, [r, g, b, a]: Rgba, weight: i32) {
        if a != 0 {
            for (sum, value) in self.rgb.iter_mut().zip([r, g, b]) {
                *sum += i32::from(value) * weight;
            }
            self.weight += weight;
        }
    }

    fn rounded(self) -> Rgba {
        let weight = self.weight.max(1);
        let [r, g, b] = self.rgb.map(|sum| ((sum + weight / 2) / weight) as u8);
        [r, g, b, 255]
    }
}

fn is_inside(layer: &ImageLayer, x: i32, y: i32) -> bool {
    x >= 0 && y >= 0 && x < layer.raster.columns as i32 && y < layer.raster.rows as i32
}

/// Display value of a texel, the nearest one at the rim for coordinates outside.
fn texel(layer: &ImageLayer, x: i32, y: i32) -> Rgba {
    let raster = &layer.raster;
    let x = x.clamp(0, raster.columns as i32 - 1) as usize;
    let y = y.clamp(0, raster.rows as i32 - 1) as usize;
    let index = y * raster.columns as usize + x;
    let pattern = match &raster.samples {
        Samples::U8(v) if layer.table.is_none() => {
            return [v[3 * index], v[3 * index + 1], v[3 * index + 2], 255];
        }
        Samples::U8(v) => u16::from(v[index]),
        Samples::I8(v) => u16::from(v[index] as u8),
        Samples::U16(v) => v[index],
        Samples::I16(v) => v[index] as u16,
        // Wider samples are resolved to R G B before they reach a scene.
        Samples::U32(_) | Samples::I32(_) | Samples::F32(_) | Samples::F64(_) => return GAP,
    };
    layer.table.as_ref().map_or(GAP, |table| table.get(pattern))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::affine::ImageFromCanvas;
    use crate::geometry::space::CanvasRect;
    use crate::pixel::raster::{Raster, RasterKind};
    use crate::scene::grid::SamplingGrid;
    use glam::{DAffine2, DVec2};
    use std::sync::Arc;

    /// A 2 x 1 picture, black and white, drawn over `width_px` x 2 canvas pixels.
    fn draw_two(width_px: u32, interpolation: Interpolation) -> Vec<u8> {
        let raster = Raster::new(
            1,
            2,
            RasterKind::Rgb,
            Samples::U8(vec![0, 0, 0, 255, 255, 255]),
        )
        .unwrap();
        let scale = 2.0 / f64::from(width_px);
        let image_from_canvas = DAffine2::from_scale_angle_translation(
            DVec2::new(scale, 0.5),
            0.0,
            DVec2::new(-0.5, -0.5),
        );
        let rect = CanvasRect {
            x_px: 0,
            y_px: 0,
            width_px,
            height_px: 2,
        };
        let grid = SamplingGrid::new(&ImageFromCanvas(image_from_canvas), rect);
        let layer = ImageLayer {
            rect,
            raster: Arc::new(raster),
            table: None,
            grid,
            interpolation,
            is_over: false,
        };
        let scene = Scene {
            width_px,
            height_px: 2,
            layers: vec![layer],
        };
        let mut target = vec![0; width_px as usize * 8];
        draw(&scene, &mut target);
        target
            .chunks(4)
            .take(width_px as usize)
            .map(|pixel| pixel[0])
            .collect()
    }

    #[test]
    fn nearest_cuts_between_two_pixels_and_bilinear_slopes() {
        assert_eq!(draw_two(4, Interpolation::Nearest), [0, 0, 255, 255]);
        // Canvas centres 0.5, 1.5, 2.5, 3.5 lie at image x = -0.25, 0.25, 0.75, 1.25; the rim repeats.
        assert_eq!(draw_two(4, Interpolation::Smooth), [0, 64, 191, 255]);
    }

    #[test]
    fn a_picture_reduced_to_one_pixel_is_its_mean() {
        assert_eq!(draw_two(1, Interpolation::Smooth), [128]);
    }
}
