//! What a bare machine lacks is installed here: into `target/tools`, or by the system on Debian, or named in a sentence.

mod debian;
mod python;

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{error::XtaskError, fingerprint, paths, process::Invocation};

pub(crate) use debian::{Packages, ensure as ensure_packages};
pub(crate) use python::{ensure_fhir_resources, ensure_imagecodecs, ensure_pydicom};

/// The newest Trunk that this toolchain compiles.
const TRUNK: &str = "0.21.14";
/// The licence and source checker.
const CARGO_DENY: &str = "0.20.2";
/// The driver of libFuzzer.
const CARGO_FUZZ: &str = "0.13.2";
const WASM: &str = "wasm32-unknown-unknown";

/// Everything that the static site is built with.
pub(crate) fn ensure_for_site() -> Result<(), XtaskError> {
    ensure_wasm_target()?;
    ensure_npm_packages()?;
    ensure_trunk()?;
    ensure_wasm_bindgen()?;
    remove_scratch()?;
    // Trunk builds offline, and what runs here has needed other crates than what runs in the browser.
    Invocation::line("cargo fetch --locked").run()
}

/// The standard library for WebAssembly, by rustup.
pub(crate) fn ensure_wasm_target() -> Result<(), XtaskError> {
    let sysroot = Invocation::line("rustc --print sysroot").answer();
    let library = sysroot.map(|root| Path::new(root.trim()).join("lib/rustlib").join(WASM));
    if library.is_some_and(|folder| folder.is_dir()) {
        return Ok(());
    }
    Invocation::line("rustup target add").args([WASM]).run()
}

/// The npm packages of `www`, exactly as its lock file names them and without their install scripts.
pub(crate) fn ensure_npm_packages() -> Result<(), XtaskError> {
    let lock = paths::www().join("package-lock.json");
    let wanted = fs::read_to_string(&lock).map_err(XtaskError::file(&lock))?;
    let stamp = paths::www().join("node_modules/.installed");
    if fingerprint::is_current(&stamp, &wanted) {
        return Ok(());
    }
    if Invocation::line("npm --version").answer().is_none() {
        ensure_packages(Packages::NODE)?;
    }
    Invocation::line("npm ci --ignore-scripts --no-audit --no-fund")
        .folder(paths::www())
        .run()?;
    fingerprint::keep(&stamp, &wanted)
}

fn ensure_trunk() -> Result<(), XtaskError> {
    if has_version("trunk", TRUNK) {
        return Ok(());
    }
    // It only starts other programs and downloads nothing: not optimized, without TLS.
    install("trunk", TRUNK, "--locked --no-default-features", "0")
}

/// The generator must be of exactly the version that the modules are linked with.
fn ensure_wasm_bindgen() -> Result<(), XtaskError> {
    let lock = paths::root().join("Cargo.lock");
    let text = fs::read_to_string(&lock).map_err(XtaskError::file(&lock))?;
    let wanted = locked_version(&text, "wasm-bindgen").ok_or_else(|| XtaskError::Content {
        path: lock,
        problem: "names no version of wasm-bindgen".to_owned(),
    })?;
    if has_version("wasm-bindgen", wanted) {
        return Ok(());
    }
    // Not --locked: its own lock file may name a version that cannot be had.
    install("wasm-bindgen-cli", wanted, "", "1")
}

/// The licence checker: whichever version is there, else a tried one (a minute and a half).
pub(crate) fn ensure_cargo_deny() -> Result<(), XtaskError> {
    if Invocation::line("cargo-deny --version").answer().is_some() {
        return Ok(());
    }
    install("cargo-deny", CARGO_DENY, "--locked", "1")?;
    remove_scratch()
}

/// The driver of libFuzzer: whichever version is there, else a tried one.
pub(crate) fn ensure_cargo_fuzz() -> Result<(), XtaskError> {
    if Invocation::line("cargo-fuzz --version").answer().is_some() {
        return Ok(());
    }
    install("cargo-fuzz", CARGO_FUZZ, "--locked", "1")?;
    remove_scratch()
}

/// Whether `program` is there and says that it is of `version`.
fn has_version(program: &str, version: &str) -> bool {
    let answer = Invocation::new(program).args(["--version"]).answer();
    answer.is_some_and(|text| told_version(&text) == Some(version))
}

/// The version in what a program answers to `--version`: the second word, as in `trunk 0.21.14`.
fn told_version(answer: &str) -> Option<&str> {
    answer.split_whitespace().nth(1)
}

/// The version of `package` in the text of a `Cargo.lock`; of several, the first.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1)?.strip_prefix("version = \"")?;
    version.strip_suffix('"')
}

/// Compiles a program of the cargo registry into `target/tools`, quickly rather than well: it runs for seconds.
fn install(package: &str, version: &str, options: &str, opt_level: &str) -> Result<(), XtaskError> {
    println!("installing {package} {version} into target/tools (once, some minutes)");
    Invocation::line("cargo install")
        .args([package, "--version", version])
        .args(options.split_whitespace())
        .args(["--root".as_ref(), paths::tools().as_os_str()])
        .variable("CARGO_TARGET_DIR", scratch())
        .variable("CARGO_PROFILE_RELEASE_LTO", "off")
        .variable("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .variable("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level)
        .run()
}

/// The programs installed in one go share compiled dependencies here.
fn scratch() -> PathBuf {
    paths::target().join("tools-build")
}

/// Afterwards they are a gigabyte in the way.
fn remove_scratch() -> Result<(), XtaskError> {
    let scratch = scratch();
    if scratch.is_dir() {
        fs::remove_dir_all(&scratch).map_err(XtaskError::file(&scratch))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry"

[[package]]
name = "wasm-bindgen-futures"
version = "0.4.80"
"#;

    #[test]
    fn the_lock_file_names_one_version_of_exactly_that_package() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm-bindgen-futures"), Some("0.4.80"));
        assert_eq!(locked_version(LOCK, "wasm"), None);
    }

    #[test]
    fn the_version_is_the_second_word_of_the_answer() {
        assert_eq!(told_version("trunk 0.21.14\n"), Some("0.21.14"));
        let answer = "wasm-bindgen 0.2.130 (0123456789)";
        assert_eq!(told_version(answer), Some("0.2.130"));
        assert_eq!(told_version(""), None);
    }

    #[test]
    fn another_version_is_not_the_wanted_one() {
        assert!(!has_version("cargo", "0.0.1"));
        assert!(!has_version("no-such-program-of-ours", "0.0.1"));
    }

    #[test]
    fn the_checkouts_own_lock_file_names_the_generators_version() {
        let lock = fs::read_to_string(paths::root().join("Cargo.lock")).unwrap();
        let version = locked_version(&lock, "wasm-bindgen").unwrap();
        assert_eq!(version.split('.').count(), 3);
    }
}
