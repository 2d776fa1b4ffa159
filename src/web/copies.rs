//! Copies of the active study without the patient's identity: its files brought together, jobs for the workers, the way to
//! another archive. What is hidden and what stays is the reader's choice; the shell asks for it file by file.
//!
//! One entry for all of it, `copies(what, argument, body)`, since each costs the first picture its bytes:
//!
//! | what | argument | body | answer |
//! | --- | --- | --- | --- |
//! | `files` | | | every file of the active study, as `{ source, study, series, instance }` |
//! | `file` | one of these | | its blob |
//! | `job` | what the module of the copies is to do | a blob or several | `{ answer, blobs }`; patient data |
//! | `record` | whether they are sent, not saved | | nothing, once the record may be relied on |
//! | `store` | | a copy | nothing, once the archive for copies has it |

use crate::fetch;
use crate::js;
use crate::outcome::Output;
use crate::runtime::Runtime;
use js_sys::{Array, Object};
use skiagraph_core::session::audit::{Destination, Report};
use skiagraph_core::session::event::{Command, Event, LOCAL_SOURCE};
use skiagraph_core::session::objects::{CopiedStudy, ObjectAddress};
use skiagraph_core::uid::{SeriesUid, SopInstanceUid, StudyUid};
use skiagraph_dicom::dicomweb::metadata;
use skiagraph_dicom::job::Work;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

/// A sentence for the page.
type Sentence = String;

impl Runtime {
    /// One step; see above.
    pub(crate) async fn copies(
        &self,
        what: &str,
        argument: JsValue,
        body: JsValue,
    ) -> Result<JsValue, JsValue> {
        let outcome = match what {
            "files" => self.copied_files().await,
            "file" => match address(&argument) {
                Some(address) => self.file(&address).await.map(JsValue::from),
                None => Err("This file is not part of the study.".to_owned()),
            },
            "job" => self.copy(&argument, body).await,
            "record" => self.record_copies(argument.is_truthy()).await,
            "store" => self.store_copy(&body).await,
            _ => Err(format!("what: there is no {what}")),
        };
        outcome.map_err(|sentence| js::error(&sentence))
    }

    fn copied_study(&self) -> Result<CopiedStudy, Sentence> {
        let copied = self.0.session.borrow().copied_study();
        copied.ok_or_else(|| "No study is open.".to_owned())
    }

    async fn copied_files(&self) -> Result<JsValue, Sentence> {
        let copied = self.copied_study()?;
        let files = Array::new();
        for (series, known) in &copied.series {
            let instances = if copied.source == LOCAL_SOURCE {
                known.clone()
            } else {
                self.instances(&copied, series).await?
            };
            for instance in instances {
                let file = Object::new();
                for (key, text) in [
                    ("source", copied.source.as_str()),
                    ("study", copied.study.as_str()),
                    ("series", series.as_str()),
                    ("instance", instance.as_str()),
                ] {
                    js::set(&file, key, &text.into());
                }
                files.push(&file);
            }
        }
        Ok(files.into())
    }

    /// What the archive holds of a series, which may be more than was shown.
    async fn instances(
        &self,
        copied: &CopiedStudy,
        series: &SeriesUid,
    ) -> Result<Vec<SopInstanceUid>, Sentence> {
        let source = self
            .source(&copied.source)
            .ok_or("Its archive is not in the configuration.")?;
        let request = source.series_metadata(&copied.study, series);
        let body = self.get(&source, &request).await?;
        let (parsed, _) = metadata::parse_instances(&body.bytes)
            .map_err(|_| "The archive's list of the series cannot be read.")?;
        let series = parsed.series.into_iter();
        let instances = series.flat_map(|series| series.instances);
        Ok(instances.map(|instance| instance.uid).collect())
    }

    async fn copy(&self, order: &JsValue, body: JsValue) -> Result<JsValue, Sentence> {
        let order = js::to_json(order).unwrap_or_default().to_string();
        let job = self.0.pool.start(Work::Copy { order }, Some(body), false);
        match job.1.await {
            Ok(Ok(Output::Copied(answer, blobs))) => {
                let outcome = Object::new();
                let answer = js_sys::JSON::parse(&answer).unwrap_or_default();
                js::set(&outcome, "answer", &answer);
                js::set(&outcome, "blobs", &blobs.iter().collect::<Array>());
                Ok(outcome.into())
            }
            Ok(Err(failure)) => Err(failure.sentence),
            _ => Err("The file could not be copied.".to_owned()),
        }
    }

    /// Puts on record that copies leave; where a record is required, it is waited for.
    async fn record_copies(&self, are_sent: bool) -> Result<JsValue, Sentence> {
        let is_local = self.copied_study()?.source == LOCAL_SOURCE;
        let to = if are_sent {
            Destination::Archive
        } else {
            Destination::Copies
        };
        self.send(Event::Command(Command::Report(Report::Copied(to))));
        let is_required = self.0.session.borrow().is_audit_required();
        if is_local || !is_required || self.are_records_delivered().await {
            return Ok(JsValue::UNDEFINED);
        }
        Err(
            "The audit record cannot be delivered, and this site lets nothing leave without it. Try again; if it stays \
             like this, tell your IT."
                .to_owned(),
        )
    }

    /// Stores a copy (STOW-RS, PS3.18 10.5) in the archive that the configuration names for copies, and in no other.
    async fn store_copy(&self, copy: &JsValue) -> Result<JsValue, Sentence> {
        let named = self.0.copies_to.as_ref().and_then(|id| self.source(id));
        let source = named.ok_or("No archive is named for copies.")?;
        let boundary = format!("copies-{:x}", (js_sys::Math::random() * 1e15) as u64);
        let kind = format!("multipart/related; type=\"application/dicom\"; boundary={boundary}");
        let head = format!("--{boundary}\r\nContent-Type: application/dicom\r\n\r\n");
        let end = format!("\r\n--{boundary}--\r\n");
        let parts = Array::of3(&head.into(), copy, &end.into());
        let body = Blob::new_with_blob_sequence(&parts)
            .map_err(|_| "The copy is larger than the memory there is.")?;
        fetch::store(&source, &kind, &body, &self.0.identity).await?;
        Ok(JsValue::UNDEFINED)
    }
}

/// Where a file is, by what the shell was told of it.
fn address(file: &JsValue) -> Option<ObjectAddress> {
    let text = |key: &str| js::get(file, key).as_string().unwrap_or_default();
    Some(ObjectAddress {
        source: text("source"),
        study: StudyUid::parse(&text("study")).ok()?,
        series: SeriesUid::parse(&text("series")).ok()?,
        instance: SopInstanceUid::parse(&text("instance")).ok()?,
    })
}
