//! `bench`: the project's own benchmarks as a table of ratios to a baseline in one run.

use crate::{bench_codecs, error::XtaskError};

/// Runs the benchmark `name`, or all.
pub(crate) fn run(name: Option<&str>) -> Result<(), XtaskError> {
    match name {
        None | Some("codecs") => bench_codecs::run(),
        Some(_) => Err(XtaskError::NotBuilt("this benchmark")),
    }
}
