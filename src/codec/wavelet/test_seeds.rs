//! JPEG 2000 and HTJ2K to be damaged: every stream of `streams`, and what no encoder at hand writes.

use super::streams;
use crate::test_picture::hex;

pub(super) fn position(stream: &[u8], wanted: &[u8]) -> usize {
    let found = stream
        .windows(wanted.len())
        .position(|window| window == wanted);
    found.unwrap()
}

/// Takes the packet headers, which stand between SOP and EPH, out of the packets. `in_main`: all into one PPM of the main
/// header, else into a PPT of each tile part (A.7.4, A.7.5).
pub(super) fn with_packed_headers(stream: &[u8], in_main: bool) -> Vec<u8> {
    let begin = position(stream, &[0xff, 0x90]);
    let (mut tile_parts, mut all_headers) = (Vec::new(), Vec::new());
    let mut at = begin;
    while stream[at..at + 2] == [0xff, 0x90] {
        let length = u32::from_be_bytes(stream[at + 6..at + 10].try_into().unwrap()) as usize;
        let part = &stream[at..at + length];
        let (mut headers, mut bodies) = (Vec::new(), Vec::new());
        let mut rest = &part[14..];
        while !rest.is_empty() {
            let end = 6 + position(&rest[6..], &[0xff, 0x92]) + 2;
            headers.extend_from_slice(&rest[6..end]);
            bodies.extend_from_slice(&rest[..6]);
            let next = (end..rest.len()).find(|&at| rest[at..].starts_with(&[0xff, 0x91, 0, 4]));
            bodies.extend_from_slice(&rest[end..next.unwrap_or(rest.len())]);
            rest = &rest[next.unwrap_or(rest.len())..];
        }
        let mut out = part[..12].to_vec();
        if in_main {
            all_headers.extend_from_slice(&(headers.len() as u32).to_be_bytes());
            all_headers.extend_from_slice(&headers);
        } else {
            out.extend_from_slice(&[0xff, 0x61]);
            out.extend_from_slice(&(headers.len() as u16 + 3).to_be_bytes());
            out.push(0);
            out.extend_from_slice(&headers);
        }
        out.extend_from_slice(&[0xff, 0x93]);
        out.extend_from_slice(&bodies);
        let length = out.len() as u32;
        out[6..10].copy_from_slice(&length.to_be_bytes());
        tile_parts.extend_from_slice(&out);
        at += part.len();
    }
    let mut whole = stream[..begin].to_vec();
    if in_main {
        // In two segments, the second one first.
        let half = all_headers.len() / 2;
        for (number, part) in [(1, &all_headers[half..]), (0, &all_headers[..half])] {
            whole.extend_from_slice(&[0xff, 0x60]);
            whole.extend_from_slice(&(part.len() as u16 + 3).to_be_bytes());
            whole.push(number);
            whole.extend_from_slice(part);
        }
    }
    whole.extend_from_slice(&tile_parts);
    whole.extend_from_slice(&[0xff, 0xd9]);
    whole
}

/// Streams with the block coder of JPEG 2000, small enough to be damaged thousands of times.
pub fn mq() -> Vec<Vec<u8>> {
    let whole = [
        streams::LRCP_TILES,
        streams::RPCL_COLOR,
        streams::CPRL_STYLES,
        streams::POC,
        streams::SIGNED,
        streams::REAL_COLOR,
        streams::REAL,
    ];
    let mut all = whole.map(hex).to_vec();
    all.push(with_packed_headers(&all[0], true));
    all.push(with_packed_headers(&all[0], false));
    all
}

/// Streams with the block coder of HTJ2K.
pub fn high_throughput() -> Vec<Vec<u8>> {
    [streams::HT, streams::HT_COLOR, streams::HT_REAL]
        .map(hex)
        .to_vec()
}
