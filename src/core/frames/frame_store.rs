//! FrameStore: decoded frames under a byte budget, least recently used first out, with the state of each frame's loading.

use super::arriving::{Arriving, Beginning, Coarse};
use super::coded::CodedFrames;
use crate::pixel::raster::Raster;
use crate::uid::FrameRef;
use std::collections::HashMap;
use std::sync::Arc;

/// Why a frame cannot be shown, in the reader's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameFailure {
    /// One sentence, no patient data.
    pub sentence: String,
    /// Asking again may help (network), or not (the file itself).
    pub can_retry: bool,
}

/// Where a frame is on its way; absent frames have no entry.
#[derive(Clone, Debug)]
pub enum LoadState {
    /// Asked for.
    Loading,
    /// Held.
    Ready {
        /// The pixels.
        raster: Arc<Raster>,
        /// What the decoder remarked.
        warnings: Vec<String>,
        /// Turn of the store when it was last looked at.
        used: u64,
    },
    /// Given up.
    Failed(FrameFailure),
}

/// Of the budget, one part in so many may be taken by frames as they were sent.
const CODED_SHARE: u64 = 4;

/// Decoded frames and load states.
#[derive(Debug)]
pub struct FrameStore {
    frames: HashMap<FrameRef, LoadState>,
    arriving: HashMap<FrameRef, Arriving>,
    failures: HashMap<FrameRef, u32>,
    coded: CodedFrames,
    n_bytes: u64,
    budget_bytes: u64,
    n_dropped: u64,
    turn: u64,
}

impl FrameStore {
    /// An empty store that holds at most `budget_bytes` of pixels.
    pub fn new(budget_bytes: u64) -> Self {
        Self {
            frames: HashMap::new(),
            arriving: HashMap::new(),
            failures: HashMap::new(),
            coded: CodedFrames::new(budget_bytes / CODED_SHARE),
            n_bytes: 0,
            budget_bytes,
            n_dropped: 0,
            turn: 0,
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::new(self.budget_bytes);
    }

    /// Bytes held: pixels, and frames as they were sent.
    pub fn n_bytes(&self) -> u64 {
        self.n_bytes + self.coded.n_bytes()
    }

    /// Most bytes held.
    pub fn budget_bytes(&self) -> u64 {
        self.budget_bytes
    }

    /// Most bytes that may be asked for ahead of the reader: the rest is for what is seen, masks and thumbnails. What is
    /// held longest unseen makes room, so that what is ahead is there whatever was looked at before.
    pub fn ahead_bytes(&self) -> u64 {
        (self.budget_bytes - self.coded.n_bytes()) / 10 * 9
    }

    /// Keeps the whole answer for a frame.
    pub fn keep_coded(&mut self, frame: FrameRef, answer: Beginning) {
        self.coded.keep(frame, answer);
    }

    /// What is here of the answer for a frame that is to be asked for: its beginning, or all of it.
    pub fn beginning(&mut self, frame: &FrameRef) -> Option<Arc<Beginning>> {
        let arriving = self.arriving.get(frame);
        let begun = arriving.and_then(|arriving| arriving.beginning.clone());
        begun.or_else(|| self.coded.get(frame))
    }

    /// Frames that had to go since the study was opened.
    pub fn n_dropped(&self) -> u64 {
        self.n_dropped
    }

    /// Load state; `None` is absent.
    pub fn state(&self, frame: &FrameRef) -> Option<&LoadState> {
        self.frames.get(frame)
    }

    /// The pixels, where they are held.
    pub fn raster(&self, frame: &FrameRef) -> Option<&Arc<Raster>> {
        match self.frames.get(frame) {
            Some(LoadState::Ready { raster, .. }) => Some(raster),
            _ => None,
        }
    }

    /// How far a frame has got that is not here yet.
    pub fn arriving(&self, frame: &FrameRef) -> Option<&Arriving> {
        self.arriving.get(frame)
    }

    /// A frame has got this far. A coarse picture stays until a finer one comes, and goes before any frame does where the
    /// budget asks for it; never one of `keep`.
    pub fn set_arriving(&mut self, frame: FrameRef, next: Arriving, keep: &[FrameRef]) {
        if matches!(
            self.frames.get(&frame),
            Some(LoadState::Ready { .. } | LoadState::Failed(_))
        ) {
            return;
        }
        let known = self.arriving.remove(&frame);
        self.n_bytes -= known.as_ref().map_or(0, Arriving::n_bytes_held);
        let (known, beginning) =
            known.map_or((None, None), |known| (known.coarse, known.beginning));
        let level = |coarse: &Option<Coarse>| coarse.as_ref().map_or(u8::MAX, |one| one.level);
        let coarse = if level(&known) < level(&next.coarse) {
            known
        } else {
            next.coarse
        };
        let beginning = next.beginning.or(beginning);
        let next = Arriving {
            coarse,
            beginning,
            ..next
        };
        self.n_bytes += next.n_bytes_held();
        self.arriving.insert(frame.clone(), next);
        self.make_room(&frame, keep);
    }

    fn forget_arriving(&mut self, frame: &FrameRef) {
        if let Some(known) = self.arriving.remove(frame) {
            self.n_bytes -= known.n_bytes_held();
        }
    }

    /// Marks a frame as looked at, so that it is among the last to go.
    pub fn touch(&mut self, frame: &FrameRef) {
        self.turn += 1;
        if let Some(LoadState::Ready { used, .. }) = self.frames.get_mut(frame) {
            *used = self.turn;
        }
    }

    /// The frame was asked for.
    pub fn set_loading(&mut self, frame: FrameRef) {
        self.frames.entry(frame).or_insert(LoadState::Loading);
    }

    /// The frame is here; others go where the budget asks for it, never one of `keep`.
    pub fn insert(
        &mut self,
        frame: FrameRef,
        raster: Arc<Raster>,
        warnings: Vec<String>,
        keep: &[FrameRef],
    ) {
        self.turn += 1;
        self.forget_arriving(&frame);
        self.n_bytes += raster.n_bytes();
        let ready = LoadState::Ready {
            raster,
            warnings,
            used: self.turn,
        };
        if let Some(LoadState::Ready { raster, .. }) = self.frames.insert(frame.clone(), ready) {
            self.n_bytes -= raster.n_bytes();
        }
        self.make_room(&frame, keep);
    }

    fn make_room(&mut self, newest: &FrameRef, keep: &[FrameRef]) {
        while self.n_bytes() > self.budget_bytes
            && (self.evict_coarse(newest, keep) || self.evict_one(newest, keep))
        {}
    }

    /// Memory is short: everything goes but the frames of `keep`, and from now on no more than `budget_bytes` are held.
    pub fn shrink(&mut self, budget_bytes: u64, keep: &[FrameRef]) {
        self.budget_bytes = budget_bytes;
        self.coded = CodedFrames::new(budget_bytes / CODED_SHARE);
        self.arriving.retain(|frame, _| keep.contains(frame));
        let n_before = self.frames.len();
        self.frames.retain(|frame, state| {
            keep.contains(frame) || !matches!(state, LoadState::Ready { .. })
        });
        self.n_dropped += (n_before - self.frames.len()) as u64;
        let rasters = self.frames.values().map(|state| match state {
            LoadState::Ready { raster, .. } => raster.n_bytes(),
            _ => 0,
        });
        let coarse = self.arriving.values().map(Arriving::n_bytes_held);
        self.n_bytes = rasters.chain(coarse).sum();
    }

    fn evict_coarse(&mut self, newest: &FrameRef, keep: &[FrameRef]) -> bool {
        let is_loose = |(frame, arriving): &(&FrameRef, &Arriving)| {
            arriving.n_bytes_held() > 0 && *frame != newest && !keep.contains(frame)
        };
        let found = self.arriving.iter().find(is_loose);
        let Some(frame) = found.map(|(frame, _)| frame.clone()) else {
            return false;
        };
        self.forget_arriving(&frame);
        true
    }

    fn evict_one(&mut self, newest: &FrameRef, keep: &[FrameRef]) -> bool {
        let oldest = self
            .frames
            .iter()
            .filter_map(|(frame, state)| match state {
                LoadState::Ready { used, .. } if frame != newest && !keep.contains(frame) => {
                    Some((*used, frame))
                }
                _ => None,
            })
            .min_by_key(|&(used, _)| used)
            .map(|(_, frame)| frame.clone());
        let Some(LoadState::Ready { raster, .. }) =
            oldest.and_then(|frame| self.frames.remove(&frame))
        else {
            return false;
        };
        self.n_bytes -= raster.n_bytes();
        self.n_dropped += 1;
        true
    }

    /// The frame failed: absent again while trying again may help and was not tried twice, else failed for good.
    pub fn set_failed(&mut self, frame: FrameRef, failure: FrameFailure) {
        let n_failures = self.failures.entry(frame.clone()).or_default();
        *n_failures += 1;
        if failure.can_retry && *n_failures < 3 {
            self.frames.remove(&frame);
        } else {
            self.forget_arriving(&frame);
            self.frames.insert(frame, LoadState::Failed(failure));
        }
    }

    /// A frame that is held is dropped, to be asked for again.
    pub fn forget(&mut self, frame: &FrameRef) {
        if let Some(LoadState::Ready { raster, .. }) = self.frames.remove(frame) {
            self.n_bytes -= raster.n_bytes();
        }
    }

    /// The frame is wanted no more: absent again unless it is here already.
    pub fn set_absent(&mut self, frame: &FrameRef) {
        if matches!(self.frames.get(frame), Some(LoadState::Loading)) {
            self.frames.remove(frame);
        }
    }

    /// All failed frames may be asked for again.
    pub fn forgive(&mut self) {
        self.failures.clear();
        self.frames
            .retain(|_, state| !matches!(state, LoadState::Failed(_)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixel::raster::RasterKind;
    use crate::pixel::samples::Samples;
    use crate::uid::{FrameIndex, SopInstanceUid};

    fn frame(n: u32) -> FrameRef {
        FrameRef {
            instance: SopInstanceUid::parse("1.2").unwrap(),
            frame: FrameIndex(n),
        }
    }

    fn raster() -> Arc<Raster> {
        Arc::new(Raster::new(1, 100, RasterKind::Stored, Samples::U8(vec![0; 100])).unwrap())
    }

    #[test]
    fn the_least_recently_seen_frame_goes_first_and_a_visible_one_never() {
        let mut store = FrameStore::new(250);
        store.insert(frame(0), raster(), Vec::new(), &[]);
        store.insert(frame(1), raster(), Vec::new(), &[]);
        store.touch(&frame(0));
        store.insert(frame(2), raster(), Vec::new(), &[]);
        assert!(store.raster(&frame(0)).is_some() && store.raster(&frame(1)).is_none());
        store.insert(frame(3), raster(), Vec::new(), &[frame(0)]);
        assert!(store.raster(&frame(0)).is_some() && store.raster(&frame(2)).is_none());
        assert_eq!(store.n_bytes(), 200);
    }

    #[test]
    fn coarse_pictures_go_before_any_frame_and_are_no_frames() {
        let coarse = || Arriving {
            coarse: Some(Coarse {
                level: 1,
                raster: raster(),
            }),
            ..Arriving::default()
        };
        let mut store = FrameStore::new(350);
        store.insert(frame(0), raster(), Vec::new(), &[]);
        store.set_arriving(frame(1), coarse(), &[]);
        store.set_arriving(frame(2), coarse(), &[]);
        assert!(store.raster(&frame(1)).is_none() && store.n_bytes() == 300);
        store.insert(frame(3), raster(), Vec::new(), &[frame(2)]);
        assert!(store.raster(&frame(0)).is_some() && store.arriving(&frame(1)).is_none());
        store.insert(frame(2), raster(), Vec::new(), &[]);
        assert!(
            store.arriving(&frame(2)).is_none(),
            "the frame itself is here"
        );
        store.set_arriving(frame(2), coarse(), &[]);
        assert!(store.arriving(&frame(2)).is_none());
        assert_eq!((store.n_bytes(), store.n_dropped()), (300, 0));
    }

    #[test]
    fn a_cut_line_is_tried_three_times_and_a_bad_file_once() {
        let mut store = FrameStore::new(250);
        let cut = FrameFailure {
            sentence: String::new(),
            can_retry: true,
        };
        for _ in 0..2 {
            store.set_loading(frame(0));
            store.set_failed(frame(0), cut.clone());
            assert!(store.state(&frame(0)).is_none());
        }
        store.set_failed(frame(0), cut);
        assert!(matches!(store.state(&frame(0)), Some(LoadState::Failed(_))));
        store.set_failed(
            frame(1),
            FrameFailure {
                sentence: String::new(),
                can_retry: false,
            },
        );
        assert!(matches!(store.state(&frame(1)), Some(LoadState::Failed(_))));
    }
}
