//! How a tile is coded: what COD, COC, QCD, QCC, RGN and POC say (ISO/IEC 15444-1 A.6), a tile's own before the picture's.

use super::{marker, reader::Reader};
use crate::{Error, block::Style};

/// Order of packets (Table A.16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Lrcp,
    Rlcp,
    Rpcl,
    Pcrl,
    Cprl,
}

impl Order {
    fn new(byte: u8) -> Result<Self, Error> {
        Ok(match byte {
            0 => Self::Lrcp,
            1 => Self::Rlcp,
            2 => Self::Rpcl,
            3 => Self::Pcrl,
            4 => Self::Cprl,
            _ => return Err(Error::Corrupt("an unknown progression order")),
        })
    }
}

/// What COD says for all components together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packets {
    pub(super) order: Order,
    pub(super) layers: u16,
    pub(super) has_color_transform: bool,
    pub(super) has_sop: bool,
    pub(super) has_eph: bool,
}

/// What COD or COC says of one component.
#[derive(Clone, Debug)]
pub(super) struct Coding {
    /// Decompositions, 0 to 32.
    pub(super) levels: u8,
    /// Largest code block, log2 of columns and rows.
    pub(super) block_log2: (u8, u8),
    pub(super) style: Style,
    /// Wavelet 5/3; otherwise 9/7.
    pub(super) is_reversible: bool,
    /// One byte a resolution; empty: as large as can be.
    precincts: Vec<u8>,
}

impl Coding {
    /// log2 of columns and rows of a precinct (Table A.21).
    pub(super) fn precinct_log2(&self, resolution: u8) -> (u8, u8) {
        self.precincts
            .get(usize::from(resolution))
            .map_or((15, 15), |byte| (byte & 15, byte >> 4))
    }
}

#[derive(Clone, Debug)]
pub(super) struct Quantization {
    pub(super) guard_bits: u8,
    is_derived: bool,
    /// Exponent and mantissa, one a subband.
    steps: Vec<(u8, u16)>,
}

impl Quantization {
    /// Of the `index`th subband, which is `above` levels of decomposition above the lowest (equation E-5).
    pub(super) fn step(&self, index: usize, above: u8) -> Result<(u8, u16), Error> {
        let missing = Error::Corrupt("subbands without a quantizer");
        if self.is_derived {
            let (exponent, mantissa) = *self.steps.first().ok_or(missing)?;
            return Ok((exponent.saturating_sub(above), mantissa));
        }
        self.steps.get(index).copied().ok_or(missing)
    }
}

/// One entry of POC: packets of these resolutions, components and layers that have not been before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progression {
    pub(super) resolutions: (u8, u8),
    pub(super) components: (u16, u16),
    pub(super) end_layer: u16,
    pub(super) order: Order,
}

/// A stream of more progressions is made to keep a reader busy.
const MAX_PROGRESSIONS: usize = 64;

/// What a header, the main one or a tile's, has told.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    pub(super) packets: Option<Packets>,
    coding: Option<Coding>,
    coding_of: Vec<(u16, Coding)>,
    quantization: Option<Quantization>,
    quantization_of: Vec<(u16, Quantization)>,
    roi_shift_of: Vec<(u16, u8)>,
    pub(super) progressions: Vec<Progression>,
}

fn find<T>(list: &[(u16, T)], component: u16) -> Option<&T> {
    let entry = list.iter().find(|(number, _)| *number == component);
    entry.map(|(_, value)| value)
}

/// The last word counts; a list does not grow beyond the number of components.
fn enter<T>(list: &mut Vec<(u16, T)>, component: u16, value: T) {
    list.retain(|(number, _)| *number != component);
    list.push((component, value));
}

impl Settings {
    /// Of a tile: its COC, then its COD, then those of the main header (A.6.1).
    pub(super) fn coding<'a>(
        &'a self,
        main: &'a Self,
        component: u16,
    ) -> Result<&'a Coding, Error> {
        find(&self.coding_of, component)
            .or(self.coding.as_ref())
            .or_else(|| find(&main.coding_of, component))
            .or(main.coding.as_ref())
            .ok_or(Error::Corrupt("no coding style"))
    }

    /// Of a tile: its QCC, then its QCD, then those of the main header (A.6.4).
    pub(super) fn quantization<'a>(
        &'a self,
        main: &'a Self,
        component: u16,
    ) -> Result<&'a Quantization, Error> {
        find(&self.quantization_of, component)
            .or(self.quantization.as_ref())
            .or_else(|| find(&main.quantization_of, component))
            .or(main.quantization.as_ref())
            .ok_or(Error::Corrupt("no quantization"))
    }

    pub(super) fn roi_shift(&self, main: &Self, component: u16) -> u8 {
        find(&self.roi_shift_of, component)
            .or_else(|| find(&main.roi_shift_of, component))
            .copied()
            .unwrap_or(0)
    }

    pub(super) fn packets(&self, main: &Self) -> Result<Packets, Error> {
        self.packets
            .or(main.packets)
            .ok_or(Error::Corrupt("no coding style"))
    }

    /// Reads one marker segment, if it is one of these; `false` for others.
    pub(super) fn read(
        &mut self,
        marker: u16,
        mut segment: Reader<'_>,
        n_components: u16,
    ) -> Result<bool, Error> {
        let component = |segment: &mut Reader<'_>| {
            let number = match n_components {
                ..=256 => u16::from(segment.u8()?),
                _ => segment.u16()?,
            };
            if number < n_components {
                Ok(number)
            } else {
                Err(Error::Corrupt(
                    "a setting for a component that is not there",
                ))
            }
        };
        match marker {
            marker::COD => {
                let style = segment.u8()?;
                self.packets = Some(packets(&mut segment, style)?);
                self.coding = Some(coding(&mut segment, style & 1 != 0)?);
            }
            marker::COC => {
                let number = component(&mut segment)?;
                let style = segment.u8()?;
                let coding = coding(&mut segment, style & 1 != 0)?;
                enter(&mut self.coding_of, number, coding);
            }
            marker::QCD => self.quantization = Some(quantization(&mut segment)?),
            marker::QCC => {
                let number = component(&mut segment)?;
                enter(
                    &mut self.quantization_of,
                    number,
                    quantization(&mut segment)?,
                );
            }
            marker::RGN => {
                let number = component(&mut segment)?;
                if segment.u8()? != 0 {
                    return Err(Error::Corrupt("an unknown style of region of interest"));
                }
                enter(&mut self.roi_shift_of, number, segment.u8()?);
            }
            marker::POC => self.read_progressions(&mut segment, n_components)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A.6.6.
    fn read_progressions(
        &mut self,
        segment: &mut Reader<'_>,
        n_components: u16,
    ) -> Result<(), Error> {
        let is_narrow = n_components <= 256;
        let number = |segment: &mut Reader<'_>| match is_narrow {
            true => segment.u8().map(u16::from),
            false => segment.u16(),
        };
        while segment.left() > 0 {
            let first_resolution = segment.u8()?;
            let first_component = number(segment)?;
            let end_layer = segment.u16()?;
            let end_resolution = segment.u8()?;
            // 0 stands for 256 where the field is too narrow for it.
            let end_component = match number(segment)? {
                0 => u16::MAX,
                end => end,
            };
            if self.progressions.len() == MAX_PROGRESSIONS {
                return Err(Error::Unsupported("more than 64 progression order changes"));
            }
            self.progressions.push(Progression {
                resolutions: (first_resolution, end_resolution),
                components: (first_component, end_component),
                end_layer,
                order: Order::new(segment.u8()?)?,
            });
        }
        Ok(())
    }
}

/// Table A.14: SGcod.
fn packets(segment: &mut Reader<'_>, style: u8) -> Result<Packets, Error> {
    let order = Order::new(segment.u8()?)?;
    let layers = segment.u16()?;
    if layers == 0 {
        return Err(Error::Corrupt("no quality layers"));
    }
    let has_color_transform = match segment.u8()? {
        0 => false,
        1 => true,
        _ => return Err(Error::Unsupported("component transforms of part 2")),
    };
    Ok(Packets {
        order,
        layers,
        has_color_transform,
        has_sop: style & 2 != 0,
        has_eph: style & 4 != 0,
    })
}

/// Table A.15: SPcod, SPcoc.
fn coding(segment: &mut Reader<'_>, has_precincts: bool) -> Result<Coding, Error> {
    let levels = segment.u8()?;
    let (width, height) = (segment.u8()?, segment.u8()?);
    // Table A.18: exponents 2 to 10, together at most 12.
    if levels > 32 || width > 8 || height > 8 || width + height > 8 {
        return Err(Error::Corrupt("levels or code blocks out of range"));
    }
    let style = Style(segment.u8()?);
    if style.is_mixed() {
        return Err(Error::Unsupported("HTJ2K and MQ blocks side by side"));
    }
    let is_reversible = match segment.u8()? {
        0 => false,
        1 => true,
        _ => return Err(Error::Unsupported("wavelets of part 2")),
    };
    let precincts = match has_precincts {
        true => segment.take(usize::from(levels) + 1)?.to_vec(),
        false => Vec::new(),
    };
    Ok(Coding {
        levels,
        block_log2: (width + 2, height + 2),
        style,
        is_reversible,
        precincts,
    })
}

/// Tables A.27 to A.30.
fn quantization(segment: &mut Reader<'_>) -> Result<Quantization, Error> {
    let style = segment.u8()?;
    let mut steps = Vec::new();
    match style & 31 {
        0 => {
            while segment.left() > 0 {
                steps.push((segment.u8()? >> 3, 0));
            }
        }
        1 | 2 => {
            while segment.left() > 1 {
                let word = segment.u16()?;
                steps.push(((word >> 11) as u8, word & 0x7ff));
            }
        }
        _ => return Err(Error::Corrupt("an unknown style of quantization")),
    }
    Ok(Quantization {
        guard_bits: style >> 5,
        is_derived: style & 31 == 1,
        steps,
    })
}
