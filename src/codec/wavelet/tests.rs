//! Codestreams of independent encoders, whole, in part, rewrapped and damaged.

use super::{
    Reached, decode, decode_prefix, decode_reduced, extents, header, levels, reduced_header,
    streams,
    test_seeds::{position, with_packed_headers},
};
use crate::{
    Error, Picture,
    test_picture::{LIMITS, hex, picture, refuse_every_beginning},
};

const GRAY: (usize, usize, usize) = (37, 29, 1);
const COLOR: (usize, usize, usize) = (21, 19, 3);

fn whole(stream: &str) -> Picture {
    decode(&hex(stream), &LIMITS).unwrap()
}

#[test]
fn all_progressions_styles_tiles_and_transforms_come_back_exactly() {
    let gray = picture(GRAY, 12);
    let color = picture(COLOR, 8);
    for (name, stream, samples, bits) in [
        ("tiles, layers", streams::LRCP_TILES, &gray, 12),
        ("RPCL, RCT", streams::RPCL_COLOR, &color, 8),
        ("CPRL, all styles", streams::CPRL_STYLES, &color, 8),
        ("order changes", streams::POC, &gray, 12),
        ("HTJ2K", streams::HT, &gray, 16),
        ("HTJ2K, RCT", streams::HT_COLOR, &color, 8),
    ] {
        let decoded = whole(stream);
        assert_eq!(&decoded.samples, samples, "{name}");
        let said = decoded.header;
        assert_eq!(
            (said.bits, said.is_signed, said.is_lossy),
            (bits, false, false)
        );
        assert_eq!(Ok(said), header(&hex(stream)), "{name}");
    }
    assert!(whole(streams::RPCL_COLOR).header.has_color_transform);
    assert!(!whole(streams::CPRL_STYLES).header.has_color_transform);
}

#[test]
fn signed_samples_are_extended_to_16_bits() {
    let decoded = whole(streams::SIGNED);
    let gray: Vec<u16> = picture(GRAY, 12)
        .into_iter()
        .map(|value| value.wrapping_sub(2048))
        .collect();
    assert_eq!(decoded.samples, gray);
    assert!(decoded.header.is_signed);
}

#[test]
fn irreversible_streams_come_back_nearly_and_say_that_they_are_lossy() {
    for (stream, original, tolerance) in [
        (streams::REAL_COLOR, picture(COLOR, 8), 24),
        (streams::REAL, picture(GRAY, 12), 8),
        (streams::HT_REAL, picture(GRAY, 12), 64),
    ] {
        let decoded = whole(stream);
        assert!(decoded.header.is_lossy);
        let pairs = decoded.samples.iter().zip(&original);
        let worst = pairs.map(|(a, b)| a.abs_diff(*b)).max();
        assert!(worst <= Some(tolerance), "{worst:?}");
    }
}

/// Equations F-9 and F-10 on one row or column, even samples kept; beyond the ends the signal is mirrored.
fn low_half(values: &[i32]) -> Vec<i32> {
    let n = values.len() as isize;
    if n == 1 {
        return values.to_vec();
    }
    let at = |i: isize| {
        let mirrored = if i < 0 { -i } else { i };
        values[if mirrored >= n {
            2 * (n - 1) - mirrored
        } else {
            mirrored
        } as usize]
    };
    let high = |i: isize| at(i) - ((at(i - 1) + at(i + 1)) >> 1);
    let even = (0..n).step_by(2);
    even.map(|i| {
        let before = high(if i == 0 { 1 } else { i - 1 });
        let after = high(if i + 1 >= n { i - 1 } else { i + 1 });
        at(i) + ((before + after + 2) >> 2)
    })
    .collect()
}

/// The picture at half the size, as the reversible wavelet of the standard leaves it (columns first, then rows).
fn halved(values: &[i32], width: usize) -> (Vec<i32>, usize) {
    let columns = (0..width).map(|x| {
        let column: Vec<i32> = values.iter().skip(x).step_by(width).copied().collect();
        low_half(&column)
    });
    let columns: Vec<Vec<i32>> = columns.collect();
    let rows = (0..columns[0].len())
        .map(|y| low_half(&columns.iter().map(|column| column[y]).collect::<Vec<_>>()));
    let rows: Vec<Vec<i32>> = rows.collect();
    (rows.concat(), rows[0].len())
}

#[test]
fn a_reduced_level_is_the_low_band_of_the_standard_s_wavelet() {
    let stream = hex(streams::POC);
    assert_eq!(levels(&stream), Ok(3));
    let mut values: Vec<i32> = picture(GRAY, 12)
        .iter()
        .map(|v| i32::from(*v) - 2048)
        .collect();
    let mut width = GRAY.0;
    for level in 1..=3 {
        (values, width) = halved(&values, width);
        let decoded = decode_reduced(&stream, level, &LIMITS).unwrap();
        let said = decoded.header;
        let size = (said.width as usize, said.height as usize);
        assert_eq!(size, (width, values.len() / width));
        assert_eq!(reduced_header(&stream, level), Ok(said));
        let shifted = values.iter().map(|v| (v + 2048).clamp(0, 4095) as u16);
        assert_eq!(decoded.samples, shifted.collect::<Vec<_>>());
    }
    assert!(matches!(
        decode_reduced(&stream, 4, &LIMITS),
        Err(Error::Unsupported(_))
    ));
}

#[test]
fn no_beginning_of_a_stream_is_taken_for_the_whole() {
    for stream in [
        streams::LRCP_TILES,
        streams::RPCL_COLOR,
        streams::CPRL_STYLES,
        streams::HT,
    ] {
        refuse_every_beginning(&hex(stream), decode);
    }
}

#[test]
fn a_beginning_shows_what_it_holds_and_tells_how_far_it_goes() {
    // RPCL, 2 layers, 3 components: the resolutions have 1, 4 and 4 precincts (8 x 8 at the lowest, 16 x 16 at the highest).
    let stream = hex(streams::RPCL_COLOR);
    let coarse = decode_reduced(&stream, 1, &LIMITS).unwrap();
    let mut last = 0;
    let mut n_needed = None;
    for n in 0..=stream.len() {
        match decode_prefix(&stream[..n], 0, &LIMITS) {
            Ok((picture, reached)) => {
                assert_eq!(picture.samples.len(), 21 * 19 * 3);
                assert!(reached.packets >= last, "{reached:?} {n}");
                last = reached.packets;
                assert_eq!(reached.is_complete(), n >= stream.len() - 2);
            }
            Err(error) => assert_eq!((error, last), (Error::Truncated, 0)),
        }
        if decode_reduced(&stream[..n], 1, &LIMITS) == Ok(coarse.clone()) {
            n_needed = n_needed.or(Some(n));
        }
    }
    // The coarse picture needs no more than its own packets.
    assert!(
        n_needed.is_some_and(|n| n < stream.len() / 2),
        "{n_needed:?}"
    );
    let (picture, reached) = decode_prefix(&stream, 0, &LIMITS).unwrap();
    assert_eq!(picture.samples, whole(streams::RPCL_COLOR).samples);
    let packets = reached.packets;
    assert_eq!(
        reached,
        Reached {
            packets,
            of_packets: packets
        }
    );
}

/// Whatever the order of packets, and wherever the bytes end: a level is there exactly, or it is not there.
#[test]
fn a_level_is_told_to_be_there_where_its_last_packet_ends_and_is_then_exact() {
    let lrcp = hex(streams::LRCP_TILES);
    let packed = |in_main| with_packed_headers(&lrcp, in_main);
    for (name, stream) in [
        ("LRCP, tiles, SOP, EPH", lrcp.clone()),
        ("PPM", packed(true)),
        ("PPT", packed(false)),
        ("RPCL", hex(streams::RPCL_COLOR)),
        ("CPRL, tile parts", hex(streams::CPRL_STYLES)),
        ("order changes", hex(streams::POC)),
        ("PCRL", hex(streams::SIGNED)),
        ("RLCP", hex(streams::REAL_COLOR)),
        ("HT", hex(streams::HT)),
        ("HT, colour", hex(streams::HT_COLOR)),
    ] {
        let n_levels = levels(&stream).unwrap();
        let whole = extents(&stream, &LIMITS).unwrap();
        assert_eq!(whole.len(), usize::from(n_levels) + 1, "{name}");
        let coarse = (0..=n_levels).map(|level| decode_reduced(&stream, level, &LIMITS).unwrap());
        let coarse: Vec<Picture> = coarse.collect();
        for n in 0..stream.len() {
            let told = match extents(&stream[..n], &LIMITS) {
                Ok(told) => told,
                Err(error) => {
                    assert_eq!(error, Error::Truncated, "{name} {n}");
                    continue;
                }
            };
            for (level, wanted) in (0..=n_levels).zip(&coarse) {
                let place = format!("{name}, level {level}, {n} bytes");
                let needed = whole[usize::from(level)].unwrap();
                let is_there = told[usize::from(level)].is_some();
                assert_eq!(is_there, n >= needed, "{place}, needs {needed}");
                match decode_reduced(&stream[..n], level, &LIMITS) {
                    Ok(picture) if is_there => {
                        assert_eq!(picture.samples, wanted.samples, "{place}")
                    }
                    other => {
                        assert_eq!((other, is_there), (Err(Error::Truncated), false), "{place}")
                    }
                }
            }
        }
    }
}

#[test]
fn only_some_orders_of_packets_give_a_coarse_picture_early() {
    let share = |stream: &str| {
        let extents = extents(&hex(stream), &LIMITS).unwrap();
        extents[1].unwrap() as f64 / extents[0].unwrap() as f64
    };
    assert!(share(streams::RPCL_COLOR) < 0.5);
    assert!(share(streams::HT) < 0.6);
    // Layers, components and places before resolutions.
    assert!(share(streams::LRCP_TILES) > 0.8);
    assert!(share(streams::CPRL_STYLES) > 0.6);
    assert!(share(streams::SIGNED) > 0.6);
}

#[test]
fn a_reversible_stream_cut_to_its_first_layer_says_that_it_is_lossy() {
    let mut stream = hex(streams::LRCP_TILES);
    assert!(!whole(streams::LRCP_TILES).header.is_lossy);
    // COD says one layer: the second is then left over in each tile part.
    let at = position(&stream, &[0xff, 0x52]);
    stream[at + 7] = 1;
    let decoded = decode(&stream, &LIMITS).unwrap();
    assert!(decoded.header.is_lossy);
    assert_ne!(decoded.samples, picture(GRAY, 12));
}

#[test]
fn packet_headers_may_stand_apart_from_the_packets() {
    let stream = hex(streams::LRCP_TILES);
    for in_main in [true, false] {
        let packed = with_packed_headers(&stream, in_main);
        assert_ne!(packed, stream);
        let decoded = decode(&packed, &LIMITS).unwrap();
        assert_eq!(decoded.samples, picture(GRAY, 12), "{in_main}");
    }
}

#[test]
fn the_last_tile_part_may_leave_its_length_open() {
    let mut stream = hex(streams::HT);
    let at = position(&stream, &[0xff, 0x90]);
    stream[at + 6..at + 10].fill(0);
    assert_eq!(decode(&stream, &LIMITS).unwrap().samples, picture(GRAY, 12));
}

#[test]
fn a_jp2_file_around_the_codestream_is_looked_through_and_a_palette_refused() {
    let stream = hex(streams::HT);
    let boxed = |kind: &[u8; 4], content: &[u8]| {
        let mut out = (content.len() as u32 + 8).to_be_bytes().to_vec();
        out.extend_from_slice(kind);
        out.extend_from_slice(content);
        out
    };
    let signature = boxed(b"jP  ", b"\r\n\x87\n");
    let file_type = boxed(b"ftyp", b"jp2 \0\0\0\0jp2 ");
    let codestream = boxed(b"jp2c", &stream);
    let file = [&signature, &file_type, &codestream].map(Vec::as_slice);
    let decoded = decode(&file.concat(), &LIMITS).unwrap();
    assert_eq!(decoded.samples, picture(GRAY, 12));
    let palette = boxed(b"jp2h", &boxed(b"pclr", &[0; 8]));
    let file = [&signature, &palette, &codestream].map(Vec::as_slice);
    assert_eq!(
        header(&file.concat()),
        Err(Error::Unsupported("a palette in a JP2 file"))
    );
}

#[test]
fn what_is_not_decoded_is_refused_by_name() {
    let refused = |stream: &str, at: usize, value: u8| {
        let mut bytes = hex(stream);
        bytes[at] = value;
        assert_eq!(header(&bytes).err(), decode(&bytes, &LIMITS).err());
        header(&bytes)
    };
    let siz = |component: usize| 42 + 3 * component;
    for (at, value, name) in [
        (siz(0), 16, "samples of more than 16 bits"),
        (siz(0) + 1, 2, "subsampled components"),
        (41, 17, "more than 16 components"),
    ] {
        let said = refused(streams::HT, at, value);
        assert_eq!(said, Err(Error::Unsupported(name)));
    }
    let said = refused(streams::HT_COLOR, siz(1), 6);
    assert_eq!(
        said,
        Err(Error::Unsupported("components of different depths"))
    );
    let cod = position(&hex(streams::HT), &[0xff, 0x52]);
    let said = refused(streams::HT, cod + 12, 0xc0);
    assert_eq!(
        said,
        Err(Error::Unsupported("HTJ2K and MQ blocks side by side"))
    );
    let cap = position(&hex(streams::HT), &[0xff, 0x50]);
    let said = refused(streams::HT, cap + 8, 0x20);
    assert_eq!(
        said,
        Err(Error::Unsupported("several HT sets in a code block"))
    );
}

#[test]
fn sizes_are_compared_with_the_limits_before_anything_is_allocated() {
    let mut stream = hex(streams::HT);
    // 65,573 columns and tiles as wide.
    stream[9] = 1;
    stream[25] = 1;
    assert_eq!(decode(&stream, &LIMITS), Err(Error::TooLarge));
    assert_eq!(
        decode_prefix(&stream, 0, &LIMITS).err(),
        Some(Error::TooLarge)
    );
}

/// A picture of 4,096 x 4,096 in precincts of 2 x 2, of which a few bytes are there.
#[test]
fn more_precincts_than_bytes_are_not_laid_out() {
    let mut stream = hex(streams::POC);
    for at in [8, 12, 24, 28] {
        stream[at..at + 4].copy_from_slice(&4096_u32.to_be_bytes());
    }
    let limits = crate::Limits {
        max_samples: 1 << 24,
    };
    let cod = position(&stream, &[0xff, 0x52]);
    let levels = stream[cod + 9];
    stream[cod + 4] |= 1;
    stream[cod + 3] += levels + 1;
    stream.splice(cod + 14..cod + 14, vec![0x11; usize::from(levels) + 1]);
    assert!(header(&stream).is_ok());
    assert_eq!(decode(&stream, &limits), Err(Error::Truncated));
    assert_eq!(
        decode_prefix(&stream, 0, &limits).err(),
        Some(Error::Truncated)
    );
}
