//! Columns of the study list by the names that the shell has for them.

use serde::{Deserialize, Serialize};
use skiagraph_core::session::notice::SortColumn;

/// Columns of the study list.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum WireColumn {
    Patient,
    Id,
    Date,
    Modality,
    Description,
    Accession,
    Images,
}

impl From<WireColumn> for SortColumn {
    fn from(column: WireColumn) -> Self {
        match column {
            WireColumn::Patient => Self::Patient,
            WireColumn::Id => Self::Id,
            WireColumn::Date => Self::Date,
            WireColumn::Modality => Self::Modality,
            WireColumn::Description => Self::Description,
            WireColumn::Accession => Self::Accession,
            WireColumn::Images => Self::Images,
        }
    }
}

impl From<SortColumn> for WireColumn {
    fn from(column: SortColumn) -> Self {
        match column {
            SortColumn::Patient => Self::Patient,
            SortColumn::Id => Self::Id,
            SortColumn::Date => Self::Date,
            SortColumn::Modality => Self::Modality,
            SortColumn::Description => Self::Description,
            SortColumn::Accession => Self::Accession,
            SortColumn::Images => Self::Images,
        }
    }
}
