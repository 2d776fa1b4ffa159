//! Commands of the shell; a field that is unknown, missing or wrong is named.

use super::column::WireColumn;
use crate::wrong;
use serde::Deserialize;
use serde_json::{Value, json};
use skiagraph_core::pixel::color_map::ColorMap;
use skiagraph_core::pixel::presets::{Preset, Presets};
use skiagraph_core::session::audit::{Deed, Report};
use skiagraph_core::session::event::{Command, Link};
use skiagraph_core::session::notice::StudySearch;
use skiagraph_core::state::action::Action;
use skiagraph_core::uid::{FrameIndex, SeriesUid, SopInstanceUid, StudyUid, UidError};
use skiagraph_core::viewport::layout::Layout;

/// As [`Command`], in JSON: `{ "type": "goToImage", "viewport": 0, "number": 1 }`.
#[derive(Debug, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
enum WireCommand {
    SearchStudies {
        source: Option<String>,
        text: String,
        modality: Option<String>,
        from: Option<String>,
        to: Option<String>,
        offset: Option<u32>,
    },
    SortStudies {
        column: WireColumn,
        is_descending: bool,
    },
    OpenStudy {
        source: Option<String>,
        study: String,
        beside: Option<Vec<String>>,
        series: Option<String>,
        instance: Option<String>,
        frame: Option<u32>,
        window: Option<(f64, f64)>,
        layout: Option<(u32, u32)>,
    },
    OpenAccession {
        source: Option<String>,
        accession: String,
    },
    CloseStudy {},
    Action {
        action: String,
    },
    ActivateViewport {
        viewport: usize,
    },
    ShowSeries {
        viewport: usize,
        series: String,
        stack: Option<u32>,
    },
    GoToImage {
        viewport: usize,
        number: u32,
    },
    SetWindow {
        viewport: usize,
        center: f64,
        width: f64,
    },
    ChooseVoi {
        viewport: usize,
        index: usize,
    },
    /// No presets: the built-in ones.
    SetPresets {
        modality: String,
        presets: Option<Vec<WirePreset>>,
    },
    /// No map: greys.
    SetColorMap {
        viewport: usize,
        map: Option<String>,
    },
    SetLayout {
        rows: u32,
        columns: u32,
    },
    SetFrameRate {
        viewport: usize,
        frames_per_second: f64,
    },
    SetLoop {
        viewport: usize,
        first: u32,
        last: u32,
    },
    DismissProblem {
        id: u32,
    },
    Retry {},
    SetHidden {
        is_hidden: bool,
    },
    Report {
        what: String,
        instance: Option<String>,
        reason: Option<String>,
        at_millis: Option<f64>,
    },
}

/// A window preset.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WirePreset {
    name: String,
    center: f64,
    width: f64,
}

/// Reads a command from the JSON of the shell's object. `first_source` is meant where no source is named.
///
/// # Errors
/// A message that names the field.
pub(crate) fn read_command(json: &str, first_source: &str) -> Result<Command, String> {
    let not_an_object = || "a command is an object with a type".to_owned();
    let Ok(Value::Object(mut fields)) = serde_json::from_str(json) else {
        return Err(not_an_object());
    };
    let Some(Value::String(kind)) = fields.remove("type") else {
        return Err(not_an_object());
    };
    // As text, so that an error has a place, and the field before it can be named.
    let text = json!({ kind: fields }).to_string();
    let wire = serde_json::from_str(&text).map_err(|error| wrong::describe(&text, &error))?;
    convert(wire, first_source)
}

fn convert(wire: WireCommand, first_source: &str) -> Result<Command, String> {
    let source = |named: Option<String>| named.unwrap_or_else(|| first_source.to_owned());
    Ok(match wire {
        WireCommand::SearchStudies {
            source: id,
            text,
            modality,
            from,
            to,
            offset,
        } => Command::SearchStudies(StudySearch {
            source: source(id),
            text,
            modality: modality.unwrap_or_default(),
            from: day("from", from)?,
            to: day("to", to)?,
            offset: offset.unwrap_or_default(),
            limit: 0,
        }),
        WireCommand::SortStudies {
            column,
            is_descending,
        } => Command::SortStudies(column.into(), is_descending),
        WireCommand::OpenStudy {
            source: id,
            study,
            beside,
            series,
            instance,
            frame,
            window,
            layout,
        } => Command::OpenStudy(Link {
            source: source(id),
            study: uid("study", &study, StudyUid::parse)?,
            beside: beside
                .unwrap_or_default()
                .iter()
                .map(|text| uid("beside", text, StudyUid::parse))
                .collect::<Result<_, _>>()?,
            series: series
                .map(|text| uid("series", &text, SeriesUid::parse))
                .transpose()?,
            instance: instance
                .map(|text| uid("instance", &text, SopInstanceUid::parse))
                .transpose()?,
            frame: frame.map(frame_index).transpose()?,
            window,
            layout: layout.map(grid).transpose()?,
        }),
        WireCommand::OpenAccession {
            source: id,
            accession,
        } => Command::OpenAccession(source(id), accession),
        WireCommand::CloseStudy {} => Command::CloseStudy,
        WireCommand::Action { action } => Command::Action(
            Action::from_id(&action).ok_or_else(|| format!("action: there is no {action}"))?,
        ),
        WireCommand::ActivateViewport { viewport } => Command::ActivateViewport(viewport),
        WireCommand::ShowSeries {
            viewport,
            series,
            stack,
        } => {
            let series = uid("series", &series, SeriesUid::parse)?;
            match stack {
                Some(stack) => Command::ShowStack(viewport, series, stack),
                None => Command::ShowSeries(viewport, series),
            }
        }
        WireCommand::GoToImage { viewport, number } => Command::GoToImage(viewport, number),
        WireCommand::SetWindow {
            viewport,
            center,
            width,
        } => Command::SetWindow {
            viewport,
            center,
            width,
        },
        WireCommand::ChooseVoi { viewport, index } => Command::ChooseVoi(viewport, index),
        WireCommand::SetColorMap { viewport, map } => {
            let map = map
                .map(|id| ColorMap::from_id(&id).ok_or_else(|| format!("map: there is no {id}")));
            Command::SetColorMap(viewport, map.transpose()?)
        }
        WireCommand::SetPresets { modality, presets } => Command::SetPresets {
            presets: match presets {
                Some(list) => list.iter().map(preset).collect::<Result<_, _>>()?,
                None => Presets::built_in(&modality).to_vec(),
            },
            modality,
        },
        WireCommand::SetLayout { rows, columns } => Command::SetLayout(grid((rows, columns))?),
        WireCommand::SetFrameRate {
            viewport,
            frames_per_second,
        } => Command::SetFrameRate(viewport, frames_per_second),
        WireCommand::SetLoop {
            viewport,
            first,
            last,
        } => Command::SetLoop(viewport, [first, last]),
        WireCommand::DismissProblem { id } => Command::DismissProblem(id),
        WireCommand::Retry {} => Command::Retry,
        WireCommand::SetHidden { is_hidden } => Command::SetHidden(is_hidden),
        WireCommand::Report {
            what,
            instance,
            reason,
            at_millis,
        } => Command::Report(match what.as_str() {
            "stopped" => plain(Deed::Stopped),
            "signedIn" => plain(Deed::SignedIn),
            "signInFailed" => plain(Deed::SignInFailed {
                at_millis: at_millis.ok_or("atMillis: it is needed")?,
                reason: reason.unwrap_or_default(),
            }),
            "signedOut" => plain(Deed::SignedOut),
            "sessionEnded" => plain(Deed::SessionEnded),
            "locked" => plain(Deed::Locked),
            "logRead" => plain(Deed::LogRead),
            "printed" => Report::Printed,
            "shared" => Report::Shared,
            "saved" => {
                let instance = instance.ok_or("instance: it is needed")?;
                Report::Saved(uid("instance", &instance, SopInstanceUid::parse)?)
            }
            "glassBroken" => Report::GlassBroken(reason.ok_or("reason: it is needed")?),
            _ => return Err(format!("what: there is no {what}")),
        }),
    })
}

fn plain(deed: Deed) -> Report {
    Report::Plain(Box::new(deed))
}

fn preset(wire: &WirePreset) -> Result<Preset, String> {
    Preset::new(&wire.name, wire.center, wire.width)
        .ok_or_else(|| "presets: a preset has a name and a width of at least 1".to_owned())
}

fn uid<U>(
    field: &str,
    text: &str,
    parse: impl Fn(&str) -> Result<U, UidError>,
) -> Result<U, String> {
    parse(text).map_err(|error| format!("{field}: {error}"))
}

fn grid((rows, columns): (u32, u32)) -> Result<Layout, String> {
    Layout::new(rows, columns)
        .ok_or_else(|| format!("rows, columns: there is no {rows} by {columns}"))
}

fn frame_index(number: u32) -> Result<FrameIndex, String> {
    number
        .checked_sub(1)
        .map(FrameIndex)
        .ok_or_else(|| "frame: frames are counted from 1".to_owned())
}

/// `YYYYMMDD`, or nothing.
fn day(field: &str, text: Option<String>) -> Result<String, String> {
    let text = text.unwrap_or_default();
    let is_day = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.is_empty() || is_day {
        Ok(text)
    } else {
        Err(format!("{field}: a day is written YYYYMMDD"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Command, String> {
        read_command(json, "main")
    }

    #[test]
    fn what_is_unknown_missing_or_wrong_is_named() {
        for (json, name) in [
            (r#"{ "type": "fly" }"#, "fly"),
            (
                r#"{ "type": "goToImage", "viewport": 0, "number": "3" }"#,
                "number",
            ),
            (r#"{ "type": "goToImage", "viewport": 0 }"#, "number"),
            (r#"{ "type": "closeStudy", "now": true }"#, "now"),
            (r#"{ "type": "openStudy", "study": "../etc" }"#, "study"),
            (
                r#"{ "type": "openStudy", "study": "1.2", "frame": 0 }"#,
                "frame",
            ),
            (
                r#"{ "type": "sortStudies", "column": "shoe", "isDescending": true }"#,
                "column",
            ),
            (r#"{ "type": "action", "action": "jump" }"#, "jump"),
            (
                r#"{ "type": "setPresets", "modality": "CT", "presets": [{ "name": "", "center": 1, "width": 2 }] }"#,
                "preset",
            ),
            (
                r#"{ "type": "searchStudies", "text": "", "from": "yesterday" }"#,
                "from",
            ),
            (r#"{ "type": "report", "what": "slept" }"#, "slept"),
            (r#"{ "type": "report", "what": "saved" }"#, "instance"),
            ("[]", "object"),
        ] {
            let message = read(json).unwrap_err();
            assert!(message.contains(name), "{json}: {message}");
        }
    }

    #[test]
    fn what_is_left_out_is_the_first_source_and_the_first_page() {
        let Ok(Command::SearchStudies(search)) =
            read(r#"{ "type": "searchStudies", "text": "doe ct" }"#)
        else {
            panic!("it is a search");
        };
        assert_eq!((search.source.as_str(), search.offset), ("main", 0));
        assert_eq!(read(r#"{ "type": "retry" }"#), Ok(Command::Retry));
    }
}
