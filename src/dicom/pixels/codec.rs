//! What every codec hands back, and how it says no.

use skiagraph_core::pixel::{
    descriptor::{Photometric, PixelDescriptor},
    photometric,
    raster::{Components, Raster, RasterKind},
    samples::Samples,
};

/// Why a frame could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// No decoder for this codec yet.
    #[error("{name} cannot be decoded yet")]
    Unsupported {
        /// The codec's name.
        name: String,
    },
    /// Fewer bytes than the frame needs.
    #[error("the frame has {actual} bytes and needs {expected}")]
    TooShort {
        /// Bytes that Rows, Columns, Samples per Pixel and Bits Allocated ask for.
        expected: u64,
        /// Bytes there are.
        actual: u64,
    },
    /// The codestream says another size than the data set: it is refused, never stretched.
    #[error("the codestream holds {coded}, the data set says {declared}")]
    SizeMismatch {
        /// Columns x rows x samples, bits of the codestream.
        coded: FrameSize,
        /// Columns x rows x samples, bits of the data set.
        declared: FrameSize,
    },
    /// The codestream breaks its own rules.
    #[error("damaged {codec} data: {detail}")]
    Corrupt {
        /// The codec's name.
        codec: &'static str,
        /// What is wrong, in the decoder's words.
        detail: String,
    },
}

impl DecodeError {
    pub(crate) fn corrupt(codec: &'static str, detail: impl ToString) -> Self {
        Self::Corrupt {
            codec,
            detail: detail.to_string(),
        }
    }
}

/// The size that a header claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameSize {
    /// Pixel rows.
    pub rows: u32,
    /// Pixel columns.
    pub columns: u32,
    /// Samples of one pixel.
    pub samples: u16,
    /// Bits of one sample.
    pub bits: u16,
}

impl FrameSize {
    /// The size in the data set: Bits Allocated is what the samples must fit into.
    pub fn declared(descriptor: &PixelDescriptor) -> Self {
        Self {
            rows: descriptor.rows,
            columns: descriptor.columns,
            samples: descriptor.samples_per_pixel,
            bits: descriptor.bits_allocated,
        }
    }

    /// Refuses a codestream of another size, or with samples too wide for Bits Allocated, before anything is allocated.
    ///
    /// # Errors
    /// [`DecodeError::SizeMismatch`] with both sizes.
    pub fn check(self, descriptor: &PixelDescriptor) -> Result<(), DecodeError> {
        let declared = Self::declared(descriptor);
        let is_same = (self.rows, self.columns, self.samples)
            == (declared.rows, declared.columns, declared.samples);
        if is_same && self.bits <= declared.bits.max(8) {
            return Ok(());
        }
        Err(DecodeError::SizeMismatch {
            coded: self,
            declared,
        })
    }
}

impl std::fmt::Display for FrameSize {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            rows,
            columns,
            samples,
            bits,
        } = self;
        write!(
            formatter,
            "{columns} x {rows} x {samples} samples of {bits} bits"
        )
    }
}

/// Something odd that did not stop the decoder; the viewer shows it beside the picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeWarning {
    /// Bytes after the frame beyond the one byte of padding of PS3.5 8.1.1.
    #[error("extra {n} bytes after the frame")]
    ExtraBytes {
        /// How many.
        n: u64,
    },
    /// The bytes are of another codec than the label says.
    #[error("labelled {label}, but the bytes are {found}")]
    Mislabeled {
        /// Name of the transfer syntax that the sender claimed.
        label: String,
        /// Name of the codec found.
        found: &'static str,
    },
    /// Labelled 4:2:2 or 4:2:0 and yet three samples a pixel.
    #[error("labelled as subsampled, but every pixel has its own chrominance")]
    NotSubsampled,
    /// The codestream was damaged in part; the rest is shown.
    #[error("{detail}")]
    Codec {
        /// In the decoder's words.
        detail: String,
    },
}

/// What a codec makes of a frame: samples of the width that the descriptor asks for, masked and sign-extended.
pub(crate) struct Plain {
    /// All components interleaved, before any colour transform.
    pub(crate) samples: Samples,
    /// What these samples are.
    pub(crate) photometric: Photometric,
    /// Whether information was lost.
    pub(crate) is_lossy: bool,
    /// Oddities.
    pub(crate) warnings: Vec<DecodeWarning>,
}

/// One decoded frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// Stored values, Rows x Columns x Samples per Pixel, components interleaved, before any colour transform.
    pub samples: Samples,
    /// Photometric Interpretation of these samples, which the codestream may have decided.
    pub photometric: Photometric,
    /// Whether the codestream has lost information.
    pub is_lossy: bool,
    /// Oddities worth a word to the reader.
    pub warnings: Vec<DecodeWarning>,
    /// Overlay bits out of the pixel cells: which bit, and one bit a pixel, the first in the least significant bit.
    pub planes: Vec<(u16, Vec<u8>)>,
}

impl Decoded {
    /// The frame as it is drawn: RGB8 for colour (PS3.3 C.7.6.3.1.2), stored values otherwise; PALETTE COLOR stays an index.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where the samples are fewer than the descriptor's pixels.
    pub fn into_raster(self, descriptor: &PixelDescriptor) -> Result<Raster, DecodeError> {
        let actual = self.samples.n_bytes() as u64;
        let is_color = descriptor.samples_per_pixel == 3;
        let components = (is_color && descriptor.keeps_components).then(|| self.components());
        let components = components.flatten();
        let (kind, samples) = if is_color {
            let rgb = photometric::to_rgb8(self.photometric, self.samples, descriptor.bits_stored);
            (RasterKind::Rgb, Samples::U8(rgb))
        } else {
            (RasterKind::Stored, self.samples)
        };
        let raster = Raster::new(descriptor.rows, descriptor.columns, kind, samples);
        let mut raster = raster.ok_or(DecodeError::TooShort {
            expected: descriptor.decoded_frame_bytes(),
            actual,
        })?;
        raster.components = components;
        let planes = self.planes.into_iter();
        raster.planes = planes.map(|(bit, bits)| (bit, bits.into())).collect();
        Ok(raster)
    }

    /// The samples as components of at most 16 bits.
    fn components(&self) -> Option<Components> {
        let values = match &self.samples {
            Samples::U8(bytes) => bytes.iter().map(|&byte| byte.into()).collect(),
            Samples::U16(words) => words.as_slice().into(),
            _ => return None,
        };
        Some(Components {
            photometric: self.photometric,
            values,
        })
    }
}
