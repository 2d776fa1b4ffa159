//! What a reader chooses: the options of PS3.15 E.3 that this viewer offers, and their codes (CID 7050).

use serde::{Deserialize, Serialize};

/// What becomes of dates and times (PS3.15 E.3.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Dates {
    /// They go.
    #[default]
    Removed,
    /// All of one run are moved by the same number of days; times of day stay.
    Shifted,
    /// They stay.
    Kept,
}

impl Dates {
    /// Longitudinal Temporal Information Modified (0028,0303).
    pub(super) fn term(self) -> &'static str {
        match self {
            Self::Removed => "REMOVED",
            Self::Shifted => "MODIFIED",
            Self::Kept => "UNMODIFIED",
        }
    }
}

/// Options of the profile; what is false is done as the Basic Profile says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Options {
    /// Dates and times.
    pub dates: Dates,
    /// Retain UIDs (E.3.9).
    pub keeps_uids: bool,
    /// Retain Device Identity (E.3.8).
    pub keeps_device: bool,
    /// Retain Institution Identity (E.3.11).
    pub keeps_institution: bool,
    /// Retain Patient Characteristics (E.3.7).
    pub keeps_characteristics: bool,
    /// Retain Safe Private (E.3.10).
    pub keeps_safe_private: bool,
    /// Clean Descriptors (E.3.5): descriptions stay unless they have a word of the identity.
    pub cleans_descriptors: bool,
}

impl Options {
    /// Codes and meanings for the De-identification Method Code Sequence (0012,0064); `are_pixels_clean` is true where a
    /// person has looked at every frame, and what was to be hidden was.
    pub fn codes(&self, are_pixels_clean: bool) -> Vec<(&'static str, &'static str)> {
        let all = [
            (true, "113100", "Basic Application Confidentiality Profile"),
            (are_pixels_clean, "113101", "Clean Pixel Data Option"),
            (
                self.cleans_descriptors,
                "113105",
                "Clean Descriptors Option",
            ),
            (
                self.dates == Dates::Kept,
                "113106",
                "Retain Longitudinal Temporal Information Full Dates Option",
            ),
            (
                self.dates == Dates::Shifted,
                "113107",
                "Retain Longitudinal Temporal Information Modified Dates Option",
            ),
            (
                self.keeps_characteristics,
                "113108",
                "Retain Patient Characteristics Option",
            ),
            (self.keeps_device, "113109", "Retain Device Identity Option"),
            (self.keeps_uids, "113110", "Retain UIDs Option"),
            (
                self.keeps_safe_private,
                "113111",
                "Retain Safe Private Option",
            ),
            (
                self.keeps_institution,
                "113112",
                "Retain Institution Identity Option",
            ),
        ];
        all.into_iter()
            .filter(|(is_chosen, ..)| *is_chosen)
            .map(|(_, code, meaning)| (code, meaning))
            .collect()
    }
}
