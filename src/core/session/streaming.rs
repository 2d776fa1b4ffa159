//! The rest of a series in one answer: when that is asked for, and what becomes of the frames that come.
//!
//! One request for each frame costs an archive more than the frame. What the reader wants to see meanwhile is asked for
//! alone, and what does not come is too.

use super::effect::{Effect, FrameOrder, RequestId};
use super::event::DecodedFrame;
use super::loading::order;
use super::session::{Pending, Session};
use super::studies::OpenStudy;
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
    /// Asks for the series of the active viewport in one request where that pays, once; ends one that nobody sees.
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
        let Some((request, stream)) = self.streaming() else {
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
        if let Some(open) = self.study_with_mut(&series) {
            open.streamed.remove(&series);
        }
        self.pending.remove(&request);
        self.effects.push(Effect::Cancel(request));
    }

    /// Nothing where it does not pay; that is found out without a copy, since it is asked with every frame that comes.
    fn stream_orders(&self) -> Option<Vec<FrameOrder>> {
        let viewport = self.state.viewports.get(self.state.active)?;
        let (open, set) = self.stack_of(viewport)?;
        let source = &open.link.source;
        let is_refused = open.is_local()
            || self.streamless.contains(source)
            || open.streamed.contains(&set.series)
            || self.streaming().is_some();
        // The first picture comes alone, and before all others.
        let first = viewport.on_canvas.as_ref();
        let has_first = first.is_some_and(|frame| self.frames.raster(frame).is_some());
        if is_refused || set.is_provisional || !has_first || !is_one_a_file(set) {
            return None;
        }
        // Coarse first, where that is possible.
        if self.coarse_part(open, set).is_some() {
            return None;
        }
        let is_absent = |entry: &&StackEntry| self.frames.state(&entry.frame).is_none();
        let absent = || set.entries.iter().filter(is_absent);
        let n_absent = absent().count();
        if n_absent < MIN_FRAMES || n_absent * 2 < n_instances(open, &set.series) {
            return None;
        }
        let n_bytes = set.entries.iter().try_fold(0_u64, |sum, entry| {
            sum.checked_add(entry.header.descriptor.decoded_frame_bytes())
        })?;
        let fits = n_bytes <= self.share_bytes();
        fits.then(|| {
            absent()
                .map(|entry| order(open, set, entry, false))
                .collect()
        })
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
