//! `bench`: the project's own benchmarks as a table of ratios to a baseline in one run.

use crate::error::XtaskError;

/// Runs the benchmark `name`, or all.
pub(crate) fn run(_name: Option<&str>) -> Result<(), XtaskError> {
    Err(XtaskError::NotBuilt("bench"))
}
