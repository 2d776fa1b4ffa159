//! The lines of one scan: regular mode and run mode (ISO/IEC 14495-1 A.3 to A.7).

use super::{
    context::{Context, N_CONTEXTS, N_GRADIENTS, RunContext, quantized},
    golomb::golomb,
    head::Interleave,
    preset::Coding,
};
use crate::{Error, jpeg_stream::Bits};

/// Orders of the run lengths (A.2.1).
const J: [u8; 32] = [
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14, 15,
];

/// Two lines of one component, each with a sample before its first and one behind its last.
struct Lines {
    current: Vec<u16>,
    previous: Vec<u16>,
    run_index: usize,
}

/// Which context a sample has.
#[derive(Clone, Copy)]
struct Place {
    /// 0 begins a run.
    index: i32,
    /// -1 for the mirror image of the context with this index, else 0 (A.3.4).
    sign: i32,
}

/// The state of a scan.
pub(super) struct Scan {
    coding: Coding,
    width: usize,
    lines: Vec<Lines>,
    quantized: Box<[i8; N_GRADIENTS]>,
    contexts: Box<[Context; N_CONTEXTS]>,
    run_contexts: [RunContext; 2],
    /// Bits read of the segment.
    at: u64,
    /// All mapped errors, or-ed: one that is too large stays visible.
    all_mapped: u32,
}

impl Scan {
    pub(super) fn new(coding: Coding, width: usize, n_components: usize) -> Self {
        let line = || Lines {
            current: vec![0; width + 2],
            previous: vec![0; width + 2],
            run_index: 0,
        };
        Self {
            coding,
            width,
            lines: (0..n_components).map(|_| line()).collect(),
            quantized: quantized(&coding),
            contexts: Box::new([Context::new(&coding); N_CONTEXTS]),
            run_contexts: [RunContext::new(&coding); 2],
            at: 0,
            all_mapped: 0,
        }
    }

    /// Forgets all that was learned: a scan or a restart interval begins.
    pub(super) fn restart(&mut self) {
        for lines in &mut self.lines {
            lines.current.fill(0);
            lines.previous.fill(0);
            lines.run_index = 0;
        }
        self.contexts.fill(Context::new(&self.coding));
        self.run_contexts = [RunContext::new(&self.coding); 2];
        self.at = 0;
    }

    /// Decodes a line of every component.
    pub(super) fn row(&mut self, interleave: Interleave, bits: &Bits) -> Result<(), Error> {
        for lines in &mut self.lines {
            std::mem::swap(&mut lines.current, &mut lines.previous);
            // A.2.2: beyond the right edge the last sample goes on; before the left edge stands the first above.
            lines.previous[self.width + 1] = lines.previous[self.width];
            lines.current[0] = lines.previous[1];
        }
        let mut lines = std::mem::take(&mut self.lines);
        let is_exact = self.coding.is_exact();
        let result = match interleave {
            Interleave::Line => lines.iter_mut().try_for_each(|lines| {
                if is_exact {
                    self.line::<true>(lines, &bits.words)
                } else {
                    self.line::<false>(lines, &bits.words)
                }
            }),
            Interleave::Sample if is_exact => self.together::<true>(&mut lines, &bits.words),
            Interleave::Sample => self.together::<false>(&mut lines, &bits.words),
        };
        self.lines = lines;
        result?;
        if self.at > bits.len {
            return Err(Error::Truncated);
        }
        if self.all_mapped >> self.coding.qbpp > 1 {
            return Err(Error::Corrupt("an error larger than the samples"));
        }
        Ok(())
    }

    /// Writes the lines just decoded into a row of interleaved samples.
    pub(super) fn store(&self, components: &[usize], row: &mut [u16]) {
        let stride = row.len() / self.width;
        for (lines, &component) in self.lines.iter().zip(components) {
            let values = &lines.current[1..=self.width];
            if stride == 1 {
                row.copy_from_slice(values);
                continue;
            }
            let places = row.iter_mut().skip(component).step_by(stride);
            places
                .zip(values)
                .for_each(|(place, value)| *place = *value);
        }
    }

    /// A line of one component.
    fn line<const EXACT: bool>(&mut self, lines: &mut Lines, words: &[u64]) -> Result<(), Error> {
        let width = self.width;
        let current = &mut lines.current[..width + 2];
        let previous = &lines.previous[..width + 2];
        let coding = self.coding;
        let mut at = self.at;
        let mut all_mapped = 0;
        let mut x = 0;
        // Carried from sample to sample: what was just decoded is waited for, so not through memory.
        let mut a = i32::from(current[0]);
        while x < width {
            let [b, c, d] = [previous[x + 1], previous[x], previous[x + 2]].map(i32::from);
            let context = self.context([a, b, c, d]);
            if context.index == 0 {
                self.at = at;
                x = self.run(current, previous, x, &mut lines.run_index, words)?;
                at = self.at;
                a = current[x].into();
                continue;
            }
            let (sample, n_bits, mapped) =
                regular::<EXACT>(&mut self.contexts, &coding, words, at, context, [a, b, c])?;
            x += 1;
            current[x] = sample as u16;
            a = sample;
            at += n_bits;
            all_mapped |= mapped;
        }
        self.at = at;
        self.all_mapped |= all_mapped;
        Ok(())
    }

    /// A line of all components, sample by sample.
    fn together<const EXACT: bool>(
        &mut self,
        lines: &mut [Lines],
        words: &[u64],
    ) -> Result<(), Error> {
        // The number of components as a constant: the loops over them are unrolled.
        match lines {
            [a, b] => self.samples::<EXACT, 2>([a, b], words),
            [a, b, c] => self.samples::<EXACT, 3>([a, b, c], words),
            [a, b, c, d] => self.samples::<EXACT, 4>([a, b, c, d], words),
            _ => Err(Error::Corrupt("a scan of other than 1 to 4 components")),
        }
    }

    /// A line of N components; they run together (A.7, B.3).
    fn samples<const EXACT: bool, const N: usize>(
        &mut self,
        mut lines: [&mut Lines; N],
        words: &[u64],
    ) -> Result<(), Error> {
        let coding = self.coding;
        let mut at = self.at;
        let mut all_mapped = 0;
        let mut x = 0;
        while x < self.width {
            let neighbors = lines.each_ref().map(|lines| lines.neighbors(x));
            let contexts = neighbors.map(|neighbors| self.context(neighbors));
            if contexts.iter().all(|context| context.index == 0) {
                self.at = at;
                x = self.run_together(&mut lines, x, words)?;
                at = self.at;
                continue;
            }
            for index in 0..N {
                let [a, b, c, _] = neighbors[index];
                let (sample, n_bits, mapped) = regular::<EXACT>(
                    &mut self.contexts,
                    &coding,
                    words,
                    at,
                    contexts[index],
                    [a, b, c],
                )?;
                lines[index].current[x + 1] = sample as u16;
                at += n_bits;
                all_mapped |= mapped;
            }
            x += 1;
        }
        self.at = at;
        self.all_mapped |= all_mapped;
        Ok(())
    }

    /// The context of a sample with these neighbours (A.3.1 to A.3.4).
    #[inline(always)]
    fn context(&self, [a, b, c, d]: [i32; 4]) -> Place {
        let context = self.gradient(d - b) * 81 + self.gradient(b - c) * 9 + self.gradient(c - a);
        let sign = context >> 31;
        let index = (context ^ sign) - sign;
        Place { index, sign }
    }

    #[inline(always)]
    fn gradient(&self, difference: i32) -> i32 {
        self.quantized[difference as usize % N_GRADIENTS].into()
    }

    /// A run and the sample that ends it (A.7); returns where the line goes on.
    fn run(
        &mut self,
        current: &mut [u16],
        previous: &[u16],
        x: usize,
        run_index: &mut usize,
        words: &[u64],
    ) -> Result<usize, Error> {
        let value = current[x];
        let end = x + self.run_length(self.width - x, run_index, words)?;
        current[x + 1..=end].fill(value);
        if end == self.width {
            return Ok(end);
        }
        let (a, b) = (i32::from(value), i32::from(previous[end + 1]));
        // A.7.2: the sample above is predicted, or the run's where both are alike.
        let kind = u32::from((a - b).abs() <= self.coding.near);
        let error = self.interruption(kind, *run_index, words)?;
        let (prediction, error) = match kind {
            1 => (a, error),
            _ if a > b => (b, error.wrapping_neg()),
            _ => (b, error),
        };
        current[end + 1] = reconstruct(&self.coding, prediction, error);
        *run_index = run_index.saturating_sub(1);
        Ok(end + 1)
    }

    /// A run of all components; each that ends it is predicted from above.
    fn run_together(
        &mut self,
        lines: &mut [&mut Lines],
        x: usize,
        words: &[u64],
    ) -> Result<usize, Error> {
        let mut run_index = lines[0].run_index;
        let end = x + self.run_length(self.width - x, &mut run_index, words)?;
        for lines in lines.iter_mut() {
            let value = lines.current[x];
            lines.current[x + 1..=end].fill(value);
        }
        let next = if end == self.width {
            end
        } else {
            for lines in lines.iter_mut() {
                let (a, b) = (
                    i32::from(lines.current[end]),
                    i32::from(lines.previous[end + 1]),
                );
                let error = self.interruption(0, run_index, words)?;
                let error = if a > b { error.wrapping_neg() } else { error };
                lines.current[end + 1] = reconstruct(&self.coding, b, error);
            }
            run_index = run_index.saturating_sub(1);
            end + 1
        };
        lines[0].run_index = run_index;
        Ok(next)
    }

    /// The length of a run of at most `most` samples (A.7.1).
    fn run_length(
        &mut self,
        most: usize,
        run_index: &mut usize,
        words: &[u64],
    ) -> Result<usize, Error> {
        let mut length = 0;
        loop {
            let next = Bits::peek(words, self.at).ok_or(Error::Truncated)?;
            let order = J[*run_index % J.len()];
            if next >> 63 == 0 {
                let rest = (next >> (63 - order)) as usize & ((1 << order) - 1);
                self.at += 1 + u64::from(order);
                length += rest;
                break;
            }
            self.at += 1;
            length += 1 << order;
            if length <= most {
                *run_index = (*run_index + 1).min(J.len() - 1);
            }
            if length >= most {
                return Ok(most);
            }
        }
        if length > most {
            return Err(Error::Corrupt("a run beyond its line"));
        }
        Ok(length)
    }

    /// The error of the sample that ends a run (A.7.2).
    fn interruption(&mut self, kind: u32, run_index: usize, words: &[u64]) -> Result<i32, Error> {
        let context = &mut self.run_contexts[kind as usize % 2];
        let k = context.golomb_parameter(kind);
        let order = u32::from(J[run_index % J.len()]);
        let limit = self.coding.limit - order - 1;
        let (mapped, n_bits) = golomb(words, self.at, k, limit, self.coding.qbpp)?;
        self.at += n_bits;
        self.all_mapped |= mapped;
        Ok(context.take(mapped, kind, k, &self.coding))
    }
}

impl Lines {
    /// Reconstructed neighbours a, b, c, d of the sample (Figure 3).
    fn neighbors(&self, x: usize) -> [i32; 4] {
        let above = &self.previous[x..x + 3];
        [self.current[x], above[1], above[0], above[2]].map(i32::from)
    }
}

/// A sample of the regular mode, the bits it took and its mapped error.
#[inline(always)]
fn regular<const EXACT: bool>(
    contexts: &mut [Context; N_CONTEXTS],
    coding: &Coding,
    words: &[u64],
    at: u64,
    Place { index, sign }: Place,
    [a, b, c]: [i32; 3],
) -> Result<(i32, u64, u32), Error> {
    let context = &mut contexts[index as usize % N_CONTEXTS];
    let k = u32::from(context.k);
    // A.4: the median of a, b and a + b - c, corrected.
    let edge = (a + b - c).clamp(a.min(b), a.max(b));
    let mut prediction = edge - sign + (i32::from(context.c) ^ sign);
    if prediction as u32 > coding.maxval as u32 {
        prediction = clamped(prediction, coding.maxval);
    }
    let (mapped, n_bits) = golomb(words, at, k, coding.limit, coding.qbpp)?;
    // A.5.2; in the order that leaves the least to do once the code is there.
    let flip = i32::from(context.flip);
    let error = (mapped >> 1) as i32 ^ (-((mapped & 1) as i32) ^ flip);
    context.update::<EXACT>(error, coding);
    let sample = if EXACT {
        let error = (mapped >> 1) as i32 ^ (-((mapped & 1) as i32) ^ (flip ^ sign));
        (prediction - sign).wrapping_add(error) & coding.maxval
    } else {
        reconstruct(coding, prediction, (error ^ sign).wrapping_sub(sign)).into()
    };
    Ok((sample, n_bits, mapped))
}

/// A.4.2: seldom needed, and so a branch: the next sample waits for less.
#[cold]
fn clamped(prediction: i32, maxval: i32) -> i32 {
    prediction.clamp(0, maxval)
}

/// A.4.5, A.5: back into the range of the samples.
fn reconstruct(coding: &Coding, prediction: i32, error: i32) -> u16 {
    let wrap = coding.range * coding.step;
    let value = prediction.wrapping_add(error.wrapping_mul(coding.step));
    let value = if value < -coding.near {
        value.wrapping_add(wrap)
    } else if value > coding.maxval + coding.near {
        value.wrapping_sub(wrap)
    } else {
        value
    };
    value.clamp(0, coding.maxval) as u16
}
