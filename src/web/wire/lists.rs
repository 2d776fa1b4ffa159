//! The smaller things the shell reads: words of the corners, the study list, the table of actions.

use super::column::WireColumn;
use super::notice::WireProblem;
use serde_json::{Value, json};
use skiagraph_core::ledger::{Delivery, Line};
use skiagraph_core::pixel::color_map::ColorMap;
use skiagraph_core::session::summary::{Heading, ListState, Overlay, StudyList, StudyRow};
use skiagraph_core::state::action::{ACTIONS, Group};

/// The words of the viewports: patient data.
pub(crate) fn overlays(overlays: &[Overlay]) -> Value {
    let one = |overlay: &Overlay| {
        let [left, right, top, bottom] = &overlay.edges;
        json!({
            "topLeft": overlay.top_left,
            "topRight": overlay.top_right,
            "bottomLeft": overlay.bottom_left,
            "bottomRight": overlay.bottom_right,
            "planes": overlay.planes,
            "edges": { "left": left, "right": right, "top": top, "bottom": bottom },
        })
    };
    overlays.iter().map(one).collect()
}

/// The words of the open studies: patient data.
pub(crate) fn headings(headings: &[Heading]) -> Value {
    let one = |heading: &Heading| json!({ "study": heading.study.as_str(), "patient": heading.patient, "about": heading.about });
    headings.iter().map(one).collect()
}

/// The reader's own record: patient data.
pub(crate) fn records<'a>(lines: impl Iterator<Item = &'a Line>) -> Value {
    let one = |line: &Line| {
        json!({
            "number": line.number,
            "at": line.at,
            "what": line.what,
            "delivery": match line.delivery {
                Delivery::Pending => "pending",
                Delivery::Undelivered => "undelivered",
                Delivery::Delivered => "delivered",
            },
        })
    };
    lines.map(one).collect()
}

/// The study list: patient data.
pub(crate) fn study_list(list: &StudyList) -> Value {
    json!({
        "state": match list.state {
            ListState::Idle => "idle",
            ListState::Loading => "loading",
            ListState::Ready => "ready",
            ListState::Empty => "empty",
            ListState::Failed => "failed",
        },
        "problem": list.problem.as_ref().map(WireProblem::from),
        "text": list.text,
        "offset": list.offset,
        "pageSize": list.page_size,
        "hasMore": list.has_more,
        "sort": { "column": WireColumn::from(list.sort), "isDescending": list.is_descending },
        "rows": list.rows.iter().map(row).collect::<Value>(),
    })
}

fn row(row: &StudyRow) -> Value {
    json!({
        "source": row.source,
        "study": row.study.as_str(),
        "patientName": row.patient_name,
        "patientId": row.patient_id,
        "birthDate": row.birth_date,
        "age": row.age,
        "sex": row.sex,
        "date": row.date,
        "time": row.time,
        "modalities": row.modalities,
        "description": row.description,
        "accession": row.accession,
        "series": row.series,
        "images": row.images,
        "referringPhysician": row.referring_physician,
    })
}

/// The table of actions.
pub(crate) fn actions() -> Value {
    let one = |info: &skiagraph_core::state::action::ActionInfo| {
        json!({
            "id": info.id,
            "name": info.name,
            "help": info.help,
            "key": info.keys.first().map_or_else(String::new, |key| key_name(key)),
            "group": match info.group {
                Group::Tool => "tool",
                Group::View => "view",
                Group::Window => "window",
                Group::Scroll => "scroll",
                Group::Layout => "layout",
                Group::Page => "page",
            },
        })
    };
    ACTIONS.iter().map(one).collect()
}

/// The colour maps, in the order of the menu.
pub(crate) fn color_maps() -> Value {
    ColorMap::all()
        .map(|map| json!({ "id": map.id(), "name": map.name() }))
        .collect()
}

/// A key as it stands in a help: `Shift+R`, `Space`.
fn key_name(key: &str) -> String {
    let (modifier, name) = match key.strip_prefix("Shift+") {
        Some(name) => ("Shift+", name),
        None => ("", key),
    };
    let name = match name {
        " " => "Space".to_owned(),
        // The layout's own key, with Shift already in it.
        "{" | "}" | "?" | "<" | ">" => return name.to_owned(),
        letter if letter.chars().count() == 1 => letter.to_uppercase(),
        other => other.to_owned(),
    };
    format!("{modifier}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_as_they_are_printed_on_the_keyboard() {
        let names = ["w", "Shift+r", " ", "Shift+ ", "+", "Shift+{"].map(key_name);
        assert_eq!(names, ["W", "Shift+R", "Space", "Shift+Space", "+", "{"]);
    }
}
