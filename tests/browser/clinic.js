// A clinic for each test of a file: a sign-in service, the site behind it, and a browser that remembers nothing.
import { after, afterEach, before } from "node:test";
import { start } from "./harness.js";
import { startClinic } from "./provider.js";

/** One for the whole file. */
export let site;
export let clinic;
/** @type {import("playwright-core").BrowserContext} */
export let context;

before(async () => {
  site = await start();
});

after(() => site?.stop());

afterEach(async () => {
  await context?.close();
  await clinic?.stop();
  context = clinic = undefined;
});

/** Sessions and cookies are what is tested: each test has its own. */
export async function openBrowser() {
  context = await site.browser.newContext({ viewport: { width: 1280, height: 800 }, serviceWorkers: "block" });
  context.setDefaultTimeout(20_000);
  // The provider's page asks for letters from elsewhere, which is not there.
  await context.route((url) => url.hostname !== "127.0.0.1", (route) => route.abort());
}

/** Both. @param {object} [how] as `startClinic` takes it */
export async function begin(how) {
  clinic = await startClinic(site, how);
  await openBrowser();
}
