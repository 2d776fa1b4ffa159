//! Element values in the DICOM JSON model (PS3.18 F.2): numbers as numbers, names in their groups, bytes as base64.

use dicom_core::VR;
use serde_json::{Map, Number, Value, json};

use super::{charset::Charset, encoding::Encoding};
use crate::dicomweb::encode_base64;

/// Binary values up to this are inline.
const MAX_INLINE_BYTES: usize = 64 << 10;
/// Look-up tables of group 0028 have up to 65536 entries of 16 bit, some writers pad them.
const MAX_TABLE_BYTES: usize = 256 << 10;
/// Overlay planes (60xx,3000) of one bit a pixel: enough for the largest films, or for many frames of small ones.
const MAX_OVERLAY_BYTES: usize = 8 << 20;

/// One element that is no sequence.
pub(super) fn element(
    tag: (u16, u16),
    vr: VR,
    bytes: &[u8],
    encoding: Encoding,
    charset: &Charset,
) -> Value {
    let mut object = Map::new();
    object.insert("vr".to_owned(), vr.to_string().into());
    if let Some(word_bytes) = word_bytes(vr) {
        let limit = match tag {
            (0x0028, _) => MAX_TABLE_BYTES,
            (0x6000..=0x601E, 0x3000) => MAX_OVERLAY_BYTES,
            _ => MAX_INLINE_BYTES,
        };
        if !bytes.is_empty() && bytes.len() <= limit {
            object.insert(
                "InlineBinary".to_owned(),
                encode_base64(&little_endian(bytes, word_bytes, encoding)).into(),
            );
        }
    } else {
        let values = numbers(vr, bytes, encoding)
            .unwrap_or_else(|| texts(vr, &charset.decode(bytes, delimiters(vr))));
        if !values.is_empty() {
            object.insert("Value".to_owned(), Value::Array(values));
        }
    }
    Value::Object(object)
}

/// What parts the values, or the parts of one (PS3.5 6.2).
fn delimiters(vr: VR) -> &'static [u8] {
    match vr {
        VR::PN => b"\\^=",
        VR::LT | VR::ST | VR::UT | VR::UR => b"",
        _ => b"\\",
    }
}

/// Width of the words of a binary VR; `None` for the others.
fn word_bytes(vr: VR) -> Option<usize> {
    Some(match vr {
        VR::OB | VR::UN => 1,
        VR::OW => 2,
        VR::OL | VR::OF => 4,
        VR::OV | VR::OD => 8,
        _ => return None,
    })
}

/// Bytes of a big-endian value in little-endian order.
#[cfg(feature = "deidentify")]
pub(super) fn turned(vr: VR, bytes: &[u8]) -> Vec<u8> {
    let width = match vr {
        VR::US | VR::SS | VR::AT => 2,
        VR::UL | VR::SL | VR::FL => 4,
        VR::FD | VR::SV | VR::UV => 8,
        _ => word_bytes(vr).unwrap_or(1),
    };
    let mut turned = bytes.to_vec();
    turned.chunks_exact_mut(width).for_each(<[u8]>::reverse);
    turned
}

fn little_endian(bytes: &[u8], word_bytes: usize, encoding: Encoding) -> Vec<u8> {
    let mut turned = bytes.to_vec();
    if encoding.is_big_endian {
        turned
            .chunks_exact_mut(word_bytes)
            .for_each(<[u8]>::reverse);
    }
    turned
}

/// Values of the VRs with binary numbers; `None` for the others.
fn numbers(vr: VR, bytes: &[u8], encoding: Encoding) -> Option<Vec<Value>> {
    macro_rules! words {
        ($word:ty, $json:expr) => {{
            let read = if encoding.is_big_endian {
                <$word>::from_be_bytes
            } else {
                <$word>::from_le_bytes
            };
            let chunks = bytes.as_chunks::<{ size_of::<$word>() }>().0;
            chunks.iter().map(|&chunk| $json(read(chunk))).collect()
        }};
    }
    Some(match vr {
        VR::US => words!(u16, Value::from),
        VR::SS => words!(i16, Value::from),
        VR::UL => words!(u32, Value::from),
        VR::SL => words!(i32, Value::from),
        VR::UV => words!(u64, Value::from),
        VR::SV => words!(i64, Value::from),
        VR::FL => words!(f32, |v: f32| real(v.into())),
        VR::FD => words!(f64, real),
        VR::AT => {
            let pairs = bytes.as_chunks::<4>().0.iter();
            let tag =
                |&[g0, g1, e0, e1]: &[u8; 4]| (encoding.u16([g0, g1]), encoding.u16([e0, e1]));
            pairs
                .map(tag)
                .map(|(group, element)| format!("{group:04X}{element:04X}").into())
                .collect()
        }
        _ => return None,
    })
}

/// A number, or null where JSON has none (not a number, infinite).
fn real(v: f64) -> Value {
    Number::from_f64(v).map_or(Value::Null, Value::Number)
}

/// Values of the VRs with text.
fn texts(vr: VR, text: &str) -> Vec<Value> {
    let text = text.trim_end_matches([' ', '\0']);
    if text.is_empty() {
        return Vec::new();
    }
    match vr {
        // One value, whatever it contains (PS3.5 6.2).
        VR::LT | VR::ST | VR::UT | VR::UR => vec![text.into()],
        _ => text.split('\\').map(|value| single(vr, value)).collect(),
    }
}

fn single(vr: VR, value: &str) -> Value {
    // Leading spaces mean something in UC only.
    let value = if vr == VR::UC {
        value
    } else {
        value.trim_start()
    };
    let value = value.trim_end_matches([' ', '\0']);
    match vr {
        _ if value.is_empty() => Value::Null,
        VR::PN => person_name(value),
        VR::IS => value
            .parse::<i64>()
            .map_or_else(|_| value.into(), Value::from),
        // Texts that are no numbers stay as they are: a reader may still make something of them.
        VR::DS => value
            .parse::<f64>()
            .ok()
            .filter(|v| v.is_finite())
            .map_or_else(|| value.into(), real),
        _ => value.into(),
    }
}

/// The three groups of a name (PS3.18 F.2.2).
fn person_name(value: &str) -> Value {
    let groups = ["Alphabetic", "Ideographic", "Phonetic"]
        .into_iter()
        .zip(value.splitn(3, '='));
    let named = groups.filter(|(_, group)| !group.is_empty());
    json!(
        named
            .map(|(name, group)| (name.to_owned(), group.into()))
            .collect::<Map<String, Value>>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(vr: VR, bytes: &[u8]) -> Value {
        element(
            (0x0010, 0x0010),
            vr,
            bytes,
            Encoding::EXPLICIT,
            &Charset::default(),
        )
    }

    #[test]
    fn f_2_2_a_name_is_an_object_of_its_groups() {
        let wanted =
            json!({ "vr": "PN", "Value": [{ "Alphabetic": "Yamada^Tarou", "Phonetic": "x" }] });
        assert_eq!(value(VR::PN, b"Yamada^Tarou==x "), wanted);
    }

    #[test]
    fn f_2_3_decimal_strings_become_numbers_and_empty_values_null() {
        assert_eq!(
            value(VR::DS, b"1.50\\\\ -2e3"),
            json!({ "vr": "DS", "Value": [1.5, null, -2000.0] })
        );
    }

    #[test]
    fn a_decimal_string_that_is_no_number_stays_a_text() {
        assert_eq!(
            value(VR::DS, b"1,5"),
            json!({ "vr": "DS", "Value": ["1,5"] })
        );
    }

    #[test]
    fn f_2_5_an_empty_element_has_a_vr_only() {
        assert_eq!(value(VR::LO, b""), json!({ "vr": "LO" }));
    }

    #[test]
    fn rfc_4648_section_10_test_vectors() {
        let texts =
            ["", "f", "fo", "foo", "foob", "fooba"].map(|text| encode_base64(text.as_bytes()));
        assert_eq!(texts, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE="]);
    }

    #[test]
    fn f_2_7_inline_binary_is_little_endian_whatever_the_file() {
        let encoding = Encoding {
            is_explicit: true,
            is_big_endian: true,
        };
        let value = element(
            (0x0028, 0x1201),
            VR::OW,
            &[1, 2],
            encoding,
            &Charset::default(),
        );
        assert_eq!(value, json!({ "vr": "OW", "InlineBinary": "AgE=" }));
    }
}
