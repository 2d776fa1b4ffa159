// Holds the page's only Trusted Types policy, so that the strictest policy header (`trusted-types app-url`) is enough.
// @ts-check
// Import this before lit: lit would ask for a policy under a name of its own, which that header refuses.

import { SCRIPT } from "./afresh.js";

/** The decode worker's script, beside this one. */
const WORKER_URL = new URL("worker.js", import.meta.url).href;

const rules = {
  /** @param {string} url */
  createScriptURL(url) {
    const [script, build] = url.split("?");
    const isService = script === SCRIPT && /^build-[0-9a-f]{16}$/.test(build ?? "");
    if (url !== WORKER_URL && !isService) throw new TypeError("only the viewer's own workers may be started");
    return url;
  },
  /** Reachable by lit alone, which passes the literal parts of templates and never a value. @param {string} template */
  createHTML: (template) => template,
};

const policy = window.trustedTypes?.createPolicy("app-url", rules);

if (policy) {
  const own = Object.getOwnPropertyDescriptor(globalThis, "trustedTypes");
  Object.defineProperty(globalThis, "trustedTypes", { configurable: true, value: { createPolicy: () => policy } });
  // lit has asked once the modules that import it have run.
  queueMicrotask(() => own && Object.defineProperty(globalThis, "trustedTypes", own));
}

/** What `new Worker` accepts under Trusted Types. @type {string | TrustedScriptURL} */
export const workerUrl = policy?.createScriptURL(WORKER_URL) ?? WORKER_URL;

/** What a service worker is registered by. @param {string} build */
export const serviceUrl = (build) => policy?.createScriptURL(`${SCRIPT}?${build}`) ?? `${SCRIPT}?${build}`;
