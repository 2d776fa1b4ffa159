// A long series on a thin line: all of it coarse first, by byte ranges, then the rest, and no byte twice.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { dicom, uid } from "./dicom.js";
import { faults, isComplete, isShown, openPage, start, summary } from "./harness.js";
import { JPEG_2000_LOSSLESS, noWaves as skip, waveHeader, waves } from "./waves.js";

const SIDE_PX = 256;
const N = 40;
/** One answer: 55 kB take 0.9 s, the series 36 s. */
const BYTES_PER_SECOND = 60_000;

let site;
/** Bytes of all codestreams. */
let nBytes = 0;

before(async () => {
  if (skip) return;
  const size = waveHeader(SIDE_PX);
  const streams = waves({ side: SIDE_PX, n: N });
  nBytes = streams.reduce((sum, { length }) => sum + length, 0);
  const files = streams.map((frame, at) => [
    `wave-${at + 1}.dcm`,
    dicom({ study: 91, series: 1, number: at + 1 }, size, { syntax: JPEG_2000_LOSSLESS, frame }),
  ]);
  site = await start({ files: Object.fromEntries(files) });
});

after(() => site?.stop());

afterEach(() => site && faults(site, []));

const hash = `#/study/${uid(91)}?series=${uid(91, 1)}`;
const thin = { path: "/frames/", fault: { bytesPerSecond: BYTES_PER_SECOND } };
const ended = (/** @type {import("playwright-core").Page} */ page, /** @type {string} */ name) =>
  page.waitForFunction((name) => performance.getEntriesByName(name).length > 0, name, { timeout: 90_000 });

/** Requests for frames as the archive saw them. */
async function log() {
  const entries = await (await fetch(`${site.url}/__log`)).json();
  return entries.filter(({ path }) => path.includes(uid(91)) && path.includes("/frames/"));
}

test("the whole stack is seen coarse first, then comes the rest, and nothing twice", { skip, timeout: 150_000 }, async () => {
  await faults(site, [thin]);
  const page = await openPage(site, hash);
  await ended(page, "viewer:series-coarse");
  const { load, viewports } = await summary(page);
  assert.ok(load.framesReady < N / 4, `${load.framesReady} whole images before all were seen coarse`);
  assert.ok(load.bytesReceived < nBytes * 0.45, `${load.bytesReceived} of ${nBytes} bytes for that`);
  assert.ok(viewports[0].coarse.length > 0);
  await page.keyboard.press("End");
  await page.waitForFunction(() => window.skiagraph.summary().viewports[0].index > 30);
  assert.match((await summary(page)).viewports[0].state, /reduced|shown/, "no waiting while scrolling");
  await faults(site, []);
  await isComplete(page);
  assert.equal((await summary(page)).load.framesReady, N);
  const asked = await log();
  const n206 = asked.filter(({ status }) => status === 206);
  assert.ok(n206.length > N, `${n206.length} ranges`);
  const sent = asked.reduce((sum, { bytes }) => sum + bytes, 0);
  // Heads and delimiters besides, and what was called off when the reader went elsewhere.
  assert.ok(sent < nBytes * 1.15, `${sent} bytes sent of ${nBytes}`);
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("an archive that ignores ranges is asked for one, and streams the series as before", { skip, timeout: 150_000 }, async () => {
  await faults(site, [thin, { path: "/", fault: { ignoreRange: true } }]);
  const before = (await log()).length;
  const page = await openPage(site, hash);
  await isShown(page);
  await page.waitForFunction(() => window.skiagraph?.summary().load.framesReady > 5, undefined, { timeout: 60_000 });
  await faults(site, []);
  await isComplete(page);
  const asked = (await log()).slice(before);
  assert.equal(asked.filter(({ status }) => status === 206).length, 0);
  assert.deepEqual(page.problems, []);
  await page.close();
});
