//! Study and Series with the words that stand in the corners of a viewport.

use super::instance::Instance;
use super::redacted::Redacted;
use crate::uid::{SeriesUid, StudyUid};

/// A Person Name's component groups (PS3.5 6.2), each as written, `^` between components.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonName {
    /// Alphabetic group.
    pub alphabetic: String,
    /// Ideographic group.
    pub ideographic: String,
    /// Phonetic group.
    pub phonetic: String,
    /// It shows signs of having been read in the wrong character set (PS3.3 C.12.1.1.2): other letters may be meant.
    pub is_doubtful: bool,
}

impl PersonName {
    /// The groups, in order.
    pub fn groups(&self) -> [&str; 3] {
        [&self.alphabetic, &self.ideographic, &self.phonetic]
    }

    /// True where every group is plain ASCII.
    pub fn is_ascii(&self) -> bool {
        self.groups().iter().all(|group| group.is_ascii())
    }
}

/// Who the study is of (PS3.3 C.7.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patient {
    /// Patient's Name (0010,0010).
    pub name: PersonName,
    /// Patient ID (0010,0020).
    pub id: String,
    /// Issuer of Patient ID (0010,0021).
    pub issuer: String,
    /// Patient's Birth Date (0010,0030), `YYYYMMDD` or empty.
    pub birth_date: String,
    /// Patient's Sex (0010,0040): M, F, O or empty.
    pub sex: String,
}

impl Patient {
    /// True where ID, issuer or birth date contradict each other (rule D39); what one of them does not tell contradicts
    /// nothing.
    pub fn contradicts(&self, other: &Self) -> bool {
        let differ = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && a != b;
        differ(&self.id, &other.id)
            || differ(&self.issuer, &other.issuer)
            || differ(&self.birth_date, &other.birth_date)
    }
}

/// One study as far as it is known: a row of the list, or the head of what is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Study Instance UID.
    pub uid: StudyUid,
    /// The patient.
    pub patient: Redacted<Patient>,
    /// Study Date (0008,0020), `YYYYMMDD` or empty.
    pub date: String,
    /// Study Time (0008,0030), `HHMMSS...` or empty.
    pub time: String,
    /// Study Description (0008,1030).
    pub description: String,
    /// Accession Number (0008,0050).
    pub accession: Redacted<String>,
    /// Institution Name (0008,0080).
    pub institution: String,
    /// Modalities in Study (0008,0061).
    pub modalities: Vec<String>,
    /// Number of Study Related Series (0020,1206), where told.
    pub n_series: Option<u32>,
    /// Number of Study Related Instances (0020,1208), where told.
    pub n_instances: Option<u32>,
    /// Referring Physician's Name (0008,0090), alphabetic.
    pub referring_physician: Redacted<String>,
}

impl Study {
    /// A study of which only the UID is known.
    pub fn empty(uid: StudyUid) -> Self {
        Self {
            uid,
            patient: Redacted::default(),
            date: String::new(),
            time: String::new(),
            description: String::new(),
            accession: Redacted::default(),
            institution: String::new(),
            modalities: Vec::new(),
            n_series: None,
            n_instances: None,
            referring_physician: Redacted::default(),
        }
    }
}

/// One series: header words, and its instances once their metadata is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Series Instance UID.
    pub uid: SeriesUid,
    /// Modality (0008,0060).
    pub modality: String,
    /// Series Number (0020,0011).
    pub number: Option<i32>,
    /// Series Description (0008,103E).
    pub description: String,
    /// Body Part Examined (0018,0015).
    pub body_part: String,
    /// Number of Series Related Instances (0020,1209), where told.
    pub n_instances: Option<u32>,
    /// What has arrived of its instances, in order of arrival.
    pub instances: Vec<Instance>,
}

impl Series {
    /// A series of which only the UID is known.
    pub fn empty(uid: SeriesUid) -> Self {
        Self {
            uid,
            modality: String::new(),
            number: None,
            description: String::new(),
            body_part: String::new(),
            n_instances: None,
            instances: Vec::new(),
        }
    }
}
