//! The rest of a series in one answer: when that is asked for, and what becomes of the frames that come.
//!
//! One request for each frame costs an archive more than the frame. What the reader wants to see meanwhile is asked for
//! alone, and what does not come is too.

use super::ahead::n_bytes_of;
use super::effect::{Effect, FrameOrder, RequestId};
use super::event::DecodedFrame;
use super::loading::order;
use super::session::{Pending, Session};
use super::studies::OpenStudy;
use crate::frames::frame_store::LoadState;
use crate::frames::prefetch::outward;
use crate::study::display_set::{DisplaySet, StackEntry};
use crate::uid::{FrameIndex, FrameRef, SeriesUid};
use std::collections::HashMap;

/// Fewest frames for which the whole series is asked.
const MIN_FRAMES: usize = 24;

/// Frames that one answer shall bring.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(super) series: SeriesUid,
    /// What has not come yet.
    missing: HashMap<FrameRef, FrameOrder>,
    n_came: usize,
}

impl Session {
    /// Asks for the series of the active viewport in one request where that pays, once, and then for the next one that nobody
    /// sees yet; ends what is not wanted now.
    pub(super) fn stream(&mut self) {
        self.end_unseen_stream();
        let Some(orders) = self.stream_orders() else {
            return;
        };
        let Some(series) = orders.first().map(|order| order.series.clone()) else {
            return;
        };
        if let Some(open) = self.study_with_mut(&series) {
            open.streamed.insert(series.clone());
        }
        let missing = orders
            .iter()
            .map(|order| (order.frame.clone(), order.clone()))
            .collect();
        let request = self.request(Pending::Stream(Stream {
            series,
            missing,
            n_came: 0,
        }));
        self.effects.push(Effect::FetchSeries { request, orders });
    }

    /// The one stream that is on its way.
    fn streaming(&self) -> Option<(RequestId, &Stream)> {
        self.pending
            .iter()
            .find_map(|(&request, pending)| match pending {
                Pending::Stream(stream) => Some((request, stream)),
                _ => None,
            })
    }

    /// A reader who comes back may have the rest in one answer again.
    fn end_unseen_stream(&mut self) {
        let Some((_, stream)) = self.streaming() else {
            return;
        };
        let series = stream.series.clone();
        let mut shown = self
            .state
            .visible()
            .map(|(_, viewport, _)| &viewport.series);
        if shown.any(|shown| shown.as_ref() == Some(&series)) {
            return;
        }
        drop(shown);
        let is_ahead = |(_, set, _): &(&OpenStudy, &DisplaySet, u64)| set.series == series;
        if self.is_seen_here() && self.unseen_stacks().iter().any(is_ahead) {
            return;
        }
        self.end_stream();
    }

    pub(super) fn end_stream(&mut self) {
        let Some((request, stream)) = self.streaming() else {
            return;
        };
        let series = stream.series.clone();
        if let Some(open) = self.study_with_mut(&series) {
            open.streamed.remove(&series);
        }
        self.pending.remove(&request);
        self.effects.push(Effect::Cancel(request));
    }

    /// Nothing where it does not pay; that is found out without a copy, since it is asked with every frame that comes.
    fn stream_orders(&self) -> Option<Vec<FrameOrder>> {
        if self.has_stream() {
            return None;
        }
        let viewport = self.state.viewports.get(self.state.active)?;
        // The first picture comes alone, and before all others.
        let first = viewport.on_canvas.as_ref();
        first.filter(|frame| self.frames.raster(frame).is_some())?;
        let (open, set) = self.stack_of(viewport)?;
        let seen = self.orders_in_one(open, set, viewport.index, self.share_bytes());
        if seen.is_some() || !self.is_seen_here() {
            return seen;
        }
        let is_absent = |entry: &StackEntry| self.frames.state(&entry.frame).is_none();
        let unseen = self.unseen_stacks();
        let mut unseen = unseen.iter();
        let &(open, set, room_bytes) =
            unseen.find(|(_, set, _)| set.entries.iter().any(is_absent))?;
        self.orders_in_one(open, set, 0, room_bytes)
    }

    /// The rest of the shown series will come in one answer, once its first picture is here: what is asked for alone until
    /// then would come twice.
    pub(super) fn expects_stream(&self) -> bool {
        let viewport = self.state.viewports.get(self.state.active);
        let Some((viewport, (open, set))) =
            viewport.and_then(|viewport| Some((viewport, self.stack_of(viewport)?)))
        else {
            return false;
        };
        let first = set.entries.get(viewport.index);
        let state = first.and_then(|entry| self.frames.state(&entry.frame));
        let is_coming = matches!(state, Some(LoadState::Loading)) && !self.has_stream();
        is_coming
            && self
                .orders_in_one(open, set, viewport.index, self.share_bytes())
                .is_some()
    }

    /// What is missing of a stack, from `index` outward, where one request for it pays and all of the stack fits.
    fn orders_in_one(
        &self,
        open: &OpenStudy,
        set: &DisplaySet,
        index: usize,
        room_bytes: u64,
    ) -> Option<Vec<FrameOrder>> {
        let is_refused = open.is_local()
            || self.streamless.contains(&open.link.source)
            || open.streamed.contains(&set.series);
        if is_refused || set.is_provisional || !is_one_a_file(set) {
            return None;
        }
        // Coarse first, where that is possible.
        if self.coarse_part(open, set).is_some() {
            return None;
        }
        let is_absent = |entry: &&StackEntry| self.frames.state(&entry.frame).is_none();
        let n_absent = set.entries.iter().filter(is_absent).count();
        if n_absent < MIN_FRAMES || n_absent * 2 < n_instances(open, &set.series) {
            return None;
        }
        if n_bytes_of(set) > room_bytes {
            return None;
        }
        let positions = outward(index, set.entries.len(), self.direction);
        let entries = positions.filter_map(|position| set.entries.get(position));
        let absent = entries.filter(is_absent);
        Some(absent.map(|entry| order(open, set, entry, false)).collect())
    }

    /// An answer with many frames is on its way.
    pub(super) fn has_stream(&self) -> bool {
        self.streaming().is_some()
    }

    /// True for a frame that a stream will bring.
    pub(super) fn is_streaming(&self, frame: &FrameRef) -> bool {
        self.streaming()
            .is_some_and(|(_, stream)| stream.missing.contains_key(frame))
    }

    /// A frame out of the stream; one that came alone meanwhile is not taken twice.
    pub(super) fn frame_streamed(
        &mut self,
        request: RequestId,
        frame: &FrameRef,
        decoded: DecodedFrame,
    ) {
        let Some(Pending::Stream(stream)) = self.pending.get_mut(&request) else {
            return;
        };
        let Some(order) = stream.missing.remove(frame) else {
            return;
        };
        stream.n_came += 1;
        if self.frames.raster(frame).is_some() {
            return;
        }
        self.cancel_where(
            |pending| matches!(pending, Pending::Frame(alone) if alone.frame == *frame),
        );
        self.take_in(order, decoded);
    }

    /// The answer ended: what it did not bring is asked for alone. An archive whose answer brought nothing is not asked
    /// in this way again.
    pub(super) fn stream_ended(&mut self, request: RequestId) {
        let Some(Pending::Stream(stream)) = self.pending.remove(&request) else {
            return;
        };
        if stream.n_came == 0
            && let Some(source) = self
                .study_with(&stream.series)
                .map(|open| open.link.source.clone())
        {
            self.streamless.insert(source);
        }
        self.settle();
    }
}

/// Instances that an answer for the whole series would hold.
fn n_instances(open: &OpenStudy, series: &SeriesUid) -> usize {
    let series = open.series.iter().find(|known| known.uid == *series);
    series.map_or(0, |series| series.instances.len())
}

/// Each frame is the first of its instance, so that no instance has two of them.
fn is_one_a_file(set: &DisplaySet) -> bool {
    let mut frames = set.entries.iter().map(|entry| entry.frame.frame);
    frames.all(|frame| frame == FrameIndex(0))
}
