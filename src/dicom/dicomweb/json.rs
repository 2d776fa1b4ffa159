//! Walks a DICOM JSON answer (PS3.18 F.2) data set by data set and stores only what is read; the rest is skipped.
//!
//! Nothing recurses deeper than [`MAX_SEQUENCES`] sequences, which is at most 16 levels of JSON (the cap is 64); what
//! lies deeper, or outside the list of kept attributes, is skipped without recursion.

use crate::attribute::{DataSet, Element, Tag, Value, clean, doubt, tags};
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use skiagraph_core::study::study::PersonName;
use std::borrow::Cow;
use std::fmt;

/// Per-frame groups > frame VOI > VOI LUT > its attributes: nothing that is read lies deeper.
const MAX_SEQUENCES: u8 = 4;
/// Values kept of one attribute: the largest table has 65,536 entries, the longest multi-frame image as many frames.
const MAX_VALUES: usize = 1 << 18;

/// Calls `each` for every data set of an array, or for the one data set that stands in place of an array.
///
/// Where `is_tolerant`, an attribute whose JSON cannot be read (a number beyond all bounds, half a surrogate pair)
/// costs only itself; this reads kept attributes twice and is for the second try.
pub(super) fn read<'a>(
    json: &'a str,
    is_tolerant: bool,
    each: impl FnMut(DataSet<'a>),
) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    deserializer.deserialize_any(Answer { is_tolerant, each })?;
    deserializer.end()
}

/// Visits whatever JSON there is; every kind that is not wanted here ends in `$other`.
macro_rules! visit_others {
    ($other:expr; $($method:ident($kind:ty)),*) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("dicom json")
        }
        $(fn $method<E: de::Error>(self, _: $kind) -> Result<Self::Value, E> {
            Ok($other)
        })*
    };
}

/// Skips the rest of an array.
fn skip_array<'a, A: SeqAccess<'a>>(mut array: A) -> Result<(), A::Error> {
    while array.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

struct Answer<F> {
    is_tolerant: bool,
    each: F,
}

impl<'a, F: FnMut(DataSet<'a>)> Visitor<'a> for Answer<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dicom json")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(mut self, map: A) -> Result<(), A::Error> {
        match Object::new(self.is_tolerant).visit_map(map)? {
            Value::Item(data_set) => (self.each)(data_set),
            _ => (self.each)(foreign()),
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut array: A) -> Result<(), A::Error> {
        while let Some(value) = array.next_element_seed(Object::new(self.is_tolerant))? {
            match value {
                Value::Item(data_set) => (self.each)(data_set),
                _ => (self.each)(foreign()),
            }
        }
        Ok(())
    }
}

/// An entry that is no data set.
fn foreign<'a>() -> DataSet<'a> {
    DataSet {
        is_foreign: true,
        ..DataSet::default()
    }
}

/// One value: a data set or item, the groups of a name, text, or a number.
#[derive(Clone, Copy)]
struct Object {
    is_tolerant: bool,
    depth: u8,
}

impl Object {
    fn new(is_tolerant: bool) -> Self {
        Self {
            is_tolerant,
            depth: 0,
        }
    }
}

impl<'a> DeserializeSeed<'a> for Object {
    type Value = Value<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Value<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Object {
    type Value = Value<'a>;

    visit_others!(Value::Null; visit_bool(bool));

    fn visit_unit<E: de::Error>(self) -> Result<Value<'a>, E> {
        Ok(Value::Null)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value<'a>, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value<'a>, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value<'a>, E> {
        Ok(Value::Number(number))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'a str) -> Result<Value<'a>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value<'a>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, array: A) -> Result<Value<'a>, A::Error> {
        skip_array(array)?;
        Ok(Value::Null)
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Value<'a>, A::Error> {
        let mut data_set = DataSet::default();
        let mut name: Option<Box<PersonName>> = None;
        let (mut n_tags, mut n_foreign) = (0_usize, 0_usize);
        while let Some(key) = map.next_key_seed(KeySeed(key))? {
            n_tags += usize::from(matches!(key, Key::Tag(_)));
            n_foreign += usize::from(matches!(key, Key::Foreign));
            match key {
                Key::Tag(tag) if self.depth < MAX_SEQUENCES && tags::is_kept(tag) => {
                    self.element(tag, &mut map, &mut data_set)?;
                }
                Key::NameGroup(group) => {
                    let Value::Text(text) = map.next_value_seed(Self {
                        depth: MAX_SEQUENCES,
                        ..self
                    })?
                    else {
                        continue;
                    };
                    let name = name.get_or_insert_default();
                    name.is_doubtful |= doubt::is_misread(&text);
                    *group.of(name) = clean(&text);
                }
                Key::Tag(_) | Key::Foreign => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        data_set.is_foreign = n_tags == 0 && n_foreign > 0;
        Ok(name.map_or(Value::Item(data_set), Value::Name))
    }
}

impl Object {
    fn element<'a, A: MapAccess<'a>>(
        self,
        tag: Tag,
        map: &mut A,
        data_set: &mut DataSet<'a>,
    ) -> Result<(), A::Error> {
        let seed = ElementSeed(Self {
            depth: self.depth + 1,
            ..self
        });
        if !self.is_tolerant {
            data_set.elements.push((tag, map.next_value_seed(seed)?));
            return Ok(());
        }
        let raw: &RawValue = map.next_value()?;
        match seed.deserialize(&mut serde_json::Deserializer::from_str(raw.get())) {
            Ok(element) => data_set.elements.push((tag, element)),
            Err(_) => data_set.broken.push(tag),
        }
        Ok(())
    }
}

enum Key {
    Tag(Tag),
    NameGroup(NameGroup),
    Foreign,
}

#[derive(Clone, Copy)]
enum NameGroup {
    Alphabetic,
    Ideographic,
    Phonetic,
}

impl NameGroup {
    fn of(self, name: &mut PersonName) -> &mut String {
        match self {
            Self::Alphabetic => &mut name.alphabetic,
            Self::Ideographic => &mut name.ideographic,
            Self::Phonetic => &mut name.phonetic,
        }
    }
}

fn key(text: &str) -> Key {
    match text {
        "Alphabetic" => Key::NameGroup(NameGroup::Alphabetic),
        "Ideographic" => Key::NameGroup(NameGroup::Ideographic),
        "Phonetic" => Key::NameGroup(NameGroup::Phonetic),
        _ => Tag::parse(text).map_or(Key::Foreign, Key::Tag),
    }
}

/// Reads a key without storing it.
struct KeySeed<K>(fn(&str) -> K);

impl<'a, K> DeserializeSeed<'a> for KeySeed<K> {
    type Value = K;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<K, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<K> Visitor<'_> for KeySeed<K> {
    type Value = K;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<K, E> {
        Ok(self.0(text))
    }
}

/// What stands in an attribute's object.
enum Part {
    Values,
    Inline,
    BulkUri,
    Other,
}

fn part(text: &str) -> Part {
    match text {
        "Value" => Part::Values,
        "InlineBinary" => Part::Inline,
        "BulkDataURI" => Part::BulkUri,
        _ => Part::Other,
    }
}

/// An attribute's object: `vr` is not looked at, since it is wrong often enough and never needed.
struct ElementSeed(Object);

impl<'a> DeserializeSeed<'a> for ElementSeed {
    type Value = Element<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Element<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for ElementSeed {
    type Value = Element<'a>;

    visit_others!(Element::default(); visit_bool(bool), visit_u64(u64), visit_i64(i64), visit_f64(f64), visit_str(&str));

    fn visit_unit<E: de::Error>(self) -> Result<Element<'a>, E> {
        Ok(Element::default())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, array: A) -> Result<Element<'a>, A::Error> {
        skip_array(array)?;
        Ok(Element::default())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Element<'a>, A::Error> {
        let mut element = Element::default();
        // Text only: an object or a number there says nothing.
        let text_seed = Object {
            depth: MAX_SEQUENCES,
            ..self.0
        };
        let text = |value| {
            if let Value::Text(text) = value {
                Some(text)
            } else {
                None
            }
        };
        while let Some(part) = map.next_key_seed(KeySeed(part))? {
            match part {
                Part::Values => element.values = map.next_value_seed(ValuesSeed(self.0))?,
                Part::Inline => element.inline = text(map.next_value_seed(text_seed)?),
                Part::BulkUri => element.bulk_uri = text(map.next_value_seed(text_seed)?),
                Part::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(element)
    }
}

/// The `Value` array, or a bare value in its place.
struct ValuesSeed(Object);

impl<'a> DeserializeSeed<'a> for ValuesSeed {
    type Value = Vec<Value<'a>>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Hands a bare value on to [`Object`].
macro_rules! visit_bare {
    ($($method:ident($kind:ty)),*) => {
        $(fn $method<E: de::Error>(self, value: $kind) -> Result<Self::Value, E> {
            Ok(vec![self.0.$method(value)?])
        })*
    };
}

impl<'a> Visitor<'a> for ValuesSeed {
    type Value = Vec<Value<'a>>;

    visit_others!(Vec::new(); visit_bool(bool));
    visit_bare!(
        visit_u64(u64),
        visit_i64(i64),
        visit_f64(f64),
        visit_str(&str),
        visit_borrowed_str(&'a str)
    );

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_map<A: MapAccess<'a>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(vec![self.0.visit_map(map)?])
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while values.len() < MAX_VALUES {
            let Some(value) = array.next_element_seed(self.0)? else {
                return Ok(values);
            };
            values.push(value);
        }
        skip_array(array)?;
        Ok(values)
    }
}
