// Forgets what a service worker keeps of the site, and begins once more without it: for a page that did not start.
// @ts-check

/** The folder of the page: the reach of its service worker. */
export const ROOT = new URL("./", document.baseURI).href;
/** The service worker's script, without the build in its query. */
export const SCRIPT = new URL("service_worker.js", ROOT).href;
/** What the names of the caches of this page's builds begin with. */
export const CACHES = `skiagraph ${new URL(ROOT).pathname} `;

/** Neither worker nor files of any build are left. Browsers that forbid asking for them have none. */
export async function forgetFiles() {
  const all = (await navigator.serviceWorker?.getRegistrations().catch(() => [])) ?? [];
  for (const registration of all) if (registration.scope === ROOT) await registration.unregister();
  for (const name of await caches.keys()) if (name.startsWith(CACHES)) await caches.delete(name);
}

/**
 * Loads the page again, once, where a service worker stood between it and the site: what is wrong may be the worker's.
 * @returns {Promise<boolean>} false where it did not
 */
export async function afresh() {
  try {
    if (!navigator.serviceWorker?.controller || history.state?.isAfresh) return false;
    await forgetFiles();
    history.replaceState({ ...history.state, isAfresh: true }, "");
  } catch {
    return false;
  }
  location.reload();
  return true;
}
