//! Files of this computer: the studies they make up are opened or listed like those of an archive.

use super::effect::Effect;
use super::event::{LOCAL_SOURCE, Link};
use super::notice::{Notice, Route};
use super::session::Session;
use crate::study::study::{Series, Study};

impl Session {
    pub(super) fn open_local(&mut self, link: &Link) {
        let Some((study, series)) = self
            .local
            .iter()
            .find(|(study, _)| study.uid == link.study)
            .cloned()
        else {
            self.problem(
                "These files are no longer open.",
                "The page was loaded again, and files from this computer are not kept. Open them once more.",
            );
            return;
        };
        if let Some(open) = self.study_mut(&link.study) {
            open.is_told = true;
            open.study = study;
            open.asked = series.iter().map(|series| series.uid.clone()).collect();
        }
        self.add_series(&link.study, series);
        self.tell_other_patient();
        self.hang();
        self.settle();
    }

    pub(super) fn files_opened(
        &mut self,
        studies: Vec<(Study, Vec<Series>)>,
        refused: &[String],
        warnings: Vec<String>,
    ) {
        if !refused.is_empty() {
            let n = refused.len();
            let shown = refused
                .iter()
                .take(5)
                .cloned()
                .collect::<Vec<_>>()
                .join("\n");
            let more = if n > 5 {
                format!("\n... and {} more.", n - 5)
            } else {
                String::new()
            };
            let rest = if studies.is_empty() {
                "Nothing else was opened."
            } else {
                "The other files are open."
            };
            self.problem(
                &format!(
                    "{n} {} could not be opened.",
                    if n == 1 { "file" } else { "files" }
                ),
                &format!("{shown}{more}\n{rest}"),
            );
        }
        let Some((first, _)) = studies.first() else {
            return self.settle();
        };
        let link = Link::to_study(LOCAL_SOURCE.into(), first.uid.clone());
        let n_studies = studies.len();
        self.local = studies;
        let problems = std::mem::take(&mut self.problems);
        if n_studies == 1 {
            self.open_study(link.clone());
            self.effects
                .push(Effect::Notify(Notice::RequestRoute(Route::Study(link))));
        } else {
            self.list_local();
            self.effects
                .push(Effect::Notify(Notice::RequestRoute(Route::Studies)));
        }
        self.problems.extend(problems);
        if let Some(open) = self.studies.first_mut() {
            open.warnings.extend(warnings);
        }
        self.settle();
    }
}
