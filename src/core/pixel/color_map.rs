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
}
