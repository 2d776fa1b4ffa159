//! The branching trees of the lungs: arteries with their bronchi, and veins, grown towards points spread over each lung.

use super::lungs::{PART_SOLID, solid_nodule};
use super::shape::{Level, Mediastinum, lung_distance};
use crate::canvas::{Slice, material};
use crate::geometry::{Cone, Point, add, between, cross, dot, length, scale, sub, unit};
use crate::random::Random;

/// How many ends each tree has in each lung.
const ENDS: usize = 2600;
/// The radius of an end, mm, and the exponent by which radii grow with the ends they feed.
const END_RADIUS_MM: f32 = 0.42;
const GROWTH: f32 = 0.37;

/// The trees of both lungs.
#[derive(Clone, Debug)]
pub(crate) struct Trees {
    vessels: Vec<Cone>,
    bronchi: Vec<Cone>,
    /// Indices of the vessels that reach into each band of ten millimetres of height, for a quick look-up.
    bands: Vec<Vec<u32>>,
}

const BAND_MM: f32 = 10.0;
const LOWEST_MM: f32 = -60.0;

impl Trees {
    pub(crate) fn new(mediastinum: &Mediastinum) -> Self {
        let mut random = Random::new(0x5EED_0001);
        let (mut vessels, mut bronchi) = (Vec::new(), Vec::new());
        let levels: Vec<(Level, Mediastinum)> = (0..60)
            .map(|k| k as f32 * 5.0)
            .map(|z| (Level::at(z), mediastinum.near(z)))
            .collect();
        for side in [-1.0, 1.0] {
            let roots = if side < 0.0 {
                [[-44.0, 10.0, 164.0], [-50.0, 6.0, 148.0]]
            } else {
                [[48.0, 20.0, 168.0], [54.0, 8.0, 150.0]]
            };
            for (root, airy) in roots.into_iter().zip([true, false]) {
                let ends = spread(side, &levels, &mut random);
                let mut grown = Growth {
                    random: &mut random,
                    vessels: Vec::new(),
                    bronchi: Vec::new(),
                    airy,
                };
                grown.branch(root, ends, unit([side, 0.2, 0.0]));
                vessels.append(&mut grown.vessels);
                bronchi.append(&mut grown.bronchi);
            }
        }
        vessels.retain(|cone| !touches_nodule(cone));
        bronchi.retain(|cone| !touches_nodule(cone));
        let bands = banded(&vessels);
        Self {
            vessels,
            bronchi,
            bands,
        }
    }

    pub(crate) fn paint(&self, slice: &mut Slice) {
        slice.cones(&self.bronchi, -0.65, material(-260.0, 0.0));
        slice.cones(&self.bronchi, 0.0, material(-960.0, 0.0));
        let band = ((slice.z_mm - LOWEST_MM) / BAND_MM).max(0.0) as usize;
        let here: Vec<Cone> = self
            .bands
            .get(band)
            .into_iter()
            .flatten()
            .filter_map(|&k| self.vessels.get(k as usize).copied())
            .collect();
        slice.cones(&here, 0.0, material(165.0, 4.0));
    }
}

/// Nodules stand free, so that their borders can be measured.
fn touches_nodule(cone: &Cone) -> bool {
    let [glass, _] = PART_SOLID;
    [solid_nodule(8.0), glass]
        .iter()
        .any(|ball| cone.distance(ball.center_mm) < 0.5 * ball.diameter_mm + 3.5)
}

fn banded(vessels: &[Cone]) -> Vec<Vec<u32>> {
    let mut bands = vec![Vec::new(); 42];
    for (k, cone) in vessels.iter().enumerate() {
        let reach = cone.radius() + 5.0;
        let band = |z: f32| ((z - LOWEST_MM) / BAND_MM).max(0.0) as usize;
        let low = band(cone.from[2].min(cone.to[2]) - reach);
        let high = band(cone.from[2].max(cone.to[2]) + reach);
        for list in bands.iter_mut().take(high + 1).skip(low) {
            list.push(k as u32);
        }
    }
    bands
}

/// Points spread evenly over the lung on one side, some millimetres below its surface.
fn spread(side: f32, levels: &[(Level, Mediastinum)], random: &mut Random) -> Vec<Point> {
    let mut points = Vec::with_capacity(ENDS);
    while points.len() < ENDS {
        let p = [
            side * random.between(4.0, 130.0),
            random.between(-95.0, 90.0),
            random.between(25.0, 292.0),
        ];
        let Some((level, edge)) = levels.get((p[2] / 5.0).round() as usize) else {
            continue;
        };
        if lung_distance(p, level, edge) < -3.5 {
            points.push(p);
        }
    }
    points
}

struct Growth<'a> {
    random: &'a mut Random,
    vessels: Vec<Cone>,
    bronchi: Vec<Cone>,
    airy: bool,
}

fn radius_for(ends: usize) -> f32 {
    END_RADIUS_MM * (ends as f32).powf(GROWTH)
}

impl Growth<'_> {
    /// Grows from `root` towards `ends`: half of them each way, parted where they spread widest.
    fn branch(&mut self, root: Point, mut ends: Vec<Point>, heading: Point) {
        let middle = scale(
            ends.iter().copied().fold([0.0; 3], add),
            1.0 / ends.len() as f32,
        );
        let radius = radius_for(ends.len());
        if ends.len() == 1 {
            self.segment(root, middle, radius, 0.3, heading);
            return;
        }
        let share = self.random.between(0.34, 0.5);
        let reach = length(sub(middle, root));
        let jitter = scale(self.direction(), 0.07 * reach);
        let fork = add(between(root, middle, share), jitter);
        let heading = self.segment(root, fork, radius, radius_for(ends.len()) * 0.93, heading);
        let axis = widest(&ends, middle);
        ends.sort_by(|a, b| dot(*a, axis).total_cmp(&dot(*b, axis)));
        let cut = (ends.len() as f32 * self.random.between(0.36, 0.64)) as usize;
        let others = ends.split_off(cut.clamp(1, ends.len() - 1));
        self.branch(fork, ends, heading);
        self.branch(fork, others, heading);
    }

    /// One gently bent segment, with its bronchus beside it where that is wide enough to see.
    fn segment(&mut self, from: Point, to: Point, start: f32, end: f32, heading: Point) -> Point {
        let reach = length(sub(to, from));
        let bend = scale(heading, 0.16 * reach);
        let middle = add(
            between(from, to, 0.5),
            sub(bend, scale(unit(sub(to, from)), 0.16 * reach)),
        );
        let half = 0.5 * (start + end);
        let pieces = [(from, middle, start, half), (middle, to, half, end)];
        for (a, b, ra, rb) in pieces {
            self.vessels.push(Cone {
                from: a,
                to: b,
                from_radius: ra,
                to_radius: rb,
            });
            if self.airy && rb > 1.05 {
                let beside = scale(
                    unit(cross(unit(sub(b, a)), [0.3, 0.9, 0.2])),
                    1.75 * ra + 1.0,
                );
                self.bronchi.push(Cone {
                    from: add(a, beside),
                    to: add(b, beside),
                    from_radius: 0.72 * ra,
                    to_radius: 0.72 * rb,
                });
            }
        }
        unit(sub(to, middle))
    }

    fn direction(&mut self) -> Point {
        unit([
            self.random.normal(),
            self.random.normal(),
            self.random.normal(),
        ])
    }
}

/// The direction in which points spread most, by a few steps of power iteration.
fn widest(points: &[Point], middle: Point) -> Point {
    let mut axis = [0.6, 0.5, 0.62];
    for _ in 0..6 {
        let pulled = points.iter().fold([0.0; 3], |sum, p| {
            let q = sub(*p, middle);
            add(sum, scale(q, dot(q, axis)))
        });
        if length(pulled) < 1e-6 {
            return axis;
        }
        axis = unit(pulled);
    }
    axis
}
