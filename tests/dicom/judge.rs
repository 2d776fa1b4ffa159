//! pydicom and Clunie's dciodvfy as independent readers of what is written here.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder of this test run's own, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// What a script that may use pydicom prints, or `None` where `cargo xtask test` has not installed it.
pub(crate) fn pydicom(script: &str, folder: &Path) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let own = root.join("target/python/bin/python");
    let python = std::env::var_os("PYDICOM").map_or(own, PathBuf::from);
    if !python.is_file() {
        println!("skipped: target/python is not on this machine");
        return None;
    }
    let output = Command::new(python)
        .args(["-W", "ignore", "-c", script])
        .arg(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{words}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Errors that dciodvfy finds in a file, without the UIDs in them, or `None` where it is not installed.
pub(crate) fn errors(file: &Path) -> Option<Vec<String>> {
    let folder = std::env::var_os("JUDGES").map_or("/usr/bin".into(), PathBuf::from);
    let output = Command::new(folder.join("dciodvfy"))
        .arg(file)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let errors = text.lines().filter(|line| line.starts_with("Error"));
    let is_uid = |word: &str| {
        word.trim_matches(['<', '>'])
            .chars()
            .all(|c| c.is_ascii_digit() || c == '.')
    };
    let known = |line: &str| -> String {
        let words = line.split(' ').filter(|word| !is_uid(word));
        words.collect::<Vec<_>>().join(" ")
    };
    Some(errors.map(known).collect())
}
