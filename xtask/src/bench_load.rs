//! `bench load`: our viewer beside others in one browser, against one archive, in the harness of `../shared/bench`.

use std::{fs, path::PathBuf};

use serde_json::Value;

use crate::{
    error::XtaskError,
    paths,
    process::Invocation,
    site,
    tools::{Packages, ensure_packages},
};

/// Cold runs of each viewer.
const RUNS: &str = "5";
/// The viewer that the ratios are to, and the least page that does the job.
const PEERS: [&str; 3] = ["own", "cs3d", "floor"];
/// What is opened by default.
const SERIES: &str = "ct_raw";
const PACKAGES: &str = "numpy scipy pillow pydicom imagecodecs";

/// Figures of a run, in ms, and what they are called.
const FIGURES: [(&str, &str); 2] = [("first", "first image"), ("complete", "all images")];

/// Measures and prints the medians with their ratios to Cornerstone3D.
///
/// # Errors
/// Where the harness is not beside the checkout, or does not run.
pub(crate) fn run() -> Result<(), XtaskError> {
    site::ensure()?;
    let folder = ensure_harness()?;
    let own = [
        "--root",
        "../../dist",
        "--url",
        "/#/study/{study}?series={series}",
    ];
    for peer in PEERS {
        let run = Invocation::new("node")
            .args([
                "run.mjs", "--peer", peer, "--series", SERIES, "--link", "lan", "--runs", RUNS,
            ])
            .folder(&folder);
        let run = if peer == "own" { run.args(own) } else { run };
        run.run()?;
    }
    let medians = PEERS
        .iter()
        .map(|peer| medians(&folder, peer))
        .collect::<Result<Vec<_>, _>>()?;
    println!("\n{SERIES}, loopback, medians of {RUNS} cold runs");
    println!(
        "{:12} {:>10} {:>10} {:>10} {:>8} {:>8}",
        "", "own", "cs3d", "floor", "/cs3d", "/floor"
    );
    for (at, (_, name)) in FIGURES.iter().enumerate() {
        let [own, cs3d, floor] = [0, 1, 2].map(|peer: usize| medians[peer][at]);
        println!(
            "{name:12} {own:>7.0} ms {cs3d:>7.0} ms {floor:>7.0} ms {:>8.2} {:>8.2}",
            own / cs3d,
            own / floor
        );
    }
    Ok(())
}

/// A copy of the harness with its packages and its pictures.
fn ensure_harness() -> Result<PathBuf, XtaskError> {
    let folder = paths::target().join("bench");
    let work = folder.join(".run");
    if work.join("data/manifest.json").is_file() {
        return Ok(folder);
    }
    let shared = paths::shared_bench().ok_or_else(|| XtaskError::Missing {
        what: "the harness of the other viewers".to_owned(),
        remedy: "it lies in ../shared/bench, beside the checkout".to_owned(),
    })?;
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
    Ok(folder)
}

fn medians(folder: &std::path::Path, peer: &str) -> Result<Vec<f64>, XtaskError> {
    let path = folder.join(format!("results/raw/{peer}.{SERIES}.stack.lan.cpu1.json"));
    let text = fs::read_to_string(&path).map_err(|source| XtaskError::File {
        path: path.clone(),
        source,
    })?;
    let told: Value = serde_json::from_str(&text).unwrap_or_default();
    let runs = told["runs"].as_array().cloned().unwrap_or_default();
    let median = |key: &str| {
        let mut values: Vec<f64> = runs.iter().filter_map(|run| run[key].as_f64()).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    Ok(FIGURES.iter().map(|(key, _)| median(key)).collect())
}
