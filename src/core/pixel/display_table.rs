//! DisplayTable: the whole pipeline of PS3.4 N.2 from stored value to display value, worked out once per window.
//!
//! Every tier draws by looking stored values up here, so the formulas exist once, in f64, and the tiers cannot differ.
//! A window drag costs one table (256 or 65,536 entries) and never touches a frame.

use super::color_map::ColorMap;
use super::descriptor::{PaddingRange, PixelDescriptor, SampleKind};
use super::modality_lut::ModalityLut;
use super::palette::Palette;
use super::raster::{Raster, RasterKind};
use super::samples::Samples;
use super::voi::Voi;

/// Display value of a pixel: R, G, B and 255, or [`NOT_A_PICTURE`].
pub type Rgba = [u8; 4];

/// Padding (C.7.5.1.1.2): drawn as background, never inverted, never mixed into its neighbours.
pub const NOT_A_PICTURE: Rgba = [0, 0, 0, 0];

/// Everything that stands between a stored value and the screen.
#[derive(Clone, Copy, Debug)]
pub struct DisplayPipeline<'a> {
    /// Image Pixel module.
    pub descriptor: &'a PixelDescriptor,
    /// Stored value to modality value.
    pub modality_lut: &'a ModalityLut,
    /// Modality value to display value; not used for palette colour.
    pub voi: &'a Voi,
    /// For PALETTE COLOR; for grey images a supplemental one (C.8.16.2.1.1.1), which colours values from its first on.
    pub palette: Option<&'a Palette>,
    /// Stored values that are no picture.
    pub padding: Option<PaddingRange>,
    /// The reader's inversion, on top of MONOCHROME1 (rule D10).
    pub is_inverted: bool,
    /// Pseudo-colours in place of greys; not for palette colour.
    pub color_map: Option<ColorMap>,
}

impl DisplayPipeline<'_> {
    /// Display value of one stored value; [`Self::chain`] has the steps.
    pub fn display(&self, stored: f64) -> Rgba {
        self.chain(stored).shown
    }

    /// The table for stored values of at most 16 bits; `None` for wider ones, which take [`Self::resolve`].
    pub fn table(&self) -> Option<DisplayTable> {
        let d = self.descriptor;
        if d.kind != SampleKind::Integer || d.bits_allocated > 16 {
            return None;
        }
        let n_entries = if d.bits_allocated > 8 {
            65_536_usize
        } else {
            256
        };
        let mut entries = vec![NOT_A_PICTURE; n_entries];
        let span = 1_i32 << d.bits_stored;
        let (low, high) = if d.is_signed {
            (-span / 2, span / 2)
        } else {
            (0, span)
        };
        for stored in low..high {
            // The index is the stored value's bit pattern: two's complement wraps below zero to the upper half.
            entries[stored as usize & (n_entries - 1)] = self.display(stored.into());
        }
        Some(DisplayTable::new(entries))
    }

    /// Display values of a whole frame, for samples too wide for a table (32 and 64 bit, float).
    pub fn resolve(&self, raster: &Raster) -> Option<Raster> {
        let rgb = (0..raster.samples.len())
            .filter_map(|index| raster.samples.get(index))
            .flat_map(|stored| {
                let [r, g, b, _] = self.display(stored);
                [r, g, b]
            })
            .collect();
        Raster::new(
            raster.rows,
            raster.columns,
            RasterKind::Rgb,
            Samples::U8(rgb),
        )
    }
}

/// Display values by the bit pattern of the stored value: 256 entries for 8-bit samples, 65,536 for 16-bit ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayTable {
    entries: Box<[Rgba]>,
    is_grey: bool,
}

impl DisplayTable {
    fn new(entries: impl Into<Box<[Rgba]>>) -> Self {
        let entries = entries.into();
        let is_grey = entries.iter().all(|&[r, g, b, _]| r == g && g == b);
        Self { entries, is_grey }
    }

    /// A table for 8-bit values: the first colours in order, nothing for the rest.
    pub fn of_bytes(colors: &[Rgba]) -> Self {
        let mut entries = vec![NOT_A_PICTURE; 256];
        for (entry, color) in entries.iter_mut().zip(colors) {
            *entry = *color;
        }
        Self::new(entries)
    }

    /// The entries; their number is 256 or 65,536.
    pub fn entries(&self) -> &[Rgba] {
        &self.entries
    }

    /// Every entry is a grey: one channel tells all three.
    pub fn is_grey(&self) -> bool {
        self.is_grey
    }

    /// The same table with every entry changed.
    #[must_use]
    pub fn mapped(&self, change: impl Fn(Rgba) -> Rgba) -> Self {
        Self::new(
            self.entries
                .iter()
                .map(|&entry| change(entry))
                .collect::<Vec<_>>(),
        )
    }

    /// Entry of a bit pattern; the pattern is taken modulo the table's length.
    pub fn get(&self, pattern: u16) -> Rgba {
        self.entries[usize::from(pattern) & (self.entries.len() - 1)]
    }
}

/// A window from the lowest to the highest modality value of a frame, padding left out: used, and labelled as
/// "auto", where the header gives none (rule D9).
pub fn auto_voi(raster: &Raster, modality_lut: &ModalityLut, padding: Option<PaddingRange>) -> Voi {
    let is_padding =
        |v: f64| padding.is_some_and(|p| (f64::from(p.low)..=f64::from(p.high)).contains(&v));
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in (0..raster.samples.len()).filter_map(|index| raster.samples.get(index)) {
        if !is_padding(value) && value.is_finite() {
            low = low.min(value);
            high = high.max(value);
        }
    }
    if low > high {
        return Voi::linear(0.0, 1.0);
    }
    let (a, b) = (modality_lut.apply(low), modality_lut.apply(high));
    let (low, high) = (a.min(b), a.max(b));
    // Exact, so that values between 0 and 1 (parametric maps) keep their greys; a flat frame is mid-grey.
    let width = if high > low { high - low } else { 1.0 };
    let window = super::voi::WindowLevel {
        center: low.midpoint(high),
        width,
    };
    Voi::Window(window, super::voi::VoiFunction::LinearExact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixel::descriptor::{Photometric, RawDescriptor};

    fn descriptor(photometric: Photometric, is_signed: bool) -> PixelDescriptor {
        PixelDescriptor::new(&RawDescriptor {
            rows: Some(1),
            columns: Some(1),
            bits_allocated: Some(16),
            bits_stored: Some(12),
            pixel_representation: Some(u16::from(is_signed)),
            photometric: Some(photometric),
            ..RawDescriptor::default()
        })
        .unwrap()
    }

    fn table(
        photometric: Photometric,
        is_signed: bool,
        padding: Option<PaddingRange>,
        is_inverted: bool,
    ) -> DisplayTable {
        let descriptor = descriptor(photometric, is_signed);
        let modality_lut = ModalityLut::default();
        let voi = Voi::linear(0.0, 100.0);
        let pipeline = DisplayPipeline {
            descriptor: &descriptor,
            modality_lut: &modality_lut,
            voi: &voi,
            palette: None,
            padding,
            is_inverted,
            color_map: None,
        };
        pipeline.table().unwrap()
    }

    #[test]
    fn c_11_2_1_2_1_center_0_width_100_over_signed_values() {
        let table = table(Photometric::Monochrome2, true, None, false);
        assert_eq!(table.get((-50_i16) as u16), [0, 0, 0, 255]);
        assert_eq!(table.get(49), [255, 255, 255, 255]);
    }

    #[test]
    fn c_7_6_3_1_2_monochrome1_shows_the_lowest_value_white_and_one_inversion_undoes_it() {
        let one = table(Photometric::Monochrome1, true, None, false);
        assert_eq!(one.get((-50_i16) as u16)[0], 255);
        let both = table(Photometric::Monochrome1, true, None, true);
        assert_eq!(both.get((-50_i16) as u16)[0], 0);
    }

    #[test]
    fn c_7_5_1_1_2_padding_is_background_whatever_the_polarity() {
        let padding = Some(PaddingRange {
            low: -2000,
            high: -2000,
        });
        for is_inverted in [false, true] {
            let table = table(Photometric::Monochrome2, true, padding, is_inverted);
            assert_eq!(table.get((-2000_i16) as u16), NOT_A_PICTURE);
            assert_eq!(table.get((-1999_i16) as u16)[3], 255);
        }
    }

    #[test]
    fn c_8_16_2_1_1_1_a_supplemental_palette_colours_from_its_first_value_on_and_greys_stay_greys()
    {
        let descriptor = descriptor(Photometric::Monochrome2, false);
        let ramp = [10, 20, 30];
        let palette = Palette::new(3, 4000, 8, [&ramp, &[0; 3], &[99; 3]]).unwrap();
        let (modality_lut, voi) = (ModalityLut::default(), Voi::linear(50.0, 100.0));
        let look = |stored: f64, is_inverted: bool| {
            let pipeline = DisplayPipeline {
                descriptor: &descriptor,
                modality_lut: &modality_lut,
                voi: &voi,
                palette: Some(&palette),
                padding: None,
                is_inverted,
                color_map: None,
            };
            pipeline.display(stored)
        };
        assert_eq!(look(3999.0, false), [255, 255, 255, 255]);
        assert_eq!(look(3999.0, true), [0, 0, 0, 255]);
        for is_inverted in [false, true] {
            assert_eq!(look(4000.0, is_inverted), [10, 0, 99, 255]);
            assert_eq!(look(4095.0, is_inverted), [30, 0, 99, 255]);
        }
    }

    #[test]
    fn rule_d11_padding_is_background_in_monochrome1_too() {
        let padding = Some(PaddingRange {
            low: -2000,
            high: -1990,
        });
        for is_inverted in [false, true] {
            let table = table(Photometric::Monochrome1, true, padding, is_inverted);
            assert_eq!(table.get((-1990_i16) as u16), NOT_A_PICTURE);
            assert_eq!(table.get((-1989_i16) as u16)[3], 255);
        }
    }

    #[test]
    fn auto_window_spans_the_frame_without_its_padding() {
        let raster =
            Raster::new(1, 3, RasterKind::Stored, Samples::I16(vec![-2000, 10, 30])).unwrap();
        let padding = Some(PaddingRange {
            low: -2000,
            high: -2000,
        });
        let voi = auto_voi(&raster, &ModalityLut::default(), padding);
        assert_eq!(
            (voi.apply(10.0), voi.apply(20.0), voi.apply(30.0)),
            (0.0, 0.5, 1.0)
        );
    }
}
