//! The report of today's chest CT, as a one-page PDF and as a structured text.

mod pdf;

use std::path::Path;

use dicom_dictionary_std::tags;

use crate::ct::TODAY;
use crate::error::PhantomError;
use crate::file::{Dataset, Pixels, Series, codes};
use crate::truth::SampleSeries;

/// One section: its heading with a code (PS3.16 CID 7001), and its sentences.
struct Section {
    code: &'static str,
    heading: &'static str,
    text_code: &'static str,
    text_name: &'static str,
    sentences: &'static [&'static str],
}

const SECTIONS: [Section; 4] = [
    Section {
        code: "121060",
        heading: "History",
        text_code: "121060",
        text_name: "History",
        sentences: &["Follow-up of a nodule of the right upper lobe. Former smoker."],
    },
    Section {
        code: "121064",
        heading: "Current Procedure Descriptions",
        text_code: "121065",
        text_name: "Procedure Description",
        sentences: &[
            "CT of the chest after intravenous contrast, 1 mm slices, standard kernel.",
            "Compared with the CT of 21 October 2024.",
        ],
    },
    Section {
        code: "121070",
        heading: "Findings",
        text_code: "121071",
        text_name: "Finding",
        sentences: &[
            "Solid nodule in the right upper lobe, 8 mm across; it was 5 mm.",
            "Part-solid nodule in the left lower lobe, 14 mm across, with a solid core of 5 mm; unchanged.",
            "No enlarged lymph nodes in the mediastinum or the hila. No effusion.",
            "A little calcium in the wall of the aortic arch. The heart is of normal size.",
            "Liver, spleen, adrenals and bones within the scan are unremarkable.",
        ],
    },
    Section {
        code: "121076",
        heading: "Conclusions",
        text_code: "121077",
        text_name: "Conclusion",
        sentences: &[
            "The solid nodule of the right upper lobe has grown from 5 mm to 8 mm in a year: further work-up is advised.",
            "The part-solid nodule of the left lower lobe is stable.",
        ],
    },
];

const TITLE: &str = "CT Thorax Report";

const PDF_SERIES: Series = Series {
    study: TODAY,
    label: "report-pdf",
    number: 80,
    modality: "DOC",
    description: "Report (PDF)",
    sop_class: "1.2.840.10008.5.1.4.1.1.104.1",
    manufacturer: "Skiagraph",
    model: "Phantom Reports",
};

const TEXT_SERIES: Series = Series {
    label: "report-text",
    number: 81,
    modality: "SR",
    description: "Report (text)",
    sop_class: "1.2.840.10008.5.1.4.1.1.88.11",
    ..PDF_SERIES
};

/// Writes both forms of the report and returns their series.
pub(crate) fn write(folder: &Path) -> Result<Vec<SampleSeries>, PhantomError> {
    [(PDF_SERIES, encapsulated()), (TEXT_SERIES, structured())]
        .into_iter()
        .map(|(series, set)| {
            let place = series.folder(folder)?;
            set.write(&place.join("1.dcm"), Pixels::None)?;
            Ok(SampleSeries {
                label: series.label.to_owned(),
                series_uid: series.uid(),
                modality: series.modality.to_owned(),
                folder: place,
                instances: 1,
            })
        })
        .collect()
}

fn encapsulated() -> Dataset {
    let mut page = pdf::Page::new();
    page.title(TITLE);
    page.line("Moreau, Élodie    born 14 March 1962    SKG-0001");
    page.line("CT Thorax with contrast, 3 November 2025    A2511030017");
    for section in &SECTIONS {
        page.heading(section.heading);
        for sentence in section.sentences {
            page.line(sentence);
        }
    }
    let document = page.finish();
    let length = document.len() as u32;
    let mut set = PDF_SERIES.instance(1);
    set.text(tags::CONVERSION_TYPE, "WSD")
        .text(tags::BURNED_IN_ANNOTATION, "YES")
        .text(tags::ACQUISITION_DATE_TIME, "")
        .text(tags::DOCUMENT_TITLE, TITLE)
        .items(
            tags::CONCEPT_NAME_CODE_SEQUENCE,
            codes("18747-6", "LN", "CT Report"),
        )
        .text(tags::MIME_TYPE_OF_ENCAPSULATED_DOCUMENT, "application/pdf")
        .long(tags::ENCAPSULATED_DOCUMENT_LENGTH, length)
        .bytes(tags::ENCAPSULATED_DOCUMENT, document);
    set
}

fn structured() -> Dataset {
    let mut content = vec![item(
        "HAS CONCEPT MOD",
        "CODE",
        ("121049", "Language of Content Item and Descendants"),
    )];
    if let Some(language) = content.first_mut() {
        language.items(
            tags::CONCEPT_CODE_SEQUENCE,
            codes("en", "RFC5646", "English"),
        );
    }
    content.extend(SECTIONS.iter().map(container));
    let mut set = TEXT_SERIES.instance(1);
    set.items(
        tags::REFERENCED_PERFORMED_PROCEDURE_STEP_SEQUENCE,
        Vec::new(),
    )
    .items(tags::PERFORMED_PROCEDURE_CODE_SEQUENCE, Vec::new())
    .text(tags::COMPLETION_FLAG, "COMPLETE")
    .text(tags::VERIFICATION_FLAG, "UNVERIFIED")
    .text(tags::VALUE_TYPE, "CONTAINER")
    .text(tags::CONTINUITY_OF_CONTENT, "SEPARATE")
    .items(
        tags::CONCEPT_NAME_CODE_SEQUENCE,
        codes("18747-6", "LN", "CT Report"),
    )
    .items(tags::CONTENT_SEQUENCE, content);
    set
}

/// A content item with its relationship, type and concept name (PS3.3 C.17.3).
fn item(relationship: &str, value_type: &str, concept: (&str, &str)) -> Dataset {
    let mut item = Dataset::default();
    item.text(tags::RELATIONSHIP_TYPE, relationship)
        .text(tags::VALUE_TYPE, value_type)
        .items(
            tags::CONCEPT_NAME_CODE_SEQUENCE,
            codes(concept.0, "DCM", concept.1),
        );
    item
}

fn container(section: &Section) -> Dataset {
    let sentences = section.sentences.iter().map(|sentence| {
        let mut text = item("CONTAINS", "TEXT", (section.text_code, section.text_name));
        text.text(tags::TEXT_VALUE, *sentence);
        text
    });
    let mut container = item("CONTAINS", "CONTAINER", (section.code, section.heading));
    container
        .text(tags::CONTINUITY_OF_CONTENT, "SEPARATE")
        .items(tags::CONTENT_SEQUENCE, sentences.collect());
    container
}
