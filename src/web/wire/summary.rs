//! The summary for tool bars and tests; no patient data beyond UIDs.

use super::notice::{WireProblem, address};
use crate::config::IntendedUse;
use crate::kept;
use serde_json::{Value, json};
use skiagraph_core::scene::scene::Interpolation;
use skiagraph_core::session::summary::{
    Fidelity, SeriesSummary, Summary, ViewportState, ViewportSummary,
};
use skiagraph_core::session::values::{Legend, ObjectSummary, Probe};
use skiagraph_core::state::state::{OverlayLevel, ToolKind};
use skiagraph_core::study::doctor::{Finding, Severity};
use skiagraph_core::study::object_kind::ObjectKind;
use skiagraph_core::uid::{SeriesUid, StudyUid};

/// What the page adds to the session's summary.
pub(crate) struct PageFacts<'a> {
    pub(crate) renderer: &'a str,
    pub(crate) adapter: &'a str,
    pub(crate) intended_use: IntendedUse,
    /// The memory of this module.
    pub(crate) bytes_of_page: f64,
}

/// The summary as JSON.
pub(crate) fn summary(summary: &Summary, page: &PageFacts<'_>) -> Value {
    let active = summary.viewports.get(summary.active);
    let interpolation = active
        .map(|viewport| viewport.interpolation)
        .unwrap_or_default();
    let load = &summary.load;
    json!({
        "buildId": build_id(),
        "renderer": page.renderer,
        "adapter": page.adapter,
        "screen": if summary.is_study_open { "study" } else { "studies" },
        "source": summary.source,
        "study": summary.study.as_ref().map(StudyUid::as_str),
        "studies": summary.studies.iter().map(StudyUid::as_str).collect::<Value>(),
        "route": summary.link.as_ref().map(address),
        "layout": { "rows": summary.layout.rows, "columns": summary.layout.columns },
        "activeViewport": summary.active,
        "tool": tool(summary.tool),
        "interpolation": match interpolation {
            Interpolation::Smooth => "smooth",
            Interpolation::Nearest => "nearest",
        },
        "overlayLevel": match summary.overlay_level {
            OverlayLevel::All => "all",
            OverlayLevel::Minimal => "minimal",
            OverlayLevel::None => "none",
        },
        "arePicturesOnly": summary.are_pictures_only,
        "isHelpShown": summary.is_help_shown,
        "isChainShown": summary.is_chain_shown,
        "isPreviewFirst": summary.is_preview_first,
        "canPreviewFirst": summary.can_preview_first,
        "isOneUp": summary.is_one_up,
        "viewports": summary.viewports.iter().map(viewport).collect::<Value>(),
        "series": summary.series.iter().map(series).collect::<Value>(),
        "problems": summary.problems.iter().map(|one| json!(WireProblem::from(one))).collect::<Value>(),
        "load": {
            "framesReady": load.frames_ready,
            "framesWanted": load.frames_wanted,
            "framesFailed": load.frames_failed,
            "bytesReceived": load.bytes_received,
            "isBusy": load.is_busy,
            "bytesPerSecond": load.bytes_per_second,
            "toGo": load.to_go,
            "bytesHeld": load.bytes_held,
            "bytesBudget": load.bytes_budget,
            "framesDropped": load.frames_dropped,
            "bytesOfPage": page.bytes_of_page,
        },
        "waiting": summary.waiting,
        "audit": summary.audit.map(|[title, detail]| json!({ "title": title, "detail": detail })),
        "findings": summary.findings.iter().map(finding).collect::<Value>(),
        "geometry": summary.geometry,
        "intendedUse": page.intended_use,
    })
}

/// Version and, where the build was told one, revision.
pub(crate) fn build_id() -> String {
    match option_env!("SKIAGRAPH_REVISION") {
        Some(revision) => format!("{}+{revision}", env!("CARGO_PKG_VERSION")),
        None => env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// The id of the tool's action.
fn tool(tool: ToolKind) -> &'static str {
    match tool {
        ToolKind::Window => "toolWindow",
        ToolKind::Scroll => "toolScroll",
        ToolKind::Pan => "toolPan",
        ToolKind::Zoom => "toolZoom",
        ToolKind::Probe => "toolProbe",
    }
}

fn series(series: &SeriesSummary) -> Value {
    json!({
        "study": series.study.as_str(),
        "series": series.series.as_str(),
        "stack": series.stack,
        "stackName": series.stack_name,
        "modality": series.modality,
        "number": series.number,
        "description": series.description,
        "count": series.count,
        "framesReady": series.frames_ready,
        "framesCoarse": series.frames_coarse,
        "isShown": series.is_shown,
        "canBeDrawn": series.can_be_drawn,
        "note": series.note,
        "hasThumbnail": series.has_thumbnail,
        "isFailed": series.is_failed,
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "severity": match finding.severity {
            Severity::Info => "info",
            Severity::Caution => "caution",
            Severity::Warning => "warning",
        },
        "found": finding.found,
        "done": finding.done,
    })
}

fn viewport(viewport: &ViewportSummary) -> Value {
    let [x, y, width, height] = viewport.rect_css.unwrap_or_default();
    json!({
        "id": viewport.id,
        "rect": { "x": x, "y": y, "width": width, "height": height },
        "isVisible": viewport.rect_css.is_some(),
        "study": viewport.study.as_ref().map(StudyUid::as_str),
        "series": viewport.series.as_ref().map(SeriesUid::as_str),
        "stack": viewport.stack,
        "stacks": viewport.stacks,
        "instance": viewport.frame.as_ref().map(|frame| frame.instance.as_str()),
        "frame": viewport.frame.as_ref().map_or(0, |frame| frame.frame.number()),
        "index": viewport.index,
        "count": viewport.count,
        "state": match viewport.state {
            ViewportState::Empty => "empty",
            ViewportState::Loading => "loading",
            ViewportState::Shown => "shown",
            ViewportState::Stale => "stale",
            ViewportState::Reduced => "reduced",
            ViewportState::Failed => "failed",
        },
        "message": viewport.message,
        "window": viewport.window.as_ref().map(|window| json!({
            "center": window.center,
            "width": window.width,
            "name": window.name,
            "isAuto": window.is_auto,
        })),
        "voiChoices": viewport.voi_choices.iter()
            .map(|(name, detail)| json!({ "name": name, "detail": detail }))
            .collect::<Value>(),
        "voiIndex": viewport.voi_index,
        "modality": viewport.modality,
        "presets": viewport.presets.iter().map(kept::value).collect::<Value>(),
        "transform": {
            "zoom": viewport.zoom,
            "panX": viewport.pan_css[0],
            "panY": viewport.pan_css[1],
            "rotationDegrees": viewport.rotation_degrees,
            // Upside down is flipped sideways and turned by half a circle: one flip tells both.
            "isFlippedHorizontally": viewport.is_flipped,
            "isFlippedVertically": false,
        },
        "isInverted": viewport.is_inverted,
        "hasPlanes": viewport.has_planes,
        "arePlanesHidden": viewport.are_planes_hidden,
        "hasShutter": viewport.has_shutter,
        "isShutterLifted": viewport.is_shutter_lifted,
        "canSubtract": viewport.can_subtract,
        "isSubtracting": viewport.is_subtracting,
        "isWindowLocked": viewport.is_window_locked,
        "fidelity": match viewport.fidelity {
            Fidelity::Exact => "exact",
            Fidelity::Lossy => "lossy",
            Fidelity::Arriving => "arriving",
            Fidelity::Reduced => "reduced",
            Fidelity::None => "none",
        },
        "fidelityWords": viewport.fidelity_words,
        "isFidelityMarked": viewport.is_fidelity_marked,
        "marks": viewport.marks.iter()
            .map(|mark| json!({ "text": mark.text, "isWarning": mark.is_warning, "detail": mark.detail }))
            .collect::<Value>(),
        "warnings": viewport.warnings,
        "loaded": viewport.loaded,
        "coarse": viewport.coarse,
        "seen": viewport.seen,
        "isPlaying": viewport.is_playing,
        "framesPerSecond": viewport.frames_per_second,
        "shownPerSecond": viewport.shown_per_second,
        "loop": viewport.loop_range,
        "isLoopSet": viewport.is_loop_set,
        "isPlayingTogether": viewport.is_playing_together,
        "isSweeping": viewport.is_sweeping,
        "canPlay": viewport.can_play,
        "probe": viewport.probe.as_ref().map(probe),
        "takesColorMap": viewport.takes_color_map,
        "colorMap": viewport.color_map,
        "legend": viewport.legend.as_ref().map(legend),
        "objects": viewport.objects.iter().map(object).collect::<Value>(),
    })
}

fn probe(probe: &Probe) -> Value {
    json!({
        "x": probe.x,
        "y": probe.y,
        "value": probe.value,
        "unit": probe.unit,
        "patientMm": probe.patient_mm,
        "others": probe.others.iter()
            .map(|other| json!({ "value": other.value, "unit": other.unit, "label": other.label }))
            .collect::<Value>(),
        "note": probe.note,
        "steps": probe.steps.iter()
            .map(|step| json!({ "name": step.name, "value": step.value, "how": step.how, "tags": step.tags }))
            .collect::<Value>(),
    })
}

fn legend(legend: &Legend) -> Value {
    let color = |[r, g, b]: &[u8; 3]| format!("#{r:02x}{g:02x}{b:02x}");
    json!({
        "name": legend.name,
        "colors": legend.colors.iter().map(color).collect::<Vec<_>>(),
        "ticks": legend.ticks,
        "unit": legend.unit,
    })
}

fn object(object: &ObjectSummary) -> Value {
    json!({
        "instance": object.instance.as_str(),
        "name": object.name,
        "reason": object.reason,
        "kind": match object.kind {
            ObjectKind::Text => "text",
            ObjectKind::Pdf => "pdf",
            ObjectKind::Film => "film",
            ObjectKind::Other => "other",
        },
    })
}
