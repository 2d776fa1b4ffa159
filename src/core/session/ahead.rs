//! Ahead of the reader: how much of the stacks that are seen, and then of those that nobody looks at yet.

use super::effect::{FrameOrder, RequestId};
use super::loading::order;
use super::session::{Pending, Session};
use super::studies::{OpenStudy, has_card};
use crate::frames::prefetch::{onward, outward, stacks_ahead};
use crate::pixel::descriptor::PixelDescriptor;
use crate::study::display_set::{DisplaySet, SetKey, StackEntry};
use crate::uid::{FrameRef, SeriesUid};

/// Most frames that are asked for before anybody looks at their stacks: the next one is found by a walk over all of them.
const MAX_UNSEEN: usize = 2000;

impl Session {
    /// Entries of a stack outward from the reader, as many as the stack's share has room for at `n_bytes` each.
    pub(super) fn ahead<'a>(
        &self,
        set: &'a DisplaySet,
        index: usize,
        n_bytes: impl Fn(&PixelDescriptor) -> u64,
    ) -> impl Iterator<Item = &'a StackEntry> {
        let mut room_bytes = self.share_bytes();
        self.positions(set, index)
            .filter_map(|position| set.entries.get(position))
            .take_while(move |entry| {
                let rest = room_bytes.checked_sub(n_bytes(&entry.header.descriptor));
                room_bytes = rest.unwrap_or_default();
                rest.is_some()
            })
    }

    /// Outward from the reader, or on in the order that is played.
    fn positions(&self, set: &DisplaySet, index: usize) -> Box<dyn Iterator<Item = usize>> {
        let count = set.entries.len();
        let mut visible = self.state.visible();
        let playing = visible.find(|(_, viewport, _)| {
            viewport.cine.is_playing && viewport.key().as_ref() == Some(&set.key())
        });
        match playing {
            Some((id, ..)) => Box::new(onward(index, count, self.loop_of(id))),
            None => Box::new(outward(index, count, self.direction)),
        }
    }

    /// Bytes that each visible stack may hold ahead of the reader, so that none of them is dropped for another.
    pub(super) fn share_bytes(&self) -> u64 {
        let visible = self.state.visible();
        let n_stacks = visible.filter(|(_, viewport, _)| self.stack_of(viewport).is_some());
        self.frames.ahead_bytes() / n_stacks.count().max(1) as u64
    }

    /// The next frame of a stack that nobody looks at, once those that are seen are here as far as their share goes.
    pub(super) fn next_unseen(&self) -> Option<FrameOrder> {
        if self.has_stream() {
            return None;
        }
        let mut n_left = MAX_UNSEEN;
        for (open, set, mut room_bytes) in self.unseen_stacks() {
            for entry in &set.entries {
                let n_bytes = entry.header.descriptor.decoded_frame_bytes();
                room_bytes = room_bytes.checked_sub(n_bytes)?;
                n_left = n_left.checked_sub(1)?;
                if self.frames.state(&entry.frame).is_none() {
                    return Some(order(open, set, entry, false));
                }
            }
        }
        None
    }

    /// Nobody waits: of the stacks that are seen, what their share has room for is here or on its way.
    pub(super) fn is_seen_here(&self) -> bool {
        self.state.visible().all(|(_, viewport, _)| {
            let Some((_, set)) = self.stack_of(viewport) else {
                return true;
            };
            let mut ahead = self.ahead(set, viewport.index, PixelDescriptor::decoded_frame_bytes);
            !set.is_provisional && ahead.all(|entry| self.frames.state(&entry.frame).is_some())
        })
    }

    /// The stacks that are worth having before anybody looks at them, each with the bytes that are left for it; none where the
    /// line is thin, or nothing is known of it.
    pub(super) fn unseen_stacks(&self) -> Vec<(&OpenStudy, &DisplaySet, u64)> {
        let seen = self.seen_stacks();
        let active = self.state.viewports.get(self.state.active);
        let active = active.and_then(|viewport| viewport.key());
        let strip = self.strip();
        let n_bytes: Vec<Option<u64>> = strip
            .iter()
            .map(|(open, set)| {
                let is_out = set.is_provisional || set.entries.is_empty();
                let is_out = is_out || seen.contains(&set.key()) || !self.is_line_free(open);
                (!is_out).then(|| n_bytes_of(set))
            })
            .collect();
        let active = active.and_then(|key| strip.iter().position(|(_, set)| set.key() == key));
        let order = stacks_ahead(&n_bytes, active).into_iter();
        let mut room_bytes = self.unseen_bytes();
        let with_room = order.filter_map(|at| strip.get(at)).map(|&(open, set)| {
            let left = room_bytes;
            room_bytes = left.saturating_sub(n_bytes_of(set));
            (open, set, left)
        });
        with_room.take_while(|(.., left)| *left > 0).collect()
    }

    /// Bytes that stacks may take that nobody sees: what those that are seen leave.
    fn unseen_bytes(&self) -> u64 {
        let share_bytes = self.share_bytes();
        let seen = self.state.visible();
        let seen = seen.filter_map(|(_, viewport, _)| self.stack_of(viewport));
        let n_bytes = seen.map(|(_, set)| n_bytes_of(set).min(share_bytes)).sum();
        self.frames.ahead_bytes().saturating_sub(n_bytes)
    }

    /// All stacks in the order of their cards.
    pub(super) fn strip(&self) -> Vec<(&OpenStudy, &DisplaySet)> {
        let series = |open| {
            let open: &OpenStudy = open;
            let uids = open.series.iter().map(|series| &series.uid);
            uids.flat_map(move |uid| open.stacks(uid))
                .map(move |set| (open, set))
        };
        let stacks = self.studies.iter().flat_map(series);
        stacks.filter(|(_, set)| has_card(set)).collect()
    }

    fn seen_stacks(&self) -> Vec<SetKey> {
        let seen = self.state.visible();
        seen.filter_map(|(_, viewport, _)| viewport.key()).collect()
    }

    /// A line that is thin, or that nothing is known of, is kept for what the reader looks at.
    fn is_line_free(&self, open: &OpenStudy) -> bool {
        open.is_local() || self.line.is_thin() == Some(false)
    }

    /// The reader waits: what is on its way for stacks that nobody sees has to make room at once, but for the pictures of
    /// the cards.
    pub(super) fn give_up_unseen(&mut self) {
        let seen = self.seen_stacks();
        let is_seen = |series: &SeriesUid| seen.iter().any(|key| key.series == *series);
        let is_unseen = |order: &FrameOrder| {
            !is_seen(&order.series) && !self.is_for_card(&order.series, &order.frame)
        };
        let given_up: Vec<(RequestId, FrameRef)> = self
            .pending
            .iter()
            .filter_map(|(&request, pending)| match pending {
                Pending::Frame(order) if is_unseen(order) => Some((request, order.frame.clone())),
                _ => None,
            })
            .collect();
        self.give_up(given_up);
    }

    /// The card of its stack waits for this frame.
    fn is_for_card(&self, series: &SeriesUid, frame: &FrameRef) -> bool {
        let Some(open) = self.study_with(series) else {
            return false;
        };
        let is_it = |set: &DisplaySet| {
            let middle = set.entries.get(set.entries.len() / 2);
            open.wants_thumbnail(set) && middle.is_some_and(|entry| entry.frame == *frame)
        };
        open.stacks(series).any(is_it)
    }
}

/// Bytes of all frames of a stack as they are held.
pub(super) fn n_bytes_of(set: &DisplaySet) -> u64 {
    let frames = set.entries.iter();
    let n_bytes = frames.map(|entry| entry.header.descriptor.decoded_frame_bytes());
    n_bytes.fold(0, u64::saturating_add)
}
