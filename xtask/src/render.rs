//! `render`: the reference picture of one frame as a PNG, one image pixel on one picture pixel.

#[cfg(test)]
mod oracle_tests;
#[cfg(test)]
mod test_explained;
#[cfg(test)]
mod test_judges;

use std::{fs, io::BufWriter, sync::Arc};

use skiagraph_core::{
    geometry::{affine::ImageFromCanvas, space::CanvasRect},
    pixel::{
        display_table::{DisplayPipeline, DisplayTable, auto_voi},
        overlay::OverlayBits,
        raster::{Raster, RasterKind},
        voi::Voi,
    },
    scene::{
        grid::SamplingGrid,
        reference,
        scene::{ImageLayer, Interpolation, Scene},
    },
    study::instance::{FrameHeader, ImageHeader},
    uid::FrameIndex,
};
use skiagraph_dicom::{
    dicomweb::metadata::parse_mixed_instances,
    pixels::{
        decode,
        part10::{Part10, frame_bytes, open},
    },
};

use crate::{args, error::XtaskError};

/// Writes the picture of one frame.
pub(crate) fn run(options: &args::Render) -> Result<(), XtaskError> {
    let file = fs::read(&options.file).map_err(XtaskError::file(&options.file))?;
    let content = |problem: String| XtaskError::Content {
        path: options.file.clone(),
        problem,
    };
    let (width_px, height_px, rgba) = picture(&file, options).map_err(content)?;
    let out = fs::File::create(&options.out).map_err(XtaskError::file(&options.out))?;
    let mut encoder = png::Encoder::new(BufWriter::new(out), width_px, height_px);
    encoder.set_color(png::ColorType::Rgba);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&rgba));
    written.map_err(|error| content(error.to_string()))
}

/// Width, height and R G B A of a picture.
type Picture = (u32, u32, Vec<u8>);

/// The picture of a frame; the error is a sentence.
fn picture(file: &[u8], options: &args::Render) -> Result<Picture, String> {
    Ok(Image::open(file, options.frame)?.picture(options))
}

/// One frame and what its header says.
struct Image {
    header: Arc<ImageHeader>,
    index: FrameIndex,
    frame: FrameHeader,
    raster: Raster,
}

impl Image {
    /// The frame of a number from 1; the error is a sentence.
    fn open(file: &[u8], number: u32) -> Result<Self, String> {
        let part10 = open(file).map_err(|error| error.to_string())?;
        let header = image_header(&part10)?;
        let index = FrameIndex(number.saturating_sub(1));
        let frame = header.frame(index).ok_or("there is no such frame")?.clone();
        let bytes = frame_bytes(&part10, file, index.0).map_err(|error| error.to_string())?;
        let raster = decode(&header.descriptor, Some(&part10.transfer_syntax), &bytes)
            .and_then(|decoded| decoded.into_raster(&header.descriptor))
            .map_err(|error| error.to_string())?;
        Ok(Self {
            header,
            index,
            frame,
            raster,
        })
    }

    fn picture(&self, options: &args::Render) -> Picture {
        let Self { header, frame, .. } = self;
        let over = over(header, frame, &self.raster, self.index, options);
        let asked = options.center_width;
        let asked = asked.map(|(center, width)| Voi::linear(center, width));
        let voi = asked.unwrap_or_else(|| self.voi());
        draw(header, frame, self.raster.clone(), &voi, over)
    }

    /// The header's first window or VOI LUT, else all values of the frame.
    fn voi(&self) -> Voi {
        let of_header = self.frame.voi.first().map(|choice| choice.voi.clone());
        let lut = &self.frame.modality_lut;
        of_header.unwrap_or_else(|| auto_voi(&self.raster, lut, self.header.padding))
    }
}

/// The header of the file's image; the error is a sentence.
fn image_header(part10: &Part10) -> Result<Arc<ImageHeader>, String> {
    let (studies, _) = parse_mixed_instances(part10.metadata_json.as_bytes())
        .map_err(|error| error.to_string())?;
    let instances = studies
        .iter()
        .flat_map(|study| &study.series)
        .flat_map(|series| &series.instances);
    let header = instances.filter_map(|instance| instance.image()).next();
    let header = header.ok_or("the file holds no image that can be drawn")?;
    Ok(Arc::clone(header))
}

/// What lies over the frame, each with the image column and row of its first pixel: as `dcmj2pnm` draws it, overlay planes
/// in white without an outline, and the shutter where it is asked for.
fn over(
    header: &ImageHeader,
    frame: &FrameHeader,
    raster: &Raster,
    index: FrameIndex,
    options: &args::Render,
) -> Vec<(Raster, DisplayTable, [f64; 2])> {
    let shutter = frame.shutter.as_ref().filter(|_| options.is_shuttered);
    let shutter = shutter.and_then(|shutter| {
        let [r, g, b] = shutter.color;
        let table = DisplayTable::of_bytes(&[[0; 4], [r, g, b, 255]]);
        let (rows, columns) = (raster.rows, raster.columns);
        let covered = shutter.covered(rows, columns, frame.pixel_aspect, |_, _| false)?;
        Some((covered, table, [0.0; 2]))
    });
    let planes = header.overlays.iter().filter_map(|plane| {
        let bits: &[u8] = match &plane.bits {
            OverlayBits::Packed(bits) => bits,
            OverlayBits::Embedded(bit) => {
                let plane = raster.planes.iter().find(|(known, _)| known == bit);
                plane.map(|(_, bits)| &**bits)?
            }
            OverlayBits::Elsewhere(_) | OverlayBits::Absent => return None,
        };
        let table = DisplayTable::of_bytes(&[[0; 4], [255; 4]]);
        let outlined = plane.outlined(plane.frame_for(index)?, bits)?;
        Some((outlined, table, plane.outlined_origin()))
    });
    let planes = planes.filter(|_| !options.is_without_overlays);
    shutter.into_iter().chain(planes).collect()
}

fn draw(
    header: &ImageHeader,
    frame: &FrameHeader,
    raster: Raster,
    voi: &Voi,
    over: Vec<(Raster, DisplayTable, [f64; 2])>,
) -> Picture {
    let pipeline = DisplayPipeline {
        descriptor: &header.descriptor,
        modality_lut: &frame.modality_lut,
        voi,
        palette: header.palette.as_deref(),
        padding: header.padding,
        is_inverted: false,
        color_map: None,
    };
    let (raster, table) = match raster.kind {
        RasterKind::Rgb => (raster, None),
        RasterKind::Stored => match pipeline.table() {
            Some(table) => (raster, Some(Arc::new(table))),
            None => (pipeline.resolve(&raster).unwrap_or(raster), None),
        },
    };
    let (width_px, height_px) = (raster.columns, raster.rows);
    let rect = CanvasRect {
        x_px: 0,
        y_px: 0,
        width_px,
        height_px,
    };
    // Pixel centres: .5 on the canvas, whole numbers in the image.
    let grid = |origin: [f64; 2]| {
        let shift = glam::DVec2::splat(-0.5) - glam::DVec2::from(origin);
        SamplingGrid::new(
            &ImageFromCanvas(glam::DAffine2::from_translation(shift)),
            rect,
        )
    };
    let layer = ImageLayer {
        rect,
        raster: Arc::new(raster),
        table,
        grid: grid([0.0; 2]),
        interpolation: Interpolation::Nearest,
        is_over: false,
    };
    let over = over.into_iter().map(|(raster, table, origin)| ImageLayer {
        rect,
        raster: Arc::new(raster),
        table: Some(Arc::new(table)),
        grid: grid(origin),
        interpolation: Interpolation::Nearest,
        is_over: true,
    });
    let scene = Scene {
        width_px,
        height_px,
        layers: std::iter::once(layer).chain(over).collect(),
    };
    let mut rgba = vec![0; width_px as usize * height_px as usize * 4];
    reference::draw(&scene, &mut rgba);
    (width_px, height_px, rgba)
}
