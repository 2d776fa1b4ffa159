// The page inside another one (row S6): which pages may do that, and the few words between them. UIDs and numbers only.
// @ts-check
/** @import { App, Config, OpenStudy, Summary } from "./types.d.ts" */
import { isGateDown } from "./gate.js";
import { parseRoute, routeHash } from "./router.js";

const OPEN = "skiagraph:open";
const CLOSE = "skiagraph:close";

/** @param {Config} config @returns {string[]} */
const origins = (config) => [location.origin, ...(config.embed?.origins ?? [])];

/**
 * The origin around this page that may not show it, or undefined. A browser that does not tell what is around leaves it to
 * the header (frame-ancestors), which is what decides everywhere else too.
 * @param {Config} config
 */
export function stranger(config) {
  const around = location.ancestorOrigins;
  return around && [...around].find((origin) => !origins(config).includes(origin));
}

/**
 * Listens to the page around this one, and gives back what tells it which image is shown.
 * @param {App} app @returns {(summary: Summary) => void}
 */
export function speak(app) {
  if (window.parent === window) return () => undefined;
  const allowed = origins(app.config);
  const known = location.ancestorOrigins?.[0];
  const listeners = known ? allowed.filter((origin) => origin === known) : allowed;
  const tell = (/** @type {object} */ message) => listeners.forEach((origin) => window.parent.postMessage(message, origin));
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.parent || !allowed.includes(origin)) return;
    if (data?.type === CLOSE) location.hash = "#/studies";
    if (data?.type !== OPEN) return;
    const hash = asked(data, app.config);
    const reason = isGateDown() ? "locked" : hash ? undefined : "no such address";
    if (reason) tell({ type: "skiagraph:refused", reason });
    else if (hash) location.hash = hash;
  });
  tell({ type: "skiagraph:ready" });
  let last = "";
  return (summary) => {
    const viewport = summary.viewports[summary.activeViewport];
    if (viewport?.state !== "shown") return;
    const { study, series, instance, frame, index, count } = viewport;
    const now = [study, instance, frame].join(" ");
    if (now !== last) tell({ type: "skiagraph:shown", study, series, instance, frame, number: index + 1, count });
    last = now;
  };
}

/**
 * The fragment for a message, read like any address: what is no UID is not taken, and no archive can be named.
 * @param {Record<string, unknown>} message @param {Config} config
 */
function asked({ study, series, instance, frame }, config) {
  const command = /** @type {OpenStudy} */ ({ type: "openStudy", study: String(study) });
  for (const [key, value] of Object.entries({ series, instance, frame })) {
    if (value !== undefined) Object.assign(command, { [key]: String(value) });
  }
  const route = parseRoute(routeHash(command), config);
  return route.screen === "study" ? routeHash(route.command) : undefined;
}
