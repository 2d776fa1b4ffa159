//! One frame from an archive: asks, splits the answer as it streams in, and asks differently where that leads nowhere.

use crate::failed::Failed;
use crate::frame::{DecodeJob, Undecoded};
use crate::{elsewhere, post, property, scope};
use gloo_timers::callback::Timeout;
use js_sys::{ArrayBuffer, Uint8Array};
use skiagraph_dicom::arrival::Arrival;
use skiagraph_dicom::dicomweb::media_type::MediaType;
use skiagraph_dicom::dicomweb::multipart::{self, MultipartParser, Part};
use skiagraph_dicom::dicomweb::reach::is_within;
use skiagraph_dicom::dicomweb::retry_after::retry_after_seconds;
use skiagraph_dicom::error::MultipartError;
use skiagraph_dicom::job::{FetchJob, Reply, WireFrame};
use skiagraph_dicom::transfer_syntax::TransferSyntax;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, RequestCredentials, RequestInit,
    RequestRedirect, Response,
};

/// Longest silence of an archive.
const SILENCE_MILLIS: u32 = 30_000;

/// Brings and decodes a frame. The next Accept header is taken where the server refuses (400, 406, 415, 500) or there
/// is no decoder for what came (standards 2.2).
pub(crate) async fn frame(
    id: u64,
    job: &FetchJob,
    controller: &AbortController,
) -> Result<(WireFrame, ArrayBuffer), Failed> {
    let mut first: Option<Failed> = None;
    for (n_refused, accept) in job.accepts.iter().enumerate() {
        let failed = match attempt(id, job, accept, controller).await {
            Ok((frame, bytes)) => return Ok((WireFrame { n_refused, ..frame }, bytes)),
            Err(Outcome::Final(failed)) => return Err(first.unwrap_or(failed)),
            Err(Outcome::TryNext(failed)) => failed,
        };
        first = Some(match first {
            None => failed,
            Some(first) => first.and("the archive does not send it in another form"),
        });
    }
    Err(first.unwrap_or_else(Failed::unreachable))
}

/// Whether another Accept header may help.
enum Outcome {
    TryNext(Failed),
    Final(Failed),
}

impl From<Failed> for Outcome {
    fn from(failed: Failed) -> Self {
        Self::Final(failed)
    }
}

async fn attempt(
    id: u64,
    job: &FetchJob,
    accept: &str,
    controller: &AbortController,
) -> Result<(WireFrame, ArrayBuffer), Outcome> {
    let response = send(job, accept, controller).await?;
    match response.status() {
        204 => return Err(Failed::data(&"the archive has no pixels for this image").into()),
        200..=299 => {}
        code @ (400 | 406 | 415 | 500) => return Err(Outcome::TryNext(Failed::status(code))),
        code => return Err(Failed::status(code).after(retry_after(&response)).into()),
    }
    let (part, n_wire_bytes) = read(id, job, accept, &response, controller).await?;
    let decode_job = DecodeJob {
        descriptor: job.descriptor.clone(),
        transfer_syntax: label(job, accept, &part),
        level: job.level,
        finer_than: None,
    };
    match elsewhere::decode(id, decode_job, &part.body).await {
        Ok((frame, bytes)) => Ok((
            WireFrame {
                n_wire_bytes,
                ..frame
            },
            bytes,
        )),
        Err(Undecoded::Unsupported(failed)) => Err(Outcome::TryNext(failed)),
        Err(undecoded) => Err(Failed::from(undecoded).into()),
    }
}

fn retry_after(response: &Response) -> Option<u32> {
    let header = |name| response.headers().get(name).ok().flatten();
    let now_seconds = (js_sys::Date::now() / 1000.0) as i64;
    retry_after_seconds(
        &header("Retry-After")?,
        header("Date").as_deref(),
        now_seconds,
    )
}

/// The transfer syntax by the answer; else by the metadata for stored frames, and the default for all others.
fn label(job: &FetchJob, accept: &str, part: &Part) -> Option<String> {
    let is_stored = accept.contains("transfer-syntax=*");
    let fallback = || {
        if is_stored {
            job.transfer_syntax.clone()
        } else {
            Some(TransferSyntax::ExplicitVrLittleEndian.uid().to_owned())
        }
    };
    part.transfer_syntax.clone().or_else(fallback)
}

pub(crate) async fn send(
    job: &FetchJob,
    accept: &str,
    controller: &AbortController,
) -> Result<Response, Failed> {
    let headers = Headers::new().map_err(|_| Failed::unreachable())?;
    headers
        .set("Accept", accept)
        .map_err(|_| Failed::unreachable())?;
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
    let (_watch, is_silent) = watch(controller);
    let answer = JsFuture::from(scope().fetch_with_str_and_init(&job.url, &init)).await;
    match answer {
        Ok(response) => response.dyn_into().map_err(|_| Failed::unreachable()),
        Err(_) if is_silent.get() => Err(Failed::silent()),
        Err(_) => Err(Failed::unreachable()),
    }
}

/// Aborts after a silence, unless it is dropped before.
fn watch(controller: &AbortController) -> (Timeout, std::rc::Rc<std::cell::Cell<bool>>) {
    let is_silent = std::rc::Rc::new(std::cell::Cell::new(false));
    let (flag, controller) = (is_silent.clone(), controller.clone());
    let timeout = Timeout::new(SILENCE_MILLIS, move || {
        flag.set(true);
        controller.abort();
    });
    (timeout, is_silent)
}

/// Splits the answer as it comes and picks the part that was asked for; also the bytes that came. On a slow line the page is
/// told how far it is, and what can be seen meanwhile.
async fn read(
    id: u64,
    job: &FetchJob,
    accept: &str,
    response: &Response,
    controller: &AbortController,
) -> Result<(Part, u64), Failed> {
    let mut answer = parts(response)?;
    let mut parts = Vec::new();
    let mut arrival = Arrival::new(now_millis(), n_bytes_of(response));
    let mut finer_than = u8::MAX;
    while let Some(more) = answer.next(controller).await? {
        parts.extend(more);
        if arrival.is_due(now_millis(), answer.n_wire_bytes) {
            let beginning = answer.parser.beginning().filter(|_| parts.is_empty());
            let coarse = coarse(job, accept, beginning, finer_than).await;
            finer_than = coarse.as_ref().map_or(finer_than, |(frame, _)| frame.level);
            tell(id, &answer, &arrival, coarse);
        }
    }
    let (last, end) = answer.finish();
    parts.extend(last);
    pick(job, parts, end).map(|part| (part, answer.n_wire_bytes))
}

fn now_millis() -> f64 {
    js_sys::Date::now()
}

/// The length of an answer, where it is that of the bytes that come out of it.
fn n_bytes_of(response: &Response) -> Option<u64> {
    let header = |name| response.headers().get(name).ok().flatten();
    if header("Content-Encoding").is_some_and(|coding| coding != "identity") {
        return None;
    }
    header("Content-Length")?.trim().parse().ok()
}

/// What can be seen of a part that is still coming in; of a frame other than the one asked for, nothing.
async fn coarse(
    job: &FetchJob,
    accept: &str,
    beginning: Option<(&Part, &[u8])>,
    finer_than: u8,
) -> Option<(WireFrame, ArrayBuffer)> {
    let (head, bytes) = beginning?;
    let is_asked = multipart::frame_number(head).is_none_or(|number| number == job.number);
    if !is_asked || !is_of_instance(job, head) {
        return None;
    }
    let decode_job = DecodeJob {
        descriptor: job.descriptor.clone(),
        transfer_syntax: label(job, accept, head),
        level: 0,
        finer_than: Some(finer_than),
    };
    // What is wrong with it is said of the whole.
    elsewhere::decode_beginning(&decode_job, bytes).await.ok()
}

fn tell(id: u64, answer: &Parts, arrival: &Arrival, coarse: Option<(WireFrame, ArrayBuffer)>) {
    let (coarse, bytes) = coarse.unzip();
    let arriving = Reply::Arriving {
        id,
        n_bytes: answer.n_wire_bytes,
        n_bytes_total: arrival.n_bytes_total(),
        coarse,
    };
    post(&arriving, bytes.as_ref());
}

/// Begins to take an answer apart.
pub(crate) fn parts(response: &Response) -> Result<Parts, Failed> {
    let content_type = response
        .headers()
        .get("Content-Type")
        .ok()
        .flatten()
        .unwrap_or_default();
    refuse_text(&content_type)?;
    let parser = MultipartParser::new(&content_type).map_err(|error| Failed::line(&error))?;
    let stream = response.body().ok_or_else(Failed::cut)?;
    let reader: ReadableStreamDefaultReader =
        stream.get_reader().dyn_into().map_err(|_| Failed::cut())?;
    Ok(Parts {
        reader,
        parser,
        n_wire_bytes: 0,
    })
}

/// An answer that is taken apart while it streams in.
pub(crate) struct Parts {
    reader: ReadableStreamDefaultReader,
    parser: MultipartParser,
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
        let (_watch, is_silent) = watch(controller);
        let step = JsFuture::from(self.reader.read()).await;
        let step = step.map_err(|_| {
            if is_silent.get() {
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
        self.parser
            .push(&chunk.to_vec())
            .map_err(|error| refusal(&error))?;
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

fn refusal(error: &MultipartError) -> Failed {
    match error {
        MultipartError::Truncated => Failed::cut(),
        other => Failed::data(other),
    }
}

/// A page or an error message in place of pixels (captive portal, login page, proxy).
fn refuse_text(content_type: &str) -> Result<(), Failed> {
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

/// The part of the frame that was asked for: by its Content-Location, else by its order (one frame was asked for).
fn pick(job: &FetchJob, parts: Vec<Part>, end: Result<(), MultipartError>) -> Result<Part, Failed> {
    let n_parts = parts.len();
    let is_asked =
        |part: &Part| multipart::frame_number(part).is_none_or(|number| number == job.number);
    let found = parts.into_iter().find(is_asked);
    match (found, end) {
        (Some(part), _) if !is_of_instance(job, &part) => Err(Failed::data(
            &"the archive sent an image other than the one asked for; it is not shown",
        )),
        (Some(part), _) => {
            refuse_text(part.content_type.as_deref().unwrap_or_default())?;
            Ok(part)
        }
        (None, Err(error)) => Err(refusal(&error)),
        (None, Ok(())) if n_parts == 0 => {
            Err(Failed::data(&"the archive has no pixels for this image"))
        }
        (None, Ok(())) => Err(Failed::data(
            &"the archive sent a frame other than the one asked for; it is not shown",
        )),
    }
}

/// What a Content-Location says of study, series and instance must be what was asked for (fault 12).
fn is_of_instance(job: &FetchJob, part: &Part) -> bool {
    let Some(location) = part.content_location.as_deref() else {
        return true;
    };
    let path = location.split(['?', '#']).next().unwrap_or_default();
    let pieces: Vec<&str> = path.split('/').collect();
    let asked = [
        ("studies", &job.study),
        ("series", &job.series),
        ("instances", &job.instance),
    ];
    asked.iter().all(|(level, uid)| {
        let told = pieces
            .windows(2)
            .rev()
            .find(|pair| pair[0] == *level)
            .map(|pair| pair[1]);
        told.is_none_or(|told| told == uid.as_str())
    })
}
