//! `docs/faults.md` has a row for every fault of line, archive, browser and site, and names tests that are there.

use crate::{none, root, sources};
use std::fs;

/// Rows of the page: the number of the fault, and the tests that it names.
fn rows() -> Vec<(u32, Vec<String>)> {
    let path = root().join("docs/faults.md");
    let text = fs::read_to_string(path).expect("the page of the faults");
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let number = cells.get(1)?.strip_prefix('F')?.parse().ok()?;
        let tests = cells.get(4)?.split('`').skip(1).step_by(2);
        Some((number, tests.map(str::to_owned).collect()))
    };
    text.lines().filter_map(row).collect()
}

#[test]
fn every_fault_of_line_browser_and_site_has_a_row_and_a_test() {
    let rows = rows();
    let has_test = |number: &u32| {
        rows.iter()
            .any(|(row, tests)| row == number && !tests.is_empty())
    };
    let missing = (1..=15).chain(39..=50).filter(|number| !has_test(number));
    none(
        missing.map(|number| format!("F{number}")),
        "docs/faults.md has a row with a test for each",
    );
}

#[test]
fn every_test_that_the_page_of_faults_names_is_in_the_sources() {
    let all = sources();
    let is_there = |name: &String| {
        all.iter().any(|source| match name.contains(' ') {
            // The title of a browser test, from its beginning or behind what a loop puts before it.
            true => source.name.ends_with(".spec.js") && source.text.contains(name.as_str()),
            false => source.text.contains(&format!("fn {name}(")),
        })
    };
    let names = rows().into_iter().flat_map(|(_, tests)| tests);
    none(
        names.filter(|name| !is_there(name)),
        "docs/faults.md names tests that are there",
    );
}
