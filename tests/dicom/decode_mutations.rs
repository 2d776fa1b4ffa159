//! Damaged frames: whatever the bytes, a decoder ends with a picture of the right size or an error, never in a panic.

use std::fs;

use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor};
use skiagraph_dicom::{
    pixels::{
        decode,
        part10::{frame_bytes, open},
    },
    transfer_syntax::TransferSyntax,
};

use crate::{
    decode::{grey, jpeg},
    decode_manifest::data_folder,
    decode_writer::rle,
};

const N_MUTATIONS: usize = 20_000;

/// A small generator with a fixed seed (xorshift), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// One to four accidents: a flipped bit, another byte, a cut, a repeated or missing stretch.
fn mutate(frame: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = frame.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        match random.below(6) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
            1 if !bytes.is_empty() => bytes[at] = [0, 0xFF, 0x7F, 0x80, 0xD8][random.below(5)],
            2 => bytes.truncate(at),
            3 => bytes.insert(at, random.next() as u8),
            4 => drop(bytes.drain(at..(at + random.below(16)).min(bytes.len()))),
            // Heads are where a little damage does the most.
            _ if !bytes.is_empty() => {
                let head = random.below(bytes.len().min(200));
                bytes[head] = random.next() as u8;
            }
            _ => {}
        }
    }
    bytes
}

fn survive(descriptor: &PixelDescriptor, syntax: &TransferSyntax, frame: &[u8], n: usize) {
    let mut random = Random(0x5EED_0F0F_1234_5678);
    for _ in 0..n {
        if let Ok(decoded) = decode(descriptor, Some(syntax), &mutate(frame, &mut random)) {
            let n_samples = descriptor.n_pixels() * u64::from(descriptor.samples_per_pixel);
            assert_eq!(decoded.samples.len() as u64, n_samples);
            decoded.into_raster(descriptor).unwrap();
        }
    }
}

#[test]
fn native_frames() {
    survive(
        &grey(16, 12),
        &TransferSyntax::ExplicitVrLittleEndian,
        &[7; 512],
        N_MUTATIONS,
    );
    let color = PixelDescriptor {
        photometric: Photometric::YbrFull422,
        samples_per_pixel: 3,
        ..grey(8, 8)
    };
    survive(
        &color,
        &TransferSyntax::ExplicitVrBigEndian,
        &[7; 512],
        N_MUTATIONS,
    );
}

#[test]
fn rle_frames() {
    let ramp: Vec<u8> = (0..=255).map(|v: u8| v / 3).collect();
    let frame = rle(&[ramp.clone(), ramp]);
    survive(
        &grey(16, 16),
        &TransferSyntax::RleLossless,
        &frame,
        N_MUTATIONS,
    );
}

#[test]
fn deflated_frames() {
    let frame = [&[1, 0, 2, 0xFF, 0xFD], [3; 512].as_slice()].concat();
    survive(
        &grey(16, 16),
        &TransferSyntax::DeflatedImageFrame,
        &frame,
        N_MUTATIONS,
    );
}

#[test]
fn jpeg_frames() {
    survive(
        &grey(8, 8),
        &TransferSyntax::JpegBaseline,
        &jpeg(0xC0, 8).bytes(),
        N_MUTATIONS,
    );
    survive(
        &grey(16, 12),
        &TransferSyntax::JpegExtended,
        &jpeg(0xC1, 12).bytes(),
        N_MUTATIONS,
    );
    survive(
        &grey(8, 8),
        &TransferSyntax::JpegFullProgression,
        &jpeg(0xC2, 8).bytes(),
        N_MUTATIONS,
    );
    survive(
        &grey(16, 12),
        &TransferSyntax::JpegFullProgression,
        &jpeg(0xC2, 12).bytes(),
        N_MUTATIONS,
    );
}

#[test]
fn real_jpeg_frames() {
    let Some(data) = data_folder() else {
        println!("skipped: ../shared/data is not on this machine");
        return;
    };
    for (name, n) in [
        (
            "dev/pydicom/test_files/SC_rgb_small_odd_jpeg.dcm",
            N_MUTATIONS,
        ),
        ("dev/pydicom/test_files/SC_rgb_dcmtk_+eb+cy+s4.dcm", 2_000),
        ("dev/derived/codecs/sts001_mr12_jpeg_extended_51.dcm", 1_000),
        (
            "dev/derived/codecs/sts001_mr12_jpeg_progressive_55.dcm",
            1_000,
        ),
        (
            "dev/pydicom/test_files/MR_small_jpeg_ls_lossless.dcm",
            2_000,
        ),
        ("dev/pydicom/test_files/SC_rgb_jls_lossy_line.dcm", 2_000),
        ("dev/pydicom/test_files/SC_rgb_jls_lossy_sample.dcm", 2_000),
        // Lossless JPEG in colour.
        ("dev/pydicom/test_files/SC_rgb_jpeg_gdcm.dcm", 2_000),
    ] {
        let file = fs::read(data.join(name)).unwrap();
        let part10 = open(&file).unwrap();
        let descriptor = PixelDescriptor::new(&part10.descriptor).unwrap();
        let frame = frame_bytes(&part10, &file, 0).unwrap();
        survive(&descriptor, &part10.transfer_syntax, &frame, n);
    }
}

/// A codestream that ends half-way is unreadable, or is drawn with a sentence that says so.
#[test]
fn fault_36_half_a_codestream_is_refused_or_told() {
    let Some(data) = data_folder() else {
        println!("skipped: ../shared/data is not on this machine");
        return;
    };
    for name in [
        "dev/pydicom/test_files/SC_rgb_small_odd_jpeg.dcm",
        "dev/derived/codecs/sts001_mr12_jpeg_extended_51.dcm",
        "dev/derived/codecs/sts001_mr12_jpeg_progressive_55.dcm",
        "dev/pydicom/test_files/MR_small_jpeg_ls_lossless.dcm",
        "dev/pydicom/test_files/SC_rgb_jpeg_gdcm.dcm",
        "dev/pydicom/test_files/MR_small_jp2klossless.dcm",
        "dev/pydicom/test_files/MR_small_RLE.dcm",
    ] {
        let file = fs::read(data.join(name)).unwrap();
        let part10 = open(&file).unwrap();
        let descriptor = PixelDescriptor::new(&part10.descriptor).unwrap();
        let frame = frame_bytes(&part10, &file, 0).unwrap();
        let half = decode(
            &descriptor,
            Some(&part10.transfer_syntax),
            &frame[..frame.len() / 2],
        );
        let is_told = half
            .as_ref()
            .map_or(true, |decoded| !decoded.warnings.is_empty());
        assert!(
            is_told,
            "{name}: a picture of half a codestream without a word"
        );
    }
}
