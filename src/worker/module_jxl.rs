//! Module of JPEG XL, loaded with the first frame that needs it.

use wasm_bindgen::prelude::*;

/// Decodes a frame; see [`skiagraph_worker::module::decode`].
#[wasm_bindgen]
pub fn decode(job: &str, bytes: &[u8]) -> JsValue {
    skiagraph_worker::module::decode(job, bytes)
}

fn main() {}
