//! `render`: the reference picture of one frame as a PNG.

use crate::{args, error::XtaskError};

/// Writes the picture of one frame.
pub(crate) fn run(_options: &args::Render) -> Result<(), XtaskError> {
    Err(XtaskError::NotBuilt("render"))
}
