//! Tile parts (ISO/IEC 15444-1 A.4.2): which bytes belong to which tile, and what its own headers say.

use std::ops::Range;

use super::{
    header::{Main, joined, numbered, segment},
    marker,
    reader::Reader,
    style::Settings,
};
use crate::Error;

/// What all tile parts of one tile bring.
#[derive(Default)]
pub(super) struct TileData {
    pub(super) settings: Settings,
    /// Packets, where in the codestream.
    pub(super) bodies: Vec<Range<usize>>,
    /// Packet headers that stand apart from the packets (PPM, PPT).
    pub(super) packed_headers: Option<Vec<u8>>,
}

/// Sorts the tile parts by tile, and tells whether the end marker was found. Ends without complaint where the bytes end: what
/// is missing is noticed packet by packet.
pub(super) fn collect(bytes: &[u8], main: &mut Main) -> Result<(Vec<TileData>, bool), Error> {
    let mut tiles = Vec::new();
    tiles.resize_with(main.size.n_tiles as usize, TileData::default);
    let mut packed = main.packed_headers.take().map(Vec::into_iter);
    let mut at = main.end;
    loop {
        let part = match TilePart::read(bytes, at) {
            Ok(Some(part)) => part,
            // The header of a tile part was cut in two: its packets are missing.
            Ok(None) | Err(Error::Truncated) => return Ok((tiles, has_end(bytes, at))),
            Err(error) => return Err(error),
        };
        let tile = tiles
            .get_mut(usize::from(part.tile))
            .ok_or(Error::Corrupt("a tile part of a tile that is not there"))?;
        at = part.body.end;
        tile.bodies.push(part.body);
        let headers = match &mut packed {
            Some(packed) => packed.next(),
            None => part.packed_headers,
        };
        if let Some(headers) = headers {
            tile.packed_headers
                .get_or_insert_default()
                .extend_from_slice(&headers);
        }
        for (code, segment) in part.settings {
            tile.settings.read(code, segment, main.size.n_components)?;
        }
    }
}

/// The end marker comes next, or the last tile part left its length open and the bytes end with the marker (and padding).
fn has_end(bytes: &[u8], at: usize) -> bool {
    let end = marker::EOC.to_be_bytes();
    let is_next = bytes.get(at..).is_some_and(|rest| rest.starts_with(&end));
    is_next || at >= bytes.len() && bytes.strip_suffix(&[0]).unwrap_or(bytes).ends_with(&end)
}

struct TilePart<'a> {
    tile: u16,
    body: Range<usize>,
    packed_headers: Option<Vec<u8>>,
    settings: Vec<(u16, Reader<'a>)>,
}

impl<'a> TilePart<'a> {
    /// `None` at the end of the codestream.
    fn read(bytes: &'a [u8], at: usize) -> Result<Option<Self>, Error> {
        let mut reader = Reader::new(bytes, at, Error::Truncated);
        // EOC, or bytes of no meaning: whether this was the last tile part is noticed by the packets.
        if reader.u16()? != marker::SOT {
            return Ok(None);
        }
        let mut sot = segment(&mut reader)?;
        let tile = sot.u16()?;
        let end = match sot.u32()? {
            // The last tile part may leave its length open.
            0 => bytes.len(),
            length if length < 14 => {
                return Err(Error::Corrupt("a tile part shorter than its header"));
            }
            length => at.saturating_add(length as usize).min(bytes.len()),
        };
        let mut packed = Vec::new();
        let mut settings = Vec::new();
        loop {
            match reader.u16()? {
                marker::SOD => break,
                marker::PPT => packed.push(numbered(segment(&mut reader)?)?),
                code @ 0xff40..=0xff7f => settings.push((code, segment(&mut reader)?)),
                _ => return Err(Error::Corrupt("a marker that is out of place")),
            }
        }
        if reader.at() > end {
            return Err(Error::Corrupt("a tile part shorter than its header"));
        }
        Ok(Some(Self {
            tile,
            body: reader.at()..end,
            packed_headers: (!packed.is_empty()).then(|| joined(packed)),
            settings,
        }))
    }
}
