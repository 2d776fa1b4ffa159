//! What becomes of uploads (PS3.18 section 10.5).

#![allow(
    clippy::disallowed_methods,
    reason = "tests write the files that they serve and measure time"
)]

mod common;

use common::{Answer, EXPLICIT, Folder, get, image, part10, put_words, send, serve, start};
use serde_json::json;
use skiagraph_archive::{Options, Quirks, Server};

fn file(study: u32, instance: u32, sample: u16) -> Vec<u8> {
    let mut object = image(study, 1, instance);
    put_words(&mut object, &[sample; 8]);
    let mut bytes = part10(object, EXPLICIT);
    bytes[..4].copy_from_slice(b"\x7FELF");
    bytes
}

fn store(server: &Server, path: &str, files: &[&[u8]]) -> Answer {
    let mut body = Vec::new();
    for file in files {
        body.extend(b"--frontier\r\nContent-Type: application/dicom\r\n\r\n");
        body.extend(*file);
        body.extend(b"\r\n");
    }
    body.extend(b"--frontier--\r\n");
    let headers = [
        (
            "Content-Type",
            "multipart/related; type=\"application/dicom\"; boundary=frontier",
        ),
        ("Accept", "application/dicom+json"),
    ];
    send(
        server,
        "POST",
        &format!("/dicom-web{path}"),
        &headers,
        &body,
    )
}

/// Table 10.5.3-1: 200 with the stored instances, which searches and retrievals see at once and a restart keeps.
#[test]
fn stored_at_once_and_for_good() {
    let folder = Folder::new();
    let server = serve(&folder.0, Quirks::None);
    let upload = file(1, 1, 5);
    let answer = store(&server, "/studies", &[&upload, &file(1, 2, 6)]);
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!(
        body["00081190"]["Value"][0],
        "http://archive.test/dicom-web/studies/1.2.3.1"
    );
    assert_eq!(
        body["00081199"]["Value"][1]["00081155"]["Value"][0],
        "1.2.3.1.1.2"
    );
    assert_eq!(body.get("00081198"), None);
    let instance = "/dicom-web/studies/1.2.3.1/series/1.2.3.1.1/instances/1.2.3.1.1.1";
    let stored = get(&server, instance, "application/dicom").body;
    assert_eq!(stored[..128], [0; 128], "nothing hides in the preamble");
    assert_eq!(stored[128..], upload[128..]);
    drop(server);
    let again = serve(&folder.0, Quirks::None);
    assert_eq!(get(&again, instance, "application/dicom").status, 200);
}

/// 202 where some parts failed, 409 where all did, each with its reason.
#[test]
fn partial_and_total_failure() {
    let folder = Folder::new();
    let server = serve(&folder.0, Quirks::None);
    let partial = store(&server, "/studies", &[&file(1, 1, 5), b"no DICOM"]);
    assert_eq!(partial.status, 202);
    assert_eq!(
        partial.json()["00081198"]["Value"][0]["00081197"]["Value"],
        json!([0xC000])
    );
    let wrong_study = store(&server, "/studies/1.2.3.9", &[&file(1, 2, 5)]);
    assert_eq!(wrong_study.status, 409);
    assert_eq!(
        wrong_study.json()["00081198"]["Value"][0]["00081155"]["Value"],
        json!(["1.2.3.1.1.2"])
    );
    assert_eq!(
        store(&server, "/studies", &[&file(1, 1, 5)]).status,
        200,
        "the same again is no failure"
    );
    let other = store(&server, "/studies", &[&file(1, 1, 9)]);
    assert_eq!(other.status, 409, "other bytes under a known UID are");
    assert_eq!(
        other.json()["00081198"]["Value"][0]["00081197"]["Value"],
        json!([0x0111])
    );
    let names = std::fs::read_dir(&folder.0)
        .expect("the folder is there")
        .count();
    assert_eq!(names, 1, "no leftovers");
}

#[test]
fn refused_as_a_whole() {
    let folder = Folder::new();
    let server = serve(&folder.0, Quirks::None);
    let plain = send(
        &server,
        "POST",
        "/dicom-web/studies",
        &[("Content-Type", "text/plain")],
        b"x",
    );
    assert_eq!(plain.status, 415);
    let headers = [(
        "Content-Type",
        "multipart/related; type=\"application/dicom\"; boundary=b",
    )];
    let cut = send(
        &server,
        "POST",
        "/dicom-web/studies",
        &headers,
        b"--b\r\n\r\nabc",
    );
    assert_eq!(cut.status, 400);
    let without = start(Options::default());
    assert_eq!(store(&without, "/studies", &[&file(1, 1, 5)]).status, 403);
}

/// As recorded: partial success is 400 without a Content-Type, the wrong study 409 with reason 272.
#[test]
fn orthanc_quirks() {
    let folder = Folder::new();
    let server = serve(&folder.0, Quirks::Orthanc);
    let wrong_study = store(&server, "/studies/1.2.3.9", &[&file(1, 1, 5)]);
    assert_eq!(wrong_study.status, 409);
    assert_eq!(
        wrong_study.json()["00081198"]["Value"][0]["00081197"]["Value"],
        json!([272])
    );
    let partial = store(&server, "/studies", &[&file(1, 1, 5), b"no DICOM"]);
    assert_eq!(
        (partial.status, partial.header("content-type")),
        (400, None)
    );
    assert_eq!(partial.json()["00081198"], json!({"vr": "SQ"}));
    assert_eq!(
        partial.json()["00081199"]["Value"][0]["00081155"]["Value"],
        json!(["1.2.3.1.1.1"])
    );
    assert_eq!(store(&server, "/studies", &[&file(1, 1, 9)]).status, 200);
}
