//! The commands of the project: demo, test, build, digest, render, fuzz, bench, and for tests samples and archive.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a command line tool talks to a terminal and has files, processes, threads and a clock"
)]

mod archive;
mod args;
mod bench;
mod bench_codecs;
mod bench_load;
mod browser;
mod build_folder;
mod checks;
mod demo;
mod digest;
mod error;
mod fingerprint;
mod fuzz;
mod integrity;
mod paths;
mod process;
mod render;
mod same_decoders;
mod samples;
mod sbom;
mod site;
mod sizes;
mod tally;
mod tools;
mod traceless;

use std::{env, process::ExitCode};

use args::Command;
use error::XtaskError;
use site::Mode;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        // The checks have said themselves what failed, and their count is the last line.
        Err(XtaskError::ChecksFailed) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), XtaskError> {
    match args::parse(env::args_os().skip(1))? {
        Command::Help => {
            print!("{}", args::HELP);
            Ok(())
        }
        Command::Demo(options) => demo::run(&options),
        Command::Test => checks::run(),
        Command::Build { is_dev: true } => site::build(Mode::Dev),
        Command::Build { is_dev: false } => site::build(Mode::Release),
        Command::Digest { files } => digest::run(&files),
        Command::Render(options) => render::run(&options),
        Command::Fuzz { target, seconds } => fuzz::run(target.as_deref(), seconds),
        Command::Bench { name, runs } => bench::run(name.as_deref(), runs),
        Command::Samples { out, is_small } => samples::run(&out, is_small),
        Command::Archive(options) => archive::run(options),
    }
}
