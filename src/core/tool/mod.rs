//! Tools: a gesture takes a snapshot when the button goes down and computes every later value from it; cancel is free.

pub mod gesture;
pub mod input;
