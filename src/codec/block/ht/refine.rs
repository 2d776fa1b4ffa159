//! Refinement passes of HTJ2K: one bit plane below the cleanup pass (ISO/IEC 15444-15 7.4, 7.5).

use super::bits::Bits;
use super::tables::rho;
use super::vlc::code;

/// Significance by columns of a stripe of four rows (the top one in the lowest bit), a column more on both sides of a
/// stripe and a stripe more above and below.
#[derive(Debug, Default)]
pub(super) struct Refinement {
    width: usize,
    height: usize,
    /// After the cleanup pass.
    known: Vec<u8>,
    /// And with what significance propagation found.
    all: Vec<u8>,
    bits: Bits<{ 4096 + 16 }>,
}

impl Refinement {
    /// Takes the significance from packed quads.
    pub(super) fn start(&mut self, quads: &[u32], width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        let (stripes, across) = (height.div_ceil(4), width.div_ceil(2));
        self.known.clear();
        self.known.resize((width + 2) * (stripes + 2), 0);
        for (y, row) in quads.chunks_exact(across + 2).enumerate() {
            let start = (y / 2 + 1) * (width + 2) + 1;
            let columns = &mut self.known[start..start + width];
            for (pair, quad) in columns.chunks_mut(2).zip(&row[1..]) {
                let rho = rho(code(*quad)) as u8;
                for (column, rows) in pair.iter_mut().zip([rho & 3, rho >> 2]) {
                    // Below the last row there is nothing.
                    let rows = if 2 * y + 1 < height { rows } else { rows & 1 };
                    *column |= rows << (y % 2 * 2);
                }
            }
        }
        self.all.clone_from(&self.known);
    }

    /// Significance propagation: in each stripe four columns at a time, first the bits, then the signs.
    pub(super) fn propagate(
        &mut self,
        bytes: &[u8],
        is_causal: bool,
        shift: u32,
        out: &mut [i32],
        stride: usize,
    ) {
        self.bits.load_forward(bytes, 0);
        let mut at = 0;
        let across = self.width + 2;
        for y in (0..self.height).step_by(4) {
            let start = (y / 4 + 1) * across + 1;
            let rows = (self.height - y).min(4);
            for x in (0..self.width).step_by(4) {
                let columns = x..self.width.min(x + 4);
                for x in columns.clone() {
                    let index = start + x;
                    let six = |index: usize| {
                        let below = if is_causal {
                            0
                        } else {
                            self.all[index + across] & 1
                        };
                        self.all[index - across] >> 3 | self.all[index] << 1 | below << 5
                    };
                    let beside = six(index - 1) | six(index + 1);
                    let mut own = six(index);
                    for row in 0..rows {
                        let near = (beside | own) >> row & 7;
                        if own >> row & 2 == 0 && near != 0 {
                            own |= (self.bits.at(at) as u8 & 1) << (row + 1);
                            at += 1;
                        }
                    }
                    self.all[index] = own >> 1 & 15;
                }
                for x in columns {
                    let found = self.all[start + x] & !self.known[start + x];
                    for row in (0..rows).filter(|row| found >> row & 1 != 0) {
                        let sign = -((self.bits.at(at) & 1) as i32);
                        at += 1;
                        // The middle of the interval from `1 << shift` to twice that.
                        out[(y + row) * stride + x] = ((3 << (shift - 1)) ^ sign) - sign;
                    }
                }
            }
        }
    }

    /// Magnitude refinement, of what the cleanup pass found.
    pub(super) fn refine(&mut self, bytes: &[u8], shift: u32, out: &mut [i32], stride: usize) {
        self.bits.load_backward(bytes, 0, 0, 0xFF);
        let mut at = 0;
        for y in (0..self.height).step_by(4) {
            let start = (y / 4 + 1) * (self.width + 2) + 1;
            for x in 0..self.width {
                let known = self.known[start + x];
                for row in (0..4).filter(|row| known >> row & 1 != 0) {
                    let value = &mut out[(y + row) * stride + x];
                    let is_clear = (self.bits.at(at) & 1 ^ 1) as i32;
                    at += 1;
                    // The middle moves down or up by half.
                    let magnitude = value.abs() ^ is_clear << shift | 1 << (shift - 1);
                    *value = if *value < 0 { -magnitude } else { magnitude };
                }
            }
        }
    }
}
