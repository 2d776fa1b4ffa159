// Bad input: for each kind a sentence on the page says what is wrong and what can be done, and the rest still works.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { SIDE, dicom, uid } from "./dicom.js";
import { faults, goTo, isComplete, isShown, openPage, says, start, startArchive, summary } from "./harness.js";

/** Two studies beside the samples: one of broken things, one of good and short ones. */
const BROKEN = 1, MIXED = 2;
const [ROWS, SPACING, REPORT, SYNTAX] = [1, 2, 3, 4];

const FILES = {
  // Series 1: the second of three images says nothing of its rows.
  "rows-1.dcm": dicom({ study: BROKEN, series: ROWS, number: 1 }),
  "rows-2.dcm": dicom({ study: BROKEN, series: ROWS, number: 2 }, { "00280010": null }),
  "rows-3.dcm": dicom({ study: BROKEN, series: ROWS, number: 3 }),
  "spacing.dcm": dicom({ study: BROKEN, series: SPACING, number: 1 }, { "00280030": ["DS", "0\\0"] }),
  // Raw Data Storage: no image at all.
  "raw.dcm": dicom({ study: BROKEN, series: REPORT, number: 1, modality: "OT" }, {
    "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.66"], "00280010": null, "00280011": null, "00280002": null, "00280004": null,
    "00280030": null, "00280100": null, "00280101": null, "00280102": null, "00280103": null, "7FE00010": null,
  }),
  // Series 4: one image in a syntax that nobody has.
  "syntax-1.dcm": dicom({ study: BROKEN, series: SYNTAX, number: 1 }),
  "syntax-2.dcm": dicom({ study: BROKEN, series: SYNTAX, number: 2 }, {}, { syntax: "1.2.826.0.1.3680043.9.77.1", frame: Buffer.from("pixels in a secret way ") }),
  "short-1.dcm": dicom({ study: MIXED, series: 1, number: 1 }),
  "short-2.dcm": dicom({ study: MIXED, series: 1, number: 2 }, { "7FE00010": ["OW", Buffer.alloc(SIDE * SIDE)] }),
  "short-3.dcm": dicom({ study: MIXED, series: 1, number: 3 }),
};

let site;

before(async () => {
  site = await start({ files: FILES, options: ["--synthetic", "1"] });
});

after(() => site?.stop());

afterEach(() => faults(site, []));

const CARD = "#cards .card";
const MESSAGE = ".viewport[data-viewport='0'] .message";
const LIST = "#studies .nothing";

const thorax = () => `#/study/${site.thorax.study}?series=${site.thorax.series}`;

/** No error of the page's own, and the page is left. */
async function end(page) {
  assert.deepEqual(page.problems, []);
  await page.close();
}

/** The study list finds the samples. */
async function listWorks(page) {
  await page.locator("#studies tbody tr[data-study]").first().waitFor({ timeout: 20_000 });
}

/** The names of the frames' addresses of the thorax CT, in the order of the stack. */
async function frameOf(page, number) {
  await goTo(page, number);
  return (await summary(page)).viewports[0].instance;
}

const login = { status: 200, contentType: "text/html; charset=utf-8", body: "<!doctype html><title>Sign in</title><form>Password</form>" };

test("archive down: the list says so and Retry brings it back; an open study stays and is scrolled", { timeout: 90_000 }, async () => {
  const folder = ["--folder", site.folder];
  let archive = await startArchive(folder);
  const port = new URL(archive.url).port;
  const here = { ...site, url: archive.url };
  const list = await openPage(here, "#/studies");
  await listWorks(list);
  const study = await openPage(here, thorax());
  await isComplete(study);
  await archive.stop();
  await list.getByRole("button", { name: "Search" }).click();
  assert.match(await says(list, LIST, /could not be reached/), /The archive could not be reached\.[\s\S]*press Retry/);
  await study.keyboard.press("End");
  await study.waitForFunction(() => {
    const [viewport] = window.skiagraph.summary().viewports;
    return viewport.index === viewport.count - 1 && viewport.state === "shown";
  });
  archive = await startArchive([...folder, "--port", port]);
  try {
    await list.getByRole("button", { name: "Retry" }).click();
    await listWorks(list);
    await end(list);
    await end(study);
  } finally {
    await archive.stop();
  }
});

test("wrong root in config.json: named in the list and on a link; files of this computer are read all the same", { timeout: 60_000 }, async () => {
  const config = JSON.stringify({ sources: [{ id: "main", label: "Archive", root: "/pacs/rs" }], auth: { mode: "none" } });
  const before = (page) => page.route("**/config.json", (route) => route.fulfill({ contentType: "application/json", body: config }));
  const link = await openPage(site, thorax(), { before });
  assert.match(await says(link, CARD, /no DICOMweb archive/), /at the configured address[\s\S]*"\/pacs\/rs"[\s\S]*config\.json/);
  assert.doesNotMatch(await link.locator("#cards").innerText(), /no study with this number/);
  await link.close();
  const page = await openPage(site, "#/studies", { before });
  assert.match(await says(page, LIST, /no DICOMweb archive/), /at the configured address[\s\S]*"\/pacs\/rs"[\s\S]*config\.json/);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Open files" }).click()]);
  await chooser.setFiles([{ name: "one.dcm", mimeType: "application/dicom", buffer: FILES["rows-1.dcm"] }]);
  await isShown(page);
  await end(page);
});

test("an archive at another address that does not let the page read its answers: IT is told which header it lacks (fault 15)", { timeout: 60_000 }, async () => {
  const other = await startArchive(["--folder", site.folder]);
  try {
    const config = JSON.stringify({ sources: [{ id: "main", label: "Archive", root: `${other.url}/dicom-web` }], auth: { mode: "none" } });
    const before = (page) => page.route("**/config.json", (route) => route.fulfill({ contentType: "application/json", body: config }));
    const page = await openPage(site, "#/studies", { before });
    assert.match(await says(page, LIST, /could not be reached/), /Access-Control-Allow-Origin[\s\S]*connect-src/);
    await page.close();
  } finally {
    await other.stop();
  }
});

test("a config.json that is not one: the key is named", { timeout: 60_000 }, async () => {
  const config = JSON.stringify({ sources: [{ id: "main", label: "Archive", roof: "/dicom-web" }], auth: { mode: "none" } });
  const page = await openPage(site, "#/studies", { before: (page) => page.route("**/config.json", (route) => route.fulfill({ body: config })) });
  assert.match(await says(page, "#boot", /configuration cannot be used/), /roof[\s\S]*config\.json/);
  await end(page);
});

test("unknown study UID: said with what may have happened, and the list is one key away", { timeout: 60_000 }, async () => {
  const page = await openPage(site, "#/study/1.2.3.4.5.6.7.8.9");
  assert.match(await says(page, CARD, /no study with this number/), /link may be old or mistyped[\s\S]*list of studies/);
  await page.keyboard.press("Shift+S");
  await listWorks(page);
  await end(page);
});

test("a link to a series that the study does not have: said, and another series is shown", { timeout: 60_000 }, async () => {
  const page = await openPage(site, `#/study/${site.thorax.study}?series=1.2.3.4`);
  assert.match(await says(page, CARD, /series of this link/), /does not have the series of this link\.[\s\S]*other series of the study are shown/);
  await isShown(page);
  assert.equal(await page.locator(CARD).count(), 1);
  await end(page);
});

test("empty study: known to the archive and without images", { timeout: 60_000 }, async () => {
  const page = await openPage(site, "#/study/2.25.50000");
  assert.match(await says(page, CARD, /no images/), /This study has no images\.[\s\S]*try again later/);
  await page.evaluate((hash) => (location.hash = hash), thorax());
  await isComplete(page);
  assert.equal(await page.locator(CARD).count(), 0, "the next study has no problem");
  await end(page);
});

test("a login page with status 200 in place of the list and of a study: recognised, and Retry after the sign-in", { timeout: 60_000 }, async () => {
  await faults(site, [{ path: "/dicom-web/studies", fault: login }]);
  const page = await openPage(site, "#/studies");
  assert.match(await says(page, LIST, /web page in place of data/), /login page[\s\S]*press Retry/);
  const link = await openPage(site, thorax());
  assert.match(await says(link, CARD, /web page in place of data/), /login page[\s\S]*press Retry/);
  await faults(site, []);
  await page.getByRole("button", { name: "Retry" }).click();
  await listWorks(page);
  await link.locator(CARD).getByRole("button", { name: "Retry" }).first().click();
  await isComplete(link);
  await end(page);
  await end(link);
});

/** What one frame of the thorax CT meets, and what the page says of it. */
const FRAME_FAULTS = [
  ["a login page with status 200 in place of a frame", login, /web page came in place of the image, perhaps a sign-in page/],
  ["a multipart answer whose line breaks", { cutAfterBytes: 600 }, /answer ended too early/],
  [
    "a multipart answer without its end",
    { status: 200, contentType: 'multipart/related; type="application/octet-stream"; boundary=b', body: "--b\r\nContent-Type: application/octet-stream\r\n\r\nabcdef" },
    /answer ended too early/,
  ],
  ["a frame shorter than its header says", { truncateFrame: 100 }, /frame has 32668 bytes and needs 32768/],
  ["an archive that reports an error", { status: 500 }, /archive reports an error of its own \(500\)/],
];

for (const [name, fault, sentence] of FRAME_FAULTS) {
  test(`${name}: this image says so, the others are shown, Retry brings it`, { timeout: 60_000 }, async () => {
    const first = await openPage(site, thorax());
    await isComplete(first);
    const instance = await frameOf(first, 12);
    await first.close();
    await faults(site, [{ path: `${instance}/frames`, fault }]);
    const page = await openPage(site, thorax());
    await isComplete(page);
    await goTo(page, 12);
    const text = await says(page, MESSAGE, /cannot be shown/);
    assert.match(text, /Image 12 of 24 cannot be shown\./);
    assert.match(text, sentence);
    const { load, series } = await summary(page);
    assert.deepEqual([load.framesFailed, load.framesReady], [1, 23]);
    assert.ok(series.some((one) => one.isFailed));
    assert.match(await page.locator("#status").innerText(), /1 unreadable/);
    for (const number of [11, 13]) {
      await goTo(page, number);
      await isShown(page);
    }
    await goTo(page, 12);
    await faults(site, []);
    await page.locator(MESSAGE).getByRole("button", { name: "Retry" }).click();
    await isShown(page);
    await end(page);
  });
}

/** The study of broken things with one of its series in the viewport. */
const broken = (series) => openPage(site, `#/study/${uid(BROKEN)}?series=${uid(BROKEN, series)}`);

test("missing Rows: the image is named and left out, its neighbours are shown", { timeout: 60_000 }, async () => {
  const page = await broken(ROWS);
  await isComplete(page);
  const { viewports: [viewport], findings } = await summary(page);
  assert.equal(viewport.count, 2);
  const told = findings.map(({ found, done }) => `${found} ${done}`);
  assert.ok(told.some((text) => /Image number 2 cannot be drawn: .*Rows.* is missing\. The other images are not affected\./.test(text)), JSON.stringify(told));
  await page.getByRole("button", { name: /^Details/ }).click();
  await says(page, "#panel", /Image number 2 cannot be drawn/);
  await goTo(page, 2);
  await isShown(page);
  await end(page);
});

test("a pixel spacing of zero: the picture is shown and lengths are in pixels, which the details say", { timeout: 60_000 }, async () => {
  const page = await broken(SPACING);
  await isComplete(page);
  await page.getByRole("button", { name: /^Details/ }).click();
  await says(page, "#panel", /The pixel spacing cannot be used; lengths are in pixels/);
  await end(page);
});

test("a link to an object that is no image: its place says what it is, and the pictures are one click away", { timeout: 60_000 }, async () => {
  const page = await broken(REPORT);
  const isThere = (/** @type {string} */ uid) => window.skiagraph?.summary().viewports[0].series === uid;
  await page.waitForFunction(isThere, uid(BROKEN, REPORT));
  assert.match(await says(page, "#strip .series[data-undrawn]", /no image/), /1 object of this series holds no image/);
  await page.click("#strip .series:not([data-undrawn])");
  await isShown(page);
  await end(page);
});

test("an unknown transfer syntax: named by its number; the image beside it is shown", { timeout: 60_000 }, async () => {
  const page = await broken(SYNTAX);
  await isComplete(page);
  await goTo(page, 2);
  const text = await says(page, MESSAGE, /cannot be shown/);
  assert.match(text, /Image 2 of 2 cannot be shown\.[\s\S]*1\.2\.826\.0\.1\.3680043\.9\.77\.1/);
  await goTo(page, 1);
  await isShown(page);
  await end(page);
});

test("a stored file shorter than its header says: unreadable, with the bytes it has and needs", { timeout: 60_000 }, async () => {
  const page = await openPage(site, `#/study/${uid(MIXED)}`);
  await isComplete(page);
  await goTo(page, 2);
  assert.match(await says(page, MESSAGE, /cannot be shown/), /Image 2 of 3 cannot be shown\./);
  await goTo(page, 3);
  await isShown(page);
  await end(page);
});
