//! Objects that are no picture: reports as lines, documents by place, every attribute by name.

use super::decode_manifest::data_folder;
use skiagraph_dicom::document::{DescribeError, Description, describe};
use skiagraph_dicom::pixels::part10::open;

/// File, content items below the root (counted with pydicom), title.
const REPORTS: &[(&str, usize, &str)] = &[
    ("cornerstone3d/no-pixel-data.dcm", 5, "Consultation Report"),
    ("dcmqi/sr-example/sr.dcm", 255, "Imaging Measurement Report"),
    (
        "derived/objects/key_object_selection.dcm",
        4,
        "For Teaching",
    ),
    (
        "derived/objects/sr_tid1500_planar_roi.dcm",
        13,
        "Imaging Measurement Report",
    ),
    ("dicomparser/deflate/report_dfl", 20, "Consultation Report"),
    (
        "dwv/annotation/dwv034/sr-ellipse.dcm",
        34,
        "Measurement Group",
    ),
    (
        "dwv/annotation/tid1500-0/sr-circle.dcm",
        42,
        "Imaging Measurement Report",
    ),
    (
        "highdicom/sr_document.dcm",
        20,
        "Imaging Measurement Report",
    ),
    (
        "orthanc-tests/HierarchicalAnonymization/StructuredReports/IM0",
        1,
        "Annotations",
    ),
    (
        "pydicom/test_files/reportsi_with_empty_number_tags.dcm",
        8,
        "Document Title",
    ),
];

fn described(path: &str) -> Option<Description> {
    let file = std::fs::read(data_folder()?.join("dev").join(path)).unwrap();
    let json = open(&file).unwrap().metadata_json;
    Some(describe(&json).unwrap().0)
}

#[test]
fn c_17_3_every_content_item_of_real_reports_has_its_line() {
    for (path, n_items, title) in REPORTS {
        let Some(description) = described(path) else {
            return println!(
                "skipped {} reports: ../shared/data is absent",
                REPORTS.len()
            );
        };
        let report = description.report.unwrap();
        assert_eq!(report.lines.len(), *n_items, "{path}");
        assert_eq!(report.title, *title, "{path}");
        assert!(!report.is_cut, "{path}");
    }
}

/// Names, values and nesting as dcmtk's dsrdump prints them.
#[test]
fn c_17_3_the_lines_of_a_measurement_report_are_those_of_another_reader() {
    let Some(description) = described("derived/objects/sr_tid1500_planar_roi.dcm") else {
        return println!("skipped 1 report: ../shared/data is absent");
    };
    let report = description.report.unwrap();
    assert!(report.is_unfinished);
    assert!(
        report.state.contains(&"Not verified".to_owned()),
        "{:?}",
        report.state
    );
    let lines: Vec<(u8, &str, &str)> = report
        .lines
        .iter()
        .map(|line| (line.level, line.name.as_str(), line.value.as_str()))
        .collect();
    let uid = "1.2.826.0.1.3680043.8.498.83466971269165004199146159941670824834";
    for wanted in [
        (
            0,
            "Language of Content Item and Descendants",
            "English (United States)",
        ),
        (0, "Observer Type", "Person"),
        (0, "Person Observer Name", "Derived^Observer"),
        (0, "Imaging Measurements", ""),
        (1, "Measurement Group", ""),
        (2, "Tracking Identifier", "ROI 1"),
        (2, "Tracking Unique Identifier", uid),
        (2, "Finding", "Liver"),
        (2, "Area of defined region", "2700.0 mm2"),
        (2, "Mean", "55.2 [hnsf'U]"),
    ] {
        assert!(lines.contains(&wanted), "{wanted:?} is not in {lines:#?}");
    }
    let last = lines.last().unwrap();
    assert_eq!((last.0, last.1), (3, "Source"));
    assert!(last.2.starts_with("selected from: image 1."), "{}", last.2);
}

/// Every kind of content item of C.17.3, and what hostile trees do.
#[test]
fn c_17_3_2_each_kind_of_content_item_in_words() {
    let content = |attributes: &str| {
        format!(
            r#"[{{"0040A040":{{"vr":"CS","Value":["CONTAINER"]}},"0040A730":{{"vr":"SQ","Value":[{{{attributes}}}]}}}}]"#
        )
    };
    let line = |attributes: &str| {
        let (description, _) = describe(&content(attributes)).unwrap();
        description.report.unwrap().lines.remove(0).value
    };
    let kind = |kind: &str| format!(r#""0040A040":{{"vr":"CS","Value":["{kind}"]}}"#);
    for (attributes, wanted) in [
        (
            format!(
                r#"{},"0040A160":{{"Value":["One.\r\nTwo\u202e.\u0007"]}}"#,
                kind("TEXT")
            ),
            "One.\nTwo.",
        ),
        (
            format!(r#"{},"0040A121":{{"Value":["20240229"]}}"#, kind("DATE")),
            "20240229",
        ),
        (
            format!(
                r#"{},"0040A301":{{"Value":[{{"00080104":{{"Value":["Not a number"]}}}}]}}"#,
                kind("NUM")
            ),
            "(Not a number)",
        ),
        (
            format!(
                r#"{},"00081199":{{"Value":[{{"00081155":{{"Value":["1.2.3"]}},"00081160":{{"Value":[4,5]}}}}]}}"#,
                kind("IMAGE")
            ),
            "image 1.2.3, frame 4, 5",
        ),
        (
            format!(
                r#"{},"00700023":{{"Value":["POINT"]}},"00700022":{{"Value":[1.5,2]}}"#,
                kind("SCOORD")
            ),
            "point 1.5, 2",
        ),
        (
            r#""0040DB73":{"Value":[1,2,3]}"#.to_owned(),
            "see item 1.2.3",
        ),
        (kind("TABLE"), "(TABLE)"),
        (kind("TEXT"), "(no value)"),
    ] {
        assert_eq!(line(&attributes), wanted, "{attributes}");
    }
    assert_eq!(describe("<html>"), Err(DescribeError::NotJson));
    assert_eq!(describe("[]"), Err(DescribeError::NotJson));
}

#[test]
fn a_number_beyond_all_bounds_costs_itself_and_is_told() {
    let json = r#"{
        "00180050": { "vr": "DS", "Value": [2.5, 1e999] },
        "00400275": { "vr": "SQ", "Value": [{ "00180060": { "vr": "DS", "Value": [-1e999] } }] },
        "00080060": { "vr": "CS", "Value": ["CT"] }
    }"#;
    let (description, _) = describe(json).unwrap();
    assert_eq!(description.n_unread, 2);
    let values = description.attributes.iter().filter(|row| row.vr != "SQ");
    let values = values.filter(|row| !row.tag.is_empty());
    let values: Vec<_> = values.map(|row| (&*row.name, &*row.value)).collect();
    // The second value keeps its place.
    let wanted = [
        ("Modality", "CT"),
        ("Slice Thickness", "2.5\\"),
        ("KVP", ""),
    ];
    assert_eq!(values, wanted);
    let whole = json.replace("1e999", "1e9");
    assert_eq!(describe(&whole).unwrap().0.n_unread, 0);
    assert_eq!(describe("{ 1e999"), Err(DescribeError::NotJson));
}

#[test]
fn a_tree_without_end_is_cut_and_says_so() {
    let (head, tail) = (
        r#"{"0040A040":{"vr":"CS","Value":["CONTAINER"]},"0040A730":{"vr":"SQ","Value":["#,
        "]}}",
    );
    let deep = head.repeat(28) + "{}" + &tail.repeat(28);
    let report = describe(&deep).unwrap().0.report.unwrap();
    assert!(report.is_cut);
    // Deeper still is no JSON that anybody reads, and no crash.
    let deeper = head.repeat(5000) + "{}" + &tail.repeat(5000);
    assert_eq!(describe(&deeper), Err(DescribeError::NotJson));
}

#[test]
fn every_attribute_has_a_row_with_its_name_and_items_their_level() {
    let json = r#"{"00100010":{"vr":"PN","Value":[{"Alphabetic":"Yamada^Tarou","Ideographic":"\u5c71\u7530"}]},
        "00080016":{"vr":"UI","Value":["1.2.840.10008.5.1.4.1.1.2"]},
        "00290010":{"vr":"LO","Value":["ACME 1.0"]},"00291001":{"vr":"UN","InlineBinary":"AAECAw=="},
        "0054 0016":{"vr":"SQ"},
        "00540016":{"vr":"SQ","Value":[{"00181074":{"vr":"DS","Value":[370000000]}}]},
        "7FE00010":{"vr":"OW","BulkDataURI":"https://x/studies/1"}}"#;
    let (description, document) = describe(json).unwrap();
    assert_eq!(document, None);
    let rows: Vec<String> = description
        .attributes
        .iter()
        .map(|row| {
            format!(
                "{} {} {} {} {}",
                row.level, row.tag, row.name, row.vr, row.value
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            "0 (0008,0016) SOP Class UID UI 1.2.840.10008.5.1.4.1.1.2",
            "0 (0010,0010) Patient Name PN Yamada^Tarou=\u{5c71}\u{7530}",
            "0 (0029,0010) Private Creator LO ACME 1.0",
            "0 (0029,1001) Private ACME 1.0 UN 4 bytes",
            "0 (0054,0016) Radiopharmaceutical Information Sequence SQ 1 item",
            "1  Item 1  ",
            "2 (0018,1074) Radionuclide Total Dose DS 370000000",
            "0 (7FE0,0010) Pixel Data OW bytes kept apart by the archive",
        ]
    );
}

#[test]
fn c_24_2_an_encapsulated_pdf_lies_where_the_file_says() {
    let Some(folder) = data_folder() else {
        return println!("skipped 1 file: ../shared/data is absent");
    };
    let text = std::fs::read_to_string(folder.join("manifest.csv")).unwrap();
    let pdfs = super::decode_manifest::rows(&text)
        .into_iter()
        .filter(|row| row["sop_class"] == "Encapsulated PDF Storage");
    for row in pdfs {
        let file = std::fs::read(folder.join(&row["path"])).unwrap();
        let part10 = open(&file).unwrap();
        let (offset, length) = part10.document.unwrap();
        let bytes = &file[offset as usize..][..length as usize];
        assert!(bytes.starts_with(b"%PDF-"), "{}", row["path"]);
        let (_, document) = describe(&part10.metadata_json).unwrap();
        assert_eq!(document.unwrap().mime, "application/pdf");
    }
}
