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

    /// Bytes of textures to hold where `wanted` are allowed: a device that gives no large buffers has little memory. WebGL2
    /// says nothing of it.
    pub(crate) fn budget(self, adapter: &wgpu::Limits, wanted: u64) -> u64 {
        match self {
            Self::WebGl2 => wanted,
            Self::WebGpu | Self::Vulkan => wanted.min(adapter.max_buffer_size / 2),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_41_a_device_that_gives_no_large_buffers_is_not_filled() {
        let with = |max_buffer_size| wgpu::Limits {
            max_buffer_size,
            ..wgpu::Limits::defaults()
        };
        let budget = |tier: Tier, buffer| tier.budget(&with(buffer), 512 << 20);
        assert_eq!(budget(Tier::WebGpu, 256 << 20), 128 << 20);
        assert_eq!(budget(Tier::WebGpu, 4 << 30), 512 << 20);
        assert_eq!(budget(Tier::WebGl2, 1), 512 << 20);
    }
}
