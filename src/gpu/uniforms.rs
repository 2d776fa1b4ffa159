//! LayerUniforms: the Rust mirror of `Layer` in shaders/common.wgsl.

use skiagraph_core::scene::scene::{ImageLayer, Interpolation};

/// [`LayerUniforms::n_taps`] for the nearest texel.
pub const NEAREST: i32 = 0;
/// [`LayerUniforms::table_rows`] for a frame of R G B, which needs no table.
pub const NO_TABLE: u32 = 0;

/// What the shader knows of one layer; fields as in `SamplingGrid`, x and y side by side.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
pub struct LayerUniforms {
    /// Texel coordinate at the center pixel, 1/4096 texel.
    pub origin: [i32; 2],
    /// Canvas pixel that the grid counts from.
    pub center_px: [i32; 2],
    /// Change of the coordinate per canvas pixel to the right, 1/4096 texel.
    pub step_x: [i32; 2],
    /// Change of the coordinate per canvas pixel down, 1/4096 texel.
    pub step_y: [i32; 2],
    /// What `step_x` lost by rounding, 1/4096 of that.
    pub rest_x: [i32; 2],
    /// What `step_y` lost by rounding, 1/4096 of that.
    pub rest_y: [i32; 2],
    /// Columns and rows of the frame.
    pub size_px: [i32; 2],
    /// [`NEAREST`], 1 for bilinear, more for the mean of `n_taps` x `n_taps` texels; below zero for a layer that lies over
    /// others, which shows the most opaque of as many texels as the number says without its sign.
    pub n_taps: i32,
    /// [`NO_TABLE`], or 1 or 256 rows of 256 entries.
    pub table_rows: u32,
}

const _: () = assert!(size_of::<LayerUniforms>() == 64);

impl LayerUniforms {
    /// The uniforms of a layer whose table texture has `table_rows` rows.
    pub fn new(layer: &ImageLayer, table_rows: u32) -> Self {
        let grid = &layer.grid;
        let (x, y) = (&grid.x, &grid.y);
        Self {
            origin: [x.origin, y.origin],
            center_px: grid.center_px,
            step_x: [x.step_x, y.step_x],
            step_y: [x.step_y, y.step_y],
            rest_x: [x.rest_x, y.rest_x],
            rest_y: [x.rest_y, y.rest_y],
            size_px: [layer.raster.columns as i32, layer.raster.rows as i32],
            n_taps: match layer.interpolation {
                _ if layer.is_over => -grid.n_taps.max(1),
                Interpolation::Nearest => NEAREST,
                Interpolation::Smooth => grid.n_taps.max(1),
            },
            table_rows,
        }
    }
}
