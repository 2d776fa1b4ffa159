// The series of the study as a strip of small pictures, to click or to drag onto a viewport.
// @ts-check
/** @import { App, SeriesSummary, Summary, Viewer } from "./types.d.ts" */
import { html } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import { counted } from "./format.js";
import { icon } from "./icons.js";
import { activeViewport } from "./summary.js";

/** The kind of what is dragged: a series UID. */
export const SERIES_TYPE = "application/x-skiagraph-series";

/** Circumference of the progress ring. */
const RING = 2 * Math.PI * 9;

/** @param {App} app @param {Summary} summary */
export function strip(app, summary) {
  const active = activeViewport(summary)?.series;
  return html`<ol>${repeat(
    summary.series,
    (series) => series.series,
    (series) => html`<li>${card(app, summary.activeViewport, series, series.series === active)}</li>`,
  )}</ol>`;
}

/** @param {App} app @param {number} viewport the active one @param {SeriesSummary} series @param {boolean} isActive */
function card(app, viewport, series, isActive) {
  const description = series.description || (series.number === null ? "Series" : `Series ${series.number}`);
  const note = series.canBeDrawn ? counted(series.count, "image") : series.note;
  const drag = (/** @type {DragEvent} */ event) => {
    event.dataTransfer?.setData(SERIES_TYPE, series.series);
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "copy";
  };
  return html`<button class="series" draggable=${series.canBeDrawn} ?disabled=${!series.canBeDrawn} aria-current=${isActive}
      ?data-shown=${series.isShown} aria-label="${series.modality}, ${description}, ${note}${series.isFailed ? ", not all images could be read" : ""}"
      @dragstart=${drag} @click=${() => app.send({ type: "showSeries", viewport, series: series.series })}>
    <span class="thumbnail">
      ${series.canBeDrawn ? html`<canvas width="1" height="1" data-thumbnail=${series.series}></canvas>` : icon("files")}
      ${ring(series)}
    </span>
    <span class="about">
      <span class="title"><bdi>${description}</bdi></span>
      <span class="soft">${series.modality}${series.number === null ? "" : ` · ${series.number}`}</span>
      <span class="soft">${note}</span>
      ${series.isFailed ? html`<span class="bad">${icon("warning")}Incomplete</span>` : ""}
    </span>
  </button>`;
}

/** How much of a series is here; nothing where nothing was asked for or all is here. @param {SeriesSummary} series */
function ring({ framesReady, count }) {
  if (framesReady === 0 || framesReady >= count) return "";
  return html`<svg class="ring" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9"></circle>
    <circle class="done" cx="12" cy="12" r="9" stroke-dasharray="${(RING * framesReady) / count} ${RING}"></circle></svg>`;
}

/**
 * Puts the viewer's small pictures on their canvases: the one of a series that has changed, or all that are still blank.
 * @param {HTMLElement} root @param {Viewer} viewer @param {string} [changed]
 */
export function drawThumbnails(root, viewer, changed) {
  for (const canvas of root.querySelectorAll("canvas")) {
    const series = canvas.dataset.thumbnail ?? "";
    if (changed === undefined ? canvas.width > 1 : series !== changed) continue;
    const picture = viewer.thumbnail(series);
    if (!picture) continue;
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d")?.putImageData(new ImageData(picture.pixels, picture.width, picture.height), 0, 0);
  }
}
