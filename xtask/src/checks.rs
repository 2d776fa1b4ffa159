//! `test`: everything a submission must pass, one check after the other, with one line of counts at the end.

use std::{env, fs, path::PathBuf, time::Instant};

use crate::{
    browser,
    error::XtaskError,
    paths,
    process::Invocation,
    same_decoders, site, sizes,
    tally::{CargoTest, Reader, Tally},
    tools::{self, Packages},
    traceless,
};

/// Warnings are errors here; a developer's own build only shows them.
const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];
const NATIVE: &str = "-p skiagraph_core -p skiagraph_codec -p skiagraph_dicom -p skiagraph_tests \
    -p skiagraph_archive -p skiagraph_phantom -p skiagraph_xtask";
const WASM: &str = "--target wasm32-unknown-unknown";

/// What one check found.
#[derive(Debug, Default)]
pub(crate) struct Finding {
    pub(crate) tally: Tally,
    /// Why something failed or was skipped.
    pub(crate) reasons: Vec<String>,
}

type Check = fn() -> Finding;

/// The check that builds what those of [`OF_THE_SITE`] look at.
const SITE: &str = "site";

/// Where the site was not built they would look at an older one, and say nothing about the sources of now.
const OF_THE_SITE: [&str; 3] = ["size", "decoders of the site", "browser"];

/// All checks, the quick ones first.
const CHECKS: [(&str, Check); 15] = [
    ("format", || step(cargo("fmt --all --check"))),
    ("lints", || clippy(&format!("{NATIVE} --all-targets"))),
    ("lints of the renderer", || {
        clippy("-p skiagraph_gpu --features vulkan --all-targets")
    }),
    ("lints of the WebGPU module", || {
        clippy_wasm("-p skiagraph_web --features webgpu")
    }),
    ("lints of the WebGL2 module", || {
        clippy_wasm("-p skiagraph_web --features webgl")
    }),
    ("lints of the worker", || clippy_wasm("-p skiagraph_worker")),
    ("lints of the worker's modules", || {
        clippy_wasm("-p skiagraph_worker --all-features")
    }),
    ("licences and sources", licenses),
    ("unit, scenario, bytes, tidy", || {
        ensure_judges();
        cargo_test(&format!("{NATIVE} -p skiagraph_web"), &[])
    }),
    ("shaders and pictures", pictures),
    (SITE, || step(site::ensure())),
    ("size", size),
    ("decoders of the site", same_decoders::run),
    ("types of the shell", types),
    ("browser", browser::run),
];

/// Runs all checks, even after one has failed, and prints `N passed, N failed, N skipped` as the last line.
pub(crate) fn run() -> Result<(), XtaskError> {
    let mut total = Tally::default();
    let mut lines = Vec::new();
    let mut is_site_built = true;
    for (name, check) in CHECKS {
        println!("\n== {name}");
        let started = Instant::now();
        let finding = if is_site_built || !OF_THE_SITE.contains(&name) {
            check()
        } else {
            Finding::skipped("the site was not built")
        };
        is_site_built &= name != SITE || finding.tally.failed == 0;
        let seconds = started.elapsed().as_secs_f64();
        total += finding.tally;
        lines.push(format!("{name:30} {} ({seconds:.1} s)", finding.tally));
        lines.extend(finding.reasons.iter().map(|why| format!("    {why}")));
    }
    println!("\n== all");
    lines.iter().for_each(|line| println!("{line}"));
    println!("{total}");
    if total.failed > 0 {
        return Err(XtaskError::ChecksFailed);
    }
    Ok(())
}

impl Finding {
    /// Something could not be tried here.
    pub(crate) fn skipped(why: impl ToString) -> Self {
        Self {
            tally: Tally::SKIPPED,
            reasons: vec![format!("skipped: {}", why.to_string())],
        }
    }

    pub(crate) fn failed(why: impl ToString) -> Self {
        Self {
            tally: Tally::FAILED,
            reasons: vec![format!("failed: {}", why.to_string())],
        }
    }
}

/// A check that passes or fails as a whole.
fn step(outcome: Result<(), XtaskError>) -> Finding {
    match outcome {
        Ok(()) => Finding {
            tally: Tally::PASSED,
            reasons: Vec::new(),
        },
        Err(error) => Finding::failed(error),
    }
}

/// Runs a test runner; one that fails without a failed test (it did not compile) counts as one failed.
pub(crate) fn run_tests(invocation: &Invocation, mut reader: impl Reader) -> Finding {
    let outcome = invocation.run_and_read(&mut |line| reader.line(line));
    let mut finding = Finding {
        tally: reader.tally(),
        reasons: Vec::new(),
    };
    let skipped = reader.reasons().into_iter();
    finding
        .reasons
        .extend(skipped.map(|why| format!("skipped: {why}")));
    let failures = reader.failures();
    if let Err(error) = outcome {
        // The command says more than its tests' names only where there are none: it did not compile.
        if failures.is_empty() {
            finding.reasons.push(format!("failed: {error}"));
        }
        finding.tally.failed = finding.tally.failed.max(1);
    }
    let told = failures.into_iter().map(|test| format!("failed: {test}"));
    finding.reasons.extend(told);
    finding
}

fn cargo(arguments: &str) -> Result<(), XtaskError> {
    Invocation::line("cargo")
        .args(arguments.split_whitespace())
        .run()
}

fn clippy(selection: &str) -> Finding {
    let command = Invocation::line("cargo clippy").args(selection.split_whitespace());
    step(command.args(DENY_WARNINGS).run())
}

fn clippy_wasm(selection: &str) -> Finding {
    match tools::ensure_wasm_target() {
        Ok(()) => clippy(&format!("{selection} {WASM}")),
        Err(error) => Finding::failed(error),
    }
}

fn licenses() -> Finding {
    match tools::ensure_cargo_deny() {
        Ok(()) => step(cargo(
            "deny check --hide-inclusion-graph licenses bans sources",
        )),
        Err(error) => Finding::skipped(error),
    }
}

fn cargo_test(selection: &str, variables: &[(&str, PathBuf)]) -> Finding {
    let command = Invocation::line("cargo test --no-fail-fast")
        .args(selection.split_whitespace())
        .args(["--", "--show-output"]);
    let command = variables.iter().fold(command, |command, (name, value)| {
        command.variable(name, value)
    });
    run_tests(&command, CargoTest::default())
}

/// The programs that real pictures and audit records are held against; where they cannot be had, the test skips itself and
/// says so.
fn ensure_judges() {
    let mut outcomes = vec![tools::ensure_fhir_resources().map(drop)];
    if paths::shared_data().is_some() {
        outcomes.push(tools::ensure_packages(Packages::JUDGES));
        outcomes.push(tools::ensure_pydicom().map(drop));
    }
    for outcome in outcomes {
        if let Err(error) = outcome {
            println!("{error}");
        }
    }
}

/// The shaders on a software adapter, so that every machine sees the same pictures.
fn pictures() -> Finding {
    let selection = "-p skiagraph_gpu --features vulkan";
    if env::var_os("VK_ICD_FILENAMES").is_some() || !cfg!(target_os = "linux") {
        return cargo_test(selection, &[]);
    }
    if let Err(error) = tools::ensure_packages(Packages::VULKAN) {
        return Finding::skipped(error);
    }
    match software_adapter() {
        Some(driver) => {
            let names = ["VK_ICD_FILENAMES", "VK_DRIVER_FILES"];
            cargo_test(selection, &names.map(|name| (name, driver.clone())))
        }
        None => Finding::skipped("no lavapipe driver in /usr/share/vulkan/icd.d"),
    }
}

/// The file that describes Mesa's lavapipe to the Vulkan loader; its name carries the architecture.
fn software_adapter() -> Option<PathBuf> {
    let entries = fs::read_dir("/usr/share/vulkan/icd.d").ok()?;
    let mut files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    files.find(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("lvp_icd") && name.ends_with(".json")
    })
}

fn size() -> Finding {
    let sizes = match sizes::weigh(&paths::site()) {
        Ok(sizes) => sizes,
        Err(error) => return Finding::failed(error),
    };
    print!("{}", sizes::table(&sizes));
    let bytes = sizes::first_picture_bytes(&sizes);
    let budgets = [sizes::STORED_BUDGET_BYTES, sizes::JPEG_BUDGET_BYTES];
    for (what, (bytes, budget)) in ["stored", "JPEG"]
        .iter()
        .zip(bytes.into_iter().zip(budgets))
    {
        println!("a first picture that is {what} waits for {bytes} bytes, {budget} are allowed");
        if bytes == 0 || bytes > budget {
            return Finding::failed(format!(
                "a first picture that is {what} waits for {bytes} bytes, {budget} are allowed"
            ));
        }
    }
    match traceless::named_folders() {
        Ok(modules) if modules.is_empty() => step(Ok(())),
        Ok(modules) => Finding::failed(format!(
            "folders of this machine are named in {}: no other machine builds the same bytes",
            modules.join(", ")
        )),
        Err(error) => Finding::failed(error),
    }
}

/// After the site: the types of the modules are generated with them.
fn types() -> Finding {
    step(tools::ensure_npm_packages().and_then(|()| {
        Invocation::line("npx --no-install tsc -p .")
            .folder(paths::www())
            .run()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_at_the_site_comes_after_it() {
        let place = |wanted| CHECKS.iter().position(|(name, _)| *name == wanted);
        let site = place(SITE).unwrap();
        for name in OF_THE_SITE {
            assert!(place(name).unwrap() > site, "{name}");
        }
    }
}
