//! The pieces that an AuditEvent is put together from; codes of DICOM with their meanings (PS3.16 annex D).

use serde_json::{Map, Value};

const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const TERMINOLOGY: &str = "http://terminology.hl7.org/CodeSystem";

pub(super) fn detail(kind: &str, value: &str) -> Value {
    object(&mut [("type", text(kind)), ("valueString", text(value))])
}

pub(super) fn network(address: &str, kind: &str) -> Value {
    object(&mut [("address", text(address)), ("type", text(kind))])
}

pub(super) fn display(words: &str) -> Value {
    object(&mut [("display", text(words))])
}

/// A reference by an identifier.
#[cold]
pub(super) fn identified(system: &str, value: &str) -> Value {
    let identifier = object(&mut [("system", text(system)), ("value", text(value))]);
    object(&mut [("identifier", identifier)])
}

pub(super) fn concept(coding: Value) -> Value {
    object(&mut [("coding", list(&mut [coding]))])
}

pub(super) fn coding(system: &str, code: &str, display: &str) -> Value {
    coded(&format!("{TERMINOLOGY}/{system}"), code, display)
}

#[cold]
fn coded(system: &str, code: &str, display: &str) -> Value {
    object(&mut [
        ("system", text(system)),
        ("code", text(code)),
        ("display", text(display)),
    ])
}

/// A code of DICOM's with its meaning (PS3.16 annex D).
pub(super) fn dcm(code: &str) -> Value {
    let known = MEANINGS.iter().find(|(known, _)| *known == code);
    coded(DCM, code, known.map_or("", |(_, meaning)| meaning))
}

const MEANINGS: [(&str, &str); 19] = [
    ("110037", "URI"),
    ("110038", "Paper Document"),
    ("110100", "Application Activity"),
    ("110101", "Audit Log Used"),
    ("110103", "DICOM Instances Accessed"),
    ("110106", "Export"),
    ("110112", "Query"),
    ("110113", "Security Alert"),
    ("110114", "User Authentication"),
    ("110120", "Application Start"),
    ("110121", "Application Stop"),
    ("110122", "Login"),
    ("110123", "Logout"),
    ("110127", "Emergency Override Started"),
    ("110150", "Application"),
    ("110152", "Destination Role ID"),
    ("110153", "Source Role ID"),
    ("110154", "Destination Media"),
    ("110180", "Study Instance UID"),
];

/// The members, taken out.
#[cold]
#[inline(never)]
pub(super) fn object(members: &mut [(&'static str, Value)]) -> Value {
    let mut object = Map::new();
    for (name, value) in members {
        object.insert((*name).to_owned(), value.take());
    }
    Value::Object(object)
}

/// The items, taken out.
#[cold]
#[inline(never)]
pub(super) fn list(items: &mut [Value]) -> Value {
    Value::Array(items.iter_mut().map(Value::take).collect())
}

#[cold]
#[inline(never)]
pub(super) fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}
