//! The viewer without a browser: events in, effects out, scene on demand.
//!
//! Modules stand in dependency order: each may use only those above it. There is no clock, no I/O, no async and no
//! browser in this crate; time comes in as a field of an event.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

// Blank lines keep the order: rustfmt sorts what stands together, and the tidy test reads it here.

pub mod uid;

pub mod order;

pub mod geometry;

pub mod pixel;

pub mod scene;

pub mod study;

pub mod frames;

pub mod viewport;

pub mod state;

pub mod tool;

pub mod ledger;

pub mod session;
