//! Viewer: the whole surface to JavaScript.

use crate::audit::Audit;
use crate::canvas::{SizeObserver, measure};
use crate::config::{self, Config, IntendedUse};
use crate::disk::Disk;
use crate::draw::Screen;
use crate::fetch::Identity;
use crate::input::Input;
use crate::js;
use crate::kept;
use crate::memory;
use crate::panic;
use crate::pool::Pool;
use crate::renderer::RendererKind;
use crate::runtime::{Parts, Runtime};
use crate::wire;
use js_sys::{Array, Function, Object, Promise};
use skiagraph_core::frames::budget::Budget;
use skiagraph_core::session::audit::{AuditPolicy, Deed, Report};
use skiagraph_core::session::event::{Command, Event};
use skiagraph_core::session::session::{Session, SessionOptions};
use skiagraph_core::study::display_set::SetKey;
use skiagraph_core::uid::SeriesUid;
use skiagraph_dicom::dicomweb::query::Source;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlCanvasElement, HtmlElement, Worker};

/// Frames on their way at once: as many connections as a browser opens to one host (standards 2.5).
const MAX_IN_FLIGHT: usize = 6;
/// Everything `create` takes.
const OPTIONS: [&str; 12] = [
    "canvas",
    "surface",
    "renderer",
    "config",
    "workerUrl",
    "workerModule",
    "firstWorker",
    "onNotice",
    "authorize",
    "takeEarly",
    "disk",
    "reader",
];

/// Checks the text of `config.json` and gives it back with its defaults.
///
/// # Errors
/// An `Error` whose message is a sentence that names the key.
#[wasm_bindgen(js_name = parseConfig)]
pub fn parse_config(text: &str) -> Result<JsValue, JsValue> {
    config::read(text, &hostname())
        .map(|config| js::to_js(&config))
        .map_err(|message| js::error(&message))
}

/// The viewer in a page.
#[wasm_bindgen]
pub struct Viewer {
    runtime: Runtime,
    first_source: String,
    _input: Input,
    _observer: SizeObserver,
}

#[wasm_bindgen]
impl Viewer {
    /// Starts the viewer.
    ///
    /// # Errors
    /// A `TypeError` that names an option, or an `Error` where this tier cannot draw here: try the next one with a new
    /// canvas.
    pub async fn create(options: JsValue) -> Result<Viewer, JsValue> {
        let options = Options::read(&options)?;
        panic::listen(&options.on_notice);
        let memory = memory::budget();
        let size = measure(&options.canvas);
        let size_px = [size.width_px, size.height_px];
        let screen = Screen::new(
            options.canvas.clone(),
            options.renderer,
            size_px,
            memory.texture_bytes,
        );
        let screen = screen.await.map_err(|message| js::error(&message))?;
        let module = JsFuture::from(Promise::resolve(&options.worker_module)).await?;
        let pool = Pool::new(
            options.worker_url,
            module,
            options.first_worker,
            n_workers(),
        );
        let config = &options.config;
        let runtime = Runtime::new(Parts {
            session: session(config, &memory),
            screen,
            pool,
            sources: config
                .sources
                .iter()
                .map(|source| (source.id.clone(), Source::new(&source.root)))
                .collect(),
            identity: Identity {
                mode: config.auth.mode,
                authorize: options.authorize,
                take_early: options.take_early,
            },
            disk: Disk(options.disk),
            audit: Audit::of(config, &options.reader),
            copies_to: config.deidentify.as_ref().map(|copies| copies.to.clone()),
            surface: options.surface.clone(),
            on_notice: options.on_notice,
            intended_use: config.intended_use,
        });
        runtime.watch_device();
        runtime.send(Event::Command(Command::Report(Report::Plain(Box::new(
            Deed::Started,
        )))));
        runtime.resized(size);
        let no_page = || js::error("The viewer needs a page.");
        let its = runtime.clone();
        let observer = SizeObserver::new(&options.canvas, move |size| its.resized(size))
            .ok_or_else(no_page)?;
        let input = Input::new(&options.surface, &runtime).ok_or_else(no_page)?;
        js::mark("viewer:app-ready", &serde_json::json!({}));
        let first_source = config
            .sources
            .first()
            .map(|source| source.id.clone())
            .unwrap_or_default();
        Ok(Viewer {
            runtime,
            first_source,
            _input: input,
            _observer: observer,
        })
    }

    /// Does what a command says.
    ///
    /// # Errors
    /// A `TypeError` that names the field on anything unknown.
    pub fn dispatch(&self, command: JsValue) -> Result<(), JsValue> {
        let json = js::to_json(&command).unwrap_or_default();
        let command = wire::read_command(&json, &self.first_source)
            .map_err(|message| js::type_error(&message))?;
        self.runtime.send(Event::Command(command));
        Ok(())
    }

    /// Opens files of this computer: DICOM files and ZIP archives of them.
    #[wasm_bindgen(js_name = openFiles)]
    pub fn open_files(&self, files: Array) {
        let files: Vec<File> = files
            .iter()
            .filter_map(|file| file.dyn_into().ok())
            .collect();
        let runtime = self.runtime.clone();
        spawn_local(async move {
            let event = runtime.0.files.open(&runtime.0.pool, files).await;
            runtime.send(event);
        });
    }

    /// What tool bars and tests may know; no patient data beyond UIDs.
    pub fn summary(&self) -> JsValue {
        js::to_js(&self.runtime.summary())
    }

    /// Words for the corners of each viewport: patient data, for text nodes only.
    pub fn overlay(&self) -> JsValue {
        js::to_js(&wire::overlays(&self.runtime.0.session.borrow().overlays()))
    }

    /// Whose studies are open: patient data, for text nodes only.
    pub fn headings(&self) -> JsValue {
        js::to_js(&wire::headings(&self.runtime.0.session.borrow().headings()))
    }

    /// State of the study list: patient data, for text nodes only.
    pub fn studies(&self) -> JsValue {
        js::to_js(&wire::study_list(
            &self.runtime.0.session.borrow().study_list(),
        ))
    }

    /// The record of this visit, the newest first: patient data, for text nodes only.
    pub fn records(&self) -> JsValue {
        js::to_js(&self.runtime.records())
    }

    /// Resolves once all of the record is delivered (true), or an attempt came to nothing (false).
    #[wasm_bindgen(js_name = recordsDelivered)]
    pub async fn records_delivered(&self) -> bool {
        let runtime = self.runtime.clone();
        runtime.are_records_delivered().await
    }

    /// The one table of tools, keys, names and help.
    pub fn actions(&self) -> JsValue {
        js::to_js(&wire::actions())
    }

    /// What an instance of the open study says of itself: report and attributes; patient data, for text nodes only.
    ///
    /// # Errors
    /// An `Error` whose message is a sentence for the page.
    pub async fn describe(&self, instance: String) -> Result<JsValue, JsValue> {
        let runtime = self.runtime.clone();
        runtime.describe(&instance).await
    }

    /// The DICOM file of an instance of the open study, a `Blob` to be saved.
    ///
    /// # Errors
    /// An `Error` whose message is a sentence for the page.
    #[wasm_bindgen(js_name = objectFile)]
    pub async fn object_file(&self, instance: String) -> Result<JsValue, JsValue> {
        let runtime = self.runtime.clone();
        runtime.object_file(&instance).await
    }

    /// The PDF that an instance of the open study holds, a `Blob`.
    ///
    /// # Errors
    /// An `Error` whose message is a sentence for the page.
    pub async fn pdf(&self, instance: String) -> Result<JsValue, JsValue> {
        let runtime = self.runtime.clone();
        runtime.pdf(&instance).await
    }

    /// The stream of a film of the open study, a `Blob` of its container's type.
    ///
    /// # Errors
    /// An `Error` whose message is a sentence for the page.
    pub async fn film(&self, instance: String) -> Result<JsValue, JsValue> {
        let runtime = self.runtime.clone();
        runtime.film(&instance).await
    }

    /// A step on the way to copies without the patient's identity; `what` says which, see [`crate::copies`].
    ///
    /// # Errors
    /// An `Error` whose message is a sentence for the page.
    pub async fn copies(
        &self,
        what: String,
        argument: JsValue,
        body: JsValue,
    ) -> Result<JsValue, JsValue> {
        let runtime = self.runtime.clone();
        runtime.copies(&what, argument, body).await
    }

    /// Colour maps for pictures of one channel: id and name.
    #[wasm_bindgen(js_name = colorMaps)]
    pub fn color_maps(&self) -> JsValue {
        js::to_js(&wire::color_maps())
    }

    /// A small picture of a stack of a series, R G B A, or undefined; the first stack where none is named.
    pub fn thumbnail(&self, series: &str, stack: Option<u32>) -> JsValue {
        let key = SeriesUid::parse(series).ok().map(|series| SetKey {
            series,
            stack: stack.unwrap_or_default(),
        });
        let thumbnail = key.and_then(|key| self.runtime.0.session.borrow().thumbnail(&key));
        let Some(thumbnail) = thumbnail else {
            return JsValue::UNDEFINED;
        };
        let picture = Object::new();
        js::set(&picture, "width", &thumbnail.width_px.into());
        js::set(&picture, "height", &thumbnail.height_px.into());
        js::set(
            &picture,
            "pixels",
            &js_sys::Uint8ClampedArray::from(thumbnail.rgba.as_slice()),
        );
        picture.into()
    }

    /// Which of the three ways to draw is in use.
    #[wasm_bindgen(getter)]
    pub fn renderer(&self) -> String {
        self.runtime.0.screen.kind().name().to_owned()
    }

    /// Destroys the graphics device, so that tests can see what its loss does.
    #[wasm_bindgen(js_name = destroyDevice)]
    pub fn destroy_device(&self) {
        self.runtime.0.screen.destroy_device();
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.runtime.close();
    }
}

/// What `create` is given.
struct Options {
    canvas: HtmlCanvasElement,
    surface: HtmlElement,
    renderer: RendererKind,
    config: Config,
    worker_url: JsValue,
    worker_module: JsValue,
    first_worker: Worker,
    on_notice: Function,
    authorize: Function,
    take_early: Function,
    disk: JsValue,
    reader: JsValue,
}

impl Options {
    fn read(options: &JsValue) -> Result<Self, JsValue> {
        let object = options
            .dyn_ref::<Object>()
            .ok_or_else(|| js::type_error("options: an object is needed"))?;
        let names = Object::keys(object)
            .into_iter()
            .filter_map(|name| name.as_string());
        if let Some(unknown) = names
            .into_iter()
            .find(|name| !OPTIONS.contains(&name.as_str()))
        {
            return Err(js::type_error(&format!(
                "{unknown}: there is no such option"
            )));
        }
        let text = |name: &str| js::get(options, name).as_string().unwrap_or_default();
        let renderer = RendererKind::parse(&text("renderer"));
        let config =
            config::read(&text("config"), &hostname()).map_err(|message| js::error(&message))?;
        Ok(Self {
            canvas: option(options, "canvas")?,
            surface: option(options, "surface")?,
            renderer: renderer
                .ok_or_else(|| js::type_error("renderer: webgpu, webgl2 or cpu is needed"))?,
            config,
            worker_url: js::get(options, "workerUrl"),
            worker_module: js::get(options, "workerModule"),
            first_worker: option(options, "firstWorker")?,
            on_notice: option(options, "onNotice")?,
            authorize: option(options, "authorize")?,
            take_early: option(options, "takeEarly")?,
            disk: js::get(options, "disk"),
            reader: js::get(options, "reader"),
        })
    }
}

fn option<T: JsCast>(options: &JsValue, name: &str) -> Result<T, JsValue> {
    js::get(options, name)
        .dyn_into()
        .map_err(|_| js::type_error(&format!("{name}: missing, or of another type")))
}

fn session(config: &Config, memory: &Budget) -> Session {
    let sources = config.sources.iter();
    Session::new(SessionOptions {
        sources: sources
            .map(|source| (source.id.clone(), source.label.clone(), source.root.clone()))
            .collect(),
        presets: kept::presets(),
        budget_bytes: memory.frame_bytes,
        texture_bytes: memory.texture_bytes,
        max_in_flight: MAX_IN_FLIGHT,
        preview_first: config.preview_first.into(),
        intended_use_is_review: config.intended_use == IntendedUse::Review,
        audit: match &config.audit {
            None => AuditPolicy::Off,
            Some(audit) if audit.required => AuditPolicy::Required,
            Some(_) => AuditPolicy::BestEffort,
        },
    })
}

/// As many workers as there are cores: half as many lose by it.
fn n_workers() -> usize {
    let cores = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    cores.clamp(1.0, 8.0) as usize
}

fn hostname() -> String {
    web_sys::window()
        .and_then(|window| window.location().hostname().ok())
        .unwrap_or_default()
}
