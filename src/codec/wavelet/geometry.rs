//! Where everything lies (ISO/IEC 15444-1 Annex B): tiles, resolutions, subbands, precincts and code blocks as rectangles.

use super::style::{Coding, Quantization};
use crate::{Error, block::Orientation};

/// Columns `x0..x1`, rows `y0..y1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x0: u32,
    pub(super) y0: u32,
    pub(super) x1: u32,
    pub(super) y1: u32,
}

impl Rect {
    pub(super) fn width(&self) -> u32 {
        self.x1.saturating_sub(self.x0)
    }

    pub(super) fn height(&self) -> u32 {
        self.y1.saturating_sub(self.y0)
    }

    pub(super) fn area(&self) -> u64 {
        u64::from(self.width()) * u64::from(self.height())
    }

    pub(super) fn intersect(&self, other: &Self) -> Self {
        Self {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        }
    }

    /// The same place at a resolution 2^`n` times coarser (equation B-14).
    pub(super) fn reduced(&self, n: u8) -> Self {
        Self {
            x0: ceil_shift(self.x0, n),
            y0: ceil_shift(self.y0, n),
            x1: ceil_shift(self.x1, n),
            y1: ceil_shift(self.y1, n),
        }
    }
}

/// `value` / 2^`n`, rounded up.
pub(super) fn ceil_shift(value: u32, n: u8) -> u32 {
    let n = n.min(32);
    ((u64::from(value) + (1_u64 << n) - 1) >> n) as u32
}

/// `value` x 2^`n`; what does not fit is further right than any picture.
pub(super) fn shift(value: u32, n: u8) -> u32 {
    u32::try_from(u64::from(value) << n.min(32)).unwrap_or(u32::MAX)
}

pub(super) struct Band {
    pub(super) rect: Rect,
    pub(super) orientation: Orientation,
    /// Of its first coefficient within the component's; rows are `rect.width()` apart.
    pub(super) offset: usize,
    /// Mb (equation E-2).
    pub(super) bit_planes: u8,
    /// Step of the quantizer (equation E-3), relative to one grey level.
    pub(super) step: f32,
}

pub(super) struct Resolution {
    pub(super) rect: Rect,
    /// LL alone, or HL, LH, HH.
    pub(super) bands: Vec<Band>,
    pub(super) precinct_log2: (u8, u8),
    pub(super) precincts_wide: u32,
    pub(super) precincts_high: u32,
    /// Index of its first precinct among the tile's.
    pub(super) first_precinct: usize,
    block_log2: (u8, u8),
}

/// One component of one tile.
pub(super) struct Component {
    pub(super) coding: Coding,
    pub(super) roi_shift: u8,
    pub(super) resolutions: Vec<Resolution>,
}

/// Code blocks of one precinct in one subband.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockGrid {
    /// The precinct's part of the subband.
    pub(super) rect: Rect,
    /// Columns and rows of blocks.
    pub(super) wide: u32,
    pub(super) high: u32,
    block_log2: (u8, u8),
}

impl BlockGrid {
    /// The block in column `x`, row `y` of the grid.
    pub(super) fn block(&self, x: u32, y: u32) -> Rect {
        let (log2_x, log2_y) = self.block_log2;
        let column = (self.rect.x0 >> log2_x).saturating_add(x);
        let row = (self.rect.y0 >> log2_y).saturating_add(y);
        self.rect.intersect(&Rect {
            x0: shift(column, log2_x),
            y0: shift(row, log2_y),
            x1: shift(column.saturating_add(1), log2_x),
            y1: shift(row.saturating_add(1), log2_y),
        })
    }
}

impl Resolution {
    pub(super) fn n_precincts(&self) -> u64 {
        u64::from(self.precincts_wide) * u64::from(self.precincts_high)
    }

    /// Top left corner of a precinct at this resolution, `index` counted in rows.
    pub(super) fn precinct_corner(&self, index: u32) -> (u32, u32) {
        let (log2_x, log2_y) = self.precinct_log2;
        let wide = self.precincts_wide.max(1);
        (
            shift((self.rect.x0 >> log2_x) + index % wide, log2_x),
            shift((self.rect.y0 >> log2_y) + index / wide, log2_y),
        )
    }

    /// Blocks of a precinct in each of the bands (B.7: at the lowest resolution precinct and band have the same size, above
    /// a precinct covers half as many rows and columns of each band).
    pub(super) fn block_grid(&self, band: &Band, index: u32) -> BlockGrid {
        let half = u8::from(band.orientation != Orientation::Ll);
        let (log2_x, log2_y) = (
            self.precinct_log2.0.saturating_sub(half),
            self.precinct_log2.1.saturating_sub(half),
        );
        let wide = self.precincts_wide.max(1);
        let column = (self.rect.x0 >> self.precinct_log2.0) + index % wide;
        let row = (self.rect.y0 >> self.precinct_log2.1) + index / wide;
        let rect = band.rect.intersect(&Rect {
            x0: shift(column, log2_x),
            y0: shift(row, log2_y),
            x1: shift(column + 1, log2_x),
            y1: shift(row + 1, log2_y),
        });
        let block_log2 = (self.block_log2.0.min(log2_x), self.block_log2.1.min(log2_y));
        let is_empty = rect.area() == 0;
        let count = |low: u32, high: u32, log2: u8| match is_empty {
            true => 0,
            false => ceil_shift(high, log2) - (low >> log2),
        };
        BlockGrid {
            rect,
            wide: count(rect.x0, rect.x1, block_log2.0),
            high: count(rect.y0, rect.y1, block_log2.1),
            block_log2,
        }
    }
}

impl Component {
    /// Lays out one component; `bits` are those of its samples, `area` its place on the reference grid.
    /// Equations B-14, B-15, E-2 to E-5.
    pub(super) fn new(
        area: Rect,
        bits: u8,
        coding: &Coding,
        quantization: &Quantization,
        roi_shift: u8,
    ) -> Result<Self, Error> {
        let levels = coding.levels;
        let mut resolutions = Vec::with_capacity(usize::from(levels) + 1);
        let mut offset = 0_u64;
        for number in 0..=levels {
            let rect = area.reduced(levels - number);
            let precinct_log2 = coding.precinct_log2(number);
            if number > 0 && (precinct_log2.0 == 0 || precinct_log2.1 == 0) {
                return Err(Error::Corrupt("precincts of one row or column"));
            }
            let orientations: &[Orientation] = match number {
                0 => &[Orientation::Ll],
                _ => &[Orientation::Hl, Orientation::Lh, Orientation::Hh],
            };
            let depth = match number {
                0 => levels,
                _ => levels - number + 1,
            };
            let mut bands = Vec::with_capacity(orientations.len());
            for (index, &orientation) in orientations.iter().enumerate() {
                let rect = band_rect(area, depth, orientation);
                let n = match number {
                    0 => 0,
                    _ => 3 * (usize::from(number) - 1) + 1 + index,
                };
                let (exponent, mantissa) = quantization.step(n, levels - depth)?;
                bands.push(Band {
                    rect,
                    orientation,
                    offset: usize::try_from(offset).map_err(|_| Error::TooLarge)?,
                    bit_planes: (quantization.guard_bits + exponent).saturating_sub(1),
                    step: step(bits, orientation, exponent, mantissa),
                });
                offset += rect.area();
            }
            let count = |low: u32, high: u32, log2: u8| match rect.area() {
                0 => 0,
                _ => ceil_shift(high, log2) - (low >> log2),
            };
            resolutions.push(Resolution {
                rect,
                bands,
                precinct_log2,
                precincts_wide: count(rect.x0, rect.x1, precinct_log2.0),
                precincts_high: count(rect.y0, rect.y1, precinct_log2.1),
                first_precinct: 0,
                block_log2: coding.block_log2,
            });
        }
        Ok(Self {
            coding: coding.clone(),
            roi_shift,
            resolutions,
        })
    }
}

/// Equation B-15.
fn band_rect(area: Rect, depth: u8, orientation: Orientation) -> Rect {
    if depth == 0 {
        return area;
    }
    let half = 1_u64 << (depth - 1).min(32);
    let is_high_x = matches!(orientation, Orientation::Hl | Orientation::Hh);
    let is_high_y = matches!(orientation, Orientation::Lh | Orientation::Hh);
    let coordinate = |value: u32, is_high: bool| {
        let value = u64::from(value).saturating_sub(if is_high { half } else { 0 });
        ceil_shift(value as u32, depth)
    };
    Rect {
        x0: coordinate(area.x0, is_high_x),
        y0: coordinate(area.y0, is_high_y),
        x1: coordinate(area.x1, is_high_x),
        y1: coordinate(area.y1, is_high_y),
    }
}

/// Equations E-3 and E-4, with the gains of Table E.1.
fn step(bits: u8, orientation: Orientation, exponent: u8, mantissa: u16) -> f32 {
    let gain = match orientation {
        Orientation::Ll => 0,
        Orientation::Hl | Orientation::Lh => 1,
        Orientation::Hh => 2,
    };
    let power = i32::from(bits) + gain - i32::from(exponent);
    (1.0 + f32::from(mantissa) / 2048.0) * (power as f32).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_of_a_tile_with_odd_corners_have_the_sizes_of_equation_b_15() {
        let area = Rect {
            x0: 5,
            y0: 0,
            x1: 22,
            y1: 7,
        };
        // One level: low columns are the even ones of 5..22 (6, 8 .. 20), high the odd ones (5, 7 .. 21).
        let low = band_rect(area, 1, Orientation::Ll);
        let high = band_rect(area, 1, Orientation::Hh);
        assert_eq!((low.x0, low.x1, low.y0, low.y1), (3, 11, 0, 4));
        assert_eq!((high.x0, high.x1, high.y0, high.y1), (2, 11, 0, 3));
        assert_eq!(low.width() + high.width(), area.width());
        assert_eq!(area.reduced(1), low);
    }

    #[test]
    fn the_first_row_of_a_high_band_does_not_slip_below_zero() {
        let area = Rect {
            x0: 0,
            y0: 1,
            x1: 1,
            y1: 2,
        };
        let band = band_rect(area, 3, Orientation::Hh);
        assert_eq!(band.area(), 0);
    }
}
