//! Lung tissue, its fissures, and the two nodules of stated size and density.

use super::shape::{Level, Mediastinum, lung_distance};
use crate::canvas::{Slice, around, material};
use crate::geometry::{Point, length, rise, sub};
use crate::random::noise;

/// A ball of known centre, diameter and value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ball {
    pub(crate) center_mm: Point,
    pub(crate) diameter_mm: f32,
    pub(crate) value_hu: f32,
}

impl Ball {
    fn paint(&self, slice: &mut Slice) {
        let radius = 0.5 * self.diameter_mm;
        if (slice.z_mm - self.center_mm[2]).abs() > radius + 4.0 {
            return;
        }
        let area = around(self.center_mm, radius + 4.0);
        slice.paint_exactly(area, material(self.value_hu, 0.0), |p| {
            length(sub(p, self.center_mm)) - radius
        });
    }
}

/// The solid nodule in the right upper lobe.
pub(crate) const fn solid_nodule(diameter_mm: f32) -> Ball {
    Ball {
        center_mm: [-70.0, -25.2, 224.0],
        diameter_mm,
        value_hu: 40.0,
    }
}

/// The part-solid nodule in the left lower lobe: the ground glass, and its core.
pub(crate) const PART_SOLID: [Ball; 2] = [
    Ball {
        center_mm: [75.6, 44.8, 104.0],
        diameter_mm: 14.0,
        value_hu: -600.0,
    },
    Ball {
        center_mm: [75.6, 44.8, 104.0],
        diameter_mm: 5.0,
        value_hu: 30.0,
    },
];

pub(crate) fn paint_tissue(slice: &mut Slice, level: &Level, mediastinum: &Mediastinum) {
    for index in 0..slice.values.len() {
        let p = slice.warped(index);
        let distance = lung_distance(p, level, mediastinum);
        let inside = slice.coverage(distance);
        if inside == 0.0 {
            continue;
        }
        let dependent = 46.0 * rise(-90.0, 85.0, p[1]) + 26.0 * rise(55.0, 88.0, p[1]);
        let mottle = 16.0 * noise(p.map(|v| v / 9.0), 51);
        let rim = 30.0 * rise(-4.0, 0.0, distance);
        slice.mix(
            index,
            material(-872.0 + dependent + mottle + rim, 11.0),
            inside,
        );
        let line = fissure(p, slice);
        slice.mix(index, material(-560.0, 30.0), inside * line);
    }
}

/// How much of a fissure lies at a point: the oblique ones, and the horizontal one on the right.
fn fissure(p: Point, slice: &Slice) -> f32 {
    let flat = p[1] + 52.0 - 0.78 * (p[2] - 60.0) + 0.12 * p[0].abs();
    let flat_level = p[2] - 156.0 + 0.12 * (p[1] + 40.0);
    if flat.abs() > 10.0 && (p[0] > 0.0 || flat_level.abs() > 10.0) {
        return 0.0;
    }
    let wave = 5.0 * noise([p[0] / 40.0, p[1] / 40.0, p[0].signum()], 52);
    let plane = flat + wave;
    let oblique = slice.coverage((0.79 * plane).abs() - 0.25);
    let in_front = rise(-4.0, -8.0, plane);
    let level = flat_level + 1.4 * wave;
    let horizontal = if p[0] < 0.0 {
        in_front * slice.coverage(level.abs() - 0.25)
    } else {
        0.0
    };
    0.8 * oblique.max(horizontal)
}

/// Paints the nodules as stated, over everything that was there.
pub(crate) fn paint_nodules(slice: &mut Slice, solid_diameter_mm: f32) {
    solid_nodule(solid_diameter_mm).paint(slice);
    for ball in PART_SOLID {
        ball.paint(slice);
    }
}

/// Keeps vessels out of the chest wall: what lies outside the lungs is restored from `before`.
pub(crate) fn restore_outside(slice: &mut Slice, before: &[f32], lung: &[f32]) {
    for ((value, old), inside) in slice.values.iter_mut().zip(before).zip(lung) {
        *value = old + (*value - old) * inside;
    }
}

/// How much of each pixel is lung or the middle of the chest, where vessels and airways may lie.
pub(crate) fn room(slice: &Slice, level: &Level) -> Vec<f32> {
    (0..slice.values.len())
        .map(|index| {
            let p = slice.warped(index);
            slice.coverage(level.cage.distance(level.polar(p)) + 4.0)
        })
        .collect()
}
