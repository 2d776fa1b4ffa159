//! ViewTransform: pan, zoom, turn and flip of one viewport; canvas to image and back.

use crate::geometry::affine::ImageFromCanvas;
use crate::geometry::space::CanvasRect;
use glam::{DAffine2, DMat2, DVec2};

/// How large the picture is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Zoom {
    /// As large as the viewport allows with all of the picture in it; follows the viewport's size.
    #[default]
    Fit,
    /// Canvas (device) pixels per image column.
    Scale(f64),
}

/// Smallest and largest scale, canvas pixels per image pixel.
pub const SCALE_RANGE: (f64, f64) = (1.0 / 64.0, 64.0);

/// Pan, zoom, turn and flip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ViewTransform {
    /// How large.
    pub zoom: Zoom,
    /// Where the middle of the picture lies from the middle of the viewport, canvas pixels.
    pub pan_px: DVec2,
    /// Image axes on the canvas: the identity, turned by quarters and mirrored.
    pub turn: DMat2,
}

impl Default for ViewTransform {
    fn default() -> Self {
        Self {
            zoom: Zoom::Fit,
            pan_px: DVec2::ZERO,
            turn: DMat2::IDENTITY,
        }
    }
}

/// Size of a frame as it is to be seen: columns, and rows stretched by the pixels' aspect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrameSize {
    /// Columns.
    pub columns: u32,
    /// Rows.
    pub rows: u32,
    /// Height over width of one pixel (rule D24).
    pub pixel_aspect: f64,
}

impl ViewTransform {
    /// Canvas pixels per image column in a viewport.
    pub fn scale(&self, rect: CanvasRect, size: FrameSize) -> f64 {
        let Zoom::Scale(scale) = self.zoom else {
            let seen = DVec2::new(
                size.columns.into(),
                f64::from(size.rows) * size.pixel_aspect,
            );
            let seen = (self.turn * seen).abs();
            let fit = DVec2::new(rect.width_px.into(), rect.height_px.into()) / seen;
            return fit.min_element().clamp(SCALE_RANGE.0, SCALE_RANGE.1);
        };
        scale
    }

    /// Canvas point to image point.
    pub fn image_from_canvas(&self, rect: CanvasRect, size: FrameSize) -> ImageFromCanvas {
        let scale = self.scale(rect, size);
        let canvas_from_pixel =
            self.turn * DMat2::from_diagonal(DVec2::new(scale, scale * size.pixel_aspect));
        let middle = DVec2::new(f64::from(size.columns) - 1.0, f64::from(size.rows) - 1.0) / 2.0;
        let center = rect.center().0 + self.pan_px;
        let canvas_from_image =
            DAffine2::from_mat2_translation(canvas_from_pixel, center - canvas_from_pixel * middle);
        ImageFromCanvas(canvas_from_image.inverse())
    }

    /// Turned a quarter clockwise as seen on the canvas, about the viewport's middle.
    #[must_use]
    pub fn rotated_right(self) -> Self {
        self.turned(DMat2::from_cols(DVec2::Y, DVec2::NEG_X))
    }

    /// Turned a quarter counter-clockwise.
    #[must_use]
    pub fn rotated_left(self) -> Self {
        self.turned(DMat2::from_cols(DVec2::NEG_Y, DVec2::X))
    }

    /// Left and right exchanged as seen on the canvas.
    #[must_use]
    pub fn flipped_horizontally(self) -> Self {
        self.turned(DMat2::from_diagonal(DVec2::new(-1.0, 1.0)))
    }

    /// Top and bottom exchanged as seen on the canvas.
    #[must_use]
    pub fn flipped_vertically(self) -> Self {
        self.turned(DMat2::from_diagonal(DVec2::new(1.0, -1.0)))
    }

    fn turned(self, by: DMat2) -> Self {
        Self {
            turn: by * self.turn,
            pan_px: by * self.pan_px,
            ..self
        }
    }

    /// Scaled by `factor` so that what lies under `anchor` (canvas pixels from the viewport's middle) stays there.
    #[must_use]
    pub fn zoomed(self, factor: f64, anchor: DVec2, scale_now: f64) -> Self {
        let scale = (scale_now * factor).clamp(SCALE_RANGE.0, SCALE_RANGE.1);
        let factor = scale / scale_now;
        Self {
            zoom: Zoom::Scale(scale),
            pan_px: anchor + (self.pan_px - anchor) * factor,
            ..self
        }
    }

    /// Clockwise turn in degrees (0, 90, 180, 270) and whether left and right are exchanged before it.
    pub fn rotation_and_flip(&self) -> (u32, bool) {
        let is_flipped = self.turn.determinant() < 0.0;
        let turn = if is_flipped {
            self.turn * DMat2::from_diagonal(DVec2::new(-1.0, 1.0))
        } else {
            self.turn
        };
        let degrees = turn
            .x_axis
            .y
            .atan2(turn.x_axis.x)
            .to_degrees()
            .rem_euclid(360.0);
        (degrees.round() as u32 % 360, is_flipped)
    }

    /// Image directions (columns, rows) that point to the right and to the bottom of the canvas.
    pub fn image_directions(&self) -> (DVec2, DVec2) {
        let back = self.turn.inverse();
        (back.x_axis, back.y_axis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::space::{CanvasPoint, ImagePoint};

    const RECT: CanvasRect = CanvasRect {
        x_px: 10,
        y_px: 20,
        width_px: 200,
        height_px: 100,
    };
    const SIZE: FrameSize = FrameSize {
        columns: 50,
        rows: 50,
        pixel_aspect: 1.0,
    };

    #[test]
    fn fit_shows_the_whole_picture_and_the_middle_in_the_middle() {
        let transform = ViewTransform::default();
        assert_eq!(transform.scale(RECT, SIZE), 2.0);
        let middle = transform.image_from_canvas(RECT, SIZE).apply(RECT.center());
        assert!((middle.0 - DVec2::splat(24.5)).length() < 1e-9);
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let pointer = CanvasPoint(DVec2::new(150.0, 40.0));
        let before = ViewTransform::default();
        let image_point = before.image_from_canvas(RECT, SIZE).apply(pointer);
        let anchor = pointer.0 - RECT.center().0;
        let after = before.zoomed(3.0, anchor, before.scale(RECT, SIZE));
        let moved = after.image_from_canvas(RECT, SIZE).apply(pointer);
        assert!((moved.0 - image_point.0).length() < 1e-9);
    }

    #[test]
    fn a_turn_to_the_right_brings_the_top_left_pixel_to_the_top_right() {
        let transform = ViewTransform::default().rotated_right();
        let corner = transform
            .image_from_canvas(RECT, SIZE)
            .canvas(ImagePoint(DVec2::ZERO));
        let from_middle = corner.0 - RECT.center().0;
        assert!(from_middle.x > 0.0 && from_middle.y < 0.0, "{from_middle}");
        assert_eq!(transform.rotation_and_flip(), (90, false));
    }

    #[test]
    fn four_turns_and_two_flips_are_nothing() {
        let start = ViewTransform::default();
        let turned = start
            .rotated_right()
            .rotated_right()
            .rotated_right()
            .rotated_right();
        assert_eq!(turned, start);
        assert_eq!(start.flipped_horizontally().flipped_horizontally(), start);
        assert_eq!(start.flipped_vertically().rotation_and_flip(), (180, true));
    }

    #[test]
    fn rule_d24_tall_pixels_are_drawn_tall() {
        let tall = FrameSize {
            columns: 50,
            rows: 50,
            pixel_aspect: 2.0,
        };
        let map = ViewTransform::default().image_from_canvas(RECT, tall);
        let step = map.image_px_per_canvas_px();
        assert!((step.x / step.y - 2.0).abs() < 1e-9);
    }
}
