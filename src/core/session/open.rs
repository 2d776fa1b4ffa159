//! Opening a study: the smallest request first, then the picture and the metadata together, then the other series.

use super::effect::{Effect, Mark, RequestId, Resource};
use super::event::{Answer, LOCAL_SOURCE, Link, SourceId};
use super::session::{OpenStudy, Pending, Session};
use crate::frames::frame_store::{FrameStore, LoadState};
use crate::state::command::ViewCommand;
use crate::study::study::{Series, Study};
use crate::uid::SeriesUid;
use std::collections::{HashMap, HashSet};

impl Session {
    pub(super) fn open_study(&mut self, link: Link) {
        if self.go_to(&link) {
            return;
        }
        self.close();
        let source = link.source.clone();
        self.open = Some(OpenStudy {
            first_series: link.series.clone(),
            study: Study::empty(link.study.clone()),
            series: Vec::new(),
            sets: Vec::new(),
            asked: Vec::new(),
            warnings: Vec::new(),
            is_complete_told: false,
            n_bytes_received: 0,
            auto_voi: HashMap::new(),
            thumbnails: HashMap::new(),
            difference_voi: HashMap::new(),
            overlay_data: HashMap::new(),
            seen: HashSet::new(),
            streamed: HashSet::new(),
            asked_for_planes: Vec::new(),
            asked_for_components: HashSet::new(),
            foreign: HashSet::new(),
            link: link.clone(),
        });
        if source == LOCAL_SOURCE {
            self.open_local(&link);
            return;
        }
        match (&link.series, &link.instance) {
            (Some(series), Some(instance)) => {
                let what = Resource::InstanceMetadata(
                    link.study.clone(),
                    series.clone(),
                    instance.clone(),
                );
                self.fetch(&source, what);
            }
            (Some(series), None) => self.fetch(
                &source,
                Resource::FirstInstance(link.study.clone(), series.clone()),
            ),
            (None, _) => {}
        }
        self.fetch(&source, Resource::SeriesList(link.study.clone()));
        self.settle();
    }

    /// Forgets the open study: pixels, requests, viewports.
    pub(super) fn close(&mut self) {
        self.open = None;
        self.cancel_where(|pending| {
            !matches!(
                pending,
                Pending::Resource(_, Resource::Studies(_) | Resource::Accession(_))
            )
        });
        self.frames = FrameStore::new(self.options.budget_bytes);
        self.tables.clear();
        self.over.clear();
        self.differences.clear();
        self.failed_requests.clear();
        self.problems.clear();
        self.audit.forget_study();
        self.probe = None;
        self.gesture = crate::tool::gesture::Gesture::Idle;
        for id in 0..self.state.viewports.len() {
            ViewCommand::ShowSeries(id, None).apply(&mut self.state);
        }
        ViewCommand::SetOneUp(false).apply(&mut self.state);
        ViewCommand::Activate(0).apply(&mut self.state);
    }

    pub(super) fn answered(&mut self, request: RequestId, answer: Answer, warnings: Vec<String>) {
        // A request that nobody waits for any more is dropped here, in one place.
        let Some(Pending::Resource(source, what)) = self.pending.remove(&request) else {
            return;
        };
        self.is_answering(&source);
        match (what, answer) {
            (Resource::Studies(search), Answer::Studies(studies)) => {
                self.studies_found(&source, &search, &studies)
            }
            (Resource::Accession(accession), Answer::Studies(studies)) => {
                self.accession_found(source, &accession, &studies);
            }
            (Resource::Study(_), Answer::Studies(studies)) => {
                self.study_checked(source, studies);
            }
            (Resource::SeriesList(_), Answer::Series(series)) => self.series_list(&source, series),
            (
                Resource::FirstInstance(_, series),
                Answer::Instances {
                    study,
                    series: found,
                },
            ) => {
                self.first_instance(&source, &series, study, found);
            }
            (
                Resource::InstanceMetadata(_, series, _),
                Answer::Instances {
                    study,
                    series: found,
                },
            ) => {
                self.first_instance(&source, &series, study, found);
            }
            (
                Resource::SeriesMetadata(_, series),
                Answer::Instances {
                    study,
                    series: found,
                },
            ) => {
                self.series_metadata(&series, study, found);
            }
            (Resource::OverlayData(uri), Answer::OverlayData(bytes)) => {
                self.overlay_data(uri, Some(bytes));
                self.settle();
            }
            _ => {}
        }
        if let Some(open) = &mut self.open {
            open.warnings.extend(warnings);
            open.warnings.truncate(200);
        }
        self.settle();
    }

    fn series_list(&mut self, source: &SourceId, list: Vec<Series>) {
        let Some(open) = &mut self.open else { return };
        if list.is_empty() {
            let what = Resource::Study(open.link.study.clone());
            self.fetch(source, what);
            return;
        }
        for series in list {
            match open.series.iter_mut().find(|known| known.uid == series.uid) {
                Some(known) => {
                    *known = Series {
                        instances: std::mem::take(&mut known.instances),
                        ..series
                    }
                }
                None => open.series.push(series),
            }
        }
        open.series
            .sort_by(|a, b| (a.number, &a.uid).cmp(&(b.number, &b.uid)));
        let is_listed = |uid: &SeriesUid| open.series.iter().any(|series| series.uid == *uid);
        let is_linked_absent = open.link.series.as_ref().is_some_and(|uid| !is_listed(uid));
        if open.first_series.is_none() {
            // Pictures before reports; within them the archive's own order of numbers.
            let is_picture = |series: &&Series| !NOT_PICTURES.contains(&series.modality.as_str());
            let first = open
                .series
                .iter()
                .find(is_picture)
                .or(open.series.first())
                .map(|series| series.uid.clone());
            let study = open.link.study.clone();
            open.first_series.clone_from(&first);
            if let Some(series) = first {
                self.fetch(source, Resource::FirstInstance(study, series));
            }
        }
        if is_linked_absent {
            self.problem(
                "The archive does not have the series of this link.",
                "The link may be old or mistyped. The other series of the study are shown.",
            );
        }
    }

    /// A study without series: is it there at all?
    fn study_checked(&mut self, source: SourceId, studies: Vec<Study>) {
        let Some(open) = &mut self.open else { return };
        let again = Resource::SeriesList(open.link.study.clone());
        self.failed_requests.push((source, again));
        match studies.into_iter().find(|study| study.uid == open.link.study) {
            Some(study) => {
                open.study = study;
                self.problem(
                    "This study has no images.",
                    "The archive knows the study but holds no series of it. It may still be arriving: try again later.",
                );
            }
            None => self.problem(
                "The archive has no study with this number.",
                "The link may be old or mistyped, or the study was moved. Look for it in the list of studies.",
            ),
        }
    }

    /// The first instance known of a series: its picture is asked for at once, beside the metadata of the rest.
    fn first_instance(
        &mut self,
        source: &SourceId,
        series: &SeriesUid,
        study: Option<Study>,
        found: Vec<Series>,
    ) {
        if !self.is_of_open_study(study, &found) {
            return;
        }
        let Some(open) = &mut self.open else { return };
        let study_uid = open.link.study.clone();
        let is_drawable = found.iter().any(|series| {
            series
                .instances
                .iter()
                .any(|instance| instance.image().is_some())
        });
        if !open.asked.contains(series) {
            open.asked.push(series.clone());
            self.fetch(source, Resource::SeriesMetadata(study_uid, series.clone()));
        }
        if is_drawable {
            self.add_series(found);
            for set in self
                .open
                .iter_mut()
                .flat_map(|open| &mut open.sets)
                .filter(|set| set.series == *series)
            {
                set.is_provisional = true;
            }
            self.hang();
        }
    }

    fn series_metadata(&mut self, series: &SeriesUid, study: Option<Study>, found: Vec<Series>) {
        if !self.is_of_open_study(study, &found) {
            return;
        }
        self.add_series(found);
        self.hang();
        // The middle frame of a short series came before this.
        self.tell_thumbnails(series);
        let shown = self
            .state
            .visible()
            .any(|(_, viewport, _)| viewport.series.as_ref() == Some(series));
        let frames = self.open.as_ref().map_or(0, |open| {
            open.stacks(series).map(|set| set.entries.len()).sum()
        });
        if shown && frames > 0 {
            self.effects
                .push(Effect::Mark(Mark::MetadataReady { frames }));
        }
    }

    /// Takes in the words of the study; false where the instances are those of another one, which are not drawn and said
    /// to be there (rule D39). Words once known are not replaced by those of another patient.
    fn is_of_open_study(&mut self, told: Option<Study>, found: &[Series]) -> bool {
        let Some(open) = &mut self.open else {
            return false;
        };
        let Some(told) = told else { return true };
        if told.uid != open.link.study {
            let instances = found.iter().flat_map(|series| &series.instances);
            open.foreign
                .extend(instances.map(|instance| instance.uid.clone()));
            self.tell_foreign();
            return false;
        }
        if told.patient.contradicts(&open.study.patient) {
            if told.patient.id == open.study.patient.id {
                self.blocking_problem(
                    "The headers of this study contradict each other about the patient.",
                    "The birth date, or who issued the patient ID, is not the same in all images. What the first one \
                     says is shown. Check who the images belong to before you read them.",
                );
            } else {
                self.tell_foreign();
            }
        } else {
            merge_study(&mut open.study, told);
        }
        true
    }

    /// Metadata of the series that nobody looked at yet, one after the other, once nobody waits for the first picture.
    pub(super) fn ask_for_other_series(&mut self) {
        let Some(open) = &self.open else { return };
        let is_asking = self.pending.values().any(|p| {
            matches!(
                p,
                Pending::Resource(
                    _,
                    Resource::SeriesMetadata(..) | Resource::FirstInstance(..)
                )
            )
        });
        let viewports = &self.state.viewports;
        let has_picture = viewports
            .iter()
            .any(|viewport| viewport.on_canvas.is_some());
        // What came first may hold no picture that can be shown: then the next series may.
        let is_waiting = self
            .wanted_frames()
            .iter()
            .any(|frame| matches!(self.frames.state(frame), None | Some(LoadState::Loading)));
        if is_asking || (is_waiting && !has_picture) || open.link.source == LOCAL_SOURCE {
            return;
        }
        if let Some(series) = open
            .series
            .iter()
            .map(|series| &series.uid)
            .find(|uid| !open.asked.contains(uid))
        {
            self.ask_for_series(&series.clone());
        }
    }

    /// Metadata of one series, unless it was asked for.
    pub(super) fn ask_for_series(&mut self, series: &SeriesUid) {
        let Some(open) = &mut self.open else { return };
        if open.asked.contains(series) || open.link.source == LOCAL_SOURCE {
            return;
        }
        open.asked.push(series.clone());
        let (source, study) = (open.link.source.clone(), open.link.study.clone());
        self.fetch(&source, Resource::SeriesMetadata(study, series.clone()));
    }

    pub(super) fn renderer_lost(&mut self, sentence: &str, is_recovered: bool) {
        let detail = if is_recovered {
            "The picture was rebuilt from what the page holds; your place and window are kept."
        } else {
            "Reload the page; a link brings you back to this study."
        };
        self.problem(sentence, detail);
        self.settle();
    }
}

/// Modalities that are no pictures, or no series to begin with.
const NOT_PICTURES: [&str; 9] = [
    "SR", "PR", "KO", "SEG", "DOC", "RTSTRUCT", "RTPLAN", "REG", "AU",
];

/// Words that an instance tells and a study query does not, and the other way round.
fn merge_study(known: &mut Study, told: Study) {
    let (n_series, n_instances) = (
        known.n_series.or(told.n_series),
        known.n_instances.or(told.n_instances),
    );
    *known = Study {
        n_series,
        n_instances,
        ..told
    };
}
