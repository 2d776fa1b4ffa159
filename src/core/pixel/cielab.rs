//! CIELab to sRGB: how colours of the standard (PS3.3 C.10.7.1.1) become colours of a screen.

/// White of the profile connection space, D50 (ISO 15076-1 7.2.16).
const D50: [f64; 3] = [0.9642, 1.0, 0.8249];

/// XYZ relative to D50 to linear sRGB (IEC 61966-2-1 after a Bradford adaptation to D65).
pub(super) const SRGB_FROM_XYZ_D50: [[f64; 3]; 3] = [
    [3.133_856_1, -1.616_866_7, -0.490_614_6],
    [-0.978_768_4, 1.916_141_5, 0.033_454_0],
    [0.071_945_3, -0.228_991_4, 1.405_242_7],
];

/// A colour as DICOM writes it: L* 0..=100 over the 16 bits, a* and b* -128..=127, 0x8080 being 0.
pub fn srgb_from_dicom_lab(words: [u16; 3]) -> [u8; 3] {
    let [l, a, b] = words.map(f64::from);
    let chroma = |v: f64| v * 255.0 / 65_535.0 - 128.0;
    srgb_from_xyz_d50(xyz_d50_from_lab([
        l * 100.0 / 65_535.0,
        chroma(a),
        chroma(b),
    ]))
}

/// CIE 15: L*, a*, b* to XYZ.
fn xyz_d50_from_lab([l, a, b]: [f64; 3]) -> [f64; 3] {
    let y = (l + 16.0) / 116.0;
    let root = [y + a / 500.0, y, y - b / 200.0];
    let cube = |t: f64| {
        if t > 6.0 / 29.0 {
            t.powi(3)
        } else {
            3.0 * (6.0_f64 / 29.0).powi(2) * (t - 4.0 / 29.0)
        }
    };
    [0, 1, 2].map(|at| D50[at] * cube(root[at]))
}

/// XYZ relative to D50 to sRGB bytes; what lies outside the gamut is clipped.
fn srgb_from_xyz_d50(xyz: [f64; 3]) -> [u8; 3] {
    SRGB_FROM_XYZ_D50.map(|row| {
        let linear: f64 = row.iter().zip(xyz).map(|(m, v)| m * v).sum();
        (encoded(linear) * 255.0 + 0.5).floor() as u8
    })
}

/// IEC 61966-2-1: linear light to the encoded value, both 0.0..=1.0.
pub(super) fn encoded(linear: f64) -> f64 {
    let linear = linear.clamp(0.0, 1.0);
    if linear <= 0.003_130_8 {
        12.92 * linear
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of the usual colour tables: Lab (D50) of sRGB black, white, mid grey, red, blue.
    #[test]
    fn c_10_7_1_1_known_colours() {
        let lab = |l: f64, a: f64, b: f64| {
            let chroma = |v: f64| ((v + 128.0) * 65_535.0 / 255.0).round() as u16;
            [(l * 655.35).round() as u16, chroma(a), chroma(b)]
        };
        for (words, wanted) in [
            ([0, 0x8080, 0x8080], [0, 0, 0]),
            ([0xFFFF, 0x8080, 0x8080], [255, 255, 255]),
            (lab(53.39, 0.0, 0.0), [127, 127, 127]),
            (lab(54.29, 80.81, 69.89), [255, 0, 0]),
            (lab(29.57, 68.30, -112.03), [0, 0, 255]),
        ] {
            let got = srgb_from_dicom_lab(words);
            let is_near = got.iter().zip(wanted).all(|(&a, b)| a.abs_diff(b) <= 1);
            assert!(is_near, "{got:?}, wanted {wanted:?}");
        }
    }
}
