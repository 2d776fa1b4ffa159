//! The pass that draws a scene: black, then each layer inside its rectangle.

use crate::plan::LayerDraw;
use crate::shaders::Shader;
use crate::textures::Textures;
use crate::uniforms::LayerUniforms;

/// Bytes from one layer's uniforms to the next: the largest alignment that any tier asks for.
const STRIDE: u64 = 256;
const SIZE: u64 = size_of::<LayerUniforms>() as u64;

/// Pipeline and uniforms of the pass.
pub(crate) struct SlicePass {
    pipeline: wgpu::RenderPipeline,
    layout: wgpu::BindGroupLayout,
    uniforms: Uniforms,
}

/// One buffer for the uniforms of all layers.
struct Uniforms {
    buffer: wgpu::Buffer,
    bind_group: wgpu::BindGroup,
    n_layers: usize,
}

impl SlicePass {
    /// Draws to targets of `format`; `texels` is [`crate::textures::layout`].
    pub(crate) fn new(
        device: &wgpu::Device,
        format: wgpu::TextureFormat,
        texels: &wgpu::BindGroupLayout,
    ) -> Self {
        let layout = uniforms_layout(device);
        let uniforms = Uniforms::new(device, &layout, 4);
        Self {
            pipeline: pipeline(device, format, [&layout, texels, texels]),
            layout,
            uniforms,
        }
    }

    /// Encodes the draws on `target`, all of which becomes black first.
    pub(crate) fn encode(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        target: &wgpu::TextureView,
        draws: &[LayerDraw],
        textures: &Textures,
    ) {
        self.write_uniforms(device, queue, draws);
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("slice"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: target,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                    store: wgpu::StoreOp::Store,
                },
            })],
            depth_stencil_attachment: None,
            timestamp_writes: None,
            occlusion_query_set: None,
            multiview_mask: None,
        });
        pass.set_pipeline(&self.pipeline);
        for (draw, offset) in draws.iter().zip((0..).step_by(STRIDE as usize)) {
            let rect = draw.scissor;
            pass.set_scissor_rect(rect.x_px, rect.y_px, rect.width_px, rect.height_px);
            pass.set_bind_group(0, &self.uniforms.bind_group, &[offset]);
            pass.set_bind_group(1, textures.bind_group(Some(draw.frame)), &[]);
            pass.set_bind_group(2, textures.bind_group(draw.table), &[]);
            pass.draw(0..3, 0..1);
        }
    }

    fn write_uniforms(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, draws: &[LayerDraw]) {
        if draws.len() > self.uniforms.n_layers {
            self.uniforms = Uniforms::new(device, &self.layout, draws.len().next_power_of_two());
        }
        let mut bytes = vec![0; draws.len() * STRIDE as usize];
        for (slot, draw) in bytes.chunks_exact_mut(STRIDE as usize).zip(draws) {
            slot[..SIZE as usize].copy_from_slice(bytemuck::bytes_of(&draw.uniforms));
        }
        if !bytes.is_empty() {
            queue.write_buffer(&self.uniforms.buffer, 0, &bytes);
        }
    }
}

impl Uniforms {
    fn new(device: &wgpu::Device, layout: &wgpu::BindGroupLayout, n_layers: usize) -> Self {
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("layers"),
            size: n_layers as u64 * STRIDE,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let bind_group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("layers"),
            layout,
            entries: &[wgpu::BindGroupEntry {
                binding: 0,
                resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer: &buffer,
                    offset: 0,
                    size: wgpu::BufferSize::new(SIZE),
                }),
            }],
        });
        Self {
            buffer,
            bind_group,
            n_layers,
        }
    }
}

fn uniforms_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("layers"),
        entries: &[wgpu::BindGroupLayoutEntry {
            binding: 0,
            visibility: wgpu::ShaderStages::FRAGMENT,
            ty: wgpu::BindingType::Buffer {
                ty: wgpu::BufferBindingType::Uniform,
                has_dynamic_offset: true,
                min_binding_size: wgpu::BufferSize::new(SIZE),
            },
            count: None,
        }],
    })
}

fn pipeline(
    device: &wgpu::Device,
    format: wgpu::TextureFormat,
    groups: [&wgpu::BindGroupLayout; 3],
) -> wgpu::RenderPipeline {
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("slice"),
        source: wgpu::ShaderSource::Wgsl(Shader::Slice.source().into()),
    });
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("slice"),
        bind_group_layouts: &groups.map(Some),
        immediate_size: 0,
    });
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some("slice"),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some(Shader::VERTEX),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers: &[],
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some(Shader::Slice.fragment()),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(format.into())],
        }),
        multiview_mask: None,
        cache: None,
    })
}
