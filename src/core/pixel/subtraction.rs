//! Mask subtraction: contrast minus mask, so that vessels stand alone (PS3.3 C.7.6.10).

use super::modality_lut::ModalityLut;
use super::raster::{Raster, RasterKind};
use super::samples::Samples;
use super::voi::{Voi, VoiFunction, WindowLevel};
use crate::uid::FrameIndex;

/// Mask Operation (0028,6101).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaskOperation {
    /// AVG_SUB: the mean of the mask frames is subtracted.
    Average,
    /// TID and REV_TID: each frame has another one before or after it as its mask. Not done here.
    TimeInterval,
}

/// One item of the Mask Subtraction Sequence (0028,6100).
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    /// What to do.
    pub operation: MaskOperation,
    /// Applicable Frame Range (0028,6102): pairs of frame numbers from 1, ends included; none for all frames.
    pub frame_ranges: Vec<[u32; 2]>,
    /// Mask Frame Numbers (0028,6110), from 1.
    pub frames: Vec<u32>,
    /// Mask Sub-pixel Shift (0028,6114): rows down and columns to the right that the mask moves.
    pub shift_px: [f64; 2],
}

impl Mask {
    /// True where the mask is meant for a frame.
    pub fn is_for(&self, frame: FrameIndex) -> bool {
        let number = frame.number();
        self.frame_ranges.is_empty()
            || self
                .frame_ranges
                .iter()
                .any(|&[first, last]| (first..=last).contains(&number))
    }
}

/// What comes between stored values and the subtraction (PS3.4 N.2): the modality LUT, and a logarithm where values are
/// proportional to intensity, since only then thickness subtracts (C.8.7.1.1.2).
#[derive(Clone, Copy, Debug)]
pub struct Attenuation<'a> {
    /// Modality LUT of the frames.
    pub modality_lut: &'a ModalityLut,
    /// Pixel Intensity Relationship (0028,1040) is LIN.
    pub is_linear: bool,
    /// Bits Stored: the logarithm is spread over as many values.
    pub bits_stored: u16,
}

impl Attenuation<'_> {
    fn of(&self, stored: f64) -> f64 {
        let value = self.modality_lut.apply(stored);
        let is_table = matches!(self.modality_lut, ModalityLut::Table { .. });
        if !self.is_linear || is_table {
            return value;
        }
        let highest = 2.0_f64.powi(self.bits_stored.into()) - 1.0;
        highest * (value.max(0.0) + 1.0).ln() / (highest + 1.0).ln()
    }
}

/// The difference of a contrast frame and the mean of mask frames, signed; `None` where there is no mask, or frames differ
/// in size or are colour.
pub fn subtract(
    contrast: &Raster,
    masks: &[&Raster],
    shift_px: [f64; 2],
    attenuation: &Attenuation<'_>,
) -> Option<Raster> {
    let is_fit = |mask: &&Raster| {
        (mask.rows, mask.columns, mask.kind)
            == (contrast.rows, contrast.columns, RasterKind::Stored)
    };
    if contrast.kind != RasterKind::Stored || masks.is_empty() || !masks.iter().all(is_fit) {
        return None;
    }
    let values = |raster: &Raster| -> Vec<f64> {
        (0..raster.samples.len())
            .filter_map(|at| raster.samples.get(at))
            .map(|stored| attenuation.of(stored))
            .collect()
    };
    let mut mean = vec![0.0; contrast.samples.len()];
    for mask in masks {
        for (sum, value) in mean.iter_mut().zip(values(mask)) {
            *sum += value / masks.len() as f64;
        }
    }
    let mask = shifted(&mean, contrast.columns as usize, shift_px);
    let difference: Vec<i32> = values(contrast)
        .iter()
        .zip(&mask)
        .map(|(contrast, mask)| (contrast - mask).round() as i32)
        .collect();
    let words: Result<Vec<i16>, _> = difference.iter().map(|&v| i16::try_from(v)).collect();
    // Words of 16 bits take a table; wider differences are resolved one by one.
    let samples = words.map_or(Samples::I32(difference), Samples::I16);
    Raster::new(contrast.rows, contrast.columns, RasterKind::Stored, samples)
}

/// The picture moved down and to the right by fractions of a pixel, by its four neighbours; the rim repeats.
fn shifted(values: &[f64], columns: usize, [down, right]: [f64; 2]) -> Vec<f64> {
    if (down, right) == (0.0, 0.0) || columns == 0 {
        return values.to_vec();
    }
    let rows = values.len() / columns;
    let at = |y: f64, x: f64| {
        let y = y.clamp(0.0, (rows - 1) as f64) as usize;
        let x = x.clamp(0.0, (columns - 1) as f64) as usize;
        values[y * columns + x]
    };
    let pixel = |index: usize| {
        let (y, x) = (
            (index / columns) as f64 - down,
            (index % columns) as f64 - right,
        );
        let (y0, x0) = (y.floor(), x.floor());
        let (wy, wx) = (y - y0, x - x0);
        let upper = at(y0, x0) * (1.0 - wx) + at(y0, x0 + 1.0) * wx;
        let lower = at(y0 + 1.0, x0) * (1.0 - wx) + at(y0 + 1.0, x0 + 1.0) * wx;
        upper * (1.0 - wy) + lower * wy
    };
    (0..values.len()).map(pixel).collect()
}

/// A window over a difference without its 200th part at either end: labelled as "auto", since no header knows of it.
pub fn difference_voi(difference: &Raster) -> Voi {
    let n = difference.samples.len();
    let mut values: Vec<f64> = (0..n).filter_map(|at| difference.samples.get(at)).collect();
    if values.is_empty() {
        return Voi::linear(0.0, 1.0);
    }
    values.sort_unstable_by(f64::total_cmp);
    let (low, high) = (values[n / 200], values[n - 1 - n / 200]);
    let window = WindowLevel {
        center: low.midpoint(high),
        width: (high - low).max(1.0),
    };
    Voi::Window(window, VoiFunction::LinearExact)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raster(rows: u32, columns: u32, values: &[u16]) -> Raster {
        let samples = Samples::U16(values.to_vec());
        Raster::new(rows, columns, RasterKind::Stored, samples).unwrap()
    }

    const LOG: Attenuation<'_> = Attenuation {
        modality_lut: &ModalityLut::Rescale {
            slope: 1.0,
            intercept: 0.0,
            unit: String::new(),
        },
        is_linear: false,
        bits_stored: 12,
    };

    #[test]
    fn c_7_6_10_1_avg_sub_subtracts_the_mean_of_the_masks_from_the_contrast() {
        let contrast = raster(1, 3, &[100, 50, 4095]);
        let masks = [raster(1, 3, &[80, 100, 0]), raster(1, 3, &[40, 100, 0])];
        let difference = subtract(&contrast, &[&masks[0], &masks[1]], [0.0; 2], &LOG).unwrap();
        assert_eq!(difference.samples, Samples::I16(vec![40, -50, 4095]));
    }

    #[test]
    fn c_7_6_10_the_sub_pixel_shift_moves_the_mask_down_and_to_the_right() {
        let blank = raster(2, 3, &[0; 6]);
        let mask = raster(2, 3, &[100, 0, 0, 0, 0, 0]);
        let moved = |shift| subtract(&blank, &[&mask], shift, &LOG).unwrap().samples;
        assert_eq!(
            moved([0.0, 1.0]),
            Samples::I16(vec![-100, -100, 0, 0, 0, 0])
        );
        assert_eq!(
            moved([1.0, 0.0]),
            Samples::I16(vec![-100, 0, 0, -100, 0, 0])
        );
        assert_eq!(moved([0.0, -0.25]), Samples::I16(vec![-75, 0, 0, 0, 0, 0]));
        assert_eq!(
            moved([0.0, 0.25]),
            Samples::I16(vec![-100, -25, 0, 0, 0, 0])
        );
    }

    /// Half the intensity is one thickness wherever it is: the same difference over bright and over dark.
    #[test]
    fn c_8_7_1_1_2_linear_values_are_taken_to_logarithms_first() {
        let attenuation = Attenuation {
            is_linear: true,
            ..LOG
        };
        let contrast = raster(1, 2, &[1999, 499]);
        let mask = raster(1, 2, &[3999, 999]);
        let Samples::I16(values) = subtract(&contrast, &[&mask], [0.0; 2], &attenuation)
            .unwrap()
            .samples
        else {
            panic!("words")
        };
        // 4095 * ln 2 / ln 4096
        assert_eq!(values, [-341, -341]);
    }

    #[test]
    fn sixteen_bit_differences_do_not_wrap() {
        let (high, low) = (raster(1, 1, &[u16::MAX]), raster(1, 1, &[0]));
        let difference = subtract(&high, &[&low], [0.0; 2], &LOG).unwrap();
        assert_eq!(difference.samples, Samples::I32(vec![65_535]));
    }

    #[test]
    fn frames_of_another_size_are_not_subtracted() {
        let (a, b) = (raster(1, 2, &[0, 0]), raster(2, 1, &[0, 0]));
        assert_eq!(subtract(&a, &[&b], [0.0; 2], &LOG), None);
        assert_eq!(subtract(&a, &[], [0.0; 2], &LOG), None);
    }
}
