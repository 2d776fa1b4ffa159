//! Which codec made these bytes: archives mislabel frames, so the bytes are asked first (standards 2.2).

use skiagraph_core::pixel::descriptor::PixelDescriptor;

use super::{jpeg_header, rle};
use crate::transfer_syntax::TransferSyntax;

/// A way to store a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// Not compressed.
    Native,
    /// Run lengths (PS3.5 Annex G).
    Rle,
    /// Lossy JPEG: baseline, extended or progressive.
    Jpeg,
    /// Lossless JPEG.
    JpegLossless,
    /// JPEG-LS.
    JpegLs,
    /// JPEG 2000, codestream or JP2 file.
    Jpeg2000,
    /// High-throughput JPEG 2000.
    Htj2k,
    /// JPEG XL, codestream or container.
    JpegXl,
    /// Deflated native frame; the bytes cannot tell.
    Deflate,
    /// A film; the label tells.
    Video,
    /// A transfer syntax that is not known, in bytes that say nothing.
    Unknown,
}

impl Codec {
    /// A name that a person knows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "uncompressed",
            Self::Rle => "RLE",
            Self::Jpeg => "JPEG",
            Self::JpegLossless => "JPEG Lossless",
            Self::JpegLs => "JPEG-LS",
            Self::Jpeg2000 => "JPEG 2000",
            Self::Htj2k => "HTJ2K",
            Self::JpegXl => "JPEG XL",
            Self::Deflate => "deflate",
            Self::Video => "video",
            Self::Unknown => "an unknown transfer syntax",
        }
    }

    /// The codec that a transfer syntax stands for.
    pub fn of(label: &TransferSyntax) -> Self {
        use TransferSyntax as T;
        match label {
            T::RleLossless => Self::Rle,
            T::JpegBaseline
            | T::JpegExtended
            | T::JpegSpectralSelection
            | T::JpegFullProgression => Self::Jpeg,
            T::JpegLossless | T::JpegLosslessSv1 => Self::JpegLossless,
            T::JpegLsLossless | T::JpegLsNearLossless => Self::JpegLs,
            T::Jpeg2000Lossless | T::Jpeg2000 | T::Jpeg2000Part2Lossless | T::Jpeg2000Part2 => {
                Self::Jpeg2000
            }
            T::Htj2kLossless | T::Htj2kLosslessRpcl | T::Htj2k => Self::Htj2k,
            T::JpegXlLossless | T::JpegXlRecompression | T::JpegXl => Self::JpegXl,
            T::DeflatedImageFrame => Self::Deflate,
            T::Unknown(_) => Self::Unknown,
            video if video.is_video() => Self::Video,
            _ => Self::Native,
        }
    }

    /// Whether a label names another codec than this one.
    pub fn contradicts(self, label: &TransferSyntax) -> bool {
        !matches!(label, TransferSyntax::Unknown(_)) && Self::of(label) != self
    }
}

/// Finds the codec of a frame.
///
/// A signature wins over the label, except that bytes of exactly the native length under a native label (or none) are
/// native whatever they start with. Without a signature a frame of native length is native, and of any other length
/// what the label says.
pub fn sniff(descriptor: &PixelDescriptor, label: Option<&TransferSyntax>, frame: &[u8]) -> Codec {
    let labeled = label.map_or(Codec::Native, Codec::of);
    let native_bytes = descriptor.native_frame_bits().div_ceil(8);
    let is_native_long = frame.len() as u64 == native_bytes;
    if labeled == Codec::Native && is_native_long {
        return Codec::Native;
    }
    if let Some(codec) = signature(frame) {
        return codec;
    }
    match labeled {
        Codec::Deflate | Codec::Video => labeled,
        _ if is_native_long || frame.len() as u64 == native_bytes + 1 => Codec::Native,
        _ => labeled,
    }
}

/// The codec whose signature the bytes begin with.
pub fn signature(frame: &[u8]) -> Option<Codec> {
    const JP2: &[u8] = b"\0\0\0\x0CjP  \r\n";
    const JXL: &[u8] = b"\0\0\0\x0CJXL \r\n";
    match frame {
        [0xFF, 0xD8, 0xFF, ..] => Some(jpeg_header::codec(frame)),
        [0xFF, 0x4F, 0xFF, 0x51, ..] => Some(jpeg_2000(frame)),
        [0xFF, 0x0A, ..] => Some(Codec::JpegXl),
        _ if frame.starts_with(JP2) => Some(jpeg_2000(frame)),
        _ if frame.starts_with(JXL) => Some(Codec::JpegXl),
        _ if rle::has_header(frame) => Some(Codec::Rle),
        _ => None,
    }
}

/// JPEG 2000 or its high-throughput kin: the latter has a CAP marker in the main header (ISO/IEC 15444-15 A.3).
fn jpeg_2000(frame: &[u8]) -> Codec {
    const SIZ: &[u8] = &[0xFF, 0x4F, 0xFF, 0x51];
    const CAP: u16 = 0xFF50;
    const SOT: u16 = 0xFF90;
    // A JP2 file wraps the codestream; its boxes are short.
    let head = &frame[..frame.len().min(64 << 10)];
    let Some(start) = head.windows(4).position(|window| window == SIZ) else {
        return Codec::Jpeg2000;
    };
    let mut at = start + 2;
    while let Some(&[m0, m1, l0, l1]) = head.get(at..at + 4).and_then(|bytes| bytes.first_chunk()) {
        match u16::from_be_bytes([m0, m1]) {
            CAP => return Codec::Htj2k,
            SOT => break,
            _ => at += 2 + usize::from(u16::from_be_bytes([l0, l1])),
        }
    }
    Codec::Jpeg2000
}

#[cfg(test)]
mod tests {
    use skiagraph_core::pixel::descriptor::{Photometric, RawDescriptor};

    use super::*;

    fn ct(columns: u32) -> PixelDescriptor {
        PixelDescriptor::new(&RawDescriptor {
            rows: Some(4),
            columns: Some(columns),
            bits_allocated: Some(8),
            photometric: Some(Photometric::Monochrome2),
            ..RawDescriptor::default()
        })
        .unwrap()
    }

    #[test]
    fn standards_2_2_a_jpeg_labelled_uncompressed_is_a_jpeg() {
        let frame = [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 4, 0, 4, 1, 1, 0x11, 0];
        let label = TransferSyntax::ExplicitVrLittleEndian;
        assert_eq!(sniff(&ct(4), Some(&label), &frame), Codec::Jpeg);
    }

    #[test]
    fn pixels_that_look_like_a_jpeg_but_have_the_native_length_are_pixels() {
        let mut frame = [0; 16];
        frame[..3].copy_from_slice(&[0xFF, 0xD8, 0xFF]);
        assert_eq!(sniff(&ct(4), None, &frame), Codec::Native);
    }

    #[test]
    fn native_bytes_labelled_as_jpeg_are_native() {
        assert_eq!(
            sniff(&ct(4), Some(&TransferSyntax::JpegBaseline), &[7; 16]),
            Codec::Native
        );
    }

    #[test]
    fn iso_15444_15_a_cap_marker_makes_it_htj2k() {
        let plain = [
            0xFF, 0x4F, 0xFF, 0x51, 0, 4, 0, 0, 0xFF, 0x52, 0, 2, 0xFF, 0x90, 0, 10,
        ];
        let mut high = plain;
        high[9] = 0x50;
        assert_eq!(
            (signature(&plain), signature(&high)),
            (Some(Codec::Jpeg2000), Some(Codec::Htj2k))
        );
    }

    #[test]
    fn sof55_is_jpeg_ls_and_sof3_is_lossless() {
        let frame = |marker| {
            [
                0xFF, 0xD8, 0xFF, marker, 0, 11, 8, 0, 4, 0, 4, 1, 1, 0x11, 0,
            ]
        };
        assert_eq!(signature(&frame(0xF7)), Some(Codec::JpegLs));
        assert_eq!(signature(&frame(0xC3)), Some(Codec::JpegLossless));
    }
}
