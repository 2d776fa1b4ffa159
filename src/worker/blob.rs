//! Bytes of blobs: files of this computer and the frames in them, answers of an archive.

use crate::failed::Failed;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Largest file, 2 GiB: more does not fit into a worker's memory beside its copy.
const MAX_FILE_BYTES: f64 = 2_147_483_648.0;

/// All bytes of a file.
pub(crate) async fn read(blob: &Blob) -> Result<Vec<u8>, Failed> {
    if blob.size() > MAX_FILE_BYTES {
        return Err(Failed::data(
            &"the file is larger than 2 GiB, more than this viewer opens",
        ));
    }
    let buffer = JsFuture::from(blob.array_buffer())
        .await
        .map_err(|_| Failed::unreadable_file())?;
    let view = Uint8Array::new(&buffer.unchecked_into::<ArrayBuffer>());
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(view.length() as usize).is_err() {
        return Err(Failed::data(&"the file is larger than the memory there is"));
    }
    bytes.resize(view.length() as usize, 0);
    view.copy_to(&mut bytes);
    Ok(bytes)
}
