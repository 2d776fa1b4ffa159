//! From the bytes of one frame to its stored values: the one entry for the worker, the tests and `digest`.

use skiagraph_core::pixel::descriptor::PixelDescriptor;

use super::{
    codec::{DecodeError, DecodeWarning, Decoded, Plain},
    deflate, jpeg, native, rle,
    sniff::{Codec, sniff},
};
use crate::transfer_syntax::TransferSyntax;

/// Decodes one frame. The bytes decide on the codec (standards 2.2), `label` only where they are silent: on the byte
/// order of native words and on deflated frames.
///
/// # Errors
/// [`DecodeError`]: no codec, too few bytes, another size than the descriptor's, damaged data. Nothing larger than the
/// descriptor's frame is allocated before its size has been compared.
pub fn decode(
    descriptor: &PixelDescriptor,
    label: Option<&TransferSyntax>,
    frame: &[u8],
) -> Result<Decoded, DecodeError> {
    let codec = sniff(descriptor, label, frame);
    let Plain {
        samples,
        photometric,
        is_lossy,
        mut warnings,
    } = match codec {
        Codec::Native => native::decode(
            descriptor,
            label == Some(&TransferSyntax::ExplicitVrBigEndian),
            frame,
        )?,
        Codec::Rle => rle::decode(descriptor, frame)?,
        Codec::Jpeg => jpeg::decode(descriptor, frame)?,
        Codec::Deflate => native::decode(
            descriptor,
            false,
            &deflate::inflate_frame(descriptor, frame)?,
        )?,
        Codec::JpegLossless
        | Codec::JpegLs
        | Codec::Jpeg2000
        | Codec::Htj2k
        | Codec::JpegXl
        | Codec::Video
        | Codec::Unknown => return Err(unsupported(codec, label)),
    };
    if let Some(label) = label.filter(|label| codec.contradicts(label)) {
        warnings.push(DecodeWarning::Mislabeled {
            label: label.name().to_owned(),
            found: codec.name(),
        });
    }
    Ok(Decoded {
        samples,
        photometric,
        is_lossy,
        warnings,
    })
}

fn unsupported(codec: Codec, label: Option<&TransferSyntax>) -> DecodeError {
    let name = match (codec, label) {
        (Codec::Unknown | Codec::Video, Some(label)) => label.name(),
        _ => codec.name(),
    };
    DecodeError::Unsupported {
        name: name.to_owned(),
    }
}
