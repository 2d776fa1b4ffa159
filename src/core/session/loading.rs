//! Frames: which to ask for next, and what becomes of the answers.

use super::audit::is_search;
use super::effect::{Effect, FrameOrder, Mark, RequestId};
use super::event::DecodedFrame;
use super::notice::Notice;
use super::session::{Pending, Session};
use super::studies::OpenStudy;
use crate::frames::frame_store::{FrameFailure, LoadState};
use crate::order::sort_by_key;
use crate::pixel::descriptor::{Photometric, PixelDescriptor};
use crate::study::display_set::{DisplaySet, StackEntry};
use crate::uid::{FrameRef, SeriesUid};
use std::sync::Arc;

impl Session {
    /// Asks for frames until as many are on their way as may be: what is seen, then thumbnails, then the rest outward.
    pub(super) fn schedule(&mut self) {
        if self.is_held_back() {
            return;
        }
        if !self.is_hidden {
            self.ask_for_other_series();
            self.stream();
        }
        self.make_room_for_visible();
        while self.n_frames_in_flight() < self.options.max_in_flight {
            let next = self.next_order();
            let Some(order) = next.filter(|order| order.is_urgent || !self.is_hidden) else {
                break;
            };
            self.frames.set_loading(order.frame.clone());
            let order = Box::new(FrameOrder {
                beginning: self.frames.beginning(&order.frame),
                keeps_coded: self.outgrows_share(&order),
                ..order
            });
            let request = self.request(Pending::Frame(order.clone()));
            self.effects.push(Effect::FetchFrame { request, order });
        }
        self.tell_complete();
    }

    /// Not all frames of the series have room decoded.
    fn outgrows_share(&self, order: &FrameOrder) -> bool {
        let sets = self.study_with(&order.series).map(|open| open.sets.iter());
        let of_series = sets
            .into_iter()
            .flatten()
            .filter(|set| set.series == order.series);
        let n_frames: u64 = of_series.map(|set| set.entries.len() as u64).sum();
        let n_bytes = order
            .descriptor
            .decoded_frame_bytes()
            .saturating_mul(n_frames);
        n_bytes > self.share_bytes()
    }

    fn n_frames_in_flight(&self) -> usize {
        self.pending
            .values()
            .filter(|pending| matches!(pending, Pending::Frame(_)))
            .count()
    }

    /// While the chain is shown, colour frames that are seen are asked for once more with the components they were stored as:
    /// the picture needs R G B only, and both would take twice the room.
    pub(super) fn ask_for_components(&mut self) {
        if !self.state.is_chain_shown {
            return;
        }
        let n_free = self
            .options
            .max_in_flight
            .saturating_sub(self.n_frames_in_flight());
        let lacks = |open: &OpenStudy, entry: &StackEntry| {
            let raster = self.frames.raster(&entry.frame);
            has_components(&entry.header.descriptor)
                && raster.is_some_and(|raster| raster.components.is_none())
                && !open.asked_for_components.contains(&entry.frame)
        };
        let seen = self.state.visible().filter_map(|(_, viewport, _)| {
            let (open, set) = self.stack_of(viewport)?;
            Some((open, set, set.entries.get(viewport.index)?))
        });
        let orders = seen.filter(|(open, _, entry)| lacks(open, entry));
        let orders: Vec<FrameOrder> = orders
            .take(n_free)
            .map(|(open, set, entry)| {
                let mut order = order(open, set, entry, true);
                order.descriptor.keeps_components = true;
                order
            })
            .collect();
        for order in orders {
            if let Some(open) = self.study_mut(&order.study) {
                open.asked_for_components.insert(order.frame.clone());
            }
            let order = Box::new(order);
            let request = self.request(Pending::Frame(order.clone()));
            self.effects.push(Effect::FetchFrame { request, order });
        }
    }

    /// Newest wins: where the reader waits and the line is full, what is on its way and not wanted now is given up.
    fn make_room_for_visible(&mut self) {
        let wanted = self.wanted_frames();
        let waiting = wanted
            .iter()
            .filter(|frame| self.frames.state(frame).is_none())
            .count();
        if waiting > 0 {
            self.give_up_unseen();
        }
        let n_in_flight = self.n_frames_in_flight();
        let mut to_free = (n_in_flight + waiting).saturating_sub(self.options.max_in_flight);
        if waiting == 0 || to_free == 0 {
            return;
        }
        let given_up: Vec<(RequestId, FrameRef)> = self
            .pending
            .iter()
            .rev()
            .filter_map(|(&request, pending)| match pending {
                Pending::Frame(order) if !wanted.contains(&order.frame) => {
                    Some((request, order.frame.clone()))
                }
                _ => None,
            })
            .take_while(|_| {
                let take = to_free > 0;
                to_free = to_free.saturating_sub(1);
                take
            })
            .collect();
        self.give_up(given_up);
    }

    pub(super) fn give_up(&mut self, requests: Vec<(RequestId, FrameRef)>) {
        for (request, frame) in requests {
            self.pending.remove(&request);
            self.frames.set_absent(&frame);
            self.effects.push(Effect::Cancel(request));
        }
    }

    /// Frames that the viewports on the canvas want.
    pub(super) fn wanted_frames(&self) -> Vec<FrameRef> {
        self.state
            .visible()
            .filter_map(|(_, viewport, _)| {
                let (_, set) = self.stack_of(viewport)?;
                let entry = set.entries.get(viewport.index)?;
                let masks = self.masks_wanted(viewport, set);
                Some(std::iter::once(entry).chain(masks))
            })
            .flatten()
            .map(|entry| entry.frame.clone())
            .collect()
    }

    fn next_order(&self) -> Option<FrameOrder> {
        let is_absent = |entry: &&StackEntry| self.frames.state(&entry.frame).is_none();
        let visible: Vec<(&OpenStudy, &DisplaySet, usize)> = self
            .state
            .visible()
            .filter_map(|(_, viewport, _)| {
                let (open, set) = self.stack_of(viewport)?;
                Some((open, set, viewport.index))
            })
            .collect();
        for &(open, set, index) in &visible {
            if let Some(entry) = set.entries.get(index).filter(is_absent) {
                return Some(order(open, set, entry, true));
            }
        }
        for (_, viewport, _) in self.state.visible() {
            let Some((open, set)) = self.stack_of(viewport) else {
                continue;
            };
            let mut masks = self.masks_wanted(viewport, set).into_iter();
            if let Some(mask) = masks.find(is_absent) {
                return Some(order(open, set, mask, true));
            }
        }
        // On a slow line, what the reader waits for has it alone; and on any, where all the rest comes in one answer.
        if self.is_waited_for(&visible) || self.expects_stream() {
            return None;
        }
        let sets = self
            .studies
            .iter()
            .flat_map(|open| open.sets.iter().map(move |set| (open, set)));
        for (open, set) in sets.filter(|(open, set)| open.wants_thumbnail(set)) {
            if let Some(entry) = set.entries.get(set.entries.len() / 2).filter(is_absent) {
                if self.is_streaming(&entry.frame) {
                    continue;
                }
                let tells_levels = !open.measured.contains_key(&set.series);
                return Some(FrameOrder {
                    tells_levels,
                    ..order(open, set, entry, false)
                });
            }
        }
        match self.next_preview() {
            Ok(None) => {}
            Ok(order) => return order,
            Err(()) => return None,
        }
        // The active viewport's stack first, then the others'.
        let active = self.state.viewports.get(self.state.active);
        let active = active.and_then(|viewport| self.stack_of(viewport));
        let active = active.map(|(_, set)| set.key());
        let mut stacks = visible;
        sort_by_key(&mut stacks, |(_, set, _)| Some(set.key()) != active);
        let are_known = stacks.into_iter().filter(|(_, set, _)| !set.is_provisional);
        for (open, set, index) in are_known {
            match self.next_part(open, set, index) {
                Ok(None) => {}
                Ok(order) => return order,
                Err(()) => return None,
            }
            let next = self
                .ahead(set, index, PixelDescriptor::decoded_frame_bytes)
                .find(|entry| is_absent(entry) && !self.is_streaming(&entry.frame));
            if let Some(entry) = next {
                return Some(order(open, set, entry, false));
            }
        }
        self.next_unseen()
    }

    /// A frame that is seen is on its way, and slow.
    fn is_waited_for(&self, visible: &[(&OpenStudy, &DisplaySet, usize)]) -> bool {
        let mut entries = visible
            .iter()
            .filter_map(|&(_, set, index)| set.entries.get(index));
        entries.any(|entry| {
            let is_loading = matches!(self.frames.state(&entry.frame), Some(LoadState::Loading));
            is_loading && self.frames.arriving(&entry.frame).is_some()
        })
    }

    pub(super) fn frame_decoded(&mut self, request: RequestId, decoded: DecodedFrame) {
        if let Some(Pending::Frame(order)) = self.pending.remove(&request) {
            self.measure(&order, &decoded);
            self.take_in(*order, decoded);
        }
    }

    pub(super) fn take_in(&mut self, order: FrameOrder, decoded: DecodedFrame) {
        let DecodedFrame {
            raster,
            n_wire_bytes,
            mut warnings,
            is_lossy,
            coded,
            ..
        } = decoded;
        if raster.rows != order.descriptor.rows || raster.columns != order.descriptor.columns {
            let sentence = "The decoded picture has another size than its header says.".to_owned();
            return self.lose_frame(
                order.frame,
                FrameFailure {
                    sentence,
                    can_retry: false,
                },
            );
        }
        if is_lossy {
            warnings.push(super::words::LOSSY_WARNING.to_owned());
        }
        self.is_answering(&order.source);
        self.note_frame(&order, n_wire_bytes);
        if let Some(open) = self.study_mut(&order.study) {
            open.n_bytes_received += n_wire_bytes;
            // One that had to be brought again may be asked for its components again.
            if !order.descriptor.keeps_components {
                open.asked_for_components.remove(&order.frame);
            }
        }
        if let Some(answer) = coded {
            self.frames.keep_coded(order.frame.clone(), answer);
        }
        let keep = self.wanted_frames();
        self.frames
            .insert(order.frame.clone(), Arc::new(raster), warnings, &keep);
        self.after_frame(&order.series, &order.frame);
    }

    pub(super) fn frame_failed(&mut self, request: RequestId, failure: FrameFailure) {
        let Some(Pending::Frame(order)) = self.pending.remove(&request) else {
            return;
        };
        // What was asked for besides is not worth the picture.
        if order.descriptor.keeps_components && self.frames.raster(&order.frame).is_some() {
            return;
        }
        if order.part_bytes.is_some() {
            self.has_begun(&order);
            return self.settle();
        }
        self.lose_frame(order.frame, failure);
    }

    pub(super) fn lose_frame(&mut self, frame: FrameRef, failure: FrameFailure) {
        self.frames.set_failed(frame, failure);
        self.settle();
    }

    /// A frame came: is it one that is seen, one for a thumbnail, or just the next of the stack?
    fn after_frame(&mut self, series: &SeriesUid, frame: &FrameRef) {
        self.tell_thumbnails(series);
        let is_wanted = self.wanted_frames().contains(frame);
        if is_wanted {
            self.settle();
        } else {
            self.schedule();
            self.effects.push(Effect::Notify(Notice::UpdateProgress));
        }
    }

    fn tell_complete(&mut self) {
        let viewport = self.state.viewports.get(self.state.active);
        let Some((open, set)) = viewport.and_then(|viewport| self.stack_of(viewport)) else {
            return;
        };
        let is_settled = |entry: &StackEntry| {
            matches!(
                self.frames.state(&entry.frame),
                Some(LoadState::Ready { .. } | LoadState::Failed(_))
            )
        };
        if open.is_complete_told || set.is_provisional || !set.entries.iter().all(is_settled) {
            return;
        }
        let (series, frames) = (set.series.clone(), set.entries.len());
        if let Some(open) = self.study_with_mut(&series) {
            open.is_complete_told = true;
        }
        self.effects
            .push(Effect::Mark(Mark::SeriesComplete { frames }));
    }

    /// Tries again what failed.
    pub(super) fn retry(&mut self) {
        self.frames.forgive();
        self.too_large.clear();
        self.problems.clear();
        self.wait_no_longer();
        for (source, what) in std::mem::take(&mut self.failed_requests) {
            if self.is_stopped() && is_search(&what) {
                self.failed_requests.push((source, what));
            } else {
                self.fetch(&source, what);
            }
        }
        self.settle();
    }
}

/// Pixels of the largest picture whose components are brought: they take six bytes each besides the picture.
const MAX_COMPONENT_PIXELS: u64 = 4 << 20;

/// Colour that is stored in other components than it is drawn in. Those of YBR_ICT and YBR_RCT exist inside the decoder only.
fn has_components(descriptor: &PixelDescriptor) -> bool {
    let is_other = matches!(
        descriptor.photometric,
        Photometric::YbrFull
            | Photometric::YbrFull422
            | Photometric::YbrPartial422
            | Photometric::YbrPartial420
    );
    descriptor.samples_per_pixel == 3
        && (is_other || descriptor.bits_stored != 8)
        && descriptor.n_pixels() <= MAX_COMPONENT_PIXELS
}

pub(super) fn order(
    open: &OpenStudy,
    set: &DisplaySet,
    entry: &StackEntry,
    is_urgent: bool,
) -> FrameOrder {
    FrameOrder {
        source: open.link.source.clone(),
        study: open.link.study.clone(),
        series: set.series.clone(),
        frame: entry.frame.clone(),
        descriptor: entry.header.descriptor,
        transfer_syntax: entry.transfer_syntax.clone(),
        is_urgent,
        tells_levels: is_urgent,
        part_bytes: None,
        beginning: None,
        keeps_coded: false,
    }
}
