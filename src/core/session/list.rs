//! The study list: one page of rows from the archive, ordered here, in words for the eye.

use super::audit::STOPPED;
use super::effect::{Effect, Resource};
use super::event::{LOCAL_SOURCE, Link, SourceId};
use super::notice::{Notice, Route, SortColumn, StudySearch};
use super::session::{Pending, Session};
use super::summary::{ListState, StudyRow};
use super::words;
use crate::order::sort_by;
use crate::study::study::Study;

/// Rows a page.
pub(super) const PAGE_SIZE: u32 = 50;

impl Session {
    pub(super) fn search(&mut self, search: StudySearch) {
        self.cancel_where(|pending| matches!(pending, Pending::Resource(_, Resource::Studies(_))));
        // One row more than a page holds tells whether there is a next page.
        let source = if search.source.is_empty() {
            self.list_source.clone()
        } else {
            search.source.clone()
        };
        let search = StudySearch {
            limit: PAGE_SIZE + 1,
            source: source.clone(),
            ..search
        };
        self.list.text.clone_from(&search.text);
        self.list.offset = search.offset;
        self.list_source.clone_from(&source);
        if self.is_stopped() {
            self.failed_requests
                .push((source, Resource::Studies(search)));
            return self.list_failed(STOPPED[0], STOPPED[1]);
        }
        self.list.state = ListState::Loading;
        self.list.problem = None;
        self.fetch(&source, Resource::Studies(search));
        self.effects.push(Effect::Notify(Notice::UpdateStudies));
    }

    pub(super) fn studies_found(
        &mut self,
        source: &SourceId,
        search: &StudySearch,
        studies: &[Study],
    ) {
        self.list.has_more = studies.len() > PAGE_SIZE as usize;
        self.list.rows = studies
            .iter()
            .take(PAGE_SIZE as usize)
            .map(|study| row(source, study))
            .collect();
        self.list.state = if self.list.rows.is_empty() && search.offset == 0 {
            ListState::Empty
        } else {
            ListState::Ready
        };
        self.order_rows();
        self.effects.push(Effect::Notify(Notice::UpdateStudies));
    }

    /// Studies of files that were opened take the list's place until the next search.
    pub(super) fn list_local(&mut self) {
        self.list.rows = self
            .local
            .iter()
            .map(|(study, _)| row(LOCAL_SOURCE, study))
            .collect();
        self.list.state = ListState::Ready;
        self.list.has_more = false;
        self.list.offset = 0;
        self.list.text.clear();
        self.order_rows();
        self.effects.push(Effect::Notify(Notice::UpdateStudies));
    }

    pub(super) fn accession_found(&mut self, source: SourceId, accession: &str, studies: &[Study]) {
        match studies {
            [only] => {
                let link = Link::to_study(source, only.uid.clone());
                self.effects.push(Effect::Notify(Notice::RequestRoute(Route::Study(link.clone()))));
                self.open_study(link);
            }
            [] => self.problem(
                "The archive has no study with this accession number.",
                "The link may be mistyped, or the study has not arrived yet. Look for it in the list of studies.",
            ),
            several => {
                let search = StudySearch { text: accession.to_owned(), source: source.clone(), ..StudySearch::default() };
                self.list.text = accession.to_owned();
                self.studies_found(&source, &search, several);
                self.effects.push(Effect::Notify(Notice::RequestRoute(Route::Studies)));
            }
        }
    }

    pub(super) fn sort(&mut self, column: SortColumn, is_descending: bool) {
        self.list.sort = column;
        self.list.is_descending = is_descending;
        self.order_rows();
        self.effects.push(Effect::Notify(Notice::UpdateStudies));
    }

    fn order_rows(&mut self) {
        let column = self.list.sort;
        let key = |row: &StudyRow| match column {
            SortColumn::Patient => row.patient_name.to_lowercase(),
            SortColumn::Id => row.patient_id.clone(),
            SortColumn::Date => row.sort_date.clone(),
            SortColumn::Modality => row.modalities.clone(),
            SortColumn::Description => row.description.to_lowercase(),
            SortColumn::Accession => row.accession.clone(),
            SortColumn::Images => format!("{:012}", row.images.unwrap_or(0)),
        };
        let mut rows: Vec<(String, StudyRow)> = self
            .list
            .rows
            .drain(..)
            .map(|row| (key(&row), row))
            .collect();
        sort_by(&mut rows, |(a, _), (b, _)| a.cmp(b));
        self.list.rows.extend(rows.into_iter().map(|(_, row)| row));
        if self.list.is_descending {
            self.list.rows.reverse();
        }
    }

    /// The study list as the shell shows it.
    pub fn study_list(&self) -> super::summary::StudyList {
        self.list.clone()
    }
}

fn row(source: &str, study: &Study) -> StudyRow {
    let patient = &study.patient;
    StudyRow {
        source: source.to_owned(),
        study: study.uid.clone(),
        patient_name: words::person_name(&patient.name),
        patient_id: patient.id.clone(),
        birth_date: words::date(&patient.birth_date),
        age: words::age(&patient.birth_date, &study.date),
        sex: patient.sex.clone(),
        date: words::date(&study.date),
        time: words::time(&study.time),
        sort_date: format!("{}{}", study.date, study.time),
        modalities: study.modalities.join(" "),
        description: study.description.clone(),
        accession: study.accession.0.clone(),
        series: study.n_series,
        images: study.n_instances,
        referring_physician: words::name_group(&study.referring_physician),
    }
}
