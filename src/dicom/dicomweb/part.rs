//! One part of a multipart answer: its head, its bytes, and which frame it is.

use super::media_type::MediaType;

/// One part, complete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Content-Type.
    pub content_type: Option<String>,
    /// Content-Location.
    pub content_location: Option<String>,
    /// Content-Length as it was written; the body may have another length.
    pub content_length: Option<u64>,
    /// Transfer syntax by the part's type, else by that of the whole answer.
    pub transfer_syntax: Option<String>,
    /// The bytes.
    pub body: Vec<u8>,
}

/// The 1-based frame number at the end of a part's Content-Location `.../frames/n` (PS3.18 10.4.1.1.6).
pub fn frame_number(part: &Part) -> Option<u32> {
    let location = part.content_location.as_deref()?;
    let path = location
        .split(['?', '#'])
        .next()?
        .trim()
        .trim_end_matches('/');
    let (_, number) = path.rsplit_once("frames/")?;
    number.parse().ok().filter(|&number| number > 0)
}

/// The header lines that are read; names in any case (RFC 9110 5.1).
pub(super) fn read_head(head: &str, outer_syntax: Option<&str>) -> Part {
    let mut part = Part::default();
    for (name, value) in head.lines().filter_map(|line| line.split_once(':')) {
        let value = value.trim().to_owned();
        match name.trim().to_ascii_lowercase().as_str() {
            "content-type" => part.content_type = Some(value),
            "content-location" => part.content_location = Some(value),
            "content-length" => part.content_length = value.parse().ok(),
            _ => {}
        }
    }
    let own_syntax = part
        .content_type
        .as_deref()
        .and_then(|text| MediaType::parse(text).transfer_syntax());
    part.transfer_syntax = own_syntax.or_else(|| outer_syntax.map(str::to_owned));
    part
}
