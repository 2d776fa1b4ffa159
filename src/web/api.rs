//! Viewer: the whole surface to JavaScript.

use crate::config::{self, Config};
use crate::input::Input;
use crate::js;
use crate::pool::Pool;
use crate::runtime::Runtime;
use crate::surface::Surface;
use crate::wire::{self, PageFacts};
use js_sys::{Object, Promise};
use serde_json::json;
use skiagraph_core::session::event::Event;
use skiagraph_core::session::session::{Session, SessionOptions};
use skiagraph_core::uid::SeriesUid;
use skiagraph_dicom::dicomweb::query::Source;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlCanvasElement, HtmlElement, ResizeObserver, ResizeObserverEntry};

/// The viewer.
#[wasm_bindgen]
pub struct Viewer {
    runtime: Runtime,
    renderer: String,
    config: Config,
    _input: Input,
    _observer: (ResizeObserver, Closure<dyn FnMut(js_sys::Array)>),
}

#[wasm_bindgen]
impl Viewer {
    /// Creates the viewer on a canvas.
    ///
    /// # Errors
    /// Where the renderer that was asked for cannot be had, or the configuration is wrong.
    pub async fn create(options: JsValue) -> Result<Viewer, JsValue> {
        let canvas: HtmlCanvasElement = js::get(&options, "canvas")
            .dyn_into()
            .map_err(|_| js::type_error("canvas: not a canvas"))?;
        let surface_element: HtmlElement = js::get(&options, "surface")
            .dyn_into()
            .map_err(|_| js::type_error("surface: not an element"))?;
        let config = config::read(&js::text(&options, "config"))
            .map_err(|text| js_sys::Error::new(&text))?;
        let renderer = js::text(&options, "renderer");
        let (width_px, height_px, ratio) = size_of(&canvas);
        canvas.set_width(width_px);
        canvas.set_height(height_px);
        let surface = Surface::new(&canvas, &renderer)
            .await
            .map_err(|text| js_sys::Error::new(&text))?;
        let sources = config.sources.iter();
        let session = Session::new(SessionOptions {
            sources: sources
                .clone()
                .map(|s| (s.id.clone(), s.label.clone(), s.root.clone()))
                .collect(),
            budget_bytes: budget_bytes(),
            max_in_flight: 6,
            intended_use_is_review: config.intended_use == config::IntendedUse::Review,
        });
        let function = |key: &str| {
            js::get(&options, key)
                .dyn_into::<js_sys::Function>()
                .map_err(|_| js::type_error(&format!("{key}: not a function")))
        };
        let roots = sources
            .map(|s| (s.id.clone(), Source::new(&s.root)))
            .collect();
        let runtime = Runtime::new(
            session,
            surface,
            surface_element.clone(),
            roots,
            function("onNotice")?,
            function("authorize")?,
        );
        start_pool(
            &runtime,
            js::get(&options, "workerUrl"),
            js::get(&options, "workerModule"),
        );
        let input = Input::new(&surface_element, &runtime);
        let observer = observe(&canvas, &runtime)?;
        runtime.resized(width_px, height_px, ratio);
        js::mark("viewer:app-ready", &json!({ "renderer": renderer }));
        Ok(Self {
            runtime,
            renderer,
            config,
            _input: input,
            _observer: observer,
        })
    }

    /// Sends a command.
    ///
    /// # Errors
    /// `TypeError` that names the field.
    pub fn dispatch(&self, command: &JsValue) -> Result<(), JsValue> {
        let first = self
            .config
            .sources
            .first()
            .map_or("", |source| source.id.as_str());
        let command =
            wire::command(js::from_js(command), first).map_err(|text| js::type_error(&text))?;
        self.runtime.send(Event::Command(command));
        Ok(())
    }

    /// Opens files that were dropped or picked.
    #[wasm_bindgen(js_name = openFiles)]
    pub fn open_files(&self, files: Vec<File>) {
        self.runtime.open_files(files);
    }

    /// What tool bars and tests may know.
    pub fn summary(&self) -> JsValue {
        let adapter = self.runtime.adapter();
        let page = PageFacts {
            renderer: &self.renderer,
            adapter: &adapter,
            intended_use: serde_json::to_value(self.config.intended_use).unwrap_or_default(),
            bytes_per_second: 0.0,
        };
        js::to_js(&wire::summary(
            &self.runtime.0.session.borrow().summary(),
            &page,
        ))
    }

    /// Words of the viewports: patient data, for text nodes.
    pub fn overlay(&self) -> JsValue {
        js::to_js(&wire::overlays(&self.runtime.0.session.borrow().overlays()))
    }

    /// The study list: patient data, for text nodes.
    pub fn studies(&self) -> JsValue {
        js::to_js(&wire::studies(
            &self.runtime.0.session.borrow().study_list(),
        ))
    }

    /// All tools and keys.
    pub fn actions(&self) -> JsValue {
        js::to_js(&wire::actions())
    }

    /// A small picture of a series.
    pub fn thumbnail(&self, series: &str) -> JsValue {
        let thumbnail = SeriesUid::parse(series)
            .ok()
            .and_then(|uid| self.runtime.0.session.borrow().thumbnail(&uid));
        let Some(thumbnail) = thumbnail else {
            return JsValue::UNDEFINED;
        };
        let object = Object::new();
        js::set(&object, "width", thumbnail.width_px);
        js::set(&object, "height", thumbnail.height_px);
        js::set(
            &object,
            "pixels",
            js_sys::Uint8ClampedArray::from(thumbnail.rgba.as_slice()),
        );
        object.into()
    }

    /// The tier that draws.
    #[wasm_bindgen(getter)]
    pub fn renderer(&self) -> String {
        self.renderer.clone()
    }
}

/// The workers start as soon as their module is compiled; orders wait for it.
fn start_pool(runtime: &Runtime, url: JsValue, module: JsValue) {
    let weak = Rc::downgrade(&runtime.0);
    let on_answer: Rc<dyn Fn(JsValue)> = Rc::new(move |data| {
        if let Some(page) = weak.upgrade() {
            Runtime(page).worker_answered(&data);
        }
    });
    let n = web_sys::window().map_or(1, |window| {
        window.navigator().hardware_concurrency() as usize
    });
    let runtime = runtime.clone();
    spawn_local(async move {
        if let Ok(module) = JsFuture::from(Promise::resolve(&module)).await {
            *runtime.0.pool.borrow_mut() = Some(Pool::new(url, module, n, on_answer));
            runtime.send_waiting();
        }
    });
}

/// Width, height in device pixels and their ratio to CSS pixels.
fn size_of(canvas: &HtmlCanvasElement) -> (u32, u32, f64) {
    let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    let px = |css: i32| ((f64::from(css) * ratio).round() as u32).max(1);
    (px(canvas.client_width()), px(canvas.client_height()), ratio)
}

fn observe(
    canvas: &HtmlCanvasElement,
    runtime: &Runtime,
) -> Result<(ResizeObserver, Closure<dyn FnMut(js_sys::Array)>), JsValue> {
    let (element, weak) = (canvas.clone(), Rc::downgrade(&runtime.0));
    let on_resize = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
        let Some(page) = weak.upgrade() else { return };
        let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        // The exact number of device pixels where the browser tells it: then 1:1 is 1:1 at every page zoom.
        let entry = entries
            .get(entries.length().saturating_sub(1))
            .unchecked_into::<ResizeObserverEntry>();
        let exact = js::get(&js::get(&entry, "devicePixelContentBoxSize"), "0");
        let (width, height, _) = size_of(&element);
        let pick = |key: &str, fallback: u32| {
            if exact.is_object() {
                js::number(&exact, key) as u32
            } else {
                fallback
            }
        };
        let (width_px, height_px) = (
            pick("inlineSize", width).max(1),
            pick("blockSize", height).max(1),
        );
        if (element.width(), element.height()) != (width_px, height_px) {
            element.set_width(width_px);
            element.set_height(height_px);
            Runtime(page).resized(width_px, height_px, ratio);
        }
    });
    let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref())?;
    observer.observe(canvas);
    Ok((observer, on_resize))
}

/// Bytes of decoded pixels by the memory the browser admits to.
fn budget_bytes() -> u64 {
    let window = web_sys::window().map(JsValue::from).unwrap_or_default();
    let gigabytes = js::number(&js::get(&window, "navigator"), "deviceMemory");
    let megabytes: u64 = if gigabytes >= 8.0 {
        1536
    } else if gigabytes >= 4.0 {
        768
    } else {
        512
    };
    megabytes << 20
}
