// The files of the viewer on this computer: kept once the reader waits for nothing, build by build, and never anything else.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { isComplete, isShown, says, start, summary } from "./harness.js";
import { buildAgain, buildOf, startHost } from "./host.js";

const FIRST = buildOf();
const MINUTE = 60_000;

let site;
let host;
/** @type {import("playwright-core").BrowserContext} */
let context;
/** The same site as another build. */
let second, other;

before(async () => {
  site = await start();
  second = fs.mkdtempSync(path.join(os.tmpdir(), "skiagraph-build-"));
  other = buildAgain(second, "5");
});

after(async () => {
  await site?.stop();
  if (second) fs.rmSync(second, { recursive: true, force: true });
});

beforeEach(async () => {
  host = await startHost(site.archive);
  context = await site.browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(30_000);
});

afterEach(async () => {
  await context.close();
  await host.stop();
});

const thorax = () => `#/study/${site.thorax.study}?series=${site.thorax.series}`;

/** @param {{ isThin?: boolean }} [line] as the page measures it, whatever else this machine does */
async function open({ isThin = false } = {}) {
  const page = await context.newPage();
  await page.addInitScript((duration) => {
    const real = performance.getEntriesByType.bind(performance);
    performance.getEntriesByType = (type) => (type === "resource" ? real(type).map(({ name, transferSize }) => ({ name, transferSize, duration })) : real(type));
  }, isThin ? 60_000 : 1);
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  await page.goto(`${host.url}/?renderer=cpu${thorax()}`);
  return page;
}

/** Addresses below the site of everything that is kept, in order. */
const kept = (page) => page.evaluate(async () => {
  const all = [];
  for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) all.push(url.slice(location.origin.length + 1));
  return all.sort();
});

/** What is kept for a reader who draws with the CPU, signs in nowhere and makes no copies. */
function wanted(build = FIRST) {
  const files = Object.keys(JSON.parse(fs.readFileSync(path.join(process.env.SITE, FIRST, "files.json"), "utf8")));
  return files.filter((file) => !/^(viewer_webgl\b|viewer_webgl_|login|copies|module_deidentify)/.test(file)).map((file) => `${build}/${file}`).sort();
}

/** Waits until the build is kept, all of it, by a worker that is there; or, without a build, until nothing is. */
async function isKept(page, build = FIRST) {
  const files = build ? wanted(build) : [];
  const isDone = await page.evaluate(async ({ build, n }) => {
    const end = Date.now() + 30_000;
    while (Date.now() < end) {
      const names = await caches.keys();
      const all = build ? await (await caches.open(`skiagraph / ${build}`)).keys() : [];
      const workers = (await navigator.serviceWorker.getRegistrations()).filter(({ active }) => active);
      if (build ? all.length === n && workers.length === 1 : names.length + workers.length === 0) return true;
      await new Promise(requestAnimationFrame);
    }
    return `${await caches.keys()}`;
  }, { build, n: files.length });
  assert.equal(isDone, true);
}

/** The files of the app that were asked for. */
const ofBuild = (log) => log.filter((url) => url.startsWith("/build-"));

test("a second visit asks for the page, the configuration, the worker's few lines and the archive, and for no other file of the app", { timeout: 90_000 }, async () => {
  // Where nothing may be kept by the browser's own cache, what is not asked for came from the worker.
  host.cache = "no-store";
  const first = await open();
  await isShown(first);
  await isKept(first);
  assert.deepEqual(await kept(first), wanted(), "the files of this build and nothing else: no configuration, page or answer");
  await first.close();
  host.log.length = 0;
  const again = await open();
  await isComplete(again);
  const asked = host.log.filter((url) => !url.startsWith("/dicom-web"));
  const allowed = /^\/(\?.*|config\.json|favicon\.svg|service_worker\.js\?build-\w+|build-\w+\/(worker\.js|files\.json))$/;
  assert.deepEqual(asked.filter((url) => !allowed.test(url)), []);
  assert.ok(host.log.some((url) => url.includes("/frames/")), "pictures come from the archive");
  assert.deepEqual(again.problems, []);
});

test("to keep the files costs no byte twice, and nothing before the first picture", { timeout: 90_000 }, async () => {
  const page = await open();
  await isShown(page);
  await isKept(page);
  const asked = ofBuild(host.log);
  const twice = asked.filter((url, at) => asked.indexOf(url) !== at && !url.endsWith("/worker.js"));
  assert.deepEqual(twice, []);
  const [script, frame] = [(url) => url.startsWith("/service_worker.js"), (url) => url.includes("/frames/")].map((is) => host.log.findIndex(is));
  assert.ok(frame >= 0 && frame < script, "the picture was asked for first");
  assert.ok(host.log.slice(0, script).every((url) => !url.includes("module_")), "no decoder that the picture did without");
});

test("on a thin line no decoder is brought that this visit did not need", { timeout: 90_000 }, async () => {
  const page = await open({ isThin: true });
  await isShown(page);
  const files = wanted().filter((url) => !url.includes("/module_"));
  await page.waitForFunction(async (files) => {
    const cache = await caches.open((await caches.keys())[0] ?? "none");
    const kept = (await cache.keys()).map(({ url }) => url);
    return files.every((file) => kept.some((url) => url.endsWith(file)));
  }, files);
  assert.deepEqual(ofBuild(host.log).filter((url) => url.includes("/module_")), []);
});

test("fault 48: a new build while a study is open: the page says so, goes on with its own files, and nothing of two builds is mixed", { timeout: 120_000 }, async () => {
  const page = await open();
  await isShown(page);
  await isKept(page);
  // The files of the build that is open are no longer there.
  host.folder = second;
  host.log.length = 0;
  // A reader who touches the page now and then, and comes back to it after a quarter of an hour.
  await page.evaluate((minute) => {
    const real = Date.now;
    window.later = 0;
    Date.now = () => real() + window.later * minute;
  }, MINUTE);
  for (const minutes of [8, 16]) {
    await page.evaluate((minutes) => (window.later = minutes), minutes);
    await page.mouse.move(300 + minutes, 300);
  }
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  const card = await says(page, "#cards .card", /new version of the viewer/);
  assert.match(card, /goes on with its own until it is loaded again/);
  // A decoder that this page has not needed so far, of its own build.
  assert.ok(await page.evaluate((url) => import(url).then((module) => typeof module.default === "function"), `/${FIRST}/module_wavelet.js`));
  const head = site.samples.studies.find(({ label }) => label === "head-mr");
  await page.evaluate((hash) => (location.hash = hash), `#/study/${head.study_uid}`);
  await page.waitForFunction((study) => window.skiagraph.summary().study === study && window.skiagraph.summary().viewports[0].state === "shown", head.study_uid);
  assert.deepEqual(ofBuild(host.log), [], "nothing was loaded of either build");
  host.log.length = 0;
  await page.getByRole("button", { name: "Reload" }).click();
  await page.waitForFunction((other) => document.querySelector("script[type=module]")?.getAttribute("src").startsWith(other), other);
  await isShown(page);
  assert.equal((await summary(page)).study, head.study_uid, "the study is where it was");
  await isKept(page, other);
  assert.ok(ofBuild(host.log).length > 0 && ofBuild(host.log).every((url) => url.startsWith(`/${other}/`)), "all of it is of the new one");
  assert.deepEqual(page.problems, []);
});

test("two pages of two builds beside each other: each has its own files", { timeout: 120_000 }, async () => {
  const old = await open();
  await isShown(old);
  await isKept(old);
  host.folder = second;
  const fresh = await open();
  await isShown(fresh);
  await isKept(fresh, other);
  assert.deepEqual(await kept(old), [...wanted(), ...wanted(other)].sort());
  for (const [page, build] of [[old, FIRST], [fresh, other]]) {
    const sizes = await page.evaluate((folder) => fetch(`${folder}/module_jxl_bg.wasm`).then(async (answer) => (await answer.arrayBuffer()).byteLength), `/${build}`);
    assert.equal(sizes, fs.statSync(path.join(process.env.SITE, FIRST, "module_jxl_bg.wasm")).size, build);
  }
});

for (const file of ["viewer_webgpu_bg.wasm", "viewer_webgpu.js", "main.js", "skiagraph_worker_bg.wasm"]) {
  test(`fault 49: what the worker keeps of ${file} is broken: the page comes back once, without the worker, with its study`, { timeout: 90_000 }, async () => {
    const first = await open();
    await isShown(first);
    await isKept(first);
    await first.evaluate(async ([name, url, type]) => {
      const cache = await caches.open(name);
      await cache.put(url, new Response("not what was built", { headers: { "Content-Type": type } }));
    }, [`skiagraph / ${FIRST}`, `/${FIRST}/${file}`, file.endsWith("wasm") ? "application/wasm" : "text/javascript"]);
    await first.close();
    const page = await context.newPage();
    let visits = 0;
    page.on("framenavigated", () => (visits += 1));
    await page.goto(`${host.url}/?renderer=cpu${thorax()}`).catch(() => undefined);
    await isShown(page);
    // The hash of the open study is written by the page itself, within the document.
    assert.equal(await page.evaluate(() => performance.getEntriesByType("navigation")[0].type), "reload");
    assert.equal(await page.evaluate(() => navigator.serviceWorker.controller), null);
    await isKept(page);
    assert.deepEqual(await kept(page), wanted(), "kept anew");
  });
}

test("fault 49: a file that is wrong on the site itself: one attempt without the worker, then a sentence, and no loop", { timeout: 90_000 }, async () => {
  host.cache = "no-store";
  const first = await open();
  await isShown(first);
  await isKept(first);
  await first.evaluate(async ([name, url]) => (await caches.open(name)).delete(url), [`skiagraph / ${FIRST}`, `/${FIRST}/viewer_webgpu.js`]);
  await first.close();
  host.changed[`/${FIRST}/viewer_webgpu.js`] = null;
  const page = await open();
  await says(page, "#boot h1", /A part of the viewer did not arrive/);
  assert.equal(host.log.filter((url) => url.startsWith("/?")).length, 3, "the first visit, this one, and the one attempt");
});

test("the page's entry does not arrive: a sentence in place of a start that never ends", { timeout: 60_000 }, async () => {
  host.changed[`/${FIRST}/main.js`] = null;
  const page = await open();
  assert.match(await says(page, "#boot", /A part of the viewer did not arrive/), /main\.js[\s\S]*Check the connection/);
  host.changed = {};
  await page.getByRole("button", { name: "Load again" }).click();
  await isShown(page);
});

test("without its script in the site's folder nothing is kept, and what earlier visits kept goes", { timeout: 90_000 }, async () => {
  const first = await open();
  await isShown(first);
  await isKept(first);
  host.changed["/service_worker.js"] = null;
  const page = await open();
  await isShown(page);
  await isKept(page, "");
  assert.deepEqual(page.problems, []);
});
