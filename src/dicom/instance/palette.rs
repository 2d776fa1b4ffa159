//! Palettes of PALETTE COLOR images (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6), plain and segmented (C.7.9.2).

use super::lut::{LutDescriptor, RawTable, entries, raw_table, words_of};
use super::{Context, DataSet, Tag, tags};
use crate::error::Anomaly;
use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor};
use skiagraph_core::pixel::palette::Palette;
use std::sync::Arc;

/// Descriptor, plain data and segmented data of each color.
const COLORS: [[Tag; 3]; 3] = [
    [
        tags::RED_DESCRIPTOR,
        tags::RED_DATA,
        tags::SEGMENTED_RED_DATA,
    ],
    [
        tags::GREEN_DESCRIPTOR,
        tags::GREEN_DATA,
        tags::SEGMENTED_GREEN_DATA,
    ],
    [
        tags::BLUE_DESCRIPTOR,
        tags::BLUE_DATA,
        tags::SEGMENTED_BLUE_DATA,
    ],
];
/// Segments of one table; a table that is honest has at most one an entry.
const MAX_SEGMENTS: usize = 1 << 17;

/// The palette of a PALETTE COLOR image, or the supplemental one of a grey image whose Pixel Presentation (0008,9205)
/// wants colour (C.8.16.2.1.1.1), where its three tables can be had.
pub(super) fn palette(
    data_set: &DataSet<'_>,
    image: &PixelDescriptor,
    context: &mut Context<'_>,
) -> Option<Arc<Palette>> {
    let wants_color = || {
        matches!(
            data_set.text(tags::PIXEL_PRESENTATION).as_str(),
            "COLOR" | "MIXED"
        )
    };
    let is_supplemental =
        image.photometric.is_monochrome() && data_set.has(tags::RED_DESCRIPTOR) && wants_color();
    if image.photometric != Photometric::PaletteColor && !is_supplemental {
        return None;
    }
    let mut first_descriptor: Option<LutDescriptor> = None;
    let mut tables = Vec::with_capacity(3);
    // All three are tried, so that all that has to be fetched is told at once.
    for [descriptor_tag, plain_tag, segmented_tag] in COLORS {
        let Some(descriptor) = LutDescriptor::read(data_set, descriptor_tag, image.is_signed)
        else {
            context.warn(Anomaly::Lut(descriptor_tag));
            continue;
        };
        let is_segmented = !data_set.has(plain_tag) && data_set.has(segmented_tag);
        let data_tag = if is_segmented {
            segmented_tag
        } else {
            plain_tag
        };
        let Some(raw) = raw_table(data_set, data_tag, context) else {
            continue;
        };
        let table = if is_segmented {
            segmented(raw, descriptor.n(), descriptor.bits)
        } else {
            Some(entries(raw, descriptor.n(), descriptor.bits))
        };
        let first = first_descriptor.get_or_insert(descriptor);
        match table.filter(|table| table.len() >= first.n()) {
            Some(table) => tables.push(table),
            None => context.warn(Anomaly::Lut(data_tag)),
        }
    }
    let [red, green, blue]: [Vec<u16>; 3] = tables.try_into().ok()?;
    let LutDescriptor {
        n_entries,
        first,
        bits,
    } = first_descriptor?;
    Palette::new(n_entries, first, bits, [&red, &green, &blue]).map(Arc::new)
}

/// Expands a segmented table to exactly `n` entries, or `None`. The units are bytes in a table of 8 bit entries,
/// else words.
fn segmented(raw: RawTable<'_>, n: usize, bits: u16) -> Option<Vec<u16>> {
    let is_bytes = bits <= 8;
    let units = match raw {
        RawTable::Bytes(bytes) if is_bytes => bytes.iter().map(|&byte| byte.into()).collect(),
        RawTable::Bytes(bytes) => words_of(&bytes),
        RawTable::Words(words) if is_bytes => words
            .iter()
            .flat_map(|w| w.to_le_bytes())
            .map(u16::from)
            .collect(),
        RawTable::Words(words) => words,
    };
    let mut segments = Segments {
        units: &units,
        is_bytes,
        n,
        n_segments: 0,
        table: Vec::new(),
    };
    let mut at = 0;
    // A table of bytes may be padded to an even length: a tail too short for a segment is no segment.
    while segments.table.len() < n && at + 1 < units.len() {
        at = segments.expand(at, true)?;
    }
    (segments.table.len() == n).then_some(segments.table)
}

struct Segments<'u> {
    units: &'u [u16],
    is_bytes: bool,
    n: usize,
    n_segments: usize,
    table: Vec<u16>,
}

impl Segments<'_> {
    /// Appends the segment at a unit index and returns where the next one begins.
    fn expand(&mut self, at: usize, may_be_indirect: bool) -> Option<usize> {
        self.n_segments += 1;
        if self.n_segments > MAX_SEGMENTS {
            return None;
        }
        let length = usize::from(*self.units.get(at + 1)?);
        match *self.units.get(at)? {
            0 => {
                let end = at + 2 + length;
                let values = self.units.get(at + 2..end)?;
                self.table.extend_from_slice(values);
                (self.table.len() <= self.n).then_some(end)
            }
            1 => {
                let (from, to) = (
                    f64::from(*self.table.last()?),
                    f64::from(*self.units.get(at + 2)?),
                );
                let step =
                    |k: usize| (from + (to - from) * k as f64 / length as f64).round() as u16;
                self.table.extend((1..=length).map(step));
                (self.table.len() <= self.n).then_some(at + 3)
            }
            2 if may_be_indirect => self.repeat(at + 2, length),
            _ => None,
        }
    }

    /// Indirect segment: `count` segments from a byte offset, none of which may be indirect itself.
    fn repeat(&mut self, at: usize, count: usize) -> Option<usize> {
        let (n_units, unit_bits) = if self.is_bytes { (4, 8) } else { (2, 16) };
        let units = self.units.get(at..at + n_units)?;
        let offset = units
            .iter()
            .rev()
            .fold(0_usize, |sum, &unit| sum << unit_bits | usize::from(unit));
        let mut from = if self.is_bytes { offset } else { offset / 2 };
        for _ in 0..count {
            from = self.expand(from, false)?;
        }
        Some(at + n_units)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_7_9_2_discrete_linear_and_indirect_segments() {
        let words = vec![0, 2, 0, 100, 1, 4, 300, 2, 1, 0, 0];
        let table = segmented(RawTable::Words(words), 8, 16);
        assert_eq!(table, Some(vec![0, 100, 150, 200, 250, 300, 0, 100]));
    }

    #[test]
    fn c_7_9_2_a_table_cannot_begin_with_a_line_nor_point_at_a_pointer_nor_have_another_length() {
        let refused: [&[u16]; 4] = [
            &[1, 4, 300],
            &[0, 1, 5, 2, 1, 6, 0],
            &[0, 2, 0, 100],
            &[0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ];
        for words in refused {
            assert_eq!(
                segmented(RawTable::Words(words.to_vec()), 8, 16),
                None,
                "{words:?}"
            );
        }
    }

    #[test]
    fn pointers_to_empty_segments_end() {
        let mut words = vec![0, 0];
        words.extend([2, u16::MAX, 0, 0].repeat(1000));
        assert_eq!(segmented(RawTable::Words(words), 8, 16), None);
    }
}
