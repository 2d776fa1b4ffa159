//! Scenarios: what a reader does and what an archive answers, in; what the page may show, out.

mod angiography;
mod hands;
mod loading;
mod marks;
mod over;
mod words;
