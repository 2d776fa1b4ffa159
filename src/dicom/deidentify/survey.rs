//! What a reader has to know of a file before it is copied.

use serde::{Deserialize, Serialize};

use super::file::DeidentifyError;
use super::masks::Area;
use super::risk::{self, Release};
use crate::pixels::part10::{self, tree};

/// One file; series and description are for the reader's eyes only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Survey {
    /// SOP Instance UID (0008,0018).
    pub instance: String,
    /// Series Instance UID (0020,000E).
    pub series: String,
    /// Modality (0008,0060).
    pub modality: String,
    /// Series Description (0008,103E); patient data.
    pub description: String,
    /// Series Number (0020,0011).
    pub series_number: String,
    /// Instance Number (0020,0013).
    pub number: i32,
    /// Pixel rows; 0 where there is no picture.
    pub rows: u32,
    /// Pixel columns.
    pub columns: u32,
    /// Frames there are.
    pub n_frames: u32,
    /// When a copy may be made.
    pub release: Release,
    /// Why not at once, as a sentence.
    pub why: String,
    /// Where text is to be expected.
    pub areas: Vec<Area>,
}

/// Looks at a file.
///
/// # Errors
/// [`DeidentifyError::File`] where it cannot be read whole.
pub fn survey(file: &[u8]) -> Result<Survey, DeidentifyError> {
    let opened = part10::open(file)?;
    let data_set = tree::read(file, opened.inflated.as_deref())?;
    let (release, why) = risk::release(&data_set, &opened.transfer_syntax);
    let rows = opened.descriptor.rows.unwrap_or_default();
    let columns = opened.descriptor.columns.unwrap_or_default();
    let has_picture = opened.n_frames > 0;
    // Without pixels there is nothing to look at.
    let release = if release == Release::AfterLook && !has_picture {
        Release::Free
    } else {
        release
    };
    Ok(Survey {
        instance: data_set.text(0x0008_0018),
        series: data_set.text(0x0020_000E),
        modality: data_set.text(0x0008_0060),
        description: data_set.text(0x0008_103E),
        series_number: data_set.text(0x0020_0011),
        number: data_set.text(0x0020_0013).parse().unwrap_or_default(),
        rows: if has_picture { rows } else { 0 },
        columns: if has_picture { columns } else { 0 },
        n_frames: opened.n_frames,
        release,
        why: if release == Release::Free { "" } else { why }.to_owned(),
        areas: risk::usual_areas(&data_set, rows, columns),
    })
}
