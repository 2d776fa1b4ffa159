//! Frames as they are stored: slices of native pixel data and joined fragments of encapsulated ones (PS3.5 section 8.2, A.4; PS3.18 section 10.4). Nothing is decoded.

use crate::accept::media_type;
use crate::http::{Payload, Refusal};
use crate::index::{Instance, Ranges};
use crate::layout::{Pixels, read_fragments};

/// Tag and length of an item, which stand before a fragment's value.
const ITEM_HEAD_BYTES: u64 = 8;

/// Number of frames that an instance claims, at least one.
pub(crate) fn count(instance: &Instance) -> u64 {
    instance.number("00280008").unwrap_or(1).max(1)
}

fn pixels(instance: &Instance) -> Result<&Pixels, Refusal> {
    let none = || Refusal::new(404, "the instance has no pixel data");
    instance.layout.pixels.as_ref().ok_or_else(none)
}

/// Whether the pixel data is in fragments.
pub(crate) fn is_encapsulated(instance: &Instance) -> bool {
    let pixels = instance.layout.pixels.as_ref();
    pixels.is_some_and(|pixels| pixels.native_length.is_none())
}

/// One frame, counted from 1; `swap` turns big endian into little endian.
///
/// # Errors
/// 404 where there is no such frame, 406 where a frame of single bits begins or ends inside a byte.
pub(crate) fn frame(instance: &Instance, number: u64, swap: bool) -> Result<Payload, Refusal> {
    let pixels = pixels(instance)?;
    let frames = count(instance);
    if number == 0 || number > frames {
        return Err(Refusal::new(
            404,
            format!("there is no frame {number} of {frames}"),
        ));
    }
    let Some(length) = pixels.native_length else {
        return fragments(instance, pixels, number);
    };
    let (offset, size) = native_range(instance, pixels, number - 1, length)?;
    // A file that ends early still gives the bytes it has.
    let size = size.min(length.saturating_sub(offset));
    if size == 0 {
        return Err(Refusal::new(404, "the pixel data ends before this frame"));
    }
    native(instance, pixels, offset, size, swap)
}

/// The whole value of native pixel data.
pub(crate) fn whole(instance: &Instance, swap: bool) -> Result<Payload, Refusal> {
    let pixels = pixels(instance)?;
    let length = pixels.native_length.unwrap_or(0);
    native(instance, pixels, 0, length, swap)
}

/// Offset in the value and size of a frame (PS3.5 8.1.1: frames follow each other without padding).
fn native_range(
    instance: &Instance,
    pixels: &Pixels,
    at: u64,
    length: u64,
) -> Result<(u64, u64), Refusal> {
    let number = |key: &str, default: u64| instance.number(key).unwrap_or(default);
    let bits = match pixels.tag {
        0x7FE0_0008 => 32,
        0x7FE0_0009 => 64,
        _ => number("00280100", 8),
    };
    // C.7.6.3.1.2: YBR_FULL_422 stores two samples a pixel.
    let subsampled = instance
        .text("00280004")
        .is_some_and(|text| text.ends_with("_422"));
    let samples = if subsampled { 2 } else { number("00280002", 1) };
    let factors = [number("00280010", 0), number("00280011", 0), samples, bits];
    let frame_bits = factors
        .iter()
        .try_fold(1_u64, |product, factor| product.checked_mul(*factor));
    let too_large = || Refusal::new(404, "the frame is larger than any file");
    let frame_bits = frame_bits.ok_or_else(too_large)?;
    if count(instance) == 1 {
        return Ok((0, frame_bits.div_ceil(8).min(length)));
    }
    if !frame_bits.is_multiple_of(8) {
        return Err(Refusal::new(
            406,
            "frames of single bits that share bytes are served as bulk data only",
        ));
    }
    let size = frame_bits / 8;
    Ok((at.checked_mul(size).ok_or_else(too_large)?, size))
}

/// Bytes that swap together: PS3.5 section 7.3 for the words of OW, of which pixels of 8 bits or less share one.
fn word_bytes(instance: &Instance, pixels: &Pixels) -> u64 {
    match (&pixels.vr, instance.number("00280100").unwrap_or(8)) {
        (b"OF", _) => 4,
        (b"OD", _) => 8,
        (b"OB", 0..=8) => 1,
        (_, 0..=16) => 2,
        (_, bits) => bits / 8,
    }
}

fn native(
    instance: &Instance,
    pixels: &Pixels,
    offset: u64,
    size: u64,
    swap: bool,
) -> Result<Payload, Refusal> {
    let start = pixels.offset + offset;
    if instance.coding.big_endian && swap {
        let word = word_bytes(instance, pixels);
        let before = offset % word;
        let length = (before + size).next_multiple_of(word);
        let mut bytes = instance.read(start - before, length)?;
        bytes
            .chunks_exact_mut(word as usize)
            .for_each(<[u8]>::reverse);
        bytes.drain(..before.min(bytes.len() as u64) as usize);
        bytes.truncate(size as usize);
        return Ok(Payload::bytes(bytes));
    }
    if instance.deflated {
        return Ok(Payload::bytes(instance.read(start, size)?));
    }
    Ok(Payload::File {
        path: instance.path.clone(),
        ranges: vec![(start, size)],
    })
}

fn fragments(instance: &Instance, pixels: &Pixels, number: u64) -> Result<Payload, Refusal> {
    let find = || frame_ranges(instance, pixels).map_err(|refusal| refusal.details);
    let frames = instance.frame_ranges.get_or_init(find);
    let frames = frames
        .as_ref()
        .map_err(|details| Refusal::new(500, details.clone()))?;
    let ranges = usize::try_from(number - 1)
        .ok()
        .and_then(|at| frames.get(at));
    let ranges =
        ranges.ok_or_else(|| Refusal::new(404, "the pixel data ends before this frame"))?;
    Ok(Payload::File {
        path: instance.path.clone(),
        ranges: ranges.clone(),
    })
}

/// Which fragments make up which frame: by a table, one each, or by the start of a codestream.
fn frame_ranges(instance: &Instance, pixels: &Pixels) -> Result<Vec<Ranges>, Refusal> {
    let end = instance.file_length;
    let items = read_fragments(&mut instance.open()?, pixels.offset, end)?;
    let Some((table, fragments)) = items.split_first() else {
        return Err(Refusal::new(500, "the pixel data has no items"));
    };
    let frames = count(instance);
    // A video is one stream over all its frames (PS3.5 8.2.5), handed out as the first.
    let is_video = media_type(&instance.transfer_syntax).starts_with("video/");
    if frames == 1 || is_video {
        return Ok(vec![fragments.to_vec()]);
    }
    // Tables count from the first byte after the item of the Basic Offset Table (A.4), to the tag of an item.
    let origin = table.0 + table.1;
    if pixels.extended.len() as u64 == frames {
        let range = |(offset, length): &(u64, u64)| {
            let start = origin
                .saturating_add(*offset)
                .saturating_add(ITEM_HEAD_BYTES)
                .min(end);
            vec![(start, (*length).min(end - start))]
        };
        return Ok(pixels.extended.iter().map(range).collect());
    }
    if table.1 >= 4 * frames {
        let offsets = instance.read(table.0, table.1)?;
        let words = offsets
            .chunks_exact(4)
            .filter_map(|word| word.try_into().ok());
        let starts: Vec<u64> = words
            .map(|word| origin + u64::from(u32::from_le_bytes(word)))
            .collect();
        return Ok(group(fragments, |at, (start, _)| {
            at == 0 || starts.contains(&start)
        }));
    }
    if fragments.len() as u64 <= frames {
        return Ok(fragments.iter().map(|fragment| vec![*fragment]).collect());
    }
    let mut begins = Vec::new();
    for (start, length) in fragments {
        begins.push(is_codestream_start(
            &instance.read(*start, (*length).min(12))?,
        ));
    }
    let grouped = group(fragments, |at, _| at == 0 || begins.get(at) == Some(&true));
    if grouped.len() as u64 == frames {
        return Ok(grouped);
    }
    Err(Refusal::new(
        500,
        "nothing tells which fragments make up a frame",
    ))
}

/// Puts fragments together, a new frame wherever `begins` says so.
fn group(fragments: &[(u64, u64)], begins: impl Fn(usize, (u64, u64)) -> bool) -> Vec<Ranges> {
    let mut frames: Vec<Ranges> = Vec::new();
    for (at, fragment) in fragments.iter().enumerate() {
        if begins(at, (fragment.0 - ITEM_HEAD_BYTES, fragment.1)) {
            frames.push(Vec::new());
        }
        if let Some(frame) = frames.last_mut() {
            frame.push(*fragment);
        }
    }
    frames
}

/// First bytes of JPEG and JPEG-LS, JPEG 2000, JP2 boxes and JPEG XL.
fn is_codestream_start(bytes: &[u8]) -> bool {
    let starts: [&[u8]; 5] = [
        b"\xFF\xD8\xFF",
        b"\xFF\x4F\xFF\x51",
        b"\0\0\0\x0CjP  \r\n",
        b"\xFF\x0A",
        b"\0\0\0\x0CJXL ",
    ];
    starts.iter().any(|start| bytes.starts_with(start))
}
