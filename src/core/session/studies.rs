//! The studies that are open: what is known of each, and which of them a viewport, a series or an answer belongs to.

use super::audit::RecordId;
use super::event::{LOCAL_SOURCE, Link};
use super::over::OverlayData;
use super::session::{Session, Thumbnail};
use crate::frames::thin::Measured;
use crate::order::sort_by;
use crate::pixel::voi::Voi;
use crate::study::display_set::{DisplaySet, SetKey};
use crate::study::study::{Series, Study};
use crate::uid::{FrameRef, SeriesUid, SopInstanceUid, StudyUid};
use crate::viewport::viewport::Viewport;
use std::collections::{HashMap, HashSet};

/// A study that is open.
#[derive(Clone, Debug)]
pub(super) struct OpenStudy {
    /// Where it was asked for; of the link that opened several, this study's part.
    pub(super) link: Link,
    /// Its first series was put into a viewport.
    pub(super) is_hung: bool,
    /// An instance told whose study it is.
    pub(super) is_told: bool,
    /// The record of its opening.
    pub(super) record: Option<RecordId>,
    /// That record was delivered.
    pub(super) is_recorded: bool,
    /// Images of another patient in it are on record.
    pub(super) is_alerted: bool,
    /// The series that is hung first: the link's, or the first picture series of the list.
    pub(super) first_series: Option<SeriesUid>,
    pub(super) study: Study,
    pub(super) series: Vec<Series>,
    pub(super) sets: Vec<DisplaySet>,
    /// Series whose metadata was asked for.
    pub(super) asked: Vec<SeriesUid>,
    pub(super) warnings: Vec<String>,
    pub(super) is_complete_told: bool,
    pub(super) n_bytes_received: u64,
    pub(super) auto_voi: HashMap<SetKey, Voi>,
    /// Stacks whose automatic window comes from a coarse picture, until the exact one is here.
    pub(super) rough_voi: HashSet<SetKey>,
    pub(super) thumbnails: HashMap<SetKey, Thumbnail>,
    /// Instances of another patient or study, which are not drawn (rule D39).
    pub(super) foreign: HashSet<SopInstanceUid>,
    /// Windows of mask subtractions.
    pub(super) difference_voi: HashMap<SetKey, Voi>,
    pub(super) overlay_data: OverlayData,
    /// Frames that were drawn on the canvas.
    pub(super) seen: HashSet<FrameRef>,
    /// Series that were asked for in one answer.
    pub(super) streamed: HashSet<SeriesUid>,
    /// Bytes and number of the frames of each series that came.
    pub(super) came: HashMap<SeriesUid, [u64; 2]>,
    /// What a whole frame told of each series that is stored by resolutions.
    pub(super) measured: HashMap<SeriesUid, Measured>,
    /// Frames whose first part was asked for.
    pub(super) begun: HashSet<FrameRef>,
    pub(super) is_coarse_told: bool,
    /// Frames that were asked for again because they came without the overlays of their pixel cells.
    pub(super) asked_for_planes: Vec<FrameRef>,
    /// Frames that were asked for again with their colour components.
    pub(super) asked_for_components: HashSet<FrameRef>,
}

impl OpenStudy {
    /// A study of which only its place in an archive is known.
    pub(super) fn new(link: Link) -> Self {
        Self {
            is_hung: false,
            is_told: false,
            record: None,
            is_recorded: false,
            is_alerted: false,
            first_series: link.series.clone(),
            study: Study::empty(link.study.clone()),
            series: Vec::new(),
            sets: Vec::new(),
            asked: Vec::new(),
            warnings: Vec::new(),
            is_complete_told: false,
            n_bytes_received: 0,
            auto_voi: HashMap::new(),
            rough_voi: HashSet::new(),
            thumbnails: HashMap::new(),
            foreign: HashSet::new(),
            difference_voi: HashMap::new(),
            overlay_data: HashMap::new(),
            seen: HashSet::new(),
            streamed: HashSet::new(),
            came: HashMap::new(),
            measured: HashMap::new(),
            begun: HashSet::new(),
            is_coarse_told: false,
            asked_for_planes: Vec::new(),
            asked_for_components: HashSet::new(),
            link,
        }
    }

    /// By number, as the archive's people know them.
    pub(super) fn order_series(&mut self) {
        sort_by(&mut self.series, |a, b| {
            (a.number, &a.uid).cmp(&(b.number, &b.uid))
        });
    }

    /// Its files are of this computer.
    pub(super) fn is_local(&self) -> bool {
        self.link.source == LOCAL_SOURCE
    }

    /// It has this series.
    pub(super) fn has(&self, series: &SeriesUid) -> bool {
        self.series.iter().any(|known| known.uid == *series)
    }

    /// The first stack of a series.
    pub(super) fn set(&self, series: &SeriesUid) -> Option<&DisplaySet> {
        self.stacks(series).next()
    }

    /// A stack that has a card in the strip and no picture on it yet.
    pub(super) fn wants_thumbnail(&self, set: &DisplaySet) -> bool {
        !set.is_provisional && has_card(set) && !self.thumbnails.contains_key(&set.key())
    }

    /// All stacks of a series, in order.
    pub(super) fn stacks(&self, series: &SeriesUid) -> impl Iterator<Item = &DisplaySet> {
        self.sets.iter().filter(move |set| set.series == *series)
    }

    /// The stack that a viewport shows.
    pub(super) fn set_of(&self, viewport: &Viewport) -> Option<&DisplaySet> {
        let series = viewport.series.as_ref()?;
        self.stacks(series).find(|set| set.stack == viewport.stack)
    }
}

impl Session {
    /// The study that a link named first.
    pub(super) fn first_study(&self) -> Option<&OpenStudy> {
        self.studies.first()
    }

    /// The study of the active viewport, or the first.
    pub(super) fn active_study(&self) -> Option<&OpenStudy> {
        let series = self.state.viewports.get(self.state.active);
        let series = series.and_then(|viewport| viewport.series.as_ref());
        series
            .and_then(|series| self.study_with(series))
            .or(self.first_study())
    }

    /// An open study by its UID.
    pub(super) fn study_mut(&mut self, uid: &StudyUid) -> Option<&mut OpenStudy> {
        self.studies.iter_mut().find(|open| open.link.study == *uid)
    }

    /// The open study that a series is of.
    pub(super) fn study_with(&self, series: &SeriesUid) -> Option<&OpenStudy> {
        self.studies.iter().find(|open| open.has(series))
    }

    /// As [`Self::study_with`], to be changed.
    pub(super) fn study_with_mut(&mut self, series: &SeriesUid) -> Option<&mut OpenStudy> {
        self.studies.iter_mut().find(|open| open.has(series))
    }

    /// The stack that a viewport shows, and the study it is of.
    pub(super) fn stack_of(&self, viewport: &Viewport) -> Option<(&OpenStudy, &DisplaySet)> {
        let open = self.study_with(viewport.series.as_ref()?)?;
        Some((open, open.set_of(viewport)?))
    }
}

/// Stacks of a series that have a card each; of more there is one card, and a choice beside the picture.
const MAX_CARDS: u32 = 12;

/// True for a stack with a card of its own in the strip.
pub(super) fn has_card(set: &DisplaySet) -> bool {
    set.n_stacks <= MAX_CARDS || set.stack == 0
}
