//! Scene: image layers in canvas pixels; built on demand, drawn by any tier.

use super::grid::SamplingGrid;
use crate::geometry::space::CanvasRect;
use crate::pixel::display_table::DisplayTable;
use crate::pixel::raster::Raster;
use std::sync::Arc;

/// How texels become canvas pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Interpolation {
    /// The texel that covers the pixel's centre.
    Nearest,
    /// Four neighbours when enlarged, the mean of the covered texels when reduced.
    #[default]
    Smooth,
}

/// One raster drawn into one rectangle of the canvas: a frame, or what lies over it (overlay planes, shutters).
#[derive(Clone, Debug)]
pub struct ImageLayer {
    /// Where it may draw; everything in it that a frame does not cover is black.
    pub rect: CanvasRect,
    /// The frame: stored values, or R G B. The same frame is the same `Arc`.
    pub raster: Arc<Raster>,
    /// Display values by stored value; `None` where the raster is R G B. The same table is the same `Arc`.
    pub table: Option<Arc<DisplayTable>>,
    /// Which texels belong to which canvas pixel.
    pub grid: SamplingGrid,
    /// How they are mixed; of no account where `is_over`.
    pub interpolation: Interpolation,
    /// Lies over the layers before it: what it does not cover, or covers with alpha 0, stays as it is. Never mixed: of
    /// the texels under a canvas pixel the one with the highest alpha counts, so that thin lines outlive a reduction.
    pub is_over: bool,
}

/// Everything on the canvas; what no layer covers is [`GAP`].
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// Width of the canvas, device pixels.
    pub width_px: u32,
    /// Height of the canvas, device pixels.
    pub height_px: u32,
    /// In the order they are drawn: for each viewport its frame, then what lies over it. Frames do not overlap.
    pub layers: Vec<ImageLayer>,
}

/// Colour between viewports and of empty ones (R, G, B, 255).
pub const GAP: [u8; 4] = [0, 0, 0, 255];
