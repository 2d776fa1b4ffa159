//! One target for libFuzzer; the program's name says which.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skiagraph_tests::fuzz::{Target, target};
use std::{env, fs, path::PathBuf, sync::LazyLock};

static TARGET: LazyLock<&Target> =
    LazyLock::new(|| target(env!("CARGO_BIN_NAME")).expect("a program for each target"));

/// Lays the seeds into the folder that libFuzzer is about to read.
fn sow() {
    let folder = env::args()
        .skip(1)
        .map(PathBuf::from)
        .find(|path| path.is_dir());
    for (index, seed) in (TARGET.seeds)().iter().enumerate() {
        if let Some(folder) = &folder {
            fs::write(folder.join(format!("seed_{index}")), seed).expect("a folder to write to");
        }
    }
}

fuzz_target!(
    init: sow(),
    |input: &[u8]| {
        (TARGET.run)(input);
    }
);
