//! The rest of a series in one answer: when that is asked for, and what becomes of the frames that come.
//!
//! One request for each frame costs an archive more than the frame. What the reader wants to see meanwhile is asked for
//! alone, and what does not come is too.

use super::effect::{Effect, FrameOrder, RequestId};
use super::event::{DecodedFrame, LOCAL_SOURCE};
use super::loading::order;
use super::session::{OpenStudy, Pending, Session};
use crate::study::display_set::DisplaySet;
use crate::uid::{FrameIndex, FrameRef, SeriesUid};
use std::collections::{HashMap, HashSet};

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
    /// Asks for the series of the active viewport in one request where that pays, once; ends streams that nobody sees.
    pub(super) fn stream(&mut self) {
        self.end_unseen_streams();
        let Some(orders) = self.stream_orders() else {
            return;
        };
        let Some(series) = orders.first().map(|order| order.series.clone()) else {
            return;
        };
        if let Some(open) = &mut self.open {
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

    fn end_unseen_streams(&mut self) {
        let seen: HashSet<SeriesUid> = self
            .state
            .visible()
            .filter_map(|(_, viewport, _)| viewport.series.clone())
            .collect();
        let is_unseen = |pending: &Pending| matches!(pending, Pending::Stream(stream) if !seen.contains(&stream.series));
        if let Some(open) = &mut self.open {
            // A reader who comes back may have the rest in one answer again.
            for pending in self.pending.values().filter(|pending| is_unseen(pending)) {
                if let Pending::Stream(stream) = pending {
                    open.streamed.remove(&stream.series);
                }
            }
        }
        self.cancel_where(is_unseen);
    }

    fn stream_orders(&self) -> Option<Vec<FrameOrder>> {
        let open = self.open.as_ref()?;
        let viewport = self.state.viewports.get(self.state.active)?;
        let set = open.set_of(viewport)?;
        let source = &open.link.source;
        let is_refused = source == LOCAL_SOURCE
            || self.streamless.contains(source)
            || open.streamed.contains(&set.series)
            || self
                .pending
                .values()
                .any(|p| matches!(p, Pending::Stream(_)));
        // The first picture comes alone, and before all others.
        if is_refused || set.is_provisional || viewport.on_canvas.is_none() {
            return None;
        }
        let orders: Vec<FrameOrder> = set
            .entries
            .iter()
            .filter(|entry| self.frames.state(&entry.frame).is_none())
            .map(|entry| order(open, set, entry, false))
            .collect();
        let n_bytes = orders.iter().try_fold(0_u64, |sum, order| {
            sum.checked_add(order.descriptor.decoded_frame_bytes())
        })?;
        let pays = orders.len() >= MIN_FRAMES
            && orders.len() * 2 >= n_instances(open, &set.series)
            && is_one_a_file(set);
        (pays && self.frames.has_room_for(n_bytes)).then_some(orders)
    }

    /// True for a frame that a stream will bring.
    pub(super) fn is_streaming(&self, frame: &FrameRef) -> bool {
        self.pending
            .values()
            .any(|pending| matches!(pending, Pending::Stream(stream) if stream.missing.contains_key(frame)))
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
            && let Some(open) = &self.open
        {
            self.streamless.insert(open.link.source.clone());
        }
        self.settle();
    }
}

/// Instances that an answer for the whole series would hold.
fn n_instances(open: &OpenStudy, series: &SeriesUid) -> usize {
    let series = open.series.iter().find(|known| known.uid == *series);
    series.map_or(0, |series| series.instances.len())
}

/// Each frame is the only one of its instance.
fn is_one_a_file(set: &DisplaySet) -> bool {
    let instances: HashSet<_> = set
        .entries
        .iter()
        .map(|entry| &entry.frame.instance)
        .collect();
    instances.len() == set.entries.len()
        && set
            .entries
            .iter()
            .all(|entry| entry.frame.frame == FrameIndex(0))
}
