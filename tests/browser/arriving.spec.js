// A thin line: an image that is stored by resolutions is seen coarse while it comes, says so, and is exact in the end.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { dicom, uid } from "./dicom.js";
import { faults, frames, isShown, openPage, says, shot, start, summary } from "./harness.js";
import { JPEG_2000_LOSSLESS, noWaves as skip, waveHeader, waves } from "./waves.js";

const SIDE_PX = 512;

let site;

before(async () => {
  if (skip) return;
  const size = waveHeader(SIDE_PX);
  const streams = waves({ side: SIDE_PX, n: 3, step: 40 });
  const files = streams.map((frame, at) => {
    const where = { study: 90, series: 1, number: at + 1 };
    return [`wave-${at + 1}.dcm`, dicom(where, size, { syntax: JPEG_2000_LOSSLESS, frame })];
  });
  // An archive that says how long its answers are, and ignores ranges.
  site = await start({ files: Object.fromEntries(files), options: ["--quirks", "orthanc"] });
});

after(() => site?.stop());

afterEach(() => site && faults(site, []));

const hash = `#/study/${uid(90)}?series=${uid(90, 1)}`;
const slow = (/** @type {number} */ bytesPerSecond, /** @type {number | undefined} */ times) => ({ path: "/frames/", times, fault: { bytesPerSecond } });
const isReduced = (/** @type {import("playwright-core").Page} */ page) => page.waitForFunction(() => window.skiagraph?.summary().viewports[0]?.state === "reduced");

test("a slow image is seen coarse, with a light and figures, and nothing is read from it", { skip, timeout: 90_000 }, async () => {
  await faults(site, [slow(40_000, 1)]);
  const page = await openPage(site, hash);
  await isReduced(page);
  const words = await says(page, ".viewport .mark.light", /^Reduced to 1\/(2|4|8), \d+ of \d{3}.kB$/);
  const told = (await summary(page)).viewports[0];
  assert.equal(told.fidelity, "reduced");
  assert.deepEqual([told.seen, told.loaded.filter(([begin]) => begin === told.index)], [[], []]);
  assert.match(await page.locator(".viewport .picture").first().getAttribute("aria-label"), /image 1 of 3, reduced to 1\/[248], /);
  assert.match(await page.locator(".status .light").innerText(), /^Reduced to 1\//, words);
  await page.mouse.move(640, 400);
  await says(page, ".corner.bottom.right", /No value yet[^]*still reduced to 1\/[248]/);
  const marks = await page.evaluate(() => performance.getEntriesByName("viewer:frame-reduced").map((mark) => mark.detail));
  assert.ok(marks.length > 0 && marks.every(({ index, level }) => index === 0 && level > 0), JSON.stringify(marks));
  assert.equal(await page.evaluate(() => performance.getEntriesByName("viewer:frame-drawn").length), 0);
  await isShown(page);
  await frames(page);
  assert.equal((await summary(page)).viewports[0].fidelity, "exact");
  assert.equal(await page.locator(".viewport .mark.light").count(), 0, "nothing lies over an exact picture");
  await says(page, ".corner.bottom.right", /^\d+/);
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("what was seen coarse first is the same picture in the end", { skip, timeout: 90_000 }, async () => {
  const quick = await openPage(site, hash);
  await isShown(quick);
  assert.equal(await quick.evaluate(() => performance.getEntriesByName("viewer:frame-reduced").length), 0, "a quick line shows nothing coarse");
  const wanted = await shot(quick);
  await quick.close();
  await faults(site, [slow(80_000, 1)]);
  const page = await openPage(site, hash);
  await isReduced(page);
  await isShown(page);
  assert.ok(wanted.equals(await shot(page)));
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("fault 1: a line that is cut leaves the coarse picture until the image is had", { skip, timeout: 90_000 }, async () => {
  await faults(site, [slow(60_000, 1), { path: "/frames/", times: 1, fault: { cutAfterBytes: 60_000 } }, { ...slow(60_000, 1), skip: 1 }]);
  const page = await openPage(site, hash);
  await isReduced(page);
  await isShown(page);
  assert.equal((await summary(page)).load.framesFailed, 0);
  assert.deepEqual(page.problems, []);
  await page.close();
});
