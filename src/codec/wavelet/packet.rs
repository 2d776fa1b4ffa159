//! Packets (ISO/IEC 15444-1 B.9 and B.10): the header tells which code blocks get how many bytes, the body has them.

use super::{
    geometry::{BlockGrid, Component},
    progression::Place,
    reader::Bits,
    source::Source,
    tag_tree::TagTree,
};
use crate::{Error, block::Style};

/// No chunk.
pub(super) const NONE: u32 = u32::MAX;

/// More missing bit planes than any block can have (37 of the subband, and as many of a region of interest).
const MAX_MISSING: u16 = 74;

/// Bytes that one packet brings for one segment of a block.
#[derive(Clone, Copy)]
pub(super) struct Chunk {
    /// Within the codestream.
    pub(super) offset: u32,
    pub(super) len: u32,
    pub(super) passes: u8,
    /// First of its codeword segment.
    pub(super) begins_segment: bool,
    /// The block's next chunk. One that a packet cut in two has left behind is beyond the end of the list.
    pub(super) next: u32,
}

/// What is known of a block so far.
#[derive(Clone, Copy)]
pub(super) struct BlockState {
    pub(super) first_chunk: u32,
    last_chunk: u32,
    pub(super) missing_bit_planes: u8,
    /// Lblock of B.10.7.1.
    length_bits: u8,
    passes: u8,
}

impl BlockState {
    const NEW: Self = Self {
        first_chunk: NONE,
        last_chunk: NONE,
        missing_bit_planes: 0,
        length_bits: 3,
        passes: 0,
    };
}

/// A precinct's blocks in one subband.
pub(super) struct BandBlocks {
    pub(super) grid: BlockGrid,
    /// Row by row.
    pub(super) blocks: Vec<BlockState>,
    inclusion: TagTree,
    missing: TagTree,
}

/// Made when its first packet comes.
#[derive(Default)]
pub(super) struct Precinct {
    pub(super) bands: Vec<BandBlocks>,
    /// Packets had.
    pub(super) next_layer: u16,
    /// Where in the codestream the last of them ended.
    pub(super) end: usize,
}

/// How much work headers may cause: bytes made to keep a reader busy are not read to their end.
pub(super) struct Budget {
    /// Blocks that may still be made.
    pub(super) blocks: u64,
    /// Blocks that may still be asked about in headers.
    pub(super) visits: u64,
}

impl Budget {
    /// Blocks are seldom smaller than 16 x 16, and each is asked about once a layer.
    pub(super) fn new(n_samples: usize, n_bytes: usize) -> Self {
        Self {
            blocks: 65_536 + n_samples as u64 / 8,
            visits: (1 << 26) + 64 * n_bytes as u64,
        }
    }

    fn spend(left: &mut u64, n: u64) -> Result<(), Error> {
        let rest = left.checked_sub(n);
        *left = rest.ok_or(Error::Unsupported("so many code blocks"))?;
        Ok(())
    }
}

/// All packets of a tile.
pub(super) struct PacketReader<'a, 'b> {
    pub(super) source: Source<'a>,
    pub(super) components: &'b [Component],
    pub(super) places: &'b [Place],
    pub(super) precincts: Vec<Precinct>,
    pub(super) chunks: Vec<Chunk>,
    pub(super) budget: &'b mut Budget,
}

impl PacketReader<'_, '_> {
    /// Reads the next packet, that of `layer` in precinct `index`. After an error its blocks are as they were before it,
    /// as far as their bytes go.
    pub(super) fn read(&mut self, index: usize, layer: u16) -> Result<(), Error> {
        let n_chunks = self.chunks.len();
        let read = self.read_packet(index, layer);
        if read.is_err() {
            self.chunks.truncate(n_chunks);
        }
        read
    }

    fn read_packet(&mut self, index: usize, layer: u16) -> Result<(), Error> {
        let (Some(place), Some(precinct)) = (self.places.get(index), self.precincts.get_mut(index))
        else {
            return Err(Error::Corrupt("a packet of a precinct that is not there"));
        };
        let component = &self.components[usize::from(place.component)];
        let first_chunk = self.chunks.len();
        let mut bits = Bits::new(self.source.header()?);
        // B.10.3: the first bit tells whether the packet has any content.
        if bits.bit()? == 1 {
            if precinct.bands.is_empty() {
                precinct.bands = make_blocks(component, place, self.budget)?;
            }
            for band in &mut precinct.bands {
                if band.inclusion.is_all_above(layer.saturating_add(1)) {
                    continue;
                }
                Budget::spend(&mut self.budget.visits, band.blocks.len() as u64)?;
                read_band(
                    &mut bits,
                    band,
                    layer,
                    component.coding.style,
                    &mut self.chunks,
                )?;
            }
        }
        self.source.end_header(bits.finish()?);
        for chunk in self.chunks.iter_mut().skip(first_chunk) {
            chunk.offset = self.source.take(chunk.len)?;
        }
        precinct.next_layer = layer.saturating_add(1);
        precinct.end = self.source.at();
        Ok(())
    }
}

fn make_blocks(
    component: &Component,
    place: &Place,
    budget: &mut Budget,
) -> Result<Vec<BandBlocks>, Error> {
    let resolution = &component.resolutions[usize::from(place.resolution)];
    let mut bands = Vec::with_capacity(resolution.bands.len());
    for band in &resolution.bands {
        let grid = resolution.block_grid(band, place.number);
        let n_blocks = u64::from(grid.wide) * u64::from(grid.high);
        Budget::spend(&mut budget.blocks, n_blocks)?;
        bands.push(BandBlocks {
            grid,
            blocks: vec![BlockState::NEW; n_blocks as usize],
            inclusion: TagTree::new(grid.wide, grid.high),
            missing: TagTree::new(grid.wide, grid.high),
        });
    }
    Ok(bands)
}

/// B.10.4 to B.10.7.
fn read_band(
    bits: &mut Bits<'_>,
    band: &mut BandBlocks,
    layer: u16,
    style: Style,
    chunks: &mut Vec<Chunk>,
) -> Result<(), Error> {
    let wide = band.grid.wide.max(1);
    for (index, block) in (0_u32..).zip(band.blocks.iter_mut()) {
        let (x, y) = (index % wide, index / wide);
        let is_first = block.passes == 0;
        let is_included = match is_first {
            true => band
                .inclusion
                .is_below(bits, x, y, layer.saturating_add(1))?,
            false => bits.bit()? == 1,
        };
        if !is_included {
            continue;
        }
        if is_first {
            block.missing_bit_planes = band.missing.value(bits, x, y, MAX_MISSING)? as u8;
        }
        let n_passes = passes(bits)?;
        while bits.bit()? == 1 {
            block.length_bits += 1;
            if block.length_bits > 32 {
                return Err(Error::Corrupt("a code block longer than 32 bits can say"));
            }
        }
        read_lengths(bits, block, n_passes, style, chunks)?;
    }
    Ok(())
}

/// Table B.4: 1 to 164 passes.
fn passes(bits: &mut Bits<'_>) -> Result<u8, Error> {
    if bits.bit()? == 0 {
        return Ok(1);
    }
    if bits.bit()? == 0 {
        return Ok(2);
    }
    let two = bits.bits(2)?;
    if two < 3 {
        return Ok(3 + two as u8);
    }
    let five = bits.bits(5)?;
    if five < 31 {
        return Ok(6 + five as u8);
    }
    Ok(37 + bits.bits(7)? as u8)
}

/// B.10.7: one length for each codeword segment that the passes belong to.
fn read_lengths(
    bits: &mut Bits<'_>,
    block: &mut BlockState,
    n_passes: u8,
    style: Style,
    chunks: &mut Vec<Chunk>,
) -> Result<(), Error> {
    let mut n_left = n_passes;
    while n_left > 0 {
        let (room, begins_segment) = segment_room(style, block.passes, n_left)?;
        let passes = n_left.min(room);
        let n_bits = u32::from(block.length_bits) + passes.ilog2();
        if n_bits > 32 {
            return Err(Error::Corrupt("a code block longer than 32 bits can say"));
        }
        let len = bits.bits(n_bits)?;
        let index = chunks.len() as u32;
        match chunks.get_mut(block.last_chunk as usize) {
            Some(last) => last.next = index,
            None => block.first_chunk = index,
        }
        block.last_chunk = index;
        chunks.push(Chunk {
            offset: 0,
            len,
            passes,
            begins_segment,
            next: NONE,
        });
        block.passes = block
            .passes
            .checked_add(passes)
            .ok_or(Error::Corrupt("more than 255 passes in a code block"))?;
        n_left -= passes;
    }
    Ok(())
}

/// How many passes the segment takes that the next pass belongs to, and whether it begins there: 15444-1 Table D.8 and
/// D.9, 15444-15 B.3. `had` passes have been before, `n_left` are told at once.
fn segment_room(style: Style, had: u8, n_left: u8) -> Result<(u8, bool), Error> {
    if style.is_high_throughput() {
        // Sets of three placeholder passes come before the cleanup pass and count for its segment.
        return match (had, had % 3) {
            (0, _) => Ok(((n_left - 1) / 3 * 3 + 1, true)),
            (_, 1) => Ok((2, true)),
            (_, 2) => Ok((1, false)),
            _ => Err(Error::Unsupported("several HT sets in a code block")),
        };
    }
    if style.terminates_each_pass() {
        return Ok((1, true));
    }
    if style.is_bypass() {
        return Ok(match had.checked_sub(10) {
            // The first ten passes are arithmetic coded throughout.
            None => (10 - had, had == 0),
            Some(raw) => match raw % 3 {
                0 => (2, true),
                1 => (1, false),
                _ => (1, true),
            },
        });
    }
    Ok((u8::MAX, had == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Table B.4.
    #[test]
    fn the_number_of_passes_is_read_as_in_table_b_4() {
        let read = |bytes: &[u8]| passes(&mut Bits::new(bytes));
        assert_eq!(read(&[0b0000_0000]), Ok(1));
        assert_eq!(read(&[0b1000_0000]), Ok(2));
        assert_eq!(read(&[0b1100_0000]), Ok(3));
        assert_eq!(read(&[0b1110_0000]), Ok(5));
        assert_eq!(read(&[0b1111_0000, 0]), Ok(6));
        assert_eq!(read(&[0b1111_1111, 0b0000_0000]), Ok(36));
        // 1111 1111, a stuffed 0, then 1 and seven bits.
        assert_eq!(read(&[0xff, 0b0100_0000, 0]), Ok(37));
        assert_eq!(read(&[0xff, 0b0111_1111, 0b1000_0000]), Ok(164));
    }

    /// Table D.9: arithmetic coded up to the first four bit planes, then raw pairs and single cleanup passes.
    #[test]
    fn bypass_splits_passes_into_ten_two_one_two_one() {
        let style = Style(1);
        let mut had = 0;
        let mut segments = Vec::new();
        while had < 16 {
            let (room, begins) = segment_room(style, had, 20).unwrap();
            assert!(begins);
            segments.push(room);
            had += room;
        }
        assert_eq!(segments, [10, 2, 1, 2, 1]);
        assert_eq!(segment_room(style, 4, 20), Ok((6, false)));
        assert_eq!(segment_room(style, 11, 20), Ok((1, false)));
    }

    /// 15444-15 B.3: 1 and 2 passes are a cleanup segment and refinement; of 5 passes the first three are placeholders.
    #[test]
    fn ht_passes_are_one_cleanup_segment_and_one_of_refinement() {
        let style = Style(0x40);
        assert_eq!(segment_room(style, 0, 1), Ok((1, true)));
        assert_eq!(segment_room(style, 0, 3), Ok((1, true)));
        assert_eq!(segment_room(style, 1, 2), Ok((2, true)));
        assert_eq!(segment_room(style, 0, 5), Ok((4, true)));
        assert_eq!(segment_room(style, 4, 1), Ok((2, true)));
        assert_eq!(segment_room(style, 5, 1), Ok((1, false)));
        assert!(segment_room(style, 6, 1).is_err());
    }
}
