//! Palette: the three tables of PALETTE COLOR (PS3.3 C.7.6.3.1.5 and .6).

use std::sync::Arc;

/// Red, green and blue tables of one length and one first value.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    /// First stored value mapped.
    pub first: i32,
    /// R, G, B, 8 bits each: of 16-bit entries the high byte.
    pub colors: Arc<[[u8; 3]]>,
}

impl Palette {
    /// A palette from the descriptor (n, first, bits) and the three tables' entries; n = 0 means 65536.
    /// 16-bit entries keep their high byte; entries declared 16 bit that never exceed 255 are taken as 8 bit,
    /// a common defect. `None` where a table is shorter than n.
    pub fn new(n_entries: u16, first: i32, bits: u16, tables: [&[u16]; 3]) -> Option<Self> {
        let n = if n_entries == 0 {
            65_536
        } else {
            usize::from(n_entries)
        };
        let [red, green, blue] = tables;
        let (red, green, blue) = (red.get(..n)?, green.get(..n)?, blue.get(..n)?);
        let is_wide = bits > 8
            && [red, green, blue]
                .iter()
                .any(|table| table.iter().any(|&v| v > 255));
        let byte = |v: u16| if is_wide { (v >> 8) as u8 } else { v as u8 };
        let colors = red
            .iter()
            .zip(green)
            .zip(blue)
            .map(|((&r, &g), &b)| [byte(r), byte(g), byte(b)])
            .collect();
        Some(Self { first, colors })
    }

    /// Colour of a stored value: below the first entry the first, beyond the end the last (C.7.6.3.1.5).
    pub fn get(&self, stored: i32) -> [u8; 3] {
        self.colors[self.entry(stored)]
    }

    /// Which entry that is.
    pub fn entry(&self, stored: i32) -> usize {
        let index = i64::from(stored) - i64::from(self.first);
        index.clamp(0, self.colors.len() as i64 - 1) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_7_6_3_1_6_16_bit_entries_give_their_high_byte_and_ends_clamp() {
        let ramp: Vec<u16> = (0..256).map(|v| v << 8).collect();
        let palette = Palette::new(256, 10, 16, [&ramp, &ramp, &ramp]).unwrap();
        assert_eq!(
            (palette.get(0), palette.get(15), palette.get(999)),
            ([0; 3], [5; 3], [255; 3])
        );
    }

    #[test]
    fn entries_declared_16_bit_but_below_256_are_8_bit() {
        let ramp: Vec<u16> = (0..256).collect();
        assert_eq!(
            Palette::new(256, 0, 16, [&ramp, &ramp, &ramp])
                .unwrap()
                .get(200),
            [200; 3]
        );
    }
}
