//! Mask subtraction on the picture: which frames it takes, and the difference once they are here.

use super::session::Session;
use super::studies::OpenStudy;
use crate::frames::frame_store::LoadState;
use crate::pixel::descriptor::PixelDescriptor;
use crate::pixel::display_table::{DisplayPipeline, DisplayTable};
use crate::pixel::modality_lut::ModalityLut;
use crate::pixel::raster::Raster;
use crate::pixel::samples::Samples;
use crate::pixel::subtraction::{Attenuation, Mask, MaskedFrames, difference_voi, subtract};
use crate::pixel::voi::Voi;
use crate::study::display_set::{DisplaySet, StackEntry};
use crate::uid::{FrameIndex, FrameRef};
use crate::viewport::presentation::{Presentation, VoiSetting};
use crate::viewport::viewport::{Viewport, ViewportId};
use std::sync::Arc;

/// The difference of one viewport, kept as long as it shows the same frame.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    of: FrameRef,
    pub(super) raster: Arc<Raster>,
}

/// The mask that is meant for a frame, and the frames of the difference.
fn mask_of(entry: &StackEntry) -> Option<(&Mask, MaskedFrames)> {
    let header = &entry.header;
    let frames_for = |mask: &Mask| mask.frames_for(entry.frame.frame, header.n_frames);
    let mut masks = header.masks.iter();
    masks.find_map(|mask| Some((mask, frames_for(mask)?)))
}

/// The stack's entries of the frames of a difference.
struct Entries<'a> {
    contrast: Vec<&'a StackEntry>,
    masks: Vec<&'a StackEntry>,
}

/// `None` where one of the frames is not in the stack.
fn entries_of<'a>(set: &'a DisplaySet, entry: &StackEntry) -> Option<Entries<'a>> {
    let find = |&number: &u32| {
        let frame = FrameRef {
            instance: entry.frame.instance.clone(),
            frame: FrameIndex(number.checked_sub(1)?),
        };
        set.entries.iter().find(|known| known.frame == frame)
    };
    let (_, frames) = mask_of(entry)?;
    Some(Entries {
        contrast: frames.contrast.iter().map(find).collect::<Option<_>>()?,
        masks: frames.masks.iter().map(find).collect::<Option<_>>()?,
    })
}

/// True where a viewport shows, or waits for, the difference of an entry.
pub(super) fn is_subtracting(viewport: &Viewport, entry: &StackEntry) -> bool {
    viewport.presentation.is_subtracting && mask_of(entry).is_some()
}

impl Session {
    /// Entries that a viewport needs besides the one it wants.
    pub(super) fn masks_wanted<'a>(
        &self,
        viewport: &Viewport,
        set: &'a DisplaySet,
    ) -> Vec<&'a StackEntry> {
        let entry = set.entries.get(viewport.index);
        entry
            .filter(|entry| is_subtracting(viewport, entry))
            .and_then(|entry| entries_of(set, entry))
            .map(|entries| [entries.masks, entries.contrast].concat())
            .unwrap_or_default()
    }

    /// Subtraction can be switched on here.
    pub(super) fn can_subtract(&self, id: ViewportId) -> bool {
        self.wanted(id)
            .is_some_and(|(_, set, entry, _)| entries_of(set, entry).is_some())
    }

    /// The picture is black because the difference cannot be worked out yet.
    pub(super) fn is_waiting_for_mask(&self, id: ViewportId) -> bool {
        let is_wanted = self
            .wanted(id)
            .is_some_and(|(_, _, entry, viewport)| is_subtracting(viewport, entry));
        is_wanted && self.differences.get(id).is_none_or(Option::is_none) && !self.is_mask_lost(id)
    }

    /// A mask frame that the viewport needs cannot be had.
    pub(super) fn is_mask_lost(&self, id: ViewportId) -> bool {
        self.wanted(id).is_some_and(|(_, set, _, viewport)| {
            self.masks_wanted(viewport, set)
                .iter()
                .any(|entry| matches!(self.frames.state(&entry.frame), Some(LoadState::Failed(_))))
        })
    }

    /// Subtraction on or off; windows do not carry over, since the values are others.
    pub(super) fn toggle_subtraction(&mut self, id: ViewportId) {
        let Some((.., viewport)) = self.wanted(id) else {
            return;
        };
        let is_on = viewport.presentation.is_subtracting;
        if is_on || self.can_subtract(id) {
            self.present(id, |p| Presentation {
                is_subtracting: !is_on,
                voi: VoiSetting::Header(0),
                ..p
            });
        }
    }

    /// Works out the difference of a viewport's frame, unless it is known.
    pub(super) fn prepare_difference(&mut self, id: ViewportId) {
        if self.differences.len() <= id {
            self.differences.resize_with(id + 1, || None);
        }
        let known = self.differences[id].take();
        let next = self.on_canvas(id).and_then(|(open, set, entry, viewport)| {
            if !is_subtracting(viewport, entry) {
                return None;
            }
            if let Some(known) = known.filter(|known| known.of == entry.frame) {
                return Some((known, None));
            }
            let difference = self.difference(set, entry)?;
            let is_first = !open.difference_voi.contains_key(&set.key());
            let voi = is_first.then(|| (set.key(), difference_voi(&difference)));
            let raster = Arc::new(difference);
            Some((
                Difference {
                    of: entry.frame.clone(),
                    raster,
                },
                voi,
            ))
        });
        let Some((difference, voi)) = next else {
            return;
        };
        self.differences[id] = Some(difference);
        if let Some((set, voi)) = voi
            && let Some(open) = self.study_with_mut(&set.series)
        {
            open.difference_voi.insert(set, voi);
        }
    }

    fn difference(&self, set: &DisplaySet, entry: &StackEntry) -> Option<Raster> {
        let frame = entry.frame_header()?;
        let entries = entries_of(set, entry)?;
        let rasters = |entries: &[&StackEntry]| -> Option<Vec<&Raster>> {
            let raster = |entry: &&StackEntry| self.frames.raster(&entry.frame).map(|r| &**r);
            entries.iter().map(raster).collect()
        };
        let attenuation = Attenuation {
            modality_lut: &frame.modality_lut,
            is_linear: entry.header.is_linear_intensity,
            bits_stored: entry.header.descriptor.bits_stored,
        };
        let (contrast, masks) = (rasters(&entries.contrast)?, rasters(&entries.masks)?);
        let (mask, _) = mask_of(entry)?;
        subtract(&contrast, &masks, mask.shift_px, &attenuation)
    }
}

/// The window of a difference: the reader's, or the one made from the first difference of the series.
pub(super) fn difference_voi_in_use(
    open: &OpenStudy,
    viewport: &Viewport,
    set: &DisplaySet,
) -> Option<Voi> {
    match &viewport.presentation.voi {
        VoiSetting::Manual { voi, .. } => Some(voi.clone()),
        VoiSetting::Header(_) => open.difference_voi.get(&set.key()).cloned(),
    }
}

/// A difference as it is drawn: with its table, or resolved to R G B where it is too wide for one. It has passed the
/// modality LUT and holds no padding; its polarity is its image's.
pub(super) fn drawn(
    difference: &Arc<Raster>,
    image: &PixelDescriptor,
    voi: &Voi,
    is_inverted: bool,
) -> (Arc<Raster>, Option<Arc<DisplayTable>>) {
    let is_word = matches!(difference.samples, Samples::I16(_));
    let bits = if is_word { 16 } else { 32 };
    let descriptor = PixelDescriptor {
        bits_allocated: bits,
        bits_stored: bits,
        high_bit: bits - 1,
        is_signed: true,
        overlay_bits: 0,
        ..*image
    };
    let pipeline = DisplayPipeline {
        descriptor: &descriptor,
        modality_lut: &ModalityLut::default(),
        voi,
        palette: None,
        padding: None,
        is_inverted,
        color_map: None,
    };
    match pipeline.table() {
        Some(table) => (Arc::clone(difference), Some(Arc::new(table))),
        None => {
            let resolved = pipeline.resolve(difference).map(Arc::new);
            (resolved.unwrap_or_else(|| Arc::clone(difference)), None)
        }
    }
}
