//! What every decoder is given and hands back.

/// What a codestream says of itself, read before anything is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Pixel columns.
    pub width: u32,
    /// Pixel rows.
    pub height: u32,
    /// Samples of one pixel.
    pub components: u16,
    /// Bits of one sample, 1 to 16.
    pub bits: u8,
    /// Two's complement.
    pub is_signed: bool,
    /// Information was lost.
    pub is_lossy: bool,
    /// The decoder has undone, or will undo, a colour transform: the samples are then RGB.
    pub has_color_transform: bool,
}

impl Header {
    /// Samples of the whole picture; `None` where they do not fit 64 bits.
    pub fn n_samples(&self) -> Option<u64> {
        u64::from(self.width)
            .checked_mul(u64::from(self.height))?
            .checked_mul(u64::from(self.components))
    }
}

/// What a decoder may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most samples of a picture (width x height x components).
    pub max_samples: u64,
}

/// A decoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its header; width and height are those of the samples (smaller than the codestream's at a reduced level).
    pub header: Header,
    /// Components interleaved, rows from the top; signed samples are sign-extended to 16 bits.
    pub samples: Vec<u16>,
    /// Oddities that did not stop the decoder, each a sentence without a full stop.
    pub warnings: Vec<&'static str>,
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The bytes end before the picture does.
    Truncated,
    /// The codestream breaks its own rules.
    Corrupt(&'static str),
    /// A part of the standard that is not decoded.
    Unsupported(&'static str),
    /// More samples than the limits allow.
    TooLarge,
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Truncated => formatter.write_str("the codestream ends early"),
            Self::Corrupt(detail) => formatter.write_str(detail),
            Self::Unsupported(detail) => write!(formatter, "not supported: {detail}"),
            Self::TooLarge => {
                formatter.write_str("the codestream claims more samples than allowed")
            }
        }
    }
}

impl std::error::Error for Error {}
