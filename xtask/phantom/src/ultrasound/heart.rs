//! The sector: chambers that fill and empty, valves that open, speckle, and the colours of flow.

use super::SECTOR;
use crate::geometry::{bell, blend, rise};
use crate::grain::Grain;
use crate::random::noise;

/// The apex of the sector, half its opening in radians, and its depth, in pixels.
const APEX: [f32; 2] = [400.0, 12.0];
const HALF_ANGLE: f32 = 0.62;
const DEPTH: f32 = 404.0;

/// What one frame of the sector is drawn from.
pub(super) struct Sector<'a> {
    grain: &'a [Grain; 2],
    phase: f32,
    number: usize,
}

/// One chamber: centre, half-widths and lean, in pixels of the sector.
#[derive(Clone, Copy, Debug)]
struct Chamber {
    center: [f32; 2],
    radii: [f32; 2],
    lean: f32,
}

impl Chamber {
    /// 0 in the middle, 1 on the border.
    fn level(&self, at: [f32; 2]) -> f32 {
        let (dx, dy) = (at[0] - self.center[0], at[1] - self.center[1]);
        let (sin, cos) = self.lean.sin_cos();
        let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
        ((u / self.radii[0]).powi(2) + (v / self.radii[1]).powi(2)).sqrt()
    }

    fn distance(&self, at: [f32; 2]) -> f32 {
        (self.level(at) - 1.0) * self.radii[0].min(self.radii[1])
    }
}

/// How far the ventricles are contracted, 0 to 1.
fn squeeze(phase: f32) -> f32 {
    rise(0.04, 0.3, phase) * rise(0.55, 0.4, phase)
}

impl<'a> Sector<'a> {
    pub(super) fn new(grain: &'a [Grain; 2], phase: f32, number: usize) -> Self {
        Self {
            grain,
            phase,
            number,
        }
    }

    fn chambers(&self) -> [Chamber; 4] {
        let s = squeeze(self.phase);
        let ventricle = 1.0 - 0.24 * s;
        let atrium = 0.88 + 0.14 * s;
        let plane = 6.0 * s;
        [
            Chamber {
                center: [428.0, 158.0 - plane],
                radii: [46.0 * ventricle, 92.0 - 12.0 * s],
                lean: -0.1,
            },
            Chamber {
                center: [334.0, 170.0 - plane],
                radii: [34.0 * ventricle, 74.0 - 9.0 * s],
                lean: 0.2,
            },
            Chamber {
                center: [446.0, 316.0],
                radii: [52.0 * atrium, 46.0 * atrium],
                lean: 0.0,
            },
            Chamber {
                center: [344.0, 308.0],
                radii: [45.0 * atrium, 43.0 * atrium],
                lean: 0.0,
            },
        ]
    }

    pub(super) fn color(&self, at: [f32; 2]) -> [u8; 3] {
        if let Some(color) = furniture(at) {
            return color;
        }
        let (dx, dy) = (at[0] - APEX[0], at[1] - APEX[1]);
        let (r, angle) = ((dx * dx + dy * dy).sqrt(), dx.atan2(dy));
        if angle.abs() > HALF_ANGLE || !(14.0..DEPTH).contains(&r) || at[1] > SECTOR[3] {
            return [0, 0, 0];
        }
        let chambers = self.chambers();
        let [left, right, left_atrium, right_atrium] = chambers.map(|c| c.distance(at));
        // The orifices of the valves join each atrium to its ventricle.
        let cavity = blend(left, left_atrium, 46.0).min(blend(right, right_atrium, 42.0));
        let grey = self.grey(at, r, angle, &chambers, cavity);
        match self.flow(at, angle, r, cavity) {
            Some(color) => color,
            None => [grey, grey, grey],
        }
    }

    fn grey(&self, at: [f32; 2], r: f32, angle: f32, chambers: &[Chamber; 4], cavity: f32) -> u8 {
        let speckle = self.speckle(r, angle, at);
        let wall = bell(cavity, 4.0, 9.0);
        let texture = 0.5 + 0.5 * noise([at[0] / 26.0, at[1] / 20.0, 0.0], 171);
        let outside = 0.035 + 0.08 * texture * texture + 0.06 * bell(r, 60.0, 60.0);
        let muscle = 0.10 * rise(22.0, 10.0, cavity) + 0.26 * wall;
        let tissue = (outside + muscle) * rise(0.0, 5.0, cavity);
        let blood = 0.009;
        let echo = blood + tissue + self.valves(at, chambers) + 0.5 * pericardium(at, cavity);
        let fall = 1.0 - 0.35 * r / DEPTH;
        let edge = 0.25 + 0.75 * rise(HALF_ANGLE, HALF_ANGLE - 0.12, angle.abs());
        let shadow = 1.0 - 0.35 * bell(angle, 0.33, 0.035) - 0.3 * bell(angle, -0.42, 0.05);
        let amplitude = echo * fall * edge * shadow * speckle;
        // Logarithmic compression of 50 dB.
        let bright = 1.0 + 20.0 * amplitude.max(1e-5).log10() / 50.0;
        (255.0 * bright.clamp(0.0, 1.0).powf(1.25)) as u8
    }

    /// The amplitude of fully developed speckle: short along the beam, wide across it.
    fn speckle(&self, r: f32, angle: f32, at: [f32; 2]) -> f32 {
        let drift = 5.0 * squeeze(self.phase) * bell(at[1], 180.0, 120.0);
        let lines = angle * 165.0 + 256.0;
        let depth = r / 1.15 + drift;
        let take = |grain: &Grain| {
            let noise = grain.slice(0);
            let (column, row) = (lines.floor(), depth.floor());
            let (s, t) = (lines - column, depth - row);
            let at =
                |i: f32, j: f32| noise((column + i).max(0.0) as usize, (row + j).max(0.0) as usize);
            let near = at(0.0, 0.0) * (1.0 - s) + at(1.0, 0.0) * s;
            near * (1.0 - t) + (at(0.0, 1.0) * (1.0 - s) + at(1.0, 1.0) * s) * t
        };
        let (a, b) = (take(&self.grain[0]), take(&self.grain[1]));
        0.12 + 0.8 * (a * a + b * b).sqrt()
    }

    /// The leaflets between atria and ventricles: closed while the ventricles contract.
    fn valves(&self, at: [f32; 2], chambers: &[Chamber; 4]) -> f32 {
        let open = rise(0.42, 0.55, self.phase)
            * (0.45 + 0.55 * bell(self.phase, 0.58, 0.14).max(bell(self.phase, 0.92, 0.07)));
        let pairs = [(0, 44.0_f32), (1, 34.0)];
        let mut echo = 0.0;
        for (k, half) in pairs {
            let ring = [
                chambers[k].center[0] + if k == 0 { 12.0 } else { -2.0 },
                258.0 - 6.0 * squeeze(self.phase),
            ];
            for side in [-1.0, 1.0] {
                let hinge = [ring[0] + side * half, ring[1]];
                let tip = [
                    ring[0] + side * (2.0 + 26.0 * open),
                    ring[1] - 4.0 - 34.0 * open,
                ];
                echo += 0.95 * bell(to_segment(at, hinge, tip), 0.0, 2.4);
            }
        }
        echo
    }

    /// The colour of flow inside the Doppler box over the left heart: red towards the probe, blue away.
    fn flow(&self, at: [f32; 2], angle: f32, r: f32, cavity: f32) -> Option<[u8; 3]> {
        let (inner, outer) = (BOX_DEPTH[0], BOX_DEPTH[1]);
        if !(BOX_ANGLE[0]..BOX_ANGLE[1]).contains(&angle) || !(inner..outer).contains(&r) {
            return None;
        }
        let near_edge = (angle - BOX_ANGLE[0]).min(BOX_ANGLE[1] - angle) * r;
        if near_edge < 1.3 || r - inner < 1.3 || outer - r < 1.3 {
            return Some([210, 210, 200]);
        }
        if cavity > -3.0 {
            return None;
        }
        let filling = bell(self.phase, 0.58, 0.1) + 0.8 * bell(self.phase, 0.92, 0.06);
        let leaving = bell(self.phase, 0.2, 0.12);
        let jet = bell(at[0], 438.0, 26.0);
        let outflow = bell(at[0], 402.0, 22.0) * rise(300.0, 200.0, at[1]);
        let swirl = 0.22
            * noise(
                [at[0] / 16.0, at[1] / 20.0, 2.0 * self.number as f32 / 5.0],
                181,
            );
        let speed = filling * jet - leaving * outflow + swirl;
        if speed.abs() < 0.16 {
            return None;
        }
        Some(flow_color(speed))
    }
}

const BOX_ANGLE: [f32; 2] = [-0.07, 0.3];
const BOX_DEPTH: [f32; 2] = [120.0, 340.0];

/// The colour of a speed from -1 (away) to 1 (towards the probe).
fn flow_color(speed: f32) -> [u8; 3] {
    let s = speed.abs().min(1.0);
    let strong = (90.0 + 165.0 * rise(0.0, 0.6, s)) as u8;
    let second = (220.0 * rise(0.45, 1.0, s)) as u8;
    if speed > 0.0 {
        [strong, second, 0]
    } else {
        [0, second, strong]
    }
}

fn pericardium(at: [f32; 2], cavity: f32) -> f32 {
    let thick = 24.0 + 3.0 * noise([at[0] / 30.0, at[1] / 30.0, 0.0], 172);
    bell(cavity, thick, 2.6) * rise(330.0, 300.0, at[1].min(at[0] - 120.0))
}

/// Grey and colour bars, and the depth ticks beside the sector, one a centimetre.
fn furniture(at: [f32; 2]) -> Option<[u8; 3]> {
    let [x, y] = at;
    if (20.0..32.0).contains(&x) && (40.0..240.0).contains(&y) {
        return Some([(255.0 * (240.0 - y) / 200.0) as u8; 3]);
    }
    if (760.0..774.0).contains(&x) && (40.0..200.0).contains(&y) {
        return Some(flow_color((120.0 - y) / 80.0));
    }
    let step = ((y - APEX[1]) / 25.0).fract() * 25.0;
    let long = ((y - APEX[1]) / 25.0) as i32 % 5 == 0;
    let tick = if long { 652.0 } else { 658.0 };
    let ruled = (APEX[1]..APEX[1] + DEPTH).contains(&y) && step < 1.0;
    (ruled && (tick..664.0).contains(&x)).then_some([190, 190, 190])
}

fn to_segment(at: [f32; 2], from: [f32; 2], to: [f32; 2]) -> f32 {
    let (ax, ay) = (to[0] - from[0], to[1] - from[1]);
    let (px, py) = (at[0] - from[0], at[1] - from[1]);
    let t = ((px * ax + py * ay) / (ax * ax + ay * ay).max(1e-6)).clamp(0.0, 1.0);
    ((px - ax * t).powi(2) + (py - ay * t).powi(2)).sqrt()
}
