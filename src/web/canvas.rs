//! The canvas's size in device pixels, followed by a ResizeObserver.

use crate::js;
use gloo_events::EventListener;
use js_sys::{Array, Function, Object};
use skiagraph_core::state::state::CanvasSize;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlCanvasElement, ResizeObserver, ResizeObserverEntry, ResizeObserverSize};

/// Longest side of a canvas that every browser gives.
const MAX_SIDE_PX: f64 = 16_384.0;

/// The size by layout alone, to begin with and where the browser knows no device pixel boxes.
pub(crate) fn measure(canvas: &HtmlCanvasElement) -> CanvasSize {
    let rect = canvas.get_bounding_client_rect();
    let ratio = device_pixel_ratio();
    size(rect.width() * ratio, rect.height() * ratio)
}

fn size(width: f64, height: f64) -> CanvasSize {
    let whole = |length: f64| length.round().clamp(1.0, MAX_SIDE_PX) as u32;
    CanvasSize {
        width_px: whole(width),
        height_px: whole(height),
        device_pixel_ratio: device_pixel_ratio(),
    }
}

fn device_pixel_ratio() -> f64 {
    let ratio = web_sys::window().map(|window| window.device_pixel_ratio());
    ratio.filter(|ratio| *ratio > 0.0).unwrap_or(1.0)
}

/// Follows the size until it is dropped.
pub(crate) struct SizeObserver {
    observer: ResizeObserver,
    _on_resize: Closure<dyn FnMut(Array)>,
    /// A change of zoom alone does not change the content box in CSS pixels.
    _zoom: EventListener,
}

impl SizeObserver {
    /// Calls back with each new size, at first soon after this.
    pub(crate) fn new(
        canvas: &HtmlCanvasElement,
        on_size: impl Fn(CanvasSize) + Clone + 'static,
    ) -> Option<Self> {
        let tell = on_size.clone();
        let on_resize = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            let newest = entries
                .iter()
                .last()
                .and_then(|entry| entry.dyn_into::<ResizeObserverEntry>().ok());
            if let Some(entry) = newest {
                tell(of_entry(&entry));
            }
        });
        let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok()?;
        let is_exact = observe(&observer, canvas);
        let window = web_sys::window()?;
        let element = canvas.clone();
        let zoom = EventListener::new(&window, "resize", move |_| {
            if !is_exact {
                on_size(measure(&element));
            }
        });
        Some(Self {
            observer,
            _on_resize: on_resize,
            _zoom: zoom,
        })
    }
}

impl Drop for SizeObserver {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Observes the device pixel box, or the content box where a browser refuses that; says which.
fn observe(observer: &ResizeObserver, canvas: &HtmlCanvasElement) -> bool {
    let options = Object::new();
    js::set(&options, "box", &"device-pixel-content-box".into());
    // Called by name because the bindings would not catch the refusal.
    let is_exact = js::get(observer, "observe")
        .dyn_into::<Function>()
        .and_then(|observe| observe.call2(observer, canvas, &options))
        .is_ok();
    if !is_exact {
        observer.observe(canvas);
    }
    is_exact
}

fn of_entry(entry: &ResizeObserverEntry) -> CanvasSize {
    let boxes = js::get(entry, "devicePixelContentBoxSize").dyn_into::<Array>();
    let exact = boxes
        .ok()
        .and_then(|boxes| boxes.get(0).dyn_into::<ResizeObserverSize>().ok());
    match exact {
        Some(exact) => size(exact.inline_size(), exact.block_size()),
        None => {
            let (rect, ratio) = (entry.content_rect(), device_pixel_ratio());
            size(rect.width() * ratio, rect.height() * ratio)
        }
    }
}
