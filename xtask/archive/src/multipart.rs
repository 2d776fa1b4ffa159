//! Splits a whole multipart/related body into its parts (RFC 2046 section 5.1.1); uploads are small enough to be held.

use crate::accept::split;

/// `boundary` and `type` parameters of a multipart/related Content-Type.
pub(crate) fn parameters(content_type: &str) -> Option<(String, String)> {
    let fields = split(content_type, ';');
    let (media, parameters) = fields.split_first()?;
    if !media.trim().eq_ignore_ascii_case("multipart/related") {
        return None;
    }
    let value = |wanted: &str| {
        let pairs = parameters.iter().filter_map(|field| field.split_once('='));
        let mut found = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
        found
            .next()
            .map(|(_, value)| value.trim().trim_matches('"').to_owned())
    };
    let boundary = value("boundary").filter(|text| !text.is_empty())?;
    Some((boundary, value("type").unwrap_or_default()))
}

/// Bodies of the parts; nothing where the opening or the closing delimiter is missing.
pub(crate) fn parts<'a>(body: &'a [u8], boundary: &str) -> Option<Vec<&'a [u8]>> {
    let delimiter = format!("\r\n--{boundary}");
    let opening = delimiter.trim_start();
    let mut rest = if body.starts_with(opening.as_bytes()) {
        body.get(opening.len()..)?
    } else {
        after(body, delimiter.as_bytes())?.1
    };
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let (part, next) = after(rest, delimiter.as_bytes())?;
        // The line that ends the delimiter, then headers up to an empty line.
        parts.push(after(part, b"\r\n\r\n")?.1);
        rest = next;
    }
    Some(parts)
}

/// What stands before and after the first `needle`.
fn after<'a>(bytes: &'a [u8], needle: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let first = *needle.first()?;
    let mut from = 0;
    loop {
        let found = bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        let at = from + found;
        if bytes.get(at..)?.starts_with(needle) {
            return Some((bytes.get(..at)?, bytes.get(at + needle.len()..)?));
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2046 5.1.1: preamble and epilogue are ignored, a missing end is an error.
    #[test]
    fn parts_between_delimiters() {
        let body =
            b"pre\r\n--b\r\nContent-Type: a/b\r\n\r\none\r\n--b\r\n\r\n\r\n--b--\r\nepilogue";
        assert_eq!(parts(body, "b"), Some(vec![&b"one"[..], &b""[..]]));
        let cut = body.get(..40).expect("the body is longer");
        assert_eq!(parts(cut, "b"), None);
    }

    #[test]
    fn parameters_quoted_or_not() {
        let expected = Some(("x".to_owned(), "application/dicom".to_owned()));
        assert_eq!(
            parameters("multipart/related; type=\"application/dicom\"; boundary=x"),
            expected
        );
        assert_eq!(
            parameters("Multipart/Related;boundary=\"x\";type=application/dicom"),
            expected
        );
        assert_eq!(parameters("text/plain"), None);
    }
}
