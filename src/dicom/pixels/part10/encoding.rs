//! Where the data set of a file begins and how it is written: the File Meta Information (PS3.10 7.1) where there is
//! one, the bytes themselves where it is missing or wrong.

use dicom_core::VR;

use super::{Part10Error, Part10Warning, reader::Header};
use crate::transfer_syntax::TransferSyntax;

/// How the elements of a data set are written (PS3.5 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    /// The VR stands in each element.
    pub(super) is_explicit: bool,
    /// Most significant byte first.
    pub(super) is_big_endian: bool,
}

impl Encoding {
    pub(super) const EXPLICIT: Self = Self {
        is_explicit: true,
        is_big_endian: false,
    };
    pub(super) const IMPLICIT: Self = Self {
        is_explicit: false,
        is_big_endian: false,
    };
    const BIG_ENDIAN: Self = Self {
        is_explicit: true,
        is_big_endian: true,
    };

    fn of(syntax: &TransferSyntax) -> Self {
        match syntax {
            TransferSyntax::ImplicitVrLittleEndian => Self::IMPLICIT,
            TransferSyntax::ExplicitVrBigEndian => Self::BIG_ENDIAN,
            _ => Self::EXPLICIT,
        }
    }

    fn native_syntax(self) -> TransferSyntax {
        match self {
            Self::IMPLICIT => TransferSyntax::ImplicitVrLittleEndian,
            Self::BIG_ENDIAN => TransferSyntax::ExplicitVrBigEndian,
            _ => TransferSyntax::ExplicitVrLittleEndian,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::IMPLICIT => "Implicit VR Little Endian",
            Self::BIG_ENDIAN => "Explicit VR Big Endian",
            _ => "Explicit VR Little Endian",
        }
    }

    pub(super) fn u16(self, bytes: [u8; 2]) -> u16 {
        if self.is_big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    }

    pub(super) fn u32(self, bytes: [u8; 4]) -> u32 {
        if self.is_big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }
}

/// The beginning of the data set.
pub(super) struct Start {
    /// Offset in the file.
    pub(super) at: usize,
    /// What the File Meta Information says.
    pub(super) syntax: Option<TransferSyntax>,
}

const PREAMBLE_BYTES: usize = 128;

/// Finds the data set behind the preamble and the File Meta Information.
pub(super) fn start(file: &[u8], warnings: &mut Vec<Part10Warning>) -> Result<Start, Part10Error> {
    let has_preamble = file.get(PREAMBLE_BYTES..PREAMBLE_BYTES + 4) == Some(b"DICM");
    // `DICM` without its preamble is seen as well.
    let at = match (has_preamble, file.starts_with(b"DICM")) {
        (true, _) => PREAMBLE_BYTES + 4,
        (false, true) => 4,
        (false, false) => 0,
    };
    if !has_preamble {
        warnings.push(Part10Warning::NoPreamble);
    }
    let (at, syntax) = skip_meta(file, at);
    if !has_preamble && syntax.is_none() && guess(&file[at.min(file.len())..]).is_none() {
        return Err(Part10Error::NotDicom);
    }
    Ok(Start { at, syntax })
}

/// Skips group 0002 by its elements, whatever its group length says, and picks the Transfer Syntax UID.
fn skip_meta(file: &[u8], mut at: usize) -> (usize, Option<TransferSyntax>) {
    let mut syntax = None;
    // Some writers put the meta group in implicit VR; the header of each element tells.
    while let Some(header) =
        Header::read(file, at, Encoding::EXPLICIT).filter(|header| header.tag.0 == 0x0002)
    {
        let end = header
            .length
            .and_then(|length| header.at.checked_add(length as usize));
        let Some(value) = end.and_then(|end| file.get(header.at..end)) else {
            break;
        };
        if header.tag.1 == 0x0010 {
            let text = String::from_utf8_lossy(value);
            let uid = text.split('\0').next().unwrap_or_default().trim();
            syntax = (!uid.is_empty()).then(|| TransferSyntax::from_uid(uid));
        }
        at = header.at + value.len();
    }
    (at, syntax)
}

/// Decides how the data set is written. The bytes win over the transfer syntax, with a warning.
pub(super) fn settle(
    data_set: &[u8],
    syntax: Option<TransferSyntax>,
    warnings: &mut Vec<Part10Warning>,
) -> Result<(Encoding, TransferSyntax), Part10Error> {
    let found = guess(data_set);
    match (syntax, found) {
        (None, None) => Err(Part10Error::NotDicom),
        (None, Some(found)) => {
            warnings.push(Part10Warning::GuessedSyntax(found.name()));
            Ok((found, found.native_syntax()))
        }
        (Some(syntax), Some(found)) if Encoding::of(&syntax) != found => {
            warnings.push(Part10Warning::WrongSyntax(found.name()));
            // The label of compressed pixels stays: it says what the fragments hold.
            let is_native =
                syntax.is_native() && syntax != TransferSyntax::DeflatedExplicitVrLittleEndian;
            Ok((
                found,
                if is_native {
                    found.native_syntax()
                } else {
                    syntax
                },
            ))
        }
        (Some(syntax), _) => Ok((Encoding::of(&syntax), syntax)),
    }
}

/// How the first element of a data set looks; `None` where it looks like nothing.
fn guess(data_set: &[u8]) -> Option<Encoding> {
    let &[g0, g1, e0, e1, v0, v1, ..] = data_set.first_chunk::<8>()?;
    let has_vr = VR::from_binary([v0, v1]).is_some();
    let (little, big) = (u16::from_le_bytes([g0, g1]), u16::from_be_bytes([g0, g1]));
    match (has_vr, little, big) {
        // Data sets begin in a low group; written the other way round it is a high one.
        (true, .., 0x0001..=0x00FF) if little > 0x00FF => Some(Encoding::BIG_ENDIAN),
        (true, ..) => Some(Encoding::EXPLICIT),
        (false, 0x0000..=0x0040, _) if little.is_multiple_of(2) && [g0, g1, e0, e1] != [0; 4] => {
            let header = Header::read(data_set, 0, Encoding::IMPLICIT)?;
            let fits = header
                .length
                .is_none_or(|length| length as usize <= data_set.len() - header.at);
            fits.then_some(Encoding::IMPLICIT)
        }
        _ => None,
    }
}
