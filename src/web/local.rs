//! Files of this computer: opened by the workers, kept as blobs, never sent anywhere.

use crate::js;
use crate::outcome::Output;
use crate::pool::Pool;
use js_sys::Uint8Array;
use skiagraph_core::order::sort_by;
use skiagraph_core::session::event::Event;
use skiagraph_core::uid::{FrameRef, SopInstanceUid};
use skiagraph_dicom::dicomweb::metadata;
use skiagraph_dicom::job::{WireFile, Work};
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

/// Where the frames of an instance lie.
struct Frames {
    /// The file as it was opened.
    file: Blob,
    /// What the pieces lie in: the file, unless its frames had to be written anew.
    blob: Blob,
    transfer_syntax: String,
    pieces: Vec<Vec<(u64, u64)>>,
}

/// Opened files by SOP Instance UID.
#[derive(Default)]
pub(crate) struct LocalFiles {
    instances: RefCell<HashMap<String, Frames>>,
}

/// A file on its way in.
struct Named {
    name: String,
    blob: Blob,
}

/// What came of some files.
#[derive(Default)]
struct Opened {
    metadata: Vec<String>,
    refused: Vec<String>,
    warnings: Vec<String>,
}

impl LocalFiles {
    /// Opens files, and those inside of ZIP archives; tells the session when all of them are read.
    pub(crate) async fn open(&self, pool: &Pool, files: Vec<File>) -> Event {
        let mut opened = Opened::default();
        let files = unpack(pool, files, &mut opened).await;
        let jobs = files.into_iter().map(async |file| {
            let (_, outcome) = pool.start(Work::OpenFile, Some(file.blob.clone().into()), false);
            (file, outcome.await)
        });
        for (file, outcome) in futures_util::future::join_all(jobs).await {
            match outcome {
                Ok(Ok(Output::File(found, replaced))) => {
                    self.keep(&file, *found, replaced, &mut opened)
                }
                Ok(Err(failure)) => opened.refuse(&file.name, &failure.sentence),
                _ => {}
            }
        }
        opened.into_event()
    }

    fn keep(&self, file: &Named, found: WireFile, replaced: Option<Blob>, opened: &mut Opened) {
        let WireFile {
            instance,
            transfer_syntax,
            metadata,
            frames: pieces,
            warnings,
            document: _,
        } = found;
        // The index of a disc lists what is in the other files.
        if file.name.eq_ignore_ascii_case("DICOMDIR") {
            return;
        }
        opened.warnings.extend(warnings);
        opened.metadata.push(metadata);
        let blob = replaced.unwrap_or_else(|| file.blob.clone());
        self.instances.borrow_mut().insert(
            instance,
            Frames {
                file: file.blob.clone(),
                blob,
                transfer_syntax,
                pieces,
            },
        );
    }

    /// The bytes of a frame as a blob (nothing is read here), and its transfer syntax.
    pub(crate) fn frame(&self, frame: &FrameRef) -> Option<(Blob, String)> {
        let instances = self.instances.borrow();
        let frames = instances.get(frame.instance.as_str())?;
        let pieces = frames.pieces.get(frame.frame.0 as usize)?;
        let blob = js::cut_out(&frames.blob, pieces)?;
        Some((blob, frames.transfer_syntax.clone()))
    }

    /// The file of an instance.
    pub(crate) fn file(&self, instance: &SopInstanceUid) -> Option<Blob> {
        let instances = self.instances.borrow();
        Some(instances.get(instance.as_str())?.file.clone())
    }

    /// Forgets all files.
    pub(crate) fn forget(&self) {
        self.instances.borrow_mut().clear();
    }
}

impl Opened {
    fn refuse(&mut self, name: &str, sentence: &str) {
        self.refused.push(format!("{name}: {sentence}"));
    }

    fn into_event(self) -> Event {
        let Self {
            metadata,
            mut refused,
            mut warnings,
        } = self;
        let json = format!("[{}]", metadata.join(","));
        let mut studies = Vec::new();
        match metadata::parse_mixed_instances(json.as_bytes()) {
            Ok((parsed, remarks)) => {
                warnings.extend(remarks.iter().map(|remark| format!("{remark}.")));
                studies.extend(
                    parsed
                        .into_iter()
                        .filter_map(|one| Some((one.study?, one.series))),
                );
            }
            Err(_) => {
                refused.push("The files hold more than this viewer can read at once.".to_owned())
            }
        }
        sort_by(&mut warnings, Ord::cmp);
        warnings.dedup();
        Event::FilesOpened {
            studies,
            refused,
            warnings,
        }
    }
}

/// The files, with those of ZIP archives in place of the archives.
async fn unpack(pool: &Pool, files: Vec<File>, opened: &mut Opened) -> Vec<Named> {
    let mut all = Vec::new();
    for file in files {
        let named = Named {
            name: file.name(),
            blob: file.into(),
        };
        if !is_zip(&named).await {
            all.push(named);
            continue;
        }
        match pool
            .start(Work::Unzip, Some(named.blob.clone().into()), false)
            .1
            .await
        {
            Ok(Ok(Output::Unzipped(names, blobs, refused))) => {
                opened.refused.extend(refused);
                all.extend(
                    names
                        .into_iter()
                        .zip(blobs)
                        .map(|(name, blob)| Named { name, blob }),
                );
            }
            Ok(Err(failure)) => opened.refuse(&named.name, &failure.sentence),
            _ => {}
        }
    }
    all
}

/// By its first bytes (`PK`, then 3 4), whatever its name.
async fn is_zip(file: &Named) -> bool {
    let Ok(head) = file.blob.slice_with_f64_and_f64(0.0, 4.0) else {
        return false;
    };
    let Ok(buffer) = JsFuture::from(head.array_buffer()).await else {
        return false;
    };
    Uint8Array::new(buffer.unchecked_ref()).to_vec() == *b"PK\x03\x04"
}
