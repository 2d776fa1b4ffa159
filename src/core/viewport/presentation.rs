//! Presentation: window, inversion and interpolation of one viewport.

use crate::pixel::color_map::ColorMap;
use crate::pixel::voi::Voi;
use crate::scene::scene::Interpolation;

/// Which VOI a viewport uses.
#[derive(Clone, Debug, PartialEq)]
pub enum VoiSetting {
    /// The n-th choice of each frame's own header (rule D9); the automatic window where it has none.
    Header(usize),
    /// The reader's: the same for every frame, with the name it is shown by (may be empty).
    Manual {
        /// What it does.
        voi: Voi,
        /// Name of the preset, or empty.
        name: String,
    },
}

/// How one viewport shows its frames.
#[derive(Clone, Debug, PartialEq)]
pub struct Presentation {
    /// Window or VOI LUT.
    pub voi: VoiSetting,
    /// The reader's inversion.
    pub is_inverted: bool,
    /// Pseudo-colours; only pictures of one channel take them.
    pub color_map: Option<ColorMap>,
    /// Smooth or nearest.
    pub interpolation: Interpolation,
    /// The mask is subtracted where the image has one; `voi` is then that of the difference.
    pub is_subtracting: bool,
    /// Overlay planes are not drawn.
    pub are_planes_hidden: bool,
    /// The display shutter is lifted: what it covers is seen.
    pub is_shutter_lifted: bool,
}

impl Default for Presentation {
    fn default() -> Self {
        Self {
            voi: VoiSetting::Header(0),
            is_inverted: false,
            color_map: None,
            interpolation: Interpolation::Smooth,
            is_subtracting: false,
            are_planes_hidden: false,
            is_shutter_lifted: false,
        }
    }
}
