//! Real enhanced images from file to stacks. How many positions there are, and how many frames at each, was counted with
//! pydicom and numpy from Image Position and Orientation (Patient); the names follow the images' own dimensions.

use super::decode_manifest::data_folder;
use skiagraph_core::study::sorting::build_display_sets;
use skiagraph_dicom::dicomweb::metadata::parse_instances;
use skiagraph_dicom::pixels::part10::open;
use std::fs;

/// File, and the names and sizes of its stacks.
const FILES: &[(&str, &[(&str, usize)])] = &[
    (
        "nema-multiframe/BRMULTI",
        &[
            ("Axial, Acquisition 1", 4),
            ("Axial, Acquisition 2", 3),
            ("Axial, Acquisition 3", 2),
            ("Coronal", 3),
        ],
    ),
    ("nema-multiframe/BRTUMMM1", &[("", 256)]),
    ("fo-dicom/mr_brucker.dcm", &[("", 4)]),
    (
        "dcm_qa_enh/Philips/IM_0027_fMAP.dcm",
        &[("M", 32), ("FIELD_MAP", 32)],
    ),
    ("derived/objects/legacy_enhanced_mr.dcm", &[("", 6)]),
    ("derived/objects/legacy_enhanced_ct.dcm", &[("", 6)]),
    ("derived/objects/legacy_enhanced_pet.dcm", &[("", 40)]),
    ("derived/objects/breast_tomosynthesis.dcm", &[("", 11)]),
    ("derived/objects/ophthalmic_tomography.dcm", &[("", 12)]),
    ("dcmqi/segmentations/23x38x3/multiframe/mf.dcm", &[("", 3)]),
    (
        "orthanc-tests/Issue22-NoPixelData.dcm",
        &[
            ("Echo 1", 2),
            ("Echo 2", 2),
            ("Echo 3", 2),
            ("Echo 4", 2),
            ("Echo 5", 2),
            ("Echo 6", 2),
            ("Echo 7", 2),
            ("Echo 8", 2),
            ("Echo 9", 2),
            ("Echo 10", 2),
            ("Echo 11", 2),
            ("Echo 12", 2),
        ],
    ),
    ("pydicom-data/eCT_Supplemental.dcm", &[("", 2)]),
    ("derived/objects/parametric_map_float32.dcm", &[("", 6)]),
];

#[test]
fn real_enhanced_images_fall_into_the_stacks_their_positions_make() {
    let Some(data) = data_folder() else {
        println!("skipped: ../shared/data is not on this machine");
        return;
    };
    for (path, expected) in FILES {
        let file = fs::read(data.join("dev").join(path)).unwrap();
        let part10 = open(&file).unwrap();
        let (parsed, _) = parse_instances(part10.metadata_json.as_bytes()).unwrap();
        let sets = build_display_sets(&parsed.series[0]);
        let stacks: Vec<(&str, usize)> = sets
            .iter()
            .map(|set| (set.name.as_str(), set.entries.len()))
            .collect();
        assert_eq!(stacks, *expected, "{path}");
    }
}
