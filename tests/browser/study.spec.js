// A study opened by link in a real browser, on each tier: what a reader does first, and that the picture is the same.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isShown, openPage, start } from "./harness.js";

let site;

before(async () => {
  site = await start();
});

after(() => site?.stop());

/** Opens the thorax CT on a tier and waits until all of it is there. */
async function open(renderer) {
  const page = await site.browser.newPage({ viewport: { width: 1280, height: 800 } });
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`${site.url}/?renderer=${renderer}#/study/${site.thorax.study}?series=${site.thorax.series}`);
  await page.waitForFunction(() => performance.getEntriesByName("viewer:series-complete").length > 0, undefined, { timeout: 60_000 });
  await page.waitForFunction(() => window.skiagraph.summary().viewports[0].state === "shown");
  return { page, errors };
}

for (const renderer of ["webgpu", "webgl2", "cpu"]) {
  test(`the thorax CT is shown, scrolled and windowed on ${renderer}`, { timeout: 120_000 }, async () => {
    const { page, errors } = await open(renderer);
    const first = await page.evaluate(() => window.skiagraph.summary());
    assert.equal(first.renderer, renderer);
    assert.equal(first.viewports[0].index, 0);
    assert.ok(first.viewports[0].count > 10);
    await page.mouse.move(640, 400);
    await page.mouse.wheel(0, 100);
    await page.waitForFunction(() => window.skiagraph.summary().viewports[0].index === 1);
    const before = first.viewports[0].window;
    await page.mouse.down();
    await page.mouse.move(700, 400, { steps: 3 });
    await page.mouse.up();
    await page.waitForFunction((width) => window.skiagraph.summary().viewports[0].window.width > width, before.width);
    await page.keyboard.press("h");
    await page.waitForFunction(() => window.skiagraph.summary().viewports[0].transform.isFlippedHorizontally);
    assert.deepEqual(errors, []);
    assert.equal(await page.title(), "Skiagraph", "no patient in the title");
    await page.close();
  });
}

test("the three tiers put the same bytes on the screen", { timeout: 240_000 }, async () => {
  const shots = [];
  for (const renderer of ["cpu", "webgpu", "webgl2"]) {
    const { page } = await open(renderer);
    // Pictures only, one slice in: what stands on the canvas, without the words that name the renderer.
    await page.keyboard.press("f");
    await page.keyboard.press("o");
    await page.keyboard.press("o");
    await page.keyboard.press("End");
    await page.keyboard.press("Home");
    await page.waitForFunction(() => window.skiagraph.summary().arePicturesOnly && window.skiagraph.summary().viewports[0].index === 0);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    shots.push(await page.screenshot({ clip: { x: 340, y: 100, width: 600, height: 600 } }));
    await page.close();
  }
  assert.ok(shots[0].equals(shots[1]), "WebGPU differs from the CPU reference");
  assert.ok(shots[0].equals(shots[2]), "WebGL2 differs from the CPU reference");
});

test("no tool lies under another, however wide the page", { timeout: 60_000 }, async () => {
  for (const width of [1280, 1400, 1440, 1920]) {
    const page = await openPage(site, `#/study/${site.thorax.study}`, { viewport: { width, height: 700 } });
    await isShown(page);
    await page.locator("#bar .end").waitFor();
    const hidden = await page.evaluate(() => {
      const tools = document.querySelector("#bar .tools");
      const scrolls = getComputedStyle(tools).overflowX === "auto";
      return [...document.querySelectorAll("#bar button, #bar select")]
        .filter((control) => !(scrolls && tools.contains(control)))
        .filter((control) => {
          const { left, top, width, height } = control.getBoundingClientRect();
          return [0.1, 0.9].some((part) => !control.contains(document.elementFromPoint(left + part * width, top + height / 2)));
        })
        .map((control) => control.getAttribute("aria-label"));
    });
    assert.deepEqual(hidden, [], `${width} px`);
    await page.close();
  }
});
