//! One newtype per space, so that a canvas point is never taken for an image point.

use glam::{DVec2, DVec3};

/// Device pixels of the canvas from its top left corner, y down; the first pixel covers 0..1, its centre is 0.5.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CanvasPoint(pub DVec2);

/// Pixels of a frame, x along a row, y down; pixel centres are integers (PS3.3 C.7.6.2.1.1 counts i and j from 0).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ImagePoint(pub DVec2);

/// Patient coordinates in millimetres: x to the left, y to the back, z to the head (PS3.3 C.7.6.2.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PatientPoint(pub DVec3);

/// Voxels of a stack: column, row, image; centres are integers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VoxelPoint(pub DVec3);

/// A rectangle of whole device pixels of the canvas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CanvasRect {
    /// Left edge, device pixels.
    pub x_px: u32,
    /// Top edge, device pixels.
    pub y_px: u32,
    /// Width, device pixels.
    pub width_px: u32,
    /// Height, device pixels.
    pub height_px: u32,
}

impl CanvasRect {
    /// The middle of the rectangle.
    pub fn center(&self) -> CanvasPoint {
        CanvasPoint(DVec2::new(
            f64::from(self.x_px) + f64::from(self.width_px) / 2.0,
            f64::from(self.y_px) + f64::from(self.height_px) / 2.0,
        ))
    }

    /// True where the point lies in the rectangle.
    pub fn contains(&self, point: CanvasPoint) -> bool {
        let p = point.0 - DVec2::new(self.x_px.into(), self.y_px.into());
        p.x >= 0.0 && p.y >= 0.0 && p.x < self.width_px.into() && p.y < self.height_px.into()
    }
}
