// Takes everything that is shown off the page, pictures and words, and puts a few words in its place; brings it back.
// @ts-check
/** @import { App } from "./types.d.ts" */
import { html, render } from "lit/html.js";

const PARTS = ["study", "studies", "audit", "cards", "help", "copies", "object", "blocking", "idle", "glass", "drop", "live"];

/** What is off the page, with what marks its place. @type {[Element, Comment][]} */
let held = [];
/** @type {Element | null} */
let focused = null;

/** The page shows nothing of a patient. */
export function isGateDown() {
  return held.length > 0;
}

const gate = () => /** @type {HTMLElement} */ (document.getElementById("gate"));

/**
 * Nothing of what was shown stays in the document; it is held, and so is the study.
 * @param {App} app @param {{ title: string, detail: string, isLocked: boolean }} why @param {() => void} goOn where nobody signs in
 */
export function lowerGate(app, { title, detail, isLocked }, goOn) {
  if (!isGateDown()) {
    focused = document.activeElement;
    for (const dialog of document.querySelectorAll("dialog")) dialog.close();
    held = PARTS.flatMap((id) => {
      const element = document.getElementById(id);
      const place = document.createComment("");
      element?.replaceWith(place);
      return element ? [/** @type {[Element, Comment]} */ ([element, place])] : [];
    });
  }
  gate().hidden = false;
  render(html`<h1 id="gate-title">${title}</h1><p>${detail}</p><p class="group">${answers(app, isLocked, goOn)}</p>`, gate());
  gate().tabIndex = -1;
  /** @type {HTMLElement} */ (gate().querySelector("a, button") ?? gate()).focus();
}

/** @param {App} app @param {boolean} isLocked @param {() => void} goOn */
function answers({ session }, isLocked, goOn) {
  if (session.mode === "grant") return "";
  if (session.mode === "none") return html`<button class="button is-main" @click=${goOn}>Go on</button>`;
  if (!session.signInLink) return html`<button class="button is-main" @click=${() => location.reload()}>Sign in again</button>`;
  return html`<a class="button is-main" href=${session.signInLink(isLocked)} target="_blank" rel="opener">Sign in again</a>
    <button class="button" @click=${() => session.signOut?.()}>Sign out</button>`;
}

export function liftGate() {
  for (const [element, place] of held) place.replaceWith(element);
  held = [];
  gate().hidden = true;
  render("", gate());
  if (focused instanceof HTMLElement) focused.focus();
}

/** Keys that were meant for what is no longer shown do nothing. */
export function guardKeys() {
  const stop = (/** @type {Event} */ event) => isGateDown() && event.stopImmediatePropagation();
  for (const name of ["keydown", "keyup", "drop"]) addEventListener(name, stop, { capture: true });
}
