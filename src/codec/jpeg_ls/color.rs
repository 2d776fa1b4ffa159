//! Undoes the colour transforms that the reference encoder of JPEG-LS offers; all arithmetic wraps at the bit depth.

use super::head::Transform;

/// Gives R, G, B back to interleaved triples of samples of `bits`.
pub(super) fn undo(transform: Transform, bits: u8, samples: &mut [u16]) {
    let range = 1_i32 << bits;
    let (half, quarter, mask) = (range / 2, range / 4, range - 1);
    let each = |samples: &mut [u16], rgb: fn([i32; 3], i32, i32, i32) -> [i32; 3]| {
        let (triples, _) = samples.as_chunks_mut::<3>();
        for triple in triples {
            let rgb = rgb(triple.map(i32::from), half, quarter, mask);
            *triple = rgb.map(|value| (value & mask) as u16);
        }
    };
    match transform {
        Transform::None => {}
        Transform::Hp1 => each(samples, |[a, green, b], half, _, _| {
            [a + green - half, green, b + green - half]
        }),
        Transform::Hp2 => each(samples, |[a, green, b], half, _, mask| {
            let red = (a + green - half) & mask;
            [red, green, b + ((red + green) >> 1) - half]
        }),
        Transform::Hp3 => each(samples, |[a, b, c], half, quarter, mask| {
            let green = (a - ((b + c) >> 2) + quarter) & mask;
            [c + green - half, green, b + green - half]
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hp3_of_a_grey_is_that_grey() {
        // Equal components: both differences are half the range, the luminance is green + half / 2 - quarter.
        let mut samples = [90, 128, 128];
        undo(Transform::Hp3, 8, &mut samples);
        assert_eq!(samples, [90; 3]);
    }
}
