//! What the shell and the keys ask for, turned into changes of the arrangement.

use super::audit::STOPPED;
use super::effect::{Effect, Resource};
use super::event::Command;
use super::notice::{Notice, Route};
use super::session::Session;
use crate::scene::scene::Interpolation;
use crate::state::action::Action;
use crate::state::command::ViewCommand;
use crate::state::state::{OverlayLevel, ToolKind};
use crate::viewport::layout::Layout;
use crate::viewport::presentation::Presentation;
use crate::viewport::view_transform::{ViewTransform, Zoom};
use crate::viewport::viewport::ViewportId;
use glam::DVec2;

impl Session {
    pub(super) fn command(&mut self, command: Command) {
        match command {
            Command::SearchStudies(search) => self.search(search),
            Command::SortStudies(column, is_descending) => self.sort(column, is_descending),
            Command::OpenStudy(link) => self.open_study(link),
            Command::OpenAccession(..) if self.is_stopped() => {
                self.problem(STOPPED[0], STOPPED[1]);
            }
            Command::OpenAccession(source, accession) => {
                self.fetch(&source, Resource::Accession(accession))
            }
            Command::CloseStudy => {
                self.close();
                self.settle();
            }
            Command::Action(action) => self.action(action),
            Command::ActivateViewport(id) => self.view(ViewCommand::Activate(id)),
            Command::ShowSeries(id, series) => self.show_series(id, series),
            Command::ShowStack(id, series, stack) => self.show_stack(id, series, stack),
            Command::GoToImage(id, number) => {
                let now = self
                    .state
                    .viewports
                    .get(id)
                    .map_or(0, |viewport| viewport.index);
                self.step(id, i64::from(number) - 1 - now as i64);
            }
            Command::SetWindow {
                viewport,
                center,
                width,
            } => self.set_window(viewport, center, width, String::new()),
            Command::ChooseVoi(id, index) => self.choose_voi(id, index),
            Command::SetPresets { modality, presets } => self.set_presets(&modality, presets),
            Command::SetColorMap(id, map) => self.set_color_map(id, map),
            Command::SetLayout(layout) => self.set_layout(layout),
            Command::SetFrameRate(id, rate) => self.set_frame_rate(id, rate),
            Command::SetLoop(id, [first, last]) => {
                let range = [first, last].map(|number| (number as usize).saturating_sub(1));
                self.set_loop(id, Some(range));
            }
            Command::DismissProblem(id) => {
                self.problems.retain(|problem| problem.id != id);
                self.effects.push(Effect::Notify(Notice::UpdateSummary));
            }
            Command::Retry => {
                self.effects.push(Effect::DeliverRecords);
                self.retry();
            }
            Command::SetHidden(is_hidden) => {
                self.is_hidden = is_hidden;
                self.settle();
            }
            Command::Report(report) => self.report(report),
        }
    }

    pub(super) fn action(&mut self, action: Action) {
        let id = self.state.active;
        match action {
            Action::ToolWindow => self.set_tool(ToolKind::Window),
            Action::ToolScroll => self.set_tool(ToolKind::Scroll),
            Action::ToolPan => self.set_tool(ToolKind::Pan),
            Action::ToolZoom => self.set_tool(ToolKind::Zoom),
            Action::ToolProbe => self.set_tool(ToolKind::Probe),
            Action::Fit => self.transform(id, |t| ViewTransform {
                zoom: Zoom::Fit,
                pan_px: DVec2::ZERO,
                ..t
            }),
            Action::OneToOne => self.transform(id, |t| ViewTransform {
                zoom: Zoom::Scale(1.0),
                ..t
            }),
            Action::ZoomIn => self.zoom(id, 1.25),
            Action::ZoomOut => self.zoom(id, 0.8),
            Action::RotateRight => self.transform(id, ViewTransform::rotated_right),
            Action::RotateLeft => self.transform(id, ViewTransform::rotated_left),
            Action::FlipHorizontal => self.transform(id, ViewTransform::flipped_horizontally),
            Action::FlipVertical => self.transform(id, ViewTransform::flipped_vertically),
            Action::Invert => self.present(id, |p| Presentation {
                is_inverted: !p.is_inverted,
                ..p
            }),
            Action::Interpolation => self.present(id, |p| Presentation {
                interpolation: other(p.interpolation),
                ..p
            }),
            Action::Subtract => self.toggle_subtraction(id),
            Action::LockWindow => self.lock_window(id),
            Action::Planes => self.present(id, |p| Presentation {
                are_planes_hidden: !p.are_planes_hidden,
                ..p
            }),
            Action::Shutter => self.present(id, |p| Presentation {
                is_shutter_lifted: !p.is_shutter_lifted,
                ..p
            }),
            Action::Reset => {
                self.transform(id, |_| ViewTransform::default());
                self.present(id, |_| Presentation::default());
            }
            Action::Preset1
            | Action::Preset2
            | Action::Preset3
            | Action::Preset4
            | Action::Preset5
            | Action::Preset6
            | Action::Preset7
            | Action::Preset8 => self.preset(id, action.preset_index()),
            Action::HeaderWindow => self.next_header_window(id),
            Action::Narrower => self.scale_window(id, 0.95),
            Action::Wider => self.scale_window(id, 1.05),
            Action::MuchNarrower => self.scale_window(id, 0.8),
            Action::MuchWider => self.scale_window(id, 1.2),
            Action::Brighter => self.shift_window(id, -0.05),
            Action::Darker => self.shift_window(id, 0.05),
            Action::MuchBrighter => self.shift_window(id, -0.2),
            Action::MuchDarker => self.shift_window(id, 0.2),
            Action::NextImage => self.step(id, 1),
            Action::PreviousImage => self.step(id, -1),
            Action::ForwardTen => self.step(id, 10),
            Action::BackTen => self.step(id, -10),
            Action::FirstImage => self.step(id, i64::from(i32::MIN)),
            Action::LastImage => self.step(id, i64::from(i32::MAX)),
            Action::NextSeries => self.neighbor_series(id, 1),
            Action::PreviousSeries => self.neighbor_series(id, -1),
            Action::NextStack => self.neighbor_stack(id, 1),
            Action::PreviousStack => self.neighbor_stack(id, -1),
            Action::Play => self.play(id),
            Action::PlayAll => self.play_all(),
            Action::LoopStart => self.loop_from_here(id),
            Action::LoopEnd => self.loop_to_here(id),
            Action::LoopAll => self.set_loop(id, None),
            Action::Sweep => self.toggle_sweep(id),
            Action::Faster => self.scale_frame_rate(id, 1.25),
            Action::Slower => self.scale_frame_rate(id, 0.8),
            Action::Layout1x1 => self.set_layout(Layout {
                rows: 1,
                columns: 1,
            }),
            Action::Layout1x2 => self.set_layout(Layout {
                rows: 1,
                columns: 2,
            }),
            Action::Layout2x2 => self.set_layout(Layout {
                rows: 2,
                columns: 2,
            }),
            Action::NextLayout => self.set_layout(match self.state.layout {
                Layout {
                    rows: 1,
                    columns: 1,
                } => Layout {
                    rows: 1,
                    columns: 2,
                },
                Layout {
                    rows: 1,
                    columns: 2,
                } => Layout {
                    rows: 2,
                    columns: 2,
                },
                _ => Layout {
                    rows: 1,
                    columns: 1,
                },
            }),
            Action::NextViewport => self.view(ViewCommand::Activate(
                (id + 1) % self.state.layout.n_viewports(),
            )),
            Action::OneUp => self.view(ViewCommand::SetOneUp(!self.state.is_one_up)),
            Action::PicturesOnly => {
                self.view(ViewCommand::SetPicturesOnly(!self.state.are_pictures_only))
            }
            Action::OverlayLevel => self.view(ViewCommand::SetOverlayLevel(
                match self.state.overlay_level {
                    OverlayLevel::All => OverlayLevel::Minimal,
                    OverlayLevel::Minimal => OverlayLevel::None,
                    OverlayLevel::None => OverlayLevel::All,
                },
            )),
            Action::Chain => self.view(ViewCommand::SetChain(!self.state.is_chain_shown)),
            Action::Preview => self.toggle_preview(),
            Action::Copies => self.ask_for_copies(),
            Action::Share => self.effects.push(Effect::Notify(Notice::RequestLink)),
            Action::Attributes => self.ask_for_attributes(id),
            Action::Help => self.view(ViewCommand::SetHelp(!self.state.is_help_shown)),
            Action::StudyList => self
                .effects
                .push(Effect::Notify(Notice::RequestRoute(Route::Studies))),
            Action::Cancel => self.cancel(),
        }
    }

    /// Escape closes what lies on top: a drag, the help, pictures only, one-up.
    fn cancel(&mut self) {
        self.cancel_gesture();
        if self.state.is_help_shown {
            self.view(ViewCommand::SetHelp(false));
        } else if self.state.is_chain_shown {
            self.view(ViewCommand::SetChain(false));
        } else if self.state.are_pictures_only {
            self.view(ViewCommand::SetPicturesOnly(false));
        } else if self.state.is_one_up {
            self.view(ViewCommand::SetOneUp(false));
        }
    }

    fn transform(&mut self, id: ViewportId, change: impl FnOnce(ViewTransform) -> ViewTransform) {
        if let Some(viewport) = self.state.viewports.get(id) {
            self.view(ViewCommand::SetTransform(id, change(viewport.transform)));
        }
    }

    pub(super) fn present(
        &mut self,
        id: ViewportId,
        change: impl FnOnce(Presentation) -> Presentation,
    ) {
        if let Some(viewport) = self.state.viewports.get(id) {
            self.view(ViewCommand::SetPresentation(
                id,
                change(viewport.presentation.clone()),
            ));
        }
    }

    fn zoom(&mut self, id: ViewportId, factor: f64) {
        if let Some(snapshot) = self.snapshot(id) {
            self.transform(id, |t| t.zoomed(factor, DVec2::ZERO, snapshot.scale));
        }
    }

    /// A new grid is filled with the series that are not shown yet.
    pub(super) fn set_layout(&mut self, layout: Layout) {
        ViewCommand::SetLayout(layout).apply(&mut self.state);
        self.fill_viewports();
        self.settle();
    }

    /// Fills the grid of a link as far as series are known, once each study has its place.
    pub(super) fn fill_grid(&mut self) {
        if self.fills_grid && self.studies.iter().all(|open| open.is_hung) {
            self.fill_viewports();
        }
    }

    fn fill_viewports(&mut self) {
        for id in 0..self.state.layout.n_viewports() {
            if self.state.viewports[id].series.is_none()
                && let Some(series) = self.series_not_shown()
            {
                self.ask_for_series(&series);
                ViewCommand::ShowSeries(id, Some(series)).apply(&mut self.state);
            }
        }
    }
}

fn other(interpolation: Interpolation) -> Interpolation {
    match interpolation {
        Interpolation::Nearest => Interpolation::Smooth,
        Interpolation::Smooth => Interpolation::Nearest,
    }
}
