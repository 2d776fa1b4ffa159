//! Line: how fast bytes come, measured while they come; the time when nothing was asked for does not count.

/// After this much busy time what was measured before weighs a third, ms: some answers of a slow archive, a moment of a quick one.
const MEMORY_MILLIS: f64 = 10_000.0;
/// Below this nothing is asked for that nobody looks at: 8 Mbit/s in bytes a second.
const THIN: f64 = 1e6;

/// A mean over the recent past that forgets.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Line {
    n_bytes: f64,
    millis: f64,
}

impl Line {
    /// Something was on its way for so many milliseconds more.
    pub fn worked(&mut self, millis: f64) {
        if !millis.is_finite() || millis < 0.0 {
            return;
        }
        let kept = (-millis / MEMORY_MILLIS).exp();
        self.n_bytes *= kept;
        self.millis = self.millis * kept + millis;
    }

    /// So many bytes came by the end of that time.
    pub fn came(&mut self, n_bytes: u64) {
        self.n_bytes += n_bytes as f64;
    }

    /// `None` where nothing was measured yet.
    pub fn bytes_per_second(&self) -> Option<f64> {
        (self.millis > 0.0 && self.n_bytes > 0.0).then(|| self.n_bytes * 1000.0 / self.millis)
    }

    /// `None` where nothing was measured yet.
    pub fn is_thin(&self) -> Option<bool> {
        Some(self.bytes_per_second()? < THIN)
    }

    /// Seconds that so many bytes take.
    pub fn seconds(&self, n_bytes: u64) -> Option<f64> {
        Some(n_bytes as f64 / self.bytes_per_second()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(answers: &[(u64, f64)]) -> Line {
        let mut line = Line::default();
        for &(n_bytes, millis) in answers {
            line.worked(millis);
            line.came(n_bytes);
        }
        line
    }

    #[test]
    fn a_steady_line_has_its_speed_whatever_the_size_of_the_answers() {
        // 500 kB a second: in one answer, in many, in six that end together.
        for answers in [
            vec![(500_000, 1000.0)],
            vec![(50_000, 100.0); 60],
            [vec![(250_000, 3000.0)], vec![(250_000, 0.0); 5]].concat(),
        ] {
            let speed = line(&answers).bytes_per_second().unwrap();
            assert!((speed - 500_000.0).abs() < 1.0, "{speed}");
        }
    }

    /// Fault 14: one frame of 500 kB in 10 s.
    #[test]
    fn fault_14_one_frame_in_ten_seconds_is_a_speed_too() {
        let slow = line(&[(500_000, 10_000.0); 3]);
        let speed = slow.bytes_per_second().unwrap();
        assert!((speed - 50_000.0).abs() < 1.0, "{speed}");
        assert_eq!(slow.is_thin(), Some(true));
        let seconds = slow.seconds(2_000_000).unwrap();
        assert!((seconds - 40.0).abs() < 0.1, "{seconds}");
    }

    #[test]
    fn a_line_that_gets_slower_is_believed_within_some_answers() {
        let mut one = line(&[(1_000_000, 100.0); 50]);
        assert_eq!(one.is_thin(), Some(false));
        for _ in 0..3 {
            one.worked(10_000.0);
            one.came(100_000);
        }
        assert_eq!(one.is_thin(), Some(true));
    }

    #[test]
    fn nothing_is_known_of_a_line_that_brought_nothing() {
        assert_eq!(Line::default().is_thin(), None);
        assert_eq!(Line::default().seconds(1), None);
        assert_eq!(line(&[(0, f64::NAN), (0, -1.0), (0, 5.0)]).is_thin(), None);
    }
}
