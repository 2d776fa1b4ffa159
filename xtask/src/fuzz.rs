//! `fuzz`: the targets of tests/fuzz for as long as one likes, guided by what an input reaches (libFuzzer).

use std::{fs, path::PathBuf};

use crate::{error::XtaskError, paths, process::Invocation, tools};

/// An input may take so long and hold so much (standards 4.9), the fuzzer's own tables included.
const LIMITS: [&str; 2] = ["-timeout=10", "-rss_limit_mb=1536"];

/// Runs `target`, or one after the other, for `seconds` each. Inputs that reach something new are kept in
/// target/fuzz/corpus, those that break something in target/fuzz/findings.
pub(crate) fn run(target: Option<&str>, seconds: u32) -> Result<(), XtaskError> {
    tools::ensure_cargo_fuzz()?;
    let all = cargo_fuzz("list").answer().unwrap_or_default();
    let names = match target {
        Some(name) => vec![name],
        None => all.lines().collect(),
    };
    for name in names {
        let corpus = folder(&["corpus", name])?;
        let findings = folder(&["findings"])?;
        println!("\n== {name}");
        cargo_fuzz("run")
            .args(["--codegen-units", "16", "--target-dir"])
            .args([home()])
            .args([name.as_ref(), corpus.as_os_str()])
            .args(["--", "-print_final_stats=1", "-verbosity=0"])
            .args(LIMITS)
            .args([
                format!("-max_total_time={seconds}"),
                format!("-artifact_prefix={}/{name}-", findings.display()),
            ])
            .run()?;
    }
    Ok(())
}

fn cargo_fuzz(command: &str) -> Invocation {
    Invocation::line("cargo fuzz")
        .args([command, "--fuzz-dir"])
        .args([paths::root().join("tests/fuzz/guided")])
        // Counting what is reached is not a stable option of the compiler, but it is in every stable one.
        .variable("RUSTC_BOOTSTRAP", "1")
}

fn home() -> PathBuf {
    paths::target().join("fuzz")
}

fn folder(names: &[&str]) -> Result<PathBuf, XtaskError> {
    let path = names.iter().fold(home(), |path, name| path.join(name));
    fs::create_dir_all(&path).map_err(XtaskError::file(&path))?;
    Ok(path)
}
