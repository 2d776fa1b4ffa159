//! ColorMap: pseudo-colours for pictures of one channel, each a few control points; the well-known palettes of PS3.6 B
//! and a spectrum.
//!
//! A palette takes the output of the VOI transform (PS3.4 N.2: modality LUT, VOI LUT, palette), so polarity plays no
//! part in it; the reader's own inversion turns it round.

/// A palette of 256 entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColorMap {
    /// Hot Iron (PS3.6 B.1.1).
    HotIron,
    /// PET (PS3.6 B.1.2).
    Pet,
    /// Hot Metal Blue (PS3.6 B.1.3).
    HotMetalBlue,
    /// PET 20 Step (PS3.6 B.1.4).
    Pet20Step,
    /// Spring (PS3.6 B.1.5).
    Spring,
    /// Summer (PS3.6 B.1.6).
    Summer,
    /// Fall (PS3.6 B.1.7).
    Fall,
    /// Winter (PS3.6 B.1.8).
    Winter,
    /// The colours of the rainbow from blue to red; no palette of the standard.
    Spectrum,
}

/// Entry and value, in rising order of the entries; straight lines between.
type Curve = &'static [(u8, u8)];

/// One row of the table.
struct Row {
    map: ColorMap,
    id: &'static str,
    name: &'static str,
    colors: Colors,
}

enum Colors {
    /// Red, green, blue.
    Curves([Curve; 3]),
    /// First entry and colour of each step.
    Steps(&'static [(u8, [u8; 3])]),
}

const ROWS: &[Row] = &[
    Row {
        map: ColorMap::HotIron,
        id: "hotIron",
        name: "Hot iron",
        colors: Colors::Curves([
            &[(0, 0), (127, 254), (128, 255)],
            &[(128, 0), (254, 252), (255, 255)],
            &[(191, 0), (254, 252), (255, 255)],
        ]),
    },
    Row {
        map: ColorMap::Pet,
        id: "pet",
        name: "PET",
        colors: Colors::Curves([
            &[(63, 0), (64, 1), (192, 255)],
            &[
                (0, 0),
                (63, 128),
                (64, 126),
                (128, 0),
                (254, 252),
                (255, 255),
            ],
            &[(0, 0), (1, 1), (128, 255), (129, 252), (192, 0), (255, 255)],
        ]),
    },
    Row {
        map: ColorMap::HotMetalBlue,
        id: "hotMetalBlue",
        name: "Hot metal blue",
        colors: Colors::Curves([
            &[(85, 0), (104, 55), (120, 93), (153, 190), (170, 255)],
            &[(119, 0), (252, 250), (255, 255)],
            &[
                (0, 0),
                (102, 200),
                (119, 150),
                (136, 50),
                (153, 0),
                (170, 0),
                (240, 206),
                (255, 255),
            ],
        ]),
    },
    Row {
        map: ColorMap::Pet20Step,
        id: "pet20Step",
        name: "PET 20 step",
        colors: Colors::Steps(&PET_20_STEP),
    },
    Row {
        map: ColorMap::Spectrum,
        id: "spectrum",
        name: "Spectrum",
        colors: Colors::Curves([
            &[(128, 0), (192, 255)],
            &[(0, 0), (64, 255), (192, 255), (255, 0)],
            &[(0, 255), (64, 255), (128, 0)],
        ]),
    },
    Row {
        map: ColorMap::Spring,
        id: "spring",
        name: "Spring",
        colors: Colors::Curves([&[(0, 255)], &[(0, 0), (255, 255)], &[(0, 255), (255, 0)]]),
    },
    Row {
        map: ColorMap::Summer,
        id: "summer",
        name: "Summer",
        colors: Colors::Curves([&[(0, 0)], &[(0, 255), (255, 128)], &[(127, 0), (255, 254)]]),
    },
    Row {
        map: ColorMap::Fall,
        id: "fall",
        name: "Fall",
        colors: Colors::Curves([&[(0, 255)], &[(0, 255), (255, 0)], &[(0, 0)]]),
    },
    Row {
        map: ColorMap::Winter,
        id: "winter",
        name: "Winter",
        colors: Colors::Curves([
            &[(127, 0), (255, 127)],
            &[(0, 0), (255, 255)],
            &[(0, 255), (255, 128)],
        ]),
    },
];

/// PET 20 Step (PS3.6 B.1.4): twenty colours of 12 or 13 entries each.
const PET_20_STEP: [(u8, [u8; 3]); 20] = [
    (0, [0, 0, 0]),
    (13, [96, 0, 80]),
    (26, [48, 48, 80]),
    (39, [48, 48, 112]),
    (51, [80, 80, 128]),
    (64, [96, 96, 176]),
    (77, [112, 112, 192]),
    (90, [128, 128, 224]),
    (102, [48, 96, 48]),
    (115, [48, 144, 48]),
    (128, [80, 192, 80]),
    (141, [64, 224, 64]),
    (153, [224, 224, 80]),
    (166, [208, 208, 96]),
    (179, [208, 176, 64]),
    (192, [208, 144, 0]),
    (204, [192, 96, 0]),
    (217, [176, 48, 0]),
    (230, [255, 0, 0]),
    (243, [255, 255, 255]),
];

impl ColorMap {
    /// All of them, in the order of the menu.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.map)
    }

    fn row(self) -> &'static Row {
        // Every variant has its row: a test holds the table against the names.
        ROWS.iter().find(|row| row.map == self).unwrap_or(&ROWS[0])
    }

    /// Its name on the wire.
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// Its name in the reader's words.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The palette of an id.
    pub fn from_id(id: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.id == id).map(|row| row.map)
    }

    /// Colour of an entry, 0 lowest, 255 highest.
    pub fn color(self, entry: u8) -> [u8; 3] {
        match self.row().colors {
            Colors::Curves(curves) => curves.map(|curve| at(curve, entry)),
            Colors::Steps(steps) => steps
                .iter()
                .rev()
                .find(|(first, _)| *first <= entry)
                .map_or([0; 3], |(_, color)| *color),
        }
    }
}

/// Value of a curve; its ends hold on both sides.
fn at(curve: Curve, entry: u8) -> u8 {
    let next = curve.iter().position(|&(from, _)| from > entry);
    let Some(next) = next else {
        return curve.last().map_or(0, |&(_, value)| value);
    };
    let Some(before) = next.checked_sub(1) else {
        return curve[0].1;
    };
    let ((x0, y0), (x1, y1)) = (curve[before], curve[next]);
    let share = f64::from(entry - x0) / f64::from(x1 - x0);
    (f64::from(y0) + share * (f64::from(y1) - f64::from(y0))).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_palette_has_its_own_row_and_id() {
        let all: Vec<ColorMap> = ColorMap::all().collect();
        assert_eq!(all.len(), 9);
        for map in all {
            assert_eq!(ColorMap::from_id(map.id()), Some(map));
            assert_eq!(map.row().map, map);
        }
    }

    /// Entries read out of the palette files of PS3.6 B as another implementation ships them; within 1 of 255.
    #[test]
    fn ps3_6_b_well_known_palettes() {
        let cases: &[(ColorMap, &[(u8, [u8; 3])])] = &[
            (
                ColorMap::HotIron,
                &[
                    (0, [0, 0, 0]),
                    (1, [2, 0, 0]),
                    (13, [26, 0, 0]),
                    (32, [64, 0, 0]),
                    (40, [80, 0, 0]),
                    (63, [126, 0, 0]),
                    (64, [128, 0, 0]),
                    (77, [154, 0, 0]),
                    (100, [200, 0, 0]),
                    (102, [204, 0, 0]),
                    (110, [220, 0, 0]),
                    (127, [254, 0, 0]),
                    (128, [255, 0, 0]),
                    (129, [255, 2, 0]),
                    (140, [255, 24, 0]),
                    (153, [255, 50, 0]),
                    (160, [255, 64, 0]),
                    (170, [255, 84, 0]),
                    (191, [255, 126, 0]),
                    (192, [255, 128, 4]),
                    (193, [255, 130, 8]),
                    (217, [255, 178, 104]),
                    (230, [255, 204, 156]),
                    (254, [255, 252, 252]),
                    (255, [255, 255, 255]),
                ],
            ),
            (
                ColorMap::Pet,
                &[
                    (0, [0, 0, 0]),
                    (1, [0, 2, 1]),
                    (13, [0, 26, 25]),
                    (32, [0, 65, 63]),
                    (40, [0, 81, 79]),
                    (63, [0, 128, 125]),
                    (64, [1, 126, 127]),
                    (77, [27, 100, 153]),
                    (100, [73, 55, 199]),
                    (102, [77, 51, 203]),
                    (110, [92, 35, 219]),
                    (127, [126, 1, 253]),
                    (128, [128, 0, 255]),
                    (129, [130, 2, 252]),
                    (140, [152, 24, 208]),
                    (153, [177, 50, 156]),
                    (160, [191, 64, 128]),
                    (170, [211, 84, 88]),
                    (191, [253, 126, 4]),
                    (192, [255, 128, 0]),
                    (193, [255, 130, 4]),
                    (217, [255, 178, 101]),
                    (230, [255, 204, 153]),
                    (254, [255, 252, 250]),
                    (255, [255, 255, 255]),
                ],
            ),
            (
                ColorMap::HotMetalBlue,
                &[
                    (0, [0, 0, 0]),
                    (1, [0, 0, 2]),
                    (13, [0, 0, 25]),
                    (32, [0, 0, 63]),
                    (40, [0, 0, 79]),
                    (63, [0, 0, 123]),
                    (64, [0, 0, 125]),
                    (77, [0, 0, 151]),
                    (100, [44, 0, 196]),
                    (102, [50, 0, 200]),
                    (110, [69, 0, 176]),
                    (127, [114, 15, 103]),
                    (128, [116, 17, 97]),
                    (129, [119, 19, 91]),
                    (140, [152, 40, 38]),
                    (153, [190, 64, 0]),
                    (160, [217, 77, 0]),
                    (170, [255, 96, 0]),
                    (191, [255, 136, 62]),
                    (192, [255, 137, 65]),
                    (193, [255, 139, 68]),
                    (217, [255, 184, 138]),
                    (230, [255, 209, 176]),
                    (254, [255, 253, 252]),
                    (255, [255, 255, 255]),
                ],
            ),
            (
                ColorMap::Pet20Step,
                &[
                    (0, [0, 0, 0]),
                    (1, [0, 0, 0]),
                    (13, [96, 0, 80]),
                    (32, [48, 48, 80]),
                    (40, [48, 48, 112]),
                    (63, [80, 80, 128]),
                    (64, [96, 96, 176]),
                    (77, [112, 112, 192]),
                    (100, [128, 128, 224]),
                    (102, [48, 96, 48]),
                    (110, [48, 96, 48]),
                    (127, [48, 144, 48]),
                    (128, [80, 192, 80]),
                    (129, [80, 192, 80]),
                    (140, [80, 192, 80]),
                    (153, [224, 224, 80]),
                    (160, [224, 224, 80]),
                    (170, [208, 208, 96]),
                    (191, [208, 176, 64]),
                    (192, [208, 144, 0]),
                    (193, [208, 144, 0]),
                    (217, [176, 48, 0]),
                    (230, [255, 0, 0]),
                    (254, [255, 255, 255]),
                    (255, [255, 255, 255]),
                ],
            ),
            (
                ColorMap::Spring,
                &[
                    (0, [255, 0, 255]),
                    (1, [255, 1, 254]),
                    (13, [255, 13, 242]),
                    (32, [255, 32, 223]),
                    (40, [255, 40, 215]),
                    (63, [255, 63, 192]),
                    (64, [255, 64, 191]),
                    (77, [255, 77, 178]),
                    (100, [255, 100, 155]),
                    (102, [255, 102, 153]),
                    (110, [255, 110, 145]),
                    (127, [255, 127, 128]),
                    (128, [255, 128, 127]),
                    (129, [255, 129, 126]),
                    (140, [255, 140, 115]),
                    (153, [255, 153, 102]),
                    (160, [255, 160, 95]),
                    (170, [255, 170, 85]),
                    (191, [255, 191, 64]),
                    (192, [255, 192, 63]),
                    (193, [255, 193, 62]),
                    (217, [255, 217, 38]),
                    (230, [255, 230, 25]),
                    (254, [255, 254, 1]),
                    (255, [255, 255, 0]),
                ],
            ),
            (
                ColorMap::Summer,
                &[
                    (0, [0, 255, 0]),
                    (1, [0, 255, 0]),
                    (13, [0, 249, 0]),
                    (32, [0, 239, 0]),
                    (40, [0, 235, 0]),
                    (63, [0, 224, 0]),
                    (64, [0, 223, 0]),
                    (77, [0, 217, 0]),
                    (100, [0, 205, 0]),
                    (102, [0, 204, 0]),
                    (110, [0, 200, 0]),
                    (127, [0, 192, 0]),
                    (128, [0, 191, 2]),
                    (129, [0, 191, 4]),
                    (140, [0, 185, 26]),
                    (153, [0, 179, 52]),
                    (160, [0, 175, 65]),
                    (170, [0, 170, 85]),
                    (191, [0, 160, 127]),
                    (192, [0, 159, 129]),
                    (193, [0, 159, 131]),
                    (217, [0, 147, 179]),
                    (230, [0, 140, 204]),
                    (254, [0, 128, 252]),
                    (255, [0, 128, 254]),
                ],
            ),
            (
                ColorMap::Fall,
                &[
                    (0, [255, 255, 0]),
                    (1, [255, 254, 0]),
                    (13, [255, 242, 0]),
                    (32, [255, 223, 0]),
                    (40, [255, 215, 0]),
                    (63, [255, 192, 0]),
                    (64, [255, 191, 0]),
                    (77, [255, 178, 0]),
                    (100, [255, 155, 0]),
                    (102, [255, 153, 0]),
                    (110, [255, 145, 0]),
                    (127, [255, 128, 0]),
                    (128, [255, 127, 0]),
                    (129, [255, 126, 0]),
                    (140, [255, 115, 0]),
                    (153, [255, 102, 0]),
                    (160, [255, 95, 0]),
                    (170, [255, 85, 0]),
                    (191, [255, 64, 0]),
                    (192, [255, 63, 0]),
                    (193, [255, 62, 0]),
                    (217, [255, 38, 0]),
                    (230, [255, 25, 0]),
                    (254, [255, 1, 0]),
                    (255, [255, 0, 0]),
                ],
            ),
            (
                ColorMap::Winter,
                &[
                    (0, [0, 0, 255]),
                    (1, [0, 1, 255]),
                    (13, [0, 13, 249]),
                    (32, [0, 32, 239]),
                    (40, [0, 40, 235]),
                    (63, [0, 63, 224]),
                    (64, [0, 64, 223]),
                    (77, [0, 77, 217]),
                    (100, [0, 100, 205]),
                    (102, [0, 102, 204]),
                    (110, [0, 110, 200]),
                    (127, [0, 127, 192]),
                    (128, [1, 128, 191]),
                    (129, [2, 129, 191]),
                    (140, [13, 140, 185]),
                    (153, [26, 153, 179]),
                    (160, [33, 160, 175]),
                    (170, [43, 170, 170]),
                    (191, [64, 191, 160]),
                    (192, [64, 192, 159]),
                    (193, [65, 193, 159]),
                    (217, [89, 217, 147]),
                    (230, [102, 230, 140]),
                    (254, [126, 254, 128]),
                    (255, [127, 255, 128]),
                ],
            ),
        ];
        for (map, entries) in cases {
            for (entry, wanted) in *entries {
                let got = map.color(*entry);
                let is_near = got.iter().zip(wanted).all(|(a, b)| a.abs_diff(*b) <= 1);
                assert!(
                    is_near,
                    "{} {entry}: {got:?}, standard {wanted:?}",
                    map.name()
                );
            }
        }
    }
}
