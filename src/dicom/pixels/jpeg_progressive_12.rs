//! Progressive JPEG of 12 bit (ISO/IEC 10918-1 process 12, the retired syntaxes .53 and .55): the crate reads the
//! coefficients of all scans but has no picture for them; the last step is done here.

use libjpeg_turbo_rs::{JpegCoefficients, decode::idct::idct_8x8_12bit, read_coefficients};

use super::{codec::DecodeError, jpeg::MAX_SCANS};

/// Natural position of the coefficients in the order in which they are coded (figure A.6).
const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];
/// Samples are coded around zero (A.3.1).
const LEVEL_SHIFT: i16 = 2048;
const LARGEST: i16 = 4095;

/// Samples of a frame whose components are not subsampled, interleaved.
///
/// # Errors
/// [`DecodeError::Unsupported`] for subsampled components, [`DecodeError::Corrupt`].
pub(super) fn decode(frame: &[u8]) -> Result<Vec<i16>, DecodeError> {
    if frame
        .windows(2)
        .filter(|pair| *pair == [0xFF, 0xDA])
        .count()
        > MAX_SCANS
    {
        return Err(DecodeError::corrupt("JPEG", "too many scans"));
    }
    let coefficients =
        read_coefficients(frame).map_err(|error| DecodeError::corrupt("JPEG", error))?;
    let mut components = coefficients.components.iter();
    let sampling = |component: &libjpeg_turbo_rs::ComponentCoefficients| {
        (component.h_sampling, component.v_sampling)
    };
    let first = components.next().map(sampling);
    if components.any(|component| Some(sampling(component)) != first) {
        return Err(DecodeError::Unsupported {
            name: "subsampled progressive JPEG of 12 bits".to_owned(),
        });
    }
    let (width, height) = (
        usize::from(coefficients.width),
        usize::from(coefficients.height),
    );
    let n_components = coefficients.components.len();
    let mut samples = vec![0; width * height * n_components];
    for index in 0..n_components {
        draw(&coefficients, index, &mut samples)?;
    }
    Ok(samples)
}

/// Puts one component into its places among the interleaved samples.
fn draw(
    coefficients: &JpegCoefficients,
    index: usize,
    samples: &mut [i16],
) -> Result<(), DecodeError> {
    let component = &coefficients.components[index];
    let table = coefficients
        .quant_tables
        .get(usize::from(component.quant_table_index));
    let table =
        table.ok_or_else(|| DecodeError::corrupt("JPEG", "a quantization table is missing"))?;
    let row_samples = usize::from(coefficients.width) * coefficients.components.len();
    let strips = samples.chunks_mut((8 * row_samples).max(1));
    for (strip, blocks) in strips.zip(component.blocks.chunks(component.blocks_x.max(1))) {
        for (block_x, block) in blocks.iter().enumerate() {
            let values = idct_8x8_12bit(&dequantized(block, table));
            for (row, line) in strip.chunks_mut(row_samples).zip(values.as_chunks::<8>().0) {
                let places = row
                    .iter_mut()
                    .skip(index)
                    .step_by(coefficients.components.len());
                for (place, &value) in places.skip(8 * block_x).zip(line) {
                    *place = value.saturating_add(LEVEL_SHIFT).clamp(0, LARGEST);
                }
            }
        }
    }
    Ok(())
}

/// Coefficients in natural order, times their steps.
fn dequantized(block: &[i16; 64], table: &[u16; 64]) -> [i16; 64] {
    let mut natural = [0; 64];
    for (&coefficient, place) in block.iter().zip(ZIGZAG) {
        natural[place] = coefficient.wrapping_mul(table[place] as i16);
    }
    natural
}
