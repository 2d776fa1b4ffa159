//! Texture to RGBA bytes: for tests, and for pictures that leave the page.

use crate::error::GpuError;
use crate::signal::Signal;

/// A texture to draw to and the buffer that it is copied to.
pub(crate) struct ReadBack {
    texture: wgpu::Texture,
    buffer: wgpu::Buffer,
}

impl ReadBack {
    /// For `width_px` x `height_px` pixels of `format`, Rgba8Unorm or Bgra8Unorm.
    pub(crate) fn new(
        device: &wgpu::Device,
        format: wgpu::TextureFormat,
        width_px: u32,
        height_px: u32,
    ) -> Self {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("read back"),
            size: wgpu::Extent3d {
                width: width_px,
                height: height_px,
                depth_or_array_layers: 1,
            },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("read back"),
            size: u64::from(bytes_per_row(width_px)) * u64::from(height_px),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        Self { texture, buffer }
    }

    /// What to draw to.
    pub(crate) fn view(&self) -> wgpu::TextureView {
        self.texture
            .create_view(&wgpu::TextureViewDescriptor::default())
    }

    /// Encodes the copy.
    pub(crate) fn encode(&self, encoder: &mut wgpu::CommandEncoder) {
        let layout = wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(bytes_per_row(self.texture.width())),
            rows_per_image: None,
        };
        let buffer = wgpu::TexelCopyBufferInfo {
            buffer: &self.buffer,
            layout,
        };
        encoder.copy_texture_to_buffer(self.texture.as_image_copy(), buffer, self.texture.size());
    }

    /// R G B A of every pixel, row after row, once the submitted copy is done.
    pub(crate) async fn bytes(self, device: &wgpu::Device) -> Result<Vec<u8>, GpuError> {
        let mapped = Signal::new();
        let setter = mapped.clone();
        self.buffer
            .map_async(wgpu::MapMode::Read, .., move |result| {
                setter.set(result.is_ok());
            });
        // Natively and on WebGL2 the callback comes from here, on WebGPU from the event loop.
        device
            .poll(wgpu::PollType::wait_indefinitely())
            .map_err(|_| GpuError::ReadBack)?;
        if !mapped.wait().await {
            return Err(GpuError::ReadBack);
        }
        let range = self
            .buffer
            .get_mapped_range(..)
            .map_err(|_| GpuError::ReadBack)?;
        let row_bytes = self.texture.width() as usize * 4;
        let mut bytes = Vec::with_capacity(row_bytes * self.texture.height() as usize);
        for row in range.chunks_exact(bytes_per_row(self.texture.width()) as usize) {
            bytes.extend_from_slice(&row[..row_bytes]);
        }
        if self.texture.format() == wgpu::TextureFormat::Bgra8Unorm {
            bytes
                .as_chunks_mut::<4>()
                .0
                .iter_mut()
                .for_each(|pixel| pixel.swap(0, 2));
        }
        drop(range);
        self.texture.destroy();
        self.buffer.destroy();
        Ok(bytes)
    }
}

/// Bytes of a row in the buffer; WebGPU asks for a multiple of 256.
fn bytes_per_row(width_px: u32) -> u32 {
    (width_px * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT)
}
