//! The head of a JPEG codestream (ISO/IEC 10918-1 B.2): which process, what size, which colours.

use super::{
    codec::{DecodeError, FrameSize},
    sniff::Codec,
};

/// What the markers before the first scan say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct JpegHeader {
    /// The second byte of the frame header's marker (SOFn).
    pub(super) process: u8,
    /// Size of the frame.
    pub(super) size: Option<FrameSize>,
    /// Component identifiers of the frame.
    pub(super) component_ids: Vec<u8>,
    /// A JFIF segment (APP0) is there.
    pub(super) is_jfif: bool,
    /// Transform of an Adobe segment (APP14): 0 none, 1 YCbCr.
    pub(super) adobe_transform: Option<u8>,
}

const SOS: u8 = 0xDA;
const EOI: u8 = 0xD9;
const APP0: u8 = 0xE0;
const APP14: u8 = 0xEE;

impl JpegHeader {
    /// Whether the image comes in several scans of growing detail (SOF2).
    #[cfg(feature = "jpeg")]
    pub(super) fn is_progressive(&self) -> bool {
        self.process == 0xC2
    }

    /// Reads the marker segments up to the first scan.
    ///
    /// # Errors
    /// [`DecodeError::Corrupt`] where there is no frame header.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut header = Self::default();
        for (marker, body) in segments(bytes) {
            match (marker, body) {
                (APP0, [b'J', b'F', b'I', b'F', ..]) => header.is_jfif = true,
                (
                    APP14,
                    [
                        b'A',
                        b'd',
                        b'o',
                        b'b',
                        b'e',
                        _,
                        _,
                        _,
                        _,
                        _,
                        _,
                        transform,
                        ..,
                    ],
                ) => {
                    header.adobe_transform = Some(*transform);
                }
                // DHT, JPG and DAC share the range of the frame headers; JPEG-LS has 0xF7.
                (0xC4 | 0xC8 | 0xCC, _) => {}
                (0xC0..=0xCF | 0xF7, &[bits, r0, r1, c0, c1, n, ref components @ ..]) => {
                    header.process = marker;
                    header.size = Some(FrameSize {
                        rows: u16::from_be_bytes([r0, r1]).into(),
                        columns: u16::from_be_bytes([c0, c1]).into(),
                        samples: n.into(),
                        bits: bits.into(),
                    });
                    header.component_ids = components
                        .iter()
                        .step_by(3)
                        .take(n.into())
                        .copied()
                        .collect();
                }
                _ => {}
            }
        }
        if header.size.is_some() {
            Ok(header)
        } else {
            Err(DecodeError::corrupt("JPEG", "no frame header"))
        }
    }
}

/// Which codec the process byte of a codestream stands for; damaged ones count as JPEG, whose decoder says why.
pub(super) fn codec(bytes: &[u8]) -> Codec {
    match JpegHeader::parse(bytes).map_or(0, |header| header.process) {
        0xF7 => Codec::JpegLs,
        0xC3 | 0xC7 | 0xCB | 0xCF => Codec::JpegLossless,
        _ => Codec::Jpeg,
    }
}

/// Marker segments after SOI and before the first scan: the marker's second byte and the body without its length.
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = bytes.get(2..).unwrap_or_default();
    std::iter::from_fn(move || {
        let start = rest
            .windows(2)
            .position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xFF))?;
        let (marker, body) = (rest[start + 1], &rest[start + 2..]);
        if matches!(marker, SOS | EOI) {
            return None;
        }
        if matches!(marker, 0x01 | 0xD0..=0xD8) {
            rest = body;
            return Some((marker, &[][..]));
        }
        let length = usize::from(u16::from_be_bytes(*body.first_chunk()?));
        let segment = body.get(2..length)?;
        rest = &body[length..];
        Some((marker, segment))
    })
}
