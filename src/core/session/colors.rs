//! Colour maps on a viewport: which one, and the legend that says what its colours mean.

use super::picture::{is_color, voi_in_use};
use super::session::Session;
use super::subtract::is_subtracting;
use super::values::Legend;
use super::words::number;
use crate::pixel::color_map::ColorMap;
use crate::pixel::display_table::DisplayPipeline;
use crate::pixel::modality_lut::ModalityLut;
use crate::pixel::suv::Suv;
use crate::pixel::voi::Voi;
use crate::study::display_set::StackEntry;
use crate::viewport::presentation::Presentation;
use crate::viewport::viewport::{Viewport, ViewportId};

/// Colours of a legend: as many as its height in CSS pixels would show apart.
const N_COLORS: usize = 64;
/// Numbers beside it.
const N_TICKS: usize = 5;

/// True for a picture of one channel that is seen as it is: colour has its own colours, a difference stays grey.
pub(super) fn takes_color_map(viewport: &Viewport, entry: &StackEntry) -> bool {
    !is_color(&entry.header) && !is_subtracting(viewport, entry)
}

pub(super) fn color_map_in_use(viewport: &Viewport, entry: &StackEntry) -> Option<ColorMap> {
    viewport
        .presentation
        .color_map
        .filter(|_| takes_color_map(viewport, entry))
}

impl Session {
    /// Greys where `map` is `None`; colour pictures take none.
    pub(super) fn set_color_map(&mut self, id: ViewportId, map: Option<ColorMap>) {
        let can_take = self
            .wanted(id)
            .is_some_and(|(_, _, entry, viewport)| takes_color_map(viewport, entry));
        if can_take {
            self.present(id, |p| Presentation {
                color_map: map,
                ..p
            });
        }
    }

    /// The colours from the lower to the upper end of the window, with numbers in the unit of the probe.
    pub(super) fn legend(&self, id: ViewportId) -> Option<Legend> {
        let (open, set, entry, viewport) = self.on_canvas(id)?;
        let map = color_map_in_use(viewport, entry)?;
        let voi = voi_in_use(open, viewport, set, entry)?;
        let frame = entry.frame_header()?;
        let (low, high) = span(&voi);
        let pipeline = DisplayPipeline {
            descriptor: &entry.header.descriptor,
            modality_lut: &ModalityLut::default(),
            voi: &voi,
            palette: None,
            padding: None,
            is_inverted: viewport.presentation.is_inverted,
            color_map: Some(map),
        };
        let at = |place: usize, n: usize| low + (high - low) * place as f64 / (n - 1) as f64;
        let colors = (0..N_COLORS).map(|place| {
            let [r, g, b, _] = pipeline.tone(at(place, N_COLORS)).shown;
            [r, g, b]
        });
        let (factor, unit) = match frame.context.suv {
            Suv::Factor(factor) => (factor, "SUVbw"),
            _ => (1.0, frame.modality_lut.unit()),
        };
        Some(Legend {
            name: map.name().to_owned(),
            colors: colors.collect(),
            ticks: (0..N_TICKS)
                .map(|place| number(at(place, N_TICKS) * factor))
                .collect(),
            unit: unit.to_owned(),
        })
    }
}

/// Modality values between which something changes.
fn span(voi: &Voi) -> (f64, f64) {
    match voi {
        Voi::Window(window, _) => (
            window.center - window.width / 2.0,
            window.center + window.width / 2.0,
        ),
        Voi::Table(table) => {
            let first = f64::from(table.first);
            (first, first + (table.data.len() - 1) as f64)
        }
    }
}
