//! ZIP archives: unpacked file by file into blobs, so that no more than one file is in the worker's memory.

use crate::failed::{Failed, sentence};
use crate::file::to_blob;
use js_sys::Uint8Array;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use std::io::{self, Read, Seek, SeekFrom};
use web_sys::{Blob, FileReaderSync};
use zip::{CompressionMethod, ZipArchive};

/// Bytes out for one byte in, at most (standards 4.9).
const MAX_RATIO: u64 = 200;
/// Below this no ratio is checked.
const ALWAYS_ALLOWED_BYTES: u64 = 1 << 20;
/// Bytes of all files together, at most.
const MAX_UNPACKED_BYTES: u64 = 2 << 30;
/// Most files.
const MAX_FILES: usize = 50_000;
/// Bytes read from the blob at once.
const STEP: u64 = 1 << 20;

/// Names and contents of the files, and a sentence for each that was left out.
pub(crate) fn unzip(blob: Blob) -> Result<(Vec<String>, Vec<Blob>, Vec<String>), Failed> {
    let reader = BlobReader::new(blob)?;
    let mut zip =
        ZipArchive::new(reader).map_err(|_| Failed::data(&"the zip archive is damaged"))?;
    if zip.len() > MAX_FILES {
        return Err(Failed::data(&format!(
            "the zip archive holds more than {MAX_FILES} files"
        )));
    }
    let (mut names, mut blobs, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let mut n_left = MAX_UNPACKED_BYTES;
    for index in 0..zip.len() {
        match unpack(&mut zip, index, n_left)? {
            Entry::Skipped => {}
            Entry::Refused(words) => refused.push(sentence(&words)),
            Entry::File(name, bytes) => {
                n_left = n_left.saturating_sub(bytes.len() as u64);
                names.push(name);
                blobs.push(to_blob(&bytes)?);
            }
        }
    }
    Ok((names, blobs, refused))
}

enum Entry {
    /// A folder, or what a file system left.
    Skipped,
    Refused(String),
    File(String, Vec<u8>),
}

fn unpack(zip: &mut ZipArchive<BlobReader>, index: usize, n_left: u64) -> Result<Entry, Failed> {
    let refuse = |words: &str| Ok(Entry::Refused(format!("a file of the zip archive {words}")));
    let Ok(mut entry) = zip.by_index_raw(index) else {
        return refuse("is damaged");
    };
    let path = entry
        .name()
        .map(|path| path.into_owned())
        .unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let is_hidden = name.starts_with('.') || path.contains("__MACOSX/");
    if entry.is_dir() || is_hidden || name.is_empty() {
        return Ok(Entry::Skipped);
    }
    if entry.encrypted() {
        return refuse("is encrypted");
    }
    let (method, checksum, n_packed) =
        (entry.compression(), entry.crc32(), entry.compressed_size());
    let mut packed = Vec::new();
    if n_packed > n_left || entry.read_to_end(&mut packed).is_err() {
        return refuse("is damaged or too large");
    }
    let limit = n_packed
        .saturating_mul(MAX_RATIO)
        .max(ALWAYS_ALLOWED_BYTES)
        .min(n_left);
    let bytes = match method {
        CompressionMethod::STORE => packed,
        CompressionMethod::DEFLATE => match decompress_to_vec_with_limit(&packed, limit as usize) {
            Ok(bytes) => bytes,
            Err(error) if error.status == TINFLStatus::HasMoreOutput => {
                return Err(Failed::data(
                    &"the zip archive unpacks to more than this viewer opens",
                ));
            }
            Err(_) => return refuse("is damaged"),
        },
        _ => return refuse("is packed in a way that this viewer does not know"),
    };
    if crc32fast::hash(&bytes) != checksum {
        return refuse("is damaged");
    }
    Ok(Entry::File(name, bytes))
}

/// A blob as a file, read piece by piece; only workers can wait for it.
struct BlobReader {
    blob: Blob,
    reader: FileReaderSync,
    size: u64,
    position: u64,
    /// The piece that was read last, and where it begins.
    piece: (u64, Vec<u8>),
}

impl BlobReader {
    fn new(blob: Blob) -> Result<Self, Failed> {
        let reader = FileReaderSync::new().map_err(|_| Failed::unreadable_file())?;
        Ok(Self {
            size: blob.size() as u64,
            blob,
            reader,
            position: 0,
            piece: (0, Vec::new()),
        })
    }

    fn fill(&mut self) -> io::Result<()> {
        let end = self.position.saturating_add(STEP).min(self.size);
        let gone = |_| io::Error::from(io::ErrorKind::NotFound);
        let slice = self
            .blob
            .slice_with_f64_and_f64(self.position as f64, end as f64)
            .map_err(gone)?;
        let buffer = self.reader.read_as_array_buffer(&slice).map_err(gone)?;
        self.piece = (self.position, Uint8Array::new(&buffer).to_vec());
        Ok(())
    }

    fn held(&self) -> &[u8] {
        let from = self
            .position
            .checked_sub(self.piece.0)
            .and_then(|from| usize::try_from(from).ok());
        from.and_then(|from| self.piece.1.get(from..))
            .unwrap_or_default()
    }
}

impl Read for BlobReader {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.size || target.is_empty() {
            return Ok(0);
        }
        if self.held().is_empty() {
            self.fill()?;
        }
        let n = self.held().read(target)?;
        self.position += n as u64;
        Ok(n)
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
