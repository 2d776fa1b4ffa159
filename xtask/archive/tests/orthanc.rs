//! The imitation of Orthanc against answers recorded from a real one, for the same files.

#![allow(
    clippy::disallowed_methods,
    reason = "tests write the files that they serve and measure time"
)]

mod common;

use std::fs;
use std::path::Path;

use common::{Answer, get, serve, shared_data};
use serde_json::Value;
use skiagraph_archive::{Quirks, Server};

struct Recorded {
    name: String,
    path: String,
    accept: String,
    status: u64,
    content_type: String,
    body: Vec<u8>,
}

fn recorded(folder: &Path) -> Vec<Recorded> {
    let entries = fs::read_dir(folder.join("dicomweb-orthanc")).expect("the recordings are there");
    let mut all: Vec<Recorded> = entries
        .filter_map(|entry| read(&entry.ok()?.path()))
        .collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

fn read(path: &Path) -> Option<Recorded> {
    let text = fs::read(path)
        .ok()
        .filter(|_| path.extension().is_some_and(|ending| ending == "json"))?;
    let json: Value = serde_json::from_slice(&text).ok()?;
    let headers = json["response_headers"].as_array()?;
    let content_type = headers.iter().find(|header| header[0] == "Content-Type");
    Some(Recorded {
        name: path.file_stem()?.to_string_lossy().into_owned(),
        path: json["path"]
            .as_str()
            .filter(|_| json["method"] == "GET")?
            .replace(' ', "%20"),
        accept: json["request_headers"]["Accept"]
            .as_str()
            .unwrap_or("")
            .to_owned(),
        status: json["status"].as_u64()?,
        content_type: content_type
            .and_then(|header| header[1].as_str())
            .unwrap_or("")
            .to_owned(),
        body: fs::read(path.with_extension("body")).ok()?,
    })
}

fn without_boundary(content_type: &str) -> &str {
    content_type.split("; boundary").next().unwrap_or("")
}

fn ask(server: &Server, recorded: &Recorded) -> Answer {
    let answer = get(server, &recorded.path, &recorded.accept);
    assert_eq!(
        u64::from(answer.status),
        recorded.status,
        "{}",
        recorded.name
    );
    let content_type = answer.header("content-type").unwrap_or("");
    assert_eq!(
        without_boundary(content_type),
        without_boundary(&recorded.content_type),
        "{}",
        recorded.name
    );
    answer
}

/// The values that Orthanc has and we have otherwise, as `path: theirs, ours`.
fn differences(path: &str, theirs: &Value, ours: &Value, found: &mut Vec<String>) {
    match (theirs, ours) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one
                .keys()
                .chain(other.keys().filter(|key| !one.contains_key(*key)))
            {
                // Orthanc splits long text at backslashes, which PS3.5 6.2 forbids.
                if theirs[key]["vr"] != "UT" {
                    differences(&format!("{path}/{key}"), &theirs[key], &ours[key], found);
                }
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            one.iter()
                .zip(other)
                .for_each(|(one, other)| differences(path, one, other, found));
        }
        (Value::Number(one), Value::Number(other))
            if one.as_f64().map(|number| number as f32)
                == other.as_f64().map(|number| number as f32) => {}
        _ if theirs == ours => {}
        _ => found.push(format!("{path}: {theirs}, {ours}")),
    }
}

fn uids(row: &Value) -> [Value; 3] {
    ["0020000D", "0020000E", "00080018"].map(|tag| row[tag]["Value"][0].clone())
}

fn rows(json: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(json).replace("server.example:8042", "archive.test");
    serde_json::from_str(&text).expect("an array")
}

/// Counts and whatever else depends on which other files of a study were loaded into Orthanc.
const OF_OTHER_FILES: [&str; 7] = [
    "00080030", "00080050", "00080061", "00080090", "00200010", "00201206", "00201208",
];

#[test]
fn metadata_and_instance_rows_as_recorded() {
    let Some(data) = shared_data() else { return };
    let server = serve(&data, Quirks::Orthanc);
    let mut compared = 0;
    for recorded in recorded(&data) {
        let json = recorded.content_type == "application/dicom+json" && recorded.status == 200;
        // The ruler's UIDs were given to it on its way into Orthanc.
        if !json || recorded.name.contains("ruler") || recorded.name.contains("limit") {
            continue;
        }
        let ours = ask(&server, &recorded).json();
        let ours = ours.as_array().expect("an array");
        for mut theirs in rows(&recorded.body) {
            let row = ours.iter().find(|row| uids(row) == uids(&theirs));
            let mut row = row
                .unwrap_or_else(|| panic!("{}: a row is missing", recorded.name))
                .clone();
            let (theirs, row) = (
                theirs.as_object_mut().expect("an object"),
                row.as_object_mut().expect("an object"),
            );
            if recorded.name.starts_with("qido_studies") {
                // Orthanc stores few attributes of a study; ours may have more to include.
                row.retain(|tag, _| theirs.contains_key(tag));
                for map in [&mut *theirs, &mut *row] {
                    map.retain(|tag, _| !OF_OTHER_FILES.contains(&tag.as_str()));
                }
            }
            theirs.remove("00201209");
            row.remove("00201209");
            let mut found = Vec::new();
            differences(
                "",
                &Value::Object(theirs.clone()),
                &Value::Object(row.clone()),
                &mut found,
            );
            assert_eq!(found, Vec::<String>::new(), "{}", recorded.name);
            compared += 1;
        }
    }
    assert!(compared > 30, "{compared} rows and data sets were compared");
}

#[test]
fn frames_and_bulk_data_as_recorded() {
    let Some(data) = shared_data() else { return };
    let server = serve(&data, Quirks::Orthanc);
    let mut compared = 0;
    for recorded in recorded(&data) {
        if !recorded.name.starts_with("frames") && !recorded.name.starts_with("bulk") {
            continue;
        }
        let answer = ask(&server, &recorded);
        if recorded.status != 200 {
            continue;
        }
        let theirs = Answer {
            status: 200,
            headers: vec![("content-type".to_owned(), recorded.content_type.clone())],
            body: recorded.body.clone(),
            complete: true,
        };
        let host = |(head, bytes): (String, Vec<u8>)| {
            (head.replace("server.example:8042", "archive.test"), bytes)
        };
        let theirs: Vec<_> = theirs.parts().into_iter().map(host).collect();
        assert!(answer.parts() == theirs, "{}: parts differ", recorded.name);
        compared += 1;
    }
    assert!(compared >= 8, "{compared} answers were compared");
}
