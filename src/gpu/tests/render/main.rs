//! Every scene drawn by the reference and by the graphics processor: the same bytes.
//!
//! Where no Vulkan adapter is found (Mesa's lavapipe will do) the tests print `skipped` and pass.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a native test: it measures time, writes files and says what it skips"
)]

#[path = "../scenes/mod.rs"]
mod scenes;

use pollster::block_on;
use scenes::picture::{difference, keep, reference};
use scenes::{Placement, frames, layer, rect};
use skiagraph_core::scene::scene::{ImageLayer, Scene};
use skiagraph_gpu::{Gpu, GpuError};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

const BUDGET_BYTES: u64 = 64 << 20;

/// A device, or `None` after saying why the test is skipped.
fn device(budget_bytes: u64) -> Option<Gpu> {
    match block_on(Gpu::headless(budget_bytes)) {
        Ok(gpu) => Some(gpu),
        Err(error @ (GpuError::NoAdapter(_) | GpuError::NoBackend)) => {
            println!("skipped: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Compares the tiers and gives the largest difference; pictures that differ are kept to be looked at.
fn compare(gpu: &mut Gpu, name: &str, scene: &Scene) -> u8 {
    let expected = reference(scene);
    let actual = block_on(gpu.read_back(scene)).unwrap();
    let (largest, n_pixels) = difference(&expected, &actual);
    if n_pixels > 0 {
        let kept = keep(&format!("{name}_expected"), scene, &expected);
        keep(&format!("{name}_actual"), scene, &actual);
        println!(
            "{name}: {n_pixels} pixels differ by up to {largest}, see {}",
            kept.display()
        );
    }
    largest
}

#[test]
fn every_scene_has_the_bytes_of_the_reference() {
    let Some(mut gpu) = device(BUDGET_BYTES) else {
        return;
    };
    let cases = scenes::all();
    // Scenes of one color would compare nothing.
    let n_busy = cases
        .iter()
        .filter(|c| reference(&c.scene).iter().any(|&v| v != 0 && v != 255))
        .count();
    assert!(
        n_busy * 10 > cases.len() * 8,
        "{n_busy} of {} scenes show something",
        cases.len()
    );
    let largest = cases
        .iter()
        .map(|c| compare(&mut gpu, &c.name, &c.scene))
        .max();
    println!(
        "{} scenes on {} ({}): largest difference {largest:?}",
        cases.len(),
        gpu.adapter_name(),
        gpu.tier()
    );
    // Promised is 1; whole numbers give 0.
    assert_eq!(largest, Some(0));
}

#[test]
fn scrolling_through_more_than_fits_shows_every_frame_and_holds_to_the_budget() {
    let stack: Vec<_> = (0..50).map(|n| frames::ct(90 + n % 2, 100)).collect();
    // Room for the table and three of the fifty.
    let budget_bytes = 256 * 256 * 4 + 3 * 91 * 100 * 2;
    let Some(mut gpu) = device(budget_bytes) else {
        return;
    };
    let (table, whole) = (frames::ct_table(), rect(0, 0, 120, 100));
    for pass in 0..2 {
        for (n, raster) in stack.iter().enumerate() {
            let layers = vec![layer(
                whole,
                raster,
                Some(&table),
                Placement {
                    zoom: 1.1,
                    ..Placement::default()
                },
            )];
            let scene = Scene {
                width_px: 120,
                height_px: 100,
                layers,
            };
            assert_eq!(
                compare(&mut gpu, "scrolling", &scene),
                0,
                "frame {n} of pass {pass}"
            );
            assert!(gpu.n_texture_bytes() <= budget_bytes);
        }
    }
}

#[test]
fn a_window_drag_shows_each_window_though_all_tables_take_turns_in_one_texture() {
    let Some(mut gpu) = device(BUDGET_BYTES) else {
        return;
    };
    let raster = frames::bytes(50, 50);
    let tables = [
        frames::byte_table,
        frames::byte_table,
        frames::unsigned_table,
        frames::byte_table,
    ];
    for table in tables {
        // Dropped at the end of the turn, so that its texture is free for the next.
        let table = table();
        let layers = vec![layer(
            rect(0, 0, 50, 50),
            &raster,
            Some(&table),
            Placement::default(),
        )];
        assert_eq!(
            compare(
                &mut gpu,
                "window_drag",
                &Scene {
                    width_px: 50,
                    height_px: 50,
                    layers
                }
            ),
            0
        );
    }
}

#[test]
fn frames_larger_than_a_texture_have_the_same_bytes_beside_those_that_fit() {
    let Some(mut gpu) = device(BUDGET_BYTES) else {
        return;
    };
    let cases = scenes::all();
    let side = |layer: &ImageLayer| layer.raster.columns.max(layer.raster.rows);
    for max_frame_px in [1, 40, 64] {
        gpu.limit_frames(max_frame_px);
        let layers = || cases.iter().flat_map(|c| &c.scene.layers);
        assert!(layers().any(|layer| side(layer) > max_frame_px));
        for case in &cases {
            let name = format!("{}_limit_{max_frame_px}", case.name);
            assert_eq!(compare(&mut gpu, &name, &case.scene), 0, "{name}");
        }
    }
}

#[test]
fn a_frame_wider_than_the_real_limit_is_drawn_and_the_next_scene_too() {
    let Some(mut gpu) = device(BUDGET_BYTES) else {
        return;
    };
    let columns = gpu.max_side_px() + 1;
    let by = Placement {
        zoom: 9.0 / f64::from(columns),
        ..Placement::default()
    };
    let layers = vec![layer(
        rect(3, 0, 9, 9),
        &frames::bytes(1, columns),
        Some(&frames::byte_table()),
        by,
    )];
    let scene = Scene {
        width_px: 14,
        height_px: 9,
        layers,
    };
    assert_eq!(compare(&mut gpu, "wider_than_a_texture", &scene), 0);
    assert_eq!(compare(&mut gpu, "two_by_two", &scenes::two_by_two()), 0);
}

#[test]
fn without_a_canvas_there_is_nothing_to_present_to() {
    let Some(mut gpu) = device(BUDGET_BYTES) else {
        return;
    };
    assert_eq!(gpu.draw(&scenes::two_by_two()), Err(GpuError::Headless));
}

#[test]
fn after_the_loss_of_the_device_callers_are_told_and_a_new_device_draws() {
    let Some(mut gpu) = device(BUDGET_BYTES) else {
        return;
    };
    let (sender, told) = channel();
    gpu.on_lost(move |reason| sender.send(reason).unwrap());
    assert!(!gpu.is_lost());
    gpu.destroy();
    let reason = told.recv().unwrap();
    assert!(gpu.is_lost());
    assert_eq!(block_on(gpu.lost()), reason);
    let refused = block_on(gpu.read_back(&scenes::two_by_two()));
    assert_eq!(refused, Err(GpuError::DeviceLost(reason)));
    let Some(mut gpu) = device(BUDGET_BYTES) else {
        return;
    };
    assert_eq!(compare(&mut gpu, "two_by_two", &scenes::two_by_two()), 0);
}

/// Not a test of speed, for machines differ: `cargo test -- --ignored --nocapture` prints what a draw costs here.
#[test]
#[ignore = "measures"]
fn cost_of_a_draw() {
    let Some(mut gpu) = device(BUDGET_BYTES) else {
        return;
    };
    let (raster, table, whole) = (
        frames::ct(512, 512),
        frames::ct_table(),
        rect(0, 0, 1024, 1024),
    );
    for zoom in [2.0, 1.0, 0.4, 0.1] {
        let by = Placement {
            zoom,
            ..Placement::default()
        };
        let layers = vec![layer(whole, &raster, Some(&table), by)];
        let scene = Scene {
            width_px: 1024,
            height_px: 1024,
            layers,
        };
        let drawn = median(|| drop(block_on(gpu.read_back(&scene)).unwrap()));
        let by_reference = median(|| drop(reference(&scene)));
        println!("1024 x 1024 at {zoom}: {drawn:?} with reading back, reference {by_reference:?}");
    }
    let empty = Scene {
        width_px: 1024,
        height_px: 1024,
        layers: vec![],
    };
    println!(
        "nothing but reading back: {:?}",
        median(|| drop(block_on(gpu.read_back(&empty)).unwrap()))
    );
    let by = Placement {
        zoom: 2.0,
        ..Placement::default()
    };
    let fresh = || {
        let layers = vec![layer(whole, &Arc::new((*raster).clone()), Some(&table), by)];
        Scene {
            width_px: 1024,
            height_px: 1024,
            layers,
        }
    };
    println!(
        "at 2 with a new frame each time: {:?}",
        median(|| drop(block_on(gpu.read_back(&fresh())).unwrap()))
    );
}

fn median(mut action: impl FnMut()) -> Duration {
    let mut times: Vec<_> = (0..21)
        .map(|_| {
            let start = Instant::now();
            action();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[10]
}
