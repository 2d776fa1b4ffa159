//! Files whose picture rightly differs from a judge's, or that are rightly refused, each with the clause that decides.

use super::test_judges::{DCMTK, PYDICOM};

const YBR: &str = "C.7.6.3.1.2: DCMTK rounds each product of the YBR_FULL matrix, the formula rounds once; pydicom agrees";
const SUPPLEMENTAL: &str =
    "C.8.16.2.1.1.1: DCMTK draws a supplemental palette's values as greys; pydicom agrees";
const JFIF: &str =
    "PS3.5 8.2.1: labelled RGB, but the JFIF codestream is YCbCr, which DCMTK leaves unconverted";
const PADDING: &str =
    "C.7.5.1.1.2: stored value 0 is padding, drawn as background; DCMTK windows it; pydicom agrees";
const NEAR_PADDING: &str = "C.7.5.1.1.2: lossy values beside the padding value are padding in one decoder and none in the other";
const SIZE: &str =
    "PS3.5 8.2: the codestream has another size than the data set: refused, never stretched";
const SHORT: &str =
    "PS3.5 8.1.1: fewer bytes than Rows x Columns ask for: half a picture is none (fault 18)";
const NAMELESS: &str =
    "C.12.1: without a SOP Instance UID nobody knows whose picture it is: not drawn (rule D39)";
const BAD_UID: &str = "PS3.5 9.1: a UID with other characters, empty components or more than 64 characters is none: not drawn";
const FRAMES: &str = "C.7.6.6, C.7.6.16: a number of frames that cannot be, or other than that of the per-frame groups (fault 21)";
const BITS: &str = "C.7.6.3, PS3.5 8.1.1: Bits Allocated, Bits Stored and High Bit contradict each other or the standard (fault 23)";
const WINDOW: &str =
    "C.11.2.1.2.1: a window that is no number is none: one is made up and called so (fault 24)";
const SEQUENCE: &str = "PS3.5 7.5: a sequence delimited too early swallows what follows it";
const WORDS: &str = "PS3.5 7.3: values of 32 bits in big endian, of which DCMTK swaps each half; the same grid in rtdose_rle.dcm decides";
const BOMB: &str =
    "PS3.5 A.5: a data set that inflates a thousandfold is refused by the cap of 200";

/// The judge, the file (below `../shared/data`) and the clause.
pub(super) const EXPLAINED: &[(&str, &str, &str)] = &[
    (DCMTK, "dev/dcm4che/YBR_FULL-RLE.dcm", YBR),
    (DCMTK, "dev/derived/pixel/us_ybr_full_native.dcm", YBR),
    (
        DCMTK,
        "dev/orthanc-tests/2023-04-21-RLEPlanarConfigurationYBR_FULL.dcm",
        YBR,
    ),
    (
        DCMTK,
        "dev/derived/pixel/mr_supplemental_palette.dcm",
        SUPPLEMENTAL,
    ),
    (DCMTK, "dev/fo-dicom/GH195.dcm", JFIF),
    (DCMTK, "dev/nema-wg04/JLSL/MR3_JLSL", PADDING),
    (DCMTK, "dev/nema-wg04/JLSN/MR3_JLSN", PADDING),
    (DCMTK, "dev/nema-wg04/JPLL/MR3_JPLL", PADDING),
    (DCMTK, "dev/nema-wg04/JPLY/MR3_JPLY", PADDING),
    (DCMTK, "dev/nema-wg04/RLE/MR3_RLE", PADDING),
    (PYDICOM, "dev/nema-wg04/J2KI/CT1_J2KI", NEAR_PADDING),
    (PYDICOM, "dev/nema-wg04/J2KI/MR3_J2KI", NEAR_PADDING),
    (
        DCMTK,
        "dev/derived/malformed/jpeg_sof_size_mismatch.dcm",
        SIZE,
    ),
    (
        PYDICOM,
        "dev/derived/malformed/jpeg_sof_size_mismatch.dcm",
        SIZE,
    ),
    (DCMTK, "dev/fo-dicom/multiframe.dcm", SIZE),
    (
        DCMTK,
        "dev/derived/malformed/pixel_data_length_too_short.dcm",
        SHORT,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat04_pixel_data/TC0285_buf_half.dcm",
        SHORT,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat21_cve_santesoft_oob/TC0973_px_1024sq_64b.dcm",
        SHORT,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat21_cve_santesoft_oob/TC0975_px_4096sq_16b.dcm",
        SHORT,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat21_cve_santesoft_oob/TC0977_px_256sq_ba32_32b.dcm",
        SHORT,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat21_cve_santesoft_oob/TC0983_px_tall_32768x1.dcm",
        SHORT,
    ),
    (
        DCMTK,
        "dev/dwv/data/leadtools-8BitsJpegLossyGrayScale.dcm",
        NAMELESS,
    ),
    (
        DCMTK,
        "dev/dwv/data/leadtools-flowers-8-mono2-rle.dcm",
        NAMELESS,
    ),
    (DCMTK, "dev/pydicom-data/JLSL_RGB_ILV0.dcm", NAMELESS),
    (DCMTK, "dev/pydicom-data/JLSL_RGB_ILV1.dcm", NAMELESS),
    (DCMTK, "dev/pydicom-data/JLSN_RGB_ILV0.dcm", NAMELESS),
    (
        DCMTK,
        "dev/fuzz-corpus/cat01_tag_overflow/TC0133_sopinstanceuid_over_10x.dcm",
        BAD_UID,
    ),
    (
        PYDICOM,
        "dev/fuzz-corpus/cat01_tag_overflow/TC0133_sopinstanceuid_over_10x.dcm",
        BAD_UID,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat09_logic_bombs/TC0459_uid_uid_trailing_dot.dcm",
        BAD_UID,
    ),
    (
        PYDICOM,
        "dev/fuzz-corpus/cat09_logic_bombs/TC0459_uid_uid_trailing_dot.dcm",
        BAD_UID,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat09_logic_bombs/TC0463_uid_uid_double_dot.dcm",
        BAD_UID,
    ),
    (
        PYDICOM,
        "dev/fuzz-corpus/cat09_logic_bombs/TC0463_uid_uid_double_dot.dcm",
        BAD_UID,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat24_cve_orthanc_osirix/TC1179_uid_traversal_win.dcm",
        BAD_UID,
    ),
    (
        PYDICOM,
        "dev/fuzz-corpus/cat24_cve_orthanc_osirix/TC1179_uid_traversal_win.dcm",
        BAD_UID,
    ),
    (
        DCMTK,
        "dev/derived/malformed/number_of_frames_max.dcm",
        FRAMES,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat14_cve_2025_27578/TC0839_pfg_1frame_100groups.dcm",
        FRAMES,
    ),
    (
        PYDICOM,
        "dev/fuzz-corpus/cat14_cve_2025_27578/TC0839_pfg_1frame_100groups.dcm",
        FRAMES,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat14_cve_2025_27578/TC0841_pfg_100frames_1group.dcm",
        FRAMES,
    ),
    (
        PYDICOM,
        "dev/fuzz-corpus/cat14_cve_2025_27578/TC0841_pfg_100frames_1group.dcm",
        FRAMES,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat19_cve_dcmtk_ect_jpegls/TC0947_ect_1_frame_10k_pfg.dcm",
        FRAMES,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat04_pixel_data/TC0311_bits_ba_nine.dcm",
        BITS,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat04_pixel_data/TC0313_bits_ba_24.dcm",
        BITS,
    ),
    (
        PYDICOM,
        "dev/fuzz-corpus/cat04_pixel_data/TC0303_bits_highbit_gt_ba.dcm",
        BITS,
    ),
    (
        DCMTK,
        "dev/fuzz-corpus/cat18_cve_dcmtk_minmax_voi/TC0921_minmax_hb0_bs16.dcm",
        BITS,
    ),
    (
        PYDICOM,
        "dev/fuzz-corpus/cat18_cve_dcmtk_minmax_voi/TC0921_minmax_hb0_bs16.dcm",
        BITS,
    ),
    (
        PYDICOM,
        "dev/fuzz-corpus/cat12_cve_2024_47796/TC0743_window_wc_nan_ww_nan.dcm",
        WINDOW,
    ),
    (
        PYDICOM,
        "dev/fuzz-corpus/cat17_cve_libdicom_uaf/TC0913_sq_early_delim.dcm",
        SEQUENCE,
    ),
    (DCMTK, "dev/pydicom/test_files/rtdose_expb.dcm", WORDS),
    (
        PYDICOM,
        "dev/derived/malformed/deflate_bomb_64mib.dcm",
        BOMB,
    ),
];
