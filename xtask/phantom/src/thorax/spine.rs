//! Vertebrae with endplates, discs, arches and processes, and the cord in its canal.

use super::shape::spine_y;
use super::skeleton::{CORTEX, vertebra_z};
use crate::canvas::{Area, Slice, material};
use crate::geometry::{Cone, Point, rise, tube};

const SPACING_MM: f32 = 23.2;

/// The tubes of all vertebral arches.
#[derive(Clone, Debug)]
pub(crate) struct Spine {
    arches: Vec<Cone>,
}

impl Spine {
    pub(crate) fn new() -> Self {
        Self {
            arches: (0..17)
                .flat_map(|k| arch(288.0 + 2.0 * SPACING_MM - k as f32 * SPACING_MM))
                .collect(),
        }
    }

    pub(crate) fn paint(&self, slice: &mut Slice) {
        slice.cones(&self.arches, 0.0, CORTEX);
        slice.cones(&self.arches, 1.5, material(260.0, 80.0));
        paint_body(slice);
        paint_canal(slice);
    }
}

fn arch(z: f32) -> Vec<Cone> {
    let y = spine_y(z);
    let lumbar = rise(60.0, 10.0, z);
    let mut cones = Vec::new();
    for side in [-1.0, 1.0] {
        let at = |x: f32, dy: f32, dz: f32| [side * x, y + dy, z + dz];
        let pedicle = [
            (at(11.0, 10.0, 4.0), 4.2),
            (at(12.0, 22.0, 4.0), 4.6),
            (at(13.0, 29.0, 2.0), 5.4),
        ];
        let lamina = [
            (at(13.0, 29.0, 2.0), 5.0),
            (at(7.0, 34.0, -3.0), 3.8),
            (at(0.0, 37.0, -6.0), 4.0),
        ];
        let out = 32.0 + 6.0 * lumbar;
        let transverse = [
            (at(14.0, 28.0, 3.0), 4.8),
            (at(23.0, 33.0, 4.0), 4.0),
            (at(out, 38.0, 5.0), 5.0),
        ];
        for path in [&pedicle, &lamina, &transverse] {
            cones.extend(tube(path, 2));
        }
    }
    let slant = -22.0 + 16.0 * lumbar;
    let spinous = [
        ([0.0, y + 36.0, z - 6.0], 4.2),
        ([0.0, y + 46.0, z - 8.0 + 0.5 * slant], 2.9),
        ([0.0, y + 54.0, z - 8.0 + slant], 3.6),
    ];
    cones.extend(tube(&spinous, 3));
    cones
}

/// Half the width and half the depth of a vertebral body at a height, mm.
fn body_size(z: f32) -> (f32, f32) {
    let low = rise(290.0, 0.0, z);
    (14.5 + 7.5 * low, 10.5 + 6.0 * low)
}

fn paint_body(slice: &mut Slice) {
    let z = slice.z_mm;
    let (wide, deep) = body_size(z);
    let y = spine_y(z);
    let area = Area {
        x: [-wide - 8.0, wide + 8.0],
        y: [y - deep - 8.0, y + deep + 8.0],
    };
    // Bodies are waisted: widest at the endplates. Height is looked up in warped space, so discs tilt.
    let offset = |p: Point| {
        let k = ((vertebra_z(1) - p[2]) / SPACING_MM).round();
        (p[2] - (vertebra_z(1) - k * SPACING_MM)) / (0.5 * SPACING_MM)
    };
    let solid = |p: Point| {
        let waist = 2.2 * (1.0 - offset(p).powi(2));
        let (a, b) = (wide - waist, deep - 0.7 * waist);
        let v = p[1] - y;
        let back = (v - 0.72 * b).max(0.0) * 0.6 * (1.0 - (p[0] / a).powi(2)).max(0.0);
        let n = 2.6;
        (((p[0].abs() / a).powf(n) + (v.abs() / b).powf(n)).powf(1.0 / n) - 1.0) * b + back
    };
    let tilted = |p: Point| (offset(p).abs() - 0.8) * 0.5 * SPACING_MM + 0.06 * (p[1] - y);
    slice.paint(area, material(94.0, 8.0), |p| solid(p) - 0.6);
    slice.paint(area, CORTEX, |p| solid(p).max(tilted(p)));
    slice.paint(area, material(210.0, 70.0), |p| {
        (solid(p) + 1.2).max(tilted(p) + 1.4)
    });
}

fn paint_canal(slice: &mut Slice) {
    let z = slice.z_mm;
    let (_, deep) = body_size(z);
    let y = spine_y(z) + deep + 9.0;
    let area = Area {
        x: [-16.0, 16.0],
        y: [y - 16.0, y + 16.0],
    };
    let oval = |a: f32, b: f32| {
        move |p: Point| {
            ((p[0] / a).powi(2) + ((p[1] - y) / b).powi(2))
                .sqrt()
                .mul_add(b, -b)
        }
    };
    slice.paint(area, material(-70.0, 8.0), oval(9.5, 8.6));
    slice.paint(area, material(14.0, 5.0), oval(7.8, 7.2));
    slice.paint(area, material(42.0, 4.0), oval(4.6, 3.6));
}
