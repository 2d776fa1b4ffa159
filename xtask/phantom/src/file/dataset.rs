//! A data set built tag by tag, with each tag's value representation taken from the dictionary.

use std::path::Path;

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::value::{DataSetSequence, PixelFragmentSequence};
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};

use super::rle;
use crate::error::PhantomError;

const EXPLICIT_LITTLE: &str = "1.2.840.10008.1.2.1";
const RLE_LOSSLESS: &str = "1.2.840.10008.1.2.5";

/// A data set in the making.
#[derive(Clone, Debug)]
pub(crate) struct Dataset(InMemDicomObject);

impl Default for Dataset {
    fn default() -> Self {
        Self(InMemDicomObject::new_empty())
    }
}

/// The samples of an instance and how they are written.
#[derive(Clone, Debug)]
pub(crate) enum Pixels {
    Words(Vec<u16>),
    RunLength { samples: Vec<u16>, columns: usize },
    Bytes(Vec<u8>),
    None,
}

fn vr_of(tag: Tag) -> VR {
    StandardDataDictionary
        .by_tag(tag)
        .map_or(VR::UN, |entry| entry.vr().relaxed())
}

impl Dataset {
    fn put(&mut self, tag: Tag, vr: VR, value: impl Into<PrimitiveValue>) -> &mut Self {
        let value: PrimitiveValue = value.into();
        self.0.put(DataElement::new(tag, vr, value));
        self
    }

    /// A textual value as it stands in the file; several are parted by backslashes.
    pub(crate) fn text(&mut self, tag: Tag, value: impl Into<String>) -> &mut Self {
        let value: String = value.into();
        self.put(tag, vr_of(tag), value)
    }

    /// Decimal strings (DS), at most sixteen characters each (PS3.5 6.2).
    pub(crate) fn decimals(&mut self, tag: Tag, values: &[f64]) -> &mut Self {
        let written: Vec<String> = values.iter().map(|v| decimal(*v)).collect();
        self.text(tag, written.join("\\"))
    }

    pub(crate) fn short(&mut self, tag: Tag, value: u16) -> &mut Self {
        self.put(tag, VR::US, PrimitiveValue::from(value))
    }

    pub(crate) fn long(&mut self, tag: Tag, value: u32) -> &mut Self {
        self.put(tag, VR::UL, PrimitiveValue::from(value))
    }

    pub(crate) fn signed_short(&mut self, tag: Tag, value: i16) -> &mut Self {
        self.put(tag, VR::SS, PrimitiveValue::from(value))
    }

    pub(crate) fn signed_long(&mut self, tag: Tag, value: i32) -> &mut Self {
        self.put(tag, VR::SL, PrimitiveValue::from(value))
    }

    pub(crate) fn double(&mut self, tag: Tag, value: f64) -> &mut Self {
        self.put(tag, VR::FD, PrimitiveValue::from(value))
    }

    pub(crate) fn attribute(&mut self, tag: Tag, value: Tag) -> &mut Self {
        self.put(tag, VR::AT, PrimitiveValue::Tags(vec![value].into()))
    }

    pub(crate) fn bytes(&mut self, tag: Tag, value: Vec<u8>) -> &mut Self {
        self.put(tag, VR::OB, PrimitiveValue::U8(value.into()))
    }

    pub(crate) fn items(&mut self, tag: Tag, items: Vec<Self>) -> &mut Self {
        let items: Vec<InMemDicomObject> = items.into_iter().map(|item| item.0).collect();
        self.0
            .put(DataElement::new(tag, VR::SQ, DataSetSequence::from(items)));
        self
    }

    /// The Image Pixel attributes of a grey image (PS3.3 C.7.6.3), unsigned.
    pub(crate) fn grey(&mut self, columns: usize, rows: usize, bits_stored: u16) -> &mut Self {
        self.text(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2")
            .short(tags::SAMPLES_PER_PIXEL, 1)
            .short(tags::ROWS, rows as u16)
            .short(tags::COLUMNS, columns as u16)
            .short(tags::BITS_ALLOCATED, 16)
            .short(tags::BITS_STORED, bits_stored)
            .short(tags::HIGH_BIT, bits_stored - 1)
            .short(tags::PIXEL_REPRESENTATION, 0)
    }

    fn text_of(&self, tag: Tag) -> String {
        self.0
            .get(tag)
            .and_then(|element| element.to_str().ok())
            .map(|text| text.into_owned())
            .unwrap_or_default()
    }

    /// Writes the data set and its `pixels` as a file (PS3.10 7).
    pub(crate) fn write(mut self, path: &Path, pixels: Pixels) -> Result<(), PhantomError> {
        let syntax = match pixels {
            Pixels::RunLength { .. } => RLE_LOSSLESS,
            _ => EXPLICIT_LITTLE,
        };
        match pixels {
            Pixels::Words(words) => {
                self.put(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(words.into()));
            }
            Pixels::Bytes(bytes) => {
                self.bytes(tags::PIXEL_DATA, bytes);
            }
            Pixels::RunLength { samples, columns } => {
                let frame = rle::encode(&samples, columns);
                let fragments = PixelFragmentSequence::new(vec![0_u32], vec![frame]);
                self.0
                    .put(DataElement::new(tags::PIXEL_DATA, VR::OB, fragments));
            }
            Pixels::None => {}
        }
        let meta = FileMetaTableBuilder::new()
            .transfer_syntax(syntax)
            .media_storage_sop_class_uid(self.text_of(tags::SOP_CLASS_UID))
            .media_storage_sop_instance_uid(self.text_of(tags::SOP_INSTANCE_UID));
        let file = self
            .0
            .with_meta(meta)
            .map_err(|source| PhantomError::Meta {
                path: path.to_owned(),
                source: Box::new(source),
            })?;
        file.write_to_file(path)
            .map_err(|source| PhantomError::Write {
                path: path.to_owned(),
                source: Box::new(source),
            })
    }
}

/// The shortest text of a number that fits a decimal string.
fn decimal(value: f64) -> String {
    let written = value.to_string();
    if written.len() <= 16 {
        return written;
    }
    let rounded = format!("{value:.12}");
    let kept: String = rounded.chars().take(16).collect();
    kept.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A code sequence of one item (PS3.3 8.8).
pub(crate) fn codes(value: &str, scheme: &str, meaning: &str) -> Vec<Dataset> {
    let mut item = Dataset::default();
    item.text(tags::CODE_VALUE, value)
        .text(tags::CODING_SCHEME_DESIGNATOR, scheme)
        .text(tags::CODE_MEANING, meaning);
    vec![item]
}
