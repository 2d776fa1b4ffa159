//! The hand: DOM pointer, wheel and key events to core events; listeners go when this goes.

use crate::runtime::Runtime;
use glam::DVec2;
use skiagraph_core::geometry::space::CanvasPoint;
use skiagraph_core::session::event::{Command, Event};
use skiagraph_core::state::action::Action;
use skiagraph_core::tool::input::{Buttons, Modifiers, Phase, PointerInput, WheelInput};
use wasm_bindgen::prelude::*;
use web_sys::{
    AddEventListenerOptions, EventTarget, HtmlElement, KeyboardEvent, MouseEvent, PointerEvent,
    WheelEvent,
};

/// Pixels of a touchpad that make one notch.
const NOTCH_PX: f64 = 100.0;

/// A listener that is removed when it is dropped.
struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listener {
    fn new(
        target: &EventTarget,
        name: &'static str,
        on_event: impl FnMut(web_sys::Event) + 'static,
    ) -> Self {
        let closure = Closure::<dyn FnMut(web_sys::Event)>::new(on_event);
        let options = AddEventListenerOptions::new();
        options.set_passive(false);
        let function = closure.as_ref().unchecked_ref();
        let _ = target.add_event_listener_with_callback_and_add_event_listener_options(
            name, function, &options,
        );
        Self {
            target: target.clone(),
            name,
            closure,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self
            .target
            .remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref());
    }
}

/// All listeners.
pub(crate) struct Input {
    _listeners: Vec<Listener>,
}

impl Input {
    pub(crate) fn new(surface: &HtmlElement, runtime: &Runtime) -> Self {
        let mut listeners = Vec::new();
        let phases = [
            ("pointerdown", Phase::Down),
            ("pointermove", Phase::Move),
            ("pointerup", Phase::Up),
            ("pointercancel", Phase::Cancel),
            ("pointerleave", Phase::Move),
        ];
        for (name, phase) in phases {
            let (element, runtime) = (surface.clone(), runtime.clone());
            listeners.push(Listener::new(surface, name, move |event| {
                let Ok(event) = event.dyn_into::<PointerEvent>() else {
                    return;
                };
                if phase == Phase::Down {
                    let _ = element.set_pointer_capture(event.pointer_id());
                }
                runtime.pointer(PointerInput {
                    pointer: event.pointer_id(),
                    phase,
                    point: point(&element, &event, runtime.device_pixel_ratio()),
                    buttons: buttons(event.buttons()),
                    modifiers: modifiers(&event),
                });
            }));
        }
        let (element, its) = (surface.clone(), runtime.clone());
        listeners.push(Listener::new(surface, "wheel", move |event| {
            event.prevent_default();
            let Ok(event) = event.dyn_into::<WheelEvent>() else {
                return;
            };
            let delta = if event.delta_y() == 0.0 {
                event.delta_x()
            } else {
                event.delta_y()
            };
            let notches = match event.delta_mode() {
                WheelEvent::DOM_DELTA_PIXEL => delta / NOTCH_PX,
                WheelEvent::DOM_DELTA_LINE => delta / 3.0,
                _ => delta,
            };
            // A mouse wheel's notch differs between systems, but one notch is one image.
            let notches = if notches.abs() >= 0.5 {
                notches.signum() * notches.abs().round().max(1.0)
            } else {
                notches
            };
            let point = point(&element, &event, its.device_pixel_ratio());
            its.send(Event::Wheel(WheelInput {
                point,
                notches,
                modifiers: modifiers(&event),
            }));
        }));
        let (element, its) = (surface.clone(), runtime.clone());
        listeners.push(Listener::new(surface, "dblclick", move |event| {
            let Ok(event) = event.dyn_into::<MouseEvent>() else {
                return;
            };
            its.send(Event::DoubleClick(point(
                &element,
                &event,
                its.device_pixel_ratio(),
            )));
        }));
        listeners.push(Listener::new(surface, "contextmenu", |event| {
            event.prevent_default()
        }));
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            let its = runtime.clone();
            listeners.push(Listener::new(&document, "keydown", move |event| {
                let Ok(event) = event.dyn_into::<KeyboardEvent>() else {
                    return;
                };
                if let Some(action) = action(&event).filter(|_| its.is_study_open()) {
                    event.prevent_default();
                    its.send(Event::Command(Command::Action(action)));
                }
            }));
        }
        Self {
            _listeners: listeners,
        }
    }
}

fn action(event: &KeyboardEvent) -> Option<Action> {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let name = target.map(|element| element.tag_name()).unwrap_or_default();
    if event.alt_key() || event.meta_key() || event.ctrl_key() || event.default_prevented() {
        return None;
    }
    if matches!(name.as_str(), "INPUT" | "SELECT" | "TEXTAREA") && event.key().len() == 1 {
        return None;
    }
    // Tab belongs to the page unless a picture has the focus.
    if event.key() == "Tab" && name != "BODY" && name != "DIV" {
        return None;
    }
    let key = event.key();
    let key = if key.len() == 1 {
        key.to_lowercase()
    } else {
        key
    };
    if event.shift_key() {
        Action::from_key(&format!("Shift+{key}"))
    } else {
        Action::from_key(&key)
    }
}

fn point(element: &HtmlElement, event: &MouseEvent, ratio: f64) -> CanvasPoint {
    let rect = element.get_bounding_client_rect();
    let css = DVec2::new(
        f64::from(event.client_x()) - rect.left(),
        f64::from(event.client_y()) - rect.top(),
    );
    CanvasPoint(css * ratio)
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
