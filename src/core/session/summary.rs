//! Summary and Overlay: what tool bars, tests and the corners of the viewports may know. A Summary holds no patient data.

use super::event::{Link, SourceId};
use super::notice::{Problem, SortColumn};
use super::values::{Legend, ObjectSummary, Probe};
use crate::pixel::presets::Preset;
use crate::scene::scene::Interpolation;
use crate::state::state::{OverlayLevel, ToolKind};
use crate::study::doctor::Finding;
use crate::uid::{FrameRef, SeriesUid, StudyUid};
use crate::viewport::layout::Layout;
use crate::viewport::viewport::ViewportId;

/// What a viewport is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewportState {
    /// Nothing was put into it.
    Empty,
    /// The first picture is on its way.
    Loading,
    /// The wanted frame is on the canvas.
    Shown,
    /// Another frame of the stack is still on the canvas while the wanted one is on its way.
    Stale,
    /// The wanted frame is on the canvas at a lower resolution while the rest of it is on its way.
    Reduced,
    /// The wanted frame cannot be shown.
    Failed,
}

/// Whether what is on the canvas is the frame as it was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fidelity {
    /// Every stored value.
    Exact,
    /// Compressed with loss before it came here.
    Lossy,
    /// On its way.
    Arriving,
    /// A coarse picture of it, while the rest is on its way.
    Reduced,
    /// No picture.
    None,
}

/// Window in use.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowSummary {
    /// Center, modality values.
    pub center: f64,
    /// Width, modality values.
    pub width: f64,
    /// Name of the header's choice or the preset; empty for the reader's own.
    pub name: String,
    /// Made from the pixels because the header has none (rule D9).
    pub is_auto: bool,
}

/// A solid label along the top edge of a viewport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkLabel {
    /// Words.
    pub text: String,
    /// Must not be missed.
    pub is_warning: bool,
    /// The full sentence; empty where the words say all.
    pub detail: String,
}

/// One viewport.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewportSummary {
    /// Place in the grid.
    pub id: ViewportId,
    /// x, y, width, height in CSS pixels; `None` where it is not on the canvas.
    pub rect_css: Option<[f64; 4]>,
    /// Study of the series shown.
    pub study: Option<StudyUid>,
    /// Series shown.
    pub series: Option<SeriesUid>,
    /// Which of its stacks.
    pub stack: u32,
    /// Names of its stacks, in order; one empty name where there is but one.
    pub stacks: Vec<String>,
    /// Wanted frame.
    pub frame: Option<FrameRef>,
    /// Position in the stack.
    pub index: usize,
    /// Frames in the stack.
    pub count: usize,
    /// What it is doing.
    pub state: ViewportState,
    /// Sentence for `Empty`, `Loading`, `Stale` and `Failed`.
    pub message: Option<String>,
    /// Window in use; `None` for colour.
    pub window: Option<WindowSummary>,
    /// Header choices, then presets: name and "center / width".
    pub voi_choices: Vec<(String, String)>,
    /// Which of them is in use.
    pub voi_index: Option<usize>,
    /// Modality (0008,0060) of the series shown; empty where none is.
    pub modality: String,
    /// The window presets of this modality, in the order of their keys.
    pub presets: Vec<Preset>,
    /// CSS pixels per image column.
    pub zoom: f64,
    /// Pan, CSS pixels.
    pub pan_css: [f64; 2],
    /// Clockwise turn, degrees.
    pub rotation_degrees: u32,
    /// Left and right exchanged (before the turn).
    pub is_flipped: bool,
    /// Inverted by the reader.
    pub is_inverted: bool,
    /// Smooth or nearest.
    pub interpolation: Interpolation,
    /// The image comes with overlay planes.
    pub has_planes: bool,
    /// They are not drawn.
    pub are_planes_hidden: bool,
    /// The image comes with a display shutter.
    pub has_shutter: bool,
    /// It is lifted.
    pub is_shutter_lifted: bool,
    /// The mask frames of an angiography are known and can be subtracted.
    pub can_subtract: bool,
    /// The mask is subtracted, or waited for.
    pub is_subtracting: bool,
    /// One window for all images of the series, in place of each image's own.
    pub is_window_locked: bool,
    /// Fidelity of what is on the canvas.
    pub fidelity: Fidelity,
    /// The same in words, with figures: "Reduced to 1/4, 38 of 190 kB".
    pub fidelity_words: String,
    /// They stand on the picture too: never on one that is the frame, and not for a moment on a fast line.
    pub is_fidelity_marked: bool,
    /// Marks along the top edge.
    pub marks: Vec<MarkLabel>,
    /// Remarks about this frame.
    pub warnings: Vec<String>,
    /// Positions held, as ranges, end exclusive.
    pub loaded: Vec<[usize; 2]>,
    /// Positions that can be seen coarse, and are not held, likewise.
    pub coarse: Vec<[usize; 2]>,
    /// Positions that were drawn since the study was opened, likewise.
    pub seen: Vec<[usize; 2]>,
    /// Playing.
    pub is_playing: bool,
    /// Rate used for playing.
    pub frames_per_second: f64,
    /// Images a second that really came on the canvas, while playing.
    pub shown_per_second: Option<f64>,
    /// First and last position that is played.
    pub loop_range: [usize; 2],
    /// The reader chose them.
    pub is_loop_set: bool,
    /// Plays together with the other viewports.
    pub is_playing_together: bool,
    /// Playing goes forth and back, not round.
    pub is_sweeping: bool,
    /// More than one frame.
    pub can_play: bool,
    /// The objects of a series without pictures.
    pub objects: Vec<ObjectSummary>,
    /// Value under the pointer.
    pub probe: Option<Probe>,
    /// The picture can be shown in pseudo-colours.
    pub takes_color_map: bool,
    /// Id of the colour map in use; `None` for greys.
    pub color_map: Option<&'static str>,
    /// What its colours mean.
    pub legend: Option<Legend>,
}

/// One card of the strip: a series, or a stack of one.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesSummary {
    /// The study it is of.
    pub study: StudyUid,
    /// Series Instance UID.
    pub series: SeriesUid,
    /// Which of its stacks, from 0.
    pub stack: u32,
    /// What tells the stack from the others of the series: "Echo 2"; empty where there is but one.
    pub stack_name: String,
    /// Modality.
    pub modality: String,
    /// Series Number.
    pub number: Option<i32>,
    /// Series Description.
    pub description: String,
    /// Frames, or instances where frames are not known yet.
    pub count: usize,
    /// Frames held.
    pub frames_ready: usize,
    /// Frames that can be seen coarse, and are not held.
    pub frames_coarse: usize,
    /// In a viewport now.
    pub is_shown: bool,
    /// Has frames that can be drawn, or is not known yet.
    pub can_be_drawn: bool,
    /// What it is where it cannot be drawn.
    pub note: String,
    /// [`super::session::Session::thumbnail`] has a picture.
    pub has_thumbnail: bool,
    /// Some of its frames cannot be shown.
    pub is_failed: bool,
}

/// Loading as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoadSummary {
    /// Frames of the shown series that are held.
    pub frames_ready: usize,
    /// Frames of the shown series.
    pub frames_wanted: usize,
    /// Frames of the shown series that cannot be shown.
    pub frames_failed: usize,
    /// Bytes that came over the line since the study was opened.
    pub bytes_received: u64,
    /// Bytes of pixels held.
    pub bytes_held: u64,
    /// Most bytes of pixels held.
    pub bytes_budget: u64,
    /// Frames that had to go since the study was opened; they are asked for again when the reader comes near.
    pub frames_dropped: u64,
    /// Something is on its way.
    pub is_busy: bool,
    /// Speed of the line while something is on its way; 0 where nothing was measured.
    pub bytes_per_second: f64,
    /// What is still to come of what is seen and how long that takes, in words: "12 of 43 MB, about 40 s"; `None` where it
    /// is there in a moment.
    pub to_go: Option<String>,
}

/// Everything a tool bar or a test may know.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// A study is open.
    pub is_study_open: bool,
    /// Its archive.
    pub source: Option<SourceId>,
    /// Its UID; of several, the first one's.
    pub study: Option<StudyUid>,
    /// All that are open.
    pub studies: Vec<StudyUid>,
    /// A link that leads back to what the active viewport shows.
    pub link: Option<Link>,
    /// The grid.
    pub layout: Layout,
    /// The active viewport.
    pub active: ViewportId,
    /// It fills the canvas.
    pub is_one_up: bool,
    /// The tool in hand.
    pub tool: ToolKind,
    /// Text on pictures.
    pub overlay_level: OverlayLevel,
    /// All but the pictures hidden.
    pub are_pictures_only: bool,
    /// The page of keys is open.
    pub is_help_shown: bool,
    /// The chain behind the value under the pointer is shown on the picture.
    pub is_chain_shown: bool,
    /// All of the study comes coarse before any of it comes whole.
    pub is_preview_first: bool,
    /// Some of the study can: its images are stored by resolutions, and the archive is not known to refuse parts of them.
    pub can_preview_first: bool,
    /// Viewports.
    pub viewports: Vec<ViewportSummary>,
    /// Series of the study.
    pub series: Vec<SeriesSummary>,
    /// What went wrong and was not dismissed.
    pub problems: Vec<Problem>,
    /// Loading.
    pub load: LoadSummary,
    /// What is waited for, in a sentence, while the archive asks not to be asked.
    pub waiting: Option<String>,
    /// What is wrong with the audit record, and what to do.
    pub audit: Option<[&'static str; 2]>,
    /// What the geometry doctor found out about the active stack.
    pub findings: Vec<Finding>,
    /// Plain sentences about attributes that could not be used.
    pub geometry: Vec<String>,
}

/// Words in the corners and at the edges of one viewport; patient data, for text nodes only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    /// Patient; the first line is the name.
    pub top_left: Vec<String>,
    /// Study.
    pub top_right: Vec<String>,
    /// Image.
    pub bottom_left: Vec<String>,
    /// Acquisition.
    pub bottom_right: Vec<String>,
    /// Letters: left, right, top, bottom; "no orientation" stands in none of them but in the marks.
    pub edges: [String; 4],
    /// Group and description of the overlay planes over the image.
    pub planes: Vec<String>,
}

/// Whose study it is, in words for the eye; patient data, for text nodes only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Which study.
    pub study: StudyUid,
    /// Name of the patient.
    pub patient: String,
    /// Date and description.
    pub about: String,
}

/// State of the study list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListState {
    /// Nothing asked yet.
    #[default]
    Idle,
    /// Asked.
    Loading,
    /// Rows are there.
    Ready,
    /// Nothing found.
    Empty,
    /// See the problem.
    Failed,
}

/// A row of the study list, in words for the eye.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudyRow {
    /// Which archive.
    pub source: SourceId,
    /// Study Instance UID.
    pub study: StudyUid,
    /// Name, all groups.
    pub patient_name: String,
    /// Patient ID.
    pub patient_id: String,
    /// Birth date for the eye.
    pub birth_date: String,
    /// Age at the study.
    pub age: String,
    /// Sex.
    pub sex: String,
    /// Study date for the eye.
    pub date: String,
    /// Study time for the eye.
    pub time: String,
    /// `YYYYMMDDHHMMSS`, to order by.
    pub sort_date: String,
    /// Modalities.
    pub modalities: String,
    /// Study description.
    pub description: String,
    /// Accession number.
    pub accession: String,
    /// Number of series, where told.
    pub series: Option<u32>,
    /// Number of images, where told.
    pub images: Option<u32>,
    /// Referring physician.
    pub referring_physician: String,
}

/// The study list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StudyList {
    /// State.
    pub state: ListState,
    /// Why it failed.
    pub problem: Option<Problem>,
    /// What was asked.
    pub text: String,
    /// First row of this page.
    pub offset: u32,
    /// Rows a page.
    pub page_size: u32,
    /// There are more rows behind this page.
    pub has_more: bool,
    /// Order.
    pub sort: SortColumn,
    /// From the highest down.
    pub is_descending: bool,
    /// Rows.
    pub rows: Vec<StudyRow>,
}
