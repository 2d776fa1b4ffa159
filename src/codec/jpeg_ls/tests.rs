//! JPEG-LS against streams of an independent encoder, against a plain encoder of the standard's text, and damaged.

use super::{
    decode, header,
    test_encoder::{Options, encode},
    test_streams::{CHARLS, OPTIONS, seeds},
};
use crate::{
    Error,
    test_picture::{LIMITS, hex, picture, refuse_every_beginning},
};

#[test]
fn streams_of_charls_give_the_samples_they_were_made_of() {
    for (index, &(n_components, bits, near, stream)) in CHARLS.iter().enumerate() {
        let decoded = decode(&hex(stream), &LIMITS).unwrap();
        let expected = picture((14, 7, n_components), bits);
        let is_near = |(a, b): (&u16, &u16)| a.abs_diff(*b) <= near.into();
        assert!(
            decoded.samples.iter().zip(&expected).all(is_near),
            "stream {index}"
        );
        assert_eq!(decoded.samples.len(), expected.len());
        assert_eq!(decoded.samples == expected, near == 0, "stream {index}");
        assert_eq!(decoded.header.is_lossy, near > 0);
        assert_eq!(header(&hex(stream)), Ok(decoded.header));
    }
}

/// Samples of the size, encoded and decoded again.
fn assert_survives(size: (usize, usize, usize), samples: &[u16], options: &Options) {
    let (stream, expected) = encode(size, samples, options);
    let decoded = decode(&stream, &LIMITS).map(|picture| picture.samples);
    assert!(
        decoded.as_ref() == Ok(&expected),
        "{size:?} {options:?}: {:?}",
        decoded.err()
    );
}

#[test]
fn iso_14495_1_annex_a_every_depth_error_and_turn_of_components() {
    for bits in 2..=16 {
        for near in [0, 1, 5] {
            for (n_components, interleave) in [(1, 0), (3, 0), (3, 1), (4, 2), (2, 2)] {
                let options = Options {
                    bits,
                    near,
                    interleave,
                    ..OPTIONS
                };
                if i32::from(near) > ((1 << bits) - 1) / 2 {
                    continue;
                }
                let size = (37, 19, n_components);
                assert_survives(size, &picture(size, bits), &options);
            }
        }
    }
}

#[test]
fn iso_14495_1_a_5_3_noise_of_the_full_range_needs_codes_of_the_limit() {
    for (bits, interleave) in [(8, 0), (16, 0), (16, 2), (5, 1)] {
        let noise = |index: u64| {
            ((index * index * 2_654_435_761) >> 11) as u16 & ((1_u32 << bits) - 1) as u16
        };
        let mut samples: Vec<u16> = (0..60 * 40 * 3).map(noise).collect();
        // Flat, then far away: the shortest parameter meets the largest error.
        samples[3_000..6_000].fill(0);
        samples[4_500] = ((1_u32 << bits) - 1) as u16;
        let options = Options {
            bits,
            interleave,
            ..OPTIONS
        };
        assert_survives((60, 40, 3), &samples, &options);
    }
}

#[test]
fn iso_14495_1_a_7_long_runs_and_lines_of_one_pixel() {
    let mut samples = vec![7; 4096 * 12];
    samples[4096 * 7 + 99] = 8;
    samples[4096 * 9] = 200;
    assert_survives((4096, 12, 1), &samples, &OPTIONS);
    assert_survives((1, 40, 1), &picture((1, 40, 1), 8), &OPTIONS);
    assert_survives((40, 1, 1), &picture((40, 1, 1), 8), &OPTIONS);
}

#[test]
fn iso_14495_1_c_2_4_1_1_presets_of_an_lse_segment() {
    for preset in [
        [255, 5, 9, 33, 31],
        [200, 0, 0, 0, 0],
        [0, 0, 0, 0, 3],
        [255, 255, 255, 255, 255],
    ] {
        for near in [0, 2] {
            let options = Options {
                near,
                preset: Some(preset),
                ..OPTIONS
            };
            let largest = if preset[0] == 0 { 255 } else { preset[0] };
            let mut samples = picture((64, 50, 1), 8);
            samples
                .iter_mut()
                .for_each(|sample| *sample = (*sample).min(largest));
            assert_survives((64, 50, 1), &samples, &options);
        }
    }
}

#[test]
fn iso_14495_1_c_2_5_restart_intervals_begin_anew() {
    for (n_components, interleave, restart_lines) in
        [(1, 0, 1), (1, 0, 4), (3, 0, 5), (3, 1, 2), (3, 2, 20)]
    {
        let options = Options {
            interleave,
            restart_lines,
            ..OPTIONS
        };
        let size = (33, 23, n_components);
        assert_survives(size, &picture(size, 8), &options);
    }
}

/// A stream with a segment put behind SOI.
fn with_segment(stream: &[u8], segment: &[u8]) -> Vec<u8> {
    [&stream[..2], segment, &stream[2..]].concat()
}

#[test]
fn iso_14495_1_c_2_4_1_4_sides_may_stand_in_an_lse_segment() {
    let samples = picture((33, 23, 1), 8);
    let (mut stream, _) = encode((33, 23, 1), &samples, &OPTIONS);
    // SOI, SOF55 with its length and bits; then the sides, which are 0. The LSE segment follows the frame header.
    stream[7..11].fill(0);
    let lse = [0xFF, 0xF8, 0, 10, 4, 3, 0, 0, 23, 0, 0, 33];
    let stream = [&stream[..15], &lse, &stream[15..]].concat();
    assert_eq!(decode(&stream, &LIMITS).unwrap().samples, samples);
}

#[test]
fn what_is_not_decoded_is_refused_by_name() {
    let (stream, _) = encode((14, 7, 1), &picture((14, 7, 1), 8), &OPTIONS);
    let table = with_segment(&stream, &[0xFF, 0xF8, 0, 6, 2, 1, 1, 0]);
    assert_eq!(
        decode(&table, &LIMITS),
        Err(Error::Unsupported("JPEG-LS with a mapping table"))
    );
    let mut point_transform = stream.clone();
    let start = stream
        .windows(2)
        .position(|pair| pair == [0xFF, 0xDA])
        .unwrap();
    point_transform[start + 9] = 1;
    assert!(matches!(
        decode(&point_transform, &LIMITS),
        Err(Error::Unsupported(_))
    ));
}

#[test]
fn the_reference_encoders_colour_transforms_are_undone() {
    // Red, green, blue as the forward transforms have them, modulo 256.
    let rgb = picture((14, 7, 3), 8);
    let forward: [fn(i32, i32, i32) -> [i32; 3]; 3] = [
        |r, g, b| [r - g + 128, g, b - g + 128],
        |r, g, b| [r - g + 128, g, b - ((r + g) >> 1) + 128],
        |r, g, b| {
            let (v2, v3) = ((b - g + 128) & 255, (r - g + 128) & 255);
            [g + ((v2 + v3) >> 2) - 64, v2, v3]
        },
    ];
    for (number, forward) in (1..).zip(forward) {
        let (triples, _) = rgb.as_chunks::<3>();
        let coded: Vec<u16> = triples
            .iter()
            .flat_map(|&[r, g, b]| forward(r.into(), g.into(), b.into()))
            .map(|value| (value & 255) as u16)
            .collect();
        let options = Options {
            interleave: 2,
            ..OPTIONS
        };
        let (stream, _) = encode((14, 7, 3), &coded, &options);
        let stream = with_segment(&stream, &[0xFF, 0xE8, 0, 7, b'm', b'r', b'f', b'x', number]);
        let decoded = decode(&stream, &LIMITS).unwrap();
        assert!(decoded.samples == rgb, "transform {number}");
        assert!(decoded.header.has_color_transform);
    }
}

#[test]
fn a_size_beyond_the_limits_is_refused_before_anything_is_allocated() {
    let (mut stream, _) = encode((14, 7, 1), &picture((14, 7, 1), 8), &OPTIONS);
    stream[7..11].fill(0xFF);
    assert_eq!(decode(&stream, &LIMITS), Err(Error::TooLarge));
    // Allowed, but each line takes a bit.
    stream[7..11].copy_from_slice(&[0xFF, 0xFF, 0, 1]);
    assert_eq!(decode(&stream, &LIMITS), Err(Error::Truncated));
}

#[test]
fn a_stream_cut_short_is_never_a_picture() {
    seeds()
        .iter()
        .for_each(|stream| refuse_every_beginning(stream, decode));
}
