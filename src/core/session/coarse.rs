//! The whole stack coarse first: on a thin line, where the archive sends byte ranges, the first part of each frame comes before
//! the rest of any; the rest is asked for by range too.

use super::effect::{Effect, FrameOrder, Mark, RequestId};
use super::event::{ArrivingFrame, DecodedFrame};
use super::loading::order;
use super::notice::Notice;
use super::session::{Pending, Session};
use super::studies::OpenStudy;
use crate::frames::arriving::{Arriving, Beginning, Coarse};
use crate::frames::thin::Measured;
use crate::study::display_set::{DisplaySet, StackEntry};
use crate::uid::FrameRef;
use std::sync::Arc;

/// What the clock can tell apart.
const MIN_MILLIS: f64 = 1.0;

impl Session {
    /// Notes what a whole frame tells of its series and of the line.
    pub(super) fn measure(&mut self, order: &FrameOrder, decoded: &DecodedFrame) {
        if order.part_bytes.is_some() {
            // It was asked for a part and sent all.
            self.ranges.insert(order.source.clone(), false);
        }
        let is_telling = order.beginning.is_none() && !decoded.level_bytes.is_empty();
        if !is_telling {
            return;
        }
        let seconds = decoded.transfer_millis.max(MIN_MILLIS) / 1000.0;
        let measured = Measured {
            side_px: order.descriptor.rows.max(order.descriptor.columns),
            frame_bytes: decoded.n_wire_bytes,
            level_bytes: decoded.level_bytes.clone(),
            bytes_per_second: decoded.n_wire_bytes as f64 / seconds,
        };
        if let Some(open) = self.study_mut(&order.study) {
            let known = open.measured.entry(order.series.clone());
            known.or_insert(measured);
        }
    }

    /// Bytes of each frame of a stack that come before the rest of any; `None` where frames come whole.
    pub(super) fn coarse_part(&self, open: &OpenStudy, set: &DisplaySet) -> Option<u64> {
        let is_refused = self.ranges.get(&open.link.source) == Some(&false);
        let measured = open.measured.get(&set.series).filter(|_| !is_refused)?;
        if self.is_preview_first() {
            return measured.part();
        }
        measured.coarse_part(set.entries.len(), self.line.bytes_per_second())
    }

    /// The next frame to begin, outward from the reader. Until it is known that the archive sends ranges, one is asked for alone,
    /// and `Err` says that it is waited for.
    pub(super) fn next_part(
        &self,
        open: &OpenStudy,
        set: &DisplaySet,
        index: usize,
    ) -> Result<Option<FrameOrder>, ()> {
        let Some(part) = self.coarse_part(open, set) else {
            return Ok(None);
        };
        let is_learning = !self.ranges.contains_key(&open.link.source);
        let mut parts = self.pending.values();
        if is_learning
            && parts.any(|p| matches!(p, Pending::Frame(order) if order.part_bytes.is_some()))
        {
            return Err(());
        }
        let is_new = |entry: &&StackEntry| {
            let frame = &entry.frame;
            self.frames.state(frame).is_none() && !open.begun.contains(frame)
        };
        // A coarse picture and what is kept of the answer are less than a quarter of a frame.
        let next = self
            .ahead(set, index, |frame| frame.decoded_frame_bytes() / 4)
            .find(is_new);
        Ok(next.map(|entry| FrameOrder {
            part_bytes: Some(part),
            ..order(open, set, entry, false)
        }))
    }

    /// The first part of a frame is here, and no more of it on its way.
    pub(super) fn frame_begun(
        &mut self,
        request: RequestId,
        arrived: ArrivingFrame,
        beginning: Beginning,
    ) {
        let Some(Pending::Frame(order)) = self.pending.remove(&request) else {
            return;
        };
        self.ranges.insert(order.source.clone(), true);
        self.is_answering(&order.source);
        let n_came = beginning.bytes.len() as u64;
        self.note_bytes(&order.frame, n_came);
        if let Some(open) = self.study_mut(&order.study) {
            open.n_bytes_received += n_came;
        }
        let arriving = Arriving {
            n_bytes: arrived.n_bytes,
            n_bytes_total: arrived.n_bytes_total,
            coarse: arrived
                .coarse
                .and_then(|(level, raster)| Coarse::new(level, &raster, &order.descriptor)),
            beginning: Some(Arc::new(beginning)),
        };
        let keep = self.wanted_frames();
        self.frames
            .set_arriving(order.frame.clone(), arriving, &keep);
        self.has_begun(&order);
        self.tell_coarse();
        if keep.contains(&order.frame) {
            self.settle();
        } else {
            self.schedule();
            self.effects.push(Effect::Notify(Notice::UpdateProgress));
        }
    }

    /// The first part of a frame is not asked for again, whether it came or not.
    pub(super) fn has_begun(&mut self, order: &FrameOrder) {
        self.frames.set_absent(&order.frame);
        if let Some(open) = self.study_mut(&order.study) {
            open.begun.insert(order.frame.clone());
        }
    }

    /// Once each picture of the active stack can be seen, coarse at least.
    fn tell_coarse(&mut self) {
        let active = self.state.viewports.get(self.state.active);
        let Some((open, set)) = active.and_then(|viewport| self.stack_of(viewport)) else {
            return;
        };
        let can_be_seen = |entry: &StackEntry| {
            self.frames.raster(&entry.frame).is_some() || self.is_coarse(&entry.frame)
        };
        let frames = set.entries.len();
        if open.is_coarse_told || set.is_provisional || !set.entries.iter().all(can_be_seen) {
            return;
        }
        let study = open.link.study.clone();
        if let Some(open) = self.study_mut(&study) {
            open.is_coarse_told = true;
        }
        self.effects
            .push(Effect::Mark(Mark::SeriesCoarse { frames }));
    }

    /// A coarse picture of the frame is held.
    pub(super) fn is_coarse(&self, frame: &FrameRef) -> bool {
        let arriving = self.frames.arriving(frame);
        arriving.is_some_and(|arriving| arriving.coarse.is_some())
    }
}
