//! Byte ranges of answers (RFC 9110 section 14): one range of a whole answer, head and delimiters of its parts included.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::http::{Body, Payload, Request, Response};
use crate::wire::write_body;

/// Cuts an answer to the one range that was asked for. Whatever else is asked for is answered in full, as section 14.2 allows.
pub(crate) fn cut(request: &Request, response: &mut Response) {
    let wanted = request.header("range").and_then(parse);
    let (Some(wanted), "GET", 200) = (wanted, request.method.as_str(), response.status) else {
        return;
    };
    steady(request, response);
    let mut bytes = Vec::new();
    if write_body(&mut bytes, &response.body).is_err() {
        return;
    }
    let tag = tag(&bytes);
    let is_another = request.header("if-range").is_some_and(|known| known != tag);
    response.set("ETag", tag);
    if is_another {
        return;
    }
    let total = bytes.len() as u64;
    let (first, end) = (wanted.0, wanted.1.saturating_add(1).min(total));
    let slice = bytes.get(first as usize..end as usize);
    let Some(slice) = slice.filter(|slice| !slice.is_empty()) else {
        *response = Response::empty(416).with("Content-Range", format!("bytes */{total}"));
        return;
    };
    let told = format!("bytes {first}-{}/{total}", end - 1);
    response.body = Body::Single(Payload::bytes(slice.to_vec()));
    response.status = 206;
    response.set("Content-Range", told);
}

/// First and last byte of `bytes=a-b` or `bytes=a-`.
fn parse(text: &str) -> Option<(u64, u64)> {
    let (first, last) = text.trim().strip_prefix("bytes=")?.split_once('-')?;
    let last = match last.trim() {
        "" => u64::MAX,
        last => last.parse().ok()?,
    };
    let first = first.trim().parse().ok()?;
    (first <= last).then_some((first, last))
}

/// Ranges of one answer fit together only where its delimiter is the same each time.
fn steady(request: &Request, response: &mut Response) {
    let Body::Multipart { boundary, .. } = &mut response.body else {
        return;
    };
    let mut hasher = DefaultHasher::new();
    request.path.hash(&mut hasher);
    let next = format!("range-{:016x}", hasher.finish());
    let before = std::mem::replace(boundary, next.clone());
    let content_type = response.header("Content-Type").unwrap_or_default();
    let content_type = content_type.replace(&before, &next);
    response.set("Content-Type", content_type);
}

fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&str, &str)]) -> Response {
        let request = Request {
            method: "GET".to_owned(),
            headers: headers
                .iter()
                .map(|(a, b)| ((*a).into(), (*b).into()))
                .collect(),
            ..Request::default()
        };
        let mut response = Response::new(200, "text/plain", b"0123456789".to_vec());
        cut(&request, &mut response);
        response
    }

    fn body(response: &Response) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_body(&mut bytes, &response.body).expect("a vector takes all");
        bytes
    }

    /// RFC 9110 14.1.2 and 14.4: positions are inclusive, the last may lie beyond the end.
    #[test]
    fn one_range_comes_as_206_with_its_place_and_the_length_of_the_whole() {
        for (range, bytes, told) in [
            ("bytes=0-3", "0123", "bytes 0-3/10"),
            ("bytes=4-", "456789", "bytes 4-9/10"),
            ("bytes=8-99", "89", "bytes 8-9/10"),
        ] {
            let response = asked(&[("Range", range)]);
            assert_eq!(response.status, 206, "{range}");
            assert_eq!(response.header("Content-Range"), Some(told));
            assert_eq!(body(&response), bytes.as_bytes());
        }
    }

    /// RFC 9110 14.2 and 15.5.17.
    #[test]
    fn several_ranges_are_ignored_and_one_beyond_the_end_is_refused() {
        for range in ["bytes=0-1,3-4", "bytes=-3", "lines=1-2", "bytes=5-2"] {
            assert_eq!(asked(&[("Range", range)]).status, 200, "{range}");
        }
        let refused = asked(&[("Range", "bytes=10-")]);
        assert_eq!(
            (refused.status, refused.header("Content-Range")),
            (416, Some("bytes */10"))
        );
    }

    /// RFC 9110 13.1.5.
    #[test]
    fn a_range_of_another_version_is_answered_in_full() {
        let known = asked(&[("Range", "bytes=0-3")]);
        let tag = known.header("ETag").expect("a tag").to_owned();
        assert_eq!(
            asked(&[("Range", "bytes=4-"), ("If-Range", &tag)]).status,
            206
        );
        assert_eq!(
            asked(&[("Range", "bytes=4-"), ("If-Range", "\"x\"")]).status,
            200
        );
    }
}
