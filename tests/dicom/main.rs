//! Bytes suite: answers and files in, core types and pixels out.
#![allow(
    clippy::disallowed_methods,
    reason = "tests read the files they test with"
)]

mod decode_manifest;
mod metadata;
mod metadata_answers;
mod metadata_frames;
mod metadata_mutations;
mod metadata_recorded;
mod multipart;
mod query;
