//! Session: the one way in (`handle`) and the ways out (`scene`, `summary`, `overlays`, `study_list`).

use super::audit::{Audit, AuditPolicy, Destination};
use super::cine::Meter;
use super::compare::Sameness;
use super::effect::{Effect, FrameOrder, RequestId, Resource};
use super::event::{Event, SourceId};
use super::notice::{Notice, Problem};
use super::over::Over;
use super::picture::Tables;
use super::preview::PreviewFirst;
use super::streaming::Stream;
use super::studies::OpenStudy;
use super::subtract::Difference;
use super::summary::StudyList;
use super::waiting::Busy;
use crate::frames::frame_store::FrameStore;
use crate::frames::line::Line;
use crate::pixel::presets::Presets;
use crate::state::command::ViewCommand;
use crate::state::state::State;
use crate::study::study::{Series, Study};
use crate::tool::gesture::Gesture;
use crate::uid::FrameRef;
use crate::viewport::layout::Layout;
use crate::viewport::viewport::ViewportId;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a session is told once.
#[derive(Clone, Debug)]
pub struct SessionOptions {
    /// Archives: id, label, and root for sentences.
    pub sources: Vec<(SourceId, String, String)>,
    /// Window presets, some of them the reader's own.
    pub presets: Presets,
    /// Most bytes of decoded pixels to hold.
    pub budget_bytes: u64,
    /// Most bytes of pixels to hold in the graphics processor.
    pub texture_bytes: u64,
    /// Most frames on their way at once.
    pub max_in_flight: usize,
    /// When all of a study comes coarse before any of it comes whole.
    pub preview_first: PreviewFirst,
    /// `intendedUse` is "review": every viewport says that it is not for diagnosis.
    pub intended_use_is_review: bool,
    /// Whether a record is kept.
    pub audit: AuditPolicy,
}

/// What a viewport shows now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Which viewport.
    pub viewport: ViewportId,
    /// Position in the stack.
    pub index: usize,
    /// Which frame.
    pub frame: FrameRef,
    /// How many times its size is halved: 0 is the frame itself, all else a coarse picture of it.
    pub level: u8,
}

/// A small picture of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// Width, pixels.
    pub width_px: u32,
    /// Height, pixels.
    pub height_px: u32,
    /// R, G, B, A, row after row.
    pub rgba: Vec<u8>,
}

/// What an outstanding request was for.
#[derive(Clone, Debug)]
pub(super) enum Pending {
    Resource(SourceId, Resource),
    Frame(Box<FrameOrder>),
    Stream(Stream),
}

/// The viewer without a browser.
#[derive(Debug)]
pub struct Session {
    pub(super) options: SessionOptions,
    pub(super) state: State,
    /// The studies that are open, the first of a link first; a series is of one of them.
    pub(super) studies: Vec<OpenStudy>,
    /// The grid before several studies were opened side by side, to go back to.
    pub(super) grid_before: Option<Layout>,
    /// Viewports of a link's grid that are still empty are filled as series become known.
    pub(super) fills_grid: bool,
    /// What was told of whether the studies are of one patient; asked once.
    pub(super) told_of_patients: Sameness,
    pub(super) list: StudyList,
    pub(super) list_source: SourceId,
    pub(super) local: Vec<(Study, Vec<Series>)>,
    pub(super) frames: FrameStore,
    pub(super) pending: BTreeMap<RequestId, Pending>,
    pub(super) next_request: u64,
    pub(super) problems: Vec<Problem>,
    pub(super) next_problem: u32,
    pub(super) failed_requests: Vec<(SourceId, Resource)>,
    pub(super) busy: BTreeMap<SourceId, Busy>,
    /// Archives that do not send a series in one answer.
    pub(super) streamless: HashSet<SourceId>,
    /// Archives that send byte ranges, and those that do not.
    pub(super) ranges: HashMap<SourceId, bool>,
    /// Frames that there was no memory for.
    pub(super) too_large: HashSet<FrameRef>,
    /// The first request after memory was short the last time.
    pub(super) short_since: RequestId,
    /// How fast frames come.
    pub(super) line: Line,
    /// Whether the reader wants to see everything coarse first; `None` leaves it to the site.
    pub(super) preview: Option<bool>,
    /// Nobody sees the page: nothing is asked for ahead (fault 44).
    pub(super) is_hidden: bool,
    pub(super) gesture: Gesture,
    pub(super) fingers: Vec<(i32, glam::DVec2)>,
    pub(super) wheel_rest: f64,
    pub(super) direction: i32,
    /// Viewport and pixel under the pointer.
    pub(super) probe: Option<(ViewportId, [u32; 2])>,
    pub(super) meters: HashMap<ViewportId, Meter>,
    pub(super) tables: Tables,
    pub(super) over: Vec<Over>,
    pub(super) differences: Vec<Option<Difference>>,
    pub(super) audit: Audit,
    pub(super) effects: Vec<Effect>,
}

impl Session {
    /// A session with nothing open.
    pub fn new(options: SessionOptions) -> Self {
        let list_source = options
            .sources
            .first()
            .map(|(id, ..)| id.clone())
            .unwrap_or_default();
        Self {
            frames: FrameStore::new(options.budget_bytes),
            options,
            state: State::default(),
            studies: Vec::new(),
            grid_before: None,
            fills_grid: false,
            told_of_patients: Sameness::default(),
            list: StudyList {
                is_descending: true,
                page_size: super::list::PAGE_SIZE,
                ..StudyList::default()
            },
            list_source,
            local: Vec::new(),
            pending: BTreeMap::new(),
            next_request: 1,
            problems: Vec::new(),
            next_problem: 1,
            failed_requests: Vec::new(),
            busy: BTreeMap::new(),
            streamless: HashSet::new(),
            ranges: HashMap::new(),
            too_large: HashSet::new(),
            short_since: RequestId(0),
            line: Line::default(),
            preview: None,
            is_hidden: false,
            gesture: Gesture::Idle,
            fingers: Vec::new(),
            wheel_rest: 0.0,
            direction: 1,
            probe: None,
            meters: HashMap::new(),
            tables: Tables::default(),
            over: Vec::new(),
            differences: Vec::new(),
            audit: Audit::default(),
            effects: Vec::new(),
        }
    }

    /// The only way in: a fact, or what the shell asks for. Returns what the outside shall do.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Command(command) => self.command(command),
            Event::Answered {
                request,
                answer,
                warnings,
            } => self.answered(request, answer, warnings),
            Event::RequestFailed { request, failure } => self.request_failed(request, &failure),
            Event::FrameArriving { request, arrived } => self.frame_arriving(request, arrived),
            Event::FrameBegun {
                request,
                arrived,
                beginning,
            } => self.frame_begun(request, arrived, beginning),
            Event::FrameDecoded { request, decoded } => self.frame_decoded(request, decoded),
            Event::FrameStreamed {
                request,
                frame,
                decoded,
            } => self.frame_streamed(request, &frame, decoded),
            Event::StreamEnded { request } => self.stream_ended(request),
            Event::FrameFailed { request, failure } => self.frame_failed(request, failure),
            Event::FrameRefused {
                request,
                retry_after_seconds,
            } => self.frame_refused(request, retry_after_seconds),
            Event::FrameUnreachable { request } => self.frame_unreachable(request),
            Event::LineWorked { millis } => self.line.worked(millis),
            Event::Woken(wake) => self.woken(wake),
            Event::FilesOpened {
                studies,
                refused,
                warnings,
            } => self.files_opened(studies, &refused, warnings),
            Event::Pointer(input) => self.pointer(&input),
            Event::Wheel(input) => self.wheel(&input),
            Event::DoubleClick(point) => self.double_click(point),
            Event::Resized(size) => self.view(ViewCommand::Resize(size)),
            Event::Drawn(shown) => self.drawn(shown),
            Event::Tick { now_millis } => self.tick(now_millis),
            Event::FrameOutOfMemory { request, n_bytes } => {
                self.frame_out_of_memory(request, n_bytes)
            }
            Event::TexturesOutOfMemory => self.textures_out_of_memory(),
            Event::RendererLost {
                sentence,
                is_recovered,
            } => self.renderer_lost(&sentence, is_recovered),
            Event::ObjectAsked {
                instance,
                is_saved: true,
            } => self.exported(Some(instance), Destination::File),
            Event::ObjectAsked { instance, .. } => self.object_opened(&instance),
            Event::Recorded(record) => self.recorded(record),
            Event::AuditChanged { is_down } => self.audit_changed(is_down),
        }
        std::mem::take(&mut self.effects)
    }

    /// A study is open, so that keys are its keys.
    pub fn is_study_open(&self) -> bool {
        !self.studies.is_empty()
    }

    /// Changes the arrangement and asks for a new picture.
    pub(super) fn view(&mut self, command: ViewCommand) {
        command.apply(&mut self.state);
        self.settle();
    }

    /// After anything that may change what is seen: which frames are on the canvas, their tables, what to load.
    pub(super) fn settle(&mut self) {
        self.ask_for_overlays();
        self.put_on_canvas();
        self.schedule();
        self.ask_for_components();
        self.effects.push(Effect::Redraw);
        self.effects.push(Effect::Notify(Notice::UpdateSummary));
    }

    pub(super) fn request(&mut self, pending: Pending) -> RequestId {
        let request = RequestId(self.next_request);
        self.next_request += 1;
        self.pending.insert(request, pending);
        request
    }

    pub(super) fn fetch(&mut self, source: &str, what: Resource) {
        self.searched(source, &what);
        let request = self.request(Pending::Resource(source.to_owned(), what));
        self.send_or_hold(request);
    }

    /// Cancels every request that `which` picks.
    pub(super) fn cancel_where(&mut self, which: impl Fn(&Pending) -> bool) {
        let stale: Vec<RequestId> = self
            .pending
            .iter()
            .filter(|(_, pending)| which(pending))
            .map(|(&request, _)| request)
            .collect();
        for request in stale {
            self.pending.remove(&request);
            self.effects.push(Effect::Cancel(request));
        }
    }
}
