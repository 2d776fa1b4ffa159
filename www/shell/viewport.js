// What lies over each picture: corner text, edge letters, marks, the scroll bar and the fields to type into.
// @ts-check
/** @import { App, Overlay, Summary, ViewportSummary } from "./types.d.ts" */
import { html, noChange, nothing, svg } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { windowValue } from "./format.js";
import { objectTile, pictureObject } from "./object.js";
import { SERIES_TYPE, showCard } from "./strip.js";
import { chain, legendBar, probeLines } from "./values.js";

/** @param {App} app @param {Summary} summary @param {Overlay[]} overlays in the order of the viewports */
export function stage(app, summary, overlays) {
  const modalities = new Map(summary.series.map((series) => [series.series, series.modality]));
  const many = summary.viewports.filter((viewport) => viewport.isVisible).length > 1;
  const isProbed = summary.viewports.some((viewport) => viewport.probe !== null);
  return repeat(
    summary.viewports,
    (viewport) => viewport.id,
    (viewport, position) => {
      const modality = (viewport.series && modalities.get(viewport.series)) ?? "";
      const hasChain = summary.isChainShown && (viewport.probe !== null || (!isProbed && viewport.id === summary.activeViewport));
      const isActive = many && viewport.id === summary.activeViewport;
      return element(app, viewport, overlays[position], { modality, isActive, level: summary.overlayLevel, hasChain });
    },
  );
}

/**
 * @param {App} app @param {ViewportSummary} viewport @param {Overlay | undefined} overlay
 * @param {{ modality: string, isActive: boolean, level: Summary["overlayLevel"], hasChain: boolean }} shown
 */
function element(app, viewport, overlay, { modality, isActive, level, hasChain }) {
  const { x, y, width, height } = viewport.rect;
  const where = `left:${x}px;top:${y}px;width:${width}px;height:${height}px`;
  const drop = (/** @type {DragEvent} */ event) => {
    const series = event.dataTransfer?.getData(SERIES_TYPE);
    if (!series) return;
    event.preventDefault();
    mark(event, false);
    app.send({ type: "activateViewport", viewport: viewport.id });
    app.send(showCard(viewport.id, series));
  };
  const over = (/** @type {DragEvent} */ event) => {
    if (!event.dataTransfer?.types.includes(SERIES_TYPE)) return;
    event.preventDefault();
    mark(event, true);
  };
  return html`<div class="viewport ${isActive ? "is-active" : ""}" data-viewport=${viewport.id} data-state=${viewport.state} role="group"
      aria-label="Viewport ${viewport.id + 1}" ?hidden=${!viewport.isVisible} .style=${where}
      @dragover=${over} @dragleave=${(/** @type {DragEvent} */ event) => mark(event, false)} @drop=${drop}>
    <div class="picture" role="img" aria-label=${pictureName(viewport, modality)}></div>
    ${viewport.state === "empty" ? "" : words(app, viewport, overlay, level)}
    <div class="top-row">
      ${viewport.state === "empty" ? "" : whose(overlay, level)}
      <div class="marks">${light(viewport)}${viewport.marks.map((one) => html`<span class=${one.isWarning ? "mark is-warning" : "mark"} title=${one.detail || nothing}>${one.text}</span>`)}</div>
      ${level === "all" && viewport.state !== "empty" ? html`<span class="edge at-top">${overlay?.edges.top}</span>` : ""}
    </div>
    ${legendBar(viewport.legend)}
    ${hasChain ? chain(viewport.probe) : ""}
    ${message(app, viewport)}
    ${viewport.count > 1 ? scrollBar(app, viewport) : ""}
  </div>`;
}

/** How far one may trust the picture, while that is not to its last pixel. @param {ViewportSummary} viewport */
function light({ isFidelityMarked, fidelity, fidelityWords }) {
  if (!isFidelityMarked) return "";
  const detail = fidelity === "reduced" ? "The rest of the image is on its way: fine detail is not there yet, and values are not told." : "The image is on its way.";
  return html`<span class="mark light is-warning" data-fidelity=${fidelity} title=${detail}>${fidelityWords}</span>`;
}

/** @param {ViewportSummary} viewport @param {string} modality */
function pictureName(viewport, modality) {
  if (viewport.count === 0) return "No picture";
  const light = viewport.isFidelityMarked ? `, ${viewport.fidelityWords.toLowerCase()}` : "";
  return `${modality || "Picture"}, image ${viewport.index + 1} of ${viewport.count}${light}`;
}

/** Frames the viewport under a dragged series. @param {DragEvent} event @param {boolean} isUnder */
function mark(event, isUnder) {
  /** @type {Element} */ (event.currentTarget).classList.toggle("is-target", isUnder);
}

/** Whose picture it is, and of which study. @param {Overlay | undefined} overlay @param {Summary["overlayLevel"]} level */
function whose(overlay, level) {
  if (level === "none" || !overlay) return "";
  const isAll = level === "all";
  return html`
    <div class="corner top left">${overlay.topLeft.slice(0, isAll ? undefined : 2).map(
      (line, row) => html`<p class=${row === 0 ? "name" : ""}><bdi>${line}</bdi></p>`,
    )}</div>
    ${isAll ? html`<div class="corner top right">${lines(overlay.topRight)}</div>` : ""}`;
}

/**
 * @param {App} app @param {ViewportSummary} viewport @param {Overlay | undefined} overlay @param {Summary["overlayLevel"]} level
 */
function words(app, viewport, overlay, level) {
  if (level === "none" || !overlay) return "";
  const { bottomLeft, bottomRight, edges } = overlay;
  const isAll = level === "all";
  return html`
    <div class="corner bottom left">${isAll ? lines(bottomLeft) : ""}${numbers(app, viewport)}</div>
    <div class="corner bottom right">${probeLines(viewport.probe)}${isAll ? lines(bottomRight) : ""}</div>
    ${isAll
      ? html`<span class="edge at-left">${edges.left}</span><span class="edge at-right">${edges.right}</span>
          <span class="edge at-bottom">${edges.bottom}</span>`
      : ""}`;
}

/** @param {string[]} texts */
function lines(texts) {
  return texts.map((text) => html`<p><bdi>${text}</bdi></p>`);
}

/** Image number and window: shown, and typed over. @param {App} app @param {ViewportSummary} viewport */
function numbers(app, viewport) {
  const { id, count, index } = viewport;
  const shown = viewport.window;
  const go = (/** @type {number} */ number) => app.send({ type: "goToImage", viewport: id, number });
  return html`${count > 0 ? html`<p>Image ${field(`image-${id}`, "Image number", String(index + 1), String(count).length, go)} / ${count}</p>` : ""}
    ${shown ? windowNumbers(app, viewport, shown) : ""}`;
}

/** @param {App} app @param {ViewportSummary} viewport @param {NonNullable<ViewportSummary["window"]>} shown */
function windowNumbers(app, { id, count, isWindowLocked }, { center, width, name }) {
  const set = (/** @type {{ center?: number, width?: number }} */ part) => app.send({ type: "setWindow", viewport: id, center, width, ...part });
  return html`<p>C ${field(`center-${id}`, "Window center", windowValue(center), 1, (center) => set({ center }))}
    W ${field(`width-${id}`, "Window width", windowValue(width), 1, (width) => set({ width }))}
    <bdi class="soft">${name}</bdi>${isWindowLocked && count > 1 ? html`<span class="soft"> (all images)</span>` : ""}</p>`;
}

/**
 * A number in the text that can be typed over; Escape leaves it as it was.
 * @param {string} id @param {string} name @param {string} value @param {number} digits room to keep @param {(number: number) => void} change
 */
export function field(id, name, value, digits, change) {
  const input = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.currentTarget);
  const commit = (/** @type {Event} */ event) => {
    const number = Number(input(event).value.replace(",", ".").replace("\u2212", "-"));
    if (input(event).value.trim() !== "" && Number.isFinite(number)) change(number);
    input(event).blur();
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter") commit(event);
    if (event.key === "Escape") input(event).blur();
    event.stopPropagation();
  };
  // While it is typed in, the text is the user's; otherwise it follows the picture.
  const isTypedIn = document.activeElement?.id === id;
  return html`<input class="number" id=${id} autocomplete="off" aria-label=${name} .value=${isTypedIn ? noChange : live(value)}
    .style=${`width:${Math.max(value.length, digits) + 0.5}ch`} @keydown=${key} @pointerdown=${stop}
    @focus=${(/** @type {Event} */ event) => input(event).select()} @blur=${(/** @type {Event} */ event) => (input(event).value = value)}>`;
}

/** @param {App} app @param {ViewportSummary} viewport */
function message(app, viewport) {
  const { state } = viewport;
  if (viewport.objects.length > 0) {
    return html`<div class="message">${viewport.objects.map((object) => objectTile(app, object))}</div>`;
  }
  const text = viewport.message ?? (state === "empty" ? "Drag a series here, or choose one from the list." : state === "loading" ? "Loading…" : null);
  if (!text) return "";
  return html`<div class="message"><p>${text}</p>${
    state === "failed" ? html`<button class="button" @pointerdown=${stop} @click=${() => app.send({ type: "retry" })}>Retry</button>${pictureObject(app, viewport)}` : ""
  }</div>`;
}

/** Loaded in grey, seen in the accent, and the position; a slider for hand and keyboard. @param {App} app @param {ViewportSummary} viewport */
function scrollBar(app, viewport) {
  const { id, index, count } = viewport;
  const go = (/** @type {PointerEvent} */ event) => {
    const bar = /** @type {Element} */ (event.currentTarget);
    const { top, height } = bar.getBoundingClientRect();
    const number = Math.floor(((event.clientY - top) / height) * count) + 1;
    app.send({ type: "goToImage", viewport: id, number: Math.min(count, Math.max(1, number)) });
  };
  const press = (/** @type {PointerEvent} */ event) => {
    event.stopPropagation();
    if (event.button !== 0) return;
    /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
    app.send({ type: "activateViewport", viewport: id });
    go(event);
  };
  const drag = (/** @type {PointerEvent} */ event) => {
    if (!(/** @type {Element} */ (event.currentTarget).hasPointerCapture(event.pointerId))) return;
    event.stopPropagation();
    go(event);
  };
  // The arrow keys reach the viewer's own table of keys, which acts on the active viewport.
  const focus = () => app.send({ type: "activateViewport", viewport: id });
  return html`<div class="scroll" role="slider" tabindex="0" aria-label="Image" aria-orientation="vertical" aria-valuemin="1"
      aria-valuemax=${count} aria-valuenow=${index + 1} aria-valuetext="Image ${index + 1} of ${count}"
      @pointerdown=${press} @pointermove=${drag} @dblclick=${stop} @focus=${focus}>
    <svg viewBox="0 0 1 ${count}" preserveAspectRatio="none" aria-hidden="true">${svg`${viewport.isLoopSet ? svg`<path class="loop" d=${bars([[viewport.loop[0], viewport.loop[1] + 1]])}></path>` : ""}<path class="coarse" d=${bars(viewport.coarse)}></path><path class="loaded" d=${bars(viewport.loaded)}></path>
      <path class="seen" d=${bars(viewport.seen)}></path>`}</svg>
    <div class="thumb" .style=${`top:${((index + 0.5) / count) * 100}%`}></div>
  </div>`;
}

/** @param {[number, number][]} ranges */
function bars(ranges) {
  return ranges.map(([start, end]) => `M0 ${start}H1V${end}H0z`).join("");
}

/** Keeps a control's pointer from moving the picture. @param {Event} event */
function stop(event) {
  event.stopPropagation();
}
