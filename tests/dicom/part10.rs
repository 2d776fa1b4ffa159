//! Local files: whatever stands at their head, however they are cut, the data set is read or refused in a sentence.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde_json::Value;
use skiagraph_core::pixel::descriptor::PixelDescriptor;
use skiagraph_dicom::{
    dicomweb::metadata::parse_instances,
    pixels::{
        decode,
        part10::{Part10Error, Part10Warning, frame_bytes, open},
    },
    transfer_syntax::TransferSyntax,
};

use crate::decode_manifest::{data_folder, rows};
use crate::part10_writer::{File, Style, short};

/// A file that takes longer than this is one that a hostile sender would send.
const PATIENCE: Duration = Duration::from_secs(10);

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Opens, parses and decodes as the viewer would; what fails must fail with an error.
fn exercise(file: &[u8]) {
    let Ok(part10) = open(file) else { return };
    assert!(
        part10.metadata_json.len() < 64 * file.len().max(4096),
        "metadata grew beyond all measure"
    );
    let _ = parse_instances(part10.metadata_json.as_bytes());
    let Ok(descriptor) = PixelDescriptor::new(&part10.descriptor) else {
        return;
    };
    for index in 0..part10.n_frames.min(8) {
        let Ok(frame) = frame_bytes(&part10, file, index) else {
            continue;
        };
        if let Ok(decoded) = decode(&descriptor, Some(&part10.transfer_syntax), &frame) {
            decoded.into_raster(&descriptor).unwrap();
        }
    }
}

#[test]
fn hostile_files_give_a_value_or_an_error_in_bounded_time() {
    let Some(data) = data_folder() else {
        println!("skipped: ../shared/data is not on this machine");
        return;
    };
    let mut files = Vec::new();
    files_below(&data.join("dev/derived/malformed"), &mut files);
    files_below(&data.join("dev/fuzz-corpus"), &mut files);
    assert!(files.len() > 100, "the corpus was not found");
    for path in files {
        let file = fs::read(&path).unwrap();
        let begun = Instant::now();
        exercise(&file);
        assert!(
            begun.elapsed() < PATIENCE,
            "{} took {:?}",
            path.display(),
            begun.elapsed()
        );
    }
}

#[test]
fn real_files_say_here_what_they_say_to_an_independent_reader() {
    let Some(data) = data_folder() else {
        println!("skipped: ../shared/data is not on this machine");
        return;
    };
    let manifest = fs::read_to_string(data.join("manifest.csv")).unwrap();
    let mut wrong = Vec::new();
    for row in rows(&manifest) {
        let is_readable = row["error"].is_empty() && !row["sop_uid"].is_empty();
        if !is_readable
            || row["path"].starts_with("dev/fuzz-corpus")
            || row["path"].contains("deflate_bomb")
        {
            continue;
        }
        let file = fs::read(data.join(&row["path"])).unwrap();
        let part10 = match open(&file) {
            Ok(part10) => part10,
            Err(error) => {
                wrong.push(format!("{}: {error}", row["path"]));
                continue;
            }
        };
        let elements: Value = serde_json::from_str(&part10.metadata_json).unwrap();
        let text = |tag: &str| match &elements[tag]["Value"][0] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        for (tag, name) in [
            ("00080018", "sop_uid"),
            ("0020000D", "study_uid"),
            ("0020000E", "series_uid"),
            ("00080060", "modality"),
            ("00280010", "rows"),
            ("00280011", "cols"),
            ("00280100", "bits_allocated"),
            ("00280103", "pixel_representation"),
        ] {
            // The reader of the manifest prints what has several values as a list.
            if text(tag) != row[name] && !row[name].starts_with('[') {
                wrong.push(format!(
                    "{}: {name} {:?} instead of {:?}",
                    row["path"],
                    text(tag),
                    row[name]
                ));
            }
        }
        let (parsed, _) = parse_instances(part10.metadata_json.as_bytes()).unwrap();
        let is_uid = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte == b'.' || byte.is_ascii_digit())
        };
        if parsed.series.is_empty() && is_uid(&row["study_uid"]) && is_uid(&row["series_uid"]) {
            wrong.push(format!(
                "{}: the metadata parser found no series",
                row["path"]
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn stored(file: &[u8], index: u32) -> Vec<f64> {
    let part10 = open(file).unwrap();
    let descriptor = PixelDescriptor::new(&part10.descriptor).unwrap();
    let frame = frame_bytes(&part10, file, index).unwrap();
    let samples = decode(&descriptor, Some(&part10.transfer_syntax), &frame)
        .unwrap()
        .samples;
    (0..samples.len())
        .filter_map(|index| samples.get(index))
        .collect()
}

fn json(file: &[u8]) -> Value {
    serde_json::from_str(&open(file).unwrap().metadata_json).unwrap()
}

const CT: [f64; 4] = [-1000.0, 0.0, 40.0, 3000.0];

#[test]
fn a_data_set_without_any_head_is_read_in_every_encoding() {
    for (style, name) in [
        (Style::Explicit, "Explicit VR Little Endian"),
        (Style::Implicit, "Implicit VR Little Endian"),
        (Style::BigEndian, "Explicit VR Big Endian"),
    ] {
        let file = short(style).bytes;
        let part10 = open(&file).unwrap();
        assert_eq!(
            part10.warnings,
            [
                Part10Warning::NoPreamble,
                Part10Warning::GuessedSyntax(name)
            ]
        );
        assert_eq!(
            (part10.transfer_syntax.name(), stored(&file, 0)),
            (name, CT.to_vec())
        );
    }
}

#[test]
fn f_2_1_the_transfer_syntax_stands_where_an_archive_puts_it() {
    let file = short(Style::Explicit).bytes;
    assert_eq!(
        json(&file)["00083002"]["Value"][0],
        TransferSyntax::ExplicitVrLittleEndian.uid()
    );
    assert_eq!(
        json(&file)["00100010"]["Value"][0]["Alphabetic"],
        "Phantom^CT"
    );
    assert_eq!(json(&file)["7FE00010"], Value::Null);
}

#[test]
fn an_explicit_data_set_under_an_implicit_label_is_read_with_a_warning() {
    let mut file = File::new("1.2.840.10008.1.2");
    file.bytes.extend(short(Style::Explicit).bytes);
    let part10 = open(&file.bytes).unwrap();
    assert_eq!(
        part10.warnings,
        [Part10Warning::WrongSyntax("Explicit VR Little Endian")]
    );
    assert_eq!(stored(&file.bytes, 0), CT);
}

#[test]
fn files_of_other_kinds_are_refused_as_such() {
    for bytes in [
        b"%PDF-1.7 and so on".as_slice(),
        b"\x89PNG\r\n\x1a\n....",
        b"{\"a\": 1}      ",
        b"",
        &[0; 4096],
    ] {
        assert_eq!(open(bytes).unwrap_err(), Part10Error::NotDicom, "{bytes:?}");
    }
    assert_eq!(
        open(&[&[0; 128], b"DICM".as_slice()].concat()).unwrap_err(),
        Part10Error::Empty
    );
}

#[test]
fn a_cut_file_opens_as_far_as_it_goes_and_says_what_is_missing() {
    let file = short(Style::Explicit).bytes;
    let cut = &file[..file.len() - 3];
    let part10 = open(cut).unwrap();
    assert!(part10.warnings.contains(&Part10Warning::Truncated));
    let descriptor = PixelDescriptor::new(&part10.descriptor).unwrap();
    let frame = frame_bytes(&part10, cut, 0).unwrap();
    let error = decode(&descriptor, Some(&part10.transfer_syntax), &frame).unwrap_err();
    assert_eq!(error.to_string(), "the frame has 5 bytes and needs 8");
    for length in 0..file.len() {
        exercise(&file[..length]);
    }
}

#[test]
fn ps3_5_8_1_1_frames_of_single_bits_follow_each_other_without_padding() {
    let mut file = File::new("1.2.840.10008.1.2.1");
    file.image(3, 3, [1, 1], false)
        .text((0x0028, 0x0008), *b"IS", "2");
    // Nine bits a frame: 101010101 and 111111111, least significant first.
    file.element(
        (0x7FE0, 0x0010),
        *b"OB",
        &[0b0101_0101, 0b1111_1111, 0b0000_0011, 0],
    );
    let alternating = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0];
    assert_eq!(
        (stored(&file.bytes, 0), stored(&file.bytes, 1)),
        (alternating.to_vec(), vec![1.0; 9])
    );
}

#[test]
fn bytes_in_big_endian_words_are_put_right() {
    let mut file = File::new("1.2.840.10008.1.2.2");
    file.image(1, 3, [8, 8], false)
        .text((0x0028, 0x0008), *b"IS", "2");
    file.element((0x7FE0, 0x0010), *b"OW", &[2, 1, 4, 3, 6, 5]);
    assert_eq!(
        (stored(&file.bytes, 0), stored(&file.bytes, 1)),
        (vec![1.0, 2.0, 3.0], vec![4.0, 5.0, 6.0])
    );
}

#[test]
fn fault_17_a_file_without_pixel_data_and_a_frame_of_no_bytes_say_so() {
    let mut file = File::new("1.2.840.10008.1.2.1");
    file.image(2, 2, [16, 16], true);
    let part10 = open(&file.bytes).unwrap();
    let error = frame_bytes(&part10, &file.bytes, 0).unwrap_err();
    assert_eq!(error.to_string(), "the file holds no pixel data");
    let descriptor = PixelDescriptor::new(&part10.descriptor).unwrap();
    let error = decode(&descriptor, Some(&part10.transfer_syntax), &[]).unwrap_err();
    assert_eq!(error.to_string(), "the frame has 0 bytes and needs 8");
}

#[test]
fn number_of_frames_cannot_claim_more_than_the_file_has() {
    let mut file = File::new("1.2.840.10008.1.2.1");
    file.image(2, 2, [8, 8], false)
        .text((0x0028, 0x0008), *b"IS", "2147483647");
    file.element((0x7FE0, 0x0010), *b"OB", &[0; 10]);
    let part10 = open(&file.bytes).unwrap();
    assert_eq!(part10.n_frames, 3);
    let absent = Part10Error::FrameAbsent {
        index: 3,
        n_frames: 3,
    };
    assert_eq!(frame_bytes(&part10, &file.bytes, 3).unwrap_err(), absent);
}

#[test]
fn standards_4_9_sequences_deeper_than_32_are_left_out_and_the_rest_is_read() {
    let mut file = File::new("1.2.840.10008.1.2.1");
    for _ in 0..10_000 {
        file.open((0x0008, 0x1140), *b"SQ")
            .open((0xFFFE, 0xE000), *b"  ");
    }
    for _ in 0..10_000 {
        file.element((0xFFFE, 0xE00D), *b"  ", &[]).close();
    }
    file.image(2, 2, [8, 8], false)
        .element((0x7FE0, 0x0010), *b"OB", &[1, 2, 3, 4]);
    assert!(
        open(&file.bytes)
            .unwrap()
            .warnings
            .contains(&Part10Warning::TooDeep(32))
    );
    assert_eq!(stored(&file.bytes, 0), [1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn a_deflated_data_set_is_read_and_a_bomb_refused() {
    let deflated = |data_set: &[u8]| {
        let mut file = File::new("1.2.840.10008.1.2.1.99");
        file.bytes.extend(stored_blocks(data_set));
        file.bytes
    };
    let file = deflated(&short(Style::Explicit).bytes);
    assert_eq!(stored(&file, 0), CT);
    assert_eq!(open(&deflated(&[])).unwrap_err(), Part10Error::Empty);
    let mut cut = deflated(&short(Style::Explicit).bytes);
    cut.truncate(cut.len() - 20);
    assert_eq!(open(&cut).unwrap_err(), Part10Error::InflateFailed);
}

/// Deflate without compression (RFC 1951 3.2.4): one last stored block.
fn stored_blocks(bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len() as u16;
    [
        &[1],
        length.to_le_bytes().as_slice(),
        &(!length).to_le_bytes(),
        bytes,
    ]
    .concat()
}

#[test]
fn cp_246_a_sequence_under_un_is_read_in_implicit_vr() {
    let mut inner = File::bare(Style::Implicit);
    inner.text((0x0008, 0x1155), *b"UI", "1.2.3");
    let mut items = File::bare(Style::Implicit);
    items.item(&inner.bytes);
    let mut file = File::new("1.2.840.10008.1.2.1");
    file.element((0x0008, 0x1140), *b"UN", &items.bytes);
    assert_eq!(
        json(&file.bytes)["00081140"]["Value"][0]["00081155"]["Value"][0],
        "1.2.3"
    );
}

#[test]
fn large_binary_values_stay_outside_and_tables_inside() {
    let mut file = File::new("1.2.840.10008.1.2.1");
    file.element((0x0028, 0x1201), *b"OW", &vec![0; 131_072])
        .element((0x0029, 0x1010), *b"OB", &vec![0; 65_538]);
    assert!(json(&file.bytes)["00281201"]["InlineBinary"].is_string());
    assert_eq!(
        json(&file.bytes)["00291010"],
        serde_json::json!({ "vr": "OB" })
    );
}
