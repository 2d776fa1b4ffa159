//! Scenarios: what a reader does and what an archive answers, in; what the page may show, out.

mod ahead;
mod angiography;
mod arriving;
mod audit;
mod cine;
mod coarse;
mod color_maps;
mod hands;
mod identity;
mod loading;
mod made;
mod marks;
mod memory;
mod objects;
mod orientation;
mod over;
mod place;
mod preview;
mod side_by_side;
mod splits;
mod stacks;
mod stacks_shown;
mod streaming;
mod values;
mod waiting;
mod words;
