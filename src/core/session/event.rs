//! Event: facts that happened, and what the shell asks for.

use super::audit::{RecordId, Report};
use super::effect::{RequestId, WakeId};
use super::notice::{SortColumn, StudySearch};
use super::session::Shown;
use crate::frames::arriving::Beginning;
use crate::frames::frame_store::FrameFailure;
use crate::pixel::color_map::ColorMap;
use crate::pixel::presets::Preset;
use crate::pixel::raster::Raster;
use crate::state::action::Action;
use crate::state::state::CanvasSize;
use crate::study::study::{Series, Study};
use crate::tool::input::{PointerInput, WheelInput};
use crate::uid::{FrameIndex, FrameRef, SeriesUid, SopInstanceUid, StudyUid};
use crate::viewport::layout::Layout;
use crate::viewport::viewport::ViewportId;

/// Id of a data source of `config.json`, or [`LOCAL_SOURCE`].
pub type SourceId = String;

/// Source of files dropped on the page.
pub const LOCAL_SOURCE: &str = "local";

/// A frame as the decoder hands it over.
#[derive(Clone, Debug)]
pub struct DecodedFrame {
    /// Its pixels.
    pub raster: Raster,
    /// Bytes that came over the line for it.
    pub n_wire_bytes: u64,
    /// What the decoder remarked.
    pub warnings: Vec<String>,
    /// The codec loses information.
    pub is_lossy: bool,
    /// Time in which these bytes came; 0 where it was not measured.
    pub transfer_millis: f64,
    /// Bytes from the frame's beginning that each resolution needs, from the whole down; empty where it has but one, or where
    /// nobody asked.
    pub level_bytes: Vec<u64>,
    /// The whole answer, where it was to be kept and takes much less room than the pixels.
    pub coded: Option<Beginning>,
}

/// How far a frame has got that is on its way.
#[derive(Clone, Debug)]
pub struct ArrivingFrame {
    /// Bytes that are here.
    pub n_bytes: u64,
    /// Bytes that it has, where that is told.
    pub n_bytes_total: Option<u64>,
    /// How many times the size is halved, and the picture: where these bytes hold one whole that no word before brought.
    pub coarse: Option<(u8, Raster)>,
}

/// Everything that can reach a session.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, a box would only hide it; on 32 bits it is not large"
)]
pub enum Event {
    /// The shell asks for something.
    Command(Command),
    /// A request was answered and read.
    Answered {
        /// Which request.
        request: RequestId,
        /// What it says.
        answer: Answer,
        /// Sentences about attributes that were left out.
        warnings: Vec<String>,
    },
    /// A request came to nothing.
    RequestFailed {
        /// Which request.
        request: RequestId,
        /// Why.
        failure: Failure,
    },
    /// A frame is decoded.
    FrameDecoded {
        /// Which request.
        request: RequestId,
        /// What it is.
        decoded: DecodedFrame,
    },
    /// A frame is on its way, and slow.
    FrameArriving {
        /// Which request.
        request: RequestId,
        /// What of it is here.
        arrived: ArrivingFrame,
    },
    /// The part of a frame that was asked for is here.
    FrameBegun {
        /// Which request.
        request: RequestId,
        /// What of it is here.
        arrived: ArrivingFrame,
        /// To be handed back when the rest is asked for.
        beginning: Beginning,
    },
    /// A frame of a streamed series is decoded.
    FrameStreamed {
        /// Which request.
        request: RequestId,
        /// Which of its frames.
        frame: FrameRef,
        /// What it is.
        decoded: DecodedFrame,
    },
    /// A streamed series ended, with all its frames or without.
    StreamEnded {
        /// Which request.
        request: RequestId,
    },
    /// A frame cannot be had.
    FrameFailed {
        /// Which request.
        request: RequestId,
        /// Why.
        failure: FrameFailure,
    },
    /// There is no memory to decode a frame, or to hold it.
    FrameOutOfMemory {
        /// Which request.
        request: RequestId,
        /// Bytes that it takes.
        n_bytes: u64,
    },
    /// The graphics processor has no memory for more textures; it holds none now.
    TexturesOutOfMemory,
    /// The archive is too busy to send a frame (429, 503).
    FrameRefused {
        /// Which request.
        request: RequestId,
        /// Retry-After, seconds.
        retry_after_seconds: Option<u32>,
    },
    /// Nothing answered when a frame was asked for: no line, or no server at its end.
    FrameUnreachable {
        /// Which request.
        request: RequestId,
    },
    /// Frames were on their way for so long since this was told last; comes before what they brought.
    LineWorked {
        /// Milliseconds.
        millis: f64,
    },
    /// The time of [`super::effect::Effect::Wake`] is over.
    Woken(WakeId),
    /// Files were opened: the studies they make up, each with its series, and how many were no DICOM.
    FilesOpened {
        /// Studies with their series.
        studies: Vec<(Study, Vec<Series>)>,
        /// Files that are not DICOM, or broken, each with a sentence that names the file.
        refused: Vec<String>,
        /// Sentences about attributes that were left out.
        warnings: Vec<String>,
    },
    /// Mouse, pen or finger.
    Pointer(PointerInput),
    /// Wheel or two fingers on a pad.
    Wheel(WheelInput),
    /// A double click or double tap.
    DoubleClick(crate::geometry::space::CanvasPoint),
    /// The canvas has another size.
    Resized(CanvasSize),
    /// These frames are new on the canvas, not only meant for it.
    Drawn(Vec<Shown>),
    /// An animation frame begins, by the page's clock; comes as long as [`super::effect::Effect::Animate`] asks for it.
    Tick {
        /// Milliseconds of the page's clock.
        now_millis: f64,
    },
    /// The graphics device went away; the page goes on with what it has.
    RendererLost {
        /// A sentence for the page.
        sentence: String,
        /// Whether another renderer took over.
        is_recovered: bool,
    },
    /// What an instance of the open study says is about to be read, or its file to be saved.
    ObjectAsked {
        /// Which instance.
        instance: SopInstanceUid,
        /// It is saved.
        is_saved: bool,
    },
    /// A record was delivered.
    Recorded(RecordId),
    /// Records wait that could not be delivered, or none does any more.
    AuditChanged {
        /// Some wait.
        is_down: bool,
    },
}

/// What the shell asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Look for studies.
    SearchStudies(StudySearch),
    /// Order the rows of the list.
    SortStudies(SortColumn, bool),
    /// Open a study.
    OpenStudy(Link),
    /// Open the study of an accession number.
    OpenAccession(SourceId, String),
    /// Back to the list.
    CloseStudy,
    /// A key or a button.
    Action(Action),
    /// Make a viewport the active one.
    ActivateViewport(ViewportId),
    /// Show a series in a viewport.
    ShowSeries(ViewportId, SeriesUid),
    /// Show a stack of a series in a viewport; in a viewport with that series the window and the place stay.
    ShowStack(ViewportId, SeriesUid, u32),
    /// To an image by its number in the stack, from 1.
    GoToImage(ViewportId, u32),
    /// A typed window.
    SetWindow {
        /// Viewport.
        viewport: ViewportId,
        /// Center, modality values.
        center: f64,
        /// Width, modality values.
        width: f64,
    },
    /// One of the header's windows or VOI LUTs, or a preset after them.
    ChooseVoi(ViewportId, usize),
    /// The reader's own window presets of a modality, in place of those it had.
    SetPresets {
        /// Modality (0008,0060).
        modality: String,
        /// In the order of their keys.
        presets: Vec<Preset>,
    },
    /// Pseudo-colours, or greys again.
    SetColorMap(ViewportId, Option<ColorMap>),
    /// Another grid.
    SetLayout(Layout),
    /// Playing speed.
    SetFrameRate(ViewportId, f64),
    /// First and last image that is played, by their numbers in the stack, from 1.
    SetLoop(ViewportId, [u32; 2]),
    /// The reader has read it.
    DismissProblem(u32),
    /// Ask again for what failed.
    Retry,
    /// Nobody sees the page, or somebody does again.
    SetHidden(bool),
    /// Put something on record that only the shell knows of.
    Report(Report),
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Which archive.
    pub source: SourceId,
    /// Which study.
    pub study: StudyUid,
    /// Studies of the same archive that are opened side by side with it.
    pub beside: Vec<StudyUid>,
    /// Which series of it, if told.
    pub series: Option<SeriesUid>,
    /// Which instance, if told.
    pub instance: Option<SopInstanceUid>,
    /// Which frame of it, if told.
    pub frame: Option<FrameIndex>,
    /// Window center and width, if told.
    pub window: Option<(f64, f64)>,
    /// Grid of viewports, if told; what the link does not name is filled with the next series.
    pub layout: Option<Layout>,
}

/// Most studies that are open at once: what the largest grid has place for.
pub const MAX_STUDIES: usize = 4;

impl Link {
    /// To a study as a whole.
    pub fn to_study(source: SourceId, study: StudyUid) -> Self {
        Self {
            source,
            study,
            beside: Vec::new(),
            series: None,
            instance: None,
            frame: None,
            window: None,
            layout: None,
        }
    }

    /// One link for each study, each study once and at most [`MAX_STUDIES`]; the first has the place within it.
    pub(super) fn studies(&self) -> impl Iterator<Item = Self> {
        let first = Self {
            beside: Vec::new(),
            ..self.clone()
        };
        let mut uids: Vec<&StudyUid> = Vec::new();
        for uid in &self.beside {
            if *uid != self.study && !uids.contains(&uid) {
                uids.push(uid);
            }
        }
        let beside = uids
            .into_iter()
            .map(|uid| Self::to_study(self.source.clone(), uid.clone()));
        let links: Vec<Self> = std::iter::once(first)
            .chain(beside)
            .take(MAX_STUDIES)
            .collect();
        links.into_iter()
    }
}

/// What an archive said.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, a box would only hide it; on 32 bits it is not large"
)]
pub enum Answer {
    /// Studies found.
    Studies(Vec<Study>),
    /// Series of a study, without instances.
    Series(Vec<Series>),
    /// Instances, grouped in series, with the words of their study.
    Instances {
        /// The study's words, as told by the instances; `None` where nothing came.
        study: Option<Study>,
        /// Series with instances.
        series: Vec<Series>,
    },
    /// Overlay Data (60xx,3000), little endian.
    OverlayData(Vec<u8>),
}

/// Why a request came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer: no line, no server, or the browser refused (cross-origin, mixed content).
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// An HTTP status other than success.
    Status {
        /// The status.
        code: u16,
        /// Retry-After, seconds.
        retry_after_seconds: Option<u32>,
    },
    /// An answer of the wrong kind.
    NotDicomJson {
        /// It looks like a web page, perhaps a login.
        is_html: bool,
    },
    /// The answer ends too early.
    Truncated,
    /// Larger than the limit.
    TooLarge,
}
