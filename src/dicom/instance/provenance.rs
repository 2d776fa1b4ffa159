//! How an image came to be (rules D23, D40, D41): derived, lossy, of a phantom, in which colours, in readable letters.

use super::icc::Profile;
use super::{Context, DataSet, lut, tags};
use crate::attribute::doubt::is_misread;
use crate::transfer_syntax::TransferSyntax;
use skiagraph_core::pixel::descriptor::PixelDescriptor;
use skiagraph_core::study::provenance::{ColorProfile, Provenance};
use std::sync::Arc;

/// Visible Light and whole slide storage classes (PS3.4 B.5).
const VISIBLE_LIGHT: &str = "1.2.840.10008.5.1.4.1.1.77.1.";

pub(super) fn provenance(
    data_set: &DataSet<'_>,
    sop_class: &str,
    image: &PixelDescriptor,
    syntax: Option<&str>,
    context: &mut Context<'_>,
) -> Provenance {
    let image_type = data_set.texts(tags::IMAGE_TYPE);
    let is_type = |at: usize, term: &str| image_type.get(at).is_some_and(|value| value == term);
    let syntax = syntax.map(TransferSyntax::from_uid);
    let lossy_syntax = syntax.as_ref().filter(|syntax| always_loses(syntax));
    let is_visible_light = sop_class.starts_with(VISIBLE_LIGHT);
    let is_color = !image.photometric.is_monochrome();
    Provenance {
        is_derived: is_type(0, "DERIVED"),
        is_secondary: is_type(1, "SECONDARY"),
        is_quality_control: data_set.text(tags::QUALITY_CONTROL_IMAGE) == "YES",
        lossy_method: method(data_set).or_else(|| lossy_syntax.map(|s| s.name().to_owned())),
        is_lossy_syntax: lossy_syntax.is_some(),
        color_profile: if is_color {
            color_profile(data_set, is_visible_light, context)
        } else {
            ColorProfile::Untold
        },
        is_visible_light,
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
    )
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
fn color_profile(
    data_set: &DataSet<'_>,
    is_visible_light: bool,
    context: &mut Context<'_>,
) -> ColorProfile {
    let path = data_set.item(tags::OPTICAL_PATH_SEQUENCE);
    let mut places = std::iter::once(data_set).chain(path);
    let Some(place) = places.find(|place| place.has(tags::ICC_PROFILE)) else {
        return ColorProfile::Untold;
    };
    let is_here = place
        .element(tags::ICC_PROFILE)
        .is_some_and(|element| element.inline.is_some());
    // Fetched apart only where colour is the finding: a profile for each of a thousand screenshots would cost more.
    let raw = (is_here || is_visible_light)
        .then(|| lut::raw_table(place, tags::ICC_PROFILE, context))
        .flatten();
    let bytes = match &raw {
        Some(lut::RawTable::Bytes(bytes)) => &**bytes,
        _ => &[],
    };
    let profile = Profile::new(bytes);
    let name = profile.as_ref().and_then(Profile::description);
    let name = name.unwrap_or_else(|| place.text(tags::COLOR_SPACE));
    let transform = profile.and_then(|profile| profile.transform());
    let is_called_srgb = || {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters
            .collect::<String>()
            .to_ascii_uppercase()
            .contains("SRGB")
    };
    match transform {
        Some(transform) if transform.is_identity() => ColorProfile::Srgb,
        Some(transform) => ColorProfile::Applied(name, Arc::new(transform)),
        None if is_called_srgb() => ColorProfile::Srgb,
        None => ColorProfile::NotApplied(name),
    }
}

/// Letters beyond ASCII in the name although no character set is told, or letters that could not be read (rule 1.4).
fn has_doubtful_text(data_set: &DataSet<'_>) -> bool {
    let name = data_set.name(tags::PATIENT_NAME);
    let description = data_set.text(tags::STUDY_DESCRIPTION);
    let is_told = data_set.has(tags::SPECIFIC_CHARACTER_SET);
    let is_ascii = name.is_ascii() && description.is_ascii();
    name.is_doubtful || is_misread(&description) || !is_told && !is_ascii
}
