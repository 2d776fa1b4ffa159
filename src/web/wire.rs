//! The wire to the shell: commands in, summaries, overlays and notices out; nothing else of the core is serialised.

use serde::Deserialize;
use serde_json::{Value, json};
use skiagraph_core::scene::scene::Interpolation;
use skiagraph_core::session::event::{Command, Link};
use skiagraph_core::session::notice::{Notice, Problem, Route, SortColumn, StudySearch};
use skiagraph_core::session::summary::{
    Fidelity, ListState, Overlay, StudyList, Summary, ViewportState, ViewportSummary,
};
use skiagraph_core::state::action::{ACTIONS, Action, Group};
use skiagraph_core::state::state::{OverlayLevel, ToolKind};
use skiagraph_core::uid::{FrameIndex, SeriesUid, SopInstanceUid, StudyUid};
use skiagraph_core::viewport::layout::Layout;

/// Commands of the shell.
#[derive(Debug, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
enum CommandWire {
    SearchStudies {
        source: Option<String>,
        text: String,
        modality: Option<String>,
        from: Option<String>,
        to: Option<String>,
        offset: Option<u32>,
    },
    SortStudies {
        column: String,
        is_descending: bool,
    },
    OpenStudy {
        source: Option<String>,
        study: String,
        series: Option<String>,
        instance: Option<String>,
        frame: Option<u32>,
        window: Option<(f64, f64)>,
    },
    OpenAccession {
        source: Option<String>,
        accession: String,
    },
    CloseStudy,
    Action {
        action: String,
    },
    ActivateViewport {
        viewport: usize,
    },
    ShowSeries {
        viewport: usize,
        series: String,
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
    SetLayout {
        rows: u32,
        columns: u32,
    },
    SetFrameRate {
        viewport: usize,
        frames_per_second: f64,
    },
    DismissProblem {
        id: u32,
    },
    Retry,
}

/// A command from a plain object; the message names the field that is wrong.
pub(crate) fn command(value: Value, first_source: &str) -> Result<Command, String> {
    let wire: CommandWire = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let source = |source: Option<String>| source.unwrap_or_else(|| first_source.to_owned());
    let series_uid =
        |text: &str| SeriesUid::parse(text).map_err(|_| "series: not a UID".to_owned());
    Ok(match wire {
        CommandWire::SearchStudies {
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
            from: from.unwrap_or_default(),
            to: to.unwrap_or_default(),
            offset: offset.unwrap_or(0),
            limit: 0,
        }),
        CommandWire::SortStudies {
            column,
            is_descending,
        } => Command::SortStudies(sort_column(&column)?, is_descending),
        CommandWire::OpenStudy {
            source: id,
            study,
            series,
            instance,
            frame,
            window,
        } => Command::OpenStudy(Link {
            source: source(id),
            study: StudyUid::parse(&study).map_err(|_| "study: not a UID".to_owned())?,
            series: series.as_deref().map(series_uid).transpose()?,
            instance: instance
                .map(|text| {
                    SopInstanceUid::parse(&text).map_err(|_| "instance: not a UID".to_owned())
                })
                .transpose()?,
            frame: frame.map(|number| FrameIndex(number.saturating_sub(1))),
            window,
        }),
        CommandWire::OpenAccession {
            source: id,
            accession,
        } => Command::OpenAccession(source(id), accession),
        CommandWire::CloseStudy => Command::CloseStudy,
        CommandWire::Action { action } => Command::Action(
            Action::from_id(&action).ok_or_else(|| format!("action: unknown action {action}"))?,
        ),
        CommandWire::ActivateViewport { viewport } => Command::ActivateViewport(viewport),
        CommandWire::ShowSeries { viewport, series } => {
            Command::ShowSeries(viewport, series_uid(&series)?)
        }
        CommandWire::GoToImage { viewport, number } => Command::GoToImage(viewport, number),
        CommandWire::SetWindow {
            viewport,
            center,
            width,
        } => Command::SetWindow {
            viewport,
            center,
            width,
        },
        CommandWire::ChooseVoi { viewport, index } => Command::ChooseVoi(viewport, index),
        CommandWire::SetLayout { rows, columns } => {
            Command::SetLayout(Layout::new(rows, columns).ok_or("rows, columns: from 1 to 4")?)
        }
        CommandWire::SetFrameRate {
            viewport,
            frames_per_second,
        } => Command::SetFrameRate(viewport, frames_per_second),
        CommandWire::DismissProblem { id } => Command::DismissProblem(id),
        CommandWire::Retry => Command::Retry,
    })
}

const COLUMNS: [(&str, SortColumn); 7] = [
    ("patient", SortColumn::Patient),
    ("id", SortColumn::Id),
    ("date", SortColumn::Date),
    ("modality", SortColumn::Modality),
    ("description", SortColumn::Description),
    ("accession", SortColumn::Accession),
    ("images", SortColumn::Images),
];

fn sort_column(name: &str) -> Result<SortColumn, String> {
    let found = COLUMNS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|&(_, column)| column);
    found.ok_or_else(|| format!("column: unknown column {name}"))
}

fn problem(problem: &Problem) -> Value {
    json!({ "id": problem.id, "title": problem.title, "detail": problem.detail, "isBlocking": problem.is_blocking })
}

/// A notice as a plain object.
pub(crate) fn notice(notice: &Notice) -> Value {
    match notice {
        Notice::UpdateSummary => json!({ "type": "updateSummary" }),
        Notice::UpdateStudies => json!({ "type": "updateStudies" }),
        Notice::UpdateThumbnail(series) => {
            json!({ "type": "updateThumbnail", "series": series.as_str() })
        }
        Notice::ShowProblem(shown) => json!({ "type": "showProblem", "problem": problem(shown) }),
        Notice::RequestRoute(Route::Studies) => {
            json!({ "type": "requestRoute", "route": "#/studies" })
        }
        Notice::RequestRoute(Route::Study(link)) => {
            json!({ "type": "requestRoute", "route": format!("#/study/{}?source={}", link.study, link.source) })
        }
        Notice::RequestSignIn => json!({ "type": "requestSignIn" }),
    }
}

/// The table of actions.
pub(crate) fn actions() -> Value {
    ACTIONS
        .iter()
        .map(|info| {
            let group = match info.group {
                Group::Tool => "tool",
                Group::View => "view",
                Group::Window => "window",
                Group::Scroll => "scroll",
                Group::Layout => "layout",
                Group::Page => "page",
            };
            let key = info.keys.first().map_or(String::new(), |key| shown_key(key));
            json!({ "id": info.id, "name": info.name, "help": info.help, "key": key, "group": group })
        })
        .collect()
}

fn shown_key(key: &str) -> String {
    match key {
        " " => "Space".to_owned(),
        _ => key
            .split('+')
            .map(|part| {
                if part.len() == 1 {
                    part.to_uppercase()
                } else {
                    part.to_owned()
                }
            })
            .collect::<Vec<_>>()
            .join("+"),
    }
}

fn tool(tool: ToolKind) -> &'static str {
    match tool {
        ToolKind::Window => "toolWindow",
        ToolKind::Scroll => "toolScroll",
        ToolKind::Pan => "toolPan",
        ToolKind::Zoom => "toolZoom",
        ToolKind::Probe => "toolProbe",
    }
}

/// What the page adds to a summary.
pub(crate) struct PageFacts<'a> {
    pub(crate) renderer: &'a str,
    pub(crate) adapter: &'a str,
    pub(crate) intended_use: Value,
    pub(crate) bytes_per_second: f64,
}

/// The summary as a plain object.
pub(crate) fn summary(summary: &Summary, page: &PageFacts<'_>) -> Value {
    let first = summary.viewports.get(summary.active);
    let smooth = first.is_none_or(|viewport| viewport.interpolation == Interpolation::Smooth);
    let load = &summary.load;
    json!({
        "buildId": env!("CARGO_PKG_VERSION"),
        "renderer": page.renderer,
        "adapter": page.adapter,
        "screen": if summary.is_study_open { "study" } else { "studies" },
        "source": summary.source,
        "study": summary.study.as_ref().map(StudyUid::as_str),
        "layout": { "rows": summary.layout.rows, "columns": summary.layout.columns },
        "activeViewport": summary.active,
        "tool": tool(summary.tool),
        "interpolation": if smooth { "smooth" } else { "nearest" },
        "overlayLevel": match summary.overlay_level {
            OverlayLevel::All => "all",
            OverlayLevel::Minimal => "minimal",
            OverlayLevel::None => "none",
        },
        "arePicturesOnly": summary.are_pictures_only,
        "isHelpShown": summary.is_help_shown,
        "isOneUp": summary.is_one_up,
        "viewports": summary.viewports.iter().map(|v| viewport(v, summary)).collect::<Value>(),
        "series": summary.series.iter().map(|s| json!({
            "series": s.series.as_str(), "modality": s.modality, "number": s.number, "description": s.description,
            "count": s.count, "framesReady": s.frames_ready, "isShown": s.is_shown, "canBeDrawn": s.can_be_drawn,
            "note": s.note, "hasThumbnail": s.has_thumbnail, "isFailed": false,
        })).collect::<Value>(),
        "problems": summary.problems.iter().map(problem).collect::<Value>(),
        "load": {
            "framesReady": load.frames_ready, "framesWanted": load.frames_wanted, "framesFailed": load.frames_failed,
            "bytesReceived": load.bytes_received, "isBusy": load.is_busy, "bytesPerSecond": page.bytes_per_second,
            "bytesHeld": load.bytes_held,
        },
        "geometry": summary.geometry,
        "intendedUse": page.intended_use,
    })
}

fn viewport(v: &ViewportSummary, summary: &Summary) -> Value {
    let [x, y, width, height] = v.rect_css.unwrap_or_default();
    json!({
        "id": v.id,
        "rect": { "x": x, "y": y, "width": width, "height": height },
        "isVisible": v.rect_css.is_some(),
        "study": summary.study.as_ref().map(StudyUid::as_str),
        "series": v.series.as_ref().map(SeriesUid::as_str),
        "instance": v.frame.as_ref().map(|frame| frame.instance.as_str()),
        "frame": v.frame.as_ref().map_or(0, |frame| frame.frame.0),
        "index": v.index,
        "count": v.count,
        "state": match v.state {
            ViewportState::Empty => "empty",
            ViewportState::Loading => "loading",
            ViewportState::Shown => "shown",
            ViewportState::Stale => "stale",
            ViewportState::Failed => "failed",
        },
        "message": v.message,
        "window": v.window.as_ref().map(|w| json!({ "center": w.center, "width": w.width, "name": w.name, "isAuto": w.is_auto })),
        "voiChoices": v.voi_choices.iter().map(|(name, detail)| json!({ "name": name, "detail": detail })).collect::<Value>(),
        "voiIndex": v.voi_index,
        "transform": {
            "zoom": v.zoom, "panX": v.pan_css[0], "panY": v.pan_css[1], "rotationDegrees": v.rotation_degrees,
            "isFlippedHorizontally": v.is_flipped, "isFlippedVertically": false,
        },
        "isInverted": v.is_inverted,
        "fidelity": match v.fidelity {
            Fidelity::Exact => "exact",
            Fidelity::Lossy => "lossy",
            Fidelity::Arriving => "arriving",
            Fidelity::None => "none",
        },
        "marks": v.marks.iter().map(|m| json!({ "text": m.text, "isWarning": m.is_warning })).collect::<Value>(),
        "warnings": v.warnings,
        "loaded": v.loaded,
        "seen": [],
        "isPlaying": v.is_playing,
        "framesPerSecond": v.frames_per_second,
        "canPlay": v.can_play,
        "probe": v.probe.as_ref().map(|p| json!({ "x": p.x, "y": p.y, "value": p.value, "unit": p.unit, "patientMm": p.patient_mm })),
    })
}

/// The words of the viewports.
pub(crate) fn overlays(overlays: &[Overlay]) -> Value {
    overlays
        .iter()
        .map(|overlay| {
            let [left, right, top, bottom] = &overlay.edges;
            json!({
                "topLeft": overlay.top_left, "topRight": overlay.top_right, "bottomLeft": overlay.bottom_left,
                "bottomRight": overlay.bottom_right,
                "edges": { "left": left, "right": right, "top": top, "bottom": bottom },
            })
        })
        .collect()
}

/// The study list.
pub(crate) fn studies(list: &StudyList) -> Value {
    let column = COLUMNS
        .iter()
        .find(|(_, column)| *column == list.sort)
        .map_or("date", |(name, _)| name);
    json!({
        "state": match list.state {
            ListState::Idle => "idle",
            ListState::Loading => "loading",
            ListState::Ready => "ready",
            ListState::Empty => "empty",
            ListState::Failed => "failed",
        },
        "problem": list.problem.as_ref().map(problem),
        "text": list.text, "offset": list.offset, "pageSize": list.page_size, "hasMore": list.has_more,
        "sort": { "column": column, "isDescending": list.is_descending },
        "rows": list.rows.iter().map(|row| json!({
            "source": row.source, "study": row.study.as_str(), "patientName": row.patient_name,
            "patientId": row.patient_id, "birthDate": row.birth_date, "age": row.age, "sex": row.sex,
            "date": row.date, "time": row.time, "modalities": row.modalities, "description": row.description,
            "accession": row.accession, "series": row.series, "images": row.images,
            "referringPhysician": row.referring_physician,
        })).collect::<Value>(),
    })
}
