//! Lossy JPEG (ISO/IEC 10918-1): baseline, extended and progressive, 8 and 12 bit, components left as they are coded.

use libjpeg_turbo_rs::{ColorSpace, DecodeLimits, Decoder, JpegError, precision};
use skiagraph_core::pixel::{
    descriptor::{MAX_FRAME_BYTES, MAX_SIDE_PX, Photometric, PixelDescriptor},
    samples::Samples,
};

use super::{
    codec::{DecodeError, DecodeWarning, Plain},
    jpeg_header::JpegHeader,
    jpeg_progressive_12, native,
};

/// More scans than any real progressive image has; a stream of empty scans costs a pass over the image each.
pub(super) const MAX_SCANS: usize = 256;

/// Decodes a lossy JPEG frame.
///
/// # Errors
/// [`DecodeError::SizeMismatch`] before anything is allocated, [`DecodeError::Corrupt`], [`DecodeError::Unsupported`]
/// for processes that no decoder knows.
pub(super) fn decode(descriptor: &PixelDescriptor, frame: &[u8]) -> Result<Plain, DecodeError> {
    let header = JpegHeader::parse(frame)?;
    let Some(size) = header.size else {
        return Err(DecodeError::corrupt("JPEG", "no frame header"));
    };
    size.check(descriptor)?;
    let (values, photometric, warnings) = match size.bits {
        8 => decode_8_bit(descriptor, &header, frame)?,
        12 => decode_12_bit(descriptor, &header, frame)?,
        bits => {
            return Err(DecodeError::Unsupported {
                name: format!("JPEG of {bits} bits"),
            });
        }
    };
    Ok(Plain {
        samples: fit(descriptor, values),
        photometric,
        is_lossy: true,
        warnings,
    })
}

/// Values of the codestream, not yet of the type that the descriptor asks for.
enum Values {
    Narrow(Vec<u8>),
    Wide(Vec<i16>),
}

type Coded = (Values, Photometric, Vec<DecodeWarning>);

fn decode_8_bit(
    descriptor: &PixelDescriptor,
    header: &JpegHeader,
    frame: &[u8],
) -> Result<Coded, DecodeError> {
    let mut decoder = Decoder::new_with_limits(frame, limits()).map_err(refused)?;
    // libjpeg's own guess only decides how to ask for untouched components; what they are is decided below.
    if decoder.jpeg_color_space() == ColorSpace::YCbCr {
        decoder.set_output_colorspace(ColorSpace::YCbCr);
    }
    let image = decoder.decode_image().map_err(refused)?;
    let warnings = image.warnings.iter().map(warning).collect();
    Ok((
        Values::Narrow(image.data),
        photometric(descriptor, header),
        warnings,
    ))
}

fn decode_12_bit(
    descriptor: &PixelDescriptor,
    header: &JpegHeader,
    frame: &[u8],
) -> Result<Coded, DecodeError> {
    if header.is_progressive() {
        let values = jpeg_progressive_12::decode(frame)?;
        return Ok((
            Values::Wide(values),
            photometric(descriptor, header),
            Vec::new(),
        ));
    }
    let image = precision::decompress_12bit_with_limits(frame, &limits()).map_err(refused)?;
    // Three components have gone from YCbCr to RGB in the crate, where libjpeg would take them for YCbCr.
    let photometric = if image.num_components == 3 {
        Photometric::Rgb
    } else {
        photometric(descriptor, header)
    };
    Ok((Values::Wide(image.data), photometric, Vec::new()))
}

fn limits() -> DecodeLimits {
    DecodeLimits {
        max_width: MAX_SIDE_PX as usize,
        max_height: MAX_SIDE_PX as usize,
        max_pixels: MAX_FRAME_BYTES,
        max_scans: MAX_SCANS,
        // Coefficients and planes beside the frame itself.
        max_memory: Some(6 * MAX_FRAME_BYTES),
    }
}

fn refused(error: JpegError) -> DecodeError {
    match error {
        JpegError::Unsupported(name) => DecodeError::Unsupported {
            name: format!("JPEG with {name}"),
        },
        other => DecodeError::corrupt("JPEG", other),
    }
}

fn warning(warning: &libjpeg_turbo_rs::DecodeWarning) -> DecodeWarning {
    DecodeWarning::Codec {
        detail: format!("damaged JPEG data: {warning}"),
    }
}

/// What the components are, from the bitstream first (PS3.5 8.2.1): Adobe's transform, the names R G B, JFIF,
/// and only then the data set.
fn photometric(descriptor: &PixelDescriptor, header: &JpegHeader) -> Photometric {
    if header.component_ids.len() != 3 {
        return descriptor.photometric;
    }
    match header.adobe_transform {
        Some(0) => return Photometric::Rgb,
        Some(1) => return Photometric::YbrFull,
        _ => {}
    }
    if header.component_ids == *b"RGB" {
        return Photometric::Rgb;
    }
    if header.is_jfif {
        return Photometric::YbrFull;
    }
    native::full_rate(descriptor.photometric)
}

/// To the type of the descriptor. Lossy values may overshoot Bits Stored: they are held at the largest, not wrapped.
fn fit(descriptor: &PixelDescriptor, values: Values) -> Samples {
    let stored = u32::from(descriptor.bits_stored).min(16);
    let largest = (1_u32 << stored) - 1;
    let is_plain = (descriptor.bits_allocated, descriptor.is_signed) == (8, false);
    match values {
        Values::Narrow(values) if is_plain && largest == 255 => Samples::U8(values),
        Values::Narrow(values) => widen(
            descriptor,
            values.into_iter().map(|v| u32::from(v).min(largest)),
        ),
        Values::Wide(values) => widen(
            descriptor,
            values
                .into_iter()
                .map(|v| u32::from(v.max(0) as u16).min(largest)),
        ),
    }
}

fn widen(descriptor: &PixelDescriptor, values: impl Iterator<Item = u32>) -> Samples {
    // Two's complement from Bits Stored (PS3.5 8.1.1); unsigned values pass unchanged.
    let unused = 32 - u32::from(descriptor.bits_stored).min(32);
    let signed = |v: u32| ((v << unused) as i32) >> unused;
    match (descriptor.bits_allocated, descriptor.is_signed) {
        (..=8, false) => Samples::U8(values.map(|v| v as u8).collect()),
        (..=8, true) => Samples::I8(values.map(|v| signed(v) as i8).collect()),
        (16, false) => Samples::U16(values.map(|v| v as u16).collect()),
        (16, true) => Samples::I16(values.map(|v| signed(v) as i16).collect()),
        (_, false) => Samples::U32(values.collect()),
        (_, true) => Samples::I32(values.map(signed).collect()),
    }
}
