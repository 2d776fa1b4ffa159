//! Hidden areas before pydicom: every pixel outside is the source's, every pixel inside is background; and words inside of
//! codestreams are gone while the picture is the same.

use skiagraph_dicom::deidentify::{
    Area, DeidentifyError, Order, Pseudonyms, Release, deidentify, preview, survey,
};

use crate::decode_manifest::data_folder;
use crate::judge;
use crate::part10_writer::File;

fn names() -> Pseudonyms {
    Pseudonyms::new([5; 32])
}

const COMPARE: &str = r#"
import sys, pathlib, json, numpy, pydicom
for area in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    a = pydicom.dcmread(area.with_suffix(".source"))
    b = pydicom.dcmread(area.with_suffix(".copy"))
    left, right = a.pixel_array, b.pixel_array
    areas = json.loads(area.read_text())
    frames = int(a.get("NumberOfFrames", 1))
    if frames == 1: left, right = left[None], right[None]
    hidden = numpy.zeros(left.shape[:3], bool)
    for one in areas:
        frame = slice(None) if one.get("frame") is None else one["frame"]
        hidden[frame, one["y"]:one["y"]+one["height"], one["x"]:one["x"]+one["width"]] = True
    assert left.shape == right.shape, (left.shape, right.shape)
    outside = numpy.array_equal(left[~hidden], right[~hidden])
    changed = not numpy.array_equal(left[hidden], right[hidden])
    print(area.stem, "outside" if outside else "OTHER", "hidden" if changed else "SHOWN", len(numpy.unique(right[hidden].reshape(-1, *right.shape[3:]), axis=0)), right[hidden].reshape(-1, *right.shape[3:])[0].tolist(), b.file_meta.TransferSyntaxUID, b.ImageType[0], b.BurnedInAnnotation, b.get("LossyImageCompression", "00"))
"#;

fn area(frame: Option<u32>, x: u32, y: u32, width: u32, height: u32) -> Area {
    Area {
        frame,
        x,
        y,
        width,
        height,
    }
}

/// What pydicom finds of copies of files with areas hidden: a line each.
fn compared(name: &str, cases: &[(&str, Vec<u8>, Vec<Area>)]) -> Option<Vec<String>> {
    let folder = judge::folder(name);
    for (name, source, areas) in cases {
        let order = Order {
            areas: areas.clone(),
            is_seen: true,
            ..Order::default()
        };
        let copy = deidentify(source, &order, &names()).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(copy.is_remade, "{name}");
        let write = |extension: &str, bytes: &[u8]| {
            std::fs::write(folder.join(format!("{name}.{extension}")), bytes).unwrap();
        };
        write("source", source);
        write("copy", &copy.bytes);
        write("json", serde_json::to_string(areas).unwrap().as_bytes());
    }
    let text = judge::pydicom(COMPARE, &folder)?;
    Some(text.lines().map(str::to_owned).collect())
}

#[test]
fn real_pictures_of_every_codec_keep_every_pixel_outside_of_the_areas() {
    let Some(data) = data_folder() else {
        println!("skipped: the real files are not here");
        return;
    };
    let two = vec![area(None, 200, 200, 40, 20), area(None, 250, 210, 9, 100)];
    let files = [
        (
            "ct_native_big_endian",
            "dev/cornerstone3d/CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm",
        ),
        (
            "ct_jpeg_2000_lossless",
            "dev/cornerstone3d/CTImage.dcm_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm",
        ),
        (
            "ct_jpeg_2000_lossy",
            "dev/cornerstone3d/CTImage.dcm_JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91.dcm",
        ),
        (
            "gray_jpeg",
            "dev/cornerstone3d/CTImage.dcm_JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50.dcm",
        ),
        ("palette_rle_10_frames", "dev/dcm4che/US-PAL-8-10x-echo"),
        ("rgb_rle", "dev/nema-wg04/RLE/US1_RLE"),
        (
            "seg_bits_3_frames",
            "dev/pydicom-data/liver_nonbyte_aligned.dcm",
        ),
        (
            "ybr_jpeg",
            "dev/derived/codecs/us_rgb_jpeg_baseline_50_ybr444.dcm",
        ),
    ];
    let cases: Vec<_> = files
        .iter()
        .map(|(name, path)| (*name, std::fs::read(data.join(path)).unwrap(), two.clone()))
        .collect();
    let Some(lines) = compared("deidentify_masks_real", &cases) else {
        return;
    };
    // Signed: the smallest value of the picture, one and the same in all of the area.
    assert_eq!(
        lines,
        [
            "ct_jpeg_2000_lossless outside hidden 1 -2000 1.2.840.10008.1.2.1 DERIVED NO 00",
            "ct_jpeg_2000_lossy outside hidden 1 -2003 1.2.840.10008.1.2.1 DERIVED NO 01",
            "ct_native_big_endian outside hidden 1 -2000 1.2.840.10008.1.2.1 DERIVED NO 00",
            "gray_jpeg outside hidden 1 0 1.2.840.10008.1.2.1 DERIVED NO 01",
            "palette_rle_10_frames outside hidden 1 0 1.2.840.10008.1.2.1 DERIVED NO 00",
            "rgb_rle outside hidden 1 [0, 0, 0] 1.2.840.10008.1.2.1 DERIVED NO 00",
            "seg_bits_3_frames outside hidden 1 0 1.2.840.10008.1.2.1 DERIVED NO 00",
            "ybr_jpeg outside hidden 1 [0, 0, 0] 1.2.840.10008.1.2.1 DERIVED NO 01",
        ]
    );
}

/// A picture of 8 rows and 10 columns.
struct Made {
    samples: u16,
    bits: [u16; 2],
    photometric: &'static str,
    is_planar: bool,
    n_frames: u32,
    class: &'static str,
}

impl Made {
    fn file(&self, pixels: &[u8], vr: [u8; 2]) -> File {
        let mut file = File::new("1.2.840.10008.1.2.1");
        file.text((0x0008, 0x0008), *b"CS", "ORIGINAL\\PRIMARY");
        file.text((0x0008, 0x0016), *b"UI", self.class);
        file.text((0x0008, 0x0018), *b"UI", "1.2.3.4");
        file.text((0x0008, 0x0060), *b"CS", "US");
        file.text((0x0010, 0x0010), *b"PN", "Canarymann");
        file.number((0x0028, 0x0002), self.samples);
        file.text((0x0028, 0x0004), *b"CS", self.photometric);
        if self.samples > 1 {
            file.number((0x0028, 0x0006), self.is_planar.into());
        }
        file.text((0x0028, 0x0008), *b"IS", &self.n_frames.to_string());
        file.number((0x0028, 0x0010), 8)
            .number((0x0028, 0x0011), 10);
        file.number((0x0028, 0x0100), self.bits[0])
            .number((0x0028, 0x0101), self.bits[1]);
        file.number((0x0028, 0x0102), self.bits[1] - 1)
            .number((0x0028, 0x0103), 0);
        file.element((0x7FE0, 0x0010), vr, pixels);
        file
    }
}

fn noise(n: usize, mask: u8) -> Vec<u8> {
    (0..n)
        .map(|v| ((v * 89 + v / 7 * 31 + 5) % 253) as u8 & mask | 1)
        .collect()
}

const US: &str = "1.2.840.10008.5.1.4.1.1.6.1";

#[test]
fn each_photometric_interpretation_has_its_own_background() {
    let gray = |photometric, bits| Made {
        samples: 1,
        bits,
        photometric,
        is_planar: false,
        n_frames: 3,
        class: US,
    };
    let color = |photometric, is_planar| Made {
        samples: 3,
        bits: [8, 8],
        photometric,
        is_planar,
        n_frames: 3,
        class: US,
    };
    let words: Vec<u8> = noise(480, 0xFF)
        .chunks(2)
        .flat_map(|pair| [pair[0], pair[1] & 0x0F])
        .collect();
    let areas = vec![area(None, 0, 0, 10, 2), area(Some(1), 4, 4, 3, 3)];
    let of = |made: Made, pixels: &[u8], vr| made.file(pixels, vr).bytes;
    let cases = [
        (
            "a_mono2",
            of(gray("MONOCHROME2", [8, 8]), &noise(240, 0xFF), *b"OB"),
            areas.clone(),
        ),
        (
            "b_mono1_12",
            of(gray("MONOCHROME1", [16, 12]), &words, *b"OW"),
            areas.clone(),
        ),
        (
            "c_rgb",
            of(color("RGB", false), &noise(720, 0xFF), *b"OB"),
            areas.clone(),
        ),
        (
            "d_rgb_planes",
            of(color("RGB", true), &noise(720, 0xFF), *b"OB"),
            areas.clone(),
        ),
        (
            "e_ybr",
            of(color("YBR_FULL", false), &noise(720, 0xFF), *b"OB"),
            areas.clone(),
        ),
        (
            "f_bits",
            of(gray("MONOCHROME2", [1, 1]), &[0xFF; 30], *b"OB"),
            areas,
        ),
    ];
    let Some(lines) = compared("deidentify_masks_made", &cases) else {
        return;
    };
    let ends: Vec<String> = lines
        .iter()
        .map(|line| line.split(" 1.2.840").next().unwrap().to_owned())
        .collect();
    let brightest = words
        .chunks(2)
        .map(|word| u16::from_le_bytes([word[0], word[1]]));
    // The largest value of each frame: three frames of 80.
    let per_frame: std::collections::BTreeSet<u16> = brightest
        .collect::<Vec<_>>()
        .chunks(80)
        .map(|frame| *frame.iter().max().unwrap())
        .collect();
    assert_eq!(ends[0], "a_mono2 outside hidden 1 0");
    assert!(
        ends[1].starts_with(&format!("b_mono1_12 outside hidden {} ", per_frame.len())),
        "{}",
        ends[1]
    );
    assert_eq!(ends[2], "c_rgb outside hidden 1 [0, 0, 0]");
    assert_eq!(ends[3], "d_rgb_planes outside hidden 1 [0, 0, 0]");
    // pydicom makes RGB of it: no light, and no colour either.
    assert_eq!(ends[4], "e_ybr outside hidden 1 [0, 0, 0]");
    assert_eq!(ends[5], "f_bits outside hidden 1 0");
}

#[test]
fn c_8_5_5_the_usual_areas_of_ultrasound_surround_its_regions() {
    let made = Made {
        samples: 1,
        bits: [8, 8],
        photometric: "MONOCHROME2",
        is_planar: false,
        n_frames: 1,
        class: US,
    };
    let plain = made.file(&noise(80, 0xFF), *b"OB").bytes;
    let found = survey(&plain).unwrap();
    assert_eq!(found.release, Release::AfterLook);
    assert_eq!((found.rows, found.columns, found.n_frames), (8, 10, 1));
    // Without regions the top tenth: one row of eight.
    assert_eq!(found.areas, [area(None, 0, 0, 10, 1)]);
    assert_eq!(
        deidentify(&plain, &Order::default(), &names()).map(|_| ()),
        Err(DeidentifyError::Unseen)
    );
    let mut region = File::bare(crate::part10_writer::Style::Explicit);
    for (element, value) in [(0x6018, 2_u32), (0x601A, 3), (0x601C, 7), (0x601E, 7)] {
        region.element((0x0018, element), *b"UL", &value.to_le_bytes());
    }
    let mut sequence = File::bare(crate::part10_writer::Style::Explicit);
    sequence.item(&region.bytes);
    let mut file = File::new("1.2.840.10008.1.2.1");
    file.text((0x0008, 0x0016), *b"UI", US)
        .text((0x0008, 0x0018), *b"UI", "1.2.3.4")
        .text((0x0008, 0x0060), *b"CS", "US");
    file.element((0x0018, 0x6011), *b"SQ", &sequence.bytes);
    file.number((0x0028, 0x0010), 8)
        .number((0x0028, 0x0011), 10);
    file.element((0x7FE0, 0x0010), *b"OB", &[0; 80]);
    let wanted = [
        area(None, 0, 0, 10, 3),
        area(None, 0, 3, 2, 5),
        area(None, 8, 3, 2, 5),
    ];
    assert_eq!(survey(&file.bytes).unwrap().areas, wanted);
}

#[test]
fn a_preview_shows_what_is_hidden_as_black_and_the_rest_from_darkest_to_brightest() {
    let made = Made {
        samples: 1,
        bits: [8, 8],
        photometric: "MONOCHROME2",
        is_planar: false,
        n_frames: 2,
        class: US,
    };
    let mut pixels = vec![100; 160];
    pixels[85] = 140;
    let file = made.file(&pixels, *b"OB").bytes;
    let hidden = [area(Some(1), 0, 0, 3, 1)];
    let picture = preview(&file, 1, &hidden).unwrap();
    let gray = |x: usize| &picture.rgba[4 * x..4 * x + 4];
    assert_eq!((picture.rows, picture.columns), (8, 10));
    assert_eq!(gray(0), [0, 0, 0, 255]);
    assert_eq!(gray(5), [255, 255, 255, 255]);
    // Nothing is hidden in the other frame: it is flat, and no black.
    assert_ne!(preview(&file, 0, &hidden).unwrap().rgba[0], 0);
}

/// PS3.5 8.1.2: overlays in unused bits of the pixels go with the groups that describe them.
#[test]
fn overlays_in_pixel_cells_leave_nothing_in_the_unused_bits() {
    let mut file = File::new("1.2.840.10008.1.2.1");
    file.text((0x0008, 0x0016), *b"UI", "1.2.840.10008.5.1.4.1.1.2");
    file.image(2, 2, [16, 12], false);
    file.number((0x6000, 0x0100), 16)
        .number((0x6000, 0x0102), 15);
    let words: Vec<u8> = [0x8123_u16, 0x0456, 0x8000, 0x0FFF]
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    file.element((0x7FE0, 0x0010), *b"OW", &words);
    let copy = deidentify(&file.bytes, &Order::default(), &names()).unwrap();
    let clean: Vec<u8> = [0x0123_u16, 0x0456, 0x0000, 0x0FFF]
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    assert!(copy.bytes.ends_with(&clean));
}

#[test]
fn words_inside_of_codestreams_are_gone_and_the_picture_is_the_same() {
    // Pillow writes a JPEG with a comment and Exif, and a JPEG 2000 with a comment; pydicom wraps and reads them.
    let folder = judge::folder("deidentify_streams");
    let write = r#"
import sys, pathlib, io, numpy, pydicom
from PIL import Image
from pydicom.encaps import encapsulate
folder = pathlib.Path(sys.argv[1])
pixels = numpy.indices((64, 48)).sum(0).astype("uint8")
exif = Image.Exif(); exif[0x013B] = "Canarymann the artist"
for name, syntax, options in [
    ("jpeg", "1.2.840.10008.1.2.4.50", dict(format="JPEG", comment=b"Canarymann was here", exif=exif)),
    ("jpeg_2000", "1.2.840.10008.1.2.4.90", dict(format="JPEG2000", comment="Canarymann was here", no_jp2=True)),
]:
    out = io.BytesIO(); Image.fromarray(pixels).save(out, **options)
    ds = pydicom.Dataset()
    ds.file_meta = pydicom.dataset.FileMetaDataset(); ds.file_meta.TransferSyntaxUID = syntax
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"; ds.SOPInstanceUID = "1.2.3.4"; ds.Modality = "CT"
    ds.Rows, ds.Columns, ds.BitsAllocated, ds.BitsStored, ds.HighBit = 64, 48, 8, 8, 7
    ds.PixelRepresentation = 0; ds.SamplesPerPixel = 1; ds.PhotometricInterpretation = "MONOCHROME2"
    stream = out.getvalue()
    # Two fragments: a comment may lie across both.
    ds.PixelData = encapsulate([stream], fragments_per_frame=2)
    ds["PixelData"].is_undefined_length = True
    ds.save_as(folder / f"{name}.source", enforce_file_format=True)
"#;
    if judge::pydicom(write, &folder).is_none() {
        return;
    }
    for name in ["jpeg", "jpeg_2000"] {
        let source = std::fs::read(folder.join(format!("{name}.source"))).unwrap();
        let has = |bytes: &[u8]| bytes.windows(10).any(|window| window == b"Canarymann");
        assert!(has(&source), "{name}");
        let copy = deidentify(&source, &Order::default(), &names()).unwrap();
        assert!(!has(&copy.bytes), "{name}");
        assert!(copy.n_comments > 0, "{name}");
        std::fs::write(folder.join(format!("{name}.copy")), &copy.bytes).unwrap();
    }
    let read = r#"
import sys, pathlib, numpy, pydicom
folder = pathlib.Path(sys.argv[1])
for name in ("jpeg", "jpeg_2000"):
    a, b = (pydicom.dcmread(folder / f"{name}.{kind}") for kind in ("source", "copy"))
    print(name, numpy.array_equal(a.pixel_array, b.pixel_array), a.file_meta.TransferSyntaxUID == b.file_meta.TransferSyntaxUID)
"#;
    assert_eq!(
        judge::pydicom(read, &folder).unwrap(),
        "jpeg True True\njpeg_2000 True True\n"
    );
}

/// PS3.5 A.4: fragments belong to an encapsulated transfer syntax; a copy never says what it is not.
#[test]
fn fragments_under_a_native_label_become_native_pixels() {
    let mut file = File::new("1.2.840.10008.1.2.1");
    file.text((0x0008, 0x0016), *b"UI", "1.2.840.10008.5.1.4.1.1.2");
    file.image(2, 2, [8, 8], false);
    let frame = crate::decode_writer::rle(&[vec![1, 2, 3, 4]]);
    file.open((0x7FE0, 0x0010), *b"OB").item(&[]);
    file.item(&frame).close();
    let copy = deidentify(&file.bytes, &Order::default(), &names()).unwrap();
    assert!(copy.is_remade);
    assert!(copy.bytes.ends_with(&[1, 2, 3, 4]));
}
