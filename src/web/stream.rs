//! A series in one answer: its frames go to the session as they come, those that are still coded by way of the pool.

use crate::frames;
use crate::outcome::Output;
use crate::runtime::Runtime;
use futures_channel::oneshot;
use futures_util::StreamExt;
use js_sys::ArrayBuffer;
use skiagraph_core::frames::budget::has_room;
use skiagraph_core::session::effect::{FrameOrder, RequestId};
use skiagraph_core::session::event::Event;
use skiagraph_core::uid::FrameRef;
use skiagraph_dicom::job::{WireDescriptor, WireFrame, Work};
use std::collections::HashMap;
use wasm_bindgen_futures::spawn_local;

impl Runtime {
    pub(crate) fn fetch_series(&self, request: RequestId, orders: Vec<FrameOrder>) {
        let runtime = self.clone();
        self.work_on(request, async move {
            // What did not come, for whatever reason, is asked for alone.
            let _ = runtime.bring_series(request, &orders).await;
            Some(Event::StreamEnded { request })
        });
    }

    /// Until the answer ends and all that came is decoded; nothing more where it is called off.
    async fn bring_series(&self, request: RequestId, orders: &[FrameOrder]) -> Option<()> {
        let source = self.source(&orders.first()?.source)?;
        let job = frames::stream_job(orders, &source, &self.0.identity, &self.0.ladder).await?;
        let mut outcomes = self.begin(request, |pool| pool.stream(job))?;
        let by_instance: HashMap<&str, &FrameOrder> = orders
            .iter()
            .map(|order| (order.frame.instance.as_str(), order))
            .collect();
        let mut decoding = Vec::new();
        while let Some(Ok(output)) = outcomes.next().await {
            match output {
                Output::Streamed(instance, frame, bytes) => {
                    if let Some(order) = by_instance.get(instance.as_str()) {
                        self.streamed(request, &order.frame, frame, &bytes);
                    }
                }
                Output::Coded(instance, transfer_syntax, bytes) => {
                    if let Some(order) = by_instance.get(instance.as_str()) {
                        decoding.push(self.decode(request, order, transfer_syntax, bytes));
                    }
                }
                _ => {}
            }
        }
        for decoded in decoding {
            // It closes when the frame is decoded, or cannot be.
            let _ = decoded.await;
        }
        Some(())
    }

    /// Gives a frame to the next free worker; what is handed back closes when that is done.
    fn decode(
        &self,
        request: RequestId,
        order: &FrameOrder,
        transfer_syntax: String,
        bytes: ArrayBuffer,
    ) -> oneshot::Receiver<()> {
        let (done, is_done) = oneshot::channel();
        let work = Work::Decode {
            descriptor: WireDescriptor::from(&order.descriptor),
            transfer_syntax: Some(transfer_syntax),
            level: 0,
        };
        let n_wire_bytes = u64::from(bytes.byte_length());
        let (_, outcome) = self.0.pool.start(work, Some(bytes.into()), false);
        let (runtime, frame) = (self.clone(), order.frame.clone());
        spawn_local(async move {
            // What cannot be decoded is asked for alone, and says why then.
            if let Ok(Ok(Output::Frame(told, bytes))) = outcome.await {
                let told = WireFrame {
                    n_wire_bytes,
                    ..told
                };
                runtime.streamed(request, &frame, told, &bytes);
            }
            drop(done);
        });
        is_done
    }

    fn streamed(&self, request: RequestId, frame: &FrameRef, told: WireFrame, bytes: &ArrayBuffer) {
        // What there is no room for is asked for alone, and says so then.
        if !has_room(u64::from(bytes.byte_length())) {
            return;
        }
        if let Some(decoded) = frames::decoded(told, bytes) {
            self.send(Event::FrameStreamed {
                request,
                frame: frame.clone(),
                decoded,
            });
        }
    }
}
