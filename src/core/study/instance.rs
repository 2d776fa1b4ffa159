//! Instance: one SOP Instance's header as the display pipeline needs it, frame by frame where it is multi-frame.

use super::cine::CineTiming;
use super::frame_context::{Concatenation, Dimension, FrameContext};
use crate::geometry::image_plane::{ImagePlane, PixelSpacing, SpacingSource};
pub use crate::pixel::descriptor::PaddingRange;
use crate::pixel::descriptor::{DescriptorError, PixelDescriptor};
use crate::pixel::modality_lut::ModalityLut;
use crate::pixel::overlay::OverlayPlane;
use crate::pixel::palette::Palette;
use crate::pixel::shutter::Shutter;
use crate::pixel::subtraction::Mask;
use crate::pixel::voi::VoiChoice;
use crate::study::provenance::Provenance;
use crate::uid::{FrameIndex, SopInstanceUid};
use std::sync::Arc;

/// What an instance holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Frames that can be drawn.
    Image(Arc<ImageHeader>),
    /// An image whose header cannot be drawn from, with the reason.
    Incomplete(DescriptorError),
    /// A film in a video codec, with the codec's name or "": the browser plays it.
    Film(&'static str),
    /// Anything else: a report, a presentation state, a PDF ... by SOP class.
    NotAnImage,
}

/// One SOP Instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// SOP Instance UID (0008,0018).
    pub uid: SopInstanceUid,
    /// SOP Class UID (0008,0016).
    pub sop_class: String,
    /// Instance Number (0020,0013).
    pub number: Option<i32>,
    /// Transfer syntax, where told (0008,3002) or (0002,0010).
    pub transfer_syntax: Option<String>,
    /// Patient ID (0010,0020) of this instance, to be held against the study's.
    pub patient_id: super::redacted::Redacted<String>,
    /// What it holds.
    pub content: Content,
}

impl Instance {
    /// The image header, where there is one.
    pub fn image(&self) -> Option<&Arc<ImageHeader>> {
        match &self.content {
            Content::Image(header) => Some(header),
            _ => None,
        }
    }
}

/// Everything of an image's header that is the same for all of its frames, and the list of what differs.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageHeader {
    /// Image Pixel module.
    pub descriptor: PixelDescriptor,
    /// Number of Frames (0028,0008), at least 1.
    pub n_frames: u32,
    /// Palette, for PALETTE COLOR.
    pub palette: Option<Arc<Palette>>,
    /// Pixel Padding Value and limit.
    pub padding: Option<PaddingRange>,
    /// Lossy Image Compression (0028,2110) is "01".
    pub is_lossy: bool,
    /// Lossy Image Compression Ratio (0028,2112), the last one.
    pub lossy_ratio: Option<f64>,
    /// Patient Orientation (0020,0020): letters of the row and the column direction, for projections.
    pub patient_orientation: Option<[String; 2]>,
    /// Burned In Annotation (0028,0301) is "YES".
    pub has_burned_in_text: bool,
    /// How its frames are played (rule D37); nothing told for a stack.
    pub cine: CineTiming,
    /// Dimension Index Sequence (0020,9222).
    pub dimensions: Vec<Dimension>,
    /// The concatenation it is a part of.
    pub concatenation: Option<Concatenation>,
    /// Slice Thickness (0018,0050), mm.
    pub slice_thickness_mm: Option<f64>,
    /// Words of the acquisition for the bottom right corner, e.g. "120 kV", "TR 500 ms"; already with units.
    pub acquisition: Vec<String>,
    /// What it says of its making.
    pub provenance: Provenance,
    /// Mask Subtraction Sequence (0028,6100).
    pub masks: Vec<Mask>,
    /// Pixel Intensity Relationship (0028,1040) is LIN: values are proportional to X-ray intensity.
    pub is_linear_intensity: bool,
    /// Overlay planes 60xx, by group.
    pub overlays: Vec<OverlayPlane>,
    /// Per frame; a single entry stands for all frames.
    pub frames: Vec<FrameHeader>,
}

impl ImageHeader {
    /// Header of one frame.
    pub fn frame(&self, index: FrameIndex) -> Option<&FrameHeader> {
        self.frames
            .get(index.0 as usize)
            .or_else(|| self.frames.first())
    }
}

/// What may differ from frame to frame (functional groups, PS3.3 C.7.6.16).
#[derive(Clone, Debug, PartialEq)]
pub struct FrameHeader {
    /// Image Plane, where valid.
    pub plane: Option<ImagePlane>,
    /// Pixel spacing and where it comes from.
    pub spacing: Option<(PixelSpacing, SpacingSource)>,
    /// Height over width of a pixel for display (rule D24): row spacing / column spacing or Pixel Aspect Ratio; 1 if unknown.
    pub pixel_aspect: f64,
    /// Modality LUT or rescale.
    pub modality_lut: ModalityLut,
    /// Windows and VOI LUTs of the header, in order, as choices (C.11.2.1.2.2).
    pub voi: Vec<VoiChoice>,
    /// What covers the frame (Display Shutter module).
    pub shutter: Option<Arc<Shutter>>,
    /// Time, echo, diffusion, kind of picture.
    pub context: FrameContext,
}
