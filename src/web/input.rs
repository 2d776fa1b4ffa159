//! The hand: pointer, wheel and keys of the page to events of the core; listeners go when this goes.

use crate::keys;
use crate::runtime::Runtime;
use glam::DVec2;
use gloo_events::{EventListener, EventListenerOptions};
use skiagraph_core::geometry::space::CanvasPoint;
use skiagraph_core::session::event::{Command, Event};
use skiagraph_core::tool::input::{Buttons, Modifiers, Phase, PointerInput, WheelInput};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};

/// What lies over the pictures and takes the pointer for itself.
const CONTROLS: &str = "button, input, select, textarea, a, summary, label, [data-control]";

/// Pixels of a touchpad that make one notch.
const NOTCH_PX: f64 = 100.0;
/// Lines of a notch, where a browser counts in lines.
const NOTCH_LINES: f64 = 3.0;
/// `WheelEvent.wheelDelta` of one notch of a mouse, everywhere; touchpads give other numbers.
const NOTCH_UNITS: f64 = 120.0;
/// The fewest pixels that a notch of a mouse is.
const MIN_MOUSE_PX: f64 = 45.0;

/// All listeners.
pub(crate) struct Input {
    _listeners: Vec<EventListener>,
}

impl Input {
    pub(crate) fn new(surface: &HtmlElement, runtime: &Runtime) -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let mut listeners: Vec<EventListener> = [
            ("pointerdown", Phase::Down),
            ("pointermove", Phase::Move),
            ("pointerup", Phase::Up),
            ("pointercancel", Phase::Cancel),
            ("pointerleave", Phase::Cancel),
        ]
        .map(|(name, phase)| pointer(surface, runtime, name, phase))
        .into();
        listeners.push(wheel(surface, runtime));
        listeners.push(double_click(surface, runtime));
        listeners.push(listen(surface, "contextmenu", |event: &MouseEvent| {
            event.prevent_default()
        }));
        let (element, its) = (surface.clone(), runtime.clone());
        listeners.push(listen(
            &document,
            "keydown",
            move |event: &KeyboardEvent| {
                let is_study_open = its.0.session.borrow().is_study_open();
                if let Some(action) = keys::action(event, &element, is_study_open) {
                    event.prevent_default();
                    its.send(Event::Command(Command::Action(action)));
                }
            },
        ));
        Some(Self {
            _listeners: listeners,
        })
    }
}

/// A listener that may keep the browser from doing its own.
fn listen<E: JsCast>(
    target: &web_sys::EventTarget,
    name: &'static str,
    mut on_event: impl FnMut(&E) + 'static,
) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(target, name, options, move |event| {
        if let Some(event) = event.dyn_ref() {
            on_event(event);
        }
    })
}

fn pointer(
    surface: &HtmlElement,
    runtime: &Runtime,
    name: &'static str,
    phase: Phase,
) -> EventListener {
    let (element, runtime) = (surface.clone(), runtime.clone());
    listen(surface, name, move |event: &PointerEvent| {
        // A drag goes on outside; only a pointer without a button has left.
        if name == "pointerleave" && event.buttons() != 0 {
            return;
        }
        if phase == Phase::Down {
            if is_on_control(event) {
                return;
            }
            // It fails for a pointer that is gone already, which then sends its end.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        runtime.pointer(PointerInput {
            pointer: event.pointer_id(),
            phase,
            point: point(&element, event, &runtime),
            buttons: buttons(event.buttons()),
            modifiers: modifiers(event),
        });
    })
}

fn wheel(surface: &HtmlElement, runtime: &Runtime) -> EventListener {
    let (element, runtime) = (surface.clone(), runtime.clone());
    listen(surface, "wheel", move |event: &WheelEvent| {
        event.prevent_default();
        let point = point(&element, event, &runtime);
        runtime.send_moves();
        runtime.send(Event::Wheel(WheelInput {
            point,
            notches: notches(event),
            modifiers: modifiers(event),
        }));
    })
}

/// Notches of a mouse are whole, however many pixels a system makes of them; a touchpad gives fractions, which the
/// session adds up.
fn notches(event: &WheelEvent) -> f64 {
    // Shift turns the wheel sideways on some systems.
    let is_sideways = event.delta_y() == 0.0;
    let delta = if is_sideways {
        event.delta_x()
    } else {
        event.delta_y()
    };
    let units = crate::js::get(
        event,
        if is_sideways {
            "wheelDeltaX"
        } else {
            "wheelDeltaY"
        },
    )
    .as_f64()
    .unwrap_or(0.0);
    match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => delta / NOTCH_LINES,
        WheelEvent::DOM_DELTA_PAGE => delta,
        _ => pixel_notches(delta, units),
    }
}

fn pixel_notches(delta_px: f64, units: f64) -> f64 {
    let is_mouse = units != 0.0 && units % NOTCH_UNITS == 0.0 && delta_px.abs() >= MIN_MOUSE_PX;
    if is_mouse {
        -units / NOTCH_UNITS
    } else {
        delta_px / NOTCH_PX
    }
}

fn double_click(surface: &HtmlElement, runtime: &Runtime) -> EventListener {
    let (element, runtime) = (surface.clone(), runtime.clone());
    listen(surface, "dblclick", move |event: &MouseEvent| {
        if event.button() == 0 && !is_on_control(event) {
            runtime.send(Event::DoubleClick(point(&element, event, &runtime)));
        }
    })
}

fn is_on_control(event: &MouseEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        target
            .closest(CONTROLS)
            .is_ok_and(|control| control.is_some())
    })
}

/// Device pixels of the canvas, which lies under the surface.
fn point(surface: &HtmlElement, event: &MouseEvent, runtime: &Runtime) -> CanvasPoint {
    let rect = surface.get_bounding_client_rect();
    let css = DVec2::new(
        f64::from(event.client_x()) - rect.left(),
        f64::from(event.client_y()) - rect.top(),
    );
    let [width_px, height_px] = runtime.0.screen.size_px();
    let scale = |pixels: u32, css: f64| {
        if css > 0.0 {
            f64::from(pixels) / css
        } else {
            1.0
        }
    };
    CanvasPoint(
        css * DVec2::new(
            scale(width_px, rect.width()),
            scale(height_px, rect.height()),
        ),
    )
}

fn buttons(bits: u16) -> Buttons {
    Buttons {
        left: bits & 1 != 0,
        right: bits & 2 != 0,
        middle: bits & 4 != 0,
    }
}

fn modifiers(event: &MouseEvent) -> Modifiers {
    Modifiers {
        shift: event.shift_key(),
        control: event.ctrl_key() || event.meta_key(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notch_of_a_mouse_is_one_image_and_a_touchpad_adds_up() {
        // Chromium on Windows, on Linux, and on a screen scaled by a quarter: down is towards the reader.
        for (delta_px, units) in [(100.0, -120.0), (53.0, -120.0), (80.0, -120.0)] {
            assert_eq!(pixel_notches(delta_px, units), 1.0);
        }
        assert_eq!(pixel_notches(-200.0, 240.0), -2.0);
        assert_eq!(pixel_notches(4.0, -12.0), 0.04);
        // Without wheelDelta.
        assert_eq!(pixel_notches(100.0, 0.0), 1.0);
    }
}
