//! Presets: windows by name that a reader picks with a key, per modality; built in, or the reader's own.

use super::voi::{Voi, VoiFunction, WindowLevel};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Presets of one modality, as many as there are keys for them.
pub const MAX_PRESETS: usize = 8;
/// Longest name, characters.
pub const MAX_NAME: usize = 40;
/// Modalities with presets of the reader's own; DICOM defines about 90 (PS3.3 C.7.3.1.1.1).
const MAX_MODALITIES: usize = 128;

/// A window by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    name: Cow<'static, str>,
    center: f64,
    width: f64,
}

impl Preset {
    const fn built_in(name: &'static str, center: f64, width: f64) -> Self {
        Self {
            name: Cow::Borrowed(name),
            center,
            width,
        }
    }

    /// A reader's preset; `None` without a name, with a name of more than [`MAX_NAME`] characters, or where the figures
    /// are no window (PS3.3 C.11.2.1.2: the width is at least 1).
    pub fn new(name: &str, center: f64, width: f64) -> Option<Self> {
        let name = name.trim();
        let is_name = !name.is_empty()
            && name.chars().count() <= MAX_NAME
            && !name.contains(|letter: char| letter.is_control());
        let window = WindowLevel::new(center, width, VoiFunction::Linear)?;
        is_name.then(|| Self {
            name: Cow::Owned(name.to_owned()),
            center: window.center,
            width: window.width,
        })
    }

    /// Name in the reader's words.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Window center, modality values.
    pub fn center(&self) -> f64 {
        self.center
    }

    /// Window width, modality values.
    pub fn width(&self) -> f64 {
        self.width
    }

    /// What it does.
    pub fn voi(&self) -> Voi {
        Voi::linear(self.center, self.width)
    }
}

/// Built in, HU.
static CT: [Preset; MAX_PRESETS] = [
    Preset::built_in("Soft tissue", 40.0, 400.0),
    Preset::built_in("Lung", -600.0, 1500.0),
    Preset::built_in("Bone", 500.0, 2000.0),
    Preset::built_in("Brain", 40.0, 80.0),
    Preset::built_in("Liver", 60.0, 160.0),
    Preset::built_in("Mediastinum", 50.0, 350.0),
    Preset::built_in("Angiography", 300.0, 600.0),
    Preset::built_in("Stroke", 35.0, 35.0),
];

/// Presets by modality.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Presets {
    own: BTreeMap<String, Vec<Preset>>,
}

impl Presets {
    /// The presets of a modality, in the order of their keys.
    pub fn of(&self, modality: &str) -> &[Preset] {
        match self.own.get(modality) {
            Some(own) => own,
            None => Self::built_in(modality),
        }
    }

    /// What a modality has where the reader has set nothing.
    pub fn built_in(modality: &str) -> &'static [Preset] {
        if modality == "CT" { &CT } else { &[] }
    }

    /// Gives a modality the reader's own presets, the first [`MAX_PRESETS`]; the built-in ones again where they are the
    /// same.
    pub fn set(&mut self, modality: &str, mut presets: Vec<Preset>) {
        presets.truncate(MAX_PRESETS);
        if presets == Self::built_in(modality) {
            self.own.remove(modality);
        } else if self.own.len() < MAX_MODALITIES || self.own.contains_key(modality) {
            self.own.insert(modality.to_owned(), presets);
        }
    }

    /// The reader's own, by modality.
    pub fn own(&self) -> impl Iterator<Item = (&str, &[Preset])> {
        self.own
            .iter()
            .map(|(modality, presets)| (modality.as_str(), presets.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_presets_replace_the_built_in_ones_of_their_modality_only() {
        let mut presets = Presets::default();
        let own = vec![Preset::new(" Spine ", 60.0, 500.0).unwrap()];
        presets.set("CT", own.clone());
        presets.set("MR", Vec::new());
        assert_eq!(presets.of("CT")[0].name(), "Spine");
        assert_eq!(presets.of("PT"), []);
        presets.set("CT", Presets::built_in("CT").to_vec());
        assert_eq!(presets.of("CT").len(), 8);
        assert_eq!(
            presets.own().count(),
            0,
            "nothing of the reader's own is left"
        );
        presets.set("CT", vec![own[0].clone(); 20]);
        assert_eq!(presets.of("CT").len(), MAX_PRESETS);
    }

    #[test]
    fn c_11_2_1_2_what_is_no_window_or_has_no_name_is_no_preset() {
        for (name, center, width) in [
            ("", 40.0, 400.0),
            ("  ", 40.0, 400.0),
            ("Bone", f64::NAN, 400.0),
            ("Bone", 40.0, 0.0),
            ("Bone", 40.0, -400.0),
            ("Bone", 40.0, f64::INFINITY),
            ("a\u{202e}\u{7}b", 40.0, 400.0),
            (&"x".repeat(MAX_NAME + 1), 40.0, 400.0),
        ] {
            assert_eq!(Preset::new(name, center, width), None, "{name:?}");
        }
    }
}
