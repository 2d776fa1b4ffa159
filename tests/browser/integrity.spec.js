// A site of which one byte was changed: nothing of the changed file runs, and where a page is there at all, a sentence names the file.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, clinic, context, site } from "./clinic.js";
import { isShown, says } from "./harness.js";
import { buildOf } from "./host.js";
import { typeName } from "./provider.js";

/** The page with one file changed on its way. @param {string} file @param {(body: Buffer) => Buffer} change */
async function openChanged(file, change, hash = `#/study/${site.thorax.study}`) {
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  await page.route((url) => url.pathname === `/${buildOf()}/${file}`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: change(await response.body()) });
  });
  await page.goto(`${clinic.home}?renderer=cpu${hash}`);
  return page;
}

const APPEND = (body) => Buffer.concat([body, Buffer.from("\nglobalThis.wasRun = true;\n")]);

/** A custom section at the end (WebAssembly Core 5.5.3): as good a module as before. */
const SECTION = (body) => Buffer.concat([body, Buffer.from([0, 2, 1, 120])]);

/** One byte in the middle is another one. */
const FLIP = (body) => {
  const copy = Buffer.from(body);
  copy[copy.length >> 1] ^= 1;
  return copy;
};

test("a module that was changed is not run, whether it still compiles or not: the page names the file", { timeout: 120_000 }, async () => {
  await begin();
  for (const [file, change] of [["viewer_webgpu_bg.wasm", SECTION], ["viewer_webgpu_bg.wasm", FLIP], ["skiagraph_worker_bg.wasm", SECTION], ["viewer_webgpu.js", APPEND]]) {
    const page = await openChanged(file, change);
    if (file.startsWith("skiagraph_worker")) await typeName(page);
    await says(page, "#boot h1", /A part of the viewer is not as it was built/);
    await says(page, "#boot p", new RegExp(`${file}[^]*nothing of it was run`));
    assert.equal(await page.evaluate(() => globalThis.wasRun), undefined);
    assert.equal(await page.locator(".viewport").count(), 0);
    await page.close();
    await context.clearCookies();
  }
  assert.ok(clinic.log.every(({ url }) => !url.includes("/frames/")), "no picture was asked for");
});

test("what holds the token is not run where it was changed", { timeout: 60_000 }, async () => {
  await begin();
  const page = await openChanged("login.js", APPEND);
  await says(page, "#boot h1", /A part of the viewer is not as it was built/);
  await says(page, "#boot p", /login\.js/);
  assert.equal(await page.evaluate(() => globalThis.wasRun), undefined);
  assert.deepEqual(clinic.sso.issued, []);
});

test("W3C SRI: the browser itself refuses a changed first script and style sheet", { timeout: 60_000 }, async () => {
  await begin();
  const page = await openChanged("main.js", APPEND);
  await says(page, "#boot", /A part of the viewer did not arrive[^]*main\.js[^]*is not as it was built/);
  assert.equal(await page.evaluate(() => globalThis.wasRun), undefined);
  assert.equal(await page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => name.includes("viewer_web")).length), 0, "nothing ran");
  const styled = await openChanged("main.css", (body) => Buffer.concat([body, Buffer.from(".viewport { opacity: 0 }")]));
  await typeName(styled);
  await isShown(styled);
  assert.equal(await styled.evaluate(() => [...document.styleSheets].length), 0);
});

test("an untouched site starts, and each file is asked for once", { timeout: 60_000 }, async () => {
  await begin();
  const asked = [];
  const page = await context.newPage();
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${clinic.home}?renderer=cpu#/study/${site.thorax.study}`);
  await page.locator("input[name=login]").waitFor();
  const files = asked.filter((path) => /^\/(viewer|login|main|skiagraph)/.test(path));
  assert.equal(new Set(files).size, files.length, files.join(" "));
});
