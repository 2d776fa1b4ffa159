//! Source: what a texture is filled from, its identity and its bytes.

use skiagraph_core::pixel::display_table::DisplayTable;
use skiagraph_core::pixel::raster::{Raster, RasterKind};
use skiagraph_core::pixel::samples::Samples;
use skiagraph_core::scene::scene::ImageLayer;
use std::borrow::Cow;
use std::sync::{Arc, Weak};

/// Columns of a table texture.
const TABLE_COLUMNS: u32 = 256;

/// What one texel is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TexelFormat {
    /// R8Uint: the bit pattern of an 8-bit stored value.
    R8,
    /// R16Uint: the bit pattern of a 16-bit stored value.
    R16,
    /// RGBA8Uint: R, G, B, A.
    Rgba8,
}

impl TexelFormat {
    /// Bytes of one texel.
    pub fn n_bytes(self) -> u32 {
        match self {
            Self::R8 => 1,
            Self::R16 => 2,
            Self::Rgba8 => 4,
        }
    }
}

/// Size and format of a texture: textures of one shape can take each other's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Texels in a row.
    pub width_px: u32,
    /// Rows.
    pub height_px: u32,
    /// What one texel is.
    pub format: TexelFormat,
}

impl Shape {
    /// Bytes of memory of the graphics processor, its own padding left out.
    pub fn n_bytes(self) -> u64 {
        u64::from(self.width_px) * u64::from(self.height_px) * u64::from(self.format.n_bytes())
    }
}

/// A frame or a table of a scene.
#[derive(Clone, Debug)]
pub enum Source {
    /// A frame of stored values of at most 16 bits, or of R G B.
    Frame(Arc<Raster>, TexelFormat),
    /// Display values by bit pattern.
    Table(Arc<DisplayTable>),
}

impl Source {
    /// Frame and table of a layer; `None` for what no tier draws (samples too wide, a table that is missing or out of
    /// place, a frame without pixels).
    pub fn of(layer: &ImageLayer) -> Option<(Self, Option<Self>)> {
        let raster = &layer.raster;
        let format = match (&raster.samples, raster.kind, &layer.table) {
            (Samples::U8(_), RasterKind::Rgb, None) => TexelFormat::Rgba8,
            (Samples::U8(_) | Samples::I8(_), RasterKind::Stored, Some(_)) => TexelFormat::R8,
            (Samples::U16(_) | Samples::I16(_), RasterKind::Stored, Some(_)) => TexelFormat::R16,
            _ => return None,
        };
        let has_pixels = raster.rows > 0 && raster.columns > 0;
        let table = layer
            .table
            .as_ref()
            .map(|table| Self::Table(Arc::clone(table)));
        has_pixels.then(|| (Self::Frame(Arc::clone(raster), format), table))
    }

    /// Size and format of the texture that holds it.
    pub fn shape(&self) -> Shape {
        match self {
            Self::Frame(raster, format) => Shape {
                width_px: raster.columns,
                height_px: raster.rows,
                format: *format,
            },
            Self::Table(table) => {
                // 256 or 65,536 entries, so that this is 1 or 256.
                let height_px = table.entries().len() as u32 / TABLE_COLUMNS;
                Shape {
                    width_px: TABLE_COLUMNS,
                    height_px,
                    format: TexelFormat::Rgba8,
                }
            }
        }
    }

    /// The texels, row after row without padding between; 16-bit texels in the order of this machine.
    pub fn texels(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Table(table) => bytemuck::cast_slice(table.entries()).into(),
            Self::Frame(raster, _) => match &raster.samples {
                Samples::U8(v) if raster.kind == RasterKind::Rgb => v
                    .as_chunks()
                    .0
                    .iter()
                    .flat_map(|&[r, g, b]| [r, g, b, 255])
                    .collect(),
                Samples::U8(v) => v.into(),
                Samples::I8(v) => bytemuck::cast_slice(v).into(),
                Samples::U16(v) => bytemuck::cast_slice(v).into(),
                Samples::I16(v) => bytemuck::cast_slice(v).into(),
                // `Source::of` lets none of these through.
                Samples::U32(_) | Samples::I32(_) | Samples::F32(_) | Samples::F64(_) => {
                    Cow::default()
                }
            },
        }
    }

    /// What tells it from every other source.
    pub fn identity(&self) -> Identity {
        match self {
            Self::Frame(raster, _) => Identity::Frame(Arc::downgrade(raster)),
            Self::Table(table) => Identity::Table(Arc::downgrade(table)),
        }
    }
}

/// Which frame or table a texture holds: the same `Arc` is the same picture.
///
/// A weak reference keeps the address taken, so that a new frame is never mistaken for an old one, and not the samples.
#[derive(Clone, Debug)]
pub enum Identity {
    /// A frame.
    Frame(Weak<Raster>),
    /// A table.
    Table(Weak<DisplayTable>),
}

impl Identity {
    /// True where this stands for the source.
    pub fn is_of(&self, source: &Source) -> bool {
        match (self, source) {
            (Self::Frame(weak), Source::Frame(arc, _)) => {
                std::ptr::eq(weak.as_ptr(), Arc::as_ptr(arc))
            }
            (Self::Table(weak), Source::Table(arc)) => {
                std::ptr::eq(weak.as_ptr(), Arc::as_ptr(arc))
            }
            _ => false,
        }
    }

    /// True while somebody could still ask for it.
    pub fn is_alive(&self) -> bool {
        match self {
            Self::Frame(weak) => weak.strong_count() > 0,
            Self::Table(weak) => weak.strong_count() > 0,
        }
    }
}
