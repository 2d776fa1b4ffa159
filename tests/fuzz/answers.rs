//! What an archive answers: DICOM JSON, multipart, reports; and what a reader types.

use skiagraph_core::pixel::overlay::OverlayBits;
use skiagraph_core::study::instance::ImageHeader;
use skiagraph_core::uid::FrameIndex;
use skiagraph_dicom::dicomweb::content_range::ContentRange;
use skiagraph_dicom::dicomweb::metadata::{parse_mixed_instances, parse_series, parse_studies};
use skiagraph_dicom::dicomweb::multipart::{MultipartParser, Part, frame_number};
use skiagraph_dicom::dicomweb::search_line::parse_search_line;
use skiagraph_dicom::document::describe;
use skiagraph_dicom::error::MultipartError;

/// Metadata of instances, and what lies over their pictures.
pub(super) fn instances(input: &[u8]) -> bool {
    let Ok((studies, _)) = parse_mixed_instances(input) else {
        return false;
    };
    let series = studies.iter().flat_map(|study| &study.series);
    for instance in series.flat_map(|series| &series.instances) {
        // No frame that is only claimed.
        assert!(instance.image().map_or(0, |header| header.frames.len()) < input.len());
        instance.image().inspect(|header| draw_over(header));
    }
    true
}

/// What lies over a picture is worked out from numbers of the answer: they may be anything.
fn draw_over(header: &ImageHeader) {
    for plane in &header.overlays {
        if let OverlayBits::Packed(bits) = &plane.bits {
            let frame = plane.frame_for(FrameIndex(0)).unwrap_or(u32::MAX);
            let outlined = plane.outlined(frame, bits);
            let n = outlined.map_or(0, |raster| raster.samples.len());
            assert!(n <= 9 * (8 * bits.len() + 8));
        }
    }
    for shutter in header.frames.iter().filter_map(|f| f.shutter.as_ref()) {
        assert!(shutter.covered(9, 9, 1.5, |_, _| false).is_some());
    }
}

/// Lists of studies and of series (PS3.18 10.6).
pub(super) fn query_answer(input: &[u8]) -> bool {
    let is_studies = parse_studies(input).is_ok();
    assert_eq!(
        is_studies,
        parse_series(input).is_ok(),
        "one JSON, two readings"
    );
    is_studies
}

/// One data set described: its report as lines, every attribute.
pub(super) fn report(input: &[u8]) -> bool {
    describe(&String::from_utf8_lossy(input)).is_ok()
}

/// A line with the Content-Type, then the answer, in pieces and whole.
pub(super) fn multipart(input: &[u8]) -> bool {
    let end = input
        .iter()
        .position(|&byte| byte == b'\n')
        .unwrap_or(input.len());
    let content_type = String::from_utf8_lossy(&input[..end]);
    if let Some(range) = ContentRange::parse(&content_type) {
        assert!(range.first < range.end && range.end <= range.total);
    }
    let bytes = input.get(end + 1..).unwrap_or_default();
    let size = 1 + bytes.len() / 7;
    let (Some(pieces), Some(whole)) = (
        taken_apart(&content_type, bytes, size),
        taken_apart(&content_type, bytes, bytes.len().max(1)),
    ) else {
        return false;
    };
    // How the bytes were cut on their way is no matter.
    assert!(pieces == whole, "in pieces of {size}");
    let (parts, outcome) = whole;
    assert!(parts.iter().map(|part| part.body.len()).sum::<usize>() <= bytes.len());
    assert!(parts.iter().all(|part| frame_number(part) != Some(0)));
    outcome.is_ok()
}

fn taken_apart(
    content_type: &str,
    bytes: &[u8],
    size: usize,
) -> Option<(Vec<Part>, Result<(), MultipartError>)> {
    let mut parser = MultipartParser::new(content_type).ok()?;
    let outcome = bytes
        .chunks(size)
        .try_for_each(|chunk| {
            let pushed = parser.push(chunk);
            let beginning = parser.beginning().map_or(0, |(_, bytes)| bytes.len());
            assert!(beginning <= bytes.len());
            pushed
        })
        .and_then(|()| parser.finish());
    Some((std::iter::from_fn(|| parser.next_part()).collect(), outcome))
}

/// Every line is one; accepted where it has a date.
pub(super) fn search_line(input: &[u8]) -> bool {
    let query = parse_search_line(&String::from_utf8_lossy(input), (2024, 3, 1));
    let is_date = |text: &str| text.is_empty() || text.len() == 8;
    assert!(is_date(&query.from) && is_date(&query.to));
    !query.from.is_empty()
}
