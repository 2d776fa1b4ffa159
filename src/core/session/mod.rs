//! Session: events in, effects out, scene on demand.

mod ahead;
pub mod audit;
mod cards;
mod choose;
mod cine;
mod coarse;
mod colors;
mod commands;
mod compare;
pub mod effect;
pub mod event;
mod explain;
mod explain_color;
mod fidelity;
mod files;
mod hang;
mod list;
mod loading;
mod marks;
mod memory;
pub mod notice;
pub mod objects;
mod open;
mod over;
mod picture;
mod place;
mod pointer;
pub mod preview;
mod problems;
mod progress;
mod report;
#[expect(
    clippy::module_inception,
    reason = "the session is what this module is named for"
)]
pub mod session;
mod streaming;
mod studies;
mod subtract;
pub mod summary;
pub mod values;
mod waiting;
mod window;
pub mod words;
