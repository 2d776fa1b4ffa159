//! The MEL code of HTJ2K: an adaptive run-length code for rare events (ISO/IEC 15444-15 7.3.3, 7.1.3).

/// Table 2: exponents of the run lengths.
const EXPONENTS: [u8; 13] = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5];

/// Reads events from the middle of a cleanup segment, forwards, the most significant bit of a byte first.
pub(super) struct Mel<'a> {
    bytes: &'a [u8],
    next: usize,
    /// Bits not yet used, from the highest.
    bits: u64,
    left: u32,
    is_after_ff: bool,
    state: usize,
    /// 2 x the zeros still to come, 1 more where a one ends them.
    run: u32,
}

impl<'a> Mel<'a> {
    /// `bytes` are the last Scup of the cleanup segment; its last 12 bits are read as ones.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            next: 0,
            bits: 0,
            left: 0,
            is_after_ff: false,
            state: 0,
            run: 0,
        }
    }

    /// The next event.
    #[inline(always)]
    pub(super) fn is_event(&mut self) -> bool {
        if self.run == 0 {
            self.read_run();
        }
        let is_event = self.run == 1;
        self.run = self.run.saturating_sub(2);
        is_event
    }

    #[inline(never)]
    fn read_run(&mut self) {
        if self.left < 6 {
            self.refill();
        }
        let exponent = u32::from(EXPONENTS[self.state]);
        if self.take(1) == 1 {
            self.run = 2 << exponent;
            self.state = (self.state + 1).min(12);
        } else {
            self.run = 2 * self.take(exponent) + 1;
            self.state = self.state.saturating_sub(1);
        }
    }

    fn take(&mut self, n: u32) -> u32 {
        let value = (self.bits >> 32 >> (32 - n)) as u32;
        self.bits <<= n;
        self.left = self.left.saturating_sub(n);
        value
    }

    fn refill(&mut self) {
        while self.left <= 56 {
            let byte = match self.bytes.get(self.next) {
                Some(byte) if self.next + 2 < self.bytes.len() => *byte,
                Some(byte) if self.next + 2 == self.bytes.len() => *byte | 0x0F,
                _ => 0xFF,
            };
            self.next += 1;
            let n = if self.is_after_ff { 7 } else { 8 };
            self.is_after_ff = byte == 0xFF;
            let value = u64::from(byte) & ((1 << n) - 1);
            self.bits |= value << (64 - n - self.left);
            self.left += n;
        }
    }
}
