//! Layout: the grid of viewports in canvas pixels.

use crate::geometry::space::CanvasRect;

/// Rows and columns of viewports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Viewport rows, 1..=4.
    pub rows: u32,
    /// Viewport columns, 1..=4.
    pub columns: u32,
}

/// Gap between viewports, device pixels.
const GAP_PX: u32 = 1;

impl Layout {
    /// A grid of 1..=4 by 1..=4.
    pub fn new(rows: u32, columns: u32) -> Option<Self> {
        let ok = |n: u32| (1..=4).contains(&n);
        (ok(rows) && ok(columns)).then_some(Self { rows, columns })
    }

    /// Number of viewports.
    pub fn n_viewports(self) -> usize {
        (self.rows * self.columns) as usize
    }

    /// Rectangle of the viewport at `index`, row by row, within a canvas of this size.
    pub fn rect(self, index: usize, width_px: u32, height_px: u32) -> CanvasRect {
        let (row, column) = (index as u32 / self.columns, index as u32 % self.columns);
        let span = |at: u32, n: u32, size: u32| {
            let from = at * (size + GAP_PX) / n;
            let to = (at + 1) * (size + GAP_PX) / n;
            (from, to.saturating_sub(from).saturating_sub(GAP_PX))
        };
        let (x_px, width_px) = span(column, self.columns, width_px);
        let (y_px, height_px) = span(row, self.rows, height_px);
        CanvasRect {
            x_px,
            y_px,
            width_px,
            height_px,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_by_two_fills_the_canvas_with_gaps_of_one_pixel() {
        let layout = Layout {
            rows: 2,
            columns: 2,
        };
        let rects: Vec<CanvasRect> = (0..4).map(|index| layout.rect(index, 101, 51)).collect();
        assert_eq!(
            rects[0],
            CanvasRect {
                x_px: 0,
                y_px: 0,
                width_px: 50,
                height_px: 25
            }
        );
        assert_eq!(
            rects[3],
            CanvasRect {
                x_px: 51,
                y_px: 26,
                width_px: 50,
                height_px: 25
            }
        );
    }
}
