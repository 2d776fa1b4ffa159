//! What the tests of the two JPEG decoders share: a picture of known samples, streams as text, damaged streams.

use crate::{Error, Limits, Picture};

pub(crate) const LIMITS: Limits = Limits {
    max_samples: 1 << 16,
};

/// A ramp with noise, single bright pixels and flat stripes, components interleaved. Streams in the tests that other
/// encoders made are of these samples.
pub(crate) fn picture((width, height, n_components): (usize, usize, usize), bits: u8) -> Vec<u16> {
    let top = 1_u64 << bits;
    let sample = |x: u64, y: u64, c: u64| {
        let hash = (x * 7919 + y * 104_729 + c * 1_299_709) * 2_654_435_761;
        let noise = (hash & 0xFFFF_FFFF) >> 29;
        let value = match (x, y % 4) {
            (5, 2) => top - 1,
            _ if x % 12 > 8 => top / 3 + c,
            _ => (x * 5 + y * 3 + c * 11) * top / 256 + noise,
        };
        (value % top) as u16
    };
    let mut samples = Vec::new();
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        samples.extend((0..n_components).map(|c| sample(x as u64, y as u64, c as u64)));
    }
    samples
}

/// The bytes of hexadecimal text.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// Decodes thousands of damaged copies: each must return, with all samples or with an error.
pub(crate) fn survive(streams: &[Vec<u8>], decode: fn(&[u8], &Limits) -> Result<Picture, Error>) {
    let n_rounds = if cfg!(debug_assertions) {
        3_000
    } else {
        30_000
    };
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let (mut n_pictures, mut n_errors) = (0, 0);
    for round in 0..n_rounds {
        let mut bytes = streams[round % streams.len()].clone();
        for _ in 0..=random(4) {
            let at = random(bytes.len());
            match random(6) {
                0 => bytes[at] = 0xFF,
                1 => bytes[at] ^= 1 << random(8),
                2 => bytes[at] = random(256) as u8,
                // Damage in the head reaches more of the decoder.
                3 => {
                    let at = at % 64.min(bytes.len());
                    bytes[at] = random(256) as u8;
                }
                4 => bytes.insert(at, random(256) as u8),
                _ if bytes.len() > 1 => drop(bytes.drain(at..bytes.len().min(at + 1 + random(3)))),
                _ => {}
            }
            if bytes.is_empty() {
                bytes.push(0);
            }
        }
        if random(8) == 0 {
            bytes.truncate(random(bytes.len()));
        }
        match decode(&bytes, &LIMITS) {
            Ok(picture) => {
                assert_eq!(
                    Some(picture.samples.len() as u64),
                    picture.header.n_samples()
                );
                n_pictures += 1;
            }
            Err(_) => n_errors += 1,
        }
    }
    assert!(
        n_pictures > 0 && n_errors > n_pictures / 10,
        "{n_pictures} {n_errors}"
    );
}

/// No beginning of a stream but the whole, or the whole without its end marker, gives a picture.
pub(crate) fn refuse_every_beginning(
    stream: &[u8],
    decode: fn(&[u8], &Limits) -> Result<Picture, Error>,
) {
    for n in 0..stream.len() - 2 {
        assert!(
            decode(&stream[..n], &LIMITS).is_err(),
            "{n} of {} bytes",
            stream.len()
        );
    }
    let whole = decode(stream, &LIMITS).unwrap();
    let unended = decode(&stream[..stream.len() - 2], &LIMITS).unwrap();
    assert_eq!((whole.warnings.len(), unended.warnings.len()), (0, 1));
    assert_eq!(whole.samples, unended.samples);
}
