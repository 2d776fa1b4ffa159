//! Which series and which of its stacks a viewport shows: by card, by key, beside the picture.

use super::session::Session;
use super::studies::has_card;
use crate::state::command::{Touch, ViewCommand};
use crate::study::display_set::{DisplaySet, StackEntry};
use crate::uid::SeriesUid;
use crate::viewport::viewport::ViewportId;
use glam::DVec3;

impl Session {
    pub(super) fn series_not_shown(&self) -> Option<SeriesUid> {
        let is_free = |uid: &SeriesUid| {
            !self
                .state
                .visible()
                .any(|(_, v, _)| v.series.as_ref() == Some(uid))
        };
        self.studies.iter().find_map(|open| {
            let is_drawable =
                |uid: &SeriesUid| open.set(uid).is_none_or(|set| !set.entries.is_empty());
            let mut series = open.series.iter().map(|series| &series.uid);
            series.find(|uid| is_free(uid) && is_drawable(uid)).cloned()
        })
    }

    pub(super) fn show_series(&mut self, id: ViewportId, series: SeriesUid) {
        if self.study_with(&series).is_none() || id >= self.state.viewports.len() {
            return;
        }
        self.ask_for_series(&series);
        if let Some(open) = self.study_with_mut(&series) {
            open.is_complete_told = false;
        }
        ViewCommand::Activate(id).apply(&mut self.state);
        self.view(ViewCommand::ShowSeries(id, Some(series)));
    }

    /// The card after or before the one shown.
    pub(super) fn neighbor_series(&mut self, id: ViewportId, by: i64) {
        let shown = self.state.viewports.get(id);
        let shown = shown.and_then(|viewport| self.study_with(viewport.series.as_ref()?));
        let Some(open) = shown.or(self.first_study()) else {
            return;
        };
        let mut cards: Vec<(SeriesUid, u32)> = Vec::new();
        for series in open.series.iter().map(|series| &series.uid) {
            let stacks: Vec<&DisplaySet> = open.stacks(series).collect();
            let drawable = stacks
                .iter()
                .filter(|set| !set.entries.is_empty() && has_card(set));
            cards.extend(drawable.map(|set| (series.clone(), set.stack)));
            if stacks.is_empty() {
                cards.push((series.clone(), 0));
            }
        }
        let Some(viewport) = self.state.viewports.get(id) else {
            return;
        };
        let is_now = |(series, stack): &(SeriesUid, u32)| {
            viewport.series.as_ref() == Some(series) && viewport.stack == *stack
        };
        let is_series = |(series, _): &(SeriesUid, u32)| viewport.series.as_ref() == Some(series);
        let exact = cards.iter().position(is_now);
        let position = exact
            .or_else(|| cards.iter().position(is_series))
            .unwrap_or(0) as i64;
        let next = usize::try_from(position + by).ok();
        if let Some((series, stack)) = next.and_then(|next| cards.get(next)).cloned() {
            self.show_stack(id, series, stack);
        }
    }

    /// The stack after or before the one shown, at the same place in the patient.
    pub(super) fn neighbor_stack(&mut self, id: ViewportId, by: i64) {
        let Some((_, set, ..)) = self.wanted(id) else {
            return;
        };
        let next = i64::from(set.stack) + by;
        if let (Ok(next), series) = (u32::try_from(next), set.series.clone())
            && next < set.n_stacks
        {
            self.show_stack(id, series, next);
        }
    }

    /// Another stack of the series shown keeps window and size, and the position where both have one.
    pub(super) fn show_stack(&mut self, id: ViewportId, series: SeriesUid, stack: u32) {
        let is_same = self
            .state
            .viewports
            .get(id)
            .is_some_and(|viewport| viewport.series.as_ref() == Some(&series));
        if !is_same {
            self.show_series(id, series.clone());
        }
        let Some((open, viewport)) = self.study_with(&series).zip(self.state.viewports.get(id))
        else {
            return;
        };
        let place = open.set_of(viewport).and_then(|now| {
            let entry = now.entries.get(viewport.index)?;
            Some((entry.plane().cloned()?, entry.distance_mm()?))
        });
        let index = viewport.index;
        let Some(set) = open.stacks(&series).find(|set| set.stack == stack) else {
            return;
        };
        let is_parallel = |normal: DVec3| {
            let first = set.entries.first().and_then(StackEntry::plane);
            first.is_some_and(|plane| plane.normal().dot(normal) > 0.999)
        };
        let nearest = place
            .filter(|(plane, _)| is_same && is_parallel(plane.normal()))
            .and_then(|(_, distance_mm)| set.nearest(distance_mm));
        let is_other = viewport.stack != stack;
        let index = if is_other {
            nearest.unwrap_or(0)
        } else {
            index
        };
        if is_other {
            if let Some(open) = self.study_with_mut(&series) {
                open.is_complete_told = false;
            }
            ViewCommand::ShowStack(id, stack).apply(&mut self.state);
            ViewCommand::SetOnCanvas(id, None).apply(&mut self.state);
        }
        ViewCommand::Activate(id).apply(&mut self.state);
        self.view(ViewCommand::ScrollTo(id, index, Touch::Reader));
    }
}
