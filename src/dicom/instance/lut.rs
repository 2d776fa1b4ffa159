//! Modality and VOI transforms of one frame (PS3.3 C.11.1, C.11.2), and the tables they are made of.

use super::groups::FrameScope;
use super::{BulkRef, Context, DataSet, Tag, tags};
use crate::dicomweb::decode_base64;
use crate::error::Anomaly;
use skiagraph_core::pixel::descriptor::PixelDescriptor;
use skiagraph_core::pixel::modality_lut::{LookupTable, ModalityLut};
use skiagraph_core::pixel::voi::{Voi, VoiChoice, VoiFunction, WindowLevel};
use std::borrow::Cow;

/// Tables of one instance that are fetched apart.
const MAX_REFS: usize = 64;

/// A LUT Descriptor (C.11.1.1): entries (0 is 65536), first input, bits of an entry.
pub(super) struct LutDescriptor {
    pub(super) n_entries: u16,
    pub(super) first: i32,
    pub(super) bits: u16,
}

impl LutDescriptor {
    /// Reads the three numbers: the first input has the sign of the pixels, the others none, whatever the VR says.
    pub(super) fn read(place: &DataSet<'_>, tag: Tag, is_signed: bool) -> Option<Self> {
        let [n_entries, first, bits] =
            place.array(tag).or_else(|| inline_descriptor(place, tag))?;
        let word = |value: f64| {
            let in_range = value.fract() == 0.0 && (-32_768.0..=65_536.0).contains(&value);
            in_range.then_some(value as i32 as u16)
        };
        let first = word(first)?;
        let first = if is_signed {
            i32::from(first as i16)
        } else {
            i32::from(first)
        };
        Some(Self {
            n_entries: word(n_entries)?,
            first,
            bits: word(bits)?,
        })
    }

    pub(super) fn n(&self) -> usize {
        if self.n_entries == 0 {
            65_536
        } else {
            self.n_entries.into()
        }
    }
}

/// A descriptor under VR OW or UN.
fn inline_descriptor(place: &DataSet<'_>, tag: Tag) -> Option<[f64; 3]> {
    let bytes = decode_base64(place.element(tag)?.inline.as_deref()?)?;
    let words = words_of(&bytes);
    words
        .get(..3)?
        .iter()
        .map(|&word| f64::from(word))
        .collect::<Vec<_>>()
        .try_into()
        .ok()
}

/// Little-endian words (PS3.18 F.2.7 has the byte order of Explicit VR Little Endian).
pub(super) fn words_of(bytes: &[u8]) -> Vec<u16> {
    bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|&word| u16::from_le_bytes(word))
        .collect()
}

/// A table's value as it came.
pub(super) enum RawTable<'t> {
    Bytes(Cow<'t, [u8]>),
    Words(Vec<u16>),
}

/// Finds a table's value: numbers, InlineBinary, or bytes that were fetched; else tells what is missing.
pub(super) fn raw_table<'t>(
    place: &DataSet<'_>,
    tag: Tag,
    context: &mut Context<'t>,
) -> Option<RawTable<'t>> {
    let element = place.element(tag);
    let numbers = place.numbers(tag);
    if !numbers.is_empty() {
        let words: Option<Vec<u16>> = numbers
            .into_iter()
            .map(|number| number.and_then(word))
            .collect();
        if words.is_none() {
            context.warn(Anomaly::Lut(tag));
        }
        return words.map(RawTable::Words);
    }
    if let Some(text) = element.and_then(|element| element.inline.as_deref()) {
        let bytes = decode_base64(text);
        if bytes.is_none() {
            context.warn(Anomaly::Lut(tag));
        }
        return bytes.map(|bytes| RawTable::Bytes(Cow::Owned(bytes)));
    }
    let Some(uri) = element.and_then(|element| element.bulk_uri.as_deref()) else {
        context.warn(Anomaly::LutAbsent(tag));
        return None;
    };
    if let Some(bytes) = context.bulk.get(uri) {
        return Some(RawTable::Bytes(Cow::Borrowed(bytes)));
    }
    context.warn(Anomaly::LutNotInline(tag));
    remember(
        BulkRef {
            instance: context.instance.clone(),
            tag,
            uri: uri.to_owned(),
        },
        context.refs,
    );
    None
}

/// Lists a table once; an instance has a handful of tables, and one that claims more does not get them.
fn remember(table: BulkRef, refs: &mut Vec<BulkRef>) {
    let of_instance = refs
        .iter()
        .rev()
        .take_while(|known| known.instance == table.instance)
        .take(MAX_REFS);
    let (n, is_known) = of_instance.fold((0, false), |(n, is_known), known| {
        (n + 1, is_known || *known == table)
    });
    if n < MAX_REFS && !is_known {
        refs.push(table);
    }
}

/// A 16 bit word written as US or, by mistake, as SS.
fn word(number: f64) -> Option<u16> {
    let in_range = number.fract() == 0.0 && (-32_768.0..=65_535.0).contains(&number);
    in_range.then_some(number as i32 as u16)
}

/// Entries of a table of `n`: a byte each where the value is only that long, else a word each (rule D4).
pub(super) fn entries(raw: RawTable<'_>, n: usize, bits: u16) -> Vec<u16> {
    let from_bytes = |bytes: &[u8]| {
        if bytes.len() < 2 * n {
            bytes.iter().map(|&byte| byte.into()).collect()
        } else {
            words_of(bytes)
        }
    };
    match raw {
        RawTable::Bytes(bytes) => from_bytes(&bytes),
        // Two 8 bit entries a word, the first in the low byte.
        RawTable::Words(words) if bits <= 8 && words.len() < n => words
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .map(u16::from)
            .collect(),
        RawTable::Words(words) => words,
    }
}

/// A table of a Modality or VOI LUT Sequence item.
fn lookup_table(
    item: &DataSet<'_>,
    is_signed: bool,
    context: &mut Context<'_>,
) -> Option<LookupTable> {
    let Some(descriptor) = LutDescriptor::read(item, tags::LUT_DESCRIPTOR, is_signed) else {
        context.warn(Anomaly::Lut(tags::LUT_DESCRIPTOR));
        return None;
    };
    let data = entries(
        raw_table(item, tags::LUT_DATA, context)?,
        descriptor.n(),
        descriptor.bits,
    );
    let LutDescriptor {
        n_entries,
        first,
        bits,
    } = descriptor;
    let table = LookupTable::new(
        n_entries,
        first,
        bits,
        &data,
        &item.text(tags::LUT_EXPLANATION),
    );
    if table.is_none() {
        context.warn(Anomaly::Lut(tags::LUT_DATA));
    }
    table
}

/// The table of the Modality LUT Sequence (C.11.1), which takes the place of a rescale.
pub(super) fn modality_table(
    top: &DataSet<'_>,
    image: &PixelDescriptor,
    context: &mut Context<'_>,
) -> Option<ModalityLut> {
    let item = top
        .item(tags::MODALITY_LUT_SEQUENCE)
        .filter(|_| image.photometric.is_monochrome())?;
    let table = lookup_table(item, image.is_signed, context)?;
    Some(ModalityLut::Table {
        table,
        unit: unit_name(item.text(tags::MODALITY_LUT_TYPE)),
    })
}

/// The rescale of one frame (C.11.1, C.7.6.16.2.9); none, or an unusable one, leaves raw values.
pub(super) fn rescale(
    scope: &FrameScope<'_, '_>,
    image: &PixelDescriptor,
    context: &mut Context<'_>,
) -> ModalityLut {
    if !image.photometric.is_monochrome() {
        return ModalityLut::default();
    }
    if scope.top.has(tags::DOSE_GRID_SCALING) {
        return dose(scope.top, context);
    }
    let pair = [tags::RESCALE_SLOPE, tags::RESCALE_INTERCEPT];
    let Some(place) = scope.find(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE, &pair) else {
        return ModalityLut::default();
    };
    match (
        place.number(tags::RESCALE_SLOPE),
        place.number(tags::RESCALE_INTERCEPT),
    ) {
        (Some(slope), Some(intercept)) if slope != 0.0 => ModalityLut::Rescale {
            slope,
            intercept,
            unit: rescale_unit(place, scope.top),
        },
        _ => {
            context.warn(Anomaly::Rescale);
            ModalityLut::default()
        }
    }
}

/// C.8.8.3: Dose Grid Scaling (3004,000E) times the stored value is the dose in Dose Units (3004,0002).
fn dose(top: &DataSet<'_>, context: &mut Context<'_>) -> ModalityLut {
    let scaling = top.number(tags::DOSE_GRID_SCALING);
    let Some(slope) = scaling.filter(|scaling| *scaling > 0.0) else {
        context.warn(Anomaly::Rescale);
        return ModalityLut::default();
    };
    let unit = match top.text(tags::DOSE_UNITS).as_str() {
        "GY" => "Gy",
        "RELATIVE" => "relative dose",
        _ => "",
    };
    ModalityLut::Rescale {
        slope,
        intercept: 0.0,
        unit: unit.to_owned(),
    }
}

/// Rescale Type (0028,1054); where it is absent, the unit a CT (C.8.2.1.1.2) or a PET image (C.8.9.1.1.3) implies.
fn rescale_unit(place: &DataSet<'_>, top: &DataSet<'_>) -> String {
    if place.has(tags::RESCALE_TYPE) {
        return unit_name(place.text(tags::RESCALE_TYPE));
    }
    let image_type = top.texts(tags::IMAGE_TYPE);
    let is_type = |at: usize, term: &str| image_type.get(at).is_some_and(|value| value == term);
    match top.text(tags::MODALITY).as_str() {
        "CT" if is_type(0, "ORIGINAL") && is_type(2, "AXIAL") => "HU".to_owned(),
        "PT" => unit_name(top.text(tags::UNITS)),
        _ => String::new(),
    }
}

/// The defined terms of C.11.1.1.2 ("US" is "unspecified") and of Units (0054,1001), C.8.9.1.1.3, as they are written.
fn unit_name(term: String) -> String {
    let name = match term.as_str() {
        "US" | "NONE" => "",
        "BQML" => "Bq/ml",
        "GML" => "g/ml",
        "CNTS" => "counts",
        "CPS" => "counts/s",
        "PROPCNTS" => "prop. to counts",
        "PROPCPS" => "prop. to counts/s",
        "PCNT" => "%",
        "CM2ML" => "cm2/ml",
        "MLMING" => "ml/min/g",
        "MLG" => "ml/g",
        "UMOLML" => "umol/ml",
        "1CM" => "1/cm",
        _ => return term,
    };
    name.to_owned()
}

/// Where the windows and VOI LUTs of a frame are; colour has none (rule D9).
pub(super) fn voi_place<'d, 'a>(
    scope: &FrameScope<'d, 'a>,
    image: &PixelDescriptor,
) -> Option<&'d DataSet<'a>> {
    let wanted = [
        tags::WINDOW_CENTER,
        tags::WINDOW_WIDTH,
        tags::VOI_LUT_SEQUENCE,
    ];
    let place = scope.find(tags::FRAME_VOI_LUT_SEQUENCE, &wanted);
    place.filter(|_| image.photometric.is_monochrome())
}

/// The header's alternatives: windows first, then VOI LUTs (C.11.2.1). `is_signed`: see [`can_be_negative`].
pub(super) fn voi_choices(
    place: &DataSet<'_>,
    is_signed: bool,
    context: &mut Context<'_>,
) -> Vec<VoiChoice> {
    let mut choices = windows(place, context);
    for item in place.items(tags::VOI_LUT_SEQUENCE).flatten() {
        if let Some(table) = lookup_table(item, is_signed, context) {
            choices.push(VoiChoice {
                name: table.explanation.clone(),
                voi: Voi::Table(table),
            });
        }
    }
    choices
}

fn windows(place: &DataSet<'_>, context: &mut Context<'_>) -> Vec<VoiChoice> {
    let function = function(place, context);
    let (centers, widths) = (
        place.numbers(tags::WINDOW_CENTER),
        place.numbers(tags::WINDOW_WIDTH),
    );
    if centers.len() != widths.len() {
        context.warn(Anomaly::WindowPairs);
    }
    let names = place.texts(tags::WINDOW_EXPLANATION);
    let mut choices = Vec::new();
    for (at, (center, width)) in centers.into_iter().zip(widths).enumerate() {
        match center
            .zip(width)
            .and_then(|(center, width)| WindowLevel::new(center, width, function))
        {
            Some(window) => choices.push(VoiChoice {
                name: names.get(at).cloned().unwrap_or_default(),
                voi: Voi::Window(window, function),
            }),
            None => context.warn(Anomaly::WindowWidth),
        }
    }
    choices
}

fn function(place: &DataSet<'_>, context: &mut Context<'_>) -> VoiFunction {
    match place.text(tags::VOI_LUT_FUNCTION).as_str() {
        "" | "LINEAR" => VoiFunction::Linear,
        "LINEAR_EXACT" => VoiFunction::LinearExact,
        "SIGMOID" => VoiFunction::Sigmoid,
        _ => {
            context.warn(Anomaly::VoiFunction);
            VoiFunction::Linear
        }
    }
}

/// True where the modality transform gives values below zero for some stored value: then the first input of a VOI LUT
/// has a sign (C.11.2.1.1).
pub(super) fn can_be_negative(modality_lut: &ModalityLut, image: &PixelDescriptor) -> bool {
    let span = 2.0_f64.powi(image.bits_stored.into());
    let (low, high) = if image.is_signed {
        (-span / 2.0, span / 2.0 - 1.0)
    } else {
        (0.0, span - 1.0)
    };
    match modality_lut {
        ModalityLut::Table { .. } => false,
        ModalityLut::Rescale { .. } => modality_lut.apply(low).min(modality_lut.apply(high)) < 0.0,
    }
}
