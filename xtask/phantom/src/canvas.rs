//! One slice under the brush: solids are painted in order, with edges as soft as a scanner's.

use std::sync::OnceLock;

use crate::geometry::{Cone, Ellipsoid, Point};
use crate::random::noise;

/// Where the voxels of an axial slice lie: `columns` x `rows` square pixels, the pixel (0, 0) at `origin_mm` (x, y).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    pub(crate) spacing_mm: f32,
    pub(crate) origin_mm: [f32; 2],
}

impl Grid {
    /// A square grid with a pixel centre at x = y = 0.
    pub(crate) fn centered(size: usize, spacing_mm: f32) -> Self {
        let origin = -((size / 2) as f32) * spacing_mm;
        Self {
            columns: size,
            rows: size,
            spacing_mm,
            origin_mm: [origin, origin],
        }
    }

    fn span(&self, low: f32, high: f32, axis: usize, count: usize) -> std::ops::Range<usize> {
        let index = |mm: f32| (mm - self.origin_mm[axis]) / self.spacing_mm;
        let first = index(low).ceil().max(0.0) as usize;
        let end = (index(high).floor() + 1.0).max(0.0) as usize;
        first.min(count)..end.min(count)
    }
}

/// What a solid is made of: its mean value, and how strongly the grain of the tissue shows in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Material {
    pub(crate) value: f32,
    pub(crate) grain: f32,
}

pub(crate) const fn material(value: f32, grain: f32) -> Material {
    Material { value, grain }
}

/// A rectangle in the slice, in mm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub(crate) x: [f32; 2],
    pub(crate) y: [f32; 2],
}

/// How far the organic warp moves anything, in mm.
const WARP_MM: f32 = 4.6;
/// The warp is computed at every eighth pixel and interpolated.
const WARP_STEP: usize = 8;

/// The pitch and the side of the tile of tissue texture.
const GRAIN_MM: f32 = 0.5;
const GRAIN_SIDE: usize = 512;

fn grain_tile() -> Vec<f32> {
    (0..GRAIN_SIDE * GRAIN_SIDE)
        .map(|k| {
            let p = [(k % GRAIN_SIDE) as f32, (k / GRAIN_SIDE) as f32, 0.0];
            let fine = noise(p.map(|v| v * GRAIN_MM / 2.6), 71);
            fine + 0.8 * noise(p.map(|v| v * GRAIN_MM / 7.0), 72)
        })
        .collect()
}

/// An axial slice: a value for each pixel, with the warped position at which solids are evaluated there.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
    pub(crate) grid: Grid,
    pub(crate) z_mm: f32,
    pub(crate) values: Vec<f32>,
    pub(crate) grain: Vec<f32>,
    warp: Vec<Point>,
    edge_mm: f32,
}

impl Slice {
    pub(crate) fn new(grid: Grid, z_mm: f32, background: f32) -> Self {
        let count = grid.columns * grid.rows;
        let mut slice = Self {
            grid,
            z_mm,
            values: vec![background; count],
            grain: Vec::with_capacity(count),
            warp: Vec::with_capacity(count),
            edge_mm: 1.5_f32.max(1.3 * grid.spacing_mm),
        };
        slice.lay_warp();
        slice.lay_grain();
        slice
    }

    /// The texture of tissue, from a tile that is computed once. Two copies drift apart from slice to slice,
    /// so that the texture changes as smoothly along z as it does across.
    fn lay_grain(&mut self) {
        static TILE: OnceLock<Vec<f32>> = OnceLock::new();
        let tile = TILE.get_or_init(grain_tile);
        let z = self.z_mm;
        let index = |mm: f32| ((mm + 4096.0) / GRAIN_MM) as usize % GRAIN_SIDE;
        for p in &self.warp {
            let at = |x: f32, y: f32| tile[index(p[1] + y) * GRAIN_SIDE + index(p[0] + x)];
            let sum = at(0.7 * z, 0.4 * z) + at(97.0 - 0.6 * z, 53.0 - 0.5 * z);
            self.grain.push(0.72 * sum);
        }
    }

    fn lay_warp(&mut self) {
        let Grid { columns, rows, .. } = self.grid;
        let across = columns / WARP_STEP + 2;
        let coarse: Vec<Point> = (0..(rows / WARP_STEP + 2) * across)
            .map(|k| {
                let p = self.place(k % across * WARP_STEP, k / across * WARP_STEP);
                let offset = |seed| {
                    let wide = noise(p.map(|v| v / 52.0), seed);
                    WARP_MM * (0.75 * wide + 0.25 * noise(p.map(|v| v / 19.0), seed + 10))
                };
                [offset(1), offset(2), offset(3)]
            })
            .collect();
        for row in 0..rows {
            for column in 0..columns {
                let (i, j) = (column / WARP_STEP, row / WARP_STEP);
                let u = (column % WARP_STEP) as f32 / WARP_STEP as f32;
                let v = (row % WARP_STEP) as f32 / WARP_STEP as f32;
                let p = self.place(column, row);
                let at =
                    |dj: usize, di: usize, axis: usize| coarse[(j + dj) * across + i + di][axis];
                self.warp.push([0, 1, 2].map(|axis| {
                    let near = at(0, 0, axis) * (1.0 - u) + at(0, 1, axis) * u;
                    let far = at(1, 0, axis) * (1.0 - u) + at(1, 1, axis) * u;
                    p[axis] + near * (1.0 - v) + far * v
                }));
            }
        }
    }

    /// The true position of a pixel's centre.
    pub(crate) fn place(&self, column: usize, row: usize) -> Point {
        [
            self.grid.origin_mm[0] + column as f32 * self.grid.spacing_mm,
            self.grid.origin_mm[1] + row as f32 * self.grid.spacing_mm,
            self.z_mm,
        ]
    }

    /// The warped position at which the pixel `index` looks up solids.
    pub(crate) fn warped(&self, index: usize) -> Point {
        self.warp[index]
    }

    /// How much of a pixel a solid at `distance` from its centre covers, 0 to 1.
    pub(crate) fn coverage(&self, distance: f32) -> f32 {
        let t = (0.5 - distance / self.edge_mm).clamp(0.0, 1.0);
        t * t * (3.0 - 2.0 * t)
    }

    /// Mixes `material` into the pixel `index` by `coverage`.
    pub(crate) fn mix(&mut self, index: usize, material: Material, coverage: f32) {
        let target = material.value + material.grain * self.grain[index];
        self.values[index] += (target - self.values[index]) * coverage;
    }

    /// Paints the solid of a signed `distance` in warped space over `area`.
    pub(crate) fn paint(
        &mut self,
        area: Area,
        material: Material,
        distance: impl Fn(Point) -> f32,
    ) {
        self.paint_where(area, material, |canvas, column, row| {
            distance(canvas.warp[row * canvas.grid.columns + column])
        });
    }

    /// Paints a solid in true, unwarped space: for what has to measure as stated.
    pub(crate) fn paint_exactly(
        &mut self,
        area: Area,
        material: Material,
        distance: impl Fn(Point) -> f32,
    ) {
        self.paint_where(area, material, |canvas, column, row| {
            distance(canvas.place(column, row))
        });
    }

    /// Paints by a signed distance of each pixel of `area`.
    fn paint_where(
        &mut self,
        area: Area,
        material: Material,
        distance: impl Fn(&Self, usize, usize) -> f32,
    ) {
        for row in self.grid.span(area.y[0], area.y[1], 1, self.grid.rows) {
            for column in self.grid.span(area.x[0], area.x[1], 0, self.grid.columns) {
                let coverage = self.coverage(distance(self, column, row));
                if coverage > 0.0 {
                    self.mix(row * self.grid.columns + column, material, coverage);
                }
            }
        }
    }

    pub(crate) fn ellipsoid(&mut self, solid: &Ellipsoid, material: Material) {
        let reach = solid.reach() + WARP_MM + self.edge_mm;
        if (self.z_mm - solid.center[2]).abs() < reach {
            let area = around(solid.center, reach);
            self.paint(area, material, |p| solid.distance(p));
        }
    }

    /// Paints the part of a tube that passes here, `inset` mm inside its surface.
    pub(crate) fn cones(&mut self, cones: &[Cone], inset: f32, material: Material) {
        for cone in cones {
            let margin = cone.radius() - inset + WARP_MM + self.edge_mm;
            if cone.radius() <= inset {
                continue;
            }
            let [low, high] = [f32::min, f32::max]
                .map(|pick| [0, 1, 2].map(|axis| pick(cone.from[axis], cone.to[axis])));
            if self.z_mm < low[2] - margin || self.z_mm > high[2] + margin {
                continue;
            }
            let area = Area {
                x: [low[0] - margin, high[0] + margin],
                y: [low[1] - margin, high[1] + margin],
            };
            self.paint(area, material, |p| cone.distance(p) + inset);
        }
    }
}

/// The square of half-width `reach` about a centre.
pub(crate) fn around(center: Point, reach: f32) -> Area {
    Area {
        x: [center[0] - reach, center[0] + reach],
        y: [center[1] - reach, center[1] + reach],
    }
}
