//! Copies as one ZIP archive with a directory, written from front to back: no more than one file is in memory.

use std::io::Write;

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::directory::{self, DirectoryKeys};
use super::pseudonyms::Pseudonyms;

/// A ZIP archive in the making.
pub struct Package<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    ids: std::vec::IntoIter<[String; 3]>,
}

impl<W: Write> Package<W> {
    /// Begins an archive with the file DICOMDIR over the copies that will come, in this order.
    ///
    /// # Errors
    /// As `target` has them.
    pub fn new(target: W, copies: &[DirectoryKeys], names: &Pseudonyms) -> std::io::Result<Self> {
        let ids = directory::file_ids(copies);
        let directory = directory::dicomdir(copies, &ids, names);
        let mut package = Self {
            zip: ZipWriter::new_stream(target),
            ids: ids.into_iter(),
        };
        package.put("DICOMDIR", &directory)?;
        Ok(package)
    }

    /// Adds the next copy.
    ///
    /// # Errors
    /// As the target has them; [`std::io::ErrorKind::InvalidInput`] for one more than were announced.
    pub fn add(&mut self, copy: &[u8]) -> std::io::Result<()> {
        let id = self.ids.next().ok_or(std::io::ErrorKind::InvalidInput)?;
        self.put(&id.join("/"), copy)
    }

    fn put(&mut self, path: &str, bytes: &[u8]) -> std::io::Result<()> {
        // Sizes are written behind each file: beyond 4 GiB they need the wide form, which old readers do not know.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .large_file(bytes.len() as u64 >= u64::from(u32::MAX));
        self.zip.start_file(path, options)?;
        self.zip.write_all(bytes)
    }

    /// Writes the list at the end; the target.
    ///
    /// # Errors
    /// As the target has them.
    pub fn finish(self) -> std::io::Result<W> {
        Ok(self.zip.finish()?.into_inner())
    }
}
