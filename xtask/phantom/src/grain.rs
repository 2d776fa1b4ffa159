//! The noise of the imaging itself: correlated, of unit variance, in tiles that repeat without a seam.

use crate::random::Random;

const SIDE: usize = 512;

/// Several tiles of noise; where each is laid depends on the slice, so that no two slices share their noise.
#[derive(Clone, Debug)]
pub(crate) struct Grain {
    tiles: Vec<Vec<f32>>,
    streaks: Vec<f32>,
    seed: u64,
}

impl Grain {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let tiles = (0..4).map(|_| tile(&mut random, [1, 1])).collect();
        Self {
            tiles,
            streaks: tile(&mut random, [40, 1]),
            seed,
        }
    }

    /// The noise of the slice `number`, by column and row.
    pub(crate) fn slice(&self, number: usize) -> impl Fn(usize, usize) -> f32 + '_ {
        let mut random = Random::new(self.seed ^ (number as u64 * 7919));
        let mut choose = || {
            let bits = random.bits() as usize;
            (bits % self.tiles.len(), bits >> 8 & 511, bits >> 20 & 511)
        };
        let (a, b) = (choose(), choose());
        move |column, row| {
            let at = |(tile, dx, dy): (usize, usize, usize)| {
                self.tiles[tile][(row + dy) % SIDE * SIDE + (column + dx) % SIDE]
            };
            (at(a) + at(b)) * std::f32::consts::FRAC_1_SQRT_2
        }
    }

    /// Noise drawn out sideways, as bone on both sides leaves it.
    pub(crate) fn streak(&self, number: usize, column: usize, row: usize) -> f32 {
        let (dx, dy) = (number * 131 % SIDE, number * 197 % SIDE);
        self.streaks[(row + dy) % SIDE * SIDE + (column + dx) % SIDE]
    }
}

/// White noise smoothed by boxes of `reach` pixels to each side, twice, scaled back to unit variance.
fn tile(random: &mut Random, reach: [usize; 2]) -> Vec<f32> {
    let mut values: Vec<f32> = (0..SIDE * SIDE).map(|_| random.normal()).collect();
    for _ in 0..2 {
        values = boxed(&values, reach[0], 1, SIDE);
        values = boxed(&values, reach[1], SIDE, 1);
    }
    // The ramp filter of a reconstruction leaves no noise at the slowest frequencies.
    let mut slow = boxed(&values, 4, 1, SIDE);
    slow = boxed(&slow, 4, SIDE, 1);
    for (value, slow) in values.iter_mut().zip(&slow) {
        *value -= slow;
    }
    let power = values.iter().map(|v| v * v).sum::<f32>() / values.len() as f32;
    values.iter().map(|v| v / power.sqrt()).collect()
}

fn boxed(values: &[f32], reach: usize, stride: usize, across: usize) -> Vec<f32> {
    let mut out = vec![0.0; values.len()];
    for line in 0..SIDE {
        let at = |k: usize| line * across + (k % SIDE) * stride;
        let mut sum: f32 = (0..=2 * reach).map(|k| values[at(k + SIDE - reach)]).sum();
        for k in 0..SIDE {
            out[at(k)] = sum / (2 * reach + 1) as f32;
            sum += values[at(k + reach + 1)] - values[at(k + SIDE - reach)];
        }
    }
    out
}
