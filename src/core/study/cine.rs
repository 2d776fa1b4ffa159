//! Cine: which frame is due at which moment (PS3.3 C.7.6.5, rule D37), by a clock that comes from outside.

use std::sync::Arc;

/// Images a second of a stack without time.
pub const DEFAULT_RATE: f64 = 10.0;

/// How an image's header wants its frames to be played.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CineTiming {
    /// When each frame is due, where that is told.
    pub times: Option<FrameTimes>,
    /// Preferred Playback Sequencing (0018,1244) is 1: forth and back, not round.
    pub is_sweep: bool,
    /// Start Trim (0008,2142) and Stop Trim (0008,2143): first and last frame to play, from 0.
    pub trim: Option<[u32; 2]>,
}

/// When frames are due.
#[derive(Clone, Debug, PartialEq)]
pub enum FrameTimes {
    /// All frames last this long, ms: Frame Time (0018,1063), or from a rate.
    Uniform(f64),
    /// Begin of each frame after the first one's, ms: sums of the Frame Time Vector (0018,1065), or from acquisition times.
    Starts(Arc<[f64]>),
}

impl CineTiming {
    /// Mean images a second, where the header tells a time.
    pub fn rate(&self) -> Option<f64> {
        match self.times.as_ref()? {
            FrameTimes::Uniform(millis) => Some(1000.0 / millis),
            FrameTimes::Starts(starts) => {
                let n = starts.len().checked_sub(1).filter(|&n| n > 0)?;
                let total = starts[n] - starts[0];
                (total > 0.0).then(|| 1000.0 * n as f64 / total)
            }
        }
    }
}

/// One round of what is played: which frames, and when each is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Playback {
    /// Positions in the order they are shown; forth and back where the header wants it.
    order: Vec<usize>,
    /// Begin of each, ms at the header's own speed; then the end of the last one.
    edges: Vec<f64>,
    /// Clock time to header time.
    speed: f64,
}

/// Rounding of the clock may not hold back a frame, ms.
const TOLERANCE: f64 = 1e-6;

impl Playback {
    /// `count` frames by `timing`, at `rate` images a second on the mean, or at the header's own speed.
    pub fn new(count: usize, timing: &CineTiming, rate: Option<f64>) -> Self {
        let last = count.saturating_sub(1);
        let [first, end] = timing
            .trim
            .map(|trim| trim.map(|frame| frame as usize))
            .filter(|[first, end]| first <= end && *end <= last)
            .unwrap_or([0, last]);
        let own_rate = timing.rate().unwrap_or(DEFAULT_RATE);
        let mean = 1000.0 / own_rate;
        let length = |frame: usize| match &timing.times {
            // The last frame has no successor to say how long it lasts.
            Some(FrameTimes::Starts(starts)) if starts.len() == count => starts
                .get(frame + 1)
                .map_or(mean, |next| next - starts[frame]),
            _ => mean,
        };
        let mut order: Vec<usize> = (first..=end).collect();
        if timing.is_sweep && end > first {
            // The turning points are not shown twice in a row.
            order.extend((first + 1..end).rev());
        }
        let mut edges = vec![0.0];
        let mut now = 0.0;
        for &frame in &order {
            now += length(frame);
            edges.push(now);
        }
        Self {
            order,
            edges,
            speed: rate.map_or(1.0, |rate| rate / own_rate),
        }
    }

    /// Images a second on the mean.
    pub fn rate(&self) -> f64 {
        1000.0 * self.order.len() as f64 * self.speed / self.round_millis()
    }

    fn round_millis(&self) -> f64 {
        self.edges[self.order.len()].max(1.0)
    }

    /// The frame that is due `elapsed_millis` after `from` was: whatever was drawn meanwhile, so frames drop and time
    /// does not slip.
    pub fn due(&self, from: usize, elapsed_millis: f64) -> usize {
        self.order[self.place(from, elapsed_millis)]
    }

    /// As [`Self::due`], of the frames that are here: the last of them that was due. Playing begins before all are here, and what
    /// is not is left out; `None` where none is.
    pub fn due_of(
        &self,
        from: usize,
        elapsed_millis: f64,
        is_here: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let place = self.place(from, elapsed_millis);
        let (later, earlier) = self.order.split_at(place + 1);
        let backwards = later.iter().rev().chain(earlier.iter().rev());
        backwards.copied().find(|&frame| is_here(frame))
    }

    /// Place in the order.
    fn place(&self, from: usize, elapsed_millis: f64) -> usize {
        let begin = self.order.iter().position(|&frame| frame == from);
        let begin = self.edges[begin.unwrap_or(0)];
        let at = begin + elapsed_millis.max(0.0) * self.speed + TOLERANCE;
        let at = at.rem_euclid(self.round_millis());
        let n_begun = self.edges.partition_point(|&edge| edge <= at);
        n_begun.clamp(1, self.order.len()) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uniform(millis: f64) -> CineTiming {
        CineTiming {
            times: Some(FrameTimes::Uniform(millis)),
            ..CineTiming::default()
        }
    }

    #[test]
    fn rule_d37_frame_time_at_7_5_25_and_60_images_a_second() {
        for rate in [7.5, 25.0, 60.0] {
            let play = Playback::new(100, &uniform(1000.0 / rate), None);
            assert!((play.rate() - rate).abs() < 1e-9);
            // C.7.6.5: frame n is due at Frame Time * (n - 1).
            for frame in 0..100 {
                let due = frame as f64 * 1000.0 / rate;
                assert_eq!(play.due(0, due), frame, "{rate} at {due}");
                assert_eq!(play.due(0, due + 900.0 / rate), frame);
            }
            assert_eq!(play.due(0, 100.0 * 1000.0 / rate), 0, "round again");
        }
    }

    #[test]
    fn c_7_6_5_a_frame_time_vector_gives_each_frame_its_own_time() {
        let timing = CineTiming {
            times: Some(FrameTimes::Starts(vec![0.0, 100.0, 150.0, 400.0].into())),
            ..CineTiming::default()
        };
        let play = Playback::new(4, &timing, None);
        let at = |millis| play.due(0, millis);
        assert_eq!(
            [
                at(0.0),
                at(99.0),
                at(100.0),
                at(149.0),
                at(150.0),
                at(399.0),
                at(400.0)
            ],
            [0, 0, 1, 1, 2, 2, 3]
        );
        // The last frame lasts as long as the mean of the others.
        assert_eq!((at(533.0), at(534.0)), (3, 0));
        // Twice the mean rate: the same rhythm in half the time.
        let fast = Playback::new(4, &timing, Some(2.0 * timing.rate().unwrap()));
        assert_eq!(
            (fast.due(0, 49.0), fast.due(0, 50.0), fast.due(0, 75.0)),
            (0, 1, 2)
        );
    }

    #[test]
    fn c_7_6_5_sweeping_goes_forth_and_back_and_trims_bound_it() {
        let timing = CineTiming {
            is_sweep: true,
            trim: Some([2, 5]),
            ..uniform(100.0)
        };
        let play = Playback::new(9, &timing, None);
        let seen: Vec<usize> = (0..12).map(|k| play.due(2, 100.0 * f64::from(k))).collect();
        assert_eq!(seen, [2, 3, 4, 5, 4, 3, 2, 3, 4, 5, 4, 3]);
    }

    #[test]
    fn what_is_not_here_yet_is_left_out_and_time_does_not_slip() {
        let play = Playback::new(10, &uniform(100.0), None);
        let at = |millis, n_here: usize| play.due_of(0, millis, |frame| frame < n_here);
        assert_eq!(at(250.0, 10), Some(2));
        assert_eq!((at(250.0, 2), at(650.0, 2)), (Some(1), Some(1)));
        assert_eq!(at(650.0, 10), Some(6), "as if all had been here");
        assert_eq!(at(1050.0, 2), Some(0), "the next round");
        assert_eq!(at(0.0, 0), None);
        // At the beginning of a round the last of the one before may be all there is.
        assert_eq!(play.due_of(0, 100.0, |frame| frame == 8), Some(8));
    }

    #[test]
    fn playing_begins_where_the_reader_stands() {
        let play = Playback::new(10, &uniform(40.0), None);
        assert_eq!(
            (play.due(7, 0.0), play.due(7, 40.0), play.due(7, 120.0)),
            (7, 8, 0)
        );
    }

    #[test]
    fn one_frame_or_none_plays_as_itself() {
        assert_eq!(
            Playback::new(1, &CineTiming::default(), None).due(0, 5000.0),
            0
        );
        assert_eq!(
            Playback::new(0, &CineTiming::default(), Some(60.0)).due(0, 5000.0),
            0
        );
        let two = Playback::new(
            2,
            &CineTiming {
                is_sweep: true,
                ..uniform(10.0)
            },
            None,
        );
        assert_eq!((two.due(0, 10.0), two.due(0, 20.0)), (1, 0));
    }
}
