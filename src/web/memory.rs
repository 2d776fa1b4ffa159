//! How much of a computer's memory the page takes, by what the browser tells of it.

use crate::js;
use skiagraph_core::frames::budget::Budget;

/// By `navigator.deviceMemory` (GiB, at most 8), which not all browsers tell.
pub(crate) fn budget() -> Budget {
    let navigator = js::get(&js_sys::global(), "navigator");
    Budget::of(js::get(&navigator, "deviceMemory").as_f64())
}
