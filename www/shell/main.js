// The page's entry: starts the viewer, follows the address, and draws again whenever the viewer says so.
// @ts-check
/** @import { App, Command, Notice, SessionNews, Summary } from "./types.d.ts" */
/** @import { Route } from "./router.js" */
import "./trusted.js";
// @ts-ignore bundled by esbuild into main.css
import "../style/style.css";
import { html, render } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { auditPage, putOnRecord, sayGoodbye, watchPage } from "./audit.js";
import { keepAddress, writeAddress } from "./address.js";
import { afresh } from "./afresh.js";
import { BootError, boot } from "./boot.js";
import { speak } from "./embed.js";
import { guardKeys, isGateDown, liftGate, lowerGate } from "./gate.js";
import { watchIdle } from "./idle.js";
import { takeFailures } from "./journey.js";
import { markGlass } from "./glass.js";
import { takeCapability } from "./launch.js";
import { noteCard, onNote, tell } from "./note.js";
import { share } from "./share.js";
import { parseLaunch, parseRoute, routeHash, studyHash } from "./router.js";
import { acceptDrops } from "./files.js";
import { cards, showBlocking, showHelp } from "./dialogs.js";
import { announce } from "./live.js";
import { focusList, searchStudies, studiesPage } from "./studies.js";
import { toolbar } from "./toolbar.js";
import { icon } from "./icons.js";
import { stage } from "./viewport.js";
import { drawThumbnails, strip } from "./strip.js";
import { panel, statusLine } from "./panel.js";
import { importChecked } from "./integrity.js";
import { keepBuild } from "./service.js";
import { keepObject, openObject } from "./object.js";

// For the scripts that are loaded when they are asked for.
export { html, icon, live, render, repeat };

/** @type {App | undefined} */
let app;
let isDrawScheduled = false;
let areStudiesStale = true;
let isRecordShown = false;
/** The reader has just signed in, in this page. */
let hasArrived = false;
/** How long the picture of a link has the page to itself: where the CPU imitates a graphics processor, the bars cost more than it. */
const PICTURE_FIRST_MILLIS = 400;
let barsDue = Infinity;
/** What the viewer said before it was ready to be asked. @type {Notice[]} */
const early = [];
/** The study that the dialog for copies was opened on. @type {string | null} */
let copied = null;
/** @type {ReturnType<typeof watchIdle> | undefined} */
let idle;
/** Tells the page around this one what is shown. @type {ReturnType<typeof speak> | undefined} */
let tellAround;

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {Notice} notice */
function onNotice(notice) {
  if (!app) {
    early.push(notice);
    return;
  }
  switch (notice.type) {
    case "updateStudies":
      areStudiesStale = true;
      break;
    case "updateThumbnail":
      if (!isGateDown()) drawThumbnails(byId("strip"), app.viewer, notice.series);
      break;
    case "requestRoute":
      if (location.hash !== notice.route) location.hash = notice.route;
      break;
    case "requestReport":
      void openObject(app, notice.instance, notice.name, true);
      break;
    case "requestAttributes":
      void openObject(app, notice.instance, "Attributes", false);
      break;
    case "requestCopies":
      void bringCopies(app);
      break;
    case "requestSignIn":
      // Where nobody signs in, the archive's refusal stands on its card.
      if (app.session.mode !== "none") hide({ title: "The archive does not accept your sign-in", detail: "Sign in again; if it stays like this, your account may not be meant for this archive.", isLocked: false });
      break;
    case "requestLink":
      void share(app);
      break;
    case "requestTier":
      // A canvas keeps its first kind of context for life: the page starts anew, at the study in the address.
      writeAddress(app.viewer);
      location.search = new URLSearchParams({ renderer: notice.tier }).toString();
      return;
    case "updateSummary":
    case "showProblem":
      break;
  }
  refresh();
}

/** @param {SessionNews} news @returns {void | Promise<void>} */
function onNews(news) {
  switch (news.type) {
    case "signedIn":
      hasArrived ||= news.isOwn;
      if (!app || !isGateDown()) return undefined;
      putOnRecord(app, { what: "signedIn" });
      return show();
    case "ended":
      if (app) putOnRecord(app, { what: "sessionEnded" });
      void app?.disk?.wipe();
      return hide({ ...news, isLocked: false });
    case "leaving":
      return app && Promise.all([sayGoodbye(app, { what: "signedOut" }), app.disk?.wipe()]).then(() => undefined);
  }
}

/** Its dialog is a script of its own, which few readers need. @param {App} app */
async function bringCopies(app) {
  if (app.session.isReadOnly) return tell({ title: "This link is for looking only", detail: "No copies can be made by it." });
  copied = app.viewer.summary().study;
  try {
    /** @type {typeof import("./copies.js")} */
    const copies = await importChecked("copies.js");
    await copies.openCopies(app);
  } catch {
    const dialog = /** @type {HTMLDialogElement} */ (byId("copies"));
    render(html`<p role="alert">The part of the viewer for copies cannot be loaded. Close this with Escape, and try again.</p>`, dialog);
    dialog.showModal();
  }
}

/** Nothing of a patient stays on the page. @param {{ title: string, detail: string, isLocked: boolean }} why */
function hide(why) {
  if (app) lowerGate(app, why, show);
}

function lock() {
  const title = "Locked";
  const way = app?.session.mode === "grant" ? " Open the link again, or launch the viewer from the EHR again." : "";
  const drop = () => app?.session.lock?.();
  if (app?.config.audit) void sayGoodbye(app, { what: "locked" }).then(drop);
  else drop();
  hide({ title, detail: `Nobody touched this page for a while. What was open is kept, out of sight.${way}`, isLocked: true });
}

/** The page is as it was; what failed meanwhile is tried again. */
function show() {
  liftGate();
  idle?.restart();
  areStudiesStale = true;
  app?.send({ type: "retry" });
}

function refresh() {
  if (isDrawScheduled) return;
  isDrawScheduled = true;
  requestAnimationFrame(() => {
    isDrawScheduled = false;
    try {
      draw();
    } catch (error) {
      stopWith(error);
    }
  });
}

function draw() {
  if (!app || isGateDown()) return;
  const summary = app.viewer.summary();
  const isList = summary.screen === "studies";
  document.body.classList.toggle("pictures-only", summary.arePicturesOnly && !isList);
  if (!isList && !isRecordShown && leavesPictureAlone(summary)) return;
  drawRecord(app, summary);
  byId("study").inert = isList || isRecordShown;
  const isListNew = isList && byId("studies").hidden;
  byId("studies").hidden = !isList || isRecordShown;
  if (isList) {
    if (areStudiesStale) render(studiesPage(app, app.viewer.studies(), summary), byId("studies"));
    areStudiesStale = false;
    if (isListNew) focusList(byId("studies"));
  } else {
    drawStudy(app, summary);
  }
  render([cards(app, summary), noteCard()], byId("cards"));
  markGlass(summary.study);
  showBlocking(app, summary.problems, /** @type {HTMLDialogElement} */ (byId("blocking")));
  showHelp(app, summary.isHelpShown, /** @type {HTMLDialogElement} */ (byId("help")));
  keepObject(summary.study);
  if (summary.study !== copied) /** @type {HTMLDialogElement} */ (byId("copies")).close();
  keepAddress(summary, app.viewer);
  announce(summary, byId("live"));
  tellAround?.(summary);
}

/** @param {App} app @param {Summary} summary */
function drawRecord(app, summary) {
  const place = byId("audit");
  const isNew = isRecordShown && place.hidden;
  place.hidden = !isRecordShown;
  render(isRecordShown ? auditPage(app, summary) : "", place);
  if (isNew) place.querySelector("a")?.focus();
}

/** True while the first picture may come before anything is drawn around it. @param {Summary} summary */
function leavesPictureAlone(summary) {
  const isComing = summary.viewports.every(({ state }) => state === "empty" || state === "loading");
  const patience = barsDue - performance.now();
  if (isComing && summary.problems.length === 0 && patience > 0) return true;
  barsDue = 0;
  return false;
}

/** @param {App} app @param {Summary} summary */
function drawStudy(app, summary) {
  render(stage(app, summary, app.viewer.overlay()), byId("surface"));
  render(toolbar(app, summary), byId("bar"));
  render(strip(app, summary), byId("strip"));
  drawThumbnails(byId("strip"), app.viewer);
  const details = panel(app, summary);
  byId("panel").hidden = details === undefined;
  render(details ?? "", byId("panel"));
  render(statusLine(app, summary), byId("status"));
}

/** Brings the viewer to what the address says. */
function follow() {
  if (!app) return;
  if (takeCapability()) tell({ title: "This link needs a page of its own", detail: "Its token was taken out of the address. Open the link in a new tab." });
  const launch = parseLaunch(location.search, app.config);
  if (launch) leaveLaunch(launch);
  const route = launch ?? parseRoute(location.hash, app.config);
  if (isBeyond(route, app)) return;
  isRecordShown = route.screen === "audit";
  if (route.screen === "audit") {
    putOnRecord(app, { what: "logRead" });
  } else if (route.screen === "study") {
    app.send(route.command);
  } else if (route.screen === "accession") {
    app.send({ type: "openAccession", accession: route.accession, ...(route.source && { source: route.source }) });
  } else {
    app.send({ type: "closeStudy" });
    if (app.viewer.studies().state === "idle") searchStudies(app);
  }
}

/** Whether a link for one study is asked for more than that; the address stays where it was. @param {Route} route @param {App} app */
function isBeyond(route, { session: { only }, config, viewer }) {
  const isOnly = route.screen === "study" && route.command.study === only && !route.command.beside
    && (route.command.source ?? config.sources[0]?.id) === config.capability?.source;
  if (only === undefined || isOnly || route.screen === "audit") return false;
  tell({ title: "This link opens one study only", detail: "Sign in to look at others." });
  history.replaceState(null, "", viewer.summary().route ?? studyHash([only], config.capability?.source));
  return true;
}

/** The launch parameters are used once and leave the address: an accession number has no place in a history. @param {Route} route */
function leaveLaunch(route) {
  const kept = new URLSearchParams(location.search);
  for (const key of ["requestType", "studyUID", "accessionNumber", "source"]) kept.delete(key);
  const hash = route.screen === "study" ? routeHash(route.command) : "#/studies";
  history.replaceState(null, "", `${location.pathname}${kept.size > 0 ? `?${kept}` : ""}${hash}`);
}

/** Ends the page in a sentence; what was shown is taken away. @param {unknown} error */
function stopWith(error) {
  const { message: title, detail, link } = error instanceof BootError
    ? error
    : new BootError("The viewer stopped", "Something in it went wrong that it could not repair. Load the page again; nothing was lost in the archive.");
  if (!(error instanceof BootError)) console.error(error instanceof Error ? error.name : "unknown error");
  app = undefined;
  for (const id of ["study", "studies", "audit", "cards"]) byId(id)?.remove();
  const again = () => location.reload();
  const boot = byId("boot") ?? document.body.appendChild(Object.assign(document.createElement("div"), { id: "boot", className: "boot" }));
  boot.replaceChildren();
  boot.setAttribute("role", "alert");
  render(html`<h1>${title}</h1><p>${detail}</p><button class="button" @click=${again}>${link}</button>`, boot);
}

/** Keys that a focused control needs for itself must not also reach the viewer's table of keys. @param {KeyboardEvent} event */
function keepControlKeys(event) {
  const target = /** @type {Element} */ (event.target);
  if (isRecordShown) event.stopPropagation();
  if (target.closest("a[href], button, input, tr[tabindex]") && [" ", "Enter"].includes(event.key)) event.stopPropagation();
  if (target.closest("dialog, select") && event.key !== "?") event.stopPropagation();
}

/** A button clicked with the mouse gives the keyboard back to the pictures. @param {MouseEvent} event */
function returnFocus(event) {
  const button = /** @type {Element} */ (event.target).closest("#study button");
  if (event.detail > 0 && button instanceof HTMLElement) button.blur();
}

async function start() {
  const { viewer, config, session, disk } = await boot(onNotice, onNews);
  /** @param {Command} command */
  const send = (command) => {
    viewer.dispatch(command);
    refresh();
  };
  const act = (/** @type {string} */ action) => send({ type: "action", action });
  app = { viewer, config, session, disk, actions: new Map(viewer.actions().map((action) => [action.id, action])), send, act, refresh, colorMaps: viewer.colorMaps() };
  window.skiagraph = { summary: () => viewer.summary() };
  byId("boot").remove();
  document.body.classList.toggle("read-only", session.isReadOnly === true);
  onNote(refresh);
  acceptDrops(byId("drop"), (files) => (session.only ? tell({ title: "This link opens one study only", detail: "Open files in a page of their own." }) : viewer.openFiles(files)));
  guardKeys();
  idle = watchIdle(config.idleMinutes, /** @type {HTMLDialogElement} */ (byId("idle")), lock);
  document.body.addEventListener("keydown", keepControlKeys);
  document.body.addEventListener("click", returnFocus);
  addEventListener("hashchange", follow);
  const tellHidden = () => send({ type: "setHidden", isHidden: document.hidden });
  document.addEventListener("visibilitychange", tellHidden);
  if (document.hidden) tellHidden();
  // The line is back: what waits or was given up is asked for now.
  addEventListener("online", () => send({ type: "retry" }));
  watchPage(app);
  for (const failure of config.audit ? takeFailures() : []) putOnRecord(app, { what: "signInFailed", ...failure });
  if (hasArrived) putOnRecord(app, { what: "signedIn" });
  early.splice(0).forEach(onNotice);
  barsDue = performance.now() + PICTURE_FIRST_MILLIS;
  setTimeout(refresh, PICTURE_FIRST_MILLIS);
  tellAround = speak(app);
  follow();
  refresh();
  void keepBuild(app);
}

// A page that the browser kept alive after it was left must not come back as it was.
addEventListener("pageshow", (event) => event.persisted && location.reload());
start().catch(async (error) => {
  const isLeft = error instanceof BootError && error.isPart && (await afresh());
  if (!isLeft) stopWith(error);
});
