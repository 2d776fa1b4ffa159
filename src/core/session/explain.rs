//! The value under the pointer and the chain behind it, in words: stored value, modality value, window, what is drawn.

use super::colors::color_map_in_use;
use super::explain_color::{color_reading, figures, profile_step};
use super::fidelity::share;
use super::picture::{is_color, voi_in_use};
use super::session::Session;
use super::subtract::is_subtracting;
use super::values::{ChainStep, OtherValue};
use super::words::number;
use crate::pixel::chain::{Chain, Path, Tone};
use crate::pixel::color_map::ColorMap;
use crate::pixel::descriptor::Photometric;
use crate::pixel::display_table::DisplayPipeline;
use crate::pixel::modality_lut::ModalityLut;
use crate::pixel::suv::Suv;
use crate::pixel::voi::{Voi, VoiFunction};
use crate::study::display_set::StackEntry;
use crate::study::instance::FrameHeader;
use crate::viewport::presentation::VoiSetting;
use crate::viewport::viewport::{Viewport, ViewportId};

/// What is said of one pixel.
pub(super) struct Reading {
    pub(super) value: String,
    pub(super) unit: String,
    pub(super) others: Vec<OtherValue>,
    pub(super) note: String,
    pub(super) steps: Vec<ChainStep>,
}

pub(super) fn step(name: &str, value: String, how: impl Into<String>, tags: &str) -> ChainStep {
    ChainStep {
        name: name.to_owned(),
        value,
        how: how.into(),
        tags: tags.to_owned(),
    }
}

impl Session {
    /// Reads a pixel of what stands on the canvas; `None` outside of it.
    pub(super) fn read_pixel(&self, id: ViewportId, x: u32, y: u32) -> Option<Reading> {
        let (open, set, entry, viewport) = self.on_canvas(id)?;
        let level = self.level_on_canvas(id);
        if level > 0 {
            return Some(reduced_reading(level));
        }
        let raster = self.frames.raster(&entry.frame)?;
        let frame = entry.frame_header()?;
        let header = &entry.header;
        if let Some(rgb) = raster.rgb(x, y) {
            let components = raster.stored_color(x, y);
            return Some(color_reading(rgb, components, &entry.header));
        }
        let stored = raster.stored(x, y)?;
        let voi = voi_in_use(open, viewport, set, entry).unwrap_or(Voi::linear(0.0, 1.0));
        let pipeline = DisplayPipeline {
            descriptor: &header.descriptor,
            modality_lut: &frame.modality_lut,
            voi: &voi,
            palette: header.palette.as_deref(),
            padding: header.padding,
            is_inverted: viewport.presentation.is_inverted,
            color_map: color_map_in_use(viewport, entry),
        };
        if is_subtracting(viewport, entry) {
            let difference = self.differences.get(id)?.as_ref()?.raster.stored(x, y)?;
            return Some(difference_reading(
                stored, difference, &pipeline, viewport, entry,
            ));
        }
        let chain = pipeline.chain(stored);
        let (value, unit, others, note) = values(&chain, frame, is_color(header));
        Some(Reading {
            value,
            unit,
            others,
            note,
            steps: steps(&chain, &pipeline, viewport, entry),
        })
    }
}

/// A coarse pixel is a mean of many: its value would pass for one that the image does not have.
fn reduced_reading(level: u8) -> Reading {
    Reading {
        value: "No value yet".to_owned(),
        unit: String::new(),
        others: Vec::new(),
        note: format!(
            "The image is still reduced to {}; its values come with the rest of it.",
            share(level)
        ),
        steps: Vec::new(),
    }
}

/// The value first, in the unit that means most: SUV, else the modality value, never windowed, never inverted; then the
/// others, and why a PET image has no SUV.
fn values(
    chain: &Chain,
    frame: &FrameHeader,
    is_palette: bool,
) -> (String, String, Vec<OtherValue>, String) {
    let stored = chain.stored;
    if is_palette {
        return (
            number(stored),
            "index".to_owned(),
            Vec::new(),
            String::new(),
        );
    }
    let modality = frame.modality_lut.apply(stored);
    let unit = frame.modality_lut.unit();
    if chain.path == Path::Padding {
        return (
            number(modality),
            "padding".to_owned(),
            Vec::new(),
            String::new(),
        );
    }
    let mut others = Vec::new();
    let mut other = |value: f64, unit: &str, label: &str| {
        others.push(OtherValue {
            value: number(value),
            unit: unit.to_owned(),
            label: label.to_owned(),
        });
    };
    let (value, unit, note) = match frame.context.suv {
        Suv::Factor(factor) => {
            // A factor of 1 is a SUV by its own unit.
            if factor != 1.0 {
                other(modality, unit, "");
            }
            (modality * factor, "SUVbw", String::new())
        }
        Suv::Refused(problem) => (modality, unit, format!("No SUV: {problem}.")),
        Suv::NotAsked => (modality, unit, String::new()),
    };
    // Mappings may overlap: each says what it says of its range, and nothing outside (rule D34).
    for map in frame.context.real_world.iter() {
        if let Some(value) = map.value(stored) {
            let label = if map.label.is_empty() {
                &map.unit_meaning
            } else {
                &map.label
            };
            // "1" is UCUM for no unit.
            other(value, if map.unit == "1" { "" } else { &map.unit }, label);
        }
    }
    (number(value), unit.to_owned(), others, note)
}

fn difference_reading(
    stored: f64,
    difference: f64,
    pipeline: &DisplayPipeline<'_>,
    viewport: &Viewport,
    entry: &StackEntry,
) -> Reading {
    let tone = DisplayPipeline {
        color_map: None,
        ..*pipeline
    }
    .tone(difference);
    let mut steps = vec![
        step(
            "Stored",
            number(stored),
            "of the contrast frame",
            "(7FE0,0010)",
        ),
        step(
            "Difference",
            number(difference),
            "mask subtracted after the modality transform and its logarithm",
            "(0028,6100)",
        ),
    ];
    steps.extend(tone_steps(&tone, pipeline, viewport, entry));
    Reading {
        value: number(difference),
        unit: "difference".to_owned(),
        others: Vec::new(),
        note: String::new(),
        steps,
    }
}

fn steps(
    chain: &Chain,
    pipeline: &DisplayPipeline<'_>,
    viewport: &Viewport,
    stack_entry: &StackEntry,
) -> Vec<ChainStep> {
    let descriptor = pipeline.descriptor;
    let kind = if descriptor.is_signed {
        "signed"
    } else {
        "unsigned"
    };
    let how = format!("{} bits, {kind}", descriptor.bits_stored);
    let mut steps = vec![step("Stored", number(chain.stored), how, "(7FE0,0010)")];
    match &chain.path {
        Path::Padding => {
            steps.push(step(
                "Padding",
                "no picture".into(),
                "drawn as background whatever the window",
                "(0028,0120)",
            ));
        }
        Path::NotANumber => {
            steps.push(step(
                "Not a number",
                "no picture".into(),
                "drawn as background",
                "",
            ));
        }
        Path::Palette {
            entry,
            is_supplemental,
        } => {
            let [r, g, b, _] = chain.shown;
            let rgb = [r, g, b];
            let how = if *is_supplemental {
                format!("entry {entry} of the supplemental palette")
            } else {
                format!("entry {entry} of the palette; palette colour has no window")
            };
            let tags = "(0028,1101) (0028,1201)";
            let profile = profile_step(rgb, &stack_entry.header);
            let name = if profile.is_some() {
                "Palette"
            } else {
                "Shown"
            };
            steps.push(step(name, figures(rgb), how, tags));
            steps.extend(profile);
        }
        Path::Tone { modality, tone } => {
            steps.push(modality_step(
                chain.stored,
                *modality,
                pipeline.modality_lut,
            ));
            steps.extend(tone_steps(tone, pipeline, viewport, stack_entry));
        }
    }
    steps
}

fn modality_step(stored: f64, modality: f64, lut: &ModalityLut) -> ChainStep {
    let unit = lut.unit();
    let value = format!("{} {unit}", number(modality)).trim_end().to_owned();
    match lut {
        ModalityLut::Rescale {
            slope,
            intercept,
            unit,
        } => {
            if (*slope, *intercept) == (1.0, 0.0) && unit.is_empty() {
                return step("Modality", value, "no rescale: raw values", "");
            }
            let sign = if *intercept < 0.0 { '\u{2212}' } else { '+' };
            let how = format!("\u{d7} {slope} {sign} {}", intercept.abs());
            step("Modality", value, how, "(0028,1053) (0028,1052)")
        }
        ModalityLut::Table { table, .. } => {
            let how = format!(
                "modality LUT, entry {} of {}",
                table.entry(stored) + 1,
                table.data.len()
            );
            step("Modality", value, how, "(0028,3000)")
        }
    }
}

/// Window or VOI LUT, polarity, what is drawn.
fn tone_steps(
    tone: &Tone,
    pipeline: &DisplayPipeline<'_>,
    viewport: &Viewport,
    entry: &StackEntry,
) -> Vec<ChainStep> {
    let share = |fraction: f64| format!("{fraction:.2}");
    let of_header = matches!(viewport.presentation.voi, VoiSetting::Header(_));
    let choices = entry.frame_header().map_or(&[][..], |frame| &frame.voi);
    let is_auto = of_header && (choices.is_empty() || is_subtracting(viewport, entry));
    let name = match &viewport.presentation.voi {
        VoiSetting::Manual { name, .. } => name.clone(),
        VoiSetting::Header(_) if is_auto => "automatic".to_owned(),
        VoiSetting::Header(index) => choices
            .get(*index)
            .or(choices.first())
            .map(|choice| choice.name.clone())
            .unwrap_or_default(),
    };
    let name = if name.is_empty() {
        name
    } else {
        format!(" ({name})")
    };
    let (stage, how, tags) = match pipeline.voi {
        Voi::Window(window, function) => {
            let function = match function {
                VoiFunction::Linear => "LINEAR",
                VoiFunction::LinearExact => "LINEAR_EXACT",
                VoiFunction::Sigmoid => "SIGMOID",
            };
            let figures = format!("{}/{}", number(window.center), number(window.width));
            let tags = "(0028,1050) (0028,1051) (0028,1056)";
            ("Window", format!("{function} {figures}{name}"), tags)
        }
        Voi::Table(table) => {
            let how = format!("VOI LUT of {} entries{name}", table.data.len());
            ("VOI LUT", how, "(0028,3010)")
        }
    };
    let tags = if of_header && !is_auto { tags } else { "" };
    let mut steps = vec![step(stage, share(tone.fraction), how, tags)];
    if tone.is_inverse || pipeline.is_inverted {
        let is_white_first = pipeline.descriptor.photometric == Photometric::Monochrome1
            && pipeline.color_map.is_none();
        let how = match (is_white_first, pipeline.is_inverted) {
            (true, true) => "MONOCHROME1, inverted back by the reader",
            (true, false) => "MONOCHROME1: the lowest value is white",
            (false, _) => "inverted by the reader",
        };
        let directed = if tone.is_inverse {
            1.0 - tone.fraction
        } else {
            tone.fraction
        };
        let tags = if is_white_first { "(0028,0004)" } else { "" };
        steps.push(step("Polarity", share(directed), how, tags));
    }
    steps.push(shown_step(tone, pipeline.color_map));
    steps
}

fn shown_step(tone: &Tone, map: Option<ColorMap>) -> ChainStep {
    match map {
        None => step("Shown", format!("grey {}", tone.grey), "of 0 to 255", ""),
        Some(map) => {
            let [r, g, b, _] = tone.shown;
            let how = format!("entry {} of {}", tone.grey, map.name());
            step("Shown", figures([r, g, b]), how, "")
        }
    }
}
