// Objects that are no picture, and the header of any: report as text, document, attributes with a search, the file to save.
// @ts-check
/** @import { App, AttributeRow, Description, ObjectSummary, Report, ViewportSummary } from "./types.d.ts" */
import { html, render } from "lit/html.js";
import { icon } from "./icons.js";

/** Rows drawn at once; a search narrows them. */
const MAX_SHOWN = 500;
/** How long the address of a document is kept after the dialog was closed: a tab may still be loading it. */
const KEPT_MILLIS = 60_000;

/**
 * What the dialog shows; it is forgotten when it closes.
 * @typedef {{ instance: string, study: string | null, name: string, description: Description | null, error: string | null,
 *   page: "report" | "attributes", search: string, pdf: { url: string } | "asked" | null,
 *   film: { url: string, type: string, isRefused: boolean } | "asked" | "no" }} Shown
 */

/** @type {Shown | undefined} */
let shown;

const dialog = () => /** @type {HTMLDialogElement} */ (document.getElementById("object"));

/** Buttons of one object. @param {App} app @param {ObjectSummary} object */
export function objectTile(app, object) {
  const read = (/** @type {boolean} */ isReport) => openObject(app, object.instance, object.name, isReport);
  return html`<section class="object"><h3><bdi>${object.name}</bdi></h3><p>${object.reason}</p><p class="answers" @pointerdown=${stop}>
    ${object.kind === "text" ? html`<button class="button is-main" @click=${() => read(true)}>Read</button>` : ""}
    ${object.kind === "film" ? html`<button class="button is-main" @click=${() => openObject(app, object.instance, object.name, true, true)}>Play</button>` : ""}
    ${object.kind === "pdf" ? html`<button class="button is-main" @click=${() => read(true)}>Open</button>` : ""}
    <button class="button" @click=${() => read(false)}>Attributes</button>
    ${saveButton(app, object.instance)}</p></section>`;
}

/** For a picture that cannot be drawn. @param {App} app @param {ViewportSummary} viewport */
export function pictureObject(app, { instance }) {
  if (!instance) return "";
  return html`<button class="button" @pointerdown=${stop} @click=${() => openObject(app, instance, "Image", false)}>Attributes</button>
    <span @pointerdown=${stop}>${saveButton(app, instance)}</span>`;
}

/** @param {App} app @param {string} instance */
function saveButton(app, instance) {
  if (app.session.isReadOnly) return "";
  const save = async (/** @type {Event} */ event) => {
    const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
    button.disabled = true;
    try {
      saveAs(await app.viewer.objectFile(instance), "object.dcm");
      button.textContent = "Saved";
    } catch (error) {
      button.textContent = sentence(error);
    }
    button.disabled = false;
  };
  return html`<button class="button" @click=${save}>Download</button>`;
}

/** A name without anything of the patient. @param {Blob} blob @param {string} name */
function saveAs(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MILLIS);
}

/**
 * Opens the dialog on an instance of the open study.
 * @param {App} app @param {string} instance @param {string} name @param {boolean} isReport its text, else its attributes
 * @param {boolean} isFilm its text is a film
 */
export async function openObject(app, instance, name, isReport, isFilm = false) {
  const { study } = app.viewer.summary();
  /** @type {Shown} */
  const mine = { instance, study, name, description: null, error: null, page: isReport ? "report" : "attributes", search: "", pdf: null, film: isFilm ? "asked" : "no" };
  shown = mine;
  draw(app);
  dialog().onclose = forget;
  if (!dialog().open) dialog().showModal();
  if (isFilm) bringFilm(app, mine);
  try {
    mine.description = await app.viewer.describe(instance);
  } catch (error) {
    mine.error = sentence(error);
  }
  if (shown !== mine) return;
  if (mine.description && !mine.description.report && !mine.description.isPdf && !isFilm) mine.page = "attributes";
  draw(app);
}

/** Closes the dialog when its study is no longer the open one. @param {string | null} study */
export function keepObject(study) {
  if (shown && shown.study !== study) dialog().close();
}

function forget() {
  const pdf = shown?.pdf;
  const film = shown?.film;
  if (pdf && pdf !== "asked") setTimeout(() => URL.revokeObjectURL(pdf.url), KEPT_MILLIS);
  if (film && typeof film === "object") URL.revokeObjectURL(film.url);
  shown = undefined;
  render("", dialog());
}

/** @param {App} app */
function draw(app) {
  if (!shown) return;
  const { name, page, description, error, film } = shown;
  const turn = (/** @type {Shown["page"]} */ to) => () => {
    if (shown) shown.page = to;
    draw(app);
  };
  const hasText = description?.report || description?.isPdf || film !== "no";
  render(html`<header><h2 id="object-title"><bdi>${description?.report?.title || name}</bdi></h2>
      <div class="group">${hasText ? html`<button class="button" aria-pressed=${page === "report"} @click=${turn("report")}>${film === "no" ? "Text" : "Film"}</button>
        <button class="button" aria-pressed=${page === "attributes"} @click=${turn("attributes")}>Attributes</button>` : ""}
        ${saveButton(app, shown.instance)}
        <button class="tool" aria-label="Close" @click=${() => dialog().close()}>${icon("close")}</button></div></header>
    ${error ? html`<p role="alert">${error}</p>` : ""}
    ${film !== "no" && page === "report" ? filmPlayer(app, film) : !description ? (error ? "" : html`<p class="soft" role="status">Reading…</p>`) : page === "attributes" ? attributes(app, description) : text(app, description)}`, dialog());
}

/** @param {App} app @param {Description} description */
function text(app, { report, isPdf }) {
  return html`${isPdf ? pdfLinks(app) : ""}${report ? reportText(report) : ""}`;
}

/** @param {Report} report */
function reportText({ state, isUnfinished, lines, isCut }) {
  return html`<p class="state">${isUnfinished ? html`<span class="mark is-warning">NOT FINAL</span> ` : ""}<bdi>${state.join(" · ")}</bdi></p>
    <div class="report">${lines.map(({ level, isHeading, name, value }) =>
      isHeading
        ? html`<h3 dir="auto" .style=${`margin-inline-start:${level}em`}>${name}</h3>`
        : html`<p dir="auto" .style=${`margin-inline-start:${level}em`}>${name ? html`<span class="soft"><bdi>${name}</bdi>: </span>` : ""}<bdi class="said">${value}</bdi></p>`,
    )}${isCut ? html`<p role="alert">The report goes on; save it to read all of it.</p>` : ""}</div>`;
}

/** What the browser saves by itself goes on record too. @param {App} app @param {Shown} mine */
function saved(app, { instance }) {
  app.send({ type: "report", what: "saved", instance });
}

/** The browser's own viewer in a tab of its own, or a file. @param {App} app */
function pdfLinks(app) {
  const mine = /** @type {Shown} */ (shown);
  const ask = async () => {
    if (mine.pdf !== null) return;
    mine.pdf = "asked";
    draw(app);
    try {
      mine.pdf = { url: URL.createObjectURL(await app.viewer.pdf(mine.instance)) };
    } catch (error) {
      mine.pdf = null;
      mine.error = sentence(error);
    }
    if (shown === mine) draw(app);
    else if (mine.pdf) URL.revokeObjectURL(mine.pdf.url);
  };
  if (mine.pdf === null && !mine.error) queueMicrotask(ask);
  return mine.pdf && mine.pdf !== "asked"
    ? html`<p class="answers"><a class="button is-main" href=${mine.pdf.url} target="_blank" rel="noopener noreferrer">Open in a new tab</a>
        ${app.session.isReadOnly ? "" : html`<a class="button" href=${mine.pdf.url} download="document.pdf" @click=${() => saved(app, mine)}>Save the PDF</a>`}</p>`
    : mine.error ? "" : html`<p class="soft" role="status">Bringing the document…</p>`;
}

/** @param {App} app @param {Shown} mine */
async function bringFilm(app, mine) {
  try {
    const blob = await app.viewer.film(mine.instance);
    if (shown !== mine) return;
    mine.film = { url: URL.createObjectURL(blob), type: blob.type, isRefused: false };
  } catch (error) {
    mine.film = "no";
    mine.error = sentence(error);
  }
  if (shown === mine) draw(app);
}

/** What the stream is saved as: a player on the computer knows it by that. @type {Record<string, string>} */
const ENDINGS = { "video/mp4": "mp4", "video/mp2t": "ts", "video/mpeg": "mpg" };

/** The browser's own player with its controls; where it has no decoder, the stream to save. @param {App} app @param {Shown["film"]} film */
function filmPlayer(app, film) {
  if (typeof film !== "object") return html`<p class="soft" role="status">Bringing the film…</p>`;
  const refuse = () => {
    film.isRefused = true;
    draw(app);
  };
  const ending = ENDINGS[film.type] ?? "bin";
  return html`${film.isRefused
      ? html`<p role="alert">This browser cannot play the film. Save it and open it in a video player of this computer.</p>`
      : html`<video class="film" controls playsinline src=${film.url} aria-label="Film" @error=${refuse}></video>`}
    ${app.session.isReadOnly ? "" : html`<p class="answers"><a class=${film.isRefused ? "button is-main" : "button"} href=${film.url} download=${`film.${ending}`} @click=${() => shown && saved(app, shown)}>Save the film</a></p>`}`;
}

/** @param {App} app @param {Description} description */
function attributes(app, { attributes: rows, isCut, nUnread }) {
  const mine = /** @type {Shown} */ (shown);
  const search = (/** @type {Event} */ event) => {
    mine.search = /** @type {HTMLInputElement} */ (event.currentTarget).value;
    draw(app);
  };
  const found = find(rows, mine.search);
  return html`<p><input class="field" type="search" aria-label="Search attributes" placeholder="Tag, name, VR or value" .value=${mine.search} @input=${search}>
      <span class="soft" role="status">${found.length} of ${rows.length}${isCut ? ", and more that are not listed" : ""}${nUnread > 0 ? `; values that cannot be read are left out: ${nUnread}` : ""}</span></p>
    <table class="attributes"><thead><tr><th scope="col">Tag</th><th scope="col">Name</th><th scope="col">VR</th><th scope="col">Value</th></tr></thead>
      <tbody>${found.slice(0, MAX_SHOWN).map((row) => html`<tr><td>${row.tag}</td><td .style=${`padding-inline-start:${row.level}em`}><bdi>${row.name}</bdi></td>
        <td>${row.vr}</td><td dir="auto">${row.value}</td></tr>`)}</tbody></table>
    ${found.length > MAX_SHOWN ? html`<p class="soft">The first ${MAX_SHOWN} are shown; search to see others.</p>` : ""}`;
}

/** Rows with every word, in whatever column; a tag with or without its punctuation. @param {AttributeRow[]} rows @param {string} search */
function find(rows, search) {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return rows.filter((row) => {
    const line = `${row.tag} ${row.tag.replace(/[(),]/g, "")} ${row.name} ${row.name.replaceAll(" ", "")} ${row.vr} ${row.value}`.toLowerCase();
    return words.every((word) => line.includes(word));
  });
}

/** @param {unknown} error */
function sentence(error) {
  return error instanceof Error && error.message ? error.message : "It could not be had.";
}

/** Keeps a control's pointer from moving the picture. @param {Event} event */
function stop(event) {
  event.stopPropagation();
}
