//! The MQ arithmetic decoder (ISO/IEC 15444-1 Annex C), and the raw bits that stand in for it (D.6).

/// Where a pass takes its decisions from.
pub(super) trait Coder {
    /// Raw bits: the sign is a plain bit.
    const IS_RAW: bool;
    /// The same coder in a variable of its own, so that a pass need not keep it in memory.
    fn in_registers(self) -> Self;
    /// The next decision, 0 or 1, in `context`. Without a branch: which it is cannot be foreseen.
    fn decide(&mut self, context: usize) -> u32;
    /// The same where the more probable symbol is much the more probable one.
    fn decide_skewed(&mut self, context: usize) -> u32;
}

/// State words of the contexts; only the first 19 are used.
pub(super) type Contexts = [u64; 32];

/// Run length and uniform contexts (Table D.7).
pub(super) const RUN: usize = 17;
/// The context that does not adapt.
pub(super) const UNIFORM: usize = 18;

/// The lowest bit of the interval register A: it keeps 16 bits, with 47 bits of C looked ahead below them.
const POINT: u32 = 47;
/// The part of a state word that is Qe, where A has it.
const QE: i64 = 0xFFFF << POINT;
/// A is renormalised below this (0x8000 of Annex C).
const LEAST: i64 = 0x8000 << POINT;

/// Table C.2: Qe, next state after the more and the less probable symbol, and whether the latter swaps them.
#[rustfmt::skip]
const QE_TABLE: [(u16, u8, u8, bool); 47] = [
    (0x5601, 1, 1, true), (0x3401, 2, 6, false), (0x1801, 3, 9, false), (0x0AC1, 4, 12, false),
    (0x0521, 5, 29, false), (0x0221, 38, 33, false), (0x5601, 7, 6, true), (0x5401, 8, 14, false),
    (0x4801, 9, 14, false), (0x3801, 10, 14, false), (0x3001, 11, 17, false), (0x2401, 12, 18, false),
    (0x1C01, 13, 20, false), (0x1601, 29, 21, false), (0x5601, 15, 14, true), (0x5401, 16, 14, false),
    (0x5101, 17, 15, false), (0x4801, 18, 16, false), (0x3801, 19, 17, false), (0x3401, 20, 18, false),
    (0x3001, 21, 19, false), (0x2801, 22, 19, false), (0x2401, 23, 20, false), (0x2201, 24, 21, false),
    (0x1C01, 25, 22, false), (0x1801, 26, 23, false), (0x1601, 27, 24, false), (0x1401, 28, 25, false),
    (0x1201, 29, 26, false), (0x1101, 30, 27, false), (0x0AC1, 31, 28, false), (0x09C1, 32, 29, false),
    (0x08A1, 33, 30, false), (0x0521, 34, 31, false), (0x0441, 35, 32, false), (0x02A1, 36, 33, false),
    (0x0221, 37, 34, false), (0x0141, 38, 35, false), (0x0111, 39, 36, false), (0x0085, 40, 37, false),
    (0x0049, 41, 38, false), (0x0025, 42, 39, false), (0x0015, 43, 40, false), (0x0009, 44, 41, false),
    (0x0005, 45, 42, false), (0x0001, 45, 43, false), (0x5601, 46, 46, false),
];

/// A state word: Qe at `POINT`, its own index in bits 1 to 7, the more probable symbol in bit 0.
/// Index: 2 x state + symbol.
static STATES: [u64; 128] = states();

/// The word that follows the more probable symbol, and what to change in it (by XOR) after the less probable one.
static NEXT: [[u64; 2]; 128] = next_states();

const fn states() -> [u64; 128] {
    let mut words = [0; 128];
    let mut index = 0;
    while index < 2 * QE_TABLE.len() {
        let qe = QE_TABLE[index / 2].0 as u64;
        words[index] = qe << POINT | (index as u64) << 1 | (index as u64 % 2);
        index += 1;
    }
    words
}

const fn next_states() -> [[u64; 2]; 128] {
    let words = states();
    let mut next = [[0; 2]; 128];
    let mut index = 0;
    while index < 2 * QE_TABLE.len() {
        let (_, more, less, switches) = QE_TABLE[index / 2];
        let symbol = index % 2;
        let swapped = if switches { 1 - symbol } else { symbol };
        let more = words[2 * more as usize + symbol];
        next[index] = [more, more ^ words[2 * less as usize + swapped]];
        index += 1;
    }
    next
}

/// Sets the states each block begins with (Table D.7).
pub(super) fn reset(contexts: &mut Contexts) {
    *contexts = [STATES[0]; 32];
    contexts[0] = STATES[2 * 4];
    contexts[RUN] = STATES[2 * 3];
    contexts[UNIFORM] = STATES[2 * 46];
}

/// Decodes one codeword segment.
pub(super) struct Mq<'a> {
    contexts: &'a mut Contexts,
    bytes: &'a [u8],
    next: usize,
    /// A.
    interval: i64,
    /// C.
    code: i64,
    /// Bits known below the sixteen of C that are compared.
    ahead: i32,
}

impl<'a> Mq<'a> {
    /// INITDEC (C.3.5). Bytes after the end are read as 0xFF (D.4.1).
    pub(super) fn new(bytes: &'a [u8], contexts: &'a mut Contexts) -> Self {
        // The first bit stands just below the highest of the sixteen bits of C.
        let (code, ahead, next) = refill(bytes, 0, -15, 0);
        Self {
            contexts,
            bytes,
            next,
            interval: LEAST,
            code,
            ahead,
        }
    }

    /// Starts the probabilities anew (D.4.2, RESET).
    pub(super) fn reset(&mut self) {
        reset(self.contexts);
    }

    /// Whether a cleanup pass ended with 1010 (D.5).
    pub(super) fn has_segmentation_symbol(&mut self) -> bool {
        (0..4).fold(0, |symbol, _| symbol << 1 | self.decide(UNIFORM)) == 0b1010
    }

    /// LPS and MPS exchange and renormalisation (C.3.2, C.3.3), without a branch on the symbol: `interval` and `code`
    /// are what the more probable symbol leaves of A and C.
    #[inline(always)]
    fn renormalize<const IS_SURE: bool>(
        &mut self,
        context: usize,
        word: u64,
        interval: i64,
        code: i64,
    ) -> u32 {
        let qe = word as i64 & QE;
        let [more, change] = NEXT[(word >> 1) as usize % 128];
        // All ones where C lies in the part of size Qe, and where that is the larger part.
        let is_lower = code >> 63;
        let is_exchanged = interval.wrapping_sub(qe) >> 63;
        let is_less_probable = is_lower ^ is_exchanged;
        let code = code.wrapping_add(qe & is_lower);
        let interval = if is_lower != 0 { qe } else { interval };
        // All ones where A is renormalised; else nothing of the context changes.
        let is_small = if IS_SURE {
            -1
        } else {
            interval.wrapping_sub(LEAST) >> 63
        };
        let change = more ^ word ^ (change & is_less_probable as u64);
        self.contexts[context % 32] = word ^ (change & is_small as u64);
        let shift = (interval as u64).leading_zeros().wrapping_sub(1) % 64;
        self.interval = interval << shift;
        self.code = code << shift;
        self.ahead -= shift as i32;
        if self.ahead < 0 {
            (self.code, self.ahead, self.next) =
                refill(self.bytes, self.next, self.ahead, self.code);
        }
        (word ^ is_less_probable as u64) as u32 & 1
    }
}

impl Coder for Mq<'_> {
    const IS_RAW: bool = false;

    #[inline(always)]
    fn in_registers(self) -> Self {
        let Self {
            contexts,
            bytes,
            next,
            interval,
            code,
            ahead,
        } = self;
        Self {
            contexts,
            bytes,
            next,
            interval,
            code,
            ahead,
        }
    }

    #[inline(always)]
    fn decide_skewed(&mut self, context: usize) -> u32 {
        let word = self.contexts[context % 32];
        let qe = word as i64 & QE;
        let interval = self.interval.wrapping_sub(qe);
        let code = self.code.wrapping_sub(qe);
        if code | interval.wrapping_sub(LEAST) >= 0 {
            (self.interval, self.code) = (interval, code);
            return word as u32 & 1;
        }
        self.renormalize::<true>(context, word, interval, code)
    }

    #[inline(always)]
    fn decide(&mut self, context: usize) -> u32 {
        let word = self.contexts[context % 32];
        let qe = word as i64 & QE;
        let interval = self.interval.wrapping_sub(qe);
        let code = self.code.wrapping_sub(qe);
        self.renormalize::<false>(context, word, interval, code)
    }
}

/// BYTEIN (C.3.4), as many bytes as there is room for. After 0xFF a byte brings seven new bits and a carry;
/// a marker is not passed and brings ones.
#[inline(never)]
fn refill(bytes: &[u8], mut next: usize, mut ahead: i32, mut code: i64) -> (i64, i32, usize) {
    let at = |index: usize| i64::from(bytes.get(index).copied().unwrap_or(0xFF));
    let mut before = if next == 0 { 0 } else { at(next - 1) };
    while ahead <= 39 {
        let byte = at(next);
        let shift = 39 - ahead;
        if before != 0xFF {
            code = code.wrapping_add(byte << shift);
            ahead += 8;
        } else if byte > 0x8F {
            code = code.wrapping_add(0xFF << shift);
            ahead += 8;
            continue;
        } else {
            code = code.wrapping_add(byte << (shift + 1));
            ahead += 7;
        }
        before = byte;
        next += 1;
    }
    (code, ahead, next)
}

/// Reads a segment of raw bits, most significant first; after 0xFF a byte has seven (D.6).
pub(super) struct Raw<'a> {
    bytes: &'a [u8],
    next: usize,
    byte: u32,
    left: u32,
}

impl<'a> Raw<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            next: 0,
            byte: 0,
            left: 0,
        }
    }
}

impl Coder for Raw<'_> {
    const IS_RAW: bool = true;

    #[inline(always)]
    fn in_registers(self) -> Self {
        let Self {
            bytes,
            next,
            byte,
            left,
        } = self;
        Self {
            bytes,
            next,
            byte,
            left,
        }
    }

    #[inline(always)]
    fn decide(&mut self, _context: usize) -> u32 {
        if self.left == 0 {
            let byte = u32::from(self.bytes.get(self.next).copied().unwrap_or(0xFF));
            let is_after_ff = self.byte == 0xFF;
            if is_after_ff && byte > 0x8F {
                // A marker, or the end: ones, as an MQ segment reads.
                self.left = 8;
            } else {
                self.byte = byte;
                self.next += 1;
                self.left = if is_after_ff { 7 } else { 8 };
            }
        }
        self.left -= 1;
        self.byte >> self.left & 1
    }

    #[inline(always)]
    fn decide_skewed(&mut self, context: usize) -> u32 {
        self.decide(context)
    }
}
