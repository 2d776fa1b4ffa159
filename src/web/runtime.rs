//! Runtime: events into the session, effects out of it, one after the other; one picture and one word to the shell an
//! animation frame.

use crate::audit::Audit;
use crate::config::IntendedUse;
use crate::disk::Disk;
use crate::draw::Screen;
use crate::fetch::Identity;
use crate::frames::Ladder;
use crate::js;
use crate::local::LocalFiles;
use crate::pool::Pool;
use crate::wire::{self, PageFacts, WireNotice};
use gloo_timers::future::TimeoutFuture;
use js_sys::Function;
use serde_json::Value;
use skiagraph_core::session::effect::RequestId;
use skiagraph_core::session::event::Event;
use skiagraph_core::session::session::Session;
use skiagraph_core::state::state::CanvasSize;
use skiagraph_core::tool::input::{Phase, PointerInput};
use skiagraph_dicom::dicomweb::query::Source;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, HtmlElement};

/// How often the figures of loading are told: a page that changes with every frame is drawn anew with every frame.
const PROGRESS_MILLIS: u32 = 400;

/// What can be called off.
pub(crate) enum Running {
    /// A request of the page itself.
    Request(AbortController),
    /// A job of the pool, once it has a number.
    Job(Option<u64>),
}

/// What the next animation frame shall do.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wants {
    pub(crate) picture: bool,
    pub(crate) tick: bool,
    pub(crate) summary: bool,
}

/// Everything the page holds.
pub(crate) struct Page {
    pub(crate) session: RefCell<Session>,
    pub(crate) screen: Screen,
    pub(crate) pool: Pool,
    pub(crate) files: LocalFiles,
    pub(crate) sources: Vec<(String, Source)>,
    pub(crate) identity: Identity,
    pub(crate) disk: Disk,
    pub(crate) audit: Option<Audit>,
    /// Id of the archive that copies without identity may be sent to.
    pub(crate) copies_to: Option<String>,
    pub(crate) ladder: Ladder,
    pub(crate) surface: HtmlElement,
    pub(crate) on_notice: Function,
    pub(crate) intended_use: IntendedUse,
    pub(crate) running: RefCell<HashMap<RequestId, Running>>,
    queue: RefCell<VecDeque<Event>>,
    is_handling: Cell<bool>,
    pub(crate) wants: Cell<Wants>,
    is_frame_asked: Cell<bool>,
    is_progress_asked: Cell<bool>,
    is_closed: Cell<bool>,
    moves: RefCell<Vec<PointerInput>>,
    /// Since when frames are on their way, or since the session was told of that last.
    line_since: Cell<Option<f64>>,
}

/// What a page is made of.
pub(crate) struct Parts {
    pub(crate) session: Session,
    pub(crate) screen: Screen,
    pub(crate) pool: Pool,
    pub(crate) sources: Vec<(String, Source)>,
    pub(crate) identity: Identity,
    pub(crate) disk: Disk,
    pub(crate) audit: Option<Audit>,
    /// Id of the archive that copies without identity may be sent to.
    pub(crate) copies_to: Option<String>,
    pub(crate) surface: HtmlElement,
    pub(crate) on_notice: Function,
    pub(crate) intended_use: IntendedUse,
}

/// A handle to the page.
#[derive(Clone)]
pub(crate) struct Runtime(pub(crate) Rc<Page>);

impl Runtime {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts {
            session,
            screen,
            pool,
            sources,
            identity,
            disk,
            audit,
            copies_to,
            surface,
            on_notice,
            intended_use,
        } = parts;
        Self(Rc::new(Page {
            session: RefCell::new(session),
            screen,
            pool,
            files: LocalFiles::default(),
            sources,
            identity,
            disk,
            audit,
            copies_to,
            ladder: Ladder::default(),
            surface,
            on_notice,
            intended_use,
            running: RefCell::default(),
            queue: RefCell::default(),
            is_handling: Cell::new(false),
            wants: Cell::default(),
            is_frame_asked: Cell::new(false),
            is_progress_asked: Cell::new(false),
            is_closed: Cell::new(false),
            moves: RefCell::default(),
            line_since: Cell::new(None),
        }))
    }

    /// Handles an event; one that comes while another is in hand waits for its turn.
    pub(crate) fn send(&self, event: Event) {
        if self.0.is_closed.get() {
            return;
        }
        if matches!(
            event,
            Event::FrameDecoded { .. }
                | Event::FrameStreamed { .. }
                | Event::FrameArriving { .. }
                | Event::FrameBegun { .. }
        ) && let Some(since) = self.0.line_since.get()
        {
            let now = js::now_millis();
            self.0.line_since.set(Some(now));
            let millis = now - since;
            self.0
                .queue
                .borrow_mut()
                .push_back(Event::LineWorked { millis });
        }
        self.0.queue.borrow_mut().push_back(event);
        if self.0.is_handling.replace(true) {
            return;
        }
        while let Some(event) = self.next_event() {
            let effects = self.0.session.borrow_mut().handle(event);
            for effect in effects {
                self.perform(effect);
            }
        }
        self.0.is_handling.set(false);
        self.watch_line();
    }

    /// The time when nothing is on its way says nothing of the line.
    fn watch_line(&self) {
        let running = self.0.running.borrow();
        let is_busy = running.values().any(|one| matches!(one, Running::Job(_)));
        let since = self.0.line_since.get().filter(|_| is_busy);
        let since = since.or_else(|| is_busy.then(js::now_millis));
        self.0.line_since.set(since);
    }

    fn next_event(&self) -> Option<Event> {
        self.0.queue.borrow_mut().pop_front()
    }

    /// Moves are told once an animation frame; everything else at once, after the moves before it.
    pub(crate) fn pointer(&self, input: PointerInput) {
        if input.phase != Phase::Move {
            self.send_moves();
            return self.send(Event::Pointer(input));
        }
        let mut moves = self.0.moves.borrow_mut();
        match moves
            .iter_mut()
            .find(|other| other.pointer == input.pointer)
        {
            Some(other) => *other = input,
            None => moves.push(input),
        }
        drop(moves);
        self.ask_frame();
    }

    pub(crate) fn send_moves(&self) {
        let moves = self.0.moves.take();
        moves
            .into_iter()
            .for_each(|input| self.send(Event::Pointer(input)));
    }

    /// The canvas has another size: drawn before the browser shows it stretched.
    pub(crate) fn resized(&self, size: CanvasSize) {
        self.send(Event::Resized(size));
        self.draw();
    }

    /// Asks for something at the next animation frame.
    pub(crate) fn want(&self, change: impl FnOnce(&mut Wants)) {
        let mut wants = self.0.wants.get();
        change(&mut wants);
        self.0.wants.set(wants);
        self.ask_frame();
    }

    /// Asks for a summary, and not more often than [`PROGRESS_MILLIS`].
    pub(crate) fn want_progress(&self) {
        if self.0.is_progress_asked.replace(true) {
            return;
        }
        let runtime = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(PROGRESS_MILLIS).await;
            runtime.0.is_progress_asked.set(false);
            runtime.want(|wants| wants.summary = true);
        });
    }

    fn ask_frame(&self) {
        if self.0.is_closed.get() || self.0.is_frame_asked.replace(true) {
            return;
        }
        let runtime = self.clone();
        let on_frame = Closure::once_into_js(move |now: f64| runtime.animation_frame(now));
        if let Some(window) = web_sys::window() {
            // A page without animation frames is not on any screen.
            let _ = window.request_animation_frame(on_frame.unchecked_ref());
        }
    }

    fn animation_frame(&self, now_millis: f64) {
        self.0.is_frame_asked.set(false);
        if self.0.is_closed.get() {
            return;
        }
        self.send_moves();
        if self.take(|wants| std::mem::take(&mut wants.tick)) {
            self.send(Event::Tick { now_millis });
        }
        if self.take(|wants| std::mem::take(&mut wants.picture)) {
            self.draw();
        }
        if self.take(|wants| std::mem::take(&mut wants.summary)) {
            self.notify(&WireNotice::UpdateSummary);
        }
    }

    fn take(&self, which: impl FnOnce(&mut Wants) -> bool) -> bool {
        let mut wants = self.0.wants.get();
        let was_wanted = which(&mut wants);
        self.0.wants.set(wants);
        was_wanted
    }

    /// Tells the shell; it may ask for the summary or send a command at once, which then waits for its turn.
    pub(crate) fn notify(&self, notice: &WireNotice) {
        // What the shell makes of it is its own affair.
        let _ = self
            .0
            .on_notice
            .call1(&JsValue::UNDEFINED, &js::to_js(notice));
    }

    /// The summary as the shell reads it.
    pub(crate) fn summary(&self) -> Value {
        let summary = self.0.session.borrow().summary();
        wire::summary(
            &summary,
            &PageFacts {
                renderer: self.0.screen.kind().name(),
                adapter: &self.0.screen.adapter(),
                intended_use: self.0.intended_use,
                bytes_of_page: js::bytes_of_memory(),
            },
        )
    }

    /// Ends everything; what still comes in is dropped.
    pub(crate) fn close(&self) {
        self.0.is_closed.set(true);
        for running in self.0.running.take().into_values() {
            if let Running::Request(controller) = running {
                controller.abort();
            }
        }
        self.0.pool.close();
        self.0.files.forget();
    }
}
