//! What is wrong with a JSON text: the error in the parser's words and the key it is at, and nothing of the values.

/// A sentence without its full stop, which names the last key of `text` before the place of `error`.
pub(crate) fn describe(text: &str, error: &serde_json::Error) -> String {
    match key_before(text, error.line(), error.column()) {
        Some(key) => format!("{key}: {error}"),
        None => error.to_string(),
    }
}

/// The last `"key":` up to a line and a column in bytes, both from 1; a key is made of letters and digits.
fn key_before(text: &str, line: usize, column: usize) -> Option<String> {
    let line = text.lines().nth(line.checked_sub(1)?)?.as_bytes();
    let read = String::from_utf8_lossy(&line[..column.min(line.len())]).into_owned();
    let (read, _) = read.rsplit_once("\":")?;
    let (_, key) = read.rsplit_once('"')?;
    let is_key = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric());
    is_key.then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    struct Size {
        #[expect(dead_code, reason = "read by nobody")]
        rows: u32,
    }

    #[test]
    fn the_key_is_named_and_the_line_and_no_value_but_a_wrong_one() {
        let told = |text: &str| {
            let error = serde_json::from_str::<Size>(text).unwrap_err();
            describe(text, &error)
        };
        let said = told("{\n  \"name\": \"Doe\", \"rows\": -1 }");
        assert!(said.starts_with("rows: ") && said.contains("line 2"));
        assert!(!said.contains("Doe"), "{said}");
        assert!(told("").contains("EOF"));
        assert!(told("{ \"a name\": 1, \"né\": 2 ").starts_with("EOF"));
    }
}
