//! Bytes suite: answers and files in, core types and pixels out.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at what it did not expect and says what it skipped"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "tests read the files they test with"
)]

mod audit;
mod audit_judged;
mod charsets;
mod decode;
mod decode_color;
mod decode_jxl;
mod decode_manifest;
mod decode_mutations;
mod decode_reduced;
mod decode_rle;
mod deidentify;
mod deidentify_masks;
mod deidentify_package;
mod deidentify_real;
mod documents;
mod judge;
mod metadata;
mod metadata_answers;
mod metadata_frames;
mod metadata_groups;
mod metadata_luts;
mod metadata_overlays;
mod metadata_pet;
mod metadata_provenance;
mod metadata_recorded;
mod metadata_stacks;
mod metadata_vectors;
mod multipart;
mod part10;
mod part10_fragments;
mod query;
mod reach;
mod single;

use skiagraph_tests::write::{file as part10_writer, frames as decode_writer};
