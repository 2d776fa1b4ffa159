// The details on demand at the right, and the line at the bottom that says how far one may trust what is shown.
// @ts-check
/** @import { App, Finding, Summary, ViewportSummary } from "./types.d.ts" */
import { html } from "lit/html.js";
import { bytes, counted, rateWords } from "./format.js";
import { isGlassBroken } from "./glass.js";
import { icon } from "./icons.js";
import { activeViewport } from "./summary.js";
import { field } from "./viewport.js";
import { probeList } from "./values.js";

let isOpen = false;

const RENDERERS = { webgpu: "WebGPU", webgl2: "WebGL2", cpu: "CPU" };

export function isPanelOpen() {
  return isOpen;
}

/** @param {App} app */
export function togglePanel(app) {
  isOpen = !isOpen;
  app.refresh();
}

/** The panel's content, or undefined while it is closed. @param {App} app @param {Summary} summary */
export function panel(app, summary) {
  const viewport = activeViewport(summary);
  if (!isOpen) return undefined;
  const warnings = viewport?.warnings ?? [];
  return html`
    <header><h2>Details</h2><button class="tool" aria-label="Close details" @click=${() => togglePanel(app)}>${icon("close")}</button></header>
    <section><h3>Warnings</h3>${warnings.length === 0
      ? html`<p class="soft">None for this series.</p>`
      : html`<ul class="warnings">${warnings.map((text) => html`<li>${icon("warning")}<span>${text}</span></li>`)}</ul>`}</section>
    <section><h3>This image</h3>${marks(app, viewport)}</section>
    ${viewport?.canPlay ? html`<section><h3>Playing</h3>${loop(app, viewport)}</section>` : ""}
    <section><h3>Geometry</h3>${findings(summary.findings)}</section>
    ${summary.geometry.length === 0
      ? ""
      : html`<section><h3>Header</h3><ul>${summary.geometry.map((text) => html`<li>${text}</li>`)}</ul></section>`}
    <section><h3>Probe</h3>${probeList(viewport?.probe)}</section>
    <section><h3>Renderer</h3><p>${RENDERERS[summary.renderer]}${summary.adapter ? html` · <bdi>${summary.adapter}</bdi>` : ""}</p>
      ${app.disk ? html`<p>On disk, encrypted until this page ends: ${bytes(app.disk.state.bytes)} of ${bytes(app.disk.state.maxBytes)}</p>` : ""}
      <p class="soft">Build ${summary.buildId}</p></section>`;
}

/** First and last image that is played, to be typed over. @param {App} app @param {ViewportSummary} viewport */
function loop(app, { id, loop: [start, end], isLoopSet, count }) {
  const digits = String(count).length;
  const set = (/** @type {number} */ first, /** @type {number} */ last) => app.send({ type: "setLoop", viewport: id, first: Math.max(1, Math.round(first)), last: Math.max(1, Math.round(last)) });
  return html`<p>Images ${field("loop-first", "First image of the loop", String(start + 1), digits, (first) => set(first, end + 1))} to
    ${field("loop-last", "Last image of the loop", String(end + 1), digits, (last) => set(start + 1, last))} of ${count}
    ${isLoopSet ? html`<button class="button" @click=${() => app.act("loopAll")}>All</button>` : ""}</p>`;
}

/** Each mark in full, and the graphics that come with the image by name. @param {App} app @param {ViewportSummary | undefined} viewport */
function marks(app, viewport) {
  const planes = viewport ? (app.viewer.overlay()[viewport.id]?.planes ?? []) : [];
  const told = viewport?.marks.filter((mark) => mark.detail !== "") ?? [];
  if (told.length === 0 && planes.length === 0) return html`<p class="soft">Nothing to add.</p>`;
  return html`<dl>${told.map((mark) => html`<dt>${mark.text}</dt><dd>${mark.detail}</dd>`)}${
    planes.length > 0 ? html`<dt>Graphics</dt>${planes.map((text) => html`<dd><bdi>${text}</bdi></dd>`)}` : ""
  }</dl>`;
}

/** What is odd about the places of the images, and what was done. @param {Finding[]} all */
function findings(all) {
  if (all.length === 0) return html`<p class="soft">Nothing is odd about this stack.</p>`;
  return html`<ul class="findings">${all.map(
    ({ severity, found, done }) =>
      html`<li data-severity=${severity}>${severity === "info" ? "" : icon("warning")}<span>${found} <span class="soft">${done}</span></span></li>`,
  )}</ul>`;
}

/** @param {App} app @param {Summary} summary */
export function statusLine(app, summary) {
  const viewport = activeViewport(summary);
  const { fidelity, fidelityWords } = viewport ?? { fidelity: "none", fidelityWords: "No picture" };
  const { framesReady, framesWanted, framesFailed, framesDropped, bytesReceived, bytesPerSecond, bytesHeld, isBusy, toGo } = summary.load;
  return html`
    <span class="light" data-fidelity=${fidelity}>${fidelityWords}</span>
    ${framesWanted > 0
      ? html`<span class="load"><progress max=${framesWanted} .value=${framesReady} aria-label="Images loaded" ?hidden=${framesReady >= framesWanted || framesDropped > 0}></progress>
          ${framesReady} of ${framesWanted} images</span>`
      : ""}
    ${viewport && viewport.shownPerSecond !== null ? html`<span title="Images that really come on the screen, of those that are due">${rateWords(viewport.shownPerSecond)} of ${rateWords(viewport.framesPerSecond)} images/s</span>` : ""}
    ${framesFailed > 0 ? html`<span class="bad">${icon("warning")}${framesFailed} unreadable</span>` : ""}
    ${summary.canPreviewFirst && (toGo || summary.isPreviewFirst) ? previewButton(app, summary.isPreviewFirst) : ""}
    ${toGo ? html`<span title="At the speed of this line: ${bytes(bytesPerSecond)}/s">${toGo}</span>` : bytesReceived > 0
      ? html`<span class="wide">${bytes(bytesReceived)}${isBusy && bytesPerSecond > 0 ? ` · ${bytes(bytesPerSecond)}/s` : ""}</span>`
      : ""}
    ${framesDropped > 0
      ? html`<span class="wide" title="This computer's share is used up: images far from the one shown are dropped, and fetched again when you come near">Holds ${bytes(bytesHeld)}, ${counted(framesDropped, "image")} dropped</span>`
      : ""}
    <span class="space"></span>
    ${authMark(app)}
    ${rendererChip(summary.renderer)}
    ${isGlassBroken(summary.study) ? html`<span class="chip is-warning" title="On record with your reason">Emergency access</span>` : ""}
    ${summary.intendedUse === "review" ? html`<span class="chip is-warning">Not for diagnosis</span>` : ""}`;
}

/** Only where something is waited for. @param {App} app @param {boolean} isPressed */
function previewButton(app, isPressed) {
  const action = app.actions.get("preview");
  return action ? html`<button class="chip" data-action="preview" aria-pressed=${isPressed} title="${action.help} (${action.key})" @click=${() => app.act("preview")}>${action.name}</button>` : "";
}

/** @param {Summary["renderer"]} renderer */
export function rendererChip(renderer) {
  return html`<span class="chip" data-renderer=${renderer} title="What draws the pictures">${RENDERERS[renderer]}</span>`;
}

/** Who is signed in, with the way out; or that nobody had to. @param {App} app */
export function authMark({ config, session }) {
  const record = config.audit ? html`<a class="chip" href="#/audit" title="What is on record of this visit">Audit</a>` : "";
  return html`${record}${who(session)}`;
}

/** @param {App["session"]} session */
function who(session) {
  if (session.mode === "grant") {
    const by = session.isReadOnly ? "By link, to look at only" : session.name;
    return html`<span class="chip is-limit" title=${session.isReadOnly ? "One study, to look at only" : "Signed in by the EHR"}>${
      session.expiresAt ? html`<span class="words"><bdi>${by}</bdi> · </span>until ${moment(session.expiresAt)}` : html`<bdi>${by}</bdi>`}</span>`;
  }
  if (session.mode === "none") return html`<span class="chip">No sign-in (local)</span>`;
  return session.signOut
    ? html`<span class="chip" title="Signed in"><bdi>${session.name}</bdi></span><button class="chip" @click=${() => session.signOut?.()}>Sign out</button>`
    : "";
}

/** A time of today, of a day of this week, or with its date. @param {number} millis */
function moment(millis) {
  const time = new Date(millis);
  const isToday = time.toDateString() === new Date().toDateString();
  const isThisWeek = millis - Date.now() < 6 * 86_400_000;
  const day = isThisWeek ? { weekday: /** @type {const} */ ("short") } : { day: /** @type {const} */ ("numeric"), month: /** @type {const} */ ("short") };
  return time.toLocaleString(undefined, { ...(!isToday && day), hour: "numeric", minute: "2-digit" });
}
