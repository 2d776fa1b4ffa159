//! What a reader does (scroll, drag a window, change the layout) as textures created, refilled and given up.

use super::*;
use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor, RawDescriptor};
use skiagraph_core::pixel::display_table::{DisplayPipeline, DisplayTable};
use skiagraph_core::pixel::modality_lut::ModalityLut;
use skiagraph_core::pixel::raster::{Raster, RasterKind};
use skiagraph_core::pixel::samples::Samples;
use skiagraph_core::pixel::voi::Voi;
use skiagraph_core::scene::grid::SamplingGrid;
use skiagraph_core::scene::scene::Interpolation;
use std::sync::Arc;

/// Bytes of [`frame`] and of [`table`].
const FRAME: u64 = 64;
const TABLE: u64 = 1024;

fn frame() -> Arc<Raster> {
    Arc::new(Raster::new(8, 8, RasterKind::Stored, Samples::U8(vec![0; 64])).unwrap())
}

fn table() -> Arc<DisplayTable> {
    let raw = RawDescriptor {
        rows: Some(8),
        columns: Some(8),
        bits_allocated: Some(8),
        bits_stored: Some(8),
        pixel_representation: Some(0),
        photometric: Some(Photometric::Monochrome2),
        ..RawDescriptor::default()
    };
    let (descriptor, modality_lut) = (PixelDescriptor::new(&raw).unwrap(), ModalityLut::default());
    let voi = Voi::linear(128.0, 256.0);
    let pipeline = DisplayPipeline {
        descriptor: &descriptor,
        modality_lut: &modality_lut,
        voi: &voi,
        palette: None,
        padding: None,
        is_inverted: false,
        color_map: None,
    };
    Arc::new(pipeline.table().unwrap())
}

fn layer(raster: &Arc<Raster>, table: &Arc<DisplayTable>) -> ImageLayer {
    ImageLayer {
        rect: CanvasRect {
            x_px: 0,
            y_px: 0,
            width_px: 10,
            height_px: 10,
        },
        raster: Arc::clone(raster),
        table: Some(Arc::clone(table)),
        grid: SamplingGrid::default(),
        interpolation: Interpolation::Smooth,
        is_over: false,
    }
}

/// Draws the layers and says what happened to the textures: "create upload drop".
fn draw(residents: &mut Residents, layers: Vec<ImageLayer>) -> String {
    let plan = residents.plan(
        &Scene {
            width_px: 10,
            height_px: 10,
            layers,
        },
        10,
        10,
    );
    let name = |step: &TextureStep| match step {
        TextureStep::Drop(_) => "drop",
        TextureStep::Create(..) => "create",
        TextureStep::Upload(_, Source::Frame(..)) => "frame",
        TextureStep::Upload(_, Source::Table(_)) => "table",
    };
    plan.steps.iter().map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn panning_uploads_nothing_and_a_window_drag_refills_the_one_table() {
    let mut residents = Residents::new(10 * TABLE);
    let raster = frame();
    let first = table();
    assert_eq!(
        draw(&mut residents, vec![layer(&raster, &first)]),
        "create frame create table"
    );
    assert_eq!(draw(&mut residents, vec![layer(&raster, &first)]), "");
    drop(first);
    assert_eq!(
        draw(&mut residents, vec![layer(&raster, &table())]),
        "table"
    );
}

#[test]
fn two_viewports_share_the_texture_of_one_frame() {
    let (raster, table) = (frame(), table());
    let both = vec![layer(&raster, &table), layer(&raster, &table)];
    assert_eq!(
        draw(&mut Residents::new(10 * TABLE), both),
        "create frame create table"
    );
}

#[test]
fn scrolling_through_a_stack_larger_than_the_budget_refills_textures_and_holds_to_the_budget() {
    let budget = TABLE + 3 * FRAME;
    let mut residents = Residents::new(budget);
    let (stack, table): (Vec<_>, _) = ((0..50).map(|_| frame()).collect(), table());
    let mut n_created = 0;
    for raster in &stack {
        n_created += draw(&mut residents, vec![layer(raster, &table)])
            .matches("create")
            .count();
        assert!(residents.n_bytes() <= budget);
    }
    assert_eq!(n_created, 1 + 3);
    // The last three are still there, the one before is not.
    for raster in &stack[47..] {
        assert_eq!(draw(&mut residents, vec![layer(raster, &table)]), "");
    }
    assert_eq!(
        draw(&mut residents, vec![layer(&stack[46], &table)]),
        "frame"
    );
}

#[test]
fn a_frame_at_the_address_of_an_old_one_is_not_taken_for_it() {
    let mut residents = Residents::new(10 * TABLE);
    let table = table();
    for _ in 0..20 {
        // Dropped after its draw, so that the allocator may hand out the same address again.
        assert!(draw(&mut residents, vec![layer(&frame(), &table)]).contains("frame"));
    }
    assert_eq!(
        residents.n_bytes(),
        TABLE + FRAME,
        "textures of dropped frames are refilled"
    );
}

#[test]
fn what_the_scene_needs_stays_even_over_budget_and_goes_with_the_next_scene() {
    let mut residents = Residents::new(TABLE + FRAME);
    let (rasters, table): (Vec<_>, _) = ((0..4).map(|_| frame()).collect(), table());
    let four = rasters.iter().map(|raster| layer(raster, &table)).collect();
    assert!(!draw(&mut residents, four).contains("drop"));
    assert_eq!(residents.n_bytes(), TABLE + 4 * FRAME);
    assert_eq!(
        draw(&mut residents, vec![layer(&rasters[0], &table)]),
        "drop drop drop"
    );
    assert_eq!(draw(&mut residents, vec![layer(&rasters[0], &table)]), "");
}

#[test]
fn layers_off_the_canvas_or_without_table_or_pixels_are_not_drawn_and_not_uploaded() {
    let (raster, table) = (frame(), table());
    let mut off = layer(&raster, &table);
    off.rect.x_px = 10;
    let mut flat = layer(&raster, &table);
    flat.rect.height_px = 0;
    let mut bare = layer(&raster, &table);
    bare.table = None;
    let mut wide = layer(&raster, &table);
    wide.raster = Arc::new(Raster::new(1, 1, RasterKind::Stored, Samples::F32(vec![1.0])).unwrap());
    let mut empty = layer(&raster, &table);
    empty.raster = Arc::new(Raster::new(0, 0, RasterKind::Stored, Samples::U8(vec![])).unwrap());
    let scene = Scene {
        width_px: 10,
        height_px: 10,
        layers: vec![off, flat, bare, wide, empty],
    };
    let plan = Residents::new(0).plan(&scene, 10, 10);
    assert!(plan.draws.is_empty() && plan.steps.is_empty());
}

#[test]
fn a_rectangle_that_leaves_the_canvas_is_cut_to_it() {
    let mut over = layer(&frame(), &table());
    over.rect = CanvasRect {
        x_px: 4,
        y_px: 9,
        width_px: u32::MAX,
        height_px: 5,
    };
    let scene = Scene {
        width_px: 10,
        height_px: 10,
        layers: vec![over],
    };
    let plan = Residents::new(0).plan(&scene, 10, 10);
    assert_eq!(
        plan.draws[0].scissor,
        CanvasRect {
            x_px: 4,
            y_px: 9,
            width_px: 6,
            height_px: 1
        }
    );
}

/// Fault 41: what was held is given up, and less is held from then on.
#[test]
fn fault_41_a_full_memory_is_emptied_and_filled_less() {
    let mut residents = Residents::new(3 * FRAME + TABLE);
    let (table, frames) = (table(), [frame(), frame(), frame()]);
    for frame in &frames {
        draw(&mut residents, vec![layer(frame, &table)]);
    }
    assert_eq!(residents.n_bytes(), 3 * FRAME + TABLE);
    let steps = residents.shrink(FRAME + TABLE);
    assert_eq!((steps.len(), residents.n_bytes()), (4, 0));
    assert!(
        steps
            .iter()
            .all(|step| matches!(step, TextureStep::Drop(_)))
    );
    for frame in &frames {
        draw(&mut residents, vec![layer(frame, &table)]);
    }
    assert_eq!(residents.n_bytes(), FRAME + TABLE);
}
