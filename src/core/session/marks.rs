//! Marks along the top edge of a viewport: what a reader must know of the picture, short there and in full beside it.

use super::picture::voi_in_use;
use super::session::Session;
use super::studies::OpenStudy;
use super::subtract::is_subtracting;
use super::summary::{MarkLabel, ViewportState};
use super::words;
use crate::study::display_set::{DisplaySet, StackEntry};
use crate::study::doctor::Severity;
use crate::study::provenance::ColorProfile;
use crate::viewport::presentation::VoiSetting;
use crate::viewport::viewport::{Viewport, ViewportId};

/// A mark that must not be missed.
fn warning(text: impl Into<String>, detail: impl Into<String>) -> MarkLabel {
    MarkLabel {
        text: text.into(),
        is_warning: true,
        detail: detail.into(),
    }
}

/// A mark that explains.
fn note(text: impl Into<String>, detail: impl Into<String>) -> MarkLabel {
    MarkLabel {
        is_warning: false,
        ..warning(text, detail)
    }
}

impl Session {
    /// All marks of a viewport.
    pub(super) fn marks(&self, id: ViewportId, state: ViewportState) -> Vec<MarkLabel> {
        let mut marks = Vec::new();
        let mut add = |text: String, is_warning: bool| {
            marks.push(MarkLabel {
                text,
                is_warning,
                detail: String::new(),
            });
        };
        let Some((open, set, ..)) = self.wanted(id) else {
            return marks;
        };
        if state == ViewportState::Stale {
            add("NOT CURRENT".into(), true);
        }
        for finding in set
            .findings
            .iter()
            .filter(|finding| !finding.mark.is_empty())
        {
            add(finding.mark.clone(), finding.severity == Severity::Warning);
        }
        if !open.foreign.is_empty() {
            add(
                format!("{} IMAGES OF ANOTHER PATIENT NOT SHOWN", open.foreign.len()),
                true,
            );
        }
        if self.options.intended_use_is_review {
            add("NOT FOR DIAGNOSIS".into(), false);
        }
        if let Some([text, detail]) = self.patients_mark() {
            marks.insert(0, warning(text, detail));
        }
        marks.extend(self.image_marks(id, state));
        marks
    }

    /// Marks that the image itself and the way it is shown call for.
    fn image_marks(&self, id: ViewportId, state: ViewportState) -> Vec<MarkLabel> {
        let Some((open, set, entry, viewport)) = self.wanted(id) else {
            return Vec::new();
        };
        let mut marks = Vec::new();
        let is_on_canvas = matches!(state, ViewportState::Shown | ViewportState::Reduced);
        if is_on_canvas && self.is_lossy_on_canvas(id) {
            marks.push(lossy(entry));
        }
        marks.extend(window(open, set, entry, viewport));
        if words::lacks_orientation(entry, &set.modality) {
            marks.push(warning(
                "NO ORIENTATION",
                "Nothing in the image says which side is which; no letters are shown.",
            ));
        }
        if is_subtracting(viewport, entry) {
            marks.push(if self.is_mask_lost(id) {
                warning(
                    "NO MASK",
                    "The mask frame cannot be had, so that nothing is shown. Switch the subtraction off to see the images.",
                )
            } else {
                note(
                    "SUBTRACTED",
                    "The mask is subtracted from the image; values are differences.",
                )
            });
        }
        marks.extend(self.over_marks(id, viewport, set.is_provisional));
        marks.extend(of_provenance(entry));
        marks
    }

    fn over_marks(
        &self,
        id: ViewportId,
        viewport: &Viewport,
        is_provisional: bool,
    ) -> Vec<MarkLabel> {
        let mut marks = Vec::new();
        let Some(over) = self.over.get(id) else {
            return marks;
        };
        if over.has_shutter() && viewport.presentation.is_shutter_lifted {
            marks.push(note(
                "SHUTTER LIFTED",
                "What the image's shutter covers is shown.",
            ));
        } else if over.has_shutter() {
            marks.push(note(
                "SHUTTER ON",
                "The image's own shutter covers a part of it. It can be lifted.",
            ));
        }
        if over.n_missing > 0 && !is_provisional {
            marks.push(warning(
                "GRAPHICS MISSING",
                "The image comes with graphics that are not here: they are on their way, or cannot be read.",
            ));
        }
        if over.has_planes() && viewport.presentation.are_planes_hidden {
            marks.push(note(
                "GRAPHICS HIDDEN",
                "The graphics that come with the image are not shown.",
            ));
        }
        marks
    }
}

/// Rule D40: once lossy, always lossy; with ratio and method where they are told (C.7.6.1.1.5).
fn lossy(entry: &StackEntry) -> MarkLabel {
    let ratio = entry.header.lossy_ratio.map(words::number);
    let ratio = ratio.map(|ratio| format!("{ratio}:1"));
    let method = entry.header.provenance.lossy_method.clone();
    let text = ["LOSSY".to_owned()]
        .into_iter()
        .chain(ratio)
        .chain(method)
        .collect::<Vec<_>>();
    warning(
        text.join(" "),
        "The image was compressed with loss; what was thrown away cannot be brought back, and fine detail may be altered.",
    )
}

/// Rule D9: the window was made up, or all images share the reader's.
fn window(
    open: &OpenStudy,
    set: &DisplaySet,
    entry: &StackEntry,
    viewport: &Viewport,
) -> Option<MarkLabel> {
    voi_in_use(open, viewport, set, entry)?;
    let is_of_header = matches!(viewport.presentation.voi, VoiSetting::Header(_));
    let has_choice = entry
        .frame_header()
        .is_some_and(|frame| !frame.voi.is_empty());
    if is_of_header && is_subtracting(viewport, entry) {
        return Some(note(
            "AUTO WINDOW",
            "No header knows of a difference: this window spans its values but for the rarest.",
        ));
    }
    (is_of_header && !has_choice).then(|| {
        note(
            "AUTO WINDOW",
            "The image brings no window: this one spans the lowest to the highest value of the series' first image.",
        )
    })
}

/// Rules D23 and D41.
fn of_provenance(entry: &StackEntry) -> Vec<MarkLabel> {
    let (header, provenance) = (&entry.header, &entry.header.provenance);
    let mut marks = Vec::new();
    if provenance.is_quality_control {
        marks.push(warning(
            "QUALITY CONTROL",
            "An image for quality control: of a phantom or a test object, not of a patient.",
        ));
    }
    match (provenance.is_derived, provenance.is_secondary) {
        (true, _) => marks.push(note(
            "DERIVED",
            "The pixels were computed from other images; they are not what the device acquired.",
        )),
        (false, true) => marks.push(note(
            "SECONDARY",
            "The image was made after the examination of the patient.",
        )),
        (false, false) => {}
    }
    if header.has_burned_in_text {
        marks.push(note(
            "BURNED-IN TEXT",
            "Text is part of the pixels and may name the patient: look before you share the image.",
        ));
    }
    if let ColorProfile::Applied(name, _) = &provenance.color_profile {
        let name = if name.is_empty() { "of its own" } else { name };
        marks.push(note(
            "COLOURS CONVERTED",
            format!(
                "The image brings a colour profile ({name}); its colours are converted to sRGB."
            ),
        ));
    }
    if let ColorProfile::NotApplied(name) = &provenance.color_profile {
        let name = if name.is_empty() {
            String::new()
        } else {
            format!(" ({name})")
        };
        marks.push(MarkLabel {
            is_warning: provenance.is_visible_light,
            ..note(
                "COLOUR PROFILE NOT APPLIED",
                format!(
                    "The image brings a colour profile{name} that is not applied: hues may be off."
                ),
            )
        });
    }
    if provenance.has_doubtful_text {
        marks.push(warning(
            "?CHARSET",
            "The character set of names and descriptions is missing or wrong: letters may be other ones. Go by the ID.",
        ));
    }
    marks
}
