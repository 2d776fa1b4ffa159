//! Module for copies without the patient's identity: the profile, every codec, directory and ZIP; loaded when a reader asks
//! for copies.

use wasm_bindgen::prelude::*;

/// Looks at, copies or packs files; see [`skiagraph_worker::module::copy`].
#[wasm_bindgen]
pub async fn copy(id: u64, order: String, body: JsValue) -> JsValue {
    skiagraph_worker::module::copy(id, order, body).await
}

fn main() {}
