//! The decode worker: each message is one job (fetch, take apart, decode); between jobs it remembers nothing but what
//! may still be cancelled. What not every study needs is in modules of their own, made from the same crate.

mod answer;
#[cfg(feature = "files")]
mod archive;
mod blob;
#[cfg(feature = "deidentify")]
mod copies;
mod elsewhere;
mod failed;
mod fetch;
#[cfg(feature = "files")]
mod file;
mod frame;
pub mod module;
mod range;
mod stream;

use failed::Failed;
use frame::DecodeJob;
use js_sys::{Array, ArrayBuffer, Object, Reflect};
use skiagraph_dicom::job::{Message, READY, Reply, WireBeginning, WireFrame, Work};
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, Blob, DedicatedWorkerGlobalScope, MessageEvent};

thread_local! {
    /// What can still be cancelled, by number of the job.
    static RUNNING: RefCell<HashMap<u64, AbortController>> = RefCell::default();
}

/// What a job hands back.
enum Done {
    Frame(WireFrame, ArrayBuffer),
    /// The first bytes of an answer, and the samples of a coarse picture behind them.
    Begun {
        n_bytes: u64,
        beginning: WireBeginning,
        coarse: Option<WireFrame>,
        bytes: ArrayBuffer,
    },
    /// The text of a reply, and the blobs that belong to it.
    Other(String, Array),
}

/// Takes over `onmessage` and says that jobs may come.
pub fn start() {
    let on_message =
        Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| receive(&event.data()));
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // It listens as long as the worker lives.
    on_message.forget();
    // It fails only where the page has ended this worker.
    let _ = scope().post_message(&READY.into());
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn receive(data: &JsValue) {
    let text = property(data, "text").as_string().unwrap_or_default();
    let body = property(data, "blob");
    match serde_json::from_str(&text) {
        Ok(Message::Start { id, work }) => spawn_local(run(id, work, body)),
        Ok(Message::Cancel { id }) => RUNNING.with_borrow_mut(|running| {
            if let Some(controller) = running.remove(&id) {
                controller.abort();
            }
        }),
        // Only this project's own page writes these messages.
        Err(_) => {}
    }
}

async fn run(id: u64, work: Work, body: JsValue) {
    let outcome = perform(id, work, body).await;
    RUNNING.with_borrow_mut(|running| running.remove(&id));
    match outcome {
        Ok(Done::Frame(frame, bytes)) => post(&Reply::Frame { id, frame }, Some(&bytes)),
        Ok(Done::Begun {
            n_bytes,
            beginning,
            coarse,
            bytes,
        }) => {
            let begun = Reply::Begun {
                id,
                n_bytes,
                beginning,
                coarse,
            };
            post(&begun, Some(&bytes));
        }
        Ok(Done::Other(reply, blobs)) => post_text(&reply, None, &blobs),
        Err(failed) => post(
            &Reply::Failed {
                id,
                failure: failed.into(),
            },
            None,
        ),
    }
}

async fn perform(id: u64, work: Work, body: JsValue) -> Result<Done, Failed> {
    let blob = || {
        body.clone()
            .dyn_into::<Blob>()
            .map_err(|_| Failed::unreadable_file())
    };
    match work {
        Work::Fetch(job) => {
            let controller = cancellable(id)?;
            let known = body.dyn_ref::<ArrayBuffer>();
            let known = known.map(|buffer| js_sys::Uint8Array::new(buffer).to_vec());
            fetch::frame(id, &job, &known.unwrap_or_default(), &controller).await
        }
        Work::Stream(job) => {
            let controller = cancellable(id)?;
            stream::frames(id, &job, &controller).await?;
            let ended = serde_json::to_string(&Reply::Ended { id }).unwrap_or_default();
            Ok(Done::Other(ended, Array::new()))
        }
        Work::Decode {
            descriptor,
            transfer_syntax,
            level,
        } => {
            let bytes = match body.dyn_ref::<ArrayBuffer>() {
                Some(buffer) => js_sys::Uint8Array::new(buffer).to_vec(),
                None => blob::read(&blob()?).await?,
            };
            let job = DecodeJob {
                descriptor,
                transfer_syntax,
                level,
                finer_than: None,
                tells_extents: false,
            };
            let (frame, bytes) = elsewhere::decode(id, job, &bytes).await?;
            Ok(Done::Frame(frame, bytes))
        }
        Work::OpenFile => elsewhere::files("open_file", id, &blob()?).await,
        Work::Describe => elsewhere::files("describe", id, &blob()?).await,
        Work::Unzip => elsewhere::files("unzip", id, &blob()?).await,
        Work::Copy { order } => elsewhere::copies(id, &order, &body).await,
    }
}

/// What calls a job off, kept until it ends.
fn cancellable(id: u64) -> Result<AbortController, Failed> {
    let controller = AbortController::new().map_err(|_| Failed::unreachable())?;
    RUNNING.with_borrow_mut(|running| running.insert(id, controller.clone()));
    Ok(controller)
}

/// Posts a reply; the buffer changes hands, so that it is not copied.
fn post(reply: &Reply, bytes: Option<&ArrayBuffer>) {
    let text = serde_json::to_string(reply).unwrap_or_default();
    post_text(&text, bytes, &Array::new());
}

fn post_text(reply: &str, bytes: Option<&ArrayBuffer>, blobs: &Array) {
    let message = object(&[("text", &reply.into()), ("blobs", blobs)]);
    let transfer = Array::new();
    if let Some(bytes) = bytes {
        set(&message, "bytes", bytes);
        transfer.push(bytes);
    }
    // It fails only where the page has ended this worker.
    let _ = scope().post_message_with_transfer(&message, &transfer);
}

/// A plain object with these properties.
fn object(properties: &[(&str, &JsValue)]) -> Object {
    let object = Object::new();
    for (key, value) in properties {
        set(&object, key, value);
    }
    object
}

/// Sets a property of a fresh plain object, which cannot fail.
fn set(object: &Object, key: &str, value: &JsValue) {
    let _ = Reflect::set(object, &key.into(), value);
}

fn property(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}
