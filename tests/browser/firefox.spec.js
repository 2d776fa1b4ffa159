// A second engine: what a reader does first, in Firefox; and the picture is Chromium's, to the byte.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { startFirefox } from "./firefox.js";
import { isComplete, openPage, shot, start } from "./harness.js";
import { isDrawn, readPng } from "./png.js";
import { buildOf } from "./host.js";
import { startClinic } from "./provider.js";

const program = process.env.FIREFOX;
const skip = program ? false : "no Firefox";
let site;
let firefox;

before(async () => {
  if (skip) return;
  site = await start();
  firefox = await startFirefox(program);
});

after(async () => {
  await firefox?.stop();
  await site?.stop();
});

const IS_SHOWN = `window.skiagraph?.summary().viewports[0]?.state === "shown"`;

test("Firefox shows a study by link, scrolls and windows it, and the picture is Chromium's", { timeout: 120_000, skip }, async () => {
  const hash = `#/study/${site.thorax.study}?series=${site.thorax.series}`;
  const page = await firefox.newPage();
  await page.goto(`${site.url}/?renderer=cpu${hash}`);
  await page.until(IS_SHOWN);
  await page.until(`performance.getEntriesByName("viewer:series-complete").length > 0`);
  await page.type("\uE015");
  await page.until(`window.skiagraph.summary().viewports[0].index === 1 && ${IS_SHOWN}`);
  await page.type("\uE013");
  await page.until(`window.skiagraph.summary().viewports[0].index === 0 && ${IS_SHOWN}`);
  await page.type("f");
  await page.type("o");
  await page.type("o");
  await page.until(`window.skiagraph.summary().arePicturesOnly && window.skiagraph.summary().overlayLevel === "none"`);
  await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
  const here = readPng(await page.shot({ x: 340, y: 100, width: 600, height: 600 }));
  const chromium = await openPage(site, hash);
  await isComplete(chromium);
  const there = readPng(await shot(chromium));
  await chromium.close();
  assert.ok(isDrawn(there) && here.width === there.width && here.height === there.height);
  const n = here.rgb.filter((value, at) => value !== there.rgb[at]).length;
  assert.equal(n, 0, `${n} bytes differ from Chromium's picture`);
});

test("in Firefox a link leads through the sign-in to its image, and nothing is kept", { timeout: 120_000, skip }, async () => {
  const clinic = await startClinic(site, {});
  try {
    const page = await firefox.newPage();
    await page.goto(`${clinic.home}?renderer=cpu#/study/${site.thorax.study}?series=${site.thorax.series}`);
    await page.until(`document.querySelector("input[name=login]")`);
    await page.evaluate(`document.querySelector("input[name=login]").focus()`);
    await page.type("ada\uE004any will do\uE007");
    await page.until(IS_SHOWN);
    const kept = await page.evaluate(`(async () => ({ local: { ...localStorage }, session: { ...sessionStorage }, databases: await indexedDB.databases(), caches: (await caches.keys()).filter((name) => !/^skiagraph \\/ build-[0-9a-f]{16}$/.test(name)), cookies: document.cookie, title: document.title }))()`);
    assert.deepEqual(kept, { local: {}, session: {}, databases: [], caches: [], cookies: "", title: "Skiagraph" });
  } finally {
    await clinic.stop();
  }
});

test("in Firefox a changed file of the site is named and not run", { timeout: 120_000, skip }, async () => {
  for (const [file, more] of [["viewer_webgpu.js", Buffer.from("\nglobalThis.wasRun = true;\n")], ["login.js", Buffer.from("\nglobalThis.wasRun = true;\n")], ["viewer_webgpu_bg.wasm", Buffer.from([0, 2, 1, 120])]]) {
    // Each at an address of its own: what was loaded before would come out of the browser's cache.
    const clinic = await startClinic(site, {});
    try {
      clinic.changed = { [`/${buildOf()}/${file}`]: Buffer.concat([fs.readFileSync(path.join(process.env.SITE, buildOf(), file)), more]) };
      const page = await firefox.newPage();
      await page.goto(`${clinic.home}?renderer=cpu`);
      await page.until(`document.querySelector("#boot h1")`);
      const [title, detail, wasRun] = await page.evaluate(`[document.querySelector("#boot h1").textContent, document.querySelector("#boot p").textContent, globalThis.wasRun === true]`);
      assert.equal(title, "A part of the viewer is not as it was built");
      assert.ok(detail.includes(file) && !wasRun, detail);
    } finally {
      await clinic.stop();
    }
  }
});
