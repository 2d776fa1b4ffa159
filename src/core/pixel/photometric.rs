//! Colour spaces of the Image Pixel module to RGB (PS3.3 C.7.6.3.1.2).

use super::{descriptor::Photometric, samples::Samples};

/// RGB8 of interleaved three-component samples, before any colour transform.
///
/// `bits_stored` says how wide the samples are; wider ones than 8 bit keep their upper 8. YBR_ICT, YBR_RCT
/// and XYB are undone inside the decoders of JPEG 2000 and JPEG XL, so what arrives under these names is RGB already.
pub fn to_rgb8(photometric: Photometric, samples: Samples, bits_stored: u16) -> Vec<u8> {
    let mut bytes = to_8_bit(samples, bits_stored);
    match photometric {
        Photometric::YbrFull | Photometric::YbrFull422 => convert(&mut bytes, rgb_from_ybr_full),
        Photometric::YbrPartial422 | Photometric::YbrPartial420 => {
            convert(&mut bytes, rgb_from_ybr_partial);
        }
        _ => {}
    }
    bytes
}

/// The upper 8 of Bits Stored.
fn to_8_bit(samples: Samples, bits_stored: u16) -> Vec<u8> {
    let down = u32::from(bits_stored.saturating_sub(8));
    // Narrower samples are spread over the whole range: 255 is full in every width.
    let largest = (1_u32 << bits_stored.clamp(1, 8)) - 1;
    let byte = |v: u32| (v.checked_shr(down).unwrap_or(0).min(largest) * 255 / largest) as u8;
    match samples {
        Samples::U8(bytes) if bits_stored == 8 => bytes,
        Samples::U8(v) => v.into_iter().map(|v| byte(v.into())).collect(),
        Samples::U16(v) => v.into_iter().map(|v| byte(v.into())).collect(),
        Samples::U32(v) => v.into_iter().map(byte).collect(),
        other => (0..other.len())
            .map(|index| byte(other.get(index).unwrap_or_default() as u32))
            .collect(),
    }
}

fn convert(bytes: &mut [u8], rgb_from: impl Fn([f32; 3]) -> [f32; 3]) {
    for pixel in bytes.as_chunks_mut::<3>().0 {
        // Rounded half up; the cast holds at 0 and 255.
        *pixel = rgb_from(pixel.map(f32::from)).map(|v| (v + 0.5) as u8);
    }
}

/// Full range: the inverse of the forward matrix of C.7.6.3.1.2.
fn rgb_from_ybr_full([y, cb, cr]: [f32; 3]) -> [f32; 3] {
    let (cb, cr) = (cb - 128.0, cr - 128.0);
    [
        y + 1.402 * cr,
        y - 0.344_136 * cb - 0.714_136 * cr,
        y + 1.772 * cb,
    ]
}

/// Studio range: luminance 16 to 235, chrominance 16 to 240.
fn rgb_from_ybr_partial([y, cb, cr]: [f32; 3]) -> [f32; 3] {
    let (y, cb, cr) = (1.164_4 * (y - 16.0), cb - 128.0, cr - 128.0);
    [
        y + 1.596 * cr,
        y - 0.391_7 * cb - 0.813 * cr,
        y + 2.017_3 * cb,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(photometric: Photometric, ybr: [u8; 3]) -> Vec<u8> {
        to_rgb8(photometric, Samples::U8(ybr.to_vec()), 8)
    }

    #[test]
    fn d12_ybr_full_examples() {
        assert_eq!(rgb(Photometric::YbrFull, [76, 85, 255]), [254, 0, 0]);
        assert_eq!(rgb(Photometric::YbrFull, [150, 44, 21]), [0, 255, 1]);
        assert_eq!(rgb(Photometric::YbrFull, [29, 255, 107]), [0, 0, 254]);
    }

    #[test]
    fn c_7_6_3_1_2_partial_black_is_16_and_white_235() {
        assert_eq!(rgb(Photometric::YbrPartial422, [16, 128, 128]), [0; 3]);
        assert_eq!(rgb(Photometric::YbrPartial422, [235, 128, 128]), [255; 3]);
    }

    /// C.7.6.3.1.2: grey stays grey in full range, and the studio-range codes of the primaries are the primaries.
    #[test]
    fn d12_and_d14_greys_and_primaries() {
        for grey in [0, 1, 100, 255] {
            assert_eq!(rgb(Photometric::YbrFull, [grey, 128, 128]), [grey; 3]);
        }
        for (ybr, wanted) in [
            ([81, 90, 240], [254, 0, 0]),
            ([145, 54, 34], [0, 255, 1]),
            ([41, 240, 110], [0, 0, 255]),
        ] {
            let got = rgb(Photometric::YbrPartial422, ybr);
            let is_near = got
                .iter()
                .zip(wanted)
                .all(|(&a, b): (&u8, u8)| a.abs_diff(b) <= 1);
            assert!(is_near, "{ybr:?}: {got:?}");
        }
    }

    #[test]
    fn sixteen_bit_colour_keeps_its_upper_byte() {
        assert_eq!(
            to_rgb8(
                Photometric::Rgb,
                Samples::U16(vec![0xFFFF, 0x8000, 0x00FF]),
                16
            ),
            [255, 128, 0]
        );
    }

    #[test]
    fn full_intensity_is_255_in_every_width() {
        assert_eq!(
            to_rgb8(Photometric::Rgb, Samples::U8(vec![7, 0, 7]), 3),
            [255, 0, 255]
        );
    }
}
