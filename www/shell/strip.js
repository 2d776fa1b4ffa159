// The series of the study as a strip of small pictures, to click or to drag onto a viewport.
// @ts-check
/** @import { App, Command, SeriesSummary, Summary, Viewer } from "./types.d.ts" */
import { html } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import { counted } from "./format.js";
import { icon } from "./icons.js";
import { activeViewport } from "./summary.js";

/** The kind of what is dragged: a series UID, and after a space the number of its stack where it has several. */
export const SERIES_TYPE = "application/x-skiagraph-series";

/** What shows a dragged or clicked card in a viewport. @param {number} viewport @param {string} card @returns {Command} */
export function showCard(viewport, card) {
  const [series = "", stack] = card.split(" ");
  return { type: "showSeries", viewport, series, ...(stack !== undefined && { stack: Number(stack) }) };
}

/** @param {SeriesSummary} series */
function cardOf({ series, stack, stackName }) {
  return stackName ? `${series} ${stack}` : series;
}

/** @param {App} app @param {Summary} summary */
export function strip(app, summary) {
  const active = activeViewport(summary);
  const isActive = (/** @type {SeriesSummary} */ one) =>
    one.series === active?.series && (one.stack === active.stack || summary.series.filter(({ series }) => series === one.series).length === 1);
  const headings = summary.studies.length > 1 ? app.viewer.headings() : [];
  const heading = (/** @type {number} */ at) => {
    const one = summary.series[at];
    const isFirst = one && one.study !== summary.series[at - 1]?.study;
    const words = isFirst && headings.find(({ study }) => study === one.study);
    return words ? html`<li class="whose"><strong><bdi>${words.patient}</bdi></strong><span class="soft"><bdi>${words.about}</bdi></span></li>` : "";
  };
  return html`<ol>${repeat(
    summary.series,
    cardOf,
    (series, at) => html`${heading(at)}<li>${card(app, summary.activeViewport, series, isActive(series))}</li>`,
  )}</ol>`;
}

/** @param {App} app @param {number} viewport the active one @param {SeriesSummary} series @param {boolean} isActive */
function card(app, viewport, series, isActive) {
  const description = series.description || (series.number === null ? "Series" : `Series ${series.number}`);
  const note = series.canBeDrawn ? counted(series.count, "image") : series.note;
  const drag = (/** @type {DragEvent} */ event) => {
    event.dataTransfer?.setData(SERIES_TYPE, cardOf(series));
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "copy";
  };
  return html`<button class="series" draggable="true" ?data-undrawn=${!series.canBeDrawn} aria-current=${isActive}
      ?data-shown=${series.isShown} aria-label="${series.modality}, ${description}, ${series.stackName ? `${series.stackName}, ` : ""}${note}${series.isFailed ? ", not all images could be read" : ""}"
      @dragstart=${drag} @click=${() => app.send(showCard(viewport, cardOf(series)))}>
    <span class="thumbnail">
      ${series.canBeDrawn ? html`<canvas width="1" height="1" data-thumbnail=${series.series} data-stack=${series.stack}></canvas>` : icon("files")}
      ${ring(series)}
    </span>
    <span class="about">
      <span class="title"><bdi>${description}</bdi></span>
      ${series.stackName ? html`<span class="stack"><bdi>${series.stackName}</bdi></span>` : ""}
      <span class="soft">${series.modality}${series.number === null ? "" : ` · ${series.number}`}</span>
      <span class="soft">${note}</span>
      ${series.isFailed ? html`<span class="bad">${icon("warning")}Incomplete</span>` : ""}
    </span>
  </button>`;
}

/** How much of a series is here; nothing where nothing was asked for or all is here. @param {SeriesSummary} series */
function ring({ framesReady, count }) {
  if (framesReady === 0 || framesReady >= count) return "";
  return html`<span class="ring" .style=${`--part:${(100 * framesReady) / count}%`}></span>`;
}

/**
 * Puts the viewer's small pictures on their canvases: the one of a series that has changed, or all that are still blank.
 * @param {HTMLElement} root @param {Viewer} viewer @param {string} [changed]
 */
export function drawThumbnails(root, viewer, changed) {
  for (const canvas of root.querySelectorAll("canvas")) {
    const series = canvas.dataset.thumbnail ?? "";
    if (changed === undefined ? canvas.width > 1 : series !== changed) continue;
    const picture = viewer.thumbnail(series, Number(canvas.dataset.stack));
    if (!picture) continue;
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d", { willReadFrequently: true })?.putImageData(new ImageData(picture.pixels, picture.width, picture.height), 0, 0);
  }
}
