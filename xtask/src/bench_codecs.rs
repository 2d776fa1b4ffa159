//! `bench codecs`: our decoders as the site has them, beside those of other viewers and native ones, in one run, one thread.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::{Value, json};
use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor, RawDescriptor};
use skiagraph_dicom::{
    job::WireDescriptor,
    pixels::{
        decode,
        part10::{frame_bytes, open},
    },
};

use crate::{build_folder, error::XtaskError, paths, process::Invocation, samples, site, tools};

/// Name, ending of the frames, module of the worker (none: its own), transfer syntax.
const CODECS: [(&str, &str, Option<&str>, &str); 6] = [
    (
        "JPEG 2000",
        "j2k",
        Some("wavelet"),
        "1.2.840.10008.1.2.4.90",
    ),
    ("HTJ2K", "htj2k", Some("wavelet"), "1.2.840.10008.1.2.4.201"),
    ("JPEG-LS", "jls", Some("lossless"), "1.2.840.10008.1.2.4.80"),
    (
        "JPEG Lossless",
        "ljpeg",
        Some("lossless"),
        "1.2.840.10008.1.2.4.57",
    ),
    ("JPEG XL", "jxl", Some("jxl"), "1.2.840.10008.1.2.4.110"),
    ("RLE", "rle", None, "1.2.840.10008.1.2.5"),
];

/// Name, folder of the samples, rows, columns, frames.
const IMAGES: [(&str, &str, u32, u32, usize); 2] = [
    ("ct", "thorax-ct/axial", 512, 512, 8),
    ("cr", "chest-radiograph/pa", 3000, 2500, 1),
];

/// Packages that hold the decoders of other viewers.
const PEERS: [&str; 6] = [
    "codec-openjpeg",
    "codec-openjph",
    "codec-charls",
    "codec-libjxl",
    "jpeg-lossless-decoder-js",
    "dicom-image-loader",
];

/// Milliseconds a frame, of the process.
#[derive(Debug, Deserialize)]
struct Row {
    name: String,
    image: String,
    ours: f64,
    exact: bool,
    peer: Option<f64>,
    #[serde(rename = "peerExact")]
    is_peer_exact: Option<bool>,
    /// Why there is no peer.
    absent: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Native {
    ending: String,
    image: String,
    native: f64,
}

/// Prints a table of ratios; above 1 ours is the faster one.
pub(crate) fn run() -> Result<(), XtaskError> {
    site::ensure()?;
    samples::ensure(&mut |line| println!("{line}"))?;
    let python = tools::ensure_imagecodecs()?;
    let folder = paths::target().join("bench-codecs");
    write_frames(&folder)?;
    let script = |step: &str| {
        let script = Path::new("xtask/src/bench_codecs.py");
        let words = [script.as_os_str(), step.as_ref(), folder.as_os_str()];
        Invocation::new(&python).args(words)
    };
    script("encode").run()?;
    let peers = peers()?;
    let mut rows: Vec<Row> = Vec::new();
    let program = Path::new("xtask/src/bench_codecs.mjs");
    let there = peers.clone().unwrap_or_default();
    Invocation::new("node")
        .args([
            program,
            &build_folder::find(&paths::site())?,
            &folder,
            &there,
        ])
        .run_and_read(&mut |line| rows.extend(serde_json::from_str::<Row>(line).ok()))?;
    let mut natives: Vec<Native> = Vec::new();
    script("time")
        .run_and_read(&mut |line| natives.extend(serde_json::from_str::<Native>(line).ok()))?;
    if peers.is_none() {
        println!("the decoders of other viewers are not here (../shared/bench)");
    }
    print!("{}", table(&rows, &natives));
    Ok(())
}

/// The samples as unsigned words, and what the worker is told of them.
fn write_frames(folder: &Path) -> Result<(), XtaskError> {
    fs::create_dir_all(folder).map_err(XtaskError::file(folder))?;
    let mut jobs: Vec<Value> = Vec::new();
    for (image, source, rows, columns, n_frames) in IMAGES {
        for (name, ending, module, uid) in CODECS {
            jobs.push(json!({
                "name": name, "ending": ending, "image": image, "module": module,
                "work": { "descriptor": descriptor(rows, columns)?, "transfer_syntax": uid, "level": 0 },
            }));
        }
        let source = paths::samples().join(source);
        let n_slices = fs::read_dir(&source).map_or(1, Iterator::count);
        for index in 0..n_frames {
            let file = source.join(format!("{}.dcm", 1 + index * n_slices / n_frames));
            let path = folder.join(format!("{image}_{index}.raw"));
            fs::write(&path, words(&file)?).map_err(XtaskError::file(&path))?;
        }
    }
    let path = folder.join("jobs.json");
    let text = json!({ "codecs": jobs }).to_string();
    fs::write(&path, text).map_err(XtaskError::file(&path))
}

fn descriptor(rows: u32, columns: u32) -> Result<Value, XtaskError> {
    let raw = RawDescriptor {
        rows: Some(rows),
        columns: Some(columns),
        bits_allocated: Some(16),
        photometric: Some(Photometric::Monochrome2),
        ..RawDescriptor::default()
    };
    let descriptor = PixelDescriptor::new(&raw).map_err(wrong)?;
    Ok(json!(WireDescriptor::from(&descriptor)))
}

/// Stored values less their smallest.
fn words(file: &Path) -> Result<Vec<u8>, XtaskError> {
    let bytes = fs::read(file).map_err(XtaskError::file(file))?;
    let part10 = open(&bytes).map_err(wrong)?;
    let descriptor = PixelDescriptor::new(&part10.descriptor).map_err(wrong)?;
    let frame = frame_bytes(&part10, &bytes, 0).map_err(wrong)?;
    let samples = decode(&descriptor, Some(&part10.transfer_syntax), &frame).map_err(wrong)?;
    let samples = samples.samples;
    let values = || (0..samples.len()).filter_map(|index| samples.get(index));
    let least = values().fold(f64::INFINITY, f64::min);
    Ok(values()
        .flat_map(|value| ((value - least) as u16).to_le_bytes())
        .collect())
}

fn wrong(error: impl ToString) -> XtaskError {
    XtaskError::Samples(error.to_string())
}

/// The folder with the packages of [`PEERS`], in the versions of the lock file beside the checkout; none without it.
fn peers() -> Result<Option<PathBuf>, XtaskError> {
    let Some(bench) = paths::shared_bench() else {
        return Ok(None);
    };
    let lock = bench.join("package-lock.json");
    let text = fs::read_to_string(&lock).map_err(XtaskError::file(&lock))?;
    let packages: Value = serde_json::from_str(&text).unwrap_or_default();
    let place = paths::target().join("bench-codecs/peers");
    let modules = place.join("node_modules");
    let is_there = |name: &str| modules.join("@cornerstonejs").join(name).is_dir();
    if PEERS.iter().all(|name| is_there(name)) {
        return Ok(Some(modules));
    }
    fs::create_dir_all(&place).map_err(XtaskError::file(&place))?;
    let wanted = PEERS.iter().filter_map(|name| {
        let entry = &packages["packages"][format!("node_modules/@cornerstonejs/{name}")];
        Some(format!(
            "@cornerstonejs/{name}@{}",
            entry["version"].as_str()?
        ))
    });
    Invocation::line(
        "npm install --no-audit --no-fund --ignore-scripts --legacy-peer-deps --prefix",
    )
    .args([&place])
    .args(wanted)
    .run()?;
    Ok(Some(modules))
}

fn table(rows: &[Row], natives: &[Native]) -> String {
    let mut text = format!(
        "\n{:15}{:>6}{:>10}{:>10}{:>8}  peer's\n",
        "codec", "image", "to peer", "to native", "exact"
    );
    for row in rows {
        let ratio = |theirs: Option<f64>| match theirs {
            Some(millis) => format!("{:.2}", millis / row.ours),
            None => "-".to_owned(),
        };
        let ending = CODECS.iter().find(|codec| codec.0 == row.name);
        let native = natives.iter().find(|native| {
            native.image == row.image && ending.is_some_and(|codec| codec.1 == native.ending)
        });
        let word = |is_exact: bool| if is_exact { "yes" } else { "NO" };
        let peer = match (row.is_peer_exact, &row.absent) {
            (Some(is_exact), _) => word(is_exact),
            (None, Some(why)) => why,
            (None, None) => "not here",
        };
        text += &format!(
            "{:15}{:>6}{:>10}{:>10}{:>8}  {peer}\n",
            row.name,
            row.image,
            ratio(row.peer),
            ratio(native.map(|native| native.native)),
            word(row.exact)
        );
    }
    text + "ratios of their time to ours, process time, one thread: above 1 ours is faster; RLE of ours with the worker's messages\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_above_1_says_that_ours_is_faster() {
        let row = Row {
            name: "RLE".to_owned(),
            image: "ct".to_owned(),
            ours: 2.0,
            exact: true,
            peer: Some(5.0),
            is_peer_exact: Some(false),
            absent: None,
        };
        let native = Native {
            ending: "rle".to_owned(),
            image: "ct".to_owned(),
            native: 1.0,
        };
        let table = table(&[row], &[native]);
        let line = table.lines().find(|line| line.starts_with("RLE")).unwrap();
        let cells: Vec<_> = line.split_whitespace().collect();
        assert_eq!(cells, ["RLE", "ct", "2.50", "0.50", "yes", "NO"]);
    }
}
