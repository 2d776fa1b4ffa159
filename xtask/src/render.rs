//! `render`: the reference picture of one frame as a PNG, one image pixel on one picture pixel.

use std::{fs, io::BufWriter, sync::Arc};

use skiagraph_core::{
    geometry::{affine::ImageFromCanvas, space::CanvasRect},
    pixel::{
        display_table::{DisplayPipeline, auto_voi},
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
        part10::{frame_bytes, open},
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

/// Width, height and R G B A of the frame; the error is a sentence.
fn picture(file: &[u8], options: &args::Render) -> Result<(u32, u32, Vec<u8>), String> {
    let part10 = open(file).map_err(|error| error.to_string())?;
    let (studies, _) = parse_mixed_instances(part10.metadata_json.as_bytes())
        .map_err(|error| error.to_string())?;
    let instances = studies
        .iter()
        .flat_map(|study| &study.series)
        .flat_map(|series| &series.instances);
    let header = instances
        .filter_map(|instance| instance.image())
        .next()
        .ok_or("the file holds no image that can be drawn")?;
    let index = options.frame.saturating_sub(1);
    let frame = header
        .frame(FrameIndex(index))
        .ok_or("there is no such frame")?;
    let bytes = frame_bytes(&part10, file, index).map_err(|error| error.to_string())?;
    let raster = decode(&header.descriptor, Some(&part10.transfer_syntax), &bytes)
        .and_then(|decoded| decoded.into_raster(&header.descriptor))
        .map_err(|error| error.to_string())?;
    Ok(draw(header, frame, raster, options.center_width))
}

fn draw(
    header: &ImageHeader,
    frame: &FrameHeader,
    raster: Raster,
    center_width: Option<(f64, f64)>,
) -> (u32, u32, Vec<u8>) {
    let of_header = || frame.voi.first().map(|choice| choice.voi.clone());
    let voi = center_width
        .map(|(center, width)| Voi::linear(center, width))
        .or_else(of_header)
        .unwrap_or_else(|| auto_voi(&raster, &frame.modality_lut, header.padding));
    let pipeline = DisplayPipeline {
        descriptor: &header.descriptor,
        modality_lut: &frame.modality_lut,
        voi: &voi,
        palette: header.palette.as_deref(),
        padding: header.padding,
        is_inverted: false,
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
    let half = glam::DVec2::splat(-0.5);
    let grid = SamplingGrid::new(
        &ImageFromCanvas(glam::DAffine2::from_translation(half)),
        rect,
    );
    let layer = ImageLayer {
        rect,
        raster: Arc::new(raster),
        table,
        grid,
        interpolation: Interpolation::Nearest,
    };
    let scene = Scene {
        width_px,
        height_px,
        layers: vec![layer],
    };
    let mut rgba = vec![0; width_px as usize * height_px as usize * 4];
    reference::draw(&scene, &mut rgba);
    (width_px, height_px, rgba)
}
