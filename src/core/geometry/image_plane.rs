//! ImagePlane: where a frame lies in the patient (PS3.3 C.7.6.2).

use super::space::{ImagePoint, PatientPoint};
use crate::uid::FrameOfReferenceUid;
use glam::DVec3;

/// Planes nearer than this along their normal are at one position (rule D29), mm.
pub const SAME_POSITION_MM: f64 = 1e-3;

/// Image Plane module: position, orientation and spacing, checked (rule D26).
#[derive(Clone, Debug, PartialEq)]
pub struct ImagePlane {
    /// Image Position (Patient) (0020,0032): centre of the first pixel, mm.
    pub position_mm: DVec3,
    /// First triplet of Image Orientation (Patient) (0020,0037): along a row, unit length.
    pub row_direction: DVec3,
    /// Second triplet: down a column, unit length.
    pub column_direction: DVec3,
    /// Frame of Reference UID, without which nothing may be related to this plane.
    pub frame_of_reference: Option<FrameOfReferenceUid>,
}

impl ImagePlane {
    /// Checks the six direction cosines: unit and orthogonal within 1e-3 (PS3.3 C.7.6.2.1.1), else `None`.
    pub fn new(
        position_mm: [f64; 3],
        orientation: [f64; 6],
        frame_of_reference: Option<FrameOfReferenceUid>,
    ) -> Option<Self> {
        let row = DVec3::from_slice(&orientation[..3]);
        let column = DVec3::from_slice(&orientation[3..]);
        let position_mm = DVec3::from(position_mm);
        let is_unit = |v: DVec3| (v.length() - 1.0).abs() < 1e-3;
        let is_plane = is_unit(row)
            && is_unit(column)
            && row.dot(column).abs() < 1e-3
            && position_mm.is_finite();
        is_plane.then(|| Self {
            position_mm,
            row_direction: row.normalize(),
            column_direction: column.normalize(),
            frame_of_reference,
        })
    }

    /// Normal of the plane: row direction x column direction.
    pub fn normal(&self) -> DVec3 {
        self.row_direction.cross(self.column_direction)
    }

    /// Distance of the plane from the origin along its normal, mm: what a stack is sorted by (rule D28).
    pub fn distance_mm(&self) -> f64 {
        self.position_mm.dot(self.normal())
    }

    /// P = S + X * spacing_j * i + Y * spacing_i * j (PS3.3 Equation C.7.6.2.1-1).
    pub fn patient_from_image(&self, point: ImagePoint, spacing: PixelSpacing) -> PatientPoint {
        PatientPoint(
            self.position_mm
                + self.row_direction * (spacing.column_mm * point.0.x)
                + self.column_direction * (spacing.row_mm * point.0.y),
        )
    }
}

/// Distance between pixel centres, mm. Value 1 of (0028,0030) is the row spacing (PS3.3 10.7.1.3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PixelSpacing {
    /// Between the centres of adjacent rows (vertical).
    pub row_mm: f64,
    /// Between the centres of adjacent columns (horizontal).
    pub column_mm: f64,
}

impl PixelSpacing {
    /// Two finite positive values, else `None`: zero or negative spacing measures nothing.
    pub fn new(row_mm: f64, column_mm: f64) -> Option<Self> {
        let ok = |v: f64| v.is_finite() && v > 0.0;
        (ok(row_mm) && ok(column_mm)).then_some(Self { row_mm, column_mm })
    }
}

/// What a spacing was measured at (PS3.3 10.7.1.3): decides the words beside a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpacingSource {
    /// Pixel Spacing (0028,0030).
    PixelSpacing,
    /// Imager Pixel Spacing (0018,1164): at the detector's front plane.
    ImagerPixelSpacing,
    /// Nominal Scanned Pixel Spacing (0018,2010): on the film.
    NominalScannedPixelSpacing,
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DVec2;

    #[test]
    fn c_7_6_2_1_1_equation_uses_column_spacing_along_the_row() {
        let plane =
            ImagePlane::new([10.0, 20.0, 30.0], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], None).unwrap();
        let spacing = PixelSpacing::new(0.30, 0.25).unwrap();
        let p = plane.patient_from_image(ImagePoint(DVec2::new(4.0, 10.0)), spacing);
        assert!((p.0 - DVec3::new(11.0, 23.0, 30.0)).length() < 1e-12);
    }

    #[test]
    fn rule_d26_an_orientation_of_zeros_is_no_plane() {
        assert_eq!(ImagePlane::new([0.0; 3], [0.0; 6], None), None);
        assert_eq!(
            ImagePlane::new([0.0; 3], [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], None),
            None
        );
    }

    #[test]
    fn zero_spacing_is_no_spacing() {
        assert_eq!(PixelSpacing::new(0.0, 1.0), None);
        assert_eq!(PixelSpacing::new(1.0, f64::NAN), None);
    }
}
