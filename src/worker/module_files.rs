//! Module for the files of this computer: DICOM files (PS3.10) and ZIP archives, loaded when the first one is opened.

use wasm_bindgen::prelude::*;
use web_sys::Blob;

/// Takes a DICOM file apart; see [`skiagraph_worker::module::open_file`].
#[wasm_bindgen]
pub async fn open_file(id: u64, blob: Blob) -> JsValue {
    skiagraph_worker::module::open_file(id, blob).await
}

/// Unpacks a ZIP archive; see [`skiagraph_worker::module::unzip`].
#[wasm_bindgen]
pub fn unzip(id: u64, blob: Blob) -> JsValue {
    skiagraph_worker::module::unzip(id, blob)
}

fn main() {}
