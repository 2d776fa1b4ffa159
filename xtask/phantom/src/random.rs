//! Repeatable randomness: one small generator and one smooth noise field, so that the samples are the same everywhere.

/// A splitmix64 generator: sixty-four bits of state, the same sequence on every machine.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.0)
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// Uniform in [low, high).
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Close to a standard normal: four uniform numbers summed and scaled to unit variance.
    pub(crate) fn normal(&mut self) -> f32 {
        let bits = self.bits();
        let sum = (0..4)
            .map(|k| ((bits >> (16 * k)) & 0xFFFF) as f32)
            .sum::<f32>();
        (sum / 65536.0 - 2.0) * 3_f32.sqrt()
    }
}

fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn lattice(x: i32, y: i32, z: i32, seed: u32) -> f32 {
    let mut h = (x as u32)
        .wrapping_mul(0x8DA6_B343)
        .wrapping_add((y as u32).wrapping_mul(0xD816_3841))
        .wrapping_add((z as u32).wrapping_mul(0xCB1A_B31F))
        .wrapping_add(seed.wrapping_mul(0x9E37_79B9));
    h ^= h >> 15;
    h = h.wrapping_mul(0x2C1B_3C6D);
    h ^= h >> 12;
    h = h.wrapping_mul(0x297A_2D39);
    h ^= h >> 15;
    (h >> 8) as f32 / 8_388_608.0 - 1.0
}

/// Smooth noise in about [-1, 1] with features about one unit wide; scale the position to choose their size.
pub(crate) fn noise(p: [f32; 3], seed: u32) -> f32 {
    // Turned against the axes, or the lattice would show as squares.
    let p = [
        0.36 * p[0] + 0.48 * p[1] - 0.8 * p[2],
        -0.8 * p[0] + 0.6 * p[1],
        0.48 * p[0] + 0.64 * p[1] + 0.6 * p[2],
    ];
    let [x, y, z] = p.map(floor);
    let [u, v, w] = [p[0] - x as f32, p[1] - y as f32, p[2] - z as f32].map(ease);
    let plane = |dz: i32| {
        let row = |dy: i32| {
            let near = lattice(x, y + dy, z + dz, seed);
            near + (lattice(x + 1, y + dy, z + dz, seed) - near) * u
        };
        row(0) + (row(1) - row(0)) * v
    };
    let near = plane(0);
    near + (plane(1) - near) * w
}

/// `f32::floor` is a call into a library where the processor's own rounding is not assumed.
fn floor(value: f32) -> i32 {
    let cut = value as i32;
    cut - i32::from(value < cut as f32)
}

/// Three octaves of [`noise`], the finest a quarter of the width of the first.
pub(crate) fn rough_noise(p: [f32; 3], seed: u32) -> f32 {
    let at = |factor: f32| noise(p.map(|v| v * factor), seed);
    (at(1.0) + 0.5 * at(2.03) + 0.25 * at(4.1)) / 1.4
}

fn ease(t: f32) -> f32 {
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}
