//! Films (PS3.5 8.2.5 to 8.2.8): which instance is one, and what container its stream is in; the browser plays them.

use crate::transfer_syntax::TransferSyntax;

/// Storage classes of films (PS3.4 B.5): video endoscopic, microscopic and photographic images.
const CLASSES: [&str; 3] = [
    "1.2.840.10008.5.1.4.1.1.77.1.1.1",
    "1.2.840.10008.5.1.4.1.1.77.1.2.1",
    "1.2.840.10008.5.1.4.1.1.77.1.4.1",
];

/// The name of a film's codec, or "" where only the class tells; `None` for what is no film. Frames of those classes may
/// also be pictures: then the transfer syntax says so.
pub(crate) fn codec(sop_class: &str, transfer_syntax: Option<&str>) -> Option<&'static str> {
    match transfer_syntax.map(TransferSyntax::from_uid) {
        Some(syntax) if syntax.is_video() => TransferSyntax::all()
            .find(|known| **known == syntax)
            .map(TransferSyntax::name),
        Some(TransferSyntax::Unknown(_)) | None => CLASSES.contains(&sop_class).then_some(""),
        Some(_) => None,
    }
}

/// What a stream is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// ISO/IEC 14496-12: browsers play it.
    Mp4,
    /// MPEG-2 transport stream, ISO/IEC 13818-1.
    TransportStream,
    /// MPEG-1 or MPEG-2: program stream, or the bare video.
    Mpeg,
    /// H.264 or HEVC without a container (Annex B), or anything else.
    Bare,
}

/// Bytes of a stream that [`Container::of`] looks at.
pub const HEAD_BYTES: usize = 377;

impl Container {
    /// By the first bytes of a stream, [`HEAD_BYTES`] where there are as many.
    pub fn of(head: &[u8]) -> Self {
        const PACKET_BYTES: usize = 188;
        let is_sync = |packet: usize| head.get(packet * PACKET_BYTES).is_none_or(|b| *b == 0x47);
        match head {
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Self::Mp4,
            // Sequence header and pack header (ISO/IEC 13818-2 6.2.2.1, 13818-1 2.5.3.3).
            [0, 0, 1, 0xB3 | 0xBA, ..] => Self::Mpeg,
            [0x47, ..] if is_sync(1) && is_sync(2) => Self::TransportStream,
            _ => Self::Bare,
        }
    }

    /// Media type (RFC 4337, RFC 3555).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Mp4 => "video/mp4",
            Self::TransportStream => "video/mp2t",
            Self::Mpeg => "video/mpeg",
            Self::Bare => "application/octet-stream",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_is_told_by_its_syntax_and_only_then_by_its_class() {
        let [endoscopic, ..] = CLASSES;
        let named = |class, syntax| codec(class, syntax);
        assert!(named("1.2", Some("1.2.840.10008.1.2.4.102")).is_some_and(|name| !name.is_empty()));
        assert!(named("1.2", Some("1.2.840.10008.1.2.4.100")).is_some_and(|name| !name.is_empty()));
        assert_eq!(named(endoscopic, None), Some(""));
        assert_eq!(named(endoscopic, Some("1.2.840.10008.1.2.4.50")), None);
        assert_eq!(named("1.2", None), None);
    }

    #[test]
    fn containers_by_their_first_bytes() {
        assert_eq!(Container::of(b"\0\0\0\x20ftypisom"), Container::Mp4);
        assert_eq!(Container::of(&[0, 0, 1, 0xB3, 0x2D]), Container::Mpeg);
        assert_eq!(Container::of(&[0, 0, 0, 1, 0x67]), Container::Bare);
        assert_eq!(Container::of(&[]), Container::Bare);
        let mut packets = [0; HEAD_BYTES];
        for at in [0, 188, 376] {
            packets[at] = 0x47;
        }
        assert_eq!(Container::of(&packets), Container::TransportStream);
        packets[188] = 0;
        assert_eq!(Container::of(&packets), Container::Bare);
    }
}
