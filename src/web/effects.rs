//! What the session wants done: requests, frames, marks, the pointer's shape.

use crate::archive;
use crate::frames;
use crate::js;
use crate::kept;
use crate::outcome::{Outcome, Output};
use crate::pool::Pool;
use crate::runtime::{Running, Runtime};
use crate::wire::WireNotice;
use futures_util::StreamExt;
use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use serde_json::json;
use skiagraph_core::session::effect::{
    Cursor, Effect, FrameOrder, Mark, RequestId, Resource, WakeId,
};
use skiagraph_core::session::event::{Event, Failure, LOCAL_SOURCE, SourceId};
use skiagraph_core::session::notice::Notice;
use skiagraph_dicom::dicomweb::query::Source;
use skiagraph_dicom::job::{WireFailure, Work};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, Blob};

impl Runtime {
    pub(crate) fn perform(&self, effect: Effect) {
        match effect {
            Effect::Fetch {
                request,
                source,
                what,
            } => self.fetch(request, &source, what),
            Effect::FetchFrame { request, order } => self.fetch_frame(request, order),
            Effect::FetchSeries { request, orders } => self.fetch_series(request, orders),
            Effect::KeepPresets(presets) => kept::keep(&presets),
            Effect::Cancel(request) => self.cancel(request),
            Effect::Wake {
                wake,
                after_seconds,
            } => self.wake(wake, after_seconds),
            Effect::LimitTextures(n_bytes) => self.limit_textures(n_bytes),
            Effect::Redraw => self.want(|wants| wants.picture = true),
            Effect::Animate => self.want(|wants| wants.tick = true),
            Effect::Notify(Notice::UpdateSummary) => self.want(|wants| wants.summary = true),
            Effect::Notify(Notice::UpdateProgress) => self.want_progress(),
            Effect::Notify(notice) => self.notify(&WireNotice::from(&notice)),
            Effect::Mark(Mark::MetadataReady { frames }) => {
                js::mark("viewer:metadata-ready", &json!({ "frames": frames }));
            }
            Effect::Mark(Mark::SeriesCoarse { frames }) => {
                js::mark("viewer:series-coarse", &json!({ "frames": frames }));
            }
            Effect::Mark(Mark::SeriesComplete { frames }) => {
                js::mark("viewer:series-complete", &json!({ "frames": frames }));
            }
            Effect::Record { record, deed } => self.record(record, &deed),
            Effect::DeliverRecords => self.deliver_records(),
            Effect::SetCursor(cursor) => {
                // A shape that a browser does not know leaves the arrow.
                let _ = self
                    .0
                    .surface
                    .style()
                    .set_property("cursor", cursor_name(cursor));
            }
        }
    }

    pub(crate) fn source(&self, id: &SourceId) -> Option<Source> {
        self.0
            .sources
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, source)| source.clone())
    }

    fn fetch(&self, request: RequestId, source: &SourceId, what: Resource) {
        let runtime = self.clone();
        let (Some(source), Ok(controller)) = (self.source(source), AbortController::new()) else {
            spawn_local(async move {
                runtime.send(Event::RequestFailed {
                    request,
                    failure: Failure::Unreachable,
                })
            });
            return;
        };
        self.0
            .running
            .borrow_mut()
            .insert(request, Running::Request(controller.clone()));
        spawn_local(async move {
            let outcome = archive::ask(&source, &what, &runtime.0.identity, &controller).await;
            // Called off meanwhile: nobody waits.
            if runtime.0.running.borrow_mut().remove(&request).is_none() {
                return;
            }
            runtime.send(match outcome {
                Ok((answer, warnings)) => Event::Answered {
                    request,
                    answer,
                    warnings,
                },
                Err(failure) => Event::RequestFailed { request, failure },
            });
        });
    }

    fn fetch_frame(&self, request: RequestId, order: Box<FrameOrder>) {
        let runtime = self.clone();
        self.work_on(request, async move {
            let order = runtime.0.disk.with_kept(order).await;
            let event = runtime.frame(request, &order).await;
            if let Some(Event::FrameDecoded { decoded, .. }) = &event
                && let Some(answer) = &decoded.coded
            {
                runtime.0.disk.keep(&order, answer);
            }
            event
        });
    }

    /// Does the work of a request for the pool; the event that comes of it is dropped where the request was called off.
    pub(crate) fn work_on(
        &self,
        request: RequestId,
        work: impl Future<Output = Option<Event>> + 'static,
    ) {
        self.0
            .running
            .borrow_mut()
            .insert(request, Running::Job(None));
        let runtime = self.clone();
        spawn_local(async move {
            let Some(event) = work.await else { return };
            if runtime.0.running.borrow_mut().remove(&request).is_some() {
                runtime.send(event);
            }
        });
    }

    /// Begins a job of the pool and notes its number, unless its request was called off meanwhile.
    pub(crate) fn begin<T>(
        &self,
        request: RequestId,
        start: impl FnOnce(&Pool) -> (u64, T),
    ) -> Option<T> {
        let mut running = self.0.running.borrow_mut();
        let Running::Job(number) = running.get_mut(&request)? else {
            return None;
        };
        let (id, outcome) = start(&self.0.pool);
        *number = Some(id);
        Some(outcome)
    }

    /// What comes of an order; nothing where it was called off. A 401 is answered once, with a token that is new.
    async fn frame(&self, request: RequestId, order: &FrameOrder) -> Option<Event> {
        let mut rejected = None;
        loop {
            let (work, blob) = match self.job(order, rejected.as_deref()).await {
                Ok(job) => job,
                Err(failed) => return Some(failed(request)),
            };
            let sent = match &work {
                Work::Fetch(job) => job.authorization.clone(),
                _ => None,
            };
            let body = blob.map(Into::into).or_else(|| known(order));
            let outcome = self.run(request, order, work, body).await?;
            if is_unauthorized(&outcome) {
                if rejected.is_none() && sent.is_some() {
                    rejected = sent;
                    continue;
                }
                self.notify(&WireNotice::RequestSignIn);
            }
            return Some(frames::event(request, order, outcome, &self.0.ladder));
        }
    }

    /// The job for an order, or the event that says why there is none.
    async fn job(
        &self,
        order: &FrameOrder,
        rejected: Option<&str>,
    ) -> Result<(Work, Option<Blob>), impl FnOnce(RequestId) -> Event> {
        let refused = |failure| move |request| frames::failed(request, failure);
        if order.source == LOCAL_SOURCE {
            let job = frames::decode_job(order, &self.0.files);
            return job.map(|(work, blob)| (work, Some(blob))).map_err(refused);
        }
        let Some(source) = self.source(&order.source) else {
            let sentence = "Its archive is not in the configuration.".to_owned();
            return Err(refused(skiagraph_core::frames::frame_store::FrameFailure {
                sentence,
                can_retry: false,
            }));
        };
        let (identity, ladder) = (&self.0.identity, &self.0.ladder);
        let work = frames::fetch_job(order, &source, identity, ladder, rejected).await;
        Ok((work, None))
    }

    /// Gives a job to the pool, unless its request was called off meanwhile, and waits for its end; tells the session how far
    /// it is.
    async fn run(
        &self,
        request: RequestId,
        order: &FrameOrder,
        work: Work,
        body: Option<JsValue>,
    ) -> Option<Outcome> {
        let mut outcomes =
            self.begin(request, |pool| pool.start_told(work, body, order.is_urgent))?;
        loop {
            match outcomes.next().await? {
                Ok(Output::Arriving(n_bytes, n_bytes_total, coarse)) => {
                    let arrived = frames::arrived(n_bytes, n_bytes_total, coarse);
                    self.send(Event::FrameArriving { request, arrived });
                }
                outcome => return Some(outcome),
            }
        }
    }

    /// Never too early, and a little later in each page, so that not all of them come back at once (standards 2.5).
    fn wake(&self, wake: WakeId, after_seconds: u32) {
        let runtime = self.clone();
        let millis = f64::from(after_seconds) * 1000.0 * (1.0 + js_sys::Math::random() / 4.0);
        spawn_local(async move {
            TimeoutFuture::new(millis as u32).await;
            runtime.send(Event::Woken(wake));
        });
    }

    fn cancel(&self, request: RequestId) {
        match self.0.running.borrow_mut().remove(&request) {
            Some(Running::Request(controller)) => controller.abort(),
            Some(Running::Job(Some(id))) => self.0.pool.cancel(id),
            Some(Running::Job(None)) | None => {}
        }
    }
}

/// What is here of a frame's answer, for the worker that brings the rest.
fn known(order: &FrameOrder) -> Option<JsValue> {
    let known = order.beginning.as_ref()?;
    Some(Uint8Array::from(known.bytes.as_slice()).buffer().into())
}

fn is_unauthorized(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Err(WireFailure {
            status: Some(401),
            ..
        })
    )
}

fn cursor_name(cursor: Cursor) -> &'static str {
    match cursor {
        Cursor::Probe => "crosshair",
        Cursor::Pan => "grab",
        Cursor::Zoom => "ns-resize",
        Cursor::Scroll => "all-scroll",
        Cursor::Window => "default",
    }
}
