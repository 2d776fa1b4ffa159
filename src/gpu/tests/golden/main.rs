//! A few scenes against pictures that somebody looked at: catches a change of the specification itself.
//!
//! A scene without a picture fails once and says where its picture was put; after looking at it, copy it to
//! tests/golden.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a native test: it reads and writes files"
)]

#[path = "../scenes/mod.rs"]
mod scenes;

use scenes::picture::{difference, keep, read_png, reference};
use scenes::{Placement, frames, layer, nearest, rect};
use skiagraph_core::scene::scene::{ImageLayer, Scene};
use std::path::{Path, PathBuf};

const MOST_BYTES: u64 = 8192;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden")
}

fn check(name: &str, width_px: u32, height_px: u32, layers: Vec<ImageLayer>) {
    let scene = Scene {
        width_px,
        height_px,
        layers,
    };
    let actual = reference(&scene);
    let path = folder().join(format!("{name}.png"));
    let Some(expected) = read_png(&path) else {
        panic!(
            "no golden picture {name}: look at {} and copy it to tests/golden",
            keep(name, &scene, &actual).display()
        );
    };
    assert!(
        path.metadata().unwrap().len() <= MOST_BYTES,
        "{name} is larger than 8 KiB"
    );
    let (largest, n_pixels) = difference(&expected, &actual);
    if n_pixels > 0 {
        let kept = keep(name, &scene, &actual);
        panic!(
            "{name}: {n_pixels} pixels differ by up to {largest}, see {}",
            kept.display()
        );
    }
}

#[test]
fn an_enlarged_ct_has_a_black_surround_and_no_dark_rim_where_padding_begins() {
    let by = Placement {
        zoom: 2.5,
        ..Placement::default()
    };
    let layers = vec![layer(
        rect(0, 0, 60, 60),
        &frames::ct(24, 24),
        Some(&frames::ct_table()),
        by,
    )];
    check("ct_enlarged", 60, 60, layers);
}

#[test]
fn four_viewports_two_of_them_the_same_frame_smooth_and_nearest_one_reduced_one_empty() {
    let (raster, table) = (frames::bytes(20, 20), frames::byte_table());
    let by = Placement {
        zoom: 1.5,
        degrees: 90.0,
        ..Placement::default()
    };
    let reduced = Placement {
        zoom: 0.3,
        ..Placement::default()
    };
    let layers = vec![
        layer(rect(0, 0, 31, 31), &raster, Some(&table), by),
        nearest(layer(rect(33, 0, 31, 31), &raster, Some(&table), by)),
        layer(
            rect(0, 33, 31, 31),
            &frames::ct(100, 100),
            Some(&frames::ct_table()),
            reduced,
        ),
    ];
    check("four_viewports", 64, 64, layers);
}

#[test]
fn a_color_frame_flipped_and_turned() {
    let by = Placement {
        zoom: 1.3,
        degrees: 30.0,
        is_flipped: true,
        ..Placement::default()
    };
    check(
        "rgb_turned",
        40,
        40,
        vec![layer(
            rect(0, 0, 40, 40),
            &frames::color_bars(20, 28),
            None,
            by,
        )],
    );
}
