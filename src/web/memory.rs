//! How much of a computer's memory the page takes, by what the browser tells of it.

use crate::js;

const MIB: u64 = 1 << 20;

/// How much may be held.
pub(crate) struct Memory {
    /// Pixels outside of the graphics processor.
    pub(crate) frame_bytes: u64,
    /// Pixels in it.
    pub(crate) texture_bytes: u64,
}

impl Memory {
    /// By `navigator.deviceMemory` (GiB, at most 8), which not all browsers tell.
    pub(crate) fn of_page() -> Self {
        let navigator = js::get(&js_sys::global(), "navigator");
        let gib = js::get(&navigator, "deviceMemory").as_f64().unwrap_or(0.0);
        let (frames, textures) = match gib {
            8.0.. => (1536, 512),
            4.0.. => (768, 256),
            _ => (512, 128),
        };
        Self {
            frame_bytes: frames * MIB,
            texture_bytes: textures * MIB,
        }
    }
}
