//! Tier: which graphics interface draws, and what may be asked of it.

use std::fmt;

/// The graphics interface in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tier {
    /// The browser's WebGPU.
    WebGpu,
    /// The browser's WebGL2.
    WebGl2,
    /// Native Vulkan: tests only.
    Vulkan,
}

impl Tier {
    /// The tier of an adapter.
    pub(crate) fn of(backend: wgpu::Backend) -> Self {
        match backend {
            wgpu::Backend::BrowserWebGpu => Self::WebGpu,
            wgpu::Backend::Gl => Self::WebGl2,
            _ => Self::Vulkan,
        }
    }

    /// Limits to ask for: those every device of the tier grants, with textures as large as this adapter allows.
    pub(crate) fn limits(self, adapter: &wgpu::Limits) -> wgpu::Limits {
        let granted = match self {
            Self::WebGl2 => wgpu::Limits::downlevel_webgl2_defaults(),
            Self::WebGpu | Self::Vulkan => wgpu::Limits::defaults(),
        };
        granted.using_resolution(adapter.clone())
    }
}

impl fmt::Display for Tier {
    /// The name that the page's summary carries.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WebGpu => "webgpu",
            Self::WebGl2 => "webgl2",
            Self::Vulkan => "vulkan",
        })
    }
}
