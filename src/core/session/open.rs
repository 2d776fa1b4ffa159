//! Opening a study: the smallest request first, then the picture and the metadata together, then the other series.

use super::compare::Sameness;
use super::effect::{Effect, Mark, RequestId, Resource};
use super::event::{Answer, LOCAL_SOURCE, Link, SourceId};
use super::session::{Pending, Session};
use super::studies::OpenStudy;
use crate::frames::frame_store::{FrameStore, LoadState};
use crate::state::command::ViewCommand;
use crate::study::study::{Series, Study};
use crate::uid::{SeriesUid, StudyUid};

impl Session {
    pub(super) fn open_study(&mut self, link: Link) {
        if self.go_to(&link) {
            return;
        }
        self.close();
        self.studies = link.studies().map(OpenStudy::new).collect();
        self.make_room_for_studies();
        if let Some(layout) = link.layout {
            ViewCommand::SetLayout(layout).apply(&mut self.state);
            self.fills_grid = true;
        }
        for link in link.studies() {
            if link.source == LOCAL_SOURCE {
                self.open_local(&link);
            } else {
                self.ask_for_study(&link);
            }
        }
        self.settle();
    }

    fn ask_for_study(&mut self, link: &Link) {
        let what = match (&link.series, &link.instance) {
            (Some(series), Some(instance)) => Some(Resource::InstanceMetadata(
                link.study.clone(),
                series.clone(),
                instance.clone(),
            )),
            (Some(series), None) => {
                Some(Resource::FirstInstance(link.study.clone(), series.clone()))
            }
            (None, _) => None,
        };
        for what in what
            .into_iter()
            .chain([Resource::SeriesList(link.study.clone())])
        {
            self.fetch(&link.source, what);
        }
    }

    /// Forgets the open studies: pixels, requests, viewports.
    pub(super) fn close(&mut self) {
        self.studies.clear();
        self.fills_grid = false;
        self.told_of_patients = Sameness::default();
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
        self.forget_failures();
        self.probe = None;
        self.gesture = crate::tool::gesture::Gesture::Idle;
        for id in 0..self.state.viewports.len() {
            ViewCommand::ShowSeries(id, None).apply(&mut self.state);
        }
        ViewCommand::SetOneUp(false).apply(&mut self.state);
        if let Some(grid) = self.grid_before.take() {
            ViewCommand::SetLayout(grid).apply(&mut self.state);
        }
        ViewCommand::Activate(0).apply(&mut self.state);
    }

    pub(super) fn answered(&mut self, request: RequestId, answer: Answer, warnings: Vec<String>) {
        // A request that nobody waits for any more is dropped here, in one place.
        let Some(Pending::Resource(source, what)) = self.pending.remove(&request) else {
            return;
        };
        self.is_answering(&source);
        let of_study = what.study().cloned();
        match (what, answer) {
            (Resource::Studies(search), Answer::Studies(studies)) => {
                self.studies_found(&source, &search, &studies)
            }
            (Resource::Accession(accession), Answer::Studies(studies)) => {
                self.accession_found(source, &accession, &studies);
            }
            (Resource::Study(study), Answer::Studies(studies)) => {
                self.study_checked(source, &study, studies);
            }
            (Resource::SeriesList(study), Answer::Series(series)) => {
                self.series_list(&source, &study, series);
            }
            (
                Resource::FirstInstance(study, series),
                Answer::Instances {
                    study: told,
                    series: found,
                },
            ) => {
                self.first_instance(&source, (&study, &series), told, found);
            }
            (
                Resource::InstanceMetadata(study, series, _),
                Answer::Instances {
                    study: told,
                    series: found,
                },
            ) => {
                self.first_instance(&source, (&study, &series), told, found);
            }
            (
                Resource::SeriesMetadata(study, series),
                Answer::Instances {
                    study: told,
                    series: found,
                },
            ) => {
                self.series_metadata((&study, &series), told, found);
            }
            (Resource::OverlayData(uri), Answer::OverlayData(bytes)) => {
                self.overlay_data(uri, Some(bytes));
                self.settle();
            }
            _ => {}
        }
        let open = match of_study {
            Some(study) => self.study_mut(&study),
            None => self.studies.first_mut(),
        };
        if let Some(open) = open {
            open.warnings.extend(warnings);
            open.warnings.truncate(200);
        }
        self.settle();
    }

    fn series_list(&mut self, source: &SourceId, study: &StudyUid, mut list: Vec<Series>) {
        let elsewhere = |series: &Series| {
            let other = self.study_with(&series.uid);
            other.is_some_and(|open| open.link.study != *study)
        };
        let n_listed = list.len();
        let strange: Vec<bool> = list.iter().map(elsewhere).collect();
        let mut strange = strange.into_iter();
        list.retain(|_| !strange.next().unwrap_or_default());
        if list.len() < n_listed {
            self.tell_foreign(study);
        }
        let Some(open) = self.study_mut(study) else {
            return;
        };
        if n_listed == 0 {
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
        open.order_series();
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
        self.fill_grid();
        if is_linked_absent {
            self.problem(
                "The archive does not have the series of this link.",
                "The link may be old or mistyped. The other series of the study are shown.",
            );
        }
    }

    /// A study without series: is it there at all?
    fn study_checked(&mut self, source: SourceId, study: &StudyUid, studies: Vec<Study>) {
        let again = Resource::SeriesList(study.clone());
        self.failed_requests.push((source, again));
        let Some(open) = self.study_mut(study) else {
            return;
        };
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
        (study, series): (&StudyUid, &SeriesUid),
        told: Option<Study>,
        found: Vec<Series>,
    ) {
        if !self.is_of_open_study(study, told, &found) {
            return;
        }
        let Some(open) = self.study_mut(study) else {
            return;
        };
        let is_drawable = found.iter().any(|series| {
            series
                .instances
                .iter()
                .any(|instance| instance.image().is_some())
        });
        if !open.asked.contains(series) {
            open.asked.push(series.clone());
            self.fetch(
                source,
                Resource::SeriesMetadata(study.clone(), series.clone()),
            );
        }
        if is_drawable {
            self.add_series(study, found);
            for set in self
                .study_mut(study)
                .into_iter()
                .flat_map(|open| &mut open.sets)
                .filter(|set| set.series == *series)
            {
                set.is_provisional = true;
            }
            self.hang();
        }
    }

    fn series_metadata(
        &mut self,
        (study, series): (&StudyUid, &SeriesUid),
        told: Option<Study>,
        found: Vec<Series>,
    ) {
        if !self.is_of_open_study(study, told, &found) {
            return;
        }
        self.add_series(study, found);
        self.hang();
        // The middle frame of a short series came before this.
        self.tell_thumbnails(series);
        let shown = self
            .state
            .visible()
            .any(|(_, viewport, _)| viewport.series.as_ref() == Some(series));
        let frames = self.study_with(series).map_or(0, |open| {
            open.stacks(series).map(|set| set.entries.len()).sum()
        });
        if shown && frames > 0 {
            self.effects
                .push(Effect::Mark(Mark::MetadataReady { frames }));
        }
    }

    /// Takes in the words of the study; false where the instances are those of another one, which are not drawn and said
    /// to be there (rule D39). Words once known are not replaced by those of another patient.
    fn is_of_open_study(
        &mut self,
        study: &StudyUid,
        told: Option<Study>,
        found: &[Series],
    ) -> bool {
        let Some(open) = self.study_mut(study) else {
            return false;
        };
        let Some(told) = told else { return true };
        if told.uid != open.link.study {
            let instances = found.iter().flat_map(|series| &series.instances);
            open.foreign
                .extend(instances.map(|instance| instance.uid.clone()));
            self.tell_foreign(study);
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
                self.tell_foreign(study);
            }
        } else {
            merge_study(&mut open.study, told);
            open.is_told = true;
            self.tell_other_patient();
        }
        true
    }

    /// Metadata of the series that nobody looked at yet, one after the other, once nobody waits for the first picture.
    pub(super) fn ask_for_other_series(&mut self) {
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
        if is_asking || (is_waiting && !has_picture) {
            return;
        }
        let not_asked = self.studies.iter().find_map(|open| {
            let mut series = open.series.iter().map(|series| &series.uid);
            series.find(|uid| !open.is_local() && !open.asked.contains(uid))
        });
        if let Some(series) = not_asked.cloned() {
            self.ask_for_series(&series);
        }
    }

    /// Metadata of one series, unless it was asked for.
    pub(super) fn ask_for_series(&mut self, series: &SeriesUid) {
        // Of a series that no list has told of yet, the link says whose it is.
        let is_linked = |open: &OpenStudy| open.link.series.as_ref() == Some(series);
        let known = self.studies.iter().position(|open| open.has(series));
        let at = known.or_else(|| self.studies.iter().position(is_linked));
        let Some(open) = at.and_then(|at| self.studies.get_mut(at)) else {
            return;
        };
        if open.asked.contains(series) || open.is_local() {
            return;
        }
        open.asked.push(series.clone());
        let (source, study) = (open.link.source.clone(), open.link.study.clone());
        self.fetch(&source, Resource::SeriesMetadata(study, series.clone()));
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
