//! What to ask an archive for: paths and headers of QIDO-RS and WADO-RS (PS3.18 10) as values; nothing is sent here.

use crate::attribute::Tag;
use crate::attribute::tags::*;
use skiagraph_core::uid::{FrameIndex, SeriesUid, SopInstanceUid, StudyUid};

pub use super::search_line::{Date, parse_search_line};

/// Answers of searches and metadata.
const DICOM_JSON: &str = "application/dicom+json";

/// Instances as they are stored.
const STORED_FILES: &str = r#"multipart/related; type="application/dicom"; transfer-syntax=*"#;

/// A GET request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Absolute URL, or a path where the root is one.
    pub url: String,
    /// Value of the Accept header: always one media range, since some servers refuse lists.
    pub accept: &'static str,
}

/// How frames are asked for; the next rung is taken where a server refuses or nobody can decode what came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rung {
    /// As they are stored, in any transfer syntax.
    #[default]
    Stored,
    /// Without a transfer syntax: Explicit VR Little Endian by default (PS3.18 8.7.3.5.2).
    Uncompressed,
}

impl Rung {
    /// Value of the Accept header for frames.
    pub fn accept(self) -> &'static str {
        match self {
            Self::Stored => {
                r#"multipart/related; type="application/octet-stream"; transfer-syntax=*"#
            }
            Self::Uncompressed => r#"multipart/related; type="application/octet-stream""#,
        }
    }

    /// What to try next.
    pub fn next(self) -> Option<Self> {
        (self == Self::Stored).then_some(Self::Uncompressed)
    }
}

/// A search of the study list; empty fields are not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StudyQuery {
    /// Patient's Name (0010,0010) or parts of it: matched anywhere, words in this order.
    pub patient_name: String,
    /// Patient ID (0010,0020), `*` and `?` are wildcards.
    pub patient_id: String,
    /// Accession Number (0008,0050), `*` and `?` are wildcards.
    pub accession: String,
    /// Study Description (0008,1030), matched anywhere.
    pub description: String,
    /// Modalities in Study (0008,0061).
    pub modality: String,
    /// First Study Date, `YYYYMMDD`.
    pub from: String,
    /// Last Study Date, `YYYYMMDD`.
    pub to: String,
    /// Ask the server to match names loosely (PS3.18 8.3.4.2) in place of wildcards; many do not.
    pub is_fuzzy: bool,
    /// Most rows of the answer.
    pub limit: Option<u32>,
    /// Rows to skip.
    pub offset: u32,
}

/// Root of an archive's DICOMweb services: a path of this host, or an absolute URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    root: String,
}

impl Source {
    /// Takes the root with or without a slash at its end.
    pub fn new(root: &str) -> Self {
        Self {
            root: root.trim().trim_end_matches('/').to_owned(),
        }
    }

    /// The root, without a slash at its end.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// QIDO-RS search for studies.
    pub fn studies(&self, query: &StudyQuery) -> Request {
        let words: Vec<&str> = query
            .patient_name
            .split([' ', '^', ','])
            .filter(|word| !word.is_empty())
            .collect();
        let name = if query.is_fuzzy {
            words.join(" ")
        } else {
            anywhere(&words.join("*"))
        };
        let mut parameters = Parameters::default();
        parameters.add("PatientName", &name);
        parameters.add(
            "fuzzymatching",
            if query.is_fuzzy && !name.is_empty() {
                "true"
            } else {
                ""
            },
        );
        parameters.add("PatientID", query.patient_id.trim());
        parameters.add("AccessionNumber", query.accession.trim());
        parameters.add("StudyDescription", &anywhere(query.description.trim()));
        parameters.add("ModalitiesInStudy", query.modality.trim());
        parameters.add("StudyDate", &date_range(&query.from, &query.to));
        parameters.include(STUDY_FIELDS);
        if let Some(limit) = query.limit {
            parameters.add("limit", &limit.to_string());
        }
        if query.offset > 0 {
            parameters.add("offset", &query.offset.to_string());
        }
        self.search("/studies", parameters)
    }

    /// QIDO-RS search for one study: its words, and whether it exists.
    pub fn study(&self, study: &StudyUid) -> Request {
        let mut parameters = Parameters::default();
        parameters.add("StudyInstanceUID", study.as_str());
        parameters.include(STUDY_FIELDS);
        self.search("/studies", parameters)
    }

    /// QIDO-RS search for the series of a study.
    pub fn series(&self, study: &StudyUid) -> Request {
        let mut parameters = Parameters::default();
        parameters.include(SERIES_FIELDS);
        self.search(&format!("/studies/{study}/series"), parameters)
    }

    /// QIDO-RS search for any one instance of a series, with what is needed to draw it.
    pub fn first_instance(&self, study: &StudyUid, series: &SeriesUid) -> Request {
        let mut parameters = Parameters::default();
        parameters.include(DRAWING_FIELDS);
        parameters.add("limit", "1");
        self.search(
            &format!("/studies/{study}/series/{series}/instances"),
            parameters,
        )
    }

    /// WADO-RS metadata of an instance.
    pub fn instance_metadata(
        &self,
        study: &StudyUid,
        series: &SeriesUid,
        instance: &SopInstanceUid,
    ) -> Request {
        self.get(
            &format!("/studies/{study}/series/{series}/instances/{instance}/metadata"),
            DICOM_JSON,
        )
    }

    /// WADO-RS metadata of a series.
    pub fn series_metadata(&self, study: &StudyUid, series: &SeriesUid) -> Request {
        self.get(
            &format!("/studies/{study}/series/{series}/metadata"),
            DICOM_JSON,
        )
    }

    /// WADO-RS frames; the answer's parts come in any order, see [`super::multipart::frame_number`].
    pub fn frames(
        &self,
        study: &StudyUid,
        series: &SeriesUid,
        instance: &SopInstanceUid,
        frames: &[FrameIndex],
        rung: Rung,
    ) -> Request {
        let numbers: Vec<String> = frames
            .iter()
            .map(|frame| frame.number().to_string())
            .collect();
        let path = format!(
            "/studies/{study}/series/{series}/instances/{instance}/frames/{}",
            numbers.join(",")
        );
        self.get(&path, rung.accept())
    }

    /// WADO-RS instance as a file (`application/dicom`), as it is stored. Asked for as a multipart answer, since some
    /// servers refuse the single part that PS3.18 allows; a single part is understood too.
    pub fn instance(
        &self,
        study: &StudyUid,
        series: &SeriesUid,
        instance: &SopInstanceUid,
    ) -> Request {
        self.get(
            &format!("/studies/{study}/series/{series}/instances/{instance}"),
            STORED_FILES,
        )
    }

    /// WADO-RS series as files, as they are stored, in one answer (PS3.18 10.4.1.1.3).
    pub fn series_files(&self, study: &StudyUid, series: &SeriesUid) -> Request {
        self.get(&format!("/studies/{study}/series/{series}"), STORED_FILES)
    }

    /// A BulkDataURI put under this root, since servers write their own idea of their host; `None` where it is none of
    /// this archive's studies, or could lead elsewhere.
    pub fn bulk(&self, uri: &str) -> Option<Request> {
        let path = &uri[uri.find("/studies/")?..];
        let is_plain = path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte));
        let is_down = path
            .split('/')
            .skip(1)
            .all(|piece| !matches!(piece, "" | "." | ".."));
        (is_plain && is_down).then(|| self.get(path, Rung::Uncompressed.accept()))
    }

    fn search(&self, path: &str, parameters: Parameters) -> Request {
        self.get(&format!("{path}{}", parameters.0), DICOM_JSON)
    }

    fn get(&self, path: &str, accept: &'static str) -> Request {
        Request {
            url: format!("{}{path}", self.root),
            accept,
        }
    }
}

/// What the list shows beyond the attributes every answer has (PS3.18 Table 10.6.3-3).
const STUDY_FIELDS: &[Tag] = &[
    MODALITIES_IN_STUDY,
    INSTITUTION_NAME,
    STUDY_DESCRIPTION,
    ISSUER_OF_PATIENT_ID,
    N_STUDY_RELATED_SERIES,
    N_STUDY_RELATED_INSTANCES,
];

const SERIES_FIELDS: &[Tag] = &[
    SERIES_DESCRIPTION,
    BODY_PART_EXAMINED,
    N_SERIES_RELATED_INSTANCES,
];

/// What a picture needs: pixels, window, rescale, geometry, and the words of patient, study and series.
const DRAWING_FIELDS: &[Tag] = &[
    IMAGE_TYPE,
    STUDY_DATE,
    STUDY_TIME,
    ACCESSION_NUMBER,
    MODALITY,
    INSTITUTION_NAME,
    STUDY_DESCRIPTION,
    SERIES_DESCRIPTION,
    AVAILABLE_TRANSFER_SYNTAX_UID,
    PATIENT_NAME,
    PATIENT_ID,
    ISSUER_OF_PATIENT_ID,
    PATIENT_BIRTH_DATE,
    PATIENT_SEX,
    SLICE_THICKNESS,
    IMAGER_PIXEL_SPACING,
    STUDY_INSTANCE_UID,
    SERIES_INSTANCE_UID,
    SERIES_NUMBER,
    PATIENT_ORIENTATION,
    IMAGE_POSITION_PATIENT,
    IMAGE_ORIENTATION_PATIENT,
    FRAME_OF_REFERENCE_UID,
    SAMPLES_PER_PIXEL,
    PHOTOMETRIC_INTERPRETATION,
    PLANAR_CONFIGURATION,
    NUMBER_OF_FRAMES,
    ROWS,
    COLUMNS,
    PIXEL_SPACING,
    PIXEL_ASPECT_RATIO,
    BITS_ALLOCATED,
    BITS_STORED,
    HIGH_BIT,
    PIXEL_REPRESENTATION,
    PIXEL_PADDING_VALUE,
    PIXEL_PADDING_RANGE_LIMIT,
    BURNED_IN_ANNOTATION,
    WINDOW_CENTER,
    WINDOW_WIDTH,
    RESCALE_INTERCEPT,
    RESCALE_SLOPE,
    RESCALE_TYPE,
    WINDOW_EXPLANATION,
    VOI_LUT_FUNCTION,
    LOSSY_IMAGE_COMPRESSION,
    LOSSY_IMAGE_COMPRESSION_RATIO,
];

/// A query string; empty values are left out.
#[derive(Default)]
struct Parameters(String);

impl Parameters {
    fn add(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.append(name, &percent_encode(value));
        }
    }

    fn include(&mut self, tags: &[Tag]) {
        let names: Vec<String> = tags.iter().map(|tag| format!("{:08X}", tag.0)).collect();
        self.append("includefield", &names.join(","));
    }

    fn append(&mut self, name: &str, encoded: &str) {
        let separator = if self.0.is_empty() { '?' } else { '&' };
        self.0.extend([&separator.to_string(), name, "=", encoded]);
    }
}

/// RFC 3986: unreserved characters and the wildcard `*` stay.
fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~*".contains(&byte) {
            encoded.push(byte.into());
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// A pattern that matches anywhere, unless the reader wrote wildcards (PS3.4 C.2.2.2.4).
fn anywhere(text: &str) -> String {
    if text.is_empty() || text.starts_with('*') || text.ends_with('*') {
        text.to_owned()
    } else {
        format!("*{text}*")
    }
}

/// Range matching (PS3.4 C.2.2.2.5): one day, or open at either end.
fn date_range(from: &str, to: &str) -> String {
    match (from.trim(), to.trim()) {
        ("", "") => String::new(),
        (from, to) if from == to => from.to_owned(),
        (from, to) => format!("{from}-{to}"),
    }
}
