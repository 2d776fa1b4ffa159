//! A chest whose every part is known: it renders axial slices in Hounsfield units at any height and pitch.

mod abdomen;
mod heart;
mod lungs;
mod shape;
mod skeleton;
mod spine;
mod vessels;
mod wall;

pub(crate) use lungs::{Ball, PART_SOLID, solid_nodule};

use crate::canvas::{Grid, Slice};
use shape::{Level, Mediastinum};

/// The parts that are grown once and painted into every slice.
#[derive(Clone, Debug)]
pub(crate) struct Thorax {
    skeleton: skeleton::Skeleton,
    spine: spine::Spine,
    heart: heart::Heart,
    mediastinum: Mediastinum,
    trees: vessels::Trees,
    abdomen: abdomen::Abdomen,
    solid_nodule_mm: f32,
    with_table: bool,
}

impl Thorax {
    pub(crate) fn new(solid_nodule_mm: f32, with_table: bool) -> Self {
        let heart = heart::Heart::new();
        let mediastinum = Mediastinum::new(&heart.aorta);
        Self {
            skeleton: skeleton::Skeleton::new(),
            spine: spine::Spine::new(),
            trees: vessels::Trees::new(&mediastinum),
            abdomen: abdomen::Abdomen::new(),
            heart,
            mediastinum,
            solid_nodule_mm,
            with_table,
        }
    }

    /// The axial slice at `z_mm`, in Hounsfield units, without noise.
    pub(crate) fn slice(&self, grid: Grid, z_mm: f32) -> Slice {
        let level = Level::at(z_mm);
        let mut slice = Slice::new(grid, z_mm, -1000.0);
        if self.with_table {
            wall::paint_table(&mut slice);
        }
        wall::paint(&mut slice, &level);
        skeleton::paint_shoulder_fat(&mut slice);
        heart::paint_strands(&mut slice, &level);
        wall::paint_diaphragm(&mut slice, &level);
        self.abdomen.paint(&mut slice, &level);
        if (-60.0..330.0).contains(&z_mm) {
            self.paint_chest(&mut slice, &level);
        }
        self.spine.paint(&mut slice);
        self.skeleton.paint(&mut slice, &level);
        lungs::paint_nodules(&mut slice, self.solid_nodule_mm);
        slice
    }

    fn paint_chest(&self, slice: &mut Slice, level: &Level) {
        let edge = self.mediastinum.near(level.z);
        if (18.0..298.0).contains(&level.z) {
            lungs::paint_tissue(slice, level, &edge);
            let before = slice.values.clone();
            self.trees.paint(slice);
            let room = lungs::room(slice, level);
            lungs::restore_outside(slice, &before, &room);
        }
        self.heart.paint(slice, level, &edge);
        self.heart.paint_airway(slice);
    }
}
