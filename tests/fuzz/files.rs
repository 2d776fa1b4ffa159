//! Files of this computer: taken apart, described, their first frames decoded.

use skiagraph_core::pixel::descriptor::PixelDescriptor;
use skiagraph_dicom::dicomweb::metadata::parse_mixed_instances;
use skiagraph_dicom::document::describe;
use skiagraph_dicom::pixels::part10::{frame_bytes, open};
use skiagraph_dicom::pixels::single::single_frame;

use super::frames::{MAX_SAMPLES, is_decoded};

/// More frames of a file teach nothing.
const N_FRAMES: u32 = 3;

pub(super) fn part10(input: &[u8]) -> bool {
    if let Some(single) = single_frame(input) {
        assert!(single.frame.len() <= input.len());
    }
    let Ok(part10) = open(input) else {
        return false;
    };
    // What the worker made is what the page must be able to read.
    let metadata = part10.metadata_json.as_bytes();
    assert!(parse_mixed_instances(metadata).is_ok());
    assert!(describe(&part10.metadata_json).is_ok());
    let length = part10.inflated.as_ref().map_or(input.len(), Vec::len);
    let descriptor = PixelDescriptor::new(&part10.descriptor)
        .ok()
        .filter(|d| d.n_pixels() * u64::from(d.samples_per_pixel) <= MAX_SAMPLES);
    for index in 0..part10.n_frames.min(N_FRAMES) {
        let Ok(frame) = frame_bytes(&part10, input, index) else {
            continue;
        };
        assert!(frame.len() <= length);
        if let Some(descriptor) = &descriptor {
            is_decoded(descriptor, &part10.transfer_syntax, &frame);
        }
    }
    true
}
