//! JPEG 2000 (ISO/IEC 15444-1) and HTJ2K (15444-15): from the codestream to samples.
//!
//! The way of a codestream: main header ([`header`]) and tile parts (`tile_part`), the layout of a tile (`geometry`), its
//! packets in order (`progression`, `packet`), code blocks ([`crate::block`]) into subbands (`blocks`), wavelet (`dwt`),
//! colour and level shift (`color`).

mod blocks;
mod color;
mod dwt;
#[cfg(test)]
mod dwt_tests;
mod geometry;
mod header;
mod jp2;
mod marker;
mod packet;
mod progression;
mod reader;
mod sample;
mod source;
#[cfg(any(test, feature = "seeds"))]
mod streams;
mod style;
mod tag_tree;
#[cfg(any(test, feature = "seeds"))]
pub(crate) mod test_seeds;
#[cfg(test)]
mod tests;
mod tile;
mod tile_part;

use blocks::Workshop;
use color::{Placement, undo_transform};
use header::Main;
use packet::Budget;
use sample::Range;
use tile::Tile;
use tile_part::TileData;

use crate::{Error, Header, Limits, Picture};

/// How far the bytes of a picture go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Whole packets there of the resolutions asked for.
    pub packets: u64,
    /// Packets that these resolutions have in all.
    pub of_packets: u64,
}

impl Reached {
    /// The picture is all there at this level.
    pub fn is_complete(&self) -> bool {
        self.packets == self.of_packets
    }
}

/// What the codestream says of itself; its first bytes up to the first tile part are enough.
///
/// # Errors
/// [`Error::Truncated`] where the bytes end within the main header; else what the header says is wrong or not decoded.
pub fn header(bytes: &[u8]) -> Result<Header, Error> {
    Main::read(jp2::codestream(bytes)?)?.header()
}

/// How many times the picture can be had at half the size; see [`decode_reduced`].
///
/// # Errors
/// As [`header`].
pub fn levels(bytes: &[u8]) -> Result<u8, Error> {
    Main::read(jp2::codestream(bytes)?)?.levels()
}

/// What the picture is 2^`level` times smaller; the bytes that [`header`] needs are enough.
///
/// # Errors
/// As [`header`], and [`Error::Unsupported`] where there are fewer than [`levels`].
pub fn reduced_header(bytes: &[u8], level: u8) -> Result<Header, Error> {
    Main::read(jp2::codestream(bytes)?)?.reduced_header(level)
}

/// How many bytes from the beginning each level needs, from the whole picture (level 0) down; `None` where these bytes end
/// before, or where it cannot be told. A level that these bytes hold is decoded from them by [`decode_reduced`] exactly as
/// from all bytes. What only some orders of packets give early (RPCL, RLCP, a single layer of LRCP), others give at the end.
///
/// # Errors
/// As [`header`], what the packets say is wrong, and [`Error::TooLarge`] for more samples than may be decoded.
pub fn extents(bytes: &[u8], limits: &Limits) -> Result<Vec<Option<usize>>, Error> {
    let stream = jp2::codestream(bytes)?;
    let mut main = Main::read(stream)?;
    let levels = main.levels()?;
    let mut extents = vec![Some(main.end); usize::from(levels) + 1];
    if stream.len() > MOST_BYTES {
        return Err(Error::TooLarge);
    }
    let n_samples = main
        .header()?
        .n_samples()
        .filter(|&n| n <= limits.max_samples)
        .and_then(|n| n.try_into().ok());
    let mut budget = Budget::new(n_samples.ok_or(Error::TooLarge)?, stream.len());
    let (tiles, _) = tile_part::collect(stream, &mut main)?;
    for (index, data) in (0_u32..).zip(&tiles) {
        let tile = match Tile::read(stream, &main, data, index, 0, true, &mut budget) {
            Err(Error::Truncated) => return Ok(vec![None; extents.len()]),
            other => other?,
        };
        // Of a tile without packets at a level its headers are needed all the same: they may say otherwise.
        let begin = data.bodies.first().map(|body| body.start);
        for (level, extent) in (0..=levels).zip(&mut extents) {
            let end = begin.zip(tile.end(level)).map(|(a, b)| a.max(b));
            *extent = extent.zip(end).map(|(a, b)| a.max(b));
        }
    }
    let before = bytes.len() - stream.len();
    Ok(extents
        .into_iter()
        .map(|extent| extent.map(|n| n + before))
        .collect())
}

/// Decodes the whole picture.
///
/// # Errors
/// [`Error::Truncated`] where packets are missing: half a picture is never taken for a whole one.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Picture, Error> {
    decode_reduced(bytes, 0, limits)
}

/// Decodes the picture 2^`level` times smaller. Only the bytes of its resolutions need be there.
///
/// # Errors
/// As [`decode`], and where there are fewer than [`levels`].
pub fn decode_reduced(bytes: &[u8], level: u8, limits: &Limits) -> Result<Picture, Error> {
    decode_bytes(bytes, level, limits, false).map(|(picture, _)| picture)
}

/// Decodes what the first bytes of a picture hold, 2^`level` times smaller. What is missing is coarse, or level grey.
///
/// # Errors
/// As [`decode`], but that packets may be missing; [`Error::Truncated`] where the main header does not end.
pub fn decode_prefix(
    bytes: &[u8],
    level: u8,
    limits: &Limits,
) -> Result<(Picture, Reached), Error> {
    decode_bytes(bytes, level, limits, true)
}

fn decode_bytes(
    bytes: &[u8],
    level: u8,
    limits: &Limits,
    is_prefix: bool,
) -> Result<(Picture, Reached), Error> {
    let bytes = jp2::codestream(bytes)?;
    let mut main = Main::read(bytes)?;
    let header = main.reduced_header(level)?;
    let n_samples = header
        .n_samples()
        .filter(|&n| n <= limits.max_samples)
        .and_then(|n| usize::try_from(n).ok())
        .ok_or(Error::TooLarge)?;
    if bytes.len() > MOST_BYTES {
        return Err(Error::TooLarge);
    }
    let (tiles, has_end) = tile_part::collect(bytes, &mut main)?;
    if !is_prefix && tiles.iter().any(|tile| tile.bodies.is_empty()) {
        return Err(Error::Truncated);
    }
    // At a reduced level the rest need not be there.
    let warnings = match is_prefix || level > 0 || has_end {
        true => Vec::new(),
        false => vec!["the codestream has no end marker"],
    };
    let mut decoding = Decoding {
        main: &main,
        bytes,
        level,
        is_prefix,
        budget: Budget::new(n_samples, bytes.len()),
        workshop: Workshop::default(),
        reached: Reached {
            packets: 0,
            of_packets: 0,
        },
        picture: Picture {
            header,
            samples: Vec::new(),
            warnings,
        },
    };
    for (index, data) in (0_u32..).zip(&tiles) {
        decoding.tile(index, data, n_samples)?;
    }
    decoding.picture.samples.resize(n_samples, 0);
    Ok((decoding.picture, decoding.reached))
}

/// Offsets of packets are kept in 32 bits.
const MOST_BYTES: usize = 1 << 30;

struct Decoding<'a> {
    main: &'a Main,
    bytes: &'a [u8],
    level: u8,
    is_prefix: bool,
    budget: Budget,
    workshop: Workshop,
    reached: Reached,
    picture: Picture,
}

impl Decoding<'_> {
    fn tile(&mut self, index: u32, data: &TileData, n_samples: usize) -> Result<(), Error> {
        let tile = Tile::read(
            self.bytes,
            self.main,
            data,
            index,
            self.level,
            self.is_prefix,
            &mut self.budget,
        )?;
        self.reached.packets += tile.n_packets;
        self.reached.of_packets += tile.n_packets_wanted;
        // Not before the packets of the first tile were found.
        self.picture.samples.resize(n_samples, 0);
        let n_transformed = if tile.has_color_transform { 3 } else { 0 };
        let mut planes = Vec::with_capacity(n_transformed);
        for number in 0..n_transformed {
            let (plane, is_cut) = self.workshop.plane(&tile, number)?;
            self.picture.header.is_lossy |= is_cut;
            planes.push(plane);
        }
        if tile.has_color_transform {
            undo_transform(&mut planes)?;
            self.picture.header.has_color_transform = true;
        }
        let image = self.main.size.image.reduced(self.level);
        let n_components = tile.components.len();
        let stride = image.width() as usize * n_components;
        let x = tile.rect.x0.saturating_sub(image.x0) as usize;
        let y = tile.rect.y0.saturating_sub(image.y0) as usize;
        for number in 0..n_components {
            let mut placement = Placement {
                samples: &mut self.picture.samples,
                stride,
                at: y * stride + x * n_components + number,
                n_components,
                range: Range::new(&self.picture.header),
            };
            match planes.get(number) {
                Some(plane) => placement.put_plane(plane, tile.rect.width() as usize),
                None => {
                    let is_cut = self.workshop.place(&tile, number, placement)?;
                    self.picture.header.is_lossy |= is_cut;
                }
            }
        }
        Ok(())
    }
}
