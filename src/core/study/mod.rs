//! The patient's tree: Study, Series, Instance, and what one viewport can show of it.

pub mod cine;
pub mod display_set;
pub mod doctor;
pub mod frame_context;
pub mod instance;
pub mod object_kind;
pub mod provenance;
pub mod redacted;
pub mod remainder;
pub mod sorting;
mod stacks;
#[expect(
    clippy::module_inception,
    reason = "the field's word for the top of the tree"
)]
pub mod study;
