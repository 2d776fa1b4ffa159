//! Harness: a viewer without a browser that is driven as a reader drives it, and phantoms to show in it.

pub mod fuzz;
mod phantom;
pub mod write;

use glam::DVec2;
use phantom::decoded;
pub use phantom::{Phantom, SIDE_PX, edit, phantom, pixels, series_uid, study_uid};
use skiagraph_core::geometry::space::CanvasPoint;
use skiagraph_core::pixel::presets::Presets;
use skiagraph_core::pixel::raster::Raster;
use skiagraph_core::session::audit::{AuditPolicy, Deed, RecordId};
use skiagraph_core::session::effect::{Effect, FrameOrder, Mark, RequestId, Resource, WakeId};
use skiagraph_core::session::event::{Answer, Command, Event, Link};
use skiagraph_core::session::notice::Notice;
use skiagraph_core::session::preview::PreviewFirst;
use skiagraph_core::session::session::{Session, SessionOptions};
use skiagraph_core::session::summary::{Summary, ViewportState, ViewportSummary};
use skiagraph_core::state::action::Action;
use skiagraph_core::state::state::CanvasSize;
use skiagraph_core::study::study::Series;
use skiagraph_core::tool::input::{Buttons, Modifiers, Phase, PointerInput, WheelInput};
use skiagraph_core::uid::SeriesUid;

/// A viewer without a browser, before an archive that answers when the test says so.
pub struct Viewer {
    /// The session under test.
    pub session: Session,
    /// Requests not yet answered.
    pub fetches: Vec<(RequestId, Resource)>,
    /// Frames not yet brought.
    pub orders: Vec<(RequestId, FrameOrder)>,
    /// Series not yet brought, each in one answer.
    pub streams: Vec<(RequestId, Vec<FrameOrder>)>,
    /// Marks made.
    pub marks: Vec<Mark>,
    /// Requests given up.
    pub cancelled: Vec<RequestId>,
    /// Words to the shell.
    pub notices: Vec<Notice>,
    /// Waits for a busy archive, with their seconds.
    pub wakes: Vec<(WakeId, u32)>,
    /// What went on record.
    pub records: Vec<(RecordId, Deed)>,
    /// Most bytes of textures, as told.
    pub texture_limits: Vec<u64>,
    /// The reader's presets, to be kept.
    pub kept_presets: Vec<Presets>,
}

impl Default for Viewer {
    fn default() -> Self {
        Self::with_audit(AuditPolicy::Off)
    }
}

impl Viewer {
    /// A viewer of a site that keeps a record, or does not.
    pub fn with_audit(audit: AuditPolicy) -> Self {
        Self::with(|options| options.audit = audit)
    }

    /// A viewer that holds at most so many bytes of pixels.
    pub fn with_budget(budget_bytes: u64) -> Self {
        Self::with(|options| options.budget_bytes = budget_bytes)
    }

    /// A viewer with options of its own.
    pub fn with(change: impl FnOnce(&mut SessionOptions)) -> Self {
        let mut options = SessionOptions {
            sources: vec![("main".into(), "Archive".into(), "/dicom-web".into())],
            presets: Presets::default(),
            budget_bytes: 64 << 20,
            texture_bytes: 64 << 20,
            max_in_flight: 6,
            preview_first: PreviewFirst::Asked,
            intended_use_is_review: false,
            audit: AuditPolicy::Off,
        };
        change(&mut options);
        let mut viewer = Self {
            session: Session::new(options),
            fetches: Vec::new(),
            orders: Vec::new(),
            streams: Vec::new(),
            marks: Vec::new(),
            cancelled: Vec::new(),
            notices: Vec::new(),
            wakes: Vec::new(),
            records: Vec::new(),
            kept_presets: Vec::new(),
            texture_limits: Vec::new(),
        };
        viewer.send(Event::Resized(CanvasSize {
            width_px: 640,
            height_px: 640,
            device_pixel_ratio: 1.0,
        }));
        viewer
    }

    /// Sends an event and sorts the effects.
    pub fn send(&mut self, event: Event) {
        for effect in self.session.handle(event) {
            match effect {
                Effect::Fetch { request, what, .. } => self.fetches.push((request, what)),
                Effect::FetchFrame { request, order } => self.orders.push((request, *order)),
                Effect::FetchSeries { request, orders } => self.streams.push((request, orders)),
                Effect::Cancel(request) => {
                    self.fetches.retain(|(known, _)| *known != request);
                    self.orders.retain(|(known, _)| *known != request);
                    self.streams.retain(|(known, _)| *known != request);
                    self.cancelled.push(request);
                }
                Effect::Mark(mark) => self.marks.push(mark),
                Effect::Notify(notice) => self.notices.push(notice),
                Effect::LimitTextures(n_bytes) => self.texture_limits.push(n_bytes),
                Effect::KeepPresets(presets) => self.kept_presets.push(presets),
                Effect::Wake {
                    wake,
                    after_seconds,
                } => self.wakes.push((wake, after_seconds)),
                Effect::Record { record, deed } => self.records.push((record, deed)),
                _ => {}
            }
        }
        self.check();
    }

    /// What must hold after every event: no more frames on their way than allowed, every viewport within its stack.
    fn check(&self) {
        assert!(
            self.orders.len() <= 6,
            "{} frames on their way",
            self.orders.len()
        );
        for viewport in self.session.summary().viewports {
            assert!(viewport.count == 0 || viewport.index < viewport.count);
        }
    }

    /// Opens a study by link.
    pub fn open(&mut self, study: u32, series: Option<SeriesUid>) {
        let link = Link {
            series,
            ..Self::link(study)
        };
        self.send(Event::Command(Command::OpenStudy(link)));
    }

    /// The link to a study.
    pub fn link(study: u32) -> Link {
        Link::to_study("main".into(), study_uid(study))
    }

    /// Draws, as the page does at an animation frame.
    pub fn draw(&mut self) {
        let shown = self.session.shown();
        self.send(Event::Drawn(shown));
    }

    /// Answers one request from the phantom as an archive would.
    pub fn answer(&mut self, request: RequestId, what: &Resource, phantom: &Phantom) {
        let all = |series: &SeriesUid| {
            phantom
                .series
                .iter()
                .filter(|s| s.uid == *series)
                .cloned()
                .collect::<Vec<_>>()
        };
        let answer = match what {
            Resource::SeriesList(_) => Answer::Series(
                phantom
                    .series
                    .iter()
                    .map(|series| Series {
                        instances: Vec::new(),
                        ..series.clone()
                    })
                    .collect(),
            ),
            Resource::FirstInstance(_, series) => {
                let mut found = all(series);
                for series in &mut found {
                    series.instances.truncate(1);
                }
                Answer::Instances {
                    study: Some(phantom.study.clone()),
                    series: found,
                }
            }
            Resource::SeriesMetadata(_, series) | Resource::InstanceMetadata(_, series, _) => {
                Answer::Instances {
                    study: Some(phantom.study.clone()),
                    series: all(series),
                }
            }
            _ => Answer::Studies(vec![phantom.study.clone()]),
        };
        self.send(Event::Answered {
            request,
            answer,
            warnings: Vec::new(),
        });
    }

    /// Answers everything until nothing is asked any more.
    pub fn answer_all(&mut self, phantom: &Phantom) {
        while !(self.fetches.is_empty() && self.orders.is_empty() && self.streams.is_empty()) {
            for (request, what) in std::mem::take(&mut self.fetches) {
                self.answer(request, &what, phantom);
            }
            for (request, order) in std::mem::take(&mut self.orders) {
                self.bring(request, &order);
            }
            for (request, orders) in std::mem::take(&mut self.streams) {
                orders
                    .iter()
                    .for_each(|order| self.bring_streamed(request, order));
                self.send(Event::StreamEnded { request });
            }
        }
    }

    /// Brings one frame of a streamed series.
    pub fn bring_streamed(&mut self, request: RequestId, order: &FrameOrder) {
        self.send(Event::FrameStreamed {
            request,
            frame: order.frame.clone(),
            decoded: decoded(pixels(order), false),
        });
    }

    /// A viewer with the study of a phantom, all of it answered.
    pub fn opened(phantom: &Phantom) -> Self {
        let mut viewer = Self::default();
        viewer.open(1, None);
        viewer.answer_all(phantom);
        viewer
    }

    /// Answers until the first viewport shows its picture, the frame that was asked for last first.
    pub fn answer_until_shown(&mut self, phantom: &Phantom) {
        while self.viewport().state != ViewportState::Shown {
            for (request, what) in std::mem::take(&mut self.fetches) {
                self.answer(request, &what, phantom);
            }
            if let Some((request, order)) = self.orders.pop() {
                self.bring(request, &order);
            }
        }
    }

    /// A viewer whose first picture is shown and whose metadata are there; frames are on their way.
    pub fn with_first_picture(phantom: &Phantom, series: Option<SeriesUid>) -> Self {
        let mut viewer = Self::default();
        viewer.open(1, series);
        viewer.answer_until_shown(phantom);
        for (request, what) in std::mem::take(&mut viewer.fetches) {
            viewer.answer(request, &what, phantom);
        }
        viewer
    }

    /// Words of the marks on the first viewport.
    pub fn mark_texts(&self) -> Vec<String> {
        let marks = self.viewport().marks.into_iter();
        marks.map(|mark| mark.text).collect()
    }

    /// Brings one frame.
    pub fn bring(&mut self, request: RequestId, order: &FrameOrder) {
        self.bring_raster(request, pixels(order), false);
    }

    /// Brings these pixels as a frame.
    pub fn bring_raster(&mut self, request: RequestId, raster: Raster, is_lossy: bool) {
        let decoded = decoded(raster, is_lossy);
        self.send(Event::FrameDecoded { request, decoded });
    }

    /// A viewer with a phantom study open and complete.
    pub fn with_phantom(n_series: u32, n_slices: u32) -> Self {
        let mut viewer = Self::default();
        let phantom = phantom(1, n_series, n_slices);
        viewer.open(1, None);
        viewer.answer_all(&phantom);
        viewer
    }

    /// Presses a key of the table.
    pub fn press(&mut self, key: &str) {
        let action = Action::from_key(key).unwrap_or_else(|| panic!("no action has the key {key}"));
        self.send(Event::Command(Command::Action(action)));
    }

    /// Turns the wheel over the middle.
    pub fn wheel(&mut self, notches: f64) {
        let point = CanvasPoint(DVec2::new(320.0, 320.0));
        self.send(Event::Wheel(WheelInput {
            point,
            notches,
            modifiers: Modifiers::default(),
        }));
    }

    /// One pointer event with the left button.
    pub fn pointer(&mut self, phase: Phase, x: f64, y: f64) {
        let buttons = Buttons {
            left: phase != Phase::Up,
            ..Buttons::default()
        };
        let point = CanvasPoint(DVec2::new(x, y));
        self.send(Event::Pointer(PointerInput {
            pointer: 1,
            phase,
            point,
            buttons,
            modifiers: Modifiers::default(),
        }));
    }

    /// Drags with the left button over two points.
    pub fn drag(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.pointer(Phase::Down, from.0, from.1);
        self.pointer(Phase::Move, to.0, to.1);
        self.pointer(Phase::Up, to.0, to.1);
    }

    /// The summary.
    pub fn summary(&self) -> Summary {
        self.session.summary()
    }

    /// Summary of the first viewport.
    pub fn viewport(&self) -> ViewportSummary {
        self.summary().viewports.remove(0)
    }

    /// Center and width of the first viewport.
    pub fn window(&self) -> (f64, f64) {
        self.viewport()
            .window
            .map(|window| (window.center, window.width))
            .expect("a window")
    }
}
