//! Whole answers: what servers send in place of DICOM JSON, and what they do to it.

use super::metadata::ct;
use skiagraph_core::study::study::PersonName;
use skiagraph_core::uid::StudyUid;
use skiagraph_dicom::dicomweb::metadata::{
    Asked, ParsedStudy, parse_instances, parse_instances_with, parse_mixed_instances, parse_series,
    parse_studies,
};
use skiagraph_dicom::error::MetadataError;

fn parse(json: &str) -> (ParsedStudy, Vec<String>) {
    let (parsed, warnings) = parse_instances(json.as_bytes()).unwrap();
    (parsed, warnings.iter().map(ToString::to_string).collect())
}

fn count(parsed: &ParsedStudy) -> usize {
    parsed
        .series
        .iter()
        .map(|series| series.instances.len())
        .sum()
}

#[test]
fn nothing_found_is_no_error() {
    for empty in ["", " \r\n", "[]", "\u{FEFF}[]", "null"] {
        let (parsed, warnings) = parse(empty);
        assert_eq!(
            (parsed, warnings),
            (ParsedStudy::default(), Vec::new()),
            "{empty:?}"
        );
        assert!(parse_studies(empty.as_bytes()).unwrap().0.is_empty());
    }
}

#[test]
fn fault_10_a_login_page_answered_with_200() {
    for page in [
        "<!DOCTYPE html><title>Sign in</title>",
        "\n<HTML lang=en>",
        "<?xml version='1.0'?><html/>",
    ] {
        assert_eq!(
            parse_instances(page.as_bytes()),
            Err(MetadataError::NotJson {
                looks_like_html: true
            }),
            "{page}"
        );
    }
    for other in [
        "<NativeDicomModel/>",
        "Bad Gateway",
        "{\"a\" 1}",
        "[] []",
        "\u{1}\u{2}",
    ] {
        assert_eq!(
            parse_instances(other.as_bytes()),
            Err(MetadataError::NotJson {
                looks_like_html: false
            }),
            "{other}"
        );
    }
}

#[test]
fn a_json_error_object_is_no_empty_study() {
    let orthanc =
        r#"{"Details":"Accessing an inexistent study","HttpError":"Not Found","HttpStatus":404}"#;
    for error in [orthanc, r#"[{"error":"x"}]"#, "[1,2]"] {
        assert_eq!(
            parse_instances(error.as_bytes()),
            Err(MetadataError::ErrorAnswer),
            "{error}"
        );
    }
}

#[test]
fn an_answer_cut_anywhere_is_truncated() {
    let whole = format!("[{}]", ct(&[("00100010", r#"[{"Alphabetic":"A^B"}]"#)]));
    for end in 1..whole.len() {
        assert_eq!(
            parse_instances(&whole.as_bytes()[..end]),
            Err(MetadataError::Truncated),
            "{}",
            &whole[..end]
        );
    }
}

#[test]
fn a_bare_object_a_mark_at_the_beginning_and_lower_case_tags() {
    let json = format!("\u{FEFF}{}", ct(&[]).replace("0020000D", "0020000d"));
    assert_eq!(count(&parse(&json).0), 1);
}

#[test]
fn values_without_an_array_and_attributes_without_an_object() {
    let json = ct(&[
        ("00280010", r#"{"vr":"US","Value":4}"#),
        ("00100020", r#"{"Value":"P1"}"#),
        ("00080050", "{}"),
    ])
    .replace(r#""00280102":{"Value":[11]}"#, r#""00280102":11"#);
    let (parsed, _) = parse(&json);
    let instance = &parsed.series[0].instances[0];
    assert_eq!(instance.image().unwrap().descriptor.rows, 4);
    assert_eq!(*instance.patient_id, "P1");
}

#[test]
fn f_2_2_person_names_with_absent_groups_and_as_plain_text() {
    let name = |value: &str| {
        parse(&ct(&[("00100010", value)]))
            .0
            .study
            .unwrap()
            .patient
            .name
            .clone()
    };
    let groups = |alphabetic: &str, ideographic: &str| PersonName {
        alphabetic: alphabetic.into(),
        ideographic: ideographic.into(),
        phonetic: String::new(),
        is_doubtful: false,
    };
    assert_eq!(
        name(r#"[{"Alphabetic":"Yamada^Tarou","Ideographic":"山田^太郎"}]"#),
        groups("Yamada^Tarou", "山田^太郎")
    );
    assert_eq!(
        name(r#"[{"Ideographic":"山田","Phonetic":"","Alphabetic":null}]"#),
        groups("", "山田")
    );
    assert_eq!(
        name(r#"["Yamada^Tarou=山田^太郎"]"#),
        groups("Yamada^Tarou", "山田^太郎")
    );
    for nothing in ["[{}]", "[null]", "[]", "[7]"] {
        assert_eq!(name(nothing), groups("", ""), "{nothing}");
    }
}

#[test]
fn one_unreadable_attribute_costs_only_itself() {
    // A number beyond all bounds, and half of a surrogate pair: serde_json refuses both.
    let json = format!(
        "[{}]",
        ct(&[
            ("00281052", "[1e999]"),
            ("00281053", "[1]"),
            ("00081030", r#"["\ud800"]"#)
        ])
    );
    let (parsed, warnings) = parse(&json);
    assert_eq!(count(&parsed), 1);
    assert!(
        warnings.contains(&"The attribute (0028,1052) cannot be read".to_owned()),
        "{warnings:?}"
    );
    assert!(
        warnings.contains(&"The attribute (0008,1030) cannot be read".to_owned()),
        "{warnings:?}"
    );
}

#[test]
fn bytes_that_are_not_utf_8_are_marked_not_fatal() {
    let json = ct(&[("00081030", r#"["Sch?del"]"#)]).into_bytes();
    let latin: Vec<u8> = json
        .into_iter()
        .map(|byte| if byte == b'?' { 0xE4 } else { byte })
        .collect();
    let (parsed, warnings) = parse_instances(&latin).unwrap();
    assert_eq!(parsed.study.unwrap().description, "Sch\u{FFFD}del");
    assert_eq!(warnings.len(), 1);
}

#[test]
fn rule_1_4_text_is_trimmed_and_cannot_turn_the_line_round() {
    let (parsed, _) = parse(&ct(&[
        ("00081030", r#"[" Head\u202e\u0007 "]"#),
        ("0008103E", r#"["\u2067T1"]"#),
    ]));
    assert_eq!(parsed.study.unwrap().description, "Head");
    assert_eq!(parsed.series[0].description, "T1");
}

#[test]
fn nesting_without_end_is_skipped_where_it_is_not_needed() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let (parsed, _) = parse(&ct(&[("00091001", &deep), ("00100020", &deep)]));
    assert_eq!(count(&parsed), 1);
    // A kept sequence in itself, again and again.
    let open = r#"{"52009230":{"Value":["#;
    let nested = format!("{}{}", open.repeat(5000), "]}}".repeat(5000));
    assert!(
        matches!(parse_instances(format!("[{},{nested}]", ct(&[])).as_bytes()), Ok((parsed, _)) if count(&parsed) == 1)
    );
}

#[test]
fn rule_d39_instances_of_another_study_are_left_out_and_told_of() {
    let json = format!(
        "[{},{}]",
        ct(&[]),
        ct(&[
            ("0020000D", r#"["1.66"]"#),
            ("0020000E", r#"["1.67"]"#),
            ("00080018", r#"["1.68"]"#)
        ])
    );
    let (parsed, warnings) = parse(&json);
    assert_eq!(count(&parsed), 1);
    assert_eq!(
        warnings,
        ["An instance of another study is left out (instance 1.68)"]
    );
    assert_eq!(parse_mixed_instances(json.as_bytes()).unwrap().0.len(), 2);
    let asked = Asked {
        study: StudyUid::parse("1.66").ok(),
        ..Asked::default()
    };
    let (parsed, _) = parse_instances_with(json.as_bytes(), &asked).unwrap();
    assert_eq!(parsed.study.unwrap().uid.as_str(), "1.66");
}

#[test]
fn ps3_18_10_6_3_uids_of_the_path_may_be_left_out_of_the_answer() {
    let json = ct(&[("0020000D", ""), ("0020000E", "")]);
    assert_eq!(count(&parse_instances(json.as_bytes()).unwrap().0), 0);
    let asked = Asked {
        study: StudyUid::parse("1.2").ok(),
        series: skiagraph_core::uid::SeriesUid::parse("1.2.3").ok(),
        ..Asked::default()
    };
    let (parsed, warnings) = parse_instances_with(json.as_bytes(), &asked).unwrap();
    assert_eq!((count(&parsed), warnings.len()), (1, 0));
    assert_eq!(parsed.study.unwrap().uid.as_str(), "1.2");
}

#[test]
fn a_file_that_names_no_series_is_not_lost() {
    let json = format!(
        "[{},{}]",
        ct(&[("0020000E", "")]),
        ct(&[
            ("0020000D", ""),
            ("0020000E", ""),
            ("00080018", r#"["1.9"]"#)
        ])
    );
    let (studies, warnings) = parse_mixed_instances(json.as_bytes()).unwrap();
    assert_eq!(studies.iter().map(count).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(studies[1].study.as_ref().unwrap().uid.as_str(), "1.9");
    assert_eq!(
        warnings[0].to_string(),
        "A file that does not name its study or series stands alone (instance 1.2.3.4 and 1 more)"
    );
}

#[test]
fn fault_29_one_uid_twice() {
    let same = format!("[{},{}]", ct(&[]), ct(&[]));
    assert_eq!(count(&parse(&same).0), 1);
    let different = format!("[{},{},{}]", ct(&[]), ct(&[("00280010", "[5]")]), ct(&[]));
    let (parsed, warnings) = parse(&different);
    assert_eq!(count(&parsed), 0);
    assert_eq!(
        warnings,
        ["Different images share one UID; none of them is shown (instance 1.2.3.4)"]
    );
}

#[test]
fn what_many_instances_share_is_told_once() {
    let slices: Vec<String> = (0..50)
        .map(|number| {
            ct(&[
                ("00080018", &format!(r#"["1.2.3.{number}"]"#)),
                ("00280030", "[0,0]"),
            ])
        })
        .collect();
    let (parsed, warnings) = parse(&format!("[{}]", slices.join(",")));
    assert_eq!(count(&parsed), 50);
    assert_eq!(
        warnings,
        ["The pixel spacing cannot be used; lengths are in pixels (instance 1.2.3.0 and 49 more)"]
    );
}

#[test]
fn rows_of_the_study_list_with_numbers_as_text_and_repeated_rows() {
    let row = r#"{"0020000D":{"Value":["1.2"]},"00080061":{"Value":["CT\\SR",""]},"00201206":{"Value":["2"]},
        "00201208":{"Value":[300]},"00080020":{"Value":["20240305"]},"00080090":{"Value":[{"Alphabetic":"Who^Dr"}]},
        "00100040":{"Value":["F"]},"00100030":{"vr":"DA"}}"#;
    let (studies, warnings) = parse_studies(
        format!("[{row},{row},{{}},{{\"0020000D\":{{\"Value\":[\"x\"]}}}}]").as_bytes(),
    )
    .unwrap();
    let [study] = &studies[..] else {
        panic!("{studies:?}")
    };
    assert_eq!(
        (
            study.modalities.as_slice(),
            study.n_series,
            study.n_instances
        ),
        (&["CT".to_owned(), "SR".to_owned()][..], Some(2), Some(300))
    );
    assert_eq!(
        (
            study.date.as_str(),
            study.patient.sex.as_str(),
            study.patient.birth_date.as_str()
        ),
        ("20240305", "F", "")
    );
    assert_eq!(*study.referring_physician, "Who^Dr");
    assert_eq!(
        warnings[0].to_string(),
        "An entry without a valid UID is left out (2 times)"
    );
}

#[test]
fn rows_of_the_series_list() {
    let json = r#"[{"0020000E":{"Value":["1.3"]},"00080060":{"Value":["MR"]},"00200011":{"Value":["4"]},
        "0008103E":{"Value":["T1 A\\B"]},"00201209":{"Value":[20]},"00180015":{"Value":["HEAD"]}}]"#;
    let (series, _) = parse_series(json.as_bytes()).unwrap();
    let series = &series[0];
    assert_eq!(
        (series.modality.as_str(), series.number, series.n_instances),
        ("MR", Some(4), Some(20))
    );
    assert_eq!(
        (series.description.as_str(), series.body_part.as_str()),
        ("T1 A\\B", "HEAD")
    );
}

#[test]
fn no_patient_data_in_debug_output_or_warnings() {
    let (parsed, warnings) = parse(&ct(&[
        ("00100010", r#"[{"Alphabetic":"SECRET^NAME"}]"#),
        ("00100020", r#"["SECRET-ID"]"#),
        ("00080050", r#"["SECRET-ACC"]"#),
        ("00280030", "[0]"),
    ]));
    assert!(!format!("{parsed:?}{warnings:?}").contains("SECRET"));
}
