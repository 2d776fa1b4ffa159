//! The large form of the chest: skin, rib cage, spine line, diaphragm, and the space left to the lungs.

use std::f32::consts::{PI, TAU};
use std::sync::LazyLock;

use crate::geometry::{Cone, Ellipsoid, Point, bell, blend, curve, rise};

/// The y of the middle of the vertebral bodies, mm; z from 0 (upper abdomen) to 300 (thoracic inlet).
pub(crate) fn spine_y(z: f32) -> f32 {
    curve(
        &[
            (-60.0, 40.0),
            (0.0, 46.0),
            (110.0, 54.0),
            (190.0, 54.0),
            (260.0, 43.0),
            (340.0, 26.0),
        ],
        z,
    )
}

/// The y about which the chest is described in polar coordinates.
pub(crate) fn center_y(z: f32) -> f32 {
    curve(
        &[
            (-60.0, 2.0),
            (100.0, -2.0),
            (180.0, 4.0),
            (230.0, 14.0),
            (290.0, 24.0),
            (340.0, 24.0),
        ],
        z,
    )
}

fn cage_half_width(z: f32) -> f32 {
    curve(
        &[
            (-60.0, 118.0),
            (20.0, 124.0),
            (100.0, 129.0),
            (170.0, 124.0),
            (230.0, 104.0),
            (268.0, 78.0),
            (292.0, 54.0),
            (320.0, 30.0),
        ],
        z,
    )
}

fn cage_half_depth(z: f32) -> f32 {
    curve(
        &[
            (-60.0, 76.0),
            (20.0, 82.0),
            (100.0, 86.0),
            (170.0, 81.0),
            (230.0, 66.0),
            (268.0, 50.0),
            (292.0, 36.0),
            (320.0, 26.0),
        ],
        z,
    )
}

/// The inner surface of the rib cage at the angle `phi` from the back, as a radius about [`center_y`].
pub(crate) fn cage_radius(phi: f32, z: f32) -> f32 {
    let (sin, cos) = phi.sin_cos();
    let n = 2.3;
    let sum = (sin.abs() / cage_half_width(z)).powf(n) + (cos.abs() / cage_half_depth(z)).powf(n);
    let flat_front = 1.0 - 0.05 * bell(cos, -1.0, 0.35);
    sum.powf(-1.0 / n) * flat_front
}

/// A point on the cage, `out` mm outside its inner surface.
pub(crate) fn on_cage(phi: f32, z: f32, out: f32) -> Point {
    let r = cage_radius(phi, z) + out;
    [r * phi.sin(), center_y(z) + r * phi.cos(), z]
}

/// The y of the front of the cage in the midline, behind the sternum.
pub(crate) fn front_y(z: f32) -> f32 {
    on_cage(PI, z, 0.0)[1]
}

fn body_half_width(z: f32) -> f32 {
    curve(
        &[
            (-60.0, 152.0),
            (0.0, 157.0),
            (100.0, 163.0),
            (180.0, 165.0),
            (230.0, 168.0),
            (285.0, 172.0),
            (312.0, 150.0),
            (330.0, 86.0),
            (350.0, 60.0),
        ],
        z,
    )
}

fn body_half_depth(z: f32) -> f32 {
    curve(
        &[
            (-60.0, 108.0),
            (0.0, 112.0),
            (100.0, 115.0),
            (180.0, 113.0),
            (230.0, 104.0),
            (270.0, 90.0),
            (300.0, 76.0),
            (350.0, 62.0),
        ],
        z,
    )
}

/// The back lies on the table.
pub(crate) const BACK_Y_MM: f32 = 114.0;

fn breast(side: f32) -> Ellipsoid {
    Ellipsoid::along(
        [side * 84.0, -88.0, 128.0],
        [44.0, 62.0, 56.0],
        [side * 0.5, -0.85, -0.1],
    )
}

/// Distance to the breasts, negative inside, mm.
pub(crate) fn breast_distance(p: Point) -> f32 {
    static BREASTS: LazyLock<[Ellipsoid; 2]> = LazyLock::new(|| [breast(-1.0), breast(1.0)]);
    BREASTS[usize::from(p[0] > 0.0)].distance(p)
}

fn body_distance(p: Point) -> f32 {
    let (a, b) = (body_half_width(p[2]), body_half_depth(p[2]));
    let y = p[1] - (BACK_Y_MM - b);
    let n = 2.45;
    let level = ((p[0].abs() / a).powf(n) + (y.abs() / b).powf(n)).powf(1.0 / n);
    let groove = 5.0 * bell(p[0], 0.0, 9.0) * rise(0.0, 40.0, y);
    blend((level - 1.0) * b + groove, breast_distance(p), 16.0)
}

/// A closed outline in polar form: radius and the cosine of its slant, tabled over the angle.
#[derive(Clone, Debug)]
pub(crate) struct Outline(Vec<(f32, f32)>);

const ANGLES: usize = 1024;

impl Outline {
    fn new(radius: impl Fn(f32) -> f32) -> Self {
        let step = TAU / ANGLES as f32;
        let radii: Vec<f32> = (0..ANGLES).map(|k| radius(k as f32 * step)).collect();
        let slant = |k: usize| {
            let ahead = radii[(k + 1) % ANGLES] - radii[(k + ANGLES - 1) % ANGLES];
            let slope = ahead / (2.0 * step) / radii[k].max(1.0);
            1.0 / (1.0 + slope * slope).sqrt()
        };
        Self((0..ANGLES).map(|k| (radii[k], slant(k))).collect())
    }

    /// Distance to the outline, negative inside.
    pub(crate) fn distance(&self, at: Polar) -> f32 {
        let position = at.phi.rem_euclid(TAU) / TAU * ANGLES as f32;
        let k = position as usize % ANGLES;
        let t = position.fract();
        let (a, b) = (self.0[k], self.0[(k + 1) % ANGLES]);
        (at.r - (a.0 + (b.0 - a.0) * t)) * a.1
    }
}

/// Radius and angle about the middle of the chest; the angle is 0 at the back and grows to the left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Polar {
    pub(crate) r: f32,
    pub(crate) phi: f32,
}

/// What depends on z alone, computed once a slice.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    pub(crate) z: f32,
    pub(crate) center_y: f32,
    pub(crate) spine_y: f32,
    pub(crate) body: Outline,
    pub(crate) cage: Outline,
}

impl Level {
    pub(crate) fn at(z: f32) -> Self {
        let center_y = center_y(z);
        let cast = |phi: f32| {
            let (sin, cos) = phi.sin_cos();
            let (mut low, mut high) = (0.0, 260.0);
            for _ in 0..18 {
                let middle = 0.5 * (low + high);
                let inside = body_distance([middle * sin, center_y + middle * cos, z]) < 0.0;
                if inside { low = middle } else { high = middle }
            }
            low
        };
        Self {
            z,
            center_y,
            spine_y: spine_y(z),
            body: Outline::new(cast),
            cage: Outline::new(|phi| cage_radius(phi, z)),
        }
    }

    pub(crate) fn polar(&self, p: Point) -> Polar {
        let (x, y) = (p[0], p[1] - self.center_y);
        Polar {
            r: (x * x + y * y).sqrt(),
            phi: x.atan2(y),
        }
    }
}

/// The diaphragm is nowhere higher than this.
const DOME_MM: f32 = 112.0;

/// The height of the diaphragm above a point, mm: two domes, deep gutters at the back and the sides.
pub(crate) fn diaphragm_z(p: Point, inside_cage: f32) -> f32 {
    let phi = p[0].abs().atan2(p[1]);
    let gutter = curve(
        &[
            (0.0, 26.0),
            (1.0, 30.0),
            (1.7, 44.0),
            (2.5, 70.0),
            (PI, 86.0),
        ],
        phi,
    );
    let dome = 106.0 - 9.0 * rise(-22.0, 30.0, p[0]);
    let depth = (inside_cage / 62.0).clamp(0.0, 1.0);
    let middle_dip = 9.0 * bell(p[0], 12.0, 26.0);
    gutter + (dome - gutter) * (1.0 - (1.0 - depth).powi(3)) - middle_dip
}

/// The contour of the mediastinum as the lungs see it.
#[derive(Clone, Debug)]
pub(crate) struct Mediastinum {
    solids: Vec<Ellipsoid>,
    vessels: Vec<Cone>,
}

impl Mediastinum {
    pub(crate) fn new(aorta: &[Cone]) -> Self {
        let solids = vec![
            Ellipsoid::along(
                [20.0, -30.0, 116.0],
                [66.0, 50.0, 50.0],
                [0.82, -0.34, -0.42],
            ),
            Ellipsoid::new([-24.0, -24.0, 128.0], [26.0, 32.0, 40.0]),
            Ellipsoid::new([2.0, 10.0, 142.0], [44.0, 24.0, 26.0]),
            Ellipsoid::new([0.0, -18.0, 182.0], [36.0, 42.0, 34.0]),
            Ellipsoid::new([-3.0, -10.0, 226.0], [34.0, 38.0, 46.0]),
            Ellipsoid::new([0.0, 0.0, 276.0], [32.0, 44.0, 52.0]),
            Ellipsoid::new([0.0, 14.0, 172.0], [40.0, 15.0, 20.0]),
            Ellipsoid::new([0.0, 10.0, 80.0], [24.0, 40.0, 60.0]),
        ];
        Self {
            solids,
            vessels: aorta.to_vec(),
        }
    }

    /// Only what matters near the height `z`.
    pub(crate) fn near(&self, z: f32) -> Self {
        let solids = self.solids.iter().copied();
        let vessels = self.vessels.iter().copied();
        Self {
            solids: solids
                .filter(|solid| (z - solid.center[2]).abs() < solid.reach() + 14.0)
                .collect(),
            vessels: vessels
                .filter(|cone| {
                    let reach = cone.radius() + 18.0;
                    z > cone.from[2].min(cone.to[2]) - reach
                        && z < cone.from[2].max(cone.to[2]) + reach
                })
                .collect(),
        }
    }

    /// Distance to its surface, negative inside.
    pub(crate) fn distance(&self, p: Point, level: &Level) -> f32 {
        let y = p[1] - level.spine_y;
        let spine = ((p[0] / 21.0).powi(2) + ((y - 16.0) / 36.0).powi(2)).sqrt();
        let mut d = (spine - 1.0) * 21.0;
        let septum =
            p[0].abs() - 3.0 - 12.0 * rise(-30.0, 10.0, p[1] + 60.0) * rise(60.0, 10.0, p[1]);
        d = blend(d, septum, 9.0);
        for solid in &self.solids {
            d = blend(d, solid.distance(p), 7.0);
        }
        for cone in &self.vessels {
            d = blend(d, cone.distance(p) - 2.5, 7.0);
        }
        d
    }
}

/// Distance to the surface of the lung that holds `p`, negative inside.
pub(crate) fn lung_distance(p: Point, level: &Level, mediastinum: &Mediastinum) -> f32 {
    let cage = level.cage.distance(level.polar(p)) + 2.0;
    if cage > 4.0 {
        return cage;
    }
    let floor = if p[2] < DOME_MM {
        (diaphragm_z(p, -cage) - p[2]) * 0.62
    } else {
        f32::MIN
    };
    let (dx, dy) = (p[0].abs() - 44.0, p[1] - 26.0);
    let roof = (p[2] - 291.0 + (dx * dx + dy * dy) / 75.0) * 0.5;
    let outer = cage.max(floor).max(roof);
    if outer > 4.0 {
        return outer;
    }
    -blend(-outer, mediastinum.distance(p, level), 5.0)
}
