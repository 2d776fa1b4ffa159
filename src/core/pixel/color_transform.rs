//! ColorTransform: RGB of a camera or scanner to the sRGB of the page, by curves and a matrix (ISO 15076-1 F.3).

use super::cielab::{SRGB_FROM_XYZ_D50, encoded};
use super::display_table::Rgba;
use super::raster::{Raster, RasterKind};
use super::samples::Samples;
use std::sync::OnceLock;

/// Steps of the table from linear light to sRGB bytes: a step is at most a twentieth of a byte.
const N_STEPS: usize = 1 << 16;

/// From 8-bit RGB of a device to sRGB, relative colorimetric: white stays white.
#[derive(Clone, Debug, PartialEq)]
pub struct ColorTransform {
    /// Linear light 0.0..=1.0 of each value, for red, green and blue.
    linear: Box<[[f64; 256]; 3]>,
    /// Linear sRGB from linear light of the device.
    matrix: [[f64; 3]; 3],
}

/// sRGB byte of linear light in 1/65535; the same for all transforms, so that each image's own stays small.
fn bytes() -> &'static [u8] {
    static BYTES: OnceLock<Box<[u8]>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let last = (N_STEPS - 1) as f64;
        let byte = |step: usize| (encoded(step as f64 / last) * 255.0 + 0.5).floor() as u8;
        (0..N_STEPS).map(byte).collect()
    })
}

impl ColorTransform {
    /// `curves` give linear light of each value; `xyz_from_linear` has the XYZ (D50) of red, green and blue in its columns.
    pub fn new(curves: [[f64; 256]; 3], xyz_from_linear: [[f64; 3]; 3]) -> Self {
        let matrix = SRGB_FROM_XYZ_D50.map(|row| {
            [0, 1, 2].map(|column| (0..3).map(|k| row[k] * xyz_from_linear[k][column]).sum())
        });
        Self {
            linear: Box::new(curves),
            matrix,
        }
    }

    /// One colour.
    pub fn apply(&self, rgb: [u8; 3]) -> [u8; 3] {
        let bytes = bytes();
        let light = [0, 1, 2].map(|at| self.linear[at][usize::from(rgb[at])]);
        self.matrix.map(|row| {
            let linear = row[0] * light[0] + row[1] * light[1] + row[2] * light[2];
            let step = (linear.clamp(0.0, 1.0) * (N_STEPS - 1) as f64).round();
            bytes[step as usize]
        })
    }

    /// A frame of R G B; `None` for stored values.
    pub fn apply_to(&self, raster: &Raster) -> Option<Raster> {
        let Samples::U8(bytes) = &raster.samples else {
            return None;
        };
        if raster.kind != RasterKind::Rgb {
            return None;
        }
        let colors = bytes.as_chunks::<3>().0;
        let rgb = colors.iter().flat_map(|&color| self.apply(color)).collect();
        Raster::new(raster.rows, raster.columns, raster.kind, Samples::U8(rgb))
    }

    /// An entry of a palette's table; what is no picture stays none.
    pub fn apply_to_entry(&self, [r, g, b, a]: Rgba) -> Rgba {
        if a == 0 {
            return [r, g, b, a];
        }
        let [r, g, b] = self.apply([r, g, b]);
        [r, g, b, a]
    }

    /// True where it changes no colour by more than a rounding: the device is sRGB already.
    pub fn is_identity(&self) -> bool {
        let steps = [0, 32, 64, 96, 128, 160, 192, 224, 255];
        let colors = steps
            .iter()
            .flat_map(|&r| steps.iter().flat_map(move |&g| steps.map(|b| [r, g, b])));
        colors.into_iter().all(|color: [u8; 3]| {
            let got = self.apply(color);
            got.iter().zip(color).all(|(&a, b)| a.abs_diff(b) <= 1)
        })
    }
}
