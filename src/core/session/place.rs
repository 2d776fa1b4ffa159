//! The reader's place as a link, and the way back to it: series, image and window of the active viewport.

use super::compare::grid_for;
use super::event::Link;
use super::picture::voi_in_use;
use super::session::Session;
use super::subtract::is_subtracting;
use crate::pixel::voi::{Voi, WindowLevel};
use crate::state::command::ViewCommand;
use crate::study::display_set::StackEntry;
use crate::viewport::layout::Layout;
use crate::viewport::presentation::{Presentation, VoiSetting};
use crate::viewport::viewport::ViewportId;
use std::collections::BTreeSet;

impl Session {
    /// A link that leads back here: UIDs and the window, where that is not the image's own; nothing of a patient. The study
    /// of the active viewport comes first.
    pub fn link(&self) -> Option<Link> {
        let open = self.active_study()?;
        let uids = self.studies.iter().map(|open| open.link.study.clone());
        let link = Link {
            beside: uids.filter(|uid| *uid != open.link.study).collect(),
            layout: self.linked_layout(),
            ..open.link.clone()
        };
        let id = self.state.active;
        let Some((_, set, entry, _)) = self.wanted(id) else {
            // Nothing to point at yet, or a series without pictures.
            let series = self.state.viewports.get(id)?.series.clone();
            if series.is_none() || series == link.series {
                return Some(link);
            }
            return Some(Link {
                series,
                instance: None,
                frame: None,
                window: None,
                ..link
            });
        };
        Some(Link {
            series: Some(set.series.clone()),
            instance: Some(entry.frame.instance.clone()),
            frame: (entry.header.n_frames > 1).then_some(entry.frame.frame),
            window: self.linked_window(id),
            ..link
        })
    }

    /// The grid, unless it is the one that the studies open in.
    fn linked_layout(&self) -> Option<Layout> {
        let layout = self.state.layout;
        (layout != grid_for(self.studies.len())).then_some(layout)
    }

    /// The window, unless it is the one that the image opens with.
    fn linked_window(&self, id: ViewportId) -> Option<(f64, f64)> {
        let (open, set, entry, viewport) = self.wanted(id)?;
        let is_its_own = viewport.presentation.voi == VoiSetting::Header(0);
        if is_its_own || is_subtracting(viewport, entry) {
            return None;
        }
        match voi_in_use(open, viewport, set, entry)? {
            Voi::Window(WindowLevel { center, width }, _) => Some((center, width)),
            Voi::Table(_) => None,
        }
    }

    /// Gives a viewport the window of a link, by the name it has in the header or among the presets.
    pub(super) fn show_linked_window(&mut self, id: ViewportId, (center, width): (f64, f64)) {
        let Some((_, function)) = self.window_now(id) else {
            return;
        };
        let window = WindowLevel::new(center, width, function);
        let Some((window, (_, set, entry, viewport))) = window.zip(self.wanted(id)) else {
            return;
        };
        let voi = Voi::Window(window, function);
        let choices = entry.frame_header().map_or(&[][..], |frame| &frame.voi);
        let presets = self.options.presets.of(&set.modality);
        let voi = match choices.iter().position(|choice| choice.voi == voi) {
            Some(index) => VoiSetting::Header(index),
            None => VoiSetting::Manual {
                name: presets
                    .iter()
                    .find(|preset| preset.voi() == voi)
                    .map_or_else(String::new, |preset| preset.name().to_owned()),
                voi,
            },
        };
        let presentation = Presentation {
            voi,
            ..viewport.presentation.clone()
        };
        ViewCommand::SetPresentation(id, presentation).apply(&mut self.state);
    }

    /// Goes to a link's place in the study that is open, without asking for it anew; false where that cannot be.
    pub(super) fn go_to(&mut self, link: &Link) -> bool {
        let now = self.link();
        let uids = |link: &Link| link.studies().map(|one| one.study).collect::<BTreeSet<_>>();
        let are_same = now
            .as_ref()
            .is_some_and(|now| now.source == link.source && uids(now) == uids(link));
        if !are_same {
            return false;
        }
        if let Some(layout) = link.layout.filter(|layout| *layout != self.state.layout) {
            self.set_layout(layout);
        }
        let Some(series) = &link.series else {
            return true;
        };
        let Some(open) = self.study_mut(&link.study) else {
            return false;
        };
        let alone = Link {
            beside: Vec::new(),
            ..link.clone()
        };
        if now.as_ref() == Some(link) || open.link == alone {
            return true;
        }
        let is_it = |entry: &StackEntry| match &link.instance {
            Some(instance) => entry.frame.instance == *instance,
            None => true,
        };
        let is_there = open.stacks(series).any(|set| set.entries.iter().any(is_it));
        if !is_there {
            return false;
        }
        open.link = alone;
        open.is_complete_told = false;
        let id = self.state.active;
        ViewCommand::ShowSeries(id, Some(series.clone())).apply(&mut self.state);
        self.keep_place(id);
        if let Some(window) = link.window {
            self.show_linked_window(id, window);
        }
        self.settle();
        true
    }
}
