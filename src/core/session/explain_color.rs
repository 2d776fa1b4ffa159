//! The chain behind a colour: stored components, their colour space, the profile of the image.

use super::explain::{Reading, step};
use super::values::ChainStep;
use crate::pixel::descriptor::Photometric;
use crate::study::instance::ImageHeader;

/// What is said of a pixel in colour: its components as stored, where they came, and the way to what is drawn.
pub(super) fn color_reading(
    rgb: [u8; 3],
    components: Option<(Photometric, [u16; 3])>,
    header: &ImageHeader,
) -> Reading {
    // The codestream may have decided on another one than the header's.
    let photometric = components.map_or(header.descriptor.photometric, |(told, _)| told);
    let value = figures(rgb);
    let how = match photometric {
        Photometric::Rgb if header.descriptor.bits_stored > 8 => {
            "red, green and blue by their upper 8 bits"
        }
        Photometric::Rgb => "red, green and blue as they came",
        Photometric::YbrFull | Photometric::YbrFull422 => {
            "luminance and chrominance (full range) to red, green, blue when decoded, PS3.3 C.7.6.3.1.2"
        }
        Photometric::YbrPartial422 | Photometric::YbrPartial420 => {
            "luminance and chrominance (16 to 235) to red, green, blue when decoded, PS3.3 C.7.6.3.1.2"
        }
        Photometric::YbrIct | Photometric::YbrRct => {
            "transform undone inside the JPEG 2000 decoder"
        }
        Photometric::Xyb => "transform undone inside the JPEG XL decoder",
        _ => "converted when decoded",
    };
    let term = photometric.term();
    let stored = components.map(|(_, [a, b, c])| {
        let names = if photometric == Photometric::Rgb {
            "R, G, B"
        } else {
            "Y, Cb, Cr"
        };
        let how = format!("{names} of {} bits", header.descriptor.bits_stored);
        step("Stored", format!("{a}, {b}, {c}"), how, "(7FE0,0010)")
    });
    let mut steps: Vec<ChainStep> = stored.into_iter().collect();
    let name = if components.is_some() {
        "R, G, B"
    } else {
        "Components"
    };
    steps.push(step(
        name,
        value.clone(),
        format!("{term}: {how}"),
        "(0028,0004)",
    ));
    steps.push(
        profile_step(rgb, header)
            .unwrap_or_else(|| step("Shown", value.clone(), "no window on colour", "")),
    );
    Reading {
        steps,
        value,
        unit: "RGB".to_owned(),
        others: Vec::new(),
        note: String::new(),
    }
}

/// Three numbers as they stand in the chain.
pub(super) fn figures([r, g, b]: [u8; 3]) -> String {
    format!("{r}, {g}, {b}")
}

/// The image's ICC profile (rule D23), where it has one that is applied.
pub(super) fn profile_step(rgb: [u8; 3], header: &ImageHeader) -> Option<ChainStep> {
    let transform = header.provenance.color_transform()?;
    let how = "colour profile of the image to the screen's sRGB; no window on colour";
    Some(step(
        "Shown",
        figures(transform.apply(rgb)),
        how,
        "(0028,2000)",
    ))
}
