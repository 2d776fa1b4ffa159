//! Values for the summary: what is under the pointer, what colours mean, which objects have no picture.

use crate::study::object_kind::ObjectKind;
use crate::uid::SopInstanceUid;

/// Value under the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// Column, from 0.
    pub x: u32,
    /// Row, from 0.
    pub y: u32,
    /// SUV, modality value, or R, G, B; never inverted.
    pub value: String,
    /// Unit, or empty.
    pub unit: String,
    /// Position in the patient, mm, where the frame has one.
    pub patient_mm: Option<[f64; 3]>,
    /// The value in other units.
    pub others: Vec<OtherValue>,
    /// A sentence: why a PET image has no SUV; or empty.
    pub note: String,
    /// From the stored value to what is drawn.
    pub steps: Vec<ChainStep>,
}

/// The same value in another unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherValue {
    /// The figure.
    pub value: String,
    /// Unit, UCUM where it comes from a mapping of real world values; or empty.
    pub unit: String,
    /// What is measured, or empty.
    pub label: String,
}

/// One step from the stored value to what is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainStep {
    /// "Stored", "Modality", "Window" ...
    pub name: String,
    /// What comes out of it.
    pub value: String,
    /// By which function.
    pub how: String,
    /// Attributes that say so, "(0028,1053)", or empty.
    pub tags: String,
}

/// What the colours of a colour map mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Legend {
    /// Name of the colour map.
    pub name: String,
    /// R, G, B from the lowest value to the highest, evenly spaced.
    pub colors: Vec<[u8; 3]>,
    /// Figures from the lowest value to the highest, evenly spaced.
    pub ticks: Vec<String>,
    /// Their unit, or empty.
    pub unit: String,
}

/// An object that is no picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectSummary {
    /// Which instance.
    pub instance: SopInstanceUid,
    /// What it is, with its number.
    pub name: String,
    /// Why there is no picture: a sentence.
    pub reason: String,
    /// What can be done with it.
    pub kind: ObjectKind,
}
