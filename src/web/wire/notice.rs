//! Notices to the shell. Prefixes have one meaning: update (read again), show (a card), request (do something).

use serde::Serialize;
use skiagraph_core::session::event::Link;
use skiagraph_core::session::notice::{Notice, Problem, Route};
use skiagraph_core::uid::StudyUid;

/// As [`Notice`], in JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub(crate) enum WireNotice {
    UpdateSummary,
    UpdateStudies,
    UpdateThumbnail {
        series: String,
    },
    ShowProblem {
        problem: WireProblem,
    },
    RequestRoute {
        route: String,
    },
    RequestSignIn,
    RequestReport {
        instance: String,
        name: String,
    },
    RequestCopies {},
    RequestAttributes {
        instance: String,
    },
    RequestLink,
    /// The canvas cannot be drawn on any more: start again with a new one on this tier.
    RequestTier {
        tier: &'static str,
    },
}

/// As [`Problem`], in JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireProblem {
    pub(crate) id: u32,
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) is_blocking: bool,
    pub(crate) is_refusal: bool,
}

impl From<&Problem> for WireProblem {
    fn from(problem: &Problem) -> Self {
        Self {
            id: problem.id,
            title: problem.title.clone(),
            detail: problem.detail.clone(),
            is_blocking: problem.is_blocking,
            is_refusal: problem.is_refusal,
        }
    }
}

impl From<&Notice> for WireNotice {
    fn from(notice: &Notice) -> Self {
        match notice {
            Notice::UpdateSummary | Notice::UpdateProgress => Self::UpdateSummary,
            Notice::UpdateStudies => Self::UpdateStudies,
            Notice::UpdateThumbnail(series) => Self::UpdateThumbnail {
                series: series.to_string(),
            },
            Notice::ShowProblem(problem) => Self::ShowProblem {
                problem: problem.into(),
            },
            Notice::RequestRoute(route) => Self::RequestRoute {
                route: match route {
                    Route::Studies => "#/studies".to_owned(),
                    Route::Study(link) => address(link),
                },
            },
            Notice::RequestSignIn => Self::RequestSignIn,
            Notice::RequestReport(instance, name) => Self::RequestReport {
                instance: instance.to_string(),
                name: name.clone(),
            },
            Notice::RequestCopies => Self::RequestCopies {},
            Notice::RequestLink => Self::RequestLink,
            Notice::RequestAttributes(instance) => Self::RequestAttributes {
                instance: instance.to_string(),
            },
        }
    }
}

/// The part of the address behind `#` (design 2); UIDs and source ids alone, nothing of a patient.
pub(super) fn address(link: &Link) -> String {
    let Link {
        source,
        study,
        beside,
        series,
        instance,
        frame,
        window,
        layout,
    } = link;
    let mut parameters = vec![format!("source={}", js_sys::encode_uri_component(source))];
    parameters.extend(series.as_ref().map(|uid| format!("series={uid}")));
    parameters.extend(instance.as_ref().map(|uid| format!("instance={uid}")));
    parameters.extend(frame.map(|frame| format!("frame={}", frame.number())));
    parameters.extend(window.map(|(center, width)| format!("window={center},{width}")));
    parameters.extend(layout.map(|layout| format!("layout={}x{}", layout.rows, layout.columns)));
    let studies: Vec<&str> = std::iter::once(study)
        .chain(beside)
        .map(StudyUid::as_str)
        .collect();
    format!("#/study/{}?{}", studies.join(","), parameters.join("&"))
}
