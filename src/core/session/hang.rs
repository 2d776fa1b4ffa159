//! What arrived of a study is taken in and hung: series become display sets, display sets fill viewports.

use super::session::Session;
use super::studies::OpenStudy;
use crate::state::command::{Touch, ViewCommand};
use crate::study::display_set::DisplaySet;
use crate::study::instance::Instance;
use crate::study::sorting::build_display_sets;
use crate::study::study::Series;
use crate::uid::{FrameRef, SeriesUid, SopInstanceUid, StudyUid};
use crate::viewport::viewport::ViewportId;
use std::collections::HashSet;

impl Session {
    /// Takes in series with instances; an instance of another patient or study is left out and counted (rule D39).
    /// One that another open study has too is left out likewise: what is shown of it could not be told apart.
    pub(super) fn add_series(&mut self, study: &StudyUid, found: Vec<Series>) {
        let others = self.studies.iter().filter(|open| open.link.study != *study);
        let others: Vec<&Series> = others.flat_map(|open| &open.series).collect();
        let is_elsewhere = |series: &Series| others.iter().any(|other| other.uid == series.uid);
        let elsewhere: HashSet<SopInstanceUid> = others
            .iter()
            .flat_map(|series| &series.instances)
            .map(|instance| instance.uid.clone())
            .collect();
        let (twice, found): (Vec<Series>, Vec<Series>) = found.into_iter().partition(is_elsewhere);
        let Some(open) = self.study_mut(study) else {
            return;
        };
        let twice = twice.into_iter().flat_map(|series| series.instances);
        let patient_id = open.study.patient.id.clone();
        let n_foreign = open.foreign.len();
        open.foreign.extend(twice.map(|instance| instance.uid));
        for mut series in found {
            let (own, foreign): (Vec<Instance>, Vec<Instance>) =
                series.instances.into_iter().partition(|instance| {
                    let is_patient_s = instance.patient_id.is_empty()
                        || patient_id.is_empty()
                        || *instance.patient_id == patient_id;
                    is_patient_s && !elsewhere.contains(&instance.uid)
                });
            open.foreign
                .extend(foreign.into_iter().map(|instance| instance.uid));
            series.instances = own;
            open.sets.retain(|known| known.series != series.uid);
            open.sets.extend(build_display_sets(&series));
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
        open.order_series();
        if open.foreign.len() > n_foreign {
            self.tell_foreign(study);
        }
    }

    /// The banner that must be answered: something in this study is not this patient's (rule D39, fault 37).
    pub(super) fn tell_foreign(&mut self, study: &StudyUid) {
        self.identity_mismatch(study);
        self.blocking_problem(
            "This study holds images of another patient or study.",
            "Their headers name another patient or study than the one that is open. They are not shown. Check who the \
             images belong to before you read them, and tell whoever runs the archive.",
        );
    }

    /// Puts the first series of each study into the viewport that has the study's place in the link, and keeps every
    /// viewport on its frame when a stack grew.
    pub(super) fn hang(&mut self) {
        for id in 0..self.studies.len() {
            self.hang_study(id);
        }
        self.fill_grid();
        for id in 0..self.state.viewports.len() {
            self.keep_place(id);
        }
    }

    fn hang_study(&mut self, id: ViewportId) {
        let viewport = self.state.viewports.get(id);
        let is_empty = viewport.is_some_and(|viewport| viewport.series.is_none());
        let Some(open) = self
            .studies
            .get(id)
            .filter(|open| is_empty && !open.is_hung)
        else {
            return;
        };
        let Some(series) = first_series(open) else {
            return;
        };
        let window = open.link.window;
        ViewCommand::ShowSeries(id, Some(series)).apply(&mut self.state);
        self.keep_place(id);
        if let Some(window) = window {
            self.show_linked_window(id, window);
        }
        self.studies[id].is_hung = true;
        self.ask_to_read(id);
    }

    /// After its stack grew: the frame of the link, the frame the reader had, or the start; in whichever stack it is now.
    pub(super) fn keep_place(&mut self, id: usize) {
        let viewport = &self.state.viewports[id];
        let Some(series) = &viewport.series else {
            return;
        };
        let Some(open) = self.study_with(series) else {
            return;
        };
        let find = |is_it: &dyn Fn(&FrameRef) -> bool| {
            open.stacks(series).find_map(|set| {
                let index = set.entries.iter().position(|entry| is_it(&entry.frame))?;
                Some((set.stack, index))
            })
        };
        let link = &open.link;
        let is_linked = |frame: &FrameRef| {
            link.instance.as_ref() == Some(&frame.instance)
                && link.frame.is_none_or(|wanted| wanted == frame.frame)
        };
        let found = match &viewport.on_canvas {
            Some(frame) if viewport.is_touched => find(&|known| known == frame),
            _ if viewport.is_touched => None,
            _ => find(&is_linked),
        };
        let n_stacks = open.stacks(series).count() as u32;
        let now = if viewport.is_touched {
            (
                viewport.stack.min(n_stacks.saturating_sub(1)),
                viewport.index,
            )
        } else {
            (0, 0)
        };
        let (stack, index) = found.unwrap_or(now);
        let set = open.stacks(series).find(|set| set.stack == stack);
        let last = set.map_or(0, |set| set.entries.len().saturating_sub(1));
        if stack != viewport.stack {
            ViewCommand::ShowStack(id, stack).apply(&mut self.state);
        }
        ViewCommand::ScrollTo(id, index.min(last), Touch::Arrival).apply(&mut self.state);
    }
}

/// What is hung first of a study, once that is known.
fn first_series(open: &OpenStudy) -> Option<SeriesUid> {
    // A series without pictures comes first where the link names it: a report is read before its images.
    let linked = open.first_series.clone().filter(|series| {
        let is_named = open.link.series.as_ref() == Some(series);
        open.set(series)
            .is_some_and(|set| is_named || !set.entries.is_empty())
    });
    let is_all_known = open.series.iter().all(|s| open.set(&s.uid).is_some());
    linked.or_else(|| {
        let pictures = open.sets.iter().find(|set| !set.entries.is_empty());
        // A study without pictures: its report or film is what there is to see.
        let first = pictures.or(open.sets.first().filter(|_| is_all_known));
        first.map(|set| set.series.clone())
    })
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
            .findings
            .first()
            .map(|finding| format!("{} {}", finding.found, finding.done))
            .unwrap_or_else(|| "No image that can be drawn".into()),
    }
}
