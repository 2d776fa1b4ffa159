//! Shutter: what of a picture is covered because it is no anatomy (PS3.3 C.7.6.11, C.7.6.15). No redaction: it lifts.

use super::raster::{Raster, RasterKind};
use super::samples::Samples;

/// Columns and rows that stay visible, counted from 1, both ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    /// Shutter Left Vertical Edge (0018,1602).
    pub left: i32,
    /// Shutter Right Vertical Edge (0018,1604).
    pub right: i32,
    /// Shutter Upper Horizontal Edge (0018,1606).
    pub upper: i32,
    /// Shutter Lower Horizontal Edge (0018,1608).
    pub lower: i32,
}

/// A circle on the screen: on pixels that are not square an ellipse of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    /// Center of Circular Shutter (0018,1610): row, column, from 1.
    pub center: [i32; 2],
    /// Radius of Circular Shutter (0018,1612), in pixels along a row.
    pub radius_px: i32,
}

/// Display Shutter module: what stays visible is what all shapes leave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shutter {
    /// RECTANGULAR.
    pub rectangle: Option<Rectangle>,
    /// CIRCULAR.
    pub circle: Option<Circle>,
    /// POLYGONAL: Vertices (0018,1620) as row, column, from 1; closed from the last to the first.
    pub polygon: Vec<[i32; 2]>,
    /// BITMAP: the overlay group (0018,1623) whose set bits are covered.
    pub bitmap: Option<u16>,
    /// Shutter Presentation Value (0018,1622) or colour (0018,1624) on the screen; black where not told.
    pub color: [u8; 3],
}

impl Shutter {
    /// True where no shape is left that can be drawn.
    pub fn is_empty(&self) -> bool {
        self.rectangle.is_none()
            && self.circle.is_none()
            && self.polygon.is_empty()
            && self.bitmap.is_none()
    }

    /// One byte a pixel of the image, 1 where covered. `pixel_aspect` is height over width of a pixel; `is_in_bitmap` tells
    /// of column and row, from 0, whether the bitmap covers them.
    pub fn covered(
        &self,
        rows: u32,
        columns: u32,
        pixel_aspect: f64,
        is_in_bitmap: impl Fn(i64, i64) -> bool,
    ) -> Option<Raster> {
        let mut values = vec![0_u8; rows as usize * columns as usize];
        for (y, line) in (0_i64..).zip(values.chunks_exact_mut(columns as usize)) {
            let polygon = (!self.polygon.is_empty()).then(|| self.polygon_row(y, columns as usize));
            for (x, value) in (0_i64..).zip(line) {
                let is_visible = self.is_in_rectangle(x, y)
                    && self.is_in_circle(x, y, pixel_aspect)
                    && polygon.as_ref().is_none_or(|row| row[x as usize])
                    && !(self.bitmap.is_some() && is_in_bitmap(x, y));
                *value = u8::from(!is_visible);
            }
        }
        Raster::new(rows, columns, RasterKind::Stored, Samples::U8(values))
    }

    fn is_in_rectangle(&self, x: i64, y: i64) -> bool {
        self.rectangle.is_none_or(|r| {
            (i64::from(r.left)..=i64::from(r.right)).contains(&(x + 1))
                && (i64::from(r.upper)..=i64::from(r.lower)).contains(&(y + 1))
        })
    }

    /// C.7.6.11: the radius counts pixels along the row direction, so that a row is as high as its pixel aspect.
    fn is_in_circle(&self, x: i64, y: i64, pixel_aspect: f64) -> bool {
        self.circle.is_none_or(|Circle { center, radius_px }| {
            let across = (x + 1 - i64::from(center[1])) as f64;
            let down = (y + 1 - i64::from(center[0])) as f64 * pixel_aspect;
            across * across + down * down <= f64::from(radius_px).powi(2)
        })
    }

    /// Which pixels of a row the polygon leaves visible.
    fn polygon_row(&self, y: i64, columns: usize) -> Vec<bool> {
        // How many more spans begin than end before a column: a row costs its width, however many spans there are.
        let mut changes = vec![0_i32; columns + 1];
        for [from, to] in self.polygon_spans(y) {
            let (from, to) = (from.max(0), to.min(columns as i64 - 1));
            if from <= to {
                changes[from as usize] += 1;
                changes[to as usize + 1] -= 1;
            }
        }
        let mut depth = 0;
        changes[..columns]
            .iter()
            .map(|change| {
                depth += change;
                depth > 0
            })
            .collect()
    }

    /// Columns from 0, ends included, that the polygon leaves visible in a row: between every second crossing of its edges,
    /// and on the edges themselves.
    fn polygon_spans(&self, y: i64) -> Vec<[i64; 2]> {
        let row = y + 1;
        let vertex = |at: usize| self.polygon[at % self.polygon.len()].map(i64::from);
        let (mut crossings, mut spans) = (Vec::new(), Vec::new());
        for at in 0..self.polygon.len() {
            let ([r0, c0], [r1, c1]) = (vertex(at), vertex(at + 1));
            if r0 == row {
                spans.push([c0 - 1, c0 - 1]);
            }
            if r0 == row && r1 == row {
                spans.push([c0.min(c1) - 1, c0.max(c1) - 1]);
            } else if (r0 <= row) != (r1 <= row) {
                let part = (row - r0) as f64 / (r1 - r0) as f64;
                crossings.push(c0 as f64 + part * (c1 - c0) as f64 - 1.0);
            }
        }
        crossings.sort_unstable_by(f64::total_cmp);
        let pairs = crossings.as_chunks::<2>().0;
        // A hair for what the division lost, so that an edge through a pixel's centre leaves the pixel visible.
        spans.extend(
            pairs
                .iter()
                .map(|[from, to]| [(from - 1e-9).ceil() as i64, (to + 1e-9).floor() as i64]),
        );
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECTANGLE: Rectangle = Rectangle {
        left: 2,
        right: 6,
        upper: 2,
        lower: 6,
    };
    const CIRCLE: Circle = Circle {
        center: [4, 4],
        radius_px: 2,
    };

    fn picture(shutter: &Shutter, rows: u32, columns: u32, pixel_aspect: f64) -> Vec<String> {
        let raster = shutter
            .covered(rows, columns, pixel_aspect, |x, _| x == 3)
            .unwrap();
        let Samples::U8(values) = raster.samples else {
            panic!("bytes")
        };
        values
            .chunks(columns as usize)
            .map(|row| {
                row.iter()
                    .map(|&v| if v == 1 { '#' } else { '.' })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn c_7_6_11_rectangle_edges_are_columns_and_rows_from_1_and_stay_visible() {
        let shutter = Shutter {
            rectangle: Some(Rectangle {
                left: 2,
                right: 4,
                upper: 1,
                lower: 2,
            }),
            ..Shutter::default()
        };
        assert_eq!(picture(&shutter, 3, 5, 1.0), ["#...#", "#...#", "#####"]);
    }

    #[test]
    fn c_7_6_11_the_radius_counts_along_the_row_so_that_pixels_twice_as_high_make_an_ellipse() {
        let shutter = Shutter {
            circle: Some(CIRCLE),
            ..Shutter::default()
        };
        assert_eq!(
            picture(&shutter, 7, 7, 1.0),
            [
                "#######", "###.###", "##...##", "#.....#", "##...##", "###.###", "#######"
            ]
        );
        assert_eq!(
            picture(&shutter, 7, 7, 2.0),
            [
                "#######", "#######", "###.###", "#.....#", "###.###", "#######", "#######"
            ]
        );
        assert_eq!(
            picture(&shutter, 7, 7, 0.5),
            [
                "##...##", "##...##", "##...##", "#.....#", "##...##", "##...##", "##...##"
            ]
        );
    }

    #[test]
    fn c_7_6_11_a_polygon_is_row_and_column_pairs_and_closes_itself() {
        let shutter = Shutter {
            polygon: vec![[1, 2], [1, 6], [5, 2]],
            ..Shutter::default()
        };
        assert_eq!(
            picture(&shutter, 6, 7, 1.0),
            [
                "#.....#", "#....##", "#...###", "#..####", "#.#####", "#######"
            ]
        );
    }

    #[test]
    fn a_polygon_with_a_notch_covers_the_notch() {
        let shutter = Shutter {
            polygon: vec![[1, 1], [5, 1], [5, 7], [1, 7], [4, 4]],
            ..Shutter::default()
        };
        assert_eq!(
            picture(&shutter, 5, 7, 1.0),
            [".#####.", "..###..", "...#...", ".......", "......."]
        );
    }

    /// C.7.6.11: several shapes are combined, and the least of the image stays visible.
    #[test]
    fn c_7_6_11_of_every_combination_of_shapes_only_what_all_of_them_leave_is_visible() {
        let polygon = vec![[1, 1], [1, 7], [7, 1]];
        let visible = |shutter: &Shutter| -> Vec<bool> {
            picture(shutter, 7, 7, 1.0)
                .concat()
                .chars()
                .map(|c| c == '.')
                .collect()
        };
        let alone = [1, 2, 4].map(|which| visible(&combined(which, &polygon)));
        for which in 1..8_u8 {
            let got = visible(&combined(which, &polygon));
            let wanted: Vec<bool> = (0..49)
                .map(|at| (0..3).all(|shape| which >> shape & 1 == 0 || alone[shape][at]))
                .collect();
            assert_eq!(got, wanted, "combination {which:03b}");
            assert!(got.contains(&true) && got.contains(&false));
        }
    }

    fn combined(which: u8, polygon: &[[i32; 2]]) -> Shutter {
        Shutter {
            rectangle: (which & 1 != 0).then_some(RECTANGLE),
            circle: (which & 2 != 0).then_some(Circle {
                radius_px: 3,
                ..CIRCLE
            }),
            polygon: if which & 4 != 0 {
                polygon.to_vec()
            } else {
                Vec::new()
            },
            ..Shutter::default()
        }
    }

    #[test]
    fn c_7_6_15_set_bits_of_a_bitmap_are_covered_together_with_other_shapes() {
        let shutter = Shutter {
            bitmap: Some(0x6000),
            rectangle: Some(Rectangle {
                left: 3,
                right: 5,
                upper: 1,
                lower: 1,
            }),
            ..Shutter::default()
        };
        assert_eq!(picture(&shutter, 2, 6, 1.0), ["##.#.#", "######"]);
    }
}
