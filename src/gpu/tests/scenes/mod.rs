//! Scenes that between them use every path of the renderer; shared by the tests of every tier.
#![allow(dead_code, reason = "each test crate uses a part")]

pub(crate) mod frames;
pub(crate) mod picture;

use frames::{byte_table, ct, ct_table, palette_table, ramp, rgb, signed_byte_table, signed_bytes};
use glam::{DAffine2, DMat2, DVec2};
use skiagraph_core::geometry::affine::ImageFromCanvas;
use skiagraph_core::geometry::space::CanvasRect;
use skiagraph_core::pixel::display_table::DisplayTable;
use skiagraph_core::pixel::raster::Raster;
use skiagraph_core::scene::grid::SamplingGrid;
use skiagraph_core::scene::scene::{ImageLayer, Interpolation, Scene};
use std::sync::Arc;

/// A scene and what it is there for.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) scene: Scene,
}

/// How a frame lies in its rectangle; by default 1:1 in the middle.
#[derive(Clone, Copy)]
pub(crate) struct Placement {
    pub(crate) zoom: f64,
    pub(crate) degrees: f64,
    pub(crate) is_flipped: bool,
    /// Canvas pixels.
    pub(crate) pan: DVec2,
}

impl Default for Placement {
    fn default() -> Self {
        Self {
            zoom: 1.0,
            degrees: 0.0,
            is_flipped: false,
            pan: DVec2::ZERO,
        }
    }
}

pub(crate) fn rect(x_px: u32, y_px: u32, width_px: u32, height_px: u32) -> CanvasRect {
    CanvasRect {
        x_px,
        y_px,
        width_px,
        height_px,
    }
}

/// A smooth layer.
pub(crate) fn layer(
    rect: CanvasRect,
    raster: &Arc<Raster>,
    table: Option<&Arc<DisplayTable>>,
    placement: Placement,
) -> ImageLayer {
    let flip = DMat2::from_diagonal(DVec2::new(
        if placement.is_flipped { -1.0 } else { 1.0 },
        1.0,
    ));
    let linear = flip * DMat2::from_angle(placement.degrees.to_radians()) * (1.0 / placement.zoom);
    let middle = (DVec2::new(raster.columns.into(), raster.rows.into()) - 1.0) / 2.0;
    let image_from_canvas = DAffine2::from_mat2_translation(linear, middle)
        * DAffine2::from_translation(-(rect.center().0 + placement.pan));
    ImageLayer {
        rect,
        raster: Arc::clone(raster),
        table: table.cloned(),
        grid: SamplingGrid::new(&ImageFromCanvas(image_from_canvas), rect),
        interpolation: Interpolation::Smooth,
        is_over: false,
    }
}

pub(crate) fn nearest(layer: ImageLayer) -> ImageLayer {
    ImageLayer {
        interpolation: Interpolation::Nearest,
        ..layer
    }
}

fn case(name: &str, width_px: u32, height_px: u32, layers: Vec<ImageLayer>) -> Case {
    Case {
        name: name.to_owned(),
        scene: Scene {
            width_px,
            height_px,
            layers,
        },
    }
}

/// The CT-like frame alone on a canvas of 251 x 183, once smooth and once nearest.
fn ct_cases() -> Vec<Case> {
    let (raster, table) = (ct(128, 160), ct_table());
    let (whole, by) = (rect(0, 0, 251, 183), Placement::default());
    let placements = [
        ("ct_at_1", by),
        ("ct_enlarged_2_37", Placement { zoom: 2.37, ..by }),
        ("ct_reduced_0_41_three_taps", Placement { zoom: 0.41, ..by }),
        ("ct_reduced_0_1_eight_taps", Placement { zoom: 0.1, ..by }),
        (
            "ct_reduced_0_005_more_than_eight_texels_a_pixel",
            Placement { zoom: 0.005, ..by },
        ),
        (
            "ct_enlarged_40",
            Placement {
                zoom: 40.0,
                pan: DVec2::new(1000.3, -700.7),
                ..by
            },
        ),
        (
            "ct_turned_90",
            Placement {
                degrees: 90.0,
                ..by
            },
        ),
        (
            "ct_turned_180_flipped",
            Placement {
                degrees: 180.0,
                is_flipped: true,
                zoom: 1.5,
                ..by
            },
        ),
        (
            "ct_turned_270_reduced",
            Placement {
                degrees: 270.0,
                zoom: 0.6,
                ..by
            },
        ),
        (
            "ct_turned_33_7",
            Placement {
                degrees: 33.7,
                zoom: 1.83,
                ..by
            },
        ),
        (
            "ct_turned_minus_71_flipped_reduced",
            Placement {
                degrees: -71.0,
                zoom: 0.37,
                is_flipped: true,
                ..by
            },
        ),
        (
            "ct_panned_partly_out",
            Placement {
                pan: DVec2::new(-101.25, 77.6),
                zoom: 1.2,
                ..by
            },
        ),
        (
            "ct_panned_out",
            Placement {
                pan: DVec2::new(5000.0, 0.0),
                ..by
            },
        ),
    ];
    placements
        .iter()
        .flat_map(|&(name, by)| both(name, 251, 183, layer(whole, &raster, Some(&table), by)))
        .collect()
}

/// A layer alone, smooth and nearest.
fn both(name: &str, width_px: u32, height_px: u32, layer: ImageLayer) -> [Case; 2] {
    [
        case(name, width_px, height_px, vec![layer.clone()]),
        case(
            &format!("{name}_nearest"),
            width_px,
            height_px,
            vec![nearest(layer)],
        ),
    ]
}

/// Every kind of sample and table.
fn sample_cases() -> Vec<Case> {
    let whole = rect(0, 0, 101, 77);
    let enlarged = Placement {
        zoom: 2.3,
        degrees: 12.0,
        ..Placement::default()
    };
    let reduced = Placement {
        zoom: 0.45,
        ..Placement::default()
    };
    let kinds = [
        ("unsigned_16", ramp(61, 83), Some(frames::unsigned_table())),
        ("unsigned_8", frames::bytes(61, 83), Some(byte_table())),
        ("signed_8", signed_bytes(61, 83), Some(signed_byte_table())),
        ("rgb", rgb(61, 83), None),
        ("palette_with_padding", ramp(61, 83), Some(palette_table())),
        (
            "bytes_through_a_large_table",
            frames::bytes(61, 83),
            Some(frames::unsigned_table()),
        ),
        (
            "words_through_a_small_table",
            ramp(61, 83),
            Some(byte_table()),
        ),
    ];
    let mut cases = Vec::new();
    for (name, raster, table) in kinds {
        for (how, by) in [("enlarged", enlarged), ("reduced", reduced)] {
            let layer = layer(whole, &raster, table.as_ref(), by);
            cases.extend(both(&format!("{name}_{how}"), 101, 77, layer));
        }
    }
    cases
}

/// Four viewports with gaps of 2 pixels; the last one is empty and one leaves the canvas.
pub(crate) fn two_by_two() -> Scene {
    let (raster, table) = (ct(64, 64), ct_table());
    let by = Placement {
        zoom: 1.5,
        ..Placement::default()
    };
    let layers = vec![
        layer(rect(0, 0, 99, 70), &raster, Some(&table), by),
        layer(
            rect(101, 0, 99, 70),
            &raster,
            Some(&table),
            Placement {
                degrees: 45.0,
                ..by
            },
        ),
        layer(rect(0, 72, 99, 90), &rgb(64, 64), None, by),
    ];
    Scene {
        width_px: 200,
        height_px: 142,
        layers,
    }
}

/// Sizes at the edge of what is possible.
fn edge_cases() -> Vec<Case> {
    let (one, table) = (ct(1, 1), ct_table());
    let filled = Placement {
        zoom: 30.0,
        ..Placement::default()
    };
    let wide = ct(3, 4096);
    let fit = Placement {
        zoom: 300.0 / 4096.0,
        ..Placement::default()
    };
    let end = Placement {
        pan: DVec2::new(-1950.0, 0.0),
        ..Placement::default()
    };
    vec![
        case(
            "one_pixel_frame",
            40,
            40,
            vec![layer(rect(0, 0, 40, 40), &one, Some(&table), filled)],
        ),
        case(
            "one_pixel_canvas",
            1,
            1,
            vec![layer(rect(0, 0, 1, 1), &ct(64, 64), Some(&table), fit)],
        ),
        case(
            "one_column_rgb",
            40,
            40,
            vec![layer(rect(3, 2, 30, 31), &rgb(5, 1), None, filled)],
        ),
        case(
            "wide_frame_fitted",
            300,
            20,
            vec![layer(rect(0, 0, 300, 20), &wide, Some(&table), fit)],
        ),
        case(
            "wide_frame_at_its_end",
            300,
            20,
            vec![layer(rect(0, 0, 300, 20), &wide, Some(&table), end)],
        ),
        case("no_layer", 65, 3, vec![]),
        Case {
            name: "two_by_two".to_owned(),
            scene: two_by_two(),
        },
    ]
}

/// Frames with two layers over each: one as large as the frame, one that leaves it.
fn over_cases() -> Vec<Case> {
    let whole = rect(2, 1, 97, 71);
    let by = Placement::default();
    let placements = [
        ("over_at_1", by),
        (
            "over_enlarged_turned",
            Placement {
                zoom: 2.6,
                degrees: 17.0,
                ..by
            },
        ),
        (
            "over_reduced_flipped",
            Placement {
                zoom: 0.31,
                is_flipped: true,
                ..by
            },
        ),
        (
            "over_reduced_more_than_eight",
            Placement {
                zoom: 0.06,
                degrees: -50.0,
                ..by
            },
        ),
    ];
    let over = |raster: &Arc<Raster>, by| ImageLayer {
        is_over: true,
        ..layer(whole, raster, Some(&frames::plane_table()), by)
    };
    placements
        .iter()
        .map(|&(name, by)| {
            let beside = Placement {
                pan: DVec2::new(31.5, -17.25),
                ..by
            };
            let layers = vec![
                layer(whole, &ct(128, 160), Some(&ct_table()), by),
                over(&frames::plane(128, 160), by),
                over(&frames::plane(37, 300), beside),
            ];
            case(name, 101, 77, layers)
        })
        .collect()
}

/// All of them.
pub(crate) fn all() -> Vec<Case> {
    [ct_cases(), sample_cases(), edge_cases(), over_cases()]
        .into_iter()
        .flatten()
        .collect()
}
