// The bar of tools, built from the viewer's one table of actions.
// @ts-check
/** @import { App, Summary, ViewportSummary } from "./types.d.ts" */
import { html, nothing } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { rateWords, windowValue } from "./format.js";
import { icon } from "./icons.js";
import { editPresets } from "./presets.js";
import { isPanelOpen, togglePanel } from "./panel.js";
import { activeViewport } from "./summary.js";

const GROUPS = [
  ["toolWindow", "toolPan", "toolZoom", "toolScroll", "toolProbe"],
  ["fit", "oneToOne", "rotateLeft", "rotateRight", "flipHorizontal", "flipVertical", "invert", "interpolation", "reset"],
  ["layout1x1", "layout1x2", "layout2x2", "oneUp"],
];

const FRAME_RATES = [1, 2, 5, 7.5, 10, 15, 20, 25, 30, 60];

/** @param {App} app @param {Summary} summary */
export function toolbar(app, summary) {
  const viewport = activeViewport(summary);
  const warnings = viewport?.warnings.length ?? 0;
  return html`
    ${app.session.only ? "" : html`<div class="group">${button(app, "studyList", false, "Studies")}</div>`}
    <div class="tools" role="group" aria-label="Tools">
      ${GROUPS.map((ids) => html`<div class="group">${ids.map((id) => button(app, id, isPressed(id, summary, viewport)))}</div>`)}
      ${extras(app, viewport)}
      <div class="group">${windowMenu(app, viewport)}${viewport?.window ? button(app, "lockWindow", viewport.isWindowLocked) : ""}${colorMenu(app, viewport)}</div>
      ${stackMenu(app, viewport)}
      <div class="group">${player(app, viewport)}${summary.viewports.filter(({ isVisible, canPlay }) => isVisible && canPlay).length > 1 ? button(app, "playAll", viewport?.isPlayingTogether ?? false) : ""}</div>
    </div>
    <div class="group end">
      ${button(app, "chain", summary.isChainShown)}
      ${app.session.isReadOnly ? "" : button(app, "copies", undefined)}
      ${button(app, "overlayLevel", undefined)}
      ${button(app, "picturesOnly", undefined)}
      ${app.session.isReadOnly ? "" : button(app, "share", undefined)}
      <button class="tool" aria-label=${warnings > 0 ? `Details, ${warnings} warnings` : "Details"} aria-expanded=${isPanelOpen()}
        aria-controls="panel" @click=${() => togglePanel(app)}>
        ${icon("panel")}${warnings > 0 ? html`<span class="badge">${warnings}</span>` : ""}<span class="tip">Details and warnings</span>
      </button>
      ${button(app, "help", undefined)}
    </div>`;
}

/**
 * One action as a button; `pressed` is undefined for what is not a state.
 * @param {App} app @param {string} id @param {boolean | undefined} pressed @param {string} [words] shown beside the icon
 */
function button(app, id, pressed, words) {
  const action = app.actions.get(id);
  if (!action) return "";
  const label = action.key ? `${action.name} (${action.key})` : action.name;
  return html`<button class="tool" data-action=${id} aria-label=${label} aria-pressed=${pressed ?? nothing} @click=${() => app.act(id)}>${icon(id)}${words ? html`<span class="words">${words}</span>` : ""}<span class="tip">${action.name}${
      action.key ? html`<kbd>${action.key}</kbd>` : ""
    }</span></button>`;
}

/** @param {string} id @param {Summary} summary @param {ViewportSummary | undefined} viewport @returns {boolean | undefined} */
function isPressed(id, summary, viewport) {
  const { rows, columns } = summary.layout;
  switch (id) {
    case "flipHorizontal":
      return viewport?.transform.isFlippedHorizontally ?? false;
    case "flipVertical":
      return viewport?.transform.isFlippedVertically ?? false;
    case "invert":
      return viewport?.isInverted ?? false;
    case "interpolation":
      return summary.interpolation === "nearest";
    case "oneUp":
      return summary.isOneUp;
    default:
      if (id.startsWith("tool")) return summary.tool === id;
      if (id.startsWith("layout")) return id === `layout${rows}x${columns}`;
      return undefined;
  }
}

/** Switches for what only some images bring. @param {App} app @param {ViewportSummary | undefined} viewport */
function extras(app, viewport) {
  if (!viewport) return "";
  const { hasPlanes, arePlanesHidden, hasShutter, isShutterLifted, canSubtract, isSubtracting } = viewport;
  if (!hasPlanes && !hasShutter && !canSubtract && !isSubtracting) return "";
  return html`<div class="group">${hasPlanes ? button(app, "planes", !arePlanesHidden) : ""}${
    hasShutter ? button(app, "shutter", !isShutterLifted) : ""
  }${canSubtract || isSubtracting ? button(app, "subtract", isSubtracting) : ""}</div>`;
}

/** The windows that the image brings and the presets, by name. @param {App} app @param {ViewportSummary | undefined} viewport */
function windowMenu(app, viewport) {
  const shown = viewport?.window;
  const presets = viewport?.presets ?? [];
  const fromImage = viewport?.voiChoices.slice(0, viewport.voiChoices.length - presets.length) ?? [];
  const title = shown ? shown.name || `C ${windowValue(shown.center)} W ${windowValue(shown.width)}` : "Window";
  const choose = (/** @type {Event} */ event) => {
    const select = /** @type {HTMLSelectElement} */ (event.target);
    const { value } = select;
    // Before the dialog opens, which gives the focus back when it closes: the keys belong to the pictures.
    select.blur();
    if (value === "edit" && viewport) editPresets(app, viewport);
    else if (viewport && value !== "") app.send({ type: "chooseVoi", viewport: viewport.id, index: Number(value) });
  };
  return html`<select class="field" aria-label="Window, now ${title}" ?disabled=${!shown} .value=${live("")} @change=${choose}>
    <option value="" hidden>${title}</option>
    <optgroup label="From the image">${fromImage.map(
      (choice, index) => html`<option value=${index}>${choice.name}${choice.detail ? ` · ${choice.detail}` : ""}</option>`,
    )}</optgroup>
    <optgroup label="Presets">${presets.map(
      ({ name, center, width }, index) => html`<option value=${fromImage.length + index}>${name} · ${windowValue(center)} / ${windowValue(width)} (${index + 1})</option>`,
    )}<option value="edit">Edit presets…</option></optgroup>
  </select>`;
}

/** Greys or pseudo-colours, for pictures of one channel. @param {App} app @param {ViewportSummary | undefined} viewport */
function colorMenu(app, viewport) {
  if (!viewport?.takesColorMap) return "";
  const { id, colorMap } = viewport;
  const maps = app.colorMaps;
  const title = maps.find((map) => map.id === colorMap)?.name ?? "Grey";
  const choose = (/** @type {Event} */ event) => {
    const select = /** @type {HTMLSelectElement} */ (event.target);
    app.send({ type: "setColorMap", viewport: id, ...(select.value && { map: select.value }) });
    select.blur();
  };
  return html`<select class="field" aria-label="Colours, now ${title}" .value=${live(colorMap ?? "")} @change=${choose}>
    <option value="" .selected=${colorMap === null}>Grey</option>
    ${maps.map((map) => html`<option value=${map.id} .selected=${map.id === colorMap}>${map.name}</option>`)}
  </select>`;
}

/** Echo, phase, b-value ... of the series shown, where it has several. @param {App} app @param {ViewportSummary | undefined} viewport */
function stackMenu(app, viewport) {
  if (!viewport?.series || viewport.stacks.length < 2) return "";
  const { id, series, stack, stacks } = viewport;
  const choose = (/** @type {Event} */ event) => {
    const select = /** @type {HTMLSelectElement} */ (event.target);
    app.send({ type: "showSeries", viewport: id, series, stack: Number(select.value) });
    select.blur();
  };
  return html`<div class="group"><select class="field" aria-label="Stack, now ${stacks[stack] ?? ""}" .value=${live(String(stack))} @change=${choose}>
    ${stacks.map((name, index) => html`<option value=${index} .selected=${index === stack}>${name}</option>`)}
  </select></div>`;
}

/** @param {App} app @param {ViewportSummary | undefined} viewport */
function player(app, viewport) {
  const action = app.actions.get("play");
  if (!action || !viewport) return "";
  const name = viewport.isPlaying ? "Pause" : "Play";
  const rates = FRAME_RATES.includes(viewport.framesPerSecond) ? FRAME_RATES : [viewport.framesPerSecond, ...FRAME_RATES];
  const choose = (/** @type {Event} */ event) => {
    const select = /** @type {HTMLSelectElement} */ (event.target);
    app.send({ type: "setFrameRate", viewport: viewport.id, framesPerSecond: Number(select.value) });
    select.blur();
  };
  return html`<button class="tool" data-action="play" aria-label="${name} (${action.key})" aria-pressed=${viewport.isPlaying}
      ?disabled=${!viewport.canPlay} @click=${() => app.act("play")}>
      ${icon(viewport.isPlaying ? "pause" : "play")}<span class="tip">${name}<kbd>${action.key}</kbd></span>
    </button>
    ${button(app, "sweep", viewport.isSweeping)}
    <select class="field rate" aria-label="Images per second" ?disabled=${!viewport.canPlay} @change=${choose}>
      ${rates.map((rate) => html`<option value=${rate} .selected=${rate === viewport.framesPerSecond}>${rateWords(rate)} /s</option>`)}
    </select>`;
}
