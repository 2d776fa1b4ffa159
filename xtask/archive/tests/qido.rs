//! What a client gets from searches (PS3.18 section 10.6).

#![allow(
    clippy::disallowed_methods,
    reason = "tests write the files that they serve and measure time"
)]

mod common;

use common::{EXPLICIT, Folder, get, get_json, image, put_words, send, serve, start, write};
use serde_json::{Value, json};
use skiagraph_archive::{Options, Quirks, Server};

/// Two studies: one of two series with two images each, one of a single image; and a file that is no DICOM.
fn archive(quirks: Quirks) -> (Folder, Server) {
    let folder = Folder::new();
    for (study, series, instance) in [(1, 1, 1), (1, 1, 2), (1, 2, 1), (1, 2, 2), (2, 1, 1)] {
        let mut object = image(study, series, instance);
        put_words(&mut object, &[0; 8]);
        write(
            &folder.0,
            &format!("{study}{series}{instance}"),
            object,
            EXPLICIT,
        );
    }
    std::fs::write(folder.0.join("notes.txt"), "no image").expect("the folder can be written");
    let server = serve(&folder.0, quirks);
    (folder, server)
}

fn column<'a>(rows: &'a Value, tag: &str) -> Vec<&'a Value> {
    let rows = rows.as_array().expect("an array of rows");
    rows.iter().map(|row| &row[tag]["Value"][0]).collect()
}

/// Table 10.6.3-3: what every study row holds.
#[test]
fn study_rows_hold_the_required_attributes() {
    let (_folder, server) = archive(Quirks::None);
    let rows = get_json(&server, "/studies?PatientID=P1");
    let row = &rows[0];
    assert_eq!(rows.as_array().map(Vec::len), Some(1));
    assert_eq!(row["00080020"]["Value"], json!(["20240101"]));
    assert_eq!(
        row["00080061"]["Value"],
        json!(["CT", "MR"]),
        "Modalities in Study"
    );
    assert_eq!(
        row["00100010"]["Value"],
        json!([{"Alphabetic": "Müller^Anna"}]),
        "text is UTF-8"
    );
    assert_eq!(
        row["00080005"]["Value"],
        json!(["ISO_IR 192"]),
        "and says so"
    );
    assert_eq!(
        row["00201206"]["Value"],
        json!([2]),
        "Number of Study Related Series"
    );
    assert_eq!(
        row["00201208"]["Value"],
        json!([4]),
        "Number of Study Related Instances"
    );
    assert_eq!(
        row["00081190"]["Value"],
        json!(["http://archive.test/dicom-web/studies/1.2.3.1"])
    );
    assert_eq!(
        row["00080090"],
        json!({"vr": "PN"}),
        "an unknown value is empty"
    );
}

/// Tables 10.6.3-4 and 10.6.3-5.
#[test]
fn series_and_instance_rows() {
    let (_folder, server) = archive(Quirks::None);
    let series = get_json(&server, "/studies/1.2.3.1/series");
    assert_eq!(column(&series, "0020000E"), ["1.2.3.1.1", "1.2.3.1.2"]);
    assert_eq!(
        column(&series, "00201209"),
        [2, 2],
        "Number of Series Related Instances"
    );
    assert_eq!(
        series[0].get("00100010"),
        None,
        "study attributes only where the path names no study"
    );
    let all = get_json(&server, "/series?Modality=CT");
    assert_eq!(column(&all, "00100020"), ["P1", "P2"]);
    let instances = get_json(&server, "/studies/1.2.3.1/series/1.2.3.1.2/instances");
    assert_eq!(
        column(&instances, "00080018"),
        ["1.2.3.1.2.1", "1.2.3.1.2.2"]
    );
    for (tag, value) in [
        ("00280010", 2),
        ("00280011", 4),
        ("00280100", 16),
        ("00200013", 1),
    ] {
        assert_eq!(instances[0][tag]["Value"][0], value, "{tag}");
    }
    assert_eq!(
        column(&get_json(&server, "/studies/1.2.3.1/instances"), "00080018").len(),
        4
    );
    assert_eq!(
        column(&get_json(&server, "/instances"), "00080018").len(),
        5
    );
}

/// 8.3.4: keys by keyword or tag, wildcards, ranges, lists, paging.
#[test]
fn filters_and_pages() {
    let (_folder, server) = archive(Quirks::None);
    for (query, expected) in [
        ("00100020=P2", vec!["1.2.3.2"]),
        ("PatientName=m%C3%BCll*", vec!["1.2.3.1"]),
        ("PatientName=ann&fuzzymatching=true", vec!["1.2.3.1"]),
        ("StudyDate=20240102-", vec!["1.2.3.2"]),
        ("StudyDate=-20240101", vec!["1.2.3.1"]),
        (
            "StudyInstanceUID=1.2.3.1,1.2.3.2",
            vec!["1.2.3.1", "1.2.3.2"],
        ),
        ("ModalitiesInStudy=MR", vec!["1.2.3.1"]),
        ("limit=1&offset=1", vec!["1.2.3.2"]),
        ("PatientID=", vec!["1.2.3.1", "1.2.3.2"]),
    ] {
        let rows = get_json(&server, &format!("/studies?{query}"));
        assert_eq!(column(&rows, "0020000D"), expected, "{query}");
    }
    let bad = get(&server, "/dicom-web/studies?limit=many", "*/*");
    assert_eq!(bad.status, 400);
}

/// 10.6.1.2: fields that are asked for come too.
#[test]
fn include_fields() {
    let (_folder, server) = archive(Quirks::None);
    let base = "/studies/1.2.3.1/series/1.2.3.1.1/instances?limit=1&includefield=";
    let rows = get_json(
        &server,
        &format!("{base}ImagePositionPatient,00280004&includefield=InstitutionName"),
    );
    assert_eq!(rows[0]["00200032"]["Value"], json!([-10.5, 0, 2]));
    assert_eq!(rows[0]["00280004"]["Value"], json!(["MONOCHROME2"]));
    assert_eq!(rows[0]["00080080"]["Value"], json!(["Clinic"]));
    let all = get_json(&server, &format!("{base}all"));
    assert_eq!(all[0]["00280101"]["Value"], json!([16]));
    assert_eq!(all[0].get("7FE00010"), None);
}

/// 10.6.3: nothing found is 204; Orthanc says 200 and an empty array.
#[test]
fn nothing_found() {
    let (_folder, server) = archive(Quirks::None);
    assert_eq!(
        get(&server, "/dicom-web/studies?PatientID=NOBODY", "*/*").status,
        204
    );
    let (_folder, orthanc) = archive(Quirks::Orthanc);
    assert_eq!(get_json(&orthanc, "/studies?PatientID=NOBODY"), json!([]));
}

/// 8.3.4: a key that was not matched is told, since the list is then longer than asked.
#[test]
fn ignored_keys_are_told() {
    let (_folder, server) = archive(Quirks::None);
    let answer = get(&server, "/dicom-web/studies?NoSuchKeyword=1", "*/*");
    assert_eq!(answer.json().as_array().map(Vec::len), Some(2));
    let warning = answer.header("warning").expect("a warning");
    assert!(
        warning.starts_with("299 ") && warning.contains("NoSuchKeyword"),
        "{warning}"
    );
    let (_folder, orthanc) = archive(Quirks::Orthanc);
    let answer = get(&orthanc, "/dicom-web/studies?NoSuchKeyword=1", "*/*");
    assert_eq!(answer.header("warning"), None);
}

/// A list of ten thousand studies can be paged to its end without a double.
#[test]
fn ten_thousand_studies() {
    let server = start(Options {
        synthetic_studies: 10_000,
        ..Options::default()
    });
    let mut seen = std::collections::BTreeSet::new();
    for page in 0..10 {
        let rows = get_json(
            &server,
            &format!("/studies?limit=1000&offset={}", page * 1000),
        );
        seen.extend(column(&rows, "0020000D").iter().map(|uid| uid.to_string()));
    }
    assert_eq!(seen.len(), 10_000);
    assert_eq!(
        get(&server, "/dicom-web/studies?offset=10000", "*/*").status,
        204
    );
    let dates = get_json(&server, "/studies?StudyDate=20240101-20240131");
    assert!(
        column(&dates, "00080020")
            .iter()
            .all(|date| date.as_str().is_some_and(|date| date.starts_with("202401")))
    );
}

/// RFC 9110 12.5.3.
#[test]
fn json_is_gzipped_where_accepted() {
    let server = start(Options {
        synthetic_studies: 100,
        ..Options::default()
    });
    let headers = [("Accept-Encoding", "gzip, br")];
    let answer = send(&server, "GET", "/dicom-web/studies", &headers, b"");
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    let mut decoder = flate2::read::GzDecoder::new(answer.body.as_slice());
    std::io::Read::read_to_string(&mut decoder, &mut text).expect("gzip");
    let rows: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(rows.as_array().map(Vec::len), Some(100));
}
