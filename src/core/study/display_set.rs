//! DisplaySet: what one viewport can show, in the order a reader scrolls through it (PS3.3 C.23 uses the word).

use super::doctor::Finding;
use super::frame_context::FrameContext;
use super::instance::{FrameHeader, ImageHeader};
use crate::geometry::image_plane::{ImagePlane, PixelSpacing};
use crate::geometry::volume::{VolumeGeometry, VolumeObstacle};
use crate::uid::{FrameRef, SeriesUid};
use std::sync::Arc;

/// One picture of the stack.
#[derive(Clone, Debug)]
pub struct StackEntry {
    /// Which frame of which instance.
    pub frame: FrameRef,
    /// Its instance's header.
    pub header: Arc<ImageHeader>,
    /// Instance Number, for the eye only; of a concatenation the lowest of its parts.
    pub instance_number: Option<i32>,
    /// Index of the frame in its instance, or in the whole concatenation.
    pub sequence: u32,
    /// Transfer syntax where the archive told it.
    pub transfer_syntax: Option<String>,
}

impl StackEntry {
    /// Header of this very frame.
    pub fn frame_header(&self) -> Option<&FrameHeader> {
        self.header.frame(self.frame.frame)
    }

    /// Where the frame lies in the patient.
    pub fn plane(&self) -> Option<&ImagePlane> {
        self.frame_header()?.plane.as_ref()
    }

    /// Its pixel spacing, from whatever source.
    pub fn spacing(&self) -> Option<PixelSpacing> {
        self.frame_header()?.spacing.map(|(spacing, _)| spacing)
    }

    /// Time, echo, diffusion and kind of this frame.
    pub fn context(&self) -> Option<&FrameContext> {
        self.frame_header().map(|header| &header.context)
    }

    /// Distance along the stack's normal, mm, where the frame has a place in the patient.
    pub fn distance_mm(&self) -> Option<f64> {
        self.plane().map(ImagePlane::distance_mm)
    }

    /// Distance in the space of a volume that has no place in the patient, mm.
    pub fn volume_distance_mm(&self) -> Option<f64> {
        self.context()?.volume_distance_mm
    }

    /// Image Type value 3 says that it is a scout (C.8.2.1.1.1).
    pub fn is_localizer(&self) -> bool {
        let values = self
            .context()
            .and_then(|context| context.image_type.as_ref());
        values.is_some_and(|values| values.iter().skip(2).any(|value| value == "LOCALIZER"))
    }

    /// What orders frames where no position does.
    pub(super) fn number_key(&self) -> (Option<i32>, u32, &FrameRef) {
        (self.instance_number, self.sequence, &self.frame)
    }

    /// What orders frames at one position: time, phase, diffusion, echo, whichever is known first.
    pub(super) fn moment(&self) -> f64 {
        let Some(context) = self.context() else {
            return 0.0;
        };
        context
            .temporal_position
            .map(|position| position as f64)
            .or(context.trigger_millis)
            .or(context.b_value)
            .or(context.echo_time_millis)
            .unwrap_or_default()
    }
}

/// Which display set: a series, and which of its stacks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SetKey {
    /// The series.
    pub series: SeriesUid,
    /// Which of its stacks, from 0.
    pub stack: u32,
}

/// Drawable frames of one series that make up a stack, in order, and what was found out about them.
#[derive(Clone, Debug)]
pub struct DisplaySet {
    /// The series.
    pub series: SeriesUid,
    /// Modality (0008,0060).
    pub modality: String,
    /// Which stack of the series, from 0.
    pub stack: u32,
    /// Stacks of the series.
    pub n_stacks: u32,
    /// What tells it from the other stacks: "Echo 2", "b = 1000"; empty where there is but one.
    pub name: String,
    /// In scrolling order.
    pub entries: Vec<StackEntry>,
    /// What the geometry doctor found and what was done.
    pub findings: Vec<Finding>,
    /// Positions missing between neighbours (rule D29).
    pub n_missing: u32,
    /// True while only the first instance is known.
    pub is_provisional: bool,
}

impl DisplaySet {
    /// Its key.
    pub fn key(&self) -> SetKey {
        SetKey {
            series: self.series.clone(),
            stack: self.stack,
        }
    }

    /// Position of a frame in the stack.
    pub fn position(&self, frame: &FrameRef) -> Option<usize> {
        self.entries.iter().position(|entry| entry.frame == *frame)
    }

    /// Position of the frame that lies nearest to `distance_mm` along the normal.
    pub fn nearest(&self, distance_mm: f64) -> Option<usize> {
        let off = |entry: &StackEntry| Some((entry.distance_mm()? - distance_mm).abs());
        let offs = self.entries.iter().map(off).enumerate();
        offs.filter_map(|(index, off)| off.map(|off| (index, off)))
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(index, _)| index)
    }

    /// The stack as a volume, where its frames make one (rules D29, D30).
    ///
    /// # Errors
    /// Why they do not.
    pub fn volume(&self) -> Result<VolumeGeometry, VolumeObstacle> {
        let planes = self.entries.iter().map(StackEntry::plane);
        let planes: Option<Vec<&ImagePlane>> = planes.collect();
        let first = self.entries.first();
        let spacing = first.and_then(StackEntry::spacing);
        let size_px = first.map(|entry| {
            let descriptor = &entry.header.descriptor;
            [descriptor.columns, descriptor.rows]
        });
        VolumeGeometry::new(
            &planes.ok_or(VolumeObstacle::NoPosition)?,
            spacing.ok_or(VolumeObstacle::NoSpacing)?,
            size_px.unwrap_or_default(),
        )
    }
}
