//! What happens when the viewer itself fails: the shell is told in words, and no value of a variable is written anywhere.

use crate::js;
use crate::wire::{WireNotice, WireProblem};
use js_sys::Function;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

thread_local! {
    static ON_NOTICE: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Called once when the module starts.
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        // The place, not the message: a message may hold what a file says.
        let place = info
            .location()
            .map(|place| format!("{}:{}", place.file(), place.line()))
            .unwrap_or_default();
        let on_notice =
            ON_NOTICE.try_with(|slot| slot.try_borrow().ok().and_then(|slot| slot.clone()));
        let problem = WireProblem {
            id: u32::MAX,
            title: "The viewer stopped".to_owned(),
            detail: format!(
                "A fault in the viewer ({place}). Load the page again; nothing was lost in the archive."
            ),
            is_blocking: true,
            is_refusal: false,
        };
        if let Ok(Some(on_notice)) = on_notice {
            let notice = js::to_js(&WireNotice::ShowProblem { problem });
            let _ = on_notice.call1(&JsValue::UNDEFINED, &notice);
        }
    }));
}

/// Whom to tell.
pub(crate) fn listen(on_notice: &Function) {
    ON_NOTICE.set(Some(on_notice.clone()));
}
