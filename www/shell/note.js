// A few words of the shell's own on a card beside the work: what was done, or why not.
// @ts-check
import { html } from "lit/html.js";

/** How long a word stays that needs no answer. */
const BRIEF_MILLIS = 8_000;

/** @typedef {{ title: string, detail: string, text?: string, isBrief?: boolean, answer?: string, act?: () => void }} Note `text`: something to be copied by hand; `answer`: the words on a button that acts */

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
  if (note.isBrief) setTimeout(() => dismiss(note), BRIEF_MILLIS);
  draw();
}

/** @param {Note} note */
function dismiss(note) {
  if (shown !== note) return;
  shown = undefined;
  draw();
}

export function noteCard() {
  if (!shown) return "";
  const note = shown;
  const { title, detail, text, answer, act } = note;
  const select = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.currentTarget).select();
  return html`<article class="card note" role="status"><h2>${title}</h2><p>${detail}</p>
    ${text ? html`<p><input class="field" readonly aria-label="Link" .value=${text} @focus=${select}></p>` : ""}
    <p class="answers">${answer ? html`<button class="button is-main" @click=${act}>${answer}</button>` : ""}<button class="button" @click=${() => dismiss(note)}>Dismiss</button></p></article>`;
}
