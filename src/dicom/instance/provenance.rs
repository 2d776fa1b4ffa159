//! How an image came to be (rules D23, D40, D41): derived, lossy, of a phantom, in which colours, in readable letters.

use super::{DataSet, tags};
use crate::dicomweb::decode_base64;
use crate::transfer_syntax::TransferSyntax;
use skiagraph_core::pixel::descriptor::PixelDescriptor;
use skiagraph_core::study::provenance::{ColorProfile, Provenance};

/// Visible Light and whole slide storage classes (PS3.4 B.5).
const VISIBLE_LIGHT: &str = "1.2.840.10008.5.1.4.1.1.77.1.";

pub(super) fn provenance(
    data_set: &DataSet<'_>,
    sop_class: &str,
    image: &PixelDescriptor,
    syntax: Option<&str>,
) -> Provenance {
    let image_type = data_set.texts(tags::IMAGE_TYPE);
    let is_type = |at: usize, term: &str| image_type.get(at).is_some_and(|value| value == term);
    let syntax = syntax.map(TransferSyntax::from_uid);
    let lossy_syntax = syntax.as_ref().filter(|syntax| always_loses(syntax));
    let is_color = !image.photometric.is_monochrome();
    Provenance {
        is_derived: is_type(0, "DERIVED"),
        is_secondary: is_type(1, "SECONDARY"),
        is_quality_control: data_set.text(tags::QUALITY_CONTROL_IMAGE) == "YES",
        lossy_method: method(data_set).or_else(|| lossy_syntax.map(|s| s.name().to_owned())),
        is_lossy_syntax: lossy_syntax.is_some(),
        color_profile: if is_color {
            color_profile(data_set)
        } else {
            ColorProfile::Untold
        },
        is_visible_light: sop_class.starts_with(VISIBLE_LIGHT),
        has_doubtful_text: has_doubtful_text(data_set),
    }
}

/// Syntaxes that lose information whatever the codestream says; for the others the decoder tells.
fn always_loses(syntax: &TransferSyntax) -> bool {
    use TransferSyntax as T;
    matches!(
        syntax,
        T::JpegBaseline
            | T::JpegExtended
            | T::JpegSpectralSelection
            | T::JpegFullProgression
            | T::JpegLsNearLossless
            | T::JpegXlRecompression
    ) || syntax.is_video()
}

/// Lossy Image Compression Method (0028,2114), the last one of several, by its name (C.7.6.1.1.5.1).
fn method(data_set: &DataSet<'_>) -> Option<String> {
    let term = data_set
        .texts(tags::LOSSY_IMAGE_COMPRESSION_METHOD)
        .pop()
        .filter(|term| !term.is_empty())?;
    let name = match term.as_str() {
        "ISO_10918_1" => "JPEG",
        "ISO_14495_1" => "JPEG-LS",
        "ISO_15444_1" => "JPEG 2000",
        "ISO_15444_15" => "HTJ2K",
        "ISO_18181_1" => "JPEG XL",
        "ISO_13818_2" => "MPEG-2",
        "ISO_14496_10" => "H.264",
        "ISO_23008_2" => "HEVC",
        other => other,
    };
    Some(name.to_owned())
}

/// PS3.3 C.11.15: the profile of the image, or of the first optical path of a slide.
fn color_profile(data_set: &DataSet<'_>) -> ColorProfile {
    let path = data_set.item(tags::OPTICAL_PATH_SEQUENCE);
    let mut places = std::iter::once(data_set).chain(path);
    let Some(place) = places.find(|place| place.has(tags::ICC_PROFILE)) else {
        return ColorProfile::Untold;
    };
    let inline = place
        .element(tags::ICC_PROFILE)
        .and_then(|element| element.inline.as_deref());
    let name = inline.and_then(decode_base64).and_then(|p| description(&p));
    let name = name.unwrap_or_else(|| place.text(tags::COLOR_SPACE));
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    if letters.to_ascii_uppercase().contains("SRGB") {
        ColorProfile::Srgb
    } else {
        ColorProfile::NotApplied(name)
    }
}

/// The name of a profile: its `desc` tag, as `desc` (ICC.1:2001 6.5.17) or as `mluc` (ISO 15076-1 10.15).
fn description(profile: &[u8]) -> Option<String> {
    let word = |bytes: &[u8], at: usize| -> Option<usize> {
        let word = bytes.get(at..)?.first_chunk::<4>()?;
        Some(u32::from_be_bytes(*word) as usize)
    };
    let n_tags = word(profile, 128)?.min(100);
    let entry = (0..n_tags)
        .filter_map(|tag| profile.get(132 + 12 * tag..144 + 12 * tag))
        .find(|entry| entry.starts_with(b"desc"))?;
    let element = profile.get(word(entry, 4)?..)?.get(..word(entry, 8)?)?;
    let text = match element.get(..4)? {
        b"desc" => {
            let letters = element.get(12..)?.get(..word(element, 8)?)?;
            String::from_utf8_lossy(letters).into_owned()
        }
        // The first record: its length in bytes and its offset, then UTF-16.
        b"mluc" => {
            let letters = element
                .get(word(element, 24)?..)?
                .get(..word(element, 20)?)?;
            let units = letters.as_chunks::<2>().0.iter();
            String::from_utf16_lossy(&units.map(|&u| u16::from_be_bytes(u)).collect::<Vec<_>>())
        }
        _ => return None,
    };
    Some(crate::attribute::clean(&text)).filter(|text| !text.is_empty())
}

/// Letters beyond ASCII in the name although no character set is told, or letters that could not be read (rule 1.4).
fn has_doubtful_text(data_set: &DataSet<'_>) -> bool {
    let name = data_set.name(tags::PATIENT_NAME);
    let texts = [
        name.alphabetic,
        name.ideographic,
        name.phonetic,
        data_set.text(tags::STUDY_DESCRIPTION),
    ];
    let is_told = data_set.has(tags::SPECIFIC_CHARACTER_SET);
    texts
        .iter()
        .any(|text| text.contains('\u{FFFD}') || !is_told && !text.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile of one tag, `desc`, made by the tables of the two editions.
    fn profile(element: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; 128];
        bytes.extend(1_u32.to_be_bytes());
        bytes.extend(b"desc");
        bytes.extend(144_u32.to_be_bytes());
        bytes.extend((element.len() as u32).to_be_bytes());
        bytes.extend(element);
        bytes
    }

    #[test]
    fn both_editions_of_the_profile_tell_their_name() {
        let old = [&b"desc\0\0\0\0\0\0\0\x05"[..], b"sRGB\0"].concat();
        assert_eq!(description(&profile(&old)).as_deref(), Some("sRGB"));
        let head = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0CenUS\0\0\0\x04\0\0\0\x1C";
        let new = [&head[..], b"\0P\x003"].concat();
        assert_eq!(description(&profile(&new)).as_deref(), Some("P3"));
    }

    #[test]
    fn a_profile_that_is_cut_or_points_outside_has_no_name() {
        let whole = profile(&[&b"desc\0\0\0\0\0\0\0\x05"[..], b"sRGB\0"].concat());
        for length in 0..whole.len() {
            assert_eq!(description(&whole[..length]), None, "{length} bytes");
        }
    }
}
