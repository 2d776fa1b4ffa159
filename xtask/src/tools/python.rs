//! Python packages: an independent reader of DICOM files, in a virtual environment below `target`.

use std::path::PathBuf;

use super::{Packages, ensure_packages};
use crate::{error::XtaskError, paths, process::Invocation};

/// The Python that has pydicom; numpy is what pydicom hands pixels over in, the others decode JPEG 2000, HTJ2K and JPEG
/// for it.
pub(crate) fn ensure_pydicom() -> Result<PathBuf, XtaskError> {
    ensure(
        "python",
        "pydicom>=3,<4 numpy pylibjpeg pylibjpeg-openjpeg pillow",
        "import numpy, pydicom, openjpeg, PIL",
    )
}

/// The Python that has native decoders of everything.
pub(crate) fn ensure_imagecodecs() -> Result<PathBuf, XtaskError> {
    let question = "import numpy, imagecodecs";
    ensure("python-codecs", "imagecodecs numpy", question)
}

/// The Python that knows the elements of FHIR resources and their types.
pub(crate) fn ensure_fhir_resources() -> Result<PathBuf, XtaskError> {
    let question = "from fhir.resources.R4B.auditevent import AuditEvent";
    ensure("python-fhir", "fhir.resources>=8,<9", question)
}

/// The Python in a folder below `target` that answers `question` without an error.
fn ensure(name: &str, requirements: &str, question: &str) -> Result<PathBuf, XtaskError> {
    let folder = paths::target().join(name);
    let python = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    if has(&python, question) {
        return Ok(python);
    }
    let make = || {
        Invocation::line("python3 -m venv --clear")
            .args([&folder])
            .run()
    };
    // A bare Debian has Python without its environments.
    make().or_else(|_| ensure_packages(Packages::PYTHON).and_then(|()| make()))?;
    Invocation::new(&python)
        .args("-m pip install --quiet --disable-pip-version-check".split(' '))
        .args(requirements.split(' '))
        .run()?;
    Ok(python)
}

fn has(python: &PathBuf, question: &str) -> bool {
    let question = Invocation::new(python).args(["-c", question]);
    question.answer().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_that_is_not_there_has_no_pydicom() {
        assert!(!has(&PathBuf::from("no/such/python"), "import pydicom"));
    }
}
