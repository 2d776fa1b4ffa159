//! Names of real files in every character set that they come in (PS3.3 C.12.1.1.2, PS3.5 H to K); the letters are
//! pydicom's, but for GB2312 with escapes, which are those of PS3.5 K.2.

use super::decode_manifest::data_folder;
use skiagraph_core::study::study::PersonName;
use skiagraph_dicom::dicomweb::metadata::parse_instances;
use skiagraph_dicom::pixels::part10::open;

const FILES: &[(&str, &str)] = &[
    (
        "pydicom/charset_files/chrFrenMulti.dcm",
        "Buc^J\u{e9}r\u{f4}me",
    ),
    (
        "pydicom/charset_files/chrGerm.dcm",
        "\u{c4}neas^R\u{fc}diger",
    ),
    (
        "pydicom/charset_files/chrGreek.dcm",
        "\u{394}\u{3b9}\u{3bf}\u{3bd}\u{3c5}\u{3c3}\u{3b9}\u{3bf}\u{3c2}",
    ),
    (
        "pydicom/charset_files/chrHbrw.dcm",
        "\u{5e9}\u{5e8}\u{5d5}\u{5df}^\u{5d3}\u{5d1}\u{5d5}\u{5e8}\u{5d4}",
    ),
    (
        "pydicom/charset_files/chrH31.dcm",
        "Yamada^Tarou=\u{5c71}\u{7530}^\u{592a}\u{90ce}=\u{3084}\u{307e}\u{3060}^\u{305f}\u{308d}\u{3046}",
    ),
    (
        "pydicom/charset_files/chrH32.dcm",
        "\u{ff94}\u{ff8f}\u{ff80}\u{ff9e}^\u{ff80}\u{ff9b}\u{ff73}=\u{5c71}\u{7530}^\u{592a}\u{90ce}=\u{3084}\u{307e}\u{3060}^\u{305f}\u{308d}\u{3046}",
    ),
    (
        "orthanc-tests/Encodings/DavidClunie/SCSH31",
        "Yamada^Tarou=\u{5c71}\u{7530}^\u{592a}\u{90ce}=\u{3084}\u{307e}\u{3060}^\u{305f}\u{308d}\u{3046}",
    ),
    (
        "pydicom/charset_files/chrI2.dcm",
        "Hong^Gildong=\u{6d2a}^\u{5409}\u{6d1e}=\u{d64d}^\u{ae38}\u{b3d9}",
    ),
    (
        "pydicom/charset_files/chrJapMulti.dcm",
        "\u{3084}\u{307e}\u{3060}^\u{305f}\u{308d}\u{3046}",
    ),
    (
        "pydicom/charset_files/chrJapMultiExplicitIR6.dcm",
        "\u{3084}\u{307e}\u{3060}^\u{305f}\u{308d}\u{3046}",
    ),
    (
        "pydicom/charset_files/chrKoreanMulti.dcm",
        "\u{ae40}\u{d76c}\u{c911}",
    ),
    (
        "pydicom/charset_files/chrX2.dcm",
        "Wang^XiaoDong=\u{738b}^\u{5c0f}\u{4e1c}",
    ),
    (
        "fo-dicom/charset/chrGB2312.dcm",
        "Zhang^XiaoDong=\u{5f20}^\u{5c0f}\u{4e1c}",
    ),
    ("derived/charset/name-cyrillic.dcm", "Test-\u{414}\u{45b}"),
    (
        "derived/charset/name-latin2.dcm",
        "Test-\u{e9}\u{fc}\u{e4}\u{f6}",
    ),
    (
        "derived/charset/name-latin3.dcm",
        "Test-\u{e9}\u{fc}\u{e4}\u{f6}\u{f2}\u{11d}\u{130}",
    ),
    (
        "derived/charset/name-latin4.dcm",
        "Test-\u{e9}\u{fc}\u{e4}\u{f6}\u{137}",
    ),
    (
        "derived/charset/name-latin5.dcm",
        "Test-\u{e9}\u{fc}\u{e4}\u{f6}\u{f2}\u{130}",
    ),
    (
        "derived/charset/name-shift-jis.dcm",
        "\u{ff94}\u{ff8f}\u{ff80}\u{ff9e}^\u{ff80}\u{ff9b}\u{ff73}",
    ),
    (
        "derived/charset/name-utf8.dcm",
        "Test-\u{e9}\u{fc}\u{e4}\u{f6}\u{f2}\u{414}\u{398}\u{11d}\u{5d3}\u{635}\u{137}\u{45b}\u{e5b}\u{ff88}\u{130}",
    ),
];

fn joined(name: &PersonName) -> String {
    name.groups().join("=").trim_end_matches('=').to_owned()
}

#[test]
fn rule_d42_names_of_real_files_in_twenty_character_sets() {
    let Some(folder) = data_folder() else {
        return println!("skipped {} names: ../shared/data is absent", FILES.len());
    };
    for (path, wanted) in FILES {
        let file = std::fs::read(folder.join("dev").join(path)).unwrap();
        let json = open(&file).unwrap().metadata_json;
        let (parsed, _) = parse_instances(json.as_bytes()).unwrap();
        let name = parsed.study.unwrap().patient.0.name;
        assert_eq!(joined(&name), *wanted, "{path}");
        assert!(!name.is_doubtful, "{path}");
    }
}

/// PS3.3 C.12.1.1.2: the character set of a data set holds for its items unless they have their own.
#[test]
fn rule_d42_items_have_the_character_set_of_their_data_set() {
    let Some(folder) = data_folder() else {
        return println!("skipped 1 file: ../shared/data is absent");
    };
    let path = "dev/pydicom/charset_files/chrSQEncoding1.dcm";
    let json = open(&std::fs::read(folder.join(path)).unwrap())
        .unwrap()
        .metadata_json;
    let all: serde_json::Value = serde_json::from_str(&json).unwrap();
    let name = &all["00321064"]["Value"][0]["00100010"]["Value"][0];
    assert_eq!(name["Ideographic"], "\u{5c71}\u{7530}^\u{592a}\u{90ce}");
}

fn name_of(json: &str) -> PersonName {
    let (parsed, _) = parse_instances(json.as_bytes()).unwrap();
    parsed.study.unwrap().patient.0.name
}

/// PS3.18 F.2.2: JSON is UTF-8 whatever (0008,0005) says of the source; reading it anew would be the error.
#[test]
fn f_2_2_json_is_utf_8_whatever_its_character_set_says() {
    let answer = |charset: &str, name: &str| {
        format!(
            r#"[{{"00080005":{{"Value":["{charset}"]}},"00080018":{{"Value":["1.2.3"]}},"0020000D":{{"Value":["1.2"]}},
            "0020000E":{{"Value":["1.2.1"]}},"00100010":{{"Value":[{{"Alphabetic":"{name}"}}]}}}}]"#
        )
    };
    let good = name_of(&answer(
        "ISO 2022 IR 87",
        "\u{5c71}\u{7530}^\u{592a}\u{90ce}",
    ));
    assert_eq!(good.alphabetic, "\u{5c71}\u{7530}^\u{592a}\u{90ce}");
    assert!(!good.is_doubtful);
    // A server that took UTF-8 for Latin-1: shown as it came, and marked.
    let bad = name_of(&answer("ISO_IR 192", "Moreau^\u{c3}\u{89}lodie"));
    assert!(bad.is_doubtful);
    let unknown = name_of(&answer("ISO_IR 999", "M\u{fc}ller"));
    assert!(unknown.is_doubtful);
    assert!(!name_of(&answer("ISO_IR 999", "Miller")).is_doubtful);
}

#[test]
fn rule_1_4_controls_and_turning_marks_are_taken_out_of_names() {
    let json = r#"[{"00080018":{"Value":["1.2.3"]},"0020000D":{"Value":["1.2"]},"0020000E":{"Value":["1.2.1"]},
        "00100010":{"Value":[{"Alphabetic":"DOE\u202e^J\u2067ANE\u0007\u0085"}]}}]"#;
    assert_eq!(name_of(json).alphabetic, "DOE^JANE");
}
