//! Raster: one decoded frame as the renderer and the probe use it.

use super::descriptor::Photometric;
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

/// Components of colour pixels as they were stored, before they became R G B.
#[derive(Clone, Debug, PartialEq)]
pub struct Components {
    /// What they are; the codestream may have decided.
    pub photometric: Photometric,
    /// Three a pixel, in the order of the photometric interpretation.
    pub values: Arc<[u16]>,
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
    /// Components of a colour frame, where they were asked for ([`super::descriptor::PixelDescriptor::keeps_components`]).
    pub components: Option<Components>,
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
            components: None,
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

    /// The same pixels with the last column and the last row once more.
    pub fn rimmed(&self) -> Option<Self> {
        let (rows, columns) = (self.rows.checked_add(1)?, self.columns.checked_add(1)?);
        let n = if self.kind == RasterKind::Rgb { 3 } else { 1 };
        let (last_row, last_column) = (self.rows.checked_sub(1)?, self.columns.checked_sub(1)?);
        let pixels = (0..rows).flat_map(|y| {
            let row = y.min(last_row) as usize * self.columns as usize;
            (0..columns).map(move |x| row + x.min(last_column) as usize)
        });
        let samples = self
            .samples
            .picked(pixels.flat_map(|pixel| pixel * n..(pixel + 1) * n))?;
        Self::new(rows, columns, self.kind, samples)
    }

    /// Bytes held.
    pub fn n_bytes(&self) -> u64 {
        let components = self.components.as_ref();
        let of_components = components.map_or(0, |kept| size_of_val(&*kept.values));
        (self.samples.n_bytes() + of_components) as u64
    }

    /// What the three components at a pixel were, and what they are called; `None` outside and where they were not kept.
    pub fn stored_color(&self, x: u32, y: u32) -> Option<(Photometric, [u16; 3])> {
        let kept = self.components.as_ref()?;
        if x >= self.columns || y >= self.rows {
            return None;
        }
        let at = 3 * (y as usize * self.columns as usize + x as usize);
        let values = kept.values.get(at..at + 3)?.try_into().ok()?;
        Some((kept.photometric, values))
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
