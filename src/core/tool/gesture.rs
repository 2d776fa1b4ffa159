//! Gesture: one drag from button down to button up, as a value; nothing is remembered but its start.

use super::input::{Buttons, PointerInput};
use crate::geometry::space::CanvasPoint;
use crate::pixel::voi::{Voi, VoiFunction, WindowLevel};
use crate::state::command::{Touch, ViewCommand};
use crate::state::state::ToolKind;
use crate::viewport::presentation::{Presentation, VoiSetting};
use crate::viewport::view_transform::ViewTransform;
use crate::viewport::viewport::ViewportId;

/// What a gesture needs to know of the viewport it began in.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The viewport.
    pub viewport: ViewportId,
    /// Its middle on the canvas.
    pub center: CanvasPoint,
    /// Its height, device pixels.
    pub height_px: f64,
    /// Its transform and the scale it amounts to.
    pub transform: ViewTransform,
    /// Canvas pixels per image pixel.
    pub scale: f64,
    /// Its presentation.
    pub presentation: Presentation,
    /// The VOI in use, resolved; `None` for colour.
    pub voi: Option<Voi>,
    /// Position in the stack and its length.
    pub index: usize,
    /// Frames in the stack.
    pub count: usize,
}

/// A drag in hand.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Gesture {
    /// No button is down.
    #[default]
    Idle,
    /// Something is being dragged.
    Dragging {
        /// What the drag does.
        tool: ToolKind,
        /// Where it began.
        origin: CanvasPoint,
        /// What it began from.
        start: Box<Snapshot>,
    },
}

/// The tool of the buttons held: both is window, right is zoom, middle is pan, left is the tool in hand.
pub fn bind(buttons: Buttons, selected: ToolKind) -> Option<ToolKind> {
    match (buttons.left, buttons.right, buttons.middle) {
        (true, true, _) => Some(ToolKind::Window),
        (_, true, _) => Some(ToolKind::Zoom),
        (_, _, true) => Some(ToolKind::Pan),
        (true, ..) => Some(selected),
        _ => None,
    }
}

impl Gesture {
    /// The gesture that begins with this press.
    #[must_use]
    pub fn begin(tool: ToolKind, input: &PointerInput, start: Snapshot) -> Self {
        Self::Dragging {
            tool,
            origin: input.point,
            start: Box::new(start),
        }
    }

    /// What the picture becomes with the pointer here: always from the snapshot, so that no rounding adds up.
    pub fn drag(&self, point: CanvasPoint) -> Option<ViewCommand> {
        let Self::Dragging {
            tool,
            origin,
            start,
        } = self
        else {
            return None;
        };
        let delta = point.0 - origin.0;
        let id = start.viewport;
        match tool {
            ToolKind::Window => drag_window(start, delta.x, delta.y),
            ToolKind::Pan => {
                let pan_px = start.transform.pan_px + delta;
                Some(ViewCommand::SetTransform(
                    id,
                    ViewTransform {
                        pan_px,
                        ..start.transform
                    },
                ))
            }
            ToolKind::Zoom => {
                // A drag over half the viewport's height doubles or halves.
                let factor = 2.0_f64.powf(-delta.y / (start.height_px / 2.0).max(1.0));
                let anchor = origin.0 - start.center.0;
                Some(ViewCommand::SetTransform(
                    id,
                    start.transform.zoomed(factor, anchor, start.scale),
                ))
            }
            ToolKind::Scroll => {
                let last = start.count.saturating_sub(1);
                // The whole viewport's height is the whole stack, and no image takes more than 12 pixels.
                let px_per_image = (start.height_px / start.count.max(1) as f64).clamp(2.0, 12.0);
                let index = start.index as f64 + (delta.y / px_per_image).round();
                Some(ViewCommand::ScrollTo(
                    id,
                    index.clamp(0.0, last as f64) as usize,
                    Touch::Reader,
                ))
            }
            ToolKind::Probe => None,
        }
    }

    /// What undoes the drag so far.
    pub fn cancel(&self) -> Vec<ViewCommand> {
        let Self::Dragging { start, .. } = self else {
            return Vec::new();
        };
        vec![
            ViewCommand::SetTransform(start.viewport, start.transform),
            ViewCommand::SetPresentation(start.viewport, start.presentation.clone()),
            ViewCommand::ScrollTo(start.viewport, start.index, Touch::Reader),
        ]
    }
}

/// Sideways is width, up and down is center; a drag over 400 pixels changes either by the window's first width.
fn drag_window(start: &Snapshot, dx: f64, dy: f64) -> Option<ViewCommand> {
    let voi = start.voi.as_ref()?;
    let (WindowLevel { center, width }, function) = window_of(voi);
    let step = width / 400.0;
    let width = (width + dx * step).max(if function == VoiFunction::Linear {
        1.0
    } else {
        width / 1000.0
    });
    let window = WindowLevel {
        center: center + dy * step,
        width,
    };
    let voi = VoiSetting::Manual {
        voi: Voi::Window(window, function),
        name: String::new(),
    };
    Some(ViewCommand::SetPresentation(
        start.viewport,
        Presentation {
            voi,
            ..start.presentation.clone()
        },
    ))
}

/// The window of a VOI; of a table the linear window over its inputs.
pub fn window_of(voi: &Voi) -> (WindowLevel, VoiFunction) {
    match voi {
        Voi::Window(window, function) => (*window, *function),
        Voi::Table(table) => {
            let width = table.data.len() as f64;
            let center = f64::from(table.first) + width / 2.0;
            (WindowLevel { center, width }, VoiFunction::Linear)
        }
    }
}
