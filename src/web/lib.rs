//! The only crate that knows the page: events of the browser in, effects of the session out, pictures on the canvas.
// One viewport tells more fields than the macro that writes them expects by itself.
#![recursion_limit = "256"]

mod api;
mod archive;
mod audit;
mod canvas;
mod config;
mod copies;
mod disk;
mod draw;
mod effects;
mod fetch;
mod frames;
mod input;
mod js;
mod kept;
mod keys;
mod local;
mod memory;
mod objects;
mod outcome;
mod panic;
mod pool;
mod renderer;
mod runtime;
mod slot;
mod stream;
mod wire;
mod wrong;

pub use api::{Viewer, parse_config};
pub use panic::start;
