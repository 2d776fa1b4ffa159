//! Requests as an archive would see them, and search lines as people type them.

use skiagraph_core::uid::{FrameIndex, SeriesUid, SopInstanceUid, StudyUid};
use skiagraph_dicom::dicomweb::query::{Rung, Source, StudyQuery};
use skiagraph_dicom::dicomweb::search_line::parse_search_line;

fn uids() -> (StudyUid, SeriesUid, SopInstanceUid) {
    (
        StudyUid::parse("1.2").unwrap(),
        SeriesUid::parse("1.3").unwrap(),
        SopInstanceUid::parse("1.4").unwrap(),
    )
}

#[test]
fn roots_are_joined_without_a_second_slash() {
    let (study, series, instance) = uids();
    let wanted = "/studies/1.2/series/1.3/instances/1.4/metadata";
    for (root, head) in [
        ("/dicom-web/", "/dicom-web"),
        (
            "https://pacs.example:8443/rs",
            "https://pacs.example:8443/rs",
        ),
        ("/", ""),
    ] {
        let request = Source::new(root).instance_metadata(&study, &series, &instance);
        assert_eq!(
            (request.url, request.accept),
            (format!("{head}{wanted}"), "application/dicom+json")
        );
    }
}

#[test]
fn ps3_18_10_4_frames_count_from_one_and_the_ladder_has_two_rungs() {
    let (study, series, instance) = uids();
    let frames = [FrameIndex(0), FrameIndex(2)];
    let request = Source::new("/rs").frames(&study, &series, &instance, &frames, Rung::default());
    assert_eq!(
        request.url,
        "/rs/studies/1.2/series/1.3/instances/1.4/frames/1,3"
    );
    assert_eq!(
        request.accept,
        r#"multipart/related; type="application/octet-stream"; transfer-syntax=*"#
    );
    let next = Rung::default().next().unwrap();
    assert_eq!(
        (next.accept(), next.next()),
        (
            r#"multipart/related; type="application/octet-stream""#,
            None
        )
    );
}

#[test]
fn a_study_search_encodes_what_was_typed() {
    let query = StudyQuery {
        patient_name: "Doe^J & Ä".into(),
        patient_id: "a/b?c=d".into(),
        modality: "CT".into(),
        from: "20240101".into(),
        limit: Some(50),
        offset: 100,
        ..StudyQuery::default()
    };
    assert_eq!(
        Source::new("/rs").studies(&query).url,
        "/rs/studies?PatientName=*Doe*J*%26*%C3%84*&PatientID=a%2Fb%3Fc%3Dd&ModalitiesInStudy=CT&StudyDate=20240101-\
         &includefield=00080061,00080080,00081030,00100021,00201206,00201208&limit=50&offset=100"
    );
    let fuzzy = StudyQuery {
        patient_name: "doe jane".into(),
        is_fuzzy: true,
        ..StudyQuery::default()
    };
    assert!(
        Source::new("/rs")
            .studies(&fuzzy)
            .url
            .starts_with("/rs/studies?PatientName=doe%20jane&fuzzymatching=true&")
    );
}

#[test]
fn the_first_instance_is_asked_for_with_all_that_is_needed_to_draw_it() {
    let (study, series, _) = uids();
    let url = Source::new("").first_instance(&study, &series).url;
    assert!(
        url.starts_with("/studies/1.2/series/1.3/instances?includefield=")
            && url.ends_with("&limit=1"),
        "{url}"
    );
    let image_pixel = [
        "00280002", "00280004", "00280010", "00280011", "00280100", "00280101", "00280102",
        "00280103",
    ];
    let window_and_place = [
        "00281050", "00281051", "00281052", "00281053", "00200032", "00200037", "00280008",
        "0020000D",
    ];
    for tag in image_pixel.iter().chain(&window_and_place) {
        assert!(url.contains(tag), "{tag}");
    }
}

/// The shell asks the first question before this crate is there; another spelling would be asked twice.
#[test]
fn the_shell_asks_early_in_the_same_words() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/shell/early.js");
    let script = std::fs::read_to_string(path).unwrap();
    let quoted: Vec<&str> = script.split('"').skip(1).step_by(2).collect();
    let is_list = |text: &&&str| text.split(',').all(|tag| tag.len() == 8);
    let fields: Vec<&str> = quoted.iter().filter(is_list).copied().collect();
    let (study, series, _) = uids();
    let source = Source::new("/rs");
    assert_eq!(
        source.series(&study).url,
        format!("/rs/studies/1.2/series?includefield={}", fields[0])
    );
    assert_eq!(
        source.first_instance(&study, &series).url,
        format!(
            "/rs/studies/1.2/series/1.3/instances?includefield={}&limit=1",
            fields[1..].join(",")
        )
    );
}

#[test]
fn rule_2_4_bulk_data_stays_under_the_configured_root() {
    let bulk = |uri: &str| Source::new("/rs").bulk(uri).map(|request| request.url);
    let inside = "/studies/1.2/series/1.3/instances/1.4/bulk/00281201";
    assert_eq!(
        bulk(&format!("http://inside:8042/dicom-web{inside}")),
        Some(format!("/rs{inside}"))
    );
    for elsewhere in [
        "http://evil.example/x",
        "/studies/../../admin",
        "/studies/1?x=1",
        "/studies//evil",
        "/studies/1#x",
        "/studies/%2e%2e/x",
    ] {
        assert_eq!(bulk(elsewhere), None, "{elsewhere}");
    }
}

/// Name, ID, accession, modality, first and last day.
fn fields(line: &str) -> [String; 6] {
    let query = parse_search_line(line, (2024, 3, 1));
    [
        query.patient_name,
        query.patient_id,
        query.accession,
        query.modality,
        query.from,
        query.to,
    ]
}

#[test]
fn a_search_line_of_name_modality_and_day() {
    assert_eq!(
        fields("doe ct yesterday"),
        ["doe", "", "", "CT", "20240229", "20240229"]
    );
    assert_eq!(
        fields("  Doe^Jane\tMRI today "),
        ["Doe^Jane", "", "", "MR", "20240301", "20240301"]
    );
    assert_eq!(fields("müller, anna"), ["müller, anna", "", "", "", "", ""]);
    assert_eq!(fields(""), ["", "", "", "", "", ""]);
}

#[test]
fn days_months_and_ranges_in_several_forms() {
    let cases = [
        ("20240305", "20240305", "20240305"),
        ("2024-03-05", "20240305", "20240305"),
        ("5.3.2024", "20240305", "20240305"),
        ("05/03/2024", "20240305", "20240305"),
        // The second cannot be a month.
        ("03/25/2024", "20240325", "20240325"),
        ("2024-02", "20240201", "20240229"),
        ("20240101-20240131", "20240101", "20240131"),
        ("2024-01-01..2024-02", "20240101", "20240229"),
        ("2024-01-01..", "20240101", ""),
        ("..31.12.2023", "", "20231231"),
        ("7d", "20240224", "20240301"),
        ("week", "20240224", "20240301"),
    ];
    for (line, from, to) in cases {
        assert_eq!(fields(line), ["", "", "", "", from, to], "{line}");
    }
}

#[test]
fn what_is_no_day_is_a_number() {
    assert_eq!(fields("20241345")[1], "20241345", "no such month");
    assert_eq!(fields("29.02.2023")[1], "29.02.2023", "no such day");
    assert_eq!(fields("1764353264683505")[2], "1764353264683505");
    assert_eq!(fields("ACC-2024-001")[2], "ACC-2024-001");
    assert_eq!(fields("STS_001")[1], "STS_001");
    assert_eq!(fields("12345")[1], "12345");
}

#[test]
fn words_can_be_told_what_they_are() {
    assert_eq!(
        fields("id:ct acc:77 name:20240305 mod:us"),
        ["20240305", "ct", "77", "US", "", ""]
    );
    assert_eq!(
        parse_search_line("desc:thorax desc:routine", (2024, 3, 1)).description,
        "thorax routine"
    );
    // A second modality is a name: there are people called Us.
    assert_eq!(fields("ct us")[0], "us");
}

#[test]
fn days_count_over_leap_years_and_the_turn_of_the_year() {
    let from = |line: &str, today| parse_search_line(line, today).from;
    assert_eq!(from("yesterday", (2024, 1, 1)), "20231231");
    assert_eq!(from("yesterday", (2000, 3, 1)), "20000229");
    assert_eq!(from("yesterday", (2100, 3, 1)), "21000228");
    assert_eq!(from("366d", (2025, 1, 1)), "20240102");
}
