//! A push parser for multipart/related answers (PS3.18 8.6.1.2, RFC 2046 5.1): bytes in as they come, whole parts out.

use super::delimiter::{Line, hidden_boundary};
use super::media_type::MediaType;
use super::part::read_head;
use crate::error::MultipartError;
use memchr::memmem::Finder;
use std::collections::VecDeque;

pub use super::part::{Part, frame_number};

/// Largest part, 1 GiB: a frame decodes to at most 512 MiB, an instance may hold several.
pub const MAX_PART_BYTES: u64 = 1 << 30;
/// Largest head of a part, and most bytes before the first delimiter.
pub const MAX_HEAD_BYTES: usize = 64 << 10;
/// Most parts of an answer.
pub const MAX_PARTS: usize = 1 << 18;

/// Memory set aside on the word of a Content-Length; what is really larger grows.
const MAX_RESERVE: u64 = 64 << 20;
/// Fewest and most bytes taken at once: few at the beginning of a part, so that small parts do not cost large copies.
const STEPS: (usize, usize) = (256, 64 << 10);

/// What the buffer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// What comes before the first delimiter.
    Preamble,
    /// The header lines of a part.
    Head,
    /// The bytes of a part; with the length its head announced, as long as that can be true.
    Body(Option<usize>),
    /// The answer is one part without delimiters.
    Single,
    /// Behind the closing delimiter.
    Epilogue,
}

/// More bytes are needed to tell.
struct Partial;

/// A delimiter in the buffer: where the body before it ends, where its line ends, whether it closes the answer.
struct Delimiter {
    body_end: usize,
    end: usize,
    is_last: bool,
}

/// Splits an answer into parts as it streams in. Every byte is looked at a bounded number of times, and a part's bytes
/// are copied once, into the vector that is handed over.
#[derive(Debug)]
pub struct MultipartParser {
    /// `\n--boundary`.
    needle: Finder<'static>,
    /// Lines end with CR LF, as the first delimiter's did.
    has_cr: bool,
    state: State,
    buffer: Vec<u8>,
    /// What is looked for does not begin before this place of the buffer.
    scanned: usize,
    /// False once a Content-Length was wrong.
    trusts_lengths: bool,
    /// No more bytes come.
    is_ended: bool,
    outer_syntax: Option<String>,
    part: Part,
    n_parts: usize,
    ready: VecDeque<Part>,
}

impl MultipartParser {
    /// Begins with the answer's Content-Type; anything but multipart is a single part.
    ///
    /// # Errors
    /// [`MultipartError::NoBoundary`] for a multipart type without one.
    pub fn new(content_type: &str) -> Result<Self, MultipartError> {
        let outer = MediaType::parse(content_type);
        let is_multipart = outer.essence.starts_with("multipart/");
        let boundary = outer.parameter("boundary").unwrap_or_default();
        if is_multipart && !(1..=1024).contains(&boundary.len()) {
            return Err(MultipartError::NoBoundary);
        }
        let outer_syntax = outer.transfer_syntax();
        let single = Part {
            content_type: Some(content_type.trim().to_owned()).filter(|text| !text.is_empty()),
            transfer_syntax: outer_syntax.clone(),
            ..Part::default()
        };
        Ok(Self {
            needle: Finder::new(&format!("\n--{boundary}")).into_owned(),
            has_cr: true,
            state: if is_multipart {
                State::Preamble
            } else {
                State::Single
            },
            buffer: Vec::new(),
            scanned: 0,
            trusts_lengths: true,
            is_ended: false,
            outer_syntax,
            part: if is_multipart {
                Part::default()
            } else {
                single
            },
            n_parts: 0,
            ready: VecDeque::new(),
        })
    }

    /// Takes the next bytes of the answer.
    ///
    /// # Errors
    /// Beyond a cap, or where no delimiter comes; the parser is of no use afterwards.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), MultipartError> {
        let mut rest = chunk;
        while !rest.is_empty() && self.state != State::Epilogue {
            let n_taken = self.step().min(rest.len());
            self.buffer.extend_from_slice(&rest[..n_taken]);
            let held = self.buffer.len();
            // What lies behind an end came with this piece, or the end would have been found before.
            let n_beyond = self.advance()?.map_or(0, |end| held - end);
            rest = &rest[n_taken - n_beyond..];
        }
        Ok(())
    }

    /// The next complete part.
    pub fn next_part(&mut self) -> Option<Part> {
        self.ready.pop_front()
    }

    /// The part that is still coming in, and its bytes so far; `None` between parts, and where a delimiter may have begun.
    pub fn beginning(&self) -> Option<(&Part, &[u8])> {
        let n_undecided = match self.state {
            State::Single => 0,
            State::Body(_) => self.needle.needle().len() + 1,
            State::Preamble | State::Head | State::Epilogue => return None,
        };
        // A Content-Length that is too large would make the next part a piece of this one.
        let is_one = self.state == State::Single || self.needle.find(&self.buffer).is_none();
        let n = self.buffer.len().saturating_sub(n_undecided);
        (is_one && n > 0).then(|| (&self.part, &self.buffer[..n]))
    }

    /// The answer ended. A single part is complete only now.
    ///
    /// # Errors
    /// [`MultipartError::Truncated`] where the closing delimiter is missing; the last part then does not come out.
    pub fn finish(&mut self) -> Result<(), MultipartError> {
        if self.state == State::Single {
            if let Some(boundary) = hidden_boundary(&self.buffer) {
                return self.take_apart(&boundary);
            }
            self.state = State::Epilogue;
            return self.deliver(self.buffer.len());
        }
        // A Content-Length beyond the end was wrong if there are delimiters, else the part is cut.
        if let State::Body(Some(_)) = self.state {
            self.distrust()?;
        }
        self.is_ended = true;
        self.advance()?;
        if self.state == State::Epilogue {
            Ok(())
        } else {
            Err(MultipartError::Truncated)
        }
    }

    /// The answer was not called multipart and is: as one part its frame would begin with a delimiter, and be drawn out of
    /// place.
    fn take_apart(&mut self, boundary: &str) -> Result<(), MultipartError> {
        let answer = std::mem::take(&mut self.buffer);
        let outer_syntax = self.outer_syntax.take();
        *self = Self::new(&format!("multipart/related; boundary=\"{boundary}\""))?;
        self.outer_syntax = outer_syntax;
        self.push(&answer)?;
        self.finish()
    }

    /// How many bytes to take at once.
    fn step(&self) -> usize {
        let held = self.buffer.len();
        match self.state {
            State::Single => usize::MAX,
            State::Body(Some(length)) => {
                length.saturating_sub(held) + self.needle.needle().len() + 8
            }
            _ => held.clamp(STEPS.0, STEPS.1),
        }
    }

    /// Finishes what the buffer holds, if it is complete: returns where in the buffer it ended.
    fn advance(&mut self) -> Result<Option<usize>, MultipartError> {
        let held = self.buffer.len();
        if held as u64 > MAX_PART_BYTES {
            return Err(MultipartError::PartTooLarge(MAX_PART_BYTES));
        }
        match self.state {
            State::Preamble | State::Body(None) => {
                if let Some(delimiter) = self.find_delimiter() {
                    return self.close(delimiter).map(Some);
                }
                if self.state == State::Preamble && held > MAX_HEAD_BYTES {
                    return Err(MultipartError::NoDelimiter);
                }
            }
            State::Body(Some(length)) if held > length => match self.delimiter_behind(length) {
                Some(Ok(delimiter)) => return self.close(delimiter).map(Some),
                Some(Err(Partial)) => {}
                None => self.distrust()?,
            },
            State::Head => {
                if let Some(end) = self.head_end() {
                    return self.open(end).map(Some);
                }
                if held > MAX_HEAD_BYTES {
                    return Err(MultipartError::HeadTooLarge(MAX_HEAD_BYTES));
                }
            }
            State::Body(Some(_)) | State::Single | State::Epilogue => {}
        }
        Ok(None)
    }

    /// The body ended at a delimiter.
    fn close(&mut self, delimiter: Delimiter) -> Result<usize, MultipartError> {
        if self.state == State::Preamble {
            self.has_cr = self
                .buffer
                .get(..delimiter.end)
                .is_some_and(|line| line.ends_with(b"\r\n"));
        } else {
            self.deliver(delimiter.body_end)?;
        }
        self.enter(if delimiter.is_last {
            State::Epilogue
        } else {
            State::Head
        });
        Ok(delimiter.end)
    }

    /// The head of a part ended: its body begins.
    fn open(&mut self, end: usize) -> Result<usize, MultipartError> {
        self.part = read_head(
            &String::from_utf8_lossy(&self.buffer[..end]),
            self.outer_syntax.as_deref(),
        );
        let length = self.part.content_length.filter(|_| self.trusts_lengths);
        if length.is_some_and(|length| length > MAX_PART_BYTES) {
            return Err(MultipartError::PartTooLarge(MAX_PART_BYTES));
        }
        self.enter(State::Body(
            length.and_then(|length| usize::try_from(length).ok()),
        ));
        let n_expected = length.unwrap_or_default().min(MAX_RESERVE);
        self.buffer
            .reserve(usize::try_from(n_expected).unwrap_or_default() + self.step().min(STEPS.1));
        Ok(end)
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.buffer.clear();
        self.scanned = 0;
    }

    /// Hands the buffer over as the body of the part.
    fn deliver(&mut self, body_end: usize) -> Result<(), MultipartError> {
        if self.n_parts == MAX_PARTS {
            return Err(MultipartError::TooManyParts(MAX_PARTS));
        }
        self.n_parts += 1;
        let mut part = std::mem::take(&mut self.part);
        part.body = std::mem::take(&mut self.buffer);
        part.body.truncate(body_end);
        self.ready.push_back(part);
        Ok(())
    }

    /// A Content-Length was wrong: from this part on, delimiters alone decide.
    fn distrust(&mut self) -> Result<(), MultipartError> {
        self.trusts_lengths = false;
        let held = std::mem::take(&mut self.buffer);
        self.enter(State::Body(None));
        self.push(&held)
    }

    /// The first delimiter that begins at or behind `scanned`.
    fn find_delimiter(&mut self) -> Option<Delimiter> {
        // At the very beginning of an answer, and of an empty body, there is no line break before it.
        if self.scanned == 0 && self.begins_with_boundary() {
            match self.line(self.needle.needle().len() - 1) {
                Line::Whole { end, is_last } => {
                    return Some(Delimiter {
                        body_end: 0,
                        end,
                        is_last,
                    });
                }
                Line::Partial => return None,
                Line::Other => {}
            }
        }
        while let Some(found) = self.needle.find(&self.buffer[self.scanned..]) {
            let at = self.scanned + found;
            match (
                self.body_end(at),
                self.line(at + self.needle.needle().len()),
            ) {
                (Some(body_end), Line::Whole { end, is_last }) => {
                    return Some(Delimiter {
                        body_end,
                        end,
                        is_last,
                    });
                }
                (Some(_), Line::Partial) => {
                    self.scanned = at;
                    return None;
                }
                _ => self.scanned = at + 1,
            }
        }
        let undecided = self.buffer.len().saturating_sub(self.needle.needle().len());
        self.scanned = self.scanned.max(undecided);
        None
    }

    fn begins_with_boundary(&self) -> bool {
        self.buffer.starts_with(&self.needle.needle()[1..])
    }

    /// Where the body ends that is followed by the line feed at `at`: the CR before it belongs to the delimiter, and in
    /// an answer that writes CR LF a line feed alone begins none.
    fn body_end(&self, at: usize) -> Option<usize> {
        match self.state {
            State::Body(_) if self.has_cr => at
                .checked_sub(1)
                .filter(|&before| self.buffer[before] == b'\r'),
            _ => Some(at),
        }
    }

    /// The delimiter right behind a body of the announced length; `None` where there is something else.
    fn delimiter_behind(&self, body_end: usize) -> Option<Result<Delimiter, Partial>> {
        let boundary = &self.needle.needle()[1..];
        let behind = &self.buffer[body_end..];
        let n_break = match behind {
            [b'\n', ..] if !self.has_cr => 1,
            [b'\r', b'\n', ..] => 2,
            [b'\r'] => return Some(Err(Partial)),
            // Nothing between the blank line and the boundary.
            _ if body_end == 0 => 0,
            _ => return None,
        };
        let behind = &behind[n_break..];
        if behind.len() < boundary.len() {
            return boundary.starts_with(behind).then_some(Err(Partial));
        }
        if !behind.starts_with(boundary) {
            return None;
        }
        match self.line(body_end + n_break + boundary.len()) {
            Line::Whole { end, is_last } => Some(Ok(Delimiter {
                body_end,
                end,
                is_last,
            })),
            Line::Partial => Some(Err(Partial)),
            Line::Other => None,
        }
    }

    fn line(&self, at: usize) -> Line {
        Line::read(&self.buffer, at, self.is_ended)
    }

    /// Where the blank line behind the header lines ends.
    fn head_end(&mut self) -> Option<usize> {
        if self.buffer.starts_with(b"\n") || self.buffer.starts_with(b"\r\n") {
            return Some(if self.buffer[0] == b'\n' { 1 } else { 2 });
        }
        for found in memchr::memchr_iter(b'\n', &self.buffer[self.scanned..]) {
            let next = self.scanned + found + 1;
            match &self.buffer[next..] {
                [b'\n', ..] => return Some(next + 1),
                [b'\r', b'\n', ..] => return Some(next + 2),
                _ => {}
            }
        }
        self.scanned = self.buffer.len().saturating_sub(2);
        None
    }
}
