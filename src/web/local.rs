//! Files from this computer: kept as blobs, read by the workers, never sent anywhere.

use serde_json::value::RawValue;
use skiagraph_core::session::event::Event;
use skiagraph_core::uid::FrameRef;
use skiagraph_dicom::dicomweb::metadata;
use skiagraph_dicom::job::FileOpened;
use std::collections::HashMap;
use web_sys::{Blob, File};

/// An opened instance: its file and where its frames lie in it.
pub(crate) struct LocalInstance {
    pub(crate) blob: Blob,
    pub(crate) transfer_syntax: String,
    pub(crate) frames: Vec<Vec<[f64; 2]>>,
}

/// One batch of files being opened, and all instances opened so far.
#[derive(Default)]
pub(crate) struct Local {
    pub(crate) instances: HashMap<String, LocalInstance>,
    waiting: HashMap<u64, File>,
    metadata: Vec<Box<RawValue>>,
    refused: Vec<String>,
}

impl Local {
    pub(crate) fn expect(&mut self, id: f64, file: File) {
        self.waiting.insert(id as u64, file);
    }

    pub(crate) fn is_expected(&self, id: f64) -> bool {
        self.waiting.contains_key(&(id as u64))
    }

    /// A file was read; with the last one of the batch the studies are put together.
    pub(crate) fn opened(&mut self, id: f64, opened: Result<FileOpened, String>) -> Option<Event> {
        let file = self.waiting.remove(&(id as u64))?;
        match opened {
            Err(sentence) => self.refused.push(format!("{}: {sentence}", file.name())),
            Ok(opened) => {
                if let Ok(metadata) = RawValue::from_string(opened.metadata) {
                    if let Some(uid) = sop_instance_uid(metadata.get()) {
                        let instance = LocalInstance {
                            blob: file.into(),
                            transfer_syntax: opened.transfer_syntax,
                            frames: opened.frames,
                        };
                        self.instances.insert(uid, instance);
                    }
                    self.metadata.push(metadata);
                }
            }
        }
        self.waiting.is_empty().then(|| self.finish())
    }

    fn finish(&mut self) -> Event {
        let json = serde_json::to_vec(&std::mem::take(&mut self.metadata)).unwrap_or_default();
        let refused = std::mem::take(&mut self.refused);
        let (parsed, warnings) = metadata::parse_mixed_instances(&json).unwrap_or_default();
        Event::FilesOpened {
            studies: parsed
                .into_iter()
                .filter_map(|parsed| Some((parsed.study?, parsed.series)))
                .collect(),
            refused,
            warnings: warnings.iter().map(ToString::to_string).collect(),
        }
    }

    /// The blob and the byte ranges of a frame.
    pub(crate) fn frame(&self, frame: &FrameRef) -> Option<(&LocalInstance, &Vec<[f64; 2]>)> {
        let instance = self.instances.get(frame.instance.as_str())?;
        Some((instance, instance.frames.get(frame.frame.0 as usize)?))
    }
}

fn sop_instance_uid(metadata: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(metadata).ok()?;
    Some(
        value
            .get("00080018")?
            .get("Value")?
            .get(0)?
            .as_str()?
            .to_owned(),
    )
}
