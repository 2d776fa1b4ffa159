//! Frames: what is held of the pixels, what is on its way, and what to ask for next.

pub mod arriving;
pub mod budget;
pub mod coded;
pub mod frame_store;
pub mod line;
pub mod prefetch;
pub mod thin;
