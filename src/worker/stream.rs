//! Many frames in one answer: taken out of their files as these stream in. What decodes at the speed of memory is decoded
//! here; the rest goes back, to be shared among the workers.

use crate::answer::{parts, send};
use crate::failed::Failed;
use crate::frame::DecodeJob;
use crate::post;
use js_sys::Uint8Array;
use skiagraph_dicom::dicomweb::multipart::Part;
use skiagraph_dicom::job::{Reply, StreamJob, WireDescriptor, WireFrame};
use skiagraph_dicom::pixels::is_built_in;
use skiagraph_dicom::pixels::single::{Single, single_frame};
use std::collections::HashMap;
use web_sys::AbortController;

/// Brings the frames of a job; each goes to the page as it comes. A frame that cannot be had in this way is left out.
pub(crate) async fn frames(
    id: u64,
    job: &StreamJob,
    controller: &AbortController,
) -> Result<(), Failed> {
    let accept = job.fetch.accepts.first().map_or("", String::as_str);
    let response = send(&job.fetch, accept, &[], controller).await?;
    if !response.ok() {
        return Err(Failed::status(response.status()));
    }
    let mut wanted: HashMap<&str, &WireDescriptor> = job
        .frames
        .iter()
        .map(|(instance, descriptor)| (instance.as_str(), descriptor))
        .collect();
    let mut answer = parts(&response)?;
    let mut n_told = 0;
    while let Some(more) = answer.next(controller).await? {
        for part in more {
            let n_wire_bytes = answer.n_wire_bytes - n_told;
            if hand_over(id, &part, &mut wanted, n_wire_bytes) {
                n_told = answer.n_wire_bytes;
            }
        }
        if wanted.is_empty() {
            controller.abort();
            return Ok(());
        }
    }
    for part in answer.finish().0 {
        hand_over(id, &part, &mut wanted, answer.n_wire_bytes - n_told);
    }
    Ok(())
}

/// Sends a frame to the page where it is one that was asked for; false where it is not.
fn hand_over(
    id: u64,
    part: &Part,
    wanted: &mut HashMap<&str, &WireDescriptor>,
    n_wire_bytes: u64,
) -> bool {
    let Some(single) = single_frame(&part.body) else {
        return false;
    };
    let Some(descriptor) = wanted.remove(single.instance.as_str()) else {
        return false;
    };
    let Single {
        instance,
        transfer_syntax,
        frame,
    } = single;
    let transfer_syntax = transfer_syntax.uid().to_owned();
    let job = DecodeJob {
        descriptor: descriptor.clone(),
        transfer_syntax: Some(transfer_syntax.clone()),
        level: 0,
        finer_than: None,
        tells_extents: false,
    };
    if job.codec(&frame).is_ok_and(is_built_in) {
        // What cannot be decoded is asked for alone, and says why then.
        let Ok((frame, bytes)) = job.decode(&frame) else {
            return false;
        };
        let frame = WireFrame {
            n_wire_bytes,
            ..frame
        };
        post(
            &Reply::Streamed {
                id,
                instance,
                frame,
            },
            Some(&bytes),
        );
        return true;
    }
    let reply = Reply::Coded {
        id,
        instance,
        transfer_syntax,
    };
    post(&reply, Some(&Uint8Array::from(&*frame).buffer()));
    true
}
