//! Voi: which modality values become visible, PS3.3 C.11.2.

use super::modality_lut::LookupTable;

/// VOI LUT Function (0028,1056).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum VoiFunction {
    /// C.11.2.1.2.1, the default.
    #[default]
    Linear,
    /// C.11.2.1.3.2.
    LinearExact,
    /// C.11.2.1.3.1.
    Sigmoid,
}

/// A window: center and width in modality values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WindowLevel {
    /// Window Center (0028,1050).
    pub center: f64,
    /// Window Width (0028,1051): at least 1 for LINEAR, above 0 for the others.
    pub width: f64,
}

impl WindowLevel {
    /// A window the standard allows for `function` (C.11.2.1.2.1: width >= 1; C.11.2.1.3: width > 0).
    pub fn new(center: f64, width: f64, function: VoiFunction) -> Option<Self> {
        let smallest_ok = if function == VoiFunction::Linear {
            width >= 1.0
        } else {
            width > 0.0
        };
        (center.is_finite() && width.is_finite() && smallest_ok).then_some(Self { center, width })
    }
}

/// How modality values become display values.
#[derive(Clone, Debug, PartialEq)]
pub enum Voi {
    /// A window and its function.
    Window(WindowLevel, VoiFunction),
    /// A VOI LUT (0028,3010).
    Table(LookupTable),
}

impl Voi {
    /// A LINEAR window.
    pub fn linear(center: f64, width: f64) -> Self {
        Self::Window(
            WindowLevel {
                center,
                width: width.max(1.0),
            },
            VoiFunction::Linear,
        )
    }

    /// Display value 0.0..=1.0 of a modality value, before polarity.
    pub fn apply(&self, x: f64) -> f64 {
        match self {
            // C.11.2.1.2.1: x <= c - 0.5 - (w-1)/2 -> 0; x > c - 0.5 + (w-1)/2 -> 1; else ((x - (c - 0.5)) / (w-1) + 0.5)
            Self::Window(
                WindowLevel {
                    center: c,
                    width: w,
                },
                VoiFunction::Linear,
            ) => {
                if x <= c - 0.5 - (w - 1.0) / 2.0 {
                    0.0
                } else if x > c - 0.5 + (w - 1.0) / 2.0 {
                    1.0
                } else {
                    (x - (c - 0.5)) / (w - 1.0) + 0.5
                }
            }
            // C.11.2.1.3.2: x <= c - w/2 -> 0; x > c + w/2 -> 1; else (x - c) / w + 0.5
            Self::Window(
                WindowLevel {
                    center: c,
                    width: w,
                },
                VoiFunction::LinearExact,
            ) => ((x - c) / w + 0.5).clamp(0.0, 1.0),
            // C.11.2.1.3.1: 1 / (1 + exp(-4 (x - c) / w))
            Self::Window(
                WindowLevel {
                    center: c,
                    width: w,
                },
                VoiFunction::Sigmoid,
            ) => 1.0 / (1.0 + (-4.0 * (x - c) / w).exp()),
            Self::Table(table) => f64::from(table.get(x)) / f64::from(table.max_value()),
        }
    }
}

/// One of the header's alternatives (C.11.2.1.2.2) or a preset, with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct VoiChoice {
    /// Window Center & Width Explanation (0028,1055), LUT Explanation, or the preset's name; may be empty.
    pub name: String,
    /// What it does.
    pub voi: Voi,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(voi: &Voi, x: f64) -> f64 {
        voi.apply(x) * 255.0
    }

    /// Golden vectors for c = 40, w = 400, y = 0..255.
    #[test]
    fn c_11_2_1_2_1_and_c_11_2_1_3_golden_vectors() {
        let window = WindowLevel {
            center: 40.0,
            width: 400.0,
        };
        let cases = [
            (-160.0, 0.0, 0.0, 30.3967),
            (-159.0, 0.6391, 0.6375, 30.6655),
            (40.0, 127.8195, 127.5, 127.5),
            (239.0, 255.0, 254.3625, 224.3345),
            (240.0, 255.0, 255.0, 224.6033),
        ];
        for (x, linear, exact, sigmoid) in cases {
            for (function, wanted) in [
                (VoiFunction::Linear, linear),
                (VoiFunction::LinearExact, exact),
                (VoiFunction::Sigmoid, sigmoid),
            ] {
                let got = grey(&Voi::Window(window, function), x);
                assert!(
                    (got - wanted).abs() < 1e-3,
                    "{function:?} at {x}: {got}, standard {wanted}"
                );
            }
        }
    }

    #[test]
    fn c_11_2_1_2_1_examples_of_the_standard() {
        let full = Voi::linear(2048.0, 4096.0);
        assert_eq!((full.apply(0.0), full.apply(4095.1)), (0.0, 1.0));
        let hundred = Voi::linear(0.0, 100.0);
        assert_eq!((hundred.apply(-50.0), hundred.apply(49.1)), (0.0, 1.0));
        let step = Voi::linear(10.0, 1.0);
        assert_eq!((step.apply(9.5), step.apply(9.6)), (0.0, 1.0));
    }

    #[test]
    fn c_11_2_1_3_2_exact_over_0_to_1_is_the_identity() {
        let voi = Voi::Window(
            WindowLevel {
                center: 0.5,
                width: 1.0,
            },
            VoiFunction::LinearExact,
        );
        for x in [0.0, 0.25, 0.5, 1.0] {
            assert!((voi.apply(x) - x).abs() < 1e-12);
        }
    }

    #[test]
    fn c_11_2_1_3_1_the_sigmoid_is_a_half_at_its_center_and_never_quite_0_or_1() {
        let voi = Voi::Window(
            WindowLevel {
                center: 40.0,
                width: 400.0,
            },
            VoiFunction::Sigmoid,
        );
        assert_eq!(voi.apply(40.0), 0.5);
        assert!((voi.apply(140.0) - 0.7311).abs() < 1e-4);
        assert!(voi.apply(-160.0) > 0.0 && voi.apply(240.0) < 1.0);
    }

    #[test]
    fn c_11_2_1_1_a_voi_lut_is_scaled_by_its_bits_and_clamps_at_both_ends() {
        let table = LookupTable::new(3, -1, 12, &[0, 1024, 2048], "").unwrap();
        let voi = Voi::Table(table);
        let steps = [-9.0, -1.0, 0.0, 1.0, 99.0].map(|x| (voi.apply(x) * 4095.0).round());
        // Its largest entry is 2048 of 4095: half grey, not white.
        assert_eq!(steps, [0.0, 0.0, 1024.0, 2048.0, 2048.0]);
    }

    #[test]
    fn c_11_2_1_3_2_exact_over_a_rescale_of_1_in_65535_is_the_identity() {
        let voi = Voi::Window(
            WindowLevel {
                center: 0.5,
                width: 1.0,
            },
            VoiFunction::LinearExact,
        );
        for stored in [0.0, 1.0, 32_767.0, 65_534.0, 65_535.0] {
            let got = voi.apply(stored / 65_535.0) * 65_535.0;
            assert!((got - stored).abs() < 1e-9, "{got}");
        }
    }

    #[test]
    fn c_11_2_1_2_1_a_width_below_one_is_no_linear_window() {
        assert_eq!(WindowLevel::new(0.0, 0.0, VoiFunction::Linear), None);
        assert_eq!(WindowLevel::new(0.0, -5.0, VoiFunction::Sigmoid), None);
        assert!(WindowLevel::new(0.5, 0.5, VoiFunction::LinearExact).is_some());
    }
}
