//! GpuError: what can go wrong between a scene and the canvas, by what the caller can do about it.

/// Why nothing was drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GpuError {
    /// The build has no feature that this platform can use: a fault of the build.
    #[error("this build has no graphics interface for this platform")]
    NoBackend,
    /// No device here: take another tier.
    #[error("no graphics adapter: {0}")]
    NoAdapter(String),
    /// The canvas cannot be drawn to: take another tier, with a new canvas element.
    #[error("the canvas cannot be used: {0}")]
    NoSurface(String),
    /// There is no canvas: [`crate::Gpu::headless`] reads back only.
    #[error("there is no canvas to draw to")]
    Headless,
    /// The canvas does not fit a texture.
    #[error(
        "a canvas of {width_px} x {height_px} is larger than the {max_side_px} pixels a texture can have here"
    )]
    CanvasTooLarge {
        /// Width asked for.
        width_px: u32,
        /// Height asked for.
        height_px: u32,
        /// Longest side of a texture.
        max_side_px: u32,
    },
    /// The canvas had no texture ready or is hidden: draw again at the next animation frame.
    #[error("the canvas was not ready, the frame was skipped")]
    FrameSkipped,
    /// The canvas stays lost after a second try: make a new [`crate::Gpu`].
    #[error("the canvas is lost")]
    SurfaceLost,
    /// The device is gone: make a new [`crate::Gpu`]; nothing of this one can be used.
    #[error("the graphics device is lost: {0}")]
    DeviceLost(String),
    /// The device has no memory for the textures: all are given up, call [`crate::Gpu::shrink`] and draw again.
    #[error("the memory of the graphics device is full")]
    OutOfMemory,
    /// The device refused a command, by a fault of this crate.
    #[error("the graphics device refused: {0}")]
    Device(String),
    /// The pixels did not come back.
    #[error("the picture could not be read back")]
    ReadBack,
}
