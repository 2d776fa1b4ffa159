//! JPEG XL frames (PS3.5 8.2.15): lossless, lossy and repacked JPEG, as codestream or container.

use jxl_oxide::{
    AllocTracker, InitializeResult, JxlImage, PixelFormat, frame::Encoding, image::BitDepth,
};
use skiagraph_codec::{Error, Header, Limits, Picture};
use skiagraph_core::pixel::descriptor::PixelDescriptor;

use super::{
    codec::{DecodeError, Plain},
    coded::Decoder,
};

/// Bytes fed before the header is tried for the first time; doubled with each further try.
const FIRST_STEP_BYTES: usize = 64;

/// What the decoder may allocate whatever the size of the picture.
const BASE_BYTES: usize = 64 << 20;

/// What it may allocate for each sample: coefficients, planes and the filters' copies, of 4 bytes each.
const BYTES_A_SAMPLE: usize = 48;

/// Decodes a JPEG XL frame.
///
/// # Errors
/// As [`Decoder::plain`].
pub(super) fn decode(descriptor: &PixelDescriptor, frame: &[u8]) -> Result<Plain, DecodeError> {
    let decoder = Decoder {
        name: "JPEG XL",
        header,
        decode: &picture,
    };
    decoder.plain(descriptor, frame)
}

/// What the image header says; loss and colour transform stand in the frame's own header, behind it.
fn header(bytes: &[u8]) -> Result<Header, Error> {
    let (image, _) = start(bytes, AllocTracker::with_limit(BASE_BYTES))?;
    describe(&image)
}

fn picture(bytes: &[u8], limits: &Limits) -> Result<Picture, Error> {
    let n_samples = usize::try_from(limits.max_samples).map_err(|_| Error::TooLarge)?;
    let n_bytes = n_samples
        .saturating_mul(BYTES_A_SAMPLE)
        .saturating_add(BASE_BYTES);
    let (mut image, mut rest) = start(bytes, AllocTracker::with_limit(n_bytes))?;
    let mut header = describe(&image)?;
    if header.n_samples().is_none_or(|n| n > limits.max_samples) {
        return Err(Error::TooLarge);
    }
    // What follows the last frame, such as the byte of padding (PS3.5 8.1.1), is left.
    while !rest.is_empty() && !image.is_loading_done() {
        let n_read = image.feed_bytes(rest).map_err(damaged)?;
        if n_read == 0 {
            break;
        }
        rest = rest.get(n_read..).unwrap_or_default();
    }
    let frame = image.frame_header(0).ok_or(Error::Truncated)?;
    let is_xyb = image.image_header().metadata.xyb_encoded;
    header.has_color_transform = header.components == 3 && (is_xyb || frame.do_ycbcr);
    header.is_lossy = is_xyb || frame.encoding == Encoding::VarDct;
    let warnings = match image.num_loaded_keyframes() {
        ..=1 => Vec::new(),
        _ => vec!["more than one picture, of which the first is shown"],
    };
    Ok(Picture {
        samples: samples(&image, header)?,
        header,
        warnings,
    })
}

/// Reads up to the end of the image header, and gives what is left to read.
fn start(bytes: &[u8], tracker: AllocTracker) -> Result<(JxlImage, &[u8]), Error> {
    let mut reading = JxlImage::builder().alloc_tracker(tracker).build_uninit();
    let (mut rest, mut step) = (bytes, FIRST_STEP_BYTES);
    loop {
        let piece = rest.get(..step).unwrap_or(rest);
        let n_read = reading.feed_bytes(piece).map_err(damaged)?;
        if n_read == 0 {
            return Err(Error::Truncated);
        }
        rest = rest.get(n_read..).unwrap_or_default();
        step = step.saturating_mul(2);
        reading = match reading.try_init().map_err(damaged)? {
            InitializeResult::Initialized(image) => return Ok((image, rest)),
            InitializeResult::NeedMoreData(reading) => reading,
        };
    }
}

fn describe(image: &JxlImage) -> Result<Header, Error> {
    let components = match image.pixel_format() {
        PixelFormat::Gray | PixelFormat::Graya => 1,
        PixelFormat::Rgb | PixelFormat::Rgba => 3,
        PixelFormat::Cmyk | PixelFormat::Cmyka => {
            return Err(Error::Unsupported("JPEG XL in CMYK"));
        }
    };
    let bits = match image.image_header().metadata.bit_depth {
        BitDepth::IntegerSample {
            bits_per_sample: bits @ 1..=16,
        } => bits as u8,
        BitDepth::IntegerSample { .. } => {
            return Err(Error::Unsupported("JPEG XL of more than 16 bits"));
        }
        BitDepth::FloatSample { .. } => {
            return Err(Error::Unsupported("JPEG XL of floating point numbers"));
        }
    };
    Ok(Header {
        width: image.width(),
        height: image.height(),
        components,
        bits,
        is_signed: false,
        is_lossy: false,
        has_color_transform: false,
    })
}

/// The first picture without its alpha. Samples come as fractions of the largest value, which 24 bits of mantissa keep
/// exact up to 16 bits.
fn samples(image: &JxlImage, header: Header) -> Result<Vec<u16>, Error> {
    let render = image.render_frame(0).map_err(damaged)?;
    let mut stream = render.stream_no_alpha();
    let got = (stream.width(), stream.height(), stream.channels());
    if got != (header.width, header.height, header.components.into()) {
        return Err(Error::Corrupt("a frame of another size than the picture"));
    }
    let largest = ((1_u32 << header.bits) - 1) as f32;
    let mut row = vec![0.0_f32; header.width as usize * usize::from(header.components)];
    let mut samples = Vec::with_capacity(row.len() * header.height as usize);
    for _ in 0..header.height {
        stream.write_to_buffer(&mut row);
        // Rounded half up; the cast holds at zero.
        samples.extend(row.iter().map(|v| (v * largest + 0.5).min(largest) as u16));
    }
    Ok(samples)
}

fn damaged(error: impl std::fmt::Display) -> Error {
    let words = error.to_string();
    if words.contains("end of") || words.contains("EOF") {
        Error::Truncated
    } else {
        Error::Corrupt("it breaks the rules of JPEG XL")
    }
}
