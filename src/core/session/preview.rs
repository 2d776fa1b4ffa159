//! Preview: on a thin line all of a study comes coarse before any of it comes whole, so that a reader can look around at once;
//! what is looked at comes whole then.

use super::ahead::n_bytes_of;
use super::effect::{Effect, FrameOrder};
use super::notice::Notice;
use super::session::{Pending, Session};
use super::studies::OpenStudy;
use crate::frames::prefetch::stacks_ahead;
use crate::study::display_set::DisplaySet;

/// When all of a study comes coarse before any of it comes whole, unless the reader says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PreviewFirst {
    /// Where the reader asks for it.
    #[default]
    Asked,
    /// Where the line is measured to be thin.
    ThinLine,
    /// Wherever the archive sends byte ranges and the images are stored by resolutions.
    Always,
}

impl Session {
    /// All of a study comes coarse first: as the reader wants it, else as the site does.
    pub(super) fn is_preview_first(&self) -> bool {
        self.preview.unwrap_or(match self.options.preview_first {
            PreviewFirst::Asked => false,
            PreviewFirst::ThinLine => self.line.is_thin() == Some(true),
            PreviewFirst::Always => true,
        })
    }

    /// A series of an open study is known to have coarse pictures that are worth it.
    pub(super) fn can_preview_first(&self) -> bool {
        self.studies.iter().any(|open| {
            let is_refused = self.ranges.get(&open.link.source) == Some(&false);
            !is_refused && open.measured.values().any(|one| one.part().is_some())
        })
    }

    pub(super) fn toggle_preview(&mut self) {
        self.preview = Some(!self.is_preview_first());
        // What was asked for under the other rule does not hold up the new one.
        let wanted = self.wanted_frames();
        let stale = self
            .pending
            .iter()
            .filter_map(|(&request, pending)| match pending {
                Pending::Frame(order) if !wanted.contains(&order.frame) => {
                    Some((request, order.frame.clone()))
                }
                _ => None,
            });
        let stale = stale.collect();
        self.give_up(stale);
        if self.is_preview_first() {
            self.end_stream();
        }
        self.settle();
        self.effects.push(Effect::Notify(Notice::UpdateSummary));
    }

    /// The next frame of any stack to begin: those that are seen first, then in the order they are worth having; `Err` where
    /// it has to be learned first whether the archive sends ranges.
    pub(super) fn next_preview(&self) -> Result<Option<FrameOrder>, ()> {
        if !self.is_preview_first() {
            return Ok(None);
        }
        // A coarse picture and what is kept of the answer are less than a quarter of a frame.
        let mut room_bytes = self.frames.ahead_bytes();
        for (open, set, index) in self.stacks_to_preview() {
            room_bytes = match room_bytes.checked_sub(n_bytes_of(set) / 4) {
                Some(left) => left,
                None => return Ok(None),
            };
            if let Some(order) = self.next_part(open, set, index)? {
                return Ok(Some(order));
            }
        }
        Ok(None)
    }

    /// All stacks of the open studies, each with the position to begin at.
    pub(super) fn stacks_to_preview(&self) -> Vec<(&OpenStudy, &DisplaySet, usize)> {
        let visible = self.state.visible();
        let seen = visible.filter_map(|(_, viewport, _)| {
            let (open, set) = self.stack_of(viewport)?;
            Some((open, set, viewport.index))
        });
        let mut stacks: Vec<(&OpenStudy, &DisplaySet, usize)> = seen.collect();
        let strip = self.strip();
        let active = self.state.viewports.get(self.state.active);
        let active = active.and_then(|viewport| viewport.key());
        let active = active.and_then(|key| strip.iter().position(|(_, set)| set.key() == key));
        let sizes: Vec<Option<u64>> = strip
            .iter()
            .map(|(_, set)| {
                let is_seen = stacks.iter().any(|(_, seen, _)| seen.key() == set.key());
                (!is_seen).then(|| n_bytes_of(set))
            })
            .collect();
        let unseen = stacks_ahead(&sizes, active).into_iter();
        let unseen = unseen.filter_map(|at| strip.get(at).copied());
        stacks.extend(unseen.map(|(open, set)| (open, set, set.entries.len() / 2)));
        stacks.retain(|(_, set, _)| !set.is_provisional);
        stacks
    }
}
