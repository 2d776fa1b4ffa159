//! DICOM JSON (PS3.18 F) to studies, series and instances; oddities are warnings, never a lost study.

use super::json;
use crate::attribute::DataSet;
use crate::attribute::tags::{MODALITY, SERIES_INSTANCE_UID, SOP_INSTANCE_UID, STUDY_INSTANCE_UID};
use crate::error::{Anomaly, MetadataError, Warning, Warnings};
use crate::instance;
use skiagraph_core::study::instance::Instance;
use skiagraph_core::study::study::{Series, Study};
use skiagraph_core::uid::{SeriesUid, SopInstanceUid, StudyUid};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

pub use crate::attribute::Tag;
pub use crate::instance::{BulkData, BulkRef};

/// Largest answer, 512 MiB.
pub const MAX_JSON_BYTES: usize = 512 << 20;

/// What the instances of an answer make up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedStudy {
    /// The study's words as its first instance tells them; `None` where no instance came or none names its study.
    pub study: Option<Study>,
    /// Series in order of arrival, each with its instances.
    pub series: Vec<Series>,
    /// Tables that the server keeps elsewhere; see [`Asked::bulk`].
    pub bulk: Vec<BulkRef>,
}

/// What the caller knows already.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The study that was asked for: instances of others are left out, and those that do not say belong to it
    /// (PS3.18 10.6.3 lets a server leave out what stands in the path).
    pub study: Option<StudyUid>,
    /// The series that was asked for: instances that do not say belong to it.
    pub series: Option<SeriesUid>,
    /// Bytes (little endian) of tables that were fetched, by [`BulkRef::uri`]: parse the same answer again with them.
    pub bulk: BulkData,
}

/// Reads WADO-RS metadata or a QIDO-RS search for instances: the instances of one study.
///
/// An empty body (204) and `[]` give no series. Instances of any study but the first are left out with a warning.
///
/// # Errors
/// [`MetadataError`] where the answer as a whole is no DICOM JSON.
pub fn parse_instances(json: &[u8]) -> Result<(ParsedStudy, Vec<Warning>), MetadataError> {
    parse_instances_with(json, &Asked::default())
}

/// As [`parse_instances`], with what the caller knows.
///
/// # Errors
/// As [`parse_instances`].
pub fn parse_instances_with(
    json: &[u8],
    asked: &Asked,
) -> Result<(ParsedStudy, Vec<Warning>), MetadataError> {
    let (studies, mut warnings) = collect(json, asked, false)?;
    let mut studies = studies.into_iter();
    let first = studies.next().unwrap_or_default();
    for instance in studies
        .flat_map(|other| other.series)
        .flat_map(|series| series.instances)
    {
        warnings.add(Anomaly::OtherStudy, Some(&instance.uid));
    }
    Ok((first, warnings.into_vec()))
}

/// Reads data sets of several studies, such as those of files that were opened together. A file that does not name its
/// study or series becomes one of its own, named by its SOP Instance UID.
///
/// # Errors
/// As [`parse_instances`].
pub fn parse_mixed_instances(
    json: &[u8],
) -> Result<(Vec<ParsedStudy>, Vec<Warning>), MetadataError> {
    let (studies, warnings) = collect(json, &Asked::default(), true)?;
    Ok((studies, warnings.into_vec()))
}

/// Reads a QIDO-RS search for studies; rows that repeat a study are dropped (paging may repeat them).
///
/// # Errors
/// As [`parse_instances`].
pub fn parse_studies(json: &[u8]) -> Result<(Vec<Study>, Vec<Warning>), MetadataError> {
    parse_rows(json, |data_set| {
        let uid = StudyUid::parse(&data_set.text(STUDY_INSTANCE_UID)).ok()?;
        Some((uid.clone(), instance::study(data_set, uid)))
    })
}

/// Reads a QIDO-RS search for series; `instances` stay empty.
///
/// # Errors
/// As [`parse_instances`].
pub fn parse_series(json: &[u8]) -> Result<(Vec<Series>, Vec<Warning>), MetadataError> {
    parse_rows(json, |data_set| {
        let uid = SeriesUid::parse(&data_set.text(SERIES_INSTANCE_UID)).ok()?;
        Some((uid.clone(), instance::series(data_set, uid)))
    })
}

fn parse_rows<U: std::hash::Hash + Eq, R>(
    json: &[u8],
    row: impl Fn(&DataSet<'_>) -> Option<(U, R)>,
) -> Result<(Vec<R>, Vec<Warning>), MetadataError> {
    struct Rows<U, R>(Vec<R>, HashSet<U>);
    let (rows, warnings) = read(
        json,
        || Rows(Vec::new(), HashSet::new()),
        |rows, data_set, warnings| match row(data_set) {
            Some((uid, row)) => {
                if rows.1.insert(uid) {
                    rows.0.push(row);
                }
            }
            None => warnings.add(Anomaly::NoUid, None),
        },
    )?;
    Ok((rows.0, warnings.into_vec()))
}

fn collect(
    json: &[u8],
    asked: &Asked,
    are_files: bool,
) -> Result<(Vec<ParsedStudy>, Warnings), MetadataError> {
    let (collection, warnings) = read(json, Collection::default, |all, data_set, warnings| {
        if let Some(uids) = Uids::of(data_set, asked, are_files, warnings) {
            all.add(data_set, uids, asked, warnings);
        }
    })?;
    Ok((collection.into_studies(), warnings))
}

/// Where an instance belongs.
struct Uids {
    study: Option<StudyUid>,
    series: SeriesUid,
    instance: SopInstanceUid,
}

impl Uids {
    /// As the data set tells them, else as the caller knows them; a file stands alone where nobody does.
    fn of(
        data_set: &DataSet<'_>,
        asked: &Asked,
        is_file: bool,
        warnings: &mut Warnings,
    ) -> Option<Self> {
        let Ok(instance) = SopInstanceUid::parse(&data_set.text(SOP_INSTANCE_UID)) else {
            warnings.add(Anomaly::NoUid, None);
            return None;
        };
        let mut study = StudyUid::parse(&data_set.text(STUDY_INSTANCE_UID))
            .ok()
            .or_else(|| asked.study.clone());
        let mut series = SeriesUid::parse(&data_set.text(SERIES_INSTANCE_UID))
            .ok()
            .or_else(|| asked.series.clone());
        if is_file && (study.is_none() || series.is_none()) {
            warnings.add(Anomaly::NoGroup, Some(&instance));
            study = study.or_else(|| StudyUid::parse(instance.as_str()).ok());
            series = series.or_else(|| SeriesUid::parse(instance.as_str()).ok());
        }
        let anomaly = if asked.study.is_some() && study != asked.study {
            Anomaly::OtherStudy
        } else if let Some(series) = series {
            return Some(Self {
                study,
                series,
                instance,
            });
        } else {
            Anomaly::NoUid
        };
        warnings.add(anomaly, Some(&instance));
        None
    }
}

/// Instances on their way into series and studies, found by their UIDs.
#[derive(Default)]
struct Collection {
    studies: Vec<ParsedStudy>,
    study_index: HashMap<Option<StudyUid>, usize>,
    series_index: HashMap<(usize, SeriesUid), usize>,
    seen: HashMap<SopInstanceUid, (usize, usize, usize)>,
    conflicts: HashSet<SopInstanceUid>,
}

impl Collection {
    fn add(&mut self, data_set: &DataSet<'_>, uids: Uids, asked: &Asked, warnings: &mut Warnings) {
        let study_at = self.study(data_set, uids.study);
        let series_at = self.series(data_set, study_at, uids.series);
        let study = &mut self.studies[study_at];
        let instance = instance::read(
            data_set,
            uids.instance,
            &asked.bulk,
            &mut study.bulk,
            warnings,
        );
        let instances = &mut study.series[series_at].instances;
        match self.seen.get(&instance.uid) {
            None => {
                self.seen
                    .insert(instance.uid.clone(), (study_at, series_at, instances.len()));
                instances.push(instance);
            }
            Some(&(study_at, series_at, at)) => {
                self.repeat(instance, study_at, series_at, at, warnings)
            }
        }
    }

    /// The same instance twice is one; two under one UID are none (fault 29).
    fn repeat(
        &mut self,
        again: Instance,
        study_at: usize,
        series_at: usize,
        at: usize,
        warnings: &mut Warnings,
    ) {
        if self.studies[study_at].series[series_at].instances[at] != again {
            warnings.add(Anomaly::Conflict, Some(&again.uid));
            self.conflicts.insert(again.uid);
        }
    }

    fn study(&mut self, data_set: &DataSet<'_>, uid: Option<StudyUid>) -> usize {
        if let Some(&at) = self.study_index.get(&uid) {
            return at;
        }
        let study = uid.clone().map(|uid| instance::study(data_set, uid));
        self.studies.push(ParsedStudy {
            study,
            ..ParsedStudy::default()
        });
        self.study_index.insert(uid, self.studies.len() - 1);
        self.studies.len() - 1
    }

    fn series(&mut self, data_set: &DataSet<'_>, study_at: usize, uid: SeriesUid) -> usize {
        let ParsedStudy { study, series, .. } = &mut self.studies[study_at];
        let at = *self
            .series_index
            .entry((study_at, uid.clone()))
            .or_insert_with(|| {
                series.push(instance::series(data_set, uid));
                series.len() - 1
            });
        let modality = data_set.text(MODALITY);
        if let Some(study) = study
            && !modality.is_empty()
            && !study.modalities.contains(&modality)
        {
            study.modalities.push(modality);
        }
        at
    }

    fn into_studies(mut self) -> Vec<ParsedStudy> {
        if !self.conflicts.is_empty() {
            for series in self.studies.iter_mut().flat_map(|study| &mut study.series) {
                series
                    .instances
                    .retain(|instance| !self.conflicts.contains(&instance.uid));
            }
        }
        self.studies
    }
}

/// Reads an answer into what `empty` makes, data set by data set; a second time, tolerantly, where it has to be.
fn read<T>(
    json: &[u8],
    empty: impl Fn() -> T,
    mut each: impl FnMut(&mut T, &DataSet<'_>, &mut Warnings),
) -> Result<(T, Warnings), MetadataError> {
    if json.len() > MAX_JSON_BYTES {
        return Err(MetadataError::TooLarge {
            n_bytes: json.len(),
        });
    }
    // Checked first: replacing is several times slower than checking, and almost never needed.
    let text =
        std::str::from_utf8(json).map_or_else(|_| String::from_utf8_lossy(json), Cow::Borrowed);
    let body = text
        .trim_start_matches('\u{FEFF}')
        .trim_matches([' ', '\t', '\r', '\n', '\0']);
    if body.is_empty() {
        return Ok((empty(), Warnings::default()));
    }
    let mut attempt =
        |is_tolerant: bool| -> serde_json::Result<Result<(T, Warnings), MetadataError>> {
            let (mut all, mut warnings) = (empty(), Warnings::default());
            let (mut n_entries, mut n_foreign) = (0_usize, 0_usize);
            if matches!(text, Cow::Owned(_)) {
                warnings.add(Anomaly::NotUtf8, None);
            }
            json::read(body, is_tolerant, |data_set| {
                n_entries += 1;
                if data_set.is_foreign {
                    n_foreign += 1;
                    return warnings.add(Anomaly::NoUid, None);
                }
                if is_tolerant {
                    data_set
                        .broken_tags()
                        .into_iter()
                        .for_each(|tag| warnings.add(Anomaly::BrokenElement(tag), None));
                }
                each(&mut all, &data_set, &mut warnings);
            })?;
            let is_error = n_foreign > 0 && n_foreign == n_entries;
            Ok(if is_error {
                Err(MetadataError::ErrorAnswer)
            } else {
                Ok((all, warnings))
            })
        };
    match attempt(false) {
        Ok(outcome) => outcome,
        Err(error) if error.is_eof() => Err(truncated_or_not_json(body)),
        Err(_) => attempt(true).unwrap_or_else(|error| {
            Err(if error.is_eof() {
                truncated_or_not_json(body)
            } else {
                not_json(body)
            })
        }),
    }
}

/// An answer that ends too early was JSON at least at its beginning.
fn truncated_or_not_json(body: &str) -> MetadataError {
    if body.starts_with(['[', '{']) {
        MetadataError::Truncated
    } else {
        not_json(body)
    }
}

fn not_json(body: &str) -> MetadataError {
    let head: String = body
        .chars()
        .take(1024)
        .collect::<String>()
        .to_ascii_lowercase();
    let looks_like_html =
        head.starts_with('<') && (head.contains("<!doctype html") || head.contains("<html"));
    MetadataError::NotJson { looks_like_html }
}
