//! What a client gets as frames (PS3.18 section 10.4.1.1.6).

#![allow(
    clippy::disallowed_methods,
    reason = "tests write the files that they serve"
)]

mod common;

use common::{
    BIG_ENDIAN, CT_CLASS, EXPLICIT, FRAMES, IMPLICIT, JPEG, OCTETS, STAR, WORDS, encapsulated, get,
    get_json, image, instance, little, native, one, payloads, put_fragments, put_text, put_words,
};
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use serde_json::json;
use skiagraph_archive::Quirks;

/// PS3.5 8.1.1: frames of native pixel data follow each other without padding.
#[test]
fn native_frames() {
    for syntax in [EXPLICIT, IMPLICIT, BIG_ENDIAN] {
        let (_folder, server, _) = native(syntax, Quirks::None);
        let frames = payloads(&server, &instance("/frames/2,1"), OCTETS);
        assert_eq!(
            frames,
            [little(&WORDS[8..]), little(&WORDS[..8])],
            "{syntax}"
        );
    }
    let (_folder, server, _) = native(BIG_ENDIAN, Quirks::None);
    let raw = get(&server, &instance("/frames/1"), STAR).parts();
    assert_eq!(raw[0].1[..4], [1, 2, 0, 2], "as stored");
    assert!(raw[0].0.contains("transfer-syntax=1.2.840.10008.1.2.2"));
}

/// PS3.5 7.3: pixels of 8 bits in OW swap by the word, also where a frame ends inside one.
#[test]
fn big_endian_bytes_in_words() {
    let mut object = image(1, 1, 1);
    put_text(&mut object, FRAMES, VR::IS, "2");
    for (element, value) in [(0x10, 1), (0x11, 3), (0x100, 8), (0x101, 8), (0x102, 7)] {
        object.put(DataElement::new(
            Tag(0x0028, element),
            VR::US,
            PrimitiveValue::from(value as u16),
        ));
    }
    put_words(&mut object, &[0x0201, 0x0403, 0x0605]);
    let (_folder, server, _) = one(object, BIG_ENDIAN, Quirks::None);
    let frames = payloads(&server, &instance("/frames/1,2"), OCTETS);
    assert_eq!(frames, [vec![1, 2, 3], vec![4, 5, 6]]);
}

/// 8.6.1: each part names its type, syntax and location; a frame that is not there is 404.
#[test]
fn part_headers_and_missing_frames() {
    let (_folder, server, _) = native(EXPLICIT, Quirks::None);
    let parts = get(&server, &instance("/frames/2"), STAR).parts();
    let location = format!(
        "Content-Location: http://archive.test{}",
        instance("/frames/2")
    );
    assert!(parts[0].0.contains(&location), "{}", parts[0].0);
    assert!(
        parts[0].0.contains(
            "Content-Type: application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1"
        )
    );
    let missing = get(&server, &instance("/frames/3"), STAR);
    assert_eq!(missing.status, 404);
    assert_eq!(missing.json()["HttpError"], "Not Found");
    assert_eq!(get(&server, &instance("/frames/x"), STAR).status, 400);
    assert_eq!(
        get(&server, "/dicom-web/studies/1.2/metadata", "*/*").status,
        404
    );
}

/// 8.7.5: one payload alone where a single part is asked for; 406 where nothing fits; best quality first.
#[test]
fn accept_header() {
    let (_folder, server, _) = native(EXPLICIT, Quirks::None);
    let single = get(&server, &instance("/frames/1"), "application/octet-stream");
    assert_eq!(single.body, little(&WORDS[..8]));
    assert_eq!(
        get(&server, &instance("/frames/1"), "video/mp4").status,
        406
    );
    assert_eq!(
        get(&server, &instance("/metadata"), "application/dicom+xml").status,
        406
    );
    let list = format!("image/jpeg;q=0.9, {OCTETS};q=0.5");
    assert_eq!(payloads(&server, &instance("/frames/1"), &list).len(), 1);
    let (_folder, jpeg) = encapsulated("1", &[], &[b"\xFF\xD8\xFFab"], Quirks::None);
    let fits = |accept: &str| get(&jpeg, &instance("/frames/1"), accept).status;
    assert_eq!(fits(OCTETS), 406, "the archive does not decode");
    assert_eq!(
        fits("multipart/related; type=\"image/jpeg\"; transfer-syntax=1.2.840.10008.1.2.4.50"),
        200
    );
    assert_eq!(
        fits("multipart/related; type=\"image/jpeg\""),
        406,
        "the default of image/jpeg is lossless"
    );
    assert_eq!(fits("*/*"), 200);
}

/// PS3.5 A.4: which fragments make up a frame.
#[test]
fn encapsulated_frames() {
    let (a, b, c): (&[u8], &[u8], &[u8]) = (b"\xFF\xD8\xFFa", b"bb", b"\xFF\xD8\xFFc");
    let joined = vec![[a, b].concat(), c.to_vec()];
    type Case<'a> = (&'a str, &'a [u32], &'a [&'a [u8]], Vec<Vec<u8>>);
    let cases: [Case; 4] = [
        (
            "with a Basic Offset Table",
            &[0, 22],
            &[a, b, c],
            joined.clone(),
        ),
        ("by the start of a codestream", &[], &[a, b, c], joined),
        (
            "one fragment a frame",
            &[],
            &[a, c],
            vec![a.to_vec(), c.to_vec()],
        ),
        (
            "one frame of all fragments",
            &[],
            &[a, b],
            vec![[a, b].concat()],
        ),
    ];
    for (name, table, fragments, expected) in cases {
        let numbers = if expected.len() == 1 { "1" } else { "1,2" };
        let frames = expected.len().to_string();
        let (_folder, server) = encapsulated(&frames, table, fragments, Quirks::None);
        assert_eq!(
            payloads(&server, &instance(&format!("/frames/{numbers}")), STAR),
            expected,
            "{name}"
        );
    }
}

/// PS3.3 C.7.6.3.1.8: the Extended Offset Table gives offset and unpadded length of each frame.
#[test]
fn extended_offset_table() {
    let mut object = image(1, 1, 1);
    put_text(&mut object, FRAMES, VR::IS, "2");
    for (element, values) in [(1, [0_u64, 12]), (2, [3, 4])] {
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        object.put(DataElement::new(
            Tag(0x7FE0, element),
            VR::OV,
            PrimitiveValue::from(bytes),
        ));
    }
    put_fragments(&mut object, &[], &[b"abc\0", b"defg"]);
    let (_folder, server, _) = one(object, JPEG, Quirks::None);
    assert_eq!(
        payloads(&server, &instance("/frames/1,2"), STAR),
        [b"abc".to_vec(), b"defg".to_vec()]
    );
}

/// C.7.6.3.1.1: single-bit frames that share a byte cannot be cut out of it.
#[test]
fn single_bit_frames() {
    let bits = |frames: &str| {
        let mut object = image(1, 1, 1);
        put_text(&mut object, FRAMES, VR::IS, frames);
        for (element, value) in [(0x10, 3), (0x11, 3), (0x100, 1), (0x101, 1), (0x102, 0)] {
            object.put(DataElement::new(
                Tag(0x0028, element),
                VR::US,
                PrimitiveValue::from(value as u16),
            ));
        }
        put_words(&mut object, &[0x01FF, 0]);
        one(object, EXPLICIT, Quirks::None)
    };
    let (_one, server, _) = bits("1");
    assert_eq!(
        payloads(&server, &instance("/frames/1"), STAR),
        [vec![0xFF, 1]]
    );
    let (_two, server, _) = bits("2");
    assert_eq!(get(&server, &instance("/frames/1"), STAR).status, 406);
    assert_eq!(
        payloads(&server, &instance("/bulkdata/7FE00010"), OCTETS),
        [vec![0xFF, 1, 0, 0]]
    );
}
/// What Orthanc 1.7 does otherwise, as its recorded answers show.
#[test]
fn orthanc_quirks() {
    let (_folder, server) = encapsulated("1", &[], &[b"\xFF\xD8\xFFab"], Quirks::Orthanc);
    let answer = get(&server, &instance("/frames/1"), STAR);
    let content_type = answer.header("content-type").expect("a type").to_owned();
    let (head, boundary) = content_type.split_once("; boundary=").expect("a boundary");
    assert_eq!(
        head,
        "multipart/related; type=\"image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50\""
    );
    assert_eq!(boundary.len(), 73, "longer than RFC 2046 allows");
    assert!(answer.parts()[0].0.contains("Content-Length: 6"));
    for accept in [
        "application/octet-stream",
        &format!("{STAR}, */*;q=0.1"),
        "video/mp4",
    ] {
        assert_eq!(
            get(&server, &instance("/frames/1"), accept).status,
            400,
            "{accept}"
        );
    }
    assert_eq!(get(&server, &instance(""), "application/dicom").status, 400);
    let missing = get(&server, &instance("/frames/2"), STAR);
    assert_eq!(
        (missing.status, missing.header("content-type")),
        (400, None)
    );
    let data_set = &get_json(&server, "/studies/1.2.3.1/metadata")[0];
    assert_eq!(
        (data_set.get("7FE00010"), data_set.get("00083002")),
        (None, None)
    );
    assert_eq!(data_set["00080016"]["Value"], json!([CT_CLASS]));
    let (_folder, server, _) = native(IMPLICIT, Quirks::Orthanc);
    let parts = get(&server, &instance("/frames/1"), STAR).parts();
    assert!(
        parts[0].0.contains("transfer-syntax=1.2.840.10008.1.2\r\n"),
        "{}",
        parts[0].0
    );
    let data_set = &get_json(&server, "/studies/1.2.3.1/metadata")[0];
    let uri = data_set["7FE00010"]["BulkDataURI"].as_str().expect("a URI");
    assert!(uri.ends_with("/bulk/7fe00010"), "{uri}");
}
