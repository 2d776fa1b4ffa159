//! Small helpers over JavaScript objects, so that the rest of the crate reads as Rust.

use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::prelude::*;

/// Property of an object, or undefined.
pub(crate) fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Text property, or empty.
pub(crate) fn text(object: &JsValue, key: &str) -> String {
    get(object, key).as_string().unwrap_or_default()
}

/// Number property, or zero.
pub(crate) fn number(object: &JsValue, key: &str) -> f64 {
    get(object, key).as_f64().unwrap_or_default()
}

/// Sets a property of a plain object; this cannot fail.
pub(crate) fn set(object: &Object, key: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(object, &key.into(), &value.into());
}

/// A Rust value of the wire as a plain object.
pub(crate) fn to_js(value: &serde_json::Value) -> JsValue {
    JSON::parse(&value.to_string()).unwrap_or(JsValue::UNDEFINED)
}

/// A plain object as a value of the wire.
pub(crate) fn from_js(value: &JsValue) -> serde_json::Value {
    let text = JSON::stringify(value)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default();
    serde_json::from_str(&text).unwrap_or(serde_json::Value::Null)
}

/// A performance mark with a detail object.
pub(crate) fn mark(name: &str, detail: &serde_json::Value) {
    let options = Object::new();
    set(&options, "detail", to_js(detail));
    let performance = get(&js_sys::global(), "performance");
    if let Ok(function) = get(&performance, "mark").dyn_into::<js_sys::Function>() {
        let _ = function.call2(&performance, &name.into(), &options);
    }
}

/// A `TypeError` with a sentence.
pub(crate) fn type_error(message: &str) -> JsValue {
    js_sys::TypeError::new(message).into()
}
