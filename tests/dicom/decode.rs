//! One phantom, every syntax, the same stored values; and what the decoders refuse.

use skiagraph_core::pixel::{
    descriptor::{Photometric, PixelDescriptor, RawDescriptor, SampleKind},
    raster::RasterKind,
    samples::Samples,
};
use skiagraph_dicom::{
    pixels::{DecodeError, DecodeWarning, Decoded, decode},
    transfer_syntax::TransferSyntax,
};

use crate::decode_writer::{Jpeg, rle};

/// Levels of the four 8 x 8 blocks of a 16 x 16 phantom: lossy JPEG keeps flat blocks exactly.
const LEVELS: [u16; 4] = [10, 200, 77, 255];

fn phantom() -> Vec<u16> {
    (0..256)
        .map(|index| LEVELS[index / 128 * 2 + index % 16 / 8])
        .collect()
}

pub(crate) fn raw(bits_allocated: u16, bits_stored: u16) -> RawDescriptor {
    RawDescriptor {
        rows: Some(16),
        columns: Some(16),
        bits_allocated: Some(bits_allocated),
        bits_stored: Some(bits_stored),
        photometric: Some(Photometric::Monochrome2),
        ..RawDescriptor::default()
    }
}

pub(crate) fn grey(bits_allocated: u16, bits_stored: u16) -> PixelDescriptor {
    PixelDescriptor::new(&raw(bits_allocated, bits_stored)).unwrap()
}

pub(crate) fn values(decoded: &Decoded) -> Vec<f64> {
    (0..decoded.samples.len())
        .filter_map(|index| decoded.samples.get(index))
        .collect()
}

fn bytes(value: u16) -> u8 {
    value.try_into().unwrap()
}

pub(crate) fn jpeg(process: u8, bits: u8) -> Jpeg {
    let components = vec![LEVELS.to_vec()];
    Jpeg {
        process,
        bits,
        blocks_x: 2,
        components,
        ids: vec![1],
        applications: Vec::new(),
    }
}

#[test]
fn one_phantom_in_every_syntax_gives_the_same_stored_values() {
    use TransferSyntax as T;
    let phantom = phantom();
    let eight: Vec<u8> = phantom.iter().copied().map(bytes).collect();
    let little: Vec<u8> = phantom.iter().flat_map(|v| v.to_le_bytes()).collect();
    let big: Vec<u8> = phantom.iter().flat_map(|v| v.to_be_bytes()).collect();
    let long: Vec<u8> = phantom
        .iter()
        .flat_map(|&v| u32::from(v).to_le_bytes())
        .collect();
    let zeros = vec![0; 256];
    let stored_deflate = [&[1, 0, 2, 0xFF, 0xFD], little.as_slice()].concat();
    let frames = [
        (T::ExplicitVrLittleEndian, grey(8, 8), eight.clone()),
        (T::ImplicitVrLittleEndian, grey(16, 16), little.clone()),
        (T::EncapsulatedUncompressed, grey(16, 12), little.clone()),
        (T::ExplicitVrBigEndian, grey(16, 16), big),
        (T::ExplicitVrLittleEndian, grey(32, 32), long),
        (T::DeflatedImageFrame, grey(16, 16), stored_deflate),
        (
            T::RleLossless,
            grey(8, 8),
            rle(std::slice::from_ref(&eight)),
        ),
        (
            T::RleLossless,
            grey(16, 16),
            rle(&[zeros.clone(), eight.clone()]),
        ),
        (
            T::RleLossless,
            grey(32, 20),
            rle(&[zeros.clone(), zeros.clone(), zeros, eight]),
        ),
        (T::JpegBaseline, grey(8, 8), jpeg(0xC0, 8).bytes()),
        (T::JpegExtended, grey(8, 8), jpeg(0xC1, 8).bytes()),
        (T::JpegExtended, grey(16, 12), jpeg(0xC1, 12).bytes()),
        (T::JpegFullProgression, grey(8, 8), jpeg(0xC2, 8).bytes()),
        (T::JpegFullProgression, grey(16, 12), jpeg(0xC2, 12).bytes()),
    ];
    let wanted: Vec<f64> = phantom.iter().map(|&v| v.into()).collect();
    for (syntax, descriptor, frame) in frames {
        let decoded = decode(&descriptor, Some(&syntax), &frame).unwrap();
        assert_eq!(
            values(&decoded),
            wanted,
            "{} {}",
            syntax.name(),
            descriptor.bits_allocated
        );
        assert_eq!(
            (decoded.is_lossy, decoded.warnings.len()),
            (syntax.is_lossy(), 0),
            "{}",
            syntax.name()
        );
        let raster = decoded.into_raster(&descriptor).unwrap();
        assert_eq!(
            (raster.kind, raster.stored(15, 0)),
            (RasterKind::Stored, Some(200.0))
        );
    }
}

#[test]
fn ps3_5_8_1_1_junk_above_bits_stored_is_masked_and_the_sign_comes_from_bits_stored() {
    let size = RawDescriptor {
        rows: Some(1),
        columns: Some(3),
        pixel_representation: Some(1),
        ..raw(16, 12)
    };
    let signed = PixelDescriptor::new(&size).unwrap();
    let words = [0xA7FF_u16, 0x5800, 0xFFFF].map(u16::to_le_bytes).concat();
    let decoded = decode(&signed, None, &words).unwrap();
    assert_eq!(decoded.samples, Samples::I16(vec![2047, -2048, -1]));
    let shifted = PixelDescriptor::new(&RawDescriptor {
        high_bit: Some(15),
        ..size
    })
    .unwrap();
    let decoded = decode(
        &shifted,
        None,
        &[0x7FFA_u16, 0x800B, 0xFFFC].map(u16::to_le_bytes).concat(),
    )
    .unwrap();
    assert_eq!(decoded.samples, Samples::I16(vec![2047, -2048, -1]));
}

#[test]
fn float_pixels_come_as_they_are_in_both_byte_orders() {
    let size = RawDescriptor {
        rows: Some(1),
        columns: Some(2),
        kind: SampleKind::Float,
        ..raw(32, 32)
    };
    let float = PixelDescriptor::new(&size).unwrap();
    let wanted = [1.5_f32, -2.25];
    let decoded = decode(
        &float,
        Some(&TransferSyntax::ExplicitVrBigEndian),
        &wanted.map(f32::to_be_bytes).concat(),
    );
    assert_eq!(decoded.unwrap().samples, Samples::F32(wanted.to_vec()));
    let double = PixelDescriptor {
        bits_allocated: 64,
        bits_stored: 64,
        kind: SampleKind::Double,
        ..float
    };
    let decoded = decode(
        &double,
        None,
        &[0.1_f64, f64::MAX].map(f64::to_le_bytes).concat(),
    );
    assert_eq!(decoded.unwrap().samples, Samples::F64(vec![0.1, f64::MAX]));
}

#[test]
fn a_short_frame_is_refused_with_both_lengths_and_a_long_one_is_shown_with_a_warning() {
    let short = decode(&grey(16, 16), None, &[0; 511]).unwrap_err();
    assert_eq!(
        short,
        DecodeError::TooShort {
            expected: 512,
            actual: 511
        }
    );
    assert!(
        decode(&grey(16, 16), None, &[0; 513])
            .unwrap()
            .warnings
            .is_empty()
    );
    let long = decode(&grey(16, 16), None, &[0; 514]).unwrap();
    assert_eq!(long.warnings, [DecodeWarning::ExtraBytes { n: 2 }]);
}

#[test]
fn another_size_in_the_codestream_is_refused_not_stretched() {
    let flat = Jpeg {
        blocks_x: 4,
        ..jpeg(0xC0, 8)
    };
    let error = decode(
        &grey(8, 8),
        Some(&TransferSyntax::JpegBaseline),
        &flat.bytes(),
    )
    .unwrap_err();
    let sentence = "the codestream holds 32 x 8 x 1 samples of 8 bits, the data set says 16 x 16 x 1 samples of 8 bits";
    assert_eq!(error.to_string(), sentence);
    let wide = decode(
        &grey(8, 8),
        Some(&TransferSyntax::JpegExtended),
        &jpeg(0xC1, 12).bytes(),
    );
    assert!(matches!(wide, Err(DecodeError::SizeMismatch { .. })));
}

#[test]
fn lossy_values_beyond_bits_stored_are_held_not_wrapped() {
    let decoded = decode(
        &grey(16, 7),
        Some(&TransferSyntax::JpegExtended),
        &jpeg(0xC1, 12).bytes(),
    )
    .unwrap();
    assert_eq!(values(&decoded)[8], 127.0);
}

#[test]
fn a_wrong_label_is_told_and_the_bytes_are_believed() {
    let decoded = decode(
        &grey(8, 8),
        Some(&TransferSyntax::ExplicitVrLittleEndian),
        &jpeg(0xC0, 8).bytes(),
    )
    .unwrap();
    let told = DecodeWarning::Mislabeled {
        label: "Explicit VR Little Endian".to_owned(),
        found: "JPEG",
    };
    assert_eq!(decoded.warnings, [told]);
}

#[test]
fn a_codec_that_is_not_there_is_named() {
    let cases: [(&[u8], TransferSyntax, &str); 2] = [
        (
            &[0, 0, 1, 0xB3],
            TransferSyntax::Mpeg2Main,
            "MPEG-2 Main Level cannot be decoded yet",
        ),
        (
            &[1, 2, 3, 4],
            TransferSyntax::from_uid("1.2.3.4"),
            "1.2.3.4 cannot be decoded yet",
        ),
    ];
    for (frame, syntax, wanted) in cases {
        assert_eq!(
            decode(&grey(8, 8), Some(&syntax), frame)
                .unwrap_err()
                .to_string(),
            wanted
        );
    }
}

#[test]
fn ps3_3_c_7_6_24_widths_and_colours_that_no_element_has_are_refused() {
    let color = PixelDescriptor {
        kind: SampleKind::Double,
        samples_per_pixel: 3,
        photometric: Photometric::Rgb,
        ..grey(64, 64)
    };
    let float = PixelDescriptor {
        kind: SampleKind::Float,
        ..grey(16, 16)
    };
    for (descriptor, name) in [
        (grey(64, 64), "integer pixel data of 64 bits"),
        (float, "float pixel data of 16 bits"),
        (color, "double float pixel data in colour"),
    ] {
        let refused = DecodeError::Unsupported {
            name: name.to_owned(),
        };
        assert_eq!(decode(&descriptor, None, &[0; 2048]).unwrap_err(), refused);
    }
}
