//! Raster: one decoded frame as the renderer and the probe use it.

use super::samples::Samples;
use std::sync::Arc;

/// What one pixel of a raster is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RasterKind {
    /// One stored value a pixel; a display table turns it into grey or colour.
    Stored,
    /// Three bytes a pixel, R G B, ready to show.
    Rgb,
}

/// One decoded frame: `rows` x `columns` pixels, row after row from the top left.
#[derive(Clone, Debug, PartialEq)]
pub struct Raster {
    /// Pixel rows.
    pub rows: u32,
    /// Pixel columns.
    pub columns: u32,
    /// Stored values, or [`Samples::U8`] of R G B where `kind` is [`RasterKind::Rgb`].
    pub samples: Samples,
    /// What one pixel is.
    pub kind: RasterKind,
    /// Overlay bits that lay in the pixel cells: which bit, and one bit a pixel, packed as Overlay Data (60xx,3000) is.
    pub planes: Vec<(u16, Arc<[u8]>)>,
}

impl Raster {
    /// A raster whose sample count matches its size, or `None`.
    pub fn new(rows: u32, columns: u32, kind: RasterKind, samples: Samples) -> Option<Self> {
        let per_pixel = if kind == RasterKind::Rgb { 3 } else { 1 };
        let wanted = u64::from(rows) * u64::from(columns) * per_pixel;
        let is_rgb8 = kind == RasterKind::Stored || matches!(samples, Samples::U8(_));
        (samples.len() as u64 == wanted && is_rgb8).then_some(Self {
            rows,
            columns,
            samples,
            kind,
            planes: Vec::new(),
        })
    }

    /// Stored value at a pixel (column `x`, row `y`); `None` outside and for colour.
    pub fn stored(&self, x: u32, y: u32) -> Option<f64> {
        let inside = x < self.columns && y < self.rows && self.kind == RasterKind::Stored;
        inside
            .then(|| {
                self.samples
                    .get(y as usize * self.columns as usize + x as usize)
            })
            .flatten()
    }

    /// Red, green, blue at a pixel; `None` outside and for stored values.
    pub fn rgb(&self, x: u32, y: u32) -> Option<[u8; 3]> {
        let Samples::U8(bytes) = &self.samples else {
            return None;
        };
        if x >= self.columns || y >= self.rows || self.kind != RasterKind::Rgb {
            return None;
        }
        let at = 3 * (y as usize * self.columns as usize + x as usize);
        bytes.get(at..at + 3).and_then(|rgb| rgb.try_into().ok())
    }
}
