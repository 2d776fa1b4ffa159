//! `digest`: the hash of the stored values of every frame of every file, one JSON line each.

use std::{fmt::Write as _, fs, path::PathBuf, sync::Arc};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use skiagraph_core::pixel::{
    descriptor::PixelDescriptor,
    palette::Palette,
    raster::{Raster, RasterKind},
};
use skiagraph_dicom::{
    dicomweb::metadata::parse_instances,
    pixels::{
        decode,
        part10::{Part10, frame_bytes, open},
    },
};

use crate::error::XtaskError;

/// Prints the digests of all frames of `files`; a file or frame that fails has a line with its error.
pub(crate) fn run(files: &[PathBuf]) -> Result<(), XtaskError> {
    for path in files {
        let name = path.display().to_string();
        match fs::read(path) {
            Ok(file) => each_line(&name, &file, &mut |line| println!("{line}")),
            Err(error) => println!("{}", json!({ "file": name, "error": error.to_string() })),
        }
    }
    Ok(())
}

/// Gives one line a frame to `print`, frames counted from zero.
fn each_line(name: &str, file: &[u8], print: &mut dyn FnMut(Value)) {
    let opened = open(file)
        .map_err(|error| error.to_string())
        .and_then(|part10| {
            let descriptor = PixelDescriptor::new(&part10.descriptor);
            match part10.n_frames {
                0 => Err("the file holds no pixel data".to_owned()),
                _ => descriptor
                    .map(|descriptor| (part10, descriptor))
                    .map_err(|error| error.to_string()),
            }
        });
    match opened {
        Ok((part10, descriptor)) => {
            for index in 0..part10.n_frames {
                let line = frame_line(name, file, &part10, &descriptor, index);
                print(line.unwrap_or_else(
                    |error| json!({ "file": name, "frame": index, "error": error }),
                ));
            }
        }
        Err(error) => print(json!({ "file": name, "error": error })),
    }
}

/// The digest of one frame: stored values as decoded, before any table and colour transform, little endian.
fn frame_line(
    name: &str,
    file: &[u8],
    part10: &Part10,
    descriptor: &PixelDescriptor,
    index: u32,
) -> Result<Value, String> {
    let frame = frame_bytes(part10, file, index).map_err(|error| error.to_string())?;
    let decoded = decode(descriptor, Some(&part10.transfer_syntax), &frame)
        .map_err(|error| error.to_string())?;
    let mut line = json!({
        "file": name,
        "frame": index,
        "transfer_syntax": part10.transfer_syntax.uid(),
        "rows": descriptor.rows,
        "columns": descriptor.columns,
        "samples": descriptor.samples_per_pixel,
        "dtype": decoded.samples.dtype(),
        "sha256": sha256(&decoded.samples.to_le_bytes()),
    });
    let raster = decoded
        .into_raster(descriptor)
        .map_err(|error| error.to_string())?;
    if let Some(rgb) = rgb(&raster, part10) {
        line["rgb_sha256"] = sha256(&rgb).into();
    }
    Ok(line)
}

/// RGB8 of a colour frame; `None` for grey.
fn rgb(raster: &Raster, part10: &Part10) -> Option<Vec<u8>> {
    if raster.kind == RasterKind::Rgb {
        return Some(raster.samples.to_le_bytes());
    }
    let palette = palette(part10)?;
    let stored = (0..raster.samples.len()).filter_map(|index| raster.samples.get(index));
    Some(stored.flat_map(|value| palette.get(value as i32)).collect())
}

/// The tables of a PALETTE COLOR image, read as the viewer reads them.
fn palette(part10: &Part10) -> Option<Arc<Palette>> {
    let (study, _) = parse_instances(part10.metadata_json.as_bytes()).ok()?;
    let instances = study.series.first().map(|series| &series.instances)?;
    instances.first()?.image()?.palette.clone()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An explicit little-endian data set of 1 x 2 pixels in two frames, as the standard writes it (PS3.5 7.1.2).
    fn two_frames() -> Vec<u8> {
        let word = |element: u16, value: u16| {
            [
                &[0x28, 0x00],
                element.to_le_bytes().as_slice(),
                b"US",
                &[2, 0],
                &value.to_le_bytes(),
            ]
            .concat()
        };
        [
            [&[0x28, 0, 0x02, 0], b"US".as_slice(), &[2, 0, 1, 0]].concat(),
            [
                &[0x28, 0, 0x04, 0],
                b"CS".as_slice(),
                &[12, 0],
                b"MONOCHROME2 ",
            ]
            .concat(),
            [&[0x28, 0, 0x08, 0], b"IS".as_slice(), &[2, 0], b"2 "].concat(),
            word(0x0010, 1),
            word(0x0011, 2),
            word(0x0100, 8),
            [
                &[0xE0, 0x7F, 0x10, 0],
                b"OB".as_slice(),
                &[0, 0, 4, 0, 0, 0],
                b"abcd",
            ]
            .concat(),
        ]
        .concat()
    }

    fn lines(file: &[u8]) -> Vec<Value> {
        let mut lines = Vec::new();
        each_line("a.dcm", file, &mut |line| lines.push(line));
        lines
    }

    #[test]
    fn every_frame_has_a_line_with_the_hash_of_its_stored_values() {
        let lines = lines(&two_frames());
        assert_eq!(lines.len(), 2);
        // What `printf ab | sha256sum` prints.
        let wanted = json!({
            "file": "a.dcm", "frame": 0, "transfer_syntax": "1.2.840.10008.1.2.1",
            "rows": 1, "columns": 2, "samples": 1, "dtype": "uint8",
            "sha256": "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603",
        });
        assert_eq!(lines[0], wanted);
        assert_eq!(lines[1]["frame"], 1);
    }

    #[test]
    fn a_file_of_another_kind_has_one_line_with_its_error() {
        assert_eq!(
            lines(b"%PDF-1.7 ..."),
            [json!({ "file": "a.dcm", "error": "this is not a dicom file" })]
        );
    }

    #[test]
    fn a_short_frame_has_a_line_with_its_error_and_the_others_their_hashes() {
        let mut file = two_frames();
        file.truncate(file.len() - 1);
        let lines = lines(&file);
        assert!(lines[0]["sha256"].is_string());
        assert_eq!(
            lines[1],
            json!({ "file": "a.dcm", "frame": 1, "error": "the frame has 1 bytes and needs 2" })
        );
    }
}
