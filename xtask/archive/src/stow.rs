//! STOW-RS: stores uploaded instances in the folder, where searches see them at once (PS3.18 section 10.5).

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::Quirks;
use crate::http::{Refusal, Request, Response};
use crate::index::{Added, Instance};
use crate::multipart;
use crate::scan::read_instance;
use crate::server::Archive;
use crate::wado::instance_url;

/// Failure Reasons (0008,1197): PS3.18 table 10.5.3-1 and PS3.7 Annex C.
const PROCESSING_FAILURE: u16 = 0x0110;
const DUPLICATE: u16 = 0x0111;
const OUT_OF_RESOURCES: u16 = 0xA700;
const CANNOT_UNDERSTAND: u16 = 0xC000;

/// What became of one part.
enum Outcome {
    Stored(Value),
    /// No item names the failed part where it is no DICOM file and Orthanc answers.
    Failed(Option<Value>),
}

/// Stores every part that is a DICOM file of the study, if one is named.
pub(crate) fn store(
    archive: &Archive,
    request: &Request,
    study: Option<&str>,
) -> Result<Response, Refusal> {
    let unsupported = || Refusal::new(415, "only multipart/related application/dicom is stored");
    let content_type = request.header("content-type").unwrap_or("");
    let (boundary, media) = multipart::parameters(content_type).ok_or_else(unsupported)?;
    if !media.eq_ignore_ascii_case("application/dicom") {
        return Err(unsupported());
    }
    let Some(folder) = &archive.options.folder else {
        return Err(Refusal::new(
            403,
            "this archive has no folder to store into",
        ));
    };
    let broken = || Refusal::new(400, "the multipart body has no end");
    let parts = multipart::parts(&request.body, &boundary).ok_or_else(broken)?;
    let outcomes = parts
        .iter()
        .map(|part| store_part(archive, request, folder, part, study));
    let outcomes: Vec<Outcome> = outcomes.collect();
    Ok(answer(archive, request, study, &outcomes))
}

fn store_part(
    archive: &Archive,
    request: &Request,
    folder: &Path,
    part: &[u8],
    study: Option<&str>,
) -> Outcome {
    let orthanc = archive.options.quirks == Quirks::Orthanc;
    let garbage = || Outcome::Failed((!orthanc).then(|| failure(None, CANNOT_UNDERSTAND)));
    let incoming = folder.join(format!(".incoming-{}", archive.boundary()));
    let mut bytes = part.to_vec();
    if bytes.get(128..132) != Some(b"DICM") {
        return garbage();
    }
    // PS3.10 7.1 gives the preamble no meaning, and files have hidden programs in it.
    bytes[..128].fill(0);
    if fs::write(&incoming, &bytes).is_err() {
        return Outcome::Failed(Some(failure(None, OUT_OF_RESOURCES)));
    }
    let outcome = match read_instance(&incoming) {
        Ok(instance) => keep(archive, request, folder, instance, study),
        Err(_) => garbage(),
    };
    // Gone already where it was kept under its own name.
    let _ = fs::remove_file(&incoming);
    outcome
}

/// Moves a file that was read to its name and into the index.
fn keep(
    archive: &Archive,
    request: &Request,
    folder: &Path,
    mut instance: Instance,
    study: Option<&str>,
) -> Outcome {
    let uid = |key: &str| instance.text(key).filter(|uid| is_uid(uid));
    let (Some(own), Some(series), Some(sop)) = (uid("0020000D"), uid("0020000E"), uid("00080018"))
    else {
        return Outcome::Failed(Some(failure(Some(&instance), CANNOT_UNDERSTAND)));
    };
    if study.is_some_and(|study| study != own) {
        return Outcome::Failed(Some(failure(Some(&instance), PROCESSING_FAILURE)));
    }
    let mut index = archive.index_mut();
    if let Some(stored) = index.instance(&own, &series, &sop) {
        let same = fs::read(&stored.path).ok().is_some_and(|bytes| {
            let body = |bytes: &[u8]| bytes.get(128..).map(<[u8]>::to_vec);
            fs::read(&instance.path).is_ok_and(|new| body(&new) == body(&bytes))
        });
        // Orthanc answers 200 to a repeated instance whatever it holds.
        return if same || archive.options.quirks == Quirks::Orthanc {
            Outcome::Stored(success(archive, request, &instance))
        } else {
            Outcome::Failed(Some(failure(Some(&instance), DUPLICATE)))
        };
    }
    let path = folder.join(format!("{sop}.dcm"));
    if path.exists() || fs::rename(&instance.path, &path).is_err() {
        return Outcome::Failed(Some(failure(Some(&instance), OUT_OF_RESOURCES)));
    }
    instance.path = path;
    let item = success(archive, request, &instance);
    match index.add(instance) {
        Added::Stored => Outcome::Stored(item),
        Added::Duplicate | Added::NoUid => Outcome::Failed(Some(failure(None, PROCESSING_FAILURE))),
    }
}

/// PS3.5 section 9.1, which also makes it safe as a file name.
fn is_uid(text: &str) -> bool {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    plain && (1..=64).contains(&text.len()) && !text.starts_with('.')
}

fn references(instance: &Instance) -> Value {
    json!({
        "00081150": { "vr": "UI", "Value": [instance.text("00080016").unwrap_or_default()] },
        "00081155": { "vr": "UI", "Value": [instance.sop_uid()] },
    })
}

fn success(archive: &Archive, request: &Request, instance: &Instance) -> Value {
    let mut item = references(instance);
    item["00081190"] = json!({ "vr": "UR", "Value": [instance_url(archive, request, instance)] });
    item
}

fn failure(instance: Option<&Instance>, reason: u16) -> Value {
    let mut item = instance.map_or_else(|| json!({}), references);
    item["00081197"] = json!({ "vr": "US", "Value": [reason] });
    item
}

/// Table 10.5.3-1: 200 where all were stored, 202 some, 409 none; Orthanc says 400 where any part was no DICOM file.
fn answer(
    archive: &Archive,
    request: &Request,
    study: Option<&str>,
    outcomes: &[Outcome],
) -> Response {
    let orthanc = archive.options.quirks == Quirks::Orthanc;
    let (mut stored, mut failed, mut unnamed) = (Vec::new(), Vec::new(), false);
    for outcome in outcomes {
        match outcome {
            Outcome::Stored(item) => stored.push(item.clone()),
            Outcome::Failed(Some(item)) => failed.push(item.clone()),
            Outcome::Failed(None) => unnamed = true,
        }
    }
    let status = match (failed.is_empty() && !unnamed, stored.is_empty()) {
        (true, false) => 200,
        (_, true) if !orthanc => 409,
        (false, true) if !unnamed => 409,
        (false, false) if !orthanc => 202,
        _ => 400,
    };
    let sequence = |items: Vec<Value>| match (items.is_empty(), orthanc) {
        (true, true) => Some(json!({ "vr": "SQ" })),
        (true, false) => None,
        (false, _) => Some(json!({ "vr": "SQ", "Value": items })),
    };
    let mut body = json!({});
    if orthanc {
        body["00080005"] = json!({ "vr": "CS", "Value": ["ISO_IR 100"] });
    }
    let url = stored
        .first()
        .and_then(|item| item["00081190"]["Value"][0].as_str());
    let of_study = url
        .and_then(|url| url.split("/series/").next())
        .map(str::to_owned);
    let named =
        || study.map(|uid| format!("{}{}/studies/{uid}", request.origin(), archive.options.root));
    if let Some(url) = of_study.or_else(|| named().filter(|_| !orthanc)) {
        body["00081190"] = json!({ "vr": "UR", "Value": [url] });
    }
    for (tag, items) in [("00081198", failed), ("00081199", stored)] {
        if let Some(sequence) = sequence(items) {
            body[tag] = sequence;
        }
    }
    let mut response = Response::dicom_json(status, &body);
    if orthanc && status != 200 {
        response.headers.clear();
    }
    response
}
