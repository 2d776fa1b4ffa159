//! Walks the elements of a data set (PS3.5 7) into the DICOM JSON model and finds the pixels.

use dicom_core::{
    Tag, VR,
    dictionary::{DataDictionary, DataDictionaryEntry, VirtualVr},
};
use dicom_dictionary_std::StandardDataDictionary;
use serde_json::{Map, Value, json};
use skiagraph_core::pixel::descriptor::SampleKind;

use super::{Part10Warning, charset::Charset, encoding::Encoding, fragments::OffsetTables, values};

/// Sequences deeper than this are left out (standards 4.9).
pub(super) const MAX_DEPTH: usize = 32;

const ITEM: (u16, u16) = (0xFFFE, 0xE000);
const ITEM_END: (u16, u16) = (0xFFFE, 0xE00D);
const SEQUENCE_END: (u16, u16) = (0xFFFE, 0xE0DD);
const PIXEL_REPRESENTATION: (u16, u16) = (0x0028, 0x0103);
const SPECIFIC_CHARACTER_SET: (u16, u16) = (0x0008, 0x0005);

/// The head of an element or item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) tag: (u16, u16),
    /// As written; `None` in implicit VR and for items.
    pub(super) vr: Option<VR>,
    /// `None` is undefined length.
    pub(super) length: Option<u32>,
    /// Where the value begins.
    pub(super) at: usize,
}

impl Header {
    /// Reads a header; an element without a readable VR is read as in implicit VR.
    pub(super) fn read(bytes: &[u8], at: usize, encoding: Encoding) -> Option<Self> {
        let head: [u8; 8] = *bytes.get(at..)?.first_chunk()?;
        let [g0, g1, e0, e1, b4, b5, b6, b7] = head;
        let tag = (encoding.u16([g0, g1]), encoding.u16([e0, e1]));
        let long = |length: u32| (length != u32::MAX).then_some(length);
        let looks_like_vr =
            encoding.is_explicit && tag.0 != 0xFFFE && [b4, b5].iter().all(u8::is_ascii_uppercase);
        if !looks_like_vr {
            return Some(Self {
                tag,
                vr: None,
                length: long(encoding.u32([b4, b5, b6, b7])),
                at: at + 8,
            });
        }
        let vr = VR::from_binary([b4, b5]).unwrap_or(VR::UN);
        let is_long = VR::from_binary([b4, b5]).is_some_and(has_long_length);
        if is_long {
            let length = encoding.u32(*bytes.get(at + 8..)?.first_chunk()?);
            return Some(Self {
                tag,
                vr: Some(vr),
                length: long(length),
                at: at + 12,
            });
        }
        Some(Self {
            tag,
            vr: Some(vr),
            length: Some(encoding.u16([b6, b7]).into()),
            at: at + 8,
        })
    }
}

/// VRs with two reserved bytes and a 32-bit length (PS3.5 7.1.2).
pub(super) fn has_long_length(vr: VR) -> bool {
    use VR::{OB, OD, OF, OL, OV, OW, SQ, SV, UC, UN, UR, UT, UV};
    matches!(
        vr,
        OB | OD | OF | OL | OV | OW | SQ | SV | UC | UN | UR | UT | UV
    )
}

/// The pixel data element.
pub(super) struct PixelElement {
    /// Where its value begins.
    pub(super) at: u64,
    /// Bytes there are; `None` is a sequence of fragments.
    pub(super) length: Option<u64>,
    /// Which of the three elements it is.
    pub(super) kind: SampleKind,
    /// VR OW, so that a big-endian file swaps its bytes.
    pub(super) is_words: bool,
}

impl PixelElement {
    /// Tag and VR of the float elements.
    pub(super) fn float_element(&self) -> Option<(&'static str, &'static str)> {
        match self.kind {
            SampleKind::Integer => None,
            SampleKind::Float => Some(("7FE00008", "OF")),
            SampleKind::Double => Some(("7FE00009", "OD")),
        }
    }
}

/// What a data set holds.
pub(super) struct DataSet<'a> {
    /// Elements by tag, in the DICOM JSON model.
    pub(super) elements: Map<String, Value>,
    pub(super) pixels: Option<PixelElement>,
    /// Where Encapsulated Document (0042,0011) lies: offset and length.
    pub(super) document: Option<(u64, u64)>,
    extended_offsets: &'a [u8],
    extended_lengths: &'a [u8],
}

impl DataSet<'_> {
    /// The Extended Offset Table (PS3.3 C.7.6.3.1.8), empty where there is none.
    pub(super) fn offset_tables(&self) -> OffsetTables {
        let words = |bytes: &[u8]| {
            bytes
                .as_chunks::<8>()
                .0
                .iter()
                .map(|&word| u64::from_le_bytes(word))
                .collect()
        };
        OffsetTables {
            offsets: words(self.extended_offsets),
            lengths: words(self.extended_lengths),
        }
    }
}

/// Reads the data set at `at` up to and without its pixel data.
pub(super) fn read<'a>(
    bytes: &'a [u8],
    at: usize,
    encoding: Encoding,
    warnings: &mut Vec<Part10Warning>,
) -> DataSet<'a> {
    let found = DataSet {
        elements: Map::new(),
        pixels: None,
        document: None,
        extended_offsets: &[],
        extended_lengths: &[],
    };
    let mut reader = Reader {
        bytes,
        is_signed: false,
        is_cut: false,
        is_too_deep: false,
        found,
    };
    let scope = Scope {
        end: bytes.len(),
        encoding,
        depth: 0,
        charset: Charset::default(),
    };
    let (elements, _) = reader.elements(at, scope);
    warnings.extend(reader.is_cut.then_some(Part10Warning::Truncated));
    warnings.extend(
        reader
            .is_too_deep
            .then_some(Part10Warning::TooDeep(MAX_DEPTH)),
    );
    DataSet {
        elements,
        ..reader.found
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// Pixel Representation: decides between US and SS where the dictionary leaves it open.
    is_signed: bool,
    is_cut: bool,
    is_too_deep: bool,
    found: DataSet<'a>,
}

/// A data set or an item that is being read.
#[derive(Clone)]
struct Scope {
    /// Where it ends at the latest.
    end: usize,
    encoding: Encoding,
    depth: usize,
    charset: Charset,
}

impl<'a> Reader<'a> {
    /// Reads elements until the scope ends; returns them and where they ended.
    fn elements(&mut self, mut at: usize, mut scope: Scope) -> (Map<String, Value>, usize) {
        let mut elements = Map::new();
        while at < scope.end {
            let Some(header) = Header::read(&self.bytes[..scope.end], at, scope.encoding) else {
                // Zeros at the end are padding, not a cut.
                self.is_cut |= self.bytes[at..scope.end].iter().any(|&byte| byte != 0);
                return (elements, scope.end);
            };
            match header.tag {
                ITEM_END => return (elements, header.at),
                SEQUENCE_END => return (elements, at),
                (0x7FE0, 0x0008..=0x0010) if scope.depth == 0 && self.pixels(header) => {
                    return (elements, scope.end);
                }
                _ => {}
            }
            let Some((value, next)) = self.element(header, &mut scope) else {
                return (elements, scope.end);
            };
            if let Some(value) = value {
                elements.insert(format!("{:04X}{:04X}", header.tag.0, header.tag.1), value);
            }
            at = next;
        }
        (elements, at)
    }

    /// Notes where the pixels are; false for elements beside them.
    fn pixels(&mut self, header: Header) -> bool {
        let kind = match header.tag.1 {
            0x0008 => SampleKind::Float,
            0x0009 => SampleKind::Double,
            0x0010 => SampleKind::Integer,
            _ => return false,
        };
        let available = (self.bytes.len() - header.at.min(self.bytes.len())) as u64;
        self.is_cut |= header
            .length
            .is_some_and(|length| u64::from(length) > available);
        let length = header.length.map(|length| u64::from(length).min(available));
        let is_words = header.vr.is_none_or(|vr| vr == VR::OW);
        self.found.pixels = Some(PixelElement {
            at: header.at as u64,
            length,
            kind,
            is_words,
        });
        true
    }

    /// Reads one element: its JSON, where it has any, and where the next begins. `None` ends the data set.
    fn element(&mut self, header: Header, scope: &mut Scope) -> Option<(Option<Value>, usize)> {
        let vr = self.vr(header);
        let known = header
            .length
            .map(|length| header.at.saturating_add(length as usize));
        let is_sequence = vr == VR::SQ || known.is_none() && matches!(vr, VR::UN);
        if is_sequence {
            // Items under UN are in implicit VR (PS3.5 6.2.2).
            let is_implicit = header.vr == Some(VR::UN);
            let encoding = if is_implicit {
                Encoding::IMPLICIT
            } else {
                scope.encoding
            };
            let end = known.unwrap_or(scope.end).min(scope.end);
            self.is_cut |= known.is_some_and(|known| known > scope.end);
            let (items, next) = self.sequence(
                header.at,
                Scope {
                    end,
                    encoding,
                    ..scope.clone()
                },
                known,
            );
            return Some((Some(json!({ "vr": "SQ", "Value": items })), next));
        }
        let Some(next) = known else {
            // Fragments, such as the pixels of an icon: passed over.
            return Some((None, self.skip(header.at, scope.end, scope.encoding)));
        };
        let Some(value) = self.bytes[..scope.end].get(header.at..next) else {
            self.is_cut = true;
            return None;
        };
        match header.tag {
            SPECIFIC_CHARACTER_SET => scope.charset = Charset::new(value),
            PIXEL_REPRESENTATION => self.is_signed = value.contains(&1),
            (0x0042, 0x0011) if scope.depth == 0 => {
                self.found.document = Some((header.at as u64, value.len() as u64));
            }
            (0x7FE0, 0x0001) if scope.depth == 0 => self.found.extended_offsets = value,
            (0x7FE0, 0x0002) if scope.depth == 0 => self.found.extended_lengths = value,
            // Group lengths say nothing that anyone needs.
            (_, 0x0000) => return Some((None, next)),
            _ => {}
        }
        let encoding = if header.vr == Some(VR::UN) {
            Encoding::IMPLICIT
        } else {
            scope.encoding
        };
        Some((
            Some(values::element(
                header.tag,
                vr,
                value,
                encoding,
                &scope.charset,
            )),
            next,
        ))
    }

    /// Reads the items of a sequence; `known` is its end where it has a length.
    fn sequence(
        &mut self,
        mut at: usize,
        scope: Scope,
        known: Option<usize>,
    ) -> (Vec<Value>, usize) {
        let mut items = Vec::new();
        if scope.depth >= MAX_DEPTH {
            self.is_too_deep = true;
            let next = known.map_or_else(
                || self.skip(at, scope.end, scope.encoding),
                |known| known.min(scope.end),
            );
            return (items, next);
        }
        while at < scope.end {
            let Some(header) = Header::read(&self.bytes[..scope.end], at, scope.encoding) else {
                break;
            };
            match header.tag {
                ITEM => {
                    let claimed = header
                        .length
                        .map(|length| header.at.saturating_add(length as usize));
                    let end = claimed.unwrap_or(scope.end).min(scope.end);
                    let (elements, next) = self.elements(
                        header.at,
                        Scope {
                            end,
                            depth: scope.depth + 1,
                            ..scope.clone()
                        },
                    );
                    items.push(Value::Object(elements));
                    at = claimed.map_or(next, |_| end);
                }
                SEQUENCE_END => return (items, header.at),
                // Not an item: the length was wrong; the elements go on here.
                _ => return (items, at),
            }
        }
        (items, scope.end)
    }

    /// Passes over a sequence of undefined length without recursion: to behind its delimiter.
    fn skip(&mut self, mut at: usize, end: usize, encoding: Encoding) -> usize {
        let mut open = vec![encoding];
        while let Some(&encoding) = open.last() {
            let Some(header) = Header::read(&self.bytes[..end], at, encoding) else {
                self.is_cut = true;
                return end;
            };
            at = header.at;
            match (header.tag, header.length) {
                (ITEM_END | SEQUENCE_END, _) => {
                    open.pop();
                }
                (_, None) if header.vr == Some(VR::UN) => open.push(Encoding::IMPLICIT),
                (_, None) => open.push(encoding),
                (_, Some(length)) => at = at.saturating_add(length as usize).min(end),
            }
        }
        at
    }

    /// The VR of an element: as written, or of the dictionary where that is missing or UN.
    fn vr(&self, header: Header) -> VR {
        match header.vr {
            Some(vr) if vr != VR::UN => vr,
            _ => dictionary_vr(header.tag, self.is_signed),
        }
    }
}

/// The VR of the dictionary, UN where it does not know the tag.
pub(super) fn dictionary_vr((group, element): (u16, u16), is_signed: bool) -> VR {
    let entry = StandardDataDictionary.by_tag(Tag(group, element));
    match entry.map(DataDictionaryEntry::vr) {
        Some(VirtualVr::Exact(vr)) => vr,
        Some(VirtualVr::Xs) if is_signed => VR::SS,
        Some(VirtualVr::Xs) => VR::US,
        Some(_) => VR::OW,
        None => VR::UN,
    }
}
