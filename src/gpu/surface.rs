//! Surface: the canvas, its format and what to do when it has no texture to give.

use crate::error::GpuError;
use wgpu::CurrentSurfaceTexture::{
    Lost, Occluded, Outdated, Suboptimal, Success, Timeout, Validation,
};

/// The formats that the shaders' output fits: bytes as they are, without a curve laid over them.
const FORMATS: [wgpu::TextureFormat; 2] = [
    wgpu::TextureFormat::Rgba8Unorm,
    wgpu::TextureFormat::Bgra8Unorm,
];

/// A canvas and its configuration.
pub(crate) struct Canvas {
    surface: wgpu::Surface<'static>,
    config: wgpu::SurfaceConfiguration,
}

impl Canvas {
    /// Takes the first format of the surface that has no sRGB curve; opaque. Usable from the first resize on.
    pub(crate) fn new(
        surface: wgpu::Surface<'static>,
        adapter: &wgpu::Adapter,
    ) -> Result<Self, GpuError> {
        let refused = || GpuError::NoSurface("no usable pixel format".into());
        let capabilities = surface.get_capabilities(adapter);
        let mut config = surface
            .get_default_config(adapter, 0, 0)
            .ok_or_else(refused)?;
        config.format = capabilities
            .formats
            .into_iter()
            .find(|f| FORMATS.contains(f))
            .ok_or_else(refused)?;
        if capabilities
            .alpha_modes
            .contains(&wgpu::CompositeAlphaMode::Opaque)
        {
            config.alpha_mode = wgpu::CompositeAlphaMode::Opaque;
        }
        Ok(Self { surface, config })
    }

    pub(crate) fn format(&self) -> wgpu::TextureFormat {
        self.config.format
    }

    /// Width and height, device pixels.
    pub(crate) fn size_px(&self) -> [u32; 2] {
        [self.config.width, self.config.height]
    }

    /// Another size, both sides at least 1.
    pub(crate) fn resize(&mut self, device: &wgpu::Device, size_px: [u32; 2]) {
        if self.size_px() != size_px {
            [self.config.width, self.config.height] = size_px;
            self.configure(device);
        }
    }

    /// Applies size and format; in a browser this sets the canvas's own width and height and blanks it.
    pub(crate) fn configure(&self, device: &wgpu::Device) {
        self.surface.configure(device, &self.config);
    }

    /// The texture to draw to, and true where the canvas should be configured anew after it was presented.
    pub(crate) fn acquire(
        &self,
        device: &wgpu::Device,
    ) -> Result<(wgpu::SurfaceTexture, bool), GpuError> {
        let first = self.surface.get_current_texture();
        let texture = match first {
            Outdated | Lost => {
                self.configure(device);
                self.surface.get_current_texture()
            }
            _ => first,
        };
        match texture {
            Success(texture) => Ok((texture, false)),
            Suboptimal(texture) => Ok((texture, true)),
            Timeout | Occluded => Err(GpuError::FrameSkipped),
            Outdated | Lost => Err(GpuError::SurfaceLost),
            Validation => Err(GpuError::Device("the canvas gave no texture".into())),
        }
    }
}
