//! WADO-RS: metadata, frames, whole instances and bulk data (PS3.18 section 10.4).

use std::sync::Arc;

use dicom_core::Tag;
use dicom_core::value::Value as DicomValue;
use dicom_object::InMemDicomObject;
use serde_json::{Value, json};

use crate::Quirks;
use crate::accept::{self, MediaRange, default_syntax, media_type};
use crate::frames;
use crate::http::{Body, Part, Payload, Refusal, Request, Response};
use crate::index::Instance;
use crate::json::{self, Style};
use crate::scan::read_header;
use crate::server::Archive;

const EXPLICIT_LITTLE: &str = "1.2.840.10008.1.2.1";
const OCTET_STREAM: &str = "application/octet-stream";
const INLINE_BYTES: usize = 1024;

/// URL of an instance, without a slash at its end.
pub(crate) fn instance_url(archive: &Archive, request: &Request, instance: &Instance) -> String {
    let uid = |key: &str| instance.text(key).unwrap_or_default();
    format!(
        "{}{}/studies/{}/series/{}/instances/{}",
        request.origin(),
        archive.options.root,
        uid("0020000D"),
        uid("0020000E"),
        uid("00080018")
    )
}

/// The attributes of instances, without pixel data.
pub(crate) fn metadata(
    archive: &Archive,
    request: &Request,
    instances: &[Arc<Instance>],
) -> Result<Response, Refusal> {
    let one = |instance: &Arc<Instance>| instance_metadata(archive, request, instance);
    let values: Result<Vec<Value>, Refusal> = instances.iter().map(one).collect();
    Ok(Response::dicom_json(200, &Value::Array(values?)))
}

fn instance_metadata(
    archive: &Archive,
    request: &Request,
    instance: &Instance,
) -> Result<Value, Refusal> {
    let orthanc = archive.options.quirks == Quirks::Orthanc;
    let folder = if orthanc { "bulk" } else { "bulkdata" };
    let base = format!("{}/{folder}", instance_url(archive, request, instance));
    let style = Style {
        bulk_base: Some(&base),
        inline_bytes: if orthanc { 0 } else { INLINE_BYTES },
        lower_case: orthanc,
        character_set: (!orthanc).then_some("ISO_IR 192"),
    };
    let mut map = json::data_set(&read_header(instance)?, &style, "");
    if let Some(pixels) = &instance.layout.pixels
        && !(orthanc && pixels.native_length.is_none())
    {
        let name = format!("{:08X}", pixels.tag);
        let path = if orthanc {
            name.to_lowercase()
        } else {
            name.clone()
        };
        let vr = String::from_utf8_lossy(&pixels.vr);
        map.insert(
            name,
            json!({ "vr": vr, "BulkDataURI": format!("{base}/{path}") }),
        );
    }
    if !orthanc {
        let syntax = json!({ "vr": "UI", "Value": [instance.transfer_syntax] });
        map.insert("00083002".to_owned(), syntax);
    }
    Ok(Value::Object(map))
}

/// The media ranges asked for; Orthanc refuses more than one.
fn ranges(archive: &Archive, request: &Request) -> Result<Vec<MediaRange>, Refusal> {
    let header = request.header("accept");
    if archive.options.quirks == Quirks::Orthanc && accept::is_list(header) {
        return Err(Refusal::new(
            400,
            "this server takes one media range without a quality",
        ));
    }
    Ok(accept::parse(header))
}

fn not_acceptable(archive: &Archive) -> Refusal {
    let orthanc = archive.options.quirks == Quirks::Orthanc;
    let status = if orthanc { 400 } else { 406 };
    Refusal::new(
        status,
        "this cannot be sent in any of the media types asked for",
    )
}

fn multipart(archive: &Archive, media: &str, parts: Vec<Part>) -> Response {
    let boundary = archive.boundary();
    Response {
        status: 200,
        headers: vec![(
            "Content-Type",
            format!("multipart/related; type=\"{media}\"; boundary={boundary}"),
        )],
        body: Body::Multipart { boundary, parts },
    }
}

fn part(archive: &Archive, content_type: &str, location: Option<String>, payload: Payload) -> Part {
    let mut headers = Vec::new();
    headers.extend(location.map(|url| ("Content-Location", url)));
    headers.push(("Content-Type", content_type.to_owned()));
    if archive.options.quirks == Quirks::Orthanc {
        headers.push(("Content-Length", payload.len().to_string()));
        headers.push(("MIME-Version", "1.0".to_owned()));
    }
    Part { headers, payload }
}

/// Whole files (10.4.1.1.1 to 10.4.1.1.3), as stored.
pub(crate) fn files(
    archive: &Archive,
    request: &Request,
    instances: &[Arc<Instance>],
) -> Result<Response, Refusal> {
    let orthanc = archive.options.quirks == Quirks::Orthanc;
    let wanted = |range: &MediaRange| {
        let media = matches!(
            range.media.as_str(),
            "application/dicom" | "*/*" | "application/*"
        );
        let syntax = range.syntax.as_deref().unwrap_or("*");
        let stored = |one: &Arc<Instance>| syntax == "*" || syntax == one.transfer_syntax;
        let single = instances.len() == 1 && !orthanc;
        media && instances.iter().all(stored) && (range.multipart || range.media == "*/*" || single)
    };
    let ranges = ranges(archive, request)?;
    let Some(range) = ranges.iter().find(|range| wanted(range)) else {
        return Err(not_acceptable(archive));
    };
    if !range.multipart && range.media != "*/*" {
        let payload = instances.first().map(|one| file(one)).transpose()?;
        let payload = payload.ok_or_else(|| not_acceptable(archive))?;
        return Ok(Response::single(200, "application/dicom", payload));
    }
    let parts: Result<Vec<Part>, Refusal> = instances
        .iter()
        .map(|one| Ok(part(archive, "application/dicom", None, file(one)?)))
        .collect();
    Ok(multipart(archive, "application/dicom", parts?))
}

fn file(instance: &Instance) -> Result<Payload, Refusal> {
    let payload = Payload::File {
        path: instance.path.clone(),
        ranges: vec![(0, instance.file_length)],
    };
    if instance.has_preamble {
        return Ok(payload);
    }
    let mut bytes = vec![0; 128];
    bytes.extend(b"DICM");
    bytes.extend(payload.load()?);
    Ok(Payload::bytes(bytes))
}

/// How frames go out.
struct Served {
    media: &'static str,
    syntax: String,
    swap: bool,
}

/// Frames by number (10.4.1.1.6).
pub(crate) fn frame_list(
    archive: &Archive,
    request: &Request,
    instance: &Instance,
    list: &str,
) -> Result<Response, Refusal> {
    let orthanc = archive.options.quirks == Quirks::Orthanc;
    let numbers: Result<Vec<u64>, _> = list.split(',').map(str::parse).collect();
    let numbers = numbers.map_err(|_| Refusal::new(400, "frame numbers are whole numbers"))?;
    if orthanc && (instance.layout.pixels.is_none() || instance.deflated) {
        return Err(Refusal::new(500, "cannot decode this instance"));
    }
    let ranges = ranges(archive, request)?;
    let single = numbers.len() == 1 && !orthanc;
    let usable = |range: &&MediaRange| range.multipart || range.media == "*/*" || single;
    let serve = |range: &MediaRange| {
        Some((
            served(instance, range, archive.options.quirks)?,
            range.multipart || range.media == "*/*",
        ))
    };
    let Some((served, in_parts)) = ranges.iter().filter(usable).find_map(serve) else {
        let undecoded = orthanc
            && ranges
                .iter()
                .any(|range| range.syntax.is_none() && range.multipart);
        return Err(if undecoded {
            Refusal::new(500, "cannot decode the pixel data")
        } else {
            not_acceptable(archive)
        });
    };
    let url = instance_url(archive, request, instance);
    let content_type = format!("{}; transfer-syntax={}", served.media, served.syntax);
    let frame = |number: &u64| {
        let payload =
            frames::frame(instance, *number, served.swap).map_err(|refusal| {
                match refusal.status {
                    404 if orthanc => Refusal::new(400, refusal.details),
                    _ => refusal,
                }
            })?;
        Ok(part(
            archive,
            &content_type,
            Some(format!("{url}/frames/{number}")),
            payload,
        ))
    };
    let mut parts = numbers
        .iter()
        .map(frame)
        .collect::<Result<Vec<Part>, Refusal>>()?;
    if !in_parts && let Some(only) = parts.pop() {
        return Ok(Response::single(200, &content_type, only.payload));
    }
    Ok(multipart(
        archive,
        if orthanc { &content_type } else { served.media },
        parts,
    ))
}

/// How a media range is served from what is stored, if it can be without decoding.
fn served(instance: &Instance, range: &MediaRange, quirks: Quirks) -> Option<Served> {
    let stored = instance.transfer_syntax.as_str();
    let wanted = range.syntax.as_deref();
    let octets = range.media == OCTET_STREAM || range.media == "application/*";
    let any = range.media == "*/*";
    if !frames::is_encapsulated(instance) {
        let raw = wanted == Some("*") || wanted == Some(stored);
        let little = wanted.is_none_or(|uid| uid == EXPLICIT_LITTLE);
        let syntax = match stored {
            _ if !raw => EXPLICIT_LITTLE,
            "1.2.840.10008.1.2.2" => stored,
            // Web services never send implicit VR (8.7.3.5.2), but Orthanc says so.
            "1.2.840.10008.1.2" if quirks == Quirks::Orthanc => stored,
            _ => EXPLICIT_LITTLE,
        };
        return ((octets || any) && (raw || little)).then(|| Served {
            media: OCTET_STREAM,
            syntax: syntax.to_owned(),
            swap: !raw,
        });
    }
    let media = media_type(stored);
    let htj2k = media == "image/jphc";
    let orthanc = quirks == Quirks::Orthanc;
    // Orthanc hands an HTJ2K codestream out only where it was not asked for, under a wrong label.
    if orthanc && htj2k && octets {
        return wanted.is_none().then(|| Served {
            media: OCTET_STREAM,
            syntax: EXPLICIT_LITTLE.to_owned(),
            swap: false,
        });
    }
    let same_media = range.media == media || range.media == "image/*";
    let same_syntax = match wanted {
        None => any || range.media == media && default_syntax(media) == stored,
        Some(uid) => uid == "*" || uid == stored && !(octets && orthanc),
    };
    let label = if octets && !orthanc {
        OCTET_STREAM
    } else {
        media
    };
    ((octets || any || same_media) && same_syntax).then(|| Served {
        media: label,
        syntax: stored.to_owned(),
        swap: false,
    })
}

/// A bulk value by the path that its URI named (10.4.1.1.5).
pub(crate) fn bulk(
    archive: &Archive,
    request: &Request,
    instance: &Instance,
    path: &[&str],
) -> Result<Response, Refusal> {
    let orthanc = archive.options.quirks == Quirks::Orthanc;
    let wanted = |range: &&MediaRange| {
        let media = [OCTET_STREAM, "*/*", "application/*"].contains(&range.media.as_str());
        media && (range.multipart || range.media == "*/*" || !orthanc)
    };
    let pixels = instance.layout.pixels.as_ref();
    let is_tag = |tag: u32| matches!(path, [one] if u32::from_str_radix(one, 16) == Ok(tag));
    let is_pixels = pixels.is_some_and(|pixels| is_tag(pixels.tag));
    if is_pixels && frames::is_encapsulated(instance) {
        let all: Vec<String> = (1..=frames::count(instance))
            .map(|at| at.to_string())
            .collect();
        return frame_list(archive, request, instance, &all.join(","));
    }
    let ranges = ranges(archive, request)?;
    let range = ranges
        .iter()
        .find(wanted)
        .ok_or_else(|| not_acceptable(archive))?;
    let payload = if is_pixels {
        frames::whole(instance, true)?
    } else {
        let missing = || Refusal::new(404, "the instance has no such bulk data");
        Payload::bytes(value_bytes(&read_header(instance)?, path).ok_or_else(missing)?)
    };
    if !range.multipart {
        return Ok(Response::single(200, OCTET_STREAM, payload));
    }
    let part = part(archive, OCTET_STREAM, None, payload);
    Ok(multipart(archive, OCTET_STREAM, vec![part]))
}

/// Little endian bytes of the value at `tag[/item/tag]...`, items counted from 1.
fn value_bytes(object: &InMemDicomObject, path: &[&str]) -> Option<Vec<u8>> {
    let (tag, below) = path.split_first()?;
    let number = u32::from_str_radix(tag, 16).ok()?;
    let element = object.get(Tag((number >> 16) as u16, number as u16))?;
    match (element.value(), below) {
        (DicomValue::Primitive(value), []) => Some(value.to_bytes().into_owned()),
        (DicomValue::Sequence(sequence), [item, below @ ..]) => {
            let at = item.parse::<usize>().ok()?.checked_sub(1)?;
            value_bytes(sequence.items().get(at)?, below)
        }
        _ => None,
    }
}
