//! One place of the pool: a worker, the jobs it has, and what it says.

use crate::js;
use crate::pool::Task;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Array, ArrayBuffer, Function, Object, Reflect};
use skiagraph_dicom::job::{Message, READY, Reply};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, MessageEvent, Worker};

/// Longest time for decoding one frame; a worker that takes longer is ended (standards 4.9, with room for slow machines).
const DECODE_LIMIT_MILLIS: u32 = 20_000;

/// What a worker says.
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, a box would only hide it; on 32 bits it is not large"
)]
pub(crate) enum Word {
    /// It can take jobs.
    Ready,
    /// About a job, with the buffer and the blobs that came along.
    Reply(Reply, Option<ArrayBuffer>, Vec<Blob>),
    /// It does not work, or not any more.
    Crashed,
}

/// Who hears it.
pub(crate) type Inbox = Rc<dyn Fn(Word)>;

/// A worker with its jobs.
pub(crate) struct Slot {
    worker: Option<Worker>,
    pub(crate) generation: u32,
    pub(crate) is_ready: bool,
    pub(crate) tasks: Vec<Task>,
    /// The job being decoded and the end of patience with it.
    decoding: Option<(u64, Timeout)>,
    inbox: Inbox,
    _listeners: Vec<EventListener>,
}

impl Slot {
    /// Gives a worker its module; where there is none to give it to, that is heard as a crash.
    pub(crate) fn new(
        worker: Option<Worker>,
        module: &JsValue,
        generation: u32,
        inbox: Inbox,
    ) -> Self {
        let worker = worker.filter(|worker| {
            let first = Object::new();
            js::set(&first, "module", module);
            worker.post_message(&first).is_ok()
        });
        let listeners = worker
            .as_ref()
            .map(|worker| listen(worker, &inbox))
            .unwrap_or_default();
        let mut slot = Self {
            worker,
            generation,
            is_ready: false,
            tasks: Vec::new(),
            decoding: None,
            inbox,
            _listeners: listeners,
        };
        if slot.worker.is_none() {
            slot.decoding = None;
            let inbox = Rc::clone(&slot.inbox);
            wasm_bindgen_futures::spawn_local(async move { inbox(Word::Crashed) });
        }
        slot
    }

    pub(crate) fn post(&self, message: &Message, body: Option<&JsValue>) {
        let Some(worker) = &self.worker else { return };
        let object = Object::new();
        js::set(
            &object,
            "text",
            &serde_json::to_string(message).unwrap_or_default().into(),
        );
        if let Some(body) = body {
            js::set(&object, "blob", body);
        }
        // It fails only for values that cannot be cloned, and these can.
        let _ = worker.post_message(&object);
    }

    /// The job is being decoded: from here on it has limited time.
    pub(crate) fn watch(&mut self, id: u64) {
        let inbox = Rc::clone(&self.inbox);
        self.decoding = Some((
            id,
            Timeout::new(DECODE_LIMIT_MILLIS, move || inbox(Word::Crashed)),
        ));
    }

    /// The job being decoded.
    pub(crate) fn decoding(&self) -> Option<u64> {
        self.decoding.as_ref().map(|(id, _)| *id)
    }

    /// Takes out a job that ended.
    pub(crate) fn take(&mut self, id: u64) -> Option<Task> {
        if self.decoding() == Some(id) {
            self.decoding = None;
        }
        let at = self.tasks.iter().position(|task| task.id == id)?;
        Some(self.tasks.swap_remove(at))
    }

    /// Ends the worker and gives its jobs back.
    pub(crate) fn end(self) -> Vec<Task> {
        if let Some(worker) = &self.worker {
            worker.terminate();
        }
        self.tasks
    }
}

/// `new Worker(url, { type: "module" })`: the URL may be a TrustedScriptURL, which the bindings do not know.
pub(crate) fn start(url: &JsValue) -> Option<Worker> {
    let options = Object::new();
    js::set(&options, "type", &"module".into());
    let constructor: Function = js::get(&js_sys::global(), "Worker").dyn_into().ok()?;
    Reflect::construct(&constructor, &Array::of2(url, &options))
        .ok()?
        .dyn_into()
        .ok()
}

fn listen(worker: &Worker, inbox: &Inbox) -> Vec<EventListener> {
    let heard = Rc::clone(inbox);
    let message = EventListener::new(worker, "message", move |event| {
        let Some(event) = event.dyn_ref::<MessageEvent>() else {
            return;
        };
        heard(read(&event.data()));
    });
    let crash = |name: &'static str| {
        let heard = Rc::clone(inbox);
        EventListener::new(worker, name, move |_| heard(Word::Crashed))
    };
    vec![message, crash("error"), crash("messageerror")]
}

fn read(data: &JsValue) -> Word {
    if data.as_string().as_deref() == Some(READY) {
        return Word::Ready;
    }
    let text = js::get(data, "text").as_string().unwrap_or_default();
    let Ok(reply) = serde_json::from_str(&text) else {
        return Word::Crashed;
    };
    let bytes = js::get(data, "bytes").dyn_into().ok();
    let blobs = js::get(data, "blobs")
        .dyn_into::<Array>()
        .unwrap_or_default();
    Word::Reply(
        reply,
        bytes,
        blobs
            .iter()
            .filter_map(|blob| blob.dyn_into().ok())
            .collect(),
    )
}
