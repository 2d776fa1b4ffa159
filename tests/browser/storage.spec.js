// A browser that keeps nothing for the page: storage forbidden, full, or of a private window. Everything else works (fault 50).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dicom } from "./dicom.js";
import { goTo, isComplete, isShown, openPage, says, start, summary } from "./harness.js";
import { startClinic } from "./provider.js";

let site;

before(async () => {
  site = await start();
});

after(() => site?.stop());

/** All that a page could keep something in throws, as it does where a reader or a policy forbids cookies (HTML 12.2). */
const forbidden = (page) => page.addInitScript(() => {
  const refuse = () => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  };
  for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) Object.defineProperty(window, name, { get: refuse });
  Object.defineProperty(Navigator.prototype, "serviceWorker", { get: refuse });
  Object.defineProperty(Navigator.prototype, "storage", { get: refuse });
});

/** There, and they take nothing: a quota of 0, as in old private windows. */
const full = (page) => page.addInitScript(() => {
  const refuse = () => {
    throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
  };
  Storage.prototype.setItem = refuse;
  IDBFactory.prototype.open = refuse;
  Cache.prototype.put = () => Promise.reject(new DOMException("The quota has been exceeded.", "QuotaExceededError"));
});

/** Browsers, or pages over http in a hospital's own network, that have none of it. */
const absent = (page) => page.addInitScript(() => {
  for (const name of ["indexedDB", "caches"]) delete window[name];
  delete Navigator.prototype.serviceWorker;
});

for (const [name, prepare, serviceWorkers] of [["forbidden", forbidden, "block"], ["full", full, "allow"], ["absent", absent, "block"]]) {
  test(`fault 50: storage is ${name}: list, study, windows, files and the idle page work as ever`, { timeout: 90_000 }, async () => {
    const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 }, serviceWorkers });
    const browser = { newPage: () => context.newPage() };
    const page = await openPage({ ...site, browser }, "#/studies", { before: prepare });
    await page.locator("#studies tbody tr[data-study]").first().waitFor();
    await page.evaluate((hash) => (location.hash = hash), `#/study/${site.thorax.study}?series=${site.thorax.series}`);
    await isComplete(page);
    await goTo(page, 7);
    await isShown(page);
    const { window } = (await summary(page)).viewports[0];
    await page.keyboard.press("2");
    await page.waitForFunction((center) => window.skiagraph.summary().viewports[0].window.center !== center, window.center);
    const { instance } = (await summary(page)).viewports[0];
    await page.waitForFunction((instance) => location.hash.includes(instance), instance);
    await page.reload();
    // The address keeps the place.
    await page.waitForFunction((instance) => window.skiagraph?.summary().viewports[0]?.instance === instance, instance);
    await isShown(page);
    await page.evaluate(() => (location.hash = "#/studies"));
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Open files" }).click()]);
    await chooser.setFiles([{ name: "one.dcm", mimeType: "application/dicom", buffer: dicom({ study: 1, series: 1, number: 1 }) }]);
    await isShown(page);
    assert.deepEqual(page.problems, []);
    await context.close();
  });
}

test("fault 50: a preset that cannot be kept is there as long as the page", { timeout: 60_000 }, async () => {
  const page = await openPage(site, `#/study/${site.thorax.study}?series=${site.thorax.series}`, { before: forbidden });
  await isComplete(page);
  await page.locator("select").filter({ hasText: "Edit presets" }).first().selectOption({ label: "Edit presets…" });
  await says(page, "#presets", /.+/);
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("fault 50: an audit record is kept without storage, and a sign-in that needs it says so", { timeout: 60_000 }, async () => {
  const config = { sources: [{ id: "main", label: "Archive", root: "/dicom-web" }], auth: { mode: "none" }, audit: { root: "/fhir" } };
  const before = async (page) => {
    await forbidden(page);
    await page.route("**/config.json", (route) => route.fulfill({ json: config }));
  };
  const page = await openPage(site, `#/study/${site.thorax.study}`, { before });
  await isShown(page);
  assert.deepEqual(page.problems, []);
  await page.close();
  const clinic = await startClinic(site, {});
  try {
    const stranger = await openPage({ ...site, url: clinic.url }, `#/study/${site.thorax.study}`, { before: forbidden });
    assert.match(await says(stranger, "#boot", /lets the page keep nothing/), /Allow cookies and site data/);
    assert.deepEqual(stranger.problems, []);
    await stranger.close();
  } finally {
    await clinic.stop();
  }
});
