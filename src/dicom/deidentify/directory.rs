//! The directory of a disc (PS3.3 F, PS3.10 8): which files there are, by patient, study and series.

use std::collections::BTreeMap;

use dicom_core::VR;
use serde::{Deserialize, Serialize};

use super::pseudonyms::Pseudonyms;
use crate::pixels::part10::tree::{DataSet, Element, Tag, Value};
use crate::pixels::part10::write::{self, Meta};

const MEDIA_STORAGE_DIRECTORY: &str = "1.2.840.10008.1.3.10";
/// Where a key is required and the copy has no value (PS3.3 F.5).
const NO_DATE: &str = "19000101";
const NO_TIME: &str = "000000";

/// What the directory says of a copy: nothing that is not in the copy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryKeys {
    /// Patient's Name and Patient ID.
    pub patient: String,
    /// Study Instance UID.
    pub study: String,
    /// Study Date, or empty.
    pub study_date: String,
    /// Study Time, or empty.
    pub study_time: String,
    /// Study ID, or empty.
    pub study_id: String,
    /// Series Instance UID.
    pub series: String,
    /// Modality.
    pub modality: String,
    /// Series Number, or empty.
    pub series_number: String,
    /// SOP Instance UID.
    pub instance: String,
    /// SOP Class UID.
    pub sop_class: String,
    /// Instance Number, or empty.
    pub number: String,
    /// Transfer Syntax UID.
    pub transfer_syntax: String,
    /// It is a picture; only pictures have an entry of their own.
    pub is_image: bool,
}

/// The keys of a copy.
pub(super) fn keys(data_set: &DataSet, transfer_syntax: &str) -> DirectoryKeys {
    let text = |tag| data_set.text(tag);
    DirectoryKeys {
        patient: text(0x0010_0020),
        study: text(0x0020_000D),
        study_date: text(0x0008_0020),
        study_time: text(0x0008_0030),
        study_id: text(0x0020_0010),
        series: text(0x0020_000E),
        modality: text(0x0008_0060),
        series_number: text(0x0020_0011),
        instance: text(0x0008_0018),
        sop_class: text(0x0008_0016),
        number: text(0x0020_0013),
        transfer_syntax: transfer_syntax.to_owned(),
        is_image: data_set.0.contains_key(&0x0028_0010),
    }
}

/// File IDs of copies, in their order: at most eight capitals, digits and underscores a part (PS3.10 8.2, 8.5).
pub(super) fn file_ids(copies: &[DirectoryKeys]) -> Vec<[String; 3]> {
    let mut series: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut ids = Vec::new();
    for copy in copies {
        let n_series = series.len();
        let (number, n_files) = series
            .entry(&copy.series)
            .or_insert_with(|| (n_series + 1, 0));
        *n_files += 1;
        ids.push([
            "DICOM".to_owned(),
            format!("SER{number:05}"),
            format!("IM{n_files:06}"),
        ]);
    }
    ids
}

/// An entry: its item, and the entries below it.
struct Record {
    item: DataSet<'static>,
    below: Vec<Record>,
}

impl Record {
    fn new(kind: &str, keys: &[(Tag, VR, &str)]) -> Self {
        let mut item = DataSet::default();
        for tag in [0x0004_1400, 0x0004_1420] {
            item.0.insert(tag, offset(0));
        }
        item.0.insert(0x0004_1410, Element::number(0xFFFF));
        item.0.insert(0x0004_1430, Element::text(VR::CS, kind));
        for &(tag, vr, text) in keys {
            item.0.insert(tag, Element::text(vr, text));
        }
        Self {
            item,
            below: Vec::new(),
        }
    }
}

fn offset(at: u32) -> Element<'static> {
    Element {
        vr: VR::UL,
        value: Value::Bytes(at.to_le_bytes().to_vec().into()),
    }
}

/// The file DICOMDIR for copies with these keys and File IDs.
pub(super) fn dicomdir(
    copies: &[DirectoryKeys],
    ids: &[[String; 3]],
    names: &Pseudonyms,
) -> Vec<u8> {
    let roots = tree(copies, ids);
    let first = copies.first().map_or("", |copy| copy.study.as_str());
    let instance = names.uid(&format!("directory of {first}"));
    let head = write::head(&Meta {
        sop_class: MEDIA_STORAGE_DIRECTORY,
        instance: &instance,
        transfer_syntax: "1.2.840.10008.1.2.1",
    });
    let mut data_set = DataSet::default();
    data_set.0.insert(0x0004_1130, Element::text(VR::CS, ""));
    data_set.0.insert(0x0004_1200, offset(0));
    data_set.0.insert(0x0004_1202, offset(0));
    data_set.0.insert(0x0004_1212, Element::number(0));
    let mut before = Vec::new();
    write::elements(&data_set, &mut before);
    // Tag, VR, reserved and length of the sequence stand before its first item.
    let mut at = (head.len() + before.len() + 12) as u32;
    let mut items = Vec::new();
    let starts = place(roots, &mut at, &mut items);
    for (tag, start) in [(0x0004_1200, starts.first()), (0x0004_1202, starts.last())] {
        data_set
            .0
            .insert(tag, offset(start.copied().unwrap_or_default()));
    }
    data_set.0.insert(0x0004_1220, Element::items(items));
    let mut file = head;
    write::elements(&data_set, &mut file);
    file
}

/// Puts entries one after another, each before those below it, and links them; where the siblings begin.
fn place(records: Vec<Record>, at: &mut u32, items: &mut Vec<DataSet<'static>>) -> Vec<u32> {
    let mut starts = Vec::new();
    let mut places = Vec::new();
    for record in records {
        starts.push(*at);
        let mut bytes = Vec::new();
        write::elements(&record.item, &mut bytes);
        *at += 8 + bytes.len() as u32;
        let index = items.len();
        items.push(record.item);
        places.push(index);
        let below = place(record.below, at, items);
        if let (Some(&first), Some(item)) = (below.first(), items.get_mut(index)) {
            item.0.insert(0x0004_1420, offset(first));
        }
    }
    for (&index, &next) in places.iter().zip(starts.iter().skip(1)) {
        if let Some(item) = items.get_mut(index) {
            item.0.insert(0x0004_1400, offset(next));
        }
    }
    starts
}

/// Patients, studies, series, pictures; in the order in which they come first.
fn tree(copies: &[DirectoryKeys], ids: &[[String; 3]]) -> Vec<Record> {
    let or = |value: &str, other: &str| if value.is_empty() { other } else { value }.to_owned();
    let mut patients: Vec<(&str, Record)> = Vec::new();
    let mut index: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    let mut series: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for (copy, id) in copies.iter().zip(ids).filter(|(copy, _)| copy.is_image) {
        let patient = match patients
            .iter()
            .position(|(known, _)| *known == copy.patient)
        {
            Some(at) => at,
            None => {
                let keys = [
                    (0x0010_0010, VR::PN, copy.patient.as_str()),
                    (0x0010_0020, VR::LO, copy.patient.as_str()),
                ];
                patients.push((&copy.patient, Record::new("PATIENT", &keys)));
                patients.len() - 1
            }
        };
        let of_patient = &mut patients[patient].1.below;
        let n = of_patient.len();
        let (_, study) = *index
            .entry((&copy.patient, &copy.study))
            .or_insert_with(|| {
                of_patient.push(Record::new(
                    "STUDY",
                    &[
                        (0x0008_0020, VR::DA, &or(&copy.study_date, NO_DATE)),
                        (0x0008_0030, VR::TM, &or(&copy.study_time, NO_TIME)),
                        (0x0008_0050, VR::SH, ""),
                        (0x0008_1030, VR::LO, ""),
                        (0x0020_000D, VR::UI, &copy.study),
                        (0x0020_0010, VR::SH, &or(&copy.study_id, "1")),
                    ],
                ));
                (patient, n)
            });
        let of_study = &mut of_patient[study].below;
        let n = of_study.len();
        let (.., at) = *series.entry(&copy.series).or_insert_with(|| {
            of_study.push(Record::new(
                "SERIES",
                &[
                    (0x0008_0060, VR::CS, &or(&copy.modality, "OT")),
                    (0x0020_000E, VR::UI, &copy.series),
                    (
                        0x0020_0011,
                        VR::IS,
                        &or(&copy.series_number, &(n + 1).to_string()),
                    ),
                ],
            ));
            (patient, study, n)
        });
        let Some(of_series) = of_study.get_mut(at).map(|record| &mut record.below) else {
            continue;
        };
        let number = or(&copy.number, &(of_series.len() + 1).to_string());
        of_series.push(Record::new(
            "IMAGE",
            &[
                (0x0004_1500, VR::CS, &id.join("\\")),
                (0x0004_1510, VR::UI, &copy.sop_class),
                (0x0004_1511, VR::UI, &copy.instance),
                (0x0004_1512, VR::UI, &copy.transfer_syntax),
                (0x0020_0013, VR::IS, &number),
            ],
        ));
    }
    patients.into_iter().map(|(_, record)| record).collect()
}
