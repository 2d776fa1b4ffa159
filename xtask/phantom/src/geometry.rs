//! Points, curves and the signed distances of the solids from which the phantoms are built; millimetres throughout.

pub(crate) type Point = [f32; 3];

pub(crate) fn add(a: Point, b: Point) -> Point {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub(crate) fn sub(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(crate) fn scale(a: Point, factor: f32) -> Point {
    a.map(|v| v * factor)
}

pub(crate) fn dot(a: Point, b: Point) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(crate) fn cross(a: Point, b: Point) -> Point {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

pub(crate) fn length(a: Point) -> f32 {
    dot(a, a).sqrt()
}

pub(crate) fn unit(a: Point) -> Point {
    scale(a, 1.0 / length(a).max(1e-6))
}

pub(crate) fn between(a: Point, b: Point, t: f32) -> Point {
    add(a, scale(sub(b, a), t))
}

/// 0 below `low`, 1 above `high`, smooth between.
pub(crate) fn rise(low: f32, high: f32, value: f32) -> f32 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A bell of height 1 at `center` that falls to 1/e at `width` from it.
pub(crate) fn bell(value: f32, center: f32, width: f32) -> f32 {
    let t = (value - center) / width;
    (-t * t).exp()
}

/// The union of two distances with a fillet of about `radius`.
pub(crate) fn blend(a: f32, b: f32, radius: f32) -> f32 {
    let h = (0.5 + 0.5 * (b - a) / radius).clamp(0.0, 1.0);
    b + (a - b) * h - radius * h * (1.0 - h)
}

/// A smooth curve through `knots` (x ascending), held constant beyond the first and the last.
pub(crate) fn curve(knots: &[(f32, f32)], x: f32) -> f32 {
    let next = knots.partition_point(|knot| knot.0 <= x);
    let (Some(first), Some(last)) = (knots.first(), knots.last()) else {
        return 0.0;
    };
    if next == 0 {
        return first.1;
    }
    if next == knots.len() {
        return last.1;
    }
    let (a, b) = (knots[next - 1], knots[next]);
    let before = if next >= 2 { knots[next - 2] } else { a };
    let after = knots.get(next + 1).copied().unwrap_or(b);
    let width = b.0 - a.0;
    let slope_a = (b.1 - before.1) / (b.0 - before.0) * width;
    let slope_b = (after.1 - a.1) / (after.0 - a.0) * width;
    let t = (x - a.0) / width;
    let (t2, t3) = (t * t, t * t * t);
    (2.0 * t3 - 3.0 * t2 + 1.0) * a.1
        + (t3 - 2.0 * t2 + t) * slope_a
        + (3.0 * t2 - 2.0 * t3) * b.1
        + (t3 - t2) * slope_b
}

/// An ellipsoid with its own axes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ellipsoid {
    pub(crate) center: Point,
    pub(crate) radii: Point,
    axes: [Point; 3],
}

impl Ellipsoid {
    pub(crate) const fn new(center: Point, radii: Point) -> Self {
        let axes = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        Self {
            center,
            radii,
            axes,
        }
    }

    /// Its first axis points along `direction`.
    pub(crate) fn along(center: Point, radii: Point, direction: Point) -> Self {
        let first = unit(direction);
        let helper = if first[2].abs() < 0.9 {
            [0.0, 0.0, 1.0]
        } else {
            [0.0, 1.0, 0.0]
        };
        let second = unit(cross(helper, first));
        Self {
            center,
            radii,
            axes: [first, second, cross(first, second)],
        }
    }

    pub(crate) fn grown(mut self, by: f32) -> Self {
        self.radii = self.radii.map(|r| (r + by).max(0.5));
        self
    }

    /// Distance to the surface, negative inside; exact on the surface, close to it elsewhere.
    pub(crate) fn distance(&self, p: Point) -> f32 {
        let q = sub(p, self.center);
        let (mut k0, mut k1) = (0.0, 0.0);
        for (axis, r) in self.axes.iter().zip(self.radii) {
            let v = dot(q, *axis) / r;
            k0 += v * v;
            k1 += (v / r) * (v / r);
        }
        let k0 = k0.sqrt();
        k0 * (k0 - 1.0) / k1.sqrt().max(1e-6)
    }

    pub(crate) fn reach(&self) -> f32 {
        self.radii.into_iter().fold(0.0, f32::max)
    }
}

/// A piece of a tube: a round cone whose cross-section may be flattened along z.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cone {
    pub(crate) from: Point,
    pub(crate) to: Point,
    pub(crate) from_radius: f32,
    pub(crate) to_radius: f32,
}

impl Cone {
    /// Distance to its surface, negative inside.
    pub(crate) fn distance(&self, p: Point) -> f32 {
        let axis = sub(self.to, self.from);
        let q = sub(p, self.from);
        let t = (dot(q, axis) / dot(axis, axis).max(1e-6)).clamp(0.0, 1.0);
        let radius = self.from_radius + (self.to_radius - self.from_radius) * t;
        length(sub(q, scale(axis, t))) - radius
    }

    pub(crate) fn radius(&self) -> f32 {
        self.from_radius.max(self.to_radius)
    }
}

/// The cones of a tube along `path`, each point with its radius, smoothed to `pieces` cones a span.
pub(crate) fn tube(path: &[(Point, f32)], pieces: usize) -> Vec<Cone> {
    let knots = |pick: &dyn Fn(&(Point, f32)) -> f32| -> Vec<(f32, f32)> {
        path.iter()
            .enumerate()
            .map(|(k, knot)| (k as f32, pick(knot)))
            .collect()
    };
    let [x, y, z] = [0, 1, 2].map(|axis| knots(&move |knot| knot.0[axis]));
    let r = knots(&|knot| knot.1);
    let at = |k: usize| {
        let t = k as f32 / pieces as f32;
        ([curve(&x, t), curve(&y, t), curve(&z, t)], curve(&r, t))
    };
    (0..path.len().saturating_sub(1) * pieces)
        .map(|k| {
            let ((from, from_radius), (to, to_radius)) = (at(k), at(k + 1));
            Cone {
                from,
                to,
                from_radius,
                to_radius,
            }
        })
        .collect()
}

/// The mirror image on the other side of the body.
pub(crate) fn mirrored(p: Point) -> Point {
    [-p[0], p[1], p[2]]
}
