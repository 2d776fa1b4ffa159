//! The inverse wavelets against the forward ones of the standard's formulas, in f64, for all small sizes and corners.

use super::{
    dwt::{Buffers, scales, synthesize},
    geometry::{Component, Rect},
    marker,
    reader::Reader,
    sample::Sample,
    style::Settings,
};
use crate::{Error, block::Orientation};

/// One component of a tile with `levels` decompositions whose quantizer steps are all 1.
fn component(area: Rect, levels: u8, is_reversible: bool) -> Component {
    let mut settings = Settings::default();
    let mut read = |code: u16, content: &[u8]| {
        let segment = Reader::new(content, 0, Error::Truncated);
        assert_eq!(settings.read(code, segment, 1), Ok(true));
    };
    read(
        marker::COD,
        &[0, 0, 0, 1, 0, levels, 4, 4, 0, is_reversible.into()],
    );
    // Exponents of R + gain (equation E-3), so that each step is 1.
    let mut quantization = vec![2_u8 << 5 | 2, 8 << 3, 0];
    for _ in 0..levels {
        for gain in [1, 1, 2] {
            quantization.extend_from_slice(&[(8 + gain) << 3, 0]);
        }
    }
    read(marker::QCD, &quantization);
    let main = Settings::default();
    let coding = settings.coding(&main, 0).unwrap();
    let quantization = settings.quantization(&main, 0).unwrap();
    Component::new(area, 8, coding, quantization, 0).unwrap()
}

/// Forward lifting of one signal that begins at coordinate `begin`, in place: F.4.8.1 (5/3) and F.4.8.2 (9/7).
fn analyze(values: &mut [f64], begin: u32, is_reversible: bool) {
    let n = values.len() as i64;
    if n == 1 {
        // F.4.6: a lone sample stays, doubled where its coordinate is odd.
        values[0] *= f64::from(1 + begin % 2);
        return;
    }
    let mirrored = |i: i64| {
        let period = 2 * (n - 1);
        let i = i.rem_euclid(period);
        i.min(period - i) as usize
    };
    let mut lift = |parity: u32, step: &dyn Fn(f64, f64) -> f64| {
        let source = values.to_vec();
        for i in (0..n).filter(|i| (begin + *i as u32) % 2 == parity) {
            values[i as usize] += step(source[mirrored(i - 1)], source[mirrored(i + 1)]);
        }
    };
    if is_reversible {
        lift(1, &|a, b| -((a + b) / 2.0).floor());
        lift(0, &|a, b| ((a + b + 2.0) / 4.0).floor());
        return;
    }
    lift(1, &|a, b| -1.586_134_342_059_924 * (a + b));
    lift(0, &|a, b| -0.052_980_118_572_961 * (a + b));
    lift(1, &|a, b| 0.882_911_075_530_934 * (a + b));
    lift(0, &|a, b| 0.443_506_852_043_971 * (a + b));
    const K: f64 = 1.230_174_104_914_001;
    for (i, value) in (begin..).zip(values.iter_mut()) {
        *value *= if i % 2 == 0 { 1.0 / K } else { K };
    }
}

/// The subbands of a picture, laid out as the component says.
fn coefficients(component: &Component, picture: &[f64], is_reversible: bool) -> Vec<f64> {
    let n = component.resolutions.iter().flat_map(|r| &r.bands);
    let mut out = vec![0.0; n.map(|band| band.rect.area() as usize).sum()];
    let mut low = picture.to_vec();
    for resolution in component.resolutions.iter().rev() {
        let rect = resolution.rect;
        let (width, height) = (rect.width() as usize, rect.height() as usize);
        if resolution.bands.len() == 1 {
            out[..low.len()].copy_from_slice(&low);
            break;
        }
        // F.4.2: columns first, then rows.
        for x in 0..width {
            let mut column: Vec<f64> = (0..height).map(|y| low[y * width + x]).collect();
            analyze(&mut column, rect.y0, is_reversible);
            (0..height).for_each(|y| low[y * width + x] = column[y]);
        }
        for row in low.chunks_exact_mut(width.max(1)) {
            analyze(row, rect.x0, is_reversible);
        }
        let half = |x_parity: u32, y_parity: u32| -> Vec<f64> {
            let inside = |i: usize| {
                let (x, y) = (rect.x0 + (i % width) as u32, rect.y0 + (i / width) as u32);
                (x % 2, y % 2) == (x_parity, y_parity)
            };
            (0..low.len())
                .filter(|i| inside(*i))
                .map(|i| low[i])
                .collect()
        };
        for band in &resolution.bands {
            let values = match band.orientation {
                Orientation::Ll => half(0, 0),
                Orientation::Hl => half(1, 0),
                Orientation::Lh => half(0, 1),
                Orientation::Hh => half(1, 1),
            };
            out[band.offset..band.offset + values.len()].copy_from_slice(&values);
        }
        low = half(0, 0);
    }
    out
}

/// Analyzes a picture by the formulas, synthesizes it by the decoder, and gives back both.
fn round_trip<S: Sample>(area: Rect, levels: u8, is_reversible: bool) -> (Vec<f64>, Vec<S>) {
    let component = component(area, levels, is_reversible);
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 22) - 512.0
    };
    let picture: Vec<f64> = (0..area.area()).map(|_| noise()).collect();
    let analyzed = coefficients(&component, &picture, is_reversible);
    let mut buffers = Buffers::<S>::default();
    let resolutions = &component.resolutions;
    let stored = buffers.coefficients(resolutions);
    for (resolution, scales) in resolutions.iter().zip(scales::<S>(resolutions)) {
        for (band, scale) in resolution.bands.iter().zip(scales) {
            for i in band.offset..band.offset + band.rect.area() as usize {
                // In units of 2^-16, so that little is lost in the integer.
                stored[i] = match is_reversible {
                    true => S::dequantized(2 * analyzed[i] as i32, 1.0),
                    false => {
                        let value = (analyzed[i] * 131_072.0).round() as i32;
                        S::dequantized(value, scale / 65_536.0)
                    }
                };
            }
        }
    }
    let mut out = Vec::new();
    synthesize(resolutions, &mut buffers, |row| out.extend_from_slice(row));
    (picture, out)
}

fn areas() -> impl Iterator<Item = Rect> {
    let sizes = [
        (1, 1),
        (1, 7),
        (7, 1),
        (2, 2),
        (3, 5),
        (8, 9),
        (17, 12),
        (33, 4),
    ];
    sizes.into_iter().flat_map(|(width, height)| {
        [(0, 0), (1, 0), (0, 1), (3, 5), (6, 11)].map(|(x0, y0)| Rect {
            x0,
            y0,
            x1: x0 + width,
            y1: y0 + height,
        })
    })
}

#[test]
fn the_5_3_wavelet_is_undone_exactly() {
    for area in areas() {
        for levels in 0..5 {
            let (picture, out) = round_trip::<i32>(area, levels, true);
            let out: Vec<f64> = out.into_iter().map(f64::from).collect();
            assert_eq!(out, picture, "{area:?} {levels}");
        }
    }
}

#[test]
fn the_9_7_wavelet_is_undone_but_for_rounding() {
    for area in areas() {
        for levels in 0..5 {
            let (picture, out) = round_trip::<f32>(area, levels, false);
            assert_eq!(picture.len(), out.len());
            for (wanted, got) in picture.iter().zip(out) {
                let error = (wanted - f64::from(got)).abs();
                assert!(error < 2e-3, "{area:?} {levels}: {wanted} {got}");
            }
        }
    }
}
