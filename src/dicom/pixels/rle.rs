//! RLE (PS3.5 Annex G): one segment for each byte of a composite pixel, most significant byte first.

use skiagraph_core::pixel::{descriptor::PixelDescriptor, samples::Samples};

use super::{
    byte_planes,
    codec::{DecodeError, DecodeWarning, Plain},
    native,
};

/// Bytes of the header: the count and fifteen offsets (G.5).
const HEADER_BYTES: usize = 64;
const MAX_SEGMENTS: usize = 15;

/// Whether the bytes begin with an RLE header (G.5): a count up to 15, the first offset right behind the header,
/// offsets that rise and stay inside, unused ones zero.
pub(super) fn has_header(frame: &[u8]) -> bool {
    offsets(frame).is_some_and(|offsets| {
        let all = header_words(frame).skip(1 + offsets.len());
        offsets.first() == Some(&HEADER_BYTES)
            && offsets.is_sorted_by(|a, b| a < b)
            && offsets.iter().all(|&offset| offset < frame.len())
            && all
                .take(MAX_SEGMENTS - offsets.len())
                .all(|unused| unused == 0)
    })
}

fn header_words(frame: &[u8]) -> impl Iterator<Item = u32> {
    let header = frame.get(..HEADER_BYTES).unwrap_or_default();
    header
        .as_chunks::<4>()
        .0
        .iter()
        .map(|&word| u32::from_le_bytes(word))
}

/// The offsets in use; `None` where the header is cut or counts more than 15.
fn offsets(frame: &[u8]) -> Option<Vec<usize>> {
    let mut words = header_words(frame);
    let n = words.next()? as usize;
    (1..=MAX_SEGMENTS)
        .contains(&n)
        .then(|| words.take(n).map(|offset| offset as usize).collect())
}

/// Decodes an RLE frame.
///
/// # Errors
/// [`DecodeError::Corrupt`] where the header or the number of segments is wrong, [`DecodeError::TooShort`] where a
/// segment ends before its last pixel.
pub(super) fn decode(descriptor: &PixelDescriptor, frame: &[u8]) -> Result<Plain, DecodeError> {
    let is_packed = descriptor.bits_allocated == 1;
    let mut segments = segments(descriptor, frame)?;
    let n_segments = segments.len();
    let n_pixels = descriptor.n_pixels() as usize;
    let n_bytes = if is_packed {
        n_pixels.div_ceil(8)
    } else {
        n_pixels
    };
    let samples = if let ([_, _], 16) = (&segments[..], descriptor.bits_allocated) {
        words(descriptor, &mut segments, n_bytes)?
    } else {
        let bytes = interleaved(descriptor, &mut segments, n_bytes)?;
        if is_packed {
            native::from_bits(descriptor, &bytes)
        } else {
            native::from_words(descriptor, bytes.into())
        }
    };
    let extra: usize = segments.iter().map(|segment| segment.rest.len()).sum();
    // Each segment may be padded by one byte (G.3.1).
    let is_extra = extra > n_segments;
    let warnings = is_extra.then_some(DecodeWarning::ExtraBytes { n: extra as u64 });
    Ok(Plain {
        samples,
        photometric: native::full_rate(descriptor.photometric),
        is_lossy: false,
        warnings: warnings.into_iter().collect(),
    })
}

/// The segments of a frame, as many as its pixels have bytes (G.2).
fn segments<'a>(
    descriptor: &PixelDescriptor,
    frame: &'a [u8],
) -> Result<Vec<Segment<'a>>, DecodeError> {
    let damaged = |detail: String| DecodeError::corrupt("RLE", detail);
    let offsets = offsets(frame).ok_or_else(|| damaged("no segment table".to_owned()))?;
    let n_samples = usize::from(descriptor.samples_per_pixel);
    // G.2 makes segments of whole bytes: those of several samples would have to be taken apart bit by bit.
    if descriptor.bits_allocated == 1 && n_samples > 1 {
        return Err(damaged("samples of one bit in colour".to_owned()));
    }
    let n_segments = n_samples * word_bytes(descriptor);
    if offsets.len() != n_segments {
        return Err(damaged(format!(
            "{} segments instead of {n_segments}",
            offsets.len()
        )));
    }
    let segment = |(index, &start): (usize, &usize)| {
        let end = offsets.get(index + 1).copied().unwrap_or(frame.len());
        let bytes = frame.get(start..end.min(frame.len()));
        let bytes = bytes.filter(|_| start >= HEADER_BYTES);
        bytes
            .map(Segment::new)
            .ok_or_else(|| damaged(format!("segment {index} lies outside the frame")))
    };
    offsets.iter().enumerate().map(segment).collect()
}

fn word_bytes(descriptor: &PixelDescriptor) -> usize {
    descriptor.bits_allocated.div_ceil(8).into()
}

/// Samples of 16 bits, put together from high and low bytes and cut out in one go.
fn words(
    descriptor: &PixelDescriptor,
    segments: &mut [Segment<'_>],
    n_bytes: usize,
) -> Result<Samples, DecodeError> {
    let mut words = Vec::with_capacity(n_bytes);
    let mut strip = [0; STRIP];
    each_strip(segments, n_bytes, &mut |planes, n| {
        let [high, low] = planes else { return };
        let [high, low] = [high, low].map(|plane| &plane.strip[..STRIP]);
        byte_planes::join(descriptor, high, low, &mut strip);
        words.extend_from_slice(&strip[..n]);
    })?;
    Ok(if descriptor.is_signed {
        Samples::I16(words.into_iter().map(|word| word as i16).collect())
    } else {
        Samples::U16(words)
    })
}

/// The planes as little-endian words, pixel after pixel.
fn interleaved(
    descriptor: &PixelDescriptor,
    segments: &mut [Segment<'_>],
    n_bytes: usize,
) -> Result<Vec<u8>, DecodeError> {
    let (n_planes, word_bytes) = (segments.len(), word_bytes(descriptor));
    let mut bytes = Vec::with_capacity(n_bytes * n_planes);
    each_strip(segments, n_bytes, &mut |planes, n| {
        if let [plane] = planes {
            return bytes.extend_from_slice(&plane.strip[..n]);
        }
        let start = bytes.len();
        bytes.resize(start + n * n_planes, 0);
        for (index, plane) in planes.iter().enumerate() {
            // The first segment of a sample is its most significant byte: the last one of its word.
            let (sample, byte) = (index / word_bytes, index % word_bytes);
            let first = sample * word_bytes + word_bytes - 1 - byte;
            let (plane, places) = (&plane.strip[..n], &mut bytes[start..]);
            match n_planes {
                3 => scatter::<3>(plane, places, first),
                4 => scatter::<4>(plane, places, first),
                6 => scatter::<6>(plane, places, first),
                8 => scatter::<8>(plane, places, first),
                _ => scatter::<12>(plane, places, first),
            }
        }
    })?;
    Ok(bytes)
}

/// Puts a plane into the byte `first` of every composite pixel of `N` bytes.
fn scatter<const N: usize>(plane: &[u8], pixels: &mut [u8], first: usize) {
    for (pixel, &byte) in pixels.as_chunks_mut::<N>().0.iter_mut().zip(plane) {
        pixel[first.min(N - 1)] = byte;
    }
}

/// Bytes of each plane that are put together at once: few enough for the nearest cache.
const STRIP: usize = 4096;
/// Bytes of the longest run (G.3.2).
const LONGEST: usize = 128;
/// Most runs are not longer than this: a block of fixed size costs a few instructions, a call per run many.
const BLOCK: usize = 32;

/// Expands all segments side by side to `n_bytes` each; `join` is told how many bytes of their strips are the next ones.
fn each_strip(
    segments: &mut [Segment<'_>],
    n_bytes: usize,
    join: &mut dyn FnMut(&[Segment<'_>], usize),
) -> Result<(), DecodeError> {
    for done in (0..n_bytes).step_by(STRIP) {
        let n = STRIP.min(n_bytes - done);
        for segment in &mut *segments {
            segment.fill(n);
            if segment.n_filled < n {
                return Err(DecodeError::TooShort {
                    expected: n_bytes as u64,
                    actual: (done + segment.n_filled) as u64,
                });
            }
        }
        join(segments, n);
        for segment in &mut *segments {
            segment.strip.copy_within(n..segment.n_filled, 0);
            segment.n_filled -= n;
        }
    }
    Ok(())
}

/// A segment on the way to its plane of bytes.
struct Segment<'a> {
    /// What has not been read.
    rest: &'a [u8],
    /// A strip of the plane, and room for the run that goes beyond it.
    strip: Box<[u8; STRIP + LONGEST]>,
    n_filled: usize,
}

impl<'a> Segment<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            strip: Box::new([0; STRIP + LONGEST]),
            n_filled: 0,
        }
    }

    /// Expands runs (G.3.2) until `wanted` bytes of the strip are there, or the segment ends.
    fn fill(&mut self, wanted: usize) {
        let (mut rest, mut at) = (self.rest, self.n_filled);
        while at < wanted {
            let Some((&control, source)) = rest.split_first() else {
                break;
            };
            // What is written beyond a run is overwritten by the next.
            let Some(places) = self.strip[at..].first_chunk_mut::<LONGEST>() else {
                break;
            };
            rest = match control {
                0..=127 => {
                    let length = usize::from(control) + 1;
                    match source.first_chunk::<LONGEST>() {
                        Some(from) if length <= BLOCK => {
                            places[..BLOCK].copy_from_slice(&from[..BLOCK]);
                        }
                        Some(from) => *places = *from,
                        None => {
                            let n = length.min(source.len());
                            places[..n].copy_from_slice(&source[..n]);
                        }
                    }
                    let n = length.min(source.len());
                    at += n;
                    &source[n..]
                }
                128 => source,
                129.. => {
                    let Some((&byte, source)) = source.split_first() else {
                        rest = source;
                        break;
                    };
                    let length = 257 - usize::from(control);
                    if length <= BLOCK {
                        places[..BLOCK].fill(byte);
                    } else {
                        places.fill(byte);
                    }
                    at += length;
                    source
                }
            };
        }
        (self.rest, self.n_filled) = (rest, at);
    }
}
