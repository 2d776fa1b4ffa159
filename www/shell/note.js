// A few words of the shell's own on a card beside the work: what was done, or why not.
// @ts-check
/** @import { App } from "./types.d.ts" */
import { html } from "lit/html.js";

/** @typedef {{ title: string, detail: string, text?: string }} Note `text`: something to be copied by hand */

/** @type {Note | undefined} */
let shown;
let draw = () => {};

/** @param {() => void} refresh draws the page again */
export function onNote(refresh) {
  draw = refresh;
}

/** @param {Note} note */
export function tell(note) {
  shown = note;
  draw();
}

/** @param {App} app */
export function noteCard({ refresh }) {
  if (!shown) return "";
  const { title, detail, text } = shown;
  const dismiss = () => {
    shown = undefined;
    refresh();
  };
  const select = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.currentTarget).select();
  return html`<article class="card note" role="status"><h2>${title}</h2><p>${detail}</p>
    ${text ? html`<p><input class="field" readonly aria-label="Link" .value=${text} @focus=${select}></p>` : ""}
    <p class="answers"><button class="button" @click=${dismiss}>Dismiss</button></p></article>`;
}
