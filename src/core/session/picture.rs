//! From the arrangement to a Scene: which frame stands where, through which table.

use super::effect::Effect;
use super::fidelity::{covered, reduced_map};
use super::notice::Notice;
use super::session::{Session, Shown, Thumbnail};
use super::studies::OpenStudy;
use super::subtract::{difference_voi_in_use, drawn, is_subtracting};
use crate::frames::frame_store::LoadState;
use crate::geometry::space::CanvasRect;
use crate::pixel::color_map::ColorMap;
use crate::pixel::display_table::{DisplayPipeline, DisplayTable, auto_voi};
use crate::pixel::raster::{Raster, RasterKind};
use crate::pixel::voi::Voi;
use crate::scene::grid::SamplingGrid;
use crate::scene::reference;
use crate::scene::scene::{ImageLayer, Interpolation, Scene};
use crate::state::command::ViewCommand;
use crate::study::display_set::{DisplaySet, StackEntry};
use crate::study::instance::{FrameHeader, ImageHeader};
use crate::viewport::presentation::VoiSetting;
use crate::viewport::view_transform::{FrameSize, ViewTransform};
use crate::viewport::viewport::{Viewport, ViewportId};
use std::sync::Arc;

/// Longest side of a thumbnail, pixels.
const THUMBNAIL_PX: u32 = 128;

/// What a table was worked out from; the same inputs give the same table, so it is kept.
#[derive(Clone, Debug)]
struct TableKey {
    header: Arc<ImageHeader>,
    frame: u32,
    voi: Voi,
    is_inverted: bool,
    color_map: Option<ColorMap>,
    /// The difference in place of the frame.
    difference: Option<Arc<Raster>>,
}

/// What a viewport draws with: a table, or the frame resolved to R G B where its samples are too wide for one.
#[derive(Clone, Debug)]
pub(super) enum Prepared {
    Table(Arc<DisplayTable>),
    /// What it was resolved from, and what that became.
    Resolved(Arc<Raster>, Arc<Raster>),
    /// A difference, and its table where one holds it.
    Difference(Arc<Raster>, Option<Arc<DisplayTable>>),
    Color,
}

/// The last prepared table of each viewport.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables(Vec<Option<(TableKey, Prepared)>>);

impl Tables {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// The pipeline of a frame, without the window.
pub(super) fn is_color(header: &ImageHeader) -> bool {
    !header.descriptor.photometric.is_monochrome()
}

/// Size of a frame as it is to be seen.
pub(super) fn frame_size(entry: &StackEntry) -> FrameSize {
    let d = &entry.header.descriptor;
    let pixel_aspect = entry.frame_header().map_or(1.0, |frame| frame.pixel_aspect);
    FrameSize {
        columns: d.columns,
        rows: d.rows,
        pixel_aspect,
    }
}

/// The VOI in use: the reader's, the header's choice, or the automatic one; `None` for colour.
pub(super) fn voi_in_use(
    open: &OpenStudy,
    viewport: &Viewport,
    set: &DisplaySet,
    entry: &StackEntry,
) -> Option<Voi> {
    if is_color(&entry.header) {
        return None;
    }
    if is_subtracting(viewport, entry) {
        return difference_voi_in_use(open, viewport, set);
    }
    match &viewport.presentation.voi {
        VoiSetting::Manual { voi, .. } => Some(voi.clone()),
        VoiSetting::Header(index) => {
            let choices = entry.frame_header().map_or(&[][..], |frame| &frame.voi);
            let choice = choices
                .get(*index)
                .or(choices.first())
                .map(|choice| choice.voi.clone());
            choice.or_else(|| open.auto_voi.get(&set.key()).cloned())
        }
    }
}

impl Session {
    /// Set, entry and viewport of what a viewport wants to show.
    pub(super) fn wanted(
        &self,
        id: ViewportId,
    ) -> Option<(&OpenStudy, &DisplaySet, &StackEntry, &Viewport)> {
        let viewport = self.state.viewports.get(id)?;
        let (open, set) = self.stack_of(viewport)?;
        Some((open, set, set.entries.get(viewport.index)?, viewport))
    }

    /// Decides which frame each viewport draws: the wanted one when it is here, else the one that stands there.
    /// A wanted frame that failed leaves the viewport black: an old picture under a new number would lie.
    pub(super) fn put_on_canvas(&mut self) {
        let is_withheld = self.withholds();
        for id in 0..self.state.viewports.len() {
            let Some((_, _, entry, viewport)) = self.wanted(id).filter(|_| !is_withheld) else {
                ViewCommand::SetOnCanvas(id, None).apply(&mut self.state);
                self.prepare_over(id);
                continue;
            };
            let wanted = entry.frame.clone();
            let has_failed = matches!(self.frames.state(&wanted), Some(LoadState::Failed(_)));
            let held = viewport
                .on_canvas
                .clone()
                .filter(|frame| self.frames.raster(frame).is_some());
            let on_canvas = match () {
                () if self.picture(viewport, entry).is_some() => Some(wanted),
                () if has_failed => None,
                () => held,
            };
            if let Some(frame) = &on_canvas {
                self.frames.touch(frame);
                self.set_auto_voi(id, frame);
            }
            ViewCommand::SetOnCanvas(id, on_canvas).apply(&mut self.state);
            self.prepare_difference(id);
            self.prepare(id);
            self.prepare_over(id);
        }
    }

    /// Works out the table of a viewport, unless the last one was worked out from the same inputs.
    fn prepare(&mut self, id: ViewportId) {
        if self.tables.0.len() <= id {
            self.tables.0.resize_with(id + 1, || None);
        }
        let next = self.on_canvas(id).and_then(|(open, set, entry, viewport)| {
            let frame = entry.frame_header()?;
            let difference = self.differences.get(id)?.as_ref();
            if is_subtracting(viewport, entry) && difference.is_none() {
                // Black until the mask is here: the plain frame under the word "subtracted" would lie.
                return None;
            }
            let voi = voi_in_use(open, viewport, set, entry).unwrap_or(Voi::linear(0.0, 1.0));
            let key = TableKey {
                header: Arc::clone(&entry.header),
                frame: entry.frame.frame.0,
                voi,
                is_inverted: viewport.presentation.is_inverted,
                color_map: viewport.presentation.color_map,
                difference: difference.map(|difference| Arc::clone(&difference.raster)),
            };
            let (raster, _) = self.picture(viewport, entry)?;
            if let Some((known, prepared)) = &self.tables.0[id]
                && is_same(known, &key, frame)
                && !matches!(prepared, Prepared::Resolved(of, _) if !Arc::ptr_eq(of, raster))
            {
                return Some((key, prepared.clone()));
            }
            let prepared = prepare(&key, frame, raster);
            Some((key, prepared))
        });
        self.tables.0[id] = next;
    }

    /// Set, entry and viewport of what stands on the canvas.
    pub(super) fn on_canvas(
        &self,
        id: ViewportId,
    ) -> Option<(&OpenStudy, &DisplaySet, &StackEntry, &Viewport)> {
        let viewport = self.state.viewports.get(id)?;
        let (open, set) = self.stack_of(viewport)?;
        let frame = viewport.on_canvas.as_ref()?;
        let entry = set
            .entries
            .get(viewport.index)
            .filter(|entry| entry.frame == *frame);
        let entry = entry.or_else(|| set.entries.iter().find(|entry| entry.frame == *frame))?;
        Some((open, set, entry, viewport))
    }

    /// The picture: pure, may be asked for as often as one likes.
    pub fn scene(&self) -> Scene {
        let canvas = self.state.canvas;
        let layers = self
            .state
            .visible()
            .flat_map(|(id, _, rect)| self.layers(id, rect).unwrap_or_default())
            .collect();
        Scene {
            width_px: canvas.width_px,
            height_px: canvas.height_px,
            layers,
        }
    }

    /// The frame of a viewport and what lies over it.
    fn layers(&self, id: ViewportId, rect: CanvasRect) -> Option<Vec<ImageLayer>> {
        let (_, _, entry, viewport) = self.on_canvas(id)?;
        let (raster, level) = self.picture(viewport, entry)?;
        let (raster, table) = match &self.tables.0.get(id)?.as_ref()?.1 {
            Prepared::Table(table) => (Arc::clone(raster), Some(Arc::clone(table))),
            Prepared::Resolved(_, resolved) => (Arc::clone(resolved), None),
            Prepared::Difference(difference, table) => (Arc::clone(difference), table.clone()),
            Prepared::Color => (Arc::clone(raster), None),
        };
        let map = viewport
            .transform
            .image_from_canvas(rect, frame_size(entry));
        let grid = SamplingGrid::new(&reduced_map(&map, level), rect);
        let frame = ImageLayer {
            rect: match level {
                0 => rect,
                _ => covered(rect, &map, frame_size(entry)),
            },
            raster,
            table,
            grid,
            interpolation: viewport.presentation.interpolation,
            is_over: false,
        };
        let over = self.layers_over(id, rect, &map);
        let is_there = frame.rect.width_px > 0 && frame.rect.height_px > 0;
        Some(is_there.then_some(frame).into_iter().chain(over).collect())
    }

    /// What the scene shows, for marks and tests.
    pub fn shown(&self) -> Vec<Shown> {
        self.state
            .visible()
            .filter_map(|(viewport, ..)| {
                let (_, set, entry, _) = self.on_canvas(viewport)?;
                // Without a table it is black: a frame that waits for its mask.
                self.tables.0.get(viewport)?.as_ref()?;
                Some(Shown {
                    viewport,
                    index: set.position(&entry.frame)?,
                    frame: entry.frame.clone(),
                    level: self.level_on_canvas(viewport),
                })
            })
            .collect()
    }

    /// The reader has had these before the eyes.
    pub(super) fn drawn(&mut self, shown: Vec<Shown>) {
        for shown in shown {
            let viewport = self.state.viewports.get(shown.viewport);
            let series = viewport.and_then(|viewport| viewport.series.clone());
            if let Some(open) = series.and_then(|series| self.study_with_mut(&series)) {
                // A coarse picture is none that was read.
                if shown.level == 0 {
                    open.seen.insert(shown.frame);
                }
                let study = open.link.study.clone();
                self.study_opened(&study);
            }
        }
        self.effects.push(Effect::Notify(Notice::UpdateProgress));
    }

    pub(super) fn draw_thumbnail(&self, set: &DisplaySet) -> Option<Thumbnail> {
        let entry = set.entries.get(set.entries.len() / 2)?;
        let raster = self.frames.raster(&entry.frame)?;
        let frame = entry.frame_header()?;
        let voi = frame.voi.first().map(|choice| choice.voi.clone());
        let voi =
            voi.unwrap_or_else(|| auto_voi(raster, &frame.modality_lut, entry.header.padding));
        let key = TableKey {
            header: Arc::clone(&entry.header),
            frame: entry.frame.frame.0,
            voi,
            is_inverted: false,
            color_map: None,
            difference: None,
        };
        let (raster, table) = match prepare(&key, frame, raster) {
            Prepared::Table(table) => (Arc::clone(raster), Some(table)),
            Prepared::Resolved(_, resolved) => (resolved, None),
            Prepared::Difference(difference, table) => (difference, table),
            Prepared::Color => (Arc::clone(raster), None),
        };
        let rect = CanvasRect {
            x_px: 0,
            y_px: 0,
            width_px: THUMBNAIL_PX,
            height_px: THUMBNAIL_PX,
        };
        let map = ViewTransform::default().image_from_canvas(rect, frame_size(entry));
        let grid = SamplingGrid::new(&map, rect);
        let layer = ImageLayer {
            rect,
            raster,
            table,
            grid,
            interpolation: Interpolation::Smooth,
            is_over: false,
        };
        let scene = Scene {
            width_px: THUMBNAIL_PX,
            height_px: THUMBNAIL_PX,
            layers: vec![layer],
        };
        let mut rgba = vec![0; (THUMBNAIL_PX * THUMBNAIL_PX * 4) as usize];
        reference::draw(&scene, &mut rgba);
        Some(Thumbnail {
            width_px: THUMBNAIL_PX,
            height_px: THUMBNAIL_PX,
            rgba,
        })
    }
}

/// True where two keys give one table: the headers of a stack's slices are mostly equal in what matters.
fn is_same(known: &TableKey, key: &TableKey, frame: &FrameHeader) -> bool {
    let known_frame = known.header.frame(crate::uid::FrameIndex(known.frame));
    let is_same_difference = match (&known.difference, &key.difference) {
        (None, None) => true,
        (Some(known), Some(key)) => Arc::ptr_eq(known, key),
        _ => false,
    };
    is_same_difference
        && known.voi == key.voi
        && known.is_inverted == key.is_inverted
        && known.color_map == key.color_map
        && known.header.descriptor == key.header.descriptor
        && known.header.padding == key.header.padding
        && known.header.palette == key.header.palette
        && known.header.provenance.color_profile == key.header.provenance.color_profile
        && known_frame.is_some_and(|known| known.modality_lut == frame.modality_lut)
}

fn prepare(key: &TableKey, frame: &FrameHeader, raster: &Arc<Raster>) -> Prepared {
    let transform = key.header.provenance.color_transform();
    if raster.kind == RasterKind::Rgb {
        let converted = transform.and_then(|transform| transform.apply_to(raster));
        return converted.map_or(Prepared::Color, |converted| {
            Prepared::Resolved(Arc::clone(raster), Arc::new(converted))
        });
    }
    if let Some(difference) = &key.difference {
        let (raster, table) = drawn(
            difference,
            &key.header.descriptor,
            &key.voi,
            key.is_inverted,
        );
        return Prepared::Difference(raster, table);
    }
    let pipeline = DisplayPipeline {
        descriptor: &key.header.descriptor,
        modality_lut: &frame.modality_lut,
        voi: &key.voi,
        palette: key.header.palette.as_deref(),
        padding: key.header.padding,
        is_inverted: key.is_inverted,
        color_map: key.color_map,
    };
    match pipeline.table() {
        Some(table) => Prepared::Table(Arc::new(match transform {
            Some(transform) => table.mapped(|entry| transform.apply_to_entry(entry)),
            None => table,
        })),
        None => {
            let resolved = pipeline
                .resolve(raster)
                .map_or_else(|| Arc::clone(raster), Arc::new);
            Prepared::Resolved(Arc::clone(raster), resolved)
        }
    }
}
