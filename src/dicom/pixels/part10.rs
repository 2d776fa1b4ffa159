//! A local DICOM file (PS3.10) to what the viewer needs, without decoding and without copying pixels.
//!
//! The reader is our own because it must bear files that are cut, mislabelled or hostile: it never recurses deeper than
//! [`reader::MAX_DEPTH`], allocates nothing by a claimed length, and keeps what came before the damage.

mod charset;
mod encoding;
mod fragments;

mod reader;
#[cfg(feature = "deidentify")]
pub(crate) mod tree;
mod values;
#[cfg(feature = "deidentify")]
pub(crate) mod write;

use std::borrow::Cow;

use serde_json::{Map, Value, json};
use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor, RawDescriptor, SampleKind};

use super::deflate::{InflateError, inflate_data_set};
use crate::transfer_syntax::TransferSyntax;
use encoding::Start;
use reader::PixelElement;

/// Why a file cannot be opened, or a frame not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Part10Error {
    /// Neither a preamble nor anything that looks like a data set.
    #[error("this is not a dicom file")]
    NotDicom,
    /// A head, and nothing behind it.
    #[error("the file holds no data set")]
    Empty,
    /// A deflated data set that inflates beyond the cap (standards 4.9).
    #[error("the deflated data set is larger than this viewer opens")]
    InflatedTooLarge,
    /// A deflated data set that cannot be inflated.
    #[error("the deflated data set is damaged")]
    InflateFailed,
    /// Elements are cut or nested deeper than the cap, so that the data set cannot be written anew.
    #[error("the file is cut or nested too deep")]
    Incomplete,
    /// There is no pixel data.
    #[error("the file holds no pixel data")]
    NoPixels,
    /// The frame is not there.
    #[error("frame {} is missing: the file holds {n_frames}", index + 1)]
    FrameAbsent {
        /// Zero-based index that was asked for.
        index: u32,
        /// Frames there are.
        n_frames: u32,
    },
}

/// Something odd that did not stop the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Part10Warning {
    /// The 128 bytes before `DICM` (PS3.10 7.1) are missing.
    #[error("the file has no preamble")]
    NoPreamble,
    /// No Transfer Syntax UID: it was guessed from the bytes.
    #[error("the file does not name its transfer syntax; {0} is a guess")]
    GuessedSyntax(&'static str),
    /// The elements are not written as the transfer syntax says.
    #[error("the data set is not written as its transfer syntax says; it is read as {0}")]
    WrongSyntax(&'static str),
    /// The file ends inside an element.
    #[error("the file is cut")]
    Truncated,
    /// Sequences deeper than the cap were left out.
    #[error("sequences nested deeper than {0} are left out")]
    TooDeep(usize),
    /// The fragments had to be shared out among the frames without a table.
    #[error("the offset table is missing or wrong; frames are found by their first bytes")]
    NoOffsetTable,
}

/// Where the frames lie. Offsets are into the file, or into [`Part10::inflated`] where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameTable {
    /// Frames one after another without padding (PS3.5 8.1.1).
    Native {
        /// Where the pixel data begin, bytes.
        offset: u64,
        /// Bytes there are: no more than the file has.
        length: u64,
        /// Bits of one frame.
        frame_bits: u64,
    },
    /// Fragments of each frame (PS3.5 A.4): offset and length in bytes.
    Encapsulated {
        /// Frame by frame.
        fragments: Vec<Vec<(u64, u64)>>,
    },
    /// No pixel data.
    None,
}

/// A DICOM file taken apart.
#[derive(Clone, Debug)]
pub struct Part10 {
    /// The data set without its pixel data as one object of the DICOM JSON model (PS3.18 Annex F), with
    /// (0008,3002) Available Transfer Syntax UID, so that it reads like an archive's answer; float pixel data leave
    /// an element without a value, because only its tag says what the pixels are. Binary values up to
    /// 64 KiB (tables of group 0028: 256 KiB, overlay planes: 8 MiB) are inline, larger ones have neither value nor URI.
    pub metadata_json: String,
    /// How the data set is written, which may be other than what the file says.
    pub transfer_syntax: TransferSyntax,
    /// The Image Pixel module as read.
    pub descriptor: RawDescriptor,
    /// Frames there are in the file, whatever Number of Frames claims; 0 without pixel data.
    pub n_frames: u32,
    /// Where they lie.
    pub frames: FrameTable,
    /// Where Encapsulated Document (0042,0011) lies: offset and length, like the frames.
    pub document: Option<(u64, u64)>,
    /// The data set of a deflated file, inflated.
    pub inflated: Option<Vec<u8>>,
    /// Oddities worth a word.
    pub warnings: Vec<Part10Warning>,
    /// 8-bit and 1-bit samples in big-endian words: the bytes of each word are swapped.
    is_swapped: bool,
}

/// Opens a DICOM file.
///
/// # Errors
/// [`Part10Error`] where there is nothing to show; a cut file is opened as far as it goes, with a warning.
pub fn open(file: &[u8]) -> Result<Part10, Part10Error> {
    let mut warnings = Vec::new();
    let Start { at, syntax } = encoding::start(file, &mut warnings)?;
    let rest = file
        .get(at..)
        .filter(|rest| !rest.is_empty())
        .ok_or(Part10Error::Empty)?;
    let is_deflated = syntax == Some(TransferSyntax::DeflatedExplicitVrLittleEndian);
    let inflated = is_deflated
        .then(|| inflate_data_set(rest))
        .transpose()
        .map_err(|error| match error {
            InflateError::TooLarge => Part10Error::InflatedTooLarge,
            InflateError::Damaged => Part10Error::InflateFailed,
        })?;
    let (bytes, at) = inflated
        .as_ref()
        .map_or((file, at), |bytes| (bytes.as_slice(), 0));
    let (written, transfer_syntax) = encoding::settle(&bytes[at..], syntax, &mut warnings)?;
    let mut data_set = reader::read(bytes, at, written, &mut warnings);
    if data_set.elements.is_empty() && data_set.pixels.is_none() {
        return Err(Part10Error::Empty);
    }
    let descriptor = raw_descriptor(&data_set.elements, data_set.pixels.as_ref());
    let n_claimed = number(&data_set.elements, "00280008")
        .filter(|&n| n > 0)
        .unwrap_or(1);
    // A film is one stream, however many pictures it holds.
    let n_claimed = if transfer_syntax.is_video() {
        1
    } else {
        n_claimed
    };
    let tables = data_set.offset_tables();
    let frames = data_set
        .pixels
        .as_ref()
        .map_or(FrameTable::None, |element| match element.length {
            Some(length) if transfer_syntax.is_native() || !starts_with_item(bytes, element.at) => {
                native_table(&descriptor, n_claimed, element.at, length)
            }
            _ => fragments::table(
                bytes,
                element.at,
                written.is_big_endian,
                n_claimed,
                &tables,
                &mut warnings,
            ),
        });
    if let Some((tag, vr)) = data_set
        .pixels
        .as_ref()
        .and_then(PixelElement::float_element)
    {
        data_set
            .elements
            .insert(tag.to_owned(), json!({ "vr": vr }));
    }
    data_set.elements.insert(
        "00083002".to_owned(),
        json!({ "vr": "UI", "Value": [transfer_syntax.uid()] }),
    );
    let is_swapped = written.is_big_endian
        && descriptor.bits_allocated.is_some_and(|bits| bits <= 8)
        && data_set
            .pixels
            .as_ref()
            .is_some_and(|element| element.is_words);
    Ok(Part10 {
        metadata_json: Value::Object(data_set.elements).to_string(),
        transfer_syntax,
        descriptor,
        n_frames: frames.n_frames(n_claimed),
        frames,
        document: data_set.document,
        inflated,
        warnings,
        is_swapped,
    })
}

/// The bytes of one frame, ready for `decode` under [`Part10::transfer_syntax`]; `file` is what was opened.
/// Borrowed where the frame lies in one piece on whole bytes.
///
/// # Errors
/// [`Part10Error::NoPixels`], [`Part10Error::FrameAbsent`]. A cut frame is handed out as it is: the decoder says what
/// is missing.
pub fn frame_bytes<'a>(
    part10: &'a Part10,
    file: &'a [u8],
    index: u32,
) -> Result<Cow<'a, [u8]>, Part10Error> {
    let bytes = part10.inflated.as_deref().unwrap_or(file);
    let absent = Part10Error::FrameAbsent {
        index,
        n_frames: part10.n_frames,
    };
    let piece = |(offset, length): (u64, u64)| bytes.get(offset as usize..)?.get(..length as usize);
    if index >= part10.n_frames && part10.frames != FrameTable::None {
        return Err(absent);
    }
    match &part10.frames {
        FrameTable::None => Err(Part10Error::NoPixels),
        FrameTable::Encapsulated { fragments } => {
            match fragments.get(index as usize).ok_or(absent)?.as_slice() {
                [only] => piece(*only).map(Cow::Borrowed).ok_or(absent),
                many => Ok(Cow::Owned(
                    many.iter()
                        .filter_map(|&fragment| piece(fragment))
                        .flatten()
                        .copied()
                        .collect(),
                )),
            }
        }
        &FrameTable::Native {
            offset,
            length,
            frame_bits,
        } => {
            let element = piece((offset, length)).ok_or(absent)?;
            let element = if part10.is_swapped {
                Cow::Owned(swap_words(element))
            } else {
                Cow::Borrowed(element)
            };
            cut_frame(
                element,
                u64::from(index) * frame_bits,
                frame_bits,
                part10.n_frames == 1,
            )
            .ok_or(absent)
        }
    }
}

/// A frame out of native pixel data. A lone frame keeps what follows it, so that the decoder can judge the length.
fn cut_frame(
    element: Cow<'_, [u8]>,
    start_bit: u64,
    bits: u64,
    is_alone: bool,
) -> Option<Cow<'_, [u8]>> {
    if is_alone {
        return Some(element);
    }
    let shift = (start_bit % 8) as u32;
    let start = usize::try_from(start_bit / 8).ok()?;
    let end = start
        .saturating_add((u64::from(shift) + bits).div_ceil(8) as usize)
        .min(element.len());
    if shift == 0 {
        return match element {
            Cow::Borrowed(bytes) => bytes.get(start..end).map(Cow::Borrowed),
            Cow::Owned(bytes) => bytes
                .get(start..end)
                .map(|frame| Cow::Owned(frame.to_vec())),
        };
    }
    let bytes = element.get(start..end)?;
    let next = bytes.iter().skip(1).chain(std::iter::once(&0));
    let shifted = bytes
        .iter()
        .zip(next)
        .map(|(&low, &high)| low >> shift | high << (8 - shift));
    Some(Cow::Owned(
        shifted.take(bits.div_ceil(8) as usize).collect(),
    ))
}

fn swap_words(bytes: &[u8]) -> Vec<u8> {
    let mut swapped = bytes.to_vec();
    swapped
        .as_chunks_mut::<2>()
        .0
        .iter_mut()
        .for_each(|word| word.swap(0, 1));
    swapped
}

impl FrameTable {
    /// Frames that the table reaches: the claimed ones, as far as at least a part of each is there.
    fn n_frames(&self, n_claimed: u32) -> u32 {
        match self {
            Self::None => 0,
            Self::Encapsulated { fragments } => fragments.len() as u32,
            &Self::Native {
                length, frame_bits, ..
            } => {
                let present = length.saturating_mul(8).div_ceil(frame_bits.max(1)).max(1);
                present.min(n_claimed.into()) as u32
            }
        }
    }
}

/// Some writers give fragments a length; the first item shows what they are.
fn starts_with_item(bytes: &[u8], at: u64) -> bool {
    const ITEM: &[u8] = &[0xFE, 0xFF, 0x00, 0xE0];
    bytes
        .get(at as usize..)
        .is_some_and(|value| value.starts_with(ITEM))
}

fn native_table(descriptor: &RawDescriptor, n_frames: u32, offset: u64, length: u64) -> FrameTable {
    let whole = length.saturating_mul(8);
    let frame_bits = PixelDescriptor::new(descriptor).map_or(whole, |descriptor| {
        let shared = descriptor.native_frame_bits();
        let full = descriptor.n_pixels()
            * u64::from(descriptor.samples_per_pixel * descriptor.bits_allocated);
        // Labelled 4:2:2 and yet three samples a pixel: the length gives it away.
        let is_full = full
            .checked_mul(n_frames.into())
            .is_some_and(|all| all.div_ceil(8) <= length);
        if is_full { full } else { shared }
    });
    FrameTable::Native {
        offset,
        length,
        frame_bits: frame_bits.max(1),
    }
}

/// Reads the Image Pixel module out of the data set in JSON.
fn raw_descriptor(elements: &Map<String, Value>, pixels: Option<&PixelElement>) -> RawDescriptor {
    let kind = pixels.map_or(SampleKind::Integer, |element| element.kind);
    let word = |tag| number(elements, tag).and_then(|n| u16::try_from(n).ok());
    let bits_allocated = match kind {
        SampleKind::Integer => word("00280100"),
        SampleKind::Float => Some(32),
        SampleKind::Double => Some(64),
    };
    RawDescriptor {
        rows: number(elements, "00280010"),
        columns: number(elements, "00280011"),
        samples_per_pixel: word("00280002"),
        bits_allocated,
        bits_stored: word("00280101"),
        high_bit: word("00280102"),
        pixel_representation: word("00280103"),
        planar_configuration: word("00280006"),
        photometric: first(elements, "00280004")
            .and_then(Value::as_str)
            .and_then(Photometric::parse),
        kind,
        overlay_bits: 0,
    }
}

fn first<'a>(elements: &'a Map<String, Value>, tag: &str) -> Option<&'a Value> {
    elements.get(tag)?.get("Value")?.get(0)
}

/// A whole number; a text such as `1A` counts as far as it is a number.
fn number(elements: &Map<String, Value>, tag: &str) -> Option<u32> {
    match first(elements, tag)? {
        Value::Number(n) => n
            .as_u64()
            .or_else(|| n.as_f64().map(|v| v as u64))
            .and_then(|n| n.try_into().ok()),
        Value::String(text) => {
            let digits = text.trim().split(|c: char| !c.is_ascii_digit()).next();
            digits.and_then(|digits| digits.parse().ok())
        }
        _ => None,
    }
}
