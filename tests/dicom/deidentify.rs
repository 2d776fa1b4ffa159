//! The profile of PS3.15 Annex E over headers: nothing of a seeded identity is left, what is to stay stays.

use skiagraph_dicom::deidentify::{
    Action, Dates, DeidentifyError, Options, Order, Pseudonyms, action, deidentify,
};

use crate::judge;
use crate::part10_writer::{File, Style};

const IMPLICIT: &str = "1.2.840.10008.1.2";
const TABLE: &str = include_str!("../../src/dicom/deidentify/table.tsv");

fn names() -> Pseudonyms {
    Pseudonyms::new([7; 32])
}

/// Tag and name of each attribute of Table E.1-1.
fn table() -> Vec<((u16, u16), &'static str, &'static str)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let (group, element) = fields[0].split_once(',').unwrap();
            let tag = (
                u16::from_str_radix(group, 16).unwrap(),
                u16::from_str_radix(element, 16).unwrap(),
            );
            (tag, fields[1], fields[3])
        })
        .collect()
}

const WORDS: [&str; 9] = [
    "Canarymann",
    "Kasimir",
    "PID-424242",
    "Canarystrasse 7",
    "ACC-99887",
    "Dr^Nosy",
    "Clinic of Canaries",
    "1.2.3.4.5.999.1",
    "secretprivate",
];

fn put(file: &mut File, tag: (u16, u16), text: &str) {
    file.text(tag, *b"  ", text);
}

/// A CT with an identity everywhere: in every attribute of the table, in items, private, in overlays, curves and padding.
fn seeded() -> Vec<u8> {
    let mut elements: Vec<((u16, u16), Vec<u8>)> = Vec::new();
    let mut add = |tag, value: &[u8]| elements.push((tag, value.to_vec()));
    add((0x0008, 0x0008), b"ORIGINAL\\PRIMARY\\AXIAL");
    add((0x0008, 0x0016), b"1.2.840.10008.5.1.4.1.1.2\0");
    add((0x0008, 0x0060), b"CT");
    // A name in a place that stays.
    add((0x0018, 0x1210), b"B30f Canarymann ");
    add((0x0018, 0x0050), b"2.5 ");
    add((0x0009, 0x0010), b"secretprivate ");
    add((0x0009, 0x1001), b"Canarymann");
    // An attribute of the standard that is not in the table: a name by its kind.
    add((0x0040, 0x1010), b"Dr^Nosy ");
    add((0x0074, 0x1002), b"");
    add((0x5000, 0x3000), b"Canarymann");
    add((0x6000, 0x3000), b"Canarymann");
    add((0x6000, 0x0022), b"Canarymann");
    add((0x7FDF, 0x0010), b"secretprivate ");
    for (tag, _, name) in table() {
        // What holds a document is refused whole.
        if tag.0 < 8 || tag.0 >= 0xFFFA || tag == (0x0042, 0x0011) {
            continue;
        }
        let value: Vec<u8> = if name.contains("Sequence") {
            let mut inner = File::bare(Style::Implicit);
            inner.text((0x0008, 0x0100), *b"  ", "Canarymann");
            inner.text((0x0008, 0x1155), *b"  ", "1.2.3.4.5.999.1");
            inner.text((0x0010, 0x0010), *b"  ", "Canarymann^Kasimir");
            inner.text((0x0010, 0x4000), *b"  ", "PID-424242");
            let mut items = File::bare(Style::Implicit);
            items.item(&inner.bytes);
            items.bytes
        } else if name.ends_with("UID") {
            b"1.2.3.4.5.999.1\0".to_vec()
        } else if name.contains("Date") {
            b"19551231".to_vec()
        } else if name.contains("Time") {
            b"101112".to_vec()
        } else {
            b"Canarymann".to_vec()
        };
        elements.retain(|(known, _)| *known != tag);
        elements.push((tag, value));
    }
    let mut set = |tag: (u16, u16), value: &[u8]| {
        elements.retain(|(known, _)| *known != tag);
        elements.push((tag, value.to_vec()));
    };
    // A number, which a word would be no value of.
    set((0x0010, 0x21C0), &[1, 0]);
    set((0x0010, 0x0010), b"Canarymann^Kasimir");
    set((0x0010, 0x0020), b"PID-424242");
    set((0x0010, 0x1040), b"Canarystrasse 7 ");
    set((0x0008, 0x0050), b"ACC-99887 ");
    set((0x0008, 0x0080), b"Clinic of Canaries");
    set((0x0008, 0x0090), b"Dr^Nosy ");
    elements.sort();
    let mut file = File::new(IMPLICIT);
    for (tag, value) in elements {
        file.element(tag, *b"  ", &value);
    }
    file.element((0xFFFC, 0xFFFC), *b"  ", b"Canarymann");
    file.bytes
}

fn left(bytes: &[u8], word: &str) -> String {
    let at = bytes
        .windows(word.len())
        .position(|window| window.eq_ignore_ascii_case(word.as_bytes()));
    at.map_or(String::new(), |at| {
        format!(
            "{word} is left: {:?}",
            String::from_utf8_lossy(&bytes[at - 12..at + word.len()])
        )
    })
}

fn finds(bytes: &[u8], word: &str) -> bool {
    bytes
        .windows(word.len())
        .any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

#[test]
fn e_1_1_nothing_of_an_identity_in_every_attribute_of_the_table_is_left_as_bytes() {
    let source = seeded();
    // What is put in can be found.
    assert!(WORDS.iter().all(|word| finds(&source, word)));
    let copy = deidentify(&source, &Order::default(), &names()).unwrap();
    for word in WORDS.iter().chain(&["19551231"]) {
        assert_eq!(left(&copy.bytes, word), "");
    }
    assert!(copy.words.is_empty());
    assert_eq!(copy.bytes[..128], [0; 128], "the preamble is zeros");
}

#[test]
fn e_3_under_every_option_neither_name_nor_number_of_the_patient_is_left() {
    let options = Options {
        dates: Dates::Shifted,
        keeps_uids: true,
        keeps_device: true,
        keeps_institution: true,
        keeps_characteristics: true,
        keeps_safe_private: true,
        cleans_descriptors: true,
    };
    let order = Order {
        options,
        ..Order::default()
    };
    let copy = deidentify(&seeded(), &order, &names()).unwrap();
    for word in [
        "Canarymann",
        "Kasimir",
        "PID-424242",
        "Canarystrasse",
        "Nosy",
        "19551231",
    ] {
        assert_eq!(left(&copy.bytes, word), "");
    }
    // What the options keep is there.
    assert!(finds(&copy.bytes, "Clinic of Canaries"));
    assert!(finds(&copy.bytes, "1.2.3.4.5.999.1"));
}

/// Reads the copy with pydicom: every element by its keyword, items too.
const READ: &str = r#"
import sys, json, pathlib, pydicom
def plain(ds):
    out = {}
    for e in ds:
        name = e.keyword or str(e.tag)
        out[name] = [plain(i) for i in e.value] if e.VR == "SQ" else (len(e.value or b"") if e.VR in ("OB","OW") else str(e.value))
    return out
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.dcm")):
    ds = pydicom.dcmread(path)
    print(json.dumps({"meta": plain(ds.file_meta), "set": plain(ds)}))
"#;

fn read(name: &str, copies: &[Vec<u8>]) -> Option<Vec<serde_json::Value>> {
    let folder = judge::folder(name);
    for (index, copy) in copies.iter().enumerate() {
        std::fs::write(folder.join(format!("{index}.dcm")), copy).unwrap();
    }
    let text = judge::pydicom(READ, &folder)?;
    Some(
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

#[test]
fn e_1_1_step_6_the_copy_says_what_was_done_to_pydicom() {
    let source = seeded();
    let order = Order {
        options: Options {
            dates: Dates::Shifted,
            cleans_descriptors: true,
            ..Options::default()
        },
        label: Some("Case 12".to_owned()),
        ..Order::default()
    };
    let copies = [
        deidentify(&source, &Order::default(), &names())
            .unwrap()
            .bytes,
        deidentify(&source, &order, &names()).unwrap().bytes,
    ];
    let Some(read) = read("deidentify_marks", &copies) else {
        return;
    };
    let codes = |index: usize| -> Vec<String> {
        let items = read[index]["set"]["DeidentificationMethodCodeSequence"]
            .as_array()
            .unwrap();
        items
            .iter()
            .map(|item| item["CodeValue"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(codes(0), ["113100"]);
    assert_eq!(codes(1), ["113100", "113105", "113107"]);
    let basic = &read[0]["set"];
    assert_eq!(basic["PatientIdentityRemoved"], "YES");
    assert_eq!(basic["LongitudinalTemporalInformationModified"], "REMOVED");
    assert_eq!(
        read[1]["set"]["LongitudinalTemporalInformationModified"],
        "MODIFIED"
    );
    assert_eq!(read[1]["set"]["PatientName"], "Case 12");
    assert_eq!(read[1]["set"]["PatientID"], "Case 12");
    // Z, X and D of the table.
    assert_eq!(basic["AccessionNumber"], "");
    assert!(basic.get("SeriesDescription").is_none());
    assert_eq!(basic["SliceThickness"], "2.5");
    // The second net: the name in a place that stays.
    assert_eq!(basic["ConvolutionKernel"], "REMOVED");
    let meta = &read[0]["meta"];
    assert_eq!(meta["MediaStorageSOPInstanceUID"], basic["SOPInstanceUID"]);
    assert_eq!(meta["TransferSyntaxUID"], "1.2.840.10008.1.2.1");
    // The group length is true, or pydicom would have read less.
    assert!(
        meta["ImplementationClassUID"]
            .as_str()
            .unwrap()
            .starts_with("2.25.")
    );
}

/// A CT in a study of two files, the second of which refers to the first.
fn referring(instance: &str, other: &str) -> Vec<u8> {
    let mut reference = File::bare(Style::Implicit);
    put(
        &mut reference,
        (0x0008, 0x1150),
        "1.2.840.10008.5.1.4.1.1.2",
    );
    put(&mut reference, (0x0008, 0x1155), other);
    let mut item = File::bare(Style::Implicit);
    item.item(&reference.bytes);
    let mut file = File::new(IMPLICIT);
    put(&mut file, (0x0008, 0x0016), "1.2.840.10008.5.1.4.1.1.2");
    put(&mut file, (0x0008, 0x0018), instance);
    put(&mut file, (0x0008, 0x0020), "20240229");
    put(&mut file, (0x0008, 0x002A), "20231231235959.5+0100");
    put(&mut file, (0x0008, 0x0030), "101112");
    put(&mut file, (0x0008, 0x0060), "CT");
    file.element((0x0008, 0x1140), *b"  ", &item.bytes);
    put(&mut file, (0x0010, 0x0020), "P1");
    put(&mut file, (0x0010, 0x1010), "094Y");
    put(&mut file, (0x0020, 0x000D), "1.2.3");
    put(&mut file, (0x0020, 0x000E), "1.2.3.1");
    put(&mut file, (0x0020, 0x0052), "1.2.3.9");
    file.bytes
}

#[test]
fn e_1_1_u_new_uids_agree_within_a_run_and_with_no_other_run() {
    let order = Order::default();
    let files = [
        referring("1.2.3.1.1", "1.2.3.1.2"),
        referring("1.2.3.1.2", "1.2.3.1.1"),
    ];
    let mut copies: Vec<Vec<u8>> = files
        .iter()
        .map(|file| deidentify(file, &order, &names()).unwrap().bytes)
        .collect();
    let other = Pseudonyms::new([8; 32]);
    copies.push(deidentify(&files[0], &order, &other).unwrap().bytes);
    let Some(read) = read("deidentify_uids", &copies) else {
        return;
    };
    let set = |index: usize| &read[index]["set"];
    let referred =
        |index: usize| &set(index)["ReferencedImageSequence"][0]["ReferencedSOPInstanceUID"];
    assert_eq!(referred(0), &set(1)["SOPInstanceUID"]);
    assert_eq!(referred(1), &set(0)["SOPInstanceUID"]);
    for key in [
        "StudyInstanceUID",
        "SeriesInstanceUID",
        "FrameOfReferenceUID",
    ] {
        assert_eq!(set(0)[key], set(1)[key], "{key}");
        assert_ne!(set(0)[key], set(2)[key], "{key}");
        let uid = set(0)[key].as_str().unwrap();
        let number: u128 = uid.strip_prefix("2.25.").unwrap().parse().unwrap();
        // RFC 9562: version 8 and variant 0b10.
        assert_eq!((number >> 76 & 0xF, number >> 62 & 0b11), (8, 0b10));
    }
    // Identifiers of the standard name kinds of things.
    assert_eq!(set(0)["SOPClassUID"], "1.2.840.10008.5.1.4.1.1.2");
    assert_eq!(set(0)["PatientID"], set(1)["PatientID"]);
    assert_ne!(set(0)["PatientID"], set(2)["PatientID"]);
}

#[test]
fn e_3_6_modified_dates_are_all_moved_by_the_same_days_and_times_stay() {
    let order = |dates| Order {
        options: Options {
            dates,
            keeps_characteristics: true,
            ..Options::default()
        },
        ..Order::default()
    };
    let file = referring("1.2.3.1.1", "1.2.3.1.2");
    let copies = [Dates::Kept, Dates::Shifted, Dates::Removed]
        .map(|dates| deidentify(&file, &order(dates), &names()).unwrap().bytes);
    let folder = judge::folder("deidentify_dates");
    for (index, copy) in copies.iter().enumerate() {
        std::fs::write(folder.join(format!("{index}.dcm")), copy).unwrap();
    }
    // Days between by Python's own calendar.
    let script = r#"
import sys, pathlib, datetime, pydicom
a, b, c = [pydicom.dcmread(pathlib.Path(sys.argv[1]) / f"{i}.dcm") for i in range(3)]
day = lambda text: datetime.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
print((day(a.StudyDate) - day(b.StudyDate)).days, (day(a.AcquisitionDateTime) - day(b.AcquisitionDateTime)).days)
print(b.AcquisitionDateTime[8:], b.StudyTime, repr(c.StudyDate), "AcquisitionDateTime" in c, a.StudyDate)
print(a.PatientAge)
"#;
    let Some(text) = judge::pydicom(script, &folder) else {
        return;
    };
    let days = names().days();
    assert!((1..=3650).contains(&days));
    let wanted = format!("{days} {days}\n235959.5+0100 101112 '' False 20240229\n090Y\n");
    assert_eq!(text, wanted);
}

#[test]
fn e_3_10_of_private_attributes_only_those_on_the_list_stay_and_only_when_asked() {
    let mut file = File::new(IMPLICIT);
    put(&mut file, (0x0008, 0x0016), "1.2.840.10008.5.1.4.1.1.4");
    put(&mut file, (0x0008, 0x0018), "1.2.3.4");
    put(&mut file, (0x0008, 0x0060), "MR");
    put(&mut file, (0x0019, 0x0010), "SIEMENS MR HEADER");
    put(&mut file, (0x0019, 0x0011), "SIEMENS CSA");
    put(&mut file, (0x0019, 0x100C), "1000");
    put(&mut file, (0x0019, 0x1008), "IMAGE NUM 4");
    put(&mut file, (0x0019, 0x110C), "1000");
    let copy = |keeps_safe_private| {
        let options = Options {
            keeps_safe_private,
            ..Options::default()
        };
        let order = Order {
            options,
            ..Order::default()
        };
        deidentify(&file.bytes, &order, &names()).unwrap().bytes
    };
    let Some(read) = read("deidentify_private", &[copy(false), copy(true)]) else {
        return;
    };
    let private = |index: usize| -> Vec<String> {
        let keys = read[index]["set"].as_object().unwrap().keys();
        keys.filter(|key| key.starts_with("(0019"))
            .cloned()
            .collect()
    };
    assert_eq!(private(0), [""; 0]);
    assert_eq!(
        private(1),
        ["(0019,0010)", "(0019,100C)"].map(str::to_owned)
    );
}

#[test]
fn standards_4_8_reports_documents_and_unseen_screens_do_not_leave() {
    let of_class = |class: &str, modality: &str| {
        let mut file = File::new("1.2.840.10008.1.2.1");
        file.text((0x0008, 0x0016), *b"UI", class);
        file.text((0x0008, 0x0018), *b"UI", "1.2.3.4");
        file.text((0x0008, 0x0060), *b"CS", modality);
        file.number((0x0028, 0x0002), 1)
            .text((0x0028, 0x0004), *b"CS", "MONOCHROME2");
        file.number((0x0028, 0x0010), 1).number((0x0028, 0x0011), 2);
        file.number((0x0028, 0x0100), 8).number((0x0028, 0x0101), 8);
        file.number((0x0028, 0x0102), 7).number((0x0028, 0x0103), 0);
        file.element((0x7FE0, 0x0010), *b"OB", &[1, 2]);
        file.bytes
    };
    let outcome = |class: &str, modality: &str, is_seen| {
        let order = Order {
            is_seen,
            ..Order::default()
        };
        deidentify(&of_class(class, modality), &order, &names()).map(|_| ())
    };
    let never = |class| matches!(outcome(class, "SR", true), Err(DeidentifyError::Never(_)));
    assert!(never("1.2.840.10008.5.1.4.1.1.88.33"));
    assert!(never("1.2.840.10008.5.1.4.1.1.104.1"));
    assert!(never("1.2.840.10008.5.1.4.1.1.11.1"));
    for (class, modality) in [
        ("1.2.840.10008.5.1.4.1.1.7", "CT"),
        ("1.2.840.10008.5.1.4.1.1.6.1", "US"),
        ("1.2.840.10008.5.1.4.1.1.77.1.1", "ES"),
    ] {
        assert_eq!(
            outcome(class, modality, false),
            Err(DeidentifyError::Unseen)
        );
        assert_eq!(outcome(class, modality, true), Ok(()));
    }
    assert_eq!(outcome("1.2.840.10008.5.1.4.1.1.2", "CT", false), Ok(()));
}

#[test]
fn a_file_that_is_cut_or_too_deep_gives_no_copy_rather_than_half_of_one() {
    let whole = seeded();
    for n_bytes in [whole.len() - 12, whole.len() / 2 + 1, 200] {
        let cut = deidentify(&whole[..n_bytes], &Order::default(), &names());
        assert!(cut.is_err(), "{n_bytes} of {} bytes", whole.len());
    }
}

#[test]
fn e_1_1_a_few_actions_as_the_standard_prints_them() {
    let basic = Options::default();
    let of = |group, element| action(group, element, &basic);
    assert_eq!(of(0x0010, 0x0010), Some(Action::Empty));
    assert_eq!(of(0x0008, 0x1030), Some(Action::Remove));
    assert_eq!(of(0x0020, 0x000D), Some(Action::Uid));
    assert_eq!(of(0x0040, 0xA123), Some(Action::Dummy));
    assert_eq!(of(0x0008, 0x0060), None);
    let kept = Options {
        dates: Dates::Kept,
        keeps_device: true,
        ..basic
    };
    assert_eq!(action(0x0008, 0x0020, &kept), Some(Action::Keep));
    assert_eq!(action(0x0018, 0x1000, &kept), Some(Action::Keep));
    // Birth dates are no longitudinal information.
    assert_eq!(action(0x0010, 0x0030, &kept), Some(Action::Empty));
}

#[test]
fn cid_7050_codes_and_meanings_are_those_that_pydicom_knows() {
    let all = Options {
        dates: Dates::Shifted,
        keeps_uids: true,
        keeps_device: true,
        keeps_institution: true,
        keeps_characteristics: true,
        keeps_safe_private: true,
        cleans_descriptors: true,
    };
    let full = Options {
        dates: Dates::Kept,
        ..all
    };
    let mut ours: Vec<String> = [all, full]
        .iter()
        .flat_map(|options| options.codes(true))
        .map(|(code, meaning)| format!("{code} {meaning}"))
        .collect();
    ours.sort();
    ours.dedup();
    let script = r"
from pydicom.sr.codedict import codes
for name in codes.cid7050.dir(): print(getattr(codes.cid7050, name).value, getattr(codes.cid7050, name).meaning)
";
    let Some(text) = judge::pydicom(script, &judge::folder("deidentify_codes")) else {
        return;
    };
    let known: Vec<&str> = text.lines().collect();
    for code in ours {
        assert!(known.contains(&code.as_str()), "{code} in {known:?}");
    }
}
