//! DisplaySet: what one viewport can show, in the order a reader scrolls through it (PS3.3 C.23 uses the word).

use super::instance::{FrameHeader, ImageHeader};
use crate::uid::{FrameRef, SeriesUid};
use std::sync::Arc;

/// One picture of the stack.
#[derive(Clone, Debug)]
pub struct StackEntry {
    /// Which frame of which instance.
    pub frame: FrameRef,
    /// Its instance's header.
    pub header: Arc<ImageHeader>,
    /// Instance Number, for the eye only.
    pub instance_number: Option<i32>,
    /// Transfer syntax where the archive told it.
    pub transfer_syntax: Option<String>,
}

impl StackEntry {
    /// Header of this very frame.
    pub fn frame_header(&self) -> Option<&FrameHeader> {
        self.header.frame(self.frame.frame)
    }

    /// Distance along the stack's normal, mm, where the frame has a place in the patient.
    pub fn distance_mm(&self) -> Option<f64> {
        self.frame_header()
            .and_then(|header| header.plane.as_ref())
            .map(|plane| plane.distance_mm())
    }
}

/// The drawable frames of one series, in order, and what was found out about them.
#[derive(Clone, Debug)]
pub struct DisplaySet {
    /// The series.
    pub series: SeriesUid,
    /// Modality (0008,0060).
    pub modality: String,
    /// In scrolling order.
    pub entries: Vec<StackEntry>,
    /// Sentences about order, gaps and what is not shown.
    pub notes: Vec<String>,
    /// Positions missing between neighbours (rule D29).
    pub n_missing: u32,
    /// True while only the first instance is known.
    pub is_provisional: bool,
}

impl DisplaySet {
    /// Position of a frame in the stack.
    pub fn position(&self, frame: &FrameRef) -> Option<usize> {
        self.entries.iter().position(|entry| entry.frame == *frame)
    }
}
