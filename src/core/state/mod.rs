//! State: what the reader arranged; small, cloneable, no pixels. Commands are the only way to change it.

pub mod action;
pub mod command;
#[expect(
    clippy::module_inception,
    reason = "the state is what this module is named for"
)]
pub mod state;
