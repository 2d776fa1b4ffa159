//! The push parser: every chunk boundary of one answer, and what servers do to the format (PS3.18 8.6, RFC 2046 5.1).

use super::metadata_recorded::recorded;
use skiagraph_dicom::dicomweb::multipart::{MultipartParser, Part, frame_number};
use skiagraph_dicom::error::MultipartError;

/// All that comes out of an answer that arrives in pieces.
fn parse_pieces<'a>(
    content_type: &str,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Part>, Result<(), MultipartError>) {
    let mut parser = MultipartParser::new(content_type).unwrap();
    let pushed = pieces.into_iter().try_for_each(|piece| parser.push(piece));
    let outcome = pushed.and_then(|()| parser.finish());
    (std::iter::from_fn(|| parser.next_part()).collect(), outcome)
}

fn parse(content_type: &str, answer: &[u8]) -> Vec<Part> {
    let (parts, outcome) = parse_pieces(content_type, [answer]);
    assert_eq!(outcome, Ok(()));
    parts
}

fn bodies(parts: &[Part]) -> Vec<&[u8]> {
    parts.iter().map(|part| part.body.as_slice()).collect()
}

const TYPE: &str = r#"multipart/related; type="application/octet-stream"; boundary=frontier"#;

/// Bytes that look like boundaries.
const LOOKS_LIKE: &[u8] = b"x--frontier\r\n--frontierX\r\n--frontier--X\n--frontier\r\r\n--frontie";

/// Two frames: the first with a Content-Length and half a delimiter for its bytes, the second without; an epilogue.
fn answer() -> Vec<u8> {
    [
        &b"preamble\r\n--frontier\r\nContent-Type: image/jls;transfer-syntax=1.2.840.10008.1.2.4.80\r\n"[..],
        b"content-LENGTH: 7\r\nContent-Location: http://x/frames/2\r\n\r\n",
        b"\r\n--fro",
        b"\r\n--frontier  \r\nContent-Location: /studies/1/frames/1\r\n\r\n",
        LOOKS_LIKE,
        b"\r\n--frontier--\r\nepilogue --frontier\r\n\r\n--frontier",
    ]
    .concat()
}

#[test]
fn every_split_into_two_chunks_and_chunks_of_one_byte() {
    let answer = answer();
    for cut in 0..=answer.len() {
        let (left, right) = answer.split_at(cut);
        let (parts, outcome) = parse_pieces(TYPE, [left, right]);
        assert_eq!(
            (bodies(&parts), outcome),
            (vec![&b"\r\n--fro"[..], LOOKS_LIKE], Ok(())),
            "cut at {cut}"
        );
    }
    for size in [1, 2, 3, 7] {
        let (parts, outcome) = parse_pieces(TYPE, answer.chunks(size));
        assert_eq!(
            (bodies(&parts), outcome),
            (vec![&b"\r\n--fro"[..], LOOKS_LIKE], Ok(())),
            "chunks of {size}"
        );
    }
}

#[test]
fn heads_of_parts_are_read_in_any_case() {
    let parts = parse(TYPE, &answer());
    assert_eq!(
        parts.iter().map(frame_number).collect::<Vec<_>>(),
        [Some(2), Some(1)]
    );
    assert_eq!(parts[0].content_length, Some(7));
    assert_eq!(
        parts[0].transfer_syntax.as_deref(),
        Some("1.2.840.10008.1.2.4.80")
    );
    assert_eq!(parts[1].transfer_syntax, None);
}

#[test]
fn line_feeds_alone() {
    let answer = b"--frontier\nContent-Type: image/jp2\n\nab\r\n--frontier\n\nc\n--frontier--";
    assert_eq!(bodies(&parse(TYPE, answer)), [&b"ab\r"[..], b"c"]);
}

#[test]
fn parts_without_head_and_without_bytes() {
    let answer = b"--frontier\r\n\r\n\r\n--frontier\r\n\r\n--frontier\r\nContent-Length: 0\r\n\r\n\r\n--frontier--\r\n";
    assert_eq!(bodies(&parse(TYPE, answer)), [b"", b"", b""]);
    assert!(parse(TYPE, b"--frontier--").is_empty());
}

#[test]
fn boundaries_of_73_characters_quoted_or_not_and_syntax_inside_the_quotes() {
    let boundary = format!("{}-{}", "a".repeat(36), "b".repeat(36));
    let answer = format!("--{boundary}\r\n\r\nframe\r\n--{boundary}--\r\n");
    for quoted in [boundary.clone(), format!("\"{boundary}\"")] {
        let content_type = format!(
            r#"Multipart/Related; type="image/jls; transfer-syntax=1.2.840.10008.1.2.4.80"; BOUNDARY={quoted}"#
        );
        let parts = parse(&content_type, answer.as_bytes());
        assert_eq!(bodies(&parts), [b"frame"]);
        assert_eq!(
            parts[0].transfer_syntax.as_deref(),
            Some("1.2.840.10008.1.2.4.80")
        );
    }
}

#[test]
fn a_wrong_content_length_gives_way_to_the_delimiters() {
    for length in [0, 1, 4, 6, 7, 60, 1000] {
        let answer = format!(
            "--frontier\r\nContent-Length: {length}\r\n\r\nframe\r\n--frontier\r\nContent-Length: 9\r\n\r\nnext\r\n--frontier--"
        );
        for size in [1, 5, 4096] {
            let (parts, outcome) = parse_pieces(TYPE, answer.as_bytes().chunks(size));
            assert_eq!(
                (bodies(&parts), outcome),
                (vec![&b"frame"[..], b"next"], Ok(())),
                "length {length}, chunks of {size}"
            );
        }
    }
}

#[test]
fn fault_8_without_the_closing_delimiter_the_last_part_does_not_come_out() {
    let answer = answer();
    let closing = answer
        .windows(16)
        .position(|window| window == b"--frontier--\r\nep")
        .unwrap();
    let second = answer
        .windows(12)
        .position(|window| window == b"--frontier  ")
        .unwrap();
    // Bytes that end in what reads like the closing delimiter cannot be told from an answer that is complete.
    let look_alike = answer
        .windows(15)
        .position(|window| window == b"\r\n--frontier--X")
        .unwrap()
        + 14;
    for end in (0..closing + 12).filter(|&end| end != look_alike) {
        let (parts, outcome) = parse_pieces(TYPE, [&answer[..end]]);
        let n_whole = usize::from(end >= second + 14);
        assert_eq!(
            (parts.len(), outcome),
            (n_whole, Err(MultipartError::Truncated)),
            "cut at {end}"
        );
    }
    assert_eq!(parse_pieces(TYPE, [&answer[..closing + 12]]).1, Ok(()));
}

#[test]
fn an_answer_that_is_no_multipart_is_one_part() {
    let parts = parse(
        "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.202",
        b"--frontier\r\n",
    );
    assert_eq!(bodies(&parts), [b"--frontier\r\n"]);
    assert_eq!(
        parts[0].transfer_syntax.as_deref(),
        Some("1.2.840.10008.1.2.4.202")
    );
    assert_eq!(parse("", b"").len(), 1);
}

/// RFC 2046 5.1.1: a delimiter line, then the head of a part.
#[test]
fn fault_9_a_multipart_answer_under_another_name_is_taken_apart() {
    let answer = &answer()[b"preamble\r\n".len()..];
    for name in ["application/octet-stream", "image/jpeg", ""] {
        assert_eq!(parse(name, answer), parse(TYPE, answer), "{name}");
    }
    let cut = &answer[..answer.len() - 60];
    let (parts, end) = parse_pieces("application/octet-stream", [cut]);
    assert_eq!((parts.len(), end), (1, Err(MultipartError::Truncated)));
}

#[test]
fn caps_and_missing_boundaries() {
    assert!(matches!(
        MultipartParser::new("multipart/related"),
        Err(MultipartError::NoBoundary)
    ));
    let outcome = |answer: &[u8]| parse_pieces(TYPE, [answer]).1;
    assert_eq!(
        outcome(&vec![b'x'; 1 << 20]),
        Err(MultipartError::NoDelimiter)
    );
    let head = [&b"--frontier\r\n"[..], &vec![b'x'; 1 << 20]].concat();
    assert!(matches!(
        outcome(&head),
        Err(MultipartError::HeadTooLarge(_))
    ));
    assert!(matches!(
        outcome(b"--frontier\r\nContent-Length: 99999999999\r\n\r\n"),
        Err(MultipartError::PartTooLarge(_))
    ));
    let many = b"--frontier\r\n\r\n".repeat((1 << 18) + 2);
    assert!(matches!(
        outcome(&many),
        Err(MultipartError::TooManyParts(_))
    ));
}

#[test]
fn frame_numbers_are_taken_from_the_end_of_the_location() {
    let number = |location: &str| {
        frame_number(&Part {
            content_location: Some(location.into()),
            ..Part::default()
        })
    };
    assert_eq!(
        number("http://x/dicom-web/studies/1.2/series/3/instances/4/frames/17"),
        Some(17)
    );
    assert_eq!(number("/instances/4/frames/3?x=frames/9"), Some(3));
    for none in [
        "frames/1,3",
        "/instances/4/frames/0",
        "/instances/4",
        "/frames/x",
    ] {
        assert_eq!(number(none), None, "{none}");
    }
}

/// Time grows with the length, whatever the bytes: all line feeds, all boundary beginnings, tiny parts, false lengths.
#[test]
fn hostile_answers_are_read_in_linear_time() {
    let n_bytes = 8 << 20;
    let fill = |piece: &[u8]| {
        piece
            .iter()
            .copied()
            .cycle()
            .take(n_bytes)
            .collect::<Vec<u8>>()
    };
    for body in [
        fill(b"\r\n--frontie"),
        fill(b"\n"),
        fill(b"\r\n--frontier"),
        fill(b"\r\n--frontier "),
    ] {
        let answer = [&b"--frontier\r\n\r\n"[..], &body].concat();
        for size in [100, answer.len()] {
            let _ = parse_pieces(TYPE, answer.chunks(size));
        }
    }
    for part in [
        &b"\r\n--frontier\r\n\r\nx"[..],
        b"\r\n--frontier\r\nContent-Length: 900000000\r\n\r\nx",
    ] {
        let answer = part.repeat(100_000);
        let (parts, outcome) = parse_pieces(TYPE, [&answer[..]]);
        assert_eq!(
            (parts.len(), outcome),
            (99_999, Err(MultipartError::Truncated))
        );
    }
}

#[test]
fn recorded_answers_split_into_their_frames() {
    let names = [
        (
            "frames_1_3_star_examples_ybr_color",
            2,
            "1.2.840.10008.1.2.4.50",
        ),
        (
            "frames_1_3_star_sts001_ct_8frames_jls_3frags_bot",
            2,
            "1.2.840.10008.1.2.4.80",
        ),
        ("frames_1_octet_stream", 1, "1.2.840.10008.1.2.1"),
    ];
    for (name, n_parts, syntax) in names {
        let Some(answer) = recorded(&format!("dicomweb-orthanc/{name}.body")) else {
            return;
        };
        let side =
            String::from_utf8(recorded(&format!("dicomweb-orthanc/{name}.json")).unwrap()).unwrap();
        let line = side
            .lines()
            .rfind(|line| line.contains("multipart/related") && line.contains("boundary"))
            .unwrap();
        let content_type = line.trim().trim_matches('"').replace("\\\"", "\"");
        let (parts, outcome) = parse_pieces(&content_type, answer.chunks(1000));
        assert_eq!((parts.len(), outcome), (n_parts, Ok(())), "{name}");
        assert_eq!(frame_number(&parts[0]), Some(1));
        for part in &parts {
            assert_eq!(part.transfer_syntax.as_deref(), Some(syntax));
            assert!(
                part.content_length
                    .is_none_or(|length| length == part.body.len() as u64)
            );
        }
        if syntax.ends_with(".2.1") {
            assert_eq!(parts[0].body.len(), 202 * 198 * 2);
        }
    }
}

#[test]
fn the_beginning_of_a_part_is_its_first_bytes_wherever_the_answer_has_got_to() {
    for (content_type, answer, wanted) in [
        (TYPE, answer(), vec![&b"\r\n--fro"[..], LOOKS_LIKE]),
        (
            "application/octet-stream",
            LOOKS_LIKE.to_vec(),
            vec![LOOKS_LIKE],
        ),
    ] {
        let mut parser = MultipartParser::new(content_type).unwrap();
        let (mut n_whole, mut longest) = (0, 0);
        for byte in &answer {
            parser.push(std::slice::from_ref(byte)).unwrap();
            n_whole += std::iter::from_fn(|| parser.next_part()).count();
            if let Some((_, bytes)) = parser.beginning() {
                assert!(wanted[n_whole].starts_with(bytes), "{bytes:?}");
                longest = longest.max(bytes.len());
            }
        }
        assert!(longest >= 6, "{longest}");
        parser.finish().unwrap();
        assert_eq!(parser.beginning(), None);
    }
}

#[test]
fn the_head_of_a_part_is_known_with_its_beginning() {
    let mut parser = MultipartParser::new(TYPE).unwrap();
    let head = b"--frontier\r\nContent-Location: /studies/1/frames/3\r\n\r\n";
    parser.push(&[&head[..], &[7; 64]].concat()).unwrap();
    let (part, bytes) = parser.beginning().unwrap();
    assert_eq!(frame_number(part), Some(3));
    assert!(bytes.len() > 40 && bytes.iter().all(|&byte| byte == 7));
}
