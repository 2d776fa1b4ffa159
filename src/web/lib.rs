//! The only crate that knows the page: events of the browser in, effects of the session out.

mod api;
mod config;
mod fetch;
mod input;
mod js;
mod local;
mod pool;
mod runtime;
mod surface;
mod wire;

pub use api::Viewer;
pub use config::parse_config;
