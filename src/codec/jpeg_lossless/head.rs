//! The marker segments of a lossless JPEG codestream (ISO/IEC 10918-1 B.2): frame, tables, scans.

use super::huffman::Spec;
use crate::{
    Error, Header,
    jpeg_stream::{DRI, EOI, Markers, SOI, SOS, frame_header},
};

const SOF3: u8 = 0xC3;
const DHT: u8 = 0xC4;
const JPG: u8 = 0xC8;
const DAC: u8 = 0xCC;
/// Marker and length of a DNL segment.
const DNL: [u8; 4] = [0xFF, 0xDC, 0, 4];

/// The header of a scan.
pub(super) struct ScanHeader {
    /// Index and Huffman table of each component.
    pub(super) components: Vec<(usize, usize)>,
    /// 1 to 7 (Table H.1).
    pub(super) predictor: u8,
    /// Low bits that were cut off.
    pub(super) point_transform: u8,
}

/// What the segments have said so far.
pub(super) struct Head<'a> {
    pub(super) markers: Markers<'a>,
    header: Option<Header>,
    /// Identifier and sampling factors of each component.
    components: Vec<(u8, u8)>,
    pub(super) tables: [Option<Spec>; 4],
    /// Samples of a component between two restart markers; 0: none.
    pub(super) restart_interval: u16,
    /// EOI was met.
    pub(super) is_ended: bool,
}

impl<'a> Head<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        Ok(Self {
            markers: Markers::new(bytes)?,
            header: None,
            components: Vec::new(),
            tables: Default::default(),
            restart_interval: 0,
            is_ended: false,
        })
    }

    /// Reads up to the data of the next scan; `None` at the end of the image or of the bytes.
    pub(super) fn next_scan(&mut self) -> Result<Option<(Header, ScanHeader)>, Error> {
        while let Some(marker) = self.markers.next_marker() {
            match marker {
                EOI => {
                    self.is_ended = true;
                    break;
                }
                SOI | 0x01 | 0xD0..=0xD7 => {}
                SOF3 => self.frame()?,
                DHT => self.tables()?,
                0xC7 | 0xCB | 0xCF => {
                    return Err(Error::Unsupported(
                        "lossless JPEG with arithmetic coding or hierarchy",
                    ));
                }
                0xC0..=0xCF if !matches!(marker, JPG | DAC) => {
                    return Err(Error::Corrupt("a JPEG frame that is not lossless"));
                }
                DRI => match *self.markers.body()? {
                    [high, low, ..] => self.restart_interval = u16::from_be_bytes([high, low]),
                    _ => return Err(Error::Corrupt("a restart interval cut short")),
                },
                SOS => return self.scan().map(Some),
                _ => {
                    self.markers.body()?;
                }
            }
        }
        Ok(None)
    }

    /// B.2.2
    fn frame(&mut self) -> Result<(), Error> {
        let body = self.markers.body()?;
        if self.header.is_some() {
            return Err(Error::Corrupt("a second frame"));
        }
        let (header, components) = frame_header(body, "lossless JPEG with subsampled components")?;
        self.components = components;
        self.header = Some(header);
        Ok(())
    }

    /// B.2.4.2; tables of class 1 are for other processes.
    fn tables(&mut self) -> Result<(), Error> {
        let mut body = self.markers.body()?;
        while let Some((&class_and_index, rest)) = body.split_first() {
            let (spec, rest) = Spec::parse(rest)?;
            match self.tables.get_mut(usize::from(class_and_index)) {
                Some(table) => *table = Some(spec),
                None if (0x10..0x14).contains(&class_and_index) => {}
                None => return Err(Error::Corrupt("a Huffman table of unknown place")),
            }
            body = rest;
        }
        Ok(())
    }

    /// B.2.3
    fn scan(&mut self) -> Result<(Header, ScanHeader), Error> {
        let body = self.markers.body()?;
        let Some(header) = &mut self.header else {
            return Err(Error::Corrupt("a scan without a frame"));
        };
        let (n, body) = body
            .split_first()
            .map_or((0, body), |(n, rest)| (usize::from(*n), rest));
        let (selectors, parameters) = match body.split_at_checked(2 * n) {
            Some((selectors, &[predictor, _, approximation])) => (
                selectors.as_chunks::<2>().0,
                (predictor, approximation & 15),
            ),
            _ => return Err(Error::Corrupt("a scan header of another length")),
        };
        let (predictor, point_transform) = parameters;
        if !(1..=4).contains(&n) {
            return Err(Error::Corrupt("a scan of other than 1 to 4 components"));
        }
        if !(1..=7).contains(&predictor) {
            return Err(Error::Corrupt("a predictor other than 1 to 7"));
        }
        if point_transform >= header.bits {
            return Err(Error::Corrupt("a point transform that leaves nothing"));
        }
        let mut components = Vec::new();
        for [id, tables] in selectors {
            let index = self.components.iter().position(|(known, _)| known == id);
            let index = index.ok_or(Error::Corrupt("a scan of an unknown component"))?;
            // Alike factors mean one sample each, except that an MCU of several components then has blocks.
            if n > 1 && self.components[index].1 != 0x11 {
                return Err(Error::Unsupported("lossless JPEG with sampling blocks"));
            }
            components.push((index, usize::from(tables >> 4)));
        }
        if header.height == 0 {
            header.height = height_behind(self.markers.rest());
        }
        if header.width == 0 || header.height == 0 {
            return Err(Error::Corrupt("a frame without pixels"));
        }
        let header = Header {
            is_lossy: point_transform > 0,
            ..*header
        };
        let scan = ScanHeader {
            components,
            predictor,
            point_transform,
        };
        Ok((header, scan))
    }
}

/// The height in the DNL segment behind the first scan (B.2.5); 0 where there is none. No coded data looks like it.
fn height_behind(data: &[u8]) -> u32 {
    let segment = data.windows(6).find(|bytes| bytes.starts_with(&DNL));
    segment.map_or(0, |bytes| u16::from_be_bytes([bytes[4], bytes[5]]).into())
}
