//! OverlayPlane: graphics of one bit a pixel that belong over a picture, repeating groups 60xx (PS3.3 C.9.2).

use super::display_table::Rgba;
use super::raster::{Raster, RasterKind};
use super::samples::Samples;
use crate::uid::FrameIndex;
use std::sync::Arc;

/// Most pixels of one plane that are drawn; a plane is as large as its picture, not larger than a film.
const MAX_PLANE_PIXELS: u64 = 1 << 27;
/// Pixels around a plane for the outline of what touches its rim.
pub const RIM_PX: i32 = 1;
/// What the values of [`OverlayPlane::outlined`] look like: nothing, ink, and a dark outline that keeps the ink legible on
/// any grey. The standard leaves colour and intensity open (C.9.2.1.2); ink wins over outline where both fall together.
pub const INK: [Rgba; 3] = [[0; 4], [120, 240, 255, 255], [0, 0, 0, 254]];

/// Where the bits of a plane are.
#[derive(Clone, Debug, PartialEq)]
pub enum OverlayBits {
    /// Overlay Data (60xx,3000): row after row, the first pixel in the least significant bit (PS3.5 8.1.2), frames without
    /// padding between them.
    Packed(Arc<[u8]>),
    /// Overlay Data that the archive keeps apart, by its BulkDataURI.
    Elsewhere(String),
    /// A bit of every pixel cell of the image, counted from 0 (retired; PS3.3-2004 C.9.2.1.1). The decoder hands it over
    /// with the frame.
    Embedded(u16),
    /// The header promises a plane, and nothing that can be used is there.
    Absent,
}

/// One overlay group.
#[derive(Clone, Debug, PartialEq)]
pub struct OverlayPlane {
    /// The group, 0x6000 to 0x601E.
    pub group: u16,
    /// Overlay Rows (60xx,0010).
    pub rows: u32,
    /// Overlay Columns (60xx,0011).
    pub columns: u32,
    /// Overlay Origin (60xx,0050): image row and column of the first pixel, counted from 1; 0 or below lies outside.
    pub origin: [i32; 2],
    /// Image frame of the first overlay frame (60xx,0051), from 1, and number of frames (60xx,0015); `None` where neither
    /// is told: the plane then belongs to every frame.
    pub frames: Option<(u32, u32)>,
    /// Where the bits are.
    pub bits: OverlayBits,
    /// Overlay Label (60xx,1500), Description (60xx,0022) or what the type (60xx,0040) says; for the eye.
    pub description: String,
}

impl OverlayPlane {
    /// Which frame of the plane belongs to an image frame.
    pub fn frame_for(&self, image_frame: FrameIndex) -> Option<u32> {
        // The embedded bit of each pixel cell belongs to that cell's frame.
        if matches!(self.bits, OverlayBits::Embedded(_)) {
            return Some(0);
        }
        let Some((first, n_frames)) = self.frames else {
            return Some(0);
        };
        let at = image_frame.number().checked_sub(first)?;
        (at < n_frames).then_some(at)
    }

    /// One byte a pixel, 0 or 1, row after row, of one frame of packed `bits`; `None` where these are too few.
    pub fn unpacked(&self, frame: u32, bits: &[u8]) -> Option<Vec<u8>> {
        let n = u64::from(self.rows) * u64::from(self.columns);
        let start = n.checked_mul(frame.into())?;
        let is_enough = start.checked_add(n)?.div_ceil(8) <= bits.len() as u64;
        if n == 0 || n > MAX_PLANE_PIXELS || !is_enough {
            return None;
        }
        let bit = |at: u64| bits[(at / 8) as usize] >> (at % 8) & 1;
        Some((start..start + n).map(bit).collect())
    }

    /// Values for [`INK`], with [`RIM_PX`] pixels more at each side than the plane has; `None` where bits are missing.
    pub fn outlined(&self, frame: u32, bits: &[u8]) -> Option<Raster> {
        let plane = self.unpacked(frame, bits)?;
        let (columns, wide) = (self.columns as usize, self.columns as usize + 2);
        let mut values = vec![0_u8; wide * (self.rows as usize + 2)];
        let ink = plane.iter().enumerate().filter(|&(_, &bit)| bit == 1);
        for (at, _) in ink {
            let middle = (at / columns + 1) * wide + at % columns + 1;
            for row in [middle - wide, middle, middle + wide] {
                for value in &mut values[row - 1..=row + 1] {
                    *value = if *value == 1 { 1 } else { 2 };
                }
            }
            values[middle] = 1;
        }
        Raster::new(
            self.rows + 2,
            self.columns + 2,
            RasterKind::Stored,
            Samples::U8(values),
        )
    }

    /// Image column and row, from 0, of the first pixel of [`Self::outlined`].
    pub fn outlined_origin(&self) -> [f64; 2] {
        let [row, column] = self
            .origin
            .map(|at| f64::from(at) - 1.0 - f64::from(RIM_PX));
        [column, row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(rows: u32, columns: u32) -> OverlayPlane {
        OverlayPlane {
            group: 0x6000,
            rows,
            columns,
            origin: [1, 1],
            frames: None,
            bits: OverlayBits::Absent,
            description: String::new(),
        }
    }

    #[test]
    fn ps3_5_8_1_2_the_first_pixel_is_the_least_significant_bit_and_rows_are_not_padded() {
        let plane = plane(3, 3);
        assert_eq!(
            plane.unpacked(0, &[0b1000_0101, 0b1]),
            Some(vec![1, 0, 1, 0, 0, 0, 0, 1, 1])
        );
        assert_eq!(plane.unpacked(0, &[0xFF]), None, "nine bits are needed");
    }

    #[test]
    fn c_9_3_frames_of_a_plane_follow_each_other_without_padding() {
        let plane = OverlayPlane {
            frames: Some((2, 3)),
            ..plane(1, 3)
        };
        let bits = [0b0110_0101, 0b1];
        let frames = [1, 2, 3, 4, 5].map(|number| {
            let frame = plane.frame_for(FrameIndex(number - 1))?;
            plane.unpacked(frame, &bits)
        });
        assert_eq!(
            frames,
            [
                None,
                Some(vec![1, 0, 1]),
                Some(vec![0, 0, 1]),
                Some(vec![1, 0, 1]),
                None
            ]
        );
    }

    #[test]
    fn ink_has_an_outline_on_all_sides_even_at_the_rim() {
        let raster = plane(1, 2).outlined(0, &[0b10]).unwrap();
        let Samples::U8(values) = raster.samples else {
            panic!("bytes")
        };
        assert_eq!((raster.rows, raster.columns), (3, 4));
        assert_eq!(values, [0, 2, 2, 2, 0, 2, 1, 2, 0, 2, 2, 2]);
    }

    #[test]
    fn a_plane_that_claims_65535_squared_is_refused_before_anything_is_allocated() {
        assert_eq!(plane(65_535, 65_535).unpacked(0, &[0; 16]), None);
    }
}
