//! The viewer without a browser: events in, effects out, scene on demand.
//!
//! Modules stand in dependency order: each may use only those above it. There is no clock, no I/O, no async and no
//! browser in this crate; time comes in as a field of an event.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod frames;
pub mod geometry;
pub mod pixel;
pub mod scene;
pub mod session;
pub mod state;
pub mod study;
pub mod tool;
pub mod uid;
pub mod viewport;
