//! Copies of real files before pydicom and dciodvfy: every one is read, its pictures are the same, no new error appears.

use skiagraph_dicom::deidentify::{Order, Pseudonyms, deidentify};

use crate::decode_manifest::{data_folder, rows};
use crate::judge;

/// What dciodvfy says of copies for a good reason.
const EXCUSED: [&str; 3] = [
    // Of an animal somebody is responsible (PS3.3 C.7.1.1); the table takes who.
    "<ResponsiblePerson",
    "<ResponsibleOrganization>",
    // Of these sources it cannot read as far: deflated, or without a known VR.
    "<Laterality> Module=<GeneralSeries>",
];

/// Reads source and copy: identifiers that must not be the same, and whether the pictures are; those that pydicom cannot
/// decode are compared as bytes.
const COMPARE: &str = r#"
import sys, pathlib, numpy, pydicom
from pydicom.uid import UID
folder = pathlib.Path(sys.argv[1])
n = 0
for copy in sorted(folder.glob("*.copy")):
    b = pydicom.dcmread(copy)
    # Some are damaged: the copy is whole.
    try: a = pydicom.dcmread(copy.with_suffix(".source"), force=True)
    except OSError: continue
    say = lambda *words: print(copy.with_suffix(".name").read_text(), *words)
    if b.file_meta.MediaStorageSOPInstanceUID != b.SOPInstanceUID: say("other instance in the meta information")
    for key in ("PatientName", "PatientID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        if str(a.get(key, "")) and str(a.get(key)) == str(b.get(key)): say(key, "is the same")
    if any(e.tag.is_private for e in b.iterall()): say("has private attributes")
    if b.PatientIdentityRemoved != "YES": say("does not say that it has no identity")
    if "PixelData" in a or "FloatPixelData" in a or "DoubleFloatPixelData" in a:
        try: left = a.pixel_array
        except Exception: continue
        right = b.pixel_array
        n += 1
        if not numpy.array_equal(left, right): say("another picture", left.shape, left.dtype, right.shape, right.dtype)
print("compared" if n > 50 else n)
"#;

#[test]
fn copies_of_real_files_are_read_by_pydicom_with_the_same_pictures_and_no_identity() {
    let Some(data) = data_folder() else {
        println!("skipped: the real files are not here");
        return;
    };
    let folder = judge::folder("deidentify_real");
    let names = Pseudonyms::new([3; 32]);
    let order = Order {
        is_seen: true,
        ..Order::default()
    };
    let manifest = std::fs::read_to_string(data.join("manifest.csv")).unwrap();
    let mut n_copies = 0;
    let mut new_errors = Vec::new();
    for (index, row) in rows(&manifest).iter().enumerate() {
        let path = &row["path"];
        let Ok(source) = std::fs::read(data.join(path)) else {
            continue;
        };
        // Those made to break readers may be refused; none may stop the run.
        let Ok(copy) = deidentify(&source, &order, &names) else {
            continue;
        };
        let is_odd = path.contains("malformed") || path.contains("fuzz") || path.contains("sealed");
        if is_odd {
            continue;
        }
        n_copies += 1;
        let place = |extension| folder.join(format!("{index:04}.{extension}"));
        std::fs::write(place("name"), path).unwrap();
        std::fs::write(place("source"), &source).unwrap();
        std::fs::write(place("copy"), &copy.bytes).unwrap();
        let (Some(before), Some(after)) = (
            judge::errors(&place("source")),
            judge::errors(&place("copy")),
        ) else {
            continue;
        };
        let is_excused = |error: &str| EXCUSED.iter().any(|words| error.contains(words));
        let fresh = after
            .into_iter()
            .filter(|error| !before.contains(error) && !is_excused(error));
        new_errors.extend(fresh.map(|error| format!("{path}: {error}")));
        new_errors.dedup();
    }
    assert!(n_copies > 50, "{n_copies}");
    assert_eq!(
        new_errors, [""; 0],
        "dciodvfy has more to say of the copies"
    );
    if let Some(text) = judge::pydicom(COMPARE, &folder) {
        assert_eq!(text, "compared\n");
    }
}
