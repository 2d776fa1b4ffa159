//! From the bytes of a frame to what goes back to the page.

use crate::failed::{Failed, sentence};
use js_sys::{ArrayBuffer, Uint8Array};
use serde::{Deserialize, Serialize};
use skiagraph_core::frames::budget::has_room;
use skiagraph_core::pixel::descriptor::PixelDescriptor;
use skiagraph_core::pixel::raster::RasterKind;
use skiagraph_core::pixel::samples::Samples;
use skiagraph_dicom::job::{WireDescriptor, WireFrame};
use skiagraph_dicom::pixels::sniff::{Codec, sniff};
use skiagraph_dicom::pixels::{self, DecodeError};
use skiagraph_dicom::transfer_syntax::TransferSyntax;

/// What decoding a codestream takes, of the bytes of the frame: samples, and the coefficients that they are made from.
const WORK: u64 = 4;

/// What a decoder is told of a frame.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DecodeJob {
    pub(crate) descriptor: WireDescriptor,
    /// Transfer Syntax UID.
    pub(crate) transfer_syntax: Option<String>,
    /// How many times to halve its size; a codec that stores one size only gives that.
    pub(crate) level: u8,
    /// Only the beginning is there: decode the finest level it holds whole, if that is finer than this one.
    pub(crate) finer_than: Option<u8>,
    /// Tell how many bytes each resolution needs.
    pub(crate) tells_extents: bool,
}

/// Why a frame was not decoded: `Unsupported` leaves hope that the archive sends it in another way.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Undecoded {
    Unsupported(Failed),
    Broken(Failed),
    /// The beginning of a frame holds nothing that can be shown.
    NotYet,
}

impl From<Undecoded> for Failed {
    fn from(undecoded: Undecoded) -> Self {
        match undecoded {
            Undecoded::Unsupported(failed) | Undecoded::Broken(failed) => failed,
            // Nobody asks a whole frame for less.
            Undecoded::NotYet => Failed::cut(),
        }
    }
}

fn broken(error: &dyn std::error::Error) -> Undecoded {
    Undecoded::Broken(Failed::data(&error.to_string()))
}

impl DecodeJob {
    fn label(&self) -> Option<TransferSyntax> {
        self.transfer_syntax
            .as_deref()
            .map(TransferSyntax::from_uid)
    }

    fn descriptor(&self) -> Result<PixelDescriptor, Undecoded> {
        PixelDescriptor::try_from(&self.descriptor).map_err(|error| broken(&error))
    }

    /// The codec of these bytes.
    pub(crate) fn codec(&self, bytes: &[u8]) -> Result<Codec, Undecoded> {
        Ok(sniff(&self.descriptor()?, self.label().as_ref(), bytes))
    }

    /// Decodes the frame into a buffer of JavaScript's.
    pub(crate) fn decode(&self, bytes: &[u8]) -> Result<(WireFrame, ArrayBuffer), Undecoded> {
        let whole = self.descriptor()?;
        let label = self.label();
        let label = label.as_ref();
        let refused = |error| match error {
            DecodeError::Unsupported { .. } => Undecoded::Unsupported(Failed::data(&error)),
            other => broken(&other),
        };
        let level = match self.finer_than {
            Some(known) => pixels::coarse_level(&whole, label, bytes)
                .filter(|&level| level < known)
                .ok_or(Undecoded::NotYet)?,
            None => self
                .level
                .min(pixels::levels(&whole, label, bytes).map_err(refused)?),
        };
        let descriptor = pixels::reduced(&whole, label, bytes, level).map_err(refused)?;
        // Asked for before it is needed: an allocation that fails would end the worker without a word (fault 43).
        let n_bytes = descriptor.decoded_frame_bytes();
        let work = match sniff(&whole, label, bytes) {
            Codec::Native => 1,
            _ => WORK,
        };
        if !has_room(n_bytes.saturating_mul(work)) {
            return Err(Undecoded::Broken(Failed::memory(n_bytes)));
        }
        let decoded = pixels::decode_reduced(&whole, label, bytes, level).map_err(refused)?;
        let is_lossy = decoded.is_lossy;
        let warnings = decoded.warnings.iter().map(sentence).collect();
        let raster = decoded
            .into_raster(&descriptor)
            .map_err(|error| broken(&error))?;
        let frame = WireFrame {
            rows: raster.rows,
            columns: raster.columns,
            is_rgb: raster.kind == RasterKind::Rgb,
            dtype: raster.samples.dtype().to_owned(),
            n_wire_bytes: 0,
            warnings,
            is_lossy,
            level,
            planes: WireFrame::wire_planes(&raster.planes),
            components: raster.components.as_ref().map(WireFrame::wire_components),
            n_refused: 0,
            transfer_millis: 0.0,
            level_bytes: if self.tells_extents {
                extents(&whole, label, bytes)
            } else {
                Vec::new()
            },
            coded: None,
        };
        Ok((frame, buffer(raster.samples)))
    }
}

/// Bytes that each resolution needs; none where it has but one, or they cannot be told.
fn extents(descriptor: &PixelDescriptor, label: Option<&TransferSyntax>, bytes: &[u8]) -> Vec<u64> {
    let extents = pixels::extents(descriptor, label, bytes).unwrap_or_default();
    let told: Option<Vec<u64>> = extents.into_iter().collect();
    told.unwrap_or_default()
}

/// The samples as little-endian bytes outside the worker's own memory; bytes need no detour.
fn buffer(samples: Samples) -> ArrayBuffer {
    match samples {
        Samples::U8(bytes) => Uint8Array::from(bytes.as_slice()).buffer(),
        Samples::I16(words) => js_sys::Int16Array::from(words.as_slice()).buffer(),
        Samples::U16(words) => js_sys::Uint16Array::from(words.as_slice()).buffer(),
        other => Uint8Array::from(other.to_le_bytes().as_slice()).buffer(),
    }
}
