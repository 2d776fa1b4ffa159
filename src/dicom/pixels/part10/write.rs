//! Data sets in Explicit VR Little Endian behind fresh File Meta Information (PS3.10 7.1), the preamble all zeros.

use dicom_core::VR;

use super::reader::has_long_length;
use super::tree::{DataSet, Element, Tag, Value};

/// Identifies the writer (PS3.7 D.3.3.2): a UUID of this project as an OID.
const IMPLEMENTATION_CLASS_UID: &str = "2.25.114242162720799212658756132952382584183";
const IMPLEMENTATION_VERSION: &str = concat!("SKIAGRAPH_", env!("CARGO_PKG_VERSION_MAJOR"));

/// Pixels as they are written.
pub(crate) enum Pixels {
    /// There are none.
    None,
    /// One value of the element (7FE0,eeee).
    Native { tag: Tag, vr: VR, bytes: Vec<u8> },
    /// The fragments of each frame.
    Encapsulated(Vec<Vec<Vec<u8>>>),
}

/// What a file's meta information says of it.
pub(crate) struct Meta<'a> {
    pub(crate) sop_class: &'a str,
    pub(crate) instance: &'a str,
    pub(crate) transfer_syntax: &'a str,
}

/// A whole file.
pub(crate) fn file(about: &Meta, data_set: &DataSet, pixels: &Pixels) -> Vec<u8> {
    let mut file = head(about);
    elements(data_set, &mut file);
    write_pixels(pixels, &mut file);
    file
}

/// Everything before the data set.
pub(crate) fn head(about: &Meta) -> Vec<u8> {
    let mut meta = DataSet::default();
    let version = Element {
        vr: VR::OB,
        value: Value::Bytes(vec![0, 1].into()),
    };
    meta.0.insert(0x0002_0001, version);
    for (tag, vr, text) in [
        (0x0002_0002, VR::UI, about.sop_class),
        (0x0002_0003, VR::UI, about.instance),
        (0x0002_0010, VR::UI, about.transfer_syntax),
        (0x0002_0012, VR::UI, IMPLEMENTATION_CLASS_UID),
        (0x0002_0013, VR::SH, IMPLEMENTATION_VERSION),
    ] {
        meta.0.insert(tag, Element::text(vr, text));
    }
    let mut head = Vec::new();
    elements(&meta, &mut head);
    let length = Element {
        vr: VR::UL,
        value: Value::Bytes((head.len() as u32).to_le_bytes().to_vec().into()),
    };
    let mut file = vec![0; 128];
    file.extend(b"DICM");
    element(0x0002_0000, &length, &mut file);
    file.extend(head);
    file
}

/// The elements one after another.
pub(crate) fn elements(data_set: &DataSet, out: &mut Vec<u8>) {
    for (&tag, one) in &data_set.0 {
        element(tag, one, out);
    }
}

fn element(tag: Tag, element: &Element, out: &mut Vec<u8>) {
    match &element.value {
        Value::Bytes(bytes) => value(tag, element.vr, bytes, out),
        Value::Items(items) => {
            let mut all = Vec::new();
            for item in items {
                let mut one = Vec::new();
                elements(item, &mut one);
                tag_of(0xFFFE_E000, &mut all);
                all.extend((one.len() as u32).to_le_bytes());
                all.extend(one);
            }
            value(tag, VR::SQ, &all, out);
        }
    }
}

fn tag_of(tag: Tag, out: &mut Vec<u8>) {
    out.extend(((tag >> 16) as u16).to_le_bytes());
    out.extend((tag as u16).to_le_bytes());
}

fn value(tag: Tag, vr: VR, bytes: &[u8], out: &mut Vec<u8>) {
    let length = bytes.len().next_multiple_of(2);
    // Longer than its VR can say: UN, as PS3.5 6.2.2 has it.
    let vr = if !has_long_length(vr) && length > usize::from(u16::MAX) {
        VR::UN
    } else {
        vr
    };
    tag_of(tag, out);
    out.extend(vr.to_bytes());
    if has_long_length(vr) {
        out.extend([0, 0]);
        out.extend((length as u32).to_le_bytes());
    } else {
        out.extend((length as u16).to_le_bytes());
    }
    out.extend(bytes);
    if length > bytes.len() {
        let is_text = !matches!(vr, VR::UI | VR::OB | VR::UN | VR::OW);
        out.push(if is_text { b' ' } else { 0 });
    }
}

fn write_pixels(pixels: &Pixels, out: &mut Vec<u8>) {
    match pixels {
        Pixels::None => {}
        Pixels::Native { tag, vr, bytes } => value(*tag, *vr, bytes, out),
        Pixels::Encapsulated(frames) => {
            tag_of(0x7FE0_0010, out);
            out.extend(b"OB\0\0");
            out.extend(u32::MAX.to_le_bytes());
            let padded = |fragment: &Vec<u8>| fragment.len().next_multiple_of(2);
            let lengths = frames.iter().map(|fragments| {
                let of_one = |fragment| 8 + padded(fragment) as u64;
                fragments.iter().map(of_one).sum::<u64>()
            });
            let mut at = 0_u64;
            let offsets: Option<Vec<u32>> = lengths
                .map(|length| {
                    let offset = u32::try_from(at).ok();
                    at += length;
                    offset
                })
                .collect();
            // Beyond 4 GiB there is no basic table; it may be empty (PS3.5 A.4).
            let table: Vec<u8> = offsets
                .unwrap_or_default()
                .iter()
                .flat_map(|offset| offset.to_le_bytes())
                .collect();
            item(&table, out);
            frames
                .iter()
                .flatten()
                .for_each(|fragment| item(fragment, out));
            tag_of(0xFFFE_E0DD, out);
            out.extend([0; 4]);
        }
    }
}

fn item(bytes: &[u8], out: &mut Vec<u8>) {
    tag_of(0xFFFE_E000, out);
    out.extend((bytes.len().next_multiple_of(2) as u32).to_le_bytes());
    out.extend(bytes);
    if !bytes.len().is_multiple_of(2) {
        out.push(0);
    }
}
