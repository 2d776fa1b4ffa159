//! Keys to actions, with respect for whatever else on the page needs the keyboard.

use skiagraph_core::state::action::{ACTIONS, Action, Group};
use wasm_bindgen::prelude::*;
use web_sys::{Element, KeyboardEvent};

/// Where a key belongs to the page and not to the pictures.
const FIELDS: &str = "input, select, textarea, [contenteditable], dialog";

/// The action of a key, or `None` where the page keeps the key.
pub(crate) fn action(
    event: &KeyboardEvent,
    surface: &Element,
    is_study_open: bool,
) -> Option<Action> {
    if event.default_prevented()
        || event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || event.is_composing()
    {
        return None;
    }
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let is_in_field = |target: &Element| target.closest(FIELDS).is_ok_and(|field| field.is_some());
    if target.as_ref().is_some_and(is_in_field) {
        return None;
    }
    // Tab moves the focus unless a picture has it.
    if event.key() == "Tab" && !target.is_some_and(|target| surface.contains(Some(&target))) {
        return None;
    }
    let action = find(&event.key(), event.shift_key())?;
    let is_for_list = matches!(action, Action::Help | Action::Cancel);
    let is_allowed = is_study_open || is_for_list;
    (is_allowed && (!event.repeat() || may_repeat(action))).then_some(action)
}

/// By `KeyboardEvent.key`. Letters in either case (caps lock), marks with or without the Shift that some layouts need.
fn find(key: &str, has_shift: bool) -> Option<Action> {
    let mut letters = key.chars();
    let is_letter =
        matches!((letters.next(), letters.next()), (Some(letter), None) if letter.is_alphabetic());
    let name = if is_letter {
        key.to_lowercase()
    } else {
        key.to_owned()
    };
    let is_mark = !is_letter && key.chars().count() == 1 && key != " ";
    let with_shift = has_shift
        .then(|| Action::from_key(&format!("Shift+{name}")))
        .flatten();
    match with_shift {
        None if !has_shift || is_mark => Action::from_key(&name),
        other => other,
    }
}

/// Whether holding the key does it again and again.
fn may_repeat(action: Action) -> bool {
    let group = ACTIONS
        .iter()
        .find(|info| info.action == action)
        .map(|info| info.group);
    match group {
        Some(Group::Scroll) => action != Action::Play,
        Some(Group::Window) => action.preset_index().is_none() && action != Action::HeaderWindow,
        Some(Group::View) => matches!(action, Action::ZoomIn | Action::ZoomOut),
        Some(Group::Tool | Group::Layout | Group::Page) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shift_is_part_of_a_letter_and_of_an_arrow_but_not_of_a_mark() {
        assert_eq!(find("r", false), Some(Action::RotateRight));
        assert_eq!(find("R", true), Some(Action::RotateLeft));
        assert_eq!(find("R", false), Some(Action::RotateRight), "caps lock");
        assert_eq!(find("ArrowDown", true), Some(Action::ForwardTen));
        assert_eq!(find("Home", true), Some(Action::LoopStart));
        assert_eq!(find("Enter", true), None);
        // "+" needs Shift on a US keyboard, "=" does on a German one, the digits do on a French one.
        assert_eq!(find("+", true), Some(Action::ZoomIn));
        assert_eq!(find("=", true), Some(Action::Fit));
        assert_eq!(find("1", true), Some(Action::Preset1));
        assert_eq!(find("{", true), Some(Action::MuchNarrower));
    }
}
