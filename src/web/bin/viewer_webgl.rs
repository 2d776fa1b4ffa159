//! The module that the shell loads where it draws with webgl: the library's exports, and nothing else.

pub use skiagraph_web::*;

fn main() {}
