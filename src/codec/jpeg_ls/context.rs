//! The adaptive model of JPEG-LS: what the errors of one context have been like (ISO/IEC 14495-1 A.2, A.6).

use super::preset::Coding;

/// Contexts of the regular mode, rounded up so that a masked index needs no check.
pub(super) const N_CONTEXTS: usize = 512;

/// Differences of two samples of 16 bits, two's complement of 17 bits.
pub(super) const N_GRADIENTS: usize = 1 << 17;

/// State of one context of the regular mode.
#[derive(Clone, Copy)]
pub(super) struct Context {
    /// Sum of the sizes of the errors.
    a: u32,
    /// Sum of the errors, kept within (-N, 0].
    b: i32,
    /// Correction of the prediction.
    pub(super) c: i16,
    /// How often the context was met.
    n: u16,
    /// Golomb parameter for the next error, kept so that decoding need not wait for it.
    pub(super) k: u8,
    /// -1 where the next error is coded with its sign turned (A.5.2), else 0.
    pub(super) flip: i8,
}

impl Context {
    /// A.2.1
    pub(super) fn new(coding: &Coding) -> Self {
        let a = first_a(coding);
        Self {
            a,
            b: 0,
            c: 0,
            n: 1,
            k: golomb_parameter(a, 1),
            flip: 0,
        }
    }

    /// Takes in an error (A.6).
    #[inline(always)]
    pub(super) fn update<const EXACT: bool>(&mut self, error: i32, coding: &Coding) {
        let halve = u32::from(u32::from(self.n) == coding.reset);
        let step = if EXACT { 1 } else { coding.step };
        let a = self.a.wrapping_add(error.unsigned_abs()) >> halve;
        let b = self.b.wrapping_add(error.wrapping_mul(step)) >> halve;
        let n = (i32::from(self.n) >> halve) + 1;
        // A.6.2: the prediction moves by one where the mean error leaves (-1, 0].
        let turn = i32::from(b <= -n) - i32::from(b > 0);
        self.c = (i32::from(self.c) - turn).clamp(-128, 127) as i16;
        let b = b.wrapping_add(n * turn).clamp(1 - n, 0);
        self.a = a;
        self.b = b;
        self.n = n as u16;
        self.k = golomb_parameter(a, n.unsigned_abs());
        let is_flipped = (EXACT || coding.near == 0) && self.k == 0 && b.wrapping_mul(2) <= -n;
        self.flip = -i8::from(is_flipped);
    }
}

/// State of one of the two contexts that end a run.
#[derive(Clone, Copy)]
pub(super) struct RunContext {
    a: u32,
    n: u32,
    /// How many errors were negative.
    n_negative: u32,
}

impl RunContext {
    /// A.2.1
    pub(super) fn new(coding: &Coding) -> Self {
        Self {
            a: first_a(coding),
            n: 1,
            n_negative: 0,
        }
    }

    /// Golomb parameter; `kind` is RItype (A.7.2).
    pub(super) fn golomb_parameter(&self, kind: u32) -> u32 {
        let a = self.a.wrapping_add((self.n >> 1) * kind);
        golomb_parameter(a, self.n).into()
    }

    /// The error of a mapped error, and what it teaches.
    pub(super) fn take(&mut self, mapped: u32, kind: u32, k: u32, coding: &Coding) -> i32 {
        let sum = mapped.wrapping_add(kind);
        let is_odd = sum & 1 == 1;
        let size = (sum.wrapping_add(sum & 1) >> 1) as i32;
        let is_negative = (k != 0 || 2 * self.n_negative >= self.n) == is_odd;
        let error = if is_negative { -size } else { size };
        self.n_negative += u32::from(error < 0);
        self.a = self
            .a
            .wrapping_add(mapped.wrapping_add(1).wrapping_sub(kind) >> 1);
        if self.n == coding.reset {
            self.a >>= 1;
            self.n >>= 1;
            self.n_negative >>= 1;
        }
        self.n += 1;
        error
    }
}

/// The quantized gradient of every difference (A.3.3), negative ones at the end.
pub(super) fn quantized(coding: &Coding) -> Box<[i8; N_GRADIENTS]> {
    let mut table = Box::new([0; N_GRADIENTS]);
    let [t1, t2, t3] = coding.thresholds;
    let bounds = [coding.near + 1, t1, t2, t3, coding.maxval + 1].map(|bound| bound as usize);
    for (value, range) in (1..).zip(bounds.windows(2)) {
        table[range[0]..range[1]].fill(value);
        table[N_GRADIENTS + 1 - range[1]..N_GRADIENTS + 1 - range[0]].fill(-value);
    }
    table
}

fn first_a(coding: &Coding) -> u32 {
    ((coding.range + 32) / 64).max(2).unsigned_abs()
}

/// The least k with N 2^k >= A (A.5.1).
#[inline(always)]
fn golomb_parameter(a: u32, n: u32) -> u8 {
    let k = n.leading_zeros().saturating_sub(a.leading_zeros());
    (k + u32::from(n << k < a)) as u8
}
