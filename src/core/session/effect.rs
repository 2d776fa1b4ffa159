//! Effect: what the outside shall do.

use super::audit::{Deed, RecordId};
use super::event::SourceId;
use super::notice::Notice;
use crate::frames::arriving::Beginning;
use crate::pixel::descriptor::PixelDescriptor;
use crate::pixel::presets::Presets;
use crate::uid::{FrameRef, SeriesUid, SopInstanceUid, StudyUid};
use std::sync::Arc;

/// One request; answers to forgotten ones are dropped in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// One wait for a busy archive; what wakes from a superseded one is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WakeId(pub u64);

/// What to ask an archive for.
#[derive(Clone, Debug, PartialEq)]
pub enum Resource {
    /// QIDO-RS: studies.
    Studies(super::notice::StudySearch),
    /// QIDO-RS: studies with an accession number.
    Accession(String),
    /// QIDO-RS: the study itself, for its words and its existence.
    Study(StudyUid),
    /// QIDO-RS: series of a study.
    SeriesList(StudyUid),
    /// QIDO-RS, limit 1: some instance of a series with what is needed to draw it.
    FirstInstance(StudyUid, SeriesUid),
    /// WADO-RS metadata of one instance.
    InstanceMetadata(StudyUid, SeriesUid, SopInstanceUid),
    /// WADO-RS metadata of a series.
    SeriesMetadata(StudyUid, SeriesUid),
    /// Bulk data: Overlay Data (60xx,3000) by its BulkDataURI.
    OverlayData(String),
}

impl Resource {
    /// The study that it is asked of, where it is of one.
    pub fn study(&self) -> Option<&StudyUid> {
        match self {
            Self::Study(study)
            | Self::SeriesList(study)
            | Self::FirstInstance(study, _)
            | Self::InstanceMetadata(study, ..)
            | Self::SeriesMetadata(study, _) => Some(study),
            Self::Studies(_) | Self::Accession(_) | Self::OverlayData(_) => None,
        }
    }
}

/// Everything a worker needs to bring one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameOrder {
    /// Which archive, or [`super::event::LOCAL_SOURCE`].
    pub source: SourceId,
    /// Study the frame belongs to.
    pub study: StudyUid,
    /// Series the frame belongs to.
    pub series: SeriesUid,
    /// Which frame.
    pub frame: FrameRef,
    /// What its header says.
    pub descriptor: PixelDescriptor,
    /// Transfer syntax, where told.
    pub transfer_syntax: Option<String>,
    /// True for what the reader waits for; it goes before all others.
    pub is_urgent: bool,
    /// What it needs of its bytes for each resolution is to be told: the other frames of its series are like it.
    pub tells_levels: bool,
    /// Only so many bytes of the answer are wanted, where the archive sends ranges: [`super::event::Event::FrameBegun`].
    pub part_bytes: Option<u64>,
    /// What is here of the answer already: only the rest is wanted, where the archive sends ranges, and nothing where this is all.
    pub beginning: Option<Arc<Beginning>>,
    /// The answer is to be kept: not all frames of the series have room decoded.
    pub keeps_coded: bool,
}

/// Imperatives to the page.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Ask an archive; the answer comes as an event.
    Fetch {
        /// Which request this is.
        request: RequestId,
        /// Which archive.
        source: SourceId,
        /// What for.
        what: Resource,
    },
    /// Bring a frame.
    FetchFrame {
        /// Which request this is.
        request: RequestId,
        /// Which frame and what is known of it.
        order: Box<FrameOrder>,
    },
    /// Bring these frames of one series, each the only one of its instance, in one answer.
    FetchSeries {
        /// Which request this is.
        request: RequestId,
        /// The frames and what is known of them; never empty.
        orders: Vec<FrameOrder>,
    },
    /// Keep the reader's own presets for the next visit.
    KeepPresets(Presets),
    /// Nobody waits for this any more.
    Cancel(RequestId),
    /// Send [`super::event::Event::Woken`] after this time, never before: an archive asks to wait.
    Wake {
        /// Which wait this is.
        wake: WakeId,
        /// From now on.
        after_seconds: u32,
    },
    /// Hold no more than so many bytes of textures from now on.
    LimitTextures(u64),
    /// The picture changed.
    Redraw,
    /// Send [`super::event::Event::Tick`] at the next animation frame.
    Animate,
    /// Tell the shell.
    Notify(Notice),
    /// A performance mark.
    Mark(Mark),
    /// Shape of the pointer over the pictures.
    SetCursor(Cursor),
    /// Put this on record; [`super::event::Event::Recorded`] says when it was delivered.
    Record {
        /// Which record this is.
        record: RecordId,
        /// What happened.
        deed: Deed,
    },
    /// Try to deliver now what waits.
    DeliverRecords,
}

/// Performance marks that others measure by; `viewer:frame-drawn` is made by whoever draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `viewer:metadata-ready`: the order of the shown series is known.
    MetadataReady {
        /// Frames in the stack.
        frames: usize,
    },
    /// `viewer:series-coarse`: every frame of the shown series can be seen, coarse at least.
    SeriesCoarse {
        /// Frames in the stack.
        frames: usize,
    },
    /// `viewer:series-complete`: every frame of the shown series is decoded.
    SeriesComplete {
        /// Frames in the stack.
        frames: usize,
    },
}

/// Shape of the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// `crosshair`
    Probe,
    /// `grab`
    Pan,
    /// `ns-resize`
    Zoom,
    /// `all-scroll`
    Scroll,
    /// `default`
    Window,
}
