//! The hand: drags, wheel, two fingers, the value under the pointer.

use super::effect::{Cursor, Effect};
use super::notice::Notice;
use super::picture::{frame_size, voi_in_use};
use super::session::Session;
use super::values::Probe;
use crate::geometry::space::CanvasPoint;
use crate::state::command::{Touch, ViewCommand};
use crate::state::state::ToolKind;
use crate::tool::gesture::{Gesture, Snapshot, bind};
use crate::tool::input::{Phase, PointerInput, WheelInput};
use crate::viewport::viewport::ViewportId;
use glam::DVec2;

impl Session {
    pub(super) fn pointer(&mut self, input: &PointerInput) {
        match input.phase {
            Phase::Down => self.pointer_down(input),
            Phase::Move if self.fingers.len() >= 2 => self.pinch(input),
            Phase::Move => self.pointer_move(input),
            Phase::Up => self.pointer_up(input),
            Phase::Cancel => {
                self.fingers.clear();
                self.cancel_gesture();
                self.set_probe(None);
            }
        }
    }

    fn pointer_down(&mut self, input: &PointerInput) {
        self.fingers
            .retain(|(pointer, _)| *pointer != input.pointer);
        self.fingers.push((input.pointer, input.point.0));
        let Some(id) = self.state.viewport_at(input.point) else {
            return;
        };
        if self.state.active != id {
            self.view(ViewCommand::Activate(id));
        }
        if self.fingers.len() > 1 {
            self.gesture = Gesture::Idle;
            return;
        }
        if let (Some(tool), Some(snapshot)) =
            (bind(input.buttons, self.state.tool), self.snapshot(id))
        {
            self.gesture = Gesture::begin(tool, input, snapshot);
        }
    }

    fn pointer_move(&mut self, input: &PointerInput) {
        if let Some(finger) = self
            .fingers
            .iter_mut()
            .find(|(pointer, _)| *pointer == input.pointer)
        {
            finger.1 = input.point.0;
        }
        if let Gesture::Dragging { tool, start, .. } = &self.gesture {
            // A second button in mid-drag changes the tool: the drag starts again from here.
            let bound = bind(input.buttons, self.state.tool);
            let viewport = start.viewport;
            if bound.is_some_and(|bound| bound != *tool) {
                if let (Some(tool), Some(snapshot)) = (bound, self.snapshot(viewport)) {
                    self.gesture = Gesture::begin(tool, input, snapshot);
                }
            } else if let Some(command) = self.gesture.drag(input.point) {
                self.scroll_or_view(command);
            }
        }
        self.set_probe(self.probe_at(input.point));
    }

    fn pointer_up(&mut self, input: &PointerInput) {
        self.fingers
            .retain(|(pointer, _)| *pointer != input.pointer);
        self.gesture = Gesture::Idle;
    }

    /// Two fingers: their middle pans, their distance zooms.
    fn pinch(&mut self, input: &PointerInput) {
        let spread = |fingers: &[(i32, DVec2)]| {
            (
                fingers[0].1.midpoint(fingers[1].1),
                fingers[0].1.distance(fingers[1].1),
            )
        };
        let (middle, distance) = spread(&self.fingers);
        if let Some(finger) = self
            .fingers
            .iter_mut()
            .find(|(pointer, _)| *pointer == input.pointer)
        {
            finger.1 = input.point.0;
        }
        let (new_middle, new_distance) = spread(&self.fingers);
        let id = self.state.active;
        let Some(snapshot) = self.snapshot(id) else {
            return;
        };
        let panned = snapshot.transform.pan_px + new_middle - middle;
        let transform = crate::viewport::view_transform::ViewTransform {
            pan_px: panned,
            ..snapshot.transform
        };
        let factor = if distance > 1.0 {
            new_distance / distance
        } else {
            1.0
        };
        let anchor = new_middle - snapshot.center.0;
        self.view(ViewCommand::SetTransform(
            id,
            transform.zoomed(factor, anchor, snapshot.scale),
        ));
    }

    pub(super) fn cancel_gesture(&mut self) {
        for command in self.gesture.cancel() {
            self.view(command);
        }
        self.gesture = Gesture::Idle;
    }

    pub(super) fn wheel(&mut self, input: &WheelInput) {
        let Some(id) = self.state.viewport_at(input.point) else {
            return;
        };
        if input.modifiers.control {
            let Some(snapshot) = self.snapshot(id) else {
                return;
            };
            let anchor = input.point.0 - snapshot.center.0;
            let zoomed =
                snapshot
                    .transform
                    .zoomed(1.15_f64.powf(-input.notches), anchor, snapshot.scale);
            return self.view(ViewCommand::SetTransform(id, zoomed));
        }
        let speed = if input.modifiers.shift { 5.0 } else { 1.0 };
        self.wheel_rest += input.notches * speed;
        let steps = self.wheel_rest.trunc();
        self.wheel_rest -= steps;
        if steps != 0.0 {
            self.step(id, steps as i64);
        }
    }

    /// Moves in the stack; ends are ends, not the other end.
    pub(super) fn step(&mut self, id: ViewportId, by: i64) {
        let Some((_, set, _, viewport)) = self.wanted(id) else {
            return;
        };
        let last = set.entries.len().saturating_sub(1) as i64;
        let index = (viewport.index as i64 + by).clamp(0, last) as usize;
        self.scroll_or_view(ViewCommand::ScrollTo(id, index, Touch::Reader));
    }

    /// Scrolls only where the position changes, and remembers the direction for what is asked for next.
    fn scroll_or_view(&mut self, command: ViewCommand) {
        if let ViewCommand::ScrollTo(id, index, _) = command {
            let now = self
                .state
                .viewports
                .get(id)
                .map_or(0, |viewport| viewport.index);
            if now == index {
                return;
            }
            self.direction = if index > now { 1 } else { -1 };
            self.restart_clock(id);
        }
        self.view(command);
    }

    pub(super) fn double_click(&mut self, point: CanvasPoint) {
        if let Some(id) = self.state.viewport_at(point) {
            self.view(ViewCommand::Activate(id));
            if self.state.layout.n_viewports() > 1 {
                self.view(ViewCommand::SetOneUp(!self.state.is_one_up));
            }
        }
    }

    /// What a gesture begins from.
    pub(super) fn snapshot(&self, id: ViewportId) -> Option<Snapshot> {
        let (open, set, entry, viewport) = self.wanted(id)?;
        let rect = self.state.rect(id)?;
        Some(Snapshot {
            viewport: id,
            center: rect.center(),
            height_px: rect.height_px.into(),
            transform: viewport.transform,
            scale: viewport.transform.scale(rect, frame_size(entry)),
            presentation: viewport.presentation.clone(),
            voi: voi_in_use(open, viewport, set, entry),
            index: viewport.index,
            count: set.entries.len(),
        })
    }

    fn set_probe(&mut self, probe: Option<(ViewportId, [u32; 2])>) {
        if self.probe != probe {
            self.probe = probe;
            self.effects.push(Effect::Notify(Notice::UpdateSummary));
        }
    }

    /// The pixel under a point.
    fn probe_at(&self, point: CanvasPoint) -> Option<(ViewportId, [u32; 2])> {
        let id = self.state.viewport_at(point)?;
        let (_, _, entry, viewport) = self.on_canvas(id)?;
        let rect = self.state.rect(id)?;
        let image_point = viewport
            .transform
            .image_from_canvas(rect, frame_size(entry))
            .apply(point);
        let (x, y) = (
            (image_point.0.x + 0.5).floor(),
            (image_point.0.y + 0.5).floor(),
        );
        if x < 0.0 || y < 0.0 {
            return None;
        }
        Some((id, [x as u32, y as u32]))
    }

    /// What is to say of the pixel under the pointer, as the picture is now: it may change while the pointer rests.
    pub(super) fn probe_of(&self, id: ViewportId) -> Option<Probe> {
        let (_, [x, y]) = self.probe.filter(|(at, _)| *at == id)?;
        let (_, _, entry, _) = self.on_canvas(id)?;
        let reading = self.read_pixel(id, x, y)?;
        let frame = entry.frame_header()?;
        let spacing = frame.spacing.map(|(spacing, _)| spacing);
        let pixel = crate::geometry::space::ImagePoint(DVec2::new(x.into(), y.into()));
        let patient_mm = frame
            .plane
            .as_ref()
            .zip(spacing)
            .map(|(plane, s)| plane.patient_from_image(pixel, s).0.into());
        Some(Probe {
            x,
            y,
            value: reading.value,
            unit: reading.unit,
            patient_mm,
            others: reading.others,
            note: reading.note,
            steps: reading.steps,
        })
    }

    pub(super) fn set_tool(&mut self, tool: ToolKind) {
        self.view(ViewCommand::SetTool(tool));
        let cursor = match tool {
            ToolKind::Window => Cursor::Window,
            ToolKind::Pan => Cursor::Pan,
            ToolKind::Zoom => Cursor::Zoom,
            ToolKind::Scroll => Cursor::Scroll,
            ToolKind::Probe => Cursor::Probe,
        };
        self.effects.push(Effect::SetCursor(cursor));
    }
}
