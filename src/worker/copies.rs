//! Copies of files without the patient's identity: one job is one file looked at, shown in part, copied, or all of them packed.

use crate::blob;
use crate::failed::{Failed, sentence};
use js_sys::{Array, Uint8Array};
use serde::{Deserialize, Serialize};
use skiagraph_dicom::deidentify::{
    self, Area, DirectoryKeys, Done, Order, Package, Pseudonyms, Survey,
};
use skiagraph_dicom::job::Reply;
use std::io::{self, Write};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

/// What the shell asks for.
#[derive(Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
enum Job {
    /// What a reader has to know of the one file.
    Survey {},
    /// A frame of the one file, with areas hidden.
    Preview { frame: u32, areas: Vec<Area> },
    /// A copy of the one file.
    Copy { order: Order, salt: String },
    /// One archive of all these copies.
    Pack {
        keys: Vec<DirectoryKeys>,
        salt: String,
    },
}

/// What comes back; files and pictures are in the blobs.
#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum Answer {
    Survey(Box<Survey>),
    Preview {
        rows: u32,
        columns: u32,
    },
    Copy {
        keys: Box<DirectoryKeys>,
        done: Vec<Done>,
        words: Vec<String>,
        is_remade: bool,
        n_comments: usize,
    },
    Pack {},
}

/// Does what `order` says with a blob or an array of blobs: a reply with `text` and `blobs`.
pub async fn copy(id: u64, order: String, body: JsValue) -> JsValue {
    let (reply, blobs) = match perform(&order, &body).await {
        Ok((answer, blobs)) => {
            let answer = serde_json::to_string(&answer).unwrap_or_default();
            (Reply::Copied { id, answer }, blobs)
        }
        Err(failed) => {
            let failure = failed.into();
            (Reply::Failed { id, failure }, Vec::new())
        }
    };
    let text = serde_json::to_string(&reply).unwrap_or_default();
    let blobs: Array = blobs.iter().collect();
    crate::object(&[("text", &text.into()), ("blobs", &blobs)]).into()
}

async fn perform(order: &str, body: &JsValue) -> Result<(Answer, Vec<Blob>), Failed> {
    let job: Job =
        serde_json::from_str(order).map_err(|_| Failed::data(&"the order is not understood"))?;
    if let Job::Pack { keys, salt } = job {
        let blobs: Vec<Blob> = Array::from(body)
            .iter()
            .filter_map(|blob| blob.dyn_into().ok())
            .collect();
        let archive = pack(&keys, &names(&salt)?, &blobs).await?;
        return Ok((Answer::Pack {}, vec![archive]));
    }
    let one: &Blob = body.dyn_ref().ok_or_else(Failed::unreadable_file)?;
    let file = blob::read(one).await?;
    let refused = |error| Failed::data(&error);
    match job {
        Job::Survey {} => {
            let found = deidentify::survey(&file).map_err(refused)?;
            Ok((Answer::Survey(Box::new(found)), Vec::new()))
        }
        Job::Preview { frame, areas } => {
            let picture = deidentify::preview(&file, frame, &areas).map_err(refused)?;
            let answer = Answer::Preview {
                rows: picture.rows,
                columns: picture.columns,
            };
            Ok((answer, vec![to_blob(&picture.rgba)?]))
        }
        Job::Copy { order, salt } => {
            let copy = deidentify::deidentify(&file, &order, &names(&salt)?).map_err(refused)?;
            let answer = Answer::Copy {
                keys: Box::new(copy.keys),
                done: copy.done,
                words: copy.words,
                is_remade: copy.is_remade,
                n_comments: copy.n_comments,
            };
            Ok((answer, vec![to_blob(&copy.bytes)?]))
        }
        Job::Pack { .. } => Err(Failed::data(&"the order is not understood")),
    }
}

/// The names of a run, by its salt: 64 hexadecimal digits.
fn names(salt: &str) -> Result<Pseudonyms, Failed> {
    let digits = salt.as_bytes().as_chunks::<2>().0.iter();
    let bytes: Option<Vec<u8>> = digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let salt = bytes.and_then(|bytes| bytes.try_into().ok());
    salt.map(Pseudonyms::new)
        .ok_or_else(|| Failed::data(&"the order has no salt"))
}

async fn pack(keys: &[DirectoryKeys], names: &Pseudonyms, copies: &[Blob]) -> Result<Blob, Failed> {
    let failed = |error: io::Error| Failed::data(&sentence(&error));
    let mut package = Package::new(Parts::default(), keys, names).map_err(failed)?;
    for copy in copies {
        let bytes = blob::read(copy).await?;
        package.add(&bytes).map_err(failed)?;
    }
    let mut parts = package.finish().map_err(failed)?;
    parts.flush().map_err(failed)?;
    Blob::new_with_blob_sequence(&parts.blobs)
        .map_err(|_| Failed::data(&"the archive is larger than the memory there is"))
}

/// What is written, in blobs, which the browser keeps outside this worker's memory.
#[derive(Default)]
struct Parts {
    blobs: Array,
    bytes: Vec<u8>,
}

/// Bytes that are gathered before they become a blob.
const STEP: usize = 1 << 20;

impl Write for Parts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() >= STEP {
            self.flush()?;
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.bytes.is_empty() {
            let full = |_| io::Error::from(io::ErrorKind::OutOfMemory);
            let blob = to_blob(&self.bytes).map_err(full)?;
            self.blobs.push(blob.as_ref());
            self.bytes.clear();
        }
        Ok(())
    }
}

fn to_blob(bytes: &[u8]) -> Result<Blob, Failed> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence(&parts)
        .map_err(|_| Failed::data(&"the file is larger than the memory there is"))
}
