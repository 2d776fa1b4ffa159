// Rows of the list of fault cases (standards 5.2) that no other file has: what the archive does, and what the reader sees.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { dicom, uid } from "./dicom.js";
import { faults, goTo, isComplete, isShown, openPage, says, shot, start, startArchive, summary } from "./harness.js";
import { startHost } from "./host.js";

/** A series long enough for one answer with many parts, each image with a place of its own. */
const LONG = { study: 1, series: 1 };
const N_LONG = 60;

let site;

before(async () => {
  const numbers = Array.from({ length: N_LONG }, (_, k) => k + 1);
  site = await start({ files: Object.fromEntries(numbers.map((number) => [`long-${number}.dcm`, dicom({ ...LONG, number })])) });
});

after(() => site?.stop());

afterEach(() => faults(site, []));

const CARD = "#cards .card";
const MESSAGE = ".viewport[data-viewport='0'] .message";
const thorax = () => `#/study/${site.thorax.study}?series=${site.thorax.series}`;
const long = `#/study/${uid(LONG.study)}?series=${uid(LONG.study, LONG.series)}`;

async function end(page) {
  assert.deepEqual(page.problems, []);
  await page.close();
}

/** The instance of image 12 of the thorax CT. */
async function twelfth() {
  const page = await openPage(site, thorax());
  await isComplete(page);
  await goTo(page, 12);
  const { instance } = (await summary(page)).viewports[0];
  await page.close();
  return instance;
}

test("fault 2: nobody answers at the start: said, and Retry brings the study when the line is back", { timeout: 90_000 }, async () => {
  const options = ["--folder", site.folder];
  const gone = await startArchive(options);
  const { port } = new URL(gone.url);
  const its = await startHost(gone);
  await gone.stop();
  const page = await openPage({ ...site, url: its.url }, thorax());
  await says(page, CARD, /could not be reached/);
  assert.equal((await summary(page)).load.isBusy, false, "no sign of waiting stays");
  const back = await startArchive([...options, "--port", port]);
  try {
    await page.locator(CARD).getByRole("button", { name: "Retry" }).first().click();
    await isComplete(page);
    await end(page);
  } finally {
    await back.stop();
    await its.stop();
  }
});

test("fault 2: an archive that does not answer is told after 15 s, and no sign of waiting stays", { timeout: 90_000 }, async () => {
  await faults(site, [{ path: "/series?", fault: { delayMillis: 60_000 } }]);
  const page = await openPage(site, `#/study/${site.thorax.study}`);
  await page.locator(CARD).first().waitFor({ timeout: 60_000 });
  await says(page, CARD, /did not answer within 15 s/);
  assert.equal((await summary(page)).load.isBusy, false);
  await faults(site, []);
  await page.locator(CARD).getByRole("button", { name: "Retry" }).first().click();
  await isShown(page);
  await end(page);
});

for (const code of [404, 410]) {
  test(`fault 5: an image that is no longer on the server (${code}): said in its place, counted, and the others are shown`, { timeout: 40_000 }, async () => {
    const instance = await twelfth();
    await faults(site, [{ path: `${instance}/frames`, fault: { status: code } }]);
    const page = await openPage(site, thorax());
    await isComplete(page);
    await goTo(page, 12);
    assert.match(await says(page, MESSAGE, /no longer on the server/), new RegExp(`Image 12 of 24 cannot be shown\\.[^]*${code}`));
    await says(page, "#status", /1 unreadable/);
    await goTo(page, 13);
    await isShown(page);
    await end(page);
  });
}

for (const code of [406, 415, 500]) {
  test(`fault 7: ${code} on one form of an image: the next one is asked for, and the image is shown`, { timeout: 40_000 }, async () => {
    const instance = await twelfth();
    await faults(site, [{ path: `${instance}/frames`, times: 1, fault: { status: code } }]);
    const page = await openPage(site, thorax());
    await isComplete(page);
    await goTo(page, 12);
    await isShown(page);
    assert.equal((await summary(page)).load.framesFailed, 0);
    await end(page);
  });
}

/** The picture of image 12, as the archive sends it. */
async function picture(hash, number = 12) {
  const page = await openPage(site, hash);
  await isComplete(page);
  await goTo(page, number);
  const bytes = await shot(page);
  await end(page);
  return bytes;
}

test("fault 9: an answer under the name of another: the image is right, or it is not shown", { timeout: 120_000 }, async () => {
  const instance = await twelfth();
  const right = await picture(thorax());
  for (const contentType of [
    "application/octet-stream", "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.50", "image/jpeg", "image/jp2", "application/dicom",
    "multipart/related; type=\"image/jpeg\"; boundary=other", "multipart/related", "",
  ]) {
    await faults(site, [{ path: `${instance}/frames`, fault: { contentType } }]);
    const page = await openPage(site, thorax());
    await isComplete(page);
    await goTo(page, 12);
    await page.waitForFunction(() => ["shown", "failed"].includes(window.skiagraph.summary().viewports[0].state));
    if ((await summary(page)).viewports[0].state === "shown") assert.ok((await shot(page)).equals(right), `another picture under ${contentType}`);
    else await says(page, MESSAGE, /Image 12 of 24 cannot be shown\./);
    await end(page);
  }
});

for (const [what, fault] of [["in another order", { reorderParts: true }], ["twice", { duplicateParts: true }]]) {
  test(`fault 11: the parts of an answer come ${what}: each image is its own`, { timeout: 90_000 }, async () => {
    const right = [await picture(long, 7), await picture(long, N_LONG - 3)];
    await faults(site, [{ path: "/series/", fault }]);
    const page = await openPage(site, long);
    await isComplete(page);
    const { load } = await summary(page);
    assert.deepEqual([load.framesReady, load.framesFailed], [N_LONG, 0]);
    await end(page);
    for (const [at, number] of [7, N_LONG - 3].entries()) assert.ok((await picture(long, number)).equals(right[at]), `image ${number}`);
  });
}

test("fault 12: an image other than the one asked for is never drawn", { timeout: 40_000 }, async () => {
  const instance = await twelfth();
  const before = (page) => page.route((url) => url.pathname.includes(`${instance}/frames`), async (route) => {
    const response = await route.fetch();
    const body = Buffer.from((await response.body()).toString("latin1").replaceAll(instance, `${instance}9`), "latin1");
    return route.fulfill({ response, body });
  });
  const page = await openPage(site, thorax(), { before });
  await isComplete(page);
  await goTo(page, 12);
  await says(page, MESSAGE, /sent an image other than the one asked for; it is not shown/);
  await end(page);
});

test("fault 44: a page that was discarded comes back to the same image", { timeout: 40_000 }, async () => {
  const page = await openPage(site, thorax());
  await isComplete(page);
  await goTo(page, 7);
  const { instance } = (await summary(page)).viewports[0];
  await page.waitForFunction((instance) => location.hash.includes(instance), instance);
  await page.reload();
  await isShown(page);
  const [viewport] = (await summary(page)).viewports;
  assert.deepEqual([viewport.index, viewport.instance], [6, instance]);
  await end(page);
});
