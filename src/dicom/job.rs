//! Jobs of a decode worker and what it answers: the wire between the page and its workers.

use serde::{Deserialize, Serialize};
use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor, RawDescriptor, SampleKind};

/// Image Pixel module on the wire.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DescriptorWire {
    /// Rows, columns.
    pub size: [u32; 2],
    /// Samples per pixel, bits allocated, bits stored, high bit, pixel representation, planar configuration.
    pub bits: [u16; 6],
    /// Photometric Interpretation.
    pub photometric: String,
    /// 0 integer, 1 float, 2 double.
    pub kind: u8,
}

impl From<&PixelDescriptor> for DescriptorWire {
    fn from(d: &PixelDescriptor) -> Self {
        Self {
            size: [d.rows, d.columns],
            bits: [
                d.samples_per_pixel,
                d.bits_allocated,
                d.bits_stored,
                d.high_bit,
                u16::from(d.is_signed),
                u16::from(d.is_planar),
            ],
            photometric: d.photometric.term().to_owned(),
            kind: match d.kind {
                SampleKind::Integer => 0,
                SampleKind::Float => 1,
                SampleKind::Double => 2,
            },
        }
    }
}

impl DescriptorWire {
    /// The descriptor, checked again on this side.
    pub fn descriptor(&self) -> Option<PixelDescriptor> {
        let [samples, allocated, stored, high, representation, planar] = self.bits;
        PixelDescriptor::new(&RawDescriptor {
            rows: Some(self.size[0]),
            columns: Some(self.size[1]),
            samples_per_pixel: Some(samples),
            bits_allocated: Some(allocated),
            bits_stored: Some(stored),
            high_bit: Some(high),
            pixel_representation: Some(representation),
            planar_configuration: Some(planar),
            photometric: Photometric::parse(&self.photometric),
            kind: match self.kind {
                1 => SampleKind::Float,
                2 => SampleKind::Double,
                _ => SampleKind::Integer,
            },
        })
        .ok()
    }
}

/// Bring one frame: fetch or read it, take it apart, decode it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FrameJob {
    /// Number of the request.
    pub id: f64,
    /// Where an archive has it; empty for a frame of an opened file.
    pub url: String,
    /// Accept header of each rung, tried in order.
    pub accepts: Vec<String>,
    /// Authorization header, or empty.
    pub authorization: String,
    /// Byte ranges of a frame of an opened file: offset and length.
    pub ranges: Vec<[f64; 2]>,
    /// First bit of the frame within the ranges' bytes (1-bit frames are not byte aligned).
    pub transfer_syntax: String,
    /// Frame number, 1-based.
    pub number: u32,
    /// What its header says.
    pub descriptor: DescriptorWire,
}

/// What was found in an opened file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileOpened {
    /// The data set without pixels, one DICOM JSON object.
    pub metadata: String,
    /// Transfer syntax UID.
    pub transfer_syntax: String,
    /// Byte ranges of each frame.
    pub frames: Vec<Vec<[f64; 2]>>,
}
