//! Heart, great vessels, airways and gullet.

use super::shape::{Level, Mediastinum};
use crate::canvas::{Area, Material, Slice, around, material};
use crate::geometry::{Cone, Ellipsoid, Point, tube};
use crate::random::rough_noise;

pub(crate) const AORTIC_BLOOD: Material = material(172.0, 3.0);
const PULMONARY_BLOOD: Material = material(188.0, 3.0);
const VENOUS_BLOOD: Material = material(150.0, 8.0);
const VESSEL_WALL: Material = material(58.0, 3.0);
const MYOCARDIUM: Material = material(104.0, 6.0);
const AIR: Material = material(-995.0, 0.0);
const SOFT: Material = material(42.0, 5.0);

/// The tubes and chambers of the middle of the chest.
#[derive(Clone, Debug)]
pub(crate) struct Heart {
    pub(crate) aorta: Vec<Cone>,
    arch_branches: Vec<Cone>,
    veins: Vec<Cone>,
    pulmonary: Vec<Cone>,
    airway: Vec<Cone>,
    gullet: Vec<Cone>,
    myocardium: Vec<Ellipsoid>,
    right_blood: Vec<Ellipsoid>,
    left_blood: Vec<Ellipsoid>,
}

impl Heart {
    pub(crate) fn new() -> Self {
        let axis = [0.8, -0.42, -0.42];
        let left = [50.0, -28.0, 110.0];
        Self {
            aorta: aorta(),
            arch_branches: arch_branches(),
            veins: veins(),
            pulmonary: pulmonary(),
            airway: airway(),
            gullet: gullet(),
            myocardium: vec![
                Ellipsoid::along(left, [43.0, 33.0, 32.0], axis),
                Ellipsoid::along([14.0, -56.0, 112.0], [42.0, 22.0, 33.0], [0.9, -0.1, -0.4]),
                Ellipsoid::new([-28.0, -24.0, 128.0], [25.5, 29.0, 34.0]),
                Ellipsoid::new([4.0, 10.0, 140.0], [38.0, 20.5, 23.0]),
            ],
            right_blood: vec![
                Ellipsoid::along([13.0, -57.0, 113.0], [37.0, 17.0, 29.0], [0.9, -0.1, -0.4]),
                Ellipsoid::along([8.0, -46.0, 138.0], [15.0, 15.0, 26.0], [0.1, 0.1, 1.0]),
                Ellipsoid::new([-28.0, -24.0, 128.0], [23.5, 27.0, 32.0]),
                Ellipsoid::along([-8.0, -42.0, 118.0], [22.0, 12.0, 18.0], [0.8, -0.6, 0.0]),
            ],
            left_blood: vec![
                Ellipsoid::along([45.0, -25.0, 112.0], [34.0, 20.0, 20.0], axis),
                Ellipsoid::new([4.0, 10.0, 140.0], [36.0, 18.0, 21.0]),
                Ellipsoid::along([25.0, -6.0, 128.0], [20.0, 13.0, 14.0], [0.8, -0.5, -0.4]),
                Ellipsoid::along([42.0, -10.0, 152.0], [16.0, 7.0, 11.0], [0.6, -0.7, 0.3]),
            ],
        }
    }

    pub(crate) fn paint(&self, slice: &mut Slice, level: &Level, edge: &Mediastinum) {
        for wall in &self.myocardium {
            slice.ellipsoid(wall, MYOCARDIUM);
        }
        slice.cones(&self.pulmonary, -1.0, VESSEL_WALL);
        for chamber in &self.right_blood {
            slice.ellipsoid(chamber, VENOUS_BLOOD);
        }
        paint_grooves(slice, level, edge);
        self.paint_septum(slice);
        for chamber in &self.left_blood {
            slice.ellipsoid(chamber, AORTIC_BLOOD);
        }
        slice.cones(&self.gullet, 0.0, SOFT);
        slice.cones(&self.gullet, 5.2, material(-300.0, 0.0));
        slice.cones(&self.veins, 0.0, VENOUS_BLOOD);
        slice.cones(&self.pulmonary, 0.0, PULMONARY_BLOOD);
        slice.cones(&self.arch_branches, -1.0, VESSEL_WALL);
        slice.cones(&self.aorta, -1.3, VESSEL_WALL);
        slice.cones(&self.aorta, 0.0, AORTIC_BLOOD);
        slice.cones(&self.arch_branches, 0.0, AORTIC_BLOOD);
        self.paint_plaque(slice);
        paint_nodes(slice);
    }

    /// Paints trachea and main bronchi, after the lungs.
    pub(crate) fn paint_airway(&self, slice: &mut Slice) {
        slice.cones(&self.airway, -1.6, SOFT);
        slice.cones(&self.airway, 0.0, AIR);
    }

    /// The left ventricle's wall lies over the right ventricle's blood.
    fn paint_septum(&self, slice: &mut Slice) {
        if let Some(left) = self.myocardium.first() {
            slice.ellipsoid(&left.grown(-1.0), MYOCARDIUM);
        }
    }

    /// Flecks of calcium in the wall of the arch.
    fn paint_plaque(&self, slice: &mut Slice) {
        for (p, r) in [
            ([13.0, -2.0, 210.0], 1.6),
            ([31.0, 30.0, 204.0], 1.4),
            ([32.0, 44.0, 160.0], 1.2),
        ] {
            slice.ellipsoid(
                &Ellipsoid::new(p, [r, 1.4 * r, 1.6 * r]),
                material(620.0, 0.0),
            );
        }
    }
}

/// The grooves of the heart, filled with fat, and the coronary vessels that run in them.
fn paint_grooves(slice: &mut Slice, level: &Level, edge: &Mediastinum) {
    let right = [
        ([-16.0, -50.0, 150.0], 6.5),
        ([-24.0, -53.0, 126.0], 6.5),
        ([-16.0, -46.0, 96.0], 6.0),
    ];
    let front = [
        ([30.0, -44.0, 150.0], 4.5),
        ([46.0, -64.0, 132.0], 4.5),
        ([66.0, -66.0, 106.0], 4.0),
    ];
    let back = [
        ([30.0, -14.0, 152.0], 5.0),
        ([50.0, 1.0, 140.0], 5.5),
        ([48.0, 10.0, 120.0], 4.5),
    ];
    for (path, share, blood) in [
        (right, 0.27, AORTIC_BLOOD),
        (front, 0.36, AORTIC_BLOOD),
        (back, 0.38, VENOUS_BLOOD),
    ] {
        for cone in tube(&path, 4) {
            if (slice.z_mm - cone.from[2]).abs() < 20.0 {
                let area = around(cone.from, 24.0);
                let inside = |p: Point| edge.distance(p, level) + 1.5;
                slice.paint(area, super::wall::FAT, |p| cone.distance(p).max(inside(p)));
            }
        }
        let vessel = path.map(|(p, r)| (p, share * r));
        slice.cones(&tube(&vessel, 4), 0.0, blood);
    }
}

fn aorta() -> Vec<Cone> {
    tube(
        &[
            ([10.0, -22.0, 138.0], 14.5),
            ([2.0, -26.0, 152.0], 16.5),
            ([-12.0, -30.0, 172.0], 15.0),
            ([-14.0, -28.0, 194.0], 15.0),
            ([-7.0, -19.0, 212.0], 14.5),
            ([6.0, -3.0, 221.0], 14.0),
            ([18.0, 16.0, 217.0], 13.5),
            ([24.0, 31.0, 202.0], 12.8),
            ([24.0, 38.0, 182.0], 12.2),
            ([21.0, 42.0, 140.0], 11.6),
            ([14.0, 40.0, 90.0], 11.2),
            ([7.0, 31.0, 40.0], 10.8),
            ([4.0, 22.0, 0.0], 10.2),
            ([3.0, 16.0, -60.0], 9.5),
        ],
        5,
    )
}

fn arch_branches() -> Vec<Cone> {
    let innominate = [
        ([-4.0, -14.0, 216.0], 7.0),
        ([-12.0, -14.0, 240.0], 6.2),
        ([-22.0, -8.0, 258.0], 5.6),
        ([-24.0, -4.0, 282.0], 4.2),
        ([-26.0, -2.0, 340.0], 3.6),
    ];
    let carotid = [
        ([6.0, -4.0, 222.0], 4.6),
        ([14.0, -4.0, 250.0], 4.0),
        ([22.0, -2.0, 285.0], 3.8),
        ([26.0, -2.0, 340.0], 3.6),
    ];
    let left_arm = [
        ([16.0, 12.0, 218.0], 5.4),
        ([24.0, 14.0, 250.0], 4.8),
        ([38.0, 4.0, 286.0], 4.6),
        ([72.0, -12.0, 287.0], 4.0),
        ([122.0, -18.0, 274.0], 3.4),
    ];
    let right_arm = [
        ([-22.0, -8.0, 258.0], 4.8),
        ([-38.0, 4.0, 286.0], 4.6),
        ([-72.0, -12.0, 287.0], 4.0),
        ([-122.0, -18.0, 274.0], 3.4),
    ];
    [&innominate[..], &carotid, &left_arm, &right_arm]
        .iter()
        .flat_map(|path| tube(path, 4))
        .collect()
}

fn veins() -> Vec<Cone> {
    let cava = [
        ([-28.0, -20.0, 140.0], 9.5),
        ([-30.0, -16.0, 180.0], 9.0),
        ([-27.0, -20.0, 222.0], 8.5),
    ];
    let right = [
        ([-27.0, -20.0, 222.0], 7.5),
        ([-36.0, -20.0, 256.0], 7.0),
        ([-34.0, -10.0, 290.0], 6.0),
        ([-34.0, -8.0, 340.0], 6.0),
    ];
    let left = [
        ([-27.0, -22.0, 224.0], 7.0),
        ([-4.0, -36.0, 236.0], 6.2),
        ([26.0, -32.0, 250.0], 6.2),
        ([38.0, -18.0, 272.0], 6.4),
        ([36.0, -10.0, 340.0], 5.6),
    ];
    let arm = |side: f32| {
        [
            ([side * 37.0, -16.0, 278.0], 6.0),
            ([side * 74.0, -32.0, 280.0], 5.2),
            ([side * 122.0, -30.0, 268.0], 4.6),
        ]
    };
    let azygos = [
        ([-9.0, 31.0, 40.0], 2.6),
        ([-10.0, 36.0, 120.0], 3.2),
        ([-12.0, 33.0, 186.0], 3.8),
        ([-21.0, 16.0, 198.0], 4.2),
        ([-28.0, -8.0, 198.0], 4.4),
    ];
    let lower = [
        ([-26.0, -8.0, 118.0], 11.5),
        ([-27.0, 4.0, 92.0], 12.0),
        ([-25.0, 8.0, 50.0], 11.5),
        ([-22.0, 8.0, -60.0], 11.0),
    ];
    let (arm_right, arm_left) = (arm(-1.0), arm(1.0));
    [
        &cava[..],
        &right,
        &left,
        &arm_right,
        &arm_left,
        &azygos,
        &lower,
    ]
    .iter()
    .flat_map(|path| tube(path, 4))
    .collect()
}

fn pulmonary() -> Vec<Cone> {
    let trunk = [
        ([8.0, -48.0, 146.0], 13.0),
        ([14.0, -42.0, 162.0], 14.0),
        ([22.0, -24.0, 178.0], 13.5),
    ];
    let left = [
        ([22.0, -24.0, 178.0], 12.5),
        ([34.0, -2.0, 184.0], 11.0),
        ([47.0, 16.0, 178.0], 9.5),
        ([50.0, 26.0, 160.0], 8.0),
    ];
    let right = [
        ([18.0, -24.0, 174.0], 12.0),
        ([2.0, -8.0, 175.0], 11.0),
        ([-22.0, -1.0, 174.0], 10.5),
        ([-42.0, 2.0, 168.0], 8.8),
        ([-46.0, 14.0, 156.0], 7.6),
    ];
    let vein = |from: Point, to: Point| [(from, 7.0), (to, 5.6)];
    let veins = [
        vein([-26.0, 12.0, 138.0], [-54.0, 20.0, 132.0]),
        vein([-26.0, 2.0, 148.0], [-50.0, -14.0, 160.0]),
        vein([34.0, 14.0, 140.0], [58.0, 24.0, 136.0]),
        vein([36.0, 4.0, 148.0], [54.0, -10.0, 164.0]),
    ];
    [&trunk[..], &left, &right]
        .into_iter()
        .chain(veins.iter().map(|path| &path[..]))
        .flat_map(|path| tube(path, 4))
        .collect()
}

fn airway() -> Vec<Cone> {
    let trachea = [
        ([0.0, -2.0, 340.0], 8.6),
        ([0.0, 0.0, 290.0], 8.8),
        ([-2.0, 4.0, 245.0], 8.8),
        ([-4.0, 10.0, 212.0], 9.0),
        ([-3.0, 13.0, 197.0], 9.4),
    ];
    let right = [
        ([-3.0, 13.0, 197.0], 8.0),
        ([-18.0, 15.0, 186.0], 7.4),
        ([-32.0, 17.0, 176.0], 6.8),
        ([-37.0, 19.0, 158.0], 5.8),
        ([-44.0, 28.0, 140.0], 4.6),
        ([-52.0, 38.0, 122.0], 3.2),
    ];
    let right_upper = [
        ([-28.0, 16.0, 180.0], 5.4),
        ([-46.0, 13.0, 184.0], 4.8),
        ([-58.0, 9.0, 192.0], 3.6),
    ];
    let middle = [([-38.0, 19.0, 156.0], 4.0), ([-52.0, -2.0, 146.0], 3.0)];
    let left = [
        ([-3.0, 13.0, 197.0], 7.6),
        ([16.0, 17.0, 184.0], 6.8),
        ([36.0, 20.0, 171.0], 6.4),
        ([44.0, 28.0, 155.0], 5.2),
        ([52.0, 36.0, 136.0], 4.0),
        ([60.0, 42.0, 120.0], 3.0),
    ];
    let left_upper = [
        ([38.0, 20.0, 169.0], 5.0),
        ([54.0, 8.0, 172.0], 4.2),
        ([62.0, -2.0, 184.0], 3.2),
    ];
    [
        &trachea[..],
        &right,
        &right_upper,
        &middle,
        &left,
        &left_upper,
    ]
    .iter()
    .flat_map(|path| tube(path, 5))
    .collect()
}

fn gullet() -> Vec<Cone> {
    tube(
        &[
            ([4.0, 18.0, 340.0], 6.5),
            ([5.0, 22.0, 260.0], 7.0),
            ([4.0, 27.0, 200.0], 7.0),
            ([2.0, 33.0, 150.0], 7.4),
            ([6.0, 24.0, 100.0], 8.0),
            ([18.0, 10.0, 82.0], 8.0),
        ],
        5,
    )
}

/// Small lymph nodes in the fat of the mediastinum.
fn paint_nodes(slice: &mut Slice) {
    let places = [
        [-18.0, 2.0, 204.0],
        [10.0, -18.0, 200.0],
        [2.0, 16.0, 184.0],
        [-12.0, -2.0, 222.0],
        [18.0, -34.0, 206.0],
        [-34.0, -36.0, 200.0],
    ];
    for (k, center) in places.into_iter().enumerate() {
        let r = 2.6 + (k % 3) as f32 * 0.7;
        slice.ellipsoid(
            &Ellipsoid::along(center, [1.5 * r, r, r], [0.5, 0.6, 0.4]),
            SOFT,
        );
    }
}

/// Thin remains of the thymus and strands in the fat behind the sternum.
pub(crate) fn paint_strands(slice: &mut Slice, level: &Level) {
    if !(90.0..285.0).contains(&slice.z_mm) {
        return;
    }
    let area = Area {
        x: [-40.0, 40.0],
        y: [-90.0, 40.0],
    };
    slice.paint(area, material(-62.0, 6.0), |p| {
        let room = level.cage.distance(level.polar(p)) + 4.0;
        let wisp = rough_noise([p[0] / 15.0, p[1] / 15.0, p[2] / 26.0], 61).abs();
        (7.0 * wisp - 0.2).max(room)
    });
}
