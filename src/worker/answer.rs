//! A request to an archive and its answer, taken apart while it streams in.

use crate::failed::Failed;
use crate::{property, scope};
use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use skiagraph_dicom::dicomweb::media_type::MediaType;
use skiagraph_dicom::dicomweb::multipart::{MultipartParser, Part};
use skiagraph_dicom::dicomweb::reach::is_within;
use skiagraph_dicom::dicomweb::retry_after::retry_after_seconds;
use skiagraph_dicom::error::MultipartError;
use skiagraph_dicom::job::FetchJob;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, RequestCredentials, RequestInit,
    RequestRedirect, Response,
};

/// Longest silence of an archive.
const SILENCE_MILLIS: u32 = 30_000;
/// How old a watch over a silence may be, once something came.
const WATCH_MILLIS: f64 = 1_000.0;

/// A header of an answer.
pub(crate) fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok().flatten()
}

pub(crate) async fn send(
    job: &FetchJob,
    accept: &str,
    range: &[(&str, String)],
    controller: &AbortController,
) -> Result<Response, Failed> {
    let headers = Headers::new().map_err(|_| Failed::unreachable())?;
    headers
        .set("Accept", accept)
        .map_err(|_| Failed::unreachable())?;
    for (name, value) in range {
        headers
            .set(name, value)
            .map_err(|_| Failed::unreachable())?;
    }
    let init = RequestInit::new();
    if let Some(authorization) = &job.authorization {
        if !is_within(&job.root, &job.url) {
            return Err(Failed::foreign());
        }
        headers
            .set("Authorization", authorization)
            .map_err(|_| Failed::unreachable())?;
        init.set_redirect(RequestRedirect::Error);
    }
    init.set_headers(&headers);
    init.set_signal(Some(&controller.signal()));
    init.set_credentials(if job.sends_cookies {
        RequestCredentials::SameOrigin
    } else {
        RequestCredentials::Omit
    });
    let watch = Watch::over(controller);
    let answer = JsFuture::from(scope().fetch_with_str_and_init(&job.url, &init)).await;
    match answer {
        Ok(response) => response.dyn_into().map_err(|_| Failed::unreachable()),
        Err(_) if watch.is_silent.get() => Err(Failed::silent()),
        Err(_) => Err(Failed::unreachable()),
    }
}

/// Aborts after a silence, unless it is dropped before.
struct Watch {
    is_silent: Rc<Cell<bool>>,
    begun_millis: f64,
    _timeout: Timeout,
}

impl Watch {
    fn over(controller: &AbortController) -> Self {
        let is_silent = Rc::new(Cell::new(false));
        let (flag, controller) = (is_silent.clone(), controller.clone());
        Self {
            is_silent,
            begun_millis: js_sys::Date::now(),
            _timeout: Timeout::new(SILENCE_MILLIS, move || {
                flag.set(true);
                controller.abort();
            }),
        }
    }

    /// A long answer comes in thousands of pieces: a timer for each is work for nothing.
    fn is_old(&self) -> bool {
        js_sys::Date::now() - self.begun_millis > WATCH_MILLIS
    }
}

/// The length of an answer, where it is that of the bytes that come out of it.
pub(crate) fn n_bytes_of(response: &Response) -> Option<u64> {
    if header(response, "Content-Encoding").is_some_and(|coding| coding != "identity") {
        return None;
    }
    header(response, "Content-Length")?.trim().parse().ok()
}

pub(crate) fn retry_after(response: &Response) -> Option<u32> {
    let now_seconds = (js_sys::Date::now() / 1000.0) as i64;
    retry_after_seconds(
        &header(response, "Retry-After")?,
        header(response, "Date").as_deref(),
        now_seconds,
    )
}

/// Begins to take an answer apart.
pub(crate) fn parts(response: &Response) -> Result<Parts, Failed> {
    let content_type = header(response, "Content-Type").unwrap_or_default();
    refuse_text(&content_type)?;
    let parser = MultipartParser::new(&content_type).map_err(|error| Failed::line(&error))?;
    let stream = response.body().ok_or_else(Failed::cut)?;
    let reader: ReadableStreamDefaultReader =
        stream.get_reader().dyn_into().map_err(|_| Failed::cut())?;
    Ok(Parts {
        watch: None,
        reader,
        parser,
        kept: None,
        n_wire_bytes: 0,
    })
}

/// An answer that is taken apart while it streams in.
pub(crate) struct Parts {
    watch: Option<Watch>,
    reader: ReadableStreamDefaultReader,
    pub(crate) parser: MultipartParser,
    /// What came, where it is kept.
    pub(crate) kept: Option<Vec<u8>>,
    /// Bytes that came so far.
    pub(crate) n_wire_bytes: u64,
}

impl Parts {
    /// Waits for the next bytes and hands out the parts that are whole now; `None` at the end, which
    /// [`Self::finish`] judges.
    pub(crate) async fn next(
        &mut self,
        controller: &AbortController,
    ) -> Result<Option<Vec<Part>>, Failed> {
        if self.watch.as_ref().is_none_or(Watch::is_old) {
            self.watch = Some(Watch::over(controller));
        }
        let step = JsFuture::from(self.reader.read()).await;
        let step = step.map_err(|_| {
            if self
                .watch
                .as_ref()
                .is_some_and(|watch| watch.is_silent.get())
            {
                Failed::silent()
            } else {
                Failed::cut()
            }
        })?;
        if property(&step, "done").is_truthy() {
            return Ok(None);
        }
        let chunk: Uint8Array = property(&step, "value")
            .dyn_into()
            .map_err(|_| Failed::cut())?;
        self.n_wire_bytes += u64::from(chunk.length());
        let chunk = chunk.to_vec();
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(&chunk);
        }
        self.parser.push(&chunk).map_err(|error| refusal(&error))?;
        Ok(Some(self.whole()))
    }

    /// The last parts, and whether the answer was whole.
    pub(crate) fn finish(&mut self) -> (Vec<Part>, Result<(), MultipartError>) {
        let end = self.parser.finish();
        (self.whole(), end)
    }

    fn whole(&mut self) -> Vec<Part> {
        std::iter::from_fn(|| self.parser.next_part()).collect()
    }
}

pub(crate) fn refusal(error: &MultipartError) -> Failed {
    match error {
        MultipartError::Truncated => Failed::cut(),
        other => Failed::data(other),
    }
}

/// A page or an error message in place of pixels (captive portal, login page, proxy).
pub(crate) fn refuse_text(content_type: &str) -> Result<(), Failed> {
    let essence = MediaType::parse(content_type).essence;
    if essence == "text/html" {
        return Err(Failed::data(
            &"a web page came in place of the image, perhaps a sign-in page",
        ));
    }
    if essence.starts_with("text/") || essence.ends_with("json") || essence.ends_with("xml") {
        return Err(Failed::data(&"a message came in place of the image"));
    }
    Ok(())
}
