//! Screen: draws the session's scene, tells which frames are new on the canvas, and builds the device again when it is lost.

use crate::js;
use crate::renderer::{Drawn, Renderer, RendererKind};
use crate::runtime::Runtime;
use crate::wire::WireNotice;
use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::future::TimeoutFuture;
use serde_json::json;
use skiagraph_core::session::event::Event;
use skiagraph_core::session::session::Shown;
use skiagraph_gpu::Gpu;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlCanvasElement;

/// The mark of a new frame on the canvas (design 2).
const FRAME_DRAWN: &str = "viewer:frame-drawn";
/// The mark of a coarse picture of a frame on the canvas.
const FRAME_REDUCED: &str = "viewer:frame-reduced";
/// Marks of that name that are kept.
const MAX_MARKS: u32 = 50_000;
/// Losses of the device before the next tier is asked for (fault 40).
const MAX_LOSSES: u32 = 3;
/// Draws in a row that the device may refuse before it counts as lost.
const MAX_REFUSALS: u32 = 3;
/// Times that its memory may be full before it counts as lost (fault 41).
const MAX_SHORTAGES: u32 = 4;
/// How long a lost WebGL2 context may take to come back, in steps of [`STEP_MILLIS`].
const MAX_STEPS: u32 = 50;
const STEP_MILLIS: u32 = 100;

/// The canvas and who draws on it.
pub(crate) struct Screen {
    canvas: HtmlCanvasElement,
    kind: RendererKind,
    budget_bytes: Cell<u64>,
    renderer: RefCell<Option<Renderer>>,
    adapter: RefCell<String>,
    size_px: Cell<[u32; 2]>,
    shown: RefCell<Vec<Shown>>,
    n_marks: Cell<u32>,
    n_refusals: Cell<u32>,
    n_losses: Cell<u32>,
    n_shortages: Cell<u32>,
    context_lost: RefCell<Option<EventListener>>,
}

impl Screen {
    /// Takes hold of the canvas.
    ///
    /// # Errors
    /// A sentence; the next tier needs another canvas.
    pub(crate) async fn new(
        canvas: HtmlCanvasElement,
        kind: RendererKind,
        size_px: [u32; 2],
        budget_bytes: u64,
    ) -> Result<Self, String> {
        let renderer = Renderer::new(kind, &canvas, size_px, budget_bytes).await?;
        Ok(Self {
            canvas,
            kind,
            budget_bytes: Cell::new(budget_bytes),
            adapter: RefCell::new(renderer.adapter().to_owned()),
            renderer: RefCell::new(Some(renderer)),
            size_px: Cell::new([0, 0]),
            shown: RefCell::default(),
            n_marks: Cell::new(0),
            n_refusals: Cell::new(0),
            n_losses: Cell::new(0),
            n_shortages: Cell::new(0),
            context_lost: RefCell::default(),
        })
    }

    pub(crate) fn kind(&self) -> RendererKind {
        self.kind
    }

    /// Width and height as last drawn, device pixels.
    pub(crate) fn size_px(&self) -> [u32; 2] {
        self.size_px.get()
    }

    pub(crate) fn adapter(&self) -> String {
        self.adapter.borrow().clone()
    }

    /// Destroys the device, so that tests can see what its loss does.
    pub(crate) fn destroy_device(&self) {
        if let Some(Renderer::Gpu(gpu)) = &*self.renderer.borrow() {
            gpu.destroy();
        }
    }

    /// Says at which moment the device of now is lost.
    fn loss(&self) -> Option<impl Future<Output = String> + use<>> {
        match &*self.renderer.borrow() {
            Some(Renderer::Gpu(gpu)) => Some(Gpu::lost(gpu)),
            _ => None,
        }
    }

    fn is_context_lost(&self) -> bool {
        if self.kind != RendererKind::WebGl2 {
            return false;
        }
        let Ok(Some(context)) = self.canvas.get_context("webgl2") else {
            return true;
        };
        js::call(&context, "isContextLost", &[]).is_truthy()
    }

    /// Marks each frame that is new on the canvas, and gives them back.
    fn mark(&self, shown: Vec<Shown>) -> Vec<Shown> {
        let before = self.shown.replace(shown.clone());
        let is_new = |now: &Shown| {
            !before.iter().any(|then| {
                let is_same = then.viewport == now.viewport && then.frame == now.frame;
                is_same && then.level == now.level
            })
        };
        let new: Vec<Shown> = shown.into_iter().filter(is_new).collect();
        for now in &new {
            if now.level > 0 {
                let detail =
                    json!({ "index": now.index, "viewport": now.viewport, "level": now.level });
                js::mark(FRAME_REDUCED, &detail);
                continue;
            }
            if self.n_marks.get() >= MAX_MARKS {
                js::clear_marks(FRAME_DRAWN);
                self.n_marks.set(0);
            }
            self.n_marks.set(self.n_marks.get() + 1);
            js::mark(
                FRAME_DRAWN,
                &json!({ "index": now.index, "viewport": now.viewport }),
            );
        }
        new
    }
}

impl Runtime {
    /// Less memory of the graphics processor is used from now on.
    pub(crate) fn limit_textures(&self, n_bytes: u64) {
        let screen = &self.0.screen;
        screen.budget_bytes.set(n_bytes);
        if let Some(renderer) = &mut *screen.renderer.borrow_mut() {
            renderer.shrink(n_bytes);
        }
        self.want(|wants| wants.picture = true);
    }

    /// Draws what the session shows now.
    pub(crate) fn draw(&self) {
        let screen = &self.0.screen;
        let (scene, shown) = {
            let session = self.0.session.borrow();
            (session.scene(), session.shown())
        };
        let outcome = {
            let mut renderer = screen.renderer.borrow_mut();
            // While the device is built again nothing is drawn.
            let Some(renderer) = &mut *renderer else {
                return;
            };
            let size_px = [scene.width_px, scene.height_px];
            if screen.size_px.replace(size_px) != size_px {
                renderer.resize(scene.width_px.max(1), scene.height_px.max(1));
            }
            renderer.draw(&scene)
        };
        match outcome {
            Drawn::Done => {
                screen.n_refusals.set(0);
                let new = screen.mark(shown);
                if !new.is_empty() {
                    self.send(Event::Drawn(new));
                }
            }
            Drawn::NoMemory if screen.n_shortages.get() < MAX_SHORTAGES => {
                screen.n_shortages.set(screen.n_shortages.get() + 1);
                self.send(Event::TexturesOutOfMemory);
            }
            Drawn::NoMemory => self.lost("its memory is full".to_owned()),
            Drawn::Again => self.want(|wants| wants.picture = true),
            Drawn::Refused(_) if screen.n_refusals.get() < MAX_REFUSALS => {
                screen.n_refusals.set(screen.n_refusals.get() + 1);
                self.want(|wants| wants.picture = true);
            }
            Drawn::Refused(reason) | Drawn::Lost(reason) => self.lost(reason),
        }
    }

    /// WebGL2 says on the canvas alone that its context is lost.
    fn watch_context(&self) {
        let screen = &self.0.screen;
        if screen.context_lost.borrow().is_some() {
            return;
        }
        let page = Rc::downgrade(&self.0);
        // Only a loss that is taken note of is followed by a context that works again.
        let options = EventListenerOptions::enable_prevent_default();
        let listener = EventListener::new_with_options(
            &screen.canvas,
            "webglcontextlost",
            options,
            move |event| {
                event.prevent_default();
                if let Some(page) = page.upgrade() {
                    Self(page).lost("the browser took the graphics context away".to_owned());
                }
            },
        );
        screen.context_lost.replace(Some(listener));
    }

    /// Waits for the loss of the device.
    pub(crate) fn watch_device(&self) {
        self.watch_context();
        let Some(loss) = self.0.screen.loss() else {
            return;
        };
        let runtime = self.clone();
        spawn_local(async move {
            let reason = loss.await;
            runtime.lost(reason);
        });
    }

    /// The device is lost: it is built again on the same canvas, from the frames that the session holds.
    fn lost(&self, reason: String) {
        let screen = &self.0.screen;
        // Dropped before another takes hold of the canvas; heard twice it is lost once.
        let Some(old) = screen.renderer.take() else {
            return;
        };
        drop(old);
        screen.n_losses.set(screen.n_losses.get() + 1);
        if screen.n_losses.get() > MAX_LOSSES {
            return self.give_up(&reason);
        }
        let runtime = self.clone();
        spawn_local(async move { runtime.rebuild().await });
    }

    async fn rebuild(&self) {
        let screen = &self.0.screen;
        for _ in 0..MAX_STEPS {
            if !screen.is_context_lost() {
                break;
            }
            TimeoutFuture::new(STEP_MILLIS).await;
        }
        let size_px = screen.size_px.get().map(|side| side.max(1));
        match Renderer::new(
            screen.kind,
            &screen.canvas,
            size_px,
            screen.budget_bytes.get(),
        )
        .await
        {
            Ok(renderer) => {
                screen.adapter.replace(renderer.adapter().to_owned());
                screen.renderer.replace(Some(renderer));
                screen.n_refusals.set(0);
                let sentence = "The graphics device was lost and is in use again.".to_owned();
                self.send(Event::RendererLost {
                    sentence,
                    is_recovered: true,
                });
                self.watch_device();
                self.want(|wants| wants.picture = true);
            }
            Err(sentence) => self.give_up(&sentence),
        }
    }

    /// This tier cannot go on: the shell starts again with a new canvas on the next one.
    fn give_up(&self, reason: &str) {
        self.0.screen.renderer.take();
        let sentence = format!(
            "The pictures cannot be drawn any more: {}.",
            reason.trim_end_matches('.')
        );
        self.send(Event::RendererLost {
            sentence,
            is_recovered: false,
        });
        if let Some(tier) = self.0.screen.kind.next() {
            self.notify(&WireNotice::RequestTier { tier });
        }
    }
}
