//! The inputs of the SUV out of DICOM JSON and out of real files (rules D33, D43).

use super::decode_manifest::data_folder;
use super::metadata::image;
use skiagraph_core::pixel::suv::{Suv, SuvProblem};
use skiagraph_dicom::dicomweb::metadata::parse_instances;
use skiagraph_dicom::pixels::part10::open;

const DRUG: &str = r#"[{"00181072":{"Value":["090000.00"]},"00181074":{"Value":[370000000]},"00181075":{"Value":[6586.2]}}]"#;

/// The golden vector as a PET image: 370 MBq at 9, scanned at 10, 70 kg; `changes` come on top.
fn suv(changes: &[(&str, &str)]) -> Suv {
    let base = [
        ("00080016", r#"["1.2.840.10008.5.1.4.1.1.128"]"#),
        ("00080060", r#"["PT"]"#),
        ("00080021", r#"["20240229"]"#),
        ("00080031", r#"["100000"]"#),
        ("00080022", r#"["20240229"]"#),
        ("00080032", r#"["100000.5"]"#),
        ("00101030", "[70]"),
        ("00280051", r#"["DECY","ATTN","SCAT"]"#),
        ("00280052", ""),
        ("00541001", r#"["BQML"]"#),
        ("00541102", r#"["START"]"#),
        ("00540016", DRUG),
    ];
    let kept = base
        .iter()
        .filter(|(tag, _)| !changes.iter().any(|(changed, _)| changed == tag));
    let all: Vec<(&str, &str)> = kept.chain(changes).copied().collect();
    image(&all).0.frames[0].context.suv
}

fn factor(suv: Suv) -> f64 {
    match suv {
        Suv::Factor(factor) => factor,
        other => panic!("{other:?}"),
    }
}

fn is_near(got: f64, wanted: f64) -> bool {
    (got / wanted - 1.0).abs() < 1e-6
}

const GOLDEN: f64 = 2.763_366e-4;

#[test]
fn c_8_9_the_golden_vector_out_of_an_answer() {
    assert!(is_near(factor(suv(&[])), GOLDEN));
}

#[test]
fn c_8_9_2_the_start_date_time_goes_before_the_start_time() {
    let drug = r#"[{"00181072":{"Value":["000000"]},"00181078":{"Value":["20240229090000.000000+0100"]},
        "00181074":{"Value":["370000000"]},"00181075":{"Value":["6586.2"]}}]"#;
    assert!(is_near(factor(suv(&[("00540016", drug)])), GOLDEN));
}

#[test]
fn an_injection_before_midnight_and_over_a_leap_day() {
    let drug = DRUG.replace("090000.00", "23:30:00");
    let night = [
        ("00540016", drug.as_str()),
        ("00080021", r#"["20240301"]"#),
        ("00080031", r#"["003000"]"#),
        ("00080022", r#"["20240301"]"#),
        ("00080032", r#"["003000"]"#),
    ];
    assert!(is_near(factor(suv(&night)), GOLDEN));
}

#[test]
fn rule_d43_counts_by_the_private_creator_in_whatever_block() {
    let block = |creator: &'static str| {
        suv(&[
            ("00541001", r#"["CNTS"]"#),
            ("70530010", r#"["SOMEBODY ELSE"]"#),
            ("70531000", "[7]"),
            ("70530022", creator),
            ("70532200", r#"["0.0005"]"#),
        ])
    };
    assert!(is_near(
        factor(block(r#"["Philips PET Private Group"]"#)),
        0.0005
    ));
    // The same elements under another creator mean nothing.
    assert_eq!(block(r#"["OTHER"]"#), Suv::Refused(SuvProblem::Counts));
}

#[test]
fn rule_d43_private_attributes_under_un_are_read_too() {
    // "Philips PET Private Group " and "2.0 " in base64, as a server without a dictionary sends them.
    let found = suv(&[
        ("00541001", r#"["CNTS"]"#),
        (
            "70530010",
            r#"{"vr":"UN","InlineBinary":"UGhpbGlwcyBQRVQgUHJpdmF0ZSBHcm91cCA="}"#,
        ),
        ("70531009", r#"{"vr":"UN","InlineBinary":"Mi4wIA=="}"#),
    ]);
    assert!(is_near(factor(found), 2.0 * GOLDEN));
}

#[test]
fn rule_d43_a_late_series_takes_the_scan_time_of_its_makers_block() {
    let late = [
        ("00080031", r#"["180000"]"#),
        ("00090010", r#"["GEMS_PETD_01"]"#),
        ("0009100D", r#"["20240229100000.00"]"#),
    ];
    assert!(is_near(factor(suv(&late)), GOLDEN));
    assert_eq!(
        suv(&late[..1]),
        Suv::Refused(SuvProblem::SeriesAfterAcquisition)
    );
}

#[test]
fn what_is_missing_is_the_reason_and_another_modality_is_not_asked() {
    assert_eq!(suv(&[("00101030", "")]), Suv::Refused(SuvProblem::Weight));
    assert_eq!(suv(&[("00540016", "")]), Suv::Refused(SuvProblem::Dose));
    assert_eq!(suv(&[("00080060", r#"["CT"]"#)]), Suv::NotAsked);
}

/// Real files; the factor of the first was worked out with pydicom's values by hand: 69.7344 kg, 178.34 MBq, 3976.921 s.
#[test]
fn real_pet_files_have_their_suv_or_their_reason() {
    let Some(folder) = data_folder() else {
        return println!("skipped: ../shared/data is absent");
    };
    let cases = [
        (
            "suyashkumar-dicom/1.dcm",
            Suv::Factor(0.000_594_248_530_800_625_2),
        ),
        ("ibsi-sts/STS_001/PET/image/000000.dcm", Suv::Factor(1.0)),
        (
            "orthanc-tests/Issue94.dcm",
            Suv::Refused(SuvProblem::Weight),
        ),
        (
            "fo-dicom/GH610.dcm",
            Suv::Refused(SuvProblem::NotAttenuationCorrected),
        ),
    ];
    for (path, wanted) in cases {
        let file = std::fs::read(folder.join("dev").join(path)).unwrap();
        let json = open(&file).unwrap().metadata_json;
        let (parsed, _) = parse_instances(json.as_bytes()).unwrap();
        let header = parsed.series[0].instances[0].image().unwrap();
        let got = header.frames[0].context.suv;
        let is_equal = match (got, wanted) {
            (Suv::Factor(got), Suv::Factor(wanted)) => is_near(got, wanted),
            _ => got == wanted,
        };
        assert!(is_equal, "{path}: {got:?}");
    }
}

/// C.7.6.16.2.11: first and last value mapped are stored values, so that they have the sign of the pixels.
#[test]
fn rule_d34_a_range_below_zero_under_an_unsigned_vr() {
    let item = r#"[{"00409216":{"vr":"US","Value":[64536]},"00409211":{"vr":"US","Value":[1000]},
        "00409224":{"Value":[0]},"00409225":{"Value":[0.5]},
        "004008EA":{"Value":[{"00080100":{"Value":["mm2/s"]}}]}}]"#;
    let signed = [("00280103", "[1]"), ("00409096", item)];
    let map = image(&signed).0.frames[0].context.real_world[0].clone();
    assert_eq!(map.range, [-1000.0, 1000.0]);
    assert_eq!(
        (map.value(-1000.0), map.value(1001.0)),
        (Some(-500.0), None)
    );
}
