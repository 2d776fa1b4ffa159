//! What may follow a boundary so that it delimits (RFC 2046 5.1.1), and is not just bytes that look like one.

/// Blanks after a boundary that are borne (RFC 2046 calls them transport padding).
const MAX_PADDING: usize = 256;
/// Most characters of a boundary (RFC 2046 5.1.1).
const MAX_BOUNDARY: usize = 70;

/// The boundary of an answer that begins with a delimiter and the head of a part: `--boundary`, a line break, `Content-`.
pub(super) fn hidden_boundary(answer: &[u8]) -> Option<String> {
    const HEAD: &[u8] = b"content-";
    let line = answer.strip_prefix(b"--")?;
    let mut start = line.iter().take(MAX_BOUNDARY + 2);
    let end = start.position(|byte| *byte == b'\n')?;
    let boundary = str::from_utf8(&line[..end]).ok()?.trim_end();
    let is_boundary =
        |letter: char| letter.is_ascii_alphanumeric() || "'()+_,-./:=? ".contains(letter);
    let is_head = line
        .get(end + 1..end + 1 + HEAD.len())?
        .eq_ignore_ascii_case(HEAD);
    (is_head && !boundary.is_empty() && boundary.chars().all(is_boundary))
        .then(|| boundary.to_owned())
}

/// The delimiter's line at some place.
pub(super) enum Line {
    /// Something else.
    Other,
    /// Its beginning, as far as the bytes go.
    Partial,
    /// All of it: where it ends, and whether it closes the answer.
    Whole { end: usize, is_last: bool },
}

impl Line {
    /// Reads what follows a boundary that ends at `at`: `--` or nothing, some blanks, and a line break, in whose place
    /// the end of the answer (`is_ended`) may stand behind `--`.
    pub(super) fn read(buffer: &[u8], at: usize, is_ended: bool) -> Self {
        let behind = &buffer[at..];
        let (is_last, at, behind) = match behind {
            [b'-', b'-', behind @ ..] => (true, at + 2, behind),
            [b'-'] => return Self::Partial,
            _ => (false, at, behind),
        };
        let n_blanks = behind
            .iter()
            .take(MAX_PADDING + 1)
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        if n_blanks > MAX_PADDING {
            return Self::Other;
        }
        let end = at + n_blanks;
        match &behind[n_blanks..] {
            [b'\n', ..] => Self::Whole {
                end: end + 1,
                is_last,
            },
            [b'\r', b'\n', ..] => Self::Whole {
                end: end + 2,
                is_last,
            },
            [] | [b'\r'] if is_last && is_ended => Self::Whole { end, is_last },
            [] | [b'\r'] => Self::Partial,
            _ => Self::Other,
        }
    }
}
