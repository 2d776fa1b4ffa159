//! SamplingGrid: the transform from canvas pixels to texels in whole numbers.
//!
//! Floating point differs between graphics processors in its last digit, and one digit decides which texel is nearest.
//! Integers do not: with 12 fractional bits and one rounding rule every tier reads the same texels with the same weights.

use crate::geometry::affine::ImageFromCanvas;
use crate::geometry::space::{CanvasPoint, CanvasRect};
use glam::{DMat2, DVec2};

/// Fractional bits of a texel coordinate.
pub const FRACTION_BITS: i32 = 12;
/// Fractional bits of a bilinear weight.
pub const WEIGHT_BITS: i32 = 7;
/// Most taps along one axis when a picture is reduced.
pub const MAX_TAPS: i32 = 8;

/// One coordinate (x or y) as a function of the canvas pixel.
///
/// `coordinate(dx, dy) = origin + dx * step_x + dy * step_y + ((dx * rest_x + dy * rest_y) >> 12)`,
/// all in 1/4096 texel but the rests, which are in 1/4096 of that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AxisMap {
    /// Coordinate at the pixel of the grid's center.
    pub origin: i32,
    /// Change per canvas pixel to the right.
    pub step_x: i32,
    /// Change per canvas pixel down.
    pub step_y: i32,
    /// What `step_x` lost by rounding down.
    pub rest_x: i32,
    /// What `step_y` lost by rounding down.
    pub rest_y: i32,
}

impl AxisMap {
    /// From the coordinate at the center pixel and its change per canvas pixel, in texels.
    fn new(origin: f64, per_pixel: DVec2) -> Self {
        let fine = f64::from(1 << (2 * FRACTION_BITS));
        let split = |v: f64| {
            let whole = (v.clamp(-128.0, 128.0) * fine).round() as i64;
            (
                (whole >> FRACTION_BITS) as i32,
                (whole & ((1 << FRACTION_BITS) - 1)) as i32,
            )
        };
        let (step_x, rest_x) = split(per_pixel.x);
        let (step_y, rest_y) = split(per_pixel.y);
        let origin =
            (origin.clamp(-200_000.0, 200_000.0) * f64::from(1 << FRACTION_BITS)).round() as i32;
        Self {
            origin,
            step_x,
            step_y,
            rest_x,
            rest_y,
        }
    }

    /// Coordinate at a canvas pixel, counted from the grid's center; wraps as 32-bit integers do on every tier.
    pub fn at(&self, dx: i32, dy: i32) -> i32 {
        let rest = dx
            .wrapping_mul(self.rest_x)
            .wrapping_add(dy.wrapping_mul(self.rest_y))
            >> FRACTION_BITS;
        let steps = dx
            .wrapping_mul(self.step_x)
            .wrapping_add(dy.wrapping_mul(self.step_y));
        self.origin.wrapping_add(steps).wrapping_add(rest)
    }
}

/// Canvas pixel -> texel coordinate, for one viewport.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SamplingGrid {
    /// Canvas pixel that dx = dy = 0 stands for.
    pub center_px: [i32; 2],
    /// Texel coordinate along a row.
    pub x: AxisMap,
    /// Texel coordinate down a column.
    pub y: AxisMap,
    /// Taps along each axis: 1 when enlarged or at 1:1, more when reduced.
    pub n_taps: i32,
}

impl SamplingGrid {
    /// The grid of a viewport; pixel centres of the canvas lie at .5, of the image at whole numbers.
    pub fn new(image_from_canvas: &ImageFromCanvas, rect: CanvasRect) -> Self {
        let center_px = [
            (rect.x_px + rect.width_px / 2) as i32,
            (rect.y_px + rect.height_px / 2) as i32,
        ];
        let center = DVec2::new(center_px[0].into(), center_px[1].into()) + 0.5;
        let origin = image_from_canvas.apply(CanvasPoint(center)).0;
        let DMat2 { x_axis, y_axis } = image_from_canvas.0.matrix2;
        let reduction = image_from_canvas.image_px_per_canvas_px().max_element();
        Self {
            center_px,
            x: AxisMap::new(origin.x, DVec2::new(x_axis.x, y_axis.x)),
            y: AxisMap::new(origin.y, DVec2::new(x_axis.y, y_axis.y)),
            // A hair above 1 is 1:1 with rounding, not a reduction.
            n_taps: ((reduction - 1e-3).ceil() as i32).clamp(1, MAX_TAPS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DAffine2;

    #[test]
    fn a_step_of_a_third_is_true_to_a_hundredth_of_a_texel_over_8000_pixels() {
        let third = DAffine2::from_scale(DVec2::splat(1.0 / 3.0));
        let rect = CanvasRect {
            x_px: 0,
            y_px: 0,
            width_px: 8000,
            height_px: 10,
        };
        let grid = SamplingGrid::new(&ImageFromCanvas(third), rect);
        for px in [0, 1, 3999, 4000, 7999] {
            let wanted = (f64::from(px) + 0.5) / 3.0;
            let got = f64::from(grid.x.at(px - grid.center_px[0], 0)) / 4096.0;
            assert!((got - wanted).abs() < 0.01, "{px}: {got}, wanted {wanted}");
        }
    }

    #[test]
    fn a_reduction_of_2_5_takes_three_taps_and_an_enlargement_one() {
        let rect = CanvasRect {
            x_px: 0,
            y_px: 0,
            width_px: 100,
            height_px: 100,
        };
        let taps = |scale: f64| {
            SamplingGrid::new(
                &ImageFromCanvas(DAffine2::from_scale(DVec2::splat(scale))),
                rect,
            )
            .n_taps
        };
        assert_eq!((taps(2.5), taps(1.0), taps(0.3)), (3, 1, 1));
    }
}
