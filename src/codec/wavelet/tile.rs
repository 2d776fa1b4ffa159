//! One tile: laid out, and its packets read.

use super::{
    geometry::{Component, Rect, Resolution, shift},
    header::Main,
    packet::{BlockState, Budget, Chunk, PacketReader, Precinct},
    progression::{Place, visit_packets},
    source::Source,
    style::Progression,
    tile_part::TileData,
};
use crate::{Error, block::Segment};

/// Precincts that are laid out even for the first few bytes of a picture.
const MANY_PRECINCTS: u64 = 65_536;

pub(super) struct Tile<'a> {
    bytes: &'a [u8],
    /// At the reduced level.
    pub(super) rect: Rect,
    pub(super) components: Vec<Component>,
    pub(super) has_color_transform: bool,
    precincts: Vec<Precinct>,
    chunks: Vec<Chunk>,
    level: u8,
    layers: u16,
    /// Packets read of the resolutions wanted, and how many there are.
    pub(super) n_packets: u64,
    pub(super) n_packets_wanted: u64,
}

impl<'a> Tile<'a> {
    /// Reads all packets of tile `index` that are needed `level` resolutions below the full one; with `is_prefix` as many
    /// as there are.
    pub(super) fn read(
        bytes: &'a [u8],
        main: &Main,
        data: &'a TileData,
        index: u32,
        level: u8,
        is_prefix: bool,
        budget: &mut Budget,
    ) -> Result<Self, Error> {
        let area = main.size.tile(index);
        let packets = data.settings.packets(&main.settings)?;
        let mut components = Vec::with_capacity(usize::from(main.size.n_components));
        for number in 0..main.size.n_components {
            let coding = data.settings.coding(&main.settings, number)?;
            if coding.levels < level {
                return Err(Error::Unsupported("a level below the lowest resolution"));
            }
            let quantization = data.settings.quantization(&main.settings, number)?;
            let roi_shift = data.settings.roi_shift(&main.settings, number);
            let bits = main.size.bits;
            components.push(Component::new(area, bits, coding, quantization, roi_shift)?);
        }
        let source = Source::new(bytes, data, packets.has_sop, packets.has_eph);
        let n_wanted = n_packets(&components, level, packets.layers)?;
        if !is_prefix && n_wanted > source.n_left() {
            return Err(Error::Truncated);
        }
        let mut tile = Self {
            bytes,
            rect: area.reduced(level),
            components,
            has_color_transform: packets.has_color_transform && main.size.n_components >= 3,
            precincts: Vec::new(),
            chunks: Vec::new(),
            level,
            layers: packets.layers,
            n_packets: 0,
            n_packets_wanted: n_wanted,
        };
        if source.n_left() == 0 || n_wanted == 0 {
            return Ok(tile);
        }
        let places = places(&mut tile.components, area, source.n_left())?;
        let whole = [Progression {
            resolutions: (0, u8::MAX),
            components: (0, u16::MAX),
            end_layer: packets.layers,
            order: packets.order,
        }];
        let progressions = match (
            data.settings.progressions.as_slice(),
            main.settings.progressions.as_slice(),
        ) {
            ([], []) => &whole,
            ([], main) => main,
            (own, _) => own,
        };
        let mut precincts = Vec::new();
        precincts.resize_with(places.len(), Precinct::default);
        let mut reader = PacketReader {
            source,
            components: &tile.components,
            places: &places,
            precincts,
            chunks: Vec::new(),
            budget,
        };
        let mut n_read = 0;
        let read = visit_packets(&places, packets.layers, progressions, |index, layer| {
            if reader.precincts[index].next_layer > layer {
                return Ok(true);
            }
            reader.read(index, layer)?;
            let place = &places[index];
            let levels = tile.components[usize::from(place.component)].coding.levels;
            n_read += u64::from(place.resolution + level <= levels);
            Ok(n_read < n_wanted)
        });
        match read {
            Err(Error::Truncated) if is_prefix => {}
            other => other?,
        }
        (tile.precincts, tile.chunks) = (reader.precincts, reader.chunks);
        tile.n_packets = n_read;
        if !is_prefix && n_read < n_wanted {
            return Err(Error::Corrupt("a progression that leaves packets out"));
        }
        Ok(tile)
    }

    /// Where in the codestream the last packet ends that is needed `level` resolutions below the full one; `None` where one
    /// of them is not there.
    pub(super) fn end(&self, level: u8) -> Option<usize> {
        let mut end = 0;
        for component in &self.components {
            let n_resolutions = component.resolutions.len().checked_sub(level.into())?;
            for resolution in &component.resolutions[..n_resolutions] {
                let precincts = self.precincts(resolution);
                if (precincts.len() as u64) < resolution.n_precincts() {
                    return None;
                }
                for precinct in precincts {
                    if precinct.next_layer < self.layers {
                        return None;
                    }
                    end = end.max(precinct.end);
                }
            }
        }
        Some(end)
    }

    /// Resolutions of a component that are wanted.
    pub(super) fn resolutions(&self, component: usize) -> &[Resolution] {
        let all = &self.components[component].resolutions;
        &all[..all.len().saturating_sub(usize::from(self.level))]
    }

    /// Precincts of a resolution, none where no packet was looked for.
    pub(super) fn precincts(&self, resolution: &Resolution) -> &[Precinct] {
        let first = resolution.first_precinct;
        let end = first + resolution.n_precincts() as usize;
        self.precincts.get(first..end).unwrap_or(&[])
    }

    /// Joins what the packets brought for a block. The bytes come back, borrowed where one packet brought them all.
    pub(super) fn gather<'b>(
        &self,
        block: &BlockState,
        data: &'b mut Vec<u8>,
        segments: &mut Vec<Segment>,
    ) -> &'b [u8]
    where
        'a: 'b,
    {
        data.clear();
        segments.clear();
        let mut whole: &'b [u8] = &[];
        let mut next = block.first_chunk;
        let mut n_chunks = 0;
        while let Some(chunk) = self.chunks.get(next as usize) {
            let begin = chunk.offset as usize;
            let bytes = self.bytes.get(begin..begin + chunk.len as usize);
            let bytes = bytes.unwrap_or(&[]);
            match (segments.last_mut(), chunk.begins_segment) {
                (Some(segment), false) => {
                    segment.len += chunk.len;
                    segment.passes = segment.passes.saturating_add(chunk.passes);
                }
                _ => segments.push(Segment {
                    len: chunk.len,
                    passes: chunk.passes,
                }),
            }
            if n_chunks == 1 {
                data.extend_from_slice(whole);
            }
            if n_chunks > 0 {
                data.extend_from_slice(bytes);
            }
            whole = bytes;
            n_chunks += 1;
            next = chunk.next;
        }
        match n_chunks {
            0 | 1 => whole,
            _ => data,
        }
    }
}

/// Packets of the resolutions wanted.
fn n_packets(components: &[Component], level: u8, layers: u16) -> Result<u64, Error> {
    let mut n_precincts = 0_u64;
    for component in components {
        let n_resolutions = component.resolutions.len() - usize::from(level);
        for resolution in &component.resolutions[..n_resolutions] {
            n_precincts = n_precincts
                .checked_add(resolution.n_precincts())
                .ok_or(Error::TooLarge)?;
        }
    }
    n_precincts
        .checked_mul(u64::from(layers))
        .ok_or(Error::TooLarge)
}

/// Numbers the precincts and says where they stand in the progressions. Each packet has a byte, so there are no more
/// precincts of use than bytes.
fn places(components: &mut [Component], area: Rect, n_bytes: u64) -> Result<Vec<Place>, Error> {
    let mut places = Vec::new();
    for (number, component) in (0_u16..).zip(components) {
        let levels = component.coding.levels;
        for (index, resolution) in (0_u8..).zip(&mut component.resolutions) {
            resolution.first_precinct = places.len();
            let n_precincts = resolution.n_precincts();
            if places.len() as u64 + n_precincts > MANY_PRECINCTS + n_bytes {
                return Err(Error::Truncated);
            }
            for precinct in 0..n_precincts as u32 {
                let (x, y) = resolution.precinct_corner(precinct);
                places.push(Place {
                    component: number,
                    resolution: index,
                    number: precinct,
                    x: shift(x, levels - index).max(area.x0),
                    y: shift(y, levels - index).max(area.y0),
                });
            }
        }
    }
    Ok(places)
}
