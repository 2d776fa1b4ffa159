// What comes before anybody looks at it, how long it takes, everything coarse first, and memory that runs out.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { dicom, uid } from "./dicom.js";
import { faults, frames, goTo, isComplete, isShown, openPage, says, start, summary } from "./harness.js";
import { JPEG_2000_LOSSLESS, noWaves, waveHeader, waves } from "./waves.js";

const SIDE_PX = 256;
const N = 12;
/** Two series of such slices, and one of uncompressed ones. */
const [WAVES, RAW] = [92, 93];

let site;

before(async () => {
  const files = {};
  const size = waveHeader(SIDE_PX);
  const flat = (/** @type {number} */ number) => Buffer.alloc(SIDE_PX * SIDE_PX * 2, number);
  for (const series of [1, 2, 3]) {
    for (let number = 1; number <= N; number += 1) files[`raw-${series}-${number}.dcm`] = dicom({ study: RAW, series, number }, { ...size, "7FE00010": ["OW", flat(number)] });
  }
  if (!noWaves) {
    waves({ side: SIDE_PX, n: N }).forEach((frame, at) => {
      for (const series of [1, 2]) files[`wave-${series}-${at + 1}.dcm`] = dicom({ study: WAVES, series, number: at + 1 }, size, { syntax: JPEG_2000_LOSSLESS, frame });
    });
  }
  site = await start({ files });
});

after(() => site?.stop());

afterEach(() => site && faults(site, []));

/** Waits, an animation frame after the other, until the summary is so. @param {import("playwright-core").Page} page @param {(summary: any) => boolean} is */
async function until(page, is) {
  await page.waitForFunction(() => window.skiagraph);
  const deadline = Date.now() + 60_000;
  for (let now = await summary(page); !is(now); now = await summary(page)) {
    if (Date.now() > deadline) assert.fail(`waited in vain for ${is}: ${JSON.stringify([now.load, now.series, now.viewports[0]?.state])}`);
    await frames(page);
  }
}

test("once the series shown is here the others come too, and the next one is there without a request", { timeout: 90_000 }, async () => {
  const page = await openPage(site, `#/study/${uid(RAW)}?series=${uid(RAW, 1)}`);
  await isComplete(page);
  await until(page, ({ series }) => series.length === 3 && series.every(({ framesReady, count }) => framesReady === count));
  await faults(site, [{ path: "/frames/", fault: { status: 500 } }]);
  await page.keyboard.press("PageDown");
  await isShown(page);
  await page.keyboard.press("End");
  await until(page, ({ viewports: [one] }) => one.state === "shown" && one.index === one.count - 1);
  const { viewports: [shown], load } = await summary(page);
  assert.equal(shown.series, uid(RAW, 2));
  assert.equal(load.framesFailed, 0);
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("fault 14: a slow archive sends what is seen first, the page says how long the rest takes, and goes where the reader goes", { skip: noWaves, timeout: 150_000 }, async () => {
  await faults(site, [{ path: "/frames/", fault: { bytesPerSecond: 20_000 } }]);
  const page = await openPage(site, `#/study/${uid(WAVES)}?series=${uid(WAVES, 1)}`);
  await isShown(page);
  await until(page, ({ load }) => typeof load.toGo === "string");
  const told = await says(page, "#status", /of [\d.]+\s(kB|MB), about \d+\s(s|min)/);
  assert.doesNotMatch(told, /Preview:/);
  await page.keyboard.press("End");
  await until(page, ({ viewports: [one] }) => one.index === 11 && ["shown", "reduced"].includes(one.state));
  const { viewports: [shown], load } = await summary(page);
  assert.ok(load.framesReady < shown.count, "what is seen came before the rest");
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("everything coarse first: all series can be looked at, then what is touched comes whole", { skip: noWaves, timeout: 150_000 }, async () => {
  await faults(site, [{ path: "/frames/", fault: { bytesPerSecond: 20_000 } }]);
  const page = await openPage(site, `#/study/${uid(WAVES)}?series=${uid(WAVES, 1)}`);
  await until(page, ({ viewports: [one], series }) => ["shown", "reduced"].includes(one?.state) && series.length === 2);
  // It stands there only until the last series is coarse: looked for from before the key on.
  const told = page.waitForFunction(() => document.querySelector("#status")?.textContent?.includes("Preview: "), undefined, { polling: "raf" });
  await page.keyboard.press("Shift+P");
  await told;
  const button = page.locator("#status [data-action=preview]");
  await button.waitFor({ state: "visible" });
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  await until(page, ({ series }) => series.every(({ framesReady, framesCoarse, count }) => framesReady + framesCoarse === count));
  const early = await summary(page);
  assert.ok(early.series[1].framesReady < early.series[1].count / 2, `${early.series[1].framesReady} whole`);
  await page.keyboard.press("PageDown");
  await until(page, ({ viewports: [one] }) => ["shown", "reduced"].includes(one.state));
  await faults(site, []);
  await until(page, ({ series }) => series[1].framesReady === series[1].count);
  assert.deepEqual(page.problems, []);
  await page.close();
});

/** Keeps the device that the page draws with under `window.devices`. */
const keepDevices = (page) => page.addInitScript(() => {
  window.devices = [];
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...args) {
    const device = await request.apply(this, args);
    window.devices.push(device);
    return device;
  };
});

test("fault 41: the graphics memory is full: less of it is used, the page says so, and the picture stays", { timeout: 120_000 }, async () => {
  const page = await openPage(site, `#/study/${site.thorax.study}?series=${site.thorax.series}`, { renderer: "webgpu", before: keepDevices });
  await isComplete(page);
  await page.evaluate(() => {
    const error = new GPUOutOfMemoryError("a test takes it all");
    window.devices.at(-1).dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error }));
  });
  await goTo(page, 12);
  assert.match(await says(page, "#cards .card", /memory of the graphics device is full/), /no more than [\d.]+\sMB/);
  await isShown(page);
  await goTo(page, 14);
  const { renderer, viewports: [shown] } = await summary(page);
  assert.deepEqual([renderer, shown.state, shown.index], ["webgpu", "shown", 13]);
  assert.deepEqual(page.problems, []);
  await page.close();
});

/** A worker's answer for the first image of a series says so many times that there is no memory for it. */
const withoutMemory = (/** @type {number} */ times) => (/** @type {import("playwright-core").Page} */ page) => page.addInitScript(([instance, times]) => {
  const jobs = new Set();
  let n = 0;
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    const start = typeof message?.text === "string" ? JSON.parse(message.text).Start : undefined;
    if (start?.work.Fetch?.instance === instance) jobs.add(start.id);
    return post.call(this, message, ...rest);
  };
  const listen = Worker.prototype.addEventListener;
  Worker.prototype.addEventListener = function (type, listener, ...rest) {
    if (type !== "message") return listen.call(this, type, listener, ...rest);
    const heard = (event) => {
      const { text } = event.data ?? {};
      const id = typeof text === "string" && text.startsWith("{") ? JSON.parse(text).Frame?.id : undefined;
      if (!jobs.has(id) || n >= times) return listener.call(this, event);
      n += 1;
      const failure = { sentence: "There is no memory for this image.", can_retry: false, is_unreachable: false, status: null, retry_after_seconds: null, missing_bytes: 61_000_000 };
      return listener.call(this, new MessageEvent("message", { data: { text: JSON.stringify({ Failed: { id, failure } }) } }));
    };
    return listen.call(this, type, heard, ...rest);
  };
}, [uid(RAW, 1, 1), times]);

test("fault 43: a frame without room in memory is tried once more, after what is not seen was dropped", { timeout: 90_000 }, async () => {
  const page = await openPage(site, `#/study/${uid(RAW)}?series=${uid(RAW, 1)}`, { before: withoutMemory(1) });
  await isComplete(page);
  await says(page, "#cards .card", /memory of this computer is short/);
  assert.equal((await summary(page)).load.framesFailed, 0);
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("fault 43: where there is still none, the image says how much it takes, and Retry tries again", { timeout: 90_000 }, async () => {
  const page = await openPage(site, `#/study/${uid(RAW)}?series=${uid(RAW, 1)}&instance=${uid(RAW, 1, 1)}`, { before: withoutMemory(2) });
  await until(page, ({ viewports: [one] }) => one?.state === "failed");
  assert.match((await summary(page)).viewports[0].message, /no memory left for it: it takes 61\.0\sMB/);
  await page.locator("#surface .message").getByRole("button", { name: "Retry" }).click();
  await isShown(page);
  assert.deepEqual(page.problems, []);
  await page.close();
});
