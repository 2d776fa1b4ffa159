//! Tidy: what a reviewer would say every time, said by a test; each rule names the file and the line.

#![allow(
    clippy::disallowed_methods,
    reason = "reads the sources of the project"
)]

mod display_page;
mod faults_page;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines that a source file should not have more of.
const SOFT_LINES: usize = 400;

/// Lines that none may have more of.
const HARD_LINES: usize = 700;

/// Files that are longer than [`SOFT_LINES`] all the same, each with the reason. The list may only become shorter.
const LONG: &[(&str, &str)] = &[];

/// Largest golden picture, bytes.
const GOLDEN_BYTES: u64 = 8 * 1024;

/// Folders with sources, and what in them is none.
const FOLDERS: [&str; 4] = ["src", "tests", "www", "xtask"];
const NOT_SOURCES: [&str; 3] = ["node_modules", "target", "dist"];

/// One source file.
struct Source {
    /// Path in the checkout, with `/`.
    name: String,
    text: String,
}

impl Source {
    fn is(&self, extension: &str) -> bool {
        self.name.ends_with(extension)
    }

    /// Tests may be longer, may panic, and may print.
    fn is_test(&self) -> bool {
        let name = &self.name;
        let file = name.rsplit('/').next().unwrap_or(name);
        name.starts_with("tests/")
            || name.contains("/tests/")
            || file.starts_with("test_")
            || file.ends_with("tests.rs")
    }

    /// Rust of the product that is no test: the lines before the first `#[cfg(test)]`, with their numbers from 1.
    fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().take_while(|line| *line != "#[cfg(test)]");
        let is_product = self.is(".rs") && !self.is_test();
        (1..).zip(lines).filter(move |_| is_product)
    }
}

fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// All files below a folder of the checkout.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the checkout") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_file() {
            found.push(path);
        } else if !NOT_SOURCES.contains(&name.as_ref()) && !name.starts_with('.') {
            files(&path, found);
        }
    }
}

fn sources() -> Vec<Source> {
    const KINDS: [&str; 7] = [".rs", ".js", ".mjs", ".ts", ".wgsl", ".css", ".html"];
    let mut paths = Vec::new();
    for folder in FOLDERS {
        files(&root().join(folder), &mut paths);
    }
    paths.sort();
    let sources = paths.iter().filter_map(|path| {
        let name = path.strip_prefix(root()).ok()?.to_string_lossy();
        let name = name.replace('\\', "/");
        let is_source = KINDS.iter().any(|kind| name.ends_with(kind));
        let text = is_source.then(|| fs::read_to_string(path).expect("UTF-8"))?;
        Some(Source { name, text })
    });
    let sources: Vec<Source> = sources.collect();
    assert!(sources.len() > 100, "the sources are somewhere else");
    sources
}

/// Fails with all of them, one a line.
#[track_caller]
fn none(findings: impl IntoIterator<Item = String>, rule: &str) {
    let list = findings.into_iter().fold(String::new(), |mut list, line| {
        // Writing to a string cannot fail.
        let _ = writeln!(list, "  {line}");
        list
    });
    assert!(list.is_empty(), "{rule}:\n{list}");
}

/// Lines of the product's Rust in which one of the words stands, comments aside.
fn lines_with(words: &[&str], is_meant: impl Fn(&Source) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| is_meant(source)) {
        for (number, line) in source.product_lines() {
            let code = line.trim_start();
            if !code.starts_with("//") && words.iter().any(|word| code.contains(word)) {
                found.push(format!("{}:{number}: {code}", source.name));
            }
        }
    }
    found
}

#[test]
fn the_first_line_of_every_file_says_why_it_exists() {
    let all = sources();
    let is_silent = |source: &&Source| {
        let first = source.text.lines().next().unwrap_or_default();
        let marks: &[&str] = match source.name.rsplit('.').next() {
            Some("rs") => &["//! "],
            Some("css") => &["/* "],
            Some("html") => &["<!-- "],
            _ => &["// "],
        };
        !marks.iter().any(|mark| first.starts_with(mark)) || first.split_whitespace().count() < 4
    };
    none(
        all.iter().filter(is_silent).map(|s| s.name.clone()),
        "the first line is a comment that says why the file exists",
    );
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !source.is_test()) {
        let n = source.text.lines().count();
        let is_listed = LONG.iter().any(|(name, _)| *name == source.name);
        if n > HARD_LINES {
            found.push(format!("{}: {n} lines, {HARD_LINES} at most", source.name));
        } else if n > SOFT_LINES && !is_listed {
            found.push(format!("{}: {n} lines, split it", source.name));
        } else if n <= SOFT_LINES && is_listed {
            found.push(format!("{}: {n} lines, take it off LONG", source.name));
        }
    }
    none(found, "source files have at most 400 lines");
}

#[test]
fn every_exception_is_a_file_with_a_reason() {
    let all = sources();
    let is_stale = |(name, reason): &&(&str, &str)| {
        reason.is_empty() || !all.iter().any(|source| source.name == **name)
    };
    none(
        LONG.iter().filter(is_stale).map(|(name, _)| (*name).into()),
        "an exception names a file that is there, and why",
    );
}

#[test]
fn a_module_of_the_core_uses_only_those_above_it() {
    let all = sources();
    let lib = all.iter().find(|source| source.name == "src/core/lib.rs");
    let lib = &lib.expect("the core's lib.rs").text;
    let modules = lib.lines().filter_map(|line| {
        line.strip_prefix("pub mod ")
            .and_then(|rest| rest.strip_suffix(';'))
    });
    let order: Vec<&str> = modules.collect();
    assert!(order.len() >= 10, "the order is read from lib.rs");
    let place = |name: &str| order.iter().position(|module| *module == name);
    let mut found = Vec::new();
    for source in &all {
        let Some(path) = source.name.strip_prefix("src/core/") else {
            continue;
        };
        let module = path.split('/').next().unwrap_or_default();
        let Some(own) = place(module.trim_end_matches(".rs")) else {
            continue;
        };
        for (number, line) in source.product_lines() {
            let used = line.split("crate::").skip(1).filter_map(|rest| {
                rest.split(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .next()
            });
            for name in used.filter(|name| place(name).is_some_and(|at| at > own)) {
                found.push(format!("{}:{number}: uses {name}", source.name));
            }
        }
    }
    none(found, "modules of the core stand in dependency order");
}

#[test]
fn only_web_and_worker_know_the_browser_and_only_gpu_knows_wgpu() {
    let browser = ["web_sys::", "js_sys::", "wasm_bindgen::", "gloo_"];
    let is_outside = |source: &Source| {
        !["src/web/", "src/worker/"]
            .iter()
            .any(|folder| source.name.starts_with(folder))
    };
    let known = lines_with(&browser, is_outside);
    none(known, "the browser is known to src/web and src/worker");
    let wgpu = lines_with(&["wgpu::"], |source| !source.name.starts_with("src/gpu/"));
    none(wgpu, "wgpu is known to src/gpu");
}

#[test]
fn the_core_has_no_clock_no_files_no_threads_and_no_waiting() {
    let words = [
        "std::time",
        "std::fs",
        "std::io",
        "std::thread",
        "std::env",
        "std::net",
        "async ",
        ".await",
    ];
    let found = lines_with(&words, |source| source.name.starts_with("src/core/"));
    none(found, "events in, effects out, scene on demand");
}

#[test]
fn nothing_outside_tests_gives_up() {
    let words = [
        ".unwrap()",
        ".expect(",
        "panic!(",
        "unreachable!(",
        "todo!(",
    ];
    let found = lines_with(&words, |source| source.name.starts_with("src/"));
    none(found, "errors are values: no unwrap, expect or panic");
}

#[test]
fn nothing_is_written_to_a_log_that_may_be_about_a_patient() {
    let rust = [
        "println!",
        "print!",
        "eprintln!",
        "eprint!",
        "dbg!",
        "console::",
    ];
    let mut found = lines_with(&rust, |source| source.name.starts_with("src/"));
    // The one line that is allowed tells the kind of an error, without its message.
    let allowed = "console.error(error instanceof Error ? error.name : \"unknown error\")";
    // Proofs of a sign-in and the UIDs to go to, while the reader is at the sign-in service.
    let journey = ("www/shell/journey.js", "sessionStorage");
    let words = [
        "console.",
        "alert(",
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "document.title",
    ];
    for source in sources().iter().filter(|s| s.name.starts_with("www/")) {
        for (number, line) in (1..).zip(source.text.lines()) {
            let line = line.replace(allowed, "");
            let is_free = |word: &str| (source.name.as_str(), word) == journey;
            if words
                .iter()
                .any(|word| line.contains(word) && !is_free(word))
            {
                found.push(format!("{}:{number}: {}", source.name, line.trim()));
            }
        }
    }
    none(found, "no log, title or storage has values");
}

#[test]
fn text_reaches_the_page_as_text() {
    let words = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "unsafeHTML",
        "document.write",
        "eval(",
    ];
    let mut found = lines_with(&words, |source| source.name.starts_with("src/"));
    for source in sources().iter().filter(|s| s.name.starts_with("www/")) {
        for (number, line) in (1..).zip(source.text.lines()) {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{number}: {}", source.name, line.trim()));
            }
        }
    }
    none(found, "no markup is made of text");
}

#[test]
fn no_file_names_a_machine() {
    // Put together here, so that this file does not name them.
    let words = ["/work", "/home", "/root", "/Users"].map(|folder| format!("{folder}/"));
    let mut paths = vec![
        root().join("README.md"),
        root().join("CHANGELOG.md"),
        root().join("Trunk.toml"),
        root().join(".ci/run"),
    ];
    for folder in FOLDERS {
        files(&root().join(folder), &mut paths);
    }
    let mut found = Vec::new();
    for path in paths {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        for (number, line) in (1..).zip(text.lines()) {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{number}", path.display()));
            }
        }
    }
    none(found, "no path of a machine");
}

/// PS3.14 asks for a measured display; a page cannot know one.
#[test]
fn rule_d44_nothing_says_that_the_display_is_calibrated() {
    let claims = [
        "gsdf",
        "dicom calibrated",
        "calibrated display",
        "diagnostic quality",
    ];
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !source.is_test()) {
        for (number, line) in (1..).zip(source.text.lines()) {
            if claims
                .iter()
                .any(|claim| line.to_lowercase().contains(claim))
            {
                found.push(format!("{}:{number}: {}", source.name, line.trim()));
            }
        }
    }
    none(found, "no words of a calibrated display");
}

#[test]
fn golden_pictures_are_small() {
    let mut paths = Vec::new();
    files(&root().join("tests/golden"), &mut paths);
    assert!(!paths.is_empty(), "there are golden pictures");
    let large = paths.iter().filter(|path| {
        let length = fs::metadata(path).map_or(u64::MAX, |facts| facts.len());
        length > GOLDEN_BYTES
    });
    none(
        large.map(|path| path.display().to_string()),
        "golden pictures have at most 8 KiB",
    );
}
