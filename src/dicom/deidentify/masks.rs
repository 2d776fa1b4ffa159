//! Areas of pictures that are hidden, and pixels written anew without loss.

use serde::{Deserialize, Serialize};
use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor};
use skiagraph_core::pixel::samples::Samples;

use super::file::DeidentifyError;
use crate::pixels::part10::{self, Part10};
use crate::pixels::{Decoded, decode};

/// A rectangle of pixels that is hidden: from column `x` and row `y` on, of one frame or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Area {
    /// Zero-based frame; `None` is every frame of the instance.
    #[serde(default)]
    pub frame: Option<u32>,
    /// First column, from 0.
    pub x: u32,
    /// First row, from 0.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Area {
    fn is_on(&self, frame: u32) -> bool {
        self.frame.is_none_or(|own| own == frame)
    }
}

/// Pixels written anew: native, little-endian, components interleaved.
pub(super) struct Remade {
    pub(super) bytes: Vec<u8>,
    pub(super) photometric: Photometric,
    pub(super) is_lossy: bool,
    /// Bytes that the frames had before.
    pub(super) n_bytes_before: u64,
}

/// One frame decoded, and hidden where it is to be.
pub(super) fn frame(
    part10: &Part10,
    file: &[u8],
    descriptor: &PixelDescriptor,
    index: u32,
    areas: &[Area],
) -> Result<(Decoded, usize), DeidentifyError> {
    let bytes = part10::frame_bytes(part10, file, index)?;
    let mut decoded = decode(descriptor, Some(&part10.transfer_syntax), &bytes)?;
    let own: Vec<Area> = areas
        .iter()
        .filter(|area| area.is_on(index))
        .copied()
        .collect();
    if !own.is_empty() {
        hide(&mut decoded, descriptor, &own);
    }
    Ok((decoded, bytes.len()))
}

/// Decodes and hides every frame.
pub(super) fn remade(
    part10: &Part10,
    file: &[u8],
    descriptor: &PixelDescriptor,
    areas: &[Area],
) -> Result<Remade, DeidentifyError> {
    let is_packed = descriptor.bits_allocated == 1;
    let mut bits = Bits::default();
    let mut all = Remade {
        bytes: Vec::new(),
        photometric: descriptor.photometric,
        is_lossy: false,
        n_bytes_before: 0,
    };
    for index in 0..part10.n_frames {
        let (decoded, n_before) = frame(part10, file, descriptor, index, areas)?;
        all.photometric = decoded.photometric;
        all.is_lossy |= decoded.is_lossy;
        all.n_bytes_before += n_before as u64;
        match &decoded.samples {
            // Frames of one bit a pixel follow each other without a gap (PS3.5 8.1.1).
            Samples::U8(samples) if is_packed => samples.iter().for_each(|&bit| bits.push(bit)),
            samples => all.bytes.extend(samples.to_le_bytes()),
        }
    }
    if is_packed {
        all.bytes = bits.bytes;
    }
    Ok(all)
}

/// Bits one after another, the first in the least significant bit.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    n: usize,
}

impl Bits {
    fn push(&mut self, bit: u8) {
        if self.n.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= (bit & 1) << (self.n % 8);
        }
        self.n += 1;
    }
}

/// Gives the pixels of the areas the background of the picture.
fn hide(decoded: &mut Decoded, descriptor: &PixelDescriptor, areas: &[Area]) {
    let photometric = decoded.photometric;
    macro_rules! each {
        ($($kind:ident),*) => {
            match &mut decoded.samples {
                $(Samples::$kind(samples) => {
                    let fill = background(samples, descriptor, photometric);
                    paint(samples, descriptor, areas, &fill);
                })*
                // Floats: as far as they are dark.
                Samples::F32(samples) => {
                    let low = samples.iter().copied().filter(|v| v.is_finite()).fold(f32::MAX, f32::min);
                    paint(samples, descriptor, areas, &[low]);
                }
                Samples::F64(samples) => {
                    let low = samples.iter().copied().filter(|v| v.is_finite()).fold(f64::MAX, f64::min);
                    paint(samples, descriptor, areas, &[low]);
                }
            }
        };
    }
    each!(U8, I8, U16, I16, U32, I32);
}

/// Black as this frame has it: 0; the smallest value where there are negative ones, so that the range stays the picture's
/// own; the largest where 0 is white; no chrominance in the middle of its range.
fn background<T>(samples: &[T], descriptor: &PixelDescriptor, photometric: Photometric) -> Vec<T>
where
    T: Copy + Ord + Default + TryFrom<u32>,
{
    let zero = T::default();
    let black = match photometric {
        Photometric::Monochrome1 => samples.iter().max(),
        _ if descriptor.is_signed => samples.iter().min(),
        _ => None,
    };
    let black = black.copied().unwrap_or(zero);
    if descriptor.samples_per_pixel == 1 {
        return vec![black];
    }
    let middle = 1_u32 << (descriptor.bits_stored.clamp(1, 31) - 1);
    let chroma = if photometric == Photometric::Rgb {
        zero
    } else {
        T::try_from(middle).unwrap_or(zero)
    };
    vec![zero, chroma, chroma]
}

fn paint<T: Copy>(samples: &mut [T], descriptor: &PixelDescriptor, areas: &[Area], fill: &[T]) {
    let width = descriptor.columns as usize;
    let per_pixel = usize::from(descriptor.samples_per_pixel);
    for area in areas {
        let columns = area.x.min(descriptor.columns) as usize
            ..area.x.saturating_add(area.width).min(descriptor.columns) as usize;
        let rows =
            area.y.min(descriptor.rows)..area.y.saturating_add(area.height).min(descriptor.rows);
        for row in rows {
            let start = (row as usize * width + columns.start) * per_pixel;
            let end = (row as usize * width + columns.end) * per_pixel;
            for pixel in samples
                .get_mut(start..end)
                .unwrap_or_default()
                .chunks_mut(per_pixel)
            {
                for (sample, &value) in pixel.iter_mut().zip(fill.iter().cycle()) {
                    *sample = value;
                }
            }
        }
    }
}
