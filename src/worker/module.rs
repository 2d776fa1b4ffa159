//! What the modules that are loaded later export, in plain functions: a wasm module exports what its own crate says.

use crate::frame::{DecodeJob, Undecoded};
use js_sys::ArrayBuffer;
use serde::{Deserialize, Serialize};
use skiagraph_dicom::job::WireFrame;
use wasm_bindgen::prelude::*;

/// What a decoder says, as JSON in `text`; the samples are in `bytes`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum DecodeReply {
    Frame(WireFrame),
    Failed(Undecoded),
}

/// Decodes a frame: `job` is a `DecodeJob` as JSON; the answer has `text` and, of a frame, `bytes`.
pub fn decode(job: &str, bytes: &[u8]) -> JsValue {
    // Only the worker writes these texts; nonsense comes back as nonsense.
    let Ok(job) = serde_json::from_str::<DecodeJob>(job) else {
        return JsValue::UNDEFINED;
    };
    match job.decode(bytes) {
        Ok((frame, samples)) => answer(&DecodeReply::Frame(frame), Some(&samples)),
        Err(undecoded) => answer(&DecodeReply::Failed(undecoded), None),
    }
}

fn answer(reply: &DecodeReply, bytes: Option<&ArrayBuffer>) -> JsValue {
    let text = serde_json::to_string(reply).unwrap_or_default();
    let answer = crate::object(&[("text", &text.into())]);
    if let Some(bytes) = bytes {
        crate::set(&answer, "bytes", bytes);
    }
    answer.into()
}

#[cfg(feature = "deidentify")]
pub use crate::copies::copy;
#[cfg(feature = "files")]
pub use files::{describe, open_file, unzip};

#[cfg(feature = "files")]
mod files {
    use crate::failed::Failed;
    use crate::{archive, file};
    use js_sys::Array;
    use skiagraph_dicom::job::Reply;
    use wasm_bindgen::prelude::*;
    use web_sys::Blob;

    /// Takes a DICOM file apart: a reply with `text` and `blobs`.
    pub async fn open_file(id: u64, blob: Blob) -> JsValue {
        let opened = file::open(&blob).await;
        answer(
            id,
            opened.map(|(file, replaced)| {
                let file = Box::new(file);
                (Reply::File { id, file }, replaced.into_iter().collect())
            }),
        )
    }

    /// Unpacks a ZIP archive: a reply with `text` and `blobs`.
    pub fn unzip(id: u64, blob: Blob) -> JsValue {
        let unpacked = archive::unzip(blob);
        answer(
            id,
            unpacked.map(|(names, blobs, refused)| (Reply::Unzipped { id, names, refused }, blobs)),
        )
    }

    /// Describes a DICOM file or DICOM JSON: a reply with `text`.
    pub async fn describe(id: u64, blob: Blob) -> JsValue {
        let described = file::describe(&blob).await;
        answer(
            id,
            described.map(|(description, document)| {
                let reply = Reply::Described {
                    id,
                    description,
                    document,
                };
                (reply, Vec::new())
            }),
        )
    }

    fn answer(id: u64, outcome: Result<(Reply, Vec<Blob>), Failed>) -> JsValue {
        let (reply, blobs) = outcome.unwrap_or_else(|failed| {
            let failure = failed.into();
            (Reply::Failed { id, failure }, Vec::new())
        });
        let text = serde_json::to_string(&reply).unwrap_or_default();
        let blobs: Array = blobs.iter().collect();
        crate::object(&[("text", &text.into()), ("blobs", &blobs)]).into()
    }
}
