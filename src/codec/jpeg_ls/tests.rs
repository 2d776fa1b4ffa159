//! JPEG-LS against streams of an independent encoder, against a plain encoder of the standard's text, and damaged.

use super::{
    decode, header,
    test_encoder::{Options, encode},
};
use crate::{
    Error,
    test_picture::{LIMITS, hex, picture, refuse_every_beginning, survive},
};

const OPTIONS: Options = Options {
    bits: 8,
    near: 0,
    interleave: 0,
    preset: None,
    restart_lines: 0,
};

/// Components, bits, error allowed, and what CharLS 2.4 (pyjpegls 1.5.1) made of `picture((14, 7, components), bits)`;
/// the colour ones interleave by component, line, sample, sample and line.
const CHARLS: &[(usize, u8, u8, &str)] = &[
    (
        1,
        8,
        0,
        "ffd8fff7000b080007000e01011100ffda00080101000000008e28a9c3ad600bb58f658846788c4994889b10001400002225\
     9c8db168000146c4b1d369a94872552d461abeebc4bdc000002bc000002db6b487ffd9",
    ),
    (
        1,
        12,
        0,
        "ffd8fff7000b0c0007000e01011100ffda00080101000000008c26350a74a6a14ea74004bc2a142559b6062605c5c5a56566\
     28197d8989494143f0001640000919cbd0661605ecccac85c00004532622e418c2b8bd8881fbf7cf1e12a157d3173a74c5c3\
     66cd8ad0ac2b4b1ab466c8000008620eccad0aa2acffd9",
    ),
    (
        1,
        16,
        0,
        "ffd8fff7000b100007000e01011100fff8000d01ffff0012004301140040ffda00080101000000008c02603500a7f53da9fb\
     4fba7dc00548c042020055867d58018098017f17f17e97d97d97d20065ff08097c97b97b17b176800083a00808de8de48039\
     804401bc5bc5bc1bbdbb4000080b5036ec6ec403c6013fcdd6dd4dd0dcedcedccdc8dc8db6816aff4fb37137037036bb6f36\
     e36e36db6ca07ac027f5b61b61b5db55b50004308004076d36d341357c4fd8ffd9",
    ),
    (
        1,
        2,
        0,
        "ffd8fff7000b020007000e01011100ffda0008010100000000b6e65352252d75b3a4aa5dac157fb5ac4aa97eb7faafaf6d2a\
     b2ffd9",
    ),
    (
        1,
        8,
        2,
        "ffd8fff7000b080007000e01011100ffda0008010100020000b7f2e03989529294aa965c18024bb451500cbb774a9b9f3253\
     5b758030009793ffd9",
    ),
    (
        3,
        8,
        0,
        "ffd8fff70011080007000e03011100021100031100ffda00080101000000008e28a9c3ad600bb58f658846788c4994889b10\
     0014000022259c8db168000146c4b1d369a94872552d461abeebc4bdc000002bc000002db6b487ffda000801020000000001\
     4559f054a500136e11c423106423d99e262cc0000050000016bfac43d984108000002c82206b1496f2891336b91bed50ca6d\
     7491155000000b8800000bcd6f5980ffda000801030000000000028bcd5ffa343d0823c8b88c430849ccc41918000005c400\
     0005dd1a65485bb10000005f8892a40b66d8cc9ba4242a49e89d66252980005800000c9d7a4100ffd9",
    ),
    (
        3,
        8,
        0,
        "ffd8fff70011080007000e03011100021100031100ffda000c030100020003000001008e28a9c3ad600bb58f64253f9a6ef9\
     e009b598b00dce329df4687f73bd8846788c4994846c61b23db3c2749308212e6d2c603c0000264e725bf800000570000005\
     af7710eca654000002e2000002ef5ae5592b67000028d371d2ab7104a2206e2a27d20ffafd2355deb4292a8b57957fdae9b4\
     542b3d269964667d7b7f65b5b5f23bff4bd64d12e000002bc2ef5a44d22b400050e29f5909a6803a1a7e9100ffd9",
    ),
    (
        3,
        8,
        0,
        "ffd8fff70011080007000e03011100021100031100ffda000c0301000200030000020040004070828a2af92b5ef2793ffbf7\
     aad5680780b09739cc6300e1884d5ac42108acd908851b5cd10d9c42524ad5bdc91b469224b371a80f0000015c0002800002\
     000000b5800000bbebd26ddde8e63b257d6eb59e56c800005128fc613aa906ff4fd4644aadaf3aab556a3eadc5d89f77d02a\
     6991f44fc5efe72d4ea7afdffeb26849d4d4773800000578000a01d170e034cd2bbf51c84a10ffd9",
    ),
    (
        3,
        8,
        3,
        "ffd8fff70011080007000e03011100021100031100ffda000c030100020003000302004212ff2fe2dfdd640046d2924125ae\
     ab662929449529755d9a8e933cf4d0600080100801000ae95bdca53997c52920324d56525af6dfeea6f5e57d1ef99457aabb\
     afd95defaf9ee77d00010000400004a00211effd5298ffd9",
    ),
    (
        3,
        12,
        1,
        "ffd8fff700110c0007000e03011100021100031100ffda000c030100020003000101009ab56ad57b56acc000f624209dcc35\
     6acf8ede7bf8eb0679120b9ac36efd3b76ebdb9748db3a670d68102041f7df78820dfa044e34b34c34c7d0c850205965945b\
     c9208208107c812490e00000e8004987d1bffbec30c2e0006a3f2efa373f20aaebae00005e5b2efa108107df5d75de000b5c\
     58e467fe7d651538395a4ce4cfdcf2caaa68adb0b2a822089a7acaaaaaaa2a525fd6728a2aaa8aaa62542d3945144d2c5ad0\
     881034d5ad0b5ad662542c356b5a94851697f594a5ad6a52d4882040b314a5280000001920d45abcacc4294a000000000520\
     178996aa05969a492000000627ba69a210f960ffd9",
    ),
];

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

fn streams() -> Vec<Vec<u8>> {
    let mut streams: Vec<Vec<u8>> = CHARLS.iter().map(|(.., stream)| hex(stream)).collect();
    let options = Options {
        restart_lines: 3,
        preset: Some([255, 5, 9, 33, 31]),
        ..OPTIONS
    };
    streams.push(encode((20, 10, 1), &picture((20, 10, 1), 8), &options).0);
    streams
}

#[test]
fn a_stream_cut_short_is_never_a_picture() {
    streams()
        .iter()
        .for_each(|stream| refuse_every_beginning(stream, decode));
}

#[test]
fn damaged_streams_return_in_bounded_time() {
    survive(&streams(), decode);
}
