//! What the site lets lie on the reader's disk.

use serde::{Deserialize, Serialize};

/// Frames on the reader's disk, encrypted with a key that only the page's memory holds.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CacheConfig {
    #[serde(default)]
    on_disk: bool,
    #[serde(default = "two_gigabytes")]
    max_megabytes: u32,
}

fn two_gigabytes() -> u32 {
    2000
}
