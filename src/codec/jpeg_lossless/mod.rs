//! Lossless JPEG (ISO/IEC 10918-1 Annex H, process 14): Huffman coded, predictors 1 to 7, 2 to 16 bit.
//!
//! [`head`] reads the marker segments, [`huffman`] the differences, [`predict`] makes samples of them.

mod head;
mod huffman;
mod predict;
#[cfg(any(test, feature = "seeds"))]
pub(crate) mod test_encoder;
#[cfg(test)]
mod tests;

use self::{
    head::{Head, ScanHeader},
    huffman::Table,
    predict::Place,
};
use crate::{
    Error, Header, Limits, Picture,
    jpeg_stream::{Bits, RST0, Stuffing},
};

/// What a codestream says of itself up to its first scan.
///
/// # Errors
/// [`Error::Truncated`], [`Error::Corrupt`], and [`Error::Unsupported`] for arithmetic coding, hierarchies and subsampled
/// components.
pub fn header(bytes: &[u8]) -> Result<Header, Error> {
    let scan = Head::new(bytes)?.next_scan()?;
    scan.map(|(header, _)| header).ok_or(Error::Truncated)
}

/// Decodes a codestream. Signedness is not in it: samples are as coded, `is_signed` is false.
///
/// # Errors
/// As [`header`], [`Error::Unsupported`] for restart intervals that end within a row, and [`Error::TooLarge`] before
/// anything is allocated. A picture that is not whole is [`Error::Truncated`].
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Picture, Error> {
    let mut head = Head::new(bytes)?;
    let Some((mut header, mut scan)) = head.next_scan()? else {
        return Err(Error::Truncated);
    };
    let n_samples = header
        .n_samples()
        .filter(|n| *n <= limits.max_samples)
        .ok_or(Error::TooLarge)?;
    // The shortest code has one bit.
    if n_samples > bytes.len() as u64 * 8 {
        return Err(Error::Truncated);
    }
    let n_samples = usize::try_from(n_samples).map_err(|_| Error::TooLarge)?;
    let mut samples = vec![0_u16; n_samples];
    let mut is_decoded = vec![false; header.components.into()];
    let mut bits = Bits::default();
    loop {
        for &(component, _) in &scan.components {
            if std::mem::replace(&mut is_decoded[component], true) {
                return Err(Error::Corrupt("a component coded twice"));
            }
        }
        decode_scan(&mut head, &header, &scan, &mut bits, &mut samples)?;
        let Some((next, next_scan)) = head.next_scan()? else {
            break;
        };
        header.is_lossy |= next.is_lossy;
        scan = next_scan;
    }
    if is_decoded.contains(&false) {
        return Err(Error::Truncated);
    }
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
    scan: &ScanHeader,
    bits: &mut Bits,
    samples: &mut [u16],
) -> Result<(), Error> {
    let tables = scan_tables(head, scan)?;
    let (width, height) = (header.width as usize, header.height as usize);
    let stride = usize::from(header.components);
    let n_coded = scan.components.len();
    // H.1.1: an interval is a number of whole rows.
    let interval_rows = match usize::from(head.restart_interval) {
        0 => height,
        interval if interval % width == 0 => interval / width,
        _ => {
            return Err(Error::Unsupported(
                "lossless JPEG that restarts within a row",
            ));
        }
    };
    let initial = 1_u16 << (header.bits - scan.point_transform - 1);
    let mut differences = vec![0_u16; width * n_coded];
    let n_intervals = height.div_ceil(interval_rows);
    let intervals = samples.chunks_mut((width * stride).saturating_mul(interval_rows));
    for (index, rows) in intervals.enumerate() {
        let n_bytes = bits.fill(head.markers.rest(), Stuffing::Byte);
        head.markers.skip(n_bytes);
        let mut at = 0;
        let mut above: &[u16] = &[];
        for row in rows.chunks_exact_mut(width * stride) {
            read(&tables, &bits.words, &mut at, &mut differences)?;
            if at > bits.len {
                return Err(Error::Truncated);
            }
            for (coded, &(component, _)) in scan.components.iter().enumerate() {
                let place = Place {
                    first: component,
                    stride,
                };
                let differences = differences.iter().skip(coded).step_by(n_coded).copied();
                if above.is_empty() {
                    predict::first_line(differences, initial, row, place);
                } else {
                    predict::line(scan.predictor, differences, above, row, place);
                }
            }
            above = row;
        }
        if index + 1 < n_intervals {
            let marker = head.markers.next_marker().ok_or(Error::Truncated)?;
            if marker != RST0 + (index % 8) as u8 {
                return Err(Error::Corrupt("a restart marker is missing"));
            }
        }
    }
    if scan.point_transform > 0 {
        for &(component, _) in &scan.components {
            let samples = samples.iter_mut().skip(component).step_by(stride);
            samples.for_each(|sample| *sample <<= scan.point_transform);
        }
    }
    Ok(())
}

/// The table of each component, or one for all that share it.
fn scan_tables(head: &Head, scan: &ScanHeader) -> Result<Vec<Table>, Error> {
    let (_, first) = scan.components[0];
    let is_shared = scan.components.iter().all(|(_, table)| *table == first);
    let n = if is_shared { 1 } else { scan.components.len() };
    let specs = scan.components[..n].iter().map(|(_, table)| {
        let spec = head.tables.get(*table).and_then(|table| table.as_ref());
        spec.ok_or(Error::Corrupt("a scan without its Huffman table"))
    });
    specs.map(|spec| Table::new(spec?)).collect()
}

/// Reads the differences of a row, components taking turns.
fn read(
    tables: &[Table],
    words: &[u64],
    at: &mut u64,
    differences: &mut [u16],
) -> Result<(), Error> {
    let (table, mut position) = (&tables[0], *at);
    if tables.len() > 1 {
        for (difference, table) in differences.iter_mut().zip(tables.iter().cycle()) {
            let next = Bits::peek(words, position).ok_or(Error::Truncated)?;
            let entry = table.entry(next)?;
            *difference = entry.difference(next);
            position += u64::from(entry.n_bits());
        }
        *at = position;
        return Ok(());
    }
    for four in differences.chunks_mut(4) {
        let mut next = Bits::peek(words, position).ok_or(Error::Truncated)?;
        let mut n_bits = 0;
        for difference in four {
            // A code with its difference has at most 16 + 15 bits.
            if n_bits > 32 {
                position += n_bits;
                n_bits = 0;
                next = Bits::peek(words, position).ok_or(Error::Truncated)?;
            }
            let entry = table.entry(next)?;
            *difference = entry.difference(next);
            next <<= entry.n_bits();
            n_bits += u64::from(entry.n_bits());
        }
        position += n_bits;
    }
    *at = position;
    Ok(())
}
