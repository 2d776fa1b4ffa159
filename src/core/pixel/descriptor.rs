//! PixelDescriptor: what the Image Pixel module (PS3.3 C.7.6.3) says of a frame, checked once, before anything is allocated.

/// Photometric Interpretation (0028,0004), PS3.3 C.7.6.3.1.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Photometric {
    /// Lowest value white.
    Monochrome1,
    /// Lowest value black.
    Monochrome2,
    /// Index into three palette tables.
    PaletteColor,
    /// Red, green, blue.
    Rgb,
    /// Luminance and chrominance, full range.
    YbrFull,
    /// As YBR_FULL, chrominance halved horizontally.
    YbrFull422,
    /// Studio range, chrominance halved horizontally.
    YbrPartial422,
    /// Studio range, chrominance halved both ways.
    YbrPartial420,
    /// Irreversible transform inside JPEG 2000.
    YbrIct,
    /// Reversible transform inside JPEG 2000.
    YbrRct,
    /// Perceptual space inside JPEG XL.
    Xyb,
}

impl Photometric {
    /// Reads the defined term; `None` for any other (retired or private) term.
    pub fn parse(term: &str) -> Option<Self> {
        Some(match term.trim_matches([' ', '\0']) {
            "MONOCHROME1" => Self::Monochrome1,
            "MONOCHROME2" => Self::Monochrome2,
            "PALETTE COLOR" => Self::PaletteColor,
            "RGB" => Self::Rgb,
            "YBR_FULL" => Self::YbrFull,
            "YBR_FULL_422" => Self::YbrFull422,
            "YBR_PARTIAL_422" => Self::YbrPartial422,
            "YBR_PARTIAL_420" => Self::YbrPartial420,
            "YBR_ICT" => Self::YbrIct,
            "YBR_RCT" => Self::YbrRct,
            "XYB" => Self::Xyb,
            _ => return None,
        })
    }

    /// True for the two grey interpretations.
    pub fn is_monochrome(self) -> bool {
        matches!(self, Self::Monochrome1 | Self::Monochrome2)
    }

    /// The defined term as it stands in (0028,0004).
    pub fn term(self) -> &'static str {
        match self {
            Self::Monochrome1 => "MONOCHROME1",
            Self::Monochrome2 => "MONOCHROME2",
            Self::PaletteColor => "PALETTE COLOR",
            Self::Rgb => "RGB",
            Self::YbrFull => "YBR_FULL",
            Self::YbrFull422 => "YBR_FULL_422",
            Self::YbrPartial422 => "YBR_PARTIAL_422",
            Self::YbrPartial420 => "YBR_PARTIAL_420",
            Self::YbrIct => "YBR_ICT",
            Self::YbrRct => "YBR_RCT",
            Self::Xyb => "XYB",
        }
    }
}

/// Which element holds the pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SampleKind {
    /// Pixel Data (7FE0,0010).
    #[default]
    Integer,
    /// Float Pixel Data (7FE0,0008), 32 bit.
    Float,
    /// Double Float Pixel Data (7FE0,0009), 64 bit.
    Double,
}

/// The Image Pixel module as it was read, nothing checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RawDescriptor {
    /// Rows (0028,0010).
    pub rows: Option<u32>,
    /// Columns (0028,0011).
    pub columns: Option<u32>,
    /// Samples per Pixel (0028,0002).
    pub samples_per_pixel: Option<u16>,
    /// Bits Allocated (0028,0100).
    pub bits_allocated: Option<u16>,
    /// Bits Stored (0028,0101).
    pub bits_stored: Option<u16>,
    /// High Bit (0028,0102).
    pub high_bit: Option<u16>,
    /// Pixel Representation (0028,0103): 1 is two's complement.
    pub pixel_representation: Option<u16>,
    /// Planar Configuration (0028,0006): 1 is plane after plane, per frame.
    pub planar_configuration: Option<u16>,
    /// Photometric Interpretation (0028,0004), where the term is known.
    pub photometric: Option<Photometric>,
    /// Which element holds the pixels.
    pub kind: SampleKind,
    /// Bits of the pixel cell that hold overlays, as a mask (retired; 60xx,0102).
    pub overlay_bits: u32,
}

/// What is wrong with an Image Pixel module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DescriptorError {
    /// An attribute that nothing can be drawn without.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// An attribute with a value that cannot be.
    #[error("{name} is {value}")]
    Invalid {
        /// The attribute's name.
        name: &'static str,
        /// What the file says.
        value: u32,
    },
    /// A frame beyond the limit of [`MAX_FRAME_BYTES`] or [`MAX_SIDE_PX`].
    #[error("a frame of {columns} x {rows} is larger than this viewer opens")]
    TooLarge {
        /// Rows (0028,0010).
        rows: u32,
        /// Columns (0028,0011).
        columns: u32,
    },
}

/// Largest decoded frame, 512 MiB.
pub const MAX_FRAME_BYTES: u64 = 512 << 20;
/// Largest side of a frame, pixels.
pub const MAX_SIDE_PX: u32 = 65_535;

/// Image Pixel module, PS3.3 C.7.6.3, checked: sizes are non-zero and capped, bits are consistent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PixelDescriptor {
    /// Rows, 1..=65535.
    pub rows: u32,
    /// Columns, 1..=65535.
    pub columns: u32,
    /// 1 or 3 (4 is refused).
    pub samples_per_pixel: u16,
    /// 1, 8, 16, 32 or 64.
    pub bits_allocated: u16,
    /// 1..=bits_allocated.
    pub bits_stored: u16,
    /// bits_stored-1..bits_allocated.
    pub high_bit: u16,
    /// Two's complement.
    pub is_signed: bool,
    /// Planar Configuration 1: plane after plane within each frame.
    pub is_planar: bool,
    /// Photometric Interpretation.
    pub photometric: Photometric,
    /// Which element holds the pixels.
    pub kind: SampleKind,
    /// Bits of the pixel cell outside the stored bits that hold overlays, as a mask.
    pub overlay_bits: u32,
    /// The frame shall bring its colour components as they were stored besides R G B: for the chain behind a colour.
    pub keeps_components: bool,
}

impl PixelDescriptor {
    /// Checks the module.
    ///
    /// # Errors
    /// [`DescriptorError`] names the attribute; nothing is guessed but High Bit (Bits Stored - 1, PS3.5 8.1.1),
    /// Bits Stored (Bits Allocated), Pixel Representation (0) and Planar Configuration (0).
    pub fn new(raw: &RawDescriptor) -> Result<Self, DescriptorError> {
        use DescriptorError::{Invalid, Missing, TooLarge};
        let rows = raw.rows.ok_or(Missing("Rows"))?;
        let columns = raw.columns.ok_or(Missing("Columns"))?;
        let bits_allocated = raw.bits_allocated.ok_or(Missing("Bits Allocated"))?;
        let photometric = raw
            .photometric
            .ok_or(Missing("Photometric Interpretation"))?;
        let default_samples =
            if photometric.is_monochrome() || photometric == Photometric::PaletteColor {
                1
            } else {
                3
            };
        let samples_per_pixel = raw.samples_per_pixel.unwrap_or(default_samples);
        let bits_stored = raw.bits_stored.unwrap_or(bits_allocated);
        let high_bit = raw.high_bit.unwrap_or(bits_stored.saturating_sub(1));
        for (name, value, ok) in [
            ("Rows", rows, rows > 0),
            ("Columns", columns, columns > 0),
            (
                "Samples per Pixel",
                samples_per_pixel.into(),
                samples_per_pixel == default_samples,
            ),
            (
                "Bits Allocated",
                bits_allocated.into(),
                matches!(bits_allocated, 1 | 8 | 16 | 32 | 64),
            ),
            (
                "Bits Stored",
                bits_stored.into(),
                (1..=bits_allocated).contains(&bits_stored),
            ),
            (
                "High Bit",
                high_bit.into(),
                high_bit < bits_allocated && high_bit + 1 >= bits_stored,
            ),
        ] {
            if !ok {
                return Err(Invalid { name, value });
            }
        }
        let descriptor = Self {
            rows,
            columns,
            samples_per_pixel,
            bits_allocated,
            bits_stored,
            high_bit,
            is_signed: raw.pixel_representation == Some(1),
            is_planar: raw.planar_configuration == Some(1) && samples_per_pixel > 1,
            photometric,
            kind: raw.kind,
            overlay_bits: raw.overlay_bits & unused_bits(bits_allocated, bits_stored, high_bit),
            keeps_components: false,
        };
        if rows > MAX_SIDE_PX
            || columns > MAX_SIDE_PX
            || descriptor.decoded_frame_bytes() > MAX_FRAME_BYTES
        {
            return Err(TooLarge { rows, columns });
        }
        Ok(descriptor)
    }

    /// Rows x Columns.
    pub fn n_pixels(&self) -> u64 {
        u64::from(self.rows) * u64::from(self.columns)
    }

    /// Bits of one native frame as it lies in Pixel Data: 4:2:2 and 4:2:0 share chrominance (C.7.6.3.1.2),
    /// 1-bit frames are not padded to bytes (PS3.5 8.1.1).
    pub fn native_frame_bits(&self) -> u64 {
        let samples = match self.photometric {
            Photometric::YbrFull422 | Photometric::YbrPartial422 => 2 * self.n_pixels(),
            Photometric::YbrPartial420 => self.n_pixels() * 3 / 2,
            _ => u64::from(self.samples_per_pixel) * self.n_pixels(),
        };
        samples * u64::from(self.bits_allocated)
    }

    /// Bytes of one decoded frame: every sample of every pixel, 1-bit samples as bytes.
    pub fn decoded_frame_bytes(&self) -> u64 {
        self.n_pixels() * u64::from(self.samples_per_pixel) * u64::from(self.bits_allocated.max(8))
            / 8
    }
}

/// Padding of C.7.5.1.1.2: an inclusive range of stored values that are no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PaddingRange {
    /// Lowest padded stored value.
    pub low: i32,
    /// Highest padded stored value.
    pub high: i32,
}

/// Bits of a cell of at most 32 bits that hold no stored value (PS3.5 8.1.1).
fn unused_bits(allocated: u16, stored: u16, high_bit: u16) -> u32 {
    let mask = |n: u16| (1_u64 << n.min(33)) - 1;
    let lowest = high_bit + 1 - stored;
    let used = mask(stored) << lowest.min(31);
    (mask(allocated) & !used) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ct() -> RawDescriptor {
        RawDescriptor {
            rows: Some(512),
            columns: Some(512),
            samples_per_pixel: Some(1),
            bits_allocated: Some(16),
            bits_stored: Some(12),
            photometric: Some(Photometric::Monochrome2),
            ..RawDescriptor::default()
        }
    }

    #[test]
    fn missing_rows_is_named() {
        let raw = RawDescriptor { rows: None, ..ct() };
        assert_eq!(
            PixelDescriptor::new(&raw),
            Err(DescriptorError::Missing("Rows"))
        );
    }

    #[test]
    fn bits_stored_above_allocated_is_refused_with_its_value() {
        let raw = RawDescriptor {
            bits_stored: Some(17),
            ..ct()
        };
        assert_eq!(
            PixelDescriptor::new(&raw),
            Err(DescriptorError::Invalid {
                name: "Bits Stored",
                value: 17
            })
        );
    }

    #[test]
    fn a_frame_of_65535_squared_16_bit_is_refused_before_allocation() {
        let raw = RawDescriptor {
            rows: Some(65_535),
            columns: Some(65_535),
            ..ct()
        };
        assert_eq!(
            PixelDescriptor::new(&raw),
            Err(DescriptorError::TooLarge {
                rows: 65_535,
                columns: 65_535
            })
        );
    }

    #[test]
    fn c_7_6_3_1_2_a_422_frame_is_two_samples_a_pixel() {
        let raw = RawDescriptor {
            samples_per_pixel: Some(3),
            bits_allocated: Some(8),
            bits_stored: Some(8),
            photometric: Some(Photometric::YbrFull422),
            ..ct()
        };
        assert_eq!(
            PixelDescriptor::new(&raw).unwrap().native_frame_bits(),
            512 * 512 * 16
        );
    }
}
