//! What a client gets as metadata, bulk data and whole files (PS3.18 section 10.4).

#![allow(
    clippy::disallowed_methods,
    reason = "tests write the files that they serve"
)]

mod common;

use common::{
    EXPLICIT, Folder, OCTETS, STAR, WORDS, get, get_json, image, instance, little, native, one,
    part10, payloads, put_sequence, put_text, put_words, serve, write,
};
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_object::InMemDicomObject;
use serde_json::json;
use skiagraph_archive::Quirks;

/// Annex F: names, numbers, sequences; small binary inline, large behind a URI that answers.
#[test]
fn metadata() {
    let mut object = image(1, 1, 1);
    put_text(&mut object, Tag(0x0018, 0x0050), VR::DS, "2.50");
    let large: Vec<u8> = (0..=255).cycle().take(2000).collect();
    let mut item = InMemDicomObject::new_empty();
    item.put(DataElement::new(
        Tag(0x0028, 0x3006),
        VR::OW,
        PrimitiveValue::from(large.clone()),
    ));
    put_text(&mut item, Tag(0x0028, 0x3003), VR::LO, "");
    put_sequence(&mut object, Tag(0x0028, 0x3010), item);
    object.put(DataElement::new(
        Tag(0x0029, 0x1010),
        VR::UN,
        PrimitiveValue::from(vec![1_u8, 2, 3, 4]),
    ));
    put_words(&mut object, &WORDS[..8]);
    let (_folder, server, _) = one(object, EXPLICIT, Quirks::None);
    let data_sets = get_json(&server, "/studies/1.2.3.1/metadata");
    let data_set = &data_sets[0];
    assert_eq!(
        data_set["00100010"],
        json!({"vr": "PN", "Value": [{"Alphabetic": "Müller^Anna"}]})
    );
    assert_eq!(data_set["00080005"]["Value"], json!(["ISO_IR 192"]));
    assert_eq!(data_set["00180050"]["Value"], json!([2.5]));
    assert_eq!(
        data_set["00083002"]["Value"],
        json!([EXPLICIT]),
        "Available Transfer Syntax UID"
    );
    assert_eq!(
        data_set["00291010"],
        json!({"vr": "UN", "InlineBinary": "AQIDBA=="})
    );
    let item = &data_set["00283010"]["Value"][0];
    assert_eq!(
        item["00283003"],
        json!({"vr": "LO"}),
        "empty is without Value"
    );
    let path = |uri: &serde_json::Value| {
        let uri = uri.as_str().expect("a URI");
        uri.strip_prefix("http://archive.test")
            .expect("absolute")
            .to_owned()
    };
    assert_eq!(
        payloads(&server, &path(&item["00283006"]["BulkDataURI"]), OCTETS),
        std::slice::from_ref(&large)
    );
    let pixels = path(&data_set["7FE00010"]["BulkDataURI"]);
    assert_eq!(
        get(&server, &pixels, "application/octet-stream").body,
        little(&WORDS[..8])
    );
    assert_eq!(
        get(&server, &instance("/bulkdata/00283010/2/00283006"), OCTETS).status,
        404
    );
}

/// 10.4.1.1.1 to .3: files as stored, in parts or alone; a missing preamble is put back (PS3.10 7.1).
#[test]
fn whole_instances() {
    let (folder, server, bytes) = native(EXPLICIT, Quirks::None);
    let parts = "multipart/related; type=\"application/dicom\"; transfer-syntax=*";
    for path in [
        "/dicom-web/studies/1.2.3.1",
        "/dicom-web/studies/1.2.3.1/series/1.2.3.1.1",
        &instance(""),
    ] {
        assert_eq!(
            payloads(&server, path, parts),
            std::slice::from_ref(&bytes),
            "{path}"
        );
    }
    assert_eq!(get(&server, &instance(""), "application/dicom").body, bytes);
    let other =
        "multipart/related; type=\"application/dicom\"; transfer-syntax=1.2.840.10008.1.2.4.90";
    assert_eq!(get(&server, &instance(""), other).status, 406);
    drop(server);
    std::fs::write(folder.0.join("image"), &bytes[132..]).expect("the folder can be written");
    let server = serve(&folder.0, Quirks::None);
    assert_eq!(get(&server, &instance(""), "application/dicom").body, bytes);
    assert_eq!(
        payloads(&server, &instance("/frames/2"), OCTETS),
        [little(&WORDS[8..])]
    );
}
/// PS3.5 A.5: a deflated data set is served as if it were not, by its header and by its frames.
#[test]
fn deflated_data_sets() {
    let folder = Folder::new();
    let mut object = image(1, 1, 1);
    put_words(&mut object, &WORDS[..8]);
    let plain = part10(object, EXPLICIT);
    let at = plain
        .windows(4)
        .position(|four| four == b"\x08\0\x05\0")
        .expect("the first element");
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, &plain[at..]).expect("a vector takes all");
    // The transfer syntax grows by three characters from an even length with a pad to an even one without.
    let syntax = plain
        .windows(20)
        .position(|text| text == b"1.2.840.10008.1.2.1\0")
        .expect("the syntax");
    let mut bytes = plain[..at].to_vec();
    bytes.splice(syntax..syntax + 20, *b"1.2.840.10008.1.2.1.99");
    bytes[syntax - 2] = 22;
    bytes[140] += 2;
    bytes.extend(encoder.finish().expect("deflate"));
    std::fs::write(folder.0.join("deflated"), bytes).expect("the folder can be written");
    let server = serve(&folder.0, Quirks::None);
    assert_eq!(
        payloads(&server, &instance("/frames/1"), STAR),
        [little(&WORDS[..8])]
    );
    assert_eq!(
        get_json(&server, "/studies/1.2.3.1/metadata")[0]["00100020"]["Value"],
        json!(["P1"])
    );
}

/// PS3.5 6.2.2: UN of undefined length is a sequence in implicit VR.
#[test]
fn unknown_sequences() {
    let folder = Folder::new();
    let mut object = image(1, 1, 1);
    put_words(&mut object, &WORDS[..8]);
    let mut bytes = part10(object, EXPLICIT);
    let sequence = b"\x08\0\x15\x11UN\0\0\xFF\xFF\xFF\xFF\xFE\xFF\0\xE0\x0C\0\0\0\
        \x08\0\x60\0\x04\0\0\0CT  \xFE\xFF\xDD\xE0\0\0\0\0";
    let at = bytes
        .windows(8)
        .position(|eight| eight == b"\x10\0\x10\0PN\x0C\0")
        .expect("the name");
    bytes.splice(at..at, *sequence);
    std::fs::write(folder.0.join("unknown"), bytes).expect("the folder can be written");
    let server = serve(&folder.0, Quirks::None);
    let data_set = &get_json(&server, "/studies/1.2.3.1/metadata")[0];
    let expected = json!({"vr": "SQ", "Value": [{"00080060": {"vr": "CS", "Value": ["CT"]}}]});
    assert_eq!(data_set["00081115"], expected);
    assert_eq!(
        data_set["00100020"]["Value"],
        json!(["P1"]),
        "what follows is read"
    );
}

/// Broken and hostile files are left out; those beside them are served.
#[test]
fn broken_files_are_left_out() {
    let folder = Folder::new();
    let mut object = image(1, 1, 1);
    put_words(&mut object, &WORDS[..8]);
    let bytes = write(&folder.0, "good", object, EXPLICIT);
    for length in [0, 100, 132, 140, 200, 400] {
        std::fs::write(folder.0.join(format!("cut{length}")), &bytes[..length]).expect("written");
    }
    let mut huge = bytes.clone();
    // Specific Character Set, the first element, becomes OB of 4 GiB.
    let at = huge
        .windows(6)
        .position(|six| six == b"\x08\0\x05\0CS")
        .expect("the first element");
    huge[at + 4..at + 12].copy_from_slice(b"OB\0\0\xFE\xFF\xFF\xFF");
    std::fs::write(folder.0.join("huge"), huge).expect("written");
    let mut lines = Vec::new();
    let options = skiagraph_archive::Options {
        folder: Some(folder.0.clone()),
        ..skiagraph_archive::Options::default()
    };
    let server =
        skiagraph_archive::start(options, &mut |line| lines.push(line.to_owned())).expect("starts");
    assert_eq!(
        get_json(&server, "/instances").as_array().map(Vec::len),
        Some(1)
    );
    assert!(
        lines.last().is_some_and(|line| line.contains("7 left out")),
        "{lines:?}"
    );
}
