//! What the decoders of `skiagraph_codec` share on this side: sizes compared first, samples fitted to the descriptor.

use skiagraph_codec::{Error, Header, Limits, Picture};
use skiagraph_core::pixel::{
    descriptor::{Photometric, PixelDescriptor, SampleKind},
    samples::Samples,
};

use super::{
    codec::{DecodeError, DecodeWarning, FrameSize, Plain},
    native,
};

/// A decoder and its name.
pub(super) struct Decoder<'a> {
    /// As a person knows it.
    pub(super) name: &'static str,
    /// What the codestream says of itself.
    pub(super) header: fn(&[u8]) -> Result<Header, Error>,
    /// The samples.
    pub(super) decode: &'a dyn Fn(&[u8], &Limits) -> Result<Picture, Error>,
}

impl Decoder<'_> {
    /// Decodes a frame.
    ///
    /// # Errors
    /// [`DecodeError::SizeMismatch`] before anything is allocated, [`DecodeError::Corrupt`], also for a codestream that
    /// ends early, and [`DecodeError::Unsupported`].
    pub(super) fn plain(
        &self,
        descriptor: &PixelDescriptor,
        frame: &[u8],
    ) -> Result<Plain, DecodeError> {
        if descriptor.kind != SampleKind::Integer {
            let name = format!("{} of floating point numbers", self.name);
            return Err(DecodeError::Unsupported { name });
        }
        let refused = |error| refused(self.name, error);
        size(&(self.header)(frame).map_err(refused)?).check(descriptor)?;
        let picture = (self.decode)(frame, &limits(descriptor)).map_err(refused)?;
        let header = picture.header;
        let warnings = picture.warnings.iter().map(|warning| self.warning(warning));
        Ok(Plain {
            photometric: if header.has_color_transform {
                Photometric::Rgb
            } else {
                native::full_rate(descriptor.photometric)
            },
            is_lossy: header.is_lossy,
            warnings: warnings.collect(),
            samples: fit(descriptor, header, picture.samples),
        })
    }

    fn warning(&self, warning: &str) -> DecodeWarning {
        DecodeWarning::Codec {
            detail: format!("damaged {} data: {warning}", self.name),
        }
    }
}

/// The size that a codestream claims.
pub(super) fn size(header: &Header) -> FrameSize {
    FrameSize {
        rows: header.height,
        columns: header.width,
        samples: header.components,
        bits: header.bits.into(),
    }
}

pub(super) fn refused(codec: &'static str, error: Error) -> DecodeError {
    match error {
        Error::Unsupported(name) => DecodeError::Unsupported {
            name: name.to_owned(),
        },
        other => DecodeError::corrupt(codec, other),
    }
}

/// To the type of the descriptor, two's complement from Bits Stored (PS3.5 8.1.1). Lossy values that overshoot Bits Stored
/// are held at the largest and smallest, not wrapped.
fn fit(descriptor: &PixelDescriptor, header: Header, samples: Vec<u16>) -> Samples {
    let stored = u32::from(descriptor.bits_stored).clamp(1, 16);
    let is_signed = descriptor.is_signed || header.is_signed;
    let width = if header.is_lossy || header.is_signed {
        stored.max(header.bits.into())
    } else {
        stored
    };
    let unused = 32 - width;
    let (least, largest) = if descriptor.is_signed {
        (-1 << (stored - 1), (1 << (stored - 1)) - 1)
    } else {
        (0, (1 << stored) - 1)
    };
    let value = |sample: u16| {
        let top = u32::from(sample) << unused;
        let value = if is_signed {
            top as i32 >> unused
        } else {
            (top >> unused) as i32
        };
        value.clamp(least, largest)
    };
    let values = samples.into_iter().map(value);
    match (descriptor.bits_allocated, descriptor.is_signed) {
        (..=8, false) => Samples::U8(values.map(|value| value as u8).collect()),
        (..=8, true) => Samples::I8(values.map(|value| value as i8).collect()),
        (16, false) => Samples::U16(values.map(|value| value as u16).collect()),
        (16, true) => Samples::I16(values.map(|value| value as i16).collect()),
        (_, false) => Samples::U32(values.map(|value| value as u32).collect()),
        (_, true) => Samples::I32(values.collect()),
    }
}

/// What a picture may hold: what its descriptor says.
pub(super) fn limits(descriptor: &PixelDescriptor) -> Limits {
    Limits {
        max_samples: descriptor.n_pixels() * u64::from(descriptor.samples_per_pixel),
    }
}

#[cfg(test)]
mod tests {
    use skiagraph_core::pixel::descriptor::RawDescriptor;

    use super::*;

    fn fitted(stored: u16, is_signed: bool, bits: u8, is_lossy: bool, samples: &[u16]) -> Samples {
        let descriptor = PixelDescriptor::new(&RawDescriptor {
            rows: Some(1),
            columns: Some(1),
            bits_allocated: Some(16),
            bits_stored: Some(stored),
            high_bit: Some(stored - 1),
            pixel_representation: Some(is_signed.into()),
            photometric: Some(Photometric::Monochrome2),
            ..RawDescriptor::default()
        });
        let header = Header {
            width: 1,
            height: 1,
            components: 1,
            bits,
            is_signed: false,
            is_lossy,
            has_color_transform: false,
        };
        fit(&descriptor.unwrap(), header, samples.to_vec())
    }

    #[test]
    fn ps3_5_8_1_1_values_are_two_s_complement_of_bits_stored() {
        let samples = [0, 0x7FF, 0x800, 0xFFF];
        let signed = Samples::I16(vec![0, 2047, -2048, -1]);
        assert_eq!(fitted(12, true, 12, false, &samples), signed);
        let plain = Samples::U16(samples.to_vec());
        assert_eq!(fitted(12, false, 12, false, &samples), plain);
    }

    #[test]
    fn what_lies_above_bits_stored_is_masked_where_nothing_was_lost_and_held_where_it_was() {
        assert_eq!(
            fitted(12, false, 16, false, &[0x1001]),
            Samples::U16(vec![1])
        );
        assert_eq!(
            fitted(12, false, 16, true, &[0x1001]),
            Samples::U16(vec![0xFFF])
        );
        let overshot = fitted(12, true, 16, true, &[0x0801, 0xF7FF]);
        assert_eq!(overshot, Samples::I16(vec![2047, -2048]));
    }
}
