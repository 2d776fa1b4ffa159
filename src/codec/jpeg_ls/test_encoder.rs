//! A JPEG-LS encoder for the tests, as slow and plain as the text of ISO/IEC 14495-1 Annex A.

use super::preset::{Coding, Preset};

/// How to encode.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    pub(super) bits: u8,
    pub(super) near: u8,
    /// 0: a scan each, 1: by line, 2: by sample.
    pub(super) interleave: u8,
    /// MAXVAL, T1, T2, T3, RESET of an LSE segment.
    pub(super) preset: Option<[u16; 5]>,
    /// Lines of a restart interval, 0: none.
    pub(super) restart_lines: u16,
}

const J: [u32; 32] = [
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14, 15,
];

/// Encodes interleaved samples; returns the codestream and what a decoder must make of it.
pub(super) fn encode(
    (width, height, n_components): (usize, usize, usize),
    samples: &[u16],
    options: &Options,
) -> (Vec<u8>, Vec<u16>) {
    let mut stream = vec![0xFF, 0xD8, 0xFF, 0xF7];
    stream.extend((8 + 3 * n_components as u16).to_be_bytes());
    stream.push(options.bits);
    stream.extend((height as u16).to_be_bytes());
    stream.extend((width as u16).to_be_bytes());
    stream.push(n_components as u8);
    (1..=n_components as u8).for_each(|id| stream.extend([id, 0x11, 0]));
    let mut preset = Preset::default();
    if let Some([maxval, t1, t2, t3, reset]) = options.preset {
        stream.extend([0xFF, 0xF8, 0, 13, 1]);
        [maxval, t1, t2, t3, reset]
            .iter()
            .for_each(|value| stream.extend(value.to_be_bytes()));
        preset = Preset {
            maxval,
            thresholds: [t1, t2, t3],
            reset,
        };
    }
    if options.restart_lines > 0 {
        stream.extend([0xFF, 0xDD, 0, 4]);
        stream.extend(options.restart_lines.to_be_bytes());
    }
    // The parameters have tests against the standard's own numbers.
    let coding = Coding::new(preset, options.bits, options.near).unwrap();
    let mut planes: Vec<Vec<i32>> = (0..n_components)
        .map(|c| {
            samples
                .iter()
                .skip(c)
                .step_by(n_components)
                .map(|v| i32::from(*v))
                .collect()
        })
        .collect();
    let all: Vec<usize> = (0..n_components).collect();
    let scans: Vec<&[usize]> = match options.interleave {
        0 => all.chunks(1).collect(),
        _ => vec![&all],
    };
    for scan in scans {
        stream.extend([0xFF, 0xDA]);
        stream.extend((6 + 2 * scan.len() as u16).to_be_bytes());
        stream.push(scan.len() as u8);
        scan.iter().for_each(|c| stream.extend([*c as u8 + 1, 0]));
        stream.extend([options.near, options.interleave, 0]);
        let lines: Vec<usize> = (0..height).collect();
        let interval = match options.restart_lines {
            0 => height,
            lines => lines.into(),
        };
        for (index, lines) in lines.chunks(interval).enumerate() {
            if index > 0 {
                stream.extend([0xFF, 0xD0 + (index as u8 - 1) % 8]);
            }
            let mut coder = Coder::new(coding, width, lines[0], scan.len());
            for &y in lines {
                coder.line(&mut planes, scan, y, options.interleave == 2);
            }
            stream.extend(bytes(&coder.bits));
        }
    }
    stream.extend([0xFF, 0xD9]);
    let n = width * height;
    let decoded = (0..n).flat_map(|i| planes.iter().map(move |plane| plane[i] as u16));
    (stream, decoded.collect())
}

/// A.1: a zero bit behind each byte of ones.
fn bytes(bits: &[bool]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut bits = bits.iter().peekable();
    while bits.peek().is_some() {
        let n = if bytes.last() == Some(&0xFF) { 7 } else { 8 };
        bytes.push((0..n).fold(0, |byte, _| {
            byte << 1 | u8::from(bits.next() == Some(&true))
        }));
    }
    if bytes.last() == Some(&0xFF) {
        bytes.push(0);
    }
    bytes
}

struct Coder {
    coding: Coding,
    width: usize,
    first_line: usize,
    a: [i32; 367],
    b: [i32; 365],
    c: [i32; 365],
    n: [i32; 367],
    n_negative: [i32; 2],
    run_index: Vec<usize>,
    bits: Vec<bool>,
}

impl Coder {
    fn new(coding: Coding, width: usize, first_line: usize, n_components: usize) -> Self {
        Self {
            coding,
            width,
            first_line,
            a: [((coding.range + 32) / 64).max(2); 367],
            b: [0; 365],
            c: [0; 365],
            n: [1; 367],
            n_negative: [0; 2],
            run_index: vec![0; n_components],
            bits: Vec::new(),
        }
    }

    fn push(&mut self, value: i32, n: u32) {
        (0..n)
            .rev()
            .for_each(|bit| self.bits.push(i64::from(value) >> bit & 1 == 1));
    }

    /// Figure 3: a, b, c, d, with the edges of A.2.2.
    fn neighbors(&self, plane: &[i32], x: usize, y: usize) -> [i32; 4] {
        let above = |x: usize, up: usize| {
            let is_there = y >= self.first_line + up;
            if is_there {
                plane[(y - up) * self.width + x]
            } else {
                0
            }
        };
        let b = above(x, 1);
        let (a, c) = match x {
            0 => (b, above(0, 2)),
            _ => (plane[y * self.width + x - 1], above(x - 1, 1)),
        };
        [a, b, c, above((x + 1).min(self.width - 1), 1)]
    }

    fn gradients(&self, [a, b, c, d]: [i32; 4]) -> [i32; 3] {
        [d - b, b - c, c - a].map(|gradient| quantize(&self.coding, gradient))
    }

    fn line(&mut self, planes: &mut [Vec<i32>], scan: &[usize], y: usize, by_sample: bool) {
        if !by_sample {
            for (turn, &component) in scan.iter().enumerate() {
                self.samples(planes, &[component], turn, y);
            }
            return;
        }
        self.samples(planes, scan, 0, y);
    }

    /// A line of components whose samples take turns; alone or together they run.
    fn samples(&mut self, planes: &mut [Vec<i32>], scan: &[usize], turn: usize, y: usize) {
        let mut x = 0;
        while x < self.width {
            let is_flat = scan.iter().all(|&component| {
                self.gradients(self.neighbors(&planes[component], x, y)) == [0; 3]
            });
            if is_flat {
                x = self.run(planes, scan, turn, x, y);
                continue;
            }
            for &component in scan {
                self.regular(&mut planes[component], x, y);
            }
            x += 1;
        }
    }

    /// A.4 to A.6
    fn regular(&mut self, plane: &mut [i32], x: usize, y: usize) {
        let Coding {
            maxval,
            near,
            step,
            range,
            reset,
            ..
        } = self.coding;
        let neighbors = self.neighbors(plane, x, y);
        let [a, b, c, _] = neighbors;
        let [q1, q2, q3] = self.gradients(neighbors);
        let signed = q1 * 81 + q2 * 9 + q3;
        let (q, sign) = (
            signed.unsigned_abs() as usize,
            if signed < 0 { -1 } else { 1 },
        );
        let mut prediction = if c >= a.max(b) {
            a.min(b)
        } else if c <= a.min(b) {
            a.max(b)
        } else {
            a + b - c
        };
        prediction = (prediction + sign * self.c[q]).clamp(0, maxval);
        let sample = &mut plane[y * self.width + x];
        let mut error = quantize_error(sign * (*sample - prediction), near);
        *sample = (prediction + sign * error * step).clamp(0, maxval);
        error = modulo(error, range);
        let k = (0..).find(|k| self.n[q] << k >= self.a[q]).unwrap();
        let is_flipped = near == 0 && k == 0 && 2 * self.b[q] <= -self.n[q];
        let mapped = match (is_flipped, error >= 0) {
            (false, true) => 2 * error,
            (false, false) => -2 * error - 1,
            (true, true) => 2 * error + 1,
            (true, false) => -2 * (error + 1),
        };
        self.golomb(mapped, k, self.coding.limit);
        self.b[q] += error * step;
        self.a[q] += error.abs();
        if self.n[q] == reset as i32 {
            self.a[q] >>= 1;
            self.b[q] = if self.b[q] >= 0 {
                self.b[q] >> 1
            } else {
                -((1 - self.b[q]) >> 1)
            };
            self.n[q] >>= 1;
        }
        self.n[q] += 1;
        if self.b[q] <= -self.n[q] {
            self.c[q] = (self.c[q] - 1).max(-128);
            self.b[q] = (self.b[q] + self.n[q]).max(1 - self.n[q]);
        } else if self.b[q] > 0 {
            self.c[q] = (self.c[q] + 1).min(127);
            self.b[q] = (self.b[q] - self.n[q]).min(0);
        }
    }

    /// A.7; returns where the line goes on.
    fn run(
        &mut self,
        planes: &mut [Vec<i32>],
        scan: &[usize],
        turn: usize,
        x: usize,
        y: usize,
    ) -> usize {
        let near = self.coding.near;
        let values: Vec<i32> = scan
            .iter()
            .map(|&c| self.neighbors(&planes[c], x, y)[0])
            .collect();
        let row = y * self.width;
        let mut end = x;
        while end < self.width
            && scan
                .iter()
                .zip(&values)
                .all(|(&c, v)| (planes[c][row + end] - v).abs() <= near)
        {
            scan.iter()
                .zip(&values)
                .for_each(|(&c, v)| planes[c][row + end] = *v);
            end += 1;
        }
        let mut left = end - x;
        while left >= 1 << J[self.run_index[turn]] {
            self.push(1, 1);
            left -= 1 << J[self.run_index[turn]];
            self.run_index[turn] = (self.run_index[turn] + 1).min(31);
        }
        if end == self.width {
            if left > 0 {
                self.push(1, 1);
            }
            return end;
        }
        self.push(0, 1);
        self.push(left as i32, J[self.run_index[turn]]);
        for (&component, &a) in scan.iter().zip(&values) {
            let b = self.neighbors(&planes[component], end, y)[1];
            let is_alike = scan.len() == 1 && (a - b).abs() <= near;
            self.interruption(&mut planes[component][row + end], a, b, is_alike, turn);
        }
        self.run_index[turn] = self.run_index[turn].saturating_sub(1);
        end + 1
    }

    /// A.7.2
    fn interruption(&mut self, sample: &mut i32, a: i32, b: i32, is_alike: bool, turn: usize) {
        let Coding {
            maxval,
            near,
            step,
            range,
            reset,
            limit,
            ..
        } = self.coding;
        let kind = usize::from(is_alike);
        let (prediction, sign) = match is_alike {
            true => (a, 1),
            false => (b, if a > b { -1 } else { 1 }),
        };
        let mut error = quantize_error(sign * (*sample - prediction), near);
        *sample = (prediction + sign * error * step).clamp(0, maxval);
        error = modulo(error, range);
        let q = 365 + kind;
        let sum = if is_alike {
            self.a[q] + (self.n[q] >> 1)
        } else {
            self.a[q]
        };
        let k = (0..).find(|k| self.n[q] << k >= sum).unwrap();
        let are_mostly_negative = 2 * self.n_negative[kind] >= self.n[q];
        let map = (k == 0 && error > 0 && !are_mostly_negative)
            || (error < 0 && are_mostly_negative)
            || (error < 0 && k != 0);
        let mapped = 2 * error.abs() - kind as i32 - i32::from(map);
        self.golomb(mapped, k, limit - J[self.run_index[turn]] - 1);
        self.n_negative[kind] += i32::from(error < 0);
        self.a[q] += (mapped + 1 - kind as i32) >> 1;
        if self.n[q] == reset as i32 {
            self.a[q] >>= 1;
            self.n[q] >>= 1;
            self.n_negative[kind] >>= 1;
        }
        self.n[q] += 1;
    }

    /// A.5.3
    fn golomb(&mut self, mapped: i32, k: u32, limit: u32) {
        let longest = limit - self.coding.qbpp - 1;
        let high = mapped >> k;
        if (high as u32) < longest {
            self.push(0, high as u32);
            self.push(1, 1);
            self.push(mapped & ((1 << k) - 1), k);
        } else {
            self.push(0, longest);
            self.push(1, 1);
            self.push(mapped - 1, self.coding.qbpp);
        }
    }
}

/// A.3.3: -4 to 4.
fn quantize(coding: &Coding, gradient: i32) -> i32 {
    let [t1, t2, t3] = coding.thresholds;
    let size = match gradient.abs() {
        size if size <= coding.near => 0,
        size if size < t1 => 1,
        size if size < t2 => 2,
        size if size < t3 => 3,
        _ => 4,
    };
    size * gradient.signum()
}

/// A.4.4
fn quantize_error(error: i32, near: i32) -> i32 {
    let size = (error.abs() + near) / (2 * near + 1);
    if error < 0 { -size } else { size }
}

/// A.4.5
fn modulo(error: i32, range: i32) -> i32 {
    let error = if error < 0 { error + range } else { error };
    if error >= (range + 1) / 2 {
        error - range
    } else {
        error
    }
}
