//! DICOMweb (PS3.18) without the web: what to ask for, how to split the answers, what they say.

mod base64;
pub mod content_range;
mod delimiter;
mod json;
pub mod media_type;
pub mod metadata;
pub mod multipart;
mod part;
pub mod query;
pub mod reach;
pub mod retry_after;
pub mod search_line;

pub(crate) use base64::decode as decode_base64;
pub use base64::encode as encode_base64;
