//! The strip below the sector: the spectrum of inflow through the mitral valve, sweeping from left to right.

use super::{BASELINE_ROW, BEAT_MILLIS, STRIP, STRIP_CM_PER_SECOND, STRIP_SECONDS};
use crate::geometry::{bell, rise};
use crate::grain::Grain;

/// The fastest flow at a time in the beat (0 to 1), cm/s: the E wave, then the A wave.
fn envelope(phase: f32) -> f32 {
    let early = 86.0 * rise(0.44, 0.54, phase) * rise(0.78, 0.56, phase);
    let late = 58.0 * bell(phase, 0.91, 0.055);
    early.max(late)
}

/// Outflow below the baseline while the ventricle contracts, cm/s.
fn below(phase: f32) -> f32 {
    34.0 * bell(phase, 0.2, 0.09)
}

pub(super) fn color(at: [f32; 2], now_millis: f64, grain: &Grain) -> [u8; 3] {
    let [x, y] = at;
    let sweep_seconds = f64::from(x - STRIP[0]) * STRIP_SECONDS;
    let behind = f64::from(x - STRIP[0]) - sweep_position(now_millis);
    if (0.0..10.0).contains(&behind) {
        return [0, 0, 0];
    }
    if (y - BASELINE_ROW).abs() < 0.8 {
        return [110, 110, 40];
    }
    let phase = ((sweep_seconds * 1000.0 / BEAT_MILLIS).fract()) as f32;
    let speed = (BASELINE_ROW - y) * STRIP_CM_PER_SECOND as f32;
    let top = envelope(phase) * (1.0 + 0.04 * grain.slice(3)(x as usize, 7));
    let filled = |limit: f32, value: f32| {
        let hollow = 0.30 + 0.70 * rise(0.35 * limit, 0.85 * limit, value);
        hollow
            * rise(limit + 3.0, limit - 3.0, value)
            * rise(3.0, 9.0, limit)
            * rise(1.0, 6.0, value)
    };
    let strength = filled(top, speed) + 0.6 * filled(below(phase), -speed);
    let speckle = 0.75 + 0.35 * grain.slice(4)(x as usize, y as usize);
    let dust = 8.0 + 9.0 * grain.slice(5)(x as usize, y as usize).max(0.0);
    let value = (dust + 225.0 * strength * speckle).clamp(0.0, 255.0) as u8;
    [value, value, value]
}

/// How far the sweep has come, in pixels from the left of the strip; it starts in the middle.
fn sweep_position(now_millis: f64) -> f64 {
    let width = f64::from(STRIP[2] - STRIP[0]);
    (now_millis / 1000.0 / STRIP_SECONDS + 0.25 * width) % width
}
