//! The judges of `render`: pictures of `dcmj2pnm` (DCMTK) and of pydicom for the same frames.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use skiagraph_core::pixel::{modality_lut::ModalityLut, voi::Voi};
use skiagraph_dicom::{pixels::part10::Part10, transfer_syntax::TransferSyntax};

use super::Image;
use crate::{paths, process::Invocation};

/// Names of the judges.
pub(super) const DCMTK: &str = "dcmj2pnm";
pub(super) const PYDICOM: &str = "pydicom";

/// More pixels than any real file has; DCMTK takes gigabytes for a claim of as many.
const MAX_PIXELS: u64 = 1 << 28;

/// A picture of 8-bit samples.
#[derive(Debug, PartialEq)]
pub(super) struct Judged {
    pub(super) width_px: u32,
    pub(super) height_px: u32,
    /// Grey or R G B.
    pub(super) samples: Vec<u8>,
}

impl Judged {
    /// Samples a pixel: 1 or 3.
    pub(super) fn n_channels(&self) -> usize {
        self.samples.len() / (self.width_px as usize * self.height_px as usize).max(1)
    }
}

/// Whether DCMTK's programs are on the path.
pub(super) fn has_dcmtk() -> bool {
    Invocation::line("dcmj2pnm --version").answer().is_some()
}

/// DCMTK's picture of a frame (1-based) with overlay planes, and with the header's first window or VOI LUT; where it has
/// none, with the window that `image` makes up.
///
/// `None` where it has no picture, for functional groups, which it does not read, and for sizes that only a hostile file claims.
pub(super) fn dcmtk(
    path: &Path,
    frame: u32,
    part10: &Part10,
    image: &Result<Image, String>,
) -> Option<Judged> {
    let side = |side: Option<u32>| u64::from(side.unwrap_or(0));
    let n_pixels = side(part10.descriptor.rows) * side(part10.descriptor.columns);
    if part10.metadata_json.contains("\"52009229\"") || n_pixels > MAX_PIXELS {
        return None;
    }
    let program = match part10.transfer_syntax {
        TransferSyntax::JpegLsLossless | TransferSyntax::JpegLsNearLossless => "dcml2pnm",
        _ => "dcmj2pnm",
    };
    let voi = image.as_ref().map_or(Vec::new(), voi_options);
    let output = Command::new(program)
        .args(["--quiet", "+op", "+Omr", "+F", &frame.to_string()])
        .args(voi)
        .args([path, Path::new("/dev/stdout")])
        .output()
        .ok()?;
    let mut output = BufReader::new(&output.stdout[..]);
    let mut words = Vec::new();
    // Kind, columns and rows, largest value: one or more lines.
    while words.len() < 4 {
        let mut line = String::new();
        output.read_line(&mut line).ok().filter(|n| *n > 0)?;
        words.extend(line.split_whitespace().map(str::to_owned));
    }
    picture(&words[0], &words[1], &words[2], &mut output)
}

fn voi_options(image: &Image) -> Vec<String> {
    let Image { header, frame, .. } = image;
    if header.descriptor.samples_per_pixel != 1 || header.palette.is_some() {
        return Vec::new();
    }
    let words = match (frame.voi.first().map(|choice| &choice.voi), image.voi()) {
        (Some(Voi::Window(..)), _) => "+Wi 1".to_owned(),
        (Some(Voi::Table(_)), _) => "+Wl 1".to_owned(),
        // LINEAR at c + 0.5 and w + 1 is LINEAR_EXACT at c and w (C.11.2.1.2.1, C.11.2.1.3.2). In stored values, since DCMTK
        // rounds rescaled ones to whole numbers.
        (None, Voi::Window(window, _)) => match frame.modality_lut {
            ModalityLut::Rescale {
                slope, intercept, ..
            } if slope > 0.0 => {
                let center = (window.center - intercept) / slope;
                format!("-M +Ww {} {}", center + 0.5, window.width / slope + 1.0)
            }
            _ => format!("+Ww {} {}", window.center + 0.5, window.width + 1.0),
        },
        (None, Voi::Table(_)) => String::new(),
    };
    words.split_whitespace().map(str::to_owned).collect()
}

fn picture(kind: &str, columns: &str, rows: &str, samples: &mut impl Read) -> Option<Judged> {
    let (width_px, height_px): (u32, u32) = (columns.parse().ok()?, rows.parse().ok()?);
    let n_channels = match kind {
        "P5" => 1,
        "P6" => 3,
        _ => return None,
    };
    let mut judged = Judged {
        width_px,
        height_px,
        samples: vec![0; width_px as usize * height_px as usize * n_channels],
    };
    samples.read_exact(&mut judged.samples).ok()?;
    Some(judged)
}

/// pydicom, which answers one question after the other.
pub(super) struct Pydicom {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Pydicom {
    /// Starts it, where `cargo xtask test` has installed it.
    pub(super) fn start() -> Option<Self> {
        let python = paths::target().join("python/bin/python");
        let script: PathBuf = paths::root().join("xtask/src/render/pictures.py");
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let answers = BufReader::new(child.stdout.take()?);
        Some(Self { child, answers })
    }

    /// Its picture of a frame (1-based) without overlays, with the header's first window, VOI LUT or all values.
    ///
    /// `None` where it has none.
    pub(super) fn picture(&mut self, path: &Path, frame: u32) -> Option<Judged> {
        let input = self.child.stdin.as_mut().unwrap();
        writeln!(input, "{frame}\t{}", path.display()).unwrap();
        let mut head = String::new();
        self.answers.read_line(&mut head).unwrap();
        assert!(!head.is_empty(), "pydicom ended at {}", path.display());
        let mut words = head.split_whitespace();
        let (kind, columns, rows) = (words.next()?, words.next()?, words.next()?);
        picture(kind, columns, rows, &mut self.answers)
    }
}

impl Drop for Pydicom {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It ends with its input.
        let _ = self.child.wait();
    }
}
