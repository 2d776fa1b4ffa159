//! Shader: the closed set of shader programs, each composed of its parts by concatenation.

/// A shader program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shader {
    /// One frame in one rectangle of the canvas.
    Slice,
}

impl Shader {
    /// Every program, for the tests that validate them.
    pub const ALL: [Self; 1] = [Self::Slice];

    /// Entry point of the vertex stage.
    pub const VERTEX: &str = "full_screen";

    /// Entry point of the fragment stage.
    pub fn fragment(self) -> &'static str {
        match self {
            Self::Slice => "slice",
        }
    }

    /// The composed WGSL source.
    pub fn source(self) -> &'static str {
        match self {
            Self::Slice => concat!(
                include_str!("shaders/common.wgsl"),
                include_str!("shaders/texel.wgsl"),
                include_str!("shaders/slice.wgsl"),
            ),
        }
    }
}
