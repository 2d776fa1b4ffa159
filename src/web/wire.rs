//! The wire to the shell: commands in, what it shows out. Nothing of the core is serialised: these types stand between.

mod column;
mod command;
mod lists;
mod notice;
mod summary;

pub(crate) use command::read_command;
pub(crate) use lists::{actions, color_maps, headings, overlays, records, study_list};
pub(crate) use notice::{WireNotice, WireProblem};
pub(crate) use summary::{PageFacts, build_id, summary};
