//! Lossless JPEG against streams of an independent encoder, against a plain encoder of the standard's text, and damaged.

use super::{
    decode, header,
    test_encoder::{LIBJPEG, OPTIONS, Options, encode, seeds},
};
use crate::{
    Error,
    test_picture::{LIMITS, hex, picture, refuse_every_beginning},
};

#[test]
fn streams_of_libjpeg_turbo_give_the_samples_they_were_made_of() {
    for (index, &(n_components, bits, stream)) in LIBJPEG.iter().enumerate() {
        let decoded = decode(&hex(stream), &LIMITS).unwrap();
        assert!(
            decoded.samples == picture((14, 7, n_components), bits),
            "stream {index}"
        );
        assert_eq!(decoded.header.bits, bits);
        assert_eq!(header(&hex(stream)), Ok(decoded.header));
    }
}

fn assert_survives(size: (usize, usize, usize), samples: &[u16], options: &Options) {
    let decoded = decode(&encode(size, samples, options), &LIMITS).map(|picture| picture.samples);
    let shift = options.point_transform;
    let expected: Vec<u16> = samples
        .iter()
        .map(|sample| sample >> shift << shift)
        .collect();
    assert!(
        decoded.as_ref() == Ok(&expected),
        "{size:?} {options:?}: {:?}",
        decoded.err()
    );
}

#[test]
fn iso_10918_1_table_h_1_every_predictor_depth_and_arrangement() {
    for predictor in 1..=7 {
        for bits in [2, 7, 8, 12, 16] {
            for n_components in 1..=4 {
                for (is_interleaved, has_own_tables) in [(true, false), (true, true), (false, true)]
                {
                    let options = Options {
                        bits,
                        predictor,
                        is_interleaved,
                        has_own_tables,
                        ..OPTIONS
                    };
                    let size = (21, 12, n_components);
                    assert_survives(size, &picture(size, bits), &options);
                }
            }
        }
    }
}

#[test]
fn iso_10918_1_h_1_2_2_a_difference_of_32768_has_no_bits_of_its_own() {
    let samples: Vec<u16> = (0..64)
        .map(|index| [0, 0x8000, 0xFFFF, 0x7FFF][index * index % 4])
        .collect();
    for has_own_tables in [false, true] {
        let options = Options {
            has_own_tables,
            ..OPTIONS
        };
        assert_survives((4, 8, 2), &samples, &options);
    }
}

#[test]
fn iso_10918_1_a_4_a_point_transform_leaves_zeros_below() {
    for restart_rows in [0, 3] {
        let options = Options {
            bits: 12,
            predictor: 7,
            point_transform: 2,
            restart_rows,
            ..OPTIONS
        };
        let samples = picture((21, 12, 3), 12);
        assert_survives((21, 12, 3), &samples, &options);
        assert!(
            decode(&encode((21, 12, 3), &samples, &options), &LIMITS)
                .unwrap()
                .header
                .is_lossy
        );
    }
}

#[test]
fn iso_10918_1_h_1_1_the_prediction_begins_anew_at_restart_markers() {
    for (restart_rows, is_interleaved) in [(1, true), (5, true), (1, false), (12, false)] {
        let options = Options {
            predictor: 4,
            restart_rows,
            is_interleaved,
            ..OPTIONS
        };
        let size = (21, 12, 3);
        assert_survives(size, &picture(size, 16), &options);
    }
}

#[test]
fn iso_10918_1_b_2_5_the_height_may_follow_the_first_scan() {
    let options = Options {
        has_late_height: true,
        is_interleaved: false,
        ..OPTIONS
    };
    assert_survives((21, 12, 3), &picture((21, 12, 3), 16), &options);
}

#[test]
fn what_is_not_decoded_is_refused_by_name() {
    let stream = encode((21, 12, 1), &picture((21, 12, 1), 16), &OPTIONS);
    let is_unsupported =
        |stream: &[u8]| matches!(decode(stream, &LIMITS), Err(Error::Unsupported(_)));
    let mut arithmetic = stream.clone();
    arithmetic[3] = 0xCB;
    assert!(is_unsupported(&arithmetic));
    let mut within_row = stream.clone();
    within_row.splice(2..2, [0xFF, 0xDD, 0, 4, 0, 20]);
    assert!(is_unsupported(&within_row));
}

#[test]
fn a_size_beyond_the_limits_or_the_data_is_refused_before_anything_is_allocated() {
    let mut stream = encode((21, 12, 1), &picture((21, 12, 1), 16), &OPTIONS);
    stream[7..11].fill(0xFF);
    assert_eq!(decode(&stream, &LIMITS), Err(Error::TooLarge));
    stream[7..11].copy_from_slice(&[0, 200, 0, 200]);
    assert_eq!(decode(&stream, &LIMITS), Err(Error::Truncated));
}

#[test]
fn a_stream_cut_short_is_never_a_picture() {
    seeds()
        .iter()
        .for_each(|stream| refuse_every_beginning(stream, decode));
}
