//! HTTP/1.1 on a socket: reads requests and writes answers, slowly or cut short where a fault asks for it.
//!
//! Written out because a test must be able to close the socket in the middle of a body (RFC 9112 section 8), which ready servers do not hand out.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::http::{Body, Part, Request, Response, reason};

const MAX_HEAD_BYTES: u64 = 64 * 1024;
const MAX_BODY_BYTES: u64 = 2 << 30;
const PACE_STEP: Duration = Duration::from_millis(20);

/// How the body goes out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pace {
    pub(crate) bytes_per_second: Option<u64>,
    pub(crate) cut_after_bytes: Option<u64>,
    /// Length is announced by chunks in place of Content-Length.
    pub(crate) chunked: bool,
}

/// What came from the socket.
pub(crate) enum Incoming {
    Request(Request),
    /// Something that is not HTTP, or too large: the status to answer before closing.
    Bad(u16),
    Closed,
}

/// Reads the next request; waits for it as long as the socket's time-out allows.
pub(crate) fn read_request(reader: &mut BufReader<TcpStream>) -> io::Result<Incoming> {
    let Some(head) = read_head(reader)? else {
        return Ok(Incoming::Closed);
    };
    let Some(mut request) = parse_head(&head) else {
        return Ok(Incoming::Bad(400));
    };
    if request.header("expect").is_some() {
        reader
            .get_mut()
            .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let chunked = request
        .header("transfer-encoding")
        .is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
    let body = if chunked {
        read_chunks(reader)?
    } else {
        read_sized(reader, request.header("content-length"))?
    };
    match body {
        Ok(body) => {
            request.body = body;
            Ok(Incoming::Request(request))
        }
        Err(status) => Ok(Incoming::Bad(status)),
    }
}

/// Bytes of the request line and headers; nothing where the client has closed.
fn read_head(reader: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    loop {
        let before = head.len();
        let left = MAX_HEAD_BYTES.saturating_sub(before as u64);
        (&mut *reader).take(left).read_until(b'\n', &mut head)?;
        let line = head.get(before..).unwrap_or_default();
        match line {
            [] if before == 0 => return Ok(None),
            [] => return Ok(Some(String::new())),
            b"\r\n" | b"\n" if before == 0 => head.clear(),
            b"\r\n" | b"\n" => return Ok(Some(String::from_utf8_lossy(&head).into_owned())),
            _ => {}
        }
    }
}

fn parse_head(head: &str) -> Option<Request> {
    let mut lines = head.lines();
    let mut words = lines.next()?.split_ascii_whitespace();
    let (method, target) = (words.next()?, words.next()?);
    if !words.next()?.starts_with("HTTP/1.") || !target.starts_with('/') {
        return None;
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    Some(Request {
        method: method.to_owned(),
        target: target.to_owned(),
        path: decode_percent(path, false),
        query: query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(key, value)| (decode_percent(key, true), decode_percent(value, true)))
            .collect(),
        headers,
        body: Vec::new(),
    })
}

/// Undoes percent encoding (RFC 3986 section 2.1), in queries also `+` for a blank.
pub(crate) fn decode_percent(text: &str, plus_is_blank: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let pair = tail
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let decoded = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (first, decoded) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
                continue;
            }
            (b'+', _) if plus_is_blank => bytes.push(b' '),
            _ => bytes.push(*first),
        }
        rest = tail;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

type Sized = Result<Vec<u8>, u16>;

fn read_sized(reader: &mut impl Read, length: Option<&str>) -> io::Result<Sized> {
    let Ok(length) = length.unwrap_or("0").parse::<u64>() else {
        return Ok(Err(400));
    };
    if length > MAX_BODY_BYTES {
        return Ok(Err(413));
    }
    let mut body = Vec::new();
    let read = reader.take(length).read_to_end(&mut body)? as u64;
    Ok(if read == length { Ok(body) } else { Err(400) })
}

fn read_chunks(reader: &mut impl BufRead) -> io::Result<Sized> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.take(64).read_line(&mut line)?;
        let digits = line.split(';').next().unwrap_or("").trim();
        let Ok(length) = u64::from_str_radix(digits, 16) else {
            return Ok(Err(400));
        };
        if length > MAX_BODY_BYTES - body.len() as u64 {
            return Ok(Err(413));
        }
        let read = reader.take(length).read_to_end(&mut body)? as u64;
        line.clear();
        reader.take(64).read_line(&mut line)?;
        match (read == length, line.as_str(), length) {
            (true, "\r\n", 0) => return Ok(Ok(body)),
            (true, "\r\n", _) => {}
            _ => return Ok(Err(400)),
        }
    }
}

/// Writes an answer and returns the bytes of its body that went out; an error ends the connection.
pub(crate) fn write_response(
    stream: &TcpStream,
    response: &Response,
    pace: Pace,
    with_body: bool,
) -> (u64, io::Result<()>) {
    let mut out = BufWriter::with_capacity(64 * 1024, stream);
    let chunked = pace.chunked && with_body;
    if let Err(error) = write_head(&mut out, response, chunked) {
        return (0, Err(error));
    }
    if !with_body {
        return (0, out.flush());
    }
    let mut sink = Sink {
        out,
        pace,
        written: 0,
    };
    let result = write_body(&mut sink, &response.body).and_then(|()| sink.finish());
    let _ = sink.out.flush();
    (sink.written, result)
}

fn write_head(out: &mut impl Write, response: &Response, chunked: bool) -> io::Result<()> {
    write!(
        out,
        "HTTP/1.1 {} {}\r\n",
        response.status,
        reason(response.status)
    )?;
    for (name, value) in &response.headers {
        write!(out, "{name}: {}\r\n", value.replace(['\r', '\n'], " "))?;
    }
    match (chunked, response.status) {
        (_, 204 | 304) => write!(out, "\r\n"),
        (true, _) => write!(out, "Transfer-Encoding: chunked\r\n\r\n"),
        (false, _) => write!(out, "Content-Length: {}\r\n\r\n", length(&response.body)),
    }
}

/// Length of a body in bytes, delimiters included.
fn length(body: &Body) -> u64 {
    match body {
        Body::Single(payload) => payload.len(),
        Body::Multipart { boundary, parts } => {
            let heads = parts
                .iter()
                .map(|part| part_head(boundary, part).len() as u64 + 2);
            let payloads = parts.iter().map(|part| part.payload.len());
            heads.sum::<u64>() + payloads.sum::<u64>() + boundary.len() as u64 + 6
        }
    }
}

fn part_head(boundary: &str, part: &Part) -> String {
    let lines = part
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"));
    format!("--{boundary}\r\n{}\r\n", lines.collect::<String>())
}

pub(crate) fn write_body(out: &mut dyn Write, body: &Body) -> io::Result<()> {
    match body {
        Body::Single(payload) => payload.copy_to(out),
        Body::Multipart { boundary, parts } => {
            for part in parts {
                out.write_all(part_head(boundary, part).as_bytes())?;
                part.payload.copy_to(out)?;
                out.write_all(b"\r\n")?;
            }
            write!(out, "--{boundary}--\r\n")
        }
    }
}

/// Body bytes on their way out: counted, cut, slowed and put in chunks.
struct Sink<'a> {
    out: BufWriter<&'a TcpStream>,
    pace: Pace,
    written: u64,
}

impl Sink<'_> {
    fn finish(&mut self) -> io::Result<()> {
        if self.pace.cut_after_bytes == Some(self.written) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        if self.pace.chunked {
            self.out.write_all(b"0\r\n\r\n")?;
        }
        self.out.flush()
    }
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut take = bytes.len() as u64;
        if let Some(cut) = self.pace.cut_after_bytes {
            take = take.min(cut.saturating_sub(self.written));
        }
        if let Some(rate) = self.pace.bytes_per_second {
            let steps_per_second = 1000 / PACE_STEP.as_millis() as u64;
            take = take.min((rate / steps_per_second).max(1));
        }
        let Some(now) = bytes.get(..take as usize).filter(|now| !now.is_empty()) else {
            return Err(io::ErrorKind::ConnectionAborted.into());
        };
        if self.pace.chunked {
            write!(self.out, "{take:x}\r\n")?;
            self.out.write_all(now)?;
            self.out.write_all(b"\r\n")?;
        } else {
            self.out.write_all(now)?;
        }
        self.written += take;
        if let Some(rate) = self.pace.bytes_per_second {
            self.out.flush()?;
            std::thread::sleep(Duration::from_secs_f64(take as f64 / rate.max(1) as f64));
        }
        Ok(now.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Payload;

    /// RFC 2046 5.1.1: what Content-Length announces is what is written.
    #[test]
    fn length_is_what_write_body_writes() {
        let part = Part {
            headers: vec![("Content-Type", "application/octet-stream".to_owned())],
            payload: Payload::bytes(vec![1, 2, 3]),
        };
        let body = Body::Multipart {
            boundary: "frontier".to_owned(),
            parts: vec![part.clone(), part],
        };
        let mut bytes = Vec::new();
        write_body(&mut bytes, &body).expect("a vector takes all");
        assert_eq!(length(&body), bytes.len() as u64);
        assert!(bytes.ends_with(b"\r\n--frontier--\r\n"));
    }

    /// RFC 3986 2.1: a broken escape stays as it is.
    #[test]
    fn percent_decoding() {
        assert_eq!(decode_percent("M%C3%BCller%5e+A", true), "Müller^ A");
        assert_eq!(decode_percent("100%+%2", false), "100%+%2");
    }
}
