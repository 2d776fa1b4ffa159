// Row E8: the window presets of a modality are the reader's to set, and are there at the next visit. Row I1: forth and back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isComplete, isShown, openPage, start, summary } from "./harness.js";

let site;

before(async () => {
  site = await start();
});

after(() => site?.stop());

const open = () => openPage(site, `#/study/${site.thorax.study}?series=${site.thorax.series}`);
const viewport = async (page) => (await summary(page)).viewports[0];

test("a reader names the window shown, gives it the first key, and finds it there at the next visit", { timeout: 120_000 }, async () => {
  const page = await open();
  await isShown(page);
  const menu = page.getByRole("combobox", { name: /^Window/ });
  await menu.selectOption({ label: "Edit presets…" });
  const dialog = page.getByRole("dialog", { name: "Window presets for CT" });
  await dialog.getByRole("button", { name: "Remove preset 8" }).click();
  await dialog.getByRole("button", { name: "Add the window shown" }).click();
  await page.keyboard.type("<b>Spine</b>");
  const { window } = await viewport(page);
  assert.equal(await dialog.getByLabel("Center of preset 8").inputValue(), String(window.center));
  await dialog.getByLabel("Width of preset 8").fill("0.5");
  await dialog.getByRole("button", { name: "Keep" }).click();
  assert.ok(await dialog.isVisible(), "C.11.2.1.2: a width below 1 is no window, and is not taken");
  await dialog.getByLabel("Width of preset 8").fill("500");
  for (let key = 8; key > 1; key -= 1) await dialog.getByRole("button", { name: `Preset ${key} one key up` }).click();
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
  // The keys belong to the pictures again.
  await page.keyboard.press("1");
  await page.waitForFunction(() => window.skiagraph.summary().viewports[0].window.width === 500);
  assert.equal((await viewport(page)).window.name, "<b>Spine</b>", "a name is text");
  await page.getByRole("combobox", { name: "Window, now <b>Spine</b>" }).waitFor();

  await page.reload();
  await isShown(page);
  const { presets } = await viewport(page);
  assert.deepEqual([presets.length, presets[0].name, presets[1].name], [8, "<b>Spine</b>", "Soft tissue"]);
  await menu.selectOption({ label: "Edit presets…" });
  await dialog.getByRole("button", { name: "Built-in presets" }).click();
  await page.waitForFunction(() => window.skiagraph.summary().viewports[0].presets[0].name === "Soft tissue");
  assert.equal(await page.evaluate(() => localStorage.length), 0, "nothing of the reader's own, nothing kept");
  await page.close();
});

test("a stack plays to its end and back where the reader wants it", { timeout: 120_000 }, async () => {
  const page = await open();
  await isComplete(page);
  await page.getByRole("button", { name: /^Forth and back/ }).click();
  await page.getByRole("button", { name: /^Forth and back/, pressed: true }).waitFor();
  const { count } = await viewport(page);
  // From one before the end: the last, and then the one before it again, never the first.
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowUp");
  const watched = page.evaluate(() => new Promise((resolve) => {
    const seen = [];
    const look = () => {
      const { index } = window.skiagraph.summary().viewports[0];
      if (seen.at(-1) !== index) seen.push(index);
      if (seen.length > 3) resolve(seen);
      else requestAnimationFrame(look);
    };
    look();
  }));
  await page.keyboard.press("Space");
  const seen = await watched;
  assert.equal(seen[0], count - 2);
  assert.ok(Math.min(...seen) > count / 2, `it went round: ${seen}`);
  assert.ok(seen.includes(count - 1) || seen.at(-1) < count - 2, `it never turned: ${seen}`);
  await page.close();
});
