//! The few private attributes that matter: b-values without which old diffusion series cannot be told apart, scales and
//! times of PET; each by its private creator (PS3.5 7.8.1, rule D43).

use super::{DataSet, Tag, tags};
use crate::dicomweb::decode_base64;

/// Creator element, creator, element of block 10, and whether the value is a 32 bit float.
const B_VALUES: [(Tag, &str, Tag, bool); 3] = [
    (
        tags::CREATOR_0019,
        "SIEMENS MR HEADER",
        tags::SIEMENS_B_VALUE,
        false,
    ),
    (tags::CREATOR_0043, "GEMS_PARM_01", tags::GE_B_VALUE, false),
    (
        tags::CREATOR_2001,
        "Philips Imaging DD 001",
        tags::PHILIPS_B_VALUE,
        true,
    ),
];

/// Diffusion b-value in s/mm2 as three makers wrote it before (0018,9087) was common.
pub(super) fn private_b_value(top: &DataSet<'_>) -> Option<f64> {
    B_VALUES
        .into_iter()
        .find_map(|(creator, name, tag, is_float)| {
            if top.text(creator) != name {
                return None;
            }
            let value = top.number(tag).or_else(|| unknown(top, tag, is_float))?;
            // One maker adds a thousand millions to mark its values.
            Some(if name == "GEMS_PARM_01" {
                value % 1e9
            } else {
                value
            })
        })
}

/// The value under VR UN, which servers without a dictionary send: text of an IS, or a little-endian float.
fn unknown(top: &DataSet<'_>, tag: Tag, is_float: bool) -> Option<f64> {
    let bytes = decode_base64(top.element(tag)?.inline.as_deref()?)?;
    if is_float {
        return Some(f32::from_le_bytes(bytes.try_into().ok()?).into());
    }
    let text = std::str::from_utf8(&bytes).ok()?;
    crate::attribute::parse_decimal(text.split('\\').next()?)
}

/// Text of a private element, found by its creator (PS3.5 7.8.1): the creator's element (gggg,00bb) names the block
/// (gggg,bbee). Servers without a dictionary send both under VR UN.
pub(super) fn private_text(
    top: &DataSet<'_>,
    group: u16,
    creator: &str,
    element: u8,
) -> Option<String> {
    let group = u32::from(group) << 16;
    let block = (0x10..=0xFF_u32).find(|&block| {
        text_or_bytes(top, Tag(group | block)).is_some_and(|name| name == creator)
    })?;
    text_or_bytes(top, Tag(group | block << 8 | u32::from(element)))
}

fn text_or_bytes(top: &DataSet<'_>, tag: Tag) -> Option<String> {
    let found = top.element(tag)?;
    let text = match found.inline.as_deref() {
        Some(inline) => crate::attribute::clean(std::str::from_utf8(&decode_base64(inline)?).ok()?),
        None => top.text(tag),
    };
    (!text.is_empty()).then_some(text)
}
