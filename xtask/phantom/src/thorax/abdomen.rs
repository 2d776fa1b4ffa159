//! What shows below the diaphragm: liver with its vessels, spleen, stomach, kidneys and gut.

use super::heart::AORTIC_BLOOD;
use super::shape::{Level, diaphragm_z};
use super::wall::{FAT, MUSCLE};
use crate::canvas::{Area, Material, Slice, material};
use crate::geometry::{Cone, Ellipsoid, Point, add, bell, scale, tube, unit};
use crate::random::{Random, noise};

const LIVER: Material = material(108.0, 5.0);
const LIVER_VEIN: Material = material(158.0, 3.0);
const SPLEEN: Material = material(122.0, 5.0);
const KIDNEY: Material = material(165.0, 8.0);
const STOMACH_WALL: Material = material(66.0, 5.0);
const FLUID: Material = material(22.0, 14.0);
const GAS: Material = material(-985.0, 0.0);

/// The vessels of the liver, grown once.
#[derive(Clone, Debug)]
pub(crate) struct Abdomen {
    liver_veins: Vec<Cone>,
    crura: Vec<Cone>,
}

impl Abdomen {
    pub(crate) fn new() -> Self {
        let mut random = Random::new(0x5EED_0002);
        let mut liver_veins = Vec::new();
        let cava = [-26.0, 4.0, 86.0];
        for heading in [
            [-0.9, 0.25, -0.25],
            [-0.5, -0.75, -0.3],
            [0.35, -0.85, -0.35],
        ] {
            ramify(cava, unit(heading), 4.6, &mut random, &mut liver_veins);
        }
        for heading in [[-0.9, 0.1, 0.3], [-0.6, -0.5, 0.5], [0.5, -0.8, 0.2]] {
            ramify(
                [-34.0, -16.0, 30.0],
                unit(heading),
                5.4,
                &mut random,
                &mut liver_veins,
            );
        }
        let crus = |side: f32| {
            tube(
                &[
                    ([side * 6.0, 18.0, 78.0], 5.0),
                    ([side * 14.0, 30.0, 45.0], 6.0),
                    ([side * 13.0, 34.0, -20.0], 6.5),
                ],
                3,
            )
        };
        Self {
            liver_veins,
            crura: [crus(-1.0), crus(1.0)].concat(),
        }
    }

    pub(crate) fn paint(&self, slice: &mut Slice, level: &Level) {
        if slice.z_mm > 112.0 {
            return;
        }
        let room = |p: Point| {
            let cage = level.cage.distance(level.polar(p)) + 2.0;
            let below = (p[2] - diaphragm_z(p, -cage)) * 0.62;
            (cage + 4.5).max(below + 3.8)
        };
        paint_hollow(slice, &room);
        paint_solid(slice, &room);
        let liver = |p: Point| liver_distance(p).max(room(p));
        slice.paint(HALF, LIVER, liver);
        let mut veins = slice.clone();
        veins.cones(&self.liver_veins, 0.0, LIVER_VEIN);
        for index in 0..slice.values.len() {
            if veins.values[index] != slice.values[index] {
                let inside = slice.coverage(liver(slice.warped(index)) + 5.0);
                slice.values[index] += (veins.values[index] - slice.values[index]) * inside;
            }
        }
        slice.cones(&self.crura, 0.0, MUSCLE);
    }
}

const HALF: Area = Area {
    x: [-150.0, 90.0],
    y: [-130.0, 110.0],
};

/// The liver fills the right side and tapers across the midline in front.
fn liver_distance(p: Point) -> f32 {
    let wave = 3.0 * noise(p.map(|v| v / 28.0), 81);
    let slope = 0.55 * (p[1] + 30.0).max(-40.0);
    let left_end = 58.0 - 0.45 * (96.0 - p[2]);
    let side = (p[0] + slope - left_end + 40.0) * 0.8;
    let lobe = Ellipsoid::new([10.0, -52.0, 66.0], [64.0, 34.0, 34.0]).distance(p);
    let porta = 20.0 * bell(p[2], 24.0, 20.0) * bell(p[0], -30.0, 18.0) * bell(p[1], -4.0, 22.0);
    let behind = (p[1] - 74.0 - 0.1 * p[0]).max(p[0] + 0.7 * p[1] - 18.0 - 0.1 * p[2]);
    side.min(lobe).max(behind) + wave + porta
}

fn paint_solid(slice: &mut Slice, room: &impl Fn(Point) -> f32) {
    let spleen = Ellipsoid::along([92.0, 38.0, 52.0], [48.0, 23.0, 46.0], [0.35, -0.8, -0.3]);
    slice.paint(HALF_LEFT, SPLEEN, |p| {
        let notch = 3.0 * noise(p.map(|v| v / 20.0), 82);
        (spleen.distance(p) + notch).max(room(p) + 0.5)
    });
    for (side, z) in [(-1.0, -16.0), (1.0, 2.0)] {
        let kidney = Ellipsoid::along(
            [side * 46.0, 52.0, z],
            [46.0, 24.0, 26.0],
            [0.2 * side, -0.1, 1.0],
        );
        slice.ellipsoid(&kidney, KIDNEY);
        slice.ellipsoid(&kidney.grown(-8.0), material(120.0, 10.0));
        slice.ellipsoid(&kidney.grown(-15.0), FAT);
        let adrenal = [
            ([side * 24.0, 32.0, z + 46.0], 2.2),
            ([side * 30.0, 42.0, z + 38.0], 2.4),
            ([side * 38.0, 50.0, z + 30.0], 1.8),
        ];
        slice.cones(&tube(&adrenal, 3), 0.0, material(72.0, 4.0));
    }
}

const HALF_LEFT: Area = Area {
    x: [10.0, 150.0],
    y: [-130.0, 110.0],
};

/// Stomach with a level of gas over fluid, and a bend of the colon.
fn paint_hollow(slice: &mut Slice, room: &impl Fn(Point) -> f32) {
    let fundus = Ellipsoid::along([56.0, 0.0, 56.0], [44.0, 36.0, 38.0], [0.3, -0.9, -0.5]);
    let body = Ellipsoid::along([52.0, -44.0, 22.0], [44.0, 28.0, 32.0], [-0.3, -0.6, -0.8]);
    let stomach = |p: Point| {
        let fold = 1.2 * noise(p.map(|v| v / 9.0), 83);
        crate::geometry::blend(fundus.distance(p), body.distance(p), 10.0) + fold
    };
    slice.paint(HALF_LEFT, STOMACH_WALL, |p| stomach(p).max(room(p) + 0.5));
    slice.paint(HALF_LEFT, FLUID, |p| (stomach(p) + 3.4).max(room(p) + 4.0));
    slice.paint(HALF_LEFT, GAS, |p| {
        (stomach(p) + 3.6).max(room(p) + 4.2).max(p[1] + 22.0)
    });
    let colon = tube(
        &[
            ([84.0, -40.0, -30.0], 17.0),
            ([98.0, -22.0, 24.0], 18.0),
            ([100.0, 2.0, 30.0], 16.0),
            ([104.0, 20.0, -30.0], 15.0),
        ],
        5,
    );
    let near = |p: Point| {
        colon.iter().map(|c| c.distance(p)).fold(f32::MAX, f32::min)
            + 2.0 * noise(p.map(|v| v / 12.0), 84)
    };
    if slice.z_mm < 60.0 {
        slice.paint(HALF_LEFT, material(52.0, 6.0), |p| near(p).max(room(p)));
        slice.paint(HALF_LEFT, GAS, |p| (near(p) + 2.6).max(room(p) + 2.6));
    }
    slice.ellipsoid(
        &Ellipsoid::new([6.0, -2.0, 6.0], [34.0, 10.0, 10.0]),
        material(88.0, 12.0),
    );
    slice.ellipsoid(
        &Ellipsoid::new([4.0, 6.0, -4.0], [4.0, 4.0, 30.0]),
        AORTIC_BLOOD,
    );
}

/// A vessel that forks on its way, each branch thinner.
fn ramify(from: Point, heading: Point, radius: f32, random: &mut Random, into: &mut Vec<Cone>) {
    if radius < 0.9 {
        return;
    }
    let reach = 8.0 + 3.4 * radius;
    let sway = [random.normal(), random.normal(), random.normal()];
    let heading = unit(add(heading, scale(sway, 0.16)));
    let to = add(from, scale(heading, reach));
    into.push(Cone {
        from,
        to,
        from_radius: radius,
        to_radius: 0.86 * radius,
    });
    let side = unit([random.normal(), random.normal(), random.normal()]);
    for sign in [-1.0, 1.0] {
        let turned = unit(add(heading, scale(side, 0.62 * sign)));
        ramify(
            to,
            turned,
            radius * random.between(0.66, 0.84),
            random,
            into,
        );
    }
}
