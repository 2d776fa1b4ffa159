// Emergency access ("break the glass"): a reader whom the archive refuses says why it must be; that goes on record, and it is tried again.
// @ts-check
/** @import { App, Problem } from "./types.d.ts" */
import { html, render } from "lit/html.js";
import { putOnRecord } from "./audit.js";
import { icon } from "./icons.js";

/** How long the record may take before the reader is told. */
const PATIENCE_MILLIS = 15_000;
const MOST_OF_A_REASON = 500;

/** The study that was opened so. @type {string | null} */
let broken = null;

/** Whether a problem can be answered so. @param {App} app @param {Problem} problem */
export function canBreakGlass({ config, session }, { isRefusal }) {
  return isRefusal && config.audit?.breakGlass === true && !session.isReadOnly;
}

/** @param {App} app @param {Problem} problem */
export function askReason(app, problem) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("glass"));
  const { study } = app.viewer.summary();
  let isRecorded = false;
  let words = "";
  const draw = (isBusy = false) => {
    render(html`<form method="dialog" @submit=${submit}><h2 id="glass-title">${icon("warning")}Emergency access</h2>
      <p>The archive does not show you this study. In an emergency you can say why you need it: your name and your reason go on record, somebody will read them, and the archive is asked again. It decides.</p>
      <p><label>Reason<textarea class="field" name="reason" required maxlength=${MOST_OF_A_REASON} rows="3" ?readonly=${isRecorded} autofocus></textarea></label></p>
      ${words ? html`<p role="alert">${words}</p>` : ""}
      <p class="answers"><button class="button" type="button" @click=${() => dialog.close()}>Cancel</button>
        <button class="button is-main" ?disabled=${isBusy}>Put on record and try again</button></p></form>`, dialog);
  };
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const reason = String(new FormData(form).get("reason") ?? "").trim();
    words = reason ? "" : "A reason is needed.";
    if (reason && !isRecorded) putOnRecord(app, { what: "glassBroken", reason });
    isRecorded ||= reason !== "";
    draw(true);
    const patience = new Promise((resolve) => setTimeout(() => resolve(false), PATIENCE_MILLIS));
    const isDelivered = reason !== "" && (await Promise.race([app.viewer.recordsDelivered(), patience]));
    if (reason && (isDelivered || !app.config.audit?.required)) {
      dialog.close();
      broken = study;
      app.send({ type: "dismissProblem", id: problem.id });
      app.send({ type: "retry" });
      return;
    }
    words ||= "The record cannot be delivered, and this site goes no further without it. Try again, or ask whoever runs the archive.";
    draw();
  };
  dialog.onclose = () => render("", dialog);
  draw();
  dialog.showModal();
}

/** Whether a study was opened so. @param {string | null} study */
export function isGlassBroken(study) {
  return study !== null && study === broken;
}

/** A frame while such a study is open. @param {string | null} study */
export function markGlass(study) {
  document.body.classList.toggle("glass-broken", isGlassBroken(study));
}
