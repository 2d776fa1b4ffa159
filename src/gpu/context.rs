//! Gpu: adapter, device and queue, and the two things they do: draw a scene and read it back.

use crate::caps::Tier;
use crate::error::GpuError;
use crate::oversize::Oversize;
use crate::pass::read_back::ReadBack;
use crate::pass::slice::SlicePass;
use crate::plan::Residents;
use crate::signal::Signal;
use crate::surface::Canvas;
use crate::textures::{self, Textures};
use skiagraph_core::scene::scene::Scene;
use std::sync::{Arc, Mutex, PoisonError};

/// A graphics device, the textures on it, and the canvas it draws to.
pub struct Gpu {
    device: wgpu::Device,
    queue: wgpu::Queue,
    canvas: Option<Canvas>,
    format: wgpu::TextureFormat,
    oversize: Oversize,
    residents: Residents,
    textures: Textures,
    slice: SlicePass,
    tier: Tier,
    adapter_name: String,
    is_software: bool,
    max_side_px: u32,
    max_frame_px: u32,
    lost: Signal<String>,
    refused: Arc<Mutex<Option<Refusal>>>,
}

/// Why the device refused a command.
#[derive(Debug)]
enum Refusal {
    NoMemory,
    Other(String),
}

impl Gpu {
    /// Draws to a canvas of `width_px` x `height_px` device pixels and holds at most `budget_bytes` of textures.
    ///
    /// # Errors
    /// All of them call for another tier: [`GpuError::NoBackend`], [`GpuError::NoAdapter`], [`GpuError::NoSurface`],
    /// and [`GpuError::Device`] where the driver does not take the shader.
    /// A canvas that was given to one tier can no longer be given to another: make a new element for it.
    pub async fn for_surface(
        target: impl Into<wgpu::SurfaceTarget<'static>>,
        width_px: u32,
        height_px: u32,
        budget_bytes: u64,
    ) -> Result<Self, GpuError> {
        let instance = instance()?;
        let surface = instance
            .create_surface(target)
            .map_err(|error| GpuError::NoSurface(error.to_string()))?;
        let adapter = adapter(&instance, Some(&surface)).await?;
        let canvas = Canvas::new(surface, &adapter)?;
        let mut gpu = Self::new(&adapter, Some(canvas), budget_bytes).await?;
        gpu.resize(width_px, height_px);
        Ok(gpu)
    }

    /// Without a canvas: [`Self::read_back`] only. WebGL2 has no device without a canvas.
    ///
    /// # Errors
    /// As [`Self::for_surface`], without [`GpuError::NoSurface`].
    pub async fn headless(budget_bytes: u64) -> Result<Self, GpuError> {
        let instance = instance()?;
        let adapter = adapter(&instance, None).await?;
        Self::new(&adapter, None, budget_bytes).await
    }

    async fn new(
        adapter: &wgpu::Adapter,
        canvas: Option<Canvas>,
        budget_bytes: u64,
    ) -> Result<Self, GpuError> {
        let info = adapter.get_info();
        let tier = Tier::of(info.backend);
        let descriptor = wgpu::DeviceDescriptor {
            required_limits: tier.limits(&adapter.limits()),
            ..wgpu::DeviceDescriptor::default()
        };
        let opened = adapter.request_device(&descriptor).await;
        let (device, queue) = opened.map_err(|error| GpuError::NoAdapter(error.to_string()))?;
        let (lost, refused) = (Signal::new(), Arc::default());
        watch(&device, &lost, &refused);
        let format = canvas
            .as_ref()
            .map_or(wgpu::TextureFormat::Rgba8Unorm, Canvas::format);
        // A driver that cannot compile the shader is found here, while another tier can still be taken.
        let internal = device.push_error_scope(wgpu::ErrorFilter::Internal);
        let validation = device.push_error_scope(wgpu::ErrorFilter::Validation);
        let texels = textures::layout(&device);
        let slice = SlicePass::new(&device, format, &texels);
        let textures = Textures::new(&device, texels);
        for scope in [validation, internal] {
            if let Some(error) = scope.pop().await {
                return Err(GpuError::Device(error.to_string()));
            }
        }
        Ok(Self {
            slice,
            textures,
            residents: Residents::new(tier.budget(&adapter.limits(), budget_bytes)),
            oversize: Oversize::default(),
            max_side_px: device.limits().max_texture_dimension_2d,
            max_frame_px: device.limits().max_texture_dimension_2d,
            is_software: info.device_type == wgpu::DeviceType::Cpu,
            adapter_name: info.name,
            device,
            queue,
            canvas,
            format,
            tier,
            lost,
            refused,
        })
    }

    /// Gives the canvas another size, cut to [`Self::max_side_px`]. In a browser this sets the element's `width` and
    /// `height` and blanks it, so draw in the same animation frame.
    pub fn resize(&mut self, width_px: u32, height_px: u32) {
        if let Some(canvas) = &mut self.canvas {
            let size_px = [width_px, height_px].map(|px| px.clamp(1, self.max_side_px));
            canvas.resize(&self.device, size_px);
        }
    }

    /// Longest side of the canvas, and of a frame in one texture, pixels.
    pub fn max_side_px(&self) -> u32 {
        self.max_side_px
    }

    /// Takes frames with a longer side for too large for a texture, so that tests need no huge ones.
    pub fn limit_frames(&mut self, max_frame_px: u32) {
        self.max_frame_px = max_frame_px.min(self.max_side_px);
    }

    /// The graphics interface in use.
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// The adapter's own name, for bug reports; browsers may keep it to themselves (empty).
    pub fn adapter_name(&self) -> &str {
        &self.adapter_name
    }

    /// True where the adapter is known to compute on the processor: the page may prefer the reference renderer then.
    pub fn is_software(&self) -> bool {
        self.is_software
    }

    /// Gives all textures up, and holds no more than `budget_bytes` of them from then on.
    pub fn shrink(&mut self, budget_bytes: u64) {
        let steps = self.residents.shrink(budget_bytes);
        self.textures.apply(&self.device, &self.queue, &steps);
    }

    /// Bytes of textures held at the moment.
    pub fn n_texture_bytes(&self) -> u64 {
        self.residents.n_bytes()
    }

    /// Draws to the canvas and presents; what the scene does not cover is black, what lies outside is cut off.
    ///
    /// # Errors
    /// [`GpuError::FrameSkipped`] asks for another try; after [`GpuError::DeviceLost`] and [`GpuError::SurfaceLost`] this value is of no more use. On WebGPU refusals
    /// come late, so that [`GpuError::Device`] may speak of the draw before.
    pub fn draw(&mut self, scene: &Scene) -> Result<(), GpuError> {
        self.check()?;
        let canvas = self.canvas.as_ref().ok_or(GpuError::Headless)?;
        let [width_px, height_px] = canvas.size_px();
        let (texture, is_outdated) = canvas.acquire(&self.device)?;
        let view = texture
            .texture
            .create_view(&wgpu::TextureViewDescriptor::default());
        let encoder = self.encode(scene, &view, width_px, height_px);
        self.queue.submit([encoder.finish()]);
        self.queue.present(texture);
        if let Some(canvas) = self.canvas.as_ref().filter(|_| is_outdated) {
            canvas.configure(&self.device);
        }
        self.take_refusal()
    }

    /// R G B A of the same pass, `width_px * height_px * 4` bytes of the scene, row after row.
    ///
    /// # Errors
    /// As [`Self::draw`], and [`GpuError::CanvasTooLarge`], [`GpuError::ReadBack`].
    pub async fn read_back(&mut self, scene: &Scene) -> Result<Vec<u8>, GpuError> {
        self.check()?;
        let (width_px, height_px, max_side_px) =
            (scene.width_px, scene.height_px, self.max_side_px);
        if width_px.max(height_px) > max_side_px {
            return Err(GpuError::CanvasTooLarge {
                width_px,
                height_px,
                max_side_px,
            });
        }
        if width_px == 0 || height_px == 0 {
            return Ok(Vec::new());
        }
        let read_back = ReadBack::new(&self.device, self.format, width_px, height_px);
        let mut encoder = self.encode(scene, &read_back.view(), width_px, height_px);
        read_back.encode(&mut encoder);
        self.queue.submit([encoder.finish()]);
        let bytes = read_back.bytes(&self.device).await;
        self.take_refusal()?;
        bytes
    }

    fn encode(
        &mut self,
        scene: &Scene,
        target: &wgpu::TextureView,
        width_px: u32,
        height_px: u32,
    ) -> wgpu::CommandEncoder {
        let size_px = [width_px, height_px];
        let scene = self.oversize.replace(scene, size_px, self.max_frame_px);
        let plan = self.residents.plan(&scene, width_px, height_px);
        self.textures.apply(&self.device, &self.queue, &plan.steps);
        let mut encoder = self
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        self.slice.encode(
            &self.device,
            &self.queue,
            &mut encoder,
            target,
            &plan.draws,
            &self.textures,
        );
        encoder
    }

    fn check(&self) -> Result<(), GpuError> {
        let lost = self.lost.get();
        lost.map_or(Ok(()), |reason| Err(GpuError::DeviceLost(reason)))
    }

    fn take_refusal(&self) -> Result<(), GpuError> {
        let refusal = self
            .refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match refusal {
            None => Ok(()),
            Some(Refusal::NoMemory) => Err(GpuError::OutOfMemory),
            Some(Refusal::Other(message)) => Err(GpuError::Device(message)),
        }
    }

    /// True once the device is gone; nothing is drawn any more.
    pub fn is_lost(&self) -> bool {
        self.lost.get().is_some()
    }

    /// Calls back with the reason when the device is lost, at once if it is. wgpu wants `Send`, which nothing of
    /// JavaScript is: in a page await [`Self::lost`] instead.
    pub fn on_lost(&self, callback: impl FnOnce(String) + Send + 'static) {
        self.lost.listen(callback);
    }

    /// Waits for the loss of the device and gives the reason; independent of the borrow of this value.
    pub fn lost(&self) -> impl Future<Output = String> + use<> {
        let lost = self.lost.clone();
        async move { lost.wait().await }
    }

    /// Says that the device is lost where wgpu cannot know: a page calls it at `webglcontextlost`.
    pub fn report_lost(&self, reason: &str) {
        self.lost.set(reason.to_owned());
    }

    /// Destroys the device, so that tests can see what its loss does.
    pub fn destroy(&self) {
        self.device.destroy();
        // Natively and on WebGL2 the loss is told at the next poll; whether the queue was empty does not matter.
        let _ = self.device.poll(wgpu::PollType::Poll);
    }
}

fn instance() -> Result<wgpu::Instance, GpuError> {
    if wgpu::Instance::enabled_backend_features().is_empty() {
        return Err(GpuError::NoBackend);
    }
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    // WebGL2 never signals a fence before the page returns to its event loop, and needs none to read a buffer.
    descriptor.backend_options.gl.fence_behavior = wgpu::GlFenceBehavior::AutoFinish;
    Ok(wgpu::Instance::new(descriptor))
}

async fn adapter(
    instance: &wgpu::Instance,
    surface: Option<&wgpu::Surface<'static>>,
) -> Result<wgpu::Adapter, GpuError> {
    let options = wgpu::RequestAdapterOptions {
        compatible_surface: surface,
        ..Default::default()
    };
    instance
        .request_adapter(&options)
        .await
        .map_err(|error| GpuError::NoAdapter(error.to_string()))
}

/// Notes the loss of the device and the first command it refuses; wgpu would panic at the latter.
fn watch(device: &wgpu::Device, lost: &Signal<String>, refused: &Arc<Mutex<Option<Refusal>>>) {
    let (lost, refused) = (lost.clone(), Arc::clone(refused));
    device.set_device_lost_callback(move |reason, message| {
        lost.set(format!("{reason:?}: {message}"));
    });
    device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
        let mut refused = refused.lock().unwrap_or_else(PoisonError::into_inner);
        match error {
            // What comes after it is its consequence.
            wgpu::Error::OutOfMemory { .. } => *refused = Some(Refusal::NoMemory),
            other => drop(refused.get_or_insert_with(|| Refusal::Other(other.to_string()))),
        }
    }));
}
