// The page on a machine that draws badly: no WebGPU, no WebGL2, a device or a context lost in use, and lost again and again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { TIERS, frames, goTo, isComplete, openPage, says, shot, start, summary } from "./harness.js";

let site;

before(async () => {
  site = await start();
});

after(() => site?.stop());

const thorax = () => `#/study/${site.thorax.study}?series=${site.thorax.series}`;

/** The picture as the CPU reference draws it. */
async function reference(number) {
  const page = await openPage(site, thorax());
  await isComplete(page);
  await goTo(page, number);
  const picture = await shot(page);
  await page.close();
  return picture;
}

const withoutWebGpu = (page) => page.addInitScript(() => delete Navigator.prototype.gpu);

const withoutWebGl = (page) => page.addInitScript(() => {
  for (const kind of [HTMLCanvasElement, OffscreenCanvas]) {
    const real = kind.prototype.getContext;
    kind.prototype.getContext = function (name, ...rest) {
      return name.startsWith("webgl") ? null : real.call(this, name, ...rest);
    };
  }
});

/** The graphics processor of these machines is a program; here it bears the name of a real one. */
const withRealName = (page) => page.addInitScript(() => {
  const UNMASKED_RENDERER_WEBGL = 0x9246;
  const real = WebGL2RenderingContext.prototype.getParameter;
  WebGL2RenderingContext.prototype.getParameter = function (name) {
    return name === UNMASKED_RENDERER_WEBGL ? "A real graphics processor" : real.call(this, name);
  };
});

for (const [name, lacks, tier] of [
  ["WebGPU", [withRealName, withoutWebGpu], "webgl2"],
  ["a graphics processor that is no program", [], "cpu"],
  ["WebGPU and WebGL2", [withoutWebGpu, withoutWebGl], "cpu"],
]) {
  test(`without ${name} the page draws with ${tier}, says so, and the picture is the same`, { timeout: 90_000 }, async () => {
    const page = await openPage(site, thorax(), { renderer: "", before: (page) => Promise.all(lacks.map((take) => take(page))) });
    await isComplete(page);
    assert.equal((await summary(page)).renderer, tier);
    assert.equal(await page.locator("#status [data-renderer]").getAttribute("data-renderer"), tier);
    await goTo(page, 12);
    assert.ok((await shot(page)).equals(await reference(12)));
    assert.deepEqual(page.problems, []);
    await page.close();
  });
}

/** Keeps what the page draws with under `window.devices` and `window.contexts`. */
const keepDevices = (page) => page.addInitScript(() => {
  window.devices = [];
  window.contexts = [];
  if (globalThis.GPUAdapter) {
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...args) {
      const device = await request.apply(this, args);
      window.devices.push(device);
      return device;
    };
  }
  const real = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (...args) {
    const context = real.apply(this, args);
    if (this.id === "canvas" && context && !window.contexts.includes(context)) window.contexts.push(context);
    return context;
  };
});

/** Takes the device away from under the page. */
const loseDevice = (page) => page.evaluate(() => window.devices.at(-1).destroy());

/** Takes the WebGL2 context away and gives it back, as a driver that starts again does. */
const loseContext = (page) => page.evaluate(() => new Promise((resolve) => {
  const context = window.contexts.find((one) => one instanceof WebGL2RenderingContext);
  const loss = context.getExtension("WEBGL_lose_context");
  context.canvas.addEventListener("webglcontextlost", () => setTimeout(() => {
    context.canvas.addEventListener("webglcontextrestored", resolve, { once: true });
    loss.restoreContext();
  }), { once: true });
  loss.loseContext();
}));

const LOSE = { webgpu: loseDevice, webgl2: loseContext };

/** Waits until the page has told of a loss, and takes the card away. */
async function recovers(page) {
  assert.match(await says(page, "#cards .card", /graphics device was lost/), /is in use again\.[\s\S]*your place and window are kept/);
  await page.locator("#cards .card").getByRole("button", { name: "Dismiss" }).first().click();
  await page.waitForFunction(() => window.skiagraph.summary().problems.length === 0);
}

for (const tier of ["webgpu", "webgl2"]) {
  test(`${tier}: what the page draws with is lost in use, comes back with the same picture, and goes on`, { timeout: 120_000 }, async () => {
    const page = await openPage(site, thorax(), { renderer: tier, before: keepDevices });
    await isComplete(page);
    await goTo(page, 12);
    await LOSE[tier](page);
    await recovers(page);
    assert.equal((await summary(page)).viewports[0].index, 11, "the place is kept");
    assert.ok((await shot(page)).equals(await reference(12)), "the same picture");
    await page.keyboard.press("End");
    await page.waitForFunction(() => window.skiagraph.summary().viewports[0].index === 23);
    assert.ok((await shot(page)).equals(await reference(24)), "and the next one");
    assert.deepEqual(page.problems, []);
    await page.close();
  });

  test(`${tier}: lost again after three times, the page starts anew on the next tier with the study`, { timeout: 120_000 }, async () => {
    const page = await openPage(site, thorax(), { renderer: tier, before: keepDevices });
    await isComplete(page);
    for (let loss = 0; loss < 3; loss += 1) {
      await LOSE[tier](page);
      await recovers(page);
      await frames(page);
    }
    const next = TIERS[TIERS.indexOf(tier) + 1];
    const arrived = page.waitForURL((url) => url.searchParams.get("renderer") === next, { timeout: 30_000 });
    await LOSE[tier](page).catch(() => undefined);
    await arrived;
    await isComplete(page);
    const { renderer, study } = await summary(page);
    assert.deepEqual([renderer, study], [next, site.thorax.study]);
    await goTo(page, 12);
    assert.ok((await shot(page)).equals(await reference(12)));
    await page.close();
  });
}
