//! Where things lie in a DICOM file: the data set, the pixel data and its fragments, so that frames are sliced without parsing a file again (PS3.5 section 7, PS3.10 section 7).
//!
//! Every length is checked against the file before anybody allocates by it.

use std::io::{self, Read, Seek, SeekFrom};

use dicom_core::Tag;
use dicom_core::VR;
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_dictionary_std::StandardDataDictionary;

const UNDEFINED: u32 = u32::MAX;
const MAX_DEPTH: usize = 64;
const ITEM: u32 = 0xFFFE_E000;
const ITEM_END: u32 = 0xFFFE_E00D;
const SEQUENCE_END: u32 = 0xFFFE_E0DD;
const EXTENDED_OFFSETS: u32 = 0x7FE0_0001;
const EXTENDED_LENGTHS: u32 = 0x7FE0_0002;
/// Float, double float and integer pixel data.
const PIXEL_DATA: [u32; 3] = [0x7FE0_0008, 0x7FE0_0009, 0x7FE0_0010];

/// How elements are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coding {
    pub(crate) explicit: bool,
    pub(crate) big_endian: bool,
}

impl Coding {
    /// Explicit VR Little Endian, in which file meta information is always written.
    pub(crate) const EXPLICIT_LITTLE: Self = Self {
        explicit: true,
        big_endian: false,
    };

    fn u16(self, bytes: [u8; 2]) -> u16 {
        if self.big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    }

    fn u32(self, bytes: [u8; 4]) -> u32 {
        if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }
}

/// The pixel data element of a file.
#[derive(Clone, Debug)]
pub(crate) struct Pixels {
    /// (7FE0,0008), (7FE0,0009) or (7FE0,0010) as one number.
    pub(crate) tag: u32,
    pub(crate) vr: [u8; 2],
    /// Of the value or, where encapsulated, of the first item (the Basic Offset Table).
    pub(crate) offset: u64,
    /// Bytes of the value that the file really has; nothing where encapsulated.
    pub(crate) native_length: Option<u64>,
    /// Extended Offset Table: offset and length of each frame, from the first byte after the Basic Offset Table's item.
    pub(crate) extended: Vec<(u64, u64)>,
}

/// What a walk through a data set found.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Where the elements before the pixel data end.
    pub(crate) header_end: u64,
    /// Top-level elements of VR UN and undefined length, from tag to end: sequences in implicit VR, whatever the rest is in (PS3.5 6.2.2).
    pub(crate) unknown_sequences: Vec<(u64, u64)>,
    pub(crate) pixels: Option<Pixels>,
}

struct Element {
    tag: u32,
    vr: [u8; 2],
    length: u32,
}

struct Walk<'a, S> {
    source: &'a mut S,
    end: u64,
    position: u64,
}

/// File meta information: whether a preamble stands before it, its transfer syntax, and where the data set starts.
pub(crate) struct Meta {
    pub(crate) has_preamble: bool,
    pub(crate) transfer_syntax: String,
    pub(crate) data_set_offset: u64,
}

/// Reads group 0002 (PS3.10 7.1); an error where the file is not Part 10.
pub(crate) fn read_meta<S: Read + Seek>(source: &mut S, end: u64) -> io::Result<Meta> {
    let mut head = [0; 132];
    let prefixed = end > 132 && source.read_exact(&mut head).is_ok() && head.ends_with(b"DICM");
    let mut walk = Walk::at(source, if prefixed { 132 } else { 0 }, end)?;
    let mut transfer_syntax = String::new();
    loop {
        let start = walk.position;
        let element = walk.element(Coding::EXPLICIT_LITTLE).ok().flatten();
        let Some(element) = element.filter(|element| element.tag >> 16 == 2) else {
            if transfer_syntax.is_empty() {
                return Err(invalid("no transfer syntax"));
            }
            return Ok(Meta {
                has_preamble: prefixed,
                transfer_syntax,
                data_set_offset: start,
            });
        };
        if element.tag == 0x0002_0010 {
            let value = walk.value(u64::from(element.length).min(66))?;
            let text = String::from_utf8_lossy(&value);
            transfer_syntax = text.trim_end_matches(['\0', ' ']).to_owned();
        } else {
            walk.skip(u64::from(element.length))?;
        }
    }
}

/// Walks the data set from `start` to the pixel data.
pub(crate) fn read_layout<S: Read + Seek>(
    source: &mut S,
    start: u64,
    end: u64,
    coding: Coding,
) -> io::Result<Layout> {
    let mut walk = Walk::at(source, start, end)?;
    let mut extended = [Vec::new(), Vec::new()];
    let mut unknown_sequences = Vec::new();
    loop {
        let header_end = walk.position;
        let element = match walk.element(coding)? {
            Some(element) if element.tag <= 0x7FE0_0010 => element,
            _ => {
                return Ok(Layout {
                    header_end,
                    unknown_sequences,
                    pixels: None,
                });
            }
        };
        match element.tag {
            tag if PIXEL_DATA.contains(&tag) => {
                let length = u64::from(element.length).min(end - walk.position);
                let native = element.length != UNDEFINED;
                let pixels = Pixels {
                    tag,
                    vr: element.vr,
                    offset: walk.position,
                    native_length: native.then_some(length),
                    extended: zip(&extended),
                };
                return Ok(Layout {
                    header_end,
                    unknown_sequences,
                    pixels: Some(pixels),
                });
            }
            EXTENDED_OFFSETS => extended[0] = walk.value(u64::from(element.length))?,
            EXTENDED_LENGTHS => extended[1] = walk.value(u64::from(element.length))?,
            _ => {
                walk.pass(&element, coding, 0)?;
                if coding.explicit && &element.vr == b"UN" && element.length == UNDEFINED {
                    unknown_sequences.push((header_end, walk.position));
                }
            }
        }
    }
}

/// Ranges (offset, length) of the items of encapsulated pixel data, the Basic Offset Table first (PS3.5 A.4).
pub(crate) fn read_fragments<S: Read + Seek>(
    source: &mut S,
    start: u64,
    end: u64,
) -> io::Result<Vec<(u64, u64)>> {
    let mut walk = Walk::at(source, start, end)?;
    let mut fragments = Vec::new();
    while let Some(item) = walk.element(Coding::EXPLICIT_LITTLE).ok().flatten() {
        if item.tag != ITEM {
            break;
        }
        // A file that ends early still gives what it has.
        let length = u64::from(item.length).min(end - walk.position);
        fragments.push((walk.position, length));
        walk.skip(length)?;
    }
    Ok(fragments)
}

fn zip(tables: &[Vec<u8>; 2]) -> Vec<(u64, u64)> {
    let numbers = |bytes: &[u8]| -> Vec<u64> {
        let words = bytes
            .chunks_exact(8)
            .filter_map(|word| word.try_into().ok());
        words.map(u64::from_le_bytes).collect()
    };
    let [offsets, lengths] = tables;
    numbers(offsets).into_iter().zip(numbers(lengths)).collect()
}

fn invalid(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

impl<'a, S: Read + Seek> Walk<'a, S> {
    fn at(source: &'a mut S, position: u64, end: u64) -> io::Result<Self> {
        source.seek(SeekFrom::Start(position))?;
        Ok(Self {
            source,
            end,
            position,
        })
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.source.read_exact(&mut bytes)?;
        self.position += N as u64;
        Ok(bytes)
    }

    fn value(&mut self, length: u64) -> io::Result<Vec<u8>> {
        self.check(length)?;
        let mut bytes = vec![0; length as usize];
        self.source.read_exact(&mut bytes)?;
        self.position += length;
        Ok(bytes)
    }

    fn check(&self, length: u64) -> io::Result<()> {
        let fits = length <= self.end - self.position.min(self.end);
        if fits {
            Ok(())
        } else {
            Err(invalid("a length reaches beyond the file"))
        }
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        self.check(length)?;
        // Relative seeks keep the buffer, which makes walking small elements cheap.
        let step = i64::try_from(length).map_err(|_| invalid("length"))?;
        self.source.seek_relative(step)?;
        self.position += length;
        Ok(())
    }

    /// The next element's tag, VR and length; nothing at the end of the file.
    fn element(&mut self, coding: Coding) -> io::Result<Option<Element>> {
        if self.position + 8 > self.end {
            return Ok(None);
        }
        let [a, b, c, d] = self.array()?;
        let tag = u32::from(coding.u16([a, b])) << 16 | u32::from(coding.u16([c, d]));
        let [v, w, x, y] = self.array()?;
        if !coding.explicit || tag >> 16 == 0xFFFE {
            let vr = if coding.explicit {
                *b"  "
            } else {
                dictionary_vr(tag)
            };
            let length = coding.u32([v, w, x, y]);
            return Ok(Some(Element { tag, vr, length }));
        }
        let vr = [v, w];
        let length = if is_long(vr) {
            coding.u32(self.array()?)
        } else {
            u32::from(coding.u16([x, y]))
        };
        Ok(Some(Element { tag, vr, length }))
    }

    /// Passes over a value, into sequences too, so that every nested length is checked.
    fn pass(&mut self, element: &Element, coding: Coding, depth: usize) -> io::Result<()> {
        if depth > MAX_DEPTH {
            return Err(invalid("sequences nest too deep"));
        }
        match (&element.vr, element.length) {
            // PS3.5 6.2.2: UN of undefined length holds implicit little endian.
            (b"UN", UNDEFINED) => {
                let implicit = Coding {
                    explicit: false,
                    big_endian: false,
                };
                self.items(None, implicit, depth)
            }
            (b"SQ", UNDEFINED) => self.items(None, coding, depth),
            (_, UNDEFINED) => Err(invalid("undefined length outside a sequence")),
            (b"SQ", length) => {
                self.check(u64::from(length))?;
                self.items(Some(self.position + u64::from(length)), coding, depth)
            }
            (_, length) => self.skip(u64::from(length)),
        }
    }

    fn items(&mut self, end: Option<u64>, coding: Coding, depth: usize) -> io::Result<()> {
        while end.is_none_or(|end| self.position < end) {
            let Some(item) = self.element(coding)? else {
                return Ok(());
            };
            match (item.tag, item.length) {
                (SEQUENCE_END, _) => return Ok(()),
                (ITEM, UNDEFINED) => self.item(None, coding, depth)?,
                (ITEM, length) => {
                    self.check(u64::from(length))?;
                    self.item(Some(self.position + u64::from(length)), coding, depth)?;
                }
                _ => return Err(invalid("a sequence holds something else than items")),
            }
        }
        Ok(())
    }

    fn item(&mut self, end: Option<u64>, coding: Coding, depth: usize) -> io::Result<()> {
        while end.is_none_or(|end| self.position < end) {
            match self.element(coding)? {
                None => return Ok(()),
                Some(element) if element.tag == ITEM_END => return Ok(()),
                // An icon's encapsulated pixel data inside a sequence.
                Some(element)
                    if PIXEL_DATA.contains(&element.tag) && element.length == UNDEFINED =>
                {
                    self.items_raw()?;
                }
                Some(element) => self.pass(&element, coding, depth + 1)?,
            }
        }
        Ok(())
    }

    fn items_raw(&mut self) -> io::Result<()> {
        while let Some(item) = self.element(Coding::EXPLICIT_LITTLE)? {
            if item.tag != ITEM {
                break;
            }
            self.skip(u64::from(item.length))?;
        }
        Ok(())
    }
}

/// Whether the explicit form has two reserved bytes and a length of 32 bits (PS3.5 7.1.2), as unknown VRs have.
fn is_long(vr: [u8; 2]) -> bool {
    const SHORT: &[u8] = b"AEASATCSDADSDTFLFDISLOLTPNSHSLSSSTTMUIULUS";
    !SHORT.chunks_exact(2).any(|short| short == vr)
}

fn dictionary_vr(tag: u32) -> [u8; 2] {
    let tag = Tag((tag >> 16) as u16, tag as u16);
    if tag == Tag(0x7FE0, 0x0010) {
        // PS3.5 A.1: implicit VR pixel data is OW.
        return *b"OW";
    }
    let vr = StandardDataDictionary
        .by_tag(tag)
        .and_then(|entry| entry.vr().exact());
    let name = vr.unwrap_or(VR::UN).to_string().as_bytes();
    [name[0], name[1]]
}
