//! Frames: every codec through the one entry that the worker uses, and the codec's own entries beside it.

use skiagraph_codec::{
    Error, Header, Limits, Picture, jpeg_lossless as lossless, wavelet as waves,
};
use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor, RawDescriptor, SampleKind};
use skiagraph_dicom::pixels::decode;
use skiagraph_dicom::transfer_syntax::TransferSyntax;

use crate::write::jxl::{VECTORS, descriptor};

/// Larger frames are refused by the targets themselves, so that a round is short: what is beyond has its tests.
pub(super) const MAX_SAMPLES: u64 = 1 << 18;

const LIMITS: Limits = Limits {
    max_samples: MAX_SAMPLES,
};

/// Bytes before the frame in [`described`].
pub(super) const DESCRIPTION_BYTES: usize = 8;

const LABELS: [TransferSyntax; 5] = [
    TransferSyntax::ExplicitVrLittleEndian,
    TransferSyntax::ExplicitVrBigEndian,
    TransferSyntax::RleLossless,
    TransferSyntax::DeflatedImageFrame,
    TransferSyntax::EncapsulatedUncompressed,
];

const PHOTOMETRIC: [Photometric; 8] = [
    Photometric::Monochrome2,
    Photometric::Rgb,
    Photometric::PaletteColor,
    Photometric::YbrFull,
    Photometric::YbrFull422,
    Photometric::YbrPartial420,
    Photometric::Monochrome1,
    Photometric::YbrRct,
];

/// Takes a description of [`DESCRIPTION_BYTES`] and a frame: rows, columns, bits allocated, bits stored, high bit, kind
/// and flags, colours, label. Every description stands for one that may be, or is refused by the descriptor.
pub(super) fn described(input: &[u8]) -> bool {
    let Some((description, frame)) = input.split_first_chunk::<DESCRIPTION_BYTES>() else {
        return false;
    };
    let [rows, columns, allocated, stored, high, flags, colors, label] =
        description.map(usize::from);
    let bits_allocated = [1, 8, 16, 32, 64][allocated % 5];
    let raw = RawDescriptor {
        rows: Some(1 + rows as u32),
        columns: Some(1 + columns as u32),
        bits_allocated: Some(bits_allocated),
        bits_stored: Some(1 + stored as u16 % bits_allocated),
        high_bit: Some(high as u16 % bits_allocated),
        pixel_representation: Some(flags as u16 & 1),
        planar_configuration: Some(flags as u16 >> 1 & 1),
        photometric: Some(PHOTOMETRIC[colors % PHOTOMETRIC.len()]),
        kind: match flags >> 2 & 7 {
            1 => SampleKind::Float,
            2 => SampleKind::Double,
            _ => SampleKind::Integer,
        },
        overlay_bits: if flags >> 5 == 1 { u32::MAX } else { 0 },
        samples_per_pixel: None,
    };
    let label = &LABELS[label % LABELS.len()];
    PixelDescriptor::new(&raw).is_ok_and(|descriptor| is_decoded(&descriptor, label, frame))
}

/// Decodes and makes a raster: as many samples as the descriptor says, or an error.
pub(super) fn is_decoded(
    descriptor: &PixelDescriptor,
    label: &TransferSyntax,
    frame: &[u8],
) -> bool {
    let Ok(decoded) = decode(descriptor, Some(label), frame) else {
        return false;
    };
    let n_samples = descriptor.n_pixels() * u64::from(descriptor.samples_per_pixel);
    assert_eq!(decoded.samples.len() as u64, n_samples);
    decoded
        .into_raster(descriptor)
        .expect("samples of the descriptor's size make a raster");
    true
}

/// A descriptor that agrees with what a codestream says of itself, where there is one.
fn agreeing(header: &Header) -> Option<PixelDescriptor> {
    let n_samples = header.n_samples().filter(|n| *n <= MAX_SAMPLES)?;
    let photometric = match header.components {
        1 => Photometric::Monochrome2,
        _ => Photometric::Rgb,
    };
    let raw = RawDescriptor {
        rows: Some(header.height),
        columns: Some(header.width),
        samples_per_pixel: Some(header.components),
        bits_allocated: Some(if header.bits > 8 { 16 } else { 8 }),
        bits_stored: Some(header.bits.into()),
        pixel_representation: Some(header.is_signed.into()),
        photometric: Some(photometric),
        ..RawDescriptor::default()
    };
    let descriptor = PixelDescriptor::new(&raw).ok()?;
    assert_eq!(
        n_samples,
        descriptor.n_pixels() * u64::from(header.components)
    );
    Some(descriptor)
}

/// By the worker's way where the header can be a DICOM image's, else by the codec's own.
fn coded(
    input: &[u8],
    header: Result<Header, Error>,
    label: &TransferSyntax,
    own: fn(&[u8], &Limits) -> Result<Picture, Error>,
) -> bool {
    match header.ok().and_then(|header| agreeing(&header)) {
        Some(descriptor) => is_decoded(&descriptor, label, input),
        None => own(input, &LIMITS).is_ok_and(|picture| is_whole(&picture)),
    }
}

fn is_whole(picture: &Picture) -> bool {
    assert_eq!(
        picture.header.n_samples(),
        Some(picture.samples.len() as u64)
    );
    true
}

pub(super) fn jpeg_lossless(input: &[u8]) -> bool {
    let label = TransferSyntax::JpegLosslessSv1;
    coded(input, lossless::header(input), &label, lossless::decode)
}

pub(super) fn jpeg_ls(input: &[u8]) -> bool {
    use skiagraph_codec::jpeg_ls::{decode, header};
    coded(
        input,
        header(input),
        &TransferSyntax::JpegLsLossless,
        decode,
    )
}

/// Whole, at half the size, and as the beginning of a picture that is still on its way.
pub(super) fn wavelet(input: &[u8]) -> bool {
    let half = if input.len().is_multiple_of(2) {
        waves::decode_reduced(input, 1, &LIMITS)
    } else {
        waves::decode_prefix(input, 1, &LIMITS).map(|(picture, _)| picture)
    };
    let is_half = half.is_ok_and(|picture| is_whole(&picture));
    if let Ok(extents) = waves::extents(input, &LIMITS) {
        assert!(extents.iter().flatten().all(|&n| n <= input.len()));
    }
    if input.len() % 4 > 1 {
        let prefix = waves::decode_prefix(input, 0, &LIMITS);
        if let Ok((picture, reached)) = prefix {
            assert!(reached.packets <= reached.of_packets && is_whole(&picture));
        }
    }
    let label = TransferSyntax::Jpeg2000Lossless;
    let is_decoded = coded(input, waves::header(input), &label, waves::decode);
    is_decoded || is_half
}

/// Lossy JPEG, with a descriptor made of the first frame header there is (ISO/IEC 10918-1 B.2.2).
pub(super) fn jpeg(input: &[u8]) -> bool {
    let is_frame = |at: &[u8]| at[0] == 0xFF && matches!(at[1], 0xC0..=0xC2 | 0xC9 | 0xCA);
    let header = input.windows(10).find(|at| is_frame(at));
    let Some(&[_, _, _, _, bits, r0, r1, c0, c1, n]) = header else {
        return false;
    };
    let header = Header {
        width: u16::from_be_bytes([c0, c1]).into(),
        height: u16::from_be_bytes([r0, r1]).into(),
        components: n.into(),
        bits: bits.clamp(1, 16),
        is_signed: false,
        is_lossy: true,
        has_color_transform: false,
    };
    let label = TransferSyntax::JpegExtended;
    agreeing(&header).is_some_and(|descriptor| is_decoded(&descriptor, &label, input))
}

/// The first byte says which of the streams' descriptors the rest is held against.
pub(super) fn jxl(input: &[u8]) -> bool {
    let Some((which, frame)) = input.split_first() else {
        return false;
    };
    let vector = &VECTORS[usize::from(*which) % VECTORS.len()];
    is_decoded(&descriptor(vector), &TransferSyntax::JpegXl, frame)
}
