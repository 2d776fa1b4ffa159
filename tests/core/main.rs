//! Scenarios: what a reader does and what an archive answers, in; what the page may show, out.

mod hands;
mod loading;
mod stacks;
mod words;
