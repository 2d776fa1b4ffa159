//! Requests and responses as values, so that the services know nothing of sockets and the faults can reshape any answer.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;

use crate::Quirks;
use crate::index::Ranges;

/// One parsed request.
#[derive(Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query as sent.
    pub(crate) target: String,
    /// Percent-decoded path without the query.
    pub(crate) path: String,
    /// Percent-decoded query pairs, in order.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// First value of a header; names compare without case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let same = |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        self.headers
            .iter()
            .find(same)
            .map(|(_, value)| value.as_str())
    }

    /// The raw query, empty where there is none.
    pub(crate) fn raw_query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// `http://host` as the client wrote it, for the absolute URLs in answers.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.header("host").unwrap_or("127.0.0.1"))
    }
}

/// Bytes of an answer that may still lie in a file.
#[derive(Clone, Debug)]
pub(crate) enum Payload {
    Bytes(Arc<Vec<u8>>),
    File { path: PathBuf, ranges: Ranges },
}

impl Payload {
    pub(crate) fn bytes(bytes: Vec<u8>) -> Self {
        Self::Bytes(Arc::new(bytes))
    }

    /// Length in bytes.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { ranges, .. } => ranges.iter().map(|(_, length)| length).sum(),
        }
    }

    /// All bytes in memory.
    pub(crate) fn load(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.copy_to(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes all bytes; an error where the file has become shorter.
    pub(crate) fn copy_to(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => out.write_all(bytes),
            Self::File { path, ranges } => {
                let mut file = File::open(path)?;
                for &(offset, length) in ranges {
                    file.seek(SeekFrom::Start(offset))?;
                    let copied = io::copy(&mut (&mut file).take(length), out)?;
                    if copied != length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Ok(())
            }
        }
    }
}

/// One part of a multipart answer.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) payload: Payload,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Single(Payload),
    Multipart { boundary: String, parts: Vec<Part> },
}

/// One answer.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

impl Response {
    /// An answer with a body of one content type.
    pub(crate) fn new(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Self::single(status, content_type, Payload::bytes(body))
    }

    /// An answer with one payload.
    pub(crate) fn single(status: u16, content_type: &str, payload: Payload) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", content_type.to_owned())],
            body: Body::Single(payload),
        }
    }

    /// An answer without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Single(Payload::bytes(Vec::new())),
        }
    }

    /// A DICOM JSON answer.
    pub(crate) fn dicom_json(status: u16, value: &serde_json::Value) -> Self {
        Self::new(
            status,
            "application/dicom+json",
            value.to_string().into_bytes(),
        )
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets a header, replacing what stands there.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.headers.retain(|(key, _)| *key != name);
        self.headers.push((name, value.into()));
    }

    /// Value of a header that was set.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A refusal: status and words for the `Details` of its JSON body.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) details: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, details: impl Into<String>) -> Self {
        Self {
            status,
            details: details.into(),
        }
    }

    /// The answer that says so; Orthanc leaves out the Content-Type and names more fields.
    pub(crate) fn response(&self, request: &Request, quirks: Quirks) -> Response {
        let reason = reason(self.status);
        if quirks == Quirks::Orthanc {
            let body = json!({
                "Details": self.details, "HttpError": reason, "HttpStatus": self.status,
                "Message": reason, "Method": request.method, "OrthancError": reason,
                "Uri": request.path,
            });
            let mut response = Response::new(self.status, "", body.to_string().into_bytes());
            response.headers.clear();
            return response;
        }
        let body = json!({ "HttpError": reason, "Details": self.details });
        Response::new(
            self.status,
            "application/json",
            body.to_string().into_bytes(),
        )
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::new(500, format!("cannot read a stored file: {}", error.kind()))
    }
}

/// Reason phrase of a status code (RFC 9110 section 15).
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        409 => "Conflict",
        410 => "Gone",
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    }
}
