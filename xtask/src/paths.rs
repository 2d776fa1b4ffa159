//! Where things lie in the checkout: one place knows the folders.

use std::path::{Path, PathBuf};

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// The static site that `build` writes.
pub(crate) fn site() -> PathBuf {
    root().join("dist")
}

/// The page, its shell and its npm packages.
pub(crate) fn www() -> PathBuf {
    root().join("www")
}

/// Everything that may be deleted: tools, samples and stamps lie here whatever cargo's own target folder is.
pub(crate) fn target() -> PathBuf {
    root().join("target")
}

/// Programs that a bare machine lacks; `bin` below it is on the path of every command.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// The sample studies of the demo.
pub(crate) fn samples() -> PathBuf {
    target().join("samples")
}

/// The benchmark of other viewers beside the checkout, where a machine has it.
pub(crate) fn shared_bench() -> Option<PathBuf> {
    let folder = root().parent()?.join("shared").join("bench");
    folder.join("codecs").is_dir().then_some(folder)
}

/// Real test data beside the checkout, where a machine has it.
pub(crate) fn shared_data() -> Option<PathBuf> {
    let folder = root().parent()?.join("shared").join("data");
    folder.is_dir().then_some(folder)
}
