//! One frame from an archive: asks, splits the answer as it streams in, and asks differently where that leads nowhere.

use crate::answer::{header, n_bytes_of, parts, refusal, refuse_text, retry_after, send};
use crate::failed::Failed;
use crate::frame::{DecodeJob, Undecoded};
use crate::range::{Asked, Came};
use crate::{Done, elsewhere, post};
use js_sys::{ArrayBuffer, Uint8Array};
use skiagraph_dicom::arrival::Arrival;
use skiagraph_dicom::dicomweb::multipart::{self, MultipartParser, Part};
use skiagraph_dicom::error::MultipartError;
use skiagraph_dicom::job::{FetchJob, Reply, WireBeginning, WireFrame};
use skiagraph_dicom::transfer_syntax::TransferSyntax;
use web_sys::{AbortController, Response};

/// Brings and decodes a frame, or its first part; `known` are the first bytes of its answer where these are here. The next
/// Accept header is taken where the server refuses (400, 406, 415, 500) or there is no decoder for what came
/// (standards 2.2).
pub(crate) async fn frame(
    id: u64,
    job: &FetchJob,
    known: &[u8],
    controller: &AbortController,
) -> Result<Done, Failed> {
    elsewhere::expect(job.transfer_syntax.as_deref());
    let mut first: Option<Failed> = None;
    for (n_refused, accept) in job.accepts.iter().enumerate() {
        let failed = match attempt(id, job, known, accept, controller).await {
            Ok(Done::Frame(frame, bytes)) => {
                return Ok(Done::Frame(WireFrame { n_refused, ..frame }, bytes));
            }
            Ok(done) => return Ok(done),
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
    known: &[u8],
    accept: &str,
    controller: &AbortController,
) -> Result<Done, Outcome> {
    if let Some(come) = held(job, known) {
        return finish(id, job, accept, come?).await;
    }
    let mut asked = Asked::of(job, known);
    let (response, came) = loop {
        let response = send(job, accept, &asked.headers(), controller).await?;
        match asked.came(&response) {
            // What came does not fit to what is here.
            Came::Other => asked = Asked::Whole,
            came => break (response, came),
        }
    };
    match response.status() {
        204 => return Err(Failed::data(&"the archive has no pixels for this image").into()),
        200..=299 => {}
        code @ (400 | 406 | 415 | 500) => return Err(Outcome::TryNext(Failed::status(code))),
        code => return Err(Failed::status(code).after(retry_after(&response)).into()),
    }
    let come = match came {
        Came::First(beginning, n_bytes) => {
            let begun = begin(job, accept, &response, beginning, n_bytes, controller).await?;
            return Ok(begun);
        }
        Came::Rest => read(id, job, accept, &response, asked.known(), controller).await?,
        Came::Whole | Came::Other => read(id, job, accept, &response, &[], controller).await?,
    };
    finish(id, job, accept, come).await
}

/// The frame out of an answer that is here whole; nothing where it is not.
fn held(job: &FetchJob, known: &[u8]) -> Option<Result<Come, Failed>> {
    let of = job.beginning.as_ref()?;
    if known.is_empty() || known.len() as u64 != of.n_bytes_total {
        return None;
    }
    let take = || {
        let mut parser = MultipartParser::new(&of.content_type).map_err(|error| refusal(&error))?;
        parser.push(known).map_err(|error| refusal(&error))?;
        let end = parser.finish();
        let parts = std::iter::from_fn(|| parser.next_part()).collect();
        Ok(Come {
            part: pick(job, parts, end)?,
            n_wire_bytes: 0,
            transfer_millis: 0.0,
            kept: None,
        })
    };
    Some(take())
}

/// Decodes what came.
async fn finish(id: u64, job: &FetchJob, accept: &str, come: Come) -> Result<Done, Outcome> {
    let decode_job = DecodeJob {
        level: job.level,
        finer_than: None,
        tells_extents: job.tells_extents,
        ..decode_job(job, accept, &come.part)
    };
    match elsewhere::decode(id, decode_job, &come.part.body).await {
        Ok((frame, bytes)) => {
            let frame = WireFrame {
                n_wire_bytes: come.n_wire_bytes,
                transfer_millis: come.transfer_millis,
                ..frame
            };
            Ok(match come.kept {
                Some((of, answer)) => with_coded(frame, bytes, of, &answer),
                None => Done::Frame(frame, bytes),
            })
        }
        Err(Undecoded::Unsupported(failed)) => Err(Outcome::TryNext(failed)),
        Err(undecoded) => Err(Failed::from(undecoded).into()),
    }
}

/// Puts the answer behind the samples, where that takes much less room than they do.
fn with_coded(frame: WireFrame, samples: ArrayBuffer, of: WireBeginning, answer: &[u8]) -> Done {
    let (n_samples, n_answer) = (samples.byte_length(), answer.len() as u32);
    if n_answer > n_samples / 2 {
        return Done::Frame(frame, samples);
    }
    let both = Uint8Array::new_with_length(n_samples + n_answer);
    both.set(&Uint8Array::new(&samples), 0);
    both.subarray(n_samples, n_samples + n_answer)
        .copy_from(answer);
    let coded = Some(Box::new((n_samples, of)));
    Done::Frame(WireFrame { coded, ..frame }, both.buffer())
}

fn decode_job(job: &FetchJob, accept: &str, part: &Part) -> DecodeJob {
    DecodeJob {
        descriptor: job.descriptor.clone(),
        transfer_syntax: label(job, accept, part),
        level: 0,
        finer_than: Some(u8::MAX),
        tells_extents: false,
    }
}

/// Reads the first part of an answer, to be kept, and what can be seen of it.
async fn begin(
    job: &FetchJob,
    accept: &str,
    response: &Response,
    beginning: WireBeginning,
    n_bytes: u64,
    controller: &AbortController,
) -> Result<Done, Failed> {
    let mut answer = parts(response)?;
    answer.kept = Some(Vec::new());
    while answer.next(controller).await?.is_some() {}
    let kept = answer.kept.take().unwrap_or_default();
    if kept.len() as u64 != n_bytes {
        return Err(Failed::cut());
    }
    let coarse = coarse(job, accept, answer.parser.beginning(), u8::MAX).await;
    let (coarse, samples) = coarse.unzip();
    let samples = samples.map(|samples| Uint8Array::new(&samples));
    let n_samples = samples.as_ref().map_or(0, Uint8Array::length);
    let both = Uint8Array::new_with_length(kept.len() as u32 + n_samples);
    both.subarray(0, kept.len() as u32).copy_from(&kept);
    if let Some(samples) = samples {
        both.set(&samples, kept.len() as u32);
    }
    Ok(Done::Begun {
        n_bytes,
        beginning,
        coarse,
        bytes: both.buffer(),
    })
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

/// A part of an answer, and how it came.
struct Come {
    part: Part,
    n_wire_bytes: u64,
    transfer_millis: f64,
    /// The whole answer, where it is to be kept.
    kept: Option<(WireBeginning, Vec<u8>)>,
}

/// Splits the answer as it comes and picks the part that was asked for; `known` are the bytes before those that come. On a
/// slow line the page is told how far it is, and what can be seen meanwhile.
async fn read(
    id: u64,
    job: &FetchJob,
    accept: &str,
    response: &Response,
    known: &[u8],
    controller: &AbortController,
) -> Result<Come, Failed> {
    let mut answer = parts(response)?;
    let n_known = known.len() as u64;
    let n_bytes_total = n_bytes_of(response).map(|n| n + n_known);
    answer.kept = job.keeps_coded.then(|| known.to_vec());
    answer.parser.push(known).map_err(|error| refusal(&error))?;
    let mut parts = Vec::new();
    let begun_millis = now_millis();
    let mut arrival = Arrival::new(begun_millis, n_bytes_total);
    let mut finer_than = u8::MAX;
    // Not all archives tell in their metadata how a frame is stored; its head does.
    let mut is_expected = job.transfer_syntax.is_some();
    while let Some(more) = answer.next(controller).await? {
        parts.extend(more);
        if !is_expected && let Some((head, _)) = answer.parser.beginning() {
            elsewhere::expect(head.transfer_syntax.as_deref());
            is_expected = true;
        }
        let n_bytes = n_known + answer.n_wire_bytes;
        if arrival.is_due(now_millis(), n_bytes) {
            let beginning = answer.parser.beginning().filter(|_| parts.is_empty());
            let coarse = coarse(job, accept, beginning, finer_than).await;
            finer_than = coarse.as_ref().map_or(finer_than, |(frame, _)| frame.level);
            tell(id, n_bytes, n_bytes_total, coarse);
        }
    }
    let transfer_millis = now_millis() - begun_millis;
    let (last, end) = answer.finish();
    parts.extend(last);
    let kept = answer.kept.take().map(|bytes| {
        let of = WireBeginning {
            content_type: header(response, "Content-Type").unwrap_or_default(),
            n_bytes_total: bytes.len() as u64,
            validator: None,
        };
        (of, bytes)
    });
    Ok(Come {
        part: pick(job, parts, end)?,
        n_wire_bytes: answer.n_wire_bytes,
        transfer_millis,
        kept,
    })
}

fn now_millis() -> f64 {
    js_sys::Date::now()
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
        finer_than: Some(finer_than),
        ..decode_job(job, accept, head)
    };
    // What is wrong with it is said of the whole.
    elsewhere::decode_beginning(&decode_job, bytes).await.ok()
}

fn tell(
    id: u64,
    n_bytes: u64,
    n_bytes_total: Option<u64>,
    coarse: Option<(WireFrame, ArrayBuffer)>,
) {
    let (coarse, bytes) = coarse.unzip();
    let arriving = Reply::Arriving {
        id,
        n_bytes,
        n_bytes_total,
        coarse,
    };
    post(&arriving, bytes.as_ref());
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
