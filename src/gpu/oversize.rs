//! Frames larger than a texture: drawn by the CPU, as large as they are seen, and put on the canvas pixel by pixel.
//!
//! The canvas is never larger than a texture. Both renderers give the same bytes, so that nobody sees the difference.

use crate::plan::on_canvas;
use skiagraph_core::geometry::space::CanvasRect;
use skiagraph_core::pixel::raster::{Raster, RasterKind};
use skiagraph_core::pixel::samples::Samples;
use skiagraph_core::scene::grid::{AxisMap, FRACTION_BITS, SamplingGrid};
use skiagraph_core::scene::rows;
use skiagraph_core::scene::scene::{ImageLayer, Interpolation, Scene};
use std::borrow::Cow;
use std::sync::Arc;

/// What was drawn by the CPU for the last scene, so that a picture that did not change is not drawn again.
#[derive(Debug, Default)]
pub(crate) struct Oversize(Vec<Drawn>);

/// A frame with what lies over it, and its pixels in the part of the rectangle that is on the canvas.
#[derive(Debug)]
struct Drawn {
    layers: Vec<ImageLayer>,
    part: CanvasRect,
    pixels: Arc<Raster>,
}

impl Oversize {
    /// The scene on a canvas of `width_px` x `height_px` with no raster longer than `max_side_px`.
    pub(crate) fn replace<'a>(
        &mut self,
        scene: &'a Scene,
        [width_px, height_px]: [u32; 2],
        max_side_px: u32,
    ) -> Cow<'a, Scene> {
        let is_too_large =
            |layer: &ImageLayer| layer.raster.columns.max(layer.raster.rows) > max_side_px;
        if !scene.layers.iter().any(is_too_large) {
            self.0.clear();
            return Cow::Borrowed(scene);
        }
        let before = std::mem::take(&mut self.0);
        let mut layers = Vec::with_capacity(scene.layers.len());
        // What lies over a frame goes with it.
        for group in scene.layers.chunk_by(|_, next| next.is_over) {
            if !group.iter().any(is_too_large) {
                layers.extend_from_slice(group);
                continue;
            }
            let Some(part) = group
                .first()
                .and_then(|layer| on_canvas(layer.rect, width_px, height_px))
            else {
                continue;
            };
            let known = before.iter().find(|drawn| drawn.is_of(group, part));
            let pixels = match known {
                Some(drawn) => Some(Arc::clone(&drawn.pixels)),
                None => draw(group, part).map(Arc::new),
            };
            let Some(pixels) = pixels else { continue };
            layers.push(pixel_by_pixel(part, &pixels));
            self.0.push(Drawn {
                layers: group.to_vec(),
                part,
                pixels,
            });
        }
        Cow::Owned(Scene { layers, ..*scene })
    }
}

impl Drawn {
    fn is_of(&self, group: &[ImageLayer], part: CanvasRect) -> bool {
        let is_same = |(a, b): (&ImageLayer, &ImageLayer)| {
            let is_same_table = match (&a.table, &b.table) {
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                (None, None) => true,
                _ => false,
            };
            Arc::ptr_eq(&a.raster, &b.raster)
                && is_same_table
                && (a.rect, a.grid) == (b.rect, b.grid)
                && (a.interpolation, a.is_over) == (b.interpolation, b.is_over)
        };
        self.part == part
            && self.layers.len() == group.len()
            && self.layers.iter().zip(group).all(is_same)
    }
}

/// The pixels of a part of the canvas, R G B.
fn draw(group: &[ImageLayer], part: CanvasRect) -> Option<Raster> {
    let CanvasRect {
        x_px,
        y_px,
        width_px,
        height_px,
    } = part;
    let moved = |layer: &ImageLayer| ImageLayer {
        rect: CanvasRect {
            x_px: 0,
            y_px: 0,
            ..part
        },
        grid: SamplingGrid {
            center_px: [
                layer.grid.center_px[0] - x_px as i32,
                layer.grid.center_px[1] - y_px as i32,
            ],
            ..layer.grid
        },
        ..layer.clone()
    };
    let scene = Scene {
        width_px,
        height_px,
        layers: group.iter().map(moved).collect(),
    };
    let mut rgba = vec![0; width_px as usize * height_px as usize * 4];
    rows::draw(&scene, &mut rgba);
    let (pixels, _) = rgba.as_chunks::<4>();
    let rgb = pixels.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect();
    Raster::new(height_px, width_px, RasterKind::Rgb, Samples::U8(rgb))
}

/// A layer of which each texel is one canvas pixel.
fn pixel_by_pixel(part: CanvasRect, pixels: &Arc<Raster>) -> ImageLayer {
    let one = 1 << FRACTION_BITS;
    ImageLayer {
        rect: part,
        raster: Arc::clone(pixels),
        table: None,
        grid: SamplingGrid {
            center_px: [part.x_px as i32, part.y_px as i32],
            x: AxisMap {
                step_x: one,
                ..AxisMap::default()
            },
            y: AxisMap {
                step_y: one,
                ..AxisMap::default()
            },
            n_taps: 1,
        },
        interpolation: Interpolation::Nearest,
        is_over: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene(columns: u32, interpolation: Interpolation) -> Scene {
        let samples = Samples::U8(vec![7; columns as usize * 3]);
        let raster = Raster::new(1, columns, RasterKind::Rgb, samples).unwrap();
        let part = CanvasRect {
            x_px: 2,
            y_px: 3,
            width_px: 4,
            height_px: 5,
        };
        let layer = ImageLayer {
            interpolation,
            ..pixel_by_pixel(part, &Arc::new(raster))
        };
        Scene {
            width_px: 20,
            height_px: 20,
            layers: vec![layer],
        }
    }

    #[test]
    fn a_frame_that_fits_is_left_alone() {
        let scene = scene(16, Interpolation::Nearest);
        let mut oversize = Oversize::default();
        let same = oversize.replace(&scene, [20, 20], 16);
        assert!(matches!(same, Cow::Borrowed(_)));
    }

    #[test]
    fn one_that_does_not_is_as_large_as_it_is_seen_and_drawn_once() {
        let mut oversize = Oversize::default();
        let first = scene(17, Interpolation::Nearest);
        let raster = |oversize: &mut Oversize, scene: &Scene, canvas| {
            let replaced = oversize.replace(scene, canvas, 16).into_owned();
            Arc::clone(&replaced.layers[0].raster)
        };
        let drawn = raster(&mut oversize, &first, [20, 20]);
        assert_eq!((drawn.columns, drawn.rows), (4, 5));
        let again = raster(&mut oversize, &first, [20, 20]);
        assert!(Arc::ptr_eq(&drawn, &again), "nothing changed");
        let cut = raster(&mut oversize, &first, [5, 20]);
        assert_eq!((cut.columns, cut.rows), (3, 5));
        let mut smooth = first.clone();
        smooth.layers[0].interpolation = Interpolation::Smooth;
        let other = raster(&mut oversize, &smooth, [5, 20]);
        assert!(!Arc::ptr_eq(&cut, &other));
        let outside = oversize.replace(&first, [2, 20], 16).into_owned();
        assert!(outside.layers.is_empty());
    }
}
