// Studies side by side: picked in the list by hand or by key, each under its own name, and asked about where they are not of
// one patient (rule D39: "comparison of studies with different (ID+issuer) or birth date => blocking banner").
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isShown, openPage, says, start, summary } from "./harness.js";

let site;

before(async () => {
  site = await start();
});

after(() => site?.stop());

const study = (label) => site.samples.studies.find((one) => one.label === label).study_uid;

/** The list with all its rows. */
async function list() {
  const page = await openPage(site, "#/studies");
  await page.locator(`tr[data-study="${study("head-mr")}"]`).waitFor();
  return page;
}

test("a study and its prior, picked with the mouse, stand side by side without a question", { timeout: 60_000 }, async () => {
  const page = await list();
  const [now, prior] = [study("thorax-ct"), study("thorax-ct-prior")];
  await page.locator(`tr[data-study="${now}"] input`).click();
  await says(page, ".picks", /1 study picked/);
  assert.equal((await summary(page)).screen, "studies", "a tick opens nothing");
  await page.locator(`tr[data-study="${prior}"] input`).click();
  await page.getByRole("button", { name: "Open 2 side by side" }).click();
  await isShown(page, 0);
  await isShown(page, 1);
  const { studies, layout, viewports, problems } = await summary(page);
  assert.deepEqual(studies, [now, prior]);
  assert.deepEqual(layout, { rows: 1, columns: 2 });
  assert.deepEqual(viewports.map((one) => one.study), [now, prior]);
  assert.deepEqual(problems, []);
  // The strip comes after the pictures.
  await page.locator("#strip .whose").nth(1).waitFor();
  assert.equal(await page.locator("#strip .whose").count(), 2);
  assert.ok(!(await page.locator("#surface").innerText()).includes("OTHER PATIENT"));
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("two patients, picked with the keyboard, are asked about before anything else, and each picture keeps its own name", { timeout: 60_000 }, async () => {
  const page = await list();
  const [one, other] = [study("thorax-ct"), study("head-mr")];
  for (const uid of [one, other]) {
    await page.locator(`tr[data-study="${uid}"]`).focus();
    await page.keyboard.press("Space");
  }
  await page.getByRole("button", { name: "Open 2 side by side" }).press("Enter");
  await isShown(page, 0);
  await isShown(page, 1);
  const question = page.locator("dialog#blocking[open]");
  await question.waitFor();
  assert.match(await question.innerText(), /different patients/);
  // Nothing behind the question can be reached.
  await page.keyboard.press("Escape");
  assert.ok(await question.isVisible(), "Escape is no answer");
  await question.getByRole("button", { name: "go on" }).click();
  await question.waitFor({ state: "hidden" });
  for (const id of [0, 1]) await says(page, "#surface .marks >> nth=" + id, /OTHER PATIENT BESIDE/);
  const rows = [];
  for (const heading of await page.locator("#strip .whose strong").all()) rows.push(await heading.innerText());
  assert.equal(new Set(rows).size, 2, "two names stand over the series");
  await page.close();
});

test("the address leads back to both studies, the one of the active picture first", { timeout: 60_000 }, async () => {
  const [now, prior] = [study("thorax-ct"), study("thorax-ct-prior")];
  const page = await openPage(site, `#/study/${now},${prior}`);
  await isShown(page, 1);
  await page.mouse.click(960, 400);
  await page.waitForFunction(() => window.skiagraph.summary().activeViewport === 1);
  await page.waitForFunction((start) => location.hash.startsWith(start), `#/study/${prior},${now}?`);
  await page.reload();
  await isShown(page, 0);
  await isShown(page, 1);
  assert.deepEqual((await summary(page)).viewports.map((one) => one.study), [prior, now]);
  await page.close();
});

test("IHE Invoke Image Display with a list of studies opens all of them (RAD-106: studyUID, comma separated)", { timeout: 60_000 }, async () => {
  const [now, prior] = [study("thorax-ct"), study("thorax-ct-prior")];
  const page = await site.browser.newPage();
  await page.goto(`${site.url}/?renderer=cpu&requestType=STUDY&studyUID=${now},${prior}`);
  await isShown(page, 1);
  assert.deepEqual((await summary(page)).studies, [now, prior]);
  await page.close();
});

test("a link carries the grid: what it does not name is filled with the next series", { timeout: 60_000 }, async () => {
  const head = study("head-mr");
  const page = await openPage(site, `#/study/${head}`);
  await isShown(page);
  await page.waitForFunction(() => window.skiagraph.summary().series.length === 3);
  await page.getByRole("button", { name: /^Two side by side/ }).click();
  await isShown(page, 1);
  await page.waitForFunction(() => location.hash.includes("layout=1x2"));
  const before = (await summary(page)).viewports.map((one) => one.series);
  await page.reload();
  await isShown(page, 0);
  await isShown(page, 1);
  const { layout, viewports } = await summary(page);
  assert.deepEqual([layout, viewports.map((one) => one.series)], [{ rows: 1, columns: 2 }, before]);
  assert.deepEqual(page.problems, []);
  await page.close();
});
