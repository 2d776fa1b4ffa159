//! Samples: stored values after decoding and before any table; the type says the width and the sign.

use super::descriptor::{PixelDescriptor, SampleKind};

/// Stored values of one frame, row after row; colour is interleaved (R G B R G B ...).
#[derive(Clone, Debug, PartialEq)]
pub enum Samples {
    /// 8 bit unsigned; also 1-bit pixels (0 or 1) and colour components.
    U8(Vec<u8>),
    /// 8 bit signed.
    I8(Vec<i8>),
    /// 16 bit unsigned.
    U16(Vec<u16>),
    /// 16 bit signed.
    I16(Vec<i16>),
    /// 32 bit unsigned.
    U32(Vec<u32>),
    /// 32 bit signed.
    I32(Vec<i32>),
    /// Float Pixel Data.
    F32(Vec<f32>),
    /// Double Float Pixel Data.
    F64(Vec<f64>),
}

macro_rules! each {
    ($self:expr, $v:ident => $body:expr) => {
        match $self {
            Samples::U8($v) => $body,
            Samples::I8($v) => $body,
            Samples::U16($v) => $body,
            Samples::I16($v) => $body,
            Samples::U32($v) => $body,
            Samples::I32($v) => $body,
            Samples::F32($v) => $body,
            Samples::F64($v) => $body,
        }
    };
}

impl Samples {
    /// Number of samples (pixels x samples per pixel).
    pub fn len(&self) -> usize {
        each!(self, v => v.len())
    }

    /// True where there is no sample at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes held.
    pub fn n_bytes(&self) -> usize {
        each!(self, v => size_of_val(v.as_slice()))
    }

    /// One stored value as f64 (exact for every variant); `None` outside.
    pub fn get(&self, index: usize) -> Option<f64> {
        match self {
            Self::U8(v) => v.get(index).map(|&x| x.into()),
            Self::I8(v) => v.get(index).map(|&x| x.into()),
            Self::U16(v) => v.get(index).map(|&x| x.into()),
            Self::I16(v) => v.get(index).map(|&x| x.into()),
            Self::U32(v) => v.get(index).map(|&x| x.into()),
            Self::I32(v) => v.get(index).map(|&x| x.into()),
            Self::F32(v) => v.get(index).map(|&x| x.into()),
            Self::F64(v) => v.get(index).copied(),
        }
    }

    /// Those at these places, in their order; `None` where one is outside.
    pub fn picked(&self, places: impl Iterator<Item = usize>) -> Option<Self> {
        macro_rules! pick {
            ($variant:ident, $v:ident) => {
                Self::$variant(
                    places
                        .map(|at| $v.get(at).copied())
                        .collect::<Option<_>>()?,
                )
            };
        }
        Some(match self {
            Self::U8(v) => pick!(U8, v),
            Self::I8(v) => pick!(I8, v),
            Self::U16(v) => pick!(U16, v),
            Self::I16(v) => pick!(I16, v),
            Self::U32(v) => pick!(U32, v),
            Self::I32(v) => pick!(I32, v),
            Self::F32(v) => pick!(F32, v),
            Self::F64(v) => pick!(F64, v),
        })
    }

    /// The samples as little-endian bytes, as wide as the type: what `digest` hashes and what a worker posts.
    pub fn to_le_bytes(&self) -> Vec<u8> {
        each!(self, v => v.iter().flat_map(|x| x.to_le_bytes()).collect())
    }

    /// NumPy's name of the element type, as `digest` prints it.
    pub fn dtype(&self) -> &'static str {
        match self {
            Self::U8(_) => "uint8",
            Self::I8(_) => "int8",
            Self::U16(_) => "uint16",
            Self::I16(_) => "int16",
            Self::U32(_) => "uint32",
            Self::I32(_) => "int32",
            Self::F32(_) => "float32",
            Self::F64(_) => "float64",
        }
    }

    /// Builds samples of the type that `descriptor` calls for from little-endian bytes; bits above
    /// Bits Stored are assumed to be sign- or zero-extended already. A length that is no multiple of the width loses its tail.
    pub fn from_le_bytes(descriptor: &PixelDescriptor, bytes: &[u8]) -> Self {
        fn words<const N: usize, T>(bytes: &[u8], f: fn([u8; N]) -> T) -> Vec<T> {
            bytes
                .as_chunks::<N>()
                .0
                .iter()
                .map(|&chunk| f(chunk))
                .collect()
        }
        match (
            descriptor.kind,
            descriptor.bits_allocated,
            descriptor.is_signed,
        ) {
            (SampleKind::Float, ..) => Self::F32(words(bytes, f32::from_le_bytes)),
            (SampleKind::Double, ..) => Self::F64(words(bytes, f64::from_le_bytes)),
            (_, 32.., true) => Self::I32(words(bytes, i32::from_le_bytes)),
            (_, 32.., false) => Self::U32(words(bytes, u32::from_le_bytes)),
            (_, 16, true) => Self::I16(words(bytes, i16::from_le_bytes)),
            (_, 16, false) => Self::U16(words(bytes, u16::from_le_bytes)),
            (_, 8, true) => Self::I8(words(bytes, i8::from_le_bytes)),
            _ => Self::U8(bytes.to_vec()),
        }
    }
}
