//! The three coding passes of a bit plane (ISO/IEC 15444-1 D.3), a stripe of four rows at a time.
//!
//! A column of a stripe has one word of flags. It tells of the 3 x 6 coefficients in and around the column, rows from
//! the one above, columns from the left: which are significant (bits 0 to 17) and which are negative (18 to 35);
//! and of its own four, at steps of three bits, which were refined before (from 36) and which this bit plane has
//! visited already (from 37). So row r of the column is what the lowest bits say after a shift by 3r.

use super::Orientation;
use super::contexts::{SIGN_CODING, zero_coding};
use super::mq::{Coder, RUN, UNIFORM};

/// One bit for each row of a column.
const ROWS: u64 = 0o1111;
const NEGATIVE: u32 = 18;
const REFINED: u32 = 36;
const VISITED: u32 = 37;
/// From the neighbourhood of the first row to the coefficient in its middle.
const MIDDLE: u32 = 4;
/// Significance and sign of a column's own four rows, of the top one, and of the bottom one.
const OWN: u64 = (ROWS | ROWS << NEGATIVE) << MIDDLE;
const TOP: u64 = (1 | 1 << NEGATIVE) << MIDDLE;
const BOTTOM: u64 = TOP << 9;
/// Coefficients of the largest block.
const LARGEST: usize = 4096;

/// Coefficients of a block while its passes are decoded.
#[derive(Debug, Default)]
pub(super) struct Planes {
    width: usize,
    height: usize,
    is_causal: bool,
    /// A column of flags more on each side and a stripe more above and below.
    flags: Vec<u64>,
    /// 2 x magnitude + half the uncertainty, column by column in each stripe; room for a largest stripe after the last.
    magnitudes: Vec<u32>,
}

impl Planes {
    /// All coefficients zero. `width` x `height` is at most 4096.
    pub(super) fn start(&mut self, width: usize, height: usize, is_causal: bool) {
        (self.width, self.height, self.is_causal) = (width, height, is_causal);
        let stripes = height.div_ceil(4);
        self.flags.clear();
        self.flags.resize((width + 2) * (stripes + 2), 0);
        self.magnitudes.clear();
        self.magnitudes.resize(stripes * width * 4 + LARGEST, 0);
    }

    fn stripes(&self) -> usize {
        self.height.div_ceil(4)
    }

    /// Rows of a stripe that the block has.
    fn rows(&self, stripe: usize) -> u64 {
        match self.height - stripe * 4 {
            1 => 0o1,
            2 => 0o11,
            3 => 0o111,
            _ => ROWS,
        }
    }

    /// The flags' index of the first column of a stripe.
    fn first(&self, stripe: usize) -> usize {
        (stripe + 1) * (self.width + 2) + 1
    }

    /// Significance propagation pass (D.3.1) of the bit plane of weight `one` (twice its weight in q).
    #[inline(never)]
    pub(super) fn propagate<C: Coder>(
        &mut self,
        coder: C,
        orientation: Orientation,
        one: u32,
    ) -> C {
        let mut coder = coder.in_registers();
        let contexts = zero_coding(orientation);
        for stripe in 0..self.stripes() {
            let rows = self.rows(stripe);
            let first = self.first(stripe);
            for column in 0..self.width {
                let before = self.flags[first + column];
                let mut todo = neighbours(before) & !(before >> MIDDLE) & rows;
                if todo == 0 {
                    continue;
                }
                let mut flags = before;
                while todo != 0 {
                    let at = todo.trailing_zeros();
                    todo &= todo - 1;
                    flags |= 1 << VISITED << at;
                    let context = contexts[(flags >> at) as usize % 512];
                    if coder.decide(usize::from(context)) != 0 {
                        let is_negative = sign(&mut coder, flags, at);
                        flags |= found(is_negative) << at;
                        // The row below has a significant neighbour now.
                        todo |= (8 << at) & !(flags >> MIDDLE) & rows;
                    }
                }
                self.flags[first + column] = flags;
                self.spread(stripe, column, flags ^ before, one);
            }
        }
        coder
    }

    /// Magnitude refinement pass (D.3.3).
    #[inline(never)]
    pub(super) fn refine<C: Coder>(&mut self, coder: C, one: u32) -> C {
        let mut coder = coder.in_registers();
        // What is refined and in which contexts is known before the first decision: it is listed first, without
        // branches, then decoded, with none but the coder's.
        let mut list = [0_u16; 256];
        for stripe in 0..self.stripes() {
            let (start, first) = (stripe * self.width * 4, self.first(stripe));
            let flags = &mut self.flags[first..first + self.width];
            let Some(magnitudes) = self.magnitudes[start..].first_chunk_mut::<LARGEST>() else {
                return coder;
            };
            for (chunk, columns) in flags.chunks_mut(64).enumerate() {
                let mut n = 0;
                for (column, flags) in columns.iter_mut().enumerate() {
                    let todo = *flags >> MIDDLE & !(*flags >> VISITED) & ROWS;
                    if todo == 0 {
                        continue;
                    }
                    let refined = *flags >> REFINED & ROWS;
                    // Table D.4: 2 where refined before, else whether a neighbour is significant.
                    let contexts = refined << 1 | neighbours(*flags) & !refined & ROWS;
                    *flags |= todo << REFINED;
                    for row in 0..4 {
                        let at = chunk * 256 + column * 4 + row;
                        let context = contexts >> (3 * row) & 3;
                        list[n % 256] = at as u16 | (context as u16) << 12;
                        n += (todo >> (3 * row) & 1) as usize;
                    }
                }
                for entry in &list[..n] {
                    let bit = coder.decide(14 + usize::from(entry >> 12));
                    let magnitude = &mut magnitudes[usize::from(*entry) % LARGEST];
                    // The middle of the interval was at `one`: it moves up or down by half of it.
                    *magnitude = (*magnitude + one / 2).wrapping_sub((1 - bit) * one);
                }
            }
        }
        coder
    }

    /// Cleanup pass (D.3.4): what the other two have not visited.
    #[inline(never)]
    pub(super) fn clean_up<C: Coder>(&mut self, coder: C, orientation: Orientation, one: u32) -> C {
        let mut coder = coder.in_registers();
        let contexts = zero_coding(orientation);
        for stripe in 0..self.stripes() {
            let rows = self.rows(stripe);
            let first = self.first(stripe);
            for column in 0..self.width {
                let before = self.flags[first + column];
                let mut todo = rows & !(before >> MIDDLE | before >> VISITED);
                let mut is_known = false;
                if before == 0 && rows == ROWS {
                    // Run-length mode: four zeros, or the row of the first that is not.
                    if coder.decide_skewed(RUN) == 0 {
                        continue;
                    }
                    let row = coder.decide(UNIFORM) << 1 | coder.decide(UNIFORM);
                    todo &= ROWS << (3 * row);
                    is_known = true;
                }
                let mut flags = before & !(ROWS << VISITED);
                while todo != 0 {
                    let at = todo.trailing_zeros();
                    todo &= todo - 1;
                    let context = contexts[(flags >> at) as usize % 512];
                    if is_known || coder.decide(usize::from(context)) != 0 {
                        is_known = false;
                        let is_negative = sign(&mut coder, flags, at);
                        flags |= found(is_negative) << at;
                    }
                }
                self.flags[first + column] = flags;
                self.spread(stripe, column, flags ^ before, one);
            }
        }
        coder
    }

    /// Tells the columns around what a pass found in a column, as the bits of its flags that are new.
    #[inline(always)]
    fn spread(&mut self, stripe: usize, column: usize, new: u64, one: u32) {
        let new = new & OWN;
        if new == 0 {
            return;
        }
        let (across, index) = (self.width + 2, self.first(stripe) + column);
        let mut tell = |index: usize, new: u64| {
            if let Some([left, middle, right]) = self.flags[index - 1..].first_chunk_mut() {
                *left |= new << 1;
                *middle |= new;
                *right |= new >> 1;
            }
        };
        tell(index, new);
        if new & TOP != 0 && !self.is_causal {
            tell(index - across, (new & TOP) << 12);
        }
        if new & BOTTOM != 0 {
            tell(index + across, (new & BOTTOM) >> 12);
        }
        let start = (stripe * self.width + column) * 4;
        if let Some(magnitudes) = self.magnitudes[start..].first_chunk_mut::<4>() {
            for (row, magnitude) in magnitudes.iter_mut().enumerate() {
                let is_new = (new >> (MIDDLE as usize + 3 * row)) as u32 & 1;
                *magnitude |= is_new.wrapping_neg() & (one | (one / 2));
            }
        }
    }

    /// Writes the coefficients, rows `stride` apart.
    pub(super) fn write(&self, out: &mut [i32], stride: usize) {
        for (y, row) in out.chunks_mut(stride).take(self.height).enumerate() {
            let (stripe, shift) = (y / 4, NEGATIVE + MIDDLE + 3 * (y as u32 % 4));
            let flags = &self.flags[self.first(stripe)..];
            let magnitudes = &self.magnitudes[stripe * self.width * 4..];
            let columns = magnitudes.chunks_exact(4).zip(flags).take(self.width);
            for (value, (column, flags)) in row.iter_mut().zip(columns) {
                let mask = -((flags >> shift & 1) as i32);
                *value = (column[y % 4] as i32 ^ mask).wrapping_sub(mask);
            }
        }
    }
}

/// What the flags of its column gain, before the shift to its row, by a coefficient that became significant.
#[inline(always)]
fn found(is_negative: u32) -> u64 {
    (1 | u64::from(is_negative) << NEGATIVE) << MIDDLE
}

/// Rows of a column (at steps of three bits) with a significant neighbour.
#[inline(always)]
fn neighbours(flags: u64) -> u64 {
    let any = flags | flags >> 1 | flags >> 2;
    let beside = flags | flags >> 2;
    (any | any >> 6 | beside >> 3) & ROWS
}

/// Sign bit decoding (D.3.2).
#[inline(always)]
fn sign<C: Coder>(coder: &mut C, flags: u64, at: u32) -> u32 {
    if C::IS_RAW {
        return coder.decide(0);
    }
    let near = (flags >> at & 0o252) | (flags >> (at + NEGATIVE + 1) & 0o125);
    let entry = SIGN_CODING[near as usize % 256];
    coder.decide(usize::from(entry & 31)) ^ u32::from(entry >> 7)
}
