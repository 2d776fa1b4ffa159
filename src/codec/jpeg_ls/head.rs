//! The marker segments of a JPEG-LS codestream (ISO/IEC 14495-1 C.2): frame, scans, presets, colour transform.

use super::preset::Preset;
use crate::{
    Error, Header,
    jpeg_stream::{DRI, EOI, Markers, SOI, SOS, frame_header},
};

const SOF55: u8 = 0xF7;
const LSE: u8 = 0xF8;
const APP8: u8 = 0xE8;

/// How the components of a scan take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interleave {
    /// One component, or a line of each.
    Line,
    /// A sample of each.
    Sample,
}

/// The header of a scan.
pub(super) struct ScanHeader {
    /// Indices of its components.
    pub(super) components: Vec<usize>,
    /// Largest error of a sample.
    pub(super) near: u8,
    /// How its components take turns.
    pub(super) interleave: Interleave,
}

/// Colour transform of an APP8 segment "mrfx", as the reference encoder of JPEG-LS writes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Transform {
    /// The components are as they were.
    #[default]
    None,
    /// Differences to green.
    Hp1,
    /// Blue differs from the mean of red and green.
    Hp2,
    /// A reversible luminance and two differences.
    Hp3,
}

/// What the segments have said so far.
pub(super) struct Head<'a> {
    pub(super) markers: Markers<'a>,
    /// Width, height, components and bits; the sides are 0 where an LSE segment gives them.
    pub(super) header: Option<Header>,
    component_ids: Vec<u8>,
    pub(super) preset: Preset,
    /// Lines of a restart interval; 0: none.
    pub(super) restart_lines: u32,
    pub(super) transform: Transform,
    /// EOI was met.
    pub(super) is_ended: bool,
}

impl<'a> Head<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        Ok(Self {
            markers: Markers::new(bytes)?,
            header: None,
            component_ids: Vec::new(),
            preset: Preset::default(),
            restart_lines: 0,
            transform: Transform::None,
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
                SOF55 => self.frame()?,
                0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                    return Err(Error::Corrupt("a JPEG frame that is not JPEG-LS"));
                }
                LSE => self.parameters()?,
                DRI => self.restart_lines = big_endian(self.markers.body()?)?,
                APP8 => {
                    if let &[b'm', b'r', b'f', b'x', transform, ..] = self.markers.body()? {
                        self.transform = match transform {
                            0 => Transform::None,
                            1 => Transform::Hp1,
                            2 => Transform::Hp2,
                            3 => Transform::Hp3,
                            _ => return Err(Error::Unsupported("this JPEG-LS colour transform")),
                        };
                    }
                }
                SOS => return self.scan().map(Some),
                _ => {
                    self.markers.body()?;
                }
            }
        }
        Ok(None)
    }

    /// C.2.2
    fn frame(&mut self) -> Result<(), Error> {
        let body = self.markers.body()?;
        if self.header.is_some() {
            return Err(Error::Corrupt("a second frame"));
        }
        let (header, components) = frame_header(body, "JPEG-LS with subsampled components")?;
        self.component_ids = components.into_iter().map(|(id, _)| id).collect();
        self.header = Some(header);
        Ok(())
    }

    /// C.2.4.1
    fn parameters(&mut self) -> Result<(), Error> {
        match *self.markers.body()? {
            [1, ref values @ ..] => {
                let (values, _) = values.as_chunks::<2>();
                let &[maxval, t1, t2, t3, reset, ..] = values else {
                    return Err(Error::Corrupt("JPEG-LS parameters cut short"));
                };
                self.preset = Preset {
                    maxval: u16::from_be_bytes(maxval),
                    thresholds: [t1, t2, t3].map(u16::from_be_bytes),
                    reset: u16::from_be_bytes(reset),
                };
                Ok(())
            }
            [2 | 3, ..] => Err(Error::Unsupported("JPEG-LS with a mapping table")),
            // Sides beyond 16 bits; those of the frame header are then 0.
            [4, width, ref sides @ ..] => {
                let sides = sides.split_at_checked(width.into());
                let (Some((height, width)), Some(header)) = (sides, &mut self.header) else {
                    return Err(Error::Corrupt("JPEG-LS sides cut short"));
                };
                header.height = big_endian(height)?;
                header.width = big_endian(width)?;
                Ok(())
            }
            _ => Err(Error::Unsupported("JPEG-LS extensions")),
        }
    }

    /// C.2.3
    fn scan(&mut self) -> Result<(Header, ScanHeader), Error> {
        let body = self.markers.body()?;
        let Some(mut header) = self.header else {
            return Err(Error::Corrupt("a scan without a frame"));
        };
        let Some((&n, rest)) = body.split_first() else {
            return Err(Error::Corrupt("a scan header cut short"));
        };
        let (selectors, rest) = rest.as_chunks::<2>();
        let n = usize::from(n);
        // The three last bytes may have joined the pairs.
        let parameters = match (selectors.get(n..), rest) {
            (Some(&[[near, interleave]]), &[point_transform]) => {
                [near, interleave, point_transform]
            }
            _ => return Err(Error::Corrupt("a scan header of another length")),
        };
        let [near, interleave, point_transform] = parameters;
        if !(1..=4).contains(&n) {
            return Err(Error::Corrupt("a scan of other than 1 to 4 components"));
        }
        if point_transform != 0 {
            return Err(Error::Unsupported("JPEG-LS with a point transform"));
        }
        let mut components = Vec::new();
        for [id, table] in &selectors[..n] {
            if *table != 0 {
                return Err(Error::Unsupported("JPEG-LS with a mapping table"));
            }
            let index = self.component_ids.iter().position(|known| known == id);
            components.push(index.ok_or(Error::Corrupt("a scan of an unknown component"))?);
        }
        let interleave = match (n, interleave) {
            (1, 0..=2) | (_, 1) => Interleave::Line,
            (_, 2) => Interleave::Sample,
            _ => return Err(Error::Corrupt("components that do not take turns")),
        };
        if header.width == 0 || header.height == 0 {
            return Err(Error::Unsupported("JPEG-LS whose height follows the scan"));
        }
        header.is_lossy = near > 0;
        header.has_color_transform = self.transform != Transform::None;
        if header.has_color_transform && header.components != 3 {
            return Err(Error::Corrupt(
                "a colour transform of other than 3 components",
            ));
        }
        let scan = ScanHeader {
            components,
            near,
            interleave,
        };
        Ok((header, scan))
    }
}

fn big_endian(bytes: &[u8]) -> Result<u32, Error> {
    if !(2..=4).contains(&bytes.len()) {
        return Err(Error::Corrupt("a number of other than 2 to 4 bytes"));
    }
    Ok(bytes
        .iter()
        .fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}
