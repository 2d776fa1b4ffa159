//! Tells whether something made from files is still what those files would make.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use sha2::{Digest, Sha256};

use crate::{error::XtaskError, paths};

/// Folders that are outputs, not sources.
const NOT_SOURCES: [&str; 2] = ["node_modules", "target"];

/// A digest of the names, sizes and times of all files under `sources`, and of `salt` (a mode, a version).
pub(crate) fn of(sources: &[&str], salt: &str) -> Result<String, XtaskError> {
    let mut files = Vec::new();
    for source in sources {
        collect(&paths::root().join(source), &mut files)?;
    }
    files.sort();
    let mut digest = Sha256::new_with_prefix(salt);
    for file in &files {
        let facts = fs::metadata(file).map_err(XtaskError::file(file))?;
        let age = facts.modified().ok();
        let age = age.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let age = age.unwrap_or_default().as_nanos();
        digest.update(format!("{}\n{}\n{age}\n", file.display(), facts.len()));
    }
    Ok(hex(&digest.finalize()))
}

/// Whether `stamp` says that its thing was made from sources with this `fingerprint`.
pub(crate) fn is_current(stamp: &Path, fingerprint: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|kept| kept == fingerprint)
}

/// Notes in `stamp` what its thing was made from.
pub(crate) fn keep(stamp: &Path, fingerprint: &str) -> Result<(), XtaskError> {
    fs::write(stamp, fingerprint).map_err(XtaskError::file(stamp))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), XtaskError> {
    if path.is_file() {
        files.push(path.to_path_buf());
    } else if path.is_dir() && !is_output(path) {
        for entry in fs::read_dir(path).map_err(XtaskError::file(path))? {
            collect(&entry.map_err(XtaskError::file(path))?.path(), files)?;
        }
    }
    Ok(())
}

fn is_output(folder: &Path) -> bool {
    NOT_SOURCES.iter().any(|name| folder.ends_with(name))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_depends_on_the_salt_and_the_files() {
        let own = of(&["xtask/src"], "release").unwrap();
        assert_eq!(own, of(&["xtask/src"], "release").unwrap());
        assert_ne!(own, of(&["xtask/src"], "dev").unwrap());
        assert_ne!(own, of(&["xtask/src", "Cargo.toml"], "release").unwrap());
    }

    #[test]
    fn a_missing_stamp_is_not_current() {
        assert!(!is_current(Path::new("no/such/stamp"), "abc"));
    }

    #[test]
    fn bytes_become_two_digits_each() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
