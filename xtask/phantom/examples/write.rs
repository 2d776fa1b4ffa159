//! Writes the samples into a folder, `small` or in full, and says how long each study took.
#![expect(
    clippy::disallowed_methods,
    reason = "a native tool may look at the clock"
)]

use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: write FOLDER [small]")?;
    let started = Instant::now();
    let mut say = |line: &str| eprintln!("{:6.1} s  {line}", started.elapsed().as_secs_f32());
    let samples = match arguments.next() {
        Some(_) => skiagraph_phantom::write_small(Path::new(&folder), &mut say)?,
        None => skiagraph_phantom::write_samples(Path::new(&folder), &mut say)?,
    };
    say(&format!("{} studies written.", samples.studies.len()));
    Ok(())
}
