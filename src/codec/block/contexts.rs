//! Which context a decision is made in (ISO/IEC 15444-1 D.3), as tables over a coefficient's neighbourhood.

use super::Orientation;

/// Contexts of significance coding (Table D.1). Index: a bit for each of the 3 x 3 coefficients, rows from the top,
/// columns from the left, the lowest bit first; the middle one is not looked at.
pub(super) fn zero_coding(orientation: Orientation) -> &'static [u8; 512] {
    static LOW: [u8; 512] = zero_coding_table(0);
    static HL: [u8; 512] = zero_coding_table(1);
    static HH: [u8; 512] = zero_coding_table(2);
    match orientation {
        Orientation::Ll | Orientation::Lh => &LOW,
        Orientation::Hl => &HL,
        Orientation::Hh => &HH,
    }
}

const fn zero_coding_table(kind: u8) -> [u8; 512] {
    let mut table = [0; 512];
    let mut index: usize = 0;
    while index < 512 {
        let horizontal = (index & 0o050).count_ones();
        let vertical = (index & 0o202).count_ones();
        let diagonal = (index & 0o505).count_ones();
        table[index] = match kind {
            0 => along(horizontal, vertical, diagonal),
            1 => along(vertical, horizontal, diagonal),
            _ => across(horizontal + vertical, diagonal),
        };
        index += 1;
    }
    table
}

const fn along(first: u32, second: u32, diagonal: u32) -> u8 {
    match (first, second, diagonal) {
        (2, _, _) => 8,
        (1, 1.., _) => 7,
        (1, 0, 1..) => 6,
        (1, 0, 0) => 5,
        (0, 2, _) => 4,
        (0, 1, _) => 3,
        (0, 0, 2..) => 2,
        (0, 0, 1) => 1,
        _ => 0,
    }
}

const fn across(sides: u32, diagonal: u32) -> u8 {
    match (diagonal, sides) {
        (3.., _) => 8,
        (2, 1..) => 7,
        (2, 0) => 6,
        (1, 2..) => 5,
        (1, 1) => 4,
        (1, 0) => 3,
        (0, 2..) => 2,
        (0, 1) => 1,
        _ => 0,
    }
}

/// Contexts of sign coding (Tables D.2 and D.3), with the XOR bit in bit 7. Index: significance of the neighbours
/// above, left, right, below in bits 1, 3, 5, 7; in the bit below each, whether it is negative.
pub(super) static SIGN_CODING: [u8; 256] = sign_coding_table();

const fn sign_coding_table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let vertical = contribution(index) + contribution(index >> 6);
        let horizontal = contribution(index >> 2) + contribution(index >> 4);
        let (h, v) = (sign(horizontal), sign(vertical));
        let flips = h < 0 || (h == 0 && v < 0);
        let (h, v) = if flips { (-h, -v) } else { (h, v) };
        let context = if h == 1 { 12 + v } else { 9 + v };
        table[index] = context as u8 | if flips { 0x80 } else { 0 };
        index += 1;
    }
    table
}

const fn contribution(bits: usize) -> i32 {
    match bits & 3 {
        2 => 1,
        3 => -1,
        _ => 0,
    }
}

const fn sign(value: i32) -> i32 {
    if value > 0 {
        1
    } else if value < 0 {
        -1
    } else {
        0
    }
}
