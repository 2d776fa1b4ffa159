//! The RLE Lossless encoder (PS3.5 annex G): one segment for each byte plane, the most significant first.

/// Encodes one grey frame of 16-bit samples.
pub(crate) fn encode(samples: &[u16], columns: usize) -> Vec<u8> {
    let planes = [8, 0].map(|shift| {
        let mut segment = Vec::with_capacity(samples.len());
        for row in samples.chunks(columns.max(1)) {
            let bytes: Vec<u8> = row.iter().map(|v| (v >> shift) as u8).collect();
            pack(&bytes, &mut segment);
        }
        if segment.len() % 2 == 1 {
            segment.push(0);
        }
        segment
    });
    let mut header = [0_u32; 16];
    header[0] = planes.len() as u32;
    header[1] = 64;
    header[2] = 64 + planes[0].len() as u32;
    let mut frame: Vec<u8> = header.iter().flat_map(|word| word.to_le_bytes()).collect();
    for plane in planes {
        frame.extend(plane);
    }
    frame
}

/// Packs one row: a run is worth it from three equal bytes on; rows are packed apart (G.3.1).
fn pack(row: &[u8], into: &mut Vec<u8>) {
    let mut literal = 0;
    let mut at = 0;
    while at < row.len() {
        let run = row[at..]
            .iter()
            .take(128)
            .take_while(|&&b| b == row[at])
            .count();
        if run < 3 {
            at += run;
            continue;
        }
        copy(&row[literal..at], into);
        into.push((257 - run) as u8);
        into.push(row[at]);
        at += run;
        literal = at;
    }
    copy(&row[literal..], into);
}

fn copy(bytes: &[u8], into: &mut Vec<u8>) {
    for chunk in bytes.chunks(128) {
        into.push((chunk.len() - 1) as u8);
        into.extend_from_slice(chunk);
    }
}

#[cfg(test)]
mod tests {
    use super::encode;

    /// The decoder of PS3.5 G.3.2, written from its text.
    fn unpacked(segment: &[u8], count: usize) -> Vec<u8> {
        let (mut out, mut at) = (Vec::new(), 0);
        while out.len() < count {
            let n = segment[at] as i8;
            if n >= 0 {
                let length = usize::from(n as u8) + 1;
                out.extend_from_slice(&segment[at + 1..at + 1 + length]);
                at += length + 1;
            } else if n != -128 {
                out.extend(std::iter::repeat_n(
                    segment[at + 1],
                    (1 - isize::from(n)) as usize,
                ));
                at += 2;
            } else {
                at += 1;
            }
        }
        out
    }

    #[test]
    fn runs_and_literals_come_back() {
        let mut samples: Vec<u16> = (0..300).map(|k| (k * 37 % 4096) as u16).collect();
        samples.extend(vec![7; 300]);
        let frame = encode(&samples, 300);
        let offset = |k: usize| {
            u32::from_le_bytes([
                frame[4 * k],
                frame[4 * k + 1],
                frame[4 * k + 2],
                frame[4 * k + 3],
            ]) as usize
        };
        assert_eq!(offset(0), 2);
        let high = unpacked(&frame[offset(1)..], 600);
        let low = unpacked(&frame[offset(2)..], 600);
        let back: Vec<u16> = high
            .iter()
            .zip(&low)
            .map(|(h, l)| u16::from(*h) << 8 | u16::from(*l))
            .collect();
        assert_eq!(back, samples);
    }
}
