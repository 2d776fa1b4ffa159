//! The one frame of an instance out of its file, as a streamed series brings it.

use crate::part10_writer::File;
use skiagraph_dicom::pixels::part10;
use skiagraph_dicom::pixels::single::single_frame;
use skiagraph_dicom::transfer_syntax::TransferSyntax;
use std::path::{Path, PathBuf};

const EXPLICIT: &str = "1.2.840.10008.1.2.1";
const IMPLICIT: &str = "1.2.840.10008.1.2";
const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";
const J2K: &str = "1.2.840.10008.1.2.4.90";
const PIXELS: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

/// A file with a sequence of undefined length, an item of undefined length in it, before its pixels.
fn begun(syntax: &str) -> File {
    let mut file = File::new(syntax);
    file.image(2, 2, [16, 16], false);
    file.open((0x0040, 0x0275), *b"SQ");
    file.open((0xFFFE, 0xE000), *b"  ");
    file.text((0x0040, 0x0007), *b"LO", "Thorax");
    file.element((0xFFFE, 0xE00D), *b"  ", &[]);
    file.close();
    file
}

fn native(syntax: &str) -> Vec<u8> {
    let mut file = begun(syntax);
    file.element((0x7FE0, 0x0010), *b"OW", &PIXELS);
    file.bytes
}

#[test]
fn ps3_5_7_5_sequences_are_passed_over_in_both_little_endian_encodings() {
    for (syntax, wanted) in [
        (EXPLICIT, TransferSyntax::ExplicitVrLittleEndian),
        (IMPLICIT, TransferSyntax::ImplicitVrLittleEndian),
    ] {
        let bytes = native(syntax);
        let single = single_frame(&bytes).unwrap();
        assert_eq!(
            (single.instance.as_str(), single.transfer_syntax),
            ("1.2.3.4", wanted)
        );
        assert_eq!(*single.frame, PIXELS);
    }
}

#[test]
fn ps3_5_a_4_all_fragments_make_up_the_one_frame_without_the_offset_table() {
    let mut file = begun(J2K);
    file.open((0x7FE0, 0x0010), *b"OB")
        .item(&[0; 4])
        .item(&[9, 8])
        .item(&[7, 6, 5, 4])
        .close();
    assert_eq!(
        *single_frame(&file.bytes).unwrap().frame,
        [9, 8, 7, 6, 5, 4]
    );
}

#[test]
fn several_frames_and_other_encodings_are_left_to_other_requests() {
    let mut file = begun(EXPLICIT);
    file.text((0x0028, 0x0008), *b"IS", "2");
    file.element((0x7FE0, 0x0010), *b"OW", &PIXELS);
    assert_eq!(single_frame(&file.bytes), None);
    assert_eq!(single_frame(&native(BIG_ENDIAN)), None);
    assert_eq!(single_frame(&native(EXPLICIT)[132..]), None);
}

#[test]
fn a_file_that_is_cut_anywhere_gives_no_frame() {
    for syntax in [EXPLICIT, IMPLICIT] {
        let bytes = native(syntax);
        assert!((0..bytes.len()).all(|n| single_frame(&bytes[..n]).is_none()));
    }
}

/// Whatever is taken out of a real file is what the reader of whole files, which the manifest's hashes prove, takes out.
#[test]
fn real_files_give_the_frame_that_the_reader_of_files_gives() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if !folder.is_dir() {
        println!("skipped: ../shared/data is not on this machine");
        return;
    }
    let (mut n_equal, mut folders) = (0, vec![folder]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let Some(single) = single_frame(&bytes) else {
                continue;
            };
            if path
                .components()
                .any(|part| part.as_os_str() == "fuzz-corpus")
            {
                // Built to be read in two ways; that nothing ends the program is enough.
                continue;
            }
            let read = part10::open(&bytes).unwrap();
            assert_eq!(single.transfer_syntax, read.transfer_syntax, "{path:?}");
            assert_eq!(
                single.frame,
                part10::frame_bytes(&read, &bytes, 0)
                    .unwrap_or_else(|error| panic!("{path:?} {error}")),
                "{path:?}"
            );
            assert!(read.metadata_json.contains(&single.instance), "{path:?}");
            n_equal += 1;
        }
    }
    assert!(n_equal > 500, "{n_equal} files");
}
