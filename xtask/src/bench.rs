//! `bench`: the project's own benchmarks as a table of ratios to a baseline in one run.

use crate::{bench_codecs, bench_load, error::XtaskError};

/// Runs the benchmark `name`, or all; `runs` cold starts of each viewer.
pub(crate) fn run(name: Option<&str>, runs: Option<u32>) -> Result<(), XtaskError> {
    match name {
        None => bench_codecs::run().and_then(|()| bench_load::run(runs)),
        Some("codecs") => bench_codecs::run(),
        Some("load") => bench_load::run(runs),
        Some(_) => Err(XtaskError::NotBuilt("this benchmark")),
    }
}
