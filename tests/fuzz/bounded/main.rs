//! The bounded run: each decoder and parser with sixty thousand inputs, nearly all damaged, the same on every machine. No panic, no
//! input that takes longer than ten seconds, none that takes more memory than its target may (standards 4.9).
//!
//! `SKIAGRAPH_FUZZ_SECONDS` makes it go on with further inputs for so long; `SKIAGRAPH_FUZZ_ROUND` runs only that input.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test stops at what it did not expect, has a clock, and says how far it came"
)]

mod memory;

use skiagraph_tests::fuzz::{Target, target};
use std::env;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// No frame may keep a worker longer (standards 4.9).
const MOST_TIME: Duration = Duration::from_secs(10);

/// What a run has seen.
#[derive(Default)]
struct Seen {
    n_accepted: u64,
    n_refused: u64,
    /// Time and round of the input that took longest.
    longest: (Duration, u64),
    /// Bytes and round of the input that held most.
    largest: (usize, u64),
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap())
}

/// Runs a target on a thread of its own and watches it.
fn run(name: &str) {
    let target = target(name).unwrap();
    let round = AtomicU64::new(0);
    thread::scope(|scope| {
        let (done, is_done) = channel();
        let round = &round;
        let worker = scope.spawn(move || {
            let seen = rounds(target, round);
            let _ = done.send(());
            seen
        });
        let mut before = None;
        while is_done.recv_timeout(MOST_TIME) == Err(RecvTimeoutError::Timeout) {
            let now = round.load(Ordering::Relaxed);
            if before.replace(now) == Some(now) {
                // The thread cannot be stopped, and a scope would wait for it; what is printed would be lost.
                let sentence = format!("{name}, round {now}: does not come to an end\n");
                let _ = std::io::stderr().write_all(sentence.as_bytes());
                std::process::abort();
            }
        }
        let seen = match worker.join() {
            Ok(seen) => seen,
            Err(_) => panic!("{name}: see above"),
        };
        println!(
            "{name}: {} accepted, {} refused; longest {:.1} ms (round {}), largest {} kB (round {})",
            seen.n_accepted,
            seen.n_refused,
            seen.longest.0.as_secs_f64() * 1e3,
            seen.longest.1,
            seen.largest.0 / 1000,
            seen.largest.1,
        );
    });
}

fn rounds(target: &'static Target, round: &AtomicU64) -> Seen {
    let seeds = (target.seeds)();
    let mut seen = Seen::default();
    if let Some(only) = number("SKIAGRAPH_FUZZ_ROUND") {
        one(target, &seeds, only, &mut seen);
        return seen;
    }
    for number in 0..target.n_rounds {
        round.store(number, Ordering::Relaxed);
        one(target, &seeds, number, &mut seen);
    }
    // Damaged and yet accepted, whole and yet refused: a run that has only one of both has tried nothing.
    assert!(
        seen.n_accepted > 100 && seen.n_refused > 100,
        "{}",
        target.name
    );
    let more = Duration::from_secs(number("SKIAGRAPH_FUZZ_SECONDS").unwrap_or(0));
    let started = Instant::now();
    while started.elapsed() < more {
        let next = round.fetch_add(1, Ordering::Relaxed) + 1;
        one(target, &seeds, next, &mut seen);
    }
    seen
}

fn one(target: &Target, seeds: &[Vec<u8>], round: u64, seen: &mut Seen) {
    let name = target.name;
    let input = target.input(seeds, round);
    let measured = || {
        let started = Instant::now();
        memory::begin();
        let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(&input)));
        (outcome, memory::most_bytes(), started.elapsed())
    };
    let (outcome, bytes, mut time) = measured();
    if time >= MOST_TIME {
        // A machine may stand still for a while; an input is always the same.
        time = time.min(measured().2);
    }
    let Ok(is_accepted) = outcome else {
        panic!("{name}, round {round}: panics at {} bytes", input.len());
    };
    assert!(time < MOST_TIME, "{name}, round {round}: takes {time:?}");
    let cap = target.cap_bytes;
    assert!(
        bytes <= cap,
        "{name}, round {round}: holds {bytes} bytes, {cap} are allowed"
    );
    let is_whole = target.keeps_form(seeds, round);
    assert!(
        is_accepted || !is_whole,
        "{name}, round {round}: refused though it is whole"
    );
    seen.longest = seen.longest.max((time, round));
    seen.largest = seen.largest.max((bytes, round));
    *(if is_accepted {
        &mut seen.n_accepted
    } else {
        &mut seen.n_refused
    }) += 1;
}

macro_rules! bounded {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            run(stringify!($name));
        })*

        #[test]
        fn every_target_has_its_run() {
            let names = [$(stringify!($name)),*];
            for target in skiagraph_tests::fuzz::TARGETS {
                assert!(names.contains(&target.name), "{}", target.name);
            }
        }
    };
}

bounded! {
    native rle deflate jpeg jpeg_lossless jpeg_ls jpeg_2000 htj2k jxl
    metadata functional_groups query_answer report multipart search_line part10 deidentify
}
