//! Twenty thousand damaged answers with a fixed seed: no panic, and nothing larger than what came in allows.

use super::metadata::ct;
use skiagraph_core::pixel::overlay::OverlayBits;
use skiagraph_core::study::instance::ImageHeader;
use skiagraph_core::uid::FrameIndex;
use skiagraph_dicom::dicomweb::metadata::{parse_mixed_instances, parse_series, parse_studies};
use skiagraph_dicom::dicomweb::multipart::MultipartParser;
use skiagraph_dicom::dicomweb::search_line::parse_search_line;

/// Xorshift: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    /// One to eight changes: bytes set, cut, repeated, or replaced by what often hurts.
    fn mutate(&mut self, original: &[u8], spices: &[&[u8]]) -> Vec<u8> {
        let mut bytes = original.to_vec();
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len());
            let end = (at + self.below(40)).min(bytes.len());
            match self.below(5) {
                0 => bytes[at] = self.below(256) as u8,
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
                3 => bytes.truncate(at + 1),
                _ => {
                    let spice = spices[self.below(spices.len())];
                    bytes.splice(at..end, spice.iter().copied());
                }
            }
            if bytes.is_empty() {
                bytes.push(b'[');
            }
        }
        bytes
    }
}

/// Innermost arrays replaced by others: the JSON stays whole, so that what is behind it gets its share.
fn change_values(random: &mut Random, json: &str) -> String {
    const VALUES: [&str; 16] = [
        "[]",
        "[null]",
        "[-1]",
        "[0]",
        "[65535]",
        "[1e308]",
        r#"["x"]"#,
        "[{}]",
        "[0,0,0,0]",
        "[2147483647]",
        r#"["NaN"]"#,
        "[1e999]",
        "[0,0,16]",
        "[4,-32768,8]",
        r#"["PALETTE COLOR"]"#,
        "[2,65535,65535,65535]",
    ];
    let mut json = json.to_owned();
    for _ in 0..=random.below(4) {
        let from = random.below(json.len());
        let Some(start) = json[from..].find('[').map(|at| from + at) else {
            continue;
        };
        let Some(end) = json[start..].find(']').map(|at| start + at + 1) else {
            continue;
        };
        let start = json[..end].rfind('[').unwrap_or(start);
        json.replace_range(start..end, VALUES[random.below(VALUES.len())]);
    }
    json
}

fn seed_json() -> String {
    let lut = r#"[{"00283002":{"Value":[4,0,16]},"00283006":{"InlineBinary":"AAABAAIAAwA="}}]"#;
    let frames = r#"[{"00209113":{"Value":[{"00200032":{"Value":[0,0,1]}}]},"00289145":{"Value":[{"00281053":{"Value":[2]},"00281052":{"Value":["0"]}}]}},{}]"#;
    let grey = ct(&[
        ("00283000", lut),
        ("00283010", lut),
        ("00280008", "[2]"),
        ("52009230", frames),
        ("00280120", "[63536]"),
        ("00281050", r#"["40\\50"]"#),
        ("00281051", "[400,80]"),
        ("00280030", "[0.5,0.5]"),
        ("00181065", "[0,40]"),
        ("00200037", "[1,0,0,0,1,0]"),
        ("00100010", r#"[{"Alphabetic":"A^B"}]"#),
        ("00200020", r#"["A","F"]"#),
        ("60000010", "[2]"),
        ("60000011", "[3]"),
        ("60000050", "[-2,5]"),
        ("60003000", r#"{"InlineBinary":"NQA="}"#),
        ("60020100", "[16]"),
        ("60020102", "[13]"),
        ("00181600", r#"["RECTANGULAR\\CIRCULAR","POLYGONAL"]"#),
        ("00181602", "[2]"),
        ("00181604", "[6]"),
        ("00181606", "[1]"),
        ("00181608", "[4]"),
        ("00181610", "[3,2]"),
        ("00181612", "[5]"),
        ("00181620", "[1,2,3,4,5,6]"),
        (
            "00286100",
            r#"[{"00286101":{"Value":["AVG_SUB"]},"00286110":{"Value":[1]}}]"#,
        ),
    ]);
    let segmented = "[0,2,0,100,1,4,300,2,1,0,0]";
    let palette = ct(&[
        ("00080018", r#"["1.2.3.5"]"#),
        ("00280004", r#"["PALETTE COLOR"]"#),
        ("00281101", "[8,0,16]"),
        ("00281102", "[8,0,16]"),
        ("00281103", "[8,0,16]"),
        ("00281221", segmented),
        ("00281222", segmented),
        ("00281223", segmented),
        ("00281203", r#"{"BulkDataURI":"/studies/1/bulk/2"}"#),
    ]);
    format!("[{grey},{palette}]")
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

#[test]
fn damaged_json() {
    let json = seed_json();
    let (_, warnings) = parse_mixed_instances(json.as_bytes()).unwrap();
    assert_eq!(warnings.len(), 1, "only the table elsewhere: {warnings:?}");
    let spices: [&[u8]; 14] = [
        b"null",
        b"-1",
        b"1e308",
        b"65535",
        b"[]",
        b"{}",
        b"\"\"",
        b"2147483647",
        b"1e999",
        b"\xFF\xFE",
        b"\"\\ud800\"",
        b"[[[[[[[[",
        b"0.0000001",
        b"\"52009230\":{\"Value\":[",
    ];
    let mut random = Random(0x5EED);
    let mut n_read = 0;
    for round in 0..20_000 {
        let is_whole = round % 2 == 0;
        let bytes = if is_whole {
            change_values(&mut random, &json).into_bytes()
        } else {
            random.mutate(json.as_bytes(), &spices)
        };
        let answer = parse_mixed_instances(&bytes);
        n_read += usize::from(is_whole && answer.is_ok());
        let (studies, _) = answer.unwrap_or_default();
        for instance in studies
            .iter()
            .flat_map(|study| &study.series)
            .flat_map(|series| &series.instances)
        {
            assert!(instance.image().map_or(0, |header| header.frames.len()) < bytes.len());
            instance.image().inspect(|header| draw_over(header));
        }
        let _ = (parse_studies(&bytes), parse_series(&bytes));
    }
    assert_eq!(n_read, 10_000, "a strange value never costs the answer");
}

#[test]
fn damaged_multipart() {
    let content_type = "multipart/related; boundary=frontier";
    let part = b"--frontier\r\nContent-Length: 20\r\nContent-Location: /frames/1\r\n\r\n01234567890123456789\r\n";
    let answer = [&part.repeat(3)[..], b"--frontier--\r\n"].concat();
    let spices: [&[u8]; 8] = [
        b"\r\n",
        b"\n",
        b"--frontier",
        b"\r\n--frontier\r\n",
        b"--",
        b"Content-Length: 4294967295\r\n",
        b"\r\n\r\n",
        b"\0",
    ];
    let mut random = Random(0xF00D);
    for _ in 0..20_000 {
        let bytes = random.mutate(&answer, &spices);
        let size = 1 + random.below(bytes.len());
        let collect = |size: usize| {
            let mut parser = MultipartParser::new(content_type).unwrap();
            let outcome = bytes
                .chunks(size)
                .try_for_each(|chunk| parser.push(chunk))
                .and_then(|()| parser.finish());
            (
                std::iter::from_fn(|| parser.next_part()).collect::<Vec<_>>(),
                outcome,
            )
        };
        let (parts, outcome) = collect(size);
        assert!(parts.iter().map(|part| part.body.len()).sum::<usize>() <= bytes.len());
        // How the bytes were cut on their way is no matter.
        assert_eq!((parts, outcome), collect(bytes.len()));
    }
}

#[test]
fn damaged_search_lines() {
    let mut random = Random(0xCAFE);
    for _ in 0..20_000 {
        let bytes = random.mutate(
            "doe ct 2024-01-01..2024-02 7d 5.3.2024 id:x ä".as_bytes(),
            &[b"..", b"-", b"/", b"99999"],
        );
        let _ = parse_search_line(&String::from_utf8_lossy(&bytes), (2024, 3, 1));
    }
}
