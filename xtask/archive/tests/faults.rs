//! Faults on demand: each one is seen by a client as the case it stands for.

#![allow(
    clippy::disallowed_methods,
    reason = "tests write the files that they serve and measure time"
)]

mod common;

use std::io::BufReader;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use common::{
    EXPLICIT, Folder, STAR, get, image, put_text, put_words, read_answer, send, serve, write,
    write_request,
};
use dicom_core::{Tag, VR};
use serde_json::{Value, json};
use skiagraph_archive::{Options, Quirks, Server};

const FRAMES: &str = "/dicom-web/studies/1.2.3.1/series/1.2.3.1.1/instances/1.2.3.1.1.1/frames/1,2";

fn archive(quirks: Quirks) -> (Folder, Server) {
    let folder = Folder::new();
    let mut object = image(1, 1, 1);
    put_text(&mut object, Tag(0x0028, 0x0008), VR::IS, "2");
    put_words(
        &mut object,
        &[1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18],
    );
    write(&folder.0, "image", object, EXPLICIT);
    let server = serve(&folder.0, quirks);
    (folder, server)
}

fn set(server: &Server, faults: &Value) {
    let answer = send(
        server,
        "POST",
        "/__faults",
        &[],
        faults.to_string().as_bytes(),
    );
    assert_eq!(answer.status, 204);
}

fn fault(server: &Server, fault: Value) {
    set(server, &json!([{ "path": "/frames/", "fault": fault }]));
}

fn first_words(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    parts.iter().map(|(_, bytes)| bytes[0]).collect()
}

#[test]
fn parts_reordered_and_duplicated() {
    let (_folder, server) = archive(Quirks::None);
    fault(&server, json!({ "reorderParts": true }));
    let parts = get(&server, FRAMES, STAR).parts();
    assert_eq!(first_words(&parts), [11, 1]);
    assert!(
        parts[0].0.contains("/frames/2"),
        "each part still says which frame it is"
    );
    fault(&server, json!({ "duplicateParts": true }));
    assert_eq!(
        first_words(&get(&server, FRAMES, STAR).parts()),
        [1, 1, 11, 11]
    );
    assert_eq!(send(&server, "DELETE", "/__faults", &[], b"").status, 204);
    assert_eq!(first_words(&get(&server, FRAMES, STAR).parts()), [1, 11]);
}

#[test]
fn parts_corrupted_and_truncated() {
    let (_folder, server) = archive(Quirks::None);
    fault(&server, json!({ "corrupt": { "offset": 2 } }));
    let parts = get(&server, FRAMES, STAR).parts();
    assert_eq!(parts[0].1[..4], [1, 0, !2, 0]);
    fault(&server, json!({ "truncateFrame": 6 }));
    let lengths: Vec<usize> = get(&server, FRAMES, STAR)
        .parts()
        .iter()
        .map(|(_, bytes)| bytes.len())
        .collect();
    assert_eq!(lengths, [10, 10]);
}

/// RFC 9112 section 8: the length was announced, then the connection closes.
#[test]
fn body_cut_in_the_middle() {
    for quirks in [Quirks::None, Quirks::Orthanc] {
        let (_folder, server) = archive(quirks);
        fault(&server, json!({ "cutAfterBytes": 40 }));
        let answer = get(&server, FRAMES, STAR);
        assert_eq!(
            (answer.status, answer.body.len(), answer.complete),
            (200, 40, false)
        );
    }
}

#[test]
fn statuses_and_content_types() {
    let (_folder, server) = archive(Quirks::None);
    fault(
        &server,
        json!({ "status": 503, "retryAfter": 7, "body": "<p>busy", "contentType": "text/html" }),
    );
    let answer = get(&server, FRAMES, STAR);
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (503, Some("7"))
    );
    assert_eq!(
        (answer.header("content-type"), answer.body.as_slice()),
        (Some("text/html"), &b"<p>busy"[..])
    );
    fault(&server, json!({ "contentType": "text/plain" }));
    let answer = get(&server, FRAMES, STAR);
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/plain"))
    );
}

#[test]
fn method_skip_and_times_choose_the_requests() {
    let (_folder, server) = archive(Quirks::None);
    set(
        &server,
        &json!([{ "path": "*", "method": "GET", "skip": 1, "times": 2, "fault": { "status": 500 } }]),
    );
    let statuses: Vec<u16> = (0..4).map(|_| get(&server, FRAMES, STAR).status).collect();
    assert_eq!(statuses, [200, 500, 500, 200]);
    let wrong = send(&server, "POST", "/__faults", &[], b"[{\"path\": \"*\"}]");
    assert_eq!(wrong.status, 400);
}

/// A slow link and a late server take at least the time that they were told to.
#[test]
fn slow_and_late() {
    let (_folder, server) = archive(Quirks::None);
    let plain = get(&server, FRAMES, STAR).body.len() as u64;
    set(
        &server,
        &json!([
            { "path": "*", "fault": { "delayMillis": 50 } },
            { "path": "*", "fault": { "bytesPerSecond": plain * 10 } },
        ]),
    );
    let started = Instant::now();
    assert!(get(&server, FRAMES, STAR).complete);
    assert!(
        started.elapsed() >= Duration::from_millis(140),
        "50 ms late, then a tenth of a second"
    );
}

#[test]
fn log_of_requests() {
    let (_folder, server) = archive(Quirks::None);
    send(&server, "DELETE", "/__log", &[], b"");
    // On one connection: a request is on the log before the next one is read.
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).expect("the archive listens");
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut ask = |path: &str, accept: &str| {
        write_request(&mut stream, "GET", path, &[("Accept", accept)], b"");
        read_answer(&mut reader, "GET")
    };
    let answer = ask(&format!("{FRAMES}?a=b"), STAR);
    let log = ask("/__log", "*/*").json();
    assert_eq!(
        log,
        json!([{
            "method": "GET", "path": FRAMES, "query": "a=b", "accept": STAR,
            "status": 200, "bytes": answer.body.len(),
        }])
    );
}

/// RFC 9112 9.3: one connection serves one request after another; nonsense gets 400 and a closed connection.
#[test]
fn connections_persist() {
    let (_folder, server) = archive(Quirks::None);
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).expect("the archive listens");
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    for method in ["GET", "HEAD", "GET"] {
        write_request(&mut stream, method, FRAMES, &[("Accept", STAR)], b"");
        assert_eq!(read_answer(&mut reader, method).status, 200);
    }
    std::io::Write::write_all(&mut stream, b"\x16\x03\x01 nonsense\r\n\r\n").expect("bytes go out");
    assert_eq!(read_answer(&mut reader, "GET").status, 400);
}

/// The viewer's files: types, policy, and nothing outside the folder.
#[test]
fn static_site() {
    let folder = Folder::new();
    let site = folder.0.join("site");
    std::fs::create_dir_all(site.join("assets")).expect("the folder can be written");
    for (name, text) in [
        ("site/index.html", "<p>"),
        ("site/assets/a.wasm", "w"),
        ("site/a.js", "j"),
        ("secret", "s"),
    ] {
        std::fs::write(folder.0.join(name), text).expect("the folder can be written");
    }
    let server = common::start(Options {
        site: Some(site),
        site_config: Some("{}".to_owned()),
        ..Options::default()
    });
    for (path, content_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/a.js", "text/javascript; charset=utf-8"),
        ("/assets/a.wasm?v=1", "application/wasm"),
        ("/config.json", "application/json"),
    ] {
        let answer = get(&server, path, "*/*");
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some(content_type)),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"));
    }
    for path in [
        "/../secret",
        "/%2e%2e/secret",
        "/assets/..%2f..%2fsecret",
        "/none.js",
        "//etc/passwd",
    ] {
        assert_eq!(get(&server, path, "*/*").status, 404, "{path}");
    }
}
