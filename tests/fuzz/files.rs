//! Files of this computer: taken apart, described, their first frames decoded.

use skiagraph_core::pixel::descriptor::PixelDescriptor;
use skiagraph_dicom::deidentify::{Area, Order, Pseudonyms, deidentify, preview, survey};
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

/// Copies a file, once as it is and once with an area hidden; what was made can be opened and copied again.
pub(super) fn copied(input: &[u8]) -> bool {
    let Ok(found) = survey(input) else {
        return false;
    };
    let n_samples = u64::from(found.rows) * u64::from(found.columns) * u64::from(found.n_frames);
    if n_samples * 3 > MAX_SAMPLES {
        return false;
    }
    let area = Area {
        frame: Some(0),
        x: 1,
        y: 0,
        width: u32::MAX,
        height: 2,
    };
    let names = Pseudonyms::new([1; 32]);
    let mut was_made = false;
    for areas in [Vec::new(), vec![area]] {
        // It may fail as it likes.
        let _ = preview(input, 0, &areas);
        let order = Order {
            areas,
            is_seen: true,
            ..Order::default()
        };
        if let Ok(copy) = deidentify(input, &order, &names) {
            was_made = true;
            let again = deidentify(&copy.bytes, &order, &names);
            assert!(again.is_ok(), "{:?}", again.err());
        }
    }
    was_made
}
