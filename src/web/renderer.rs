//! Renderer: who draws on the canvas, the graphics processor or the CPU.

use crate::js;
use skiagraph_core::scene::{rows, scene::Scene};
use skiagraph_gpu::{Gpu, GpuError, Tier};
use wasm_bindgen::Clamped;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Ways to draw, as the shell names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RendererKind {
    WebGpu,
    WebGl2,
    Cpu,
}

impl RendererKind {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::WebGpu, Self::WebGl2, Self::Cpu]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::WebGpu => "webgpu",
            Self::WebGl2 => "webgl2",
            Self::Cpu => "cpu",
        }
    }

    /// What to try where this one cannot go on.
    pub(crate) fn next(self) -> Option<&'static str> {
        match self {
            Self::WebGpu => Some("webgl2"),
            Self::WebGl2 => Some("cpu"),
            Self::Cpu => None,
        }
    }
}

/// What came of a draw.
pub(crate) enum Drawn {
    /// The picture is submitted.
    Done,
    /// The canvas was not ready: once more at the next animation frame.
    Again,
    /// The device is gone.
    Lost(String),
    /// The device has no memory for more textures.
    NoMemory,
    /// The device refused; it may do better the next time.
    Refused(String),
}

/// Who draws.
pub(crate) enum Renderer {
    Gpu(Box<Gpu>),
    Cpu(CpuCanvas),
}

impl Renderer {
    /// Takes hold of the canvas for good.
    ///
    /// # Errors
    /// A sentence; the next tier needs another canvas.
    pub(crate) async fn new(
        kind: RendererKind,
        canvas: &HtmlCanvasElement,
        [width_px, height_px]: [u32; 2],
        budget_bytes: u64,
    ) -> Result<Self, String> {
        if kind == RendererKind::Cpu {
            return CpuCanvas::new(canvas).map(Self::Cpu);
        }
        let gpu = gpu(canvas, width_px, height_px, budget_bytes).await;
        let gpu = gpu.map_err(|error| format!("The graphics device cannot be used: {error}."))?;
        let wanted = if kind == RendererKind::WebGpu {
            Tier::WebGpu
        } else {
            Tier::WebGl2
        };
        if gpu.tier() != wanted {
            return Err(format!(
                "This module draws with {}, not with {}.",
                gpu.tier(),
                kind.name()
            ));
        }
        Ok(Self::Gpu(Box::new(gpu)))
    }

    /// Name of the graphics adapter, where there is one and the browser tells it.
    pub(crate) fn adapter(&self) -> &str {
        match self {
            Self::Gpu(gpu) => gpu.adapter_name(),
            Self::Cpu(_) => "",
        }
    }

    pub(crate) fn resize(&mut self, width_px: u32, height_px: u32) {
        match self {
            Self::Gpu(gpu) => gpu.resize(width_px, height_px),
            Self::Cpu(cpu) => cpu.resize(width_px, height_px),
        }
    }

    /// Gives all textures up, and holds no more than so many bytes from then on.
    pub(crate) fn shrink(&mut self, budget_bytes: u64) {
        if let Self::Gpu(gpu) = self {
            gpu.shrink(budget_bytes);
        }
    }

    pub(crate) fn draw(&mut self, scene: &Scene) -> Drawn {
        match self {
            Self::Cpu(cpu) => cpu.draw(scene),
            Self::Gpu(gpu) => match gpu.draw(scene) {
                Ok(()) => Drawn::Done,
                Err(GpuError::FrameSkipped) => Drawn::Again,
                Err(GpuError::OutOfMemory) => Drawn::NoMemory,
                Err(error @ (GpuError::DeviceLost(_) | GpuError::SurfaceLost)) => {
                    Drawn::Lost(error.to_string())
                }
                Err(error) => Drawn::Refused(error.to_string()),
            },
        }
    }
}

#[cfg(target_arch = "wasm32")]
async fn gpu(
    canvas: &HtmlCanvasElement,
    width_px: u32,
    height_px: u32,
    budget_bytes: u64,
) -> Result<Gpu, GpuError> {
    let target = skiagraph_gpu::SurfaceTarget::Canvas(canvas.clone());
    Gpu::for_surface(target, width_px, height_px, budget_bytes).await
}

/// Outside a browser there is no canvas; what needs none is tested there.
#[cfg(not(target_arch = "wasm32"))]
async fn gpu(_: &HtmlCanvasElement, _: u32, _: u32, _: u64) -> Result<Gpu, GpuError> {
    Err(GpuError::NoBackend)
}

/// The CPU renderer on a plain canvas.
pub(crate) struct CpuCanvas {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    pixels: Vec<u8>,
}

impl CpuCanvas {
    fn new(canvas: &HtmlCanvasElement) -> Result<Self, String> {
        // The CPU writes every pixel: a canvas kept by the graphics processor would be one copy and one wait more.
        let options = js_sys::Object::new();
        js::set(&options, "willReadFrequently", &true.into());
        let context = canvas.get_context_with_context_options("2d", &options);
        let context = context.ok().flatten();
        let context = context.and_then(|context| context.dyn_into().ok());
        let context = context.ok_or("This browser gives no canvas to draw on.")?;
        Ok(Self {
            canvas: canvas.clone(),
            context,
            pixels: Vec::new(),
        })
    }

    fn resize(&mut self, width_px: u32, height_px: u32) {
        self.canvas.set_width(width_px);
        self.canvas.set_height(height_px);
    }

    fn draw(&mut self, scene: &Scene) -> Drawn {
        let (width_px, height_px) = (scene.width_px, scene.height_px);
        if width_px == 0 || height_px == 0 {
            return Drawn::Done;
        }
        self.pixels
            .resize(width_px as usize * height_px as usize * 4, 0);
        rows::draw(scene, &mut self.pixels);
        let image =
            ImageData::new_with_u8_clamped_array_and_sh(Clamped(&self.pixels), width_px, height_px);
        match image.and_then(|image| self.context.put_image_data(&image, 0.0, 0.0)) {
            Ok(()) => Drawn::Done,
            Err(_) => Drawn::Refused("the canvas takes no picture".to_owned()),
        }
    }
}
