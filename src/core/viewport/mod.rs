//! Viewport: one rectangle of the canvas, what it shows and how.

pub mod layout;
pub mod presentation;
pub mod view_transform;
#[expect(
    clippy::module_inception,
    reason = "the viewport is what this module is named for"
)]
pub mod viewport;
