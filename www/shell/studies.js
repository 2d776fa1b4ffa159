// The list of studies: one search line, chips for kind and date, a table for hand and keyboard.
// @ts-check
/** @import { App, SortColumn, StudyList, StudyRow, Summary } from "./types.d.ts" */
import { html, render } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import { authMark, rendererChip } from "./panel.js";
import { intendedUse } from "./dialogs.js";
import { pickFiles } from "./files.js";
import { counted, dicomDay } from "./format.js";
import { icon } from "./icons.js";
import { MAX_STUDIES, studyHash } from "./router.js";

const MODALITIES = ["CT", "MR", "CR", "DX", "US", "MG", "PT", "NM", "XA"];

/** Names of spans of days, and the first and last day counted back from today. @type {[string, [number, number] | undefined][]} */
const SPANS = [["Any date", undefined], ["Today", [0, 0]], ["Yesterday", [1, 1]], ["7 days", [6, 0]], ["30 days", [29, 0]]];

/** @type {[SortColumn, string][]} */
const COLUMNS = [
  ["patient", "Patient"],
  ["id", "ID"],
  ["date", "Date"],
  ["modality", "Modality"],
  ["description", "Description"],
  ["accession", "Accession"],
  ["images", "Images"],
];

/** What is asked for: the words in the line and the chips that are on. */
const asked = { text: "", modality: "", span: 0, source: "" };

/** Studies that are picked to be opened side by side, in the order they were picked. @type {string[]} */
let picked = [];

/** The study that was opened last. */
let opened = "";

/** Puts the keyboard where the reader left the list, else on the search line. @param {HTMLElement} root */
export function focusList(root) {
  const row = [...root.querySelectorAll("tr")].find((one) => opened !== "" && one.dataset.study === opened);
  (row ?? root.querySelector("input"))?.focus();
}

/** @param {App} app @param {number} [offset] */
export function searchStudies(app, offset = 0) {
  const days = SPANS[asked.span]?.[1];
  const source = asked.source || app.config.sources[0]?.id;
  picked = [];
  app.send({
    type: "searchStudies",
    text: asked.text,
    ...(source && { source }),
    ...(asked.modality && { modality: asked.modality }),
    ...(days && { from: dicomDay(days[0]), to: dicomDay(days[1]) }),
    ...(offset > 0 && { offset }),
  });
}

/** @param {App} app @param {StudyList} list @param {Summary} summary */
export function studiesPage(app, list, summary) {
  const open = (/** @type {File[]} */ files) => app.viewer.openFiles(files);
  return html`
    <header class="head">
      <h1>Skiagraph</h1>
      ${searchLine(app)}
      <div class="group">
        <button class="button" @click=${() => pickFiles(false, open)}>${icon("files")}Open files</button>
        <button class="button is-wide" @click=${() => pickFiles(true, open)}>${icon("folder")}Open folder</button>
        <button class="tool" aria-label="Help (?)" @click=${() => app.act("help")}>${icon("help")}</button>
      </div>
    </header>
    <div class="chips">
      ${chips("Modality", ["Any kind", ...MODALITIES], asked.modality || "Any kind", (name) => {
        asked.modality = MODALITIES.includes(name) ? name : "";
        searchStudies(app);
      })}
      ${chips("Date", SPANS.map(([name]) => name), SPANS[asked.span]?.[0] ?? "", (name) => {
        asked.span = SPANS.findIndex(([one]) => one === name);
        searchStudies(app);
      })}
    </div>
    <main class="list" aria-busy=${list.state === "loading"}>${table(app, list)}${words(app, list)}</main>
    ${picks(app, list)}${pages(app, list)}
    <footer class="foot">${intendedUse(app.config.intendedUse === "review")}<p class="group">${authMark(app)}${rendererChip(summary.renderer)}</p></footer>`;
}

/** @param {App} app */
function searchLine(app) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    asked.text = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("text") ?? "").trim();
    searchStudies(app);
  };
  const choose = (/** @type {Event} */ event) => {
    asked.source = /** @type {HTMLSelectElement} */ (event.target).value;
    searchStudies(app);
  };
  const enterTable = (/** @type {KeyboardEvent} */ event) => {
    const first = event.key === "ArrowDown" && document.querySelector("#studies tr[tabindex]");
    if (first instanceof HTMLElement) first.focus();
  };
  const { sources } = app.config;
  return html`<form class="search" role="search" @submit=${submit}>
    ${icon("search")}<input name="text" type="search" @keydown=${enterTable} autocomplete="off" spellcheck="false" maxlength="200" aria-label="Search studies"
      placeholder="Name, ID, accession or date, as in: doe ct yesterday">
    ${sources.length > 1
      ? html`<select class="field" aria-label="Archive" @change=${choose}>${sources.map((one) => html`<option value=${one.id}>${one.label}</option>`)}</select>`
      : ""}
    <button class="button is-main">Search</button>
  </form>`;
}

/** @param {string} label @param {string[]} names @param {string} chosen @param {(name: string) => void} choose */
function chips(label, names, chosen, choose) {
  return html`<div class="group" role="group" aria-label=${label}>${names.map(
    (name) => html`<button class="choice" aria-pressed=${name === chosen} @click=${() => choose(name)}>${name}</button>`,
  )}</div>`;
}

/** @param {App} app @param {StudyList} list */
function table(app, list) {
  const isBlank = list.rows.length === 0;
  if (isBlank && list.state !== "loading") return "";
  return html`<table class="table">
    <thead><tr><th scope="col" data-column="pick"><span class="unseen">Side by side</span></th>${COLUMNS.map(([column, name]) => heading(app, list, column, name))}</tr></thead>
    <tbody @keydown=${moveByKey}>${isBlank
      ? Array.from({ length: 12 }, () => html`<tr class="skeleton" aria-hidden="true"><td data-column="pick"></td>${COLUMNS.map(([column]) => html`<td data-column=${column}><span></span></td>`)}</tr>`)
      : repeat(list.rows, (row) => row.study, (row, position) => studyRow(app, row, position))}</tbody>
  </table>`;
}

/** @param {App} app @param {StudyList} list @param {SortColumn} column @param {string} name */
function heading(app, list, column, name) {
  const isSorted = list.sort.column === column;
  const order = isSorted ? (list.sort.isDescending ? "descending" : "ascending") : "none";
  const sort = () => app.send({ type: "sortStudies", column, isDescending: isSorted ? !list.sort.isDescending : column === "date" });
  return html`<th scope="col" data-column=${column} aria-sort=${order}><button @click=${sort}>${name}</button></th>`;
}

/** @param {App} app @param {StudyRow} row @param {number} position */
function studyRow(app, row, position) {
  const open = () => openStudies(app, [row.study], row.source);
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter") open();
    if (event.key !== " ") return;
    event.preventDefault();
    pick(app, row);
  };
  const isPicked = picked.includes(row.study);
  const person = [row.age, row.sex].filter(Boolean).join(" ");
  return html`<tr tabindex=${position === 0 ? 0 : -1} data-study=${row.study} ?data-picked=${isPicked} aria-keyshortcuts="Enter Space" @click=${open} @keydown=${key}>
    <td data-column="pick" @click=${(/** @type {Event} */ event) => event.stopPropagation()}><label title="Open side by side with others (Space)"><input type="checkbox" tabindex="-1" .checked=${isPicked}
      ?disabled=${!isPicked && picked.length >= MAX_STUDIES} @change=${() => pick(app, row)} aria-label="Open side by side: ${row.patientName || "No name"}, ${row.date}"></label></td>
    <td data-column="patient"><strong><bdi>${row.patientName || "No name"}</bdi></strong> <span class="soft" title=${row.birthDate}>${person}</span></td>
    <td data-column="id"><bdi>${row.patientId}</bdi></td>
    <td data-column="date">${row.date} <span class="soft">${row.time}</span></td>
    <td data-column="modality">${row.modalities}</td>
    <td data-column="description"><bdi>${row.description}</bdi></td>
    <td data-column="accession"><bdi>${row.accession}</bdi></td>
    <td data-column="images">${row.images ?? ""}</td>
  </tr>`;
}

/** @param {App} app @param {string[]} studies @param {string} source */
function openStudies(app, studies, source) {
  opened = studies[0] ?? "";
  picked = [];
  location.hash = studyHash(studies, source === app.config.sources[0]?.id ? "" : source);
}

/** @param {App} app @param {StudyRow} row */
function pick(app, row) {
  if (picked.includes(row.study)) picked = picked.filter((study) => study !== row.study);
  else if (picked.length < MAX_STUDIES) picked = [...picked, row.study];
  redraw(app);
}

/** @param {App} app */
function redraw(app) {
  const place = document.getElementById("studies");
  if (place) render(studiesPage(app, app.viewer.studies(), app.viewer.summary()), place);
}

/** What is picked, and what can be done with it. @param {App} app @param {StudyList} list */
function picks(app, list) {
  const here = picked.filter((study) => list.rows.some((row) => row.study === study));
  if (here.length === 0) return "";
  const source = list.rows[0]?.source ?? "";
  const drop = () => {
    picked = [];
    redraw(app);
  };
  return html`<div class="picks" role="status">
    <span>${counted(here.length, "study", "studies")} picked${here.length === 1 ? ": pick another one to see them side by side" : ""}</span>
    ${here.length > 1 ? html`<button class="button is-main" @click=${() => openStudies(app, here, source)}>Open ${here.length} side by side</button>` : ""}
    <button class="button" @click=${drop}>Unpick</button>
  </div>`;
}

/** Up, down, Home and End move between the rows; only one of them is in the tab order. @param {KeyboardEvent} event */
function moveByKey(event) {
  const row = /** @type {Element} */ (event.target).closest("tr");
  const rows = [.../** @type {Element} */ (event.currentTarget).querySelectorAll("tr")];
  const at = row ? rows.indexOf(row) : -1;
  const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (target === undefined || at < 0) return;
  event.preventDefault();
  event.stopPropagation();
  const next = rows[Math.min(rows.length - 1, Math.max(0, target))];
  for (const one of rows) one.tabIndex = one === next ? 0 : -1;
  next?.focus();
}

/** What to say where there are no rows. @param {App} app @param {StudyList} list */
function words(app, list) {
  if (list.state === "empty") {
    return html`<div class="nothing"><h2>Nothing found</h2>
      <p>${list.text ? html`No study fits “<bdi>${list.text}</bdi>” with these chips. ` : "No study fits these chips. "}Try fewer words, any kind and any date, or open files from this computer.</p></div>`;
  }
  if (list.state !== "failed") return list.state === "loading" ? html`<p class="unseen" role="status">Loading studies.</p>` : "";
  return html`<div class="nothing" role="alert"><h2>${icon("warning")}${list.problem?.title ?? "The archive cannot be reached"}</h2>
    <p>${list.problem?.detail ?? "Files on this computer can still be opened."}</p>
    <p><button class="button is-main" @click=${() => app.send({ type: "retry" })}>Retry</button></p></div>`;
}

/** @param {App} app @param {StudyList} list */
function pages(app, list) {
  const { offset, pageSize, hasMore, rows } = list;
  if (rows.length === 0) return "";
  return html`<nav class="pages" aria-label="Pages">
    <span class="soft">${hasMore || offset > 0 ? `Studies ${offset + 1} to ${offset + rows.length}` : counted(rows.length, "study", "studies")}</span>
    ${offset > 0 ? html`<button class="button" @click=${() => searchStudies(app, Math.max(0, offset - pageSize))}>Previous ${pageSize}</button>` : ""}
    ${hasMore ? html`<button class="button" @click=${() => searchStudies(app, offset + pageSize)}>Next ${pageSize}</button>` : ""}
  </nav>`;
}
