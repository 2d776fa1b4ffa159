//! What arrived of a study is taken in and hung: series become display sets, display sets fill viewports.

use super::session::Session;
use crate::pixel::voi::Voi;
use crate::state::command::{Touch, ViewCommand};
use crate::study::display_set::DisplaySet;
use crate::study::instance::Content;
use crate::study::sorting::build_display_set;
use crate::study::study::Series;
use crate::viewport::presentation::{Presentation, VoiSetting};

impl Session {
    /// Takes in series with instances; an instance of another patient or study is left out and counted (rule D39).
    pub(super) fn add_series(&mut self, found: Vec<Series>) {
        let Some(open) = &mut self.open else { return };
        let patient_id = open.study.patient.id.clone();
        for mut series in found {
            let n = series.instances.len();
            series.instances.retain(|instance| {
                instance.patient_id.is_empty()
                    || patient_id.is_empty()
                    || *instance.patient_id == patient_id
            });
            open.n_foreign += (n - series.instances.len()) as u32;
            let mut set = build_display_set(&series);
            set.notes.extend(left_out(&series));
            match open
                .sets
                .iter_mut()
                .find(|known| known.series == set.series)
            {
                Some(known) => *known = set,
                None => open.sets.push(set),
            }
            match open.series.iter_mut().find(|known| known.uid == series.uid) {
                Some(known) => {
                    let n_instances = known.n_instances.or(series.n_instances);
                    *known = Series {
                        n_instances,
                        number: series.number.or(known.number),
                        ..series
                    };
                }
                None => open.series.push(series),
            }
        }
        open.series
            .sort_by(|a, b| (a.number, &a.uid).cmp(&(b.number, &b.uid)));
    }

    /// Puts the linked series into the first viewport, and keeps every viewport on its frame when a stack grew.
    pub(super) fn hang(&mut self) {
        let Some(open) = &self.open else { return };
        let linked = open
            .first_series
            .clone()
            .filter(|series| open.set(series).is_some_and(|s| !s.entries.is_empty()));
        let first = linked.or_else(|| {
            open.sets
                .iter()
                .find(|set| !set.entries.is_empty())
                .map(|s| s.series.clone())
        });
        let is_all_empty = self
            .state
            .viewports
            .iter()
            .all(|viewport| viewport.series.is_none());
        if let (true, Some(series)) = (is_all_empty, first) {
            ViewCommand::ShowSeries(0, Some(series)).apply(&mut self.state);
            if let Some((center, width)) = open.link.window {
                let voi = VoiSetting::Manual {
                    voi: Voi::linear(center, width),
                    name: String::new(),
                };
                let presentation = Presentation {
                    voi,
                    ..Presentation::default()
                };
                ViewCommand::SetPresentation(0, presentation).apply(&mut self.state);
            }
        }
        for id in 0..self.state.viewports.len() {
            self.keep_place(id);
        }
    }

    /// After its stack grew: the frame of the link, the frame the reader had, or the start.
    fn keep_place(&mut self, id: usize) {
        let Some(open) = &self.open else { return };
        let viewport = &self.state.viewports[id];
        let Some(set) = viewport.series.as_ref().and_then(|series| open.set(series)) else {
            return;
        };
        let linked = open
            .link
            .instance
            .as_ref()
            .filter(|_| !viewport.is_touched)
            .and_then(|instance| {
                set.entries.iter().position(|entry| {
                    entry.frame.instance == *instance
                        && open
                            .link
                            .frame
                            .is_none_or(|frame| entry.frame.frame == frame)
                })
            });
        let kept = viewport
            .on_canvas
            .as_ref()
            .filter(|_| viewport.is_touched)
            .and_then(|frame| set.position(frame));
        let index = linked.or(kept).unwrap_or(if viewport.is_touched {
            viewport.index
        } else {
            0
        });
        let index = index.min(set.entries.len().saturating_sub(1));
        ViewCommand::ScrollTo(id, index, Touch::Arrival).apply(&mut self.state);
    }
}

/// Sentences about instances of a series that cannot be drawn.
fn left_out(series: &Series) -> Vec<String> {
    let mut notes = Vec::new();
    for instance in &series.instances {
        if let Content::Incomplete(reason) = &instance.content {
            let number = instance
                .number
                .map_or("without a number".to_owned(), |n| format!("number {n}"));
            notes.push(format!(
                "Image {number} cannot be drawn: {reason}. The other images are not affected."
            ));
        }
    }
    let n = series
        .instances
        .iter()
        .filter(|instance| instance.content == Content::NotAnImage)
        .count();
    if n > 0 {
        notes.push(format!(
            "{n} {} no image.",
            if n == 1 {
                "object of this series holds"
            } else {
                "objects of this series hold"
            }
        ));
    }
    notes
}

/// Nothing can be drawn of this series: why.
pub(super) fn note_of(series: &Series, set: Option<&DisplaySet>) -> String {
    let Some(set) = set else { return String::new() };
    if !set.entries.is_empty() {
        return String::new();
    }
    match series.modality.as_str() {
        "SR" => "Structured report, not an image".into(),
        "PR" => "Presentation state, not an image".into(),
        "KO" => "Key object selection, not an image".into(),
        "DOC" => "Document, not an image".into(),
        "SEG" | "RTSTRUCT" | "RTPLAN" | "REG" => {
            format!("{} object, cannot be drawn yet", series.modality)
        }
        _ => set
            .notes
            .first()
            .cloned()
            .unwrap_or_else(|| "No image that can be drawn".into()),
    }
}
