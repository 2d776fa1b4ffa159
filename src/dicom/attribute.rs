//! Typed reads of attributes that bear what servers do to DICOM JSON (PS3.18 F): strings for numbers, nulls, no values.

pub(crate) mod doubt;
pub(crate) mod tags;

use skiagraph_core::study::study::PersonName;
use std::borrow::Cow;
use std::fmt;

/// An attribute's tag: group in the upper half, element in the lower (PS3.5 7.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub u32);

impl Tag {
    /// Reads the eight hexadecimal digits of a JSON key, in either case.
    pub fn parse(key: &str) -> Option<Self> {
        let is_tag = key.len() == 8 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_tag
            .then(|| u32::from_str_radix(key, 16).ok().map(Self))
            .flatten()
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({:04X},{:04X})", self.0 >> 16, self.0 & 0xFFFF)
    }
}

/// One value of an attribute.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    /// `null`, or a kind that no VR has: it keeps the places of the others.
    Null,
    Text(Cow<'a, str>),
    Number(f64),
    Name(Box<PersonName>),
    Item(DataSet<'a>),
}

/// An attribute: its values, or its bytes, or where its bytes are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Element<'a> {
    pub(crate) values: Vec<Value<'a>>,
    /// Base64 (PS3.18 F.2.7).
    pub(crate) inline: Option<Cow<'a, str>>,
    pub(crate) bulk_uri: Option<Cow<'a, str>>,
}

/// The kept attributes of a data set or item, in the order they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct DataSet<'a> {
    pub(crate) elements: Vec<(Tag, Element<'a>)>,
    /// Attributes whose JSON could not be read.
    pub(crate) broken: Vec<Tag>,
    /// Keys were seen, and none of them was a tag.
    pub(crate) is_foreign: bool,
}

impl<'a> DataSet<'a> {
    pub(crate) fn element(&self, tag: Tag) -> Option<&Element<'a>> {
        self.elements
            .iter()
            .find(|(known, _)| *known == tag)
            .map(|(_, element)| element)
    }

    fn values(&self, tag: Tag) -> &[Value<'a>] {
        self.element(tag).map_or(&[], |element| &element.values)
    }

    /// True where the attribute has a value, be it elsewhere; `Value: [""]` is none.
    pub(crate) fn has(&self, tag: Tag) -> bool {
        self.element(tag).is_some_and(|element| {
            element.inline.is_some()
                || element.bulk_uri.is_some()
                || element.values.iter().any(Value::is_something)
        })
    }

    /// The first value as text for the eye; empty where there is none.
    pub(crate) fn text(&self, tag: Tag) -> String {
        self.values(tag)
            .first()
            .map(Value::text)
            .unwrap_or_default()
    }

    /// All values; one string with backslashes counts as several (PS3.5 6.4).
    pub(crate) fn texts(&self, tag: Tag) -> Vec<String> {
        self.values(tag)
            .iter()
            .flat_map(|value| value.text().split('\\').map(clean).collect::<Vec<_>>())
            .collect()
    }

    /// All values in their places; `None` for what is no number.
    pub(crate) fn numbers(&self, tag: Tag) -> Vec<Option<f64>> {
        let mut numbers = Vec::new();
        for value in self.values(tag) {
            match value {
                Value::Number(number) => numbers.push(Some(*number)),
                Value::Text(text) => numbers.extend(text.split('\\').map(parse_decimal)),
                _ => numbers.push(None),
            }
        }
        numbers
    }

    /// The first value as a number.
    pub(crate) fn number(&self, tag: Tag) -> Option<f64> {
        match self.values(tag).first()? {
            Value::Number(number) => Some(*number),
            Value::Text(text) => text.split('\\').next().and_then(parse_decimal),
            _ => None,
        }
    }

    /// The first value as a whole number; fractions are refused.
    pub(crate) fn integer(&self, tag: Tag) -> Option<i64> {
        self.number(tag).and_then(whole)
    }

    /// Exactly `N` numbers, or nothing.
    pub(crate) fn array<const N: usize>(&self, tag: Tag) -> Option<[f64; N]> {
        let numbers: Option<Vec<f64>> = self.numbers(tag).into_iter().collect();
        numbers?.try_into().ok()
    }

    /// Items of a sequence; anything else counts as an empty item, so that frames keep their places.
    pub(crate) fn items(&self, tag: Tag) -> impl Iterator<Item = Option<&DataSet<'a>>> {
        self.values(tag).iter().map(|value| match value {
            Value::Item(item) => Some(item),
            _ => None,
        })
    }

    /// The first item of a sequence.
    pub(crate) fn item(&self, tag: Tag) -> Option<&DataSet<'a>> {
        self.items(tag).next().flatten()
    }

    /// Attributes of this data set and its items whose JSON could not be read.
    pub(crate) fn broken_tags(&self) -> Vec<Tag> {
        let items = self
            .elements
            .iter()
            .flat_map(|(_, element)| &element.values)
            .filter_map(|value| match value {
                Value::Item(item) => Some(item),
                _ => None,
            });
        self.broken
            .iter()
            .copied()
            .chain(items.flat_map(Self::broken_tags))
            .collect()
    }

    /// A Person Name: the object of PS3.18 F.2.2, or a string with groups parted by `=` (PS3.5 6.2).
    pub(crate) fn name(&self, tag: Tag) -> PersonName {
        let name = self.read_name(tag);
        let is_unreadable = self.has_unknown_charset() && !name.is_ascii();
        PersonName {
            is_doubtful: name.is_doubtful || is_unreadable,
            ..name
        }
    }

    /// True where the data set names a character set that nobody knows.
    fn has_unknown_charset(&self) -> bool {
        let terms = self.texts(tags::SPECIFIC_CHARACTER_SET);
        terms
            .iter()
            .any(|term| !term.is_empty() && !doubt::is_known_charset(term))
    }

    fn read_name(&self, tag: Tag) -> PersonName {
        match self.values(tag).first() {
            Some(Value::Name(name)) => (**name).clone(),
            Some(Value::Text(text)) => {
                let mut groups = text.split('=').map(clean);
                let mut next = || groups.next().unwrap_or_default();
                PersonName {
                    alphabetic: next(),
                    ideographic: next(),
                    phonetic: next(),
                    is_doubtful: doubt::is_misread(text),
                }
            }
            _ => PersonName::default(),
        }
    }
}

impl Value<'_> {
    fn is_something(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Text(text) => !text.trim().is_empty(),
            _ => true,
        }
    }

    fn text(&self) -> String {
        match self {
            Value::Text(text) => clean(text),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        }
    }
}

/// Text fit for the screen: no control characters, no marks that turn the direction of writing, no padding (rule 1.4).
pub(crate) fn clean(text: &str) -> String {
    let is_hidden =
        |c: char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if text.contains(is_hidden) {
        let kept: String = text.chars().filter(|&c| !is_hidden(c)).collect();
        return kept.trim().to_owned();
    }
    text.trim().to_owned()
}

/// A DS or IS (PS3.5 6.2): digits, sign, point and exponent; Rust would also take `inf` and `nan`.
pub(crate) fn parse_decimal(text: &str) -> Option<f64> {
    let text = text.trim_matches([' ', '\0']);
    let is_decimal = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    let number = if is_decimal {
        text.parse::<f64>().ok()?
    } else {
        return None;
    };
    number.is_finite().then_some(number)
}

/// A number without a fraction that a double holds exactly.
pub(crate) fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ps3_5_6_2_decimal_strings() {
        for (text, wanted) in [
            ("1.50 ", Some(1.5)),
            ("+2E-3", Some(0.002)),
            ("-7\0", Some(-7.0)),
        ] {
            assert_eq!(parse_decimal(text), wanted, "{text}");
        }
        for bad in ["", "nan", "inf", "1e999", "1,5", "0x10", "1 2"] {
            assert_eq!(parse_decimal(bad), None, "{bad}");
        }
    }

    #[test]
    fn rule_1_4_marks_that_could_turn_a_name_round_are_dropped() {
        assert_eq!(clean(" DOE\u{202E}^J\u{2067}ANE\u{85}\0\n"), "DOE^JANE");
    }

    #[test]
    fn tags_are_eight_hexadecimal_digits_in_either_case() {
        assert_eq!(Tag::parse("7fe00010"), Some(Tag(0x7FE0_0010)));
        assert_eq!(Tag::parse("+0280010"), None);
        assert_eq!(Tag(0x0028_103A).to_string(), "(0028,103A)");
    }
}
