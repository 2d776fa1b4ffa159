//! Orders for frames to jobs of the pool, and what the workers hand back to rasters.

use crate::fetch::Identity;
use crate::local::LocalFiles;
use crate::outcome::{Outcome, Output};
use js_sys::{ArrayBuffer, Int8Array, Int16Array, Uint8Array, Uint16Array};
use skiagraph_core::frames::arriving::Beginning;
use skiagraph_core::frames::budget::has_room;
use skiagraph_core::frames::frame_store::FrameFailure;
use skiagraph_core::pixel::raster::{Raster, RasterKind};
use skiagraph_core::pixel::samples::Samples;
use skiagraph_core::session::effect::{FrameOrder, RequestId};
use skiagraph_core::session::event::{ArrivingFrame, DecodedFrame, Event};
use skiagraph_core::uid::SeriesUid;
use skiagraph_dicom::dicomweb::query::{Rung, Source};
use skiagraph_dicom::job::{
    FetchJob, StreamJob, WireBeginning, WireDescriptor, WireFailure, WireFrame, Work,
};
use std::cell::RefCell;
use std::collections::HashSet;
use web_sys::Blob;

/// Series of which the archive does not send what is stored, or sends what nobody here can decode: later frames of them
/// are asked for uncompressed at once.
#[derive(Default)]
pub(crate) struct Ladder(RefCell<HashSet<SeriesUid>>);

impl Ladder {
    fn rungs(&self, series: &SeriesUid) -> Vec<Rung> {
        if self.0.borrow().contains(series) {
            vec![Rung::Uncompressed]
        } else {
            vec![Rung::Stored, Rung::Uncompressed]
        }
    }

    fn remember(&self, series: &SeriesUid, frame: &WireFrame) {
        if frame.n_refused > 0 {
            self.0.borrow_mut().insert(series.clone());
        }
    }
}

/// The job for a frame of an archive; `rejected` is an authorization that it answered 401 to.
pub(crate) async fn fetch_job(
    order: &FrameOrder,
    source: &Source,
    identity: &Identity,
    ladder: &Ladder,
    rejected: Option<&str>,
) -> Work {
    let frame = &order.frame;
    let request = source.frames(
        &order.study,
        &order.series,
        &frame.instance,
        &[frame.frame],
        Rung::Stored,
    );
    let rungs = ladder.rungs(&order.series).into_iter();
    let accepts = rungs.map(|rung| rung.accept().to_owned()).collect();
    let job = job(order, source, request.url, accepts, identity, rejected).await;
    Work::Fetch(Box::new(job))
}

/// The job for frames of one series in one answer; nothing where the archive does not send what is stored.
pub(crate) async fn stream_job(
    orders: &[FrameOrder],
    source: &Source,
    identity: &Identity,
    ladder: &Ladder,
) -> Option<Box<StreamJob>> {
    let first = orders.first()?;
    if !ladder.rungs(&first.series).contains(&Rung::Stored) {
        return None;
    }
    let request = source.series_files(&first.study, &first.series);
    let accepts = vec![request.accept.to_owned()];
    let fetch = job(first, source, request.url, accepts, identity, None).await;
    let frames = orders.iter().map(|order| {
        let descriptor = WireDescriptor::from(&order.descriptor);
        (order.frame.instance.to_string(), descriptor)
    });
    Some(Box::new(StreamJob {
        fetch,
        frames: frames.collect(),
    }))
}

async fn job(
    order: &FrameOrder,
    source: &Source,
    url: String,
    accepts: Vec<String>,
    identity: &Identity,
    rejected: Option<&str>,
) -> FetchJob {
    let frame = &order.frame;
    let authorization = identity.authorization(source, &url, rejected).await;
    FetchJob {
        url,
        root: source.root().to_owned(),
        accepts,
        sends_cookies: identity.sends_cookies() && authorization.is_none(),
        authorization,
        study: order.study.to_string(),
        series: order.series.to_string(),
        instance: frame.instance.to_string(),
        number: frame.frame.number(),
        descriptor: WireDescriptor::from(&order.descriptor),
        transfer_syntax: order.transfer_syntax.clone(),
        level: 0,
        part_bytes: order.part_bytes,
        beginning: order.beginning.as_ref().map(|known| WireBeginning {
            content_type: known.content_type.clone(),
            n_bytes_total: known.n_bytes_total,
            validator: known.validator.clone(),
        }),
        tells_extents: order.tells_levels,
        keeps_coded: order.keeps_coded,
    }
}

/// The job for a frame of an opened file, with the bytes to decode.
pub(crate) fn decode_job(
    order: &FrameOrder,
    files: &LocalFiles,
) -> Result<(Work, Blob), FrameFailure> {
    let (blob, transfer_syntax) = files.frame(&order.frame).ok_or_else(|| FrameFailure {
        sentence: "The file holds no pixels for this image.".to_owned(),
        can_retry: false,
    })?;
    let descriptor = WireDescriptor::from(&order.descriptor);
    Ok((
        Work::Decode {
            descriptor,
            transfer_syntax: Some(transfer_syntax),
            level: 0,
        },
        blob,
    ))
}

/// What the session is told of a job's end.
pub(crate) fn event(
    request: RequestId,
    order: &FrameOrder,
    outcome: Outcome,
    ladder: &Ladder,
) -> Event {
    let (frame, bytes) = match outcome {
        Ok(Output::Frame(frame, bytes)) => (frame, bytes),
        Ok(Output::Begun(n_bytes, beginning, coarse, bytes)) => {
            return begun(request, n_bytes, beginning, coarse, &bytes);
        }
        Ok(_) => return failed(request, unfitting()),
        Err(WireFailure {
            status: Some(429 | 503),
            retry_after_seconds,
            ..
        }) => {
            return Event::FrameRefused {
                request,
                retry_after_seconds,
            };
        }
        Err(WireFailure {
            is_unreachable: true,
            ..
        }) => return Event::FrameUnreachable { request },
        Err(WireFailure {
            missing_bytes: Some(n_bytes),
            ..
        }) => return Event::FrameOutOfMemory { request, n_bytes },
        Err(WireFailure {
            sentence,
            can_retry,
            ..
        }) => {
            return failed(
                request,
                FrameFailure {
                    sentence,
                    can_retry,
                },
            );
        }
    };
    let n_bytes = u64::from(bytes.byte_length());
    if !has_room(n_bytes) {
        return Event::FrameOutOfMemory { request, n_bytes };
    }
    ladder.remember(&order.series, &frame);
    match decoded(frame, &bytes) {
        Some(decoded) => Event::FrameDecoded { request, decoded },
        None => failed(request, unfitting()),
    }
}

/// How far a frame is, as the session takes it.
pub(crate) fn arrived(
    n_bytes: u64,
    n_bytes_total: Option<u64>,
    coarse: Option<(WireFrame, ArrayBuffer)>,
) -> ArrivingFrame {
    ArrivingFrame {
        n_bytes,
        n_bytes_total,
        coarse: coarse.and_then(|(frame, bytes)| Some((frame.level, raster(&frame, &bytes)?))),
    }
}

/// The first part of a frame: what is kept of its answer, and behind that the samples of a coarse picture.
fn begun(
    request: RequestId,
    n_bytes: u64,
    told: WireBeginning,
    coarse: Option<WireFrame>,
    bytes: &ArrayBuffer,
) -> Event {
    let n_kept = u32::try_from(n_bytes).unwrap_or(u32::MAX);
    let coarse = coarse.map(|frame| (frame, bytes.slice(n_kept)));
    Event::FrameBegun {
        request,
        arrived: arrived(n_bytes, Some(told.n_bytes_total), coarse),
        beginning: Beginning {
            bytes: Uint8Array::new(bytes).subarray(0, n_kept).to_vec(),
            content_type: told.content_type,
            n_bytes_total: told.n_bytes_total,
            validator: told.validator,
        },
    }
}

/// A worker's frame as the session takes it; nothing where its samples do not fit what is told of them.
pub(crate) fn decoded(frame: WireFrame, bytes: &ArrayBuffer) -> Option<DecodedFrame> {
    let (samples, coded) = match frame.coded.as_deref() {
        None => (bytes.clone(), None),
        Some((n_samples, of)) => {
            let answer = Uint8Array::new_with_byte_offset(bytes, *n_samples);
            let coded = Beginning {
                bytes: answer.to_vec(),
                content_type: of.content_type.clone(),
                n_bytes_total: of.n_bytes_total,
                validator: of.validator.clone(),
            };
            (bytes.slice_with_end(0, *n_samples), Some(coded))
        }
    };
    Some(DecodedFrame {
        raster: raster(&frame, &samples)?,
        n_wire_bytes: frame.n_wire_bytes,
        warnings: frame.warnings,
        is_lossy: frame.is_lossy,
        transfer_millis: frame.transfer_millis,
        level_bytes: frame.level_bytes,
        coded,
    })
}

pub(crate) fn failed(request: RequestId, failure: FrameFailure) -> Event {
    Event::FrameFailed { request, failure }
}

fn unfitting() -> FrameFailure {
    FrameFailure {
        sentence: "The decoder's answer does not fit the image.".to_owned(),
        can_retry: false,
    }
}

/// The samples, copied once into this module's memory.
fn raster(frame: &WireFrame, buffer: &ArrayBuffer) -> Option<Raster> {
    let bytes = || Uint8Array::new(buffer).to_vec();
    let samples = match frame.dtype.as_str() {
        "uint8" => Samples::U8(bytes()),
        "int8" => Samples::I8(Int8Array::new(buffer).to_vec()),
        "uint16" => Samples::U16(Uint16Array::new(buffer).to_vec()),
        "int16" => Samples::I16(Int16Array::new(buffer).to_vec()),
        "uint32" => Samples::U32(js_sys::Uint32Array::new(buffer).to_vec()),
        "int32" => Samples::I32(js_sys::Int32Array::new(buffer).to_vec()),
        "float32" => Samples::F32(js_sys::Float32Array::new(buffer).to_vec()),
        "float64" => Samples::F64(js_sys::Float64Array::new(buffer).to_vec()),
        _ => return None,
    };
    let kind = if frame.is_rgb {
        RasterKind::Rgb
    } else {
        RasterKind::Stored
    };
    let raster = Raster::new(frame.rows, frame.columns, kind, samples)?;
    Some(Raster {
        planes: frame.raster_planes(),
        components: frame.raster_components(),
        ..raster
    })
}
