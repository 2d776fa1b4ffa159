// Help, and problems: small cards beside the work where it can go on, a dialog where it cannot.
// @ts-check
/** @import { ActionInfo, App, Problem, Summary } from "./types.d.ts" */
import { html, render } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import { askReason, canBreakGlass } from "./glass.js";
import { icon } from "./icons.js";

/** @type {Record<ActionInfo["group"], string>} */
const GROUP_NAMES = { tool: "Tools", view: "View", window: "Window", scroll: "Scroll", layout: "Layout", page: "Page" };

const MOUSE = [
  ["Left drag", "The chosen tool"],
  ["Right drag", "Zoom"],
  ["Middle drag", "Pan"],
  ["Left and right drag", "Window"],
  ["Wheel", "Scroll"],
  ["Shift and wheel", "Fast scroll"],
  ["Ctrl and wheel", "Zoom"],
  ["Double click", "One picture alone, and back"],
];

/** @param {App} app @param {boolean} isShown @param {HTMLDialogElement} dialog */
export function showHelp(app, isShown, dialog) {
  if (isShown && !dialog.open) {
    const close = () => dialog.close();
    // Closed by its button, by Escape or by the key: the viewer is told where it does not know yet.
    dialog.onclose = () => app.viewer.summary().isHelpShown && app.act("help");
    render(helpTable(app, close), dialog);
    dialog.showModal();
  } else if (!isShown && dialog.open) {
    dialog.close();
  }
}

/** @param {App} app @param {() => void} close */
function helpTable(app, close) {
  const actions = [...app.actions.values()];
  const groups = /** @type {ActionInfo["group"][]} */ (Object.keys(GROUP_NAMES));
  return html`
    <header><h2 id="help-title">Keys and tools</h2><button class="tool" autofocus aria-label="Close help" @click=${close}>${icon("close")}</button></header>
    <div class="columns">
      ${groups.map((group) => table(GROUP_NAMES[group], actions.filter((action) => action.group === group)
        .map((action) => [action.key, action.name, action.help])))}
      ${table("Mouse", MOUSE)}
    </div>
    <p class="soft">Touch: one finger uses the tool or scrolls, two fingers pan and zoom, a double tap shows one picture alone.</p>
    ${intendedUse(app.config.intendedUse === "review")}`;
}

/** @param {string} title @param {string[][]} rows key, name, help */
function table(title, rows) {
  return html`<table><caption>${title}</caption>
    <thead class="unseen"><tr><th scope="col">Key</th><th scope="col">What it does</th></tr></thead>
    <tbody>${rows.map(
      ([key = "", name = "", help = ""]) => html`<tr><td>${key ? html`<kbd>${key}</kbd>` : ""}</td><td>${name}${help ? html`<span class="soft">${help}</span>` : ""}</td></tr>`,
    )}</tbody></table>`;
}

/** What the viewer may be used for. @param {boolean} isReview */
export function intendedUse(isReview) {
  return html`<p class="use">${isReview ? html`<strong class="chip is-warning">Not for diagnosis</strong> ` : ""}Skiagraph is open-source software for viewing DICOM images.
    It has not been cleared or CE-marked as a medical device. It is not for primary diagnosis unless the organisation that deploys it has validated it,
    obtained the approvals its law requires, and set intendedUse to “validated-diagnostic”; not for mammography interpretation; not for use on phones.</p>`;
}

/** What is waited for, problems beside the work, and the way back from the pictures alone. @param {App} app @param {Summary} summary */
export function cards(app, { problems, waiting, audit, arePicturesOnly, screen }) {
  const list = repeat(
    problems.filter((problem) => !problem.isBlocking),
    (problem) => problem.id,
    (problem) => html`<article class="card" role="alert"><h2>${icon("warning")}${problem.title}</h2><p>${problem.detail}</p>${answers(app, problem)}</article>`,
  );
  const leave = () => app.act("picturesOnly");
  const wait = waiting ? html`<article class="card" role="status"><p>${waiting}</p></article>` : "";
  const retry = () => app.send({ type: "retry" });
  const record = audit
    ? html`<article class="card" role="alert"><h2>${icon("warning")}${audit.title}</h2><p>${audit.detail}</p>
        <p class="answers"><a class="button" href="#/audit">Show the record</a><button class="button is-main" @click=${retry}>Retry</button></p></article>`
    : "";
  return html`${wait}${record}${list}${arePicturesOnly && screen === "study" ? html`<button class="button leave" @click=${leave}>Show the tools</button>` : ""}`;
}

/** @param {App} app @param {Problem[]} problems @param {HTMLDialogElement} dialog */
export function showBlocking(app, problems, dialog) {
  const problem = problems.find((one) => one.isBlocking);
  if (!problem) {
    dialog.close();
    return;
  }
  // Escape is no answer; a browser that closes it all the same is asked again.
  dialog.oncancel = (event) => event.preventDefault();
  dialog.onclose = app.refresh;
  const dismiss = () => app.send({ type: "dismissProblem", id: problem.id });
  const leave = () => {
    dismiss();
    location.hash = "#/studies";
  };
  render(html`<h2 id="blocking-title">${icon("warning")}${problem.title}</h2><p>${problem.detail}</p>
    <p class="answers"><button class="button" @click=${leave}>Back to the studies</button><button class="button is-main" @click=${dismiss}>I have read this: go on</button></p>`, dialog);
  if (!dialog.open) dialog.showModal();
}

/** @param {App} app @param {Problem} problem */
function answers(app, problem) {
  const dismiss = () => app.send({ type: "dismissProblem", id: problem.id });
  const retry = () => {
    dismiss();
    app.send({ type: "retry" });
  };
  const glass = canBreakGlass(app, problem) ? html`<button class="button" @click=${() => askReason(app, problem)}>Emergency access…</button>` : "";
  return html`<p class="answers"><button class="button" @click=${dismiss}>Dismiss</button>${glass}<button class="button is-main" @click=${retry}>Retry</button></p>`;
}
