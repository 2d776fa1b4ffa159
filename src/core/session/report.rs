//! The Summary: what tool bars and tests may know, worked out from the arrangement and the frames held.

use super::colors::{color_map_in_use, takes_color_map};
use super::hang::note_of;
use super::over::Over;
use super::picture::{frame_size, voi_in_use};
use super::session::{Pending, Session};
use super::studies::OpenStudy;
use super::subtract::is_subtracting;
use super::summary::{LoadSummary, Summary, ViewportState, ViewportSummary, WindowSummary};
use super::words;
use crate::frames::frame_store::LoadState;
use crate::pixel::color_map::ColorMap;
use crate::pixel::presets::Preset;
use crate::pixel::voi::Voi;
use crate::study::display_set::{DisplaySet, StackEntry};
use crate::tool::gesture::window_of;
use crate::viewport::presentation::VoiSetting;
use crate::viewport::viewport::{Viewport, ViewportId};

impl Session {
    /// What tool bars and tests may know; no patient data beyond UIDs.
    pub fn summary(&self) -> Summary {
        let open = self.first_study();
        let active = self.active_study();
        let active_set = self.wanted(self.state.active).map(|(_, set, ..)| set);
        Summary {
            is_study_open: self.is_study_open(),
            source: open.map(|open| open.link.source.clone()),
            study: open.map(|open| open.link.study.clone()),
            studies: self
                .studies
                .iter()
                .map(|open| open.link.study.clone())
                .collect(),
            link: self.link(),
            layout: self.state.layout,
            active: self.state.active,
            is_one_up: self.state.is_one_up,
            tool: self.state.tool,
            overlay_level: self.state.overlay_level,
            are_pictures_only: self.state.are_pictures_only,
            is_help_shown: self.state.is_help_shown,
            is_chain_shown: self.state.is_chain_shown,
            is_preview_first: self.is_preview_first(),
            can_preview_first: self.can_preview_first(),
            viewports: (0..self.state.layout.n_viewports())
                .map(|id| self.viewport_summary(id))
                .collect(),
            series: self
                .studies
                .iter()
                .flat_map(|open| self.series_summaries(open))
                .collect(),
            problems: self.problems.clone(),
            load: self.load_summary(active_set),
            waiting: self.waiting_words(),
            audit: self.audit_banner(),
            findings: active_set
                .map(|set| set.findings.clone())
                .unwrap_or_default(),
            geometry: active.map(|open| open.warnings.clone()).unwrap_or_default(),
        }
    }

    fn load_summary(&self, set: Option<&DisplaySet>) -> LoadSummary {
        let entries = set.map(|set| set.entries.as_slice()).unwrap_or_default();
        let count = |which: fn(&LoadState) -> bool| {
            entries
                .iter()
                .filter_map(|entry| self.frames.state(&entry.frame))
                .filter(|state| which(state))
                .count()
        };
        LoadSummary {
            frames_ready: count(|state| matches!(state, LoadState::Ready { .. })),
            frames_wanted: entries.len(),
            frames_failed: count(|state| matches!(state, LoadState::Failed(_))),
            bytes_received: self.studies.iter().map(|open| open.n_bytes_received).sum(),
            bytes_held: self.frames.n_bytes(),
            bytes_budget: self.frames.budget_bytes(),
            frames_dropped: self.frames.n_dropped(),
            is_busy: !self.pending.is_empty(),
            bytes_per_second: self.line.bytes_per_second().unwrap_or_default(),
            to_go: self.progress_words(),
        }
    }

    fn viewport_summary(&self, id: ViewportId) -> ViewportSummary {
        let viewport = &self.state.viewports[id];
        let wanted = self.wanted(id);
        let (state, message) = self.viewport_state(id);
        let ratio = self.state.canvas.device_pixel_ratio;
        let rect = self.state.rect(id);
        let rect_css =
            rect.map(|r| [r.x_px, r.y_px, r.width_px, r.height_px].map(|px| f64::from(px) / ratio));
        let scale = wanted
            .zip(rect)
            .map(|((_, _, entry, _), rect)| viewport.transform.scale(rect, frame_size(entry)));
        let (rotation_degrees, is_flipped) = viewport.transform.rotation_and_flip();
        let modality = wanted.map_or("", |(_, set, ..)| set.modality.as_str());
        let presets = self.options.presets.of(modality);
        let (voi_choices, voi_index) = wanted
            .map(|(_, _, entry, _)| choices(presets, entry, viewport))
            .unwrap_or_default();
        let count = wanted.map_or(0, |(_, set, ..)| set.entries.len());
        ViewportSummary {
            id,
            rect_css,
            study: viewport
                .series
                .as_ref()
                .and_then(|series| self.study_with(series))
                .map(|open| open.link.study.clone()),
            series: viewport.series.clone(),
            stack: viewport.stack,
            stacks: wanted
                .map(|(open, set, ..)| open.stacks(&set.series).map(|s| s.name.clone()).collect())
                .unwrap_or_default(),
            frame: wanted.map(|(_, _, entry, _)| entry.frame.clone()),
            index: viewport.index,
            count,
            state,
            message,
            window: wanted.and_then(|(open, set, entry, _)| window(open, set, entry, viewport)),
            voi_choices,
            voi_index,
            modality: modality.to_owned(),
            presets: presets.to_vec(),
            zoom: scale.unwrap_or(1.0) / ratio,
            pan_css: (viewport.transform.pan_px / ratio).into(),
            rotation_degrees,
            is_flipped,
            is_inverted: viewport.presentation.is_inverted,
            interpolation: viewport.presentation.interpolation,
            has_planes: self.over.get(id).is_some_and(Over::has_planes),
            are_planes_hidden: viewport.presentation.are_planes_hidden,
            has_shutter: self.over.get(id).is_some_and(Over::has_shutter),
            is_shutter_lifted: viewport.presentation.is_shutter_lifted,
            can_subtract: self.can_subtract(id),
            is_subtracting: wanted.is_some_and(|(_, _, entry, _)| is_subtracting(viewport, entry)),
            is_window_locked: matches!(viewport.presentation.voi, VoiSetting::Manual { .. }),
            fidelity: self.fidelity(id, state),
            fidelity_words: self.fidelity_words(id, state),
            is_fidelity_marked: self.is_fidelity_marked(id, state),
            marks: self.marks(id, state),
            warnings: self.frame_warnings(id).to_vec(),
            loaded: wanted
                .map(|(_, set, ..)| ranges(set, |entry| self.frames.raster(&entry.frame).is_some()))
                .unwrap_or_default(),
            coarse: wanted
                .map(|(_, set, ..)| ranges(set, |entry| self.is_coarse(&entry.frame)))
                .unwrap_or_default(),
            seen: wanted
                .map(|(open, set, ..)| ranges(set, |entry| open.seen.contains(&entry.frame)))
                .unwrap_or_default(),
            is_playing: viewport.cine.is_playing,
            frames_per_second: self.frame_rate(id),
            shown_per_second: self.shown_rate(id),
            loop_range: self.loop_of(id),
            is_loop_set: viewport.cine.range.is_some(),
            is_playing_together: viewport.cine.is_playing && viewport.cine.is_linked,
            is_sweeping: self.is_sweeping(id),
            can_play: count > 1,
            objects: self.objects(id),
            probe: self.probe_of(id),
            takes_color_map: wanted
                .is_some_and(|(_, _, entry, viewport)| takes_color_map(viewport, entry)),
            color_map: wanted
                .and_then(|(_, _, entry, viewport)| color_map_in_use(viewport, entry))
                .map(ColorMap::id),
            legend: self.legend(id),
        }
    }

    pub(super) fn frame_warnings(&self, id: ViewportId) -> &[String] {
        match self
            .on_canvas(id)
            .and_then(|(_, _, entry, _)| self.frames.state(&entry.frame))
        {
            Some(LoadState::Ready { warnings, .. }) => warnings,
            _ => &[],
        }
    }

    fn viewport_state(&self, id: ViewportId) -> (ViewportState, Option<String>) {
        let viewport = &self.state.viewports[id];
        // A study has its viewport by its place in the link.
        let expected = self.studies.get(id);
        if self.studies.is_empty() {
            return (ViewportState::Empty, None);
        }
        let Some(series) = &viewport.series else {
            let is_waiting = expected.is_some_and(|open| !open.is_hung)
                && self
                    .pending
                    .values()
                    .any(|p| matches!(p, Pending::Resource(..)));
            return if is_waiting {
                (
                    ViewportState::Loading,
                    Some("Asking the archive ...".to_owned()),
                )
            } else {
                let nothing = expected.is_some_and(|open| !open.series.is_empty());
                let words = if nothing {
                    "This study has no image that can be drawn."
                } else {
                    "Drag a series here."
                };
                (ViewportState::Empty, Some(words.to_owned()))
            };
        };
        let Some((_, set, entry, _)) = self.wanted(id) else {
            let open = self.study_with(series);
            let known = open.and_then(|open| open.set(series));
            let known = known.filter(|set| set.entries.is_empty());
            let series = open.and_then(|open| open.series.iter().find(|s| s.uid == *series));
            return match (known, series) {
                (Some(set), Some(series)) => {
                    (ViewportState::Failed, Some(note_of(series, Some(set))))
                }
                _ => (
                    ViewportState::Loading,
                    Some("Loading the series ...".to_owned()),
                ),
            };
        };
        match self.frames.state(&entry.frame) {
            Some(LoadState::Ready { .. }) if self.is_withheld() => (
                if self.is_stopped() {
                    ViewportState::Failed
                } else {
                    ViewportState::Loading
                },
                Some(self.withheld_words()),
            ),
            Some(LoadState::Ready { .. }) if self.is_waiting_for_mask(id) => (
                ViewportState::Loading,
                Some("Loading the mask ...".to_owned()),
            ),
            Some(LoadState::Ready { .. }) => (ViewportState::Shown, None),
            Some(LoadState::Failed(failure)) => {
                let words = format!(
                    "Image {} of {} cannot be shown. {}",
                    viewport.index + 1,
                    set.entries.len(),
                    failure.sentence
                );
                (ViewportState::Failed, Some(words))
            }
            _ if viewport.on_canvas.as_ref() == Some(&entry.frame) => {
                (ViewportState::Reduced, None)
            }
            _ if self.is_held_back() => {
                let state = match viewport.on_canvas {
                    Some(_) => ViewportState::Stale,
                    None => ViewportState::Loading,
                };
                let words = "The archive is busy; the image comes when it answers again.";
                (state, Some(words.to_owned()))
            }
            _ if viewport.on_canvas.is_some() => (
                ViewportState::Stale,
                Some(format!(
                    "Image {} is loading; another one is still shown.",
                    viewport.index + 1
                )),
            ),
            _ => (
                ViewportState::Loading,
                Some("Loading the image ...".to_owned()),
            ),
        }
    }
}

/// Positions of a stack whose entry is one, as ranges, end exclusive.
fn ranges(set: &DisplaySet, is_one: impl Fn(&StackEntry) -> bool) -> Vec<[usize; 2]> {
    let mut ranges: Vec<[usize; 2]> = Vec::new();
    for (index, _) in set
        .entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| is_one(entry))
    {
        match ranges.last_mut() {
            Some(range) if range[1] == index => range[1] += 1,
            _ => ranges.push([index, index + 1]),
        }
    }
    ranges
}

/// The window in use, with its name.
fn window(
    open: &OpenStudy,
    set: &DisplaySet,
    entry: &StackEntry,
    viewport: &Viewport,
) -> Option<WindowSummary> {
    let (window, _) = window_of(&voi_in_use(open, viewport, set, entry)?);
    let choices = entry.frame_header().map_or(&[][..], |frame| &frame.voi);
    let (name, is_auto) = match &viewport.presentation.voi {
        VoiSetting::Manual { name, .. } => (name.clone(), false),
        VoiSetting::Header(_) if choices.is_empty() || is_subtracting(viewport, entry) => {
            ("auto".to_owned(), true)
        }
        VoiSetting::Header(index) => (
            choices
                .get(*index)
                .or(choices.first())
                .map(|choice| choice.name.clone())
                .unwrap_or_default(),
            false,
        ),
    };
    Some(WindowSummary {
        center: window.center,
        width: window.width,
        name,
        is_auto,
    })
}

/// Header choices, then presets, each with its figures; and which is in use.
fn choices(
    presets: &[Preset],
    entry: &StackEntry,
    viewport: &Viewport,
) -> (Vec<(String, String)>, Option<usize>) {
    if super::picture::is_color(&entry.header) || is_subtracting(viewport, entry) {
        return (Vec::new(), None);
    }
    let figures =
        |center: f64, width: f64| format!("{} / {}", words::number(center), words::number(width));
    let header = entry.frame_header().map_or(&[][..], |frame| &frame.voi);
    let mut list: Vec<(String, String)> = header
        .iter()
        .enumerate()
        .map(|(index, choice)| {
            let name = if choice.name.is_empty() {
                format!("Header {}", index + 1)
            } else {
                choice.name.clone()
            };
            let detail = match &choice.voi {
                Voi::Window(window, _) => figures(window.center, window.width),
                Voi::Table(_) => "table".to_owned(),
            };
            (name, detail)
        })
        .collect();
    let n_header = list.len();
    list.extend(
        presets
            .iter()
            .map(|p| (p.name().to_owned(), figures(p.center(), p.width()))),
    );
    let index = match &viewport.presentation.voi {
        VoiSetting::Header(_) if n_header == 0 => None,
        VoiSetting::Header(index) => Some((*index).min(n_header - 1)),
        VoiSetting::Manual { name, .. } => presets
            .iter()
            .position(|preset| preset.name() == name)
            .map(|position| n_header + position),
    };
    (list, index)
}
