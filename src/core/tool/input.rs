//! What the hand does, in canvas pixels: pointer and wheel as plain values.

use crate::geometry::space::CanvasPoint;

/// Phase of a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Button or finger down.
    Down,
    /// Moved, with or without a button.
    Move,
    /// Button or finger up.
    Up,
    /// Taken away by the browser, or left the page.
    Cancel,
}

/// Buttons held, as in `PointerEvent.buttons`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Buttons {
    /// Left button, or a finger.
    pub left: bool,
    /// Right button.
    pub right: bool,
    /// Middle button.
    pub middle: bool,
}

/// Modifier keys held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    /// Shift.
    pub shift: bool,
    /// Control or Command.
    pub control: bool,
}

/// One pointer event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointerInput {
    /// Which pointer (mouse is one, each finger one).
    pub pointer: i32,
    /// Phase.
    pub phase: Phase,
    /// Where, device pixels of the canvas.
    pub point: CanvasPoint,
    /// Buttons held.
    pub buttons: Buttons,
    /// Modifiers held.
    pub modifiers: Modifiers,
}

/// One turn of the wheel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WheelInput {
    /// Where.
    pub point: CanvasPoint,
    /// Notches, positive is towards the reader (next image); a touchpad gives fractions.
    pub notches: f64,
    /// Modifiers held.
    pub modifiers: Modifiers,
}
