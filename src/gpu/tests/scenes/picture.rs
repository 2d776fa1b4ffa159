//! Pictures that people look at when a comparison fails, and the comparison.

use skiagraph_core::scene::reference;
use skiagraph_core::scene::scene::Scene;
use std::fs::{File, create_dir_all};
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// The reference's picture of a scene, R G B A.
pub(crate) fn reference(scene: &Scene) -> Vec<u8> {
    let mut target = vec![0; scene.width_px as usize * scene.height_px as usize * 4];
    reference::draw(scene, &mut target);
    target
}

/// Largest difference of two bytes and the number of pixels that differ; pictures of other sizes differ in all.
pub(crate) fn difference(expected: &[u8], actual: &[u8]) -> (u8, usize) {
    if expected.len() != actual.len() {
        return (u8::MAX, expected.len().max(actual.len()) / 4);
    }
    let largest = expected
        .iter()
        .zip(actual)
        .map(|(a, b)| a.abs_diff(*b))
        .max()
        .unwrap_or(0);
    let n_pixels = expected
        .chunks(4)
        .zip(actual.chunks(4))
        .filter(|(a, b)| a != b)
        .count();
    (largest, n_pixels)
}

/// Writes a picture to the folder of test output and says where.
pub(crate) fn keep(name: &str, scene: &Scene, rgba: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    create_dir_all(folder).unwrap();
    let path = folder.join(format!("{name}.png"));
    write_png(&path, scene.width_px, scene.height_px, rgba);
    path
}

fn write_png(path: &Path, width_px: u32, height_px: u32, rgba: &[u8]) {
    let mut encoder = png::Encoder::new(File::create(path).unwrap(), width_px, height_px);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_compression(png::Compression::High);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(rgba)
        .unwrap();
}

/// R G B A of a PNG file of ours; `None` where there is no such file.
pub(crate) fn read_png(path: &Path) -> Option<Vec<u8>> {
    let file = BufReader::new(File::open(path).ok()?);
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut rgba = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut rgba).unwrap();
    Some(rgba)
}
