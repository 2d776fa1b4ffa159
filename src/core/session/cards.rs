//! The cards of the strip: one for each series, or for each of its stacks.

use super::effect::Effect;
use super::hang::note_of;
use super::notice::Notice;
use super::session::{Session, Thumbnail};
use super::studies::{OpenStudy, has_card};
use super::summary::SeriesSummary;
use crate::frames::frame_store::LoadState;
use crate::study::display_set::{DisplaySet, SetKey, StackEntry};
use crate::study::study::Series;
use crate::uid::SeriesUid;

impl Session {
    /// A small picture of a stack's middle frame, once it is held.
    pub fn thumbnail(&self, key: &SetKey) -> Option<Thumbnail> {
        let open = self.study_with(&key.series);
        let open = open.filter(|_| !self.is_withheld())?;
        open.thumbnails.get(key).cloned()
    }

    /// Makes the thumbnails of a series' stacks whose middle frame is here, and says so.
    pub(super) fn tell_thumbnails(&mut self, series: &SeriesUid) {
        if self.make_thumbnails(series) {
            let notice = Notice::UpdateThumbnail(series.clone());
            self.effects.push(Effect::Notify(notice));
        }
    }

    /// True if one was made.
    fn make_thumbnails(&mut self, series: &SeriesUid) -> bool {
        let Some(open) = self.study_with(series) else {
            return false;
        };
        let missing: Vec<(SetKey, Thumbnail)> = open
            .stacks(series)
            .filter(|set| open.wants_thumbnail(set))
            .filter_map(|set| Some((set.key(), self.draw_thumbnail(set)?)))
            .collect();
        let is_new = !missing.is_empty();
        if let Some(open) = self.study_with_mut(series) {
            open.thumbnails.extend(missing);
        }
        is_new
    }

    pub(super) fn series_summaries(&self, open: &OpenStudy) -> Vec<SeriesSummary> {
        let shown: Vec<SetKey> = self
            .state
            .visible()
            .filter_map(|(_, viewport, _)| viewport.key())
            .collect();
        let cards = |series: &Series| {
            let mut sets: Vec<Option<&DisplaySet>> = open
                .stacks(&series.uid)
                .filter(|set| has_card(set))
                .map(Some)
                .collect();
            if sets.is_empty() {
                sets.push(None);
            }
            sets
        };
        open.series
            .iter()
            .flat_map(|series| cards(series).into_iter().map(move |set| (series, set)))
            .map(|(series, set)| {
                let known = set.filter(|set| !set.is_provisional);
                let count = known.map_or(series.n_instances.unwrap_or(0) as usize, |set| {
                    set.entries.len()
                });
                let key = SetKey {
                    series: series.uid.clone(),
                    stack: set.map_or(0, |set| set.stack),
                };
                let n_stacks = known.map_or(1, |set| set.n_stacks);
                let is_alone = set.is_some_and(|set| set.n_stacks > 1 && is_only_card(open, set));
                let stack_name = match known {
                    Some(_) if is_alone => format!("{n_stacks} stacks"),
                    Some(set) => set.name.clone(),
                    None => String::new(),
                };
                let is_shown =
                    |shown: &SetKey| *shown == key || (is_alone && shown.series == series.uid);
                let is_failed = |entry: &StackEntry| {
                    matches!(self.frames.state(&entry.frame), Some(LoadState::Failed(_)))
                };
                let is_ready = |entry: &&StackEntry| self.frames.raster(&entry.frame).is_some();
                SeriesSummary {
                    study: open.link.study.clone(),
                    series: series.uid.clone(),
                    stack: key.stack,
                    stack_name,
                    modality: series.modality.clone(),
                    number: series.number,
                    description: series.description.clone(),
                    count,
                    frames_ready: set.map_or(0, |set| set.entries.iter().filter(is_ready).count()),
                    frames_coarse: set.map_or(0, |set| {
                        let entries = set.entries.iter();
                        entries.filter(|entry| self.is_coarse(&entry.frame)).count()
                    }),
                    is_shown: shown.iter().any(is_shown),
                    can_be_drawn: known.is_none_or(|set| !set.entries.is_empty()),
                    note: note_of(series, known),
                    is_failed: set.is_some_and(|set| set.entries.iter().any(is_failed)),
                    has_thumbnail: !self.is_withheld() && open.thumbnails.contains_key(&key),
                }
            })
            .collect()
    }
}

/// True where one card stands for all stacks of a series.
fn is_only_card(open: &OpenStudy, set: &DisplaySet) -> bool {
    open.stacks(&set.series).filter(|set| has_card(set)).count() == 1
}
