//! From a file to its copy: header by the profile, pixels passed through or hidden in part, everything written anew.

use dicom_core::VR;
use serde::{Deserialize, Serialize};
use skiagraph_core::pixel::descriptor::{DescriptorError, PixelDescriptor, SampleKind};

use super::directory::{self, DirectoryKeys};
use super::masks::{self, Area, Remade};
use super::options::Options;
use super::profile::{Done, Profile};
use super::pseudonyms::Pseudonyms;
use super::risk::{self, Release};
use super::streams;
use super::table::Table;
use crate::pixels::DecodeError;
use crate::pixels::part10::tree::{self, DataSet, Element, Tag, Value};
use crate::pixels::part10::write::{self, Meta, Pixels};
use crate::pixels::part10::{self, FrameTable, Part10, Part10Error, Part10Warning};

const SOP_CLASS: Tag = 0x0008_0016;
const INSTANCE: Tag = 0x0008_0018;
const EXPLICIT_LITTLE_ENDIAN: &str = "1.2.840.10008.1.2.1";
/// Longest name of a patient: one component group of PN (PS3.5 6.2).
const MAX_LABEL_BYTES: usize = 64;

/// What is to be done with a file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Order {
    /// Options of the profile.
    pub options: Options,
    /// Name and ID in the copy; without, one is made of the salt and the Patient ID.
    pub label: Option<String>,
    /// What is hidden.
    pub areas: Vec<Area>,
    /// A person has looked at every frame, with these areas hidden.
    pub is_seen: bool,
}

/// A copy of a file.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The file (PS3.10).
    pub bytes: Vec<u8>,
    /// What a directory says of it.
    pub keys: DirectoryKeys,
    /// What was done to the header.
    pub done: Vec<Done>,
    /// Descriptions that stayed, for a person to read.
    pub words: Vec<String>,
    /// Pixels were hidden or had to be written anew.
    pub is_remade: bool,
    /// Comments overwritten inside of codestreams.
    pub n_comments: usize,
}

/// Why there is no copy.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DeidentifyError {
    /// It cannot be read whole; what is not read cannot be judged.
    #[error(transparent)]
    File(#[from] Part10Error),
    /// The end of the file is missing.
    #[error("the file is cut")]
    Cut,
    /// Objects of this kind are not copied.
    #[error("{0}")]
    Never(&'static str),
    /// Nobody has looked at its pictures.
    #[error("its pictures have not been looked at")]
    Unseen,
    /// The header of its pixels contradicts itself.
    #[error(transparent)]
    Header(#[from] DescriptorError),
    /// Its pixels cannot be decoded, which hiding takes.
    #[error(transparent)]
    Pixels(#[from] DecodeError),
    /// A name that not every character set has.
    #[error(
        "the name for the copies is longer than 64 characters or has other than plain letters, digits and spaces"
    )]
    Label,
}

/// Makes the copy of `file`.
///
/// # Errors
/// [`DeidentifyError`]; there is a whole copy or none.
pub fn deidentify(file: &[u8], order: &Order, names: &Pseudonyms) -> Result<Copy, DeidentifyError> {
    let opened = part10::open(file)?;
    if opened.warnings.contains(&Part10Warning::Truncated) {
        return Err(DeidentifyError::Cut);
    }
    let source = tree::read(file, opened.inflated.as_deref())?;
    match risk::release(&source, &opened.transfer_syntax) {
        (Release::Never, why) => return Err(DeidentifyError::Never(why)),
        (Release::AfterLook, _) if !order.is_seen && opened.n_frames > 0 => {
            return Err(DeidentifyError::Unseen);
        }
        _ => {}
    }
    let label = label(&source, order, names)?;
    let table = Table::new();
    let mut profile = Profile::new(&source, &table, &order.options, names);
    let mut data_set = profile.data_set(&source);
    let (done, words) = profile.into_report();
    let written = pixels(&opened, file, &source, order)?;
    if let Some(remade) = &written.remade {
        describe_pixels(&mut data_set, &opened, remade, !order.areas.is_empty());
    }
    mark(&mut data_set, order, &label, opened.n_frames > 0);
    let class = data_set.text(SOP_CLASS);
    let instance = data_set.text(INSTANCE);
    let syntax = match written.pixels {
        Pixels::Encapsulated(_) => opened.transfer_syntax.uid(),
        _ => EXPLICIT_LITTLE_ENDIAN,
    };
    let about = Meta {
        sop_class: &class,
        instance: &instance,
        transfer_syntax: syntax,
    };
    Ok(Copy {
        bytes: write::file(&about, &data_set, &written.pixels),
        keys: directory::keys(&data_set, syntax),
        done,
        words,
        is_remade: written.remade.is_some(),
        n_comments: written.n_comments,
    })
}

fn label(source: &DataSet, order: &Order, names: &Pseudonyms) -> Result<String, DeidentifyError> {
    let Some(label) = order
        .label
        .as_deref()
        .map(str::trim)
        .filter(|label| !label.is_empty())
    else {
        let patient = format!("{}\\{}", source.text(0x0010_0020), source.text(0x0010_0021));
        return Ok(names.label(&patient));
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" -_.^".contains(&byte);
    if label.len() <= MAX_LABEL_BYTES && label.bytes().all(is_plain) {
        Ok(label.to_owned())
    } else {
        Err(DeidentifyError::Label)
    }
}

/// Pixels as they are written.
struct Written {
    pixels: Pixels,
    /// `pixels` went through a decoder.
    remade: Option<Remade>,
    n_comments: usize,
}

fn pixels(
    opened: &Part10,
    file: &[u8],
    source: &DataSet,
    order: &Order,
) -> Result<Written, DeidentifyError> {
    let bytes = opened.inflated.as_deref().unwrap_or(file);
    let is_big_endian = opened.transfer_syntax.uid() == "1.2.840.10008.1.2.2";
    // Fragments under a native transfer syntax: the copy would say what it is not.
    let is_mislabelled = opened.transfer_syntax.is_native()
        && matches!(opened.frames, FrameTable::Encapsulated { .. });
    let must_remake =
        !order.areas.is_empty() || is_big_endian || is_mislabelled || has_overlays_in_cells(source);
    let untouched = |pixels, n_comments| Written {
        pixels,
        remade: None,
        n_comments,
    };
    if opened.frames != FrameTable::None && claimed_frames(source) > opened.n_frames {
        return Err(DeidentifyError::Cut);
    }
    match &opened.frames {
        FrameTable::None => Ok(untouched(Pixels::None, 0)),
        _ if must_remake => {
            let descriptor = PixelDescriptor::new(&opened.descriptor)?;
            let mut remade = masks::remade(opened, file, &descriptor, &order.areas)?;
            let bytes = std::mem::take(&mut remade.bytes);
            Ok(Written {
                pixels: native(opened, bytes),
                remade: Some(remade),
                n_comments: 0,
            })
        }
        &FrameTable::Native {
            offset,
            length,
            frame_bits,
        } => {
            let wanted = frame_bits
                .saturating_mul(opened.n_frames.into())
                .div_ceil(8);
            // What is longer than its frames holds something else.
            let end = offset.saturating_add(wanted.min(length));
            let value = bytes
                .get(offset as usize..end as usize)
                .ok_or(DeidentifyError::Cut)?;
            if wanted > length {
                return Err(DeidentifyError::Cut);
            }
            Ok(untouched(native(opened, value.to_vec()), 0))
        }
        FrameTable::Encapsulated { fragments } => {
            let mut n_comments = 0;
            let mut frames = Vec::new();
            for frame in fragments {
                let pieces = frame.iter().map(|&(offset, length)| {
                    let end = offset.saturating_add(length);
                    bytes.get(offset as usize..end as usize).map(<[u8]>::to_vec)
                });
                let pieces: Option<Vec<Vec<u8>>> = pieces.collect();
                let (pieces, n) = streams::silenced(pieces.ok_or(DeidentifyError::Cut)?);
                n_comments += n;
                frames.push(pieces);
            }
            Ok(untouched(Pixels::Encapsulated(frames), n_comments))
        }
    }
}

fn native(opened: &Part10, bytes: Vec<u8>) -> Pixels {
    let is_bytes = opened
        .descriptor
        .bits_allocated
        .is_some_and(|bits| bits <= 8);
    let (tag, vr) = match opened.descriptor.kind {
        SampleKind::Float => (0x7FE0_0008, VR::OF),
        SampleKind::Double => (0x7FE0_0009, VR::OD),
        SampleKind::Integer if is_bytes => (0x7FE0_0010, VR::OB),
        SampleKind::Integer => (0x7FE0_0010, VR::OW),
    };
    Pixels::Native { tag, vr, bytes }
}

fn claimed_frames(source: &DataSet) -> u32 {
    source.text(0x0028_0008).parse().unwrap_or(1)
}

/// Overlay planes in unused bits of the pixels (PS3.5 8.1.2) would stay where their groups go.
fn has_overlays_in_cells(source: &DataSet) -> bool {
    source.0.iter().any(|(tag, element)| {
        let is_bits = tag >> 24 == 0x60 && tag & 0xFFFF == 0x0100;
        let is_one = matches!(&element.value, Value::Bytes(bytes) if **bytes == [1, 0]);
        is_bits && !is_one
    })
}

/// What the header says of pixels that were written anew.
fn describe_pixels(data_set: &mut DataSet, opened: &Part10, remade: &Remade, is_masked: bool) {
    let elements = &mut data_set.0;
    elements.insert(
        0x0028_0004,
        Element::text(VR::CS, remade.photometric.term()),
    );
    if opened.descriptor.samples_per_pixel.unwrap_or(1) > 1 {
        elements.insert(0x0028_0006, Element::number(0));
    }
    if opened.descriptor.kind == SampleKind::Integer
        && let Some(stored) = opened.descriptor.bits_stored
    {
        elements.insert(0x0028_0102, Element::number(stored.saturating_sub(1)));
    }
    // Offsets of fragments that are no more.
    elements.remove(&0x7FE0_0001);
    elements.remove(&0x7FE0_0002);
    if remade.is_lossy {
        elements.insert(0x0028_2110, Element::text(VR::CS, "01"));
        let n_samples = u64::from(opened.descriptor.rows.unwrap_or_default())
            * u64::from(opened.descriptor.columns.unwrap_or_default())
            * u64::from(opened.descriptor.samples_per_pixel.unwrap_or(1))
            * u64::from(opened.descriptor.bits_allocated.unwrap_or(8))
            * u64::from(opened.n_frames);
        let ratio = n_samples as f64 / 8.0 / remade.n_bytes_before.max(1) as f64;
        elements
            .entry(0x0028_2112)
            .or_insert_with(|| Element::text(VR::DS, &format!("{ratio:.2}")));
    }
    if is_masked {
        // Smallest and largest values may have been hidden.
        for tag in 0x0028_0106..=0x0028_0109 {
            elements.remove(&tag);
        }
        let kind = data_set.text(0x0008_0008);
        let derived = match kind.split_once('\\') {
            Some((_, rest)) => format!("DERIVED\\{rest}"),
            None => "DERIVED\\SECONDARY".to_owned(),
        };
        data_set
            .0
            .insert(0x0008_0008, Element::text(VR::CS, &derived));
    }
}

/// Who the copy is of, and what was done (PS3.15 E.1.1 steps 6 and 7).
fn mark(data_set: &mut DataSet, order: &Order, label: &str, has_pixels: bool) {
    let are_pixels_clean = order.is_seen && has_pixels;
    let codes = order.options.codes(are_pixels_clean);
    let item = |&(code, meaning): &(&str, &str)| {
        let mut item = DataSet::default();
        item.0.insert(0x0008_0100, Element::text(VR::SH, code));
        item.0.insert(0x0008_0102, Element::text(VR::SH, "DCM"));
        item.0.insert(0x0008_0104, Element::text(VR::LO, meaning));
        item
    };
    let method: Vec<&str> = codes.iter().map(|&(_, meaning)| meaning).collect();
    let elements = &mut data_set.0;
    elements.insert(0x0010_0010, Element::text(VR::PN, label));
    elements.insert(0x0010_0020, Element::text(VR::LO, label));
    elements.insert(0x0012_0062, Element::text(VR::CS, "YES"));
    elements.insert(0x0012_0063, Element::text(VR::LO, &method.join("\\")));
    elements.insert(
        0x0012_0064,
        Element::items(codes.iter().map(item).collect()),
    );
    elements.insert(
        0x0028_0303,
        Element::text(VR::CS, order.options.dates.term()),
    );
    if are_pixels_clean {
        elements.insert(0x0028_0301, Element::text(VR::CS, "NO"));
    }
}
