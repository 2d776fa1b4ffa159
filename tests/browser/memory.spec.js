// A budget, not a hope: many studies one after the other, and a series of three thousand slices, in the memory there is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dicom, uid } from "./dicom.js";
import { isShown, openPage, start, summary } from "./harness.js";

const N_SLICES = 3000;
const LONG = { study: 1, series: 1 };

let site;

before(async () => {
  const slices = Array.from({ length: N_SLICES }, (_, k) => k + 1);
  const files = slices.map((number) => [`long-${number}.dcm`, dicom({ ...LONG, number }, { "00200032": ["DS", `0\\0\\${number}`] })]);
  site = await start({ files: Object.fromEntries(files) });
});

after(() => site?.stop());

/** Goes to a study by its address, and waits for its picture and until nothing more is on its way. */
async function visit(page, study) {
  await page.evaluate((hash) => (location.hash = hash), `#/study/${study}`);
  await page.waitForFunction((study) => {
    const { study: open, viewports, load } = window.skiagraph.summary();
    return open === study && ["shown", "failed", "empty"].includes(viewports[0].state) && viewports[0].message !== "Asking the archive ..." && !load.isBusy;
  }, study, { timeout: 60_000 });
}

test("twenty studies opened one after the other take no more memory than the first five", { timeout: 240_000 }, async () => {
  const page = await openPage(site, "#/studies");
  await page.waitForFunction(() => window.skiagraph);
  const studies = site.samples.studies.map(({ study_uid }) => study_uid).slice(0, 5);
  const sizes = [];
  for (let n = 0; n < 20; n += 1) {
    await visit(page, studies[n % studies.length]);
    const { load } = await summary(page);
    assert.ok(load.bytesHeld <= load.bytesBudget);
    sizes.push(load.bytesOfPage);
  }
  assert.ok(sizes[4] > 0);
  assert.ok(sizes.at(-1) <= 1.1 * sizes[4], `memory grew: ${sizes}`);
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("three thousand slices open, scroll to their end and back", { timeout: 240_000 }, async () => {
  const page = await openPage(site, `#/study/${uid(LONG.study)}`);
  await isShown(page);
  await page.waitForFunction((n) => window.skiagraph?.summary().viewports[0].count === n, N_SLICES, { timeout: 120_000 });
  for (const [key, index] of [["End", N_SLICES - 1], ["Home", 0], ["Shift+ArrowDown", 10]]) {
    await page.keyboard.press(key);
    await page.waitForFunction((index) => {
      const { state, index: now } = window.skiagraph.summary().viewports[0];
      return now === index && state === "shown";
    }, index);
  }
  assert.equal((await summary(page)).viewports[0].marks.filter(({ isWarning }) => isWarning).map(({ text }) => text).join(), "");
  assert.deepEqual(page.problems, []);
  await page.close();
});
