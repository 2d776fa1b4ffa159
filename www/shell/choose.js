// Which of a patient's studies shall be opened, where an EHR has a patient in hand and no study: before anything else is there.
// @ts-check
/** @import { Config, EhrStudy } from "./types.d.ts" */
import { html, render } from "lit/html.js";
import { counted } from "./format.js";
import { watchIdle } from "./idle.js";
import { SignInError } from "./sign_in_error.js";

/**
 * @param {EhrStudy[]} studies the newest first @param {Config} config
 * @returns {Promise<EhrStudy>} rejects where nobody chose until the page locks
 */
export function chooseStudy(studies, { idleMinutes }) {
  const boot = /** @type {HTMLElement} */ (document.getElementById("boot"));
  const place = Object.assign(document.createElement("div"), { className: "asking" });
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("idle"));
  return new Promise((resolve, reject) => {
    watchIdle(idleMinutes, dialog, () => reject(new SignInError("Locked", "Nobody touched this page for a while. Launch the viewer from the EHR again.", "Studies")));
    const pick = (/** @type {EhrStudy} */ study) => {
      render(html`<p>Opening the study…</p>`, place);
      resolve(study);
    };
    boot.removeAttribute("role");
    boot.classList.add("is-asking");
    boot.replaceChildren(place);
    render(html`<h1 id="choose-title">Which study?</h1><p>The EHR has a patient in hand, with ${counted(studies.length, "imaging study", "imaging studies")}.</p>
      <ul class="choose" aria-labelledby="choose-title">${studies.map((study) => html`<li><button class="button" @click=${() => pick(study)}>
        <strong><bdi>${study.description || "No description"}</bdi></strong><span class="soft">${about(study)}</span></button></li>`)}</ul>`, place);
    place.querySelector("button")?.focus();
  });
}

/** @param {EhrStudy} study */
function about({ started, modalities, images }) {
  const day = started.slice(0, 10);
  return [day, modalities, images && counted(images, "image")].filter(Boolean).join(" · ");
}
