//! RLE (PS3.5 Annex G): one segment for each byte of a composite pixel, most significant byte first.

use skiagraph_core::pixel::descriptor::PixelDescriptor;

use super::{
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
    let damaged = |detail: String| DecodeError::corrupt("RLE", detail);
    let offsets = offsets(frame).ok_or_else(|| damaged("no segment table".to_owned()))?;
    let is_packed = descriptor.bits_allocated == 1;
    let word_bytes = usize::from(descriptor.bits_allocated.div_ceil(8));
    let n_samples = usize::from(descriptor.samples_per_pixel);
    let n_segments = n_samples * word_bytes;
    // G.2 makes segments of whole bytes: those of several samples would have to be taken apart bit by bit.
    if is_packed && n_samples > 1 {
        return Err(damaged("samples of one bit in colour".to_owned()));
    }
    if offsets.len() != n_segments {
        return Err(damaged(format!(
            "{} segments instead of {n_segments}",
            offsets.len()
        )));
    }
    let n_pixels = descriptor.n_pixels();
    let segment_bytes = if is_packed {
        n_pixels.div_ceil(8)
    } else {
        n_pixels
    } as usize;
    let mut bytes = vec![0; segment_bytes * n_segments];
    let mut plane = vec![0; segment_bytes];
    let mut extra = 0;
    for (index, &start) in offsets.iter().enumerate() {
        let end = offsets
            .get(index + 1)
            .map_or(frame.len(), |&next| next.min(frame.len()));
        let segment = frame.get(start..end).filter(|_| start >= HEADER_BYTES);
        let segment =
            segment.ok_or_else(|| damaged(format!("segment {index} lies outside the frame")))?;
        // Little-endian words: the first segment of a sample is its last byte.
        let (sample, byte) = (index / word_bytes, index % word_bytes);
        let first = sample * word_bytes + word_bytes - 1 - byte;
        let (written, unread) = expand(segment, &mut plane);
        if written < segment_bytes {
            let expected = segment_bytes as u64;
            return Err(DecodeError::TooShort {
                expected,
                actual: written as u64,
            });
        }
        extra += unread;
        match n_segments {
            1 => bytes.copy_from_slice(&plane),
            2 => scatter::<2>(&plane, &mut bytes, first),
            3 => scatter::<3>(&plane, &mut bytes, first),
            4 => scatter::<4>(&plane, &mut bytes, first),
            6 => scatter::<6>(&plane, &mut bytes, first),
            8 => scatter::<8>(&plane, &mut bytes, first),
            _ => scatter::<12>(&plane, &mut bytes, first),
        }
    }
    let samples = if is_packed {
        native::from_bits(descriptor, &bytes)
    } else {
        native::from_words(descriptor, &bytes)
    };
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

/// Puts a plane into the byte `first` of every composite pixel of `N` bytes.
fn scatter<const N: usize>(plane: &[u8], pixels: &mut [u8], first: usize) {
    for (pixel, &byte) in pixels.as_chunks_mut::<N>().0.iter_mut().zip(plane) {
        pixel[first.min(N - 1)] = byte;
    }
}

/// Most runs are shorter than this: a block of fixed size costs a few instructions, a call per run many.
const BLOCK: usize = 32;

/// Expands a segment (G.3.2); returns how many bytes were written and how many of the segment were left over.
fn expand(segment: &[u8], plane: &mut [u8]) -> (usize, usize) {
    let (mut at, mut written) = (0, 0);
    while written < plane.len() {
        let Some(&control) = segment.get(at) else {
            break;
        };
        at += 1;
        let (source, places) = (&segment[at..], &mut plane[written..]);
        let length = match control {
            128 => continue,
            0..=127 => usize::from(control) + 1,
            129.. => 257 - usize::from(control),
        };
        let kept = length.min(places.len());
        if control < 128 {
            // What is written beyond a run is overwritten by the next.
            match (source.first_chunk::<BLOCK>(), places.first_chunk_mut()) {
                (Some(from), Some(to)) if length <= BLOCK => *to = *from,
                _ => {
                    let kept = kept.min(source.len());
                    places[..kept].copy_from_slice(&source[..kept]);
                }
            }
            written += kept.min(source.len());
            at += length.min(source.len());
        } else {
            let Some(&byte) = source.first() else {
                break;
            };
            match places.first_chunk_mut::<BLOCK>() {
                Some(to) if length <= BLOCK => *to = [byte; BLOCK],
                _ => places[..kept].fill(byte),
            }
            written += kept;
            at += 1;
        }
    }
    (written, segment.len() - at)
}
