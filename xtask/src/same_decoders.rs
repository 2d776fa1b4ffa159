//! A check of the site: its worker decodes every compressed frame of the real files to the very bytes that are decoded here.
//!
//! Only lossy JPEG XL, whose filters are floating point, may be off by 1: a processor with fused multiplication rounds once
//! where WebAssembly rounds twice.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use skiagraph_core::pixel::{descriptor::PixelDescriptor, raster::RasterKind};
use skiagraph_dicom::{
    job::{WireDescriptor, WireFrame, Work},
    pixels::{
        decode_reduced, levels,
        part10::{Part10, frame_bytes, open},
        reduced,
        sniff::{Codec, signature},
    },
};

use crate::{
    build_folder, checks::Finding, digest::sha256, error::XtaskError, paths, process::Invocation,
    tally::Tally,
};

/// Node has the engine of a browser, and needs none.
const PROGRAM: &str = "xtask/src/same_decoders.mjs";

/// Compares the first frames, and for codecs that store several sizes the half of it.
pub(crate) fn run() -> Finding {
    let Some(data) = paths::shared_data() else {
        return Finding::skipped("../shared/data is not on this machine");
    };
    compare(&data.join("dev")).unwrap_or_else(Finding::failed)
}

fn compare(data: &Path) -> Result<Finding, XtaskError> {
    let folder = paths::target().join("same-decoders");
    fs::create_dir_all(&folder).map_err(XtaskError::file(&folder))?;
    let n_jobs = write_jobs(data, &folder)?;
    let (mut differences, mut counts) = (Vec::new(), String::new());
    let build = build_folder::find(&paths::site())?;
    let node = Invocation::new("node").args([Path::new(PROGRAM), &build, &folder]);
    node.run_and_read(&mut |line| {
        if line.starts_with("differs: ") {
            differences.push(line.to_owned());
        } else if let Some(same) = line.strip_prefix("same: ") {
            counts = same.to_owned();
        }
    })?;
    if n_jobs == 0 || counts.is_empty() {
        return Ok(Finding::failed("no frame was compared"));
    }
    let is_same = differences.is_empty();
    let tally = if is_same {
        Tally::PASSED
    } else {
        Tally::FAILED
    };
    let mut reasons = vec![format!("{counts}, of {n_jobs} tried")];
    reasons.extend(differences);
    Ok(Finding { tally, reasons })
}

/// Writes the frames and, a line each, what to do with them and what comes of it here; how many.
fn write_jobs(data: &Path, folder: &Path) -> Result<usize, XtaskError> {
    let create = |name: &str| {
        let path = folder.join(name);
        let file = File::create(&path).map_err(XtaskError::file(&path))?;
        Ok::<_, XtaskError>(BufWriter::new(file))
    };
    let (mut frames, mut index) = (create("frames.bin")?, create("index.jsonl")?);
    let failed = XtaskError::file(folder);
    let mut write = || {
        let (mut n_jobs, mut offset) = (0, 0);
        for path in files(data) {
            let name = path.strip_prefix(data).unwrap_or(&path).display();
            let Some((frame, jobs)) = fs::read(&path).ok().as_deref().and_then(jobs) else {
                continue;
            };
            for mut job in jobs {
                job["name"] = name.to_string().into();
                (job["offset"], job["length"]) = (offset.into(), frame.len().into());
                writeln!(index, "{job}")?;
                n_jobs += 1;
            }
            frames.write_all(&frame)?;
            offset += frame.len();
        }
        frames.flush()?;
        index.flush()?;
        Ok(n_jobs)
    };
    write().map_err(failed)
}

/// All files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    let each = paths.into_iter().flat_map(|path| match path.is_dir() {
        true => files(&path),
        false => vec![path],
    });
    each.collect()
}

/// The first frame of a compressed file, whole and at half its size where it has that.
fn jobs(file: &[u8]) -> Option<(Vec<u8>, Vec<Value>)> {
    let part10 = open(file).ok()?;
    if part10.n_frames == 0 || part10.transfer_syntax.is_native() {
        return None;
    }
    let descriptor = PixelDescriptor::new(&part10.descriptor).ok()?;
    let frame = frame_bytes(&part10, file, 0).ok()?.into_owned();
    let n_levels = levels(&descriptor, Some(&part10.transfer_syntax), &frame).unwrap_or(0);
    let jobs = (0..=n_levels.min(1)).map(|level| job(&part10, &descriptor, &frame, level));
    Some((frame.clone(), jobs.collect()))
}

fn job(part10: &Part10, descriptor: &PixelDescriptor, frame: &[u8], level: u8) -> Value {
    let work = Work::Decode {
        descriptor: WireDescriptor::from(descriptor),
        transfer_syntax: Some(part10.transfer_syntax.uid().to_owned()),
        level,
    };
    json!({ "work": work, "wanted": wanted(part10, descriptor, frame, level) })
}

/// What the worker must say of the frame; nothing where it is refused.
fn wanted(part10: &Part10, whole: &PixelDescriptor, frame: &[u8], level: u8) -> Option<Value> {
    let label = Some(&part10.transfer_syntax);
    let decoded = decode_reduced(whole, label, frame, level).ok()?;
    let is_lossy = decoded.is_lossy;
    let is_float = is_lossy && signature(frame) == Some(Codec::JpegXl);
    let smaller = reduced(whole, label, frame, level).ok()?;
    let raster = decoded.into_raster(&smaller).ok()?;
    let bytes = raster.samples.to_le_bytes();
    Some(json!({
        "near": is_float.then_some(&bytes),
        "rows": raster.rows,
        "columns": raster.columns,
        "is_rgb": raster.kind == RasterKind::Rgb,
        "dtype": raster.samples.dtype(),
        "is_lossy": is_lossy,
        "planes": WireFrame::wire_planes(&raster.planes),
        "sha256": sha256(&bytes),
    }))
}
