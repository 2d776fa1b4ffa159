//! Scenarios: what a reader does and what an archive answers, in; what the page may show, out.

mod cine;
mod hands;
mod identity;
mod loading;
mod orientation;
mod stacks;
mod stacks_shown;
mod words;
