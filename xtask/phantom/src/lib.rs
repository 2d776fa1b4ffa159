//! Sample studies that look like medicine and whose truth is known, drawn from solids by arithmetic alone.

mod canvas;
mod ct;
mod error;
mod file;
mod geometry;
mod grain;
mod head;
mod mr;
mod parallel;
mod radiograph;
mod random;
mod report;
mod thorax;
mod truth;
mod ultrasound;

use std::path::Path;

pub use error::PhantomError;
pub use truth::{SampleSeries, SampleStudy, Samples, Truth};

/// How large the samples are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    Full,
    Small,
}

/// Writes all sample studies under `folder` and returns what was written; the same bytes on every run.
///
/// The files lie at `folder/<study label>/<series label>/<Instance Number>.dcm`.
/// `progress` is told in plain sentences what is being written.
///
/// # Errors
/// Where a folder or a file cannot be written.
pub fn write_samples(
    folder: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<Samples, PhantomError> {
    write(folder, Scale::Full, progress)
}

/// The same studies at a size for fast tests: CT 24 slices of 128 x 128, and all else in proportion.
///
/// # Errors
/// Where a folder or a file cannot be written.
pub fn write_small(folder: &Path, progress: &mut dyn FnMut(&str)) -> Result<Samples, PhantomError> {
    write(folder, Scale::Small, progress)
}

fn write(
    folder: &Path,
    scale: Scale,
    progress: &mut dyn FnMut(&str),
) -> Result<Samples, PhantomError> {
    let mut studies = Vec::new();
    progress("Drawing the chest CT.");
    let mut today = ct::write_today(folder, scale)?;
    today.series.extend(report::write(folder)?);
    studies.push(today);
    progress("Drawing the chest CT of the year before.");
    studies.push(ct::write_prior(folder, scale)?);
    progress("Drawing the head MR.");
    studies.push(mr::write(folder, scale)?);
    progress("Exposing the chest radiograph.");
    studies.push(radiograph::write(folder, scale)?);
    progress("Drawing the ultrasound cine.");
    studies.push(ultrasound::write(folder, scale)?);
    Ok(Samples { studies })
}
