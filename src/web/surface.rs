//! The canvas: a graphics device or the CPU renderer behind it, and its size in device pixels.

use skiagraph_core::scene::reference;
use skiagraph_core::scene::scene::Scene;
use skiagraph_gpu::context::Gpu;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Bytes of textures held on the device.
const TEXTURE_BYTES: u64 = 384 << 20;

/// What draws.
pub(crate) enum Surface {
    Gpu(Box<Gpu>),
    Cpu(CanvasRenderingContext2d),
}

impl Surface {
    /// Makes the renderer that was asked for.
    pub(crate) async fn new(canvas: &HtmlCanvasElement, renderer: &str) -> Result<Self, String> {
        if renderer == "cpu" {
            let context = canvas
                .get_context("2d")
                .ok()
                .flatten()
                .and_then(|context| context.dyn_into().ok());
            return context
                .map(Self::Cpu)
                .ok_or_else(|| "The browser gives no canvas to draw on".to_owned());
        }
        let target = wgpu::SurfaceTarget::Canvas(canvas.clone());
        let gpu = Gpu::for_surface(target, canvas.width(), canvas.height(), TEXTURE_BYTES).await;
        gpu.map(|gpu| Self::Gpu(Box::new(gpu)))
            .map_err(|error| error.to_string())
    }

    /// Name of the device, for the page.
    pub(crate) fn adapter(&self) -> String {
        match self {
            Self::Gpu(gpu) => gpu.adapter_name().to_owned(),
            Self::Cpu(_) => "CPU".to_owned(),
        }
    }

    pub(crate) fn resize(&mut self, width_px: u32, height_px: u32) {
        if let Self::Gpu(gpu) = self {
            gpu.resize(width_px, height_px);
        }
    }

    /// Draws the scene; the error is a sentence.
    pub(crate) fn draw(&mut self, scene: &Scene) -> Result<(), String> {
        match self {
            Self::Gpu(gpu) => gpu.draw(scene).map_err(|error| error.to_string()),
            Self::Cpu(context) => {
                let mut pixels = vec![0; scene.width_px as usize * scene.height_px as usize * 4];
                reference::draw(scene, &mut pixels);
                let image = ImageData::new_with_u8_clamped_array(
                    wasm_bindgen::Clamped(&pixels),
                    scene.width_px,
                );
                let image = image.map_err(|_| "the canvas is too small".to_owned())?;
                context
                    .put_image_data(&image, 0.0, 0.0)
                    .map_err(|_| "the canvas refused the picture".to_owned())
            }
        }
    }
}
