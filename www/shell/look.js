// A look at every picture of a series before it leaves: as its copy will have it, with the areas that a reader hides.
// @ts-check
/** @import { App } from "./types.d.ts" */
/** @import { Survey } from "./copy_types.d.ts" */
import { html, icon, live } from "./main.js";

/** How long each picture stays while they run by. */
const RUN_MILLIS = 150;

/**
 * A rectangle of pixels, of one picture or of all of the series (`instance` is null).
 * @typedef {{ instance: string | null, frame: number | null, x: number, y: number, width: number, height: number }} Area
 */

/** What was looked at in a series, and what is hidden there. */
export class Look {
  /** @type {HTMLCanvasElement} */
  canvas = document.createElement("canvas");
  at = 0;
  /** @type {Set<number>} */
  seen = new Set();
  /** @type {Area[]} */
  areas = [];
  isRunning = false;
  isOfAll = true;
  error = "";
  /** The last picture that was asked for; an older one that comes late is not drawn. */
  #asked = 0;

  /** @param {App} app @param {{ blob: Blob, survey: Survey }[]} files */
  constructor(app, files) {
    this.app = app;
    this.frames = files.flatMap(({ blob, survey }) =>
      survey.rows > 0 ? Array.from({ length: survey.nFrames }, (_, frame) => ({ blob, survey, frame })) : []);
    const first = files.find(({ survey }) => survey.areas.length > 0)?.survey;
    this.areas = (first?.areas ?? []).map((area) => ({ ...area, instance: null, frame: null }));
    this.canvas.className = "preview";
  }

  /** @param {string} instance what is hidden in its file */
  areasOf(instance) {
    return this.areas
      .filter((area) => area.instance === null || area.instance === instance)
      .map(({ frame, x, y, width, height }) => ({ frame, x, y, width, height }));
  }

  get isSeen() {
    return this.seen.size === this.frames.length;
  }

  /** Draws the picture that is looked at. @param {() => void} again */
  async show(again) {
    const frame = this.frames[this.at];
    if (!frame) return;
    const asked = ++this.#asked;
    try {
      const { answer, blobs: [pixels] } = await this.app.viewer.copies("job", { type: "preview", frame: frame.frame, areas: this.areasOf(frame.survey.instance) }, frame.blob);
      const { rows, columns } = /** @type {{ rows: number, columns: number }} */ (answer);
      const bytes = new Uint8ClampedArray(await /** @type {Blob} */ (pixels).arrayBuffer());
      if (asked !== this.#asked) return;
      Object.assign(this.canvas, { width: columns, height: rows });
      this.canvas.getContext("2d")?.putImageData(new ImageData(bytes, columns, rows), 0, 0);
      this.seen.add(this.at);
      this.error = "";
    } catch (error) {
      this.error = error instanceof Error ? error.message : "The picture cannot be shown.";
      this.isRunning = false;
    }
    again();
    if (this.isRunning) setTimeout(() => this.isRunning && this.#next(again), RUN_MILLIS);
  }

  /** @param {() => void} again */
  #next(again) {
    this.isRunning = this.at + 1 < this.frames.length;
    if (this.isRunning) this.at += 1;
    void this.show(again);
  }
}

/** @param {{ look: Look, isConfirmed: boolean, files: { survey: Survey }[] }} group @param {() => void} again */
export function lookPane(group, again) {
  const { look } = group;
  const frame = look.frames[look.at];
  if (!frame) return "";
  const { rows, columns } = frame.survey;
  const go = (/** @type {number} */ at) => {
    look.at = Math.min(Math.max(at, 0), look.frames.length - 1);
    look.isRunning = false;
    void look.show(again);
  };
  /** What was seen with an area hidden may show something without it. @param {boolean} mayReveal */
  const changed = (mayReveal) => {
    if (mayReveal) look.seen.clear();
    if (mayReveal) group.isConfirmed = false;
    again();
    void look.show(again);
  };
  const add = (/** @type {{ x: number, y: number, width: number, height: number }} */ area) => {
    const own = look.isOfAll ? { instance: null, frame: null } : { instance: frame.survey.instance, frame: frame.frame };
    look.areas.push({ ...own, ...area });
    changed(false);
  };
  const run = () => {
    look.isRunning = !look.isRunning;
    if (look.isRunning && look.at + 1 === look.frames.length) look.at = 0;
    again();
    if (look.isRunning) void look.show(again);
  };
  const n = look.frames.length;
  return html`<section class="look" aria-label="Pictures">
    <div class="pane" .style=${`width:min(100%, ${(60 * columns) / rows}vh)`}>${look.canvas}<div class="drawing" @pointerdown=${(/** @type {PointerEvent} */ event) => drag(event, columns, rows, add)}></div></div>
    <div class="controls">
      <p role="status">Picture ${look.at + 1} of ${n}; ${look.seen.size} seen ${look.error ? html`<span role="alert">${look.error}</span>` : ""}</p>
      <p class="group"><button class="tool" type="button" aria-label="${look.isRunning ? "Stop" : "Run through"}" @click=${run}>${icon(look.isRunning ? "pause" : "play")}</button>
        <input type="range" aria-label="Picture" min="1" max=${n} .value=${live(String(look.at + 1))} @input=${(/** @type {Event} */ event) => go(Number(/** @type {HTMLInputElement} */ (event.target).value) - 1)}></p>
      <p class="soft">Draw a rectangle over what has to go. It becomes background in the copy, for good.</p>
      <label><input type="checkbox" .checked=${look.isOfAll} @change=${() => { look.isOfAll = !look.isOfAll; again(); }}> In every picture of the series</label>
      ${look.areas.length > 0 ? html`<p class="soft" aria-hidden="true">Areas: left, top, width, height in pixels</p>` : ""}
      <ol class="areas">${look.areas.map((area, index) => areaRow(area, index, { columns, rows }, look, changed))}</ol>
      <button class="button" type="button" @click=${() => add({ x: 0, y: 0, width: columns, height: Math.ceil(rows / 10) })}>Add an area</button>
      <label class="confirm"><input type="checkbox" ?disabled=${!look.isSeen} .checked=${group.isConfirmed} @change=${() => { group.isConfirmed = !group.isConfirmed; again(); }}>
        ${n === 1 ? "I have looked at the picture: nothing in it tells who it is" : `I have looked at all ${n}: nothing in them tells who it is`}</label>
    </div></section>`;
}

/**
 * @param {Area} area @param {number} index @param {{ columns: number, rows: number }} size @param {Look} look
 * @param {(mayReveal: boolean) => void} changed
 */
function areaRow(area, index, { columns, rows }, look, changed) {
  const field = (/** @type {"x" | "y" | "width" | "height"} */ key, /** @type {string} */ name, /** @type {number} */ most) => html`<input class="field" type="number" min="0" max=${most}
    aria-label="${name} of area ${index + 1}" .value=${live(String(area[key]))} @change=${(/** @type {Event} */ event) => {
      area[key] = Math.min(Math.max(Math.round(Number(/** @type {HTMLInputElement} */ (event.target).value)) || 0, 0), most);
      changed(true);
    }}>`;
  const remove = () => {
    look.areas.splice(index, 1);
    changed(true);
  };
  return html`<li><span class="soft">${area.instance === null ? "All" : "One"}</span> ${field("x", "Left edge", columns)} ${field("y", "Top edge", rows)} ${field("width", "Width", columns)} ${field("height", "Height", rows)}
    <button class="tool" type="button" aria-label="Remove area ${index + 1}" @click=${remove}>${icon("close")}</button></li>`;
}

/**
 * Draws a rectangle with the pointer; its corners are pixels of the picture.
 * @param {PointerEvent} down @param {number} columns @param {number} rows
 * @param {(area: { x: number, y: number, width: number, height: number }) => void} add
 */
function drag(down, columns, rows, add) {
  const drawing = /** @type {HTMLElement} */ (down.currentTarget);
  const box = drawing.getBoundingClientRect();
  const mark = drawing.appendChild(document.createElement("div"));
  drawing.setPointerCapture(down.pointerId);
  const share = (/** @type {number} */ value, /** @type {number} */ start, /** @type {number} */ length) => Math.min(Math.max((value - start) / length, 0), 1);
  const spanned = (/** @type {PointerEvent} */ event) => {
    const xs = [down.clientX, event.clientX].map((x) => share(x, box.left, box.width)).sort((a, b) => a - b);
    const ys = [down.clientY, event.clientY].map((y) => share(y, box.top, box.height)).sort((a, b) => a - b);
    return { left: xs[0] ?? 0, right: xs[1] ?? 0, top: ys[0] ?? 0, bottom: ys[1] ?? 0 };
  };
  drawing.onpointermove = (event) => {
    const { left, right, top, bottom } = spanned(event);
    Object.assign(mark.style, { left: `${100 * left}%`, top: `${100 * top}%`, width: `${100 * (right - left)}%`, height: `${100 * (bottom - top)}%` });
  };
  const end = (/** @type {PointerEvent} */ event) => {
    drawing.onpointermove = drawing.onpointerup = drawing.onpointercancel = null;
    mark.remove();
    const { left, right, top, bottom } = spanned(event);
    const [x, y] = [Math.floor(left * columns), Math.floor(top * rows)];
    const [width, height] = [Math.ceil(right * columns) - x, Math.ceil(bottom * rows) - y];
    if (event.type === "pointerup" && width > 1 && height > 1) add({ x, y, width, height });
  };
  drawing.onpointerup = end;
  drawing.onpointercancel = end;
}
