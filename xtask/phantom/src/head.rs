//! A head whose every part is known: the signal of each point for the three weightings of the MR study.

use std::f32::consts::PI;

use crate::geometry::{Cone, Ellipsoid, Point, bell, blend, length, rise, sub, tube};
use crate::random::{noise, rough_noise};

/// The signal of a tissue under T1, T2 and FLAIR weighting.
pub(crate) type Signal = [f32; 3];

const AIR: Signal = [8.0, 8.0, 8.0];
const SKIN: Signal = [620.0, 420.0, 430.0];
const FAT: Signal = [1750.0, 1050.0, 1150.0];
const BONE: Signal = [70.0, 60.0, 60.0];
const MARROW: Signal = [900.0, 520.0, 560.0];
const FLUID: Signal = [230.0, 2050.0, 110.0];
const GREY: Signal = [640.0, 1120.0, 930.0];
const WHITE: Signal = [980.0, 780.0, 690.0];
const DEEP: Signal = [740.0, 960.0, 840.0];
const MUSCLE: Signal = [520.0, 330.0, 400.0];
const VITREOUS: Signal = [260.0, 2000.0, 240.0];
const LESION: Signal = [700.0, 1450.0, 1650.0];

/// A cyst of known place and size, mm; not warped.
pub(crate) const CYST_MM: Point = [-40.0, -18.0, 40.0];
pub(crate) const CYST_DIAMETER_MM: f32 = 14.0;
/// The centre of a small bright spot in the white matter, mm.
pub(crate) const SPOT_MM: Point = [28.0, 20.0, 30.0];
/// From the hull of the brain to the skull, mm.
const DURA_MM: f32 = 1.7;
const SPOT_DIAMETER_MM: f32 = 7.0;

/// The solids of the head.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    cerebrum: [Ellipsoid; 3],
    cerebellum: [Ellipsoid; 3],
    stem: Vec<Cone>,
    ventricles: Vec<Cone>,
    deep: Vec<Ellipsoid>,
}

fn pair(center: Point, radii: Point, lean: Point) -> [Ellipsoid; 2] {
    [-1.0, 1.0].map(|side| {
        Ellipsoid::along(
            [side * center[0], center[1], center[2]],
            radii,
            [side * lean[0], lean[1], lean[2]],
        )
    })
}

fn ventricles() -> Vec<Cone> {
    let mut cones = Vec::new();
    for side in [-1.0, 1.0] {
        let at = |x: f32, y: f32, z: f32| [side * x, y, z];
        let body = [
            (at(13.0, -34.0, 12.0), 2.6),
            (at(9.0, -26.0, 17.0), 4.4),
            (at(8.0, -8.0, 22.0), 4.6),
            (at(12.0, 12.0, 24.0), 5.0),
            (at(21.0, 30.0, 17.0), 6.4),
            (at(26.0, 36.0, 8.0), 6.0),
        ];
        let occipital = [(at(24.0, 36.0, 10.0), 5.0), (at(22.0, 56.0, 7.0), 2.2)];
        let temporal = [
            (at(26.0, 34.0, 6.0), 5.0),
            (at(31.0, 18.0, -8.0), 2.8),
            (at(31.0, -4.0, -16.0), 1.8),
        ];
        for path in [&body[..], &occipital, &temporal] {
            cones.extend(tube(path, 4));
        }
    }
    cones.extend(tube(
        &[
            ([0.0, -12.0, 4.0], 1.8),
            ([0.0, 4.0, 5.0], 2.6),
            ([0.0, 16.0, 3.0], 1.8),
        ],
        3,
    ));
    cones.extend(tube(
        &[([0.0, -8.0, -4.0], 1.6), ([0.0, 6.0, -3.0], 2.0)],
        2,
    ));
    cones.extend(tube(
        &[
            ([0.0, 18.0, 0.0], 1.2),
            ([0.0, 26.0, -18.0], 1.2),
            ([0.0, 36.0, -32.0], 5.0),
            ([0.0, 36.0, -42.0], 3.0),
        ],
        3,
    ));
    cones
}

/// The distances at a point from which its tissue follows.
#[derive(Clone, Copy, Debug)]
struct Depths {
    /// From the surface of the hull of the brain, negative inside.
    hull: f32,
    /// From the nearest fluid around the brain, positive inside the brain.
    cortex: f32,
}

impl Head {
    pub(crate) fn new() -> Self {
        let temporal = pair([44.0, -12.0, -22.0], [38.0, 22.0, 21.0], [0.25, 1.0, 0.25]);
        let lobes = pair([23.0, 46.0, -36.0], [29.0, 25.0, 21.0], [1.0, -0.2, 0.0]);
        let mut deep = Vec::new();
        for solids in [
            pair([15.0, -24.0, 15.0], [15.0, 5.0, 7.0], [-0.1, -1.0, -0.3]),
            pair([27.0, -4.0, 4.0], [19.0, 6.0, 11.0], [0.2, 1.0, 0.0]),
            pair([11.0, 9.0, 8.0], [15.0, 8.5, 9.0], [0.25, 1.0, 0.0]),
            pair([36.5, -2.0, 4.0], [21.0, 2.0, 13.0], [0.12, 1.0, 0.0]),
        ] {
            deep.extend(solids);
        }
        Self {
            cerebrum: [
                Ellipsoid::new([0.0, 0.0, 14.0], [67.0, 86.0, 62.0]),
                temporal[0],
                temporal[1],
            ],
            cerebellum: [
                lobes[0],
                lobes[1],
                Ellipsoid::new([0.0, 46.0, -34.0], [14.0, 22.0, 20.0]),
            ],
            stem: tube(
                &[
                    ([0.0, 4.0, -4.0], 13.0),
                    ([0.0, 10.0, -20.0], 14.0),
                    ([0.0, 16.0, -36.0], 15.0),
                    ([0.0, 24.0, -58.0], 9.5),
                    ([0.0, 30.0, -110.0], 8.0),
                ],
                3,
            ),
            ventricles: ventricles(),
            deep,
        }
    }

    /// The signal at a point of the patient, mm; soft over `edge_mm` at every border.
    pub(crate) fn signal(&self, p: Point, edge_mm: f32) -> Signal {
        let cover = |d: f32| rise(-0.5 * edge_mm, 0.5 * edge_mm, -d);
        let shift = |seed| 2.4 * noise(p.map(|v| v / 40.0), seed);
        let q = [p[0] + shift(101), p[1] + shift(102), p[2] + shift(103)];
        let brain = self
            .cerebrum_hull(q)
            .min(self.cerebellum_hull(q))
            .min(near(&self.stem, q));
        let head = head_distance(q);
        if head > edge_mm {
            return AIR;
        }
        let mut signal = mix(AIR, SKIN, cover(head));
        self.cover_outside(q, head, brain, &cover, &mut signal);
        signal = mix(signal, FLUID, cover(brain - DURA_MM));
        if brain < edge_mm {
            signal = self.brain(q, signal, &cover);
        }
        let ball = |center: Point, diameter: f32| length(sub(p, center)) - 0.5 * diameter;
        signal = mix(signal, LESION, cover(ball(SPOT_MM, SPOT_DIAMETER_MM)));
        mix(signal, FLUID, cover(ball(CYST_MM, CYST_DIAMETER_MM)))
    }

    fn cerebrum_hull(&self, p: Point) -> f32 {
        let [main, left, right] = &self.cerebrum;
        let floor = -(p[2] + 16.0 + 0.16 * p[1]) * 0.9;
        let upper = main.distance(p).max(floor);
        let behind = (p[1] - 30.0).max(0.0) * 0.3;
        blend(upper, left.distance(p).min(right.distance(p)) + behind, 8.0)
    }

    fn cerebellum_hull(&self, p: Point) -> f32 {
        let [left, right, middle] = &self.cerebellum;
        blend(
            blend(left.distance(p), right.distance(p), 6.0),
            middle.distance(p),
            6.0,
        )
    }

    /// Scalp, skull, muscles, eyes and sinuses: all that lies outside the dura.
    fn cover_outside(
        &self,
        p: Point,
        head: f32,
        brain: f32,
        cover: &impl Fn(f32) -> f32,
        signal: &mut Signal,
    ) {
        let thick = 2.0 + 0.5 * noise(p.map(|v| v / 15.0), 111);
        *signal = mix(*signal, FAT, cover(head + thick));
        let temple = rise(42.0, -8.0, p[2]) * bell(p[1], -22.0, 30.0);
        *signal = mix(
            *signal,
            MUSCLE,
            temple * cover(brain - 11.0 - 12.0 * temple) * cover(head + 4.5),
        );
        let neck = rise(-12.0, -40.0, p[2]) * rise(20.0, 50.0, p[1]);
        *signal = mix(*signal, MUSCLE, neck * cover(head + 7.0));
        let low = rise(-16.0, -34.0, p[2]);
        let meat = rough_noise([p[0] / 17.0, p[1] / 21.0, p[2] / 30.0], 112);
        *signal = mix(
            *signal,
            MUSCLE,
            low * rise(-0.28, -0.12, meat) * cover(head + 7.5),
        );
        face(p, head, cover, signal);
        let table =
            6.6 + 1.2 * noise(p.map(|v| v / 30.0), 113) + 2.0 * bell(p[1].abs(), 88.0, 20.0);
        *signal = mix(*signal, BONE, cover(brain - DURA_MM - table));
        let diploe = 1.7 + 0.5 * noise(p.map(|v| v / 12.0), 114);
        let middle = (brain - DURA_MM - 0.5 * table).abs() - 0.5 * table + diploe;
        *signal = mix(*signal, MARROW, 0.85 * cover(middle));
    }

    fn brain(&self, p: Point, outside: Signal, cover: &impl Fn(f32) -> f32) -> Signal {
        let cerebrum = self.cerebrum_hull(p);
        let small = self.cerebellum_hull(p);
        let stem = near(&self.stem, p);
        let mut signal = outside;
        signal = mix(signal, WHITE, cover(stem));
        let fold = folia(p, small);
        signal = mix(signal, GREY, cover(small));
        signal = mix(signal, FLUID, 0.55 * cover(small) * cover(fold));
        signal = mix(signal, WHITE, 0.8 * cover((small + 3.0).max(1.3 - fold)));
        let at = Depths {
            hull: cerebrum,
            cortex: folded(p, cerebrum),
        };
        signal = mix(signal, FLUID, cover(at.hull));
        let ribbon = 2.9 + 0.5 * noise(p.map(|v| v / 10.0), 121);
        signal = mix(signal, GREY, cover(-at.cortex) * cover(at.hull));
        signal = mix(signal, WHITE, cover(ribbon - at.cortex) * cover(at.hull));
        for nucleus in &self.deep {
            signal = mix(signal, DEEP, cover(nucleus.distance(p)));
        }
        let ventricle = near(&self.ventricles, p) + 0.7 * noise(p.map(|v| v / 7.0), 122);
        let rim = mix(signal, LESION, 0.35 * bell(ventricle, 0.8, 1.6));
        mix(rim, FLUID, cover(ventricle))
    }
}

/// How deep a point lies in the folded cortex: the distance to the surface or to the nearest sulcus.
fn folded(p: Point, hull: f32) -> f32 {
    let depth = -hull;
    let wide = [p[0] / 15.0, p[1] / 15.0, p[2] / 15.0];
    let bent = [
        wide[0] + 0.5 * noise(wide, 131),
        wide[1] + 0.5 * noise(wide, 132),
        wide[2] + 0.5 * noise(wide, 133),
    ];
    let field = (5.2 * noise(bent, 134) + 0.5 * noise(bent.map(|v| 2.3 * v), 135)).sin();
    let bottom = 14.0 + 7.0 * noise(p.map(|v| v / 19.0), 136);
    let gap = 0.9 + 0.6 * noise(p.map(|v| v / 13.0), 137) - 0.05 * depth;
    let sulcus = 4.4 * field.abs() - gap + (depth - bottom).max(0.0) * 0.9;
    let falx_depth = Ellipsoid::new([0.0, 2.0, 8.0], [30.0, 44.0, 26.0]).distance(p);
    let falx = p[0].abs() - 1.3 + (2.0 - falx_depth).max(0.0) * 0.9;
    let course = p[2] - 3.0 - 0.28 * p[1] + 6.0 * noise(p.map(|v| v / 16.0), 138);
    let sylvian =
        course.abs() - 0.8 + (36.0 - p[0].abs()).max(0.0) + (p[1].abs() - 30.0).max(0.0) * 0.8;
    (depth - 0.3).min(sulcus).min(falx).min(sylvian)
}

/// The fine leaves of the cerebellum: distance to the nearest cleft between two.
fn folia(p: Point, hull: f32) -> f32 {
    let bent = 1.6 * rough_noise(p.map(|v| v / 14.0), 141);
    let wave = (0.5 * (length(sub(p, [0.0, 30.0, -30.0])) * 1.5 + 3.0 * bent) * PI / 2.6).sin();
    2.0 * wave.abs() - 0.4 + (-hull - 13.0).max(0.0) * 0.4
}

/// The outside of the head: skull, nose, and the neck below.
fn head_distance(p: Point) -> f32 {
    let skull = Ellipsoid::new([0.0, 0.0, 10.0], [81.0, 102.0, 85.0]).distance(p);
    let jaw = Ellipsoid::new([0.0, -30.0, -40.0], [66.0, 70.0, 72.0]).distance(p);
    let neck = ((p[0].powi(2) + (p[1] - 28.0).powi(2)).sqrt() - 60.0).max(p[2] + 10.0);
    let nose =
        Ellipsoid::along([0.0, -98.0, -50.0], [24.0, 11.0, 12.0], [0.0, -0.5, -1.0]).distance(p);
    blend(blend(blend(skull, jaw, 18.0), neck, 20.0), nose, 8.0)
}

/// Orbits with their eyes, and the air of the sinuses.
fn face(p: Point, head: f32, cover: &impl Fn(f32) -> f32, signal: &mut Signal) {
    let mirror = [p[0].abs(), p[1], p[2]];
    let sinuses = [
        Ellipsoid::new([7.0, -66.0, -36.0], [6.5, 22.0, 13.0]),
        Ellipsoid::new([30.0, -62.0, -64.0], [15.0, 17.0, 17.0]),
        Ellipsoid::new([10.0, -87.0, -6.0], [12.0, 5.0, 9.0]),
        Ellipsoid::new([9.0, -30.0, -36.0], [9.0, 11.0, 9.0]),
    ];
    for sinus in &sinuses {
        let d = sinus.distance(mirror) + 1.6 * noise(p.map(|v| v / 6.0), 151);
        *signal = mix(*signal, BONE, cover(d - 1.5));
        *signal = mix(*signal, AIR, cover(d));
    }
    let orbit = Ellipsoid::along([30.0, -66.0, -32.0], [27.0, 19.0, 18.0], [0.35, -1.0, 0.0])
        .distance(mirror);
    *signal = mix(*signal, FAT, cover(orbit.max(head + 4.0)));
    let nerve = tube(
        &[([29.0, -66.0, -31.0], 2.2), ([22.0, -42.0, -29.0], 2.0)],
        2,
    );
    *signal = mix(*signal, WHITE, cover(near(&nerve, mirror)));
    for from in [
        [42.0, -70.0, -31.0],
        [19.0, -70.0, -31.0],
        [30.0, -70.0, -19.0],
    ] {
        let muscle = tube(&[(from, 2.0), ([24.0, -42.0, -29.0], 1.6)], 2);
        *signal = mix(*signal, MUSCLE, cover(near(&muscle, mirror)));
    }
    let eye = length(sub(mirror, [31.0, -77.0, -31.0])) - 12.2;
    *signal = mix(*signal, MUSCLE, cover(eye));
    *signal = mix(*signal, VITREOUS, cover(eye + 1.2));
    let lens = Ellipsoid::new([31.0, -86.0, -31.0], [4.4, 2.0, 4.4]).distance(mirror);
    *signal = mix(*signal, MUSCLE, cover(lens));
}

fn near(cones: &[Cone], p: Point) -> f32 {
    cones
        .iter()
        .map(|cone| cone.distance(p))
        .fold(f32::MAX, f32::min)
}

fn mix(from: Signal, to: Signal, share: f32) -> Signal {
    [0, 1, 2].map(|k| from[k] + (to[k] - from[k]) * share)
}
