//! Reads the headers of a folder's files into the index, on a few threads since a folder may hold thousands.

use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use dicom_core::Tag;
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::entries;

use crate::index::{Added, Index, Instance, inflate};
use crate::json;
use crate::layout::{Coding, read_layout, read_meta};

const IMPLICIT_LITTLE: Coding = Coding {
    explicit: false,
    big_endian: false,
};
const THREADS: usize = 2;
const STACK_BYTES: usize = 16 << 20;
const REPORT_EVERY: usize = 250;
const DEFLATED: [&str; 3] = [
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.4.95",
    "1.2.840.10008.1.2.4.205",
];
const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";
const IMPLICIT: &str = "1.2.840.10008.1.2";

/// Fills an index from a folder; a file that is not DICOM is counted and left out.
pub(crate) fn scan(folder: &Path, progress: &mut dyn FnMut(&str)) -> io::Result<Index> {
    let started = Instant::now();
    let mut paths = Vec::new();
    list(folder, &mut paths)?;
    paths.sort();
    let mut index = Index::default();
    let (mut left_out, mut duplicates) = (0, 0);
    for instance in read_all(&paths, progress) {
        match instance.map(|instance| index.add(instance)) {
            Some(Added::Stored) => {}
            Some(Added::Duplicate) => duplicates += 1,
            Some(Added::NoUid) | None => left_out += 1,
        }
    }
    progress(&format!(
        "{} files in {:.1} s: {} studies, {} left out as not DICOM, {} duplicates",
        paths.len(),
        started.elapsed().as_secs_f64(),
        index.studies.len(),
        left_out,
        duplicates
    ));
    Ok(index)
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            list(&entry.path(), paths)?;
        } else if kind.is_file() {
            paths.push(entry.path());
        }
    }
    Ok(())
}

/// Reads all files, in the order of their paths.
fn read_all(paths: &[PathBuf], progress: &mut dyn FnMut(&str)) -> Vec<Option<Instance>> {
    let next = AtomicUsize::new(0);
    let mut found: Vec<Option<Instance>> = Vec::new();
    found.resize_with(paths.len(), || None);
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..THREADS {
            let (sender, next) = (sender.clone(), &next);
            let work = move || {
                while let Some((at, path)) = take(next, paths) {
                    let _ = sender.send((at, read_instance(path).ok()));
                }
            };
            let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
            let _ = builder.spawn_scoped(scope, work);
        }
        drop(sender);
        for (count, (at, instance)) in receiver.iter().enumerate() {
            if let Some(slot) = found.get_mut(at) {
                *slot = instance;
            }
            if (count + 1) % REPORT_EVERY == 0 {
                progress(&format!("{} of {} files read", count + 1, paths.len()));
            }
        }
    });
    found
}

fn take<'a>(next: &AtomicUsize, paths: &'a [PathBuf]) -> Option<(usize, &'a PathBuf)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    paths.get(at).map(|path| (at, path))
}

/// Reads one file's header; an error where it is not a DICOM file.
pub(crate) fn read_instance(path: &Path) -> io::Result<Instance> {
    let file_length = fs::metadata(path)?.len();
    let mut file = BufReader::new(File::open(path)?);
    let meta = read_meta(&mut file, file_length)?;
    let deflated = DEFLATED.contains(&meta.transfer_syntax.as_str());
    let coding = Coding {
        explicit: meta.transfer_syntax != IMPLICIT,
        big_endian: meta.transfer_syntax == BIG_ENDIAN,
    };
    let layout = if deflated {
        file.seek(SeekFrom::Start(meta.data_set_offset))?;
        let bytes = inflate(&mut file)?;
        let end = bytes.len() as u64;
        read_layout(&mut Cursor::new(bytes), 0, end, coding)?
    } else {
        read_layout(&mut file, meta.data_set_offset, file_length, coding)?
    };
    let mut instance = Instance {
        path: path.to_owned(),
        file_length,
        has_preamble: meta.has_preamble,
        transfer_syntax: meta.transfer_syntax,
        deflated,
        coding,
        data_set_offset: meta.data_set_offset,
        layout,
        attributes: json::Attributes::new(),
        frame_ranges: OnceLock::new(),
    };
    instance.attributes = json::searchable(&read_header(&instance)?);
    Ok(instance)
}

/// The elements before the pixel data.
pub(crate) fn read_header(instance: &Instance) -> io::Result<InMemDicomObject> {
    let start = if instance.deflated {
        0
    } else {
        instance.data_set_offset
    };
    let length = instance.layout.header_end.saturating_sub(start);
    let mut bytes = instance.read(start, length)?;
    let mut apart = Vec::new();
    for (from, to) in instance.layout.unknown_sequences.iter().rev() {
        let (from, to) = ((from - start) as usize, (to - start) as usize);
        if to <= bytes.len() {
            apart.push(bytes.drain(from..to).collect::<Vec<u8>>());
        }
    }
    let mut header = parse(&bytes, instance.coding)?;
    for mut element in apart.into_iter().filter(|_| !instance.coding.big_endian) {
        // The implicit form has no VR between the tag and the length.
        element.drain(4..8);
        for element in parse(&element, IMPLICIT_LITTLE)? {
            header.put(element);
        }
    }
    header.remove_element(Tag(0x7FE0, 0x0010));
    Ok(header)
}

fn parse(bytes: &[u8], coding: Coding) -> io::Result<InMemDicomObject> {
    let syntax = match coding {
        Coding {
            explicit: false, ..
        } => entries::IMPLICIT_VR_LITTLE_ENDIAN.erased(),
        Coding {
            big_endian: true, ..
        } => entries::EXPLICIT_VR_BIG_ENDIAN.erased(),
        _ => entries::EXPLICIT_VR_LITTLE_ENDIAN.erased(),
    };
    // A parser that gives up on a file must not take the archive with it.
    let read = || InMemDicomObject::read_dataset_with_ts(bytes, &syntax);
    let parsed = catch_unwind(AssertUnwindSafe(read));
    let invalid = || io::Error::from(io::ErrorKind::InvalidData);
    parsed.map_err(|_| invalid())?.map_err(|_| invalid())
}
