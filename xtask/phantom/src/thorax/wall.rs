//! Skin, fat and the muscles of the chest wall, and the table below.

use std::f32::consts::PI;

use super::shape::{BACK_Y_MM, Level, Polar, breast_distance, diaphragm_z};
use crate::canvas::{Area, Material, Slice, material};
use crate::geometry::{bell, rise};
use crate::random::{noise, rough_noise};

const SKIN: Material = material(18.0, 10.0);
pub(crate) const FAT: Material = material(-104.0, 7.0);
pub(crate) const MUSCLE: Material = material(60.0, 6.0);
const GLAND: Material = material(24.0, 14.0);

/// Paints everything from the skin to the inner surface of the rib cage, and fat within.
pub(crate) fn paint(slice: &mut Slice, level: &Level) {
    for index in 0..slice.values.len() {
        let p = slice.warped(index);
        let at = level.polar(p);
        let body = level.body.distance(at);
        let covered = slice.coverage(body);
        if covered == 0.0 {
            continue;
        }
        slice.mix(index, SKIN, covered);
        let cage = level.cage.distance(at);
        if cage < -20.0 {
            slice.mix(index, FAT, covered);
            continue;
        }
        let skin_mm = if body > -7.0 {
            2.0 + 0.4 * noise(p.map(|v| v / 20.0), 20)
        } else {
            2.0
        };
        let below_skin = slice.coverage(body + skin_mm);
        if below_skin == 0.0 {
            continue;
        }
        slice.mix(index, FAT, below_skin);
        paint_gland(slice, index, body, p);
        paint_muscle(slice, index, at, body, cage, below_skin);
        let neck = 18.0 * rise(272.0, 300.0, p[2]) * rise(0.2, 0.6, at.phi.abs());
        slice.mix(index, FAT, slice.coverage(cage + 2.4 + neck));
    }
}

fn paint_strand(slice: &mut Slice, index: usize, below_skin: f32) {
    let p = slice.warped(index);
    let strand = rough_noise([p[0] / 15.0, p[1] / 15.0, p[2] / 20.0], 21).abs();
    let thread = 0.32 * below_skin * (1.0 - rise(0.0, 0.05, strand));
    slice.mix(index, material(-40.0, 0.0), thread);
}

fn paint_gland(slice: &mut Slice, index: usize, body: f32, p: [f32; 3]) {
    let depth = breast_distance(p);
    if depth > 0.0 {
        return;
    }
    let lobule = rough_noise([p[0] / 13.0, p[1] / 17.0, p[2] / 13.0], 22);
    let inside = rise(-6.0, -20.0, depth) * rise(-9.0, -15.0, body);
    let amount = inside * rise(0.05, 0.28, lobule + 0.5 * bell(body, -18.0, 12.0) - 0.12);
    slice.mix(index, GLAND, amount);
}

/// How thick the muscles are outside the ribs, mm.
fn muscle_mm(phi: f32, z: f32) -> f32 {
    let phi = phi.abs();
    let erector = 21.0 * bell(phi, 0.22, 0.34);
    let side = 9.0 * bell(phi, 1.3, 0.9);
    let scapular = 30.0 * bell(phi, 0.95, 0.5) * rise(150.0, 212.0, z);
    let pectoral = 17.0 * bell(phi, 2.3, 0.5) * rise(135.0, 196.0, z);
    let belly = 6.0 * rise(2.3, 2.9, phi) * rise(90.0, 40.0, z);
    let trapezius = 6.0 * bell(phi, 0.3, 0.5) * rise(120.0, 230.0, z);
    let shoulder = 110.0 * rise(236.0, 282.0, z) * rise(0.25, 0.7, phi);
    9.0 + erector + side + scapular + pectoral + belly + trapezius + shoulder
}

fn fat_mm(p: [f32; 3], at: Polar) -> f32 {
    let phi = at.phi.abs();
    let hips = 6.0 * bell(phi, 1.4, 0.6) * rise(140.0, 40.0, p[2]);
    let wave = noise([4.0 * at.phi.sin(), 4.0 * phi.cos(), p[2] / 45.0], 23);
    7.5 + hips + 3.0 * wave + 5.0 * bell(phi, PI, 0.3) - 1.5 * bell(phi, 0.0, 0.2)
}

fn paint_muscle(slice: &mut Slice, index: usize, at: Polar, body: f32, cage: f32, below_skin: f32) {
    let p = slice.warped(index);
    if cage < -4.0 && p[2] < 265.0 {
        return;
    }
    let depth = cage - muscle_mm(at.phi, p[2]);
    // Far outside the muscle, its waves need not be known.
    let covered = if depth > 5.0 {
        0.0
    } else {
        let wave = 2.6 * noise([6.0 * at.phi.sin(), 6.0 * at.phi.cos(), p[2] / 26.0], 24);
        slice.coverage((depth - wave).max(body + fat_mm(p, at)))
    };
    if covered < 1.0 {
        paint_strand(slice, index, below_skin);
    }
    slice.mix(index, MUSCLE, covered);
    if covered < 0.02 {
        return;
    }
    let along = at.r * at.phi;
    let streak = noise([along / 26.0, cage / 4.6, p[2] / 34.0], 25);
    let marbled = 0.55 * rise(0.46, 0.75, streak) * rise(3.1, 2.8, at.phi.abs());
    slice.mix(index, FAT, covered * marbled.max(plane(at, cage, p[2])));
}

/// The fat planes that part the layers of muscle.
fn plane(at: Polar, cage: f32, z: f32) -> f32 {
    let phi = at.phi.abs();
    let (sin, cos) = at.phi.sin_cos();
    let sheet = |depth: f32, seed: u32, amount: f32| {
        if amount < 0.02 || (cage - depth).abs() > 7.5 {
            return 0.0;
        }
        let place = [4.0 * sin, 4.0 * cos, z / 34.0];
        let wave = 4.6 * noise(place, seed);
        let shown = rise(-0.5, 0.1, noise(place.map(|v| 1.7 * v), seed + 40));
        amount * shown * bell(cage, depth + wave, 1.1)
    };
    let ribs = sheet(10.5, 26, 0.75 * rise(0.35, 0.6, phi));
    let flank = sheet(17.5, 27, 0.8 * rise(0.5, 0.9, phi) * rise(2.3, 1.9, phi));
    let scapular = sheet(31.0, 28, 0.8 * rise(150.0, 190.0, z) * rise(1.6, 1.3, phi));
    let pectoral = sheet(19.0, 29, 0.8 * bell(phi, 2.2, 0.4) * rise(170.0, 200.0, z));
    let shoulder = sheet(46.0, 30, 0.8).max(sheet(64.0, 31, 0.8)) * rise(235.0, 262.0, z);
    let back = 0.8 * bell(at.r * sin, 0.0, 1.2) * rise(8.0, 16.0, cage) * rise(1.0, 0.4, phi);
    ribs.max(flank)
        .max(scapular)
        .max(pectoral)
        .max(shoulder)
        .max(back)
}

/// The sheet of muscle that parts chest and abdomen, with fat below it for the organs to lie in.
pub(crate) fn paint_diaphragm(slice: &mut Slice, level: &Level) {
    if level.z > 120.0 {
        return;
    }
    for index in 0..slice.values.len() {
        let p = slice.warped(index);
        let cage = level.cage.distance(level.polar(p)) + 2.0;
        if cage > 2.0 {
            continue;
        }
        let depth = (p[2] - diaphragm_z(p, -cage)) * 0.62;
        let inside = slice.coverage(cage);
        slice.mix(index, MUSCLE, inside * slice.coverage(depth + 0.5));
        slice.mix(
            index,
            FAT,
            slice.coverage(cage + 3.0) * slice.coverage(depth + 3.6),
        );
    }
}

/// The curved top of the scanner's table: two thin shells and foam.
pub(crate) fn paint_table(slice: &mut Slice) {
    let radius = 420.0;
    let sag = move |p: [f32; 3]| {
        let y = p[1] - (BACK_Y_MM + 5.0 - radius);
        (p[0] * p[0] + y * y).sqrt() - radius
    };
    let area = Area {
        x: [-200.0, 200.0],
        y: [40.0, 200.0],
    };
    let within = |d: f32, low: f32, high: f32| (low - d).max(d - high);
    let width = |p: [f32; 3]| p[0].abs() - 205.0;
    let mut layer = |low: f32, high: f32, value: f32| {
        slice.paint_exactly(area, material(value, 0.0), |p| {
            within(sag(p), low, high).max(width(p))
        });
    };
    layer(-4.0, 2.0, -920.0);
    layer(2.0, 3.6, -120.0);
    layer(3.6, 22.0, -945.0);
    layer(22.0, 23.6, -150.0);
}
