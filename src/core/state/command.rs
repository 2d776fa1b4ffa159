//! ViewCommand: the only way the arrangement changes; `apply` gives back what undoes it.

use super::state::{CanvasSize, OverlayLevel, State, ToolKind};
use crate::uid::{FrameRef, SeriesUid};
use crate::viewport::layout::Layout;
use crate::viewport::presentation::Presentation;
use crate::viewport::view_transform::ViewTransform;
use crate::viewport::viewport::{Cine, Viewport, ViewportId};

/// A change of the arrangement.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewCommand {
    /// The canvas has another size.
    Resize(CanvasSize),
    /// Another grid.
    SetLayout(Layout),
    /// The active viewport alone, or the grid.
    SetOneUp(bool),
    /// Another viewport is active.
    Activate(ViewportId),
    /// A viewport shows another series from its start, with its own window and place.
    ShowSeries(ViewportId, Option<SeriesUid>),
    /// A viewport shows another stack of its series; window, place and size stay.
    ShowStack(ViewportId, u32),
    /// To a position of the stack; the reader's own doing or not.
    ScrollTo(ViewportId, usize, Touch),
    /// Another place, size, turn.
    SetTransform(ViewportId, ViewTransform),
    /// Another window, inversion, interpolation.
    SetPresentation(ViewportId, Presentation),
    /// Playing.
    SetCine(ViewportId, Cine),
    /// This frame is on the canvas now.
    SetOnCanvas(ViewportId, Option<FrameRef>),
    /// Another tool.
    SetTool(ToolKind),
    /// Text on pictures.
    SetOverlayLevel(OverlayLevel),
    /// All but the pictures hidden.
    SetPicturesOnly(bool),
    /// The page of keys.
    SetHelp(bool),
    /// The chain behind the value under the pointer.
    SetChain(bool),
}

/// Whether the reader moved the stack, or something that arrived did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// The reader.
    Reader,
    /// What arrived.
    Arrival,
}

impl ViewCommand {
    /// Applies the change; an unknown viewport changes nothing.
    pub fn apply(self, state: &mut State) {
        use ViewCommand as C;
        match self {
            C::Resize(canvas) => state.canvas = canvas,
            C::SetLayout(layout) => {
                state.layout = layout;
                state.is_one_up = false;
                let n = layout.n_viewports();
                if state.viewports.len() < n {
                    state.viewports.resize_with(n, Viewport::default);
                }
                state.active = state.active.min(n - 1);
            }
            C::SetOneUp(is_one_up) => state.is_one_up = is_one_up,
            C::Activate(id) if id < state.layout.n_viewports() => state.active = id,
            C::Activate(_) => {}
            C::SetTool(tool) => state.tool = tool,
            C::SetOverlayLevel(level) => state.overlay_level = level,
            C::SetPicturesOnly(is_on) => state.are_pictures_only = is_on,
            C::SetHelp(is_on) => state.is_help_shown = is_on,
            C::SetChain(is_on) => state.is_chain_shown = is_on,
            C::ShowSeries(id, series) => {
                with(state, id, |viewport| {
                    *viewport = Viewport {
                        series,
                        ..Viewport::default()
                    }
                });
            }
            C::ShowStack(id, stack) => with(state, id, |viewport| {
                viewport.stack = stack;
                viewport.cine.started = None;
                viewport.cine.range = None;
            }),
            C::ScrollTo(id, index, touch) => with(state, id, |viewport| {
                viewport.index = index;
                viewport.is_touched |= touch == Touch::Reader;
            }),
            C::SetTransform(id, transform) => {
                with(state, id, |viewport| viewport.transform = transform)
            }
            C::SetPresentation(id, presentation) => {
                with(state, id, |viewport| viewport.presentation = presentation)
            }
            C::SetCine(id, cine) => with(state, id, |viewport| viewport.cine = cine),
            C::SetOnCanvas(id, frame) => with(state, id, |viewport| viewport.on_canvas = frame),
        }
    }
}

fn with(state: &mut State, id: ViewportId, change: impl FnOnce(&mut Viewport)) {
    if let Some(viewport) = state.viewports.get_mut(id) {
        change(viewport);
    }
}
