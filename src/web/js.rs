//! Small helpers over JavaScript values, so that the rest of the crate reads as Rust.

use js_sys::{Array, Function, JSON, Object, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

/// Property of an object, or undefined.
pub(crate) fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Sets a property of a fresh plain object, which cannot fail.
pub(crate) fn set(object: &Object, key: &str, value: &JsValue) {
    let _ = Reflect::set(object, &key.into(), value);
}

/// Calls a method; undefined where there is none or it throws.
pub(crate) fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> JsValue {
    let arguments: Array = arguments.iter().collect();
    let function = get(object, method).dyn_into::<Function>();
    function
        .and_then(|function| function.apply(object, &arguments))
        .unwrap_or(JsValue::UNDEFINED)
}

/// A value of the wire as a plain object.
pub(crate) fn to_js(value: &impl Serialize) -> JsValue {
    let text = serde_json::to_string(value).unwrap_or_default();
    JSON::parse(&text).unwrap_or(JsValue::UNDEFINED)
}

/// A plain object as JSON text; what JSON does not know (`undefined`, functions) is left out.
pub(crate) fn to_json(value: &JsValue) -> Option<String> {
    JSON::stringify(value).ok()?.as_string()
}

/// A `TypeError`.
pub(crate) fn type_error(message: &str) -> JsValue {
    js_sys::TypeError::new(message).into()
}

/// An `Error`.
pub(crate) fn error(message: &str) -> JsValue {
    js_sys::Error::new(message).into()
}

fn performance() -> JsValue {
    get(&js_sys::global(), "performance")
}

/// Milliseconds of the page's clock.
pub(crate) fn now_millis() -> f64 {
    call(&performance(), "now", &[])
        .as_f64()
        .unwrap_or_default()
}

/// A performance mark with a detail object (the names are a contract, design 2).
pub(crate) fn mark(name: &str, detail: &impl Serialize) {
    let options = Object::new();
    set(&options, "detail", &to_js(detail));
    call(&performance(), "mark", &[name.into(), options.into()]);
}

/// Forgets the marks of a name, which would pile up over a day of reading.
pub(crate) fn clear_marks(name: &str) {
    call(&performance(), "clearMarks", &[name.into()]);
}

/// Pieces of a blob, each an offset and a length in bytes, one after another; nothing is read here.
pub(crate) fn cut_out(blob: &Blob, pieces: &[(u64, u64)]) -> Option<Blob> {
    let slices = Array::new();
    for &(offset, length) in pieces {
        let end = offset.checked_add(length)?;
        let slice = blob.slice_with_f64_and_f64(offset as f64, end as f64);
        slices.push(slice.ok()?.as_ref());
    }
    Blob::new_with_blob_sequence(&slices).ok()
}

/// Bytes of this module's memory, which grows and never shrinks.
pub(crate) fn bytes_of_memory() -> f64 {
    let buffer = get(&wasm_bindgen::memory(), "buffer");
    get(&buffer, "byteLength").as_f64().unwrap_or(0.0)
}
