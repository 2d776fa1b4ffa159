//! Transfer syntaxes (PS3.5 Annex A, PS3.6 A-1): which are known, how their pixels lie, which can be decoded today.

/// A transfer syntax; a UID that is not in PS3.6 keeps its text, for the message that names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TransferSyntax {
    /// Native pixels, VR from the dictionary.
    ImplicitVrLittleEndian,
    /// Native pixels; what every origin server can send.
    ExplicitVrLittleEndian,
    /// Native pixels in fragments (PS3.5 A.4.11).
    EncapsulatedUncompressed,
    /// The whole data set is a deflate stream (PS3.5 A.5).
    DeflatedExplicitVrLittleEndian,
    /// Retired; words are most significant byte first.
    ExplicitVrBigEndian,
    /// Each frame is a deflate stream.
    DeflatedImageFrame,
    /// 8 bit lossy JPEG.
    JpegBaseline,
    /// 8 or 12 bit lossy JPEG.
    JpegExtended,
    /// Retired: spectral selection, 8 or 12 bit lossy JPEG.
    JpegSpectralSelection,
    /// Retired: full progression, 8 or 12 bit lossy JPEG.
    JpegFullProgression,
    /// Lossless JPEG, any predictor.
    JpegLossless,
    /// Lossless JPEG, first-order prediction.
    JpegLosslessSv1,
    /// JPEG-LS without loss.
    JpegLsLossless,
    /// JPEG-LS with a bounded error.
    JpegLsNearLossless,
    /// JPEG 2000 without loss.
    Jpeg2000Lossless,
    /// JPEG 2000 with or without loss.
    Jpeg2000,
    /// JPEG 2000 part 2 across frames, without loss.
    Jpeg2000Part2Lossless,
    /// JPEG 2000 part 2 across frames.
    Jpeg2000Part2,
    /// High-throughput JPEG 2000 without loss.
    Htj2kLossless,
    /// High-throughput JPEG 2000 without loss, resolution first.
    Htj2kLosslessRpcl,
    /// High-throughput JPEG 2000 with or without loss.
    Htj2k,
    /// JPEG XL without loss.
    JpegXlLossless,
    /// A JPEG repacked as JPEG XL.
    JpegXlRecompression,
    /// JPEG XL with or without loss.
    JpegXl,
    /// Run length encoding (PS3.5 Annex G).
    RleLossless,
    /// MPEG-2, main level.
    Mpeg2Main,
    /// MPEG-2, high level.
    Mpeg2High,
    /// H.264, level 4.1.
    H264,
    /// H.264 for Blu-ray discs.
    H264BluRay,
    /// H.264, level 4.2, two-dimensional.
    H264Level42,
    /// H.264, level 4.2, three-dimensional.
    H264Level42Stereo,
    /// H.264, stereo profile.
    H264Stereo,
    /// H.265, 8 bit.
    Hevc,
    /// H.265, 10 bit.
    HevcMain10,
    /// A UID that is none of these.
    Unknown(String),
}

use TransferSyntax as Ts;

/// One row a syntax: value, UID, name.
const TABLE: &[(Ts, &str, &str)] = &[
    (
        Ts::ImplicitVrLittleEndian,
        "1.2.840.10008.1.2",
        "Implicit VR Little Endian",
    ),
    (
        Ts::ExplicitVrLittleEndian,
        "1.2.840.10008.1.2.1",
        "Explicit VR Little Endian",
    ),
    (
        Ts::EncapsulatedUncompressed,
        "1.2.840.10008.1.2.1.98",
        "Encapsulated Uncompressed",
    ),
    (
        Ts::DeflatedExplicitVrLittleEndian,
        "1.2.840.10008.1.2.1.99",
        "Deflated Explicit VR Little Endian",
    ),
    (
        Ts::ExplicitVrBigEndian,
        "1.2.840.10008.1.2.2",
        "Explicit VR Big Endian",
    ),
    (
        Ts::DeflatedImageFrame,
        "1.2.840.10008.1.2.8.1",
        "Deflated Image Frame",
    ),
    (Ts::JpegBaseline, "1.2.840.10008.1.2.4.50", "JPEG Baseline"),
    (Ts::JpegExtended, "1.2.840.10008.1.2.4.51", "JPEG Extended"),
    (
        Ts::JpegSpectralSelection,
        "1.2.840.10008.1.2.4.53",
        "JPEG Spectral Selection",
    ),
    (
        Ts::JpegFullProgression,
        "1.2.840.10008.1.2.4.55",
        "JPEG Full Progression",
    ),
    (Ts::JpegLossless, "1.2.840.10008.1.2.4.57", "JPEG Lossless"),
    (
        Ts::JpegLosslessSv1,
        "1.2.840.10008.1.2.4.70",
        "JPEG Lossless, First-Order Prediction",
    ),
    (
        Ts::JpegLsLossless,
        "1.2.840.10008.1.2.4.80",
        "JPEG-LS Lossless",
    ),
    (
        Ts::JpegLsNearLossless,
        "1.2.840.10008.1.2.4.81",
        "JPEG-LS Near-Lossless",
    ),
    (
        Ts::Jpeg2000Lossless,
        "1.2.840.10008.1.2.4.90",
        "JPEG 2000 Lossless",
    ),
    (Ts::Jpeg2000, "1.2.840.10008.1.2.4.91", "JPEG 2000"),
    (
        Ts::Jpeg2000Part2Lossless,
        "1.2.840.10008.1.2.4.92",
        "JPEG 2000 Part 2 Lossless",
    ),
    (
        Ts::Jpeg2000Part2,
        "1.2.840.10008.1.2.4.93",
        "JPEG 2000 Part 2",
    ),
    (
        Ts::Htj2kLossless,
        "1.2.840.10008.1.2.4.201",
        "HTJ2K Lossless",
    ),
    (
        Ts::Htj2kLosslessRpcl,
        "1.2.840.10008.1.2.4.202",
        "HTJ2K Lossless RPCL",
    ),
    (Ts::Htj2k, "1.2.840.10008.1.2.4.203", "HTJ2K"),
    (
        Ts::JpegXlLossless,
        "1.2.840.10008.1.2.4.110",
        "JPEG XL Lossless",
    ),
    (
        Ts::JpegXlRecompression,
        "1.2.840.10008.1.2.4.111",
        "JPEG XL JPEG Recompression",
    ),
    (Ts::JpegXl, "1.2.840.10008.1.2.4.112", "JPEG XL"),
    (Ts::RleLossless, "1.2.840.10008.1.2.5", "RLE Lossless"),
    (
        Ts::Mpeg2Main,
        "1.2.840.10008.1.2.4.100",
        "MPEG-2 Main Level",
    ),
    (
        Ts::Mpeg2High,
        "1.2.840.10008.1.2.4.101",
        "MPEG-2 High Level",
    ),
    (Ts::H264, "1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264"),
    (
        Ts::H264BluRay,
        "1.2.840.10008.1.2.4.103",
        "MPEG-4 AVC/H.264 for Blu-ray",
    ),
    (
        Ts::H264Level42,
        "1.2.840.10008.1.2.4.104",
        "MPEG-4 AVC/H.264 Level 4.2",
    ),
    (
        Ts::H264Level42Stereo,
        "1.2.840.10008.1.2.4.105",
        "MPEG-4 AVC/H.264 Level 4.2, 3D",
    ),
    (
        Ts::H264Stereo,
        "1.2.840.10008.1.2.4.106",
        "MPEG-4 AVC/H.264 Stereo",
    ),
    (Ts::Hevc, "1.2.840.10008.1.2.4.107", "HEVC/H.265"),
    (
        Ts::HevcMain10,
        "1.2.840.10008.1.2.4.108",
        "HEVC/H.265 Main 10",
    ),
];

impl TransferSyntax {
    /// Every syntax of PS3.6 that is known here.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        TABLE.iter().map(|(syntax, ..)| syntax)
    }

    /// The syntax of a UID; padding is ignored, and the fragmentable video syntaxes (`...102.1`) are their base.
    pub fn from_uid(uid: &str) -> Self {
        let uid = uid.trim_matches([' ', '\0']);
        let video = uid
            .strip_suffix(".1")
            .filter(|base| base.starts_with("1.2.840.10008.1.2.4.10"));
        let row = |wanted: &str| TABLE.iter().find(|(_, known, _)| *known == wanted);
        let found = row(uid).or_else(|| row(video?));
        found.map_or_else(
            || Self::Unknown(uid.to_owned()),
            |(syntax, ..)| syntax.clone(),
        )
    }

    /// The UID (PS3.6 A-1).
    pub fn uid(&self) -> &str {
        match self {
            Self::Unknown(uid) => uid,
            known => TABLE
                .iter()
                .find(|(row, ..)| row == known)
                .map_or("", |(_, uid, _)| uid),
        }
    }

    /// A name that a person knows; of an unknown syntax its UID.
    pub fn name(&self) -> &str {
        match self {
            Self::Unknown(uid) => uid,
            known => TABLE
                .iter()
                .find(|(row, ..)| row == known)
                .map_or("", |(.., name)| name),
        }
    }

    /// Whether the pixels are native (PS3.5 8.1): not compressed, not in fragments.
    pub fn is_native(&self) -> bool {
        use TransferSyntax::{
            DeflatedExplicitVrLittleEndian, ExplicitVrBigEndian, ExplicitVrLittleEndian,
            ImplicitVrLittleEndian,
        };
        matches!(
            self,
            ImplicitVrLittleEndian
                | ExplicitVrLittleEndian
                | DeflatedExplicitVrLittleEndian
                | ExplicitVrBigEndian
        )
    }

    /// Whether Pixel Data is a sequence of fragments (PS3.5 A.4); an unknown syntax is taken for one.
    pub fn is_encapsulated(&self) -> bool {
        !self.is_native()
    }

    /// Whether the syntax may have lost information; what a frame has lost is known after decoding only.
    pub fn is_lossy(&self) -> bool {
        use TransferSyntax as T;
        self.is_video()
            || matches!(
                self,
                T::JpegBaseline
                    | T::JpegExtended
                    | T::JpegSpectralSelection
                    | T::JpegFullProgression
                    | T::JpegLsNearLossless
                    | T::Jpeg2000
                    | T::Jpeg2000Part2
                    | T::Htj2k
                    | T::JpegXlRecompression
                    | T::JpegXl
            )
    }

    /// Whether the frames are pictures of a film that only the browser's own player can take apart.
    pub fn is_video(&self) -> bool {
        use TransferSyntax as T;
        matches!(
            self,
            T::Mpeg2Main
                | T::Mpeg2High
                | T::H264
                | T::H264BluRay
                | T::H264Level42
                | T::H264Level42Stereo
                | T::H264Stereo
                | T::Hevc
                | T::HevcMain10
        )
    }

    /// Whether `pixels::decode` can read its frames today.
    pub fn is_decodable(&self) -> bool {
        use TransferSyntax as T;
        self.is_native()
            || matches!(
                self,
                T::EncapsulatedUncompressed
                    | T::DeflatedImageFrame
                    | T::RleLossless
                    | T::JpegBaseline
                    | T::JpegExtended
                    | T::JpegSpectralSelection
                    | T::JpegFullProgression
                    | T::JpegLossless
                    | T::JpegLosslessSv1
                    | T::JpegLsLossless
                    | T::JpegLsNearLossless
                    | T::Jpeg2000Lossless
                    | T::Jpeg2000
                    // A codestream of part 1 is one of part 2; what goes beyond is refused by name.
                    | T::Jpeg2000Part2Lossless
                    | T::Jpeg2000Part2
                    | T::Htj2kLossless
                    | T::Htj2kLosslessRpcl
                    | T::Htj2k
                    | T::JpegXlLossless
                    | T::JpegXlRecompression
                    | T::JpegXl
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_syntax_is_found_again_by_its_uid() {
        for syntax in TransferSyntax::all() {
            assert_eq!(&TransferSyntax::from_uid(syntax.uid()), syntax);
            assert!(!syntax.name().is_empty());
        }
    }

    #[test]
    fn ps3_5_6_2_a_uid_padded_with_nul_is_the_same_uid() {
        assert_eq!(
            TransferSyntax::from_uid("1.2.840.10008.1.2.5\0"),
            TransferSyntax::RleLossless
        );
    }

    #[test]
    fn an_unknown_uid_is_named_by_its_text() {
        assert_eq!(TransferSyntax::from_uid("1.2.3.4").name(), "1.2.3.4");
    }

    #[test]
    fn a_fragmentable_film_is_a_film() {
        assert!(TransferSyntax::from_uid("1.2.840.10008.1.2.4.102.1").is_video());
    }
}
