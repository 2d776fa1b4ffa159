//! Chain: the steps from one stored value to its display value (PS3.4 N.2), as numbers that a reader can follow.
//!
//! The display table is made of the ends of these chains, so what is told is what is drawn.

use super::descriptor::Photometric;
use super::display_table::{DisplayPipeline, NOT_A_PICTURE, Rgba};

/// From a stored value to what is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chain {
    /// Stored value.
    pub stored: f64,
    /// Which way it took.
    pub path: Path,
    /// What is drawn.
    pub shown: Rgba,
}

/// The ways through the pipeline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Path {
    /// Pixel padding (C.7.5.1.1.2): background, whatever the window.
    Padding,
    /// No number (float pixel data): background too.
    NotANumber,
    /// Colour of a palette; no window.
    Palette {
        /// Entry, counted from the palette's first stored value and held within its ends.
        entry: usize,
        /// A supplemental palette (C.8.16.2.1.1.1).
        is_supplemental: bool,
    },
    /// Modality LUT, VOI, polarity or colour map.
    Tone {
        /// Modality value.
        modality: f64,
        /// What the window or VOI LUT makes of it.
        tone: Tone,
    },
}

/// From a modality value to the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tone {
    /// Output of the VOI, 0..=1.
    pub fraction: f64,
    /// It is turned round: MONOCHROME1 or the reader's inversion (rule D10).
    pub is_inverse: bool,
    /// Grey, or entry of the colour map: 0..=255.
    pub grey: u8,
    /// What is drawn.
    pub shown: Rgba,
}

impl DisplayPipeline<'_> {
    /// All steps from one stored value.
    ///
    /// Order of PS3.4 N.2: padding test on the stored value, modality LUT, VOI, polarity; palette colour has no VOI, and
    /// neither have the values above a supplemental palette's first.
    pub fn chain(&self, stored: f64) -> Chain {
        let to = |path, shown| Chain {
            stored,
            path,
            shown,
        };
        let is_padding = |p: super::descriptor::PaddingRange| {
            (f64::from(p.low)..=f64::from(p.high)).contains(&stored)
        };
        if self.padding.is_some_and(is_padding) {
            return to(Path::Padding, NOT_A_PICTURE);
        }
        if stored.is_nan() {
            return to(Path::NotANumber, NOT_A_PICTURE);
        }
        let is_palette_color = self.descriptor.photometric == Photometric::PaletteColor;
        if let Some(palette) = self.palette
            && (is_palette_color || stored >= f64::from(palette.first))
        {
            let [r, g, b] = palette.get(stored as i32);
            let entry = palette.entry(stored as i32);
            let is_supplemental = !is_palette_color;
            return to(
                Path::Palette {
                    entry,
                    is_supplemental,
                },
                [r, g, b, 255],
            );
        }
        let modality = self.modality_lut.apply(stored);
        let tone = self.tone(modality);
        to(Path::Tone { modality, tone }, tone.shown)
    }

    /// VOI, polarity and colour map. A colour map takes the output of the VOI, so that polarity plays no part in it; the
    /// reader's inversion turns it round.
    pub fn tone(&self, modality: f64) -> Tone {
        let fraction = self.voi.apply(modality);
        let is_white_first =
            self.descriptor.photometric == Photometric::Monochrome1 && self.color_map.is_none();
        let is_inverse = is_white_first != self.is_inverted;
        let directed = if is_inverse { 1.0 - fraction } else { fraction };
        let grey = (directed * 255.0 + 0.5).floor() as u8;
        let [r, g, b] = self.color_map.map_or([grey; 3], |map| map.color(grey));
        Tone {
            fraction,
            is_inverse,
            grey,
            shown: [r, g, b, 255],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixel::color_map::ColorMap;
    use crate::pixel::descriptor::{PaddingRange, PixelDescriptor, RawDescriptor};
    use crate::pixel::modality_lut::{LookupTable, ModalityLut};
    use crate::pixel::palette::Palette;
    use crate::pixel::voi::{Voi, VoiFunction, WindowLevel};

    fn descriptor(photometric: Photometric, bits: u16, is_signed: bool) -> PixelDescriptor {
        PixelDescriptor::new(&RawDescriptor {
            rows: Some(1),
            columns: Some(1),
            bits_allocated: Some(if bits > 8 { 16 } else { 8 }),
            bits_stored: Some(bits),
            pixel_representation: Some(u16::from(is_signed)),
            photometric: Some(photometric),
            ..RawDescriptor::default()
        })
        .unwrap()
    }

    fn vois() -> Vec<Voi> {
        let window = |function| {
            let window = WindowLevel {
                center: 40.0,
                width: 400.0,
            };
            Voi::Window(window, function)
        };
        let data: Vec<u16> = (0..1024).map(|v| v * 4).collect();
        vec![
            window(VoiFunction::Linear),
            window(VoiFunction::LinearExact),
            window(VoiFunction::Sigmoid),
            Voi::Table(LookupTable::new(1024, -200, 12, &data, "BONE").unwrap()),
        ]
    }

    fn modality_luts() -> [ModalityLut; 2] {
        let data: Vec<u16> = (0..=255).rev().collect();
        let rescale = ModalityLut::Rescale {
            slope: 0.5,
            intercept: -1024.0,
            unit: "HU".into(),
        };
        let table = LookupTable::new(256, 10, 8, &data, "").unwrap();
        let unit = String::new();
        [rescale, ModalityLut::Table { table, unit }]
    }

    /// What is told ends in what is drawn: every entry of the tables of all kinds of pictures.
    #[test]
    fn ps3_4_n_2_every_chain_ends_in_the_entry_of_the_display_table() {
        let ramp: Vec<u16> = (0..16).collect();
        let palette = Palette::new(16, 100, 8, [&ramp, &ramp, &ramp]).unwrap();
        let kinds = [
            (Photometric::Monochrome1, 12, true),
            (Photometric::Monochrome2, 8, false),
            (Photometric::Monochrome2, 16, true),
            (Photometric::PaletteColor, 8, false),
        ];
        let mut n_seen = 0_usize;
        for (photometric, bits, is_signed) in kinds {
            let descriptor = descriptor(photometric, bits, is_signed);
            let is_palette = photometric == Photometric::PaletteColor;
            for (voi, modality_lut) in vois()
                .iter()
                .flat_map(|voi| modality_luts().map(|lut| (voi, lut)))
            {
                for (is_inverted, color_map) in [
                    (false, None),
                    (true, None),
                    (false, Some(ColorMap::HotIron)),
                    (true, Some(ColorMap::Pet20Step)),
                ] {
                    let padding = Some(PaddingRange { low: 3, high: 5 });
                    let pipeline = DisplayPipeline {
                        descriptor: &descriptor,
                        modality_lut: &modality_lut,
                        voi,
                        palette: is_palette.then_some(&palette),
                        padding,
                        is_inverted,
                        color_map,
                    };
                    let table = pipeline.table().unwrap();
                    let span = 1_i32 << bits;
                    let low = if is_signed { -span / 2 } else { 0 };
                    for stored in (low..low + span).step_by(7).chain(0..10) {
                        let chain = pipeline.chain(stored.into());
                        assert_eq!(chain.shown, table.get(stored as u16), "{stored}");
                        if let Path::Tone { modality, tone } = chain.path {
                            assert_eq!(modality, modality_lut.apply(stored.into()));
                            assert_eq!(tone.fraction, voi.apply(modality));
                        }
                        n_seen += 1;
                    }
                }
            }
        }
        assert!(n_seen > 300_000, "{n_seen} values were held");
    }

    #[test]
    fn c_11_2_1_2_1_the_example_of_a_soft_tissue_window() {
        let descriptor = descriptor(Photometric::Monochrome2, 16, true);
        let modality_lut = ModalityLut::Rescale {
            slope: 1.0,
            intercept: -1024.0,
            unit: "HU".into(),
        };
        let voi = Voi::linear(40.0, 400.0);
        let pipeline = DisplayPipeline {
            descriptor: &descriptor,
            modality_lut: &modality_lut,
            voi: &voi,
            palette: None,
            padding: None,
            is_inverted: false,
            color_map: None,
        };
        let Path::Tone { modality, tone } = pipeline.chain(1064.0).path else {
            panic!("a grey picture");
        };
        assert_eq!(modality, 40.0);
        // Golden vector: 127.8195 of 255.
        assert!((tone.fraction * 255.0 - 127.8195).abs() < 1e-3);
        assert_eq!(tone.grey, 128);
    }

    #[test]
    fn a_colour_map_takes_no_polarity_but_the_readers_own() {
        let voi = Voi::linear(0.0, 100.0);
        let modality_lut = ModalityLut::default();
        for photometric in [Photometric::Monochrome1, Photometric::Monochrome2] {
            let descriptor = descriptor(photometric, 12, true);
            let pipeline = |is_inverted| DisplayPipeline {
                descriptor: &descriptor,
                modality_lut: &modality_lut,
                voi: &voi,
                palette: None,
                padding: None,
                is_inverted,
                color_map: Some(ColorMap::HotIron),
            };
            assert_eq!(pipeline(false).display(-50.0), [0, 0, 0, 255]);
            assert_eq!(pipeline(true).display(-50.0), [255, 255, 255, 255]);
        }
    }
}
