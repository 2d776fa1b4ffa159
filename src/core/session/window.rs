//! The window of a viewport: typed, stepped, by preset, or the next of the header.

use super::effect::Effect;
use super::notice::Notice;
use super::picture::{is_color, voi_in_use};
use super::session::Session;
use crate::pixel::display_table::auto_voi;
use crate::pixel::presets::Preset;
use crate::pixel::voi::{Voi, VoiFunction, WindowLevel};
use crate::tool::gesture::window_of;
use crate::uid::FrameRef;
use crate::viewport::presentation::{Presentation, VoiSetting};
use crate::viewport::viewport::ViewportId;

impl Session {
    /// The automatic window of a series comes from its first frame on the canvas and stays, so that scrolling does not pump.
    /// That of a coarse picture is one until the frame itself is there.
    pub(super) fn set_auto_voi(&mut self, id: ViewportId, frame: &FrameRef) {
        let Some((voi, level, key)) = self.wanted(id).and_then(|(open, set, _, viewport)| {
            let entry = set.entries.iter().find(|entry| entry.frame == *frame)?;
            let header = entry.frame_header()?;
            let (raster, level) = self.picture(viewport, entry)?;
            let is_rough = level == 0 && open.rough_voi.contains(&set.key());
            let is_needed = header.voi.is_empty()
                && !is_color(&entry.header)
                && (is_rough || !open.auto_voi.contains_key(&set.key()));
            let voi =
                is_needed.then(|| auto_voi(raster, &header.modality_lut, entry.header.padding))?;
            Some((voi, level, set.key()))
        }) else {
            return;
        };
        if let Some(open) = self.study_with_mut(&key.series) {
            open.rough_voi.remove(&key);
            open.rough_voi.extend((level > 0).then(|| key.clone()));
            open.auto_voi.insert(key, voi);
        }
    }

    fn set_voi(&mut self, id: ViewportId, voi: Voi, name: String) {
        self.present(id, |p| Presentation {
            voi: VoiSetting::Manual { voi, name },
            ..p
        });
    }

    pub(super) fn set_window(&mut self, id: ViewportId, center: f64, width: f64, name: String) {
        let function = self
            .window_now(id)
            .map_or(VoiFunction::Linear, |(_, function)| function);
        if let Some(window) = WindowLevel::new(center, width, function) {
            self.set_voi(id, Voi::Window(window, function), name);
        }
    }

    pub(super) fn window_now(&self, id: ViewportId) -> Option<(WindowLevel, VoiFunction)> {
        let (open, set, entry, viewport) = self.wanted(id)?;
        voi_in_use(open, viewport, set, entry).map(|voi| window_of(&voi))
    }

    pub(super) fn scale_window(&mut self, id: ViewportId, factor: f64) {
        if let Some((WindowLevel { center, width }, function)) = self.window_now(id) {
            let width = if function == VoiFunction::Linear {
                (width * factor).max(1.0)
            } else {
                width * factor
            };
            self.set_window(id, center, width, String::new());
        }
    }

    pub(super) fn shift_window(&mut self, id: ViewportId, widths: f64) {
        if let Some((WindowLevel { center, width }, _)) = self.window_now(id) {
            self.set_window(id, center + widths * width, width, String::new());
        }
    }

    pub(super) fn preset(&mut self, id: ViewportId, index: Option<usize>) {
        let preset = index.and_then(|index| {
            // Colour has no window (C.11.2.1.2.2).
            self.window_now(id)?;
            let (_, set, ..) = self.wanted(id)?;
            self.options.presets.of(&set.modality).get(index).cloned()
        });
        if let Some(preset) = preset {
            self.set_voi(id, preset.voi(), preset.name().to_owned());
        }
    }

    /// The reader's own presets of a modality, to be kept for the next visit.
    pub(super) fn set_presets(&mut self, modality: &str, presets: Vec<Preset>) {
        self.options.presets.set(modality, presets);
        self.effects
            .push(Effect::KeepPresets(self.options.presets.clone()));
        self.effects.push(Effect::Notify(Notice::UpdateSummary));
    }

    /// The window of this image for all of the series; or, where that is so, each image's own again.
    pub(super) fn lock_window(&mut self, id: ViewportId) {
        let Some((open, set, entry, viewport)) = self.wanted(id) else {
            return;
        };
        let choices = entry.frame_header().map_or(&[][..], |frame| &frame.voi);
        let next = match &viewport.presentation.voi {
            VoiSetting::Manual { voi, .. } => {
                let same = choices.iter().position(|choice| choice.voi == *voi);
                Some(VoiSetting::Header(same.unwrap_or(0)))
            }
            VoiSetting::Header(index) => {
                let name = choices.get(*index).or(choices.first());
                voi_in_use(open, viewport, set, entry).map(|voi| VoiSetting::Manual {
                    voi,
                    name: name.map(|choice| choice.name.clone()).unwrap_or_default(),
                })
            }
        };
        if let Some(voi) = next {
            self.present(id, |p| Presentation { voi, ..p });
        }
    }

    /// Header choices come first in the list, presets after them.
    pub(super) fn choose_voi(&mut self, id: ViewportId, index: usize) {
        let n_header = self.n_header_choices(id);
        if index < n_header {
            self.present(id, |p| Presentation {
                voi: VoiSetting::Header(index),
                ..p
            });
        } else {
            self.preset(id, Some(index - n_header));
        }
    }

    pub(super) fn n_header_choices(&self, id: ViewportId) -> usize {
        self.wanted(id)
            .and_then(|(_, _, entry, _)| entry.frame_header())
            .map_or(0, |frame| frame.voi.len())
    }

    pub(super) fn next_header_window(&mut self, id: ViewportId) {
        if self.window_now(id).is_none() {
            return;
        }
        let n = self.n_header_choices(id).max(1);
        self.present(id, |p| {
            let next = match p.voi {
                VoiSetting::Header(index) => (index + 1) % n,
                VoiSetting::Manual { .. } => 0,
            };
            Presentation {
                voi: VoiSetting::Header(next),
                ..p
            }
        });
    }
}
