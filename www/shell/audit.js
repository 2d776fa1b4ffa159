// The reader's own audit record on a page, and what only the page knows of: printing, leaving.
// @ts-check
/** @import { App, AuditRecord, AuditReport, Summary } from "./types.d.ts" */
import { html } from "lit/html.js";
import { counted } from "./format.js";
import { icon } from "./icons.js";

/** How long a reader who leaves waits for the record. */
const GOODBYE_MILLIS = 3_000;

/** @type {Record<AuditRecord["delivery"], string>} */
const DELIVERY = { pending: "On its way", undelivered: "Not delivered yet", delivered: "Delivered" };

let isGone = false;

/** @param {App} app @param {AuditReport} report */
export function putOnRecord(app, report) {
  app.send({ type: "report", ...report });
}

/**
 * The last words while the token is still there; they are waited for, and not without end.
 * @param {App} app @param {AuditReport} report
 */
export async function sayGoodbye(app, report) {
  if (!app.config.audit) return;
  putOnRecord(app, report);
  if (report.what === "signedOut") leave(app);
  await Promise.race([app.viewer.recordsDelivered(), new Promise((resolve) => setTimeout(resolve, GOODBYE_MILLIS))]);
}

/** Watches until the page ends. @param {App} app */
export function watchPage(app) {
  if (!app.config.audit) return;
  addEventListener("beforeprint", () => putOnRecord(app, { what: "printed" }));
  addEventListener("pagehide", () => leave(app));
  // A telephone ends a page that is out of sight without another word.
  document.addEventListener("visibilitychange", () => document.hidden && void app.viewer.recordsDelivered());
}

/** @param {App} app */
function leave(app) {
  if (!isGone) putOnRecord(app, { what: "stopped" });
  isGone = true;
}

/** @param {App} app @param {Summary} summary */
export function auditPage(app, summary) {
  const records = app.viewer.records();
  const waiting = records.filter(({ delivery }) => delivery !== "delivered").length;
  return html`
    <header class="head"><h1 id="audit-title">Audit record</h1>
      <div class="group"><a class="button is-main" href=${summary.route ?? "#/studies"}>Back</a></div></header>
    <p class="soft about">What this page has put on record since it was opened; it is forgotten here when the page ends.
      ${waiting > 0 ? `${counted(waiting, "record is", "records are")} not with the audit server yet.` : "All of it is with the audit server."}</p>
    <div class="list"><table class="table audit">
      <thead><tr><th scope="col">Number</th><th scope="col">Time</th><th scope="col">What</th><th scope="col">State</th></tr></thead>
      <tbody>${records.map(row)}</tbody>
    </table></div>`;
}

/** @param {AuditRecord} record */
function row({ number, at, what, delivery }) {
  const time = new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
  return html`<tr data-delivery=${delivery}><td>${number}</td><td><time datetime=${at}>${time}</time></td><td><bdi>${what}</bdi></td>
    <td>${delivery === "undelivered" ? icon("warning") : ""}${DELIVERY[delivery]}</td></tr>`;
}
