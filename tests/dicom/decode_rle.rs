//! RLE (PS3.5 Annex G) with runs of every length, that end anywhere.

use skiagraph_core::pixel::{
    descriptor::{Photometric, PixelDescriptor, RawDescriptor},
    samples::Samples,
};
use skiagraph_dicom::{
    pixels::{DecodeError, decode},
    transfer_syntax::TransferSyntax,
};

/// 17 is no multiple of any power of two, and 17 x 1023 pixels are more than any buffer of a decoder.
const ROWS: u32 = 1023;
const COLUMNS: u32 = 17;
const N_PIXELS: usize = (ROWS * COLUMNS) as usize;

fn descriptor(bits_stored: u16, is_signed: bool, photometric: Photometric) -> PixelDescriptor {
    let is_color = photometric == Photometric::Rgb;
    PixelDescriptor::new(&RawDescriptor {
        rows: Some(ROWS),
        columns: Some(COLUMNS),
        bits_allocated: Some(if is_color { 8 } else { 16 }),
        bits_stored: Some(bits_stored),
        pixel_representation: Some(is_signed.into()),
        samples_per_pixel: Some(if is_color { 3 } else { 1 }),
        photometric: Some(photometric),
        ..RawDescriptor::default()
    })
    .unwrap()
}

/// A plane and its segment: replicate and literal runs of 1 to 128 bytes in turn, and the byte that means nothing (G.3.1).
fn plane(seed: u32) -> (Vec<u8>, Vec<u8>) {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let (mut plane, mut segment) = (Vec::new(), Vec::new());
    while plane.len() < N_PIXELS {
        let length = (usize::from(next() % 128) + 1).min(N_PIXELS - plane.len());
        let start = plane.len();
        if next() % 3 == 0 || length == 1 {
            plane.extend((0..length).map(|_| next()));
            segment.push((length - 1) as u8);
            segment.extend(&plane[start..]);
        } else {
            plane.resize(start + length, next());
            segment.extend([(257 - length) as u8, plane[start]]);
        }
        if next() % 8 == 0 {
            segment.push(128);
        }
    }
    (plane, segment)
}

/// G.5: the count and the offsets of up to fifteen segments.
fn frame(segments: &[&[u8]]) -> Vec<u8> {
    let mut header = vec![segments.len() as u32];
    let mut at = 64;
    for segment in segments {
        header.push(at);
        at += segment.len() as u32;
    }
    header.resize(16, 0);
    let header = header.iter().flat_map(|word| word.to_le_bytes());
    header.chain(segments.concat()).collect()
}

fn samples(descriptor: &PixelDescriptor, frame: &[u8]) -> Result<Samples, DecodeError> {
    let decoded = decode(descriptor, Some(&TransferSyntax::RleLossless), frame)?;
    assert_eq!(decoded.warnings, []);
    Ok(decoded.samples)
}

#[test]
fn g_2_the_first_segment_has_the_high_bytes_and_the_values_are_cut_out_of_the_words() {
    let [(high, high_segment), (low, low_segment)] = [1, 2].map(plane);
    let frame = frame(&[&high_segment, &low_segment]);
    let grey = |bits, is_signed| descriptor(bits, is_signed, Photometric::Monochrome2);
    let words = high.iter().zip(&low).map(|(&high, &low)| [high, low]);
    let unsigned: Vec<u16> = words.clone().map(u16::from_be_bytes).collect();
    let signed: Vec<i16> = words.map(i16::from_be_bytes).collect();
    // PS3.5 8.1.1: of 12 bits stored the highest is the sign.
    let twelve = signed.iter().map(|&word| (word << 4) >> 4).collect();
    let masked = unsigned.iter().map(|&word| word & 0xFFF).collect();
    for (descriptor, wanted) in [
        (grey(16, false), Samples::U16(unsigned)),
        (grey(16, true), Samples::I16(signed)),
        (grey(12, false), Samples::U16(masked)),
        (grey(12, true), Samples::I16(twelve)),
    ] {
        assert!(samples(&descriptor, &frame).unwrap() == wanted);
    }
}

#[test]
fn g_2_colour_has_a_segment_for_each_component() {
    let planes = [3, 4, 5].map(plane);
    let frame = frame(&planes.each_ref().map(|(_, segment)| &segment[..]));
    let wanted = (0..N_PIXELS).flat_map(|at| planes.each_ref().map(|(plane, _)| plane[at]));
    let rgb = descriptor(8, false, Photometric::Rgb);
    assert!(samples(&rgb, &frame).unwrap() == Samples::U8(wanted.collect()));
}

#[test]
fn a_segment_that_ends_early_is_told_with_the_bytes_there_are() {
    let (_, whole) = plane(6);
    // 40 replicate runs of 100 bytes and a literal run of 5, of which 3 are there.
    let mut short = [157, 7].repeat(40);
    short.extend([4, 1, 2, 3]);
    let grey = descriptor(16, false, Photometric::Monochrome2);
    let error = samples(&grey, &frame(&[&whole, &short])).unwrap_err();
    let expected = N_PIXELS as u64;
    let actual = 4003;
    assert_eq!(error, DecodeError::TooShort { expected, actual });
}
