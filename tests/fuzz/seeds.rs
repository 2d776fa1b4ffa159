//! Whole inputs to begin with: frames, multipart answers and files as the writers of the tests make them.

use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};
use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};

use crate::write::file::{File, Style, short};
use crate::write::frames::{Jpeg, rle as rle_frame};
use crate::write::jxl::{VECTORS, bytes};

use super::frames::DESCRIPTION_BYTES;

/// Rows - 1, columns - 1, bits allocated, stored - 1, high bit, flags, colours, label, as `frames::described` reads them.
type Description = [u8; DESCRIPTION_BYTES];

const GREY_16: Description = [15, 15, 2, 11, 11, 0, 0, 0];

/// A ramp with a flat end: 12 bit, so that a frame has runs and literals.
fn ramp(n: usize) -> Vec<u8> {
    let values = (0..n as u16).map(|value| (value * 7).min(1200));
    values.flat_map(u16::to_le_bytes).collect()
}

fn with(description: Description, frame: &[u8]) -> Vec<u8> {
    [&description, frame].concat()
}

pub(super) fn native() -> Vec<Vec<u8>> {
    vec![
        with(GREY_16, &ramp(256)),
        // Big-endian words with overlays above the stored bits.
        with([15, 15, 2, 11, 11, 0b10_0001, 0, 1], &ramp(256)),
        with([4, 6, 0, 0, 0, 0, 0, 0], &[0b1010_0110; 5]),
        with([7, 7, 1, 7, 7, 0, 4, 0], &[9; 128]),
        with([7, 7, 1, 7, 7, 0, 5, 4], &[9; 96]),
        with([7, 7, 1, 7, 7, 0b10, 1, 0], &[200; 192]),
        with([3, 3, 3, 31, 31, 1, 0, 0], &[0x80; 64]),
        with([3, 3, 3, 31, 31, 0b100, 0, 0], &[0x3F; 64]),
        with([3, 3, 4, 63, 63, 0b1000, 0, 0], &[0x3F; 128]),
    ]
}

pub(super) fn rle() -> Vec<Vec<u8>> {
    let words = ramp(256);
    let high: Vec<u8> = words.iter().skip(1).step_by(2).copied().collect();
    let low: Vec<u8> = words.iter().step_by(2).copied().collect();
    let label = |description: Description| {
        let [a, b, c, d, e, f, g, _] = description;
        [a, b, c, d, e, f, g, 2]
    };
    vec![
        with(label(GREY_16), &rle_frame(&[high.clone(), low.clone()])),
        with(
            label([15, 15, 1, 7, 7, 0, 1, 0]),
            &rle_frame(&[low.clone(), high.clone(), low.clone()]),
        ),
        with(
            label([15, 15, 3, 31, 31, 0, 0, 0]),
            &rle_frame(&[high.clone(), high, low.clone(), low]),
        ),
    ]
}

pub(super) fn deflate() -> Vec<Vec<u8>> {
    let [a, b, c, d, e, f, g, _] = GREY_16;
    let description = [a, b, c, d, e, f, g, 3];
    let stored = [&[1, 0, 2, 0xFF, 0xFD], ramp(256).as_slice()].concat();
    vec![
        with(description, &stored),
        with(description, &compress_to_vec(&ramp(256), 9)),
        with(description, &compress_to_vec(&ramp(256), 1)),
        with(description, &compress_to_vec_zlib(&ramp(256), 6)),
    ]
}

/// Flat blocks of every process and depth, grey and in colour, with the segments that tell of colours.
pub(super) fn jpeg() -> Vec<Vec<u8>> {
    let one = |process: u8, bits: u8| Jpeg {
        process,
        bits,
        blocks_x: 2,
        components: vec![vec![10, 200, 77, 255]],
        ids: vec![1],
        applications: Vec::new(),
    };
    let color = |process: u8, bits: u8| Jpeg {
        components: vec![vec![10, 200, 77, 255], vec![128; 4], vec![90, 128, 30, 200]],
        ids: vec![1, 2, 3],
        applications: vec![
            (0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec()),
            (0xEE, b"Adobe\0\x64\0\0\0\0\x01".to_vec()),
        ],
        ..one(process, bits)
    };
    let processes = [(0xC0, 8), (0xC1, 8), (0xC1, 12), (0xC2, 8), (0xC2, 12)];
    let flat = processes.iter();
    let flat = flat.flat_map(|&(process, bits)| [one(process, bits), color(process, bits)]);
    let mut all: Vec<Vec<u8>> = flat.map(|jpeg| jpeg.bytes()).collect();
    all.extend(busy());
    all
}

/// What flat blocks have none of: coefficients of higher frequency, subsampling, restarts, arithmetic coding.
fn busy() -> Vec<Vec<u8>> {
    let noise: Vec<u8> = (0..24 * 20 * 3_u32)
        .map(|at| (at * at / 7 + at) as u8)
        .collect();
    let grey = || Encoder::new(&noise, 24, 20, PixelFormat::Grayscale).quality(60);
    let color = || Encoder::new(&noise, 24, 20, PixelFormat::Rgb).quality(40);
    [
        grey(),
        grey().progressive(true),
        grey().arithmetic(true),
        color().subsampling(Subsampling::S420).restart_blocks(2),
        color().subsampling(Subsampling::S422).progressive(true),
        color()
            .subsampling(Subsampling::S444)
            .optimize_huffman(true),
    ]
    .iter()
    .map(|encoder| encoder.encode().expect("a picture that can be encoded"))
    .collect()
}

pub(super) const MULTIPART_WORDS: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"--frontier",
    b"\r\n--frontier\r\n",
    b"--",
    b"Content-Length: 4294967295\r\n",
    b"\r\n\r\n",
    b"\0",
];

pub(super) fn multipart() -> Vec<Vec<u8>> {
    let part = "--frontier\r\nContent-Type: image/jls; transfer-syntax=1.2.840.10008.1.2.4.80\r\nContent-Length: 20\r\nContent-Location: /frames/1\r\n\r\n01234567890123456789\r\n";
    let bare = "--frontier\n\n01234\n\n--frontier-x\n67890123456789\n";
    [
        format!(
            "multipart/related; type=\"application/octet-stream\"; boundary=frontier\n{part}{part}{part}--frontier--\r\n",
        ),
        format!("multipart/related; boundary=\"frontier\"\npreamble\r\n{bare}{bare}--frontier--"),
        "application/dicom; transfer-syntax=1.2.840.10008.1.2.1\nthe whole is the part".to_owned(),
    ]
    .map(String::into_bytes)
    .to_vec()
}

pub(super) fn search_line() -> Vec<Vec<u8>> {
    [
        "doe ct 2024-01-01..2024-02 7d 5.3.2024 id:x ä",
        "name:doe^j acc:123456789012 desc:thorax mod:mr yesterday 20240301-20240305",
    ]
    .map(|line| line.as_bytes().to_vec())
    .to_vec()
}

pub(super) const PART10_WORDS: &[&[u8]] = &[
    b"\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF",
    b"\xFE\xFF\x0D\xE0\x00\x00\x00\x00",
    b"\xFE\xFF\xDD\xE0\x00\x00\x00\x00",
    b"\x28\x00\x00\x30SQ\x00\x00\xFF\xFF\xFF\xFF",
    b"\xE0\x7F\x10\x00OB\x00\x00\xFF\xFF\xFF\xFF",
    b"UN\x00\x00\xFF\xFF\xFF\xFF",
    b"1.2.840.10008.1.2\x00",
    b"\\ISO 2022 IR 87",
    b"\x1B$B",
    b"DICM",
];

/// Files of every encoding (PS3.5 Annex A), with sequences, fragments, offset tables and escapes of character sets.
pub(super) fn part10() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = [Style::Explicit, Style::Implicit, Style::BigEndian]
        .into_iter()
        .map(|style| short(style).bytes)
        .collect();
    for (syntax, n_frames) in [
        ("1.2.840.10008.1.2", "2"),
        ("1.2.840.10008.1.2", "1"),
        ("1.2.840.10008.1.2.1", "2"),
        ("1.2.840.10008.1.2.1", "1"),
        ("1.2.840.10008.1.2.2", "2"),
    ] {
        let mut file = File::new(syntax);
        file.text((0x0008, 0x0005), *b"CS", "\\ISO 2022 IR 87");
        file.element((0x0010, 0x0020), *b"LO", b"Yamada=\x1B$B;3ED\x1B(B");
        file.image(2, 2, [16, 12], false)
            .text((0x0028, 0x0008), *b"IS", n_frames);
        file.open((0x0028, 0x3010), *b"SQ");
        file.item(&[0x28, 0, 2, 0x30, b'U', b'S', 6, 0, 4, 0, 0, 0, 16, 0]);
        file.close();
        let words: Vec<u8> = (0..8_u16).flat_map(|value| file.u16(value)).collect();
        file.element((0x7FE0, 0x0010), *b"OW", &words);
        all.push(file.bytes);
    }
    let mut deflated = File::new("1.2.840.10008.1.2.1.99");
    deflated
        .bytes
        .extend(compress_to_vec(&short(Style::Explicit).bytes, 6));
    all.push(deflated.bytes);
    let frame = skiagraph_codec::test_seeds::jpeg_ls().swap_remove(0);
    for table in [&[][..], &[0, 0, 0, 0, 220, 0, 0, 0]] {
        let mut file = File::new("1.2.840.10008.1.2.4.80");
        file.image(7, 14, [8, 8], false)
            .text((0x0028, 0x0008), *b"IS", "2");
        file.open((0x7FE0, 0x0010), *b"OB").item(table);
        file.item(&frame[..60])
            .item(&frame[60..])
            .item(&frame)
            .close();
        all.push(file.bytes);
    }
    all
}

/// Streams of another encoder, each behind its number.
pub(super) fn jxl() -> Vec<Vec<u8>> {
    let numbered = VECTORS.iter().zip(0..);
    numbered
        .map(|(vector, number)| [vec![number], bytes(vector.stream)].concat())
        .collect()
}

/// Files that may be copied: with an identity, items, private attributes, an overlay, and pixels of each kind.
pub(super) fn copied() -> Vec<Vec<u8>> {
    let head = |syntax: &str, modality: &str| {
        let mut file = File::new(syntax);
        file.text((0x0008, 0x0008), *b"CS", "ORIGINAL\\PRIMARY");
        file.text((0x0008, 0x0016), *b"UI", "1.2.840.10008.5.1.4.1.1.2");
        file.text((0x0008, 0x0020), *b"DA", "20240229");
        file.text((0x0008, 0x0060), *b"CS", modality);
        let mut item = File::bare(match syntax {
            "1.2.840.10008.1.2" => Style::Implicit,
            "1.2.840.10008.1.2.2" => Style::BigEndian,
            _ => Style::Explicit,
        });
        item.text((0x0008, 0x1155), *b"UI", "1.2.3");
        file.open((0x0008, 0x1140), *b"SQ");
        file.item(&item.bytes).close();
        file.text((0x0009, 0x0010), *b"LO", "PRIVATE");
        file.text((0x0009, 0x1001), *b"LO", "Phantom");
        file
    };
    let mut all = Vec::new();
    for syntax in [
        "1.2.840.10008.1.2",
        "1.2.840.10008.1.2.1",
        "1.2.840.10008.1.2.2",
    ] {
        let mut file = head(syntax, "CT");
        file.image(2, 2, [16, 12], false);
        file.number((0x6000, 0x0100), 16);
        let words: Vec<u8> = (0..4_u16).flat_map(|value| file.u16(value)).collect();
        file.element((0x7FE0, 0x0010), *b"OW", &words);
        all.push(file.bytes);
    }
    for (syntax, frame) in [
        (
            "1.2.840.10008.1.2.4.80",
            skiagraph_codec::test_seeds::jpeg_ls(),
        ),
        (
            "1.2.840.10008.1.2.4.90",
            skiagraph_codec::test_seeds::jpeg_2000(),
        ),
    ] {
        for frame in frame.into_iter().take(2) {
            let mut file = head(syntax, "US");
            file.image(7, 14, [8, 8], false);
            file.open((0x7FE0, 0x0010), *b"OB").item(&[]);
            file.item(&frame).close();
            all.push(file.bytes);
        }
    }
    all
}
