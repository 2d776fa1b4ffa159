//! QIDO-RS: searches for studies, series and instances (PS3.18 section 10.6).

use std::collections::BTreeSet;

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::StandardDataDictionary;
use serde_json::{Value, json};

use crate::Quirks;
use crate::http::{Refusal, Request, Response};
use crate::index::{Attributes, Index, Instance, Series, Study};
use crate::json::key;
use crate::matching::{matches, texts};
use crate::server::Archive;

/// What a search lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Study,
    Series,
    Instance,
}

/// Attributes returned unasked at each level: tables 10.6.3-3, -4 and -5.
const STUDY_KEYS: [&str; 17] = [
    "00080005", "00080020", "00080030", "00080050", "00080056", "00080061", "00080090", "00080201",
    "00081190", "00100010", "00100020", "00100030", "00100040", "0020000D", "00200010", "00201206",
    "00201208",
];
const SERIES_KEYS: [&str; 12] = [
    "00080005", "00080060", "00080201", "0008103E", "00081190", "0020000D", "0020000E", "00200011",
    "00201209", "00400244", "00400245", "00400275",
];
const INSTANCE_KEYS: [&str; 14] = [
    "00080005", "00080016", "00080018", "00080056", "00080201", "00081190", "00083002", "0020000D",
    "0020000E", "00200013", "00280008", "00280010", "00280011", "00280100",
];
/// Of those, the ones that are there even if nobody knows their value.
const ALWAYS: [&str; 9] = [
    "00080020", "00080030", "00080050", "00080090", "00100010", "00100020", "00100030", "00100040",
    "00200010",
];
/// Further attributes of the study and the series that may be asked for.
const STUDY_MORE: [&str; 8] = [
    "00080062", "00081030", "00081032", "00081048", "00081060", "00081080", "00321060", "00321033",
];
const SERIES_MORE: [&str; 9] = [
    "00080021", "00080031", "00080070", "00081050", "00081070", "00081090", "00180015", "00181030",
    "00400253",
];

/// A possible answer: values of the level itself, then those of its first instance or of a generated row.
struct Row<'a> {
    own: Attributes,
    stored: Option<&'a Attributes>,
}

impl Row<'_> {
    fn get(&self, key: &str) -> Option<&Value> {
        let stored = || self.stored.and_then(|stored| stored.get(key));
        self.own.get(key).or_else(stored)
    }
}

struct Query {
    /// Path of tags, as sequences are searched by `sequence.attribute`, and the value.
    filters: Vec<(Vec<Tag>, String)>,
    include: Vec<Tag>,
    include_all: bool,
    fuzzy: bool,
    limit: usize,
    offset: usize,
    ignored: Vec<String>,
}

/// Answers a search below an optional study and series.
pub(crate) fn search(
    archive: &Archive,
    request: &Request,
    level: Level,
    study: Option<&str>,
    series: Option<&str>,
) -> Result<Response, Refusal> {
    let quirks = archive.options.quirks;
    let query = parse(request, level)?;
    let base = format!("{}{}", request.origin(), archive.options.root);
    let index = archive.index();
    let rows = rows(&index, level, study, series, &base, quirks);
    let found = rows.filter(|row| {
        query
            .filters
            .iter()
            .all(|filter| accepts(row, filter, query.fuzzy))
    });
    let page = found.skip(query.offset).take(query.limit);
    let keys = keys(level, study.is_some(), series.is_some(), quirks);
    let answers: Vec<Value> = page.map(|row| answer(&row, level, &keys, &query)).collect();
    if answers.is_empty() && quirks == Quirks::None {
        return Ok(Response::empty(204));
    }
    let mut response = Response::dicom_json(200, &Value::Array(answers));
    if !query.ignored.is_empty() && quirks == Quirks::None {
        let names = query.ignored.join(", ").replace('"', "'");
        let warning =
            format!("299 archive \"The following query parameters are not supported: {names}\"");
        response.set("Warning", warning);
    }
    Ok(response)
}

fn parse(request: &Request, level: Level) -> Result<Query, Refusal> {
    let mut query = Query {
        filters: Vec::new(),
        include: Vec::new(),
        include_all: false,
        fuzzy: false,
        limit: usize::MAX,
        offset: 0,
        ignored: Vec::new(),
    };
    let number = |value: &str| {
        value
            .parse()
            .map_err(|_| Refusal::new(400, "limit and offset are whole numbers"))
    };
    for (name, value) in &request.query {
        match name.as_str() {
            "limit" => query.limit = number(value)?,
            "offset" => query.offset = number(value)?,
            "fuzzymatching" => query.fuzzy = value == "true",
            "includefield" if value == "all" => query.include_all = true,
            "includefield" => query.include.extend(value.split(',').filter_map(tag)),
            _ => {
                let path: Option<Vec<Tag>> = name.split('.').map(tag).collect();
                match path.filter(|path| path.first().is_some_and(|tag| supports(level, *tag))) {
                    Some(path) => query.filters.push((path, value.clone())),
                    None => query.ignored.push(name.clone()),
                }
            }
        }
    }
    Ok(query)
}

/// A tag from its keyword or its eight digits.
fn tag(name: &str) -> Option<Tag> {
    if name.len() == 8
        && let Ok(number) = u32::from_str_radix(name, 16)
    {
        return Some(Tag((number >> 16) as u16, number as u16));
    }
    Some(StandardDataDictionary.by_name(name)?.tag())
}

/// VR of a tag in the dictionary.
fn vr(tag: Tag) -> VR {
    let entry = StandardDataDictionary.by_tag(tag);
    entry.map_or(VR::UN, |entry| entry.vr().relaxed())
}

/// Whether an attribute belongs to a level or one above it.
fn supports(level: Level, tag: Tag) -> bool {
    let name = key(tag);
    let has = |keys: &[&str]| keys.contains(&name.as_str());
    let study = tag.group() == 0x0010 || has(&STUDY_KEYS) || has(&STUDY_MORE);
    let series = has(&SERIES_KEYS) || has(&SERIES_MORE);
    match level {
        Level::Study => study,
        Level::Series => study || series,
        Level::Instance => true,
    }
}

fn accepts(row: &Row, (path, wanted): &(Vec<Tag>, String), fuzzy: bool) -> bool {
    let Some((first, below)) = path.split_first() else {
        return true;
    };
    let mut elements: Vec<&Value> = row.get(&key(*first)).into_iter().collect();
    for tag in below {
        let name = key(*tag);
        let items = elements
            .iter()
            .filter_map(|element| element["Value"].as_array())
            .flatten();
        elements = items.filter_map(|item| item.get(&name)).collect();
    }
    let texts: Vec<String> = elements.into_iter().flat_map(texts).collect();
    let vr = vr(path.last().copied().unwrap_or(*first));
    matches(vr.to_string(), &texts, wanted, fuzzy)
}

fn rows<'a>(
    index: &'a Index,
    level: Level,
    study: Option<&'a str>,
    series: Option<&'a str>,
    base: &'a str,
    quirks: Quirks,
) -> Box<dyn Iterator<Item = Row<'a>> + 'a> {
    let studies = index
        .studies
        .iter()
        .filter(move |(uid, _)| study.is_none_or(|one| one == *uid));
    if level == Level::Study {
        let real = studies.map(move |(uid, study)| study_row(uid, study, base, quirks));
        let generated = index
            .synthetic
            .iter()
            .map(move |row| generated_row(row, base, quirks));
        return Box::new(real.chain(generated));
    }
    let all_series = studies.flat_map(move |(study_uid, study)| {
        let wanted = study
            .iter()
            .filter(move |(uid, _)| series.is_none_or(|one| one == *uid));
        wanted.map(move |(uid, series)| (study_uid, study, uid, series))
    });
    let series_rows = all_series.map(move |(study_uid, study, uid, series)| {
        let above = study_row(study_uid, study, base, quirks);
        (series_row(above, uid, series, quirks), series)
    });
    if level == Level::Series {
        return Box::new(series_rows.map(|(row, _)| row));
    }
    Box::new(series_rows.flat_map(move |(above, series)| {
        let own = above.own;
        series
            .iter()
            .map(move |(uid, instance)| instance_row(&own, uid, instance, quirks))
    }))
}

fn set(own: &mut Attributes, name: &str, vr: &str, values: impl Into<Value>) {
    own.insert(name.to_owned(), json!({ "vr": vr, "Value": values.into() }));
}

fn retrieve_url(own: &Attributes) -> &str {
    own.get("00081190")
        .and_then(|url| url["Value"][0].as_str())
        .unwrap_or("")
}

fn study_row<'a>(uid: &str, study: &'a Study, base: &str, quirks: Quirks) -> Row<'a> {
    let mut own = Attributes::new();
    let instances = || study.values().flat_map(Series::values);
    let distinct = |name: &str| -> Vec<String> {
        let values: BTreeSet<String> = instances().filter_map(|one| one.text(name)).collect();
        values.into_iter().collect()
    };
    set(&mut own, "00080061", "CS", distinct("00080060"));
    set(&mut own, "00080062", "UI", distinct("00080016"));
    set(&mut own, "00201206", "IS", [study.len()].to_vec());
    set(&mut own, "00201208", "IS", [instances().count()].to_vec());
    set_common(&mut own, &format!("{base}/studies/{uid}"), quirks);
    Row {
        own,
        stored: instances().next().map(|first| &first.attributes),
    }
}

fn set_common(own: &mut Attributes, url: &str, quirks: Quirks) {
    set(own, "00081190", "UR", vec![url]);
    match quirks {
        Quirks::None => {
            set(own, "00080005", "CS", vec!["ISO_IR 192"]);
            set(own, "00080056", "CS", vec!["ONLINE"]);
        }
        // Orthanc names its default set although its JSON is UTF-8, as JSON must be.
        Quirks::Orthanc => set(own, "00080005", "CS", vec!["ISO_IR 100"]),
    }
}

fn generated_row<'a>(row: &'a Attributes, base: &str, quirks: Quirks) -> Row<'a> {
    let mut own = Attributes::new();
    let uid = row.get("0020000D").and_then(|uid| uid["Value"][0].as_str());
    let url = format!("{base}/studies/{}", uid.unwrap_or(""));
    set_common(&mut own, &url, quirks);
    Row {
        own,
        stored: Some(row),
    }
}

fn series_row<'a>(above: Row<'a>, uid: &str, series: &'a Series, quirks: Quirks) -> Row<'a> {
    let mut own = above.own;
    let url = format!("{}/series/{uid}", retrieve_url(&own));
    set_common(&mut own, &url, quirks);
    set(&mut own, "00201209", "IS", [series.len()].to_vec());
    Row {
        own,
        stored: series.values().next().map(|first| &first.attributes),
    }
}

fn instance_row<'a>(
    above: &Attributes,
    uid: &str,
    instance: &'a Instance,
    quirks: Quirks,
) -> Row<'a> {
    let mut own = above.clone();
    let url = format!("{}/instances/{uid}", retrieve_url(&own));
    set_common(&mut own, &url, quirks);
    if quirks == Quirks::None {
        set(
            &mut own,
            "00083002",
            "UI",
            vec![instance.transfer_syntax.clone()],
        );
    }
    Row {
        own,
        stored: Some(&instance.attributes),
    }
}

/// The attributes returned unasked: those of the levels above too, where the path does not name them (10.6.3.3) or Orthanc answers.
fn keys(level: Level, study: bool, series: bool, quirks: Quirks) -> Vec<&'static str> {
    let orthanc = quirks == Quirks::Orthanc;
    let mut keys = Vec::new();
    if level == Level::Study || !study || orthanc {
        keys.extend(STUDY_KEYS);
    }
    if level == Level::Series || level == Level::Instance && (!series || orthanc) {
        keys.extend(SERIES_KEYS);
    }
    if level == Level::Instance {
        keys.extend(INSTANCE_KEYS);
    }
    if orthanc {
        let counted_above = |key: &str| match key {
            "00080061" | "00201206" | "00201208" => level > Level::Study,
            "00201209" => level > Level::Series,
            _ => false,
        };
        keys.retain(|key| !counted_above(key));
    }
    keys
}

fn answer(row: &Row, level: Level, keys: &[&str], query: &Query) -> Value {
    let mut answer = Attributes::new();
    for &name in keys {
        let unknown = || {
            let tag = tag(name).filter(|_| ALWAYS.contains(&name))?;
            Some(json!({ "vr": vr(tag).to_string() }))
        };
        if let Some(element) = row.get(name).cloned().or_else(unknown) {
            answer.insert(name.to_owned(), element);
        }
    }
    for tag in &query.include {
        let name = key(*tag);
        if let Some(element) = row.get(&name) {
            answer.insert(name, element.clone());
        }
    }
    if query.include_all {
        let stored = row.stored.into_iter().flatten();
        for (name, element) in stored.chain(&row.own) {
            if tag(name).is_some_and(|tag| supports(level, tag)) {
                answer
                    .entry(name.clone())
                    .or_insert_with(|| element.clone());
            }
        }
    }
    Value::Object(answer)
}
