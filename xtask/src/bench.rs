//! `bench`: the project's own benchmarks as a table of ratios to a baseline in one run.

use crate::{bench_codecs, bench_load, error::XtaskError};

/// Runs the benchmark `name`, or all.
pub(crate) fn run(name: Option<&str>) -> Result<(), XtaskError> {
    match name {
        None => bench_codecs::run().and_then(|()| bench_load::run()),
        Some("codecs") => bench_codecs::run(),
        Some("load") => bench_load::run(),
        Some(_) => Err(XtaskError::NotBuilt("this benchmark")),
    }
}
