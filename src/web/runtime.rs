//! Runtime: events into the session, effects out of it, one picture an animation frame.

use crate::fetch;
use crate::js;
use crate::local::Local;
use crate::pool::Pool;
use crate::surface::Surface;
use crate::wire;
use js_sys::{Array, ArrayBuffer, Function, Object, Promise, Uint8Array};
use serde_json::json;
use skiagraph_core::frames::frame_store::FrameFailure;
use skiagraph_core::pixel::raster::{Raster, RasterKind};
use skiagraph_core::pixel::samples::Samples;
use skiagraph_core::session::effect::{Cursor, Effect, FrameOrder, Mark, RequestId, Resource};
use skiagraph_core::session::event::{Event, LOCAL_SOURCE};
use skiagraph_core::session::notice::Notice;
use skiagraph_core::session::session::{Session, Shown};
use skiagraph_core::tool::input::{Phase, PointerInput};
use skiagraph_dicom::dicomweb::query::{Rung, Source};
use skiagraph_dicom::job::{DescriptorWire, FileOpened, FrameJob};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, File, HtmlElement};

/// Numbers of file jobs begin here, so that they are never a request's.
const FIRST_FILE_JOB: f64 = 1e12;

/// What the page holds; all of it behind one handle, because every callback needs all of it.
pub(crate) struct Page {
    pub(crate) session: RefCell<Session>,
    surface: RefCell<Surface>,
    element: HtmlElement,
    sources: Vec<(String, Source)>,
    pub(crate) pool: RefCell<Option<Rc<RefCell<Pool>>>>,
    before_pool: RefCell<Vec<(f64, Object)>>,
    local: RefCell<Local>,
    queue: RefCell<VecDeque<Event>>,
    is_handling: Cell<bool>,
    orders: RefCell<HashMap<u64, FrameOrder>>,
    aborts: RefCell<HashMap<u64, AbortController>>,
    needs_picture: Cell<bool>,
    needs_tick: Cell<bool>,
    needs_summary: Cell<bool>,
    is_frame_asked: Cell<bool>,
    moved: Cell<Option<PointerInput>>,
    drawn: RefCell<Vec<Shown>>,
    ratio: Cell<f64>,
    next_file: Cell<f64>,
    on_notice: Function,
    authorize: Function,
    on_frame: RefCell<Option<Closure<dyn FnMut(f64)>>>,
}

/// A handle to the page.
#[derive(Clone)]
pub(crate) struct Runtime(pub(crate) Rc<Page>);

impl Runtime {
    pub(crate) fn new(
        session: Session,
        surface: Surface,
        element: HtmlElement,
        sources: Vec<(String, Source)>,
        on_notice: Function,
        authorize: Function,
    ) -> Self {
        let runtime = Self(Rc::new(Page {
            session: RefCell::new(session),
            surface: RefCell::new(surface),
            element,
            sources,
            pool: RefCell::new(None),
            before_pool: RefCell::default(),
            local: RefCell::default(),
            queue: RefCell::default(),
            is_handling: Cell::new(false),
            orders: RefCell::default(),
            aborts: RefCell::default(),
            needs_picture: Cell::new(false),
            needs_tick: Cell::new(false),
            needs_summary: Cell::new(false),
            is_frame_asked: Cell::new(false),
            moved: Cell::new(None),
            drawn: RefCell::default(),
            ratio: Cell::new(1.0),
            next_file: Cell::new(FIRST_FILE_JOB),
            on_notice,
            authorize,
            on_frame: RefCell::new(None),
        }));
        let weak = Rc::downgrade(&runtime.0);
        let on_frame = Closure::<dyn FnMut(f64)>::new(move |now| {
            if let Some(page) = weak.upgrade() {
                Self(page).animation_frame(now);
            }
        });
        *runtime.0.on_frame.borrow_mut() = Some(on_frame);
        runtime
    }

    /// Handles an event, and those that came meanwhile, one after the other.
    pub(crate) fn send(&self, event: Event) {
        self.0.queue.borrow_mut().push_back(event);
        if self.0.is_handling.replace(true) {
            return;
        }
        loop {
            let Some(event) = self.0.queue.borrow_mut().pop_front() else {
                break;
            };
            let effects = self.0.session.borrow_mut().handle(event);
            for effect in effects {
                self.perform(effect);
            }
        }
        self.0.is_handling.set(false);
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Fetch {
                request,
                source,
                what,
            } => self.fetch(request, &source, what),
            Effect::FetchFrame { request, order } => self.fetch_frame(request, *order),
            Effect::Cancel(RequestId(id)) => {
                if let Some(abort) = self.0.aborts.borrow_mut().remove(&id) {
                    abort.abort();
                }
                if self.0.orders.borrow_mut().remove(&id).is_some()
                    && let Some(pool) = &*self.0.pool.borrow()
                {
                    pool.borrow_mut().cancel(id as f64);
                }
            }
            Effect::Redraw => {
                self.0.needs_picture.set(true);
                self.ask_frame();
            }
            Effect::Animate => {
                self.0.needs_tick.set(true);
                self.ask_frame();
            }
            Effect::Notify(Notice::UpdateSummary) => {
                self.0.needs_summary.set(true);
                self.ask_frame();
            }
            Effect::Notify(notice) => self.notify(&wire::notice(&notice)),
            Effect::Mark(Mark::MetadataReady { frames }) => {
                js::mark("viewer:metadata-ready", &json!({ "frames": frames }))
            }
            Effect::Mark(Mark::SeriesComplete { frames }) => {
                js::mark("viewer:series-complete", &json!({ "frames": frames }));
            }
            Effect::SetCursor(cursor) => {
                let name = match cursor {
                    Cursor::Probe => "crosshair",
                    Cursor::Pan => "grab",
                    Cursor::Zoom => "ns-resize",
                    Cursor::Scroll => "all-scroll",
                    Cursor::Window => "default",
                };
                let _ = self.0.element.style().set_property("cursor", name);
            }
            Effect::ForgetFiles => *self.0.local.borrow_mut() = Local::default(),
        }
    }

    pub(crate) fn notify(&self, notice: &serde_json::Value) {
        // The shell must not call back while the session is in hand: it is told in a task of its own.
        let (function, notice) = (self.0.on_notice.clone(), js::to_js(notice));
        spawn_local(async move {
            let _ = function.call1(&JsValue::UNDEFINED, &notice);
        });
    }

    async fn authorization(&self) -> String {
        let value = self
            .0
            .authorize
            .call0(&JsValue::UNDEFINED)
            .unwrap_or(JsValue::UNDEFINED);
        let value = JsFuture::from(Promise::resolve(&value)).await;
        value
            .ok()
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    }

    fn source(&self, id: &str) -> Option<Source> {
        self.0
            .sources
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, source)| source.clone())
    }

    fn fetch(&self, request: RequestId, source: &str, what: Resource) {
        let Some((source, abort)) = self.source(source).zip(AbortController::new().ok()) else {
            let failure = skiagraph_core::session::event::Failure::Unreachable;
            self.0
                .queue
                .borrow_mut()
                .push_back(Event::RequestFailed { request, failure });
            return;
        };
        fetch::limit(&abort);
        self.0.aborts.borrow_mut().insert(request.0, abort.clone());
        let runtime = self.clone();
        spawn_local(async move {
            let authorization = runtime.authorization().await;
            let outcome = fetch::send(
                &fetch::request(&source, &what),
                &authorization,
                &abort.signal(),
            )
            .await;
            runtime.0.aborts.borrow_mut().remove(&request.0);
            match outcome.and_then(|body| fetch::read(&what, &body)) {
                Ok((answer, warnings)) => runtime.send(Event::Answered {
                    request,
                    answer,
                    warnings,
                }),
                Err(failure) => runtime.send(Event::RequestFailed { request, failure }),
            }
        });
    }

    fn fetch_frame(&self, request: RequestId, order: FrameOrder) {
        let id = request.0 as f64;
        let mut job = FrameJob {
            id,
            url: String::new(),
            accepts: [Rung::Stored, Rung::Uncompressed]
                .map(|rung| rung.accept().to_owned())
                .to_vec(),
            authorization: String::new(),
            ranges: Vec::new(),
            transfer_syntax: order.transfer_syntax.clone().unwrap_or_default(),
            number: order.frame.frame.number(),
            descriptor: DescriptorWire::from(&order.descriptor),
        };
        let message = Object::new();
        js::set(&message, "id", id);
        js::set(&message, "kind", "frame");
        let is_local = order.source == LOCAL_SOURCE;
        if is_local {
            let local = self.0.local.borrow();
            let Some((instance, ranges)) = local.frame(&order.frame) else {
                let failure = FrameFailure {
                    sentence: "The file holds no such frame.".into(),
                    can_retry: false,
                };
                self.0
                    .queue
                    .borrow_mut()
                    .push_back(Event::FrameFailed { request, failure });
                return;
            };
            job.ranges.clone_from(ranges);
            job.transfer_syntax.clone_from(&instance.transfer_syntax);
            js::set(&message, "blob", &instance.blob);
        } else if let Some(source) = self.source(&order.source) {
            let frames = [order.frame.frame];
            job.url = source
                .frames(
                    &order.study,
                    &order.series,
                    &order.frame.instance,
                    &frames,
                    Rung::Stored,
                )
                .url;
        }
        self.0.orders.borrow_mut().insert(request.0, order);
        let runtime = self.clone();
        spawn_local(async move {
            if !is_local {
                job.authorization = runtime.authorization().await;
            }
            js::set(
                &message,
                "job",
                serde_json::to_string(&job).unwrap_or_default(),
            );
            if runtime.0.orders.borrow().contains_key(&request.0) {
                runtime.give(id, message);
            }
        });
    }

    /// Gives a job to the pool, or keeps it until there is one.
    fn give(&self, id: f64, message: Object) {
        match &*self.0.pool.borrow() {
            Some(pool) => pool.borrow_mut().send(id, message),
            None => self.0.before_pool.borrow_mut().push((id, message)),
        }
    }

    /// The pool is there: what waited for it goes.
    pub(crate) fn send_waiting(&self) {
        for (id, message) in self.0.before_pool.take() {
            self.give(id, message);
        }
    }

    /// A worker's answer.
    pub(crate) fn worker_answered(&self, data: &JsValue) {
        let id = js::number(data, "id");
        let kind = js::text(data, "kind");
        if self.0.local.borrow().is_expected(id) {
            let opened = if kind == "opened" {
                serde_json::from_str::<FileOpened>(&js::text(data, "json"))
                    .map_err(|error| error.to_string())
            } else {
                Err(js::text(data, "sentence"))
            };
            let event = self.0.local.borrow_mut().opened(id, opened);
            if let Some(event) = event {
                self.send(event);
            }
            return;
        }
        let Some(order) = self.0.orders.borrow_mut().remove(&(id as u64)) else {
            return;
        };
        let request = RequestId(id as u64);
        let raster = if kind == "frame" {
            raster(data, &order)
        } else {
            None
        };
        match raster {
            Some(raster) => {
                let warnings = Array::from(&js::get(data, "warnings"))
                    .iter()
                    .filter_map(|text| text.as_string())
                    .collect();
                let n_wire_bytes = js::number(data, "nWire") as u64;
                let is_lossy = js::get(data, "isLossy").is_truthy();
                self.send(Event::FrameDecoded {
                    request,
                    raster,
                    n_wire_bytes,
                    warnings,
                    is_lossy,
                });
            }
            None => {
                let sentence = js::text(data, "sentence");
                let can_retry = js::get(data, "canRetry").is_truthy();
                self.send(Event::FrameFailed {
                    request,
                    failure: FrameFailure {
                        sentence,
                        can_retry,
                    },
                });
            }
        }
    }

    pub(crate) fn open_files(&self, files: Vec<File>) {
        for file in files {
            let id = self.0.next_file.get();
            self.0.next_file.set(id + 1.0);
            let message = Object::new();
            js::set(&message, "id", id);
            js::set(&message, "kind", "open");
            js::set(&message, "blob", &file);
            self.0.local.borrow_mut().expect(id, file);
            self.give(id, message);
        }
    }

    /// Moves are coalesced to one an animation frame; everything else goes at once, after the move before it.
    pub(crate) fn pointer(&self, input: PointerInput) {
        if input.phase == Phase::Move {
            self.0.moved.set(Some(input));
            self.ask_frame();
            return;
        }
        if let Some(moved) = self.0.moved.take() {
            self.send(Event::Pointer(moved));
        }
        self.send(Event::Pointer(input));
    }

    pub(crate) fn resized(&self, width_px: u32, height_px: u32, device_pixel_ratio: f64) {
        self.0.ratio.set(device_pixel_ratio);
        self.0.surface.borrow_mut().resize(width_px, height_px);
        let size = skiagraph_core::state::state::CanvasSize {
            width_px,
            height_px,
            device_pixel_ratio,
        };
        self.send(Event::Resized(size));
        // A canvas that was resized is blank until it is drawn again: not in the next frame but in this one.
        self.draw();
    }

    pub(crate) fn device_pixel_ratio(&self) -> f64 {
        self.0.ratio.get()
    }

    pub(crate) fn is_study_open(&self) -> bool {
        self.0
            .session
            .try_borrow()
            .is_ok_and(|session| session.summary().is_study_open)
    }

    pub(crate) fn adapter(&self) -> String {
        self.0.surface.borrow().adapter()
    }

    fn ask_frame(&self) {
        if self.0.is_frame_asked.replace(true) {
            return;
        }
        if let (Some(window), Some(on_frame)) = (web_sys::window(), &*self.0.on_frame.borrow()) {
            let _ = window.request_animation_frame(on_frame.as_ref().unchecked_ref());
        }
    }

    fn animation_frame(&self, now_millis: f64) {
        self.0.is_frame_asked.set(false);
        if let Some(moved) = self.0.moved.take() {
            self.send(Event::Pointer(moved));
        }
        if self.0.needs_tick.replace(false) {
            self.send(Event::Tick { now_millis });
        }
        if self.0.needs_picture.replace(false) {
            self.draw();
        }
        if self.0.needs_summary.replace(false) {
            self.notify(&json!({ "type": "updateSummary" }));
        }
    }

    fn draw(&self) {
        let (scene, shown) = {
            let session = self.0.session.borrow();
            (session.scene(), session.shown())
        };
        if let Err(sentence) = self.0.surface.borrow_mut().draw(&scene) {
            let event = Event::RendererLost {
                sentence: format!("The picture could not be drawn: {sentence}."),
                is_recovered: false,
            };
            self.0.queue.borrow_mut().push_back(event);
            return;
        }
        let mut drawn = self.0.drawn.borrow_mut();
        for frame in shown.iter().filter(|frame| !drawn.contains(frame)) {
            js::mark(
                "viewer:frame-drawn",
                &json!({ "index": frame.index, "viewport": frame.viewport }),
            );
        }
        *drawn = shown;
    }
}

/// The pixels of a worker's answer, copied once.
fn raster(data: &JsValue, order: &FrameOrder) -> Option<Raster> {
    let buffer = js::get(data, "bytes").dyn_into::<ArrayBuffer>().ok()?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    let (rows, columns) = (
        js::number(data, "rows") as u32,
        js::number(data, "columns") as u32,
    );
    if js::get(data, "isRgb").is_truthy() {
        return Raster::new(rows, columns, RasterKind::Rgb, Samples::U8(bytes));
    }
    Raster::new(
        rows,
        columns,
        RasterKind::Stored,
        Samples::from_le_bytes(&order.descriptor, &bytes),
    )
}
