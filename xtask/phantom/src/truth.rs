//! What the samples hold, so that what a viewer measures can be checked against it.

use std::path::PathBuf;

/// Everything that was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// The studies in the order in which they were written.
    pub studies: Vec<SampleStudy>,
}

impl Samples {
    /// The study of a label such as `thorax-ct`.
    #[must_use]
    pub fn study(&self, label: &str) -> Option<&SampleStudy> {
        self.studies.iter().find(|study| study.label == label)
    }
}

/// One study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SampleStudy {
    /// Its name in these samples, and of its folder.
    pub label: String,
    /// Study Instance UID.
    pub study_uid: String,
    /// Its series in ascending Series Number.
    pub series: Vec<SampleSeries>,
    /// What is known about its contents.
    pub truth: Vec<Truth>,
}

/// One series.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleSeries {
    /// Its name in these samples, and of its folder.
    pub label: String,
    /// Series Instance UID.
    pub series_uid: String,
    /// Modality, such as `CT`.
    pub modality: String,
    /// The folder that holds its files `1.dcm` to `instances.dcm`, by Instance Number.
    pub folder: PathBuf,
    /// How many instances it has.
    pub instances: usize,
}

/// One known fact about a study.
#[derive(Clone, Debug, PartialEq)]
pub enum Truth {
    /// A ball of one density.
    Nodule {
        /// What it is.
        label: String,
        /// The series that shows it.
        series_uid: String,
        /// Its centre in the patient coordinate system (PS3.3 C.7.6.2.1.1), mm.
        center_mm: [f64; 3],
        /// Its diameter, mm.
        diameter_mm: f64,
        /// The mean of its inside away from the edge, HU.
        mean_hu: f64,
    },
    /// The distance of two points of the patient.
    Distance {
        /// What is measured.
        label: String,
        /// The series in whose frame of reference the points lie.
        series_uid: String,
        /// One end in the patient coordinate system, mm.
        from_mm: [f64; 3],
        /// The other end, mm.
        to_mm: [f64; 3],
        /// The distance of the two, mm.
        length_mm: f64,
    },
    /// The distance of two points of one image that has no place in the patient.
    ImageDistance {
        /// What is measured.
        label: String,
        /// The series.
        series_uid: String,
        /// One end: column and row, counted from 0 at the centre of the first pixel.
        from_px: [f64; 2],
        /// The other end.
        to_px: [f64; 2],
        /// The distance by the image's own calibration, in `unit`.
        length: f64,
        /// `mm`, `cm/s` or `s`.
        unit: &'static str,
    },
    /// The stored value of one pixel.
    StoredValue {
        /// The instance.
        sop_instance_uid: String,
        /// Column, from 0.
        column: u32,
        /// Row, from 0.
        row: u32,
        /// The value of Pixel Data there, before any transformation.
        value: i64,
    },
}
