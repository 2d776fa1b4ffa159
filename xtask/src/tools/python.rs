//! Python packages: an independent reader of DICOM files, in a virtual environment below `target`.

use std::path::PathBuf;

use super::{Packages, ensure_packages};
use crate::{error::XtaskError, paths, process::Invocation};

/// What is installed; numpy is what pydicom hands pixels over in, the others decode JPEG 2000, HTJ2K and JPEG for it.
const REQUIREMENTS: &str = "pydicom>=3,<4 numpy pylibjpeg pylibjpeg-openjpeg pillow";

/// The Python that has pydicom.
pub(crate) fn ensure_pydicom() -> Result<PathBuf, XtaskError> {
    let folder = paths::target().join("python");
    let python = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    if has_pydicom(&python) {
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
        .args(REQUIREMENTS.split(' '))
        .run()?;
    Ok(python)
}

fn has_pydicom(python: &PathBuf) -> bool {
    let question = Invocation::new(python).args(["-c", "import numpy, pydicom, openjpeg, PIL"]);
    question.answer().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_that_is_not_there_has_no_pydicom() {
        assert!(!has_pydicom(&PathBuf::from("no/such/python")));
    }
}
