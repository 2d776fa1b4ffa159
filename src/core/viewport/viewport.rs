//! Viewport: series, position in the stack, transform and presentation.

use super::presentation::Presentation;
use super::view_transform::ViewTransform;
use crate::study::display_set::SetKey;
use crate::uid::{FrameRef, SeriesUid};

/// Position in the grid, row by row from 0.
pub type ViewportId = usize;

/// Playing through a stack.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cine {
    /// Running.
    pub is_playing: bool,
    /// The reader's rate; `None` is the header's.
    pub frames_per_second: Option<f64>,
    /// The reader's choice of forth and back; `None` is the header's.
    pub is_sweeping: Option<bool>,
    /// First and last position that is played, as the reader wants it; `None` is what the header trims, or all.
    pub range: Option<[usize; 2]>,
    /// Plays together with the other viewports: begun and paused with them, faster and slower with them.
    pub is_linked: bool,
    /// When and where playing began: milliseconds and index. By the clock, so that frames drop and time does not slip.
    pub started: Option<(f64, usize)>,
}

/// One viewport.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Viewport {
    /// The series shown.
    pub series: Option<SeriesUid>,
    /// Which of the series' stacks, from 0.
    pub stack: u32,
    /// Position in the stack.
    pub index: usize,
    /// Pan, zoom, turn, flip.
    pub transform: ViewTransform,
    /// Window, inversion, interpolation.
    pub presentation: Presentation,
    /// Playing.
    pub cine: Cine,
    /// True once the reader moved in the stack: then arriving metadata may not move it.
    pub is_touched: bool,
    /// The frame on the canvas: it stays until the wanted one is there.
    pub on_canvas: Option<FrameRef>,
}

impl Viewport {
    /// Which display set it shows.
    pub fn key(&self) -> Option<SetKey> {
        self.series.clone().map(|series| SetKey {
            series,
            stack: self.stack,
        })
    }
}
