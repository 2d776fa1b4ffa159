//! JPEG-LS (ISO/IEC 14495-1): grey and colour, lossless and near-lossless, 2 to 16 bit.
//!
//! [`head`] reads the marker segments, [`preset`] completes the parameters of a scan, [`scan`] decodes its lines with the
//! adaptive model of [`context`] and the codes of [`golomb`], and [`color`] undoes a transform of colours.

mod color;
mod context;
mod golomb;
mod head;
mod preset;
mod scan;
#[cfg(any(test, feature = "seeds"))]
mod test_encoder;
#[cfg(any(test, feature = "seeds"))]
pub(crate) mod test_streams;
#[cfg(test)]
mod tests;

use self::{
    head::{Head, ScanHeader},
    preset::Coding,
    scan::Scan,
};
use crate::{
    Error, Header, Limits, Picture,
    jpeg_stream::{Bits, RST0, Stuffing},
};

/// What a codestream says of itself up to its first scan.
///
/// # Errors
/// [`Error::Truncated`], [`Error::Corrupt`], and [`Error::Unsupported`] for mapping tables, point transforms,
/// subsampled components and heights that follow the scan.
pub fn header(bytes: &[u8]) -> Result<Header, Error> {
    let scan = Head::new(bytes)?.next_scan()?;
    scan.map(|(header, _)| header).ok_or(Error::Truncated)
}

/// Decodes a codestream. Signedness is not in it: samples are as coded, `is_signed` is false.
///
/// # Errors
/// As [`header`], and [`Error::TooLarge`] before anything is allocated. A picture that is not whole is
/// [`Error::Truncated`].
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Picture, Error> {
    let mut head = Head::new(bytes)?;
    let Some((mut header, mut scan)) = head.next_scan()? else {
        return Err(Error::Truncated);
    };
    let n_samples = header.n_samples().filter(|n| *n <= limits.max_samples);
    let n_samples = n_samples
        .and_then(|n| usize::try_from(n).ok())
        .ok_or(Error::TooLarge)?;
    // Each line has a bit at least, except that components coded together share it.
    if bytes.len() as u64 * 8 < header.height.into() {
        return Err(Error::Truncated);
    }
    let mut samples = vec![0_u16; n_samples];
    let mut is_decoded = vec![false; header.components.into()];
    let mut bits = Bits::default();
    loop {
        for &component in &scan.components {
            if std::mem::replace(&mut is_decoded[component], true) {
                return Err(Error::Corrupt("a component coded twice"));
            }
        }
        decode_scan(&mut head, &header, &scan, &mut bits, &mut samples)?;
        match head.next_scan()? {
            Some((next, next_scan))
                if (next.width, next.height) == (header.width, header.height) =>
            {
                header.is_lossy |= next.is_lossy;
                scan = next_scan;
            }
            Some(_) => return Err(Error::Corrupt("sides that change between scans")),
            None => break,
        }
    }
    if is_decoded.contains(&false) {
        return Err(Error::Truncated);
    }
    color::undo(head.transform, header.bits, &mut samples);
    let warnings = if head.is_ended {
        Vec::new()
    } else {
        vec!["the codestream has no end marker"]
    };
    Ok(Picture {
        header,
        samples,
        warnings,
    })
}

/// Decodes the scan whose header has just been read into `samples`, all components interleaved.
fn decode_scan(
    head: &mut Head,
    header: &Header,
    scan_header: &ScanHeader,
    bits: &mut Bits,
    samples: &mut [u16],
) -> Result<(), Error> {
    let coding = Coding::new(head.preset, header.bits, scan_header.near)?;
    let width = header.width as usize;
    let row_samples = width * usize::from(header.components);
    let interval_rows = match head.restart_lines {
        0 => header.height as usize,
        lines => lines as usize,
    };
    let mut scan = Scan::new(coding, width, scan_header.components.len());
    let intervals = samples.chunks_mut(row_samples.saturating_mul(interval_rows));
    let n_intervals = intervals.len();
    for (index, rows) in intervals.enumerate() {
        let n_bytes = bits.fill(head.markers.rest(), Stuffing::Bit);
        head.markers.skip(n_bytes);
        scan.restart();
        for row in rows.chunks_exact_mut(row_samples) {
            scan.row(scan_header.interleave, bits)?;
            scan.store(&scan_header.components, row);
        }
        if index + 1 < n_intervals {
            let marker = head.markers.next_marker().ok_or(Error::Truncated)?;
            if marker != RST0 + (index % 8) as u8 {
                return Err(Error::Corrupt("a restart marker is missing"));
            }
        }
    }
    Ok(())
}
