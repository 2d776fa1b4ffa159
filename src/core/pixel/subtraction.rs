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
    /// TID: the mask of each frame lies as many frames before it.
    TimeInterval {
        /// TID Offset (0028,6120); negative for a mask that comes later.
        offset: i32,
    },
    /// REV_TID: the masks run backwards while the frames run on.
    ReversedTimeInterval {
        /// TID Offset (0028,6120), from the first applicable frame.
        offset: i32,
    },
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
    /// Contrast Frame Averaging (0028,6112): how many frames from the shown one on are averaged; 1 for none.
    pub n_contrast: u32,
    /// Mask Sub-pixel Shift (0028,6114): rows down and columns to the right that the mask moves.
    pub shift_px: [f64; 2],
}

/// Which frames make a difference; numbers from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskedFrames {
    /// Contrast frames, the shown one first.
    pub contrast: Vec<u32>,
    /// Mask frames.
    pub masks: Vec<u32>,
}

impl Mask {
    /// The frames of the difference that is shown in place of `frame`; `None` where the mask is not meant for it, or where
    /// the image has not all of them.
    ///
    /// C.7.6.10.1. AVG_SUB: as many contrast frames as are averaged begin with the shown one, so that without an Applicable
    /// Frame Range the last ones have no difference. TID: the mask is frame number - offset. REV_TID: (FCFN - offset) -
    /// (CFN - FCFN), FCFN the first frame of the first applicable range.
    pub fn frames_for(&self, frame: FrameIndex, n_frames: u32) -> Option<MaskedFrames> {
        let number = frame.number();
        let ranges = &self.frame_ranges;
        let is_inside = |&[first, last]: &[u32; 2]| (first..=last).contains(&number);
        if !ranges.is_empty() && !ranges.iter().any(is_inside) {
            return None;
        }
        let last = number.checked_add(self.n_contrast.max(1) - 1)?;
        let contrast = i64::from(number);
        let single = |number: i64| u32::try_from(number).ok().map(|number| vec![number]);
        let masks = match self.operation {
            MaskOperation::Average => Some(self.frames.clone()),
            MaskOperation::TimeInterval { offset } => single(contrast - i64::from(offset)),
            MaskOperation::ReversedTimeInterval { offset } => {
                let first = i64::from(ranges.first()?[0]);
                single((first - i64::from(offset)) - (contrast - first))
            }
        }?;
        let is_frame = |number: &u32| (1..=n_frames).contains(number);
        (is_frame(&last) && !masks.is_empty() && masks.iter().all(is_frame)).then(|| MaskedFrames {
            contrast: (number..=last).collect(),
            masks,
        })
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

/// The difference of the means of contrast frames and of mask frames, signed; `None` where either has none, or frames differ
/// in size or are colour.
pub fn subtract(
    contrast: &[&Raster],
    masks: &[&Raster],
    shift_px: [f64; 2],
    attenuation: &Attenuation<'_>,
) -> Option<Raster> {
    let &first = contrast.first()?;
    let (rows, columns) = (first.rows, first.columns);
    let is_fit = |raster: &&Raster| {
        (raster.rows, raster.columns, raster.kind) == (rows, columns, RasterKind::Stored)
    };
    if masks.is_empty() || !contrast.iter().chain(masks).all(is_fit) {
        return None;
    }
    let mean = |rasters: &[&Raster]| {
        let mut mean = vec![0.0; first.samples.len()];
        for raster in rasters {
            let stored = (0..raster.samples.len()).filter_map(|at| raster.samples.get(at));
            for (sum, value) in mean.iter_mut().zip(stored.map(|v| attenuation.of(v))) {
                *sum += value / rasters.len() as f64;
            }
        }
        mean
    };
    let mask = shifted(&mean(masks), columns as usize, shift_px);
    let difference: Vec<i32> = mean(contrast)
        .iter()
        .zip(&mask)
        .map(|(contrast, mask)| (contrast - mask).round() as i32)
        .collect();
    let words: Result<Vec<i16>, _> = difference.iter().map(|&v| i16::try_from(v)).collect();
    // Words of 16 bits take a table; wider differences are resolved one by one.
    let samples = words.map_or(Samples::I32(difference), Samples::I16);
    Raster::new(rows, columns, RasterKind::Stored, samples)
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
        let difference = subtract(&[&contrast], &[&masks[0], &masks[1]], [0.0; 2], &LOG).unwrap();
        assert_eq!(difference.samples, Samples::I16(vec![40, -50, 4095]));
    }

    #[test]
    fn c_7_6_10_1_contrast_frames_are_averaged_before_the_mask_is_subtracted() {
        let contrast = [raster(1, 2, &[100, 60]), raster(1, 2, &[300, 20])];
        let mask = raster(1, 2, &[80, 100]);
        let both = [&contrast[0], &contrast[1]];
        let difference = subtract(&both, &[&mask], [0.0; 2], &LOG).unwrap();
        assert_eq!(difference.samples, Samples::I16(vec![120, -60]));
        assert_eq!(subtract(&[], &[&mask], [0.0; 2], &LOG), None);
    }

    fn masked(
        operation: MaskOperation,
        ranges: &[[u32; 2]],
        n_contrast: u32,
    ) -> Vec<Option<(u32, u32)>> {
        let mask = Mask {
            operation,
            frame_ranges: ranges.to_vec(),
            frames: vec![1],
            n_contrast,
            shift_px: [0.0; 2],
        };
        let of = |at| mask.frames_for(FrameIndex(at), 10);
        let ends = |at| of(at).map(|frames| (*frames.contrast.last().unwrap(), frames.masks[0]));
        (0..10).map(ends).collect()
    }

    /// "The Applicable Frame Range is assumed to end at the last frame number of the image minus Contrast Frame Averaging
    /// plus one."
    #[test]
    fn c_7_6_10_1_avg_sub_ends_where_there_are_not_enough_frames_to_average() {
        let found = masked(MaskOperation::Average, &[], 3);
        assert_eq!(found[0], Some((3, 1)));
        assert_eq!(found[7], Some((10, 1)));
        assert_eq!(found[8..], [None, None]);
        assert_eq!(masked(MaskOperation::Average, &[[2, 3]], 1)[3], None);
    }

    /// "The mask for each frame is selected by subtracting TID Offset from the respective frame number", where that "results
    /// in a valid frame number".
    #[test]
    fn c_7_6_10_1_tid_takes_the_frame_before_by_its_offset() {
        let found = masked(MaskOperation::TimeInterval { offset: 2 }, &[], 1);
        assert_eq!(found[..3], [None, None, Some((3, 1))]);
        assert_eq!(found[9], Some((10, 8)));
        let found = masked(MaskOperation::TimeInterval { offset: -1 }, &[], 1);
        assert_eq!((found[0], found[9]), (Some((1, 2)), None));
    }

    /// "MFN = (FCFN - TID Offset) - (CFN - FCFN)"
    #[test]
    fn c_7_6_10_1_rev_tid_runs_backwards_from_the_first_applicable_frame() {
        let operation = MaskOperation::ReversedTimeInterval { offset: 1 };
        let found = masked(operation, &[[6, 9]], 1);
        assert_eq!(found[4], None);
        assert_eq!(
            found[5..9],
            [Some((6, 5)), Some((7, 4)), Some((8, 3)), Some((9, 2))]
        );
        assert_eq!(found[9], None);
        assert!(masked(operation, &[], 1).iter().all(Option::is_none));
    }

    #[test]
    fn c_7_6_10_the_sub_pixel_shift_moves_the_mask_down_and_to_the_right() {
        let blank = raster(2, 3, &[0; 6]);
        let mask = raster(2, 3, &[100, 0, 0, 0, 0, 0]);
        let moved = |shift| subtract(&[&blank], &[&mask], shift, &LOG).unwrap().samples;
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
        let Samples::I16(values) = subtract(&[&contrast], &[&mask], [0.0; 2], &attenuation)
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
        let difference = subtract(&[&high], &[&low], [0.0; 2], &LOG).unwrap();
        assert_eq!(difference.samples, Samples::I32(vec![65_535]));
    }

    #[test]
    fn frames_of_another_size_are_not_subtracted() {
        let (a, b) = (raster(1, 2, &[0, 0]), raster(2, 1, &[0, 0]));
        assert_eq!(subtract(&[&a], &[&b], [0.0; 2], &LOG), None);
        assert_eq!(subtract(&[&a], &[], [0.0; 2], &LOG), None);
    }
}
