//! Code blocks of a tile's component into its subbands, dequantized (ISO/IEC 15444-1 Annex E), and on into samples.

use super::{
    color::{Placement, Plane},
    dwt::{Buffers, scales, synthesize},
    geometry::{Band, Component, Rect},
    packet::{BlockState, NONE},
    sample::Sample,
    tile::Tile,
};
use crate::{
    Error,
    block::{Block, Decoder, Segment},
};

/// What a picture is decoded in, kept from tile to tile.
#[derive(Default)]
pub(super) struct Workshop {
    block: BlockWorkshop,
    integers: Buffers<i32>,
    reals: Buffers<f32>,
}

#[derive(Default)]
struct BlockWorkshop {
    decoder: Decoder,
    quantized: Vec<i32>,
    data: Vec<u8>,
    segments: Vec<Segment>,
}

impl Workshop {
    /// The samples of a component; whether bit planes of them were left out.
    pub(super) fn plane(&mut self, tile: &Tile<'_>, number: usize) -> Result<(Plane, bool), Error> {
        let area = tile.rect.area() as usize;
        Ok(if tile.components[number].coding.is_reversible {
            let mut plane = Vec::with_capacity(area);
            let emit = |row: &[i32]| plane.extend_from_slice(row);
            let is_cut = samples(tile, number, &mut self.block, &mut self.integers, emit)?;
            (Plane::Integer(plane), is_cut)
        } else {
            let mut plane = Vec::with_capacity(area);
            let emit = |row: &[f32]| plane.extend_from_slice(row);
            let is_cut = samples(tile, number, &mut self.block, &mut self.reals, emit)?;
            (Plane::Real(plane), is_cut)
        })
    }

    /// Writes the samples of a component that no colour transform goes over; whether bit planes of them were left out.
    pub(super) fn place(
        &mut self,
        tile: &Tile<'_>,
        number: usize,
        mut placement: Placement<'_>,
    ) -> Result<bool, Error> {
        if tile.components[number].coding.is_reversible {
            let emit = |row: &[i32]| placement.put(row);
            samples(tile, number, &mut self.block, &mut self.integers, emit)
        } else {
            let emit = |row: &[f32]| placement.put(row);
            samples(tile, number, &mut self.block, &mut self.reals, emit)
        }
    }
}

fn samples<S: Sample>(
    tile: &Tile<'_>,
    number: usize,
    workshop: &mut BlockWorkshop,
    buffers: &mut Buffers<S>,
    emit: impl FnMut(&[S]),
) -> Result<bool, Error> {
    let component = &tile.components[number];
    let resolutions = tile.resolutions(number);
    let coefficients = buffers.coefficients(resolutions);
    let mut is_cut = false;
    for (resolution, scales) in resolutions.iter().zip(scales::<S>(resolutions)) {
        let precincts = tile.precincts(resolution);
        for index in 0..resolution.n_precincts() as u32 {
            let precinct = precincts.get(index as usize);
            for (b, (band, scale)) in resolution.bands.iter().zip(scales).enumerate() {
                let mut target = Target {
                    band,
                    scale,
                    coefficients: &mut *coefficients,
                };
                let Some(blocks) = precinct.and_then(|precinct| precinct.bands.get(b)) else {
                    target.clear(resolution.block_grid(band, index).rect);
                    continue;
                };
                let wide = blocks.grid.wide.max(1);
                for (index, state) in (0_u32..).zip(&blocks.blocks) {
                    let rect = blocks.grid.block(index % wide, index / wide);
                    if state.first_chunk == NONE {
                        target.clear(rect);
                    } else {
                        let q = workshop.decode(tile, component, band, state, rect)?;
                        target.store(rect, q);
                        is_cut |= workshop.is_cut(component, band, state);
                    }
                }
            }
        }
    }
    synthesize(resolutions, buffers, emit);
    Ok(is_cut)
}

/// A subband that blocks are written to.
struct Target<'a, S> {
    band: &'a Band,
    scale: f32,
    coefficients: &'a mut [S],
}

impl<S: Sample> Target<'_, S> {
    /// The coefficients of a block, row by row.
    fn rows(&mut self, rect: Rect) -> impl Iterator<Item = &mut [S]> {
        let stride = self.band.rect.width() as usize;
        let x = rect.x0.saturating_sub(self.band.rect.x0) as usize;
        let y = rect.y0.saturating_sub(self.band.rect.y0) as usize;
        let width = rect.width() as usize;
        let begin = (self.band.offset + y * stride).min(self.coefficients.len());
        self.coefficients[begin..]
            .chunks_exact_mut(stride.max(1))
            .take(rect.height() as usize)
            .filter_map(move |row| row.get_mut(x..x + width))
    }

    #[inline(never)]
    fn clear(&mut self, rect: Rect) {
        self.rows(rect).for_each(|row| row.fill(S::default()));
    }

    #[inline(never)]
    fn store(&mut self, rect: Rect, quantized: &[i32]) {
        let (width, scale) = (rect.width().max(1) as usize, self.scale);
        for (row, quantized) in self.rows(rect).zip(quantized.chunks_exact(width)) {
            for (out, &value) in row.iter_mut().zip(quantized) {
                *out = S::dequantized(value, scale);
            }
        }
    }
}

impl BlockWorkshop {
    /// Quantized coefficients of a block, row by row, with one fraction bit.
    fn decode(
        &mut self,
        tile: &Tile<'_>,
        component: &Component,
        band: &Band,
        state: &BlockState,
        rect: Rect,
    ) -> Result<&[i32], Error> {
        let data = tile.gather(state, &mut self.data, &mut self.segments);
        let block = Block {
            width: rect.width(),
            height: rect.height(),
            data,
            segments: &self.segments,
            missing_bit_planes: state.missing_bit_planes,
            bit_planes: band.bit_planes,
            orientation: band.orientation,
            style: component.coding.style,
            roi_shift: component.roi_shift,
        };
        let n = rect.area() as usize;
        if self.quantized.len() < n {
            self.quantized.resize(n, 0);
        }
        let out = &mut self.quantized[..n];
        match self.decoder.decode(&block, out, rect.width() as usize)? {
            true => Ok(out),
            false => Err(Error::Corrupt("a damaged code block")),
        }
    }

    /// Whether the block just gathered lacks bit planes: the samples are then not exact, whatever the wavelet.
    fn is_cut(&self, component: &Component, band: &Band, state: &BlockState) -> bool {
        let had: i32 = self.segments.iter().map(|s| i32::from(s.passes)).sum();
        let planes = i32::from(band.bit_planes) + i32::from(component.roi_shift)
            - i32::from(state.missing_bit_planes);
        if component.coding.style.is_high_throughput() {
            // 15444-15 B.3: a cleanup pass decodes one plane for good, both refinement passes the plane below it.
            let placeholders = self.segments.first().map_or(0, |s| i32::from(s.passes)) - 1;
            let refined = i32::from(had - placeholders == 3);
            return placeholders / 3 + 1 + refined < planes;
        }
        // D.3: three passes a plane, but the first has only the cleanup pass.
        had < 3 * planes - 2
    }
}
