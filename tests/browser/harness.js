// What the browser tests share: the small sample studies, the embedded archive before them, and a browser with all tiers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");

const FLAGS = [
  "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--enable-unsafe-webgpu", "--use-angle=swiftshader", "--enable-features=Vulkan",
  "--use-vulkan=swiftshader", "--ignore-gpu-blocklist", "--use-webgpu-adapter=swiftshader", "--enable-unsafe-swiftshader",
];

/** The ways to draw, best first. */
export const TIERS = ["webgpu", "webgl2", "cpu"];

/** Runs a command of the project to its end. @param {...string} args */
export function xtask(...args) {
  return new Promise((resolve, reject) => {
    spawn(process.env.ARCHIVE_BIN, args, { stdio: ["ignore", "ignore", "inherit"] })
      .on("exit", (code) => (code === 0 ? resolve(undefined) : reject(new Error(`${args[0]} ended with ${code}`))));
  });
}

/** Starts the embedded archive before the site; `stop` ends it. @param {string[]} options */
export async function startArchive(options) {
  const child = spawn(process.env.ARCHIVE_BIN, ["archive", "--site", process.env.SITE, ...options], { stdio: ["pipe", "pipe", "ignore"] });
  const url = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      const line = text.split("\n").find((candidate) => candidate.startsWith("{") && candidate.endsWith("}"));
      if (line) resolve(JSON.parse(line).url.replace(/\/$/, ""));
    });
    child.on("exit", (code) => reject(new Error(`the archive ended with ${code}`)));
  });
  const stop = () => new Promise((resolve) => {
    child.on("exit", resolve);
    child.stdin.end();
  });
  return { url, stop };
}

export function launch() {
  return chromium.launch({ executablePath: process.env.BROWSER ?? "/usr/bin/chromium", args: FLAGS, ignoreDefaultArgs: ["--disable-gpu"] });
}

/**
 * Makes the samples, starts the archive and the browser; `stop` ends all of it.
 * @param {{ files?: Record<string, Buffer>, options?: string[], full?: boolean }} [more] files beside the samples, options of the archive
 */
export async function start({ files = {}, options = [], full = false } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "skiagraph-"));
  await xtask("samples", "--out", folder, ...(full ? [] : ["--small"]));
  const samples = JSON.parse(fs.readFileSync(path.join(folder, "samples.json"), "utf8"));
  for (const [name, bytes] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), bytes);
  const archive = await startArchive(["--folder", folder, ...options]);
  const browser = await launch();
  const thorax = samples.studies.find((study) => study.label === "thorax-ct");
  return {
    folder,
    url: archive.url,
    archive,
    browser,
    samples,
    thorax: { study: thorax.study_uid, series: thorax.series.find((series) => series.modality === "CT").series_uid },
    async stop() {
      await browser.close();
      await archive.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The viewer's page at a place of its address. What went wrong in it is in `page.problems`.
 * @param {{ url: string, browser: import("playwright-core").Browser }} site @param {string} hash
 * @param {{ renderer?: string, before?: (page: import("playwright-core").Page) => Promise<unknown>, viewport?: { width: number, height: number } }} [how]
 *   `renderer` "" lets the page choose; `before` runs before anything is loaded
 */
export async function openPage(site, hash, { renderer = "cpu", before, viewport = { width: 1280, height: 800 } } = {}) {
  // What a service worker answers escapes a test's own answers; service.spec.js has one.
  const page = await site.browser.newPage({ viewport, serviceWorkers: "block" });
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  await before?.(page);
  await page.goto(`${site.url}/${renderer && `?renderer=${renderer}`}${hash}`);
  return page;
}

/** Waits until a viewport shows what it should. @param {import("playwright-core").Page} page @param {number} [id] */
export const isShown = (page, id = 0) => page.waitForFunction((id) => window.skiagraph?.summary().viewports[id]?.state === "shown", id);

/** Waits until the series in the active viewport is there, all of it. @param {import("playwright-core").Page} page */
export async function isComplete(page) {
  await page.waitForFunction(() => performance.getEntriesByName("viewer:series-complete").length > 0, undefined, { timeout: 60_000 });
  await isShown(page);
}

/** What the viewer says of itself. @param {import("playwright-core").Page} page */
export const summary = (page) => page.evaluate(() => window.skiagraph.summary());

/** Two animation frames: what was asked for is drawn. @param {import("playwright-core").Page} page */
export const frames = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

/**
 * Goes to image `number` (from 1) of the active stack by typing, and waits for it.
 * @param {import("playwright-core").Page} page @param {number} number
 */
export async function goTo(page, number) {
  await page.locator("#image-0").fill(String(number));
  await page.locator("#image-0").press("Enter");
  await page.waitForFunction((index) => window.skiagraph.summary().viewports[0].index === index, number - 1);
}

/** The picture of the first viewport alone, without words over it: a PNG. @param {import("playwright-core").Page} page */
export async function shot(page) {
  if (!(await summary(page)).arePicturesOnly) await page.keyboard.press("f");
  while ((await summary(page)).overlayLevel !== "none") await page.keyboard.press("o");
  await page.waitForFunction(() => window.skiagraph.summary().arePicturesOnly && window.skiagraph.summary().viewports[0].state === "shown");
  await frames(page);
  const { width, height } = page.viewportSize();
  return page.screenshot({ clip: { x: (width - 600) / 2, y: (height - 600) / 2, width: 600, height: 600 } });
}

/** Waits for a text on the page, and gives the whole text of the element it stands in. @param {import("playwright-core").Page} page @param {string} selector @param {RegExp} pattern */
export async function says(page, selector, pattern) {
  const element = page.locator(selector).filter({ hasText: pattern }).first();
  await element.waitFor({ state: "visible", timeout: 20_000 }).catch(async () => {
    assert.fail(`${selector} does not say ${pattern}; the page says: ${await page.locator("body").innerText()}`);
  });
  return element.innerText();
}

/** Sets the archive's faults; an empty list ends them. @param {{ url: string }} site @param {object[]} list */
export async function faults(site, list) {
  const response = await fetch(`${site.url}/__faults`, { method: "POST", body: JSON.stringify(list) });
  assert.equal(response.status, 204, await response.text());
}
