//! Counts passed, failed and skipped tests in what the test runners print.

use std::{
    collections::BTreeSet,
    fmt,
    ops::{Add, AddAssign},
};

/// Longest part of an error that is told; all of it stands above.
const MAX_CHARS: usize = 200;

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

impl Tally {
    /// One thing that passed.
    pub(crate) const PASSED: Self = Self {
        passed: 1,
        failed: 0,
        skipped: 0,
    };
    /// One thing that failed.
    pub(crate) const FAILED: Self = Self {
        passed: 0,
        failed: 1,
        skipped: 0,
    };
    /// One thing that could not be tried.
    pub(crate) const SKIPPED: Self = Self {
        passed: 0,
        failed: 0,
        skipped: 1,
    };
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            passed,
            failed,
            skipped,
        } = self;
        write!(
            formatter,
            "{passed} passed, {failed} failed, {skipped} skipped"
        )
    }
}

/// A reader of one test runner's output, line by line.
pub(crate) trait Reader {
    /// Takes the next line.
    fn line(&mut self, line: &str);
    /// What has been counted.
    fn tally(&self) -> Tally;
    /// Why tests were skipped, each reason once.
    fn reasons(&self) -> Vec<String>;
    /// Each test that failed, with the first line of its error.
    fn failures(&self) -> Vec<String>;
}

/// Tests that failed, each with the first line of what it said.
#[derive(Debug, Default)]
struct Failures(Vec<(String, Option<String>)>);

impl Failures {
    /// A runner that tells a failure twice, as it happens and at its end, means one.
    fn begin(&mut self, name: &str) {
        let at = self.0.iter().position(|(known, _)| known == name);
        let failure = match at {
            Some(at) => self.0.remove(at),
            None => (name.to_owned(), None),
        };
        self.0.push(failure);
    }

    /// The error of the test that was begun last.
    fn explain(&mut self, line: &str) {
        if let Some((_, error @ None)) = self.0.last_mut() {
            *error = Some(line.chars().take(MAX_CHARS).collect());
        }
    }

    fn lines(&self) -> Vec<String> {
        let line = |(name, error): &(String, Option<String>)| match error {
            Some(error) => format!("{name}: {error}"),
            None => name.clone(),
        };
        self.0.iter().map(line).collect()
    }
}

/// Reads `cargo test ... -- --show-output`.
///
/// A test that prints a line `skipped: why` counts as skipped, not as passed, however often it prints one.
#[derive(Debug, Default)]
pub(crate) struct CargoTest {
    tally: Tally,
    skipped_themselves: usize,
    /// In a section `---- name stdout ----` of which no line has counted as skipped yet.
    is_in_fresh_section: bool,
    reasons: BTreeSet<String>,
    failures: Failures,
    /// The last section is one of a failed test, whose panic is still to come.
    is_panic_due: bool,
    /// The line before was the head of a panic: this one is what it says.
    is_panic: bool,
}

impl Reader for CargoTest {
    fn line(&mut self, line: &str) {
        if std::mem::take(&mut self.is_panic) {
            self.failures.explain(line);
        }
        if let Some(name) = failed_test(line) {
            self.failures.begin(name);
        } else if line.starts_with("thread '") && line.contains(" panicked at ") {
            self.is_panic = std::mem::take(&mut self.is_panic_due);
        }
        if let Some(summary) = line.strip_prefix("test result: ") {
            let count = |word| number_before(summary, word);
            self.tally.passed += count("passed");
            self.tally.failed += count("failed");
            self.tally.skipped += count("ignored");
            self.is_in_fresh_section = false;
        } else if let Some(name) = section(line) {
            self.is_in_fresh_section = true;
            self.is_panic_due = self.failures.0.iter().any(|(known, _)| known == name);
            if self.is_panic_due {
                self.failures.begin(name);
            }
        } else if let Some(reason) = line.strip_prefix("skipped: ") {
            self.reasons.insert(reason.to_owned());
            self.skipped_themselves += usize::from(self.is_in_fresh_section);
            self.is_in_fresh_section = false;
        }
    }

    /// The runner counts a test that skips itself as passed; here it is one or the other.
    fn tally(&self) -> Tally {
        Tally {
            passed: self.tally.passed.saturating_sub(self.skipped_themselves),
            failed: self.tally.failed,
            skipped: self.tally.skipped + self.skipped_themselves,
        }
    }

    fn reasons(&self) -> Vec<String> {
        self.reasons.iter().cloned().collect()
    }

    fn failures(&self) -> Vec<String> {
        self.failures.lines()
    }
}

/// The name in a line such as `test waiting::a_wait ... FAILED`.
fn failed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

/// The name in a line such as `---- waiting::a_wait stdout ----`.
fn section(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?.strip_suffix(" stdout ----")
}

/// Reads `node --test` with the reporter `spec` or `tap`.
#[derive(Debug, Default)]
pub(crate) struct NodeTest {
    tally: Tally,
    reasons: BTreeSet<String>,
    failures: Failures,
    /// The line before named a failed test: this one is its error.
    is_error: bool,
}

impl Reader for NodeTest {
    fn line(&mut self, line: &str) {
        if let Some(reason) = skip_reason(line) {
            self.reasons.insert(reason.to_owned());
        }
        if std::mem::take(&mut self.is_error) && line.starts_with("  ") {
            self.failures.explain(line.trim());
        }
        if let Some(name) = failed_node_test(line) {
            self.failures.begin(name);
            self.is_error = true;
        }
        let Some(summary) = ["# ", "\u{2139} "]
            .iter()
            .find_map(|mark| line.strip_prefix(mark))
        else {
            return;
        };
        let mut words = summary.split_whitespace();
        let (Some(word), Some(Ok(count)), None) = (
            words.next(),
            words.next().map(str::parse::<usize>),
            words.next(),
        ) else {
            return;
        };
        match word {
            "pass" => self.tally.passed += count,
            // A cancelled test is one that its file gave up on: no reason to pass it.
            "fail" | "cancelled" => self.tally.failed += count,
            "skipped" | "todo" => self.tally.skipped += count,
            _ => {}
        }
    }

    fn tally(&self) -> Tally {
        self.tally
    }

    fn reasons(&self) -> Vec<String> {
        self.reasons.iter().cloned().collect()
    }

    fn failures(&self) -> Vec<String> {
        self.failures.lines()
    }
}

/// The name in a line such as `✖ draws (0.13ms)`; the headline of the list at the end has no time.
fn failed_node_test(line: &str) -> Option<&str> {
    let told = line.trim_start().strip_prefix("\u{2716} ")?;
    let (name, time) = told.rsplit_once(" (")?;
    time.ends_with("ms)").then_some(name)
}

/// The reason in a line such as `- name (0.1ms) # no Orthanc here` or `ok 3 - name # SKIP no Orthanc here`.
fn skip_reason(line: &str) -> Option<&str> {
    let (name, reason) = line.rsplit_once(" # ")?;
    let is_spec = name.trim_start().starts_with("\u{fe63} ");
    let reason = match reason.strip_prefix("SKIP ") {
        Some(told) => told,
        None if is_spec => reason,
        None => return None,
    };
    (reason != "SKIP").then_some(reason)
}

/// The number before `word` in a list such as `ok. 3 passed; 0 failed`; 0 where there is none.
fn number_before(summary: &str, word: &str) -> usize {
    let words: Vec<_> = summary.split([' ', ';']).collect();
    let at = words.iter().position(|candidate| *candidate == word);
    at.and_then(|at| words.get(at.checked_sub(1)?)?.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mut reader: impl Reader, output: &str) -> (Tally, Vec<String>) {
        output.lines().for_each(|line| reader.line(line));
        (reader.tally(), reader.reasons())
    }

    #[test]
    fn cargo_results_of_several_crates_add_up() {
        let output = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        let (tally, _) = read(CargoTest::default(), output);
        assert_eq!(tally.to_string(), "15 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn a_cargo_test_that_skips_itself_has_not_passed() {
        let output = "---- reads_real_files stdout ----\n\
            skipped: no ../shared/data here\n\
            skipped: no ../shared/data here\n\
            ---- other stdout ----\n\
            a line about something\n\
            test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out";
        let (tally, reasons) = read(CargoTest::default(), output);
        assert_eq!(tally.to_string(), "2 passed, 0 failed, 1 skipped");
        assert_eq!(reasons, ["no ../shared/data here"]);
    }

    #[test]
    fn node_counts_come_from_the_summary_of_either_reporter() {
        for mark in ["#", "\u{2139}"] {
            let output = [
                "tests 9",
                "pass 4",
                "fail 1",
                "cancelled 1",
                "skipped 2",
                "todo 1",
            ]
            .map(|line| format!("{mark} {line}\n"))
            .concat();
            let (tally, _) = read(NodeTest::default(), &output);
            assert_eq!(tally.to_string(), "4 passed, 2 failed, 3 skipped");
        }
    }

    #[test]
    fn node_says_why_it_skipped() {
        let output = "\u{fe63} draws (0.13ms) # no Orthanc here\n\
            ok 2 - signs in # SKIP no provider here\n\
            \u{fe63} bare (0.1ms) # SKIP\n\
            \u{2714} todo (0.1ms) # TODO";
        let (_, reasons) = read(NodeTest::default(), output);
        assert_eq!(reasons, ["no Orthanc here", "no provider here"]);
    }

    #[test]
    fn each_failed_cargo_test_is_named_with_the_first_line_of_its_error() {
        let output = "test waiting::calm ... ok\n\
            test waiting::cut ... FAILED\n\
            test waiting::long ... FAILED\n\
            ---- waiting::calm stdout ----\n\
            thread 'x' panicked at tests/core/other.rs:1:1:\nmeant to\n\
            ---- waiting::cut stdout ----\n\
            thread 'waiting::cut' (17) panicked at tests/core/waiting.rs:4:5:\n\
            assertion `left == right` failed: six refusals\n  left: 1\n right: 2\n\
            ---- waiting::long stdout ----\n\
            Error: \"no file\"\n\
            failures:\n    waiting::cut\n    waiting::long";
        let mut reader = CargoTest::default();
        output.lines().for_each(|line| reader.line(line));
        let cut = "waiting::cut: assertion `left == right` failed: six refusals";
        assert_eq!(reader.failures(), [cut, "waiting::long"]);
    }

    #[test]
    fn each_failed_node_test_is_named_once_with_the_first_line_of_its_error() {
        let output = "\u{2714} draws (0.13ms)\n\
            \u{2716} signs in (1.5ms)\n\
            \u{2716} failing tests:\n\n\
            test at tests/browser/signin.spec.js:76:1\n\
            \u{2716} signs in (1.5ms)\n  AssertionError [ERR_ASSERTION]: there is no name\n  + actual";
        let mut reader = NodeTest::default();
        output.lines().for_each(|line| reader.line(line));
        let told = "signs in: AssertionError [ERR_ASSERTION]: there is no name";
        assert_eq!(reader.failures(), [told]);
    }

    #[test]
    fn a_headline_of_tap_is_not_a_count() {
        let (tally, _) = read(NodeTest::default(), "# Subtest: pass 3 frames\n# pass");
        assert_eq!(tally, Tally::default());
    }
}
