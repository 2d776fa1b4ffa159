//! Data set to core types: the words of study and series, and an instance's header as the display pipeline needs it.

mod cine;
mod context;
mod frame_vectors;
mod groups;
mod header;
mod icc;
mod lut;
mod mask;
mod nuclear;
mod overlay;
mod palette;
mod pet;
mod pixels;
mod plane;
mod private;
mod provenance;
mod shutter;
mod words;

use crate::attribute::{DataSet, Tag, tags};
use crate::error::{Anomaly, Warnings};
use crate::film;
use skiagraph_core::study::instance::{Content, Instance};
use skiagraph_core::study::redacted::Redacted;
use skiagraph_core::study::study::{Patient, Series, Study};
use skiagraph_core::uid::{SeriesUid, SopInstanceUid, StudyUid};
use std::collections::HashMap;
use std::sync::Arc;

/// A table that an answer only points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkRef {
    /// The instance it belongs to.
    pub instance: SopInstanceUid,
    /// Its attribute.
    pub tag: Tag,
    /// BulkDataURI as the server wrote it: to be put under the configured root before it is asked for.
    pub uri: String,
}

/// Bytes of tables by their BulkDataURI.
pub type BulkData = HashMap<String, Vec<u8>>;

/// What reading one instance needs and leaves behind.
pub(crate) struct Context<'c> {
    instance: SopInstanceUid,
    bulk: &'c BulkData,
    refs: &'c mut Vec<BulkRef>,
    warnings: &'c mut Warnings,
}

impl Context<'_> {
    fn warn(&mut self, what: Anomaly) {
        self.warnings.add(what, Some(&self.instance));
    }
}

/// The words of a study (PS3.3 C.7.1.1, C.7.2.1).
pub(crate) fn study(data_set: &DataSet<'_>, uid: StudyUid) -> Study {
    let text = |tag| data_set.text(tag);
    let count = |tag| {
        data_set
            .integer(tag)
            .and_then(|count| u32::try_from(count).ok())
    };
    let mut modalities = data_set.texts(tags::MODALITIES_IN_STUDY);
    modalities.retain(|modality| !modality.is_empty());
    Study {
        uid,
        patient: Redacted(Patient {
            name: data_set.name(tags::PATIENT_NAME),
            id: text(tags::PATIENT_ID),
            issuer: text(tags::ISSUER_OF_PATIENT_ID),
            birth_date: text(tags::PATIENT_BIRTH_DATE),
            sex: text(tags::PATIENT_SEX),
        }),
        date: text(tags::STUDY_DATE),
        time: text(tags::STUDY_TIME),
        description: text(tags::STUDY_DESCRIPTION),
        accession: Redacted(text(tags::ACCESSION_NUMBER)),
        institution: text(tags::INSTITUTION_NAME),
        modalities,
        n_series: count(tags::N_STUDY_RELATED_SERIES),
        n_instances: count(tags::N_STUDY_RELATED_INSTANCES),
        referring_physician: Redacted(data_set.name(tags::REFERRING_PHYSICIAN_NAME).alphabetic),
    }
}

/// The words of a series (PS3.3 C.7.3.1), without instances.
pub(crate) fn series(data_set: &DataSet<'_>, uid: SeriesUid) -> Series {
    let count = data_set.integer(tags::N_SERIES_RELATED_INSTANCES);
    Series {
        uid,
        modality: data_set.text(tags::MODALITY),
        number: small_integer(data_set, tags::SERIES_NUMBER),
        description: data_set.text(tags::SERIES_DESCRIPTION),
        body_part: data_set.text(tags::BODY_PART_EXAMINED),
        n_instances: count.and_then(|count| u32::try_from(count).ok()),
        instances: Vec::new(),
    }
}

/// An instance, whatever state its header is in.
pub(crate) fn read(
    data_set: &DataSet<'_>,
    uid: SopInstanceUid,
    bulk: &BulkData,
    refs: &mut Vec<BulkRef>,
    warnings: &mut Warnings,
) -> Instance {
    let sop_class = data_set.text(tags::SOP_CLASS_UID);
    let mut context = Context {
        instance: uid.clone(),
        bulk,
        refs,
        warnings,
    };
    let transfer_syntax = transfer_syntax(data_set);
    let content = if let Some(codec) = film::codec(&sop_class, transfer_syntax.as_deref()) {
        Content::Film(codec)
    } else if pixels::is_image(data_set, &sop_class) {
        match header::read(data_set, &sop_class, &mut context) {
            Ok(header) => Content::Image(Arc::new(header)),
            Err(reason) => Content::Incomplete(reason),
        }
    } else {
        Content::NotAnImage
    };
    Instance {
        uid,
        sop_class,
        number: small_integer(data_set, tags::INSTANCE_NUMBER),
        transfer_syntax,
        patient_id: Redacted(data_set.text(tags::PATIENT_ID)),
        content,
    }
}

fn small_integer(data_set: &DataSet<'_>, tag: Tag) -> Option<i32> {
    data_set
        .integer(tag)
        .and_then(|number| i32::try_from(number).ok())
}

/// Available Transfer Syntax UID (0008,3002), or that of a file's head.
fn transfer_syntax(data_set: &DataSet<'_>) -> Option<String> {
    let uids = data_set.texts(tags::AVAILABLE_TRANSFER_SYNTAX_UID);
    let file = || data_set.text(tags::TRANSFER_SYNTAX_UID);
    let uid = uids
        .into_iter()
        .next()
        .filter(|uid| !uid.is_empty())
        .unwrap_or_else(file);
    let is_uid = !uid.is_empty()
        && uid.len() <= 64
        && uid
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_uid.then_some(uid)
}
