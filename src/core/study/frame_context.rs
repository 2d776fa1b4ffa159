//! FrameContext: what tells frames at one place apart (PS3.3 C.7.6.16.2.2): time, echo, diffusion, kind of picture.

use crate::geometry::image_plane::PixelSpacing;
use crate::pixel::suv::Suv;
use std::sync::Arc;

/// What a Dimension Index Pointer (0020,9165) counts, as far as it has a meaning for a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DimensionKind {
    /// A place: it orders a stack and never splits one.
    Place,
    /// Stack ID (0020,9056).
    Stack,
    /// Temporal Position Index (0020,9128), or a time offset.
    Time,
    /// Nominal Cardiac Trigger Delay Time (0020,9153), Nominal Percentage of Cardiac Phase (0020,9241).
    Phase,
    /// Effective Echo Time (0018,9082).
    Echo,
    /// Diffusion b-value (0018,9087).
    Diffusion,
    /// Diffusion Gradient Orientation (0018,9089).
    Direction,
    /// Frame Type (0008,9007).
    FrameType,
    /// Frame Acquisition Number (0020,9156).
    Acquisition,
    /// Anything else.
    Other,
}

/// One item of the Dimension Index Sequence (0020,9222), PS3.3 C.7.6.17.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// What it counts.
    pub kind: DimensionKind,
    /// Dimension Description Label (0020,9421), or empty.
    pub label: String,
    /// Names of its values from 1 on, empty where one has none; `None` where its values are not for the eye.
    pub names: Option<Arc<[String]>>,
}

impl Dimension {
    /// A value for the eye: "Detector 2 (POSTERIOR)"; `None` where its values are not for it.
    pub fn words(&self, value: u32) -> Option<String> {
        let names = self.names.as_ref()?;
        let at = (value as usize).checked_sub(1);
        let name = at.and_then(|at| names.get(at)).filter(|n| !n.is_empty());
        Some(match name {
            Some(name) => format!("{} {value} ({name})", self.label),
            None => format!("{} {value}", self.label),
        })
    }
}

/// Where an instance belongs in a concatenation (PS3.3 C.7.6.16.2.2.4): one image cut into several instances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concatenation {
    /// Concatenation UID (0020,9161).
    pub uid: String,
    /// Concatenation Frame Offset Number (0020,9228): frames before this part's first one.
    pub first_frame: u32,
    /// In-concatenation Number (0020,9162), from 1.
    pub number: u32,
    /// In-concatenation Total Number (0020,9163), where told.
    pub n_parts: Option<u32>,
}

/// One item of a Real World Value Mapping Sequence (0040,9096), PS3.3 C.7.6.16.2.11. Inputs are stored values.
#[derive(Clone, Debug, PartialEq)]
pub struct RealWorldMap {
    /// First and last stored value that is mapped, both inclusive.
    pub range: [f64; 2],
    /// How a stored value becomes a real world value.
    pub map: RealWorldFunction,
    /// Code Value (0008,0100) of the unit, UCUM where the standard is kept.
    pub unit: String,
    /// Code Meaning (0008,0104) of the unit.
    pub unit_meaning: String,
    /// LUT Label (0040,9210), or LUT Explanation (0028,3003) where that is empty.
    pub label: String,
}

impl RealWorldMap {
    /// Real world value of a stored value; `None` outside the range, where the mapping says nothing (rule D34).
    pub fn value(&self, stored: f64) -> Option<f64> {
        let [first, last] = self.range;
        if !(first..=last).contains(&stored) {
            return None;
        }
        match &self.map {
            RealWorldFunction::Linear { slope, intercept } => Some(slope * stored + intercept),
            RealWorldFunction::Table(values) => {
                values.get((stored - first).round() as usize).copied()
            }
        }
    }
}

/// Real world value of a stored value.
#[derive(Clone, Debug, PartialEq)]
pub enum RealWorldFunction {
    /// slope * stored value + intercept.
    Linear {
        /// Real World Value Slope (0040,9225).
        slope: f64,
        /// Real World Value Intercept (0040,9224).
        intercept: f64,
    },
    /// Real World Value LUT Data (0040,9212): one value for each stored value of the range.
    Table(Arc<[f64]>),
}

/// What is known of one frame beyond its place and its transforms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrameContext {
    /// Stack ID (0020,9056).
    pub stack_id: Option<Arc<str>>,
    /// In-Stack Position Number (0020,9057).
    pub in_stack_position: Option<u32>,
    /// Dimension Index Values (0020,9157), one for each dimension of the header.
    pub dimension_values: Vec<u32>,
    /// Temporal Position Index (0020,9128) or Identifier (0020,0100).
    pub temporal_position: Option<i64>,
    /// Frame Acquisition Number (0020,9156) or Acquisition Number (0020,0012).
    pub acquisition_number: Option<i64>,
    /// When it was acquired, ms after the beginning of year 0; only differences mean anything.
    pub acquired_millis: Option<f64>,
    /// Frame Type (0008,9007) or Image Type (0008,0008).
    pub image_type: Option<Arc<[String]>>,
    /// Echo Numbers (0018,0086), the first.
    pub echo_number: Option<i64>,
    /// Effective Echo Time (0018,9082) or Echo Time (0018,0081), ms.
    pub echo_time_millis: Option<f64>,
    /// Diffusion b-value (0018,9087), s/mm2.
    pub b_value: Option<f64>,
    /// Diffusion Gradient Orientation (0018,9089).
    pub gradient: Option<[f64; 3]>,
    /// Trigger Time (0018,1060) or Nominal Cardiac Trigger Delay Time (0020,9153), ms.
    pub trigger_millis: Option<f64>,
    /// Nominal Percentage of Cardiac Phase (0020,9241).
    pub cardiac_percent: Option<f64>,
    /// Distance along the normal in a volume's own space (Image Position (Volume) (0020,9301)), mm: an order, no place in
    /// the patient.
    pub volume_distance_mm: Option<f64>,
    /// Which step of its stack it is where frames have no places: slice, view or moment of an NM image (C.8.4.8), from 1.
    pub step: Option<u32>,
    /// Imager Pixel Spacing (0018,1164), where Pixel Spacing is there too.
    pub imager_spacing: Option<PixelSpacing>,
    /// Real World Value Mapping Sequence (0040,9096).
    pub real_world: Arc<[RealWorldMap]>,
    /// What the modality values are worth as SUV (rule D33).
    pub suv: Suv,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(range: [f64; 2], map: RealWorldFunction) -> RealWorldMap {
        RealWorldMap {
            range,
            map,
            unit: "[hnsf'U]".into(),
            unit_meaning: "Hounsfield unit".into(),
            label: String::new(),
        }
    }

    #[test]
    fn c_7_6_16_2_11_a_mapping_speaks_of_its_range_only_and_of_stored_values() {
        let line = RealWorldFunction::Linear {
            slope: 2.0,
            intercept: -10.0,
        };
        let line = map([10.0, 20.0], line);
        assert_eq!(line.value(9.0), None);
        assert_eq!(
            (line.value(10.0), line.value(20.0)),
            (Some(10.0), Some(30.0))
        );
        assert_eq!(line.value(21.0), None);
        let table = map(
            [5.0, 7.0],
            RealWorldFunction::Table([0.5, 0.25, 0.125].into()),
        );
        assert_eq!((table.value(7.0), table.value(8.0)), (Some(0.125), None));
    }
}
