//! Whether an attribute matches a query value (PS3.4 C.2.2.2, PS3.18 8.3.4).

use serde_json::Value;

/// First value of a DICOM JSON attribute as text; of a name its alphabetic group.
pub(crate) fn first_text(element: &Value) -> Option<String> {
    texts(element).into_iter().next()
}

/// All values as texts; of a name each of its groups.
pub(crate) fn texts(element: &Value) -> Vec<String> {
    let values = element["Value"].as_array().map_or(&[][..], Vec::as_slice);
    values.iter().flat_map(value_texts).collect()
}

fn value_texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Object(name) => {
            let groups = ["Alphabetic", "Ideographic", "Phonetic"].into_iter();
            let group = |key| name.get(key).and_then(Value::as_str).map(str::to_owned);
            groups.filter_map(group).collect()
        }
        Value::Null => vec![String::new()],
        other => vec![other.to_string()],
    }
}

/// Compares an attribute's values with what was asked for; an empty or `*` query matches all.
pub(crate) fn matches(vr: &str, texts: &[String], wanted: &str, fuzzy: bool) -> bool {
    if wanted.is_empty() || wanted == "*" {
        return true;
    }
    texts.iter().any(|text| match vr {
        "UI" => wanted.split(',').any(|uid| uid == text),
        "DA" | "TM" | "DT" => in_range(text, wanted),
        "PN" if fuzzy => sounds_like(text, wanted),
        "PN" => wildcard(&text.to_lowercase(), &wanted.to_lowercase()),
        "CS" => wanted.split([',', '\\']).any(|one| wildcard(text, one)),
        "IS" | "DS" | "US" | "SS" | "UL" | "SL" | "FD" | "FL" => same_number(text, wanted),
        _ => wildcard(text, wanted),
    })
}

fn same_number(text: &str, wanted: &str) -> bool {
    match (text.parse::<f64>(), wanted.trim().parse::<f64>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => text == wanted,
    }
}

/// Dates and times, also as `A-B`, `A-` and `-B` (PS3.4 C.2.2.2.5); the end takes in all that begins with it.
fn in_range(text: &str, wanted: &str) -> bool {
    let Some((from, to)) = wanted.split_once('-') else {
        return text.starts_with(wanted) && !text.is_empty();
    };
    let after = from.is_empty() || text >= from;
    let before = to.is_empty() || text.get(..to.len()).unwrap_or(text) <= to;
    after && before && !text.is_empty()
}

/// `*` stands for any run, `?` for one character (PS3.4 C.2.2.2.4).
fn wildcard(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) =
        (text.chars().collect(), pattern.chars().collect());
    let (mut at, mut with) = (0, 0);
    // Where to go on after the last `*` when the rest does not fit.
    let mut star: Option<(usize, usize)> = None;
    while let Some(character) = text.get(at) {
        match pattern.get(with) {
            Some('*') => {
                star = Some((with + 1, at));
                with += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == character => {
                at += 1;
                with += 1;
            }
            _ => {
                let Some((after, from)) = star else {
                    return false;
                };
                star = Some((after, from + 1));
                with = after;
                at = from + 1;
            }
        }
    }
    pattern.iter().skip(with).all(|rest| *rest == '*')
}

/// Every word asked for begins some word of the name.
fn sounds_like(text: &str, wanted: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let lower = text.to_lowercase();
        let words = lower
            .split(['^', ' ', ',', '*', '='])
            .filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    let name = words(text);
    words(wanted)
        .iter()
        .all(|word| name.iter().any(|part| part.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(vr: &str, text: &str, wanted: &str) -> bool {
        matches(vr, &[text.to_owned()], wanted, false)
    }

    /// PS3.4 C.2.2.2.4.
    #[test]
    fn wildcards() {
        assert!(one("PN", "Müller^Anna", "müll*"));
        assert!(one("LO", "abcabd", "*ab?"));
        assert!(!one("LO", "ABC", "abc"), "only names compare without case");
        assert!(!one("LO", "abc", "ab"));
        assert!(one("LO", "abc", "*"));
    }

    /// PS3.4 C.2.2.2.5: ranges include both ends and may be open.
    #[test]
    fn ranges() {
        for (wanted, expected) in [
            ("20200101-20201231", true),
            ("-20200229", true),
            ("20200229-", true),
            ("20200229", true),
            ("20200301-", false),
            ("-20200228", false),
        ] {
            assert_eq!(one("DA", "20200229", wanted), expected, "{wanted}");
        }
        assert!(
            one("TM", "101530.25", "1000-1015"),
            "an end of minutes takes in their seconds"
        );
        assert!(
            !one("DA", "", "20200101-"),
            "an unknown date is in no range"
        );
    }

    /// PS3.4 C.2.2.2.2.
    #[test]
    fn uid_lists() {
        assert!(one("UI", "1.2.3", "1.2,1.2.3"));
        assert!(!one("UI", "1.2.3", "1.2"));
    }

    #[test]
    fn fuzzy_names_match_by_word_beginnings() {
        let names = ["Müller^Anna Maria".to_owned()];
        assert!(matches("PN", &names, "mar mül", true));
        assert!(!matches("PN", &names, "otto", true));
    }
}
