//! Arriving: what is known of a frame before it is here: how far it has got, and a coarse picture to look at meanwhile.

use crate::pixel::descriptor::PixelDescriptor;
use crate::pixel::raster::Raster;
use std::sync::Arc;

/// A frame at a lower resolution. Its values are means: it is looked at, and nothing is measured on it.
#[derive(Clone, Debug)]
pub struct Coarse {
    /// How many times the size was halved, from 1.
    pub level: u8,
    /// The picture, its last column and row once more: a coarse pixel reaches half its width beyond its centre, and the
    /// frame's edge may lie further out.
    pub raster: Arc<Raster>,
}

impl Coarse {
    /// `None` where `raster` is not of the size that `descriptor` has `level` times halved (ISO/IEC 15444-1 B.5), rounded up.
    pub fn new(level: u8, raster: &Raster, descriptor: &PixelDescriptor) -> Option<Self> {
        let divisor = 1_u32.checked_shl(level.into()).filter(|_| level > 0)?;
        let is_of_size = raster.rows == descriptor.rows.div_ceil(divisor)
            && raster.columns == descriptor.columns.div_ceil(divisor);
        let raster = is_of_size.then(|| raster.rimmed())??;
        Some(Self {
            level,
            raster: Arc::new(raster),
        })
    }
}

/// The first bytes of the answer for a frame, kept so that they are not fetched twice.
#[derive(Clone, PartialEq)]
pub struct Beginning {
    /// The bytes, head and delimiters of the answer's part included.
    pub bytes: Vec<u8>,
    /// Content-Type of the answer: the rest fits to it only where this is the same.
    pub content_type: String,
    /// Bytes of the whole answer, likewise.
    pub n_bytes_total: u64,
    /// Strong ETag of the answer, where it has one.
    pub validator: Option<String>,
}

impl std::fmt::Debug for Beginning {
    /// Pixels are nobody's to print.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (n, total) = (self.bytes.len(), self.n_bytes_total);
        write!(formatter, "Beginning({n} of {total} bytes)")
    }
}

/// A frame on its way.
#[derive(Clone, Debug, Default)]
pub struct Arriving {
    /// Bytes that are here.
    pub n_bytes: u64,
    /// Bytes that it has, where that is told.
    pub n_bytes_total: Option<u64>,
    /// What can be looked at meanwhile.
    pub coarse: Option<Coarse>,
    /// What is kept of its answer while no more of it is on its way.
    pub beginning: Option<Arc<Beginning>>,
}

impl Arriving {
    /// Bytes held for it.
    pub fn n_bytes_held(&self) -> u64 {
        let coarse = self.coarse.as_ref();
        let kept = self.beginning.as_ref();
        coarse.map_or(0, |coarse| coarse.raster.n_bytes())
            + kept.map_or(0, |kept| kept.bytes.len() as u64)
    }
}
