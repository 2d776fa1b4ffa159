//! The Accept header of retrievals (PS3.18 section 8.7.5, RFC 9110 section 12.5.1).

/// One media range, with what DICOMweb puts in its parameters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MediaRange {
    /// Parts in a multipart/related, or one payload alone.
    pub(crate) multipart: bool,
    /// Media type of the payload in lower case; `*/*` for any.
    pub(crate) media: String,
    /// `transfer-syntax` parameter: a UID or `*`.
    pub(crate) syntax: Option<String>,
    quality: f32,
}

/// The media ranges of an Accept header, best first; without a header anything goes.
pub(crate) fn parse(header: Option<&str>) -> Vec<MediaRange> {
    let header = header
        .filter(|text| !text.trim().is_empty())
        .unwrap_or("*/*");
    let mut ranges: Vec<MediaRange> = split(header, ',').iter().map(|one| range(one)).collect();
    ranges.retain(|range| range.quality > 0.0);
    ranges.sort_by(|one, other| other.quality.total_cmp(&one.quality));
    ranges
}

/// Whether Orthanc 1.7 would refuse the header: a list, or a `q`.
pub(crate) fn is_list(header: Option<&str>) -> bool {
    let header = header.unwrap_or("");
    let has_quality = split(header, ';')
        .iter()
        .any(|parameter| parameter.trim().starts_with("q="));
    split(header, ',').len() > 1 || has_quality
}

/// Whether JSON answers an Accept header.
pub(crate) fn takes_json(header: Option<&str>) -> bool {
    let json = [
        "*/*",
        "application/*",
        "application/dicom+json",
        "application/json",
    ];
    parse(header)
        .iter()
        .any(|range| !range.multipart && json.contains(&range.media.as_str()))
}

fn range(text: &str) -> MediaRange {
    let mut fields = split(text, ';').into_iter();
    let media = fields.next().unwrap_or_default().trim().to_lowercase();
    let mut range = MediaRange {
        multipart: media == "multipart/related",
        media: if media == "multipart/related" {
            "*/*".to_owned()
        } else {
            media
        },
        syntax: None,
        quality: 1.0,
    };
    for field in fields {
        let (name, value) = field.split_once('=').unwrap_or((&field, ""));
        let value = value.trim().trim_matches('"');
        match name.trim().to_lowercase().as_str() {
            "type" => {
                // Some clients write the syntax inside the quotes of the type.
                let (media, inner) = value.split_once(';').unwrap_or((value, ""));
                range.media = media.trim().to_lowercase();
                if let Some((_, uid)) = inner.split_once("transfer-syntax=") {
                    range.syntax = Some(uid.trim().to_owned());
                }
            }
            "transfer-syntax" => range.syntax = Some(value.to_owned()),
            "q" => range.quality = value.parse().unwrap_or(1.0),
            _ => {}
        }
    }
    range
}

/// Splits at a separator that stands outside quotes.
pub(crate) fn split(text: &str, separator: char) -> Vec<String> {
    let mut quoted = false;
    let mut pieces = vec![String::new()];
    for character in text.chars() {
        quoted ^= character == '"';
        if character == separator && !quoted {
            pieces.push(String::new());
        } else if let Some(last) = pieces.last_mut() {
            last.push(character);
        }
    }
    pieces
}

/// Media type of frames stored in a transfer syntax (tables 8.7.3-4 to 8.7.3-6); octet-stream for native ones.
pub(crate) fn media_type(syntax: &str) -> &'static str {
    let number = syntax.strip_prefix("1.2.840.10008.1.2.").unwrap_or("");
    // The fragmentable variants of the video syntaxes append a 1.
    let number = match number.strip_suffix(".1") {
        Some(plain) if plain.starts_with("4.10") => plain,
        _ => number,
    };
    match number {
        "5" => "image/dicom-rle",
        "4.80" | "4.81" => "image/jls",
        "4.90" | "4.91" => "image/jp2",
        "4.92" | "4.93" => "image/jpx",
        "4.110" | "4.111" | "4.112" => "image/jxl",
        "4.201" | "4.202" | "4.203" => "image/jphc",
        "4.100" | "4.101" => "video/mpeg",
        "4.102" | "4.103" | "4.104" | "4.105" | "4.106" => "video/mp4",
        "4.107" | "4.108" => "video/h265",
        _ if number.starts_with("4.") => "image/jpeg",
        _ => "application/octet-stream",
    }
}

/// The syntax meant where a range of that media type names none.
pub(crate) fn default_syntax(media: &str) -> &'static str {
    match media {
        "image/jpeg" => "1.2.840.10008.1.2.4.70",
        "image/dicom-rle" => "1.2.840.10008.1.2.5",
        "image/jls" => "1.2.840.10008.1.2.4.80",
        "image/jp2" => "1.2.840.10008.1.2.4.90",
        "image/jpx" => "1.2.840.10008.1.2.4.92",
        "image/jphc" => "1.2.840.10008.1.2.4.201",
        "image/jxl" => "1.2.840.10008.1.2.4.110",
        _ => "1.2.840.10008.1.2.1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 8.7.3.5.2: one transfer syntax per media range, best quality first.
    #[test]
    fn ranges_in_order_of_quality() {
        let header = "image/jls;q=0.5, multipart/related; type=\"application/octet-stream\"; transfer-syntax=*";
        let ranges = parse(Some(header));
        assert_eq!(ranges.len(), 2);
        assert!(ranges[0].multipart);
        assert_eq!(ranges[0].media, "application/octet-stream");
        assert_eq!(ranges[0].syntax.as_deref(), Some("*"));
        assert_eq!(ranges[1].media, "image/jls");
        assert!(is_list(Some(header)));
        assert!(!is_list(Some("multipart/related; type=\"a/b, c\"")));
    }
}
