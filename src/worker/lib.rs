//! The decode worker: one message is one job (fetch, take apart, decode); it has no state but what may be cancelled.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use skiagraph_dicom::dicomweb::multipart::{self, MultipartParser};
use skiagraph_dicom::error::MultipartError;
use skiagraph_dicom::job::{FileOpened, FrameJob};
use skiagraph_dicom::pixels::{self, part10};
use skiagraph_dicom::transfer_syntax::TransferSyntax;
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, Blob, DedicatedWorkerGlobalScope, Headers, MessageEvent,
    ReadableStreamDefaultReader, RequestCredentials, RequestInit, Response,
};

/// Largest file that is opened, bytes.
const MAX_FILE_BYTES: f64 = 2_147_483_648.0;

thread_local! {
    static ABORTS: RefCell<HashMap<u64, AbortController>> = RefCell::default();
}

/// Why a frame cannot be had.
struct Failed {
    sentence: String,
    can_retry: bool,
}

impl Failed {
    fn file(sentence: impl ToString) -> Self {
        Self {
            sentence: sentence.to_string(),
            can_retry: false,
        }
    }
    fn line(sentence: impl ToString) -> Self {
        Self {
            sentence: sentence.to_string(),
            can_retry: true,
        }
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn set(object: &Object, key: &str, value: impl Into<JsValue>) {
    // Setting a property of a fresh plain object cannot fail.
    let _ = Reflect::set(object, &key.into(), &value.into());
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Takes over `onmessage` and says that jobs may come.
#[wasm_bindgen(start)]
pub fn start() {
    let on_message =
        Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| message(&event.data()));
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let ready = Object::new();
    set(&ready, "kind", "ready");
    let _ = scope().post_message(&ready);
}

fn message(data: &JsValue) {
    let id = get(data, "id").as_f64().unwrap_or_default();
    match get(data, "kind").as_string().unwrap_or_default().as_str() {
        "frame" => {
            let blob = get(data, "blob").dyn_into::<Blob>().ok();
            let job = get(data, "job").as_string().unwrap_or_default();
            spawn_local(async move {
                let outcome = match serde_json::from_str::<FrameJob>(&job) {
                    Ok(job) => frame(&job, blob).await,
                    Err(_) => Err(Failed::file(
                        "The page asked for something this worker does not know.",
                    )),
                };
                ABORTS.with_borrow_mut(|aborts| aborts.remove(&(id as u64)));
                reply(id, outcome);
            });
        }
        "open" => {
            let Ok(blob) = get(data, "blob").dyn_into::<Blob>() else {
                return;
            };
            spawn_local(async move {
                let outcome = open(&blob).await.map(|opened| {
                    let object = Object::new();
                    set(&object, "kind", "opened");
                    set(
                        &object,
                        "json",
                        serde_json::to_string(&opened).unwrap_or_default(),
                    );
                    (object, Array::new())
                });
                reply(id, outcome);
            });
        }
        "cancel" => ABORTS.with_borrow_mut(|aborts| {
            if let Some(abort) = aborts.remove(&(id as u64)) {
                abort.abort();
            }
        }),
        _ => {}
    }
}

fn reply(id: f64, outcome: Result<(Object, Array), Failed>) {
    let (object, transfer) = outcome.unwrap_or_else(|failed| {
        let object = Object::new();
        set(&object, "kind", "failed");
        set(&object, "sentence", failed.sentence);
        set(&object, "canRetry", failed.can_retry);
        (object, Array::new())
    });
    set(&object, "id", id);
    let _ = scope().post_message_with_transfer(&object, &transfer);
}

async fn frame(job: &FrameJob, blob: Option<Blob>) -> Result<(Object, Array), Failed> {
    let descriptor = job
        .descriptor
        .descriptor()
        .ok_or_else(|| Failed::file("Its header is not complete."))?;
    let label =
        (!job.transfer_syntax.is_empty()).then(|| TransferSyntax::from_uid(&job.transfer_syntax));
    let (bytes, label, n_wire) = match blob {
        Some(blob) => (read_ranges(&blob, &job.ranges).await?, label, 0),
        None => {
            let (bytes, told, n_wire) = fetch(job).await?;
            (
                bytes,
                told.map(|uid| TransferSyntax::from_uid(&uid)).or(label),
                n_wire,
            )
        }
    };
    let decoded = pixels::decode(&descriptor, label.as_ref(), &bytes)
        .map_err(|error| Failed::file(sentence(&error)))?;
    let warnings: Array = decoded
        .warnings
        .iter()
        .map(|warning| JsValue::from(warning.to_string()))
        .collect();
    let is_lossy = decoded.is_lossy;
    let raster = decoded
        .into_raster(&descriptor)
        .map_err(|error| Failed::file(sentence(&error)))?;
    let bytes = Uint8Array::from(raster.samples.to_le_bytes().as_slice()).buffer();
    let object = Object::new();
    set(&object, "kind", "frame");
    set(&object, "rows", raster.rows);
    set(&object, "columns", raster.columns);
    set(
        &object,
        "isRgb",
        raster.kind == skiagraph_core::pixel::raster::RasterKind::Rgb,
    );
    set(&object, "bytes", &bytes);
    set(&object, "nWire", n_wire as f64);
    set(&object, "warnings", &warnings);
    set(&object, "isLossy", is_lossy);
    Ok((object, Array::of1(&bytes)))
}

/// A decoder's message as a sentence.
fn sentence(error: &impl ToString) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

async fn read_ranges(blob: &Blob, ranges: &[[f64; 2]]) -> Result<Vec<u8>, Failed> {
    let gone = || Failed::file("The file can no longer be read; open it again.");
    let mut bytes = Vec::new();
    for [offset, length] in ranges {
        let piece = blob
            .slice_with_f64_and_f64(*offset, offset + length)
            .map_err(|_| gone())?;
        let buffer = JsFuture::from(piece.array_buffer())
            .await
            .map_err(|_| gone())?;
        bytes.extend(Uint8Array::new(&buffer.unchecked_into::<ArrayBuffer>()).to_vec());
    }
    Ok(bytes)
}

/// The bytes of the frame, the transfer syntax the answer names, and the bytes that came over the line.
async fn fetch(job: &FrameJob) -> Result<(Vec<u8>, Option<String>, u64), Failed> {
    let mut refusal = Failed::line("The archive did not answer.");
    for accept in &job.accepts {
        let response = send(job, accept).await?;
        match response.status() {
            200..=299 => return read(job, &response).await,
            400 | 406 | 415 | 500 => {
                refusal = Failed::file(format!(
                    "The archive cannot send it ({}).",
                    response.status()
                ));
            }
            401 => return Err(Failed::file("You are signed out.")),
            403 => return Err(Failed::file("You have no permission for it.")),
            404 | 410 => return Err(Failed::file("It is no longer in the archive.")),
            status => {
                return Err(Failed::line(format!(
                    "The archive answered with an error ({status})."
                )));
            }
        }
    }
    Err(refusal)
}

async fn send(job: &FrameJob, accept: &str) -> Result<Response, Failed> {
    let cannot = || Failed::line("The archive could not be reached.");
    let headers = Headers::new().map_err(|_| cannot())?;
    headers.set("Accept", accept).map_err(|_| cannot())?;
    let init = RequestInit::new();
    if job.authorization.is_empty() {
        init.set_credentials(RequestCredentials::SameOrigin);
    } else {
        init.set_credentials(RequestCredentials::Omit);
        headers
            .set("Authorization", &job.authorization)
            .map_err(|_| cannot())?;
    }
    init.set_headers(&headers);
    let abort = AbortController::new().map_err(|_| cannot())?;
    init.set_signal(Some(&abort.signal()));
    ABORTS.with_borrow_mut(|aborts| aborts.insert(job.id as u64, abort));
    let response = JsFuture::from(scope().fetch_with_str_and_init(&job.url, &init))
        .await
        .map_err(|_| cannot())?;
    response.dyn_into().map_err(|_| cannot())
}

async fn read(
    job: &FrameJob,
    response: &Response,
) -> Result<(Vec<u8>, Option<String>, u64), Failed> {
    let cut = || Failed::line("The line was cut in the middle of it.");
    let kind = response
        .headers()
        .get("Content-Type")
        .ok()
        .flatten()
        .unwrap_or_default();
    if kind.contains("text/html") {
        return Err(Failed::file(
            "A web page came in its place, perhaps a login page.",
        ));
    }
    let mut parser = MultipartParser::new(&kind).map_err(|error| Failed::line(sentence(&error)))?;
    let reader: ReadableStreamDefaultReader = response
        .body()
        .ok_or_else(cut)?
        .get_reader()
        .dyn_into()
        .map_err(|_| cut())?;
    let mut n_wire = 0_u64;
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(|_| cut())?;
        if get(&chunk, "done").is_truthy() {
            break;
        }
        let chunk = get(&chunk, "value").unchecked_into::<Uint8Array>().to_vec();
        n_wire += chunk.len() as u64;
        parser
            .push(&chunk)
            .map_err(|error| Failed::line(sentence(&error)))?;
    }
    let end = parser.finish();
    let mut parts = Vec::new();
    while let Some(part) = parser.next_part() {
        parts.push(part);
    }
    let position = parts
        .iter()
        .position(|part| multipart::frame_number(part).is_none_or(|n| n == job.number));
    match (position, end) {
        (Some(position), _) => {
            let part = parts.swap_remove(position);
            Ok((part.body, part.transfer_syntax, n_wire))
        }
        (None, Err(MultipartError::Truncated)) => Err(cut()),
        (None, Err(error)) => Err(Failed::line(sentence(&error))),
        (None, Ok(())) => Err(Failed::line(
            "The archive sent another image than was asked for.",
        )),
    }
}

async fn open(blob: &Blob) -> Result<FileOpened, Failed> {
    if blob.size() > MAX_FILE_BYTES {
        return Err(Failed::file("It is larger than 2 GiB."));
    }
    let buffer = JsFuture::from(blob.array_buffer())
        .await
        .map_err(|_| Failed::file("It cannot be read."))?;
    let bytes = Uint8Array::new(&buffer.unchecked_into::<ArrayBuffer>()).to_vec();
    let opened = part10::open(&bytes).map_err(|error| Failed::file(sentence(&error)))?;
    if opened.inflated.is_some() {
        return Err(Failed::file(
            "Deflated files cannot be opened from this computer yet.",
        ));
    }
    let frames = match &opened.frames {
        part10::FrameTable::Native {
            offset,
            length,
            frame_bits,
        } => (0..u64::from(opened.n_frames))
            .map(|n| {
                let from = (n * frame_bits / 8).min(*length);
                let to = ((n + 1) * frame_bits).div_ceil(8).min(*length);
                vec![[(offset + from) as f64, (to - from) as f64]]
            })
            .collect(),
        part10::FrameTable::Encapsulated { fragments } => fragments
            .iter()
            .map(|frame| {
                frame
                    .iter()
                    .map(|&(offset, length)| [offset as f64, length as f64])
                    .collect()
            })
            .collect(),
        part10::FrameTable::None => Vec::new(),
    };
    Ok(FileOpened {
        metadata: opened.metadata_json,
        transfer_syntax: opened.transfer_syntax.uid().to_owned(),
        frames,
    })
}
