//! The main header of a codestream (ISO/IEC 15444-1 A.4 to A.9): everything before the first tile part.

use super::{geometry::Rect, marker, reader::Reader, style::Settings};
use crate::{Error, Header};

/// DICOM has one or three samples a pixel; a few more cost nothing.
const MAX_COMPONENTS: u16 = 16;

/// Extent and samples (SIZ, A.5.1).
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    /// The picture on the reference grid.
    pub(super) image: Rect,
    tile_origin: (u32, u32),
    tile_size: (u32, u32),
    pub(super) n_tiles_wide: u32,
    pub(super) n_tiles: u32,
    pub(super) n_components: u16,
    pub(super) bits: u8,
    pub(super) is_signed: bool,
}

impl Size {
    fn read(segment: &mut Reader<'_>) -> Result<Self, Error> {
        segment.u16()?;
        let (x1, y1) = (segment.u32()?, segment.u32()?);
        let (x0, y0) = (segment.u32()?, segment.u32()?);
        let tile_size = (segment.u32()?, segment.u32()?);
        let tile_origin = (segment.u32()?, segment.u32()?);
        let n_components = segment.u16()?;
        let has_first_tile = |tile: u32, size: u32, image: u32| {
            tile <= image && u64::from(tile) + u64::from(size) > u64::from(image)
        };
        if x0 >= x1
            || y0 >= y1
            || n_components == 0
            || !has_first_tile(tile_origin.0, tile_size.0, x0)
            || !has_first_tile(tile_origin.1, tile_size.1, y0)
        {
            return Err(Error::Corrupt("a picture or tiles of an impossible size"));
        }
        if n_components > MAX_COMPONENTS {
            return Err(Error::Unsupported("more than 16 components"));
        }
        let n_tiles_wide = (x1 - tile_origin.0).div_ceil(tile_size.0);
        let n_tiles_high = (y1 - tile_origin.1).div_ceil(tile_size.1);
        let n_tiles = u64::from(n_tiles_wide) * u64::from(n_tiles_high);
        // Isot has 16 bits.
        if n_tiles > 65_535 {
            return Err(Error::Corrupt("more tiles than can be numbered"));
        }
        let (bits, is_signed) = Self::read_components(segment, n_components)?;
        Ok(Self {
            image: Rect { x0, y0, x1, y1 },
            tile_origin,
            tile_size,
            n_tiles_wide,
            n_tiles: n_tiles as u32,
            n_components,
            bits,
            is_signed,
        })
    }

    /// Bits and sign, the same for all components.
    fn read_components(segment: &mut Reader<'_>, n_components: u16) -> Result<(u8, bool), Error> {
        let depth = segment.u8()?;
        for number in 0..n_components {
            if number > 0 && segment.u8()? != depth {
                return Err(Error::Unsupported("components of different depths"));
            }
            match (segment.u8()?, segment.u8()?) {
                (1, 1) => {}
                (0, _) | (_, 0) => return Err(Error::Corrupt("a component without samples")),
                _ => return Err(Error::Unsupported("subsampled components")),
            }
        }
        let bits = (depth & 0x7f) + 1;
        if bits > 16 {
            return Err(Error::Unsupported("samples of more than 16 bits"));
        }
        Ok((bits, depth & 0x80 != 0))
    }

    /// Place of a tile on the reference grid (equations B-7 to B-10).
    pub(super) fn tile(&self, index: u32) -> Rect {
        let column = index % self.n_tiles_wide;
        let row = index / self.n_tiles_wide;
        let edge = |origin: u32, size: u32, number: u32| {
            let edge = u64::from(origin) + u64::from(size) * u64::from(number);
            u32::try_from(edge).unwrap_or(u32::MAX)
        };
        let (x, y) = self.tile_origin;
        let (width, height) = self.tile_size;
        self.image.intersect(&Rect {
            x0: edge(x, width, column),
            y0: edge(y, height, row),
            x1: edge(x, width, column + 1),
            y1: edge(y, height, row + 1),
        })
    }
}

/// What the main header says.
pub(super) struct Main {
    pub(super) size: Size,
    pub(super) settings: Settings,
    /// Packet headers of each tile part, where they stand in the main header (PPM, A.7.4).
    pub(super) packed_headers: Option<Vec<Vec<u8>>>,
    /// Where the first tile part begins.
    pub(super) end: usize,
}

impl Main {
    pub(super) fn header(&self) -> Result<Header, Error> {
        let packets = self.settings.packets(&self.settings)?;
        let mut is_lossy = false;
        for component in 0..self.size.n_components {
            let coding = self.settings.coding(&self.settings, component)?;
            is_lossy |= !coding.is_reversible;
        }
        Ok(Header {
            width: self.size.image.width(),
            height: self.size.image.height(),
            components: self.size.n_components,
            bits: self.size.bits,
            is_signed: self.size.is_signed,
            is_lossy,
            has_color_transform: packets.has_color_transform && self.size.n_components >= 3,
        })
    }

    /// Decompositions that every component has.
    pub(super) fn levels(&self) -> Result<u8, Error> {
        let mut least = 32;
        for component in 0..self.size.n_components {
            let coding = self.settings.coding(&self.settings, component)?;
            least = least.min(coding.levels);
        }
        Ok(least)
    }

    /// What the picture is 2^`level` times smaller.
    pub(super) fn reduced_header(&self, level: u8) -> Result<Header, Error> {
        if self.levels()? < level {
            return Err(Error::Unsupported("a level below the lowest resolution"));
        }
        let image = self.size.image.reduced(level);
        Ok(Header {
            width: image.width(),
            height: image.height(),
            ..self.header()?
        })
    }

    /// Reads up to the first SOT; the bytes may end right there.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, 0, Error::Truncated);
        if reader.u16()? != marker::SOC {
            return Err(Error::Corrupt("not a JPEG 2000 codestream"));
        }
        if reader.u16()? != marker::SIZ {
            return Err(Error::Corrupt(
                "the codestream does not begin with its size",
            ));
        }
        let size = Size::read(&mut segment(&mut reader)?)?;
        let mut settings = Settings::default();
        let mut packed = Vec::new();
        let end = loop {
            let end = reader.at();
            match reader.u16()? {
                marker::SOT => break end,
                marker::CAP => check_capabilities(&mut segment(&mut reader)?)?,
                marker::PPM => packed.push(numbered(segment(&mut reader)?)?),
                0xff30..=0xff3f => {}
                code @ 0xff00..=0xffff if !is_misplaced(code) => {
                    settings.read(code, segment(&mut reader)?, size.n_components)?;
                }
                _ => return Err(Error::Corrupt("a marker that is out of place")),
            }
        };
        let packed_headers = match packed.is_empty() {
            true => None,
            false => Some(split_packed(&joined(packed))?),
        };
        Ok(Self {
            size,
            settings,
            packed_headers,
            end,
        })
    }
}

fn is_misplaced(code: u16) -> bool {
    matches!(
        code,
        marker::SOC
            | marker::SIZ
            | marker::PPT
            | marker::SOP
            | marker::EPH
            | marker::SOD
            | marker::EOC
            | 0xff00
            | 0xffff
    )
}

/// The content of the marker segment that begins here.
pub(super) fn segment<'a>(reader: &mut Reader<'a>) -> Result<Reader<'a>, Error> {
    let length = usize::from(reader.u16()?);
    let length = length
        .checked_sub(2)
        .ok_or(Error::Corrupt("a marker segment shorter than its length"))?;
    let content = reader.take(length)?;
    Ok(Reader::new(
        content,
        0,
        Error::Corrupt("a marker segment that is too short"),
    ))
}

/// 15444-15 A.3: of Ccap15, bit 13 says that a block may have several HT sets.
fn check_capabilities(segment: &mut Reader<'_>) -> Result<(), Error> {
    let parts = segment.u32()?;
    for part in 1..=32 {
        if parts >> (32 - part) & 1 == 0 {
            continue;
        }
        let word = segment.u16()?;
        if part == 15 && word & 0x2000 != 0 {
            return Err(Error::Unsupported("several HT sets in a code block"));
        }
    }
    Ok(())
}

/// PPM and PPT: number and content.
pub(super) fn numbered(mut segment: Reader<'_>) -> Result<(u8, &[u8]), Error> {
    let number = segment.u8()?;
    let content = segment.take(segment.left())?;
    Ok((number, content))
}

/// Contents in the order of their numbers.
pub(super) fn joined(mut parts: Vec<(u8, &[u8])>) -> Vec<u8> {
    parts.sort_by_key(|(number, _)| *number);
    let contents: Vec<&[u8]> = parts.into_iter().map(|(_, content)| content).collect();
    contents.concat()
}

/// A.7.4: for each tile part Nppm, then that many bytes.
fn split_packed(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    let short = Error::Corrupt("packed packet headers that are too short");
    let mut reader = Reader::new(bytes, 0, short);
    let mut parts = Vec::new();
    while reader.left() > 0 {
        let length = reader.u32()? as usize;
        parts.push(reader.take(length)?.to_vec());
    }
    Ok(parts)
}
