//! Content-Range (RFC 9110 14.4): which bytes of the whole answer came, so that only those are joined that belong together.

/// First byte, byte behind the last, and bytes of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentRange {
    /// First byte.
    pub first: u64,
    /// The byte behind the last.
    pub end: u64,
    /// Bytes of the whole.
    pub total: u64,
}

impl ContentRange {
    /// `bytes 0-499/1234`; `None` for anything else, an unknown length included.
    pub fn parse(text: &str) -> Option<Self> {
        let (unit, range) = text.trim().split_once(' ')?;
        let (range, total) = range.trim().split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let number = |text: &str| {
            let text = text.trim();
            let are_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            are_digits.then(|| text.parse::<u64>().ok()).flatten()
        };
        let end = number(last)?.checked_add(1)?;
        let (first, total) = (number(first)?, number(total)?);
        let is_range = unit.eq_ignore_ascii_case("bytes") && first < end && end <= total;
        is_range.then_some(Self { first, end, total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9110 14.4, the examples there among them.
    #[test]
    fn the_range_of_bytes_and_nothing_else() {
        let told = |first, end, total| Some(ContentRange { first, end, total });
        assert_eq!(ContentRange::parse("bytes 0-499/1234"), told(0, 500, 1234));
        assert_eq!(
            ContentRange::parse(" Bytes 734-1233/1234 "),
            told(734, 1234, 1234)
        );
        for refused in [
            "bytes 42-1233/*",
            "bytes */1234",
            "lines 0-4/9",
            "bytes 5-4/9",
            "bytes 0-9/9",
            "bytes +0-4/9",
            "bytes 0-18446744073709551615/9",
            "bytes",
            "",
        ] {
            assert_eq!(ContentRange::parse(refused), None, "{refused}");
        }
    }
}
