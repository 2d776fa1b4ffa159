//! The 2-D transform between canvas and image, named target_from_source and read right to left.

use super::space::{CanvasPoint, ImagePoint};
use glam::{DAffine2, DVec2};

/// Canvas point (device pixels, centres at .5) to image point (pixels, centres at integers).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImageFromCanvas(pub DAffine2);

impl ImageFromCanvas {
    /// Image point under a canvas point.
    pub fn apply(&self, point: CanvasPoint) -> ImagePoint {
        ImagePoint(self.0.transform_point2(point.0))
    }

    /// Canvas point over an image point.
    pub fn canvas(&self, point: ImagePoint) -> CanvasPoint {
        CanvasPoint(self.0.inverse().transform_point2(point.0))
    }

    /// Image pixels that one canvas pixel spans along each canvas axis: (columns of the matrix as lengths).
    /// Above 1 the picture is minified.
    pub fn image_px_per_canvas_px(&self) -> DVec2 {
        DVec2::new(
            self.0.matrix2.x_axis.length(),
            self.0.matrix2.y_axis.length(),
        )
    }
}
