//! Module for the files of this computer (PS3.10, ZIP) and, since it has the dictionary, for reports and lists of
//! attributes; loaded when the first of them is asked for.

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

/// Describes a DICOM file or DICOM JSON; see [`skiagraph_worker::module::describe`].
#[wasm_bindgen]
pub async fn describe(id: u64, blob: Blob) -> JsValue {
    skiagraph_worker::module::describe(id, blob).await
}

fn main() {}
