// A busy archive: the page says what it waits for, asks again by itself after that time, and keeps the reader's place.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { faults, isComplete, isShown, openPage, says, start, summary, startArchive } from "./harness.js";

/** Seconds in Retry-After. */
const WAIT = 2;

let site;

before(async () => {
  site = await start();
});

after(() => site?.stop());

afterEach(() => faults(site, []));

const refusal = (path, times) => ({ path, times, fault: { status: 503, retryAfter: WAIT, body: "busy" } });

/**
 * When answered requests with a part of an address began and ended, milliseconds of the browser's clock; those of the
 * workers too, which the page's own list leaves out. @param {string} part
 */
function watch(page, part) {
  const seen = [];
  page.on("requestfinished", (request) => {
    const { startTime, responseEnd } = request.timing();
    if (request.url().includes(part)) seen.push({ began: startTime, ended: startTime + responseEnd });
  });
  return seen;
}

for (const [what, part] of [["the list of series", "/series?"], ["the metadata", "/metadata"], ["a frame", "/frames/"]]) {
  test(`${what} refused with 503 and Retry-After: said, and asked again after that time`, { timeout: 60_000 }, async () => {
    await faults(site, [refusal(part, 1)]);
    let seen = [];
    const before = (/** @type {import("playwright-core").Page} */ page) => (seen = watch(page, part));
    const page = await openPage(site, `#/study/${site.thorax.study}?series=${site.thorax.series}`, { before });
    await says(page, "#cards .card", /archive is busy and asks to wait 2.s\. It is asked again by itself; your place is kept\./);
    await isShown(page);
    await isComplete(page);
    assert.deepEqual((await summary(page)).problems, []);
    assert.equal((await summary(page)).load.framesFailed, 0);
    await page.locator("#cards .card").waitFor({ state: "detached" });
    const [refused, ...later] = seen.sort((a, b) => a.began - b.began);
    const behind = later.filter(({ began }) => began > refused.ended);
    const inTime = behind.filter(({ began }) => began - refused.ended < WAIT * 1000 - 50);
    assert.ok(behind.length > 0);
    // What was on its way before the refusal was read may overlap it; nothing new is sent for the rest of the wait.
    assert.ok(inTime.every(({ began }) => began - refused.ended < 200), JSON.stringify(inTime));
    assert.deepEqual(page.problems, []);
    await page.close();
  });
}

test("the list of studies waits likewise, and a search that is asked meanwhile comes with it", { timeout: 60_000 }, async () => {
  await faults(site, [refusal("/studies?", 1)]);
  const page = await openPage(site, "#/studies");
  await says(page, "#cards .card", /asks to wait 2.s/);
  await page.locator("#studies tbody tr[data-study]").first().waitFor({ timeout: 20_000 });
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("the line goes while a series is loading: said, tried again by itself, and nothing is lost when it is back", { timeout: 90_000 }, async () => {
  const folder = ["--folder", site.folder];
  let archive = await startArchive(folder);
  const { port } = new URL(archive.url);
  const head = site.samples.studies.find(({ label }) => label === "head-mr");
  // On a line as thin as this the next series does not come before it is asked for.
  await faults(archive, [{ path: "/series/", fault: { bytesPerSecond: 100_000 } }]);
  const page = await openPage({ ...site, url: archive.url }, `#/study/${head.study_uid}`);
  await isComplete(page);
  await page.waitForFunction(() => window.skiagraph.summary().series.length > 1 && !window.skiagraph.summary().load.isBusy);
  await archive.stop();
  await page.locator("#strip button.series").nth(1).click();
  await says(page, "#cards .card", /The line to the archive is cut\. It is tried again in \d+.s by itself; your place is kept\./);
  archive = await startArchive([...folder, "--port", port]);
  try {
    await page.waitForFunction(() => {
      const { load, viewports: [viewport] } = window.skiagraph.summary();
      return viewport.state === "shown" && load.framesWanted > 1 && load.framesReady === load.framesWanted;
    }, undefined, { timeout: 45_000 });
    await page.locator("#cards .card").waitFor({ state: "detached" });
    const { load, problems } = await summary(page);
    assert.deepEqual([load.framesFailed, problems], [0, []]);
    assert.deepEqual(page.problems, []);
    await page.close();
  } finally {
    await archive.stop();
  }
});
