// Has the files of this build kept on this computer by a service worker, and says when the site has another build.
// @ts-check
/** @import { App } from "./types.d.ts" */
import { CACHES, forgetFiles, ROOT, SCRIPT } from "./afresh.js";
import { wasLoaded } from "./integrity.js";
import { tell } from "./note.js";
import { serviceUrl } from "./trusted.js";

/** The folder of this build, which is named by what lies in it; none where the page was not built for a site. */
const BUILD = /\/(build-[0-9a-f]{16})\/[^/]*$/.exec(import.meta.url)?.[1];
const FOLDER = new URL("./", import.meta.url).href;

/** What a page of another tier or another way of signing in would load, and what few readers ask for: kept once it was used. */
const SELDOM = /^(viewer_|login|copies|module_deidentify)/;
/** What the workers load when a study needs it. A quick line brings it ahead, so that a page that stays open over a deploy has all of its own; on a thin one it is kept where the browser has it by then. */
const BY_STUDY = /^module_/;
/** Of a line that is not thin, as the session has it. */
const QUICK_BYTES_PER_SECOND = 1_000_000;
/** How often a page that is looked at asks whether the site has another build. */
const LOOK_MILLIS = 15 * 60_000;
/** How long the page waits before it looks again whether it is at rest. */
const REST_MILLIS = 1_000;

/** Begins once the first picture is there, or a list, and nothing is on its way. @param {App} app */
export async function keepBuild(app) {
  if (BUILD === undefined) return;
  watchSite();
  await atRest(app);
  // It did start: should a worker ever stand in the way again, the page may try once more.
  if (history.state?.isAfresh) history.replaceState(null, "");
  // Private windows, embedded pages and policies forbid it in many ways; then the browser's own cache is all there is.
  await keep(app).catch(() => undefined);
}

/** @param {App} app */
async function keep(app) {
  if (!navigator.serviceWorker) return;
  try {
    // The build in its address makes another worker of it with each build: no stale one can be left.
    const registration = await navigator.serviceWorker.register(/** @type {string} */ (serviceUrl(BUILD ?? "")), { scope: ROOT, updateViaCache: "none" });
    if (registration.active) await registration.update();
  } catch {
    // Whoever takes the script out of the site's folder turns it off, for earlier visits too.
    if ((await fetch(SCRIPT, { cache: "no-store" })).status === 404) await forgetFiles();
    return;
  }
  const own = CACHES + BUILD;
  const cache = await caches.open(own);
  const response = await fetch(`${FOLDER}files.json`, { cache: "force-cache" });
  for (const [file, integrity] of Object.entries(await response.json())) {
    if (SELDOM.test(file) && !wasLoaded(file)) continue;
    await atRest(app);
    await put(cache, FOLDER + file, integrity, BY_STUDY.test(file) && !isLineQuick());
  }
  // The build before stays: a page that is still open with it finishes on it.
  const others = (await caches.keys()).filter((name) => name.startsWith(CACHES) && name !== own);
  for (const name of others.slice(0, -1)) await caches.delete(name);
}

/**
 * What the browser has from this visit is not asked for again; what is not as it was built is not kept.
 * @param {Cache} cache @param {string} url @param {string} integrity @param {boolean} isOnlyIfHere
 */
async function put(cache, url, integrity, isOnlyIfHere) {
  if (await cache.match(url)) return;
  /** @type {RequestInit} */
  const how = isOnlyIfHere ? { cache: "only-if-cached", mode: "same-origin" } : { cache: "force-cache" };
  const response = await fetch(url, { ...how, integrity, priority: "low" }).catch(() => undefined);
  if (response?.ok && !response.redirected) await cache.put(url, response);
}

/** By the larger files of this visit that came over the line; what nobody knows is not quick. */
function isLineQuick() {
  const timings = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("resource"));
  const large = timings.filter(({ name, transferSize }) => name.startsWith(FOLDER) && transferSize > 50_000);
  const [bytes, millis] = large.reduce(([bytes, millis], one) => [bytes + one.transferSize, millis + one.duration], [0, 0]);
  return bytes * 1000 > millis * QUICK_BYTES_PER_SECOND;
}

/** The reader waits for nothing. @param {App} app */
async function atRest({ viewer }) {
  for (;;) {
    await new Promise((resolve) => ("requestIdleCallback" in window ? requestIdleCallback(resolve) : setTimeout(resolve)));
    const { load, screen, viewports } = viewer.summary();
    const isThere = screen === "studies" ? viewer.studies().state === "ready" : viewports.some(({ state }) => state === "shown");
    if (isThere && !load.isBusy && !document.hidden) return;
    await new Promise((resolve) => setTimeout(resolve, REST_MILLIS));
  }
}

/** Asks now and then which build the site has: when the page is looked at again, and while it is. */
function watchSite() {
  let last = Date.now();
  const look = async () => {
    if (document.hidden || Date.now() - last < LOOK_MILLIS) return;
    last = Date.now();
    const page = await fetch(ROOT, { cache: "no-store" }).then((response) => (response.ok ? response.text() : ""), () => "");
    const found = /(?<==")build-[0-9a-f]{16}(?=\/)/.exec(page)?.[0];
    if (found === undefined || found === BUILD) return;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
    tell({
      title: "There is a new version of the viewer",
      detail: "This page goes on with its own until it is loaded again; your study and place are kept then.",
      answer: "Reload",
      act: () => location.reload(),
    });
  };
  const timer = setInterval(look, LOOK_MILLIS);
  document.addEventListener("visibilitychange", look);
}
