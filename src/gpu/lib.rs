//! Scene to pixels on the graphics processor: byte for byte what `skiagraph_core::scene::reference` draws.
//!
//! One pass per scene: black, then one full-screen triangle per layer, cut to the layer's rectangle. The shader reads a
//! frame texture (R8Uint, R16Uint: bit patterns of stored values; RGBA8Uint: color) and a table texture (RGBA8Uint,
//! 256 x 1 or 256 x 256: display values by bit pattern), all in whole numbers. Modality LUT, VOI and polarity are in the
//! table, so a window drag uploads one table and no frame.
//!
//! The decisions (what to upload, reuse, give up and draw) are in [`plan`] and know nothing of wgpu; the rest executes.
//! Tiers: WebGPU, WebGL2 and, for tests, native Vulkan; one build has one of the features `webgpu`, `webgl`, `vulkan`.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod caps;
pub mod error;
mod oversize;
pub mod plan;
pub mod shaders;
mod signal;
pub mod source;
mod surface;
mod textures;
pub mod uniforms;
mod pass {
    //! What is encoded for the graphics processor.
    pub(crate) mod read_back;
    pub(crate) mod slice;
}
pub mod context;

pub use caps::Tier;
pub use context::Gpu;
pub use error::GpuError;
/// What a canvas is named by, so that nobody else needs wgpu.
pub use wgpu::SurfaceTarget;
