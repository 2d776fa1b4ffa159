//! Entry of the module that draws with WebGL2: everything is in the library.

pub use skiagraph_web::{Viewer, parse_config};

fn main() {
    skiagraph_web::start();
}
