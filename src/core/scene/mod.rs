//! Scene: what the canvas shows, as plain data, and the CPU renderer that defines how it looks.

pub mod grid;
pub mod reference;
pub mod rows;
#[expect(
    clippy::module_inception,
    reason = "the scene is what this module is named for"
)]
pub mod scene;
