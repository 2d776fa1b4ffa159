//! Objects that are no picture, made readable: reports as lines of text, documents as bytes, and every header as a list
//! of attributes. Part of a module that is loaded when a reader asks, for the dictionary is large.

pub mod attributes;
pub mod report;
mod tolerant;
mod values;

use attributes::Row;
use report::Report;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A data set in the DICOM JSON model (PS3.18 F.2).
pub(crate) type JsonSet = Map<String, Value>;

/// Largest header that is described, 64 MiB of JSON.
const MAX_BYTES: usize = 64 << 20;

/// What an instance says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// The content tree as text, where it has one.
    pub report: Option<Report>,
    /// Every attribute.
    pub attributes: Vec<Row>,
    /// More attributes than are listed.
    pub is_cut: bool,
    /// Values that cannot be read and are left out.
    pub n_unread: u32,
}

/// Encapsulated Document (0042,0011), PS3.3 C.24.2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// MIME Type (0042,0012).
    pub mime: String,
    /// BulkDataURI, as the server wrote it; where there is none, the document is in the instance itself.
    pub uri: Option<String>,
}

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DescribeError {
    /// More than [`MAX_BYTES`].
    #[error("the header is larger than this viewer lists")]
    TooLarge,
    /// No DICOM JSON.
    #[error("the header cannot be read")]
    NotJson,
}

/// Describes the one data set of an answer: an object, or an array with one.
///
/// # Errors
/// [`DescribeError`] where it is none.
pub fn describe(json: &str) -> Result<(Description, Option<Document>), DescribeError> {
    if json.len() > MAX_BYTES {
        return Err(DescribeError::TooLarge);
    }
    // The depth of nesting is bounded by serde_json itself, at 128 levels of JSON.
    let answer = tolerant::read(json.trim_start_matches('\u{FEFF}'));
    let (answer, n_unread) = answer.ok_or(DescribeError::NotJson)?;
    let set = match answer {
        Value::Object(set) => set,
        Value::Array(sets) => match sets.into_iter().next() {
            Some(Value::Object(set)) => set,
            _ => return Err(DescribeError::NotJson),
        },
        _ => return Err(DescribeError::NotJson),
    };
    let (attributes, is_cut) = attributes::rows(&set);
    let description = Description {
        report: report::report(&set),
        attributes,
        is_cut,
        n_unread,
    };
    Ok((description, document(&set)))
}

fn document(set: &JsonSet) -> Option<Document> {
    let element = set.get("00420011")?;
    Some(Document {
        mime: values::text(set, "00420012"),
        uri: element
            .get("BulkDataURI")
            .and_then(Value::as_str)
            .map(str::to_owned),
    })
}
