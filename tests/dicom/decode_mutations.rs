//! Real frames, damaged: whatever the bytes, a decoder ends with a picture of the right size or an error. Frames of our
//! own making are damaged in `tests/fuzz`.

use std::fs;

use skiagraph_core::pixel::descriptor::PixelDescriptor;
use skiagraph_dicom::pixels::{
    decode,
    part10::{frame_bytes, open},
};
use skiagraph_tests::fuzz::{Random, damage};

use crate::decode_manifest::data_folder;

#[test]
fn real_frames() {
    let Some(data) = data_folder() else {
        println!("skipped: ../shared/data is not on this machine");
        return;
    };
    for (name, n) in [
        ("dev/pydicom/test_files/SC_rgb_small_odd_jpeg.dcm", 20_000),
        ("dev/pydicom/test_files/SC_rgb_dcmtk_+eb+cy+s4.dcm", 2_000),
        ("dev/derived/codecs/sts001_mr12_jpeg_extended_51.dcm", 1_000),
        (
            "dev/derived/codecs/sts001_mr12_jpeg_progressive_55.dcm",
            1_000,
        ),
        (
            "dev/pydicom/test_files/MR_small_jpeg_ls_lossless.dcm",
            2_000,
        ),
        ("dev/pydicom/test_files/SC_rgb_jls_lossy_line.dcm", 2_000),
        ("dev/pydicom/test_files/SC_rgb_jls_lossy_sample.dcm", 2_000),
        // Lossless JPEG in colour.
        ("dev/pydicom/test_files/SC_rgb_jpeg_gdcm.dcm", 2_000),
    ] {
        let file = fs::read(data.join(name)).unwrap();
        let part10 = open(&file).unwrap();
        let descriptor = PixelDescriptor::new(&part10.descriptor).unwrap();
        let frame = frame_bytes(&part10, &file, 0).unwrap().into_owned();
        let n_samples = descriptor.n_pixels() * u64::from(descriptor.samples_per_pixel);
        for round in 0..n {
            let bytes = damage(std::slice::from_ref(&frame), &[], &mut Random::new(round));
            if let Ok(decoded) = decode(&descriptor, Some(&part10.transfer_syntax), &bytes) {
                assert_eq!(decoded.samples.len() as u64, n_samples);
                decoded.into_raster(&descriptor).unwrap();
            }
        }
    }
}

/// A codestream that ends half-way is unreadable, or is drawn with a sentence that says so.
#[test]
fn fault_36_half_a_codestream_is_refused_or_told() {
    let Some(data) = data_folder() else {
        println!("skipped: ../shared/data is not on this machine");
        return;
    };
    for name in [
        "dev/pydicom/test_files/SC_rgb_small_odd_jpeg.dcm",
        "dev/derived/codecs/sts001_mr12_jpeg_extended_51.dcm",
        "dev/derived/codecs/sts001_mr12_jpeg_progressive_55.dcm",
        "dev/pydicom/test_files/MR_small_jpeg_ls_lossless.dcm",
        "dev/pydicom/test_files/SC_rgb_jpeg_gdcm.dcm",
        "dev/pydicom/test_files/MR_small_jp2klossless.dcm",
        "dev/pydicom/test_files/MR_small_RLE.dcm",
    ] {
        let file = fs::read(data.join(name)).unwrap();
        let part10 = open(&file).unwrap();
        let descriptor = PixelDescriptor::new(&part10.descriptor).unwrap();
        let frame = frame_bytes(&part10, &file, 0).unwrap();
        let half = decode(
            &descriptor,
            Some(&part10.transfer_syntax),
            &frame[..frame.len() / 2],
        );
        let is_told = half
            .as_ref()
            .map_or(true, |decoded| !decoded.warnings.is_empty());
        assert!(
            is_told,
            "{name}: a picture of half a codestream without a word"
        );
    }
}
