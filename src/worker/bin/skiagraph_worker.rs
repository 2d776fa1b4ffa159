//! The module of a decode worker: the library's start function, and nothing else.

pub use skiagraph_worker::*;

fn main() {}
