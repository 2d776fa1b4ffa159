//! What can go wrong between an answer's bytes and the core types: errors that stop, warnings that do not.

use crate::attribute::Tag;
use skiagraph_core::geometry::image_plane::SpacingSource;
use skiagraph_core::uid::SopInstanceUid;
use std::fmt;

/// Why a DICOM JSON answer (PS3.18 F) cannot be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// Larger than the cap.
    #[error("the answer has {n_bytes} bytes, more than this viewer reads")]
    TooLarge {
        /// Bytes of the answer.
        n_bytes: usize,
    },
    /// Something else than JSON.
    #[error("the answer is not dicom json")]
    NotJson {
        /// It looks like a web page, perhaps a login.
        looks_like_html: bool,
    },
    /// JSON that tells of an error, or of anything but data sets.
    #[error("the answer is json, but holds no data set")]
    ErrorAnswer,
    /// The JSON ends before it is complete.
    #[error("the answer ends too early")]
    Truncated,
}

/// Why a frame or bulk data answer cannot be split into parts (PS3.18 8.7.1, RFC 2046 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MultipartError {
    /// The Content-Type says multipart and names no usable boundary.
    #[error("the content type names no boundary")]
    NoBoundary,
    /// Far into the answer there is still no delimiter.
    #[error("the answer does not begin with its boundary")]
    NoDelimiter,
    /// The head of a part goes on and on.
    #[error("the head of a part is larger than {0} bytes")]
    HeadTooLarge(usize),
    /// A part beyond the cap.
    #[error("a part is larger than {0} bytes")]
    PartTooLarge(u64),
    /// More parts than any request asks for.
    #[error("the answer has more than {0} parts")]
    TooManyParts(usize),
    /// The closing delimiter is missing.
    #[error("the answer ends too early")]
    Truncated,
}

/// An oddity of the data that did not stop the reader, told once for all instances that share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What is odd.
    pub what: Anomaly,
    /// The first instance it was seen in, where that has a UID.
    pub instance: Option<SopInstanceUid>,
    /// How often it was seen.
    pub count: u32,
}

impl fmt::Display for Warning {
    /// A sentence without patient data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        match (&self.instance, self.count) {
            (Some(uid), 0..=1) => write!(f, " (instance {uid})"),
            (Some(uid), n) => write!(f, " (instance {uid} and {} more)", n - 1),
            (None, 0..=1) => Ok(()),
            (None, n) => write!(f, " ({n} times)"),
        }
    }
}

/// The oddities, each with the sentence a reader sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Anomaly {
    /// The answer is not UTF-8 (PS3.18 F.2).
    #[error("The answer holds bytes that are not UTF-8; they are shown as \u{FFFD}")]
    NotUtf8,
    /// A data set without the UIDs that say what it is.
    #[error("An entry without a valid UID is left out")]
    NoUid,
    /// A file without the UIDs of its study or series.
    #[error("A file that does not name its study or series stands alone")]
    NoGroup,
    /// An instance of another study than the one that was asked for (rule D39).
    #[error("An instance of another study is left out")]
    OtherStudy,
    /// Two different instances under one UID (fault 29).
    #[error("Different images share one UID; none of them is shown")]
    Conflict,
    /// An attribute whose JSON cannot be read.
    #[error("The attribute {0} cannot be read")]
    BrokenElement(Tag),
    /// Number of Frames (0028,0008) is no number of frames (fault 21).
    #[error("The number of frames cannot be read; {0} is taken")]
    FrameCount(u32),
    /// Number of Frames and the functional groups disagree (rule D31).
    #[error("The image announces {n_frames} frames and describes {n_groups}")]
    FrameGroups {
        /// Number of Frames (0028,0008).
        n_frames: u32,
        /// Items of the Per-frame Functional Groups Sequence (5200,9230).
        n_groups: usize,
    },
    /// Only the first of several frames has a position (rule D31).
    #[error("Only the first of several frames has a position; none is used")]
    FramePositions,
    /// A spacing of zero, below zero, or with the wrong number of values (fault 26).
    #[error("The {} cannot be used; lengths are in pixels", spacing_name(*.0))]
    Spacing(SpacingSource),
    /// Position or orientation is no plane (rule D26).
    #[error("Position and orientation make no plane; the image has no place in the patient")]
    Plane,
    /// Rescale Slope 0 or not a number, or half of the pair is missing (fault 25).
    #[error("The rescale values cannot be used; raw values are shown")]
    Rescale,
    /// A LUT whose descriptor and data do not fit (C.11.1.1).
    #[error("The table {0} cannot be used")]
    Lut(Tag),
    /// A LUT of which only a BulkDataURI was sent.
    #[error("The table {0} has to be fetched apart")]
    LutNotInline(Tag),
    /// A LUT without data: some servers leave out binary values.
    #[error("The server left out the table {0}")]
    LutAbsent(Tag),
    /// Window Center and Width differ in number (fault 24).
    #[error("Window centers and widths do not pair up; the pairs there are can be chosen")]
    WindowPairs,
    /// A window that its function does not allow (fault 24).
    #[error("A window of an impossible width is left out")]
    WindowWidth,
    /// VOI LUT Function (0028,1056) has an unknown term.
    #[error("The VOI LUT function is unknown; windows are taken as linear")]
    VoiFunction,
    /// Presentation LUT Shape contradicts Photometric Interpretation (rule D10).
    #[error("Polarity is told in two ways; the photometric interpretation is followed")]
    Polarity,
    /// An overlay plane (60xx) without a size, a place or bits that can be used.
    #[error("The overlay {0:04X} cannot be read in full")]
    Overlay(u16),
    /// An item of the Mask Subtraction Sequence that is unknown or cannot be read.
    #[error("A mask subtraction cannot be read and is not offered")]
    Mask,
    /// A shape of the Display Shutter module that is unknown or cannot be read.
    #[error("A shape of the display shutter cannot be read; it covers nothing")]
    Shutter,
    /// Pixel Padding Value (0028,0120) or its limit is no stored value.
    #[error("The pixel padding cannot be read and is not masked")]
    Padding,
    /// A Real World Value Mapping without range, function or values (C.7.6.16.2.11).
    #[error("A real world value mapping cannot be used")]
    RealWorld,
    /// A Grid Frame Offset Vector (3004,000C) or Slice Vector (0054,0080) that does not give each frame a place.
    #[error("The positions of the frames do not fit the frames; they are shown without positions")]
    FrameVector,
    /// A Frame Time Vector (0018,1065) that does not fit the frames (C.7.6.5.1.2).
    #[error("The frame times do not fit the frames; they are played evenly")]
    FrameTimes,
}

fn spacing_name(source: SpacingSource) -> &'static str {
    match source {
        SpacingSource::PixelSpacing => "pixel spacing",
        SpacingSource::ImagerPixelSpacing => "imager pixel spacing",
        SpacingSource::NominalScannedPixelSpacing => "nominal scanned pixel spacing",
    }
}

/// Kinds of warnings kept; an answer with more of them is past saving.
const MAX_KINDS: usize = 256;

/// Collects warnings, one for each kind, with the instance each was last counted for.
#[derive(Debug, Default)]
pub(crate) struct Warnings(Vec<(Warning, Option<SopInstanceUid>)>);

impl Warnings {
    pub(crate) fn add(&mut self, what: Anomaly, instance: Option<&SopInstanceUid>) {
        if let Some((known, last)) = self.0.iter_mut().find(|(known, _)| known.what == what) {
            // Counted once an instance, though it may be seen in every frame.
            if instance.is_none() || last.as_ref() != instance {
                known.count = known.count.saturating_add(1);
                *last = instance.cloned();
            }
        } else if self.0.len() < MAX_KINDS {
            let warning = Warning {
                what,
                instance: instance.cloned(),
                count: 1,
            };
            self.0.push((warning, instance.cloned()));
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Warning> {
        self.0.into_iter().map(|(warning, _)| warning).collect()
    }
}
