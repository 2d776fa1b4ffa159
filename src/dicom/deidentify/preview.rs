//! A frame as its copy will have it, for the eyes of whoever lets it go.

use serde_json::Value;
use skiagraph_core::pixel::descriptor::PixelDescriptor;
use skiagraph_core::pixel::display_table::{DisplayPipeline, auto_voi};
use skiagraph_core::pixel::modality_lut::ModalityLut;
use skiagraph_core::pixel::raster::RasterKind;
use skiagraph_core::pixel::samples::Samples;

use super::file::DeidentifyError;
use super::masks::{self, Area};
use crate::dicomweb::metadata;
use crate::pixels::part10;

/// A picture of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Pixel rows.
    pub rows: u32,
    /// Pixel columns.
    pub columns: u32,
    /// Red, green, blue, opaque: four bytes a pixel, row after row.
    pub rgba: Vec<u8>,
}

/// Decodes a frame (from 0) and hides what is to be hidden. It is shown from its darkest to its brightest value, whatever
/// window the header asks for: text must not hide in black.
///
/// # Errors
/// [`DeidentifyError`] where the frame cannot be had.
pub fn preview(file: &[u8], index: u32, areas: &[Area]) -> Result<Preview, DeidentifyError> {
    let opened = part10::open(file)?;
    let descriptor = PixelDescriptor::new(&opened.descriptor)?;
    let (decoded, _) = masks::frame(&opened, file, &descriptor, index, areas)?;
    let raster = decoded.into_raster(&descriptor)?;
    let raster = if raster.kind == RasterKind::Rgb {
        raster
    } else {
        let modality_lut = ModalityLut::default();
        let voi = auto_voi(&raster, &modality_lut, None);
        let palette = palette(&opened.metadata_json);
        let pipeline = DisplayPipeline {
            descriptor: &descriptor,
            modality_lut: &modality_lut,
            voi: &voi,
            palette: palette.as_deref(),
            padding: None,
            is_inverted: false,
            color_map: None,
        };
        pipeline.resolve(&raster).ok_or(DeidentifyError::Cut)?
    };
    let Samples::U8(rgb) = &raster.samples else {
        return Err(DeidentifyError::Cut);
    };
    let pixels = rgb.as_chunks::<3>().0.iter();
    Ok(Preview {
        rows: raster.rows,
        columns: raster.columns,
        rgba: pixels.flat_map(|&[r, g, b]| [r, g, b, 255]).collect(),
    })
}

/// The tables of PALETTE COLOR, as the one metadata parser reads them.
fn palette(json: &str) -> Option<std::sync::Arc<skiagraph_core::pixel::palette::Palette>> {
    let json = Value::Array(vec![serde_json::from_str(json).ok()?]).to_string();
    let (studies, _) = metadata::parse_mixed_instances(json.as_bytes()).ok()?;
    let study = studies.into_iter().next()?;
    let series = study.series.into_iter().next()?;
    let header = series.instances.first()?.image()?.clone();
    header.palette.clone()
}
