//! The box file around a codestream (ISO/IEC 15444-1 Annex I): DICOM forbids it (PS3.5 A.4.4), some writers keep it.

use super::reader::Reader;
use crate::Error;

const SIGNATURE: [u8; 12] = *b"\0\0\0\x0cjP  \r\n\x87\n";

/// From where the codestream begins to the end of the bytes; a bare codestream comes back as it is.
pub(super) fn codestream(bytes: &[u8]) -> Result<&[u8], Error> {
    if !bytes.starts_with(&SIGNATURE) {
        return Ok(bytes);
    }
    let mut at = 0_usize;
    loop {
        let (kind, content, next) = next_box(bytes, at)?;
        match &kind {
            b"jp2c" => return bytes.get(content..).ok_or(Error::Truncated),
            b"jp2h" => check_header(bytes.get(..next).unwrap_or(bytes), content)?,
            _ => {}
        }
        at = next;
    }
}

/// Stored values are indices where there is a palette (I.5.3.4): not what the caller expects.
fn check_header(bytes: &[u8], mut at: usize) -> Result<(), Error> {
    while at < bytes.len() {
        let (kind, _, next) = next_box(bytes, at)?;
        if &kind == b"pclr" {
            return Err(Error::Unsupported("a palette in a JP2 file"));
        }
        at = next;
    }
    Ok(())
}

/// Type, begin of the content and begin of the box after it (I.4).
fn next_box(bytes: &[u8], at: usize) -> Result<([u8; 4], usize, usize), Error> {
    let mut reader = Reader::new(bytes, at, Error::Truncated);
    let short_length = reader.u32()?;
    let kind = reader.u32()?.to_be_bytes();
    let length = match short_length {
        0 => (bytes.len() - at) as u64,
        1 => u64::from(reader.u32()?) << 32 | u64::from(reader.u32()?),
        length => u64::from(length),
    };
    let next = usize::try_from(length)
        .ok()
        .and_then(|length| at.checked_add(length));
    match next {
        Some(next) if next >= reader.at() => Ok((kind, reader.at(), next)),
        _ => Err(Error::Corrupt("a JP2 box of an impossible length")),
    }
}
