//! Data sets as DICOM JSON (PS3.18 Annex F), with large binary values behind BulkDataURIs.

use dicom_core::header::Header;
use dicom_core::value::{PrimitiveValue, Value as DicomValue};
use dicom_core::{Tag, VR};
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;
use serde_json::{Map, Number, Value, json};

pub(crate) use crate::index::Attributes;

/// Longer sequences are not searched, and contours by the thousand take time to write.
const MAX_SEARCHABLE_ITEMS: usize = 4;
const MAX_SEARCHABLE_BYTES: usize = 2048;
const SPECIFIC_CHARACTER_SET: Tag = Tag(0x0008, 0x0005);

/// How binary values are written.
pub(crate) struct Style<'a> {
    /// URL before the path of a bulk value; nothing leaves binary values out.
    pub(crate) bulk_base: Option<&'a str>,
    /// Values of more bytes than this go behind a URI.
    pub(crate) inline_bytes: usize,
    /// Tags in URIs in lower case.
    pub(crate) lower_case: bool,
    /// What (0008,0005) reads, since the text here is UTF-8 whatever the file says; nothing leaves the file's word.
    pub(crate) character_set: Option<&'a str>,
}

/// `GGGGEEEE` of a tag.
pub(crate) fn key(tag: Tag) -> String {
    format!("{:04X}{:04X}", tag.group(), tag.element())
}

/// Top-level attributes short enough to be searched.
pub(crate) fn searchable(header: &InMemDicomObject) -> Attributes {
    let style = Style {
        bulk_base: None,
        inline_bytes: 0,
        lower_case: false,
        character_set: Some("ISO_IR 192"),
    };
    let short = |element: &&InMemElement| match element.value() {
        DicomValue::Sequence(sequence) => sequence.items().len() <= MAX_SEARCHABLE_ITEMS,
        DicomValue::Primitive(_) => !is_binary(element.vr()) && element.tag().element() != 0,
        DicomValue::PixelSequence(_) => false,
    };
    let attributes = header.into_iter().filter(short);
    let named = attributes.map(|one| (key(one.tag()), element(one, &style, "")));
    named
        .filter(|(_, element)| is_searchable(element))
        .collect()
}

fn is_searchable(element: &Value) -> bool {
    match element["vr"].as_str() {
        Some("UT") => false,
        Some("SQ") => element.to_string().len() <= MAX_SEARCHABLE_BYTES,
        _ => element["Value"][0]
            .as_str()
            .is_none_or(|text| text.len() <= MAX_SEARCHABLE_BYTES),
    }
}

/// A data set; `path` stands before the tags of its bulk values.
pub(crate) fn data_set(object: &InMemDicomObject, style: &Style, path: &str) -> Attributes {
    let mut map = Map::new();
    for element in object {
        let tag = element.tag();
        // Group lengths are retired and no attributes (PS3.5 7.2).
        if tag.element() == 0 {
            continue;
        }
        let name = key(tag);
        let path_tag = if style.lower_case {
            name.to_lowercase()
        } else {
            name.clone()
        };
        map.insert(
            name,
            self::element(element, style, &format!("{path}{path_tag}")),
        );
    }
    map
}

fn element(element: &InMemElement, style: &Style, path: &str) -> Value {
    let vr = element.vr();
    let mut map = Map::new();
    map.insert("vr".to_owned(), json!(vr.to_string()));
    match element.value() {
        DicomValue::Sequence(sequence) => {
            let items = sequence.items().iter().enumerate();
            // Items count from 1 in the paths of bulk values, as Orthanc counts them.
            let item = |(at, item)| data_set(item, style, &format!("{path}/{}/", at + 1)).into();
            put_values(&mut map, items.map(item).collect());
        }
        DicomValue::Primitive(value) if is_binary(vr) => put_binary(&mut map, value, style, path),
        DicomValue::Primitive(value) => match style.character_set {
            Some(set) if element.tag() == SPECIFIC_CHARACTER_SET => {
                put_values(&mut map, vec![json!(set)]);
            }
            _ => put_values(&mut map, values(vr, value)),
        },
        DicomValue::PixelSequence(_) => {}
    }
    Value::Object(map)
}

/// F.2.5: an attribute without a value has no `Value`.
fn put_values(map: &mut Map<String, Value>, values: Vec<Value>) {
    if values.iter().any(|value| !value.is_null()) {
        map.insert("Value".to_owned(), Value::Array(values));
    }
}

fn put_binary(map: &mut Map<String, Value>, value: &PrimitiveValue, style: &Style, path: &str) {
    let bytes = value.to_bytes();
    let Some(base) = style.bulk_base.filter(|_| !bytes.is_empty()) else {
        return;
    };
    if bytes.len() > style.inline_bytes {
        map.insert("BulkDataURI".to_owned(), json!(format!("{base}/{path}")));
    } else {
        map.insert("InlineBinary".to_owned(), json!(base64(&bytes)));
    }
}

pub(crate) fn is_binary(vr: VR) -> bool {
    matches!(
        vr,
        VR::OB | VR::OD | VR::OF | VR::OL | VR::OV | VR::OW | VR::UN
    )
}

fn values(vr: VR, value: &PrimitiveValue) -> Vec<Value> {
    match value {
        PrimitiveValue::Empty => Vec::new(),
        PrimitiveValue::Tags(tags) => tags.iter().map(|tag| json!(key(*tag))).collect(),
        PrimitiveValue::F32(floats) => floats.iter().map(|float| single(*float)).collect(),
        PrimitiveValue::F64(floats) => floats.iter().map(|float| double(*float)).collect(),
        _ => {
            let texts = value.to_multi_str();
            let texts = texts.iter().map(|text| text.trim_end_matches([' ', '\0']));
            texts.map(|text| text_value(vr, text)).collect()
        }
    }
}

/// One value out of its text; an empty one among several is `null` (F.2.5).
fn text_value(vr: VR, text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    match vr {
        VR::PN => person_name(text),
        VR::IS | VR::DS | VR::US | VR::SS | VR::UL | VR::SL | VR::UV | VR::SV => {
            number(text.trim())
        }
        VR::FL | VR::FD => text.trim().parse().map_or_else(|_| json!(text), double),
        // Leading blanks are not significant but in ST, LT and UT (PS3.5 table 6.2-1).
        VR::ST | VR::LT | VR::UT => json!(text),
        _ => json!(text.trim_start()),
    }
}

fn number(text: &str) -> Value {
    let whole = text.strip_prefix('+').unwrap_or(text).parse::<i64>();
    match (whole, text.parse::<f64>()) {
        (Ok(whole), _) => json!(whole),
        (_, Ok(float)) if float.fract() == 0.0 && float.abs() < 1e15 => json!(float as i64),
        (_, Ok(float)) => double(float),
        // F.2.3 allows a string where the text is no number.
        _ => json!(text),
    }
}

fn double(float: f64) -> Value {
    Number::from_f64(float).map_or_else(|| json!(float.to_string()), Value::Number)
}

/// The shortest decimal that reads back as the same single.
fn single(float: f32) -> Value {
    float.to_string().parse().map_or(Value::Null, double)
}

/// The three component groups of a name (F.2.2), empty ones left out.
fn person_name(text: &str) -> Value {
    let names = ["Alphabetic", "Ideographic", "Phonetic"].into_iter();
    let groups = names.zip(text.split('='));
    let filled = groups.filter(|(_, group)| !group.is_empty());
    Value::Object(
        filled
            .map(|(name, group)| (name.to_owned(), json!(group)))
            .collect(),
    )
}

/// RFC 4648 section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for triple in bytes.chunks(3) {
        let byte = |at: usize| u32::from(triple.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at)) as usize & 63];
            text.push(if at <= triple.len() {
                digit as char
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of RFC 4648 section 10.
    #[test]
    fn base64_vectors() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    /// PS3.18 F.2.2: a name is an object of its groups.
    #[test]
    fn name_groups() {
        assert_eq!(
            person_name("Wang^XiaoDong=王^小东"),
            json!({"Alphabetic": "Wang^XiaoDong", "Ideographic": "王^小东"})
        );
    }
}
