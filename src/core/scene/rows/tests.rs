//! The fast way against the reference, over pictures, places, sizes, flips and padding of every kind.

use super::*;
use crate::geometry::affine::ImageFromCanvas;
use crate::geometry::space::CanvasRect;
use crate::pixel::raster::{Raster, RasterKind};
use crate::scene::grid::SamplingGrid;
use glam::{DAffine2, DMat2, DVec2};
use std::sync::Arc;

/// A generator of numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % n
    }

    fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.below(1 << 20) as f64 / f64::from(1 << 20)
    }
}

fn layer(random: &mut Random) -> ImageLayer {
    let (columns, rows) = (1 + random.below(60) as u32, 1 + random.below(60) as u32);
    let n = (columns * rows) as usize;
    let kind = random.below(4);
    let mut bytes = |n: usize| -> Vec<u8> { (0..n).map(|_| random.below(256) as u8).collect() };
    let (samples, colors) = match kind {
        0 => (Samples::U8(bytes(3 * n)), None),
        1 => (Samples::U8(bytes(n)), Some(bytes(256))),
        2 => {
            let words = bytes(n).into_iter().map(|byte| u16::from(byte) * 3);
            (Samples::U16(words.collect()), Some(bytes(256)))
        }
        _ => {
            let words = bytes(n).into_iter().map(|byte| i16::from(byte) - 128);
            (Samples::I16(words.collect()), Some(bytes(256)))
        }
    };
    let has_padding = random.below(2) == 0;
    let is_grey = random.below(2) == 0;
    let table = colors.map(|colors| {
        let color = |&v: &u8| {
            let alpha = if has_padding && v % 7 == 0 { 0 } else { 255 };
            let other = if is_grey { v } else { v.wrapping_mul(31) };
            [v, other, other ^ if is_grey { 0 } else { 9 }, alpha]
        };
        let colors: Vec<Rgba> = colors.iter().map(color).collect();
        Arc::new(DisplayTable::of_bytes(&colors))
    });
    let raster_kind = if table.is_some() {
        RasterKind::Stored
    } else {
        RasterKind::Rgb
    };
    let rect = CanvasRect {
        x_px: random.below(10) as u32,
        y_px: random.below(10) as u32,
        width_px: 1 + random.below(80) as u32,
        height_px: 1 + random.below(80) as u32,
    };
    let mut sign = || if random.below(2) == 0 { -1.0 } else { 1.0 };
    let signs = DVec2::new(sign(), sign());
    let scale = signs * DVec2::new(random.within(0.1, 4.0), random.within(0.1, 4.0));
    let turned = if random.below(5) == 0 {
        DMat2::from_angle(0.3)
    } else {
        DMat2::IDENTITY
    };
    let middle = DVec2::new(f64::from(columns), f64::from(rows)) / 2.0;
    let canvas_middle = DVec2::new(
        f64::from(rect.x_px) + f64::from(rect.width_px) / 2.0,
        f64::from(rect.y_px) + f64::from(rect.height_px) / 2.0,
    );
    let matrix = DMat2::from_diagonal(scale) * turned;
    let image_from_canvas =
        DAffine2::from_mat2_translation(matrix, middle - matrix * canvas_middle);
    ImageLayer {
        rect,
        raster: Arc::new(Raster::new(rows, columns, raster_kind, samples).unwrap()),
        table,
        grid: SamplingGrid::new(&ImageFromCanvas(image_from_canvas), rect),
        interpolation: if random.below(3) == 0 {
            Interpolation::Nearest
        } else {
            Interpolation::Smooth
        },
        is_over: random.below(8) == 0,
    }
}

#[test]
fn every_byte_is_the_references() {
    let mut random = Random(7);
    let mut n_straight = 0;
    for case in 0..3_000 {
        let scene = Scene {
            width_px: 80,
            height_px: 70,
            layers: vec![layer(&mut random), layer(&mut random)],
        };
        n_straight += usize::from(scene.layers.iter().any(is_straight));
        let mut wanted = vec![0; 80 * 70 * 4];
        let mut got = wanted.clone();
        reference::draw(&scene, &mut wanted);
        draw(&scene, &mut got);
        assert!(wanted == got, "case {case}: {scene:?}");
    }
    assert!(n_straight > 2_000, "{n_straight}");
}
