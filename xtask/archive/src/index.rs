//! The studies, series and instances of the archive, in memory and in the stable order of their UIDs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::{Map, Value};

use crate::layout::{Coding, Layout};
use crate::matching::first_text;

/// Attributes of an instance as DICOM JSON, keyed by `GGGGEEEE`.
pub(crate) type Attributes = Map<String, Value>;

/// Byte ranges (offset, length) of a file, one after another.
pub(crate) type Ranges = Vec<(u64, u64)>;

/// One stored instance.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) path: PathBuf,
    pub(crate) file_length: u64,
    pub(crate) has_preamble: bool,
    pub(crate) transfer_syntax: String,
    pub(crate) deflated: bool,
    pub(crate) coding: Coding,
    /// Where the data set starts; 0 in an inflated one.
    pub(crate) data_set_offset: u64,
    pub(crate) layout: Layout,
    /// Top-level attributes that can be searched: no bulk data, no long text.
    pub(crate) attributes: Attributes,
    /// Byte ranges of each encapsulated frame, found when first asked for.
    pub(crate) frame_ranges: OnceLock<Result<Vec<Ranges>, String>>,
}

impl Instance {
    /// First value of an attribute as text.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        first_text(self.attributes.get(key)?)
    }

    /// First value of an attribute as a count.
    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        self.text(key)?.trim().parse().ok()
    }

    pub(crate) fn sop_uid(&self) -> String {
        self.text("00080018").unwrap_or_default()
    }

    /// Reads a range of the file or, where it is deflated, of the inflated data set.
    pub(crate) fn read(&self, offset: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if self.deflated {
            let data_set = inflated(self)?;
            let rest = data_set.get(offset as usize..).unwrap_or_default();
            rest.take(length).read_to_end(&mut bytes)?;
        } else {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(offset))?;
            file.take(length).read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }

    /// A buffered reader over the file.
    pub(crate) fn open(&self) -> io::Result<BufReader<File>> {
        Ok(BufReader::new(File::open(&self.path)?))
    }
}

const MAX_INFLATED_BYTES: u64 = 1 << 30;

/// The data set of a deflated file (PS3.5 A.5); the last one is kept, since frames are asked for one after another.
fn inflated(instance: &Instance) -> io::Result<Arc<Vec<u8>>> {
    static LAST: Mutex<Option<(PathBuf, Arc<Vec<u8>>)>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((path, bytes)) = last.as_ref()
        && *path == instance.path
    {
        return Ok(Arc::clone(bytes));
    }
    let mut file = instance.open()?;
    file.seek(SeekFrom::Start(instance.data_set_offset))?;
    let bytes = Arc::new(inflate(file)?);
    *last = Some((instance.path.clone(), Arc::clone(&bytes)));
    Ok(bytes)
}

/// Inflates a raw deflate stream up to a gibibyte.
pub(crate) fn inflate(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    flate2::read::DeflateDecoder::new(source)
        .take(MAX_INFLATED_BYTES)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Instances by SOP Instance UID.
pub(crate) type Series = BTreeMap<String, Arc<Instance>>;
/// Series by Series Instance UID.
pub(crate) type Study = BTreeMap<String, Series>;

/// All studies by Study Instance UID, and the generated rows.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(crate) studies: BTreeMap<String, Study>,
    pub(crate) synthetic: Vec<Attributes>,
}

/// What became of an instance that was to be added.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Added {
    Stored,
    /// One with that SOP Instance UID is there already.
    Duplicate,
    /// One of the three UIDs is missing.
    NoUid,
}

impl Index {
    /// Adds an instance under its three UIDs; the first of two with one UID stays.
    pub(crate) fn add(&mut self, instance: Instance) -> Added {
        let uid = |key: &str| instance.text(key).filter(|uid| !uid.is_empty());
        let (Some(study), Some(series), Some(sop)) =
            (uid("0020000D"), uid("0020000E"), uid("00080018"))
        else {
            return Added::NoUid;
        };
        let series = self
            .studies
            .entry(study)
            .or_default()
            .entry(series)
            .or_default();
        if series.contains_key(&sop) {
            return Added::Duplicate;
        }
        series.insert(sop, Arc::new(instance));
        Added::Stored
    }

    /// One instance by its three UIDs.
    pub(crate) fn instance(&self, study: &str, series: &str, sop: &str) -> Option<Arc<Instance>> {
        self.studies.get(study)?.get(series)?.get(sop).cloned()
    }

    /// Instances of a study or of one of its series; nothing where there is no such.
    pub(crate) fn instances(
        &self,
        study: &str,
        series: Option<&str>,
    ) -> Option<Vec<Arc<Instance>>> {
        let study = self.studies.get(study)?;
        match series {
            Some(series) => Some(study.get(series)?.values().cloned().collect()),
            None => Some(study.values().flat_map(BTreeMap::values).cloned().collect()),
        }
    }
}
