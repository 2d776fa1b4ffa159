//! How far one may trust what is on the canvas: exact, still arriving, or reduced; and the picture behind it.

use super::effect::{Effect, RequestId};
use super::event::ArrivingFrame;
use super::notice::Notice;
use super::session::{Pending, Session};
use super::subtract::is_subtracting;
use super::summary::{Fidelity, ViewportState};
use super::words::{LOSSY_WARNING, bytes_of};
use crate::frames::arriving::{Arriving, Coarse};
use crate::geometry::affine::ImageFromCanvas;
use crate::geometry::space::CanvasRect;
use crate::pixel::raster::Raster;
use crate::study::display_set::StackEntry;
use crate::uid::FrameRef;
use crate::viewport::view_transform::FrameSize;
use crate::viewport::viewport::{Viewport, ViewportId};
use glam::{DAffine2, DVec2};
use std::sync::Arc;

impl Session {
    /// A frame is on its way on a slow line: what it has brought is shown until it is here.
    pub(super) fn frame_arriving(&mut self, request: RequestId, arrived: ArrivingFrame) {
        let Some(Pending::Frame(order)) = self.pending.get(&request) else {
            return;
        };
        let frame = order.frame.clone();
        let coarse = arrived
            .coarse
            .and_then(|(level, raster)| Coarse::new(level, &raster, &order.descriptor));
        let is_new_picture = coarse.is_some();
        let keep = self.wanted_frames();
        let is_seen = keep.contains(&frame);
        let arriving = Arriving {
            n_bytes: arrived.n_bytes,
            n_bytes_total: arrived.n_bytes_total,
            coarse,
            beginning: None,
        };
        self.note_bytes(&frame, arrived.n_bytes);
        self.frames.set_arriving(frame, arriving, &keep);
        if is_seen && is_new_picture {
            self.put_on_canvas();
            self.effects.push(Effect::Redraw);
        }
        self.effects.push(Effect::Notify(if is_seen {
            Notice::UpdateSummary
        } else {
            Notice::UpdateProgress
        }));
    }

    /// What a viewport can draw of a frame: the frame, or a coarse picture of it with its level. Nothing is subtracted from
    /// a coarse picture.
    pub(super) fn picture(
        &self,
        viewport: &Viewport,
        entry: &StackEntry,
    ) -> Option<(&Arc<Raster>, u8)> {
        let exact = self.frames.raster(&entry.frame).map(|raster| (raster, 0));
        exact.or_else(|| {
            let coarse = self.frames.arriving(&entry.frame)?.coarse.as_ref();
            let coarse = coarse.filter(|_| !is_subtracting(viewport, entry))?;
            Some((&coarse.raster, coarse.level))
        })
    }

    /// Level of what is on the canvas: 0 is the frame itself.
    pub(super) fn level_on_canvas(&self, id: ViewportId) -> u8 {
        let shown = self.on_canvas(id);
        let picture = shown.and_then(|(_, _, entry, viewport)| self.picture(viewport, entry));
        picture.map_or(0, |(_, level)| level)
    }

    pub(super) fn is_lossy_on_canvas(&self, id: ViewportId) -> bool {
        let by_header = self.on_canvas(id).is_some_and(|(_, _, entry, _)| {
            entry.header.is_lossy || entry.header.provenance.is_lossy_syntax
        });
        let mut warnings = self.frame_warnings(id).iter();
        by_header || warnings.any(|warning| warning == LOSSY_WARNING)
    }

    pub(super) fn fidelity(&self, id: ViewportId, state: ViewportState) -> Fidelity {
        match state {
            ViewportState::Shown if self.is_lossy_on_canvas(id) => Fidelity::Lossy,
            ViewportState::Shown => Fidelity::Exact,
            ViewportState::Reduced => Fidelity::Reduced,
            ViewportState::Stale | ViewportState::Loading => Fidelity::Arriving,
            ViewportState::Empty | ViewportState::Failed => Fidelity::None,
        }
    }

    /// The same in words, with the figures that are known.
    pub(super) fn fidelity_words(&self, id: ViewportId, state: ViewportState) -> String {
        let frame = self.wanted(id).map(|(_, _, entry, _)| &entry.frame);
        let words = match self.fidelity(id, state) {
            Fidelity::Exact => "Exact".to_owned(),
            Fidelity::Lossy => "Lossy".to_owned(),
            Fidelity::None => "No picture".to_owned(),
            Fidelity::Arriving => "Arriving".to_owned(),
            Fidelity::Reduced => format!("Reduced to {}", share(self.level_on_canvas(id))),
        };
        let is_on_way = matches!(
            state,
            ViewportState::Reduced | ViewportState::Stale | ViewportState::Loading
        );
        let figures = frame
            .filter(|_| is_on_way)
            .and_then(|frame| self.figures(frame));
        figures.map_or(words.clone(), |figures| format!("{words}, {figures}"))
    }

    /// A frame that has to be waited for says so on the picture; one that comes at once does not flicker.
    pub(super) fn is_fidelity_marked(&self, id: ViewportId, state: ViewportState) -> bool {
        let frame = self.wanted(id).map(|(_, _, entry, _)| &entry.frame);
        let is_slow = frame.is_some_and(|frame| self.frames.arriving(frame).is_some());
        match self.fidelity(id, state) {
            Fidelity::Reduced => true,
            Fidelity::Arriving => is_slow,
            Fidelity::Exact | Fidelity::Lossy | Fidelity::None => false,
        }
    }

    fn figures(&self, frame: &FrameRef) -> Option<String> {
        let arriving = self.frames.arriving(frame)?;
        Some(bytes_of(arriving.n_bytes, arriving.n_bytes_total))
    }
}

/// Sides of a coarse picture as a part of the frame's: "1/4".
pub(super) fn share(level: u8) -> String {
    format!("1/{}", 1_u64.checked_shl(level.into()).unwrap_or_default())
}

/// From the canvas to the pixels of a coarse picture: pixel n of it lies where pixel n times 2^`level` of the frame lies,
/// since the filters of the wavelet (ISO/IEC 15444-1 F.3) are symmetric.
pub(super) fn reduced_map(map: &ImageFromCanvas, level: u8) -> ImageFromCanvas {
    let scale = DAffine2::from_scale(DVec2::splat(0.5_f64.powi(level.into())));
    ImageFromCanvas(scale * map.0)
}

/// The part of `rect` that the frame covers, so that a coarse picture ends where the frame does.
pub(super) fn covered(rect: CanvasRect, map: &ImageFromCanvas, size: FrameSize) -> CanvasRect {
    let canvas_from_image = map.0.inverse();
    let corner = |x: f64, y: f64| canvas_from_image.transform_point2(DVec2::new(x, y) - 0.5);
    let (a, b) = (
        corner(0.0, 0.0),
        corner(size.columns.into(), size.rows.into()),
    );
    // A canvas pixel is drawn where its centre lies on the frame.
    let begin = (a.min(b) - 0.5).ceil();
    let end = (a.max(b) - 0.5).ceil();
    let (x, width) = overlap(rect.x_px, rect.width_px, begin.x, end.x);
    let (y, height) = overlap(rect.y_px, rect.height_px, begin.y, end.y);
    CanvasRect {
        x_px: x,
        y_px: y,
        width_px: width,
        height_px: height,
    }
}

fn overlap(at: u32, length: u32, begin: f64, end: f64) -> (u32, u32) {
    let (low, high) = (f64::from(at), f64::from(at) + f64::from(length));
    let begin = begin.clamp(low, high);
    let end = end.clamp(begin, high);
    (begin as u32, (end - begin) as u32)
}
