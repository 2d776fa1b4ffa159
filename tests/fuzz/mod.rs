//! What is fed with damaged input: one entry for each decoder and each parser, used by the bounded run and by libFuzzer.

mod answers;
mod damage;
mod files;
mod frames;
mod seeds;
mod seeds_json;

pub use damage::{Random, damage};

/// Something that takes bytes from outside.
pub struct Target {
    /// As the command line knows it.
    pub name: &'static str,
    /// Whole inputs to begin with, of our own making.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Pieces of the format, of which a damaged input gets some.
    pub words: &'static [&'static [u8]],
    /// The seeds are JSON: in every other round its values are exchanged and its form is kept.
    pub is_json: bool,
    /// Takes an input; whether it was accepted. A panic is a finding.
    pub run: fn(&[u8]) -> bool,
    /// What one input of the bounded run may hold at a time, bytes. Frames have [`frames::MAX_SAMPLES`] at most.
    pub cap_bytes: usize,
    /// Damaged inputs of the bounded run.
    pub n_rounds: u64,
}

impl Target {
    /// The input of a round: the same on every machine, whatever ran before. The first rounds are the seeds themselves.
    pub fn input(&self, seeds: &[Vec<u8>], round: u64) -> Vec<u8> {
        if let Some(seed) = seeds.get(round as usize) {
            return seed.clone();
        }
        let mut random = Random::new(round);
        if self.keeps_form(seeds, round) {
            return damage::exchange_values(seeds, &mut random);
        }
        damage(seeds, self.words, &mut random)
    }

    /// Whether the input of a round is as whole as the seeds: one of them, or JSON of their form.
    pub fn keeps_form(&self, seeds: &[Vec<u8>], round: u64) -> bool {
        round < seeds.len() as u64 || self.is_json && round.is_multiple_of(2)
    }
}

const MIB: usize = 1 << 20;

/// Damaged inputs for most targets.
const N_ROUNDS: u64 = 60_000;

/// Every decoder, every parser.
pub const TARGETS: &[Target] = &[
    of_frames("native", seeds::native, frames::described),
    of_frames("rle", seeds::rle, frames::described),
    of_frames("deflate", seeds::deflate, frames::described),
    of_frames("jpeg", seeds::jpeg, frames::jpeg),
    of_frames(
        "jpeg_lossless",
        skiagraph_codec::test_seeds::jpeg_lossless,
        frames::jpeg_lossless,
    ),
    of_frames(
        "jpeg_ls",
        skiagraph_codec::test_seeds::jpeg_ls,
        frames::jpeg_ls,
    ),
    of_frames(
        "jpeg_2000",
        skiagraph_codec::test_seeds::jpeg_2000,
        frames::wavelet,
    ),
    of_frames("htj2k", skiagraph_codec::test_seeds::htj2k, frames::wavelet),
    // The crate is given 64 MiB for any picture, and counts them itself.
    Target {
        cap_bytes: 96 * MIB,
        // Each takes ten times as long as with the others.
        n_rounds: 20_000,
        ..of_frames("jxl", seeds::jxl, frames::jxl)
    },
    of_json("metadata", seeds_json::metadata, answers::instances),
    of_json("functional_groups", seeds_json::groups, answers::instances),
    of_json(
        "query_answer",
        seeds_json::query_answer,
        answers::query_answer,
    ),
    of_json("report", seeds_json::report, answers::report),
    Target {
        name: "multipart",
        seeds: seeds::multipart,
        words: seeds::MULTIPART_WORDS,
        is_json: false,
        run: answers::multipart,
        cap_bytes: MIB,
        n_rounds: N_ROUNDS,
    },
    Target {
        name: "search_line",
        seeds: seeds::search_line,
        words: &[b"..", b"-", b"/", b"99999", b"mod:", b"7d", "ä".as_bytes()],
        is_json: false,
        run: answers::search_line,
        cap_bytes: MIB,
        n_rounds: N_ROUNDS,
    },
    Target {
        name: "part10",
        seeds: seeds::part10,
        words: seeds::PART10_WORDS,
        is_json: false,
        run: files::part10,
        // A deflated data set of 1 MiB is no bomb whatever the ratio, and becomes JSON.
        cap_bytes: 16 * MIB,
        n_rounds: N_ROUNDS,
    },
    Target {
        name: "deidentify",
        seeds: seeds::copied,
        words: seeds::PART10_WORDS,
        is_json: false,
        run: files::copied,
        cap_bytes: 32 * MIB,
        // Each input is read eight times.
        n_rounds: 20_000,
    },
];

const fn of_frames(
    name: &'static str,
    seeds: fn() -> Vec<Vec<u8>>,
    run: fn(&[u8]) -> bool,
) -> Target {
    Target {
        name,
        seeds,
        words: &[],
        is_json: false,
        run,
        cap_bytes: 8 * MIB,
        n_rounds: N_ROUNDS,
    }
}

const fn of_json(
    name: &'static str,
    seeds: fn() -> Vec<Vec<u8>>,
    run: fn(&[u8]) -> bool,
) -> Target {
    Target {
        words: seeds_json::JSON_WORDS,
        is_json: true,
        cap_bytes: 2 * MIB,
        ..of_frames(name, seeds, run)
    }
}

/// The target of a name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
