//! `docs/display.md` has a row for every rule of the display, and names tests that are there.

use crate::{none, root, sources};
use std::fs;

/// Cells of the rows of `docs/display.md` whose first cell is a letter and a number.
fn display_rows() -> Vec<Vec<String>> {
    let path = root().join("docs/display.md");
    let text = fs::read_to_string(path).expect("the page of the display rules");
    let cells = |line: &str| -> Vec<String> {
        line.split('|')
            .skip(1)
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    let is_numbered = |row: &Vec<String>| {
        let name = row.first().and_then(|cell| cell.strip_prefix(['D', 'F']));
        name.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    text.lines().map(cells).filter(is_numbered).collect()
}

#[test]
fn every_display_rule_and_fault_has_a_row_and_a_test() {
    let rules = (1..=44).map(|number| format!("D{number}"));
    let faults = (16..=26).chain(29..=38).map(|number| format!("F{number}"));
    let rows = display_rows();
    let has_test = |name: &String| {
        let mut rows = rows.iter().filter(|row| row[0] == *name);
        rows.any(|row| row.iter().any(|cell| cell.contains("`")))
    };
    let missing = rules.chain(faults).filter(|name| !has_test(name));
    none(missing, "docs/display.md has a row with a test for each");
}

#[test]
fn every_test_that_the_display_page_names_is_in_the_sources() {
    let all = sources();
    let is_there = |name: &str| {
        let function = format!("fn {name}(");
        all.iter().any(|source| source.text.contains(&function))
    };
    let rows = display_rows();
    let names = rows
        .iter()
        .flatten()
        .flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let missing = names.filter(|name| !is_there(name)).map(str::to_owned);
    none(missing, "docs/display.md names tests that are there");
}
