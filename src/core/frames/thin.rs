//! A thin line: whether a stack is worth having coarse first, and how much of each frame that takes.

/// What the first whole frame of a stack told.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Its longer side, pixels.
    pub side_px: u32,
    /// Bytes of the frame.
    pub frame_bytes: u64,
    /// Bytes from its beginning that each resolution needs, from the whole (level 0) down.
    pub level_bytes: Vec<u64>,
    /// Speed of the line while it came.
    pub bytes_per_second: f64,
}

/// Shorter than this, the whole stack is waited for.
const WORTH_SECONDS: f64 = 5.0;
/// Shortest longer side of a coarse picture, pixels.
const MIN_SIDE_PX: u32 = 128;
/// A coarse picture costs at most this part of the frame.
const MOST_SHARE: u64 = 3;
/// What stands before a frame in its answer.
const HEAD_BYTES: u64 = 1024;

impl Measured {
    /// Bytes to ask for of each frame of a stack of `n_frames`, so that all of them are seen coarse long before the line could
    /// bring them whole; `None` where that does not pay. The line may be known to be quicker than the first frame told.
    pub fn coarse_part(&self, n_frames: usize, line: Option<f64>) -> Option<u64> {
        let n_bytes = self.frame_bytes.checked_mul(n_frames as u64)?;
        let speed = self.bytes_per_second.max(line.unwrap_or_default());
        if n_bytes as f64 / speed < WORTH_SECONDS {
            return None;
        }
        self.part()
    }

    /// Bytes that a coarse picture of each frame takes; `None` where it takes too many of them.
    pub fn part(&self) -> Option<u64> {
        let levels = (0_u32..).zip(&self.level_bytes).skip(1);
        let fine = levels.filter(|(level, _)| {
            let side = self.side_px.checked_shr(*level).unwrap_or_default();
            side >= MIN_SIDE_PX
        });
        // Slices differ: a little more than the first one needs.
        let part = fine.last().map(|(_, n)| n + n / 8 + HEAD_BYTES)?;
        (part <= self.frame_bytes / MOST_SHARE).then_some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A CT slice of 190 kB on 20 Mbit/s.
    fn slice() -> Measured {
        Measured {
            side_px: 512,
            frame_bytes: 190_000,
            level_bytes: vec![190_000, 60_000, 16_000, 5_000, 1_500, 500],
            bytes_per_second: 2_500_000.0,
        }
    }

    #[test]
    fn a_long_stack_on_a_thin_line_comes_at_a_quarter_first() {
        assert_eq!(slice().coarse_part(300, None), Some(16_000 + 2_000 + 1024));
        // Half of 256 pixels is 128.
        let small = Measured {
            side_px: 256,
            ..slice()
        };
        assert_eq!(
            small.coarse_part(300, None),
            None,
            "60 kB of 190 kB are too much"
        );
    }

    #[test]
    fn what_comes_soon_anyway_comes_whole() {
        assert_eq!(slice().coarse_part(60, None), None);
        let quick = Measured {
            bytes_per_second: 1e8,
            ..slice()
        };
        assert_eq!(quick.coarse_part(300, None), None);
        assert_eq!(slice().coarse_part(300, Some(1e8)), None);
        assert!(slice().part().is_some(), "where the reader asks for it");
    }

    #[test]
    fn an_order_of_packets_that_gives_nothing_early_is_not_cut() {
        let late = Measured {
            level_bytes: vec![190_000, 188_000, 187_000, 186_000],
            ..slice()
        };
        assert_eq!(late.coarse_part(300, None), None);
        let one_size = Measured {
            level_bytes: Vec::new(),
            ..slice()
        };
        assert_eq!(one_size.coarse_part(300, None), None);
    }
}
