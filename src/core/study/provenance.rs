//! Provenance: what an image says of its own making that a reader must know (rules D23, D40, D41).

use crate::pixel::color_transform::ColorTransform;
use std::sync::Arc;

/// Colours of an image, as its ICC Profile (0028,2000) or Color Space (0028,2002) tells them.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ColorProfile {
    /// Nothing told.
    #[default]
    Untold,
    /// sRGB: what the page shows anyhow.
    Srgb,
    /// Another space, from which colours are converted to what the page shows; its name where the profile tells one.
    Applied(String, Arc<ColorTransform>),
    /// Another space, which is not converted; its name where the profile tells one.
    NotApplied(String),
}

/// How an image came to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    /// Image Type (0008,0008) value 1 is DERIVED: pixels were computed from other images (C.7.6.1.1.2).
    pub is_derived: bool,
    /// Image Type value 2 is SECONDARY: made after the examination.
    pub is_secondary: bool,
    /// Quality Control Image (0028,0300) is YES: a phantom, no patient.
    pub is_quality_control: bool,
    /// The last Lossy Image Compression Method (0028,2114), or the transfer syntax where that always loses, in words.
    pub lossy_method: Option<String>,
    /// The transfer syntax always loses information, whatever (0028,2110) says.
    pub is_lossy_syntax: bool,
    /// Colour space.
    pub color_profile: ColorProfile,
    /// Whole-slide, endoscopy, dermatology and other visible light images: their colours are part of the finding.
    pub is_visible_light: bool,
    /// Text in a character set that is not told or not known, shown as well as it can be (PS3.3 C.12.1.1.2).
    pub has_doubtful_text: bool,
}

impl Provenance {
    /// What brings the image's colours to those of the page.
    pub fn color_transform(&self) -> Option<&ColorTransform> {
        match &self.color_profile {
            ColorProfile::Applied(_, transform) => Some(transform),
            ColorProfile::Untold | ColorProfile::Srgb | ColorProfile::NotApplied(_) => None,
        }
    }
}
