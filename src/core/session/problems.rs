//! What went wrong, in short sentences: what is wrong, what still works, what to do.

use super::effect::{Effect, RequestId, Resource};
use super::event::Failure;
use super::notice::{Notice, Problem};
use super::session::{Pending, Session};
use super::summary::ListState;
use super::waiting::busy_sentences;
use crate::uid::SeriesUid;

impl Session {
    pub(super) fn problem(&mut self, title: &str, detail: &str) {
        self.raise(title, detail, false, false);
    }

    /// A problem that must be answered before anything else.
    pub(super) fn blocking_problem(&mut self, title: &str, detail: &str) {
        self.raise(title, detail, true, false);
    }

    fn raise(&mut self, title: &str, detail: &str, is_blocking: bool, is_refusal: bool) {
        if self
            .problems
            .iter()
            .any(|known| known.title == title && known.detail == detail)
        {
            return;
        }
        let id = self.next_problem;
        self.next_problem += 1;
        let problem = Problem {
            id,
            title: title.to_owned(),
            detail: detail.to_owned(),
            is_blocking,
            is_refusal,
        };
        self.problems.push(problem.clone());
        self.effects
            .push(Effect::Notify(Notice::ShowProblem(problem)));
    }

    pub(super) fn request_failed(&mut self, request: RequestId, failure: &Failure) {
        if self.holds_back(request, failure) {
            return self.settle();
        }
        let Some(Pending::Resource(source, what)) = self.pending.remove(&request) else {
            return;
        };
        // A picture without its graphics is still a picture: a mark on it says what is missing.
        if let Resource::OverlayData(uri) = what {
            self.overlay_data(uri, None);
            return self.settle();
        }
        let root = self
            .options
            .sources
            .iter()
            .find(|(id, ..)| *id == source)
            .map_or("", |(.., root)| root.as_str());
        let (title, detail) = sentences(failure, &what, root);
        let is_list = matches!(what, Resource::Studies(_));
        let is_absent = matches!(
            failure,
            Failure::Status {
                code: 404 | 410,
                ..
            }
        );
        match &what {
            // No archive at this address, or no such study? A search for the study tells them apart.
            Resource::SeriesList(study) if is_absent => {
                let study = study.clone();
                self.fetch(&source, Resource::Study(study));
                return self.settle();
            }
            // Whether the study has this series at all, its list of series says.
            Resource::FirstInstance(_, series)
            | Resource::InstanceMetadata(_, series, _)
            | Resource::SeriesMetadata(_, series)
                if is_absent && !self.lists_series(series) =>
            {
                if !matches!(what, Resource::SeriesMetadata(..)) {
                    self.ask_for_series(&series.clone());
                }
                return self.settle();
            }
            _ => {}
        }
        if failure.is_sign_in() {
            self.effects.push(Effect::Notify(Notice::RequestSignIn));
        }
        // What the first instance's answer would have led to, the whole series' metadata may still give.
        if let (
            Resource::FirstInstance(_, series) | Resource::InstanceMetadata(_, series, _),
            Failure::Status { .. },
        ) = (&what, failure)
        {
            self.ask_for_series(&series.clone());
        }
        // The search for a study is only asked for where its series led nowhere: those are asked for again.
        let again = match what {
            Resource::Study(study) => Resource::SeriesList(study),
            other => other,
        };
        self.failed_requests.push((source, again));
        if is_list {
            self.list_failed(&title, &detail);
        } else {
            self.raise(&title, &detail, false, failure.is_refusal());
        }
        self.settle();
    }

    /// Of a study that is closed nothing is told any more.
    pub(super) fn forget_failures(&mut self) {
        self.failed_requests.clear();
        self.too_large.clear();
        self.problems.clear();
    }

    pub(super) fn list_failed(&mut self, title: &str, detail: &str) {
        let id = self.next_problem;
        self.next_problem += 1;
        self.list.state = ListState::Failed;
        self.list.rows.clear();
        self.list.has_more = false;
        self.list.problem = Some(Problem {
            id,
            title: title.to_owned(),
            detail: detail.to_owned(),
            is_blocking: false,
            is_refusal: false,
        });
        self.effects.push(Effect::Notify(Notice::UpdateStudies));
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

    fn lists_series(&self, series: &SeriesUid) -> bool {
        self.study_with(series).is_some()
    }
}

impl Failure {
    fn is_sign_in(&self) -> bool {
        matches!(self, Self::Status { code: 401, .. })
    }

    fn is_refusal(&self) -> bool {
        matches!(self, Self::Status { code: 403, .. })
    }
}

fn sentences(failure: &Failure, what: &Resource, root: &str) -> (String, String) {
    let is_list = matches!(
        what,
        Resource::Studies(_) | Resource::Accession(_) | Resource::Study(_)
    );
    let is_series = !is_list && !matches!(what, Resource::SeriesList(_));
    let (title, detail) = match failure {
        // A browser does not say whether it was the line or a rule of its own (fault 15).
        Failure::Unreachable if root.contains("://") => (
            "The archive could not be reached.",
            "What is on the page stays. Check the line, then press Retry. IT: this archive has another address than the \
             page, so it must send Access-Control-Allow-Origin for the page's address and allow the Authorization header \
             where readers sign in, and connect-src of the page's policy must name it.",
        ),
        Failure::Unreachable => (
            "The archive could not be reached.",
            "What is on the page stays. Check the line, then press Retry; if it stays so, tell your IT that this page \
             gets no answer from the archive.",
        ),
        Failure::TimedOut => (
            "The archive did not answer within 15 s.",
            "Your place is kept. Press Retry, or go on with what is already here.",
        ),
        Failure::Status { code: 401, .. } => {
            ("You are signed out.", "Sign in again; your place is kept.")
        }
        Failure::Status { code: 403, .. } => (
            "You have no permission for this.",
            "The archive knows you but does not show you this study. Ask whoever runs the archive.",
        ),
        Failure::Status {
            code: 404 | 410, ..
        } if is_list => {
            return (
                "There is no DICOMweb archive at the configured address.".to_owned(),
                format!(
                    "The page asked at \"{root}\". IT: check \"root\" of this source in config.json."
                ),
            );
        }
        Failure::Status {
            code: 404 | 410, ..
        } if is_series => (
            "A series is no longer in the archive.",
            "It may have been moved or deleted. The other series of the study are not affected.",
        ),
        Failure::Status {
            code: 404 | 410, ..
        } => (
            "The archive has no study with this number.",
            "The link may be old or mistyped, or the study was moved. Look for it in the list of studies.",
        ),
        Failure::Status {
            code: 429 | 503,
            retry_after_seconds,
        } => return busy_sentences(*retry_after_seconds),
        Failure::Status { code, .. } => {
            return (
                format!("The archive answered with an error ({code})."),
                "What is here stays. Press Retry; if it comes again, tell your IT the number."
                    .to_owned(),
            );
        }
        Failure::NotDicomJson { is_html: true } => (
            "Unexpected answer: a web page in place of data.",
            "This is often a login page of the network or the archive. Open the archive's own page in another tab, \
             sign in there, then press Retry.",
        ),
        Failure::NotDicomJson { is_html: false } => (
            "The archive's answer cannot be read.",
            "It is not DICOM JSON. IT: check that \"root\" in config.json leads to a DICOMweb service.",
        ),
        Failure::Truncated => (
            "The archive's answer was cut off.",
            "The line broke in the middle of it. Press Retry; what arrived before stays.",
        ),
        Failure::TooLarge => (
            "The archive's answer is larger than this page accepts.",
            "Narrow the search, or open the series one by one.",
        ),
    };
    (title.to_owned(), detail.to_owned())
}
