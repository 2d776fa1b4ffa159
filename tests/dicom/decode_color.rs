//! Colour frames: planes, shared chrominance, and what JPEG components are.

use skiagraph_core::pixel::{
    descriptor::{Photometric, PixelDescriptor, RawDescriptor},
    raster::RasterKind,
    samples::Samples,
};
use skiagraph_dicom::{
    pixels::{DecodeWarning, decode},
    transfer_syntax::TransferSyntax,
};

use crate::{
    decode::{grey, jpeg, raw, values},
    decode_writer::{Jpeg, rle},
};

fn color(photometric: Photometric, rows: u32, columns: u32) -> PixelDescriptor {
    let size = RawDescriptor {
        rows: Some(rows),
        columns: Some(columns),
        ..raw(8, 8)
    };
    PixelDescriptor::new(&RawDescriptor {
        photometric: Some(photometric),
        ..size
    })
    .unwrap()
}

#[test]
fn c_7_6_3_1_3_planes_are_woven_frame_by_frame() {
    let descriptor = PixelDescriptor {
        is_planar: true,
        ..color(Photometric::Rgb, 1, 2)
    };
    let decoded = decode(&descriptor, None, &[1, 2, 11, 12, 21, 22]).unwrap();
    assert_eq!(decoded.samples, Samples::U8(vec![1, 11, 21, 2, 12, 22]));
}

#[test]
fn c_7_6_3_1_2_chrominance_of_422_belongs_to_both_pixels_of_a_pair() {
    let descriptor = color(Photometric::YbrFull422, 1, 4);
    let decoded = decode(&descriptor, None, &[1, 2, 100, 200, 3, 4, 101, 201]).unwrap();
    assert_eq!(
        decoded.samples,
        Samples::U8(vec![1, 100, 200, 2, 100, 200, 3, 101, 201, 4, 101, 201])
    );
    assert_eq!(decoded.photometric, Photometric::YbrFull);
}

#[test]
fn c_7_6_3_1_2_chrominance_of_420_stands_in_every_other_row() {
    let descriptor = color(Photometric::YbrPartial420, 2, 2);
    let decoded = decode(&descriptor, None, &[1, 2, 100, 200, 3, 4]).unwrap();
    assert_eq!(
        decoded.samples,
        Samples::U8(vec![1, 100, 200, 2, 100, 200, 3, 100, 200, 4, 100, 200])
    );
    assert_eq!(decoded.photometric, Photometric::YbrPartial422);
}

#[test]
fn three_samples_a_pixel_labelled_422_are_drawn_with_a_warning() {
    let decoded = decode(
        &color(Photometric::YbrFull422, 1, 2),
        None,
        &[1, 2, 3, 4, 5, 6],
    )
    .unwrap();
    assert_eq!(decoded.warnings, [DecodeWarning::NotSubsampled]);
    assert_eq!(decoded.samples, Samples::U8(vec![1, 2, 3, 4, 5, 6]));
}

#[test]
fn annex_g_color_and_single_bits_in_rle() {
    let planes = [vec![1, 2], vec![11, 12], vec![21, 22]];
    let decoded = decode(
        &color(Photometric::Rgb, 1, 2),
        Some(&TransferSyntax::RleLossless),
        &rle(&planes),
    )
    .unwrap();
    assert_eq!(decoded.samples, Samples::U8(vec![1, 11, 21, 2, 12, 22]));
    let size = RawDescriptor {
        rows: Some(2),
        columns: Some(5),
        ..raw(1, 1)
    };
    let bits = PixelDescriptor::new(&size).unwrap();
    let decoded = decode(
        &bits,
        Some(&TransferSyntax::RleLossless),
        &rle(&[vec![0b0101_0101, 0b11]]),
    )
    .unwrap();
    assert_eq!(
        decoded.samples,
        Samples::U8(vec![1, 0, 1, 0, 1, 0, 1, 0, 1, 1])
    );
}

#[test]
fn ps3_5_8_2_1_the_bitstream_says_whether_jpeg_components_are_rgb() {
    let (jfif, adobe) = (
        b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec(),
        b"Adobe\0\x64\0\0\0\0".to_vec(),
    );
    let transform = |byte: u8| (0xEE, [adobe.as_slice(), &[byte]].concat());
    let (rgb, ybr) = (Photometric::Rgb, Photometric::YbrFull);
    let cases = [
        (vec![transform(0)], vec![1, 2, 3], ybr, rgb),
        (vec![transform(1)], vec![1, 2, 3], rgb, ybr),
        (
            vec![(0xE0, jfif.clone()), transform(0)],
            vec![1, 2, 3],
            ybr,
            rgb,
        ),
        (vec![], b"RGB".to_vec(), ybr, rgb),
        (vec![(0xE0, jfif)], vec![1, 2, 3], rgb, ybr),
        (vec![], vec![1, 2, 3], rgb, rgb),
        (vec![], vec![1, 2, 3], Photometric::YbrFull422, ybr),
    ];
    for (applications, ids, told, wanted) in cases {
        let components = vec![vec![10; 4], vec![60; 4], vec![250; 4]];
        let stream = Jpeg {
            components,
            ids: ids.clone(),
            applications: applications.clone(),
            ..jpeg(0xC0, 8)
        };
        let descriptor = color(told, 16, 16);
        let decoded = decode(
            &descriptor,
            Some(&TransferSyntax::JpegBaseline),
            &stream.bytes(),
        )
        .unwrap();
        assert_eq!(
            decoded.photometric, wanted,
            "{applications:?} {ids:?} {told:?}"
        );
        // Whatever they are, the components come out as they were coded.
        assert_eq!(
            values(&decoded)[..3],
            [10.0, 60.0, 250.0],
            "{applications:?} {ids:?} {told:?}"
        );
    }
}

#[test]
fn color_is_drawn_as_rgb_and_palette_stays_an_index() {
    let descriptor = color(Photometric::YbrFull, 1, 1);
    let raster = decode(&descriptor, None, &[76, 85, 255])
        .unwrap()
        .into_raster(&descriptor)
        .unwrap();
    assert_eq!(raster.rgb(0, 0), Some([254, 0, 0]));
    let index = PixelDescriptor {
        photometric: Photometric::PaletteColor,
        ..grey(8, 8)
    };
    let raster = decode(&index, None, &[9; 256])
        .unwrap()
        .into_raster(&index)
        .unwrap();
    assert_eq!(
        (raster.kind, raster.stored(0, 0)),
        (RasterKind::Stored, Some(9.0))
    );
}

/// Found by a fuzzer: the padding of the last byte became pixels.
#[test]
fn samples_of_one_bit_do_not_share_chrominance_and_have_no_segments_in_colour() {
    let one_bit = |photometric| PixelDescriptor {
        bits_allocated: 1,
        bits_stored: 1,
        high_bit: 0,
        ..color(photometric, 1, 10)
    };
    let shared = decode(&one_bit(Photometric::YbrFull422), None, &[0xF6; 3]);
    assert_eq!(
        shared.unwrap_err().to_string(),
        "damaged subsampled data: samples of one bit"
    );
    let frame = rle(&[vec![1, 2], vec![3, 4], vec![5, 6]]);
    let label = TransferSyntax::RleLossless;
    let segments = decode(&one_bit(Photometric::Rgb), Some(&label), &frame);
    assert_eq!(
        segments.unwrap_err().to_string(),
        "damaged RLE data: samples of one bit in colour"
    );
    // One after another they are what they are.
    let woven = decode(&one_bit(Photometric::Rgb), None, &[0b0000_0101, 0, 0, 0]).unwrap();
    assert_eq!(values(&woven)[..4], [1.0, 0.0, 1.0, 0.0]);
    assert_eq!(woven.samples.len(), 30);
}

#[test]
fn components_are_kept_as_stored_where_they_are_asked_for_and_nowhere_else() {
    let plain = color(Photometric::YbrFull, 1, 2);
    let asked = PixelDescriptor {
        keeps_components: true,
        ..plain
    };
    // Golden vectors of rule D12: red and green.
    let ybr = [76, 85, 255, 150, 44, 21];
    let raster = |descriptor: &PixelDescriptor| {
        let decoded = decode(descriptor, None, &ybr).unwrap();
        decoded.into_raster(descriptor).unwrap()
    };
    let kept = raster(&asked);
    assert_eq!(kept.rgb(1, 0), Some([0, 255, 1]));
    assert_eq!(
        kept.stored_color(1, 0),
        Some((Photometric::YbrFull, [150, 44, 21]))
    );
    assert_eq!(kept.stored_color(2, 0), None);
    assert_eq!(raster(&plain).components, None);
}
