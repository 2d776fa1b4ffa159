//! From the bytes of one frame to its stored values: the one entry for the worker, the tests and `digest`.

use skiagraph_core::pixel::{
    descriptor::{PixelDescriptor, SampleKind},
    samples::Samples,
};

#[cfg(feature = "jpeg")]
use super::jpeg;
#[cfg(feature = "wavelet")]
use super::jpeg_2000;
#[cfg(feature = "jpeg_lossless")]
use super::jpeg_lossless;
#[cfg(feature = "jpeg_ls")]
use super::jpeg_ls;
#[cfg(feature = "jpeg_xl")]
use super::jpeg_xl;
use super::{
    codec::{DecodeError, DecodeWarning, Decoded, Plain},
    deflate, native, rle,
    sniff::{Codec, sniff},
};
use crate::transfer_syntax::TransferSyntax;

/// Decodes one frame. The bytes decide on the codec (standards 2.2), `label` only where they are silent: on the byte
/// order of native words and on deflated frames.
///
/// # Errors
/// [`DecodeError`]: no codec, too few bytes, another size than the descriptor's, damaged data. Nothing larger than the
/// descriptor's frame is allocated before its size has been compared.
pub fn decode(
    descriptor: &PixelDescriptor,
    label: Option<&TransferSyntax>,
    frame: &[u8],
) -> Result<Decoded, DecodeError> {
    decode_reduced(descriptor, label, frame, 0)
}

/// Decodes one frame 2^`level` times smaller than `descriptor` says: [`reduced`] is what its samples are of. Only the bytes
/// of that resolution need be there.
///
/// # Errors
/// As [`decode`], and [`DecodeError::Unsupported`] where there are fewer than [`levels`].
pub fn decode_reduced(
    descriptor: &PixelDescriptor,
    label: Option<&TransferSyntax>,
    frame: &[u8],
    level: u8,
) -> Result<Decoded, DecodeError> {
    check_width(descriptor)?;
    let codec = sniff(descriptor, label, frame);
    check_level(codec, level)?;
    let Plain {
        samples,
        photometric,
        is_lossy,
        mut warnings,
    } = match codec {
        Codec::Native => native::decode(
            descriptor,
            label == Some(&TransferSyntax::ExplicitVrBigEndian),
            frame,
        )?,
        Codec::Rle => rle::decode(descriptor, frame)?,
        #[cfg(feature = "jpeg")]
        Codec::Jpeg => jpeg::decode(descriptor, frame)?,
        #[cfg(feature = "jpeg_lossless")]
        Codec::JpegLossless => jpeg_lossless::decode(descriptor, frame)?,
        #[cfg(feature = "jpeg_ls")]
        Codec::JpegLs => jpeg_ls::decode(descriptor, frame)?,
        #[cfg(feature = "wavelet")]
        Codec::Jpeg2000 | Codec::Htj2k => jpeg_2000::decode(descriptor, frame, level)?,
        #[cfg(feature = "jpeg_xl")]
        Codec::JpegXl => jpeg_xl::decode(descriptor, frame)?,
        Codec::Deflate => native::decode(
            descriptor,
            false,
            &deflate::inflate_frame(descriptor, frame)?,
        )?,
        codec => return Err(unsupported(codec, label)),
    };
    if let Some(label) = label.filter(|label| codec.contradicts(label)) {
        warnings.push(DecodeWarning::Mislabeled {
            label: label.name().to_owned(),
            found: codec.name(),
        });
    }
    Ok(Decoded {
        samples,
        photometric,
        is_lossy,
        warnings,
        planes: overlay_planes(descriptor, label, codec, frame),
    })
}

/// How many times a frame can be had at half the size: 0 for codecs that store one size only. The first bytes of the frame,
/// up to its first tile, are enough.
///
/// # Errors
/// [`DecodeError`] where these bytes are damaged, or of another size than the descriptor's.
pub fn levels(
    descriptor: &PixelDescriptor,
    label: Option<&TransferSyntax>,
    frame: &[u8],
) -> Result<u8, DecodeError> {
    match sniff(descriptor, label, frame) {
        #[cfg(feature = "wavelet")]
        Codec::Jpeg2000 | Codec::Htj2k => jpeg_2000::levels(descriptor, frame),
        _ => Ok(0),
    }
}

/// What [`decode_reduced`] gives: `descriptor` with the rows and columns of that level. The bytes that [`levels`] needs are
/// enough.
///
/// # Errors
/// As [`levels`], and [`DecodeError::Unsupported`] where there are fewer.
pub fn reduced(
    descriptor: &PixelDescriptor,
    label: Option<&TransferSyntax>,
    frame: &[u8],
    level: u8,
) -> Result<PixelDescriptor, DecodeError> {
    let codec = sniff(descriptor, label, frame);
    check_level(codec, level)?;
    match codec {
        #[cfg(feature = "wavelet")]
        Codec::Jpeg2000 | Codec::Htj2k => jpeg_2000::reduced(descriptor, frame, level),
        _ => Ok(*descriptor),
    }
}

/// Only the wavelet codecs store a picture in several sizes.
fn check_level(codec: Codec, level: u8) -> Result<(), DecodeError> {
    if level == 0 || matches!(codec, Codec::Jpeg2000 | Codec::Htj2k) {
        return Ok(());
    }
    let name = format!("{} at a reduced size", codec.name());
    Err(DecodeError::Unsupported { name })
}

/// Whether [`decode`] of this build has the codec; one without a decoder anywhere counts as built in: it is refused here.
pub fn is_built_in(codec: Codec) -> bool {
    let has = [
        (Codec::Jpeg, cfg!(feature = "jpeg")),
        (Codec::JpegLossless, cfg!(feature = "jpeg_lossless")),
        (Codec::JpegLs, cfg!(feature = "jpeg_ls")),
        (Codec::JpegXl, cfg!(feature = "jpeg_xl")),
        (Codec::Jpeg2000, cfg!(feature = "wavelet")),
        (Codec::Htj2k, cfg!(feature = "wavelet")),
    ];
    has.iter()
        .all(|&(other, is_here)| is_here || other != codec)
}

/// Overlays out of the bits of the pixel cells that hold no stored value. Only what keeps whole cells has them: with any
/// other codec nothing but stored values may be in a cell (PS3.5 8.1.1, A.4).
fn overlay_planes(
    descriptor: &PixelDescriptor,
    label: Option<&TransferSyntax>,
    codec: Codec,
    frame: &[u8],
) -> Vec<(u16, Vec<u8>)> {
    let has_cells = matches!(codec, Codec::Native | Codec::Deflate | Codec::Rle);
    let is_cell = descriptor.samples_per_pixel == 1 && descriptor.bits_allocated > 1;
    if !has_cells || !is_cell {
        return Vec::new();
    }
    let plane = |bit: u16| {
        // The plane is an image of its own, of one stored bit.
        let one_bit = PixelDescriptor {
            bits_stored: 1,
            high_bit: bit,
            is_signed: false,
            overlay_bits: 0,
            ..*descriptor
        };
        let samples = decode(&one_bit, label, frame).ok()?.samples;
        Some((bit, packed(&samples)))
    };
    (0..32)
        .filter(|bit| descriptor.overlay_bits >> bit & 1 == 1)
        .filter_map(plane)
        .collect()
}

/// Samples of 0 and 1 as bits, the first in the least significant bit.
fn packed(samples: &Samples) -> Vec<u8> {
    let mut bytes = vec![0; samples.len().div_ceil(8)];
    for at in (0..samples.len()).filter(|&at| samples.get(at) == Some(1.0)) {
        bytes[at / 8] |= 1 << (at % 8);
    }
    bytes
}

/// There are no integers of 64 bit among the stored values, no floats of another width than their element's, and none in
/// colour.
fn check_width(descriptor: &PixelDescriptor) -> Result<(), DecodeError> {
    let bits = descriptor.bits_allocated;
    let (is_right, kind) = match descriptor.kind {
        SampleKind::Integer => (bits <= 32, "integer"),
        SampleKind::Float => (bits == 32, "float"),
        SampleKind::Double => (bits == 64, "double float"),
    };
    let name = || format!("{kind} pixel data of {bits} bits");
    // PS3.3 C.7.6.24, C.7.6.25: floats have one sample a pixel.
    if descriptor.kind != SampleKind::Integer && descriptor.samples_per_pixel > 1 {
        let name = format!("{kind} pixel data in colour");
        return Err(DecodeError::Unsupported { name });
    }
    is_right
        .then_some(())
        .ok_or_else(|| DecodeError::Unsupported { name: name() })
}

fn unsupported(codec: Codec, label: Option<&TransferSyntax>) -> DecodeError {
    let name = match (codec, label) {
        (Codec::Unknown | Codec::Video, Some(label)) => label.name(),
        _ => codec.name(),
    };
    DecodeError::Unsupported {
        name: name.to_owned(),
    }
}
