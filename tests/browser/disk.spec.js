// Where the memory has no room for a series: frames are kept as they were sent, in memory and, where the site asks for it, encrypted on the disk of this computer.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { dicom, uid } from "./dicom.js";
import { goTo, isShown, openPage, says, start, summary } from "./harness.js";

const SIDE_PX = 512;
/** Decoded they take twice the memory that a computer of 1 GiB lends. */
const N_SLICES = 700;
const LONG = { study: 70, series: 1 };
const RLE = "1.2.840.10008.1.2.5";

let site;

/** PS3.5 G: high bytes alike, low bytes half alike and half as they come, so that a frame takes a quarter of its pixels. */
function rleFrame() {
  const n = SIDE_PX * SIDE_PX;
  const runs = (value, n) => Buffer.concat(Array.from({ length: n / 128 }, () => Buffer.from([129, value])));
  const literals = Buffer.concat(Array.from({ length: n / 2 / 128 }, (_, at) => Buffer.from([127, ...Array.from({ length: 128 }, (_, k) => (at * 37 + k * 91) % 251)])));
  const segments = [runs(3, n), Buffer.concat([literals, runs(7, n / 2)])];
  const head = Buffer.alloc(64);
  [2, 64, 64 + segments[0].length].forEach((word, at) => head.writeUInt32LE(word, 4 * at));
  return Buffer.concat([head, ...segments]);
}

before(async () => {
  const size = { "00280010": ["US", SIDE_PX], "00280011": ["US", SIDE_PX] };
  const frame = rleFrame();
  const files = Array.from({ length: N_SLICES }, (_, k) => [`long-${k + 1}.dcm`, dicom({ ...LONG, number: k + 1 }, { ...size, "00200032": ["DS", `0\\0\\${k + 1}`] }, { syntax: RLE, frame })]);
  site = await start({ files: Object.fromEntries(files) });
});

after(() => site?.stop());

/** Opens the series on a computer of 1 GiB, looks at its beginning and its end, and goes back. */
async function thereAndBack(configuration) {
  const page = await openPage(site, "#/studies", {
    before: async (page) => {
      await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "deviceMemory", { get: () => 1 }));
      await page.route("**/config.json", async (route) => {
        const config = await (await route.fetch()).json();
        await route.fulfill({ json: { ...config, ...configuration } });
      });
    },
  });
  await page.evaluate((hash) => (location.hash = hash), `#/study/${uid(LONG.study)}`);
  await isShown(page);
  const rests = () => page.waitForFunction((n) => {
    const { viewports, load } = window.skiagraph.summary();
    return viewports[0].count === n && !load.isBusy && viewports[0].state === "shown";
  }, N_SLICES, { timeout: 90_000 });
  await rests();
  await goTo(page, N_SLICES);
  await rests();
  await goTo(page, 40);
  await isShown(page);
  await goTo(page, 20);
  await isShown(page);
  return page;
}

test("who comes back to a slice that had to go waits for no line: it is on the disk", { timeout: 240_000 }, async () => {
  const page = await thereAndBack({ cache: { onDisk: true } });
  const { load } = await summary(page);
  assert.ok(load.framesDropped > 100 && load.bytesHeld <= load.bytesBudget, JSON.stringify(load));
  // All of the series came once, and the first picture once more: before anything was known of it, nothing was kept.
  const frame = rleFrame().length;
  await page.waitForFunction(() => !window.skiagraph.summary().load.isBusy, undefined, { timeout: 90_000 });
  const { bytesReceived } = (await summary(page)).load;
  assert.ok(bytesReceived < (N_SLICES + 10) * (frame + 1000), `${bytesReceived / frame} frames came`);
  await page.getByRole("button", { name: /^Details/ }).first().click();
  await says(page, "#panel", /On disk, encrypted until this page ends: [\d.]+\sMB of/);
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("what lies on the disk is sealed, is gone with the page that wrote it, and does not touch another page's", { timeout: 60_000 }, async () => {
  const script = fs.readFileSync(path.join(path.dirname(fileURLToPath(import.meta.url)), "../../www/shell/disk.js"), "utf8");
  const context = await site.browser.newContext();
  const open = async () => {
    const page = await context.newPage();
    await page.route("**/try/*", (route) => (route.request().url().endsWith(".js") ? route.fulfill({ contentType: "text/javascript", body: script }) : route.fulfill({ contentType: "text/html", body: "<!doctype html>" })));
    await page.goto(`${site.url}/try/page.html`);
    return page;
  };
  const folders = (page) => page.evaluate(async () => {
    const found = [];
    for await (const [name, folder] of (await navigator.storage.getDirectory()).entries()) {
      for await (const file of folder.values()) found.push([name, new TextDecoder("latin1").decode(await (await file.getFile()).arrayBuffer())]);
    }
    return found;
  });
  const one = await open();
  const kept = await one.evaluate(async () => {
    const { openDisk } = await import("/try/disk.js");
    const disk = (window.disk = await openDisk(1000));
    await disk.keep("a", "text/a", new TextEncoder().encode("patient ".repeat(50)));
    await disk.keep("b", "text/b", new TextEncoder().encode("second ".repeat(70)));
    await disk.keep("c", "text/c", new TextEncoder().encode("third ".repeat(70)));
    await disk.keep("d", "text/d", new Uint8Array(2000));
    const text = async (name) => {
      const found = await disk.find(name);
      return found && [found.contentType, new TextDecoder().decode(found.bytes).slice(0, 7)];
    };
    return [await text("a"), await text("b"), await text("c"), await text("d"), disk.state];
  });
  assert.deepEqual(kept, [undefined, ["text/b", "second "], ["text/c", "third t"], undefined, { bytes: 910, maxBytes: 1000 }]);
  const sealed = await folders(one);
  assert.equal(sealed.length, 2);
  assert.ok(sealed.every(([name, text]) => !/patient|second|third/.test(text) && !/1\.2\./.test(name)));
  const two = await open();
  await two.evaluate(async () => (await import("/try/disk.js")).wipeLeftovers());
  assert.equal((await folders(two)).length, 2, "the other page lives");
  await one.close();
  await two.waitForFunction(async () => ((await navigator.locks.query()).held ?? []).length === 0);
  await two.evaluate(async () => (await import("/try/disk.js")).wipeLeftovers());
  assert.deepEqual(await folders(two), []);
  const left = await two.evaluate(async () => {
    const disk = await (await import("/try/disk.js")).openDisk(1000);
    await disk.keep("a", "", new Uint8Array(10));
    await disk.wipe();
    await disk.keep("b", "", new Uint8Array(10));
    return disk.state;
  });
  assert.deepEqual(left, { bytes: 0, maxBytes: 0 });
  assert.deepEqual(await folders(two), []);
  await context.close();
});
