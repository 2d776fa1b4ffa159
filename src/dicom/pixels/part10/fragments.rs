//! Which fragments make up which frame (PS3.5 A.4): by a table where it holds, by the fragments themselves elsewhere.

use super::{super::sniff, FrameTable, Part10Warning, encoding::Encoding, reader::Header};

const ITEM: (u16, u16) = (0xFFFE, 0xE000);

/// The Extended Offset Table and its lengths (PS3.3 C.7.6.3.1.8 and .9); empty where there is none.
pub(super) struct OffsetTables {
    pub(super) offsets: Vec<u64>,
    pub(super) lengths: Vec<u64>,
}

/// One fragment: where its value begins, how long it is, where its item begins behind the first item.
#[derive(Clone, Copy)]
struct Fragment {
    at: u64,
    length: u64,
    item_offset: u64,
}

/// Reads the fragments at `at` and shares them out among `n_frames`.
pub(super) fn table(
    bytes: &[u8],
    at: u64,
    is_big_endian: bool,
    n_frames: u32,
    extended: &OffsetTables,
    warnings: &mut Vec<Part10Warning>,
) -> FrameTable {
    let encoding = Encoding {
        is_explicit: true,
        is_big_endian,
    };
    let (basic, fragments, is_cut) = scan(bytes, at, encoding);
    if is_cut && !warnings.contains(&Part10Warning::Truncated) {
        warnings.push(Part10Warning::Truncated);
    }
    let n_frames = n_frames as usize;
    let tables = [extended.offsets.as_slice(), &basic];
    let by_table = tables
        .into_iter()
        .find_map(|offsets| by_offsets(&fragments, offsets, n_frames));
    let frames = by_table.or_else(|| match n_frames {
        1 if fragments.is_empty() => Some(Vec::new()),
        1 => Some(vec![fragments.clone()]),
        _ if fragments.len() == n_frames => {
            Some(fragments.iter().map(|&fragment| vec![fragment]).collect())
        }
        _ => None,
    });
    let frames = frames.unwrap_or_else(|| {
        warnings.push(Part10Warning::NoOffsetTable);
        by_signature(bytes, &fragments, n_frames)
    });
    let exact = extended.lengths.as_slice();
    let pieces = |(index, frame): (usize, Vec<Fragment>)| {
        let mut pieces: Vec<(u64, u64)> = frame
            .iter()
            .map(|fragment| (fragment.at, fragment.length))
            .collect();
        // The extended lengths leave out the padding byte.
        if let ([(_, length)], Some(&exact)) = (pieces.as_mut_slice(), exact.get(index)) {
            *length = exact.min(*length);
        }
        pieces
    };
    FrameTable::Encapsulated {
        fragments: frames.into_iter().enumerate().map(pieces).collect(),
    }
}

/// The items: the Basic Offset Table in the first, then the fragments; whether the last one was cut.
fn scan(bytes: &[u8], at: u64, encoding: Encoding) -> (Vec<u64>, Vec<Fragment>, bool) {
    let mut at = at as usize;
    let mut basic = None;
    let mut first_item = at;
    let mut fragments = Vec::new();
    while let Some(header) = Header::read(bytes, at, encoding).filter(|header| header.tag == ITEM) {
        let claimed = header.length.unwrap_or(u32::MAX) as usize;
        let length = claimed.min(bytes.len() - header.at);
        let value = &bytes[header.at..header.at + length];
        if basic.is_none() {
            let words = value.as_chunks::<4>().0.iter();
            basic = Some(words.map(|&word| u64::from(encoding.u32(word))).collect());
            first_item = header.at + length;
        } else if length > 0 {
            let item_offset = (at - first_item) as u64;
            fragments.push(Fragment {
                at: header.at as u64,
                length: length as u64,
                item_offset,
            });
        }
        if length < claimed {
            return (basic.unwrap_or_default(), fragments, true);
        }
        at = header.at + length;
    }
    (basic.unwrap_or_default(), fragments, false)
}

/// Shares fragments out by offsets of first items; `None` where the table does not fit frames and fragments.
fn by_offsets(
    fragments: &[Fragment],
    offsets: &[u64],
    n_frames: usize,
) -> Option<Vec<Vec<Fragment>>> {
    let starts_at_first = offsets.first() == Some(&0);
    if offsets.len() != n_frames || !starts_at_first || !offsets.is_sorted_by(|a, b| a < b) {
        return None;
    }
    let find = |offset: &u64| {
        fragments
            .binary_search_by_key(offset, |fragment| fragment.item_offset)
            .ok()
    };
    let starts: Vec<usize> = offsets.iter().map(find).collect::<Option<_>>()?;
    let ends = starts.iter().skip(1).copied().chain([fragments.len()]);
    Some(
        starts
            .iter()
            .zip(ends)
            .map(|(&start, end)| fragments[start..end].to_vec())
            .collect(),
    )
}

/// Begins a frame at every fragment that begins like a codestream. Where even that tells nothing, each fragment is a
/// frame, the last one with all that is left.
fn by_signature(bytes: &[u8], fragments: &[Fragment], n_frames: usize) -> Vec<Vec<Fragment>> {
    let is_start = |fragment: &Fragment| {
        let value = bytes
            .get(fragment.at as usize..)
            .and_then(|rest| rest.get(..fragment.length as usize));
        value.is_some_and(|value| sniff::signature(value).is_some())
    };
    let is_signed = fragments.first().is_some_and(is_start);
    let mut frames: Vec<Vec<Fragment>> = Vec::new();
    for fragment in fragments {
        let begins = if is_signed {
            is_start(fragment)
        } else {
            frames.len() < n_frames
        };
        match frames.last_mut() {
            Some(frame) if !begins => frame.push(*fragment),
            _ => frames.push(vec![*fragment]),
        }
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(value: &[u8]) -> Vec<u8> {
        let length = u32::try_from(value.len()).unwrap().to_le_bytes();
        [&[0xFE, 0xFF, 0x00, 0xE0], length.as_slice(), value].concat()
    }

    fn frames(items: &[&[u8]], n_frames: u32) -> (Vec<usize>, bool) {
        let mut bytes: Vec<u8> = items.iter().flat_map(|value| item(value)).collect();
        bytes.extend([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
        let mut warnings = Vec::new();
        let none = OffsetTables {
            offsets: Vec::new(),
            lengths: Vec::new(),
        };
        let FrameTable::Encapsulated { fragments } =
            table(&bytes, 0, false, n_frames, &none, &mut warnings)
        else {
            return (Vec::new(), false);
        };
        (
            fragments.iter().map(Vec::len).collect(),
            !warnings.is_empty(),
        )
    }

    const SOI: &[u8] = &[0xFF, 0xD8, 0xFF, 0xC0, 0, 2];

    #[test]
    fn a_4_an_empty_table_and_as_many_fragments_as_frames_is_one_each() {
        assert_eq!(frames(&[&[], &[1, 2], &[3, 4]], 2), (vec![1, 1], false));
    }

    #[test]
    fn a_4_a_basic_offset_table_tells_where_frames_begin() {
        let offsets = [0_u32.to_le_bytes(), 20_u32.to_le_bytes()].concat();
        assert_eq!(
            frames(&[&offsets, &[1, 2], &[3, 4], &[5, 6]], 2),
            (vec![2, 1], false)
        );
    }

    #[test]
    fn without_a_table_a_frame_begins_where_a_codestream_begins() {
        assert_eq!(
            frames(&[&[], SOI, &[3, 4], SOI, &[7, 8], &[9, 9]], 2),
            (vec![2, 3], true)
        );
    }

    #[test]
    fn a_table_that_points_between_fragments_is_not_believed() {
        let offsets = [0_u32.to_le_bytes(), 7_u32.to_le_bytes()].concat();
        assert_eq!(
            frames(&[&offsets, SOI, SOI, &[1, 2]], 2),
            (vec![1, 2], true)
        );
    }
}
