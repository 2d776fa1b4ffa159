// The dialog in which a reader sets the window presets of a modality, by name and in the order of the keys.
// @ts-check
/** @import { App, ViewportSummary } from "./types.d.ts" */
import { html, render } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import { live } from "lit/directives/live.js";
import { icon } from "./icons.js";

/** As many as there are keys for them. */
const MAX_PRESETS = 8;
const MAX_NAME = 40;

/**
 * A row as it is typed; the viewer says what is a preset.
 * @typedef {{ id: number, name: string, center: string, width: string }} Row
 */

/** @param {App} app @param {ViewportSummary} viewport whose modality and window are meant */
export function editPresets(app, { modality, presets, window }) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("presets"));
  let nextId = 0;
  const row = (/** @type {{ name: string, center: number, width: number }} */ { name, center, width }) =>
    ({ id: nextId++, name, center: String(center), width: String(width) });
  /** @type {Row[]} */
  let rows = presets.map(row);
  const close = () => dialog.close();
  /** @param {Row[]} next @param {string} [focus] what gets the focus then */
  const set = (next, focus) => {
    rows = next;
    draw();
    if (focus) /** @type {HTMLElement | null} */ (dialog.querySelector(focus))?.focus();
  };
  const add = () => {
    const { center, width } = window ?? { center: 0, width: 1 };
    set([...rows, row({ name: "", center: rounded(center), width: Math.max(1, rounded(width)) })], "tbody tr:last-child input");
  };
  const remove = (/** @type {Row} */ gone) => set(rows.filter((one) => one !== gone), ".add");
  const raise = (/** @type {number} */ at) => {
    const next = [...rows];
    next.splice(at - 1, 0, ...next.splice(at, 1));
    set(next, `tbody tr:nth-child(${at}) input`);
  };
  const send = (/** @type {Row[] | undefined} */ list) => {
    app.send({
      type: "setPresets",
      modality,
      ...(list && { presets: list.map(({ name, center, width }) => ({ name, center: Number(center), width: Number(width) })) }),
    });
    close();
  };
  const keep = (/** @type {Event} */ event) => {
    event.preventDefault();
    send(rows);
  };
  const cell = (/** @type {Row} */ one, /** @type {"name" | "center" | "width"} */ field, /** @type {string} */ label) => {
    const type = (/** @type {Event} */ event) => (one[field] = /** @type {HTMLInputElement} */ (event.target).value);
    return field === "name"
      ? html`<input class="field" aria-label=${label} required maxlength=${MAX_NAME} pattern=".*\\S.*" autocomplete="off" .value=${live(one.name)} @input=${type}>`
      : html`<input class="field" aria-label=${label} type="number" required step="any" min=${field === "width" ? 1 : ""} .value=${live(one[field])} @input=${type}>`;
  };
  const draw = () => render(html`<form @submit=${keep}>
    <h2 id="presets-title">Window presets${modality ? ` for ${modality}` : ""}</h2>
    <p class="soft">Kept on this computer, for every study of this kind. Keys 1 to ${MAX_PRESETS} choose them.</p>
    <table>
      <thead><tr><th scope="col">Key</th><th scope="col">Name</th><th scope="col">Center</th><th scope="col">Width</th><th scope="col"><span class="unseen">Change</span></th></tr></thead>
      <tbody>${repeat(rows, (one) => one.id, (one, at) => html`<tr>
        <td><kbd>${at + 1}</kbd></td>
        <td>${cell(one, "name", `Name of preset ${at + 1}`)}</td>
        <td>${cell(one, "center", `Center of preset ${at + 1}`)}</td>
        <td>${cell(one, "width", `Width of preset ${at + 1}`)}</td>
        <td><button class="tool" type="button" aria-label="Preset ${at + 1} one key up" ?disabled=${at === 0} @click=${() => raise(at)}>${icon("raise")}</button><button class="tool"
          type="button" aria-label="Remove preset ${at + 1}" @click=${() => remove(one)}>${icon("close")}</button></td>
      </tr>`)}</tbody>
    </table>
    <p class="answers">
      <button class="button add" type="button" ?disabled=${rows.length >= MAX_PRESETS} @click=${add}>Add the window shown</button>
      <button class="button" type="button" @click=${() => send(undefined)}>Built-in presets</button>
      <span class="rest"></span>
      <button class="button" type="button" @click=${close}>Cancel</button>
      <button class="button is-main">Keep</button>
    </p></form>`, dialog);
  draw();
  if (!dialog.open) dialog.showModal();
}

/** As many digits as a window is read with. @param {number} value */
function rounded(value) {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}
