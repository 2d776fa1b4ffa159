//! A ZIP archive of copies before Python's zipfile and pydicom's FileSet, which follows every entry of the directory.

use skiagraph_dicom::deidentify::{Copy, Order, Package, Pseudonyms, deidentify};

use crate::judge;
use crate::part10_writer::File;

const READ: &str = r#"
import sys, pathlib, zipfile, pydicom
from pydicom.fileset import FileSet
folder = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(folder / "copies.zip") as archive:
    print("damaged:", archive.testzip())
    print(sorted(archive.namelist()))
    archive.extractall(folder / "disc")
directory = pydicom.dcmread(folder / "disc" / "DICOMDIR")
print([str(r.DirectoryRecordType) for r in directory.DirectoryRecordSequence])
files = FileSet(folder / "disc" / "DICOMDIR")
for one in files:
    ds = one.load()
    print(ds.InstanceNumber, ds.SOPInstanceUID == one.ReferencedSOPInstanceUIDInFile, ds.PatientID == one.PatientID,
          one.StudyInstanceUID == ds.StudyInstanceUID, one.SeriesInstanceUID == ds.SeriesInstanceUID, one.Modality,
          one.ReferencedTransferSyntaxUIDInFile == ds.file_meta.TransferSyntaxUID)
print(len(files.find_values("SeriesInstanceUID")), len(files.find_values("StudyInstanceUID")))
"#;

fn image(study: &str, series: &str, number: u16) -> Vec<u8> {
    let mut file = File::new("1.2.840.10008.1.2.1");
    file.text((0x0008, 0x0016), *b"UI", "1.2.840.10008.5.1.4.1.1.2");
    file.text((0x0008, 0x0018), *b"UI", &format!("{series}.{number}"));
    file.text((0x0008, 0x0060), *b"CS", "CT");
    file.text((0x0010, 0x0010), *b"PN", "Canarymann");
    file.text((0x0020, 0x000D), *b"UI", study);
    file.text((0x0020, 0x000E), *b"UI", series);
    file.text((0x0020, 0x0013), *b"IS", &number.to_string());
    file.number((0x0028, 0x0010), 1).number((0x0028, 0x0011), 2);
    file.number((0x0028, 0x0100), 8);
    file.element((0x7FE0, 0x0010), *b"OB", &[1, 2]);
    file.bytes
}

#[test]
fn ps3_10_8_the_directory_leads_to_every_copy_and_the_archive_is_whole() {
    let names = Pseudonyms::new([9; 32]);
    let sources = [
        image("1.2.1", "1.2.1.1", 1),
        image("1.2.1", "1.2.1.1", 2),
        image("1.2.1", "1.2.1.2", 1),
        image("1.2.2", "1.2.2.1", 1),
    ];
    let copies: Vec<Copy> = sources
        .iter()
        .map(|source| deidentify(source, &Order::default(), &names).unwrap())
        .collect();
    let keys: Vec<_> = copies.iter().map(|copy| copy.keys.clone()).collect();
    let mut package = Package::new(Vec::new(), &keys, &names).unwrap();
    for copy in &copies {
        package.add(&copy.bytes).unwrap();
    }
    assert!(package.add(&[]).is_err(), "no more than were announced");
    let archive = package.finish().unwrap();
    let folder = judge::folder("deidentify_package");
    std::fs::write(folder.join("copies.zip"), archive).unwrap();
    let Some(text) = judge::pydicom(READ, &folder) else {
        return;
    };
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "damaged: None");
    assert_eq!(
        lines[1],
        "['DICOM/SER00001/IM000001', 'DICOM/SER00001/IM000002', 'DICOM/SER00002/IM000001', 'DICOM/SER00003/IM000001', \
         'DICOMDIR']"
    );
    assert_eq!(
        lines[2],
        "['PATIENT', 'STUDY', 'SERIES', 'IMAGE', 'IMAGE', 'SERIES', 'IMAGE', 'STUDY', 'SERIES', 'IMAGE']"
    );
    assert_eq!(
        lines[3..],
        [
            "1 True True True True CT True",
            "2 True True True True CT True",
            "1 True True True True CT True",
            "1 True True True True CT True",
            "3 2"
        ]
    );
    if let Some(errors) = judge::errors(&folder.join("disc/DICOMDIR")) {
        assert_eq!(errors, [""; 0]);
    }
}
