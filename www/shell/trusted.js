// Holds the page's only Trusted Types policy, so that the strictest policy header (`trusted-types app-url`) is enough.
// @ts-check
// Import this before lit: lit would ask for a policy under a name of its own, which that header refuses.

/** The decode worker's script, beside the page. */
const WORKER_URL = new URL("worker.js", document.baseURI).href;

const rules = {
  /** @param {string} url */
  createScriptURL(url) {
    if (new URL(url, document.baseURI).href !== WORKER_URL) throw new TypeError("only the viewer's own worker may be started");
    return WORKER_URL;
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
