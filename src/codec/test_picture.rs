//! What the tests of the two JPEG decoders share: a picture of known samples, streams as text, streams cut short.

#[cfg(test)]
use crate::{Error, Limits, Picture};

#[cfg(test)]
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

/// No beginning of a stream but the whole, or the whole without its end marker, gives a picture.
#[cfg(test)]
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
