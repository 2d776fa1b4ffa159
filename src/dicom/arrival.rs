//! When the page is told of a frame that is still on its way: on a slow line, and not more often than somebody can look.

/// A frame that comes in less time says nothing before it is there.
const FIRST_MILLIS: f64 = 250.0;
/// Between two words about the same frame.
const EVERY_MILLIS: f64 = 250.0;
/// What comes in less time than this is waited for.
const WORTH_MILLIS: f64 = 150.0;

/// The course of one answer.
#[derive(Clone, Debug)]
pub struct Arrival {
    begun_millis: f64,
    told_millis: Option<f64>,
    n_bytes_total: Option<u64>,
}

impl Arrival {
    /// An answer that begins at `now_millis` of some clock; `n_bytes_total` where it says its length.
    pub fn new(now_millis: f64, n_bytes_total: Option<u64>) -> Self {
        Self {
            begun_millis: now_millis,
            told_millis: None,
            n_bytes_total,
        }
    }

    /// Bytes of the whole answer, where it says so.
    pub fn n_bytes_total(&self) -> Option<u64> {
        self.n_bytes_total
    }

    /// Whether to tell now that `n_bytes` are here; where it is, the next word has time.
    pub fn is_due(&mut self, now_millis: f64, n_bytes: u64) -> bool {
        let passed = now_millis - self.begun_millis;
        let since = self.told_millis.map_or(f64::MAX, |told| now_millis - told);
        if passed < FIRST_MILLIS || since < EVERY_MILLIS {
            return false;
        }
        let left = self
            .n_bytes_total
            .map(|total| total.saturating_sub(n_bytes));
        let left_millis = left.map(|left| left as f64 / n_bytes.max(1) as f64 * passed);
        if left_millis.is_some_and(|left| left < WORTH_MILLIS) {
            return false;
        }
        self.told_millis = Some(now_millis);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_that_comes_quickly_is_not_told_of() {
        let mut arrival = Arrival::new(1000.0, Some(100));
        assert!(!arrival.is_due(1100.0, 50));
        // A slow start, but nearly there: 20 more bytes take 75 ms.
        assert!(!arrival.is_due(1300.0, 80));
    }

    #[test]
    fn on_a_slow_line_there_is_a_word_four_times_a_second() {
        let mut arrival = Arrival::new(0.0, Some(100_000));
        let told = (1..=100_u32)
            .filter(|step| arrival.is_due(f64::from(*step) * 50.0, u64::from(*step) * 100));
        assert_eq!(told.collect::<Vec<_>>()[..4], [5, 10, 15, 20]);
    }

    #[test]
    fn an_answer_that_does_not_say_its_length_is_told_of_too() {
        let mut arrival = Arrival::new(0.0, None);
        assert!(!arrival.is_due(200.0, 10));
        assert!(arrival.is_due(260.0, 20));
        assert_eq!(arrival.n_bytes_total(), None);
    }
}
