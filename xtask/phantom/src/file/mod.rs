//! From values to DICOM files: data sets, identifiers, and the encodings of pixels.

mod dataset;
mod rle;
mod uid;

pub(crate) use dataset::{Dataset, Pixels, codes};
pub(crate) use uid::uid;

use std::path::{Path, PathBuf};

use dicom_dictionary_std::tags;

use crate::error::PhantomError;

/// Who the samples are of; nobody.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patient {
    pub(crate) character_set: &'static str,
    pub(crate) name: &'static str,
    pub(crate) id: &'static str,
    pub(crate) birth_date: &'static str,
    pub(crate) sex: &'static str,
    pub(crate) age: &'static str,
}

/// The patient and study attributes shared by all instances of a study (PS3.3 C.7.1.1, C.7.2.1).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Study {
    pub(crate) label: &'static str,
    pub(crate) patient: Patient,
    pub(crate) date: &'static str,
    pub(crate) time: &'static str,
    pub(crate) description: &'static str,
    pub(crate) accession: &'static str,
    pub(crate) institution: &'static str,
    pub(crate) referrer: &'static str,
}

/// The attributes shared by all instances of a series (PS3.3 C.7.3.1).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Series {
    pub(crate) study: Study,
    pub(crate) label: &'static str,
    pub(crate) number: u32,
    pub(crate) modality: &'static str,
    pub(crate) description: &'static str,
    pub(crate) sop_class: &'static str,
    pub(crate) manufacturer: &'static str,
    pub(crate) model: &'static str,
}

impl Study {
    pub(crate) fn uid(&self) -> String {
        uid(self.label)
    }
}

impl Series {
    pub(crate) fn uid(&self) -> String {
        uid(&format!("{}/{}", self.study.label, self.label))
    }

    pub(crate) fn instance_uid(&self, number: usize) -> String {
        uid(&format!("{}/{}/{number}", self.study.label, self.label))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a native tool writes files; no page is built of it"
    )]
    /// The folder of the series under `folder`, made if it is not there.
    pub(crate) fn folder(&self, folder: &Path) -> Result<PathBuf, PhantomError> {
        let path = folder.join(self.study.label).join(self.label);
        std::fs::create_dir_all(&path).map_err(|source| PhantomError::Folder {
            path: path.clone(),
            source,
        })?;
        Ok(path)
    }

    /// A data set with the attributes of patient, study, series and equipment.
    pub(crate) fn instance(&self, number: usize) -> Dataset {
        let (study, patient) = (&self.study, &self.study.patient);
        let mut set = Dataset::default();
        set.text(tags::SPECIFIC_CHARACTER_SET, patient.character_set)
            .text(tags::SOP_CLASS_UID, self.sop_class)
            .text(tags::SOP_INSTANCE_UID, self.instance_uid(number))
            .text(tags::STUDY_DATE, study.date)
            .text(tags::SERIES_DATE, study.date)
            .text(tags::CONTENT_DATE, study.date)
            .text(tags::STUDY_TIME, study.time)
            .text(tags::SERIES_TIME, study.time)
            .text(tags::CONTENT_TIME, study.time)
            .text(tags::ACCESSION_NUMBER, study.accession)
            .text(tags::MODALITY, self.modality)
            .text(tags::MANUFACTURER, self.manufacturer)
            .text(tags::MANUFACTURER_MODEL_NAME, self.model)
            .text(tags::INSTITUTION_NAME, study.institution)
            .text(tags::REFERRING_PHYSICIAN_NAME, study.referrer)
            .text(tags::STUDY_DESCRIPTION, study.description)
            .text(tags::SERIES_DESCRIPTION, self.description)
            .text(tags::PATIENT_NAME, patient.name)
            .text(tags::PATIENT_ID, patient.id)
            .text(tags::PATIENT_BIRTH_DATE, patient.birth_date)
            .text(tags::PATIENT_SEX, patient.sex)
            .text(tags::PATIENT_AGE, patient.age)
            .text(tags::DEVICE_SERIAL_NUMBER, "SAMPLE-1")
            .text(tags::SOFTWARE_VERSIONS, "1")
            .text(tags::STUDY_INSTANCE_UID, study.uid())
            .text(tags::SERIES_INSTANCE_UID, self.uid())
            .text(tags::STUDY_ID, study.accession)
            .text(tags::SERIES_NUMBER, self.number.to_string())
            .text(tags::INSTANCE_NUMBER, number.to_string());
        set
    }
}
