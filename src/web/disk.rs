//! The shell's disk: frames as they were sent, encrypted, where the site asks for it and the memory has no room for a series.

use crate::js;
use js_sys::{Function, Promise, Uint8Array};
use skiagraph_core::frames::arriving::Beginning;
use skiagraph_core::session::effect::FrameOrder;
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// The shell's object with `find` and `keep`, or nothing.
pub(crate) struct Disk(pub(crate) JsValue);

impl Disk {
    /// The order with what is on the disk of its frame; the order itself where nothing is.
    pub(crate) async fn with_kept(&self, order: Box<FrameOrder>) -> Box<FrameOrder> {
        if !order.keeps_coded || order.beginning.is_some() {
            return order;
        }
        match self.find(&order).await {
            Some(beginning) => Box::new(FrameOrder {
                beginning: Some(Arc::new(beginning)),
                ..*order
            }),
            None => order,
        }
    }

    async fn find(&self, order: &FrameOrder) -> Option<Beginning> {
        let promise = self.method("find")?.call1(&self.0, &name(order).into());
        let found = JsFuture::from(Promise::resolve(&promise.ok()?))
            .await
            .ok()?;
        let bytes = Uint8Array::new(&js::get(&found, "bytes"));
        Some(Beginning {
            n_bytes_total: u64::from(bytes.length()),
            bytes: bytes.to_vec(),
            content_type: js::get(&found, "contentType").as_string()?,
            validator: None,
        })
    }

    /// Keeps the answer for a frame, some time soon.
    pub(crate) fn keep(&self, order: &FrameOrder, answer: &Beginning) {
        if let Some(keep) = self.method("keep") {
            let bytes = Uint8Array::from(answer.bytes.as_slice());
            // What cannot be kept is fetched again.
            let _ = keep.call3(
                &self.0,
                &name(order).into(),
                &answer.content_type.as_str().into(),
                &bytes,
            );
        }
    }

    fn method(&self, name: &str) -> Option<Function> {
        js::get(&self.0, name).dyn_into().ok()
    }
}

/// What the frame is called; it stays in memory.
fn name(order: &FrameOrder) -> String {
    let FrameOrder { source, frame, .. } = order;
    format!("{source} {} {}", frame.instance, frame.frame.number())
}
