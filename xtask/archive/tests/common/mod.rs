//! What the tests of the archive share: DICOM files written into a temporary folder, and a client that sees the bytes on the socket.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(unreachable_pub, reason = "a module shared by test binaries")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use dicom_core::smallvec::SmallVec;
use dicom_core::value::{DataSetSequence, PixelFragmentSequence, Value};
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use skiagraph_archive::{Options, Quirks, Server};

pub const IMPLICIT: &str = "1.2.840.10008.1.2";
pub const EXPLICIT: &str = "1.2.840.10008.1.2.1";
pub const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";
pub const JPEG: &str = "1.2.840.10008.1.2.4.50";
pub const CT_CLASS: &str = "1.2.840.10008.5.1.4.1.1.2";
pub const STAR: &str = "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*";

/// A folder that goes away with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "skiagraph-archive-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("the temporary folder can be written");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// An archive over a folder.
pub fn serve(folder: &Path, quirks: Quirks) -> Server {
    start(Options {
        folder: Some(folder.to_owned()),
        quirks,
        ..Options::default()
    })
}

pub fn start(options: Options) -> Server {
    skiagraph_archive::start(options, &mut |_| {}).expect("the archive starts")
}

/// The attributes of one CT image of 4 columns and 2 rows, 16 bits; study, series and instance by number.
pub fn image(study: u32, series: u32, instance: u32) -> InMemDicomObject {
    let mut object = InMemDicomObject::new_empty();
    for (tag, vr, text) in [
        (Tag(0x0008, 0x0005), VR::CS, "ISO_IR 100".to_owned()),
        (Tag(0x0008, 0x0016), VR::UI, CT_CLASS.to_owned()),
        (
            Tag(0x0008, 0x0018),
            VR::UI,
            format!("1.2.3.{study}.{series}.{instance}"),
        ),
        (Tag(0x0008, 0x0020), VR::DA, format!("2024010{study}")),
        (
            Tag(0x0008, 0x0060),
            VR::CS,
            if series == 1 { "CT" } else { "MR" }.to_owned(),
        ),
        (Tag(0x0008, 0x0080), VR::LO, "Clinic".to_owned()),
        (Tag(0x0008, 0x103E), VR::LO, format!("Series {series}")),
        (
            Tag(0x0010, 0x0010),
            VR::PN,
            if study == 1 {
                "Müller^Anna"
            } else {
                "Otto^Ben"
            }
            .to_owned(),
        ),
        (Tag(0x0010, 0x0020), VR::LO, format!("P{study}")),
        (Tag(0x0020, 0x000D), VR::UI, format!("1.2.3.{study}")),
        (
            Tag(0x0020, 0x000E),
            VR::UI,
            format!("1.2.3.{study}.{series}"),
        ),
        (Tag(0x0020, 0x0011), VR::IS, series.to_string()),
        (Tag(0x0020, 0x0013), VR::IS, instance.to_string()),
        (Tag(0x0020, 0x0032), VR::DS, "-10.50\\0\\2".to_owned()),
        (Tag(0x0028, 0x0004), VR::CS, "MONOCHROME2".to_owned()),
    ] {
        let values: SmallVec<[String; 2]> = text.split('\\').map(str::to_owned).collect();
        object.put(DataElement::new(tag, vr, PrimitiveValue::Strs(values)));
    }
    for (element, value) in [
        (2, 1),
        (0x10, 2),
        (0x11, 4),
        (0x100, 16),
        (0x101, 16),
        (0x102, 15),
        (0x103, 0),
    ] {
        object.put(DataElement::new(
            Tag(0x0028, element),
            VR::US,
            PrimitiveValue::from(value as u16),
        ));
    }
    object
}

pub fn put_text(object: &mut InMemDicomObject, tag: Tag, vr: VR, text: &str) {
    object.put(DataElement::new(tag, vr, PrimitiveValue::from(text)));
}

pub fn put_sequence(object: &mut InMemDicomObject, tag: Tag, item: InMemDicomObject) {
    object.put(DataElement::new(
        tag,
        VR::SQ,
        DataSetSequence::from(vec![item]),
    ));
}

/// Samples as the words of OW.
pub fn put_words(object: &mut InMemDicomObject, words: &[u16]) {
    let words: SmallVec<[u16; 2]> = words.iter().copied().collect();
    object.put(DataElement::new(
        Tag(0x7FE0, 0x0010),
        VR::OW,
        PrimitiveValue::U16(words),
    ));
}

/// Fragments with a Basic Offset Table, empty for none.
pub fn put_fragments(object: &mut InMemDicomObject, table: &[u32], fragments: &[&[u8]]) {
    let table: SmallVec<[u32; 2]> = table.iter().copied().collect();
    let fragments: Vec<Vec<u8>> = fragments.iter().map(|bytes| bytes.to_vec()).collect();
    let sequence = PixelFragmentSequence::new(table, fragments);
    let value: Value<InMemDicomObject, Vec<u8>> = Value::PixelSequence(sequence);
    object.put(DataElement::new(Tag(0x7FE0, 0x0010), VR::OB, value));
}

/// Writes a Part 10 file and returns its bytes.
pub fn write(folder: &Path, name: &str, object: InMemDicomObject, syntax: &str) -> Vec<u8> {
    let bytes = part10(object, syntax);
    fs::write(folder.join(name), &bytes).expect("the temporary folder can be written");
    bytes
}

pub fn part10(object: InMemDicomObject, syntax: &str) -> Vec<u8> {
    let meta = FileMetaTableBuilder::new().transfer_syntax(syntax);
    let file = object.with_meta(meta).expect("the UIDs are there");
    let mut bytes = Vec::new();
    file.write_all(&mut bytes)
        .expect("the object can be written");
    bytes
}

/// An answer as it came over the socket.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether the announced length, or the last chunk, arrived.
    pub complete: bool,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let same = |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        self.headers
            .iter()
            .find(same)
            .map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    /// Headers and bodies of the parts, by the boundary of the Content-Type.
    pub fn parts(&self) -> Vec<(String, Vec<u8>)> {
        let content_type = self
            .header("content-type")
            .expect("a multipart answer has a type");
        let boundary = content_type
            .rsplit("boundary=")
            .next()
            .expect("and a boundary");
        let text = |bytes: &[u8]| bytes.iter().map(|byte| *byte as char).collect::<String>();
        let body = format!("\r\n{}", text(&self.body));
        let delimiter = format!("\r\n--{boundary}");
        let pieces: Vec<&str> = body.split(&delimiter).collect();
        assert_eq!(
            pieces.last(),
            Some(&"--\r\n"),
            "the closing delimiter is there"
        );
        let inner = &pieces[1..pieces.len() - 1];
        let split = |piece: &&str| {
            let (head, payload) = piece
                .split_once("\r\n\r\n")
                .expect("headers end with an empty line");
            (
                head.trim().to_owned(),
                payload.chars().map(|character| character as u8).collect(),
            )
        };
        inner.iter().map(split).collect()
    }
}

/// `GET` with an Accept header.
pub fn get(server: &Server, path: &str, accept: &str) -> Answer {
    send(server, "GET", path, &[("Accept", accept)], b"")
}

/// `GET` of a DICOMweb resource as JSON.
pub fn get_json(server: &Server, path: &str) -> serde_json::Value {
    let answer = get(
        server,
        &format!("/dicom-web{path}"),
        "application/dicom+json",
    );
    assert_eq!(answer.status, 200, "{path}");
    answer.json()
}

/// One request on a connection of its own.
pub fn send(
    server: &Server,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).expect("the archive listens");
    write_request(&mut stream, method, path, headers, body);
    read_answer(&mut BufReader::new(stream), method)
}

pub fn write_request(
    stream: &mut TcpStream,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: archive.test\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream
        .write_all(format!("{head}\r\n").as_bytes())
        .expect("the request goes out");
    stream.write_all(body).expect("the body goes out");
}

pub fn read_answer(reader: &mut BufReader<TcpStream>, method: &str) -> Answer {
    let line = |reader: &mut BufReader<TcpStream>| {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line comes");
        line.trim_end().to_owned()
    };
    let status = line(reader)
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok());
    let mut answer = Answer {
        status: status.expect("a status line comes"),
        headers: Vec::new(),
        body: Vec::new(),
        complete: true,
    };
    loop {
        let header = line(reader);
        let Some((name, value)) = header.split_once(": ") else {
            break;
        };
        answer.headers.push((name.to_owned(), value.to_owned()));
    }
    if method == "HEAD" {
        return answer;
    }
    if answer.header("transfer-encoding") == Some("chunked") {
        loop {
            let length = u64::from_str_radix(&line(reader), 16);
            let Ok(length) = length else {
                answer.complete = false;
                return answer;
            };
            let read = reader
                .by_ref()
                .take(length)
                .read_to_end(&mut answer.body)
                .expect("chunks come");
            answer.complete = read as u64 == length;
            if !answer.complete {
                return answer;
            }
            line(reader);
            if length == 0 {
                return answer;
            }
        }
    }
    let length = answer
        .header("content-length")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let read = reader
        .by_ref()
        .take(length)
        .read_to_end(&mut answer.body)
        .expect("the body comes");
    answer.complete = read as u64 == length;
    answer
}

/// Folder of real files beside the checkout; `None`, with a line on the terminal, where it is absent.
pub fn shared_data() -> Option<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/dev");
    if data.is_dir() {
        return Some(data);
    }
    eprintln!("skipped: ../shared/data is not there");
    None
}

pub const OCTETS: &str = "multipart/related; type=\"application/octet-stream\"";
pub const FRAMES: Tag = Tag(0x0028, 0x0008);
pub const WORDS: [u16; 16] = [
    0x0102, 2, 3, 4, 5, 6, 7, 8, 0x1112, 12, 13, 14, 15, 16, 17, 18,
];

pub fn instance(tail: &str) -> String {
    format!("/dicom-web/studies/1.2.3.1/series/1.2.3.1.1/instances/1.2.3.1.1.1{tail}")
}

/// An archive of one instance of two native frames.
pub fn native(syntax: &str, quirks: Quirks) -> (Folder, Server, Vec<u8>) {
    let mut object = image(1, 1, 1);
    put_text(&mut object, FRAMES, VR::IS, "2");
    put_words(&mut object, &WORDS);
    one(object, syntax, quirks)
}

/// An archive of one instance of encapsulated frames.
pub fn encapsulated(
    frames: &str,
    table: &[u32],
    fragments: &[&[u8]],
    quirks: Quirks,
) -> (Folder, Server) {
    let mut object = image(1, 1, 1);
    put_text(&mut object, FRAMES, VR::IS, frames);
    put_fragments(&mut object, table, fragments);
    let (folder, server, _) = one(object, JPEG, quirks);
    (folder, server)
}

pub fn one(object: InMemDicomObject, syntax: &str, quirks: Quirks) -> (Folder, Server, Vec<u8>) {
    let folder = Folder::new();
    let bytes = write(&folder.0, "image", object, syntax);
    let server = serve(&folder.0, quirks);
    (folder, server, bytes)
}

pub fn little(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

pub fn payloads(server: &Server, path: &str, accept: &str) -> Vec<Vec<u8>> {
    let answer = get(server, path, accept);
    assert_eq!(answer.status, 200, "{path} as {accept}");
    answer.parts().into_iter().map(|(_, bytes)| bytes).collect()
}
