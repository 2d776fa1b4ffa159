//! The one frame of an instance that came as a file in a streamed series: its pixels and whose they are, without reading
//! its words. What is not written plainly is left to the request for the frame itself.

use crate::transfer_syntax::TransferSyntax;
use std::borrow::Cow;

/// An instance of one frame, taken out of its file.
#[derive(Debug, PartialEq, Eq)]
pub struct Single<'a> {
    /// SOP Instance UID (0008,0018).
    pub instance: String,
    /// Transfer Syntax UID (0002,0010).
    pub transfer_syntax: TransferSyntax,
    /// The native frame or the codestream.
    pub frame: Cow<'a, [u8]>,
}

const UNDEFINED: u32 = u32::MAX;
/// Sequences deeper than this are not followed (as in [`super::part10`]).
const MAX_DEPTH: usize = 32;

type Tag = (u16, u16);
const TRANSFER_SYNTAX: Tag = (0x0002, 0x0010);
const SOP_INSTANCE: Tag = (0x0008, 0x0018);
const N_FRAMES: Tag = (0x0028, 0x0008);
const PIXEL_DATA: Tag = (0x7FE0, 0x0010);
const ITEM: Tag = (0xFFFE, 0xE000);
const ITEM_END: Tag = (0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = (0xFFFE, 0xE0DD);

/// Takes the frame out of a Part 10 file (PS3.10 7.1) in a little-endian transfer syntax; `None` where the file is
/// written in another way, holds several frames, or is damaged.
pub fn single_frame(file: &[u8]) -> Option<Single<'_>> {
    if file.get(128..132)? != b"DICM" {
        return None;
    }
    let mut at = 132;
    let mut syntax = None;
    while let Some(element) = Element::read(file, at, true).filter(|one| one.tag.0 == 0x0002) {
        let value = element.value(file)?;
        if element.tag == TRANSFER_SYNTAX {
            syntax = Some(TransferSyntax::from_uid(&text(value)));
        }
        at = element.at + value.len();
    }
    let transfer_syntax = syntax?;
    let is_plain = !matches!(
        transfer_syntax,
        TransferSyntax::ExplicitVrBigEndian | TransferSyntax::DeflatedExplicitVrLittleEndian
    ) && !transfer_syntax.is_video();
    let is_explicit = transfer_syntax != TransferSyntax::ImplicitVrLittleEndian;
    let mut instance = None;
    if !is_plain {
        return None;
    }
    loop {
        let element = Element::read(file, at, is_explicit)?;
        match (element.tag, element.length) {
            (PIXEL_DATA, UNDEFINED) => {
                return Some(Single {
                    instance: instance?,
                    transfer_syntax,
                    frame: codestream(file, element.at)?,
                });
            }
            (PIXEL_DATA, _) => {
                return Some(Single {
                    instance: instance?,
                    transfer_syntax,
                    frame: Cow::Borrowed(element.value(file)?),
                });
            }
            (_, UNDEFINED) => at = skip_sequence(file, element.at, element.is_explicit, 0)?,
            (tag, _) => {
                let value = element.value(file)?;
                match tag {
                    SOP_INSTANCE => instance = Some(text(value)),
                    N_FRAMES if text(value).parse() != Ok(1_u32) => return None,
                    _ => {}
                }
                at = element.at + value.len();
            }
        }
    }
}

/// Text of a value without its padding (PS3.5 6.2).
fn text(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    text.trim_matches(['\0', ' ']).to_owned()
}

/// The head of an element or item (PS3.5 7.1).
struct Element {
    tag: Tag,
    length: u32,
    /// Where the value begins.
    at: usize,
    /// Elements within are in explicit VR; those of a UN of undefined length never are (PS3.5 6.2.2).
    is_explicit: bool,
}

impl Element {
    fn read(bytes: &[u8], at: usize, is_explicit: bool) -> Option<Self> {
        let [g0, g1, e0, e1, b4, b5, b6, b7] = *bytes.get(at..)?.first_chunk()?;
        let tag = (u16::from_le_bytes([g0, g1]), u16::from_le_bytes([e0, e1]));
        if !is_explicit || tag.0 == 0xFFFE {
            let length = u32::from_le_bytes([b4, b5, b6, b7]);
            return Some(Self {
                tag,
                length,
                at: at + 8,
                is_explicit,
            });
        }
        // Two reserved bytes and a 32-bit length (PS3.5 7.1.2).
        let is_long = matches!(
            &[b4, b5],
            b"OB"
                | b"OD"
                | b"OF"
                | b"OL"
                | b"OV"
                | b"OW"
                | b"SQ"
                | b"SV"
                | b"UC"
                | b"UN"
                | b"UR"
                | b"UT"
                | b"UV"
        );
        if is_long {
            let length = u32::from_le_bytes(*bytes.get(at + 8..)?.first_chunk()?);
            return Some(Self {
                tag,
                length,
                at: at + 12,
                is_explicit: [b4, b5] != *b"UN",
            });
        }
        let is_vr = [b4, b5].iter().all(u8::is_ascii_uppercase);
        let length = u16::from_le_bytes([b6, b7]).into();
        is_vr.then_some(Self {
            tag,
            length,
            at: at + 8,
            is_explicit,
        })
    }

    fn value<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        bytes
            .get(self.at..)?
            .get(..usize::try_from(self.length).ok()?)
    }
}

/// Where a sequence of undefined length ends (PS3.5 7.5.2).
fn skip_sequence(bytes: &[u8], mut at: usize, is_explicit: bool, depth: usize) -> Option<usize> {
    if depth >= MAX_DEPTH {
        return None;
    }
    loop {
        let item = Element::read(bytes, at, is_explicit)?;
        at = match (item.tag, item.length) {
            (SEQUENCE_END, _) => return Some(item.at),
            (ITEM, UNDEFINED) => skip_item(bytes, item.at, is_explicit, depth)?,
            (ITEM, _) => item.at + item.value(bytes)?.len(),
            _ => return None,
        };
    }
}

fn skip_item(bytes: &[u8], mut at: usize, is_explicit: bool, depth: usize) -> Option<usize> {
    loop {
        let element = Element::read(bytes, at, is_explicit)?;
        at = match (element.tag, element.length) {
            (ITEM_END, _) => return Some(element.at),
            (_, UNDEFINED) => skip_sequence(bytes, element.at, element.is_explicit, depth + 1)?,
            _ => element.at + element.value(bytes)?.len(),
        };
    }
}

/// All fragments of the one frame behind the Basic Offset Table (PS3.5 A.4).
fn codestream(bytes: &[u8], at: usize) -> Option<Cow<'_, [u8]>> {
    let table = Element::read(bytes, at, true).filter(|item| item.tag == ITEM)?;
    let mut at = table.at + table.value(bytes)?.len();
    let mut frame: Cow<'_, [u8]> = Cow::Borrowed(&[]);
    loop {
        let item = Element::read(bytes, at, true)?;
        let fragment = match item.tag {
            SEQUENCE_END => return (!frame.is_empty()).then_some(frame),
            ITEM => item.value(bytes)?,
            _ => return None,
        };
        at = item.at + fragment.len();
        if frame.is_empty() {
            frame = Cow::Borrowed(fragment);
        } else {
            frame.to_mut().extend_from_slice(fragment);
        }
    }
}
