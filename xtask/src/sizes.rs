//! What the site weighs: each file, and together those that the first picture waits for.

use std::path::Path;

use serde::Deserialize;

use crate::{error::XtaskError, process::Invocation};

/// Most bytes (brotli) that a first picture may wait for: one that is stored, and one that is JPEG. Both are above their
/// goals of 500,000 and 700,000; they may not grow unnoticed.
pub(crate) const STORED_BUDGET_BYTES: u64 = 600_000;
pub(crate) const JPEG_BUDGET_BYTES: u64 = 800_000;

/// The module that a stored picture does without.
const JPEG: &str = "module_jpeg";

/// Node has the compressors that web servers use, compiled: it does the weighing.
const PROGRAM: &str = "xtask/src/sizes.mjs";

/// Parts of names of files that the first picture of the WebGPU tier does without, stored or JPEG.
const LATER: [&str; 14] = [
    "service_worker",
    "files.json",
    "sbom",
    "login",
    "copies",
    "webgl",
    "module_lossless",
    "module_wavelet",
    "module_jxl",
    "module_files",
    "module_deidentify",
    ".map",
    ".d.ts",
    "locale",
];

/// One file of the site; sizes in bytes.
#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct Size {
    /// The path in the site, with `/`.
    pub(crate) name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Weighs every file of the site in `folder`.
pub(crate) fn weigh(folder: &Path) -> Result<Vec<Size>, XtaskError> {
    let command = Invocation::new("node").args([Path::new(PROGRAM), folder]);
    let answer = command.answer().unwrap_or_default();
    serde_json::from_str(&answer).map_err(|error| XtaskError::Content {
        path: folder.to_path_buf(),
        problem: format!("could not be weighed by node: {error}"),
    })
}

/// What the WebGPU tier loads before its first picture, stored and JPEG, in bytes compressed by brotli.
pub(crate) fn first_picture_bytes(sizes: &[Size]) -> [u64; 2] {
    let sum = |is_counted: fn(&&Size) -> bool| {
        let counted = first(sizes).filter(is_counted);
        counted.map(|size| size.brotli).sum()
    };
    [sum(|size| !size.name.contains(JPEG)), sum(|_| true)]
}

/// A table of `sizes` with the sum of what the first picture waits for.
pub(crate) fn table(sizes: &[Size]) -> String {
    let width = sizes.iter().map(|size| size.name.len()).max().unwrap_or(0);
    let width = width.max("first picture (JPEG)".len()) + 2;
    let row = |name: &str, cells: [String; 3]| {
        let [raw, gzip, brotli] = cells;
        format!("{name:width$}{raw:>12}{gzip:>12}{brotli:>12}\n")
    };
    let numbers = |sizes: [u64; 3]| sizes.map(|bytes| bytes.to_string());
    let mut text = row("bytes", ["raw", "gzip", "brotli"].map(str::to_owned));
    for size in sizes {
        let cells = numbers([size.raw, size.gzip, size.brotli]);
        text += &row(&size.name, cells);
    }
    let sums = first(sizes).fold([0; 3], |[raw, gzip, brotli], size| {
        [raw + size.raw, gzip + size.gzip, brotli + size.brotli]
    });
    text + &row("first picture (JPEG)", numbers(sums))
}

fn first(sizes: &[Size]) -> impl Iterator<Item = &Size> {
    let is_later = |size: &Size| LATER.iter().any(|part| size.name.contains(part));
    sizes.iter().filter(move |size| !is_later(size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(name: &str, brotli: u64) -> Size {
        Size {
            name: name.to_owned(),
            raw: 4 * brotli,
            gzip: 2 * brotli,
            brotli,
        }
    }

    #[test]
    fn the_first_picture_waits_neither_for_the_other_tier_nor_for_rare_codecs() {
        let sizes = [
            size("viewer_webgpu_bg.wasm", 10),
            size("viewer_webgl_bg.wasm", 1000),
            size("worker_bg.wasm", 5),
            size("module_jxl_bg.wasm", 2000),
            size("module_jpeg_bg.wasm", 4),
            size("shell/main.js", 1),
        ];
        assert_eq!(first_picture_bytes(&sizes), [16, 20]);
        let table = table(&sizes);
        let last = table.lines().last().unwrap();
        let sums: Vec<_> = last.split_whitespace().rev().take(3).collect();
        assert_eq!(sums, ["20", "40", "80"]);
    }

    #[test]
    fn node_weighs_a_folder() {
        if Invocation::line("node --version").answer().is_none() {
            println!("skipped: no node here");
            return;
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let sizes = weigh(&folder).unwrap();
        let own = sizes.iter().find(|size| size.name == "sizes.mjs").unwrap();
        assert_eq!(own.raw, include_str!("sizes.mjs").len() as u64);
        assert!(own.brotli < own.raw && own.gzip < own.raw);
    }
}
