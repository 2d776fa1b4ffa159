//! JPEG XL frames against the samples that another decoder gives, and what is refused (PS3.5 8.2.15).

use sha2::{Digest, Sha256};
use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor};
use skiagraph_dicom::{
    pixels::{DecodeError, Decoded, decode},
    transfer_syntax::TransferSyntax,
};

use skiagraph_tests::write::jxl::{VECTORS, Vector, bytes, descriptor};

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn label(vector: &Vector) -> TransferSyntax {
    match vector.is_lossy {
        true => TransferSyntax::JpegXl,
        false => TransferSyntax::JpegXlLossless,
    }
}

fn decoded(vector: &Vector) -> Decoded {
    let frame = bytes(vector.stream);
    decode(&descriptor(vector), Some(&label(vector)), &frame).unwrap()
}

#[test]
fn what_was_coded_without_loss_comes_back_to_the_bit() {
    let vectors = VECTORS.iter().filter(|vector| !vector.is_lossy);
    let mut n = 0;
    for vector in vectors {
        let decoded = decoded(vector);
        let got = sha256(&decoded.samples.to_le_bytes());
        assert_eq!(got, vector.wanted, "{}", vector.name);
        assert!(!decoded.is_lossy, "{}", vector.name);
        assert_eq!(decoded.warnings, [], "{}", vector.name);
        n += 1;
    }
    assert_eq!(n, 6);
}

/// Lossy samples are within 1 of those of libjxl, at the depth of the picture; colour comes as RGB (PS3.5 8.2.15).
#[test]
fn lossy_and_repacked_pictures_are_within_one_of_the_reference() {
    for vector in VECTORS.iter().filter(|vector| vector.is_lossy) {
        let decoded = decoded(vector);
        let wanted = bytes(vector.wanted);
        let wanted: Vec<f64> = match vector.bits {
            8 => wanted.into_iter().map(f64::from).collect(),
            _ => {
                let words = wanted.as_chunks::<2>().0.iter();
                words.map(|word| u16::from_le_bytes(*word).into()).collect()
            }
        };
        assert_eq!(decoded.samples.len(), wanted.len(), "{}", vector.name);
        let differences = wanted.iter().enumerate().map(|(index, wanted)| {
            let got = decoded.samples.get(index).unwrap();
            (got - wanted).abs()
        });
        let largest = differences.fold(0.0, f64::max);
        assert!(largest <= 1.0, "{}: {largest}", vector.name);
        assert!(decoded.is_lossy, "{}", vector.name);
        let is_rgb = decoded.photometric == Photometric::Rgb;
        assert_eq!(is_rgb, vector.samples == 3, "{}", vector.name);
    }
}

#[test]
fn ps3_5_8_1_1_a_byte_of_padding_changes_nothing() {
    let vector = &VECTORS[0];
    let frame = [bytes(vector.stream), vec![0]].concat();
    let decoded = decode(&descriptor(vector), Some(&label(vector)), &frame).unwrap();
    assert_eq!(sha256(&decoded.samples.to_le_bytes()), vector.wanted);
}

#[test]
fn standards_2_2_the_bytes_are_believed_before_the_label() {
    let vector = &VECTORS[0];
    let label = TransferSyntax::Jpeg2000Lossless;
    let decoded = decode(&descriptor(vector), Some(&label), &bytes(vector.stream)).unwrap();
    assert_eq!(sha256(&decoded.samples.to_le_bytes()), vector.wanted);
    assert_eq!(
        decoded.warnings[0].to_string(),
        "labelled JPEG 2000 Lossless, but the bytes are JPEG XL"
    );
}

#[test]
fn another_size_than_the_data_set_s_is_refused_and_not_stretched() {
    for vector in &VECTORS {
        let other = PixelDescriptor {
            rows: vector.rows + 1,
            ..descriptor(vector)
        };
        let outcome = decode(&other, Some(&label(vector)), &bytes(vector.stream));
        let is_mismatch = matches!(outcome, Err(DecodeError::SizeMismatch { .. }));
        assert!(is_mismatch, "{}: {outcome:?}", vector.name);
    }
}

/// Part of a picture is never taken for the whole.
#[test]
fn a_cut_frame_is_an_error_wherever_it_is_cut() {
    for vector in &VECTORS {
        let frame = bytes(vector.stream);
        let whole = decoded(vector);
        for n in 0..frame.len() {
            let outcome = decode(&descriptor(vector), Some(&label(vector)), &frame[..n]);
            // Boxes behind the codestream, and bits that only pad, may be missing.
            let is_whole = outcome.as_ref().is_ok_and(|got| got == &whole);
            assert!(outcome.is_err() || is_whole, "{} cut at {n}", vector.name);
        }
    }
}
