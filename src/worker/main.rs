//! Entry of the worker's module: everything is in the library.

fn main() {
    skiagraph_worker::start();
}
