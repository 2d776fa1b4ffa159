//! Damage to inputs, always the same for the same number.

/// Numbers that look random, from one that need not (xorshift behind a mixing of the seed).
pub struct Random(u64);

impl Random {
    /// A generator; neighbouring seeds have nothing in common.
    pub fn new(seed: u64) -> Self {
        let mixed = seed
            .wrapping_add(1)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(31)
            .wrapping_mul(0xBF58_476D_1CE4_E5B9);
        Self(mixed ^ (mixed >> 29) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// A number below `end`, 0 where `end` is.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn byte(&mut self) -> u8 {
        self.below(256) as u8
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Heads are where a little damage does the most.
const HEAD_BYTES: usize = 96;

/// Lengths and numbers at which arithmetic and loops go wrong.
const NUMBERS: [u32; 14] = [
    0,
    1,
    2,
    3,
    0x7F,
    0x80,
    0xFF,
    0x100,
    0x7FFF,
    0xFFFF,
    0x1_0000,
    0x7FFF_FFFF,
    0xFFFF_FFFE,
    0xFFFF_FFFF,
];

/// One of the seeds with one to eight accidents: bits, bytes, lengths, cuts, repeats, words of the format, and the end of
/// another seed.
pub fn damage(seeds: &[Vec<u8>], words: &[&[u8]], random: &mut Random) -> Vec<u8> {
    let mut bytes = random.pick(seeds).clone();
    let n_accidents = 1 + random.below(4) * random.below(3);
    for _ in 0..n_accidents {
        if bytes.is_empty() {
            bytes.push(random.byte());
        }
        let is_in_head = random.below(3) == 0;
        let at = random.below(if is_in_head {
            bytes.len().min(HEAD_BYTES)
        } else {
            bytes.len()
        });
        let end = (at + 1 + random.below(24)).min(bytes.len());
        match random.below(16) {
            0..=2 => bytes[at] ^= 1 << random.below(8),
            3..=4 => bytes[at] = random.byte(),
            5 => bytes[at] = *random.pick(&[0, 1, 0x7F, 0x80, 0xD8, 0xFE, 0xFF]),
            6 => bytes[at] = bytes[at].wrapping_add(*random.pick(&[1, 0xFF, 4, 16])),
            7..=8 => number(&mut bytes[at..], random),
            9 => bytes.insert(at, random.byte()),
            10 => drop(bytes.drain(at..end)),
            11 => {
                let piece = bytes[at..end].to_vec();
                let n = 1 + random.below(3);
                bytes.splice(at..at, piece.repeat(n));
            }
            12 => {
                let other = random.pick(seeds);
                let from = random.below(other.len());
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            13 if random.below(3) == 0 => bytes.truncate(at),
            _ if words.is_empty() => number(&mut bytes[at..], random),
            _ => {
                let word = *random.pick(words);
                let end = if random.below(2) == 0 { at } else { end };
                bytes.splice(at..end, word.iter().copied());
            }
        }
    }
    bytes
}

/// Writes a number of two or four bytes, in either order.
fn number(bytes: &mut [u8], random: &mut Random) {
    let value = *random.pick(&NUMBERS);
    let long = match random.below(2) {
        0 => value.to_be_bytes(),
        _ => value.to_le_bytes(),
    };
    let short = match random.below(2) {
        0 => (value as u16).to_be_bytes(),
        _ => (value as u16).to_le_bytes(),
    };
    let value: &[u8] = if random.below(2) == 0 { &long } else { &short };
    bytes
        .iter_mut()
        .zip(value)
        .for_each(|(byte, value)| *byte = *value);
}

/// One of the seeds, which are JSON, with innermost arrays replaced by others: it stays whole, so that what is behind the
/// JSON gets its share.
pub(super) fn exchange_values(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    const VALUES: [&str; 17] = [
        "[]",
        "[null]",
        "[-1]",
        "[0]",
        "[1]",
        "[65535]",
        "[1e308]",
        "[1e-308]",
        r#"["x"]"#,
        "[{}]",
        "[0,0,0,0]",
        "[2147483647]",
        r#"["NaN"]"#,
        "[0,0,16]",
        "[4,-32768,8]",
        r#"["PALETTE COLOR"]"#,
        "[2,65535,65535,65535]",
    ];
    let mut json = String::from_utf8_lossy(random.pick::<Vec<u8>>(seeds)).into_owned();
    for _ in 0..=random.below(4) {
        let mut from = random.below(json.len());
        while !json.is_char_boundary(from) {
            from -= 1;
        }
        let Some(start) = json[from..].find('[').map(|at| from + at) else {
            continue;
        };
        let Some(end) = json[start..].find(']').map(|at| start + at + 1) else {
            continue;
        };
        let start = json[..end].rfind('[').unwrap_or(start);
        json.replace_range(start..end, random.pick::<&str>(&VALUES));
    }
    json.into_bytes()
}
