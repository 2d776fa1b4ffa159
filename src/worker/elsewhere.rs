//! What this module of the worker does not have itself: loaded when first needed, and asked.

use crate::failed::Failed;
use crate::frame::{DecodeJob, Undecoded};
use crate::module::DecodeReply;
use crate::{Done, property, scope};
use js_sys::{Array, ArrayBuffer, Function, Promise, Uint8Array};
use skiagraph_dicom::job::{Reply, WireFrame};
use skiagraph_dicom::pixels::is_built_in;
use skiagraph_dicom::pixels::sniff::Codec;
use skiagraph_dicom::transfer_syntax::TransferSyntax;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Decodes a frame, here or in the module that has its codec; tells the page before, which ends a worker that does not
/// come back.
pub(crate) async fn decode(
    id: u64,
    job: DecodeJob,
    bytes: &[u8],
) -> Result<(WireFrame, ArrayBuffer), Undecoded> {
    let codec = job.codec(bytes)?;
    if is_built_in(codec) {
        crate::post(&Reply::Decoding { id }, None);
        return job.decode(bytes);
    }
    let module = load(module_of(codec), codec.name())
        .await
        .map_err(Undecoded::Broken)?;
    crate::post(&Reply::Decoding { id }, None);
    decode_in(&module, codec, &job, bytes)
}

/// Loads the module that frames of a transfer syntax need, while the first of them is still on its way.
pub(crate) fn expect(transfer_syntax: Option<&str>) {
    let codec = transfer_syntax.map(|uid| Codec::of(&TransferSyntax::from_uid(uid)));
    let is_elsewhere =
        |codec: &Codec| !is_built_in(*codec) && !matches!(codec, Codec::Video | Codec::Unknown);
    if let Some(codec) = codec.filter(is_elsewhere) {
        // Whoever needs it then is told that it cannot be loaded.
        let _ = begin_to_load(module_of(codec));
    }
}

/// Decodes what the beginning of a frame holds, where its codec has several sizes. That the page is not told: it goes on
/// waiting for the rest.
pub(crate) async fn decode_beginning(
    job: &DecodeJob,
    bytes: &[u8],
) -> Result<(WireFrame, ArrayBuffer), Undecoded> {
    let codec = job.codec(bytes)?;
    if !matches!(codec, Codec::Jpeg2000 | Codec::Htj2k) {
        return Err(Undecoded::NotYet);
    }
    let module = load(module_of(codec), codec.name())
        .await
        .map_err(Undecoded::Broken)?;
    decode_in(&module, codec, job, bytes)
}

fn decode_in(
    module: &JsValue,
    codec: Codec,
    job: &DecodeJob,
    bytes: &[u8],
) -> Result<(WireFrame, ArrayBuffer), Undecoded> {
    let job = serde_json::to_string(job).unwrap_or_default();
    let answer = call(
        module,
        "decode",
        &[job.into(), Uint8Array::from(bytes).into()],
    )
    .map_err(Undecoded::Broken)?;
    let text = property(&answer, "text").as_string().unwrap_or_default();
    match serde_json::from_str(&text) {
        Ok(DecodeReply::Frame(frame)) => Ok((frame, property(&answer, "bytes").unchecked_into())),
        Ok(DecodeReply::Failed(undecoded)) => Err(undecoded),
        Err(_) => Err(Undecoded::Broken(crashed(codec.name()))),
    }
}

/// What the module of the files makes of one.
pub(crate) async fn files(function: &str, id: u64, blob: &Blob) -> Result<Done, Failed> {
    let what = "files and reports";
    let module = load("files", what).await?;
    answered(&module, function, what, &[id.into(), blob.into()]).await
}

/// What the module of the copies makes of a blob or several.
pub(crate) async fn copies(id: u64, order: &str, body: &JsValue) -> Result<Done, Failed> {
    let what = "copies without identity";
    let module = load("deidentify", what).await?;
    answered(
        &module,
        "copy",
        what,
        &[id.into(), order.into(), body.clone()],
    )
    .await
}

/// A reply with the blobs that belong to it.
async fn answered(
    module: &JsValue,
    function: &str,
    what: &str,
    arguments: &[JsValue],
) -> Result<Done, Failed> {
    let answer = call(module, function, arguments)?;
    let answer = JsFuture::from(Promise::resolve(&answer))
        .await
        .map_err(|_| crashed(what))?;
    let text = property(&answer, "text").as_string().unwrap_or_default();
    let blobs = property(&answer, "blobs")
        .dyn_into()
        .unwrap_or_else(|_| Array::new());
    Ok(Done::Other(text, blobs))
}

fn module_of(codec: Codec) -> &'static str {
    match codec {
        Codec::Jpeg2000 | Codec::Htj2k => "wavelet",
        Codec::JpegLossless | Codec::JpegLs => "lossless",
        Codec::JpegXl => "jxl",
        _ => "jpeg",
    }
}

/// `worker.js` loads it, once.
async fn load(name: &str, what: &str) -> Result<JsValue, Failed> {
    let lost = || {
        Failed::line(&format!(
            "the part of the viewer for {what} cannot be loaded"
        ))
    };
    let loading = begin_to_load(name).map_err(|_| lost())?;
    JsFuture::from(Promise::resolve(&loading))
        .await
        .map_err(|_| lost())
}

fn begin_to_load(name: &str) -> Result<JsValue, JsValue> {
    let load: Function = property(&scope(), "loadModule").dyn_into()?;
    load.call1(&JsValue::UNDEFINED, &name.into())
}

fn call(module: &JsValue, function: &str, arguments: &[JsValue]) -> Result<JsValue, Failed> {
    let arguments: Array = arguments.iter().collect();
    property(module, function)
        .dyn_into::<Function>()
        .and_then(|function| function.apply(&JsValue::UNDEFINED, &arguments))
        .map_err(|trap| crash(&trap))
}

/// A module that trapped is not used again: this worker ends, and the pool replaces it.
fn crash(trap: &JsValue) -> Failed {
    wasm_bindgen::throw_val(trap.clone())
}

fn crashed(what: &str) -> Failed {
    Failed::data(&format!("the part of the viewer for {what} failed"))
}
