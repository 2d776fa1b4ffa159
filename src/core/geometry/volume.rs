//! VolumeGeometry: a stack of parallel planes as one affine map, gantry tilt included (rule D30).

use super::image_plane::{ImagePlane, PixelSpacing};
use super::space::{PatientPoint, VoxelPoint};
use glam::{DAffine3, DMat3, DVec3};

/// Why a stack is no volume: then there are no reformats and no lengths through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VolumeObstacle {
    /// Fewer than two planes.
    #[error("a single image has no depth")]
    SingleImage,
    /// An image without a place in the patient.
    #[error("an image has no position or orientation")]
    NoPosition,
    /// No pixel spacing.
    #[error("the pixel spacing is not known")]
    NoSpacing,
    /// Planes at different angles, or in different frames of reference.
    #[error("the images lie at different angles or in different spaces")]
    NotParallel,
    /// Positions that repeat or go back.
    #[error("several images share a position")]
    RepeatedPosition,
}

/// Where the voxels of a stack lie. Voxel (i, j, k) is column, row, image; centres are integers.
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeGeometry {
    patient_from_voxel: DAffine3,
    voxel_from_patient: DAffine3,
    /// Columns, rows, images.
    pub size: [u32; 3],
    /// Image Position (Patient) of every image, mm: where steps are uneven, these are the truth.
    pub origins_mm: Vec<DVec3>,
    /// Distance between neighbouring planes along their normal, the mean, mm.
    pub slice_spacing_mm: f64,
    /// Angle between the way from image to image and the normal, rad: of a tilted gantry its tilt.
    pub shear_rad: f64,
    /// All images lie where the affine map has them, within max(0.01 mm, 1 % of the spacing) (rule D29).
    pub is_even: bool,
}

impl VolumeGeometry {
    /// M = [row * column spacing, column * row spacing, step, position of the first] (rule D30): the true step from image
    /// to image, never normal * spacing. `size_px` is columns and rows.
    ///
    /// # Errors
    /// The obstacle.
    pub fn new(
        planes: &[&ImagePlane],
        spacing: PixelSpacing,
        size_px: [u32; 2],
    ) -> Result<Self, VolumeObstacle> {
        let [first, .., last] = planes else {
            return Err(VolumeObstacle::SingleImage);
        };
        let is_parallel = planes.iter().all(|plane| {
            plane.frame_of_reference == first.frame_of_reference
                && plane.row_direction.dot(first.row_direction) > 0.999
                && plane.column_direction.dot(first.column_direction) > 0.999
        });
        if !is_parallel {
            return Err(VolumeObstacle::NotParallel);
        }
        let n = planes.len() as f64 - 1.0;
        let normal = first.normal();
        let step = (last.position_mm - first.position_mm) / n;
        let along = step.dot(normal);
        let goes_on = |pair: &[&ImagePlane]| {
            let mm = (pair[1].position_mm - pair[0].position_mm).dot(normal);
            mm * along.signum() >= super::image_plane::SAME_POSITION_MM
        };
        if !planes.windows(2).all(goes_on) {
            return Err(VolumeObstacle::RepeatedPosition);
        }
        let patient_from_voxel = DAffine3 {
            matrix3: DMat3::from_cols(
                first.row_direction * spacing.column_mm,
                first.column_direction * spacing.row_mm,
                step,
            ),
            translation: first.position_mm,
        };
        let tolerance_mm = (0.01_f64).max(0.01 * along.abs());
        let is_even = planes.iter().enumerate().all(|(k, plane)| {
            let expected = first.position_mm + step * k as f64;
            (plane.position_mm - expected).length() <= tolerance_mm
        });
        Ok(Self {
            patient_from_voxel,
            voxel_from_patient: patient_from_voxel.inverse(),
            size: [size_px[0], size_px[1], planes.len() as u32],
            origins_mm: planes.iter().map(|plane| plane.position_mm).collect(),
            slice_spacing_mm: along.abs(),
            shear_rad: shear_rad(step, normal),
            is_even,
        })
    }

    /// Where a voxel lies in the patient.
    pub fn patient(&self, voxel: VoxelPoint) -> PatientPoint {
        PatientPoint(self.patient_from_voxel.transform_point3(voxel.0))
    }

    /// Which voxel lies at a point of the patient.
    pub fn voxel(&self, point: PatientPoint) -> VoxelPoint {
        VoxelPoint(self.voxel_from_patient.transform_point3(point.0))
    }

    /// True where the stack is sheared: the in-plane part of a step is above a hundredth of its part along the normal
    /// (rule D30).
    pub fn is_sheared(&self) -> bool {
        self.shear_rad.tan() > 0.01
    }
}

/// Angle between a step and the normal, rad. Gantry/Detector Tilt (0018,1120) is "not intended for mathematical
/// computations" (PS3.3 C.8.15.3.3); this is.
pub fn shear_rad(step: DVec3, normal: DVec3) -> f64 {
    let along = step.dot(normal);
    let in_plane = step - normal * along;
    in_plane.length().atan2(along.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planes(origins: &[[f64; 3]], orientation: [f64; 6]) -> Vec<ImagePlane> {
        origins
            .iter()
            .map(|&origin| ImagePlane::new(origin, orientation, None).unwrap())
            .collect()
    }

    fn volume(planes: &[ImagePlane]) -> Result<VolumeGeometry, VolumeObstacle> {
        let planes: Vec<&ImagePlane> = planes.iter().collect();
        VolumeGeometry::new(&planes, PixelSpacing::new(0.5, 0.25).unwrap(), [64, 32])
    }

    const AXIAL: [f64; 6] = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];

    /// A fixed sequence of numbers in -1..1 (a linear congruential generator, so that a failure repeats).
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self) -> f64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
        }

        fn vector(&mut self) -> DVec3 {
            DVec3::new(self.next(), self.next(), self.next())
        }
    }

    #[test]
    fn rule_d25_voxel_to_patient_and_back_is_the_identity_over_random_affines() {
        let mut numbers = Numbers(4);
        for _ in 0..2000 {
            let row = numbers.vector().normalize();
            let column = row.cross(numbers.vector()).normalize();
            let normal = row.cross(column);
            // A step with any shear, up or down the normal.
            let side = if numbers.next() < 0.0 { -1.0 } else { 1.0 };
            let step = normal * side * (0.3 + 5.0 * numbers.next().abs())
                + (row * numbers.next() + column * numbers.next()) * 2.0;
            let first = numbers.vector() * 500.0;
            let orientation = [row.x, row.y, row.z, column.x, column.y, column.z];
            let origins: Vec<[f64; 3]> = (0..5)
                .map(|k| (first + step * f64::from(k)).into())
                .collect();
            let stack = planes(&origins, orientation);
            let volume = volume(&stack).unwrap();
            assert!(volume.is_even);
            for _ in 0..5 {
                let voxel = VoxelPoint(numbers.vector() * 300.0);
                let back = volume.voxel(volume.patient(voxel));
                assert!((back.0 - voxel.0).length() < 1e-6, "{voxel:?} {back:?}");
            }
            // Every image's pixels lie where C.7.6.2.1.1 has them.
            let spacing = PixelSpacing::new(0.5, 0.25).unwrap();
            for (k, plane) in stack.iter().enumerate() {
                let at = glam::DVec2::new(7.0, 11.0);
                let of_plane =
                    plane.patient_from_image(super::super::space::ImagePoint(at), spacing);
                let of_volume = volume.patient(VoxelPoint(at.extend(k as f64)));
                assert!((of_plane.0 - of_volume.0).length() < 1e-6);
            }
        }
    }

    #[test]
    fn rule_d30_golden_vector_of_a_gantry_tilted_by_15_degrees() {
        let (sin, cos) = 15_f64.to_radians().sin_cos();
        // n = (0, .2588, .9659): rows along x, columns tilted; the table moves by 5 mm along z.
        let orientation = [1.0, 0.0, 0.0, 0.0, cos, -sin];
        let stack = planes(&[[0.0; 3], [0.0, 0.0, 5.0], [0.0, 0.0, 10.0]], orientation);
        let normal = stack[0].normal();
        assert!((normal - DVec3::new(0.0, 0.2588, 0.9659)).length() < 1e-4);
        let volume = volume(&stack).unwrap();
        assert!((volume.slice_spacing_mm - 4.8296).abs() < 1e-4);
        let shear_mm = volume.slice_spacing_mm * volume.shear_rad.tan();
        assert!((shear_mm - 1.2941).abs() < 1e-4);
        assert!((volume.shear_rad.to_degrees() - 15.0).abs() < 1e-9 && volume.is_sheared());
        // The table's step is the third axis, not the normal.
        let p = volume.patient(VoxelPoint(DVec3::new(0.0, 0.0, 2.0)));
        assert!((p.0 - DVec3::new(0.0, 0.0, 10.0)).length() < 1e-12);
        assert!(volume.is_even);
    }

    #[test]
    fn rule_d29_a_step_off_by_more_than_a_hundredth_is_uneven() {
        let at = |z: f64| [0.0, 0.0, z];
        let even = planes(&[at(0.0), at(3.0), at(6.02), at(9.0)], AXIAL);
        assert!(volume(&even).unwrap().is_even);
        let uneven = planes(&[at(0.0), at(3.0), at(6.1), at(9.0)], AXIAL);
        assert!(!volume(&uneven).unwrap().is_even);
    }

    #[test]
    fn what_is_no_volume_says_why() {
        let at = |z: f64| [0.0, 0.0, z];
        assert_eq!(
            volume(&planes(&[at(0.0)], AXIAL)),
            Err(VolumeObstacle::SingleImage)
        );
        let repeated = planes(&[at(0.0), at(0.0), at(1.0)], AXIAL);
        assert_eq!(volume(&repeated), Err(VolumeObstacle::RepeatedPosition));
        let mut turned = planes(&[at(0.0), at(1.0)], AXIAL);
        turned.extend(planes(&[at(2.0)], [0.0, 1.0, 0.0, 0.0, 0.0, -1.0]));
        assert_eq!(volume(&turned), Err(VolumeObstacle::NotParallel));
    }
}
