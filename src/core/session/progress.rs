//! Progress: how many bytes are still to come, and how long that takes on this line.

use super::effect::FrameOrder;
use super::session::Session;
use super::studies::OpenStudy;
use super::words::{bytes_of, duration};
use crate::frames::frame_store::LoadState;
use crate::pixel::descriptor::PixelDescriptor;
use crate::study::display_set::{DisplaySet, StackEntry};
use crate::uid::FrameRef;

/// What is there sooner is not told of, seconds.
const WORTH_TELLING_SECONDS: f64 = 2.0;
/// From here on seconds are told in tens: they are an estimate.
const ROUGH_SECONDS: u32 = 20;

/// Bytes that came, and that all of it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    n_bytes: u64,
    n_bytes_total: u64,
}

impl Session {
    /// So many bytes of a frame are here, of which some may have been told before.
    pub(super) fn note_bytes(&mut self, frame: &FrameRef, n_bytes: u64) {
        let known = self.frames.arriving(frame);
        let n_told = known.map_or(0, |arriving| arriving.n_bytes);
        self.line.came(n_bytes.saturating_sub(n_told));
    }

    /// A frame is here, and took so many bytes of its last request; a frame out of what this computer kept took none.
    pub(super) fn note_frame(&mut self, order: &FrameOrder, n_wire_bytes: u64) {
        let arriving = self.frames.arriving(&order.frame);
        let n_begun = arriving
            .and_then(|arriving| arriving.beginning.as_ref())
            .map_or(0, |beginning| beginning.bytes.len() as u64);
        let n_told = arriving.map_or(0, |arriving| arriving.n_bytes.saturating_sub(n_begun));
        self.line.came(n_wire_bytes.saturating_sub(n_told));
        if n_wire_bytes == 0 {
            return;
        }
        if let Some(open) = self.study_mut(&order.study) {
            let [n_bytes, n_frames] = open.came.entry(order.series.clone()).or_default();
            *n_bytes += n_wire_bytes + n_begun;
            *n_frames += 1;
        }
    }

    /// What is still to come of the stacks that are seen; `None` where nothing is, or nobody can tell.
    fn progress(&self) -> Option<Progress> {
        let mut all = Progress::default();
        let mut seen: Vec<(&OpenStudy, &DisplaySet, usize)> = Vec::new();
        for (_, viewport, _) in self.state.visible() {
            let Some((open, set)) = self.stack_of(viewport) else {
                continue;
            };
            if seen.iter().all(|(_, known, _)| known.key() != set.key()) && !open.is_local() {
                seen.push((open, set, viewport.index));
            }
        }
        for (open, set, index) in seen {
            let ahead = self.ahead(set, index, PixelDescriptor::decoded_frame_bytes);
            for entry in ahead {
                let (n_here, n_total) = self.bytes_of_entry(open, set, entry)?;
                all.n_bytes += n_here;
                all.n_bytes_total += n_total;
            }
        }
        (all.n_bytes < all.n_bytes_total).then_some(all)
    }

    /// Bytes of a frame that are here, and that it has: as told, else as the frames of its series have on the mean.
    fn bytes_of_entry(
        &self,
        open: &OpenStudy,
        set: &DisplaySet,
        entry: &StackEntry,
    ) -> Option<(u64, u64)> {
        let arriving = self.frames.arriving(&entry.frame);
        let mean = match open.came.get(&set.series) {
            Some(&[n_bytes, n_frames]) if n_frames > 0 => Some(n_bytes / n_frames),
            _ => self.told_size(set),
        };
        let total = arriving
            .and_then(|arriving| arriving.n_bytes_total)
            .or(mean)?;
        let is_settled = matches!(
            self.frames.state(&entry.frame),
            Some(LoadState::Ready { .. } | LoadState::Failed(_))
        );
        let here = if is_settled {
            total
        } else {
            arriving.map_or(0, |arriving| arriving.n_bytes.min(total))
        };
        Some((here, total))
    }

    /// Of a series of which no frame is here yet, the one on its way tells.
    fn told_size(&self, set: &DisplaySet) -> Option<u64> {
        let mut entries = set.entries.iter();
        entries.find_map(|entry| self.frames.arriving(&entry.frame)?.n_bytes_total)
    }

    /// "12 of 43 MB, about 40 s": what is still to come of what is seen, by the speed of this line. Nothing where it is there
    /// in a moment.
    pub(super) fn progress_words(&self) -> Option<String> {
        if self.pending.is_empty() {
            return None;
        }
        let preview = self.preview_progress();
        let name = if preview.is_some() { "Preview: " } else { "" };
        let Progress {
            n_bytes,
            n_bytes_total,
        } = preview.or_else(|| self.progress())?;
        let seconds = self.line.seconds(n_bytes_total - n_bytes)?;
        if seconds < WORTH_TELLING_SECONDS {
            return None;
        }
        let figures = bytes_of(n_bytes, Some(n_bytes_total));
        let time = duration(rough(seconds));
        Some(format!("{name}{figures}, about {time}"))
    }

    /// What is still to come of the coarse pictures that all stacks begin with.
    fn preview_progress(&self) -> Option<Progress> {
        if !self.is_preview_first() {
            return None;
        }
        let mut all = Progress::default();
        for (open, set, _) in self.stacks_to_preview() {
            let Some(part) = self.coarse_part(open, set) else {
                continue;
            };
            let is_here = |entry: &&StackEntry| {
                open.begun.contains(&entry.frame) || self.frames.raster(&entry.frame).is_some()
            };
            let n_here = set.entries.iter().filter(is_here).count() as u64;
            all.n_bytes += part.saturating_mul(n_here);
            all.n_bytes_total += part.saturating_mul(set.entries.len() as u64);
        }
        (all.n_bytes < all.n_bytes_total).then_some(all)
    }
}

/// Whole seconds, in tens where there are many.
fn rough(seconds: f64) -> u32 {
    let seconds = seconds.ceil() as u32;
    match seconds {
        0..=ROUGH_SECONDS => seconds,
        _ => seconds.div_ceil(10).saturating_mul(10),
    }
}
