//! Stored values of real files against the hashes that independent decoders gave them.

use std::{collections::BTreeMap, fs, path::PathBuf};

use sha2::{Digest, Sha256};
use skiagraph_core::pixel::{descriptor::PixelDescriptor, raster::RasterKind, samples::Samples};
use skiagraph_dicom::{
    dicomweb::metadata::parse_instances,
    pixels::{
        decode,
        part10::{Part10, frame_bytes, open},
    },
    transfer_syntax::TransferSyntax,
};

/// Files that rightly have another outcome here than in the manifest, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "dev/derived/malformed/deflate_bomb_64mib.dcm",
        "inflates a thousandfold: refused by the cap of 200",
    ),
    (
        "dev/derived/malformed/jpeg_sof_size_mismatch.dcm",
        "200 x 50 in a 100 x 100 frame: refused, never stretched",
    ),
    (
        "dev/derived/malformed/pixel_data_length_too_short.dcm",
        "half a frame: refused with expected and actual bytes",
    ),
];

/// Made to break readers: a clean error is a right answer, a wrong value is not.
const HOSTILE: &str = "dev/fuzz-corpus/";

pub(crate) fn data_folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    folder.join("manifest.csv").is_file().then_some(folder)
}

/// Rows of a CSV text by column name (RFC 4180).
pub(crate) fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut records = vec![vec![String::new()]];
    let mut is_quoted = false;
    for character in text.chars() {
        let record = records.last_mut().unwrap();
        match character {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => record.push(String::new()),
            '\n' if !is_quoted => records.push(vec![String::new()]),
            '\r' if !is_quoted => {}
            other => record.last_mut().unwrap().push(other),
        }
    }
    let mut records = records.into_iter();
    let names = records.next().unwrap();
    let is_full = |record: &Vec<String>| record.len() == names.len();
    records
        .filter(is_full)
        .map(|record| names.iter().cloned().zip(record).collect())
        .collect()
}

fn hex_sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

struct Picture {
    samples: Samples,
    is_lossy: bool,
    rgb_sha256: Option<String>,
}

fn first_frame(file: &[u8]) -> Result<Picture, String> {
    let part10 = open(file).map_err(|error| error.to_string())?;
    let descriptor = PixelDescriptor::new(&part10.descriptor).map_err(|error| error.to_string())?;
    let frame = frame_bytes(&part10, file, 0).map_err(|error| error.to_string())?;
    let decoded = decode(&descriptor, Some(&part10.transfer_syntax), &frame)
        .map_err(|error| error.to_string())?;
    let (samples, is_lossy) = (decoded.samples.clone(), decoded.is_lossy);
    let raster = decoded
        .into_raster(&descriptor)
        .map_err(|error| error.to_string())?;
    let rgb = match raster.kind {
        RasterKind::Rgb => Some(raster.samples.to_le_bytes()),
        RasterKind::Stored => through_palette(&part10, &raster.samples),
    };
    Ok(Picture {
        samples,
        is_lossy,
        rgb_sha256: rgb.as_deref().map(hex_sha256),
    })
}

/// PALETTE COLOR through the tables that the metadata parser finds in the file's own metadata.
fn through_palette(part10: &Part10, samples: &Samples) -> Option<Vec<u8>> {
    let (study, _) = parse_instances(part10.metadata_json.as_bytes()).ok()?;
    let palette = study
        .series
        .first()?
        .instances
        .first()?
        .image()?
        .palette
        .clone()?;
    let stored = (0..samples.len()).filter_map(|index| samples.get(index));
    Some(stored.flat_map(|value| palette.get(value as i32)).collect())
}

/// Exact for lossless; for lossy the hash of any reference decoder, or extremes and mean as near as decoders differ.
fn judge(picture: &Picture, row: &BTreeMap<String, String>) -> Result<(), String> {
    let bytes = picture.samples.to_le_bytes();
    let hash = hex_sha256(&bytes);
    if picture.samples.dtype() != row["raw_dtype"] {
        return Err(format!(
            "{} instead of {}",
            picture.samples.dtype(),
            row["raw_dtype"]
        ));
    }
    if hash == row["raw_sha256"] {
        return Ok(());
    }
    if !picture.is_lossy {
        return Err("another hash".to_owned());
    }
    if row["decoders"].contains(&format!("={}", &hash[..10])) {
        return Ok(());
    }
    let values: Vec<f64> = (0..picture.samples.len())
        .filter_map(|index| picture.samples.get(index))
        .collect();
    let ours = [
        values.iter().copied().fold(f64::INFINITY, f64::min),
        values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        values.iter().sum::<f64>() / values.len() as f64,
    ];
    let tolerance = if row["photometric"].contains("42") {
        8.0
    } else {
        2.0
    };
    let is_near = ["min", "max", "mean"].iter().zip(ours).all(|(name, ours)| {
        let theirs: f64 = row[*name].parse().unwrap_or(f64::NAN);
        (ours - theirs).abs() <= if *name == "mean" { 0.5 } else { tolerance }
    });
    if is_near {
        Ok(())
    } else {
        Err(format!("another hash; min, max, mean {ours:?}"))
    }
}

#[test]
fn every_native_rle_and_jpeg_file_has_the_stored_values_of_independent_decoders() {
    let Some(folder) = data_folder() else {
        println!("skipped: ../shared/data is not on this machine");
        return;
    };
    let manifest = fs::read_to_string(folder.join("manifest.csv")).unwrap();
    let mut tally: BTreeMap<String, (usize, usize, usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in rows(&manifest) {
        let syntax = TransferSyntax::from_uid(&row["ts_uid"]);
        let is_known = row["ts_uid"].is_empty() || syntax.is_decodable();
        if row["raw_sha256"].is_empty() || !row["error"].is_empty() || !is_known {
            continue;
        }
        let file = fs::read(folder.join(&row["path"])).unwrap();
        let picture = first_frame(&file);
        let verdict = picture
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|picture| judge(picture, &row));
        let is_exact = picture
            .as_ref()
            .is_ok_and(|p| hex_sha256(&p.samples.to_le_bytes()) == row["raw_sha256"]);
        let rgb = picture
            .as_ref()
            .ok()
            .and_then(|picture| picture.rgb_sha256.as_ref());
        let is_rgb_exact = rgb.is_some_and(|rgb| *rgb == row["rgb_sha256"]);
        // Wider colour is hashed wide in the manifest, while the viewer draws its upper 8 bits.
        if row["rgb_method"].ends_with("uint8") && !is_rgb_exact && is_exact {
            wrong.push(format!("{}: another RGB", row["path"]));
        }
        let is_refused = row["path"].starts_with(HOSTILE) && picture.is_err();
        let is_exception = is_refused || EXCEPTIONS.iter().any(|(path, _)| *path == row["path"]);
        let counts = tally.entry(row["ts_name"].clone()).or_default();
        counts.0 += 1;
        counts.1 += usize::from(is_exact);
        counts.2 += usize::from(verdict.is_ok());
        counts.3 += usize::from(is_exception);
        match (verdict, is_exception) {
            (Err(error), false) => wrong.push(format!("{}: {error}", row["path"])),
            (Ok(()), true) => wrong.push(format!("{}: no exception any more", row["path"])),
            _ => {}
        }
    }
    for (name, (tried, exact, right, exceptions)) in &tally {
        println!("{name}: {tried} tried, {exact} exact, {right} right, {exceptions} exceptions");
    }
    assert!(
        tally.values().map(|counts| counts.0).sum::<usize>() > 500,
        "the manifest was not read"
    );
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
