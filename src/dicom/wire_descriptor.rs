//! What a frame's header says of its pixels, on the way between the page and its workers.

use serde::{Deserialize, Serialize};
use skiagraph_core::pixel::descriptor::{
    DescriptorError, Photometric, PixelDescriptor, RawDescriptor, SampleKind,
};

/// Image Pixel module (PS3.3 C.7.6.3) on the wire.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WireDescriptor {
    rows: u32,
    columns: u32,
    samples_per_pixel: u16,
    bits_allocated: u16,
    bits_stored: u16,
    high_bit: u16,
    is_signed: bool,
    is_planar: bool,
    photometric: String,
    kind: WireKind,
    overlay_bits: u32,
    #[serde(default)]
    keeps_components: bool,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum WireKind {
    Integer,
    Float,
    Double,
}

impl From<&PixelDescriptor> for WireDescriptor {
    fn from(descriptor: &PixelDescriptor) -> Self {
        Self {
            rows: descriptor.rows,
            columns: descriptor.columns,
            samples_per_pixel: descriptor.samples_per_pixel,
            bits_allocated: descriptor.bits_allocated,
            bits_stored: descriptor.bits_stored,
            high_bit: descriptor.high_bit,
            is_signed: descriptor.is_signed,
            is_planar: descriptor.is_planar,
            photometric: descriptor.photometric.term().to_owned(),
            kind: match descriptor.kind {
                SampleKind::Integer => WireKind::Integer,
                SampleKind::Float => WireKind::Float,
                SampleKind::Double => WireKind::Double,
            },
            overlay_bits: descriptor.overlay_bits,
            keeps_components: descriptor.keeps_components,
        }
    }
}

impl TryFrom<&WireDescriptor> for PixelDescriptor {
    type Error = DescriptorError;

    /// Checked again on this side.
    fn try_from(wire: &WireDescriptor) -> Result<Self, DescriptorError> {
        let descriptor = Self::new(&RawDescriptor {
            rows: Some(wire.rows),
            columns: Some(wire.columns),
            samples_per_pixel: Some(wire.samples_per_pixel),
            bits_allocated: Some(wire.bits_allocated),
            bits_stored: Some(wire.bits_stored),
            high_bit: Some(wire.high_bit),
            pixel_representation: Some(wire.is_signed.into()),
            planar_configuration: Some(wire.is_planar.into()),
            photometric: Photometric::parse(&wire.photometric),
            kind: match wire.kind {
                WireKind::Integer => SampleKind::Integer,
                WireKind::Float => SampleKind::Float,
                WireKind::Double => SampleKind::Double,
            },
            overlay_bits: wire.overlay_bits,
        })?;
        Ok(Self {
            keeps_components: wire.keeps_components,
            ..descriptor
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::WireFrame;
    use skiagraph_core::pixel::raster::Components;

    /// C.7.6.3: every attribute of the module survives the way to the worker.
    #[test]
    fn a_descriptor_comes_back_as_it_went() {
        for (kind, bits_allocated) in [
            (SampleKind::Integer, 16),
            (SampleKind::Float, 32),
            (SampleKind::Double, 64),
        ] {
            let raw = RawDescriptor {
                rows: Some(3),
                columns: Some(5),
                samples_per_pixel: Some(1),
                bits_allocated: Some(bits_allocated),
                bits_stored: Some(12),
                high_bit: Some(11),
                pixel_representation: Some(1),
                planar_configuration: None,
                photometric: Some(Photometric::Monochrome1),
                kind,
                overlay_bits: 1 << 13,
            };
            let descriptor = PixelDescriptor {
                keeps_components: true,
                ..PixelDescriptor::new(&raw).unwrap()
            };
            let text = serde_json::to_string(&WireDescriptor::from(&descriptor)).unwrap();
            let wire: WireDescriptor = serde_json::from_str(&text).unwrap();
            assert_eq!(PixelDescriptor::try_from(&wire), Ok(descriptor));
        }
    }

    #[test]
    fn the_components_of_a_colour_frame_come_back_as_they_went() {
        let components = Components {
            photometric: Photometric::YbrFull,
            values: [0, 128, 255, 65_535, 256, 1].into(),
        };
        let frame = WireFrame {
            rows: 1,
            columns: 2,
            is_rgb: true,
            dtype: "uint8".to_owned(),
            n_wire_bytes: 0,
            warnings: Vec::new(),
            is_lossy: false,
            planes: Vec::new(),
            components: Some(WireFrame::wire_components(&components)),
            n_refused: 0,
            level: 0,
            transfer_millis: 0.0,
            level_bytes: Vec::new(),
            coded: None,
        };
        let text = serde_json::to_string(&frame).unwrap();
        let frame: WireFrame = serde_json::from_str(&text).unwrap();
        assert_eq!(frame.raster_components(), Some(components));
    }
}
