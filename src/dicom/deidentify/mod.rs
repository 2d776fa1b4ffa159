//! Copies of DICOM files without the identity of the patient: PS3.15 Annex E, Basic Application Confidentiality Profile
//! with options, pixels included.
//!
//! Bytes in, bytes out: the salt that makes new identifiers unguessable comes from outside, so that one run gives the same
//! file the same copy.

mod directory;
mod file;
mod identity;
mod masks;
mod options;
mod package;
mod preview;
mod profile;
mod pseudonyms;
mod risk;
mod safe_private;
mod streams;
mod survey;
mod table;
mod values;

pub use directory::DirectoryKeys;
pub use file::{Copy, DeidentifyError, Order, deidentify};
pub use masks::Area;
pub use options::{Dates, Options};
pub use package::Package;
pub use preview::{Preview, preview};
pub use profile::{Deed, Done};
pub use pseudonyms::Pseudonyms;
pub use risk::Release;
pub use survey::{Survey, survey};
pub use table::{Action, action};
