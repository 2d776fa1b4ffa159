//! Audit records as FHIR R4 AuditEvents: the codes of PS3.15 A.5.3, the agents and entities of IHE BALP.
//!
//! A record is written as RFC 8785 has it (members sorted, no white space), so that its hash can be worked out again from
//! what a server gives back, without the `id`, `meta` and `text` that the server added.

mod json;

use crate::dicomweb::encode_base64;
use json::{coding, concept, dcm, detail, display, identified, list, network, object, text};
use serde_json::Value;
use skiagraph_core::session::audit::{Deed, Destination, RecordedStudy};
use skiagraph_core::study::redacted::Redacted;

const URI: &str = "urn:ietf:rfc:3986";

/// What is the same in all records of a visit.
#[derive(Clone, Debug)]
pub struct Origin {
    /// A number of the visit that nobody else has (RFC 9562): the name of the chain.
    pub chain: String,
    /// Name and version of the viewer.
    pub viewer: String,
    /// Where the page came from: host and port.
    pub host: String,
    /// The organisation's name for the place, where it is configured.
    pub site: Option<String>,
    /// Where the record goes: the root of the FHIR server.
    pub log: String,
    /// Who reads.
    pub reader: Reader,
}

/// Who reads, as far as the page knows.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    /// Who vouches for the subject.
    pub issuer: String,
    /// The reader's number there; empty where nobody signed in, or a proxy knows and the page does not.
    pub subject: Redacted<String>,
    /// For the eye.
    pub name: Redacted<String>,
    /// In which role; empty where nobody says.
    pub role: Redacted<String>,
    /// For which organisation; empty where nobody says.
    pub organization: Redacted<String>,
}

/// What stands in one record besides what happened.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    /// Its place in the chain, from 1.
    pub number: u64,
    /// Hash of the record before, or [`skiagraph_core::ledger::NO_HASH`].
    pub previous: &'a str,
    /// Now, as FHIR's `instant`.
    pub at: &'a str,
    /// When it happened, where that was not now.
    pub happened: Option<&'a str>,
    /// Root of the archive that it is about, where there is one.
    pub archive: &'a str,
    /// The search as it was sent.
    pub query: &'a str,
}

/// The record of a deed.
// Cold, like what follows: it is to be small, not fast.
#[cold]
pub fn audit_event(deed: &Deed, head: &Head<'_>, origin: &Origin) -> String {
    let event = Event::of(deed);
    let mut resource = object(&mut [
        ("resourceType", text("AuditEvent")),
        ("type", dcm(event.id)),
        ("action", text(event.action)),
        ("recorded", text(head.at)),
        ("outcome", text(event.outcome)),
        ("agent", agents(deed, head, origin)),
        ("source", source(origin)),
        ("entity", entities(deed, head, origin)),
    ]);
    if let Some(code) = event.kind {
        resource["subtype"] = list(&mut [dcm(code)]);
    }
    if !event.words.is_empty() {
        resource["outcomeDesc"] = text(event.words);
    }
    if let Some(at) = head.happened {
        resource["period"] = object(&mut [("start", text(at)), ("end", text(at))]);
    }
    if let Deed::GlassBroken { .. } = deed {
        let code = coding("v3-ActReason", "BTG", "break the glass");
        resource["purposeOfEvent"] = list(&mut [concept(code)]);
    }
    resource.to_string()
}

/// The first part of a record.
struct Event<'a> {
    /// EventID.
    id: &'static str,
    /// EventTypeCode.
    kind: Option<&'static str>,
    action: &'static str,
    /// 0 success, 4 minor, 8 serious, 12 major failure.
    outcome: &'static str,
    words: &'a str,
}

impl<'a> Event<'a> {
    #[cold]
    fn of(deed: &'a Deed) -> Self {
        let execute = |id, kind, words| Event {
            id,
            kind,
            action: "E",
            outcome: "0",
            words,
        };
        let read = |id| Event {
            id,
            kind: None,
            action: "R",
            outcome: "0",
            words: "",
        };
        match deed {
            // A.5.3.1 Application Activity
            Deed::Started => execute("110100", Some("110120"), ""),
            Deed::Stopped => execute("110100", Some("110121"), ""),
            // A.5.3.2 Audit Log Used
            Deed::LogRead => read("110101"),
            // A.5.3.4 Data Export: "printing to paper", "sending via e-mail" and files alike
            Deed::Exported { .. } => read("110106"),
            // A.5.3.6 DICOM Instances Accessed
            Deed::StudyOpened(_) => read("110103"),
            // A.5.3.10 Query
            Deed::Searched { .. } => execute("110112", None, ""),
            // A.5.3.11 Security Alert. "A Minor or Serious failure indicates that mitigation efforts were effective in
            // maintaining system security"; CID 403 has no code for images of somebody else.
            Deed::IdentityMismatch(_) => Event {
                outcome: "8",
                ..execute(
                    "110113",
                    None,
                    "The archive sent images of another patient or study. They are not shown.",
                )
            },
            Deed::GlassBroken { reason, .. } => execute("110113", Some("110127"), reason),
            // A.5.3.12 User Authentication
            Deed::SignedIn => execute("110114", Some("110122"), ""),
            Deed::SignInFailed { reason, .. } => Event {
                outcome: "4",
                ..execute("110114", Some("110122"), reason)
            },
            Deed::SignedOut => execute("110114", Some("110123"), ""),
            Deed::SessionEnded => execute(
                "110114",
                Some("110123"),
                "The sign-in service ended the session.",
            ),
            Deed::Locked => execute("110114", Some("110123"), "Nobody touched the page."),
        }
    }
}

/// Reader, viewer, and the other side where there is one. BALP: the client of a query is its source, the server its
/// destination; of data that are read, the other way round.
#[cold]
fn agents(deed: &Deed, head: &Head<'_>, origin: &Origin) -> Value {
    let [viewer, archive] = match deed {
        Deed::StudyOpened(_) => ["110152", "110153"],
        Deed::Searched { .. } | Deed::Exported { .. } => ["110153", "110152"],
        _ => ["110150", "110152"],
    };
    let reader_type = match deed {
        Deed::StudyOpened(_) | Deed::Searched { .. } => {
            coding("v3-ParticipationType", "IRCP", "information recipient")
        }
        Deed::Exported { .. } => coding("v3-ParticipationType", "INF", "informant"),
        _ => coding("extra-security-role-type", "humanuser", "human user"),
    };
    // A.5.3.12: "in the case of a logout timer, the node might be the UserIsRequestor".
    let is_timer = matches!(deed, Deed::Locked | Deed::SessionEnded);
    let mut all = vec![
        reader(&origin.reader, reader_type, !is_timer),
        object(&mut [
            ("type", concept(dcm(viewer))),
            ("who", display(&origin.viewer)),
            ("requestor", Value::Bool(is_timer)),
            ("network", network(&origin.host, "1")),
        ]),
    ];
    // BALP, SAML Access Token Use: "agent[userorg]", the healthcare provider for whom the user acts.
    let organization = &origin.reader.organization;
    if !organization.is_empty() {
        let provider = coding("contractsignertypecodes", "HPROV", "healthcare provider");
        all.push(object(&mut [
            ("type", concept(provider)),
            ("who", display(organization)),
            ("requestor", Value::Bool(false)),
        ]));
    }
    if matches!(deed, Deed::StudyOpened(_) | Deed::Searched { .. }) {
        all.push(object(&mut [
            ("type", concept(dcm(archive))),
            ("who", identified(URI, head.archive)),
            ("requestor", Value::Bool(false)),
            ("network", network(head.archive, "5")),
        ]));
    }
    if let Deed::Exported { to, .. } = deed {
        // PS3.16 CID 405; PS3.17 WW.3 has a file on a desktop as a URI.
        let (medium, name) = match to {
            Destination::File => ("110037", "A file of the reader's computer"),
            Destination::Paper => ("110038", "The reader's printer"),
            Destination::Link => ("110037", "A link"),
            Destination::Copies => (
                "110037",
                "A file of the reader's computer, without identity",
            ),
            Destination::Archive => ("110037", "Another archive, without identity"),
        };
        all.push(object(&mut [
            ("type", concept(dcm("110154"))),
            ("who", display(name)),
            ("requestor", Value::Bool(false)),
            ("media", dcm(medium)),
        ]));
    }
    Value::Array(all)
}

#[cold]
fn reader(reader: &Reader, kind: Value, is_requestor: bool) -> Value {
    let who = if reader.subject.is_empty() {
        display("Not known to the viewer")
    } else {
        identified(&reader.issuer, &reader.subject)
    };
    let mut agent = object(&mut [
        ("type", concept(kind)),
        ("who", who),
        ("requestor", Value::Bool(is_requestor)),
    ]);
    if !reader.name.is_empty() {
        agent["name"] = text(&reader.name);
    }
    // BALP: "~subject:role" is agent[user].role.
    if !reader.role.is_empty() {
        agent["role"] = list(&mut [object(&mut [("text", text(&reader.role))])]);
    }
    agent
}

#[cold]
fn source(origin: &Origin) -> Value {
    let device = coding("security-source-type", "1", "User Device");
    let mut source = object(&mut [
        ("observer", display(&origin.viewer)),
        ("type", list(&mut [device])),
    ]);
    if let Some(site) = &origin.site {
        source["site"] = text(site);
    }
    source
}

#[cold]
fn entities(deed: &Deed, head: &Head<'_>, origin: &Origin) -> Value {
    let mut all = Vec::new();
    let study = match deed {
        Deed::StudyOpened(study) | Deed::IdentityMismatch(study) => Some(study),
        Deed::Exported { study, .. } => Some(study),
        Deed::GlassBroken { study, .. } => study.as_ref(),
        _ => None,
    };
    if let Some(study) = study {
        all.extend(patient(study));
        all.push(study_entity(study, deed));
    }
    match deed {
        // BALP: "The raw search request is base64 encoded and placed in the .entity[query].query element."
        Deed::Searched { .. } => all.push(object(&mut [
            ("type", system_object()),
            ("role", coding("object-role", "24", "Query")),
            ("query", text(&encode_base64(head.query.as_bytes()))),
        ])),
        // A.5.3.2: a security resource with the URI of the log, named so.
        Deed::LogRead => all.push(object(&mut [
            ("what", identified(URI, &origin.log)),
            ("type", system_object()),
            ("role", security_resource()),
            ("name", text("Security Audit Log")),
        ])),
        _ => {}
    }
    let links = &mut [
        detail("number", &head.number.to_string()),
        detail("sha256-of-previous", head.previous),
    ];
    all.push(object(&mut [
        (
            "what",
            identified(URI, &format!("urn:uuid:{}", origin.chain)),
        ),
        ("type", system_object()),
        ("role", security_resource()),
        ("name", text("Hash chain")),
        ("detail", list(links)),
    ]));
    Value::Array(all)
}

/// A.5.3.6: "This message shall only include information about a single patient"; the ID is enough to find the name by.
#[cold]
fn patient(study: &RecordedStudy) -> Option<Value> {
    let patient = &study.patient;
    if patient.id.is_empty() {
        return None;
    }
    let mut identifier = object(&mut [("value", text(&patient.id))]);
    if !patient.issuer.is_empty() {
        identifier["assigner"] = display(&patient.issuer);
    }
    Some(object(&mut [
        ("what", object(&mut [("identifier", identifier)])),
        ("type", coding("audit-entity-type", "1", "Person")),
        ("role", coding("object-role", "1", "Patient")),
    ]))
}

/// A.5.3.6: a system object in the role of a report, named by its Study Instance UID.
#[cold]
fn study_entity(study: &RecordedStudy, deed: &Deed) -> Value {
    let mut details = vec![detail("archive", &study.source)];
    if let Some(n) = study.n_instances {
        details.push(detail("NumberOfInstances", &n.to_string()));
    }
    if let Deed::Exported {
        instance: Some(instance),
        ..
    } = deed
    {
        details.push(detail("SOPInstanceUID", instance.as_str()));
    }
    let mut what = identified("urn:dicom:uid", &format!("urn:oid:{}", study.study));
    what["identifier"]["type"] = concept(dcm("110180"));
    object(&mut [
        ("what", what),
        ("type", system_object()),
        ("role", coding("object-role", "3", "Report")),
        ("detail", Value::Array(details)),
    ])
}

fn system_object() -> Value {
    coding("audit-entity-type", "2", "System Object")
}

fn security_resource() -> Value {
    coding("object-role", "13", "Security Resource")
}
