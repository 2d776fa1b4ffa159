//! Textures: frames and tables on the graphics processor, created, filled and given up as planned.

use crate::plan::{TextureId, TextureStep};
use crate::source::{Shape, Source, TexelFormat};
use std::collections::HashMap;

/// Layout of a bind group that holds one texture of whole numbers.
pub(crate) fn layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("texels"),
        entries: &[wgpu::BindGroupLayoutEntry {
            binding: 0,
            visibility: wgpu::ShaderStages::FRAGMENT,
            ty: wgpu::BindingType::Texture {
                sample_type: wgpu::TextureSampleType::Uint,
                view_dimension: wgpu::TextureViewDimension::D2,
                multisampled: false,
            },
            count: None,
        }],
    })
}

/// A texture and the bind group that shows it to the shader.
struct Bound {
    texture: wgpu::Texture,
    shape: Shape,
    bind_group: wgpu::BindGroup,
}

impl Bound {
    fn new(device: &wgpu::Device, layout: &wgpu::BindGroupLayout, shape: Shape) -> Self {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("texels"),
            size: extent(shape),
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: match shape.format {
                TexelFormat::R8 => wgpu::TextureFormat::R8Uint,
                TexelFormat::R16 => wgpu::TextureFormat::R16Uint,
                TexelFormat::Rgba8 => wgpu::TextureFormat::Rgba8Uint,
            },
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let bind_group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("texels"),
            layout,
            entries: &[wgpu::BindGroupEntry {
                binding: 0,
                resource: wgpu::BindingResource::TextureView(&view),
            }],
        });
        Self {
            texture,
            shape,
            bind_group,
        }
    }

    fn fill(&self, queue: &wgpu::Queue, source: &Source) {
        let shape = self.shape;
        let layout = wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(shape.width_px * shape.format.n_bytes()),
            rows_per_image: Some(shape.height_px),
        };
        queue.write_texture(
            self.texture.as_image_copy(),
            &source.texels(),
            layout,
            extent(shape),
        );
    }
}

fn extent(shape: Shape) -> wgpu::Extent3d {
    wgpu::Extent3d {
        width: shape.width_px,
        height: shape.height_px,
        depth_or_array_layers: 1,
    }
}

/// The textures of one device.
pub(crate) struct Textures {
    layout: wgpu::BindGroupLayout,
    by_id: HashMap<TextureId, Bound>,
    /// Stands where a frame of R G B has no table; its one texel is never read.
    no_table: Bound,
}

impl Textures {
    pub(crate) fn new(device: &wgpu::Device, layout: wgpu::BindGroupLayout) -> Self {
        let shape = Shape {
            width_px: 1,
            height_px: 1,
            format: TexelFormat::Rgba8,
        };
        let no_table = Bound::new(device, &layout, shape);
        Self {
            layout,
            by_id: HashMap::new(),
            no_table,
        }
    }

    /// Does what was planned; uploads come before everything that is submitted later.
    pub(crate) fn apply(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        steps: &[TextureStep],
    ) {
        for step in steps {
            match step {
                TextureStep::Drop(id) => {
                    if let Some(bound) = self.by_id.remove(id) {
                        // Dropping alone leaves the memory to the browser's garbage collector.
                        bound.texture.destroy();
                    }
                }
                TextureStep::Create(id, shape) => {
                    self.by_id
                        .insert(*id, Bound::new(device, &self.layout, *shape));
                }
                TextureStep::Upload(id, source) => {
                    if let Some(bound) = self.by_id.get(id) {
                        bound.fill(queue, source);
                    }
                }
            }
        }
    }

    /// Bind group of a texture that a plan names.
    pub(crate) fn bind_group(&self, id: Option<TextureId>) -> Option<&wgpu::BindGroup> {
        let bound = id.map_or(Some(&self.no_table), |id| self.by_id.get(&id));
        bound.map(|bound| &bound.bind_group)
    }
}
