//! Encapsulated pixel data of local files (PS3.5 A.4): each fragment is found and belongs to its frame.

use std::borrow::Cow;

use skiagraph_dicom::pixels::part10::{FrameTable, frame_bytes, open};

use crate::part10_writer::{File, Style};

#[test]
fn fragments_are_found_where_they_lie_and_are_not_copied() {
    let mut file = File::new("1.2.840.10008.1.2.4.80");
    file.image(2, 2, [8, 8], false)
        .text((0x0028, 0x0008), *b"IS", "2");
    file.open((0x7FE0, 0x0010), *b"OB")
        .item(&[])
        .item(&[1, 2])
        .item(&[3, 4, 5, 6])
        .close();
    let part10 = open(&file.bytes).unwrap();
    let FrameTable::Encapsulated { fragments } = &part10.frames else {
        panic!("{:?}", part10.frames)
    };
    let lengths: Vec<u64> = fragments
        .iter()
        .flatten()
        .map(|&(_, length)| length)
        .collect();
    assert_eq!(lengths, [2, 4]);
    let frame = frame_bytes(&part10, &file.bytes, 1).unwrap();
    assert!(matches!(frame, Cow::Borrowed([3, 4, 5, 6])));
}

#[test]
fn fragments_with_a_length_and_films_are_found() {
    let mut fragments = File::bare(Style::Explicit);
    fragments.item(&[]).item(&[1, 2]).item(&[3, 4]).close();
    for (syntax, lengths) in [
        ("1.2.840.10008.1.2.4.80", vec![1, 1]),
        ("1.2.840.10008.1.2.4.102", vec![2]),
    ] {
        let mut file = File::new(syntax);
        file.image(2, 2, [8, 8], false)
            .text((0x0028, 0x0008), *b"IS", "2");
        file.element((0x7FE0, 0x0010), *b"OB", &fragments.bytes);
        let FrameTable::Encapsulated { fragments } = open(&file.bytes).unwrap().frames else {
            panic!("no fragments in {syntax}")
        };
        assert_eq!(
            fragments.iter().map(Vec::len).collect::<Vec<_>>(),
            lengths,
            "{syntax}"
        );
    }
}
