//! Faults on demand, so that a test can see what a user sees when the archive misbehaves (`POST /__faults`).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;

use crate::http::{Body, Part, Payload, Request, Response};
use crate::wire::Pace;

/// One entry of the posted list; it applies to requests from the `skip`-th match on, `times` times.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rule {
    /// Part of the path and query, or `*`.
    path: String,
    method: Option<String>,
    #[serde(default)]
    skip: u64,
    times: Option<u64>,
    fault: Fault,
}

/// What goes wrong.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Fault {
    /// The answer starts so much later.
    DelayMillis(u64),
    /// The body goes out at this rate.
    BytesPerSecond(u64),
    /// The socket closes after so many bytes of the body, whose length was announced in full.
    CutAfterBytes(u64),
    /// The parts of a multipart body come in reverse.
    ReorderParts(bool),
    /// Each part of a multipart body comes twice.
    DuplicateParts(bool),
    /// Ranges are not honoured: every answer is whole.
    IgnoreRange(bool),
    /// The Content-Type is replaced.
    ContentType(String),
    /// The byte at this offset of each part, or of the only body, is inverted.
    Corrupt { offset: usize },
    /// So many bytes are missing at the end of each part, or of the only body.
    TruncateFrame(usize),
    /// Another answer altogether.
    #[serde(untagged)]
    Answer(Answer),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Answer {
    status: u16,
    /// Seconds.
    retry_after: Option<u64>,
    body: Option<String>,
    content_type: Option<String>,
}

/// The faults in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Mutex<Vec<Rule>>,
}

/// The faults that one request meets, in the order of the list.
pub(crate) struct Met(Vec<Fault>);

impl Faults {
    /// Replaces the list; an error says what is wrong with it.
    pub(crate) fn replace(&self, json: &[u8]) -> Result<(), String> {
        let rules = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        *self.rules.lock().unwrap_or_else(PoisonError::into_inner) = rules;
        Ok(())
    }

    pub(crate) fn clear(&self) {
        self.rules
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Counts a request against the list.
    pub(crate) fn meet(&self, request: &Request) -> Met {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        Met(rules
            .iter_mut()
            .filter_map(|rule| rule.meet(request))
            .collect())
    }
}

impl Rule {
    fn meet(&mut self, request: &Request) -> Option<Fault> {
        let path = self.path == "*" || request.target.contains(&self.path);
        let method = self
            .method
            .as_ref()
            .is_none_or(|method| *method == request.method);
        if !path || !method {
            return None;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        if let Some(times) = &mut self.times {
            *times = times.checked_sub(1)?;
        }
        Some(self.fault.clone())
    }
}

impl Met {
    /// Waits as long as the faults say, and gives the answer that one of them puts in place of the real one.
    pub(crate) fn before(&self) -> Option<Response> {
        for fault in &self.0 {
            if let Fault::DelayMillis(millis) = fault {
                std::thread::sleep(Duration::from_millis(*millis));
            }
        }
        self.0.iter().find_map(|fault| match fault {
            Fault::Answer(answer) => Some(answer.response()),
            _ => None,
        })
    }

    /// Reshapes an answer; an answer whose file cannot be read stays as it is.
    pub(crate) fn reshape(&self, response: &mut Response) {
        for fault in &self.0 {
            match (fault, &mut response.body) {
                (Fault::ContentType(text), _) => response.set("Content-Type", text.as_str()),
                (Fault::ReorderParts(true), Body::Multipart { parts, .. }) => parts.reverse(),
                (Fault::DuplicateParts(true), Body::Multipart { parts, .. }) => duplicate(parts),
                (Fault::Corrupt { offset }, body) => {
                    let offset = *offset;
                    change_payloads(body, |bytes| {
                        if let Some(byte) = bytes.get_mut(offset) {
                            *byte = !*byte;
                        }
                    });
                }
                (Fault::TruncateFrame(count), body) => {
                    let count = *count;
                    change_payloads(body, |bytes| {
                        bytes.truncate(bytes.len().saturating_sub(count));
                    });
                }
                _ => {}
            }
        }
    }

    /// A Range header is as good as none.
    pub(crate) fn ignores_ranges(&self) -> bool {
        let mut faults = self.0.iter();
        faults.any(|fault| matches!(fault, Fault::IgnoreRange(true)))
    }

    /// Slows or cuts the body.
    pub(crate) fn pace(&self, pace: &mut Pace) {
        for fault in &self.0 {
            match fault {
                Fault::BytesPerSecond(rate) => pace.bytes_per_second = Some(*rate),
                Fault::CutAfterBytes(count) => pace.cut_after_bytes = Some(*count),
                _ => {}
            }
        }
    }
}

impl Answer {
    fn response(&self) -> Response {
        let content_type = self.content_type.as_deref().unwrap_or("application/json");
        let body = self.body.clone().unwrap_or_default();
        let mut response = Response::new(self.status, content_type, body.into_bytes());
        if let Some(seconds) = self.retry_after {
            response.set("Retry-After", seconds.to_string());
        }
        response
    }
}

fn duplicate(parts: &mut Vec<Part>) {
    *parts = parts
        .drain(..)
        .flat_map(|part| [part.clone(), part])
        .collect();
}

fn change_payloads(body: &mut Body, change: impl Fn(&mut Vec<u8>)) {
    let change_one = |payload: &mut Payload| {
        if let Ok(mut bytes) = payload.load() {
            change(&mut bytes);
            *payload = Payload::bytes(bytes);
        }
    };
    match body {
        Body::Single(payload) => change_one(payload),
        Body::Multipart { parts, .. } => {
            parts
                .iter_mut()
                .map(|part| &mut part.payload)
                .for_each(change_one);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(target: &str) -> Request {
        Request {
            method: "GET".to_owned(),
            target: target.to_owned(),
            ..Request::default()
        }
    }

    #[test]
    fn every_documented_fault_is_understood() {
        let list = br#"[
            {"path": "*", "fault": {"delayMillis": 1}}, {"path": "*", "fault": {"bytesPerSecond": 1}},
            {"path": "*", "fault": {"cutAfterBytes": 1}}, {"path": "*", "fault": {"reorderParts": true}},
            {"path": "*", "fault": {"duplicateParts": true}}, {"path": "*", "fault": {"contentType": "a/b"}},
            {"path": "*", "fault": {"status": 503, "retryAfter": 2, "body": "x", "contentType": "text/html"}},
            {"path": "*", "fault": {"corrupt": {"offset": 3}}}, {"path": "*", "fault": {"truncateFrame": 4}},
            {"path": "*", "fault": {"ignoreRange": true}}
        ]"#;
        assert_eq!(Faults::default().replace(list), Ok(()));
        let unknown = br#"[{"path": "*", "fault": {"explode": true}}]"#;
        assert!(Faults::default().replace(unknown).is_err());
    }

    #[test]
    fn skip_and_times_count_matching_requests() {
        let faults = Faults::default();
        let list = br#"[{"path": "frames", "skip": 1, "times": 1, "fault": {"status": 500}}]"#;
        assert_eq!(faults.replace(list), Ok(()));
        let mut statuses = Vec::new();
        for target in ["/metadata", "/frames/1", "/frames/1", "/frames/1"] {
            statuses.push(
                faults
                    .meet(&request(target))
                    .before()
                    .map(|answer| answer.status),
            );
        }
        assert_eq!(statuses, [None, None, Some(500), None]);
    }
}
