//! What lies over a frame: display shutters, then overlay planes (PS3.4 N.2: both come after the grey values).

use super::effect::Resource;
use super::session::{Pending, Session};
use super::studies::OpenStudy;
use crate::geometry::affine::ImageFromCanvas;
use crate::geometry::space::CanvasRect;
use crate::pixel::display_table::DisplayTable;
use crate::pixel::overlay::{INK, OverlayBits, OverlayPlane};
use crate::pixel::raster::Raster;
use crate::scene::grid::SamplingGrid;
use crate::scene::scene::{ImageLayer, Interpolation};
use crate::study::display_set::StackEntry;
use crate::study::instance::ImageHeader;
use crate::uid::FrameRef;
use crate::viewport::viewport::ViewportId;
use glam::{DAffine2, DVec2};
use std::collections::HashMap;
use std::sync::Arc;

/// Overlay Data that was fetched apart, by BulkDataURI; `None` where it cannot be had.
pub(super) type OverlayData = HashMap<String, Option<Arc<[u8]>>>;

/// One raster over a frame, through its table, its first pixel at column and row `origin` of the image, from 0.
#[derive(Clone, Debug)]
struct Cover {
    raster: Arc<Raster>,
    table: Arc<DisplayTable>,
    origin: [f64; 2],
}

/// What lies over the frame of one viewport; worked out once a frame, so that a drag costs nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Over {
    key: Option<Key>,
    shutter: Option<Cover>,
    planes: Vec<Cover>,
    /// Planes that belong here and of which the bits are not there.
    pub(super) n_missing: usize,
}

/// The same inputs give the same covers.
#[derive(Clone, Debug)]
struct Key {
    frame: FrameRef,
    header: Arc<ImageHeader>,
    raster: Arc<Raster>,
    n_fetched: usize,
}

impl Key {
    fn is_same(&self, other: &Self) -> bool {
        self.frame == other.frame
            && Arc::ptr_eq(&self.header, &other.header)
            && Arc::ptr_eq(&self.raster, &other.raster)
            && self.n_fetched == other.n_fetched
    }
}

/// The planes that are drawn over a frame: those of its frame number, but for one that is a bitmap shutter.
fn planes_of(entry: &StackEntry) -> impl Iterator<Item = (&OverlayPlane, u32)> {
    let bitmap = entry
        .frame_header()
        .and_then(|frame| frame.shutter.as_ref()?.bitmap);
    let frame = entry.frame.frame;
    let planes = entry.header.overlays.iter();
    planes
        .filter(move |plane| Some(plane.group) != bitmap)
        .filter_map(move |plane| Some((plane, plane.frame_for(frame)?)))
}

/// The bits of a plane, where they are.
fn bits_of<'a>(
    plane: &'a OverlayPlane,
    raster: &'a Raster,
    fetched: &'a OverlayData,
) -> Option<&'a [u8]> {
    match &plane.bits {
        OverlayBits::Packed(bits) => Some(bits),
        OverlayBits::Elsewhere(uri) => fetched.get(uri)?.as_deref(),
        OverlayBits::Embedded(bit) => {
            let plane = raster.planes.iter().find(|(known, _)| known == bit);
            plane.map(|(_, bits)| &**bits)
        }
        OverlayBits::Absent => None,
    }
}

impl Over {
    fn new(key: Key, entry: &StackEntry, fetched: &OverlayData) -> Self {
        let ink = Arc::new(DisplayTable::of_bytes(&INK));
        let (mut planes, mut n_missing) = (Vec::new(), 0);
        for (plane, frame) in planes_of(entry) {
            let outlined = bits_of(plane, &key.raster, fetched)
                .and_then(|bits| plane.outlined(frame, bits))
                .map(|raster| Cover {
                    raster: Arc::new(raster),
                    table: Arc::clone(&ink),
                    origin: plane.outlined_origin(),
                });
            n_missing += usize::from(outlined.is_none());
            planes.extend(outlined);
        }
        Self {
            shutter: shutter(entry, &key.raster, fetched),
            planes,
            n_missing,
            key: Some(key),
        }
    }

    pub(super) fn has_shutter(&self) -> bool {
        self.shutter.is_some()
    }

    pub(super) fn has_planes(&self) -> bool {
        !self.planes.is_empty()
    }
}

fn shutter(entry: &StackEntry, raster: &Raster, fetched: &OverlayData) -> Option<Cover> {
    let frame = entry.frame_header()?;
    let shutter = frame.shutter.as_ref()?;
    let bitmap = shutter.bitmap.and_then(|group| {
        let plane = entry.header.overlays.iter().find(|p| p.group == group)?;
        let bits = bits_of(plane, raster, fetched)?;
        let covered = plane.unpacked(plane.frame_for(entry.frame.frame)?, bits)?;
        Some((plane, covered))
    });
    let is_in_bitmap = |x: i64, y: i64| {
        bitmap.as_ref().is_some_and(|(plane, covered)| {
            let (x, y) = (
                x + 1 - i64::from(plane.origin[1]),
                y + 1 - i64::from(plane.origin[0]),
            );
            let is_inside =
                (0..plane.columns.into()).contains(&x) && (0..plane.rows.into()).contains(&y);
            is_inside && covered[y as usize * plane.columns as usize + x as usize] == 1
        })
    };
    let [r, g, b] = shutter.color;
    let covered = shutter.covered(
        entry.header.descriptor.rows,
        entry.header.descriptor.columns,
        frame.pixel_aspect,
        is_in_bitmap,
    )?;
    Some(Cover {
        raster: Arc::new(covered),
        table: Arc::new(DisplayTable::of_bytes(&[[0; 4], [r, g, b, 255]])),
        origin: [0.0; 2],
    })
}

impl Session {
    /// Works out what lies over a viewport's frame, unless that is known.
    pub(super) fn prepare_over(&mut self, id: ViewportId) {
        if self.over.len() <= id {
            self.over.resize_with(id + 1, Over::default);
        }
        let next = self.on_canvas(id).and_then(|(open, _, entry, viewport)| {
            let key = Key {
                frame: entry.frame.clone(),
                header: Arc::clone(&entry.header),
                raster: Arc::clone(self.picture(viewport, entry)?.0),
                n_fetched: open.overlay_data.len(),
            };
            let known = &self.over[id];
            if known.key.as_ref().is_some_and(|known| known.is_same(&key)) {
                return Some(known.clone());
            }
            Some(Over::new(key, entry, &open.overlay_data))
        });
        self.over[id] = next.unwrap_or_default();
    }

    /// The layers over a viewport's frame, in the order they are drawn.
    pub(super) fn layers_over(
        &self,
        id: ViewportId,
        rect: CanvasRect,
        image_from_canvas: &ImageFromCanvas,
    ) -> Vec<ImageLayer> {
        let (Some(over), Some(viewport)) = (self.over.get(id), self.state.viewports.get(id)) else {
            return Vec::new();
        };
        let shutter = over
            .shutter
            .iter()
            .filter(|_| !viewport.presentation.is_shutter_lifted);
        let planes = over
            .planes
            .iter()
            .filter(|_| !viewport.presentation.are_planes_hidden);
        let layer = |cover: &Cover| {
            let shift = DAffine2::from_translation(-DVec2::from(cover.origin));
            ImageLayer {
                rect,
                raster: Arc::clone(&cover.raster),
                table: Some(Arc::clone(&cover.table)),
                grid: SamplingGrid::new(&ImageFromCanvas(shift * image_from_canvas.0), rect),
                interpolation: Interpolation::Nearest,
                is_over: true,
            }
        };
        shutter.chain(planes).map(layer).collect()
    }

    /// Asks for overlay bits that the archive keeps apart, and again for frames that came before their header told of bits
    /// in the pixel cells.
    pub(super) fn ask_for_overlays(&mut self) {
        let (mut uris, mut stale) = (Vec::new(), Vec::new());
        for (id, ..) in self.state.visible() {
            let Some((open, _, entry, _)) = self.wanted(id) else {
                continue;
            };
            for plane in &entry.header.overlays {
                match &plane.bits {
                    OverlayBits::Elsewhere(uri)
                        if self.is_overlay_unknown(open, plane, entry, uri) =>
                    {
                        uris.push((open.link.source.clone(), uri.clone()));
                    }
                    OverlayBits::Embedded(bit) if self.lacks_plane(open, entry, *bit) => {
                        stale.push((open.link.study.clone(), entry.frame.clone()));
                    }
                    _ => {}
                }
            }
        }
        uris.dedup();
        for (source, uri) in uris {
            self.fetch(&source, Resource::OverlayData(uri));
        }
        for (study, frame) in stale {
            self.frames.forget(&frame);
            if let Some(open) = self.study_mut(&study) {
                open.asked_for_planes.push(frame);
            }
        }
    }

    fn is_overlay_unknown(
        &self,
        open: &OpenStudy,
        plane: &OverlayPlane,
        entry: &StackEntry,
        uri: &str,
    ) -> bool {
        let is_asked = self.pending.values().any(|pending| {
            matches!(pending, Pending::Resource(_, Resource::OverlayData(asked)) if asked == uri)
        });
        plane.frame_for(entry.frame.frame).is_some()
            && !open.overlay_data.contains_key(uri)
            && !is_asked
    }

    /// The frame is here without a plane that its header promises, and was not asked for twice.
    fn lacks_plane(&self, open: &OpenStudy, entry: &StackEntry, bit: u16) -> bool {
        self.frames
            .raster(&entry.frame)
            .is_some_and(|raster| raster.planes.iter().all(|(known, _)| *known != bit))
            && !open.asked_for_planes.contains(&entry.frame)
    }

    /// Overlay bits came, or cannot be had.
    pub(super) fn overlay_data(&mut self, uri: String, bytes: Option<Vec<u8>>) {
        let bytes: Option<Arc<[u8]>> = bytes.map(Into::into);
        for open in &mut self.studies {
            open.overlay_data.insert(uri.clone(), bytes.clone());
        }
    }

    /// Label or description of every plane over a viewport's frame, for the details beside it.
    pub(super) fn plane_words(&self, id: ViewportId) -> Vec<String> {
        let Some((_, _, entry, _)) = self.wanted(id) else {
            return Vec::new();
        };
        planes_of(entry)
            .map(|(plane, _)| format!("{:04X}  {}", plane.group, plane.description))
            .collect()
    }
}
