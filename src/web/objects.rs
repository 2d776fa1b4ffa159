//! Objects on demand: what an instance says of itself, its document, its file; asked for when a reader opens or saves it.
//!
//! Nothing is kept here, and what arrives after the study was left is dropped.

use crate::archive::only_part;
use crate::fetch::{self, Body};
use crate::js;
use crate::outcome::Output;
use crate::runtime::Runtime;
use js_sys::{Array, Uint8Array};
use skiagraph_core::session::event::{Event, Failure, LOCAL_SOURCE};
use skiagraph_core::session::objects::ObjectAddress;
use skiagraph_core::uid::SopInstanceUid;
use skiagraph_dicom::dicomweb::query::{Request, Source};
use skiagraph_dicom::film::{self, Container};
use skiagraph_dicom::job::{WireDocument, WireFile, Work};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Blob, BlobPropertyBag};

/// How far into a document its first mark may stand (ISO 32000-1, annex H, note 13).
const HEAD_BYTES: f64 = 1024.0;
/// A file that is saved is never opened by the page.
const DICOM_TYPE: &str = "application/dicom";
const PDF_TYPE: &str = "application/pdf";

/// A sentence for the page.
type Sentence = String;

impl Runtime {
    /// Report and attributes of an instance of the open study, as an object of the shell.
    pub(crate) async fn describe(&self, instance: &str) -> Result<JsValue, JsValue> {
        let address = self.address(instance)?;
        self.put_on_record(&address, false).await?;
        let outcome = self.described(&address).await;
        let (description, document) = self.current(&address, outcome)?;
        let object = js_sys::JSON::parse(&description)?;
        let is_pdf = document.is_some_and(|document| document.mime == PDF_TYPE);
        js::set(object.unchecked_ref(), "isPdf", &is_pdf.into());
        Ok(object)
    }

    /// The file of an instance as a blob.
    pub(crate) async fn object_file(&self, instance: &str) -> Result<JsValue, JsValue> {
        let address = self.address(instance)?;
        self.put_on_record(&address, true).await?;
        let outcome = self.file(&address).await;
        self.current(&address, outcome).map(JsValue::from)
    }

    /// The PDF in an instance as a blob; nothing else is handed out under that type, since a page would run it.
    pub(crate) async fn pdf(&self, instance: &str) -> Result<JsValue, JsValue> {
        let address = self.address(instance)?;
        let outcome = self.document(&address).await;
        self.current(&address, outcome).map(JsValue::from)
    }

    /// The stream of a film as a blob of its container's type.
    pub(crate) async fn film(&self, instance: &str) -> Result<JsValue, JsValue> {
        let address = self.address(instance)?;
        let outcome = self.stream(&address).await;
        self.current(&address, outcome).map(JsValue::from)
    }

    fn address(&self, instance: &str) -> Result<ObjectAddress, JsValue> {
        SopInstanceUid::parse(instance)
            .ok()
            .and_then(|uid| self.0.session.borrow().object_address(&uid))
            .ok_or_else(|| js::error("This object is not part of the open study."))
    }

    /// What is read or saved goes on record; where that is required, it is waited for.
    async fn put_on_record(&self, address: &ObjectAddress, is_saved: bool) -> Result<(), JsValue> {
        self.send(Event::ObjectAsked {
            instance: address.instance.clone(),
            is_saved,
        });
        let is_required = self.0.session.borrow().is_audit_required();
        if address.source == LOCAL_SOURCE || !is_required || self.are_records_delivered().await {
            return Ok(());
        }
        Err(js::error(
            "The audit record cannot be delivered, and this site shows and saves nothing without it. Try again; if it \
             stays like this, tell your IT.",
        ))
    }

    /// What arrived, if the study it was asked for is still the open one (rule D39).
    fn current<T>(
        &self,
        address: &ObjectAddress,
        outcome: Result<T, Sentence>,
    ) -> Result<T, JsValue> {
        let now = self.0.session.borrow().object_address(&address.instance);
        if now.as_ref() != Some(address) {
            return Err(js::error("Another study was opened meanwhile."));
        }
        outcome.map_err(|sentence| js::error(&sentence))
    }

    fn source_of(&self, address: &ObjectAddress) -> Result<Source, Sentence> {
        self.source(&address.source)
            .ok_or_else(|| "Its archive is not in the configuration.".to_owned())
    }

    pub(crate) async fn get(&self, source: &Source, request: &Request) -> Result<Body, Sentence> {
        let controller = AbortController::new().map_err(|_| sentence(&Failure::Unreachable))?;
        fetch::get(source, request, &self.0.identity, &controller)
            .await
            .map_err(|failure| sentence(&failure))
    }

    async fn described(
        &self,
        address: &ObjectAddress,
    ) -> Result<(String, Option<WireDocument>), Sentence> {
        let blob = if address.source == LOCAL_SOURCE {
            self.local_file(address)?
        } else {
            let ObjectAddress {
                study,
                series,
                instance,
                ..
            } = address;
            let source = self.source_of(address)?;
            let request = source.instance_metadata(study, series, instance);
            blob_of(
                &self.get(&source, &request).await?.bytes,
                "application/json",
            )?
        };
        match self
            .0
            .pool
            .start(Work::Describe, Some(blob.into()), true)
            .1
            .await
        {
            Ok(Ok(Output::Described(description, document))) => Ok((description, document)),
            Ok(Err(failure)) => Err(failure.sentence),
            _ => Err("The header could not be read.".to_owned()),
        }
    }

    fn local_file(&self, address: &ObjectAddress) -> Result<Blob, Sentence> {
        self.0
            .files
            .file(&address.instance)
            .ok_or_else(|| "This file is no longer open.".to_owned())
    }

    pub(crate) async fn file(&self, address: &ObjectAddress) -> Result<Blob, Sentence> {
        if address.source == LOCAL_SOURCE {
            return self.local_file(address);
        }
        let ObjectAddress {
            study,
            series,
            instance,
            ..
        } = address;
        let source = self.source_of(address)?;
        let request = source.instance(study, series, instance);
        let body = self.get(&source, &request).await?;
        let part = only_part(&body).ok_or_else(|| sentence(&Failure::Truncated))?;
        blob_of(&part, DICOM_TYPE)
    }

    async fn document(&self, address: &ObjectAddress) -> Result<Blob, Sentence> {
        let (_, document) = self.described(address).await?;
        let document = document.ok_or_else(|| "This object holds no document.".to_owned())?;
        let no_pdf = || "The document is no PDF. Save the object instead.".to_owned();
        if document.mime != PDF_TYPE {
            return Err(no_pdf());
        }
        let blob = self.document_bytes(address, &document).await?;
        let head = head_of(&blob, HEAD_BYTES).await.ok_or_else(no_pdf)?;
        if !head.windows(5).any(|mark| mark == b"%PDF-") {
            return Err(no_pdf());
        }
        blob.slice_with_f64_and_f64_and_content_type(0.0, blob.size(), PDF_TYPE)
            .map_err(|_| no_pdf())
    }

    /// A film is one stream, whatever the number of its frames and of its fragments (PS3.5 8.2.5).
    async fn stream(&self, address: &ObjectAddress) -> Result<Blob, Sentence> {
        let no_film = || "This object holds no film.".to_owned();
        let (found, file) = self.opened(address).await?;
        let pieces = found.frames.first().ok_or_else(no_film)?;
        let stream = js::cut_out(&file, pieces).ok_or_else(no_film)?;
        let head = head_of(&stream, film::HEAD_BYTES as f64).await;
        let media_type = Container::of(&head.ok_or_else(no_film)?).media_type();
        stream
            .slice_with_f64_and_f64_and_content_type(0.0, stream.size(), media_type)
            .map_err(|_| no_film())
    }

    /// The file of an instance taken apart, and the blob that its places are in.
    async fn opened(&self, address: &ObjectAddress) -> Result<(WireFile, Blob), Sentence> {
        let file = self.file(address).await?;
        let opened = self
            .0
            .pool
            .start(Work::OpenFile, Some(file.clone().into()), true);
        match opened.1.await {
            Ok(Ok(Output::File(found, replaced))) => Ok((*found, replaced.unwrap_or(file))),
            Ok(Err(failure)) => Err(failure.sentence),
            _ => Err("The file could not be read.".to_owned()),
        }
    }

    /// By its own address where the archive keeps it apart, else out of the whole instance.
    async fn document_bytes(
        &self,
        address: &ObjectAddress,
        document: &WireDocument,
    ) -> Result<Blob, Sentence> {
        if address.source != LOCAL_SOURCE
            && let Some(source) = self.source(&address.source)
            && let Some(request) = document.uri.as_deref().and_then(|uri| source.bulk(uri))
        {
            let body = self.get(&source, &request).await?;
            let part = only_part(&body).ok_or_else(|| sentence(&Failure::Truncated))?;
            return blob_of(&part, PDF_TYPE);
        }
        let (found, file) = self.opened(address).await?;
        let (offset, length) = found
            .document
            .ok_or_else(|| "This object holds no document.".to_owned())?;
        file.slice_with_f64_and_f64(offset as f64, offset.saturating_add(length) as f64)
            .map_err(|_| sentence(&Failure::Truncated))
    }
}

/// The first bytes of a blob.
async fn head_of(blob: &Blob, n_bytes: f64) -> Option<Vec<u8>> {
    let head = blob.slice_with_f64_and_f64(0.0, n_bytes).ok()?;
    let buffer = JsFuture::from(head.array_buffer()).await.ok()?;
    Some(Uint8Array::new(buffer.unchecked_ref()).to_vec())
}

fn blob_of(bytes: &[u8], kind: &str) -> Result<Blob, Sentence> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence_and_options(&parts, &options)
        .map_err(|_| "It is larger than the memory there is.".to_owned())
}

fn sentence(failure: &Failure) -> Sentence {
    match failure {
        Failure::Unreachable => "The archive cannot be reached.".to_owned(),
        Failure::TimedOut => "The archive did not answer in time.".to_owned(),
        Failure::Status {
            code: 401 | 403, ..
        } => "The archive does not allow it.".to_owned(),
        Failure::Status {
            code: 404 | 410, ..
        } => "The archive does not have it any more.".to_owned(),
        Failure::Status {
            code: 429 | 503, ..
        } => "The archive is busy; try again in a while.".to_owned(),
        Failure::Status { code, .. } => format!("The archive answered with an error ({code})."),
        Failure::NotDicomJson { .. } => {
            "Something else came in its place, perhaps a sign-in page.".to_owned()
        }
        Failure::Truncated => "The answer ended too early.".to_owned(),
        Failure::TooLarge => "It is larger than this viewer takes.".to_owned(),
    }
}
