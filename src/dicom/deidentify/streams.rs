//! Words inside of codestreams: comments and application data of JPEG, JPEG 2000 and JPEG XL, which no header tells of.
//!
//! They are overwritten where they lie, so that nothing else moves: every length and offset stays true.

use std::ops::Range;

/// What is written over them.
pub(super) const BLANK: u8 = b' ';

/// Where a frame's codestream holds words; pixels do not depend on any of them.
pub(super) fn words(frame: &[u8]) -> Vec<Range<usize>> {
    match frame {
        [0xFF, 0xD8, ..] => jpeg(frame),
        [0xFF, 0x4F, 0xFF, 0x51, ..] => jpeg_2000(frame, 0),
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => {
            boxes(frame)
        }
        _ => Vec::new(),
    }
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let &[high, low] = bytes.get(at..)?.first_chunk()?;
    Some(usize::from(high) << 8 | usize::from(low))
}

/// Segments APPn and COM (ITU-T T.81 B.2.4), but for what decoders and colours depend on.
fn jpeg(frame: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 2;
    while let Some(&[mark, code]) = frame.get(at..).and_then(|rest| rest.first_chunk()) {
        // Between markers lie coded bits; stuffed bytes and restarts belong to them.
        let is_marker =
            mark == 0xFF && code >= 0xC0 && code != 0xFF && !(0xD0..=0xD7).contains(&code);
        if !is_marker {
            at += 1;
            continue;
        }
        if code == 0xD9 {
            break;
        }
        let Some(length) = word(frame, at + 2).filter(|&length| length >= 2) else {
            break;
        };
        let payload = at + 4..(at + 2 + length).min(frame.len());
        if matches!(code, 0xE0..=0xEF | 0xFE) && !payload.is_empty() {
            let kept = kept_bytes(code, frame.get(payload.clone()).unwrap_or_default());
            let start = (payload.start + kept).min(payload.end);
            found.push(start..payload.end);
        }
        at = payload.end;
    }
    // What stands behind the end of the image is no picture.
    if let Some(&[0xFF, 0xD9]) = frame.get(at..).and_then(|rest| rest.first_chunk()) {
        found.push(at + 2..frame.len());
    }
    found.retain(|range| !range.is_empty());
    found
}

/// How much of a segment stays: density of JFIF, colour transforms of Adobe and of JPEG-LS, colour profiles.
fn kept_bytes(code: u8, payload: &[u8]) -> usize {
    match code {
        // Without the thumbnail that may follow.
        0xE0 if payload.starts_with(b"JFIF\0") => 14,
        0xE2 if payload.starts_with(b"ICC_PROFILE\0") => payload.len(),
        0xE8 if payload.starts_with(b"mrfx") || payload.starts_with(b"SPIFF") => payload.len(),
        0xEE if payload.starts_with(b"Adobe") => 12,
        _ => 0,
    }
}

/// Segments COM (ITU-T T.800 A.9.2) of the main header and of every tile-part; `base` is where the codestream begins.
fn jpeg_2000(stream: &[u8], base: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 2;
    // Where the tile-part that is being read ends.
    let mut next_part = None;
    while let Some(marker) = word(stream, at) {
        match marker {
            0xFF93 => match next_part.take() {
                Some(next) if next > at => at = next,
                _ => break,
            },
            0xFFD9 => break,
            _ => {
                let Some(length) = word(stream, at + 2).filter(|&length| length >= 2) else {
                    break;
                };
                let end = (at + 2 + length).min(stream.len());
                if marker == 0xFF64 && at + 6 < end {
                    found.push(base + at + 6..base + end);
                }
                if marker == 0xFF90 {
                    let high = word(stream, at + 6).unwrap_or_default();
                    let low = word(stream, at + 8).unwrap_or_default();
                    let length = high << 16 | low;
                    next_part = (length > 0).then(|| at.saturating_add(length));
                }
                at = end;
            }
        }
    }
    found
}

/// Boxes of JP2 and JPEG XL containers that hold words (ISO/IEC 15444-1 I.7, 18181-2).
fn boxes(file: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&head) = file.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let [a, b, c, d, kind @ ..] = head;
        let (content, length) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (at + 8, file.len() - at),
            1 => {
                let Some(&long) = file.get(at + 8..).and_then(|rest| rest.first_chunk::<8>())
                else {
                    break;
                };
                (
                    at + 16,
                    usize::try_from(u64::from_be_bytes(long)).unwrap_or(0),
                )
            }
            length => (at + 8, length as usize),
        };
        let end = at.saturating_add(length).min(file.len());
        if end <= content.min(file.len()) && length < 8 {
            break;
        }
        let content = content.min(end);
        match &kind {
            b"xml " | b"uuid" | b"uinf" | b"Exif" | b"jumb" | b"jp2i" | b"brob" => {
                found.push(content..end);
            }
            b"jp2c" => found.extend(jpeg_2000(&file[content..end], content)),
            _ => {}
        }
        at = end;
    }
    found
}

/// The fragments of a frame with its words overwritten, and how many places there were.
pub(super) fn silenced(mut fragments: Vec<Vec<u8>>) -> (Vec<Vec<u8>>, usize) {
    let found = match fragments.as_slice() {
        [one] => words(one),
        many => words(&many.concat()),
    };
    for range in &found {
        let mut start = 0;
        for fragment in &mut fragments {
            let from = range.start.saturating_sub(start).min(fragment.len());
            let until = range.end.saturating_sub(start).min(fragment.len());
            if let Some(piece) = fragment.get_mut(from..until) {
                piece.fill(BLANK);
            }
            start += fragment.len();
        }
    }
    (fragments, found.len())
}
