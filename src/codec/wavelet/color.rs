//! From the planes of a tile to samples: colour transforms (ISO/IEC 15444-1 Annex G), and the place in the picture.

use super::sample::{Range, Sample};
use crate::Error;

/// Samples of a tile's component before the colour transform and the level shift.
pub(super) enum Plane {
    Integer(Vec<i32>),
    Real(Vec<f32>),
}

/// Undoes the colour transform of the first three components.
pub(super) fn undo_transform(planes: &mut [Plane]) -> Result<(), Error> {
    match planes {
        [Plane::Integer(a), Plane::Integer(b), Plane::Integer(c), ..] => reversible(a, b, c),
        [Plane::Real(a), Plane::Real(b), Plane::Real(c), ..] => irreversible(a, b, c),
        _ => return Err(Error::Corrupt("a colour transform of unlike components")),
    }
    Ok(())
}

/// Equations G-6 to G-8.
fn reversible(a: &mut [i32], b: &mut [i32], c: &mut [i32]) {
    for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
        let green = a.wrapping_sub(b.wrapping_add(*c) >> 2);
        (*a, *b, *c) = (c.wrapping_add(green), green, b.wrapping_add(green));
    }
}

/// Equations G-12 to G-14.
fn irreversible(a: &mut [f32], b: &mut [f32], c: &mut [f32]) {
    for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
        let (y, cb, cr) = (*a, *b, *c);
        *a = y + 1.402 * cr;
        *b = y - 0.344_136 * cb - 0.714_136 * cr;
        *c = y + 1.772 * cb;
    }
}

/// Where the rows of a tile's component go within the picture.
pub(super) struct Placement<'a> {
    /// The picture, components interleaved.
    pub(super) samples: &'a mut [u16],
    /// Samples of a row of the picture, all components.
    pub(super) stride: usize,
    /// Sample that the next row begins with.
    pub(super) at: usize,
    /// Components of the picture.
    pub(super) n_components: usize,
    pub(super) range: Range,
}

impl Placement<'_> {
    /// Writes the next row of the component.
    #[inline(never)]
    pub(super) fn put<S: Sample>(&mut self, row: &[S]) {
        let out = self.samples.get_mut(self.at..).unwrap_or_default();
        let range = self.range;
        if self.n_components == 1 {
            for (out, &value) in out.iter_mut().zip(row) {
                *out = value.sample(range);
            }
        } else {
            for (pixel, &value) in out.chunks_mut(self.n_components.max(1)).zip(row) {
                pixel[0] = value.sample(range);
            }
        }
        self.at += self.stride;
    }

    /// Writes all rows of a plane, `width` samples each.
    pub(super) fn put_plane(&mut self, plane: &Plane, width: usize) {
        match plane {
            Plane::Integer(plane) => plane
                .chunks_exact(width.max(1))
                .for_each(|row| self.put(row)),
            Plane::Real(plane) => plane
                .chunks_exact(width.max(1))
                .for_each(|row| self.put(row)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Equations G-3 to G-5 forwards, then back.
    #[test]
    fn the_reversible_transform_is_undone_exactly() {
        for (r, g, b) in [(0, 0, 0), (255, 0, 7), (-128, 127, 3), (17, 18, 19)] {
            let (y, u, v) = ((r + 2 * g + b) >> 2, b - g, r - g);
            let (mut y, mut u, mut v) = ([y], [u], [v]);
            reversible(&mut y, &mut u, &mut v);
            assert_eq!((y[0], u[0], v[0]), (r, g, b));
        }
    }

    /// Equations G-9 to G-11 forwards, then back.
    #[test]
    fn the_irreversible_transform_is_undone_but_for_rounding() {
        let (r, g, b) = (200.0_f32, 30.0_f32, 90.0_f32);
        let mut y = [0.299 * r + 0.587 * g + 0.114 * b];
        let mut cb = [-0.168_736 * r - 0.331_264 * g + 0.5 * b];
        let mut cr = [0.5 * r - 0.418_688 * g - 0.081_312 * b];
        irreversible(&mut y, &mut cb, &mut cr);
        for (value, wanted) in [(y[0], r), (cb[0], g), (cr[0], b)] {
            assert!((value - wanted).abs() < 1e-2, "{value} {wanted}");
        }
    }
}
