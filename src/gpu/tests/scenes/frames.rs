//! Frames and tables made by formula, each like one that a modality sends.

use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor, RawDescriptor};
use skiagraph_core::pixel::display_table::{DisplayPipeline, DisplayTable};
use skiagraph_core::pixel::modality_lut::ModalityLut;
use skiagraph_core::pixel::palette::Palette;
use skiagraph_core::pixel::raster::{Raster, RasterKind};
use skiagraph_core::pixel::samples::Samples;
use skiagraph_core::pixel::voi::Voi;
use skiagraph_core::study::instance::PaddingRange;
use std::sync::Arc;

/// Outside the circle of reconstruction, as CT scanners fill it.
const CT_PADDING: i32 = -2000;

fn stored(rows: u32, columns: u32, samples: Samples) -> Arc<Raster> {
    Arc::new(Raster::new(rows, columns, RasterKind::Stored, samples).unwrap())
}

/// One value for every pixel, row after row.
fn each<T>(rows: u32, columns: u32, value: impl Fn(i32, i32) -> T) -> Vec<T> {
    (0..rows as i32)
        .flat_map(|y| (0..columns as i32).map(move |x| (x, y)))
        .map(|(x, y)| value(x, y))
        .collect()
}

/// Scatters whole numbers evenly and always alike, so that neighbors differ as noise does.
fn scattered(x: i32, y: i32) -> u32 {
    let mixed = (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA6B);
    (mixed ^ (mixed >> 15)).wrapping_mul(0x2C1B_3C6D) >> 16
}

/// Signed 16 bit: a ramp with noise inside an ellipse, padding outside.
pub(crate) fn ct(rows: u32, columns: u32) -> Arc<Raster> {
    let (columns_f, rows_f) = (f64::from(columns), f64::from(rows));
    let value = |x: i32, y: i32| {
        let (u, v) = (
            (f64::from(x) + 0.5) / columns_f - 0.5,
            (f64::from(y) + 0.5) / rows_f - 0.5,
        );
        let is_outside = u * u + v * v > 0.23;
        let ramp = ((u + v) * 700.0) as i32 + (scattered(x, y) % 97) as i32;
        (if is_outside { CT_PADDING } else { ramp }) as i16
    };
    stored(rows, columns, Samples::I16(each(rows, columns, value)))
}

/// Unsigned 16 bit over the whole range.
pub(crate) fn ramp(rows: u32, columns: u32) -> Arc<Raster> {
    stored(
        rows,
        columns,
        Samples::U16(each(rows, columns, |x, y| scattered(x, y) as u16)),
    )
}

/// Lines one texel wide (1) beside their outlines (2), most of it nothing (0), as an overlay plane is drawn.
pub(crate) fn plane(rows: u32, columns: u32) -> Arc<Raster> {
    let value = |x: i32, y: i32| match (x + 2 * y).rem_euclid(19) {
        0 => 1,
        1 | 18 => 2,
        _ => u8::from(scattered(x, y).is_multiple_of(61)),
    };
    stored(rows, columns, Samples::U8(each(rows, columns, value)))
}

/// Ink and its outline; the outline gives way.
pub(crate) fn plane_table() -> Arc<DisplayTable> {
    let colors = [[0; 4], [255, 215, 94, 255], [7, 7, 7, 254]];
    Arc::new(DisplayTable::of_bytes(&colors))
}

/// Unsigned 8 bit.
pub(crate) fn bytes(rows: u32, columns: u32) -> Arc<Raster> {
    stored(
        rows,
        columns,
        Samples::U8(each(rows, columns, |x, y| (x * 9 + y * 4) as u8)),
    )
}

/// Signed 8 bit.
pub(crate) fn signed_bytes(rows: u32, columns: u32) -> Arc<Raster> {
    stored(
        rows,
        columns,
        Samples::I8(each(rows, columns, |x, y| (x * 5 - y * 3) as i8)),
    )
}

/// R G B.
pub(crate) fn rgb(rows: u32, columns: u32) -> Arc<Raster> {
    let pixels = each(rows, columns, |x, y| {
        [(x * 4) as u8, (y * 4) as u8, scattered(x, y) as u8]
    });
    Arc::new(Raster::new(rows, columns, RasterKind::Rgb, Samples::U8(pixels.concat())).unwrap())
}

struct Kind {
    bits_allocated: u16,
    bits_stored: u16,
    is_signed: bool,
    photometric: Photometric,
}

const GREY_16: Kind = Kind {
    bits_allocated: 16,
    bits_stored: 16,
    is_signed: false,
    photometric: Photometric::Monochrome2,
};

fn table(
    kind: &Kind,
    voi: &Voi,
    palette: Option<&Palette>,
    padding: Option<[i32; 2]>,
) -> Arc<DisplayTable> {
    let raw = RawDescriptor {
        rows: Some(1),
        columns: Some(1),
        bits_allocated: Some(kind.bits_allocated),
        bits_stored: Some(kind.bits_stored),
        pixel_representation: Some(kind.is_signed.into()),
        photometric: Some(kind.photometric),
        ..RawDescriptor::default()
    };
    let (descriptor, modality_lut) = (PixelDescriptor::new(&raw).unwrap(), ModalityLut::default());
    let pipeline = DisplayPipeline {
        descriptor: &descriptor,
        modality_lut: &modality_lut,
        voi,
        palette,
        padding: padding.map(|[low, high]| PaddingRange { low, high }),
        is_inverted: false,
        color_map: None,
    };
    Arc::new(pipeline.table().unwrap())
}

/// For [`ct`]: a soft tissue window, shown inverted so that padding (black) differs from the lowest value (white).
pub(crate) fn ct_table() -> Arc<DisplayTable> {
    let kind = Kind {
        is_signed: true,
        photometric: Photometric::Monochrome1,
        ..GREY_16
    };
    table(
        &kind,
        &Voi::linear(40.0, 900.0),
        None,
        Some([CT_PADDING, CT_PADDING]),
    )
}

/// For unsigned 16 bit.
pub(crate) fn unsigned_table() -> Arc<DisplayTable> {
    table(&GREY_16, &Voi::linear(32768.0, 65536.0), None, None)
}

/// For unsigned 8 bit.
pub(crate) fn byte_table() -> Arc<DisplayTable> {
    table(
        &Kind {
            bits_allocated: 8,
            bits_stored: 8,
            ..GREY_16
        },
        &Voi::linear(128.0, 200.0),
        None,
        Some([77, 90]),
    )
}

/// For signed 8 bit.
pub(crate) fn signed_byte_table() -> Arc<DisplayTable> {
    let kind = Kind {
        bits_allocated: 8,
        bits_stored: 8,
        is_signed: true,
        ..GREY_16
    };
    table(&kind, &Voi::linear(0.0, 256.0), None, Some([-100, -90]))
}

/// For unsigned 16 bit in color, a band of which is padding.
pub(crate) fn palette_table() -> Arc<DisplayTable> {
    let entries = |step: u32| {
        (0..=u16::MAX)
            .map(|v| (u32::from(v) * step) as u16)
            .collect::<Vec<_>>()
    };
    // 0 stands for 65,536 entries (PS3.3 C.7.6.3.1.5).
    let palette = Palette::new(0, 0, 16, [&entries(1), &entries(3), &entries(7)]).unwrap();
    let kind = Kind {
        photometric: Photometric::PaletteColor,
        ..GREY_16
    };
    table(
        &kind,
        &Voi::linear(0.0, 1.0),
        Some(&palette),
        Some([20_000, 29_999]),
    )
}

/// R G B: red at the left, green in the middle, blue at the right, and a white corner at the top left.
pub(crate) fn color_bars(rows: u32, columns: u32) -> Arc<Raster> {
    let third = columns as i32 / 3 + 1;
    let color = |x: i32, y: i32| match x / third {
        _ if x < 4 && y < 4 => [255; 3],
        0 => [220, 0, 0],
        1 => [0, 200, 0],
        _ => [0, 0, 240],
    };
    Arc::new(
        Raster::new(
            rows,
            columns,
            RasterKind::Rgb,
            Samples::U8(each(rows, columns, color).concat()),
        )
        .unwrap(),
    )
}
