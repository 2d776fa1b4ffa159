// The dialog for copies of a study without the patient's identity: what stays, which pictures may go, what became of them.
// @ts-check
/** @import { App } from "./types.d.ts" */
/** @import { CopyOptions, CopiedFile, Survey } from "./copy_types.d.ts" */
// Built apart, with the page's own script beside it: a second lit would ask for a policy that the page's header refuses.
import { html, icon, render, repeat } from "./main.js";
import { Look, lookPane } from "./look.js";

/** Files that are brought or copied at once. */
const AT_ONCE = 4;
/** How long the address of the archive is kept: the browser may still be writing it. */
const KEPT_MILLIS = 60_000;

/** @type {[keyof CopyOptions & string, string, string][]} */
const CHOICES = [
  ["cleansDescriptors", "Keep descriptions", "Unless a word of the identity stands in them. Read what stays before you hand it on."],
  ["keepsCharacteristics", "Keep age, sex, size and weight", "An age above 89 becomes 90."],
  ["keepsDevice", "Keep the device", "Station name and serial number can lead to the hospital."],
  ["keepsInstitution", "Keep the institution", "Its name leads to the hospital."],
  ["keepsSafePrivate", "Keep private attributes known to be safe", "Such as b-values and scale factors."],
  ["keepsUids", "Keep identifiers of study, series and images", "Whoever has the originals can find them by these."],
];
/** @type {[CopyOptions["dates"], string][]} */
const DATES = [["removed", "Remove"], ["shifted", "Move all by the same number of days"], ["kept", "Keep"]];

/**
 * A series of the study: its files, and what the reader decided about its pictures.
 * @typedef {{ uid: string, files: { blob: Blob, survey: Survey }[], isIncluded: boolean, isConfirmed: boolean, look: Look }} Group
 */
/**
 * What the dialog shows; it is forgotten when it closes.
 * @typedef {{ phase: "reading" | "choosing" | "working" | "ready" | "failed", done: number, total: number, isOver: boolean,
 *   groups: Group[], open: Group | undefined, options: CopyOptions, label: string, unread: string[], left: string[],
 *   copies: { blob: Blob, keys: object }[], words: string[], salt: string, message: string }} Run
 */

/** @type {Run | undefined} */
let current;

const dialog = () => /** @type {HTMLDialogElement} */ (document.getElementById("copies"));

/** @param {App} app */
export async function openCopies(app) {
  /** @type {Run} */
  const run = {
    phase: "reading", done: 0, total: 0, isOver: false, groups: [], open: undefined,
    options: { dates: "removed", cleansDescriptors: false, keepsCharacteristics: false, keepsDevice: false, keepsInstitution: false, keepsSafePrivate: false, keepsUids: false },
    label: "", unread: [], left: [], copies: [], words: [], salt: salt(), message: "",
  };
  current = run;
  dialog().onclose = () => {
    run.isOver = true;
    if (current === run) current = undefined;
    render("", dialog());
  };
  draw(app, run);
  if (!dialog().open) dialog().showModal();
  await attempt(app, run, () => read(app, run));
}

/** Random bytes that are forgotten with the dialog: without them no new identifier leads back. */
function salt() {
  return [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {App} app @param {Run} run @param {() => Promise<void>} work */
async function attempt(app, run, work) {
  try {
    await work();
  } catch (error) {
    run.phase = "failed";
    run.message = sentence(error);
  }
  draw(app, run);
}

/**
 * Does something with each, some at once, until the dialog is closed.
 * @template T @param {App} app @param {Run} run @param {T[]} list @param {(one: T, index: number) => Promise<void>} work
 */
async function each(app, run, list, work) {
  run.done = 0;
  run.total = list.length;
  let next = 0;
  const lane = async () => {
    while (next < list.length && !run.isOver) {
      const index = next++;
      await work(/** @type {T} */ (list[index]), index);
      run.done += 1;
      draw(app, run);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** Brings the files and looks at each. @param {App} app @param {Run} run */
async function read(app, run) {
  const files = await app.viewer.copies("files");
  /** @type {({ blob: Blob, survey: Survey } | undefined)[]} */
  const found = [];
  await each(app, run, files, async (/** @type {CopiedFile} */ file, index) => {
    try {
      const blob = await app.viewer.copies("file", file);
      const { answer } = await app.viewer.copies("job", { type: "survey" }, blob);
      found[index] = { blob, survey: /** @type {Survey} */ (answer) };
    } catch (error) {
      run.unread.push(sentence(error));
    }
  });
  if (run.isOver) return;
  /** @type {Map<string, { blob: Blob, survey: Survey }[]>} */
  const bySeries = new Map();
  for (const one of found) {
    if (one) bySeries.set(one.survey.series, [...(bySeries.get(one.survey.series) ?? []), one]);
  }
  run.groups = [...bySeries].map(([uid, own]) => {
    own.sort((a, b) => a.survey.number - b.survey.number);
    return { uid, files: own, isIncluded: own.some(({ survey }) => survey.release !== "never"), isConfirmed: false, look: new Look(app, own) };
  });
  run.phase = "choosing";
}

/** Whether a series may go, and why not. @param {Group} group @returns {{ state: "free" | "look" | "seen" | "never", why: string }} */
function stateOf({ files, isConfirmed }) {
  const why = files.find(({ survey }) => survey.why !== "")?.survey.why ?? "";
  if (files.every(({ survey }) => survey.release === "never")) return { state: "never", why };
  if (!files.some(({ survey }) => survey.release === "afterLook")) return { state: "free", why };
  return { state: isConfirmed ? "seen" : "look", why };
}

/** @param {App} app @param {Run} run */
async function make(app, run) {
  run.phase = "working";
  run.left = [];
  run.copies = [];
  const chosen = run.groups.filter((group) => group.isIncluded);
  const files = chosen.flatMap((group) => group.files.map((file) => ({ ...file, group })));
  /** @type {({ blob: Blob, keys: object } | undefined)[]} */
  const made = [];
  const words = new Set();
  await each(app, run, files, async ({ blob, survey, group }, index) => {
    const order = { options: run.options, label: run.label, areas: group.look.areasOf(survey.instance), isSeen: group.isConfirmed };
    try {
      const { answer, blobs: [copy] } = await app.viewer.copies("job", { type: "copy", order, salt: run.salt }, blob);
      const { keys, words: kept } = /** @type {{ keys: object, words: string[] }} */ (answer);
      if (copy) made[index] = { blob: copy, keys };
      for (const word of kept) words.add(word);
    } catch (error) {
      run.left.push(sentence(error));
    }
  });
  run.copies = made.filter((copy) => copy !== undefined);
  run.words = [...words].sort();
  run.phase = "ready";
  run.message = "";
}

/** @param {App} app @param {Run} run */
async function save(app, run) {
  await app.viewer.copies("record", false);
  const { blobs: [archive] } = await app.viewer.copies("job", { type: "pack", keys: run.copies.map(({ keys }) => keys), salt: run.salt }, run.copies.map(({ blob }) => blob));
  if (!archive) return;
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(archive), download: "copies.zip" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MILLIS);
  run.message = "Saved as copies.zip.";
}

/** @param {App} app @param {Run} run */
async function send(app, run) {
  await app.viewer.copies("record", true);
  const refused = new Set();
  let taken = 0;
  run.phase = "working";
  await each(app, run, run.copies, async ({ blob }) => {
    try {
      await app.viewer.copies("store", undefined, blob);
      taken += 1;
    } catch (error) {
      refused.add(sentence(error));
    }
  });
  run.phase = "ready";
  run.message = `${taken} of ${run.copies.length} sent to ${target(app)?.label}.${[...refused].map((why) => ` ${why}`).join("")}`;
}

/** @param {App} app */
function target({ config }) {
  return config.sources.find(({ id }) => id === config.deidentify?.to);
}

/** @param {App} app @param {Run} run */
function draw(app, run) {
  if (current !== run || run.isOver) return;
  render(html`<header><h2 id="copies-title">Copies without identity</h2>
      <button class="tool" aria-label="Close" @click=${() => dialog().close()}>${icon("close")}</button></header>
    ${page(app, run)}`, dialog());
  // A control that is gone takes the focus along, and Escape would be the viewer's.
  if (!dialog().contains(document.activeElement)) /** @type {HTMLElement | null} */ (dialog().querySelector("[autofocus], button"))?.focus();
}

/** @param {App} app @param {Run} run */
function page(app, run) {
  switch (run.phase) {
    case "reading":
      return progress(run, "Bringing the files");
    case "working":
      return progress(run, run.copies.length > 0 ? "Sending" : "Copying");
    case "failed":
      return html`<p role="alert">${run.message}</p>`;
    case "choosing":
      return choices(app, run);
    case "ready":
      return outcome(app, run);
  }
}

/** @param {Run} run @param {string} words */
function progress({ done, total }, words) {
  return html`<p class="soft" role="status">${words}: ${done} of ${total}</p>
    <progress aria-label=${words} max=${total || 1} value=${done}></progress>
    <p class="answers"><button class="button" autofocus @click=${() => dialog().close()}>Cancel</button></p>`;
}

/** @param {App} app @param {Run} run */
function choices(app, run) {
  const again = () => draw(app, run);
  const waiting = run.groups.filter((group) => group.isIncluded && stateOf(group).state === "look");
  const n = run.groups.filter((group) => group.isIncluded && ["free", "seen"].includes(stateOf(group).state)).length;
  const go = (/** @type {Event} */ event) => {
    event.preventDefault();
    void attempt(app, run, () => make(app, run));
    again();
  };
  return html`<form @submit=${go}>
    <p class="soft">Made on this computer by the rules of DICOM PS3.15 Annex E. What is written into pictures no rule finds: look at them.</p>
    <div class="halves">
      <fieldset><legend>What stays</legend>
        <label class="row">Name and ID in the copies <input class="field" autofocus autocomplete="off" maxlength="64" pattern="[A-Za-z0-9 _.\\^\\-]*" title="Letters, digits and spaces"
          placeholder="Made up" .value=${run.label} @input=${(/** @type {Event} */ event) => (run.label = /** @type {HTMLInputElement} */ (event.target).value)}></label>
        <div class="row" role="radiogroup" aria-label="Dates">Dates ${DATES.map(([value, words]) => html`<label><input type="radio" name="dates" .checked=${run.options.dates === value}
          @change=${() => { run.options.dates = value; again(); }}> ${words}</label>`)}</div>
        ${CHOICES.map(([key, words, hint]) => html`<label class="option"><input type="checkbox" .checked=${Boolean(run.options[key])}
          @change=${() => { Object.assign(run.options, { [key]: !run.options[key] }); again(); }}><span>${words}<span class="soft">${hint}</span></span></label>`)}
      </fieldset>
      <fieldset><legend>Which series</legend>
        <ul class="groups">${repeat(run.groups, (group) => group.uid, (group) => row(group, run, again))}</ul>
        ${run.unread.length > 0 ? html`<p role="alert">${run.unread.length} could not be read and stay here: ${[...new Set(run.unread)].join(" ")}</p>` : ""}
      </fieldset>
    </div>
    ${run.open ? lookPane(run.open, again) : ""}
    <p class="answers"><span class="soft rest" role="status">${waiting.length > 0 ? "Series that were not looked through stay here." : ""}</span>
      <button class="button" type="button" @click=${() => dialog().close()}>Cancel</button>
      <button class="button is-main" ?disabled=${n === 0}>Make copies</button></p></form>`;
}

/** @param {Group} group @param {Run} run @param {() => void} again */
function row(group, run, again) {
  const { state, why } = stateOf(group);
  const first = /** @type {Survey} */ (group.files[0]?.survey);
  const name = `${first.modality} ${first.seriesNumber}`;
  const images = group.look.frames.length || group.files.length;
  const look = async () => {
    run.open = run.open === group ? undefined : group;
    again();
    if (run.open) await group.look.show(again);
    document.querySelector("#copies .look")?.scrollIntoView({ block: "nearest" });
  };
  return html`<li><label><input type="checkbox" aria-label="Copy series ${name}" ?disabled=${state === "never"} .checked=${group.isIncluded}
      @change=${() => { group.isIncluded = !group.isIncluded; again(); }}> <strong>${name}</strong> <bdi>${first.description}</bdi> <span class="soft">${images} image${images === 1 ? "" : "s"}</span></label>
    ${state === "free" ? html`<span class="soft">Pictures go as they are</span>` : ""}
    ${state === "never" ? html`<span class="chip is-warning">Stays here</span>` : ""}
    ${state === "look" ? html`<span class="chip is-warning">Look first</span>` : ""}
    ${state === "seen" ? html`<span class="chip">Looked at</span>` : ""}
    ${group.look.frames.length > 0 && state !== "never" ? html`<button class="button" type="button" aria-expanded=${run.open === group} aria-label="Look at the pictures of ${name}" @click=${look}>Look</button>` : ""}
    ${why ? html`<span class="soft why">${why}</span>` : ""}</li>`;
}

/** @param {App} app @param {Run} run */
function outcome(app, run) {
  const to = target(app);
  const does = (/** @type {() => Promise<void>} */ work) => async () => {
    run.message = "";
    try {
      await work();
    } catch (error) {
      run.message = sentence(error);
    }
    draw(app, run);
  };
  return html`<p role="status">${run.copies.length} ${run.copies.length === 1 ? "copy" : "copies"} made.</p>
    ${run.left.length > 0 ? html`<p role="alert">${run.left.length} left out: ${[...new Set(run.left)].join(" ")}</p>` : ""}
    ${run.words.length > 0 ? html`<h3>Words that stay</h3><p class="soft">Read them: a rule does not know every name.</p><ul class="words">${run.words.map((word) => html`<li><bdi>${word}</bdi></li>`)}</ul>` : ""}
    <p class="soft">The originals are as they were. Faces can be seen in pictures of the head, and so can jewellery and implants.</p>
    ${run.message ? html`<p class="said" role="alert">${run.message}</p>` : ""}
    <p class="answers"><button class="button" @click=${() => { run.copies = []; run.phase = "choosing"; draw(app, run); }}>Back</button>
      <span class="rest"></span>
      ${to ? html`<button class="button" ?disabled=${run.copies.length === 0} @click=${does(() => send(app, run))}>Send to ${to.label}</button>` : ""}
      <button class="button is-main" autofocus ?disabled=${run.copies.length === 0} @click=${does(() => save(app, run))}>Save as ZIP</button></p>`;
}

/** @param {unknown} error */
function sentence(error) {
  return error instanceof Error && error.message ? error.message : "It could not be done.";
}
