//! State: layout, viewports, tool in hand; everything of the arrangement, nothing of the pixels.

use crate::geometry::space::{CanvasPoint, CanvasRect};
use crate::viewport::layout::Layout;
use crate::viewport::viewport::{Viewport, ViewportId};

/// What the left button does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToolKind {
    /// Window width and center.
    #[default]
    Window,
    /// Move through the stack.
    Scroll,
    /// Move the picture.
    Pan,
    /// Zoom about the point of the press.
    Zoom,
    /// Read values; a drag does nothing.
    Probe,
}

/// How much text stands on the pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OverlayLevel {
    /// All corners.
    #[default]
    All,
    /// Identity, image number, window.
    Minimal,
    /// Marks only.
    None,
}

/// Size of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CanvasSize {
    /// Device pixels.
    pub width_px: u32,
    /// Device pixels.
    pub height_px: u32,
    /// Device pixels per CSS pixel.
    pub device_pixel_ratio: f64,
}

/// The arrangement.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Size of the canvas.
    pub canvas: CanvasSize,
    /// The grid.
    pub layout: Layout,
    /// One per cell of the grid; more are kept when the grid shrinks, so that growing it brings them back.
    pub viewports: Vec<Viewport>,
    /// The active viewport.
    pub active: ViewportId,
    /// The active viewport fills the canvas.
    pub is_one_up: bool,
    /// What the left button does.
    pub tool: ToolKind,
    /// Text on pictures.
    pub overlay_level: OverlayLevel,
    /// All but the pictures is hidden.
    pub are_pictures_only: bool,
    /// The page of keys is open.
    pub is_help_shown: bool,
    /// The chain behind the value under the pointer is shown.
    pub is_chain_shown: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            canvas: CanvasSize {
                width_px: 1,
                height_px: 1,
                device_pixel_ratio: 1.0,
            },
            layout: Layout {
                rows: 1,
                columns: 1,
            },
            viewports: vec![Viewport::default()],
            active: 0,
            is_one_up: false,
            tool: ToolKind::default(),
            overlay_level: OverlayLevel::default(),
            are_pictures_only: false,
            is_help_shown: false,
            is_chain_shown: false,
        }
    }
}

impl State {
    /// Rectangle of a viewport, or `None` where it is not on the canvas.
    pub fn rect(&self, id: ViewportId) -> Option<CanvasRect> {
        let CanvasSize {
            width_px,
            height_px,
            ..
        } = self.canvas;
        if self.is_one_up {
            return (id == self.active).then_some(CanvasRect {
                x_px: 0,
                y_px: 0,
                width_px,
                height_px,
            });
        }
        (id < self.layout.n_viewports()).then(|| self.layout.rect(id, width_px, height_px))
    }

    /// Viewports on the canvas with their rectangles.
    pub fn visible(&self) -> impl Iterator<Item = (ViewportId, &Viewport, CanvasRect)> {
        self.viewports
            .iter()
            .enumerate()
            .filter_map(|(id, viewport)| Some((id, viewport, self.rect(id)?)))
    }

    /// The viewport under a point.
    pub fn viewport_at(&self, point: CanvasPoint) -> Option<ViewportId> {
        self.visible()
            .find(|(_, _, rect)| rect.contains(point))
            .map(|(id, ..)| id)
    }
}
