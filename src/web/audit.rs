//! The audit record's way out: made when something happened, sent to the configured FHIR server, kept until it is there.

use crate::archive;
use crate::config::Config;
use crate::fetch;
use crate::js;
use crate::runtime::Runtime;
use crate::wire;
use futures_channel::oneshot::{Receiver, Sender, channel};
use gloo_timers::future::TimeoutFuture;
use serde_json::Value;
use sha2::{Digest, Sha256};
use skiagraph_core::ledger::{Ledger, Order};
use skiagraph_core::session::audit::{Deed, RecordId, RecordedStudy};
use skiagraph_core::session::event::Event;
use skiagraph_core::study::redacted::Redacted;
use skiagraph_dicom::audit::{Head, Origin, Reader, audit_event};
use skiagraph_dicom::dicomweb::query::Source;
use std::cell::RefCell;
use std::fmt::Write as _;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Below the root of the FHIR server.
const PATH: &str = "/AuditEvent";

/// The record of this visit.
pub(crate) struct Audit {
    server: Source,
    origin: Origin,
    ledger: RefCell<Ledger>,
    /// What the session calls each record, in order.
    records: RefCell<Vec<RecordId>>,
    waiting: RefCell<Vec<Sender<bool>>>,
}

impl Audit {
    /// Where the site keeps a record. `reader` is the shell's: `{ issuer, subject, name, role, organisation }`.
    pub(crate) fn of(config: &Config, reader: &JsValue) -> Option<Self> {
        let server = Source::new(config.audit_root()?);
        let text = |name: &str| js::get(reader, name).as_string().unwrap_or_default();
        let crypto = js::get(&js_sys::global(), "crypto");
        let location = js::get(&js_sys::global(), "location");
        let origin = Origin {
            chain: js::call(&crypto, "randomUUID", &[])
                .as_string()
                .unwrap_or_default(),
            viewer: format!("Skiagraph {}", wire::build_id()),
            host: js::get(&location, "host").as_string().unwrap_or_default(),
            site: config.audit.as_ref()?.site.clone(),
            log: absolute(server.root()),
            reader: Reader {
                issuer: text("issuer"),
                subject: Redacted(text("subject")),
                name: Redacted(text("name")),
                role: Redacted(text("role")),
                organization: Redacted(text("organisation")),
            },
        };
        Some(Self {
            server,
            origin,
            ledger: RefCell::default(),
            records: RefCell::default(),
            waiting: RefCell::default(),
        })
    }

    fn note(&self, record: RecordId, deed: &Deed, source: Option<&Source>, query: &str) {
        let at = iso(js_sys::Date::now());
        let happened = match deed {
            Deed::SignInFailed { at_millis, .. } => Some(iso(*at_millis)),
            _ => None,
        };
        let archive = source.map(|source| absolute(source.root()));
        let compose = |number: u64, previous: &str| {
            let head = Head {
                number,
                previous,
                at: &at,
                happened: happened.as_deref(),
                archive: archive.as_deref().unwrap_or_default(),
                query,
            };
            audit_event(deed, &head, &self.origin)
        };
        self.records.borrow_mut().push(record);
        self.ledger
            .borrow_mut()
            .note(at.clone(), deed.words(), compose, sha256);
    }

    /// The answer to those who wait for the record.
    fn answer_waiting(&self) {
        let ledger = self.ledger.borrow();
        if ledger.is_settled() || ledger.is_down() {
            for sender in self.waiting.take() {
                // Who asked may be gone.
                let _ = sender.send(ledger.is_settled());
            }
        }
    }
}

impl Runtime {
    /// Puts something on record.
    pub(crate) fn record(&self, record: RecordId, deed: &Deed) {
        let Some(audit) = &self.0.audit else { return };
        let source = source_of(deed).and_then(|id| self.source(id));
        let query = match (deed, &source) {
            (Deed::Searched { what, .. }, Some(source)) => archive::request(source, what)
                .map(|request| request.url)
                .unwrap_or_default(),
            _ => String::new(),
        };
        audit.note(record, deed, source.as_ref(), &query);
        let is_required = self.0.session.borrow().is_audit_required();
        let orders = match is_required || deed.is_last_word() {
            true => audit.ledger.borrow_mut().send(),
            false => audit.ledger.borrow_mut().gather(),
        };
        self.obey(orders);
        self.want(|wants| wants.summary = true);
    }

    /// Sends what waits now.
    pub(crate) fn deliver_records(&self) {
        if let Some(audit) = &self.0.audit {
            let orders = audit.ledger.borrow_mut().send();
            self.obey(orders);
        }
    }

    /// The record of this visit for the shell.
    pub(crate) fn records(&self) -> Value {
        match &self.0.audit {
            Some(audit) => wire::records(audit.ledger.borrow().lines()),
            None => Value::Array(Vec::new()),
        }
    }

    /// Once all of the record is delivered: true; once an attempt came to nothing: false.
    pub(crate) async fn are_records_delivered(&self) -> bool {
        match self.watch_records() {
            Some(answer) => answer.await.unwrap_or(false),
            None => true,
        }
    }

    fn watch_records(&self) -> Option<Receiver<bool>> {
        let audit = self.0.audit.as_ref()?;
        if audit.ledger.borrow().is_settled() {
            return None;
        }
        let (sender, answer) = channel();
        audit.waiting.borrow_mut().push(sender);
        self.deliver_records();
        Some(answer)
    }

    fn obey(&self, orders: Vec<Order>) {
        for order in orders {
            let runtime = self.clone();
            spawn_local(async move {
                match order {
                    Order::Send { number, body } => runtime.send_record(number, &body).await,
                    Order::Wake { wait, after_millis } => {
                        TimeoutFuture::new(after_millis).await;
                        let Some(audit) = &runtime.0.audit else {
                            return;
                        };
                        let orders = audit.ledger.borrow_mut().woken(wait);
                        runtime.obey(orders);
                    }
                }
            });
        }
    }

    async fn send_record(&self, number: u64, body: &str) {
        let Some(audit) = &self.0.audit else { return };
        let is_taken = fetch::post(&audit.server, PATH, body, &self.0.identity).await;
        let orders = match is_taken {
            true => audit.ledger.borrow_mut().delivered(number),
            false => audit.ledger.borrow_mut().failed(number),
        };
        self.obey(orders);
        if is_taken {
            let index = (number as usize).saturating_sub(1);
            let record = audit.records.borrow().get(index).copied();
            record
                .into_iter()
                .for_each(|r| self.send(Event::Recorded(r)));
        }
        let is_down = audit.ledger.borrow().is_down();
        self.send(Event::AuditChanged { is_down });
        audit.answer_waiting();
        self.want(|wants| wants.summary = true);
    }
}

/// Which archive a deed is about.
fn source_of(deed: &Deed) -> Option<&String> {
    match deed {
        Deed::Searched { source, .. } => Some(source),
        Deed::StudyOpened(RecordedStudy { source, .. }) => Some(source),
        _ => None,
    }
}

/// A path of this site with its host.
fn absolute(root: &str) -> String {
    let location = js::get(&js_sys::global(), "location");
    let origin = js::get(&location, "origin").as_string();
    match root.starts_with('/') {
        true => format!("{}{root}", origin.unwrap_or_default()),
        false => root.to_owned(),
    }
}

/// A moment as FHIR's `instant`, by this computer's clock.
fn iso(millis: f64) -> String {
    js_sys::Date::new(&millis.into()).to_iso_string().into()
}

fn sha256(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
