//! `bench load`: our viewer beside the least page that does the job, and beside others in the harness of `../shared/bench`.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    error::XtaskError,
    paths,
    process::Invocation,
    samples, site,
    tools::{self, Packages, ensure_packages},
};

/// Cold runs of each viewer, where nobody says how many.
const RUNS: u32 = 5;
const PACKAGES: &str = "numpy scipy pillow pydicom imagecodecs";

/// What is opened, over which line, on a processor how many times slowed down, with or without scrolling, and by whom; a
/// peer's options follow a `+`. The first is ours.
const ROWS: [(&str, &str, u32, bool, &[&str]); 9] = [
    (
        "ct_raw",
        "lan",
        1,
        true,
        &["own", "cs3d", "floor", "ohif", "floor+--bulk 1 --tag bulk"],
    ),
    ("ct_raw", "lan", 4, false, &["own", "cs3d", "floor"]),
    ("ct_htj2k", "lan", 1, false, &["own", "cs3d", "floor"]),
    ("ct_j2k", "lan", 1, false, &["own", "cs3d"]),
    ("ct_htj2k", "dsl", 1, false, &["own", "cs3d", "floor"]),
    ("ct_j2k", "dsl", 1, false, &["own", "cs3d"]),
    ("ct_raw", "dsl", 1, false, &["own", "cs3d", "floor"]),
    ("cr_raw", "lan", 1, false, &["own", "cs3d"]),
    ("us_jpeg", "lan", 1, false, &["own", "cs3d"]),
];

/// A figure of a run: what it is called, where it stands in the run's words, and what it is divided by.
const FIGURES: [(&str, &str, f64); 8] = [
    ("first ms", "/first", 1.0),
    ("all ms", "/complete", 1.0),
    ("busy s", "/metricsComplete/TaskDuration", 1.0),
    ("app MB", "/net/appBytes", 1e6),
    ("DICOM MB", "/net/dicomBytes", 1e6),
    ("memory MB", "/mem/renderer/rss", 1.0),
    ("new/s", "/throughput/fps", 1.0),
    ("lag ms", "/throughput/drainMs", 1.0),
];

/// Measures and prints medians; `runs` cold runs of each.
///
/// # Errors
/// Where the site is not to be built, or a program does not run. That there is no harness is said, and no error.
pub(crate) fn run(runs: Option<u32>) -> Result<(), XtaskError> {
    let runs = runs.unwrap_or(RUNS).to_string();
    site::ensure()?;
    beside_the_least_page(&runs)?;
    let Some(folder) = ensure_harness()? else {
        println!("the harness of the other viewers is not here (../shared/bench)");
        return Ok(());
    };
    let mut lines = Vec::new();
    for (series, link, cpu, scrolls, peers) in ROWS {
        for peer in peers {
            let (peer, more) = peer.split_once('+').unwrap_or((peer, ""));
            let own = [
                "--root",
                "../../dist",
                "--url",
                "/#/study/{study}?series={series}",
            ];
            let run = Invocation::new("node").folder(&folder).args([
                "run.mjs", "--peer", peer, "--series", series, "--link", link, "--runs", &runs,
            ]);
            let run = run
                .args(["--cpu", &cpu.to_string()])
                .args(more.split_whitespace());
            let run = if scrolls && more.is_empty() {
                run
            } else {
                run.args(["--no-scroll"])
            };
            let run = if peer == "own" { run.args(own) } else { run };
            run.run()?;
            let tag = more
                .rsplit_once(' ')
                .map_or(String::new(), |(_, tag)| format!(".{tag}"));
            let name = format!("{peer}.{series}.stack.{link}.cpu{cpu}{tag}");
            let told = read(&folder.join(format!("results/raw/{name}.json")))?;
            lines.push(format!("{name:32} {}", figures(&told)));
        }
    }
    let names = FIGURES.iter().map(|(name, ..)| format!("{name:>10}"));
    println!("\nmedians of {runs} cold runs");
    println!("{:32} {}", "", names.collect::<String>());
    lines.iter().for_each(|line| println!("{line}"));
    Ok(())
}

/// The part that needs nothing but this checkout: one archive, one browser, one phantom.
fn beside_the_least_page(runs: &str) -> Result<(), XtaskError> {
    tools::ensure_npm_packages()?;
    ensure_packages(Packages::BROWSER)?;
    samples::ensure(&mut |line| println!("{line}"))?;
    let program = env::current_exe().map_err(XtaskError::file("the running program"))?;
    let (script, page) = ("xtask/src/bench_least.mjs", "xtask/src/bench_least.html");
    let mut told = Value::Null;
    Invocation::new("node")
        .args([
            Path::new(script),
            &program,
            &paths::site(),
            &paths::samples(),
        ])
        .args([page, runs])
        .variable("NODE_PATH", paths::www().join("node_modules"))
        .run_and_read(&mut |line| {
            if let Ok(measured @ Value::Object(_)) = serde_json::from_str(line) {
                told = measured;
            }
        })?;
    println!("\n300 images of a phantom, embedded archive, medians of {runs} cold runs");
    for (at, name) in ["first image", "all images"].iter().enumerate() {
        let [own, least] = ["own", "least"].map(|who| {
            let all = told[who].as_array().cloned().unwrap_or_default();
            median(all.iter().filter_map(|run| run[at].as_f64()).collect())
        });
        println!(
            "{name:12} {own:>6.0} ms, the least page {least:>6.0} ms: {:.2}",
            own / least
        );
    }
    Ok(())
}

/// The figures of a configuration as columns.
fn figures(told: &Value) -> String {
    let runs = told["runs"].as_array().cloned().unwrap_or_default();
    let column = |(_, path, unit): &(&str, &str, f64)| {
        let all = runs.iter().filter_map(|run| run.pointer(path)?.as_f64());
        let value = median(all.collect()) / unit;
        match value {
            value if value.is_nan() => format!("{:>10}", "-"),
            value if value < 20.0 => format!("{value:>10.2}"),
            value => format!("{value:>10.0}"),
        }
    };
    FIGURES.iter().map(column).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn read(path: &Path) -> Result<Value, XtaskError> {
    let text = fs::read_to_string(path).map_err(XtaskError::file(path))?;
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// A copy of the harness with its packages and its pictures; nothing where there is none to copy.
fn ensure_harness() -> Result<Option<PathBuf>, XtaskError> {
    let folder = paths::target().join("bench");
    let work = folder.join(".run");
    if work.join("data/manifest.json").is_file() {
        return Ok(Some(folder));
    }
    let Some(shared) = paths::shared_bench() else {
        return Ok(None);
    };
    ensure_packages(Packages::BROWSER)?;
    ensure_packages(Packages::ORTHANC)?;
    ensure_packages(Packages::PYTHON)?;
    let line = |line: &str| Invocation::line(line).folder(&folder).run();
    Invocation::line("cp -r").args([&shared, &folder]).run()?;
    line("npm install --ignore-scripts")?;
    line("python3 -m venv .run/venv")?;
    line(&format!(".run/venv/bin/pip install --quiet {PACKAGES}"))?;
    line(".run/venv/bin/python data/make_data.py .run/data")?;
    line("node build.mjs")?;
    Ok(Some(folder))
}
