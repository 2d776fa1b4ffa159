//! Notice: what the shell shows. Prefixes have one meaning: update (read again), show (a card), request (do something).

use super::event::{Link, SourceId};
use crate::uid::{SeriesUid, SopInstanceUid};

/// To the shell.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// Read the summary and the overlays again.
    UpdateSummary,
    /// Nothing but the figures of loading changed: read the summary again some time soon.
    UpdateProgress,
    /// Read the study list again.
    UpdateStudies,
    /// A thumbnail is there.
    UpdateThumbnail(SeriesUid),
    /// Something went wrong.
    ShowProblem(Problem),
    /// Put this into the address bar and go there.
    RequestRoute(Route),
    /// The session ended at the archive.
    RequestSignIn,
    /// Open a report or document, an instance under its kind's name.
    RequestReport(SopInstanceUid, String),
    /// Show all attributes of an instance.
    RequestAttributes(SopInstanceUid),
    /// Ask the reader about copies of the active study without the patient's identity.
    RequestCopies,
    /// Hand out a link to what the active viewport shows.
    RequestLink,
}

/// Where the page should be.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    /// `#/studies`
    Studies,
    /// `#/study/...`
    Study(Link),
}

/// What went wrong, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// To dismiss it by.
    pub id: u32,
    /// What is wrong: one sentence.
    pub title: String,
    /// What still works and what to do.
    pub detail: String,
    /// Nothing can go on before it is read.
    pub is_blocking: bool,
    /// The archive knows the reader and refuses.
    pub is_refusal: bool,
}

/// A search of the study list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StudySearch {
    /// Which archive.
    pub source: SourceId,
    /// What was typed: name, ID, accession, date, modality, in any order.
    pub text: String,
    /// Modality chip, or empty.
    pub modality: String,
    /// First day, `YYYYMMDD`, or empty.
    pub from: String,
    /// Last day, `YYYYMMDD`, or empty.
    pub to: String,
    /// First row.
    pub offset: u32,
    /// Rows a page.
    pub limit: u32,
}

/// Columns the list can be ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortColumn {
    /// Patient's name.
    Patient,
    /// Patient ID.
    Id,
    /// Study date and time.
    #[default]
    Date,
    /// Modalities.
    Modality,
    /// Study description.
    Description,
    /// Accession number.
    Accession,
    /// Number of images.
    Images,
}
