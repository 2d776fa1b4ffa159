//! Block decoders against blocks coded by others, the standard's own sequence, and damaged input.

use super::mq::{Coder, Contexts, Mq, reset};
use super::vectors::{BANDS, HT, LOSSLESS};
use super::*;

/// Coefficient of the pattern that OpenJPEG and OpenJPH coded: zeros in places, some 250 in others.
fn pattern(x: i32, y: i32) -> i32 {
    if (x / 5 + y / 3) % 3 == 0 {
        return 0;
    }
    let value = (x * 37 + y * 101 + x * y * 11) % 509 - 254;
    value.signum() * (value.abs() >> ((x + y) % 7))
}

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |c: u8| (c as char).to_digit(16).unwrap() as u8;
    let pairs = hex.as_bytes().chunks(2);
    pairs
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect()
}

fn segments(list: &[(u32, u8)]) -> Vec<Segment> {
    let segment = |&(len, passes)| Segment { len, passes };
    list.iter().map(segment).collect()
}

fn block<'a>(data: &'a [u8], segments: &'a [Segment], style: u8) -> Block<'a> {
    Block {
        width: 17,
        height: 11,
        data,
        segments,
        missing_bit_planes: 5,
        bit_planes: 13,
        orientation: Orientation::Ll,
        style: Style(style),
        roi_shift: 0,
    }
}

fn decode(block: &Block<'_>) -> (Vec<i32>, bool) {
    let mut out = vec![i32::MIN; (block.width * block.height) as usize];
    let result = Decoder::new().decode(block, &mut out, block.width as usize);
    (out, result.unwrap())
}

fn expected(coefficient: impl Fn(i32) -> i32) -> Vec<i32> {
    let positions = (0..11).flat_map(|y| (0..17).map(move |x| (x, y)));
    positions.map(|(x, y)| coefficient(pattern(x, y))).collect()
}

/// 2|q| + 1 with the sign of q.
fn doubled(q: i32) -> i32 {
    2 * q + q.signum()
}

fn fnv(values: &[i32]) -> u64 {
    values.iter().fold(0xcbf2_9ce4_8422_2325, |hash, value| {
        (hash ^ u64::from(*value as u32)).wrapping_mul(0x100_0000_01b3)
    })
}

/// ISO/IEC 14492 H.2, the test sequence of the arithmetic coder that both standards share.
#[test]
fn the_standards_test_sequence_is_decoded() {
    let coded = bytes("84c73bfce1a1430402200000410dbb86f4317fff88ff37471adb6adfffac");
    let plain = bytes("00020051000000c00352872aaaaaaaaa82c02000fcd79ef6bf7fed904f46a3bf");
    let mut contexts: Contexts = [0; 32];
    reset(&mut contexts);
    let mut mq = Mq::new(&coded, &mut contexts);
    for byte in plain {
        assert_eq!(
            (0..8).fold(0, |byte, _| byte << 1 | mq.decide(1)),
            u32::from(byte)
        );
    }
}

/// ISO/IEC 15444-1 J.10.1: the two code blocks of the worked example.
#[test]
fn the_standards_worked_example_is_decoded() {
    let ll = bytes("018f0dc8755d");
    let lh = bytes("0fb176");
    for (data, passes, planes, orientation, values) in [
        (&ll, 16, 6, Orientation::Ll, &[-26, -22, -30, -32, -19][..]),
        (&lh, 7, 3, Orientation::Lh, &[1, 5, 1, 0][..]),
    ] {
        let segments = [Segment {
            len: data.len() as u32,
            passes,
        }];
        let block = Block {
            width: 1,
            height: values.len() as u32,
            missing_bit_planes: 0,
            bit_planes: planes,
            orientation,
            ..block(data, &segments, 0)
        };
        let values: Vec<_> = values.iter().copied().map(doubled).collect();
        assert_eq!(decode(&block), (values, true));
    }
}

#[test]
fn every_code_block_style_gives_the_coefficients_back() {
    for (style, list, hex) in LOSSLESS {
        let (data, segments) = (bytes(hex), segments(list));
        let decoded = decode(&block(&data, &segments, style));
        assert_eq!(decoded, (expected(doubled), true), "style {style:#x}");
    }
}

#[test]
fn each_subband_has_its_contexts() {
    for (width, height, orientation, missing, hex, hash) in BANDS {
        let data = bytes(hex);
        let (planes, passes) = match orientation {
            Orientation::Ll => (13, 22),
            Orientation::Hh => (15, 25),
            _ => (14, 22),
        };
        let segments = [Segment {
            len: data.len() as u32,
            passes,
        }];
        let block = Block {
            width,
            height,
            missing_bit_planes: missing,
            bit_planes: planes,
            orientation,
            ..block(&data, &segments, 0)
        };
        let (values, is_complete) = decode(&block);
        assert!(is_complete);
        assert_eq!(fnv(&values), hash, "{orientation:?}");
    }
}

/// Equation E-8 with r = 1/2: OpenJPEG decoded the first five passes so.
#[test]
fn what_is_not_coded_is_taken_from_the_middle() {
    let data = bytes(LOSSLESS[0].2);
    let segments = [Segment { len: 26, passes: 5 }];
    let (values, is_complete) = decode(&block(&data[..26], &segments, 0));
    assert!(is_complete);
    assert_eq!(fnv(&values), 0x0d56_316d_2ddc_91d7);
}

/// H.1: coefficients of the region are those not below 2^s.
#[test]
fn a_region_of_interest_is_shifted_back() {
    let data = bytes(LOSSLESS[0].2);
    let segments = [Segment {
        len: 123,
        passes: 22,
    }];
    let block = Block {
        missing_bit_planes: 9,
        roi_shift: 4,
        ..block(&data, &segments, 0)
    };
    let region = |q: i32| {
        let is_inside = q.abs() >= 16;
        if is_inside {
            q.signum() * (doubled(q).abs() >> 4)
        } else {
            doubled(q)
        }
    };
    assert_eq!(decode(&block), (expected(region), true));
}

#[test]
fn a_missing_segmentation_symbol_and_a_cut_segment_are_told() {
    let data = bytes(LOSSLESS[0].2);
    let segments = [Segment {
        len: 123,
        passes: 22,
    }];
    assert!(!decode(&block(&data, &segments, 0x20)).1);
    let (values, is_complete) = decode(&block(&data[..100], &segments, 0));
    assert!(!is_complete);
    // The upper bit planes are there.
    let near = expected(doubled)
        .iter()
        .zip(&values)
        .all(|(a, b)| (a - b).abs() <= 16);
    assert!(near);
}

fn ht<'a>(data: &'a [u8], segments: &'a [Segment], style: u8, planes: u8) -> Block<'a> {
    Block {
        missing_bit_planes: 14,
        bit_planes: planes,
        ..block(data, segments, style)
    }
}

#[test]
fn an_ht_cleanup_pass_gives_the_coefficients_back() {
    let data = bytes(HT);
    let segments = segments(&[(141, 1)]);
    assert_eq!(
        decode(&ht(&data, &segments, 0x40, 15)),
        (expected(doubled), true)
    );
    // Two bit planes below that are not coded.
    let coarse = expected(|q| 4 * doubled(q));
    assert_eq!(decode(&ht(&data, &segments, 0x40, 17)), (coarse, true));
}

/// Arbitrary refinement bytes, as OpenJPEG decodes them.
#[test]
fn ht_refinement_passes_are_as_in_openjpeg() {
    let mut data = bytes(HT);
    data.extend((0..48_u32).map(|i| (i * i * 37 + i * 11 + 5) as u8));
    for (style, passes, hash) in [
        (0x40, 1, 0xd551_b1ed_18a9_9565),
        (0x40, 2, 0x1583_142d_a18d_a713),
        (0x48, 1, 0xd551_b1ed_18a9_9565),
        (0x48, 2, 0x1583_142d_a18d_a713),
    ] {
        let segments = segments(&[(141, 1), (48, passes)]);
        let (values, is_complete) = decode(&ht(&data, &segments, style, 17));
        assert!(is_complete);
        assert_eq!(fnv(&values), hash, "style {style:#x}, {passes} passes");
    }
}

/// ISO/IEC 15444-15 7.1.1: three placeholder passes stand for a bit plane.
#[test]
fn ht_placeholder_passes_are_zero_bit_planes() {
    let data = bytes(HT);
    let segments = segments(&[(141, 4)]);
    let block = Block {
        missing_bit_planes: 13,
        ..ht(&data, &segments, 0x40, 15)
    };
    assert_eq!(decode(&block), (expected(doubled), true));
}

#[test]
fn impossible_ht_segments_are_refused() {
    let data = bytes(HT);
    let refuse = |data: &[u8], missing| {
        let segments = [Segment {
            len: data.len() as u32,
            passes: 1,
        }];
        let block = Block {
            missing_bit_planes: missing,
            ..ht(data, &segments, 0x40, 15)
        };
        matches!(
            Decoder::new().decode(&block, &mut [0; 187], 17),
            Err(Error::Corrupt(_))
        )
    };
    assert!(!refuse(&data, 14));
    // Exponents beyond the bit planes that are not said to be zero.
    assert!(refuse(&data, 3));
    assert!(refuse(&data[..1], 14));
    let mut suffix = data.clone();
    for scup in [0, 1, 142, 4080] {
        suffix[140] = (scup >> 4) as u8;
        suffix[139] = suffix[139] & 0xF0 | (scup & 15) as u8;
        assert!(refuse(&suffix, 14), "Scup {scup}");
    }
}

#[test]
fn sizes_and_places_are_checked() {
    let segments = [Segment { len: 0, passes: 1 }];
    let try_out = |width, height, stride, len| {
        let block = Block {
            width,
            height,
            ..block(&[], &segments, 0)
        };
        Decoder::new().decode(&block, &mut vec![0; len], stride)
    };
    assert!(try_out(4, 1024, 4, 4096).is_ok());
    assert!(try_out(1, 1, usize::MAX, 1).is_ok());
    for (width, height, stride, len) in [
        (0, 1, 1, 1),
        (1025, 1, 1025, 1025),
        (65, 64, 65, 4160),
        (8, 8, 7, 64),
        (8, 8, 8, 63),
        (8, 8, usize::MAX, 64),
    ] {
        assert!(matches!(
            try_out(width, height, stride, len),
            Err(Error::Corrupt(_))
        ));
    }
    let deep = Block {
        bit_planes: 31,
        ..block(&[], &segments, 0)
    };
    let result = Decoder::new().decode(&deep, &mut [0; 187], 17);
    assert_eq!(result, Err(Error::Unsupported("more than 30 bit planes")));
}

/// Damaged bytes, segments, sizes and styles: any result, but no panic, and no value beyond 31 bits.
fn survive(seed: u64, is_ht: bool) {
    let inputs = if cfg!(debug_assertions) {
        2_000
    } else {
        40_000
    };
    let mut state = seed;
    let mut random = |below: u32| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % u64::from(below)) as u32
    };
    let mut decoder = Decoder::new();
    let mut out = vec![0; 4096];
    let mut n_decoded = 0;
    for _ in 0..inputs {
        let (style, list, hex) = LOSSLESS[random(10) as usize];
        let (style, list, hex) = if is_ht {
            (0x40, &[(141, 1), (48, 2)][..], HT)
        } else {
            (style, list, hex)
        };
        let mut data = bytes(hex);
        data.extend((0..random(64)).map(|i| (i * i * 37 + 5) as u8));
        for _ in 0..random(8) {
            let index = random(data.len() as u32) as usize;
            data[index] = [random(256) as u8, 0, 0x7F, 0x8F, 0xFF][random(5) as usize];
        }
        let mut segments = segments(list);
        match random(6) {
            0 => data.truncate(random(data.len() as u32) as usize),
            1 => segments[0].len = random(300),
            2 => segments[0].passes = random(100) as u8,
            3 => segments.push(Segment {
                len: random(50),
                passes: random(4) as u8,
            }),
            _ => {}
        }
        let is_odd = random(3) == 0;
        let block = Block {
            width: if is_odd { 1 + random(64) } else { 17 },
            height: if is_odd { 1 + random(64) } else { 11 },
            missing_bit_planes: if is_odd {
                random(32) as u8
            } else if is_ht {
                14
            } else {
                5
            },
            bit_planes: if is_odd {
                random(32) as u8
            } else if is_ht {
                17
            } else {
                13
            },
            orientation: [
                Orientation::Ll,
                Orientation::Hl,
                Orientation::Lh,
                Orientation::Hh,
            ][random(4) as usize],
            roi_shift: if random(20) == 0 { random(40) as u8 } else { 0 },
            ..block(
                &data,
                &segments,
                if random(4) == 0 {
                    style ^ random(64) as u8
                } else {
                    style
                },
            )
        };
        n_decoded += u32::from(
            decoder
                .decode(&block, &mut out, block.width as usize)
                .is_ok(),
        );
    }
    assert!(n_decoded > inputs / 4);
}

#[test]
fn damaged_mq_blocks_do_not_panic() {
    survive(1, false);
}

#[test]
fn damaged_ht_blocks_do_not_panic() {
    survive(2, true);
}
