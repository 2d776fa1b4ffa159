//! Ribs with their cartilage, sternum, clavicles, scapulae and arms: cortex outside, marrow inside.

use std::f32::consts::PI;

use super::shape::{Level, front_y, on_cage, spine_y};
use crate::canvas::{Area, Material, Slice, around, material};
use crate::geometry::{Cone, Ellipsoid, Point, mirrored, rise, tube};
use crate::random::{noise, rough_noise};

pub(crate) const CORTEX: Material = material(820.0, 90.0);
pub(crate) const MARROW: Material = material(190.0, 75.0);
const CARTILAGE: Material = material(112.0, 14.0);

/// The tubes of the skeleton outside the spine.
#[derive(Clone, Debug)]
pub(crate) struct Skeleton {
    ribs: Vec<Cone>,
    cartilages: Vec<Cone>,
    clavicles: Vec<Cone>,
    humeri: Vec<Cone>,
    shoulder_blades: Vec<Cone>,
}

/// The height of the vertebra that carries the rib `number` (1 to 12).
pub(crate) fn vertebra_z(number: usize) -> f32 {
    288.0 - 23.2 * (number as f32 - 1.0)
}

/// The middle of the sternum, in y.
fn sternum_y(z: f32) -> f32 {
    front_y(z) - 11.0
}

fn rib_path(number: usize, side: f32) -> Vec<(Point, f32)> {
    let z = vertebra_z(number);
    let end = [
        2.52, 2.56, 2.6, 2.62, 2.6, 2.56, 2.5, 2.3, 2.15, 1.95, 1.3, 0.85,
    ][number - 1];
    let drop = [
        34.0, 50.0, 64.0, 76.0, 84.0, 90.0, 94.0, 92.0, 88.0, 80.0, 52.0, 30.0,
    ][number - 1];
    let y = spine_y(z);
    let mut path = vec![
        ([side * 15.0, y + 8.0, z + 5.0], 4.6),
        ([side * 27.0, y + 19.0, z + 3.0], 4.2),
    ];
    let steps = 16;
    for k in 0..=steps {
        let t = k as f32 / steps as f32;
        let phi = 0.52 + (end - 0.52) * t;
        let share = rise(-0.25, 1.05, phi / 2.6);
        let height = z - drop * (share - 0.1) / 0.9;
        let point = on_cage(phi, height, 6.0);
        let radius = 4.6 + 0.9 * rise(0.7, 1.0, t) - 0.3 * rise(0.3, 0.0, t);
        path.push(([side * point[0], point[1], point[2]], radius));
    }
    path
}

fn cartilage_path(number: usize, side: f32) -> Vec<(Point, f32)> {
    let Some(&(end, radius)) = rib_path(number, side).last() else {
        return Vec::new();
    };
    let goal = [253.0, 213.0, 190.0, 168.0, 147.0, 128.0, 116.0][number - 1];
    let sternal = [side * 15.0, sternum_y(goal) + 1.0, goal];
    let low = end[2].min(goal) - if number > 4 { 6.0 } else { 0.0 };
    let phi = 0.5 * (2.6 + PI);
    let middle = on_cage(phi, low + 0.35 * (goal - low), 7.0);
    vec![
        (end, radius + 0.3),
        ([side * middle[0], middle[1], middle[2]], 5.6),
        (sternal, 5.2),
    ]
}

impl Skeleton {
    pub(crate) fn new() -> Self {
        let sides = [-1.0_f32, 1.0];
        let ribs = sides
            .iter()
            .flat_map(|&side| (1..=12).flat_map(move |n| tube(&rib_path(n, side), 2)))
            .collect();
        let cartilages = sides
            .iter()
            .flat_map(|&side| (1..=7).flat_map(move |n| tube(&cartilage_path(n, side), 5)))
            .collect();
        let y = sternum_y(252.0);
        let clavicle = [
            ([22.0, y - 1.0, 256.0], 9.0),
            ([45.0, y - 9.0, 262.0], 6.4),
            ([85.0, y + 4.0, 272.0], 5.8),
            ([118.0, y + 34.0, 283.0], 6.2),
            ([136.0, y + 42.0, 290.0], 7.0),
        ];
        let humerus = [
            ([139.0, 18.0, 288.0], 23.0),
            ([143.0, 14.0, 300.0], 22.0),
            ([150.0, 4.0, 345.0], 12.0),
        ];
        let blade = [
            ([112.0, 22.0, 282.0], 11.0),
            ([104.0, 34.0, 272.0], 9.0),
            ([92.0, 52.0, 262.0], 5.0),
            ([76.0, 72.0, 255.0], 4.0),
            ([66.0, 84.0, 250.0], 3.4),
        ];
        let coracoid = [
            ([110.0, 14.0, 284.0], 7.0),
            ([106.0, -2.0, 287.0], 6.5),
            ([110.0, -14.0, 282.0], 5.5),
        ];
        let both = |path: &[(Point, f32)]| -> Vec<Cone> {
            let other: Vec<_> = path.iter().map(|k| (mirrored(k.0), k.1)).collect();
            tube(path, 4).into_iter().chain(tube(&other, 4)).collect()
        };
        Self {
            ribs,
            cartilages,
            clavicles: both(&clavicle),
            humeri: both(&humerus),
            shoulder_blades: [both(&blade), both(&coracoid)].concat(),
        }
    }

    pub(crate) fn paint(&self, slice: &mut Slice, level: &Level) {
        slice.cones(&self.cartilages, 0.0, CARTILAGE);
        for (bones, cortex_mm) in [
            (&self.ribs, 1.35),
            (&self.shoulder_blades, 1.3),
            (&self.clavicles, 2.0),
            (&self.humeri, 2.2),
        ] {
            slice.cones(bones, 0.0, CORTEX);
            slice.cones(bones, cortex_mm, MARROW);
        }
        paint_blades(slice, level);
        paint_sternum(slice);
    }
}

fn paint_sternum(slice: &mut Slice) {
    let z = slice.z_mm;
    if !(88.0..262.0).contains(&z) {
        return;
    }
    let y = sternum_y(z.clamp(104.0, 252.0));
    let manubrium = rise(206.0, 216.0, z);
    let half_width = if z < 108.0 {
        5.0 + 9.0 * rise(88.0, 108.0, z)
    } else {
        14.0 + 3.0 * ((z - 120.0) / 14.0).sin() * (1.0 - manubrium)
            + manubrium * (5.0 + 12.0 * rise(214.0, 248.0, z))
    };
    let half_depth = 5.6 + 1.6 * manubrium;
    let solid = |p: Point| {
        let (u, v) = (p[0] / half_width, (p[1] - y) / half_depth);
        ((u.powi(4) + v.powi(4)).powf(0.25) - 1.0) * half_depth
    };
    let area = Area {
        x: [-half_width - 5.0, half_width + 5.0],
        y: [y - half_depth - 5.0, y + half_depth + 5.0],
    };
    let joint = 1.0 - rise(0.0, 3.0, (z - 210.0).abs());
    let (cortex, marrow) = if z < 106.0 {
        (CARTILAGE, CARTILAGE)
    } else {
        (material(520.0, 60.0), material(120.0, 50.0))
    };
    slice.paint(area, cortex, solid);
    slice.paint(area, marrow, |p| solid(p) + 1.2);
    if joint > 0.0 {
        slice.paint(area, CARTILAGE, |p| solid(p) + 4.0 * (1.0 - joint) + 0.3);
    }
}

/// The blades: thin curved plates that ride on the back of the cage.
fn paint_blades(slice: &mut Slice, level: &Level) {
    let z = slice.z_mm;
    if !(168.0..276.0).contains(&z) {
        return;
    }
    let up = rise(168.0, 250.0, z);
    let (medial, lateral) = (0.74 - 0.2 * up, 0.86 + 0.38 * up);
    let offset = 19.0 + 6.0 * up + 9.0 * rise(240.0, 275.0, z);
    let plate = |p: Point| {
        let at = level.polar(p);
        let phi = at.phi.abs();
        let sway = 1.5 * noise([at.phi * 6.0, z / 20.0, 0.0], 41);
        let bend = 10.0 * (phi - medial) * (lateral - phi);
        let rim = rise(0.12, 0.0, lateral - phi);
        let half = 1.7 + 2.6 * rim + 0.8 * rise(0.06, 0.0, phi - medial);
        let depth = (level.cage.distance(at) - offset - sway + bend).abs() - half;
        depth.max((medial - phi) * at.r).max((phi - lateral) * at.r)
    };
    let area = Area {
        x: [-170.0, 170.0],
        y: [0.0, 114.0],
    };
    slice.paint(area, CORTEX, plate);
    slice.paint(area, MARROW, |p| plate(p) + 1.3);
}

/// The shoulder joints' own muscles lie about these; fat parts them.
pub(crate) fn paint_shoulder_fat(slice: &mut Slice) {
    if slice.z_mm < 240.0 {
        return;
    }
    for side in [-1.0, 1.0] {
        let armpit = Ellipsoid::along(
            [side * 106.0, -8.0, 252.0],
            [36.0, 17.0, 30.0],
            [side, 0.3, 0.5],
        );
        let neck = Ellipsoid::new([side * 58.0, -14.0, 300.0], [30.0, 11.0, 20.0]);
        for solid in [armpit, neck] {
            let torn = |p: Point| {
                let lobes = 11.0 * rough_noise(p.map(|v| v / 17.0), 42);
                solid.distance(p) + lobes
            };
            slice.paint(around(solid.center, 52.0), super::wall::FAT, torn);
        }
    }
}
